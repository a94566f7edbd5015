//! Who may wait for a seat.

use super::refill::{NO_BOOKING, announced, free_seats, publish_change, publish_entry, refill, remove, settle_mentors};
use super::{WaitlistEntry, WaitlistEntryId, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::approval::rules::settle;
use crate::bookings::create::seats;
use crate::bookings::rules::lock_accounts;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result, SlotOwner, WantedSlot};
use crate::sentences::say;
use crate::topics::AppointmentId;
use crate::topics::appointments::store as appointments;
use crate::topics::occupancies::store as occupancies;

/// How many entries a student can have.
pub const MAX_ENTRIES: usize = 10;

/// Returns the entries of a student, the soonest slot first.
pub async fn own_entries(app: &App, student: AccountId) -> Result<Vec<WaitlistEntry>> {
    let now = app.clock.now();
    let mut entries = store::of_student(&app.db, student, now).await?;
    if !entries.is_empty() {
        // An offer to another student may have ended, whose seat is for this one.
        let mentors: Vec<AccountId> = entries.iter().map(|entry| entry.mentor_id).collect();
        settle_mentors(app, &mentors, now).await?;
        entries = store::of_student(&app.db, student, now).await?;
    }
    entries.retain(|entry| entry.is_live(now));
    entries.truncate(MAX_ENTRIES);
    Ok(entries)
}

/// Returns an entry of a student; `None` if it does not exist, has ended or belongs to other users.
pub async fn own_entry(app: &App, student: AccountId, id: WaitlistEntryId) -> Result<Option<WaitlistEntry>> {
    Ok(own_entries(app, student).await?.into_iter().find(|entry| entry.id == id))
}

/// Joins the waitlist of a full slot. Joining twice keeps the place.
///
/// # Errors
/// At `appointmentId`, `NotFound`, and `Forbidden` for the viewer's own; at `startsAt`, `SlotUnavailable` if there is no such
/// slot, `WrongState` if a seat is free, `Overlap` and `BookingLimit`; `QuotaExceeded`.
pub async fn join_waitlist(
    app: &App,
    viewer: Viewer,
    appointment: Option<AppointmentId>,
    starts_at: Timestamp,
) -> Result<WaitlistEntry> {
    let (now, student) = (app.clock.now(), viewer.account);
    let missing = || Error::member("appointmentId", Code::NotFound, say::NoSuchAppointment);
    let id = appointment.ok_or_else(missing)?;
    let unlocked = appointments::visible_by_ids(&app.db, student, &[id]).await?.pop().ok_or_else(missing)?;
    if unlocked.mentor_id == student {
        let message = say::WaitlistOfOwnAppointment;
        return Err(Error::member("appointmentId", Code::Forbidden, message));
    }
    settle(app, &[unlocked.mentor_id, student], now).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !lock_accounts(&mut tx, &[unlocked.mentor_id, student]).await?.contains(&student) {
        return Err(Error::Unauthenticated);
    }
    let appointment = appointments::visible_by_id(&mut tx, student, id).await?.ok_or_else(missing)?;
    if let Some(entry) = store::of_slot(&mut tx, id, starts_at, student, now).await? {
        // On SQLite the entry is visible before it is durable. The commit waits until it is.
        tx.commit().await?;
        return Ok(entry);
    }
    let wanted = WantedSlot { of: SlotOwner::Appointment(id.0), student: student.0, booking: 0, starts_at };
    match free_seats(&mut tx, &appointment, starts_at, now).await? {
        None => return Err(seats::slot_unavailable(wanted)),
        Some(..=0) => {}
        Some(_) => {
            let message = say::SeatIsFree;
            return Err(Error::member("startsAt", Code::WrongState, message));
        }
    }
    let ends_at = starts_at.plus(appointment.session_length());
    if occupancies::is_busy(&mut tx, student, starts_at, ends_at).await? {
        return Err(seats::overlap());
    }
    if let Some(problem) = seats::day_limit(&mut tx, &appointment, student, starts_at, NO_BOOKING, now).await? {
        return Err(problem.into());
    }
    let entries = store::of_student(&mut tx, student, now).await?;
    // Also those that a block hides: they return when it ends.
    if entries.iter().filter(|entry| !entry.has_ended(now)).count() >= MAX_ENTRIES {
        let message = say::TooManyWaitlists;
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_ENTRIES).into());
    }
    // Whatever the clock says: who joins later stands behind. The schedule of the mentor is locked.
    let joined_at = store::latest_joined(&mut tx, id, starts_at).await?.map_or(now, |latest| now.after(latest));
    let mut entry = WaitlistEntry {
        id: WaitlistEntryId(app.clock.new_id()),
        appointment_id: id,
        mentor_id: appointment.mentor_id,
        student_id: student,
        starts_at,
        ends_at,
        joined_at,
        bookable_until: starts_at.minus(appointment.minimum_notice()),
        offer_expires_at: None,
        is_barred: false,
        announced_place: 0,
    };
    // The entry itself is not counted yet.
    entry.announced_place = announced(store::position(&mut tx, &entry, now).await? + 1);
    store::insert(&mut tx, &entry).await?;
    publish_entry(&mut effects, &entry);
    publish_change(&mut effects, &entry);
    app.commit(tx, effects).await?;
    Ok(entry)
}

/// Leaves a waitlist, and passes on the seat that is held for the viewer.
///
/// # Errors
/// `NotFound` at `waitlistEntryId`.
pub async fn leave_waitlist(app: &App, viewer: Viewer, id: Option<WaitlistEntryId>) -> Result<WaitlistEntryId> {
    let (now, student) = (app.clock.now(), viewer.account);
    let missing = || Error::member("waitlistEntryId", Code::NotFound, say::NotInWaitlist);
    let id = id.ok_or_else(missing)?;
    let unlocked = store::own_by_ids(&app.db, student, &[id], now).await?.pop().ok_or_else(missing)?;
    settle(app, &[unlocked.mentor_id], now).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_accounts(&mut tx, &[unlocked.mentor_id, student]).await?;
    let entry = store::own_by_ids(&mut tx, student, &[id], now).await?.pop();
    let entry = entry.filter(|entry| entry.is_live(now)).ok_or_else(missing)?;
    remove(&mut tx, &mut effects, &entry).await?;
    publish_change(&mut effects, &entry);
    refill(app, &mut tx, &mut effects, &[entry.mentor_id], now).await?;
    app.commit(tx, effects).await?;
    Ok(id)
}
