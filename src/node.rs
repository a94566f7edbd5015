//! A running node: its services, the background tasks of the slices, and the reactions of slices to each other's
//! events.
//!
//! The only module besides `schema` that knows all slices. The reactions to a [`DomainEvent`] are listed here, in the
//! order in which a transaction takes locks: accounts, posts, conversations, the lobby, bookings. Events for feeds are
//! collected and appended at the end.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::timeout;
use tracing::warn;

use crate::accounts::AccountId;
use crate::accounts::audit::failures::{FailureCounts, run_failure_writer};
use crate::accounts::registration::student_numbers;
use crate::accounts::session_cache::SessionCache;
use crate::accounts::{rules as accounts, sessions::rules as sessions, staff::rules as staff};
use crate::app::{App, Reactions};
use crate::bookings::busy_calendars::reading;
use crate::bookings::waitlist::refill as waitlists;
use crate::bookings::{cancel, rules as bookings, scheduler};
use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::groups::rules as groups;
use crate::conversations::rules as conversations;
use crate::conversations::typing::{registry::TypingRegistry, rules as typing};
use crate::db::Tx;
use crate::delivery::{digests, push, queues};
use crate::effects::{DomainEvent, Effects};
use crate::error::Result;
use crate::exports::{rules as exports, worker};
use crate::files::rules as files;
use crate::images::{gc, rights::ImageRights};
use crate::live::{Event, Feed};
use crate::lobby::reaper;
use crate::notifications::rules as notifications;
use crate::passwords::HashCost;
use crate::posts::rules as posts;
use crate::profiles::presence::rules as presence;
use crate::profiles::relations::acquaintance::Acquaintances;
use crate::profiles::rules as profiles;
use crate::reactions::rules as reactions;
use crate::reports::rules as reports;
use crate::search;
use crate::topics::appointments::rules as appointments;
use crate::topics::public_mentors::rules as public_mentors;
use crate::topics::rules as topics;

/// How often expired rows are deleted.
const SWEEP_INTERVAL: Duration = Duration::from_mins(5);

/// A node that stops waits this long for its last write.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// How often the size of the write-ahead log of SQLite is checked.
const LOG_CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// Opens all services and starts the background tasks.
///
/// # Errors
/// The sentence to print when something is missing or wrong.
pub async fn start(config: Config, clock: Clock, cost: HashCost) -> Result<App, String> {
    let app = open(config, clock, cost).await?;
    app.mail.start();
    app.spawn(app.limiter.clone().run_sharing());
    app.spawn(app.state::<SessionCache>().follow(app.live.clone()));
    app.spawn(app.state::<SessionCache>().run_touch_writer(app.clone()));
    app.spawn(app.state::<TypingRegistry>().follow(app.live.clone()));
    app.spawn(staff::run_lock_expiry(app.clone()));
    app.spawn(run_failure_writer(app.clone()));
    app.spawn(gc::run_image_gc(app.clone()));
    app.spawn(reaper::run_lobby_reaper(app.clone()));
    app.spawn(scheduler::rules::run_scheduler(app.clone()));
    app.spawn(reading::run_readings(app.clone()));
    app.spawn(worker::run_export_worker(app.clone()));
    app.spawn(digests::rules::run_digests(app.clone()));
    app.spawn(queues::rules::run_queue_mails(app.clone()));
    if app.config.has_push() {
        app.spawn(push::worker::run_pushes(app.clone()));
    }
    app.spawn(search::run_search_rebuild(app.db.clone(), app.clock.clone()));
    app.spawn(topics::run_search_rebuild(app.clone()));
    app.spawn(run_sweeps(app.clone()));
    app.spawn(run_log_checks(app.clone()));
    Ok(app)
}

/// Opens all services without background tasks, for a command. The running nodes send the mail and delete the images
/// that the command leaves.
///
/// # Errors
/// The sentence to print when something is missing or wrong.
pub async fn open(config: Config, clock: Clock, cost: HashCost) -> Result<App, String> {
    let app = App::open(config, clock, cost, &SliceReactions).await?;
    app.state::<ImageRights>().set(
        |app, viewer, owner| Box::pin(profiles::can_view(app, viewer, AccountId(owner))),
        |app, user, message| Box::pin(conversations::can_view_message(app, user, message)),
        |app, user, group| Box::pin(conversations::can_view_conversation(app, user, group)),
        bookings::can_view,
        |app, mentor| Box::pin(public_mentors::is_public(app, mentor)),
    );
    app.state::<Acquaintances>().set([
        |app, one, other| Box::pin(conversations::are_acquainted(app, one, other)),
        |app, one, other| Box::pin(bookings::are_acquainted(app, one, other)),
    ]);
    if app.config.admission.unique_student_numbers {
        let folded = student_numbers::refold(&app).await;
        folded.map_err(|cause| format!("the student numbers could not be compared: {cause:?}"))?;
    }
    Ok(app)
}

