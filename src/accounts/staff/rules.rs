//! Roles and locks, as moderators and admins set them by the API.

use std::time::Duration;

use secrecy::SecretString;
use tracing::warn;

use super::log::{self, NewStaffAction, StaffActionKind};
use super::{NewLock, store};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::invitations::store as invitations;
use crate::accounts::sessions::rules as sessions;
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{AccountId, Client, Role, Viewer, mail_tokens, mailing, password_check};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::mail::Letter;
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};
use crate::sentences::say;
use crate::text::{Lines, check_text};

/// The maximum length of reasons, messages and notes of moderators.
pub const MAX_TEXT_LENGTH: usize = 1_000;

/// What the detail of a moderation notification has for a lock: the number of the action.
pub const LOCK_ACTION: i64 = 4;

/// How often locks that have ended are cleared. Readers do not wait for it.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(2);
const EXPIRY_BATCH_SIZE: i64 = 100;

/// Returns whether a moderator or admin may warn and lock an account, and an admin change its role: moderators act on
/// members and guests, admins on all but themselves.
pub fn can_act_on(viewer: Viewer, target: &Account) -> bool {
    let outranks = match viewer.role {
        Role::Admin => true,
        Role::Moderator => matches!(target.role, Role::Member | Role::Guest),
        Role::Member | Role::Guest => false,
    };
    outranks && target.id != viewer.account
}

/// Checks a text that a moderator writes.
///
/// # Errors
/// The problem of the text, at the input field `name`.
pub fn check_staff_text(name: &'static str, text: &str) -> Result<String, Problem> {
    check_text(name, text, 1, MAX_TEXT_LENGTH, Lines::Many)
}

/// Checks the end of a lock.
///
/// # Errors
/// `Invalid` at the input field `name` if it is not in the future.
pub fn check_lock_end(name: &'static str, ends_at: Timestamp, now: Timestamp) -> Result<Timestamp, Problem> {
    if ends_at > now {
        return Ok(ends_at);
    }
    Err(Problem::member(name, Code::Invalid, say::LockEndNotInFuture))
}

/// Locks a member, or replaces reason and end of the lock.
///
/// # Errors
/// Problems with `reason` and `endsAt`; `NotFound` or `Forbidden` at `userId`.
pub async fn lock_member(
    app: &App,
    client: &Client,
    viewer: Viewer,
    user: Option<AccountId>,
    reason: &str,
    ends_at: Option<Timestamp>,
) -> Result<AccountId> {
    let now = app.clock.now();
    let mut problems = Problems::default();
    let reason = problems.check(check_staff_text("reason", reason));
    problems.check(ends_at.map(|ends_at| check_lock_end("endsAt", ends_at, now)).transpose());
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let target = problems.check(lock_target(app, &mut tx, viewer, user).await?);
    problems.finish()?;
    let Some(target) = target else { return Err(not_found().into()) };
    let lock = NewLock { ends_at, reason: reason.clone(), cause: Cause::viewer(viewer, client), report: None };
    set_lock(app, &mut tx, &mut effects, &target, lock).await?;
    let notification = NewNotification {
        detail: Some(LOCK_ACTION),
        message: reason,
        ..NewNotification::new(NotificationType::Moderation, target.id, Subject::new(SubjectKind::Account, target.id.0))
    };
    notifications::notify(app, &mut tx, &mut effects, &[notification]).await?;
    app.commit(tx, effects).await?;
    Ok(target.id)
}

/// Unlocks a member. One who is not locked stays as they are.
///
/// # Errors
/// Problems with `note`; `NotFound` or `Forbidden` at `userId`.
pub async fn unlock_member(
    app: &App,
    client: &Client,
    viewer: Viewer,
    user: Option<AccountId>,
    note: Option<&str>,
) -> Result<AccountId> {
    let mut problems = Problems::default();
    let note = problems.check(note.map(|note| check_staff_text("note", note)).transpose()).flatten();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let target = problems.check(lock_target(app, &mut tx, viewer, user).await?);
    problems.finish()?;
    let Some(target) = target else { return Err(not_found().into()) };
    if !clear_lock(app, &mut tx, &mut effects, &target, Cause::viewer(viewer, client), note).await? {
        return Ok(target.id);
    }
    app.commit(tx, effects).await?;
    Ok(target.id)
}

