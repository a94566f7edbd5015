//! Statements about identities and sign-ins at providers.

use super::{Identity, IdentityId, Person};
use crate::accounts::names::Email;
use crate::accounts::{AccountId, SessionId};
use crate::clock::Timestamp;
use crate::db::{Query, Result, SWEEP_BATCH_SIZE, Scan, Tx};

macro_rules! select_identity {
    ($rest:literal) => {
        concat!("select id, account_id, provider, label, linked_at, last_used_at from identities where ", $rest)
    };
}

/// A sign-in that has started.
#[derive(Debug, sqlx::FromRow)]
pub struct StartedLogin {
    pub provider: String,
    pub code_challenge: String,
    pub redirect_url: String,
    pub expires_at: Timestamp,
}

/// A sign-in that a client may finish.
#[derive(Debug, sqlx::FromRow)]
pub struct FinishableLogin {
    pub provider: String,
    pub code_challenge: String,
    pub claims: String,
    pub expires_at: Timestamp,
}

pub async fn insert_login(db: impl Query, state_hash: &[u8], login: &StartedLogin) -> Result<u64> {
    db.run(
        "insert into identity_logins (state_hash, provider, code_challenge, redirect_url, expires_at)
         values ($1, $2, $3, $4, $5)",
        &[&state_hash, &login.provider, &login.code_challenge, &login.redirect_url, &login.expires_at],
    )
    .await
}

/// Deletes and returns a sign-in: of concurrent calls, one gets it.
pub async fn consume_login(tx: &mut Tx, state_hash: &[u8]) -> Result<Option<StartedLogin>> {
    tx.opt(
        "delete from identity_logins where state_hash = $1
         returning provider, code_challenge, redirect_url, expires_at",
        &[&state_hash],
    )
    .await
}

pub async fn insert_code(db: impl Query, code_hash: &[u8], login: &FinishableLogin) -> Result<u64> {
    db.run(
        "insert into identity_codes (code_hash, provider, code_challenge, claims, expires_at)
         values ($1, $2, $3, $4, $5)",
        &[&code_hash, &login.provider, &login.code_challenge, &login.claims, &login.expires_at],
    )
    .await
}

/// Deletes and returns what a code stands for: of concurrent calls, one gets it.
pub async fn consume_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<FinishableLogin>> {
    tx.opt(
        "delete from identity_codes where code_hash = $1 returning provider, code_challenge, claims, expires_at",
        &[&code_hash],
    )
    .await
}

pub async fn by_subject(db: impl Query, issuer: &str, subject: &str) -> Result<Option<Identity>> {
    db.opt(select_identity!("issuer = $1 and subject = $2"), &[&issuer, &subject]).await
}

/// Returns the identities of an account, the first linked one first.
pub async fn by_account(db: impl Query, account: AccountId) -> Result<Vec<Identity>> {
    db.all(select_identity!("account_id = $1 order by id"), &[&account]).await
}

pub async fn own(db: impl Query, account: AccountId, id: IdentityId) -> Result<Option<Identity>> {
    db.opt(select_identity!("account_id = $1 and id = $2"), &[&account, &id]).await
}

/// Inserts an identity. 0 rows if a member has it already.
pub async fn insert(
    tx: &mut Tx,
    id: IdentityId,
    account: AccountId,
    provider: &str,
    person: &Person,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into identities (id, account_id, provider, issuer, subject, label, linked_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        &[&id, &account, &provider, &person.issuer, &person.subject, &person.label(), &now],
    )
    .await
}

/// Records a sign-in. The address or name at the provider can have changed since the last one.
pub async fn set_used(tx: &mut Tx, id: IdentityId, label: &str, now: Timestamp) -> Result<u64> {
    tx.run("update identities set label = $2, last_used_at = $3 where id = $1", &[&id, &label, &now]).await
}

pub async fn delete(tx: &mut Tx, id: IdentityId) -> Result<u64> {
    tx.run("delete from identities where id = $1", &[&id]).await
}

