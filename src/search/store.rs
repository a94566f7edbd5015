//! Statements about words.

use super::SearchField;
use super::find::Hit;
use crate::db::{Bind, List, Query, Result, Sql, Texts, Tx};
use crate::page::Page;

/// Lets one transaction at a time change words, until it ends. SQLite has no other way anyway.
///
/// Two that take the last use of a word away at once would each leave its spellings to the other; one that adds a use
/// while another takes the last away would lose them.
const LOCK: Sql =
    Sql { sqlite: "select 1 where false", postgres: "lock table search_spellings in share row exclusive mode" };

pub async fn lock(tx: &mut Tx) -> Result<u64> {
    tx.run(LOCK, &[]).await
}

/// What somebody may be found by.
#[derive(Debug, sqlx::FromRow)]
pub struct SearchablePerson {
    pub username: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub study_year: Option<i64>,
    pub about: Option<String>,
}

pub async fn member(tx: &mut Tx, user: i64) -> Result<Option<SearchablePerson>> {
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

/// What somebody teaches now.
pub async fn topics_of(tx: &mut Tx, user: i64) -> Result<Vec<(i64,)>> {
    tx.all("select topic_id from appointments where mentor_id = $1 and is_active", &[&user]).await
}

pub async fn delete_words(tx: &mut Tx, user: i64) -> Result<Vec<(i64, String)>> {
    tx.all("delete from search_words where user_id = $1 returning place, word", &[&user]).await
}

/// `words` are words behind the digit of their place.
pub async fn insert_words(tx: &mut Tx, user: i64, name: &str, words: &Texts) -> Result<u64> {
    tx.run(
        "insert into search_words (place, word, name, user_id)
         select cast(substr(value, 1, 1) as bigint), substr(value, 2), $2, $1 from json_each($3)",
        &[&user, &name, words],
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

/// Returns which of these words nobody has in a text.
pub async fn unused(tx: &mut Tx, words: &Texts) -> Result<Vec<(String,)>> {
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

/// Returns the first entries of each of these spellings: `spelling word`, with commas between.
///
/// Each spelling has a limit of its own. With one for all PostgreSQL reads every entry there is, in the order asked for.
pub async fn spelled(db: impl Query, spellings: &Texts, most: i64) -> Result<Vec<(Option<String>,)>> {
    db.all(
        "select (
             select string_agg(entry, ',') from (
                 select entry from search_spellings
                 where entry > spelling.value || ' ' and entry < spelling.value || '!' order by entry limit $2
             ) as nearest
         ) as entries
         from json_each($1) as spelling",
        &[spellings, &most],
    )
    .await
}

/// The first people who have a word from `word` to `word || reach` in a place: by word, then by username.
#[derive(Debug, sqlx::FromRow)]
pub struct Entries {
    pub place: i64,
    pub word: String,
    /// `id = username` for those who have the word itself, `id > username` for a longer one, with commas between. One
    /// text, since thousands of rows would take longer to hand over than to find.
    pub people: Option<String>,
}

pub async fn entries(db: impl Query, places: &List, words: &Texts, reach: &str, most: i64) -> Result<Vec<Entries>> {
    db.all(
        "select asked.value as place, typed.value as word, (
             select string_agg(cast(user_id as text) || sign || name, ',') from (
                 select user_id, name, case when word = typed.value then ' = ' else ' > ' end as sign
                 from search_words
                 where place = asked.value and word >= typed.value and word < typed.value || $3
                 order by word, name, user_id limit $4
             ) as nearest
         ) as people
         from json_each($1) as asked cross join json_each($2) as typed",
        &[places, words, &reach, &most],
    )
    .await
}

/// The same of these people only.
pub async fn entries_among(db: impl Query, users: &List, place: i64, word: &str, reach: &str) -> Result<Entries> {
    db.one(
        "select $2 as place, $3 as word, string_agg(
             cast(user_id as text) || case when word = $3 then ' = ' else ' > ' end || name, ',') as people
         from json_each($1) as person cross join search_words
         where user_id = person.value and place = $2 and word >= $3 and word < $3 || $4",
        &[users, &place, &word, &reach],
    )
    .await
}

/// Words that somebody must have exactly, each behind the digit of its place.
#[derive(Debug)]
pub struct StoredEntry {
    words: Texts,
    pub count: i64,
}

impl StoredEntry {
    pub fn new<'a>(words: impl IntoIterator<Item = &'a (SearchField, String)>) -> Self {
        let words: Vec<String> = words.into_iter().map(|(place, word)| placed(*place, word)).collect();
        Self { count: i64::try_from(words.len()).unwrap_or(i64::MAX), words: Texts::new(words) }
    }
}

