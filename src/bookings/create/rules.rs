//! Who may book what, and move it where.

use sha2::{Digest, Sha256};

use super::{BookingDraft, seats};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::notifications::{self, News};
use crate::bookings::rules::{begin, check_reschedule, lock};
use crate::bookings::scheduler::store as reminders;
use crate::bookings::{Booking, BookingChange, BookingId, BookingStatus, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::rules as images;
use crate::limiter::RateLimit;
use crate::text::{Lines, check_client_key, check_text};
use crate::topics::appointments::{Appointment, store as appointments};

/// Each booking and each move writes a letter to somebody.
static BOOKINGS: RateLimit = RateLimit::per_hour("bookings", 120);

const LONGEST_QUESTION: usize = 1_000;

/// Books a slot. A draft that repeats an earlier one, key and all, gives the booking that the earlier one made.
///
/// # Errors
/// Refused with everything that is wrong with question and key; with `IdempotencyMismatch` at `clientKey`; with `NotFound`
/// or `Forbidden` at `appointmentId`, the latter for one's own; at `startsAt` as [`seats::take`] says; then with what is
/// wrong with the images. Rate limited.
pub async fn create_booking(app: &App, viewer: Viewer, draft: &BookingDraft) -> Result<Booking> {
    let mut problems = Problems::default();
    let question = draft.question.as_deref();
    let question = question.map(|text| check_text("question", text, 1, LONGEST_QUESTION, Lines::Many)).transpose();
    let question = problems.check(question).flatten();
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose()).flatten();
    problems.finish()?;
    app.limiter.take(&BOOKINGS, viewer.account.0, 1)?;
    let wanted = (draft.appointment, draft.starts_at, &question, &draft.images);
    let fingerprint = Sha256::digest(serde_json::to_vec(&wanted).map_err(Error::internal)?);
    let (now, student) = (app.clock.now(), viewer.account);
    let id = BookingId(app.clock.new_id());
    // Looked at before, to know whom to hold.
    let seen = match draft.appointment {
        Some(appointment) => appointments::seen_by_ids(&app.db, student, &[appointment]).await?.pop(),
        None => None,
    };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let people = seen.iter().map(|appointment| appointment.mentor_id).chain([student]);
    if !lock(&mut tx, people).await?.contains(&student) {
        return Err(Error::Unauthenticated);
    }
    if let Some(key) = &key
        && store::claim_key(&mut tx, student, key, id).await? == 0
    {
        let made = find_replay(&mut tx, student, key, &fingerprint).await?;
        // Only once the first request's commit is on disk: on SQLite its rows are seen before.
        tx.commit().await?;
        return Ok(made);
    }
    let appointment = match seen {
        Some(seen) => appointments::seen_by_id(&mut tx, student, seen.id).await?,
        None => None,
    };
    let appointment =
        appointment.ok_or_else(|| Error::member("appointmentId", Code::NotFound, "There is no such offer."))?;
    if appointment.mentor_id == student {
        let message = "This is your own offer. Book somebody else's.";
        return Err(Error::member("appointmentId", Code::Forbidden, message));
    }
    seats::take(&mut tx, &app.clock, &appointment, student, draft.starts_at, id).await?;
    images::attach(&mut tx, viewer, &draft.images, Booking::shows(id), "imageIds").await?;
    let mut booking = Booking {
        id,
        appointment_id: Some(appointment.id),
        topic_id: appointment.topic_id,
        mentor_id: Some(appointment.mentor_id),
        student_id: Some(student),
        starts_at: draft.starts_at,
        ends_at: draft.starts_at,
        time_zone: String::new(),
        location: None,
        changeable_until: draft.starts_at,
        status: BookingStatus::Upcoming,
        question,
        booked_at: now,
        changed_at: now,
        sequence: 0,
        cancelled_at: None,
        cancelled_by: None,
        cancel_reason: None,
        no_show_id: None,
    };
    agree(&mut booking, &appointment, draft.starts_at);
    store::insert(&mut tx, &booking, &fingerprint).await?;
    reminders::insert(&mut tx, &booking, now).await?;
    let news = [News { booking: booking.clone(), change: BookingChange::Created }];
    notifications::tell(app, &mut tx, &mut effects, &news, Some(student)).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}

/// Writes into a booking what the two agree on: the offer as it is now.
fn agree(booking: &mut Booking, appointment: &Appointment, starts_at: Timestamp) {
    booking.starts_at = starts_at;
    booking.ends_at = starts_at.plus(appointment.session());
    booking.changeable_until = starts_at.minus(appointment.cancellation_notice());
    booking.time_zone.clone_from(&appointment.time_zone);
    booking.location.clone_from(&appointment.location);
}

/// Returns the booking that a key has made, for whoever asks for it again.
async fn find_replay(tx: &mut Tx, student: AccountId, key: &str, fingerprint: &[u8]) -> Result<Booking> {
    match store::by_key(tx, student, key).await? {
        Some(made) if made.fingerprint == fingerprint => Ok(made.booking),
        _ => {
            let message = "This key belongs to another booking. Choose a new one.";
            Err(Error::member("clientKey", Code::IdempotencyMismatch, message))
        }
    }
}

/// Moves a booking to another slot of the same offer. The old slot is kept if the new one cannot be had. To where it is
/// already, nothing happens.
///
/// # Errors
/// Refused at `bookingId` with `NotFound`, `WrongState` or `NoticeTooShort`; at `startsAt` as [`seats::take`] says. Rate
/// limited.
pub async fn reschedule_booking(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    starts_at: Timestamp,
) -> Result<Booking> {
    app.limiter.take(&BOOKINGS, viewer.account.0, 1)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, mut booking) = begin(app, viewer, id).await?;
    let refused = |problem: Problem| Error::Refused(vec![problem]);
    check_reschedule(viewer, &booking, now).map_err(refused)?;
    if booking.starts_at == starts_at {
        return Ok(booking);
    }
    let appointment = match booking.appointment_id {
        Some(appointment) => appointments::seen_by_id(&mut tx, viewer.account, appointment).await?,
        None => None,
    };
    let (Some(appointment), Some(student)) = (appointment, booking.student_id) else {
        let message = "This booking can no longer be moved.";
        return Err(Error::member("bookingId", Code::WrongState, message));
    };
    seats::release(&mut tx, &booking).await?;
    seats::take(&mut tx, &app.clock, &appointment, student, starts_at, booking.id).await?;
    agree(&mut booking, &appointment, starts_at);
    booking.sequence += 1;
    booking.changed_at = now;
    if store::update(&mut tx, &booking, BookingStatus::Upcoming).await? == 0 {
        // Its end came while it was read.
        return Err(Error::member("bookingId", Code::WrongState, "This booking is over."));
    }
    reminders::delete(&mut tx, booking.id).await?;
    reminders::insert(&mut tx, &booking, now).await?;
    let news = [News { booking: booking.clone(), change: BookingChange::Rescheduled }];
    notifications::tell(app, &mut tx, &mut effects, &news, Some(viewer.account)).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}
