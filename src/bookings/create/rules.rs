//! Who may book a slot, and who may move a booking.

use sha2::{Digest, Sha256};

use super::BookingDraft;
use super::seats::{self, SeatRequest};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::approval::rules::{request, settle, settle_booking};
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::relocate::rules::room_url;
use crate::bookings::rules::{check_reschedule, lock_accounts, lock_booking};
use crate::bookings::scheduler::store as scheduler;
use crate::bookings::waitlist::refill::refill;
use crate::bookings::{Booking, BookingChange, BookingId, BookingRole, BookingStatus, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::files::{Attachments, rules as files};
use crate::limiter::RateLimit;
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text};
use crate::time_zones;
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::questions::rules::{check_answers, given_values};
use crate::topics::questions::{Answer, Answers};

/// Every booking and every change of one sends a mail to another user.
pub static BOOKINGS: RateLimit = RateLimit::per_hour("bookings", 120);

const MAX_QUESTION_LENGTH: usize = 1_000;

/// Books a slot. A draft that repeats an earlier one with the same client key returns the earlier booking.
///
/// # Errors
/// All problems of question and key at once; `IdempotencyMismatch` at `clientKey`; at `appointmentId` `NotFound`, and
/// `Forbidden` for the viewer's own appointment; at once those of `answers` and, at `startsAt`, those of
/// [`seats::reserve`]; then the problems of the images and files. Rate limited.
pub async fn create_booking(app: &App, viewer: Viewer, draft: &BookingDraft) -> Result<Booking> {
    let checked = check_draft(app, viewer, draft.question.as_deref(), draft.client_key.as_deref()).await?;
    let answers: Vec<Answer> = draft.answers.iter().map(given_values).collect();
    let fingerprint = fingerprint(draft, checked.question.as_deref(), &answers)?;
    let (now, student) = (app.clock.now(), viewer.account);
    // Read before the transaction, because the mentor's account must be locked first.
    let unlocked = match draft.appointment {
        Some(appointment) => appointments::visible_by_ids(&app.db, student, &[appointment]).await?.pop(),
        None => None,
    };
    let people: Vec<AccountId> = unlocked.iter().map(|appointment| appointment.mentor_id).chain([student]).collect();
    settle(app, &people, now).await?;
    let mut tx = app.db.write().await?;
    if !lock_accounts(&mut tx, &people).await?.contains(&student) {
        return Err(Error::Unauthenticated);
    }
    let id = match claim_or_replay(app, &mut tx, student, checked.key.as_deref(), &fingerprint).await? {
        Claim::New(id) => id,
        Claim::Replay(booking) => return commit_replay(tx, *booking).await,
    };
    let appointment = match unlocked {
        Some(unlocked) => appointments::visible_by_id(&mut tx, student, unlocked.id).await?,
        None => None,
    };
    let appointment =
        appointment.ok_or_else(|| Error::member("appointmentId", Code::NotFound, say::NoSuchAppointment))?;
    if appointment.mentor_id == student {
        let message = say::AppointmentOfOwn;
        return Err(Error::member("appointmentId", Code::Forbidden, message));
    }
    let mut problems = Problems::default();
    let answers = check_answers(&appointment.questions, &answers, &mut problems);
    let mut effects = Effects::default();
    let seat = SeatRequest { student, starts_at: draft.starts_at, booking: id, by: BookingRole::Student };
    problems.collect(seats::reserve(&mut tx, &mut effects, &app.clock, &appointment, seat).await)?;
    problems.finish()?;
    let content = Content { question: checked.question, answers, attachments: &draft.attachments, fingerprint };
    insert_booking(app, tx, effects, viewer, &appointment, seat, content).await
}

/// The valid texts of a draft.
pub struct CheckedDraft {
    pub question: Option<String>,
    pub key: Option<String>,
}

/// Checks the texts of a new booking, and counts it.
///
/// # Errors
/// All problems of question and key at once. Rate limited.
pub async fn check_draft(
    app: &App,
    viewer: Viewer,
    question: Option<&str>,
    client_key: Option<&str>,
) -> Result<CheckedDraft> {
    let mut problems = Problems::default();
    let question = question.map(|text| check_text("question", text, 1, MAX_QUESTION_LENGTH, Lines::Many)).transpose();
    let question = problems.check(question).flatten();
    let key = problems.check(client_key.map(check_client_key).transpose()).flatten();
    problems.finish()?;
    app.limiter.take(&BOOKINGS, viewer.account.0, 1).await?;
    Ok(CheckedDraft { question, key })
}

