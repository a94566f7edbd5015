//! Giving time away and taking it back. Both people are held meanwhile.

use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::accounts::AccountId;
use crate::bookings::{Booking, BookingId, store};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Tx};
use crate::error::{Code, Error, Result};
use crate::topics::appointments::Appointment;
use crate::topics::availability::intervals::zone;
use crate::topics::availability::slots;
use crate::topics::occupancies::{Session, store as occupancies};

/// Gives a seat of the session that begins then to a student. `booking` is what the seat is for.
///
/// # Errors
/// Refused at `startsAt`: for the mentor's reasons with `SlotUnavailable` or `SlotTaken`, for the student's with
/// `Overlap` or `BookingLimit`.
pub async fn take(
    tx: &mut Tx,
    clock: &Clock,
    appointment: &Appointment,
    student: AccountId,
    starts_at: Timestamp,
    booking: BookingId,
) -> Result<Session> {
    let (now, mentor) = (clock.now(), appointment.mentor_id);
    if !slots::is_on_grid(appointment, starts_at, now) {
        return Err(refused(Code::SlotUnavailable, "This cannot be booked: choose one of the listed slots."));
    }
    let session = Session { appointment: appointment.id, starts_at, ends_at: starts_at.plus(appointment.session()) };
    let busy = occupancies::around(&mut *tx, &[mentor], session.starts_at..session.ends_at).await?;
    if slots::seats_left(appointment, starts_at, busy.iter().map(|held| &held.occupancy)) == 0 {
        return Err(taken());
    }
    if occupancies::is_elsewhere(tx, student, session.starts_at, session.ends_at).await? {
        return Err(overlap());
    }
    let day = day_of(appointment, starts_at)?;
    if store::count_of_day(tx, appointment.id, student, day, booking, now).await? >= appointment.max_bookings_per_day {
        return Err(refused(Code::BookingLimit, "You have booked as much with this mentor that day as you may."));
    }
    if occupancies::take_seat(tx, session, appointment.seats).await? == 0 {
        let until = starts_at.plus(appointment.session_and_buffer());
        let id = clock.new_id();
        let given = occupancies::insert_of_mentor(tx, id, mentor, session, until, appointment.seats).await;
        given.map_err(|error| or_refused(error, taken))?;
    }
    let given = occupancies::insert_of_student(tx, clock.new_id(), student, session).await;
    given.map_err(|error| or_refused(error, overlap))?;
    Ok(session)
}

/// Takes back what a booking has.
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &mut Tx, booking: &Booking) -> Result<()> {
    let (Some(session), Some(student)) = (booking.session(), booking.student_id) else { return Ok(()) };
    if occupancies::delete_of_student(tx, student, session).await? == 1 {
        occupancies::free_seat(tx, session).await?;
    }
    Ok(())
}

/// Returns the day on which an instant falls where the mentor is: its beginning and its end.
fn day_of(appointment: &Appointment, at: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let bounds = |zone: TimeZone| {
        let day = jiff::Timestamp::from_microsecond(at.0)?.to_zoned_datetime(zone).start_of_day()?;
        let next = day.date().checked_add(1.day())?.to_zoned_datetime(day.time_zone().clone())?;
        Ok::<_, jiff::Error>((day.timestamp().as_microsecond(), next.timestamp().as_microsecond()))
    };
    let zone = zone(&appointment.time_zone).ok_or_else(|| Error::internal("an offer in an unknown zone"))?;
    let (from, to) = bounds(zone).map_err(Error::internal)?;
    Ok((Timestamp(from), Timestamp(to)))
}

fn or_refused(error: db::Error, refused: fn() -> Error) -> Error {
    if error.is_constraint() { refused() } else { error.into() }
}

fn taken() -> Error {
    refused(Code::SlotTaken, "This slot was taken meanwhile. Choose another one.")
}

fn overlap() -> Error {
    refused(Code::Overlap, "You are booked elsewhere at that time.")
}

fn refused(code: Code, message: &'static str) -> Error {
    Error::member("startsAt", code, message)
}
