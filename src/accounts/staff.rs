//! What those who run the place do to accounts, from the command line.

use super::sessions::rules as sessions;
use super::store::{self, Account};
use super::{AccountId, Role, names};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Query, Result as Stored, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Result};

/// Gives a member a role. It holds from their next request on, on every node within 2 seconds.
///
/// # Errors
/// Refused with `NotFound` where no member has this name.
pub async fn set_role(app: &App, username: &str, role: Role) -> Result<()> {
    let account = member(app, username).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    tx.run("update accounts set role = $2 where id = $1 and role <> 'guest'", &[&account.id, &role]).await?;
    app.raise(&mut tx, &mut effects, DomainEvent::RoleChanged(account.id)).await?;
    app.commit(tx, effects).await
}

/// Locks an account: every session ends and nobody signs in.
///
/// # Errors
/// Refused with `NotFound` where no member has this name.
pub async fn lock(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    set_locked(&mut tx, account.id, Some(now)).await?;
    sessions::end_all(app, &mut tx, &mut effects, account.id, None).await?;
    super::mail_tokens::revoke(&mut tx, account.id).await?;
    app.commit(tx, effects).await
}

/// Unlocks an account.
///
/// # Errors
/// Refused with `NotFound` where no member has this name.
pub async fn unlock(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let mut tx = app.db.write().await?;
    set_locked(&mut tx, account.id, None).await?;
    Ok(tx.commit().await?)
}

async fn member(app: &App, username: &str) -> Result<Account> {
    let account = store::member_by_username(&app.db, &names::fold_username(username)).await?;
    account.ok_or_else(|| Error::refused(Code::NotFound, format!("there is no member {username:?}")))
}

async fn set_locked(tx: &mut Tx, id: AccountId, at: Option<Timestamp>) -> Stored<u64> {
    tx.run("update accounts set locked_at = $2 where id = $1", &[&id, &at]).await
}
