//! SQL for words and spellings.

use std::ops::Range;

use super::SearchField;
use super::find::Hit;
use crate::db::{Bind, List, Query, Result, Scan, Sql, Texts, Tx, count_rows};
use crate::page::Page;

/// Serialises the transactions that use or no longer use the same words, until they end. On SQLite, transactions are
/// serial anyway.
///
/// Without the lock, two transactions that each remove a use of a word would both leave its spellings in place, and a
/// transaction that adds a use while another removes the last one would lose them. The words share 64 locks, because
/// PostgreSQL's table of locks is small, and are locked in order, so that two transactions cannot deadlock. A lock of
/// the table would wait for `vacuum`, and `vacuum` for it.
const LOCK: Sql = Sql {
    sqlite: "select 1 where $1 is null",
    postgres: "select pg_advisory_xact_lock(1937072754, bucket) from (
                   select distinct abs(hashtext(value) % 64) as bucket from json_each($1) order by bucket) as buckets",
};

/// Call it after the words of the user were changed and before their spellings are.
pub async fn lock_words(tx: &mut Tx, words: &Texts) -> Result<u64> {
    tx.run(LOCK, &[words]).await
}

/// The texts of a member that can be searched.
#[derive(Debug, sqlx::FromRow)]
pub struct SearchableMember {
    pub username: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub study_year: Option<i64>,
    pub about: Option<String>,
}

pub async fn searchable_member(tx: &mut Tx, user: i64) -> Result<Option<SearchableMember>> {
    tx.opt(
        "select username, first_name, last_name, field_of_study, study_year, about from users
         where id = $1 and not is_guest",
        &[&user],
    )
    .await
}

pub async fn skills_of(tx: &mut Tx, user: i64) -> Result<Vec<(String,)>> {
    tx.all("select skill from user_skills where user_id = $1 order by position", &[&user]).await
}

/// Returns the topics for which a user has active appointments.
pub async fn topics_of(tx: &mut Tx, user: i64) -> Result<Vec<(i64,)>> {
    tx.all("select topic_id from appointments where mentor_id = $1 and is_active", &[&user]).await
}

pub async fn delete_words(tx: &mut Tx, user: i64) -> Result<Vec<(i64, String)>> {
    tx.all("delete from search_words where user_id = $1 returning place, word", &[&user]).await
}

/// Inserts the words of a user, given as [`word_key`]s.
pub async fn insert_words(tx: &mut Tx, user: i64, name: &str, keys: &Texts) -> Result<u64> {
    tx.run(
        "insert into search_words (place, word, name, user_id)
         select cast(substr(value, 1, 1) as bigint), substr(value, 2), $2, $1 from json_each($3)",
        &[&user, &name, keys],
    )
    .await
}

pub async fn insert_spellings(tx: &mut Tx, entries: &Texts) -> Result<u64> {
    tx.run(
        "insert into search_spellings (entry) select value from json_each($1) where true on conflict do nothing",
        &[entries],
    )
    .await
}

/// Returns which of these words no member has in a text field.
pub async fn unused_words(tx: &mut Tx, words: &Texts) -> Result<Vec<(String,)>> {
    tx.all(
        "select value from json_each($1) where not exists (
             select 1 from search_words where place in (1, 2, 3, 4) and word = value)",
        &[words],
    )
    .await
}

pub async fn delete_spellings(tx: &mut Tx, entries: &Texts) -> Result<u64> {
    tx.run("delete from search_spellings where entry in (select value from json_each($1))", &[entries]).await
}

/// Returns the first entries (`spelling word`) of each spelling, separated by commas.
///
/// Each spelling has its own limit: with a common one, PostgreSQL would read and sort all entries.
pub async fn spelling_entries(db: impl Query, spellings: &Texts, limit: i64) -> Result<Vec<(Option<String>,)>> {
    db.all(
        Scan(
            "select (
             select string_agg(entry, ',') from (
                 select entry from search_spellings
                 where entry > spelling.value || ' ' and entry < spelling.value || '!' order by entry limit $2
             ) as nearest
         ) as entries
         from json_each($1) as spelling",
        ),
        &[spellings, &limit],
    )
    .await
}

/// A part of the stored words: a field and a range of words in it. The text form passes through a statement as one
/// value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WordList(String);

impl WordList {
    pub fn new(field: SearchField, range: &Range<String>) -> Self {
        let Range { start, end } = range;
        Self(format!("{}{:03}{start}{end}", field.number(), start.chars().count()))
    }

    pub fn texts<'a>(lists: impl IntoIterator<Item = &'a Self>) -> Texts {
        Texts::new(lists.into_iter().map(|list| list.0.as_str()))
    }
}

