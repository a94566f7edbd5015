//! Gives free seats to the students who wait for them.
//!
//! The one place that offers a seat, and that takes an offer back. The transaction of the caller has locked the schedule of
//! the mentor, so that every seat is offered to one student, and no student who waits is passed over.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{HELD_PLACE, HIDDEN_PLACE, MAX_ANNOUNCED_PLACE, WaitlistChange, WaitlistEntry, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::create::seats;
use crate::bookings::rules::lock_accounts;
use crate::bookings::{BookingId, notifications, store as bookings};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{EventBody, EventKind, Feed};
use crate::topics::AppointmentId;
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::availability::slots;
use crate::topics::occupancies::store as occupancies;

/// An id that no booking has.
pub const NO_BOOKING: BookingId = BookingId(0);

/// How long a seat is held.
const OFFER_PERIOD: Duration = Duration::from_hours(1);

/// A seat that can be booked for a shorter time is not offered: it is free for all.
const MIN_OFFER_PERIOD: Duration = Duration::from_mins(10);

/// Settles the waitlists of these mentors: what has ended by itself is passed on. Rules that read or take seats call it
/// first, outside of transactions.
pub async fn settle_mentors(app: &App, mentors: &[AccountId], now: Timestamp) -> Result<()> {
    for (mentor,) in store::due_of(&app.db, mentors, now).await? {
        settle_mentor(app, mentor, now).await?;
    }
    Ok(())
}

/// Settles the waitlists of a mentor in a transaction of its own.
pub async fn settle_mentor(app: &App, mentor: AccountId, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_accounts(&mut tx, &[mentor]).await?;
    refill(app, &mut tx, &mut effects, &[mentor], now).await?;
    app.commit(tx, effects).await
}

/// Ends the entries of these mentors whose offer or slot is over, and offers each free seat to the first student who could
/// book it. Every transaction that can free a seat or remove a slot calls it last.
pub async fn refill(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    mentors: &[AccountId],
    now: Timestamp,
) -> Result<()> {
    for mentor in mentors.iter().copied().collect::<BTreeSet<AccountId>>() {
        // Before anything is read: what changes from here on is requested anew.
        store::take_checks(tx, mentor).await?;
        let entries = store::of_mentor(tx, mentor, now).await?;
        for entries in entries.chunk_by(|one, other| one.session() == other.session()) {
            refill_session(app, tx, effects, entries, now).await?;
        }
    }
    Ok(())
}

async fn refill_session(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    entries: &[WaitlistEntry],
    now: Timestamp,
) -> Result<()> {
    let Some(first) = entries.first() else { return Ok(()) };
    let session = first.session();
    let appointment = appointments::by_id(&mut *tx, session.appointment).await?;
    let appointment = appointment.filter(|one| session.starts_at.plus(one.session_length()) == session.ends_at);
    let Some(appointment) = appointment else { return end(app, tx, effects, entries).await };
    let Some(mut free) = free_seats(tx, &appointment, session.starts_at, now).await? else {
        return end(app, tx, effects, entries).await;
    };
    let (over, mut live): (Vec<_>, Vec<_>) =
        entries.iter().copied().partition(|entry| entry.offer_expires_at.is_some() && !entry.is_held(now));
    free += i64::try_from(over.len()).unwrap_or_default();
    let mut is_changed = !over.is_empty();
    end(app, tx, effects, &over).await?;
    // The mentor has fewer seats now. Those who joined last wait again.
    for entry in live.iter_mut().rev().filter(|entry| entry.is_held(now)) {
        if free >= 0 {
            break;
        }
        store::set_offer(tx, entry.id, None).await?;
        seats::give_back(tx, Some(entry.mentor_id), entry.session()).await?;
        entry.offer_expires_at = None;
        free += 1;
    }
    if let Some(until) = offer_end(&appointment, session.starts_at, now) {
        for entry in live.iter_mut().filter(|entry| !entry.is_held(now)) {
            if free <= 0 {
                break;
            }
            if could_book(tx, &appointment, entry, now).await? {
                store::set_offer(tx, entry.id, Some(until)).await?;
                seats::take(tx, &app.clock, &appointment, session).await?;
                free -= 1;
                entry.offer_expires_at = Some(until);
                notifications::notify_waitlist(app, tx, effects, entry, WaitlistChange::Offered).await?;
            }
        }
    }
    is_changed |= announce_places(tx, effects, &live, now).await?;
    if is_changed {
        publish_change(effects, first);
    }
    Ok(())
}

/// Publishes to each student of a slot whose place differs from the one that they know that it changed. Returns whether one
/// did. The entries are all those of the slot, in the order of the waitlist. However many wait, only those with an old or a
/// new place up to [`MAX_ANNOUNCED_PLACE`] get an event.
async fn announce_places(
    tx: &mut Tx,
    effects: &mut Effects,
    entries: &[WaitlistEntry],
    now: Timestamp,
) -> Result<bool> {
    let (mut waiting, mut is_changed) = (0, false);
    for entry in entries {
        let place = if entry.is_barred {
            HIDDEN_PLACE
        } else if entry.is_held(now) {
            HELD_PLACE
        } else {
            waiting += 1;
            announced(waiting)
        };
        if place != entry.announced_place {
            store::set_announced_place(tx, entry.id, place).await?;
            publish_entry(effects, entry);
            is_changed = true;
        }
    }
    Ok(is_changed)
}

/// Returns what is announced of a place. All places behind the last one that is announced are the same.
pub fn announced(place: i64) -> i64 {
    place.min(MAX_ANNOUNCED_PLACE + 1)
}

