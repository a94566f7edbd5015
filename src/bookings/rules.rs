//! Who can view a booking, who may change it and when, and which accounts a change locks.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Booking, BookingId, BookingRole, BookingStatus, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Result};
use crate::sentences::say;
use crate::time_zones;
use crate::topics::occupancies::store as occupancies;

/// How long after the end of a booking a no-show can be recorded.
const NO_SHOW_PERIOD: Duration = Duration::from_hours(7 * 24);

/// Checks that the viewer may cancel a booking at `now`.
pub fn check_cancel(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    let role = booking.role_of(viewer.account).ok_or_else(not_found)?;
    match (booking.status_at(now), role) {
        (BookingStatus::Upcoming, _) => check_notice(role, booking, now),
        (BookingStatus::Requested, BookingRole::Student) => Ok(()),
        (BookingStatus::Requested, BookingRole::Mentor) => {
            let message = say::BookingIsRequest;
            Err(Problem::member("bookingId", Code::WrongState, message))
        }
        _ => Err(wrong_state()),
    }
}

/// Checks that the viewer may reschedule a booking at `now`. The new slot is checked separately.
pub fn check_reschedule(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    let role = booking.role_of(viewer.account).ok_or_else(not_found)?;
    if !is_open(booking, now) || booking.appointment_id.is_none() {
        return Err(wrong_state());
    }
    check_notice(role, booking, now)
}

/// Checks the notice to cancel. It binds students; mentors may change a booking until its end.
fn check_notice(role: BookingRole, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    if role == BookingRole::Student && now > booking.changeable_until {
        let message = say::BookingTooLate;
        let notice = booking.starts_at.since(booking.changeable_until).as_secs() / 60;
        return Err(Problem::member("bookingId", Code::NoticeTooShort, message).with_limit(notice));
    }
    Ok(())
}

/// Checks that the viewer may complete a booking at `now`.
pub fn check_complete(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    match booking.role_of(viewer.account).ok_or_else(not_found)? {
        BookingRole::Student => {
            let message = say::OnlyMentorCompletes;
            Err(Problem::member("bookingId", Code::Forbidden, message))
        }
        BookingRole::Mentor if booking.status_at(now) == BookingStatus::Upcoming && booking.starts_at <= now => Ok(()),
        BookingRole::Mentor => Err(wrong_state_before_start(booking, now)),
    }
}

/// Checks that the viewer may record a no-show at `now`.
pub fn check_no_show(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    booking.role_of(viewer.account).ok_or_else(not_found)?;
    let is_open = matches!(booking.status, BookingStatus::Upcoming | BookingStatus::Completed);
    if is_open && booking.starts_at <= now && now <= booking.ends_at.plus(NO_SHOW_PERIOD) {
        return Ok(());
    }
    Err(wrong_state_before_start(booking, now))
}

/// Checks that the viewer may change the location and the meeting URL of the session at `now`.
pub fn check_edit(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    match booking.role_of(viewer.account).ok_or_else(not_found)? {
        BookingRole::Student => {
            let message = say::OnlyMentorRelocates;
            Err(Problem::member("bookingId", Code::Forbidden, message))
        }
        BookingRole::Mentor if is_open(booking, now) => Ok(()),
        BookingRole::Mentor => Err(wrong_state()),
    }
}

/// Checks that the viewer may approve or decline a request at `now`.
pub fn check_approve(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    match booking.role_of(viewer.account).ok_or_else(not_found)? {
        BookingRole::Student => Err(Problem::member("bookingId", Code::Forbidden, say::OnlyMentorApproves)),
        BookingRole::Mentor if booking.status_at(now) == BookingStatus::Requested => Ok(()),
        BookingRole::Mentor => {
            let message = say::BookingNoRequest;
            Err(Problem::member("bookingId", Code::WrongState, message))
        }
    }
}

/// Returns true if the booking is upcoming or a request.
fn is_open(booking: &Booking, now: Timestamp) -> bool {
    matches!(booking.status_at(now), BookingStatus::Upcoming | BookingStatus::Requested)
}

/// Returns the problem for a missing booking. A booking of other users gets the same one.
pub fn not_found() -> Problem {
    Problem::member("bookingId", Code::NotFound, say::NoSuchBooking)
}

fn wrong_state() -> Problem {
    let message = say::BookingWrongState;
    Problem::member("bookingId", Code::WrongState, message)
}

/// Returns the problem of a change that has to wait for the start, which it names unless the booking is over or cancelled.
fn wrong_state_before_start(booking: &Booking, now: Timestamp) -> Problem {
    let waits = booking.status == BookingStatus::Upcoming && now < booking.starts_at;
    if waits { wrong_state().with_retry_at(booking.starts_at) } else { wrong_state() }
}

/// Returns true if one of two users has booked the other, whatever became of it.
pub async fn are_acquainted(app: &App, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(store::have_booked(&app.db, one, other).await?)
}

/// Returns true if the member can view a booking: only its student and its mentor can.
pub fn can_view(app: &App, member: AccountId, booking: i64) -> BoxFuture<'_, Result<bool>> {
    async move { Ok(!store::own_by_ids(&app.db, member, &[BookingId(booking)]).await?.is_empty()) }.boxed()
}

/// Returns the upcoming bookings that new rules of time zones have moved on the clock of their appointment. They keep
/// their instant; mentor and student may want another one.
pub async fn moved_on_the_clock(app: &App) -> Result<Vec<Booking>> {
    let is_moved = |booking: &Booking| {
        booking.utc_offset != time_zones::offset_at(&booking.time_zone, booking.starts_at.unix_seconds())
    };
    let upcoming = store::upcoming_with_offset(&app.db, app.clock.now()).await?;
    Ok(upcoming.into_iter().filter(is_moved).collect())
}

/// Begins a transaction, locks the mentor and the student of one of the viewer's bookings and returns the booking.
///
/// # Errors
/// `NotFound` at `bookingId` if the booking is missing, or belongs to other users.
pub async fn lock_booking(app: &App, viewer: Viewer, id: Option<BookingId>) -> Result<(Tx, Booking)> {
    let missing = || Error::Refused(vec![not_found()]);
    let id = id.ok_or_else(missing)?;
    let booking = store::own_by_ids(&app.db, viewer.account, &[id]).await?.pop().ok_or_else(missing)?;
    let mut tx = app.db.write().await?;
    // An account that was deleted since the read has no row to lock.
    lock_accounts(&mut tx, &booking.participants()).await?;
    let booking = store::by_id(&mut tx, id).await?;
    let booking = booking.filter(|booking| booking.role_of(viewer.account).is_some()).ok_or_else(missing)?;
    Ok((tx, booking))
}

/// Locks these accounts and their schedules until the transaction ends, and returns those that exist.
///
/// The locks are taken in the order of the ids, accounts first, so that two transactions cannot deadlock. While both are
/// locked, seats and waitlists cannot change between the read and the write. The constraints of the database would reject
/// an overlap as well; they guard against code that forgets to lock.
pub async fn lock_accounts(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<AccountId>> {
    let locked = accounts::lock_all(tx, ids).await?;
    occupancies::lock(tx, ids).await?;
    Ok(locked)
}
