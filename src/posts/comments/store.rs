//! Statements about comments.

use super::{Comment, CommentId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Tx};
use crate::page::Page;
use crate::posts::PostId;

/// Selects comments with these further columns, on this condition.
macro_rules! select {
    ($columns:literal, $rest:expr) => {
        select!("", $columns, $rest)
    };
    ($before_comments:literal, $columns:literal, $rest:expr) => {
        concat!(
            "select comments.id, comments.post_id, posts.author_id as post_author_id, comments.author_id,
                    comments.number, comments.reply_to_id, comments.text, comments.created_at, comments.edited_at",
            $columns,
            " from ",
            $before_comments,
            "comments join posts on posts.id = comments.post_id where ",
            $rest
        )
    };
}

/// The condition that the viewer, `$1`, can see a comment: no block parts the viewer from its author, nor from the author
/// of the post.
macro_rules! is_visible {
    () => {
        "not exists (select 1 from relations where user_id = $1 and other_id = comments.author_id and is_hidden)
         and not exists (select 1 from relations where user_id = $1 and other_id = posts.author_id and is_hidden)"
    };
}

pub async fn visible_by_ids(db: impl Query, viewer: AccountId, ids: &[CommentId]) -> Result<Vec<Comment>> {
    let sql =
        select!("json_each($2) as wanted cross join ", "", concat!(is_visible!(), " and comments.id = wanted.value"));
    db.all(sql, &[&viewer, &List::new(ids.iter().copied())]).await
}

pub async fn visible_by_id(db: impl Query, viewer: AccountId, id: CommentId) -> Result<Option<Comment>> {
    db.opt(select!("", concat!(is_visible!(), " and comments.id = $2")), &[&viewer, &id]).await
}

/// Returns comments regardless of blocks.
pub async fn by_ids_unfiltered(db: impl Query, ids: &[CommentId]) -> Result<Vec<Comment>> {
    let sql = select!("json_each($1) as wanted cross join ", "", "comments.id = wanted.value");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

/// Returns a comment regardless of blocks.
pub async fn by_id(db: impl Query, id: CommentId) -> Result<Option<Comment>> {
    db.opt(select!("", "comments.id = $1"), &[&id]).await
}

/// The bounds of a page of comments. One statement loads the pages of several posts that have equal bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommentBounds {
    above: i64,
    below: i64,
    limit: i64,
    is_backward: bool,
}

impl From<&Page<i64>> for CommentBounds {
    fn from(page: &Page<i64>) -> Self {
        Self {
            above: page.after.unwrap_or(i64::MIN),
            below: page.before.unwrap_or(i64::MAX),
            limit: page.limit(),
            is_backward: page.is_backward,
        }
    }
}

