//! The audit log: who did what to an account, when, and from where.
//!
//! Each event is a row, written in the transaction of the act by [`AuditEvent::record`], and a line in the log with the target
//! `audit`, so that a filter of the log or another program can select it. Refused logins have no transaction that commits:
//! [`failures`] counts them in memory, and writes a few rows a minute. Rows and lines contain ids and addresses, but no names.

pub mod failures;
mod store;

use std::net::IpAddr;
use std::time::Duration;

pub use store::{AuditFilter, AuditRow};

use super::{AccountId, Client, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Db, Tx, text_enum};
use crate::effects::{AuditLine, Effects};
use crate::error::Result;

const DAY: Duration = Duration::from_hours(24);

/// How many rows one statement changes or deletes.
const BATCH_SIZE: i64 = 1_000;
/// How many batches one sweep deletes.
const SWEEP_BATCHES: usize = 20;

/// Defines the events once: what is listed here can be recorded, filtered and documented.
macro_rules! audit_events {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)+) => {
        /// An event of the audit log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditEvent {
            $($(#[$doc])* $variant,)+
        }

        text_enum!(AuditEvent { $($variant => $name),+ });

        impl AuditEvent {
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }
    };
}

audit_events! {
    LoggedIn => "logged_in",
    PasswordWrong => "password_wrong",
    /// A password was not checked, because of wrong ones before.
    PasswordDelayed => "password_delayed",
    LoginLocked => "login_locked",
    /// An old refresh token was used again: it was stolen or copied.
    TokenReused => "token_reused",
    PasswordChanged => "password_changed",
    EmailChanged => "email_changed",
    UsernameChanged => "username_changed",
    IdentityChanged => "identity_changed",
    AccountCreated => "account_created",
    AccountDeleted => "account_deleted",
    AccountExported => "account_exported",
    RoleChanged => "role_changed",
    AccountLocked => "account_locked",
    AccountUnlocked => "account_unlocked",
}

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Client,
    Command,
}

text_enum!(Origin { Client => "client", Command => "command" });

/// Who caused an event, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An operator, by a command.
    Command,
    /// A client. `actor` is the account whose session or link it used; `None` if that may be another person.
    Client { actor: Option<AccountId>, address: IpAddr },
}

impl Cause {
    /// The owner of an account, by a login, a session or a mailed link.
    pub fn owner(account: AccountId, client: &Client) -> Self {
        Self::Client { actor: Some(account), address: client.address }
    }

    /// A viewer, who may act on the account of another member.
    pub fn viewer(viewer: Viewer, client: &Client) -> Self {
        Self::owner(viewer.account, client)
    }

    pub fn actor(self) -> Option<AccountId> {
        match self {
            Self::Client { actor, .. } => actor,
            Self::Command => None,
        }
    }

    fn address(self) -> Option<IpAddr> {
        match self {
            Self::Client { address, .. } => Some(address),
            Self::Command => None,
        }
    }

    fn origin(self) -> Origin {
        match self {
            Self::Client { .. } => Origin::Client,
            Self::Command => Origin::Command,
        }
    }
}

impl AuditEvent {
    /// Records the event in the transaction of the act. Its line is logged after the commit.
    pub async fn record(
        self,
        app: &App,
        tx: &mut Tx,
        effects: &mut Effects,
        account: AccountId,
        cause: Cause,
    ) -> Result<()> {
        // Nothing is kept about a deleted account: who it was is in the line only.
        let is_kept = self != Self::AccountDeleted;
        let row = store::NewRow {
            event: self,
            account: Some(account).filter(|_| is_kept),
            actor: cause.actor().filter(|_| is_kept),
            origin: cause.origin(),
            address: cause.address().filter(|_| is_kept).map(|address| address.to_string()),
            happened_at: app.clock.now(),
            count: 1,
        };
        store::insert(tx, app.clock.new_id(), &row).await?;
        effects.log(self.line(Some(account), cause));
        Ok(())
    }

    /// Records an event whose act has no transaction: data that was read.
    pub async fn record_alone(self, app: &App, account: AccountId, cause: Cause) -> Result<()> {
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        self.record(app, &mut tx, &mut effects, account, cause).await?;
        app.commit(tx, effects).await
    }

    fn line(self, account: Option<AccountId>, cause: Cause) -> AuditLine {
        let actor = cause.actor().filter(|actor| Some(*actor) != account);
        AuditLine { event: self.as_str(), address: cause.address(), account, actor }
    }
}

/// Returns the next events of the log that match, the latest first: those before the position `before`.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    app: &App,
    filter: &AuditFilter,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    Ok(store::page(&app.db, filter, before, limit).await?)
}

/// What one call of [`forget`] has done.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten {
    pub events: i64,
    /// Whether there may be more.
    pub has_more: bool,
}

/// Returns whether an account has more events than one [`forget`] takes it from.
pub async fn has_many_events(db: &Db, account: AccountId) -> Result<bool> {
    Ok(store::has_more(db, account, BATCH_SIZE).await?)
}

/// Takes an account that is about to be deleted from up to two thousand events: its id, and the addresses of its owner and of
/// failures to sign in.
pub async fn forget(tx: &mut Tx, account: AccountId) -> Result<Forgotten> {
    let about = store::forget_account(tx, account, BATCH_SIZE).await?;
    let by = store::forget_actor(tx, account, BATCH_SIZE).await?;
    let [about, by] = [about, by].map(|events| i64::try_from(events).unwrap_or(i64::MAX));
    Ok(Forgotten { events: about.saturating_add(by), has_more: about.max(by) >= BATCH_SIZE })
}

/// Deletes events that are older than the retention time, in small transactions.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().minus(DAY * u32::from(app.config.audit_days));
    for _ in 0..SWEEP_BATCHES {
        if i64::try_from(store::delete_before(&app.db, before, BATCH_SIZE).await?).unwrap_or(0) < BATCH_SIZE {
            break;
        }
    }
    Ok(())
}
