//! Statements about registration requests.

use super::{DecidedRequest, RegistrationRequest, RegistrationRequestId};
use crate::accounts::AccountId;
use crate::accounts::registration::store::PendingRegistration;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Tx, count_rows};
use crate::page::Page;
use crate::pending_columns;

/// Inserts a request. 0 rows if another one has the address or the username.
pub async fn insert(
    tx: &mut Tx,
    id: RegistrationRequestId,
    registration: &PendingRegistration,
    token_hash: Option<Vec<u8>>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<u64> {
    tx.run(
        concat!(
            "insert into registration_requests (id, token_hash, created_at, expires_at, ",
            pending_columns!(),
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing"
        ),
        &[
            &id,
            &token_hash,
            &now,
            &expires_at,
            &registration.email,
            &registration.email_fold,
            &registration.password_hash,
            &registration.username,
            &registration.username_fold,
            &registration.guest_id,
            &registration.profile,
            &registration.invitation_id,
            &registration.note,
            &registration.locale,
        ],
    )
    .await
}

/// Returns when the newest request was created.
pub async fn latest_created(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let (latest,): (Option<Timestamp>,) = tx.one("select max(created_at) from registration_requests", &[]).await?;
    Ok(latest)
}

/// Selects requests that wait at the instant `$1`.
macro_rules! select_waiting {
    ($columns:literal, $rest:literal) => {
        concat!("select ", $columns, " from registration_requests where expires_at > $1 ", $rest)
    };
}

macro_rules! select_request {
    ($rest:literal) => {
        select_waiting!("id, email, username, profile, note, created_at", $rest)
    };
}

pub async fn by_ids(db: impl Query, ids: &[RegistrationRequestId], now: Timestamp) -> Result<Vec<RegistrationRequest>> {
    let sql = select_request!("and id in (select value from json_each($2))");
    db.all(sql, &[&now, &List::new(ids.iter().copied())]).await
}

/// Returns a page of the requests that wait, oldest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    now: Timestamp,
    page: &Page<(Timestamp, RegistrationRequestId)>,
) -> Result<Vec<RegistrationRequest>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MIN), RegistrationRequestId(i64::MIN)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MAX), RegistrationRequestId(i64::MAX)));
    let sql = if page.is_backward {
        select_request!(
            "and (created_at, id) > ($2, $3) and (created_at, id) < ($4, $5) order by created_at desc, id desc limit $6"
        )
    } else {
        select_request!(
            "and (created_at, id) > ($2, $3) and (created_at, id) < ($4, $5) order by created_at, id limit $6"
        )
    };
    db.all(sql, &[&now, &after, &after_id, &before, &before_id, &page.limit()]).await
}

pub async fn count(db: impl Query, now: Timestamp) -> Result<i64> {
    let (count,): (i64,) = db.one(count_rows!(select_waiting!("1", "")), &[&now]).await?;
    Ok(count)
}

/// Returns the username of the request with this address.
pub async fn username_by_email(tx: &mut Tx, email_fold: &str, now: Timestamp) -> Result<Option<(String,)>> {
    tx.opt(select_waiting!("username", "and email_fold = $2"), &[&now, &email_fold]).await
}

/// Returns the hash of the password of the request with this address.
pub async fn password_by_email(db: impl Query, fold: &str, now: Timestamp) -> Result<Option<(String,)>> {
    db.opt(select_waiting!("password_hash", "and email_fold = $2"), &[&now, &fold]).await
}

/// Returns the hash of the password of the request with this username.
pub async fn password_by_username(db: impl Query, fold: &str, now: Timestamp) -> Result<Option<(String,)>> {
    db.opt(select_waiting!("password_hash", "and username_fold = $2"), &[&now, &fold]).await
}

/// Returns the guest that becomes the member of a request.
pub async fn guest_of(tx: &mut Tx, id: RegistrationRequestId, now: Timestamp) -> Result<Option<(Option<AccountId>,)>> {
    tx.opt(select_waiting!("guest_id", "and id = $2"), &[&now, &id]).await
}

/// Returns whether a token confirmed the address of a request.
pub async fn is_confirmed_by(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let found: Option<(RegistrationRequestId,)> =
        tx.opt(select_waiting!("id", "and token_hash = $2"), &[&now, &token_hash]).await?;
    Ok(found.is_some())
}

/// Returns whether another account than `except` has a username. A pending registration with it does not count: the first
/// one that is confirmed gets the name.
pub async fn is_username_used(tx: &mut Tx, fold: &str, except: AccountId) -> Result<bool> {
    let (is_used,): (bool,) =
        tx.one("select exists (select 1 from users where username_fold = $1 and id <> $2)", &[&fold, &except]).await?;
    Ok(is_used)
}

/// Deletes and returns a request that waits. Of concurrent decisions, one gets it.
pub async fn take(tx: &mut Tx, id: RegistrationRequestId, now: Timestamp) -> Result<Option<DecidedRequest>> {
    let sql = concat!(
        "delete from registration_requests where id = $1 and expires_at > $2 returning id, token_hash, ",
        pending_columns!()
    );
    tx.opt(sql, &[&id, &now]).await
}

/// Returns requests that have expired after this one, in order.
pub async fn expired(
    db: impl Query,
    now: Timestamp,
    after: Option<(Timestamp, RegistrationRequestId)>,
    limit: i64,
) -> Result<Vec<(Timestamp, RegistrationRequestId)>> {
    let (after, after_id) = after.unwrap_or((Timestamp(i64::MIN), RegistrationRequestId(i64::MIN)));
    db.all(
        Scan(
            "select expires_at, id from registration_requests
             where expires_at <= $1 and (expires_at, id) > ($2, $3) order by expires_at, id limit $4",
        ),
        &[&now, &after, &after_id, &limit],
    )
    .await
}

/// Deletes and returns a request that has expired. Of several nodes, one gets it.
pub async fn take_expired(tx: &mut Tx, id: RegistrationRequestId, now: Timestamp) -> Result<Option<DecidedRequest>> {
    let sql = concat!(
        "delete from registration_requests where id = $1 and expires_at <= $2 returning id, token_hash, ",
        pending_columns!()
    );
    tx.opt(sql, &[&id, &now]).await
}