/// The pages of several posts with equal bounds.
macro_rules! select_pages {
    ($order:literal) => {
        select!(
            "",
            concat!(
                "comments.id in (
                     select id from (
                         select comments.id, row_number() over (partition by post_id order by comments.number ",
                $order,
                ") as place
                         from comments join posts on posts.id = comments.post_id
                         where post_id in (select value from json_each($2)) and comments.number > $3
                           and comments.number < $4 and ",
                is_visible!(),
                ") as listed where place <= $5)
                 order by comments.number ",
                $order
            )
        )
    };
}

/// Loads a page of the comments of each of these posts, oldest first; backward pages in reverse order.
pub async fn pages(db: impl Query, viewer: AccountId, posts: &[PostId], bounds: CommentBounds) -> Result<Vec<Comment>> {
    let sql = if bounds.is_backward { select_pages!("desc") } else { select_pages!("asc") };
    let posts = List::new(posts.iter().copied());
    db.all(sql, &[&viewer, &posts, &bounds.above, &bounds.below, &bounds.limit]).await
}

/// Counts the comments of these posts that the viewer can see. Looks only at those that a block hides.
pub async fn counts(db: impl Query, viewer: AccountId, posts: &[PostId]) -> Result<Vec<(PostId, i64)>> {
    db.all(
        "select posts.id, posts.comment_count - (
             select count(*) from relations
             join comments on comments.author_id = relations.other_id and comments.post_id = posts.id
             where relations.user_id = $1 and relations.is_hidden)
         from json_each($2) as wanted cross join posts where posts.id = wanted.value",
        &[&viewer, &List::new(posts.iter().copied())],
    )
    .await
}

/// Counts the comments of a post that blocks hide, by the user who does not see them, in order.
pub async fn hidden_counts(db: impl Query, post: PostId) -> Result<Vec<(AccountId, i64)>> {
    let sql = "select relations.user_id, count(*) from comments
         join relations on relations.other_id = comments.author_id and relations.is_hidden
         where comments.post_id = $1 group by relations.user_id order by relations.user_id";
    db.all(Scan(sql), &[&post]).await
}

/// Inserts a comment, and counts it.
pub async fn insert(tx: &mut Tx, comment: &Comment, fingerprint: &[u8]) -> Result<()> {
    let Comment { id, post_id, author_id, number, reply_to_id, text, created_at, .. } = comment;
    tx.run(
        "insert into comments (id, post_id, author_id, number, reply_to_id, text, created_at, fingerprint)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[id, post_id, author_id, number, reply_to_id, text, created_at, &fingerprint],
    )
    .await?;
    change_count(tx, *post_id, 1).await?;
    Ok(())
}

async fn change_count(tx: &mut Tx, post: PostId, by: i64) -> Result<u64> {
    tx.run("update posts set comment_count = comment_count + $2 where id = $1", &[&post, &by]).await
}

/// Returns how many comments a post has, those included that a block hides.
pub async fn count_all(tx: &mut Tx, post: PostId) -> Result<i64> {
    let count: Option<(i64,)> = tx.opt("select comment_count from posts where id = $1", &[&post]).await?;
    Ok(count.map_or(0, |(count,)| count))
}

/// Reserves a client key for a new comment; 0 rows if the author has used it. A concurrent transaction with the same key
/// waits here.
pub async fn claim_key(tx: &mut Tx, author: AccountId, key: &str, comment: CommentId) -> Result<u64> {
    tx.run(
        "insert into comment_keys (author_id, client_key, comment_id) values ($1, $2, $3) on conflict do nothing",
        &[&author, &key, &comment],
    )
    .await
}

/// A comment and the fingerprint of the draft it was created from.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub comment: Comment,
    pub fingerprint: Vec<u8>,
}

/// Loads the comment that a client key belongs to; `None` if it is deleted.
pub async fn by_key(tx: &mut Tx, author: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = select!(
        ", comments.fingerprint",
        "comments.id = (select comment_id from comment_keys where author_id = $1 and client_key = $2)"
    );
    tx.opt(sql, &[&author, &key]).await
}

/// Changes the text of a comment. It is never edited before it was created or last edited, whatever the clock says.
pub async fn set_text(tx: &mut Tx, id: CommentId, text: &str, now: Timestamp) -> Result<u64> {
    tx.run(
        "update comments set text = $2, edited_at = case when coalesce(edited_at, created_at) >= $3
             then coalesce(edited_at, created_at) + 1 else $3 end
         where id = $1",
        &[&id, &text, &now],
    )
    .await
}

/// Deletes a comment; 0 rows if it is deleted already.
pub async fn delete(tx: &mut Tx, comment: &Comment) -> Result<u64> {
    let deleted = tx.run("delete from comments where id = $1", &[&comment.id]).await?;
    if deleted == 1 {
        change_count(tx, comment.post_id, -1).await?;
    }
    Ok(deleted)
}

/// Deletes all comments of these posts, and returns their ids.
pub async fn delete_of_posts(tx: &mut Tx, posts: &List) -> Result<Vec<(CommentId,)>> {
    tx.all("delete from comments where post_id in (select value from json_each($1)) returning id", &[posts]).await
}

/// Loads the comments of an account on these posts, as pairs of post and comment.
pub async fn of_author(tx: &mut Tx, author: AccountId, posts: &List) -> Result<Vec<(PostId, CommentId)>> {
    tx.all(
        "select post_id, id from comments
         where author_id = $1 and post_id in (select value from json_each($2)) order by post_id, number",
        &[&author, posts],
    )
    .await
}

/// Returns true if a post has comments of an account.
pub async fn has_of_author(db: impl Query, post: PostId, author: AccountId) -> Result<bool> {
    let sql = "select exists (select 1 from comments where author_id = $1 and post_id = $2)";
    let (has,): (bool,) = db.one(sql, &[&author, &post]).await?;
    Ok(has)
}

/// Deletes the comments of an account on these posts.
pub async fn delete_of_author(tx: &mut Tx, author: AccountId, posts: &List) -> Result<()> {
    let sql = "delete from comments where author_id = $1 and post_id in (select value from json_each($2))";
    tx.run(sql, &[&author, posts]).await?;
    tx.run(
        "update posts set comment_count = (select count(*) from comments where comments.post_id = posts.id)
         where id in (select value from json_each($1))",
        &[posts],
    )
    .await?;
    Ok(())
}
