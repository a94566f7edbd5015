//! Statements about accounts that several subjects of this slice share.

use super::lock::AccountLock;
use super::names::Email;
use super::{AccountId, Role};
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Sql, Tx};
use crate::is_locked;
use crate::locale::Locale;

/// An account with its username. A member has no address after another account has confirmed it first.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: AccountId,
    pub role: Role,
    pub email: Option<String>,
    pub email_fold: Option<String>,
    pub email_confirmed_at: Option<Timestamp>,
    pub password_hash: Option<String>,
    pub password_version: i64,
    #[sqlx(flatten)]
    pub lock: AccountLock,
    pub lock_reason: Option<String>,
    /// The language that the member has chosen; `None` for that of the server.
    pub locale: Option<Locale>,
    pub username: String,
    pub username_fold: String,
}

impl Account {
    /// Returns the address, as text and folded, if it is confirmed.
    pub fn confirmed_email(&self) -> Option<(&str, &str)> {
        self.email.as_deref().zip(self.email_fold.as_deref()).filter(|_| self.email_confirmed_at.is_some())
    }
}

macro_rules! select_account {
    ($condition:literal) => {
        select_account!("", $condition)
    };
    ($before_accounts:literal, $condition:literal) => {
        concat!(
            "select accounts.id, role, email, email_fold, email_confirmed_at, password_hash,
                    password_version, locked_at, lock_ends_at, lock_reason, locale, username, username_fold
             from ",
            $before_accounts,
            "accounts join users on users.id = accounts.id where ",
            $condition
        )
    };
}

pub async fn by_id(db: impl Query, id: AccountId) -> Result<Option<Account>> {
    db.opt(select_account!("accounts.id = $1"), &[&id]).await
}

pub async fn by_ids(db: impl Query, ids: &[AccountId]) -> Result<Vec<Account>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(select_account!("json_each($1) as wanted cross join ", "accounts.id = wanted.value"), &[&ids]).await
}

pub async fn by_email(db: impl Query, fold: &str) -> Result<Option<Account>> {
    db.opt(select_account!("email_fold = $1"), &[&fold]).await
}

/// Excludes guests, who have no password and cannot sign in.
pub async fn member_by_username(db: impl Query, fold: &str) -> Result<Option<Account>> {
    db.opt(select_account!("username_fold = $1 and role <> 'guest'"), &[&fold]).await
}

/// Selects the account's row and locks it. SQLite has one writer, so a transaction locks everything.
macro_rules! select_locked {
    ($condition:expr) => {
        Sql {
            sqlite: concat!("select id from accounts where ", $condition),
            postgres: concat!("select id from accounts where ", $condition, " for no key update"),
        }
    };
}

/// Locks the account's row until the transaction ends. Returns false if the account does not exist.
///
/// Every transaction that changes an account calls this first. What it reads afterwards then cannot change before its
/// commit, on both engines, and two such transactions cannot deadlock.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<bool> {
    let locked: Option<(AccountId,)> = tx.opt(select_locked!("id = $1"), &[&id]).await?;
    Ok(locked.is_some())
}