/// A word behind the digit of its place.
pub fn placed(place: SearchField, word: &str) -> String {
    format!("{}{word}", place.number())
}

/// A condition: this person has all of these words.
///
/// The words found are counted, where `exists` would do: PostgreSQL makes a join of that, and reads all that a person has.
macro_rules! has_all {
    ($user:literal, $words:literal, $count:literal) => {
        concat!(
            "(",
            $count,
            " = 0 or (select count(*) from json_each(",
            $words,
            ") as wanted where (
                  select count(*) from search_words as had where had.user_id = ",
            $user,
            " and had.place = cast(substr(wanted.value, 1, 1) as bigint) and had.word = substr(wanted.value, 2)
              ) > 0) = ",
            $count,
            ")"
        )
    };
}

/// Returns which of these people have all words.
pub async fn having_all(db: impl Query, users: &List, held: &StoredEntry) -> Result<Vec<(i64,)>> {
    let sql = concat!("select value from json_each($1) as person where ", has_all!("person.value", "$2", "$3"));
    db.all(sql, &[users, &held.words, &held.count]).await
}

/// A condition: others see this person to be online.
macro_rules! is_seen_online {
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

/// Returns which of these people are seen to be online.
pub async fn online_among(db: impl Query, users: &List) -> Result<Vec<(i64,)>> {
    let sql = concat!("select value from json_each($1) as person where ", is_seen_online!("person.value"));
    db.all(sql, &[users]).await
}

/// Reads those who have a word and all the others, without the viewer and whoever is hidden from them.
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

/// The same of everybody, of those who are online and of those who are not. Of the second the search begins with the
/// presences, because they are few.
macro_rules! listed_by_presence {
    ($is_online:expr, $columns:literal, $rest:literal) => {
        match $is_online {
            None => listed!($columns, "search_words as listed where true", $rest),
            Some(true) => listed!(
                $columns,
                "presences as present cross join search_words as listed
                 where present.node_count > 0 and listed.user_id = present.user_id
                   and not exists (select 1 from settings where settings.user_id = present.user_id
                                   and not shows_presence)",
                $rest
            ),
            Some(false) => listed!(
                $columns,
                concat!("search_words as listed where not (", is_seen_online!("listed.user_id"), ")"),
                $rest
            ),
        }
    };
}

/// A page of everybody who has a word and all the others, by username.
pub async fn page(
    db: impl Query,
    viewer: i64,
    (place, word): &(SearchField, String),
    others: &StoredEntry,
    is_online: Option<bool>,
    page: &Page<Hit>,
) -> Result<Vec<Hit>> {
    let (after, after_id) = page.after.as_ref().map_or(("", i64::MIN), |hit| (&hit.name, hit.user));
    let (before, before_id) = page.before.as_ref().map_or(("\u{10FFFF}", i64::MAX), |hit| (&hit.name, hit.user));
    let sql = if page.is_backward {
        listed_by_presence!(
            is_online,
            "cast(0 as bigint) as score, listed.name, listed.user_id",
            " and (listed.name, listed.user_id) > ($6, $7) and (listed.name, listed.user_id) < ($8, $9)
              order by listed.name desc, listed.user_id desc limit $10"
        )
    } else {
        listed_by_presence!(
            is_online,
            "cast(0 as bigint) as score, listed.name, listed.user_id",
            " and (listed.name, listed.user_id) > ($6, $7) and (listed.name, listed.user_id) < ($8, $9)
              order by listed.name, listed.user_id limit $10"
        )
    };
    let (place, limit) = (place.number(), page.limit());
    let binds: [&dyn Bind; 10] =
        [&place, word, &viewer, &others.words, &others.count, &after, &after_id, &before, &before_id, &limit];
    db.all(sql, &binds).await
}

/// Counts everybody whom [`page`] lists.
pub async fn count(
    db: impl Query,
    viewer: i64,
    (place, word): &(SearchField, String),
    others: &StoredEntry,
    is_online: Option<bool>,
) -> Result<i64> {
    let place = place.number();
    let sql = listed_by_presence!(is_online, "count(*)", "");
    let (count,): (i64,) = db.one(sql, &[&place, word, &viewer, &others.words, &others.count]).await?;
    Ok(count)
}

/// Returns the rarest of these words; those that more than `most` people have are all alike.
pub async fn rarest(db: impl Query, held: &StoredEntry, most: i64) -> Result<Option<(String,)>> {
    db.opt(
        "select wanted.value from json_each($1) as wanted order by (
             select count(*) from (
                 select 1 as one from search_words
                 where place = cast(substr(wanted.value, 1, 1) as bigint) and word = substr(wanted.value, 2) limit $2
             ) as first
         ), wanted.value limit 1",
        &[&held.words, &most],
    )
    .await
}
