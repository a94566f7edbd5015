//! Statements about posts.

use super::{Post, PostId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};
use crate::page::Page;

/// So many posts are deleted by one statement.
const BATCH: i64 = 500;

/// The columns of [`Post`].
macro_rules! post {
    () => {
        "posts.id, posts.author_id, number, text, published_at, edited_at"
    };
}

/// Reads from the posts that are shown. Whatever is kept from its reader, `$1`, is a condition here, and nowhere else:
/// what people wrote from whom a block parts them.
macro_rules! shown {
    ($columns:expr, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            " from posts
              where not exists (select 1 from relations where user_id = $1 and other_id = posts.author_id and is_hidden)
                and ",
            $condition
        )
    };
}

pub async fn by_ids(db: impl Query, reader: AccountId, ids: &[PostId]) -> Result<Vec<Post>> {
    let sql = shown!(post!(), "posts.id in (select value from json_each($2))");
    db.all(sql, &[&reader, &List::new(ids.iter().copied())]).await
}

/// A page of all posts, as most requests ask. The benches run it beside ours.
pub const NEWEST: &str = shown!(post!(), "number < $2 and number > $3 order by number desc limit $4");

/// A page of all posts, or of one author's: newest first, in reverse where the page is read backwards.
pub async fn page(db: impl Query, reader: AccountId, author: Option<AccountId>, page: &Page<i64>) -> Result<Vec<Post>> {
    let below = page.after.unwrap_or(i64::MAX);
    let above = page.before.unwrap_or(i64::MIN);
    let limit = page.limit();
    match (author, page.is_backward) {
        (None, false) => db.all(NEWEST, &[&reader, &below, &above, &limit]).await,
        (None, true) => {
            let sql = shown!(post!(), "number < $2 and number > $3 order by number limit $4");
            db.all(sql, &[&reader, &below, &above, &limit]).await
        }
        (Some(author), false) => {
            let sql = shown!(post!(), "number < $2 and number > $3 and author_id = $5 order by number desc limit $4");
            db.all(sql, &[&reader, &below, &above, &limit, &author]).await
        }
        (Some(author), true) => {
            let sql = shown!(post!(), "number < $2 and number > $3 and author_id = $5 order by number limit $4");
            db.all(sql, &[&reader, &below, &above, &limit, &author]).await
        }
    }
}

pub async fn count(db: impl Query, reader: AccountId, author: Option<AccountId>) -> Result<i64> {
    let (count,): (i64,) = match author {
        None => db.one(shown!("count(*)", "true"), &[&reader]).await?,
        Some(author) => db.one(shown!("count(*)", "author_id = $2"), &[&reader, &author]).await?,
    };
    Ok(count)
}

pub async fn insert(tx: &mut Tx, post: &Post, fingerprint: &[u8]) -> Result<u64> {
    tx.run(
        "insert into posts (id, author_id, number, text, published_at, fingerprint) values ($1, $2, $3, $4, $5, $6)",
        &[&post.id, &post.author_id, &post.number, &post.text, &post.published_at, &fingerprint],
    )
    .await
}

/// Takes a key for a new post; 0 rows when the author has used it. Whoever wants the same key meanwhile waits here.
pub async fn claim_key(tx: &mut Tx, author: AccountId, key: &str, post: PostId) -> Result<u64> {
    tx.run(
        "insert into post_keys (author_id, client_key, post_id) values ($1, $2, $3) on conflict do nothing",
        &[&author, &key, &post],
    )
    .await
}

/// A post with what it was made of.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub post: Post,
    pub fingerprint: Vec<u8>,
}

/// Nothing for a key whose post is deleted.
pub async fn by_key(tx: &mut Tx, author: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = concat!(
        "select ",
        post!(),
        ", fingerprint from post_keys join posts on posts.id = post_id
         where post_keys.author_id = $1 and client_key = $2"
    );
    tx.opt(sql, &[&author, &key]).await
}

pub async fn by_id(db: impl Query, id: PostId) -> Result<Option<Post>> {
    db.opt(concat!("select ", post!(), " from posts where id = $1"), &[&id]).await
}

pub async fn set_text(tx: &mut Tx, id: PostId, text: &str, now: Timestamp) -> Result<Option<Post>> {
    let sql = concat!("update posts set text = $2, edited_at = $3 where id = $1 returning ", post!());
    tx.opt(sql, &[&id, &text, &now]).await
}

pub async fn delete(tx: &mut Tx, id: PostId) -> Result<u64> {
    tx.run("delete from posts where id = $1", &[&id]).await
}

/// Deletes some of an author's posts, until there are none; returns which.
pub async fn delete_some_of(tx: &mut Tx, author: AccountId) -> Result<Vec<(PostId,)>> {
    tx.all(
        "delete from posts where id in (select id from posts where author_id = $1 order by number limit $2)
         returning id",
        &[&author, &BATCH],
    )
    .await
}