/// Like [`lock`], for several accounts in the order of their ids, so that two such transactions cannot deadlock. Returns
/// those that exist.
pub async fn lock_all(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<AccountId>> {
    let sql = select_locked!("id in (select value from json_each($1)) order by id");
    let locked: Vec<(AccountId,)> = tx.all(sql, &[&List::new(ids.iter().map(|id| id.0))]).await?;
    Ok(locked.into_iter().map(|(id,)| id).collect())
}

/// Like [`lock`], for a guest. Returns false if the account is not, or no longer, a guest.
pub async fn lock_guest(tx: &mut Tx, id: AccountId) -> Result<bool> {
    let locked: Option<(AccountId,)> = tx.opt(select_locked!("id = $1 and role = 'guest'"), &[&id]).await?;
    Ok(locked.is_some())
}

/// Like [`lock`], after the password was verified. Returns false if the password has changed since, or if the account is
/// locked by staff or does not exist.
pub async fn lock_if_password_unchanged(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<bool> {
    let sql = select_locked!(concat!("id = $1 and password_version = $2 and not ", is_locked!("$3")));
    let locked: Option<(AccountId,)> = tx.opt(sql, &[&account.id, &account.password_version, &now]).await?;
    Ok(locked.is_some())
}

pub async fn set_password(tx: &mut Tx, id: AccountId, hash: &str) -> Result<u64> {
    tx.run(
        "update accounts set password_hash = $2, password_version = password_version + 1
         where id = $1 and role <> 'guest'",
        &[&id, &hash],
    )
    .await
}

/// Replaces the hash by one of the same password with newer parameters, unless the password has changed since.
pub async fn replace_password_hash(db: impl Query, id: AccountId, old: &str, new: &str) -> Result<u64> {
    db.run("update accounts set password_hash = $3 where id = $1 and password_hash = $2", &[&id, &old, &new]).await
}

/// Returns whether another account than `except` has confirmed this email address, or can still restore it with an undo
/// link, or a registration with it waits for approval. An unconfirmed address is not taken, unless its account was created
/// after `recent`.
pub async fn is_email_taken(
    db: impl Query,
    fold: &str,
    except: Option<AccountId>,
    recent: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let (taken,): (bool,) = db
        .one(
            "select exists (select 1 from accounts where email_fold = $1 and id <> $2
                            and (email_confirmed_at is not null or created_at > $4))
                 or exists (select 1 from mail_tokens where purpose = 'undo_email' and email_fold = $1
                            and account_id <> $2 and expires_at > $3)
                 or exists (select 1 from registration_requests where email_fold = $1 and expires_at > $3)",
            &[&fold, &except.unwrap_or(AccountId(0)), &now, &recent.unwrap_or(Timestamp(i64::MAX))],
        )
        .await?;
    Ok(taken)
}

/// Returns whether a username belongs to another account than `except`, or is reserved by a registration that waits for
/// approval, or by a pending one of another email address than `email_fold`.
pub async fn is_username_taken(
    db: impl Query,
    fold: &str,
    except: AccountId,
    email_fold: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let (taken,): (bool,) = db
        .one(
            "select exists (select 1 from users where username_fold = $1 and id <> $2)
                 or exists (select 1 from pending_registrations where username_fold = $1 and expires_at > $4
                            and email_fold <> $3)
                 or exists (select 1 from registration_requests where username_fold = $1 and expires_at > $4)",
            &[&fold, &except, &email_fold.unwrap_or_default(), &now],
        )
        .await?;
    Ok(taken)
}

/// Sets the username. Fails with a constraint error if another account took it after it was checked.
pub async fn set_username(tx: &mut Tx, id: AccountId, username: &str, fold: &str) -> Result<u64> {
    tx.run("update users set username = $2, username_fold = $3 where id = $1", &[&id, &username, &fold]).await
}

/// Sets the language of an account; `None` for that of the server.
pub async fn set_locale(tx: &mut Tx, id: AccountId, locale: Option<Locale>) -> Result<u64> {
    tx.run("update accounts set locale = $2 where id = $1", &[&id, &locale]).await
}

/// Takes an unconfirmed email address from every account but `except`, which is about to confirm it. Their links to this
/// address become invalid.
pub async fn release_unconfirmed_email(tx: &mut Tx, fold: &str, except: Option<AccountId>) -> Result<()> {
    let except = except.unwrap_or(AccountId(0));
    tx.run(
        "delete from mail_tokens where email_fold = $1 and purpose in ('confirm_email', 'reset_password')
         and account_id in (select id from accounts where id <> $2 and email_confirmed_at is null)",
        &[&fold, &except],
    )
    .await?;
    tx.run(
        "update accounts set email = null, email_fold = null
         where email_fold = $1 and id <> $2 and email_confirmed_at is null",
        &[&fold, &except],
    )
    .await?;
    Ok(())
}

/// Sets a confirmed email address. 0 rows if another account has it.
pub async fn set_email(tx: &mut Tx, id: AccountId, email: &Email, now: Timestamp) -> Result<u64> {
    tx.run(
        "update accounts set email = $2, email_fold = $3, email_confirmed_at = $4
         where id = $1 and not exists (select 1 from accounts where email_fold = $3 and id <> $1)",
        &[&id, &email.text, &email.fold, &now],
    )
    .await
}

/// Marks the email address as confirmed. 0 rows if the account has another address by now.
pub async fn confirm_email(tx: &mut Tx, id: AccountId, fold: &str, now: Timestamp) -> Result<u64> {
    tx.run(
        "update accounts set email_confirmed_at = coalesce(email_confirmed_at, $3) where id = $1 and email_fold = $2",
        &[&id, &fold, &now],
    )
    .await
}
