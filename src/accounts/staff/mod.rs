//! Roles and locks: set by moderators and admins ([`rules`]), and by the operator from the command line. The [`log`] has
//! every action.

pub mod graphql;
pub mod log;
pub mod rules;
pub mod store;

use super::audit::Cause;
use super::lock::AccountLock;
use super::names::Identifier;
use super::store::{self as accounts, Account};
use super::{AccountId, Role};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Query, Scan};
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::is_locked;

/// A lock to set.
#[derive(Clone, Debug)]
pub struct NewLock {
    /// `None` for a lock without an end.
    pub ends_at: Option<Timestamp>,
    /// What the member is informed of by mail; `None` for the command line, which sends none.
    pub reason: Option<String>,
    pub cause: Cause,
    pub report: Option<i64>,
}

/// Sets the role of a member. Every node applies it within 2 seconds, from the member's next request on.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn set_role(app: &App, username: &str, role: Role) -> Result<()> {
    let account = member(app, username).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    rules::set_role(app, &mut tx, &mut effects, &account, role, Cause::Command).await?;
    app.commit(tx, effects).await
}

/// Locks an account without an end: ends its sessions and prevents logins.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn lock_account(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let lock = NewLock { ends_at: None, reason: None, cause: Cause::Command, report: None };
    rules::set_lock(app, &mut tx, &mut effects, &account, lock).await?;
    app.commit(tx, effects).await
}

/// Unlocks an account.
///
/// # Errors
/// Refused with `NotFound` if no member has this username.
pub async fn unlock_account(app: &App, username: &str) -> Result<()> {
    let account = member(app, username).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if rules::clear_lock(app, &mut tx, &mut effects, &account, Cause::Command, None).await? {
        app.commit(tx, effects).await?;
    }
    Ok(())
}

/// Returns the member with this username or email address.
///
/// # Errors
/// Bad input if there is none.
pub async fn member(app: &App, name: &str) -> Result<Account> {
    let account = match Identifier::parse(name) {
        Identifier::Email(fold) => accounts::by_email(&app.db, &fold).await?,
        Identifier::Username(fold) => accounts::member_by_username(&app.db, &fold).await?,
        Identifier::TooLong(_) => None,
    };
    account.ok_or_else(|| Error::BadInput(format!("there is no member with the name or address {name:?}")))
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
    #[sqlx(flatten)]
    pub lock: AccountLock,
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
        "select accounts.id, username, username_fold, email, email_confirmed_at, role, locked_at, lock_ends_at, created_at,
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
         and (not $3 or ",
        is_locked!("$5"),
        ") order by username_fold limit $4"
    ));
    let role = filter.role.map(Role::as_str);
    Ok(app.db.all(sql, &[&after, &role, &filter.only_locked, &limit, &app.clock.now()]).await?)
}

/// Returns what [`list_members`] returns of one member.
///
/// # Errors
/// Refused with `NotFound` if there is none.
pub async fn listed_member(app: &App, name: &str) -> Result<ListedMember> {
    let account = member(app, name).await?;
    Ok(app.db.one(concat!(select_listed!(), " where accounts.id = $1"), &[&account.id]).await?)
}
