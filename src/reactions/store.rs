//! Statements about reactions.

use super::{EmojiCount, ReactableId, emoji};
use crate::accounts::AccountId;
use crate::db::{List, Query, Result, Scan, Texts, Tx};
use crate::live::Feed;
use crate::profiles::User;

/// Inserts a reaction; 0 rows if the user has reacted with this emoji already.
pub async fn insert(
    tx: &mut Tx,
    id: i64,
    subject: ReactableId,
    feed: Feed,
    user: AccountId,
    emoji: &str,
) -> Result<u64> {
    tx.run(
        "insert into reactions (id, subject_id, feed, user_id, emoji) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        &[&id, &subject.raw(), &feed, &user, &emoji],
    )
    .await
}

/// Deletes a reaction; 0 rows if there is none.
pub async fn delete(tx: &mut Tx, subject: ReactableId, user: AccountId, emoji: &str) -> Result<u64> {
    tx.run(
        "delete from reactions where subject_id = $1 and user_id = $2 and emoji = $3",
        &[&subject.raw(), &user, &emoji],
    )
    .await
}

/// Returns how many different emoji except this one a subject has, those included that a block hides.
pub async fn count_other_emoji(tx: &mut Tx, subject: ReactableId, emoji: &str) -> Result<i64> {
    let sql = Scan("select count(distinct emoji) from reactions where subject_id = $1 and emoji <> $2");
    let (count,): (i64,) = tx.one(sql, &[&subject.raw(), &emoji]).await?;
    Ok(count)
}

/// The condition that no block parts the viewer, `$1`, from the user who reacted.
macro_rules! is_visible {
    () => {
        "not exists (select 1 from relations
                     where relations.user_id = $1 and relations.other_id = reactions.user_id and relations.is_hidden)"
    };
}

/// Counts the reactions to these subjects by emoji, as the viewer sees them: in the order of the earliest one that is
/// left.
pub async fn counts(db: impl Query, viewer: AccountId, subjects: &[i64]) -> Result<Vec<EmojiCount>> {
    let sql = concat!(
        "select subject_id, emoji, count(*), cast(max(case when user_id = $1 then 1 else 0 end) as bigint) from reactions
         where subject_id in (select value from json_each($2)) and ",
        is_visible!(),
        " group by subject_id, emoji order by min(id)"
    );
    let rows: Vec<(i64, String, i64, i64)> =
        db.all(Scan(sql), &[&viewer, &List::new(subjects.iter().copied())]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(subject, text, user_count, own)| {
            let emoji = emoji::fully_qualified(&text)?;
            Some(EmojiCount { subject, emoji, user_count, viewer_has_reacted: own == 1 })
        })
        .collect())
}

/// Loads all reactions to a subject as pairs of emoji and user, earliest first.
pub async fn all_of(db: impl Query, subject: i64) -> Result<Vec<(String, AccountId)>> {
    db.all(Scan("select emoji, user_id from reactions where subject_id = $1 order by id"), &[&subject]).await
}

/// Loads the users who have reacted to a subject and the users that a block separates from them, as pairs.
pub async fn blocked_reactors(db: impl Query, subject: i64) -> Result<Vec<(AccountId, AccountId)>> {
    db.all(
        Scan(
            "select relations.other_id, relations.user_id from relations
             where is_hidden and other_id in (select user_id from reactions where subject_id = $1)",
        ),
        &[&subject],
    )
    .await
}

/// Returns for each of these subjects, which are the viewer's, the latest other user who has reacted, and their number.
pub async fn other_reactors(db: impl Query, viewer: AccountId, subjects: &[i64]) -> Result<Vec<(i64, AccountId, i64)>> {
    let sql = concat!(
        "select others.subject_id, latest.user_id, others.user_count
         from (
             select subject_id, count(distinct user_id) as user_count, max(id) as latest_id from reactions
             where subject_id in (select value from json_each($2)) and user_id <> $1 and ",
        is_visible!(),
        " group by subject_id
         ) as others join reactions as latest on latest.id = others.latest_id"
    );
    db.all(Scan(sql), &[&viewer, &List::new(subjects.iter().copied())]).await
}

/// The bounds of a page of users who reacted. One statement loads the pages of several groups that have equal bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReactorBounds {
    pub above: i64,
    pub below: i64,
    pub limit: i64,
    pub is_backward: bool,
}

/// A user who reacted.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Reactor {
    pub reaction_id: i64,
    pub subject_id: i64,
    pub emoji: String,
    #[sqlx(flatten)]
    pub user: User,
}

macro_rules! select_reactors {
    ($order:literal) => {
        concat!(
            "select listed.id as reaction_id, listed.subject_id, listed.emoji, users.id, username, is_guest, first_name,
                    last_name, field_of_study, study_year, about, joined_at
             from (
                 select id, subject_id, emoji, user_id,
                        row_number() over (partition by subject_id, emoji order by id ",
            $order,
            ") as place
                 from reactions
                 where subject_id in (select value from json_each($2)) and emoji in (select value from json_each($3))
                   and id > $4 and id < $5 and ",
            is_visible!(),
            ") as listed join users on users.id = listed.user_id
             where place <= $6 order by listed.id ",
            $order
        )
    };
}

/// Loads a page of the users who reacted to each of these subjects with each of these emoji, earliest first; backward
/// pages in reverse order.
pub async fn reactors(
    db: impl Query,
    viewer: AccountId,
    subjects: &List,
    emoji: &Texts,
    bounds: ReactorBounds,
) -> Result<Vec<Reactor>> {
    let sql = if bounds.is_backward { select_reactors!("desc") } else { select_reactors!("asc") };
    db.all(Scan(sql), &[&viewer, subjects, emoji, &bounds.above, &bounds.below, &bounds.limit]).await
}

/// Deletes the reactions to these subjects.
pub async fn delete_of_subjects(tx: &mut Tx, subjects: &List) -> Result<u64> {
    tx.run("delete from reactions where subject_id in (select value from json_each($1))", &[subjects]).await
}

/// Deletes the reactions of a user. Returns their subjects, with the feeds that report them.
pub async fn delete_of_user(tx: &mut Tx, user: AccountId) -> Result<Vec<(Feed, i64)>> {
    tx.all("delete from reactions where user_id = $1 returning feed, subject_id", &[&user]).await
}
