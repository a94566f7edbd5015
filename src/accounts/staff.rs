//! Changes to accounts by the operator, from the command line.

use super::audit::AuditEvent;
use super::sessions::rules as sessions;
use super::store::{self, Account};
use super::{AccountId, Role, names};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Query, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Result};

/// Sets the role of a member. Every node applies it within 2 seconds, from the member's next request on.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn set_role(app: &App, username: &str, role: Role) -> Result<()> {
    let account = member(app, username).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    tx.run("update accounts set role = $2 where id = $1 and role <> 'guest'", &[&account.id, &role]).await?;
    app.raise(&mut tx, &mut effects, DomainEvent::RoleChanged(account.id)).await?;
    app.commit(tx, effects).await?;
    AuditEvent::RoleChanged.log(Some(account.id), None);
    Ok(())
}

/// Locks an account: ends its sessions and prevents logins.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn lock_account(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    set_locked(&mut tx, account.id, Some(now)).await?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, account.id, None).await?;
    super::mail_tokens::revoke_except_undo(&mut tx, account.id).await?;
    app.raise(&mut tx, &mut effects, DomainEvent::AccountLocked(account.id)).await?;
    app.commit(tx, effects).await?;
    AuditEvent::AccountLocked.log(Some(account.id), None);
    Ok(())
}

/// Unlocks an account.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn unlock_account(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let mut tx = app.db.write().await?;
    set_locked(&mut tx, account.id, None).await?;
    tx.commit().await?;
    AuditEvent::AccountUnlocked.log(Some(account.id), None);
    Ok(())
}

async fn member(app: &App, username: &str) -> Result<Account> {
    let account = store::member_by_username(&app.db, &names::fold_username(username)).await?;
    account.ok_or_else(|| Error::refused(Code::NotFound, format!("there is no member with the username {username:?}")))
}

async fn set_locked(tx: &mut Tx, id: AccountId, at: Option<Timestamp>) -> db::Result<u64> {
    tx.run("update accounts set locked_at = $2 where id = $1", &[&id, &at]).await
}
