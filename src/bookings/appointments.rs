//! Changes of appointments and topics that affect bookings: no booking loses its time or seat without being cancelled,
//! and every cancellation notifies the student.

use std::collections::HashMap;

use crate::accounts::Viewer;
use crate::app::App;
use crate::bookings::cancel::rules::{cancel_all, cancellation};
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::rules::lock_accounts;
use crate::bookings::waitlist::refill::{self, refill};
use crate::bookings::waitlist::store as waitlists;
use crate::bookings::{Booking, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::search;
use crate::sentences::say;
use crate::topics::appointments::{Appointment, AppointmentChange, rules as appointments, store as appointment_store};
use crate::topics::availability::slots;
use crate::topics::occupancies::store as occupancies;
use crate::topics::{AppointmentId, Topic, TopicId, rules as topics, store as topic_store};

/// How many conflicting bookings a rejected change returns at most.
const MAX_CONFLICTS: usize = 100;

/// The outcome of an update of an appointment.
#[derive(Debug)]
pub enum UpdateOutcome {
    Updated(Box<Appointment>),
    /// Nothing was changed: these bookings would lose their time or seat.
    Conflict(Problem, Vec<Booking>),
}

/// Changes the viewer's own appointment, unless bookings would lose their time or seat.
///
/// # Errors
/// All problems of the change at once; `NotFound` or `Forbidden` at `appointmentId`.
pub async fn update_appointment(
    app: &App,
    viewer: Viewer,
    id: Option<AppointmentId>,
    change: AppointmentChange,
) -> Result<UpdateOutcome> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, old) = lock_appointment(app, viewer, id).await?;
    let new = appointments::apply_change(&old, change, now)?;
    if let Some(field) = first_restricted_field(&old, &new) {
        let mut conflicts = conflicts(&new, store::upcoming_of_appointment(&mut tx, new.id, now).await?);
        if !conflicts.is_empty() {
            conflicts.truncate(MAX_CONFLICTS);
            let message = say::BookingsWouldMove;
            let problem = Problem::member(field, Code::HasBookings, message);
            return Ok(UpdateOutcome::Conflict(problem, conflicts));
        }
    }
    appointment_store::update(&mut tx, &new).await?;
    if old.buffer_minutes != new.buffer_minutes {
        occupancies::refresh_buffers(&mut tx, new.mentor_id, now, Timestamp(i64::MAX)).await?;
    }
    if old.seats != new.seats {
        store::set_seats(&mut tx, new.id, new.seats, now).await?;
    }
    waitlists::set_notice(&mut tx, new.id, new.minimum_notice_minutes).await?;
    refill(app, &mut tx, &mut effects, &[viewer.account], now).await?;
    appointments::publish_change(&mut tx, &mut effects, viewer.account, new.id, now).await?;
    if old.is_active != new.is_active {
        search::refresh(&mut tx, viewer.account.0).await?;
    }
    app.commit(tx, effects).await?;
    Ok(UpdateOutcome::Updated(Box::new(new)))
}

/// Returns the first field that differs and can take away the time or the seat of a booking.
fn first_restricted_field(old: &Appointment, new: &Appointment) -> Option<&'static str> {
    let fields = [
        (old.availability.weekly != new.availability.weekly, "weeklyHours"),
        (old.availability.exceptions != new.availability.exceptions, "exceptions"),
        (old.availability.windows != new.availability.windows, "windows"),
        (old.time_zone != new.time_zone, "timeZone"),
        (old.seats != new.seats, "seats"),
    ];
    fields.into_iter().find_map(|(is_changed, name)| is_changed.then_some(name))
}

/// Returns the bookings that are outside the hours of the appointment, or in a session with too few seats.
fn conflicts(appointment: &Appointment, upcoming: Vec<Booking>) -> Vec<Booking> {
    let mut seats_taken: HashMap<Timestamp, i64> = HashMap::new();
    for booking in &upcoming {
        *seats_taken.entry(booking.starts_at).or_default() += 1;
    }
    let fits = |booking: &Booking| {
        let has_seat = seats_taken.get(&booking.starts_at).is_none_or(|taken| *taken <= appointment.seats);
        has_seat && slots::is_within_hours(appointment, booking.starts_at, booking.ends_at)
    };
    upcoming.into_iter().filter(|booking| !fits(booking)).collect()
}

