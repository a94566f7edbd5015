//! Reserves and releases seats. The caller must have locked the accounts and schedules of mentor and student.

use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::accounts::AccountId;
use crate::bookings::waitlist::{refill, store as waitlist};
use crate::bookings::{Booking, BookingId, BookingRole, store};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result, SlotOwner, WantedSlot};
use crate::sentences::{Sentence, say};
use crate::time_zones;
use crate::topics::appointments::Appointment;
use crate::topics::availability::slots;
use crate::topics::occupancies::{Occupancy, Session, store as occupancies};

/// Who wants which seat.
#[derive(Clone, Copy, Debug)]
pub struct SeatRequest {
    pub student: AccountId,
    pub starts_at: Timestamp,
    /// The booking that gets the seat. It does not count towards the limit per day.
    pub booking: BookingId,
    /// Who chose the slot. Notice, horizon and the limit per day bind students only.
    pub by: BookingRole,
}

/// Reserves a seat, and ends the student's entry in the waitlist of the slot.
///
/// # Errors
/// At `startsAt`: `SlotUnavailable` or `SlotTaken` because of the mentor, `Overlap` or `BookingLimit` because of the
/// student.
pub async fn reserve(
    tx: &mut Tx,
    effects: &mut Effects,
    clock: &Clock,
    appointment: &Appointment,
    request: SeatRequest,
) -> Result<Session> {
    let SeatRequest { student, starts_at, booking, by } = request;
    let (now, mentor) = (clock.now(), appointment.mentor_id);
    let is_on_grid = match by {
        BookingRole::Student => slots::is_on_grid(appointment, starts_at, now),
        BookingRole::Mentor => slots::is_on_grid_ahead(appointment, starts_at, now),
    };
    let of = SlotOwner::Appointment(appointment.id.0);
    let wanted = WantedSlot { of, student: student.0, booking: booking.0, starts_at };
    if !is_on_grid {
        return Err(slot_unavailable(wanted));
    }
    let session =
        Session { appointment: appointment.id, starts_at, ends_at: starts_at.plus(appointment.session_length()) };
    let busy = occupancies::around(&mut *tx, &[mentor], session.starts_at..session.ends_at).await?;
    let overlaps = |other: &Occupancy| other.starts_at < session.ends_at && session.starts_at < other.ends_at;
    if busy.iter().any(|busy| busy.occupancy.is_time_off && overlaps(&busy.occupancy)) {
        return Err(slot_unavailable(wanted));
    }
    let free = slots::seats_left(appointment, starts_at, busy.iter().map(|busy| &busy.occupancy));
    let entry = waitlist::of_slot(tx, appointment.id, starts_at, student, now).await?;
    let is_held = entry.is_some_and(|entry| entry.is_held(now));
    // The seat of an offer that has just ended is for the next student.
    let has_lapsed = !is_held && entry.is_some_and(|entry| entry.offer_expires_at.is_some());
    if has_lapsed || free.is_none_or(|free| free == 0 && !is_held) {
        return Err(slot_taken(wanted));
    }
    if occupancies::is_busy(tx, student, session.starts_at, session.ends_at).await? {
        return Err(overlap());
    }
    if by == BookingRole::Student
        && let Some(problem) = day_limit(tx, appointment, student, starts_at, booking, now).await?
    {
        return Err(problem.into());
    }
    if let Some(entry) = &entry {
        refill::delete(tx, effects, entry).await?;
    }
    if !is_held {
        take(tx, clock, appointment, session).await.map_err(|error| constraint_or(error, || slot_taken(wanted)))?;
    }
    let inserted = occupancies::insert_of_student(tx, clock.new_id(), student, session).await;
    inserted.map_err(|error| constraint_or(error, overlap))?;
    Ok(session)
}

