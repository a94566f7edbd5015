//! Statements about posts.

use super::{Post, PostId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Texts, Tx, count_rows};
use crate::page::Page;
use crate::profiles::mentions::NamedUser;

/// The maximum number of posts deleted by one statement.
const DELETE_BATCH_SIZE: i64 = 500;

/// The columns of [`Post`].
macro_rules! columns {
    () => {
        "posts.id, posts.author_id, number, text, published_at, edited_at, comment_count"
    };
}

/// Selects from the posts that the viewer, `$1`, can see: those of authors without a block between them and the viewer.
/// Every condition of visibility belongs here.
macro_rules! visible {
    ($columns:expr, $condition:literal) => {
        visible!($columns, "", $condition)
    };
    ($columns:expr, $before_posts:literal, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            " from ",
            $before_posts,
            "posts
              where not exists (select 1 from relations where user_id = $1 and other_id = posts.author_id and is_hidden)
                and ",
            $condition
        )
    };
}

pub async fn by_ids(db: impl Query, viewer: AccountId, ids: &[PostId]) -> Result<Vec<Post>> {
    let sql = visible!(columns!(), "json_each($2) as wanted cross join ", "posts.id = wanted.value");
    db.all(sql, &[&viewer, &List::new(ids.iter().copied())]).await
}

/// Selects a forward page of all posts, the most frequent case. The benchmarks run it without the rest of the server.
pub const NEWEST_PAGE: &str = visible!(columns!(), "number < $2 and number > $3 order by number desc limit $4");

/// Loads a page of all posts or of one author's, the newest first; a backward page in reverse order.
pub async fn page(db: impl Query, viewer: AccountId, author: Option<AccountId>, page: &Page<i64>) -> Result<Vec<Post>> {
    let below = page.after.unwrap_or(i64::MAX);
    let above = page.before.unwrap_or(i64::MIN);
    let limit = page.limit();
    match (author, page.is_backward) {
        (None, false) => db.all(NEWEST_PAGE, &[&viewer, &below, &above, &limit]).await,
        (None, true) => {
            let sql = visible!(columns!(), "number < $2 and number > $3 order by number limit $4");
            db.all(sql, &[&viewer, &below, &above, &limit]).await
        }
        (Some(author), false) => {
            let sql =
                visible!(columns!(), "number < $2 and number > $3 and author_id = $5 order by number desc limit $4");
            db.all(sql, &[&viewer, &below, &above, &limit, &author]).await
        }
        (Some(author), true) => {
            let sql = visible!(columns!(), "number < $2 and number > $3 and author_id = $5 order by number limit $4");
            db.all(sql, &[&viewer, &below, &above, &limit, &author]).await
        }
    }
}

pub async fn count(db: impl Query, viewer: AccountId, author: Option<AccountId>) -> Result<i64> {
    let (count,): (i64,) = match author {
        None => db.one(count_rows!(visible!("1", "true")), &[&viewer]).await?,
        Some(author) => db.one(count_rows!(visible!("1", "author_id = $2")), &[&viewer, &author]).await?,
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

/// Reserves a client key for a new post; 0 rows if the author has used it. A concurrent transaction with the same key
/// waits here.
pub async fn claim_key(tx: &mut Tx, author: AccountId, key: &str, post: PostId) -> Result<u64> {
    tx.run(
        "insert into post_keys (author_id, client_key, post_id) values ($1, $2, $3) on conflict do nothing",
        &[&author, &key, &post],
    )
    .await
}

/// A post and the fingerprint of the draft it was created from.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub post: Post,
    pub fingerprint: Vec<u8>,
}

/// Loads the post that a client key belongs to; `None` if it is deleted.
pub async fn by_key(tx: &mut Tx, author: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", fingerprint from post_keys join posts on posts.id = post_id
         where post_keys.author_id = $1 and client_key = $2"
    );
    tx.opt(sql, &[&author, &key]).await
}

pub async fn by_id(db: impl Query, id: PostId) -> Result<Option<Post>> {
    db.opt(concat!("select ", columns!(), " from posts where id = $1"), &[&id]).await
}

/// Returns posts regardless of blocks.
pub async fn by_ids_unfiltered(db: impl Query, ids: &[PostId]) -> Result<Vec<Post>> {
    let sql =
        concat!("select ", columns!(), " from json_each($1) as wanted cross join posts where posts.id = wanted.value");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

pub async fn set_text(tx: &mut Tx, id: PostId, text: &str, now: Timestamp) -> Result<Option<Post>> {
    let sql = concat!(
        "update posts set text = $2, edited_at = case when coalesce(edited_at, published_at) >= $3
             then coalesce(edited_at, published_at) + 1 else $3 end
         where id = $1 returning ",
        columns!()
    );
    tx.opt(sql, &[&id, &text, &now]).await
}

/// Deletes posts.
pub async fn delete(tx: &mut Tx, posts: &List) -> Result<u64> {
    tx.run("delete from posts where id in (select value from json_each($1))", &[posts]).await
}

/// Returns the first posts after `after` that an account has written or commented on, and whether it has written them.
pub async fn written_or_commented_by(tx: &mut Tx, author: AccountId, after: PostId) -> Result<Vec<(PostId, bool)>> {
    tx.all(
        "select id, author_id = $1 from posts
         where id in (
             select id from (
                 select id from posts where author_id = $1 union select post_id from comments where author_id = $1
             ) as written where id > $2 order by id limit $3)
         order by id",
        &[&author, &after, &DELETE_BATCH_SIZE],
    )
    .await
}

/// Loads the members with one of these keys of names that a text of `author` below a post of `post_author` can mention:
/// all members, without those that a block hides from one of the two.
pub async fn mentionable_members(
    tx: &mut Tx,
    author: AccountId,
    post_author: AccountId,
    keys: &Texts,
) -> Result<Vec<NamedUser>> {
    tx.all(
        "select users.id, username from users
         where username_fold in (select value from json_each($3)) and not is_guest
           and not exists (select 1 from relations where relations.user_id in ($1, $2)
                           and relations.other_id = users.id and relations.is_hidden)",
        &[&author, &post_author, keys],
    )
    .await
}
