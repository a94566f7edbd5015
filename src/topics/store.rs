//! Statements about topics.

use super::{AppointmentId, DerivedTexts, Topic, TopicFilter, TopicId, TopicKey, TopicOrderField};
use crate::accounts::AccountId;
use crate::db::{Bind, List, Query, Result, Scan, Statement, Tx, count_rows};
use crate::page::{OrderDirection, Page};

macro_rules! topic {
    () => {
        "topics.id, title, description, creator_id, is_archived, created_at"
    };
}

/// A condition: the topic matches the [`TopicFilter`] of the viewer, `$1`, in `$2` to `$4`.
macro_rules! matches_filter {
    () => {
        "not exists (select 1 from json_each($2) as pattern where words not like pattern.value)
         and is_archived = $3
         and ($4 is null or exists (
             select 1 from appointments where topic_id = topics.id and mentor_id = $4 and is_active
                 and not exists (select 1 from relations where user_id = $1 and other_id = $4 and is_hidden)))"
    };
}

pub async fn by_ids(db: impl Query, ids: &[TopicId]) -> Result<Vec<Topic>> {
    let sql =
        concat!("select ", topic!(), " from json_each($1) as wanted cross join topics where topics.id = wanted.value");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

pub async fn by_id(tx: &mut Tx, id: TopicId) -> Result<Option<Topic>> {
    tx.opt(concat!("select ", topic!(), " from topics where id = $1"), &[&id]).await
}

macro_rules! select_page {
    ($columns:expr, $rest:expr) => {
        concat!("select ", $columns, " from topics where ", matches_filter!(), $rest)
    };
}

/// Returns a page of the topics that match a filter, newest first, or oldest first if the page is read backwards.
pub async fn page(db: impl Query, viewer: AccountId, filter: &TopicFilter, page: &Page<i64>) -> Result<Vec<Topic>> {
    let below = page.after.unwrap_or(i64::MAX);
    let above = page.before.unwrap_or(i64::MIN);
    let sql = if page.is_backward {
        select_page!(topic!(), " and id < $5 and id > $6 order by id limit $7")
    } else {
        select_page!(topic!(), " and id < $5 and id > $6 order by id desc limit $7")
    };
    let TopicFilter { patterns, is_archived, mentor } = filter;
    // Topics that match no pattern, and those of other mentors, are skipped one by one.
    let scans = *is_archived || mentor.is_some() || !patterns.is_empty();
    let binds: [&dyn Bind; 7] = [&viewer, patterns, is_archived, mentor, &below, &above, &page.limit()];
    db.all(Statement::scan_if(scans, sql), &binds).await
}

/// A topic and the title that it is ordered by.
#[derive(Debug, sqlx::FromRow)]
pub struct OrderedTopic {
    #[sqlx(flatten)]
    pub topic: Topic,
    pub title_key: String,
}

macro_rules! select_ordered {
    ($field:literal, $order:literal) => {
        select_page!(
            concat!(topic!(), ", title_key"),
            concat!(
                " and ($5 is null or (",
                $field,
                ", id) > ($5, $6)) and ($7 is null or (",
                $field,
                ", id) < ($7, $8)) order by ",
                $field,
                " ",
                $order,
                ", id ",
                $order,
                " limit $9"
            )
        )
    };
}

/// Returns a page of the topics that match a filter, in an order of the client.
pub async fn page_ordered(
    db: impl Query,
    viewer: AccountId,
    filter: &TopicFilter,
    (field, direction): (TopicOrderField, OrderDirection),
    page: &Page<TopicKey>,
) -> Result<Vec<OrderedTopic>> {
    let is_ascending = (direction == OrderDirection::Asc) != page.is_backward;
    let (above, below) =
        if direction == OrderDirection::Asc { (&page.after, &page.before) } else { (&page.before, &page.after) };
    let id = |key: &Option<TopicKey>| key.as_ref().map(|key| key.id);
    let created_at = |key: &Option<TopicKey>| key.as_ref().map(|key| key.created_at);
    let title = |key: &Option<TopicKey>| key.as_ref().map(|key| key.title.clone());
    let TopicFilter { patterns, is_archived, mentor } = filter;
    let (above_id, below_id, limit) = (id(above), id(below), page.limit());
    // No index has these orders.
    match field {
        TopicOrderField::CreatedAt => {
            let sql =
                if is_ascending { select_ordered!("created_at", "asc") } else { select_ordered!("created_at", "desc") };
            let (above, below) = (created_at(above), created_at(below));
            let binds: [&dyn Bind; 9] =
                [&viewer, patterns, is_archived, mentor, &above, &above_id, &below, &below_id, &limit];
            db.all(Scan(sql), &binds).await
        }
        TopicOrderField::Title => {
            let sql =
                if is_ascending { select_ordered!("title_key", "asc") } else { select_ordered!("title_key", "desc") };
            let (above, below) = (title(above), title(below));
            let binds: [&dyn Bind; 9] =
                [&viewer, patterns, is_archived, mentor, &above, &above_id, &below, &below_id, &limit];
            db.all(Scan(sql), &binds).await
        }
    }
}

pub async fn count(db: impl Query, viewer: AccountId, filter: &TopicFilter) -> Result<i64> {
    let sql = count_rows!(select_page!("1", ""));
    let TopicFilter { patterns, is_archived, mentor } = filter;
    let (count,): (i64,) = db.one(sql, &[&viewer, patterns, is_archived, mentor]).await?;
    Ok(count)
}

/// Returns topics whose words do not begin as those of the current version of the index, or that have no key of their
/// title yet.
pub async fn with_outdated_texts(tx: &mut Tx, current: &str, limit: i64) -> Result<Vec<Topic>> {
    let sql =
        concat!("select ", topic!(), " from topics where words not like $1 or title_key = '' order by id limit $2");
    tx.all(Scan(sql), &[&current, &limit]).await
}

/// Returns how many active appointments each of these topics has. A mentor has at most one per topic.
pub async fn mentor_counts(db: impl Query, ids: &[TopicId]) -> Result<Vec<(TopicId, i64)>> {
    db.all(
        Scan(
            "select topic_id, count(*) from appointments
         where topic_id in (select value from json_each($1)) and is_active group by topic_id",
        ),
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Returns the active appointments of a topic, each of another mentor.
pub async fn appointments_of(tx: &mut Tx, topic: TopicId) -> Result<Vec<(AccountId, AppointmentId)>> {
    let sql = "select mentor_id, id from appointments where topic_id = $1 and is_active order by mentor_id";
    tx.all(Scan(sql), &[&topic]).await
}

/// Stores that the waitlists of a topic's appointments are to be looked at again.
pub async fn request_waitlist_checks(tx: &mut Tx, topic: TopicId) -> Result<u64> {
    tx.run(
        Scan(
            "insert into waitlist_checks (mentor_id, booking_id, sequence)
             select distinct waitlist_entries.mentor_id, cast(0 as bigint), cast(0 as bigint)
             from appointments join waitlist_entries on waitlist_entries.mentor_id = appointments.mentor_id
                 and waitlist_entries.appointment_id = appointments.id
             where topic_id = $1
             on conflict do nothing",
        ),
        &[&topic],
    )
    .await
}

pub async fn insert(tx: &mut Tx, topic: &Topic, texts: &DerivedTexts) -> Result<u64> {
    let Topic { id, title, description, creator_id, is_archived, created_at } = topic;
    tx.run(
        "insert into topics (id, title, description, words, title_key, creator_id, is_archived, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[id, title, description, &texts.words, &texts.title_key, creator_id, is_archived, created_at],
    )
    .await
}

pub async fn update(tx: &mut Tx, topic: &Topic, texts: &DerivedTexts) -> Result<u64> {
    tx.run(
        "update topics set title = $2, description = $3, words = $4, title_key = $5, is_archived = $6 where id = $1",
        &[&topic.id, &topic.title, &topic.description, &texts.words, &texts.title_key, &topic.is_archived],
    )
    .await
}

/// Claims a client key for a new topic. Returns 0 if the creator has used it. A concurrent claim of the same key waits
/// until the first transaction ends.
pub async fn claim_key(tx: &mut Tx, creator: AccountId, key: &str, topic: TopicId, fingerprint: &[u8]) -> Result<u64> {
    tx.run(
        "insert into topic_keys (creator_id, client_key, topic_id, fingerprint) values ($1, $2, $3, $4)
         on conflict do nothing",
        &[&creator, &key, &topic, &fingerprint],
    )
    .await
}

/// Returns the topic of a client key, which may be deleted, and the fingerprint of its content.
pub async fn by_key(tx: &mut Tx, creator: AccountId, key: &str) -> Result<Option<(TopicId, Vec<u8>)>> {
    tx.opt("select topic_id, fingerprint from topic_keys where creator_id = $1 and client_key = $2", &[&creator, &key])
        .await
}

pub async fn has_appointments(tx: &mut Tx, id: TopicId) -> Result<bool> {
    let (has,): (bool,) = tx.one("select exists (select 1 from appointments where topic_id = $1)", &[&id]).await?;
    Ok(has)
}

pub async fn delete(tx: &mut Tx, id: TopicId) -> Result<u64> {
    tx.run("delete from topics where id = $1", &[&id]).await
}
