//! Who sees a booking, and what each of the two may do with it when.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Booking, BookingId, BookingRole, BookingStatus, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Result};

/// After its end who did not come may be said for so long.
const LONGEST_REPROACH: Duration = Duration::from_hours(7 * 24);

/// Says why the viewer may not cancel a booking now.
///
/// # Errors
/// What to tell them.
pub fn check_cancel(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    let role = booking.role_of(viewer.account).ok_or_else(not_found)?;
    if booking.status_at(now) != BookingStatus::Upcoming {
        return Err(wrong_state());
    }
    check_notice(role, booking, now)
}

/// Says why the viewer may not move a booking now, wherever to.
///
/// # Errors
/// What to tell them.
pub fn check_reschedule(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    let role = booking.role_of(viewer.account).ok_or_else(not_found)?;
    if booking.status_at(now) != BookingStatus::Upcoming || booking.appointment_id.is_none() {
        return Err(wrong_state());
    }
    check_notice(role, booking, now)
}

/// A student may change their mind until some time before; a mentor until the end.
fn check_notice(role: BookingRole, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    if role == BookingRole::Student && now > booking.changeable_until {
        let message = "It is too late to change this booking. Write to your mentor.";
        return Err(Problem::member("bookingId", Code::NoticeTooShort, message));
    }
    Ok(())
}

/// Says why the viewer may not complete a booking now.
///
/// # Errors
/// What to tell them.
pub fn check_complete(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    match booking.role_of(viewer.account).ok_or_else(not_found)? {
        BookingRole::Student => {
            let message = "The mentor completes a booking, or its end does.";
            Err(Problem::member("bookingId", Code::Forbidden, message))
        }
        BookingRole::Mentor if booking.status_at(now) == BookingStatus::Upcoming && booking.starts_at <= now => Ok(()),
        BookingRole::Mentor => Err(wrong_state()),
    }
}

/// Says why the viewer may not say now who did not come.
///
/// # Errors
/// What to tell them.
pub fn check_no_show(viewer: Viewer, booking: &Booking, now: Timestamp) -> Result<(), Problem> {
    booking.role_of(viewer.account).ok_or_else(not_found)?;
    let is_open = matches!(booking.status, BookingStatus::Upcoming | BookingStatus::Completed);
    if is_open && booking.starts_at <= now && now <= booking.ends_at.plus(LONGEST_REPROACH) {
        return Ok(());
    }
    Err(wrong_state())
}

/// The one answer to a booking that is not there and to one of other people.
pub fn not_found() -> Problem {
    Problem::member("bookingId", Code::NotFound, "There is no such booking.")
}

fn wrong_state() -> Problem {
    Problem::member("bookingId", Code::WrongState, "This booking is past that, or not there yet.")
}

/// Tells whether a member may see a booking: it is theirs.
pub fn may_see(app: &App, member: AccountId, booking: i64) -> BoxFuture<'_, Result<bool>> {
    async move { Ok(!store::seen_by_ids(&app.db, member, &[BookingId(booking)]).await?.is_empty()) }.boxed()
}

/// Begins to change a booking of the viewer's: keeps both people from everything else until it is done.
///
/// # Errors
/// Refused with `NotFound` at `bookingId`, alike for a missing one and for one of other people.
pub async fn begin(app: &App, viewer: Viewer, id: Option<BookingId>) -> Result<(Tx, Booking)> {
    let missing = || Error::Refused(vec![not_found()]);
    let id = id.ok_or_else(missing)?;
    let seen = store::seen_by_ids(&app.db, viewer.account, &[id]).await?.pop().ok_or_else(missing)?;
    let mut tx = app.db.write().await?;
    // Somebody who is gone meanwhile needs no holding.
    lock(&mut tx, [seen.mentor_id, seen.student_id].into_iter().flatten()).await?;
    let booking = store::by_id(&mut tx, id).await?;
    let booking = booking.filter(|booking| booking.role_of(viewer.account).is_some()).ok_or_else(missing)?;
    Ok((tx, booking))
}

/// Keeps everybody else from these people until the transaction is over; returns who is there.
///
/// Always in the same order, so that two changes never wait for each other. With both people held, what is read of their
/// time is still so when it is given away; that the database would refuse an overlap is for the day somebody forgets this.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(tx: &mut Tx, people: impl IntoIterator<Item = AccountId>) -> Result<Vec<AccountId>> {
    let mut people: Vec<AccountId> = people.into_iter().collect();
    people.sort_unstable();
    people.dedup();
    let mut held = Vec::new();
    for person in people {
        if accounts::lock(tx, person).await? == 1 {
            held.push(person);
        }
    }
    Ok(held)
}
