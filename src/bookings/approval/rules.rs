//! Who may approve and decline a request, and what follows from it.

use std::time::Duration;

use super::store;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::cancel::rules::{check_reason, refuse};
use crate::bookings::create::seats;
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::rules::{check_approve, lock_accounts, lock_booking};
use crate::bookings::scheduler::store as scheduler;
use crate::bookings::waitlist::refill::{refill, settle_mentors};
use crate::bookings::{Booking, BookingChange, BookingId, BookingStatus, store as bookings};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, Result};

/// How long a mentor has to decide.
const DECISION_PERIOD: Duration = Duration::from_hours(24);

/// Makes a booking a request at `now`.
pub fn request(booking: &mut Booking, now: Timestamp) {
    booking.status = BookingStatus::Requested;
    booking.approval_expires_at = Some(now.plus(DECISION_PERIOD).min(booking.starts_at));
}

/// Approves a request.
///
/// # Errors
/// At `bookingId`: `NotFound`; `Forbidden` for the student; `WrongState` if it is no request any more.
pub async fn approve_booking(app: &App, viewer: Viewer, id: Option<BookingId>) -> Result<Booking> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, mut booking) = lock_booking(app, viewer, id).await?;
    check_approve(viewer, &booking, now).map_err(|problem| Error::Refused(vec![problem]))?;
    booking.status = BookingStatus::Upcoming;
    booking.approval_expires_at = None;
    booking.sequence += 1;
    booking.changed_at = now.after(booking.changed_at);
    bookings::update(&mut tx, &booking, BookingStatus::Requested).await?;
    scheduler::insert_reminders(&mut tx, &booking, now).await?;
    let notification = BookingNotification::new(booking.clone(), BookingChange::Approved);
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(viewer.account)).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}

/// Declines a request and releases its seat.
///
/// # Errors
/// A problem with `reason`; at `bookingId` those of [`approve_booking`].
pub async fn decline_booking(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    reason: Option<&str>,
) -> Result<Booking> {
    let reason = check_reason(reason)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, booking) = lock_booking(app, viewer, id).await?;
    check_approve(viewer, &booking, now).map_err(|problem| Error::Refused(vec![problem]))?;
    let booking = refuse(&mut tx, booking, Some(viewer.account), reason, now).await?;
    let notification = BookingNotification::new(booking.clone(), BookingChange::Declined);
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(viewer.account)).await?;
    refill(app, &mut tx, &mut effects, &booking.participants(), now).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}

/// Releases the seats of all requests and offers of these mentors and students that have expired by `now`. Rules that read
/// or take seats call it first, outside of transactions.
pub async fn settle(app: &App, accounts: &[AccountId], now: Timestamp) -> Result<()> {
    for (booking,) in store::expired_of(&app.db, accounts, now).await? {
        expire(app, booking, now).await?;
    }
    settle_mentors(app, accounts, now).await
}

/// Like [`settle`], for mentor and student of one of the viewer's bookings.
pub async fn settle_booking(app: &App, viewer: Viewer, id: Option<BookingId>, now: Timestamp) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let Some(booking) = bookings::own_by_ids(&app.db, viewer.account, &[id]).await?.pop() else { return Ok(()) };
    settle(app, &booking.participants(), now).await
}

/// Stores that a request has expired, releases its seat, and notifies mentor and student. Does nothing if it is no
/// request any more: of several nodes that find it, one does it.
pub async fn expire(app: &App, id: BookingId, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let Some(unlocked) = bookings::by_id(&mut tx, id).await? else { return Ok(()) };
    lock_accounts(&mut tx, &unlocked.participants()).await?;
    let Some(mut booking) = bookings::by_id(&mut tx, id).await? else { return Ok(()) };
    let Some(expired_at) = booking.approval_expires_at.filter(|at| *at <= now) else { return Ok(()) };
    booking.status = BookingStatus::Expired;
    booking.approval_expires_at = None;
    booking.cancelled_at = Some(expired_at);
    booking.sequence += 1;
    booking.changed_at = expired_at.after(booking.changed_at);
    if bookings::update(&mut tx, &booking, BookingStatus::Requested).await? == 1 {
        seats::release(&mut tx, &booking).await?;
        let participants = booking.participants();
        let notification = BookingNotification::new(booking, BookingChange::Expired);
        notifications::notify(app, &mut tx, &mut effects, &[notification], None).await?;
        refill(app, &mut tx, &mut effects, &participants, now).await?;
    }
    app.commit(tx, effects).await
}
