//! Who may cancel, complete or mark a booking, and what follows from it.

use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::create::seats;
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::rules::{check_cancel, check_complete, check_no_show, lock_booking};
use crate::bookings::scheduler::store as scheduler;
use crate::bookings::waitlist::refill::{self, refill};
use crate::bookings::{Booking, BookingChange, BookingId, BookingStatus, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::sentences::say;
use crate::text::{Lines, check_text};
use crate::topics::appointments::{rules as appointments, store as appointment_store};

const MAX_REASON_LENGTH: usize = 500;

/// Cancels a booking and releases its seat.
///
/// # Errors
/// A problem with `reason`; `NotFound`, `WrongState` or `NoticeTooShort` at `bookingId`.
pub async fn cancel_booking(app: &App, viewer: Viewer, id: Option<BookingId>, reason: Option<&str>) -> Result<Booking> {
    let reason = check_reason(reason)?;
    let now = app.clock.now();
    let (mut tx, booking) = lock_booking(app, viewer, id).await?;
    check_cancel(viewer, &booking, now).map_err(refused)?;
    let booking = cancel(&mut tx, booking, Some(viewer.account), reason, now).await?;
    let mut effects = Effects::default();
    let notification = BookingNotification::new(booking.clone(), BookingChange::Cancelled);
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(viewer.account)).await?;
    refill(app, &mut tx, &mut effects, &booking.participants(), now).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}

/// Validates the reason of a cancellation or a refusal.
pub fn check_reason(reason: Option<&str>) -> Result<Option<String>> {
    let reason = reason.map(|reason| check_text("reason", reason, 1, MAX_REASON_LENGTH, Lines::Many)).transpose();
    reason.map_err(refused)
}