/// What became of a client key.
pub enum Claim {
    /// There is no key, or it stands for a new booking with this id.
    New(BookingId),
    /// An earlier request with the same key and content created this booking.
    Replay(Box<Booking>),
}

/// Claims a client key for a new booking.
///
/// # Errors
/// `IdempotencyMismatch` at `clientKey`.
pub async fn claim_or_replay(
    app: &App,
    tx: &mut Tx,
    student: AccountId,
    key: Option<&str>,
    fingerprint: &[u8],
) -> Result<Claim> {
    let id = BookingId(app.clock.new_id());
    match key {
        Some(key) if store::claim_key(tx, student, key, id).await? == 0 => {
            Ok(Claim::Replay(Box::new(find_replay(tx, student, key, fingerprint).await?)))
        }
        _ => Ok(Claim::New(id)),
    }
}

/// Returns the booking of an earlier request. On SQLite its rows are visible before they are durable; the commit waits until
/// they are.
pub async fn commit_replay(tx: Tx, booking: Booking) -> Result<Booking> {
    tx.commit().await?;
    Ok(booking)
}

/// What a student writes into a booking.
pub struct Content<'a> {
    pub question: Option<String>,
    pub answers: Answers,
    pub attachments: &'a Attachments,
    pub fingerprint: Vec<u8>,
}

/// Inserts the viewer's booking, whose seat is reserved, notifies mentor and student, and commits.
///
/// # Errors
/// The problems of the images and files.
pub async fn insert_booking(
    app: &App,
    mut tx: Tx,
    mut effects: Effects,
    viewer: Viewer,
    appointment: &Appointment,
    SeatRequest { student, starts_at, booking: id, .. }: SeatRequest,
    content: Content<'_>,
) -> Result<Booking> {
    let now = app.clock.now();
    files::attach(&mut tx, viewer, content.attachments, Booking::file_use(id)).await?;
    let mut booking = Booking {
        id,
        appointment_id: Some(appointment.id),
        topic_id: appointment.topic_id,
        mentor_id: Some(appointment.mentor_id),
        student_id: Some(student),
        starts_at,
        ends_at: starts_at,
        time_zone: String::new(),
        location: None,
        meeting_url: None,
        utc_offset: None,
        seats: appointment.seats,
        changeable_until: starts_at,
        status: BookingStatus::Upcoming,
        approval_expires_at: None,
        question: content.question,
        answers: content.answers,
        booked_at: now,
        changed_at: now,
        sequence: 0,
        cancelled_at: None,
        cancelled_by: None,
        cancel_reason: None,
        no_show_id: None,
    };
    set_terms(app, &mut tx, &mut booking, appointment, starts_at).await?;
    let change = if appointment.is_approval_required {
        request(&mut booking, now);
        BookingChange::Requested
    } else {
        BookingChange::Created
    };
    store::insert(&mut tx, &booking, &content.fingerprint).await?;
    if booking.status == BookingStatus::Upcoming {
        scheduler::insert_reminders(&mut tx, &booking, now).await?;
    }
    let notification = BookingNotification::new(booking.clone(), change);
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(student)).await?;
    refill(app, &mut tx, &mut effects, &booking.participants(), now).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}

/// Returns a hash of what the student sent: distinguishes a repeated request from another one with the same key.
fn fingerprint(draft: &BookingDraft, question: Option<&str>, answers: &[Answer]) -> Result<Vec<u8>> {
    let content = (draft.appointment, draft.starts_at, question, &draft.attachments);
    let answers: Vec<&Answer> = answers.iter().filter(|answer| !answer.values.is_empty()).collect();
    // Without answers as it was before there were questions.
    let content =
        if answers.is_empty() { serde_json::to_vec(&content) } else { serde_json::to_vec(&(content, answers)) };
    Ok(Sha256::digest(content.map_err(Error::internal)?).to_vec())
}