/// Returns until when a seat that is free now is held; `None` if that is too short.
fn offer_end(appointment: &Appointment, starts_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let until = now.plus(OFFER_PERIOD).min(starts_at.minus(appointment.minimum_notice()));
    (until >= now.plus(MIN_OFFER_PERIOD)).then_some(until)
}

/// Returns how many seats of a slot are free, less than 0 if more are taken than there are now; `None` if there is no such
/// slot.
pub async fn free_seats(
    tx: &mut Tx,
    appointment: &Appointment,
    starts_at: Timestamp,
    now: Timestamp,
) -> Result<Option<i64>> {
    if !slots::is_on_grid(appointment, starts_at, now) {
        return Ok(None);
    }
    let range = starts_at..starts_at.plus(appointment.session_length());
    let busy = occupancies::around(&mut *tx, &[appointment.mentor_id], range).await?;
    Ok(slots::free_seats(appointment, starts_at, busy.iter().map(|busy| &busy.occupancy)))
}

/// Returns true if the student could book the slot if a seat were free.
async fn could_book(tx: &mut Tx, appointment: &Appointment, entry: &WaitlistEntry, now: Timestamp) -> Result<bool> {
    let student = entry.student_id;
    if entry.is_barred || occupancies::is_busy(&mut *tx, student, entry.starts_at, entry.ends_at).await? {
        return Ok(false);
    }
    Ok(seats::day_limit(tx, appointment, student, entry.starts_at, NO_BOOKING, now).await?.is_none())
}

/// Ends entries, and notifies their students.
async fn end(app: &App, tx: &mut Tx, effects: &mut Effects, entries: &[WaitlistEntry]) -> Result<()> {
    for entry in entries {
        remove(tx, effects, entry).await?;
        if !entry.is_barred {
            notifications::notify_waitlist(app, tx, effects, entry, WaitlistChange::Ended).await?;
        }
    }
    Ok(())
}

/// Deletes an entry and releases the seat that is held for it.
pub async fn remove(tx: &mut Tx, effects: &mut Effects, entry: &WaitlistEntry) -> Result<()> {
    delete(tx, effects, entry).await?;
    if entry.offer_expires_at.is_some() {
        seats::give_back(tx, Some(entry.mentor_id), entry.session()).await?;
    }
    Ok(())
}

/// Deletes an entry. A seat that is held for it stays taken.
pub async fn delete(tx: &mut Tx, effects: &mut Effects, entry: &WaitlistEntry) -> Result<()> {
    store::delete(tx, entry.id).await?;
    if entry.announced_place != HIDDEN_PLACE {
        publish_entry(effects, entry);
    }
    Ok(())
}

/// Ends all entries for an appointment of a mentor that is being deleted.
pub async fn end_of_appointment(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    mentor: AccountId,
    appointment: AppointmentId,
    now: Timestamp,
) -> Result<()> {
    let mut entries = store::of_mentor(tx, mentor, now).await?;
    entries.retain(|entry| entry.appointment_id == appointment);
    end(app, tx, effects, &entries).await
}

/// Locks the schedules of all mentors in whose sessions an account has or waits for a seat, and its own. For reactions to
/// changes of an account, whose transaction has locked that account alone: every other change of a seat locks the schedule
/// too.
pub async fn lock_schedules_of(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<AccountId>> {
    let upcoming = bookings::upcoming_of_account(tx, account, now).await?;
    let waiting = store::of_student(&mut *tx, account, now).await?;
    let mentors = upcoming.iter().filter_map(|booking| booking.mentor_id);
    let mentors: Vec<AccountId> = mentors.chain(waiting.iter().map(|entry| entry.mentor_id)).chain([account]).collect();
    occupancies::lock(tx, &mentors).await?;
    Ok(mentors)
}

/// Ends the entries of an account that is being deleted: those of its slots, and its own. The caller has locked the
/// schedules, and passes the freed seats on.
pub async fn on_account_deleted(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    now: Timestamp,
) -> Result<()> {
    let entries = store::of_mentor(tx, account, now).await?;
    end(app, tx, effects, &entries).await?;
    for entry in store::of_student(&mut *tx, account, now).await? {
        remove(tx, effects, &entry).await?;
        publish_change(effects, &entry);
    }
    Ok(())
}

/// Passes on the seats that a block between two accounts takes from one of them.
pub async fn on_block_changed(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    one: AccountId,
    other: AccountId,
) -> Result<()> {
    occupancies::lock(tx, &[one, other]).await?;
    refill(app, tx, effects, &[one, other], app.clock.now()).await
}

/// Offers free seats to an account that can book again: while it was locked, it was passed over.
pub async fn on_account_unlocked(app: &App, tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let now = app.clock.now();
    let mentors = lock_schedules_of(tx, account, now).await?;
    refill(app, tx, effects, &mentors, now).await
}

/// Publishes to the student of an entry that it changed or ended.
pub fn publish_entry(effects: &mut Effects, entry: &WaitlistEntry) {
    let body = EventBody { kind: EventKind::WaitlistChanged, subject: entry.id.0, detail: None };
    effects.append(Feed(entry.student_id.0), body);
}

/// Publishes that the slots of the mentor have changed: seats, or how many students wait.
pub fn publish_change(effects: &mut Effects, entry: &WaitlistEntry) {
    let body = EventBody { kind: EventKind::AvailabilityChanged, subject: entry.appointment_id.0, detail: None };
    effects.append(Feed(entry.mentor_id.0), body);
}
