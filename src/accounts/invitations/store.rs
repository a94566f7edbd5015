//! Statements about invitations.

use super::{Invitation, InvitationId, ValidInvitation};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx, count_rows};
use crate::page::Page;

/// The condition that a row of `invitations` can be used at the instant `$now`.
macro_rules! is_usable {
    ($now:literal) => {
        concat!(
            "(invitations.revoked_at is null and invitations.expires_at > ",
            $now,
            " and invitations.use_count + invitations.held_count < invitations.max_uses)"
        )
    };
}

macro_rules! select_invitation {
    ($rest:expr) => {
        concat!(
            "select id, creator_id, email, note, max_uses, use_count, held_count, created_at, expires_at, revoked_at
             from invitations where ",
            $rest
        )
    };
}

/// Selects a page of the invitations that match the condition.
macro_rules! select_page {
    ($condition:literal, forward) => {
        select_invitation!(concat!(
            $condition,
            " and (created_at, id) < ($2, $3) and (created_at, id) > ($4, $5) order by created_at desc, id desc limit $6"
        ))
    };
    ($condition:literal, backward) => {
        select_invitation!(concat!(
            $condition,
            " and (created_at, id) < ($2, $3) and (created_at, id) > ($4, $5) order by created_at, id limit $6"
        ))
    };
}

/// An invitation to insert.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    pub invitation: &'a Invitation,
    pub token_hash: &'a [u8],
    pub nonce: &'a str,
    pub email_fold: Option<String>,
    pub client_key: Option<String>,
    pub fingerprint: Option<Vec<u8>>,
}

pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<u64> {
    let Invitation { id, creator_id, email, note, max_uses, created_at, expires_at, .. } = new.invitation;
    tx.run(
        "insert into invitations (id, creator_id, token_hash, nonce, email, email_fold, note, max_uses, created_at,
                                  expires_at, client_key, fingerprint)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            id,
            creator_id,
            &new.token_hash,
            &new.nonce,
            email,
            &new.email_fold,
            note,
            max_uses,
            created_at,
            expires_at,
            &new.client_key,
            &new.fingerprint,
        ],
    )
    .await
}

/// An invitation with what a repeated request needs.
#[derive(Debug, sqlx::FromRow)]
pub struct KeyedInvitation {
    #[sqlx(flatten)]
    pub invitation: Invitation,
    pub nonce: String,
    pub fingerprint: Option<Vec<u8>>,
}

/// Returns the invitation that an earlier request with this client key created.
pub async fn by_key(tx: &mut Tx, creator: AccountId, key: &str) -> Result<Option<KeyedInvitation>> {
    tx.opt(
        "select id, creator_id, email, note, max_uses, use_count, held_count, created_at, expires_at, revoked_at, nonce,
                fingerprint
         from invitations where creator_id = $1 and client_key = $2",
        &[&creator, &key],
    )
    .await
}

pub async fn by_ids(db: impl Query, ids: &[InvitationId]) -> Result<Vec<Invitation>> {
    let sql = select_invitation!("id in (select value from json_each($1))");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

/// Returns a page of the invitations of a member, or of all, newest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    creator: Option<AccountId>,
    page: &Page<(Timestamp, InvitationId)>,
) -> Result<Vec<Invitation>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MAX), InvitationId(i64::MAX)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MIN), InvitationId(i64::MIN)));
    let sql = match (creator, page.is_backward) {
        (Some(_), false) => select_page!("creator_id = $1", forward),
        (Some(_), true) => select_page!("creator_id = $1", backward),
        (None, false) => select_page!("creator_id = coalesce($1, creator_id)", forward),
        (None, true) => select_page!("creator_id = coalesce($1, creator_id)", backward),
    };
    db.all(sql, &[&creator, &after, &after_id, &before, &before_id, &page.limit()]).await
}

pub async fn count(db: impl Query, creator: Option<AccountId>) -> Result<i64> {
    let sql = match creator {
        Some(_) => count_rows!(select_invitation!("creator_id = $1")),
        None => count_rows!(select_invitation!("creator_id = coalesce($1, creator_id)")),
    };
    let (count,): (i64,) = db.one(sql, &[&creator]).await?;
    Ok(count)
}

/// Counts the invitations of a member that can be used.
pub async fn count_usable(tx: &mut Tx, creator: AccountId, now: Timestamp) -> Result<i64> {
    let sql = concat!("select count(*) from invitations where creator_id = $1 and ", is_usable!("$2"));
    let (count,): (i64,) = tx.one(sql, &[&creator, &now]).await?;
    Ok(count)
}

/// Returns the invitation of a token, if it can be used.
pub async fn usable_by_token(db: impl Query, token_hash: &[u8], now: Timestamp) -> Result<Option<ValidInvitation>> {
    let sql = concat!(
        "select invitations.id, invitations.email_fold, accounts.role as creator_role
         from invitations join accounts on accounts.id = creator_id where token_hash = $1 and ",
        is_usable!("$2")
    );
    db.opt(sql, &[&token_hash, &now]).await
}

/// The creator of an invitation that was updated.
type Creator = Option<(AccountId,)>;

/// Counts an account that is created with an invitation. `None` if it cannot be used any more.
pub async fn take_use(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<Creator> {
    let sql = concat!(
        "update invitations set use_count = use_count + 1 where id = $1 and ",
        is_usable!("$2"),
        " returning creator_id"
    );
    tx.opt(sql, &[&id, &now]).await
}

/// Holds a use for a registration that waits for approval. `None` if the invitation cannot be used any more.
pub async fn hold_use(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<Creator> {
    let sql = concat!(
        "update invitations set held_count = held_count + 1 where id = $1 and ",
        is_usable!("$2"),
        " returning creator_id"
    );
    tx.opt(sql, &[&id, &now]).await
}

/// Counts the account of an approved registration, whose use is held. `None` if the invitation was deleted.
pub async fn take_held_use(tx: &mut Tx, id: InvitationId) -> Result<Creator> {
    let sql = "update invitations set held_count = held_count - 1, use_count = use_count + 1 where id = $1
        returning creator_id";
    tx.opt(sql, &[&id]).await
}

/// Releases the use of a registration that was not approved. `None` if the invitation was deleted.
pub async fn release_held_use(tx: &mut Tx, id: InvitationId) -> Result<Creator> {
    let sql = "update invitations set held_count = held_count - 1 where id = $1 returning creator_id";
    tx.opt(sql, &[&id]).await
}

/// Revokes an invitation. 0 rows if it was revoked or deleted before.
pub async fn revoke(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<u64> {
    tx.run("update invitations set revoked_at = $2 where id = $1 and revoked_at is null", &[&id, &now]).await
}

/// Revokes the invitations of a member that have not expired. One that is used up can become usable again, when a
/// registration is not approved.
pub async fn revoke_by_creator(tx: &mut Tx, creator: AccountId, now: Timestamp) -> Result<u64> {
    tx.run(
        "update invitations set revoked_at = $2 where creator_id = $1 and revoked_at is null and expires_at > $2",
        &[&creator, &now],
    )
    .await
}

pub async fn delete_by_creator(tx: &mut Tx, creator: AccountId) -> Result<u64> {
    tx.run("delete from invitations where creator_id = $1", &[&creator]).await
}