/// Copies the current terms of the appointment into a booking. Later changes of the appointment do not affect them. A session
/// with other bookings keeps its place, which the mentor may have changed.
async fn set_terms(
    app: &App,
    tx: &mut Tx,
    booking: &mut Booking,
    appointment: &Appointment,
    starts_at: Timestamp,
) -> Result<()> {
    booking.starts_at = starts_at;
    booking.ends_at = starts_at.plus(appointment.session_length());
    booking.changeable_until = starts_at.minus(appointment.cancellation_notice());
    booking.time_zone.clone_from(&appointment.time_zone);
    booking.location.clone_from(&appointment.location);
    booking.seats = appointment.seats;
    booking.meeting_url.clone_from(&appointment.meeting_url);
    let others = store::upcoming_of_session(tx, booking, app.clock.now()).await?;
    if let Some(other) = others.into_iter().find(|other| other.id != booking.id) {
        booking.location = other.location;
        booking.meeting_url = other.meeting_url;
    } else if booking.location.is_none() && booking.meeting_url.is_none() {
        booking.meeting_url = booking.session().and_then(|session| room_url(app, session));
    }
    booking.utc_offset = time_zones::offset_at(&appointment.time_zone, starts_at.unix_seconds());
    Ok(())
}

/// Returns the booking that an earlier request with the same key created.
async fn find_replay(tx: &mut Tx, student: AccountId, key: &str, fingerprint: &[u8]) -> Result<Booking> {
    match store::by_key(tx, student, key).await? {
        Some(record) if record.fingerprint == fingerprint => Ok(record.booking),
        _ => {
            let message = say::BookingKeyReused;
            Err(Error::member("clientKey", Code::IdempotencyMismatch, message))
        }
    }
}

/// Moves a booking to another slot of the same appointment. If the new slot is not available, the booking keeps the old
/// one. Does nothing if the booking already has this slot. A move by the student is a request if the appointment requires
/// approval; a move by the mentor approves a request.
///
/// # Errors
/// `NotFound`, `WrongState` or `NoticeTooShort` at `bookingId`; at `startsAt` those of [`seats::reserve`]. Rate
/// limited.
pub async fn reschedule_booking(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    starts_at: Timestamp,
) -> Result<Booking> {
    app.limiter.take(&BOOKINGS, viewer.account.0, 1).await?;
    let now = app.clock.now();
    settle_booking(app, viewer, id, now).await?;
    let mut effects = Effects::default();
    let (mut tx, mut booking) = lock_booking(app, viewer, id).await?;
    let refused = |problem: Problem| Error::Refused(vec![problem]);
    check_reschedule(viewer, &booking, now).map_err(refused)?;
    if booking.starts_at == starts_at {
        return Ok(booking);
    }
    let before = (booking.starts_at, booking.ends_at);
    let appointment = match booking.appointment_id {
        Some(appointment) => appointments::visible_by_id(&mut tx, viewer.account, appointment).await?,
        None => None,
    };
    let (Some(appointment), Some(student)) = (appointment, booking.student_id) else {
        let message = say::BookingNotReschedulable;
        return Err(Error::member("bookingId", Code::WrongState, message));
    };
    let by = booking.role_of(viewer.account).unwrap_or(BookingRole::Student);
    seats::release(&mut tx, &booking).await?;
    let seat = SeatRequest { student, starts_at, booking: booking.id, by };
    seats::reserve(&mut tx, &mut effects, &app.clock, &appointment, seat).await?;
    set_terms(app, &mut tx, &mut booking, &appointment, starts_at).await?;
    booking.sequence += 1;
    booking.changed_at = now.after(booking.changed_at);
    let status = booking.status;
    let is_request = status == BookingStatus::Requested || appointment.is_approval_required;
    let change = if by == BookingRole::Student && is_request {
        request(&mut booking, now);
        BookingChange::Requested
    } else {
        booking.status = BookingStatus::Upcoming;
        booking.approval_expires_at = None;
        BookingChange::Rescheduled
    };
    if store::update(&mut tx, &booking, status).await? == 0 {
        // The scheduler completed it after it was read.
        let message = say::BookingOver;
        return Err(Error::member("bookingId", Code::WrongState, message));
    }
    scheduler::delete_reminders(&mut tx, booking.id).await?;
    if booking.status == BookingStatus::Upcoming {
        scheduler::insert_reminders(&mut tx, &booking, now).await?;
    }
    let notification = BookingNotification { booking: booking.clone(), change, before: Some(before) };
    notifications::notify(app, &mut tx, &mut effects, &[notification], Some(viewer.account)).await?;
    refill(app, &mut tx, &mut effects, &booking.participants(), now).await?;
    app.commit(tx, effects).await?;
    Ok(booking)
}