/// Cancels upcoming bookings in the transaction of the caller, who notifies mentors and students; as a mentor, declines
/// requests, as the server does. Returns them, without those that the scheduler completed after they were read. `by` is
/// `None` where the server cancels them.
pub async fn cancel_all(
    tx: &mut Tx,
    bookings: Vec<Booking>,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<Vec<Booking>> {
    let mut cancelled = Vec::with_capacity(bookings.len());
    for booking in bookings {
        let is_refusal = booking.status == BookingStatus::Requested && (by.is_none() || booking.mentor_id == by);
        let ended = if is_refusal {
            refuse(tx, booking, by, None, now).await
        } else {
            cancel(tx, booking, by, None, now).await
        };
        match ended {
            Ok(booking) => cancelled.push(booking),
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(cancelled)
}

/// Returns the notification of a booking that [`cancel_all`] has cancelled or declined.
pub fn cancellation(booking: Booking) -> BookingNotification {
    let is_refusal = booking.status == BookingStatus::Declined;
    BookingNotification::new(booking, if is_refusal { BookingChange::Declined } else { BookingChange::Cancelled })
}

/// Cancels a booking or a request in the transaction of the caller, who notifies mentor and student.
///
/// # Errors
/// `WrongState` at `bookingId` if the booking is no longer upcoming.
async fn cancel(
    tx: &mut Tx,
    booking: Booking,
    by: Option<AccountId>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Booking> {
    end(tx, booking, BookingStatus::Cancelled, by, reason, now).await
}

/// Declines a request in the transaction of the caller, who notifies mentor and student.
///
/// # Errors
/// `WrongState` at `bookingId` if the booking is no longer a request.
pub async fn refuse(
    tx: &mut Tx,
    booking: Booking,
    by: Option<AccountId>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Booking> {
    end(tx, booking, BookingStatus::Declined, by, reason, now).await
}

async fn end(
    tx: &mut Tx,
    mut booking: Booking,
    status: BookingStatus,
    by: Option<AccountId>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Booking> {
    let before = booking.status;
    booking.status = status;
    booking.approval_expires_at = None;
    booking.cancelled_at = Some(now);
    booking.cancelled_by = by;
    booking.cancel_reason = reason;
    booking.sequence += 1;
    update(tx, &mut booking, before, now).await?;
    seats::release(tx, &booking).await?;
    scheduler::delete_reminders(tx, booking.id).await?;
    Ok(booking)
}

/// Completes a booking before its end.
///
/// # Errors
/// At `bookingId`: `NotFound`; `Forbidden` for the student; `WrongState` before the start, or if the booking is no
/// longer upcoming.
pub async fn complete_booking(app: &App, viewer: Viewer, id: Option<BookingId>) -> Result<Booking> {
    let now = app.clock.now();
    let (mut tx, mut booking) = lock_booking(app, viewer, id).await?;
    check_complete(viewer, &booking, now).map_err(refused)?;
    booking.status = BookingStatus::Completed;
    update(&mut tx, &mut booking, BookingStatus::Upcoming, now).await?;
    notify_and_commit(app, tx, &booking, BookingChange::Completed, viewer.account).await?;
    Ok(booking)
}

/// Records that the student or the mentor did not come.
///
/// # Errors
/// `NotFound` or `WrongState` at `bookingId`; `NotFound` at `userId` for any other user.
pub async fn mark_no_show(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    absentee: Option<AccountId>,
) -> Result<Booking> {
    let now = app.clock.now();
    let (mut tx, mut booking) = lock_booking(app, viewer, id).await?;
    let absentee = absentee.filter(|absentee| booking.role_of(*absentee).is_some());
    let Some(absentee) = absentee else {
        let message = say::UserNotInBooking;
        return Err(Error::member("userId", Code::NotFound, message));
    };
    check_no_show(viewer, &booking, now).map_err(refused)?;
    let before = booking.status;
    booking.status = BookingStatus::NoShow;
    booking.no_show_id = Some(absentee);
    update(&mut tx, &mut booking, before, now).await?;
    notify_and_commit(app, tx, &booking, BookingChange::NoShow, viewer.account).await?;
    Ok(booking)
}

fn refused(problem: Problem) -> Error {
    Error::Refused(vec![problem])
}

/// Updates a booking that had the status `before` when it was read. The scheduler can complete it at any time: it does
/// not lock the accounts.
async fn update(tx: &mut Tx, booking: &mut Booking, before: BookingStatus, now: Timestamp) -> Result<()> {
    booking.changed_at = now.after(booking.changed_at);
    if store::update(tx, booking, before).await? == 0 {
        let message = say::BookingStatusChanged;
        return Err(Error::member("bookingId", Code::WrongState, message));
    }
    Ok(())
}

async fn notify_and_commit(
    app: &App,
    mut tx: Tx,
    booking: &Booking,
    change: BookingChange,
    by: AccountId,
) -> Result<()> {
    let mut effects = Effects::default();
    let notification = BookingNotification::new(booking.clone(), change);
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(by)).await?;
    app.commit(tx, effects).await
}

/// Handles the lock of an account: passes on the seats that are held for it, and ends the waitlists of its slots. A lock
/// without an end also cancels its upcoming bookings and declines its requests in both roles; no participant did that.
pub async fn on_account_locked(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    has_end: bool,
) -> Result<()> {
    let now = app.clock.now();
    let mentors = refill::lock_schedules_of(tx, account, now).await?;
    if !has_end {
        let upcoming = store::upcoming_of_account(tx, account, now).await?;
        let cancelled = cancel_all(tx, upcoming, None, now).await?;
        let notifications: Vec<BookingNotification> = cancelled.into_iter().map(cancellation).collect();
        notifications::notify(app, tx, effects, &notifications, None).await?;
    }
    refill(app, tx, effects, &mentors, now).await
}

/// Handles the deletion of an account: cancels its upcoming bookings and notifies the other users, deletes its
/// appointments and erases the texts that it wrote into bookings.
pub async fn on_account_deleted(app: &App, tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let now = app.clock.now();
    let mut mentors = refill::lock_schedules_of(tx, account, now).await?;
    let upcoming = store::upcoming_of_account(tx, account, now).await?;
    let cancelled = cancel_all(tx, upcoming, Some(account), now).await?;
    let notifications: Vec<BookingNotification> = cancelled.into_iter().map(cancellation).collect();
    store::erase_texts_of(tx, account).await?;
    refill::on_account_deleted(app, tx, effects, account, now).await?;
    let appointments = appointment_store::ids_of_mentor(tx, account).await?;
    for (appointment,) in &appointments {
        appointment_store::delete(tx, *appointment).await?;
    }
    notifications::notify(app, tx, effects, &notifications, Some(account)).await?;
    mentors.retain(|mentor| *mentor != account);
    refill(app, tx, effects, &mentors, now).await?;
    if let Some((appointment,)) = appointments.first() {
        appointments::publish_change(tx, effects, account, *appointment, now).await?;
    }
    Ok(())
}
