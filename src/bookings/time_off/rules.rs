//! Which times off a mentor may have, and what becomes of bookings at that time.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::cancel::rules::{cancel_all, cancellation};
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::rules::lock_accounts;
use crate::bookings::waitlist::refill::refill;
use crate::bookings::{Booking, store as bookings};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text};
use crate::topics::appointments::{rules as appointments, store as appointment_store};
use crate::topics::time_off::{TimeOff, TimeOffId, store};

/// How many times off that are not over a mentor can have.
const MAX_TIMES_OFF: i64 = 100;

const MAX_LENGTH: Duration = Duration::from_hours(366 * 24);
const MAX_NOTE_LENGTH: usize = 200;

/// How many bookings a payload contains at most.
pub const MAX_LISTED_BOOKINGS: usize = 100;

/// The input of a new time off, not validated.
#[derive(Clone, Debug)]
pub struct TimeOffDraft {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub note: Option<String>,
    pub cancel_upcoming: bool,
    pub client_key: Option<String>,
}

/// The outcome of creating a time off.
#[derive(Debug)]
pub enum TimeOffOutcome {
    /// The time off, and the bookings that were cancelled or declined for it.
    Created(TimeOff, Vec<Booking>),
    /// Nothing was changed: these bookings overlap it.
    Conflict(Problem, Vec<Booking>),
}

/// Creates a time off. A draft that repeats an earlier one with the same client key returns the earlier time off.
///
/// # Errors
/// All problems of the draft at once; at `clientKey`, `IdempotencyMismatch` if the key was used for other content, or
/// `NotFound` if its time off is deleted; `QuotaExceeded`.
pub async fn create_time_off(app: &App, viewer: Viewer, draft: TimeOffDraft) -> Result<TimeOffOutcome> {
    let (now, mentor) = (app.clock.now(), viewer.account);
    let (starts_at, ends_at) = (draft.starts_at, draft.ends_at);
    let mut problems = Problems::default();
    let note = draft.note.as_deref().map(|note| check_text("note", note, 1, MAX_NOTE_LENGTH, Lines::One)).transpose();
    let note = problems.check(note).flatten();
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose()).flatten();
    if ends_at <= starts_at {
        let message = say::TimeOffEmpty;
        problems.extend([Problem::member("endsAt", Code::Invalid, message)]);
    } else if ends_at > starts_at.plus(MAX_LENGTH) {
        let message = say::TimeOffTooLong;
        problems.extend([Problem::member("endsAt", Code::Invalid, message)]);
    }
    let is_over = || Problem::member("endsAt", Code::Invalid, say::TimeOffOver);
    // A key stands for a time off that was not over when it was created.
    if ends_at <= now && key.is_none() {
        problems.extend([is_over()]);
    }
    problems.finish()?;
    let content = serde_json::to_vec(&(starts_at, ends_at, &note, draft.cancel_upcoming)).map_err(Error::internal)?;
    let fingerprint = Sha256::digest(content);
    let time_off = TimeOff { id: TimeOffId(app.clock.new_id()), mentor_id: mentor, starts_at, ends_at, note };
    let mut effects = Effects::default();
    let mut tx = lock_mentor(app, mentor).await?;
    if let Some(key) = &key
        && store::claim_key(&mut tx, mentor, key, time_off.id, &fingerprint).await? == 0
    {
        let earlier = find_replay(&mut tx, mentor, key, &fingerprint).await?;
        // On SQLite the rows of the first request are visible before they are durable. The commit waits until they are.
        tx.commit().await?;
        return Ok(TimeOffOutcome::Created(earlier, Vec::new()));
    }
    if ends_at <= now {
        return Err(is_over().into());
    }
    if store::count(&mut tx, mentor, now).await? >= MAX_TIMES_OFF {
        let message = say::TooManyTimesOff;
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_TIMES_OFF).into());
    }
    let overlapping = bookings::open_of_mentor(&mut tx, mentor, starts_at, ends_at, now).await?;
    if !overlapping.is_empty() && !draft.cancel_upcoming {
        let message = say::TimeOffHasBookings;
        let first = overlapping.into_iter().take(MAX_LISTED_BOOKINGS).collect();
        return Ok(TimeOffOutcome::Conflict(Problem::refused(Code::HasBookings, message), first));
    }
    let cancelled = cancel_all(&mut tx, overlapping, Some(mentor), now).await?;
    store::insert(&mut tx, &time_off).await?;
    let notifications: Vec<BookingNotification> = cancelled.iter().cloned().map(cancellation).collect();
    notifications::notify(app, &mut tx, &mut effects, &notifications, Some(mentor)).await?;
    refill(app, &mut tx, &mut effects, &[mentor], now).await?;
    publish_change(&mut tx, &mut effects, mentor, now).await?;
    app.commit(tx, effects).await?;
    Ok(TimeOffOutcome::Created(time_off, cancelled))
}

/// Deletes a time off of the viewer. Its slots can be booked at once.
///
/// # Errors
/// `NotFound` at `timeOffId`.
pub async fn delete_time_off(app: &App, viewer: Viewer, id: Option<TimeOffId>) -> Result<TimeOffId> {
    let missing = || Error::member("timeOffId", Code::NotFound, say::NoSuchTimeOff);
    let id = id.ok_or_else(missing)?;
    let mut effects = Effects::default();
    let mut tx = lock_mentor(app, viewer.account).await?;
    if store::delete(&mut tx, viewer.account, id).await? == 0 {
        return Err(missing());
    }
    publish_change(&mut tx, &mut effects, viewer.account, app.clock.now()).await?;
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Begins a transaction and locks the account of the mentor, so that nothing is booked at the same time.
async fn lock_mentor(app: &App, mentor: AccountId) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if lock_accounts(&mut tx, &[mentor]).await?.is_empty() {
        return Err(Error::Unauthenticated);
    }
    Ok(tx)
}

/// Publishes that the slots of a mentor have changed. One event is enough for the followers of all appointments.
pub async fn publish_change(tx: &mut Tx, effects: &mut Effects, mentor: AccountId, now: Timestamp) -> Result<()> {
    if let Some((appointment,)) = appointment_store::ids_of_mentor(tx, mentor).await?.first() {
        appointments::publish_change(tx, effects, mentor, *appointment, now).await?;
    }
    Ok(())
}

/// Returns the time off that an earlier request with the same key and content created.
async fn find_replay(tx: &mut Tx, mentor: AccountId, key: &str, fingerprint: &[u8]) -> Result<TimeOff> {
    let earlier = store::by_key(tx, mentor, key).await?;
    let (id, content) = earlier.ok_or_else(|| Error::internal("a used key has no time off"))?;
    let deleted = say::TimeOffKeyDeleted;
    let found = store::own_by_ids(&mut *tx, mentor, &[id]).await?.pop();
    let time_off = found.ok_or_else(|| Error::member("clientKey", Code::NotFound, deleted))?;
    if content != fingerprint {
        let message = say::TimeOffKeyReused;
        return Err(Error::member("clientKey", Code::IdempotencyMismatch, message));
    }
    Ok(time_off)
}
