//! Who may end a booking, and how.

use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::create::seats;
use crate::bookings::notifications::{self, News};
use crate::bookings::rules::{begin, check_cancel, check_complete, check_no_show};
use crate::bookings::scheduler::store as reminders;
use crate::bookings::{Booking, BookingChange, BookingId, BookingStatus, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::text::{Lines, check_text};
use crate::topics::appointments::{rules as appointments, store as offers};

const LONGEST_REASON: usize = 500;

/// Calls a booking off. Its time is free again at once.
///
/// # Errors
/// Refused with what is wrong with the reason; at `bookingId` with `NotFound`, `WrongState` or `NoticeTooShort`.
pub async fn cancel_booking(app: &App, viewer: Viewer, id: Option<BookingId>, reason: Option<&str>) -> Result<Booking> {
    let reason = reason.map(|reason| check_text("reason", reason, 1, LONGEST_REASON, Lines::Many)).transpose();
    let reason = reason.map_err(refused)?;
    let now = app.clock.now();
    let (mut tx, booking) = begin(app, viewer, id).await?;
    check_cancel(viewer, &booking, now).map_err(refused)?;
    let booking = cancelled(&mut tx, booking, Some(viewer.account), reason, now).await?;
    finish(app, tx, &booking, BookingChange::Cancelled, viewer.account).await?;
    Ok(booking)
}

/// Cancels a booking in a transaction of somebody's, who tells of it.
///
/// # Errors
/// Refused with `WrongState` at `bookingId` when it is not upcoming any more.
pub async fn cancelled(
    tx: &mut Tx,
    mut booking: Booking,
    by: Option<AccountId>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Booking> {
    seats::release(tx, &booking).await?;
    reminders::delete(tx, booking.id).await?;
    booking.status = BookingStatus::Cancelled;
    booking.cancelled_at = Some(now);
    booking.cancelled_by = by;
    booking.cancel_reason = reason;
    booking.sequence += 1;
    write_down(tx, &mut booking, BookingStatus::Upcoming, now).await?;
    Ok(booking)
}

/// Says that a booking took place, before its end says so.
///
/// # Errors
/// Refused at `bookingId` with `NotFound`, with `Forbidden` for the student, with `WrongState` before the beginning and
/// for what is not upcoming.
pub async fn complete_booking(app: &App, viewer: Viewer, id: Option<BookingId>) -> Result<Booking> {
    let now = app.clock.now();
    let (mut tx, mut booking) = begin(app, viewer, id).await?;
    check_complete(viewer, &booking, now).map_err(refused)?;
    booking.status = BookingStatus::Completed;
    write_down(&mut tx, &mut booking, BookingStatus::Upcoming, now).await?;
    finish(app, tx, &booking, BookingChange::Completed, viewer.account).await?;
    Ok(booking)
}

/// Says who of the two did not come.
///
/// # Errors
/// Refused at `bookingId` with `NotFound` or `WrongState`; at `userId` with `NotFound` for whoever is none of the two.
pub async fn mark_no_show(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    absentee: Option<AccountId>,
) -> Result<Booking> {
    let now = app.clock.now();
    let (mut tx, mut booking) = begin(app, viewer, id).await?;
    let absentee = absentee.filter(|absentee| booking.role_of(*absentee).is_some());
    let Some(absentee) = absentee else {
        return Err(Error::member("userId", Code::NotFound, "This person is no part of the booking."));
    };
    check_no_show(viewer, &booking, now).map_err(refused)?;
    let before = booking.status;
    booking.status = BookingStatus::NoShow;
    booking.no_show_id = Some(absentee);
    write_down(&mut tx, &mut booking, before, now).await?;
    finish(app, tx, &booking, BookingChange::NoShow, viewer.account).await?;
    Ok(booking)
}

fn refused(problem: Problem) -> Error {
    Error::Refused(vec![problem])
}

/// Writes a change down, unless time was faster: a booking completes itself while somebody decides about it.
async fn write_down(tx: &mut Tx, booking: &mut Booking, before: BookingStatus, now: Timestamp) -> Result<()> {
    booking.changed_at = now;
    if store::update(tx, booking, before).await? == 0 {
        return Err(Error::member("bookingId", Code::WrongState, "This booking has changed meanwhile."));
    }
    Ok(())
}

async fn finish(app: &App, mut tx: Tx, booking: &Booking, change: BookingChange, by: AccountId) -> Result<()> {
    let mut effects = Effects::default();
    let news = [News { booking: booking.clone(), change }];
    notifications::tell(app, &mut tx, &mut effects, &news, Some(by)).await?;
    app.commit(tx, effects).await
}

/// Does what goes with somebody who took part, because their account is deleted in this transaction: what is upcoming is
/// cancelled and the other one told, offers go, and so does what they wrote.
///
/// # Errors
/// When the database does not answer.
pub async fn on_account_deleted(app: &App, tx: &mut Tx, effects: &mut Effects, person: AccountId) -> Result<()> {
    let now = app.clock.now();
    let mut news = Vec::new();
    for booking in store::upcoming_with(tx, person, now).await? {
        match cancelled(tx, booking, Some(person), None, now).await {
            Ok(booking) => news.push(News { booking, change: BookingChange::Cancelled }),
            // It has ended meanwhile.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    store::erase_words_of(tx, person).await?;
    let offers = offers::ids_of_mentor(tx, person).await?;
    for (offer,) in &offers {
        offers::delete(tx, *offer).await?;
    }
    notifications::tell(app, tx, effects, &news, Some(person)).await?;
    if let Some((offer,)) = offers.first() {
        appointments::tell_changed(tx, effects, person, *offer, now).await?;
    }
    Ok(())
}