/// Counts one more seat of a session as taken, for a booking or an offer. Fails with a constraint if none is left.
pub async fn take(tx: &mut Tx, clock: &Clock, appointment: &Appointment, session: Session) -> db::Result<()> {
    let (mentor, seats) = (appointment.mentor_id, appointment.seats);
    if occupancies::reserve_seat(tx, session, seats).await? == 0 {
        let until = session.starts_at.plus(appointment.session_and_buffer());
        occupancies::insert_of_mentor(tx, clock.new_id(), mentor, session, until, seats).await?;
    }
    Ok(())
}

/// Returns the problem if the student has the maximum number of bookings on the day of a slot, without `except`.
pub async fn day_limit(
    tx: &mut Tx,
    appointment: &Appointment,
    student: AccountId,
    starts_at: Timestamp,
    except: BookingId,
    now: Timestamp,
) -> Result<Option<Problem>> {
    let day = local_day(appointment, starts_at)?;
    let booked = store::starts_between(&mut *tx, student, day, except, now).await?;
    let booked = booked.iter().filter(|(of, _)| *of == appointment.id).count();
    let message = say::BookingLimit;
    let problem = || Problem::member("startsAt", Code::BookingLimit, message);
    Ok(is_full(appointment, booked).then(|| problem().with_limit(appointment.max_bookings_per_day)))
}

/// Releases the seat of a booking. If the session ends with it, the buffer of the one before it is whole again. The student
/// is free for seats that were not offered because of the booking.
pub async fn release(tx: &mut Tx, booking: &Booking) -> Result<()> {
    let (Some(session), Some(student)) = (booking.session(), booking.student_id) else { return Ok(()) };
    if occupancies::delete_of_student(tx, student, session).await? == 1 {
        give_back(tx, booking.mentor_id, session).await?;
        waitlist::request_checks(tx, booking, student).await?;
    }
    Ok(())
}

/// Counts one seat of a session less as taken.
pub async fn give_back(tx: &mut Tx, mentor: Option<AccountId>, session: Session) -> Result<()> {
    if occupancies::release_seat(tx, session).await?
        && let Some(mentor) = mentor
    {
        occupancies::refresh_buffers_before(tx, mentor, session.starts_at).await?;
    }
    Ok(())
}

/// Returns true if a student with this many bookings on a day cannot book more.
pub fn is_full(appointment: &Appointment, booked: usize) -> bool {
    i64::try_from(booked).unwrap_or(i64::MAX) >= appointment.max_bookings_per_day
}

/// Returns the start and the end of the day, in the time zone of the appointment, that contains an instant.
pub fn local_day(appointment: &Appointment, at: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let bounds = |zone: TimeZone| {
        let day = jiff::Timestamp::from_microsecond(at.0)?.to_zoned_datetime(zone).start_of_day()?;
        let next = day.date().checked_add(1.day())?.to_zoned_datetime(day.time_zone().clone())?;
        Ok::<_, jiff::Error>((day.timestamp().as_microsecond(), next.timestamp().as_microsecond()))
    };
    let zone = time_zones::find(&appointment.time_zone);
    let zone = zone.ok_or_else(|| Error::internal("the time zone of the appointment is unknown"))?;
    let (from, to) = bounds(zone).map_err(Error::internal)?;
    Ok((Timestamp(from), Timestamp(to)))
}

/// Returns `refusal` if the error is a violated constraint.
fn constraint_or(error: db::Error, refusal: impl FnOnce() -> Error) -> Error {
    if error.is_constraint() { refusal() } else { error.into() }
}

/// The reason is not revealed: that a mentor is away concerns no one else.
pub fn slot_unavailable(wanted: WantedSlot) -> Error {
    instead_of(wanted, Code::SlotUnavailable, say::SlotUnavailable)
}

pub fn slot_taken(wanted: WantedSlot) -> Error {
    instead_of(wanted, Code::SlotTaken, say::SlotTaken)
}

pub fn overlap() -> Error {
    Error::member("startsAt", Code::Overlap, say::BookingOverlap)
}

/// Returns the refusal of a slot that other slots could replace.
fn instead_of(wanted: WantedSlot, code: Code, message: impl Into<Sentence>) -> Error {
    Problem { slot: Some(Box::new(wanted)), ..Problem::member("startsAt", code, message) }.into()
}