/// The [`WordList`]s of `$lists` as a table. Materialised, because the parts of a list are compared with each of its words.
macro_rules! with_word_lists {
    ($lists:literal) => {
        concat!(
            "with word_lists as materialized (
                 select value, cast(substr(value, 1, 1) as bigint) as list_place,
                        substr(value, 5, cast(substr(value, 2, 3) as integer)) as first_word,
                        substr(value, 5 + cast(substr(value, 2, 3) as integer)) as end_word
                 from json_each(",
            $lists,
            ")) "
        )
    };
}

/// The condition that a stored word is in the word list `list`.
macro_rules! in_word_list {
    () => {
        "place = list.list_place and word >= list.first_word and word < list.end_word"
    };
}

/// ` = ` for the first word of a list, ` > ` for the others.
macro_rules! sign {
    () => {
        "case when word = list.first_word then ' = ' else ' > ' end"
    };
}

/// The users who have a word of a list.
#[derive(Debug, sqlx::FromRow)]
pub struct WordEntries {
    pub list: String,
    /// `id = username` for a user who has the first word, `id > username` for another one, separated by commas. A
    /// single text, since transferring thousands of rows takes longer than finding them.
    pub users: Option<String>,
}

impl WordEntries {
    pub fn is_of(&self, list: &WordList) -> bool {
        self.list == list.0
    }
}

/// Returns the first entries of each list, by word and then by username.
pub async fn word_entries(db: impl Query, lists: &Texts, limit: i64) -> Result<Vec<WordEntries>> {
    let sql = concat!(
        with_word_lists!("$1"),
        "select list.value as list, (
             select string_agg(cast(user_id as text) || sign || name, ',') from (
                 select user_id, name, ",
        sign!(),
        " as sign from search_words where ",
        in_word_list!(),
        " order by word, name, user_id limit $2
             ) as nearest
         ) as users
         from word_lists as list"
    );
    db.all(Scan(sql), &[lists, &limit]).await
}

/// Returns the entries of each list, limited to these users, one for each user.
pub async fn word_entries_among(db: impl Query, users: &List, lists: &Texts) -> Result<Vec<WordEntries>> {
    let sql = concat!(
        with_word_lists!("$2"),
        "select list, string_agg(cast(user_id as text) || entry, ',') as users from (
             select list.value as list, candidate.value as user_id, (
                 select min(",
        sign!(),
        " || name) from search_words where user_id = candidate.value and ",
        in_word_list!(),
        ") as entry
             from word_lists as list cross join json_each($1) as candidate
         ) as entries
         where entry is not null group by list"
    );
    db.all(Scan(sql), &[users, lists]).await
}

/// The exact words of a search, as [`word_key`]s.
#[derive(Debug)]
pub struct ExactWords {
    keys: Texts,
    pub count: i64,
}

impl ExactWords {
    pub fn new<'a>(words: impl IntoIterator<Item = &'a (SearchField, String)>) -> Self {
        let keys: Vec<String> = words.into_iter().map(|(field, word)| word_key(*field, word)).collect();
        Self { count: i64::try_from(keys.len()).unwrap_or(i64::MAX), keys: Texts::new(keys) }
    }
}

/// Returns a word with the digit of its field in front.
pub fn word_key(field: SearchField, word: &str) -> String {
    format!("{}{word}", field.number())
}

/// The condition that a user has all of these words.
///
/// It counts matching words instead of using `exists`: PostgreSQL turns that into a join that reads all words of a
/// user.
macro_rules! has_all {
    ($user:literal, $keys:literal, $count:literal) => {
        concat!(
            "(",
            $count,
            " = 0 or (select count(*) from json_each(",
            $keys,
            ") as term where (
                  select count(*) from search_words as stored where stored.user_id = ",
            $user,
            " and stored.place = cast(substr(term.value, 1, 1) as bigint) and stored.word = substr(term.value, 2)
              ) > 0) = ",
            $count,
            ")"
        )
    };
}

/// Returns which of these users have all of the words.
pub async fn with_all_words(db: impl Query, users: &List, words: &ExactWords) -> Result<Vec<(i64,)>> {
    let sql =
        Scan(concat!("select value from json_each($1) as candidate where ", has_all!("candidate.value", "$2", "$3")));
    db.all(sql, &[users, &words.keys, &words.count]).await
}

/// The condition that a user is online and shows it.
macro_rules! is_visibly_online {
    ($user:literal) => {
        concat!(
            "exists (select 1 from presences where presences.user_id = ",
            $user,
            " and node_count > 0) and not exists (select 1 from settings where settings.user_id = ",
            $user,
            " and not shows_presence)"
        )
    };
}

/// Returns which of these users are online and show it.
pub async fn online_among(db: impl Query, users: &List) -> Result<Vec<(i64,)>> {
    let sql = concat!("select value from json_each($1) as candidate where ", is_visibly_online!("candidate.value"));
    db.all(sql, &[users]).await
}