/// Changes the role of a member. Every node applies it within 2 seconds.
///
/// # Errors
/// `Invalid` at `role`; `NotFound`, `Forbidden`, or `WrongState` for the last admin at `userId`;
/// `ReauthenticationRequired` or `CredentialsWrong` at `password`.
pub async fn set_member_role(
    app: &App,
    client: &Client,
    viewer: Viewer,
    user: Option<AccountId>,
    role: Role,
    password: Option<&SecretString>,
) -> Result<AccountId> {
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let mut problems = Problems::default();
    problems.collect(password_check::require_recent(app, client, viewer, &account, password).await)?;
    if role == Role::Guest {
        problems.extend([Problem::member("role", Code::Invalid, say::MemberCannotBecomeGuest)]);
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let target = if user == Some(viewer.account) {
        Err(own_role(app, &mut tx, viewer).await?)
    } else {
        lock_target(app, &mut tx, viewer, user).await?
    };
    let target = problems.check(target);
    problems.finish()?;
    let Some(target) = target else { return Err(not_found().into()) };
    if password.is_some() {
        password_check::lock_account(app, &mut tx, &account, "password").await?;
    }
    if target.role == role {
        return Ok(target.id);
    }
    set_role(app, &mut tx, &mut effects, &target, role, Cause::viewer(viewer, client)).await?;
    app.commit(tx, effects).await?;
    Ok(target.id)
}

/// The refusal of a change of the viewer's own role. While an admin cannot change it, one admin always remains.
async fn own_role(app: &App, tx: &mut Tx, viewer: Viewer) -> Result<Problem> {
    if store::has_other_admin(tx, viewer.account, app.clock.now()).await? {
        let message = say::OwnRole;
        return Ok(Problem::member("userId", Code::Forbidden, message));
    }
    Ok(Problem::member("userId", Code::WrongState, say::LastAdmin))
}

/// Locks the accounts of the viewer and of a member until the end of the transaction, in the order of their ids, and
/// returns the member. Of two moderators who act on each other, the second one is no longer a moderator.
///
/// # Errors
/// Forbidden if the viewer has lost the role; the problem at `userId` if the viewer cannot act on this member.
async fn lock_target(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    user: Option<AccountId>,
) -> Result<Result<Account, Problem>> {
    let Some(user) = user else { return Ok(Err(not_found())) };
    for id in [viewer.account.min(user), viewer.account.max(user)] {
        accounts::lock(tx, id).await?;
    }
    check_staff(app, tx, viewer).await?;
    let target = accounts::by_id(&mut *tx, user).await?.filter(|target| target.role != Role::Guest);
    Ok(match target {
        None => Err(not_found()),
        Some(target) if can_act_on(viewer, &target) => Ok(target),
        Some(_) => Err(Problem::member("userId", Code::Forbidden, say::CannotActOnMember)),
    })
}

/// Checks that the viewer still has the role with which the request began and is not locked, in a transaction that has
/// locked the account.
///
/// # Errors
/// Forbidden.
pub async fn check_staff(app: &App, tx: &mut Tx, viewer: Viewer) -> Result<()> {
    let current = accounts::by_id(&mut *tx, viewer.account).await?;
    let is_staff =
        current.is_some_and(|current| current.role == viewer.role && !current.lock.is_active(app.clock.now()));
    if is_staff { Ok(()) } else { Err(Error::Forbidden("Your role has changed.")) }
}

fn not_found() -> Problem {
    Problem::member("userId", Code::NotFound, say::NoSuchMember)
}

/// Locks an account: ends its sessions and prevents logins.
pub async fn set_lock(app: &App, tx: &mut Tx, effects: &mut Effects, account: &Account, lock: NewLock) -> Result<()> {
    store::set_lock(tx, account.id, app.clock.now(), &lock).await?;
    // Directly after the account: registrations that use one of them lock it before anything else.
    invitations::revoke_by_creator(tx, account.id, app.clock.now()).await?;
    let NewLock { ends_at, reason, cause, report } = lock;
    sessions::end_all_sessions(app, tx, effects, account.id, None).await?;
    mail_tokens::revoke_except_undo(tx, account.id).await?;
    let event = DomainEvent::AccountLocked { account: account.id, has_end: ends_at.is_some() };
    app.raise(tx, effects, event).await?;
    let action = NewStaffAction {
        report,
        note: reason.clone(),
        lock_ends_at: ends_at,
        ..NewStaffAction::new(StaffActionKind::MemberLocked, cause.actor(), Some(account.id))
    };
    log::record(app, tx, action).await?;
    AuditEvent::AccountLocked.record(app, tx, effects, account.id, cause).await?;
    if let Some(reason) = reason {
        let time_zone = store::time_zone_of(tx, account.id).await?;
        let letter = Letter::AccountLocked { username: account.username.clone(), reason, ends_at, time_zone };
        mailing::notify(app, tx, effects, account, &letter).await?;
    }
    Ok(())
}

/// Ends the lock of an account. Returns false if there is none.
pub async fn clear_lock(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: &Account,
    cause: Cause,
    note: Option<String>,
) -> Result<bool> {
    if !account.lock.is_active(app.clock.now()) {
        return Ok(false);
    }
    store::clear_lock(tx, account.id).await?;
    app.raise(tx, effects, DomainEvent::AccountUnlocked(account.id)).await?;
    let action = NewStaffAction {
        note,
        ..NewStaffAction::new(StaffActionKind::MemberUnlocked, cause.actor(), Some(account.id))
    };
    log::record(app, tx, action).await?;
    AuditEvent::AccountUnlocked.record(app, tx, effects, account.id, cause).await?;
    Ok(true)
}

/// Changes the role of an account.
pub async fn set_role(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: &Account,
    role: Role,
    cause: Cause,
) -> Result<()> {
    store::set_role(tx, account.id, role).await?;
    app.raise(tx, effects, DomainEvent::RoleChanged(account.id)).await?;
    let action = NewStaffAction {
        role: Some(role),
        ..NewStaffAction::new(StaffActionKind::RoleChanged, cause.actor(), Some(account.id))
    };
    log::record(app, tx, action).await?;
    AuditEvent::RoleChanged.record(app, tx, effects, account.id, cause).await
}

/// Clears locks that have ended, so that followers of slots and presence learn of it. Never returns.
pub async fn run_lock_expiry(app: App) {
    loop {
        let next = app.clock.elapsed().plus(EXPIRY_INTERVAL);
        if let Err(cause) = clear_ended_locks(&app).await {
            warn!(?cause, "locks that have ended could not be cleared; it is retried in 2 seconds");
        }
        app.clock.reach(next).await;
    }
}

async fn clear_ended_locks(app: &App) -> Result<()> {
    let now = app.clock.now();
    for (account,) in store::with_ended_lock(&app.db, now, EXPIRY_BATCH_SIZE).await? {
        if let Err(cause) = clear_ended_lock(app, account, now).await {
            warn!(
                account = account.0,
                ?cause,
                "a lock that has ended could not be cleared; it is retried in 2 seconds"
            );
        }
    }
    Ok(())
}

async fn clear_ended_lock(app: &App, account: AccountId, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, account).await? && store::clear_ended_lock(&mut tx, account, now).await? == 1 {
        app.raise(&mut tx, &mut effects, DomainEvent::AccountUnlocked(account)).await?;
        app.commit(tx, effects).await?;
    }
    Ok(())
}