/// Records that a session started, or was renewed, with an identity.
pub async fn set_session(
    tx: &mut Tx,
    session: SessionId,
    identity: IdentityId,
    provider_session: Option<String>,
) -> Result<u64> {
    tx.run(
        "insert into identity_sessions (session_id, identity_id, provider_session) values ($1, $2, $3)
         on conflict (session_id) do update
             set identity_id = excluded.identity_id, provider_session = excluded.provider_session",
        &[&session, &identity, &provider_session],
    )
    .await
}

/// Returns the provider at which a session started.
pub async fn provider_of_session(db: impl Query, session: SessionId) -> Result<Option<String>> {
    let found: Option<(String,)> = db
        .opt(
            "select provider from identities join identity_sessions on identity_id = identities.id
             where session_id = $1",
            &[&session],
        )
        .await?;
    Ok(found.map(|(provider,)| provider))
}

/// Returns the sessions of an account that started with an identity.
pub async fn sessions_of(db: impl Query, identity: IdentityId) -> Result<Vec<(SessionId,)>> {
    db.all("select session_id from identity_sessions where identity_id = $1 order by session_id", &[&identity]).await
}

/// Returns the sessions that a logout at the provider ends: those of its session if it names one, else those of its
/// account.
pub async fn sessions_to_end(
    db: impl Query,
    issuer: &str,
    subject: Option<String>,
    provider_session: Option<String>,
) -> Result<Vec<(AccountId, SessionId)>> {
    db.all(
        Scan(
            "select account_id, session_id from identity_sessions join identities on identities.id = identity_id
             where issuer = $1 and ($2 is null or subject = $2) and ($3 is null or provider_session = $3)
             order by account_id, session_id",
        ),
        &[&issuer, &subject, &provider_session],
    )
    .await
}

/// Remembers a logout token. 0 rows if it was used before.
pub async fn insert_logout(tx: &mut Tx, token_hash: &[u8], expires_at: Timestamp) -> Result<u64> {
    tx.run(
        "insert into identity_logouts (token_hash, expires_at) values ($1, $2) on conflict do nothing",
        &[&token_hash, &expires_at],
    )
    .await
}

/// Inserts the account of a member without a password. 0 rows if another account has the address.
pub async fn insert_account(tx: &mut Tx, id: AccountId, email: Option<&Email>, now: Timestamp) -> Result<u64> {
    let confirmed_at = email.map(|_| now);
    let (text, fold) = email.map(|email| (email.text.clone(), email.fold.clone())).unzip();
    tx.run(
        "insert into accounts (id, role, email, email_fold, email_confirmed_at, created_at)
         values ($1, 'member', $2, $3, $4, $5) on conflict do nothing",
        &[&id, &text, &fold, &confirmed_at, &now],
    )
    .await
}

/// Turns a guest's account into that of a member without a password. 0 rows if it is not, or no longer, a guest's, or if
/// another account has the address.
pub async fn convert_guest(tx: &mut Tx, id: AccountId, email: Option<&Email>, now: Timestamp) -> Result<u64> {
    let confirmed_at = email.map(|_| now);
    let (text, fold) = email.map(|email| (email.text.clone(), email.fold.clone())).unzip();
    tx.run(
        "update accounts set role = 'member', email = $2, email_fold = $3, email_confirmed_at = $4
         where id = $1 and role = 'guest' and not exists (select 1 from accounts where email_fold = $3)",
        &[&id, &text, &fold, &confirmed_at],
    )
    .await
}

/// Deletes a batch of the sign-ins, codes and logout tokens that have expired. Returns 0 when none is left.
pub async fn delete_expired(db: impl Query + Copy, now: Timestamp) -> Result<u64> {
    let mut deleted = 0;
    for sql in [
        "delete from identity_logins where state_hash in (
             select state_hash from identity_logins where expires_at <= $1 limit $2)",
        "delete from identity_codes where code_hash in (
             select code_hash from identity_codes where expires_at <= $1 limit $2)",
        "delete from identity_logouts where token_hash in (
             select token_hash from identity_logouts where expires_at <= $1 limit $2)",
    ] {
        deleted += db.run(Scan(sql), &[&now, &SWEEP_BATCH_SIZE]).await?;
    }
    Ok(deleted)
}