/// Selects the users who have a word and all other words, without the viewer and users hidden from the viewer.
macro_rules! listed {
    ($columns:literal, $from:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from ",
            $from,
            " and listed.place = $1 and listed.word = $2 and listed.user_id <> $3
              and not exists (select 1 from relations where relations.user_id = $3 and other_id = listed.user_id
                              and is_hidden)
              and ",
            has_all!("listed.user_id", "$4", "$5"),
            $rest
        )
    };
}

/// [`listed!`], in the macro `$around`, for all users, for those who are online, or for those who are not. Users who are
/// online are few, so that statement starts with their presences.
macro_rules! listed_by_presence {
    ($is_online:expr, $around:ident, $columns:literal, $rest:literal) => {
        match $is_online {
            None => $around!(listed!($columns, "search_words as listed where true", $rest)),
            Some(true) => $around!(listed!(
                $columns,
                "presences as online cross join search_words as listed
                 where online.node_count > 0 and listed.user_id = online.user_id
                   and not exists (select 1 from settings where settings.user_id = online.user_id
                                   and not shows_presence)",
                $rest
            )),
            Some(false) => $around!(listed!(
                $columns,
                concat!("search_words as listed where not (", is_visibly_online!("listed.user_id"), ")"),
                $rest
            )),
        }
    };
}

/// Returns a page of the users who have a word and all other words, by username.
pub async fn page(
    db: impl Query,
    viewer: i64,
    (field, word): &(SearchField, String),
    others: &ExactWords,
    is_online: Option<bool>,
    page: &Page<Hit>,
) -> Result<Vec<Hit>> {
    let (after, after_id) = page.after.as_ref().map_or(("", i64::MIN), |hit| (&hit.name, hit.user));
    let (before, before_id) = page.before.as_ref().map_or(("\u{10FFFF}", i64::MAX), |hit| (&hit.name, hit.user));
    let sql = if page.is_backward {
        listed_by_presence!(
            is_online,
            concat,
            "cast(0 as bigint) as score, listed.name, listed.user_id",
            " and (listed.name, listed.user_id) > ($6, $7) and (listed.name, listed.user_id) < ($8, $9)
              order by listed.name desc, listed.user_id desc limit $10"
        )
    } else {
        listed_by_presence!(
            is_online,
            concat,
            "cast(0 as bigint) as score, listed.name, listed.user_id",
            " and (listed.name, listed.user_id) > ($6, $7) and (listed.name, listed.user_id) < ($8, $9)
              order by listed.name, listed.user_id limit $10"
        )
    };
    let (field, limit) = (field.number(), page.limit());
    let binds: [&dyn Bind; 10] =
        [&field, word, &viewer, &others.keys, &others.count, &after, &after_id, &before, &before_id, &limit];
    db.all(Scan(sql), &binds).await
}

/// Returns the number of users in all pages of [`page`].
pub async fn count(
    db: impl Query,
    viewer: i64,
    (field, word): &(SearchField, String),
    others: &ExactWords,
    is_online: Option<bool>,
) -> Result<i64> {
    let field = field.number();
    let sql = listed_by_presence!(is_online, count_rows, "1", "");
    let (count,): (i64,) = db.one(sql, &[&field, word, &viewer, &others.keys, &others.count]).await?;
    Ok(count)
}

/// Returns the key of the rarest word. At most `max_counted` users are counted for each word.
pub async fn rarest(db: impl Query, words: &ExactWords, max_counted: i64) -> Result<Option<(String,)>> {
    db.opt(
        Scan(
            "select term.value from json_each($1) as term order by (
             select count(*) from (
                 select 1 as one from search_words
                 where place = cast(substr(term.value, 1, 1) as bigint) and word = substr(term.value, 2) limit $2
             ) as first
         ), term.value limit 1",
        ),
        &[&words.keys, &max_counted],
    )
    .await
}

/// Whether the words of a member are those of a version of the index.
#[derive(Debug, sqlx::FromRow)]
pub struct IndexVersion {
    pub user_id: i64,
    pub name: String,
    pub is_current: bool,
}

/// Returns a page of all members, by username.
pub async fn index_versions(
    db: impl Query,
    version: &str,
    after: &str,
    after_id: i64,
    limit: i64,
) -> Result<Vec<IndexVersion>> {
    db.all(
        "select user_id, name, exists (
             select 1 from search_words as version
             where version.user_id = member.user_id and version.place = 0 and version.word = $1) as is_current
         from search_words as member
         where place = 0 and word = '' and (name, user_id) > ($2, $3) order by name, user_id limit $4",
        &[&version, &after, &after_id, &limit],
    )
    .await
}