/// Stores what is kept in memory only, and closes all services.
pub async fn close(app: &App) {
    let counts = app.state::<FailureCounts>();
    if !matches!(timeout(LAST_WRITE_TIMEOUT, counts.write(app)).await, Ok(Ok(()))) {
        warn!("failed logins of the last minute are missing in the audit log: the database does not answer");
    }
    app.close().await;
}

/// Deletes expired rows, slice by slice, and corrects counters. A slice that fails does not keep the others from it.
///
/// # Errors
/// The first one, after all slices were swept.
pub async fn sweep(app: &App) -> Result<()> {
    let sweeps: [BoxFuture<'_, Result<()>>; 10] = [
        app.limiter.sweep().boxed(),
        accounts::sweep(app).boxed(),
        scheduler::rules::sweep(app).boxed(),
        reaper::sweep(app).boxed(),
        conversations::sweep(app).boxed(),
        notifications::sweep(app).boxed(),
        files::sweep(app).boxed(),
        exports::sweep(app).boxed(),
        reports::sweep(app).boxed(),
        gc::sweep(app).boxed(),
    ];
    let mut result = Ok(());
    for sweep in sweeps {
        result = result.and(sweep.await);
    }
    result
}

async fn run_log_checks(app: App) {
    let mut ticks = tokio::time::interval(LOG_CHECK_INTERVAL);
    loop {
        ticks.tick().await;
        app.db.shorten_log().await;
    }
}

async fn run_sweeps(app: App) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    loop {
        ticks.tick().await;
        if let Err(cause) = sweep(&app).await {
            warn!(?cause, "expired rows could not be deleted; it is retried in 5 minutes");
        }
    }
}

#[derive(Debug)]
struct SliceReactions;

impl Reactions for SliceReactions {
    fn react<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        effects: &'a mut Effects,
        event: &'a DomainEvent,
    ) -> BoxFuture<'a, Result<()>> {
        react(app, tx, effects, event).boxed()
    }

    fn committed(&self, app: &App, events: &[Event]) {
        let sessions = app.state::<SessionCache>();
        events.iter().filter(|event| event.feed == Feed::SESSIONS).for_each(|event| sessions.handle_event(event));
    }
}

async fn react(app: &App, tx: &mut Tx, effects: &mut Effects, event: &DomainEvent) -> Result<()> {
    let now = app.clock.now();
    match event {
        DomainEvent::AccountDeleted(account) => {
            posts::on_account_deleted(app, tx, effects, *account, now).await?;
            reaper::on_account_deleted(tx, effects, *account).await?;
            conversations::on_account_deleted(app, tx, effects, *account).await?;
            reactions::on_account_deleted(tx, effects, *account).await?;
            presence::publish_change(effects, *account);
            cancel::rules::on_account_deleted(app, tx, effects, *account).await?;
            files::on_account_deleted(tx, *account).await?;
            reports::on_account_deleted(tx, effects, *account).await?;
            // After all that the account leaves to others, which can notify them.
            notifications::on_account_deleted(tx, *account).await?;
            Ok(search::remove_user(tx, account.0).await?)
        }
        DomainEvent::AccountLeaving(account) => conversations::on_account_leaving(tx, effects, *account).await,
        DomainEvent::SessionsEnded(ended) => {
            sessions::on_sessions_ended(tx, effects, ended, now).await?;
            typing::on_sessions_ended(app, effects, ended);
            reaper::on_sessions_ended(tx, effects, ended, now).await
        }
        DomainEvent::BlockChanged { one, other, is_hidden } => {
            conversations::on_block_changed(tx, effects, *one, *other).await?;
            notifications::on_block_changed(tx, effects, *one, *other).await?;
            posts::on_block_changed(effects, *one, *other);
            presence::publish_change_between(effects, *one, *other);
            reaper::on_block_changed(tx, effects, (*one, *other), *is_hidden).await?;
            waitlists::on_block_changed(app, tx, effects, *one, *other).await
        }
        DomainEvent::ContentDeleted(subjects) => {
            reactions::on_content_deleted(tx, subjects).await?;
            reports::on_content_deleted(tx, effects, subjects).await?;
            notifications::on_content_deleted(tx, effects, subjects).await
        }
        DomainEvent::RoleChanged(account) => {
            reports::on_role_changed(tx, effects, *account).await?;
            sessions::on_role_changed(tx, effects, *account, now).await
        }
        DomainEvent::AccountLocked { account, has_end } => {
            if !has_end {
                groups::on_account_locked(app, tx, effects, *account).await?;
            }
            presence::publish_change(effects, *account);
            reaper::remove_users(tx, effects, &[*account]).await?;
            cancel::rules::on_account_locked(app, tx, effects, *account, *has_end).await?;
            appointments::on_lock_changed(tx, effects, *account).await
        }
        DomainEvent::AccountUnlocked(account) => {
            presence::publish_change(effects, *account);
            appointments::on_lock_changed(tx, effects, *account).await?;
            waitlists::on_account_unlocked(app, tx, effects, *account).await
        }
        DomainEvent::UserChanged(account) => reaper::on_user_changed(tx, effects, *account).await,
    }
}
