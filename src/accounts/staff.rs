//! Changes to accounts by the operator, from the command line.

use super::audit::AuditEvent;
use super::names::Identifier;
use super::sessions::rules as sessions;
use super::store::{self, Account};
use super::{AccountId, Role};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Query, Scan, Tx};
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

/// Returns the member with this username or email address.
///
/// # Errors
/// Refused with `NotFound` if there is none.
pub async fn member(app: &App, name: &str) -> Result<Account> {
    let account = match Identifier::parse(name) {
        Identifier::Email(fold) => store::by_email(&app.db, &fold).await?,
        Identifier::Username(fold) => store::member_by_username(&app.db, &fold).await?,
        Identifier::TooLong(_) => None,
    };
    account
        .ok_or_else(|| Error::refused(Code::NotFound, format!("there is no member with the name or address {name:?}")))
}

/// A member as the operator sees it in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedMember {
    pub id: AccountId,
    pub username: String,
    pub username_fold: String,
    pub email: Option<String>,
    pub email_confirmed_at: Option<Timestamp>,
    pub role: Role,
    pub locked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// When a session was used last; `None` without sessions.
    pub last_used_at: Option<Timestamp>,
    pub sessions: i64,
}

/// Which members are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListFilter {
    pub role: Option<Role>,
    pub only_locked: bool,
}

macro_rules! select_listed {
    () => {
        "select accounts.id, username, username_fold, email, email_confirmed_at, role, locked_at, created_at,
                (select max(last_used_at) from sessions where account_id = accounts.id) as last_used_at,
                (select count(*) from sessions where account_id = accounts.id) as sessions
         from accounts join users on users.id = accounts.id"
    };
}

/// Returns up to `limit` members whose folded usernames come after `after`, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn list_members(app: &App, filter: ListFilter, after: &str, limit: i64) -> Result<Vec<ListedMember>> {
    let sql = Scan(concat!(
        select_listed!(),
        " where username_fold > $1 and role <> 'guest' and role = coalesce($2, role)
         and (locked_at is not null or not $3) order by username_fold limit $4"
    ));
    let role = filter.role.map(Role::as_str);
    Ok(app.db.all(sql, &[&after, &role, &filter.only_locked, &limit]).await?)
}

/// Returns what [`list_members`] returns of one member.
///
/// # Errors
/// Refused with `NotFound` if there is none.
pub async fn listed_member(app: &App, name: &str) -> Result<ListedMember> {
    let account = member(app, name).await?;
    Ok(app.db.one(concat!(select_listed!(), " where accounts.id = $1"), &[&account.id]).await?)
}

async fn set_locked(tx: &mut Tx, id: AccountId, at: Option<Timestamp>) -> db::Result<u64> {
    tx.run("update accounts set locked_at = $2 where id = $1", &[&id, &at]).await
}
