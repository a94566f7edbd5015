//! Statements about topics.

use super::{Topic, TopicId};
use crate::db::{List, Query, Result, Scan, Statement, Texts, Tx, count_rows};
use crate::page::Page;

macro_rules! topic {
    () => {
        "topics.id, title, description, creator_id, is_archived, created_at"
    };
}

/// Selects the topics that are not archived and match all patterns in `$1`.
macro_rules! select_listed {
    ($columns:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from topics where not is_archived
                and not exists (select 1 from json_each($1) as pattern where words not like pattern.value) ",
            $rest
        )
    };
}

pub async fn by_ids(db: impl Query, ids: &[TopicId]) -> Result<Vec<Topic>> {
    let sql = concat!("select ", topic!(), " from topics where id in (select value from json_each($1))");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

pub async fn by_id(tx: &mut Tx, id: TopicId) -> Result<Option<Topic>> {
    tx.opt(concat!("select ", topic!(), " from topics where id = $1"), &[&id]).await
}

/// Returns a page of the topics that match all patterns, newest first, or oldest first if the page is read backwards.
pub async fn page(db: impl Query, patterns: &Texts, page: &Page<i64>) -> Result<Vec<Topic>> {
    let below = page.after.unwrap_or(i64::MAX);
    let above = page.before.unwrap_or(i64::MIN);
    let sql = if page.is_backward {
        select_listed!(topic!(), "and id < $2 and id > $3 order by id limit $4")
    } else {
        select_listed!(topic!(), "and id < $2 and id > $3 order by id desc limit $4")
    };
    // Topics that match no pattern are skipped one by one.
    let sql = Statement::scan_if(!patterns.is_empty(), sql);
    db.all(sql, &[patterns, &below, &above, &page.limit()]).await
}

pub async fn count(db: impl Query, patterns: &Texts) -> Result<i64> {
    let (count,): (i64,) = db.one(count_rows!(select_listed!("1", "")), &[patterns]).await?;
    Ok(count)
}

/// Returns topics whose words do not begin as those of the current version of the index.
pub async fn with_outdated_words(tx: &mut Tx, current: &str, limit: i64) -> Result<Vec<Topic>> {
    let sql = concat!("select ", topic!(), " from topics where words not like $1 order by id limit $2");
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

/// Inserts a topic. `words` are its search words; see the migration.
pub async fn insert(tx: &mut Tx, topic: &Topic, words: &str) -> Result<u64> {
    let Topic { id, title, description, creator_id, is_archived, created_at } = topic;
    tx.run(
        "insert into topics (id, title, description, words, creator_id, is_archived, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[id, title, description, &words, creator_id, is_archived, created_at],
    )
    .await
}

pub async fn update(tx: &mut Tx, topic: &Topic, words: &str) -> Result<u64> {
    tx.run(
        "update topics set title = $2, description = $3, words = $4, is_archived = $5 where id = $1",
        &[&topic.id, &topic.title, &topic.description, &words, &topic.is_archived],
    )
    .await
}

pub async fn has_appointments(tx: &mut Tx, id: TopicId) -> Result<bool> {
    let (has,): (bool,) = tx.one("select exists (select 1 from appointments where topic_id = $1)", &[&id]).await?;
    Ok(has)
}

pub async fn delete(tx: &mut Tx, id: TopicId) -> Result<u64> {
    tx.run("delete from topics where id = $1", &[&id]).await
}