/// Deletes the viewer's own appointment and returns the upcoming bookings that were cancelled with it.
///
/// # Errors
/// `NotFound` or `Forbidden` at `appointmentId`; `HasBookings` if there are upcoming bookings and `cancel_upcoming` is
/// false.
pub async fn delete_appointment(
    app: &App,
    viewer: Viewer,
    id: Option<AppointmentId>,
    cancel_upcoming: bool,
) -> Result<(AppointmentId, Vec<Booking>)> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, appointment) = lock_appointment(app, viewer, id).await?;
    let upcoming = store::upcoming_of_appointment(&mut tx, appointment.id, now).await?;
    if !upcoming.is_empty() && !cancel_upcoming {
        let message = say::BookingsUpcoming;
        return Err(Error::member("appointmentId", Code::HasBookings, message));
    }
    let mut cancelled = cancel_all(&mut tx, upcoming, Some(viewer.account), now).await?;
    refill::end_of_appointment(app, &mut tx, &mut effects, viewer.account, appointment.id, now).await?;
    if appointment_store::delete(&mut tx, appointment.id).await? == 0 {
        return Err(not_found());
    }
    for booking in &mut cancelled {
        booking.appointment_id = None;
    }
    let notifications: Vec<BookingNotification> = cancelled.iter().cloned().map(cancellation).collect();
    notifications::notify(app, &mut tx, &mut effects, &notifications, Some(viewer.account)).await?;
    refill(app, &mut tx, &mut effects, &[viewer.account], now).await?;
    appointments::publish_change(&mut tx, &mut effects, viewer.account, appointment.id, now).await?;
    search::refresh(&mut tx, viewer.account.0).await?;
    app.commit(tx, effects).await?;
    Ok((appointment.id, cancelled))
}

/// Begins a transaction, locks the viewer's account and returns one of its appointments. It cannot be booked while the
/// account is locked.
async fn lock_appointment(app: &App, viewer: Viewer, id: Option<AppointmentId>) -> Result<(Tx, Appointment)> {
    let id = id.ok_or_else(not_found)?;
    let mut tx = app.db.write().await?;
    if lock_accounts(&mut tx, &[viewer.account]).await?.is_empty() {
        return Err(Error::Unauthenticated);
    }
    let appointment = appointment_store::visible_by_id(&mut tx, viewer.account, id).await?.ok_or_else(not_found)?;
    if !appointments::can_edit(viewer, &appointment) {
        let message = say::AppointmentOfOther;
        return Err(Error::member("appointmentId", Code::Forbidden, message));
    }
    Ok((tx, appointment))
}

fn not_found() -> Error {
    Error::member("appointmentId", Code::NotFound, say::NoSuchAppointment)
}

/// The outcome of deleting a topic.
#[derive(Debug)]
pub enum DeleteTopicOutcome {
    Deleted(TopicId),
    /// The topic has appointments, or was ever booked.
    Archived(Topic),
}

/// Deletes a topic, or archives it if it has appointments or was ever booked.
///
/// # Errors
/// `NotFound` or `Forbidden` at `topicId`; `Conflict` if an appointment of the topic is created at the same time.
pub async fn delete_topic(app: &App, viewer: Viewer, id: Option<TopicId>) -> Result<DeleteTopicOutcome> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let mut topic = topics::editable_topic(&mut tx, id, viewer).await?;
    let is_used =
        topic_store::has_appointments(&mut tx, topic.id).await? || store::exist_for_topic(&mut tx, topic.id).await?;
    topics::record_if_foreign(app, &mut tx, viewer, &topic).await?;
    let outcome = if is_used {
        topics::archive(&mut tx, &mut effects, &mut topic).await?;
        DeleteTopicOutcome::Archived(topic)
    } else {
        topics::delete(app, &mut tx, &mut effects, topic.id).await?;
        DeleteTopicOutcome::Deleted(topic.id)
    };
    app.commit(tx, effects).await?;
    Ok(outcome)
}
