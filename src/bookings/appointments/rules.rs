//! Changing and deleting offers, and topics in use.

use std::collections::HashMap;

use crate::accounts::Viewer;
use crate::app::App;
use crate::bookings::cancel::rules::cancelled;
use crate::bookings::notifications::{self, News};
use crate::bookings::rules::lock;
use crate::bookings::{Booking, BookingChange, store};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::search;
use crate::topics::appointments::{Appointment, AppointmentChange, rules as appointments, store as offers};
use crate::topics::availability::slots;
use crate::topics::{AppointmentId, Topic, TopicId, rules as topics, store as topic_store};

/// So many bookings in the way of a change are named.
const MOST_NAMED: usize = 100;

/// What became of a change.
#[derive(Debug)]
pub enum Changed {
    To(Box<Appointment>),
    /// Nothing was changed: these would be left without their time, or their seat.
    NotFor(Problem, Vec<Booking>),
}

/// Changes the viewer's own offer. A change that would leave bookings without their time is not made, and names them.
///
/// # Errors
/// Refused with everything that is wrong with the change; with `NotFound` or `Forbidden` at `appointmentId`.
pub async fn update_appointment(
    app: &App,
    viewer: Viewer,
    id: Option<AppointmentId>,
    change: AppointmentChange,
) -> Result<Changed> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, old) = begin(app, viewer, id).await?;
    let new = appointments::changed(&old, change, now)?;
    if let Some(member) = changed_member(&old, &new) {
        let mut conflicts = conflicts(&new, store::upcoming_of(&mut tx, new.id, now).await?);
        if !conflicts.is_empty() {
            conflicts.truncate(MOST_NAMED);
            let message = "There are bookings that would lose their time. Move or cancel them first.";
            return Ok(Changed::NotFor(Problem::member(member, Code::HasBookings, message), conflicts));
        }
    }
    offers::update(&mut tx, &new).await?;
    appointments::tell_changed(&mut tx, &mut effects, viewer.account, new.id, now).await?;
    if old.is_active != new.is_active {
        search::refresh(&mut tx, viewer.account.0).await?;
    }
    app.commit(tx, effects).await?;
    Ok(Changed::To(Box::new(new)))
}

/// Returns the first member that can take a booking's time or seat away and is another than before.
fn changed_member(old: &Appointment, new: &Appointment) -> Option<&'static str> {
    let members = [
        (old.availability.weekly != new.availability.weekly, "weeklyHours"),
        (old.availability.exceptions != new.availability.exceptions, "exceptions"),
        (old.availability.windows != new.availability.windows, "windows"),
        (old.time_zone != new.time_zone, "timeZone"),
        (old.seats != new.seats, "seats"),
    ];
    members.into_iter().find_map(|(is_changed, name)| is_changed.then_some(name))
}

/// Returns the bookings that an offer would have no time for, or too few seats.
fn conflicts(offer: &Appointment, upcoming: Vec<Booking>) -> Vec<Booking> {
    let mut seats: HashMap<Timestamp, i64> = HashMap::new();
    for booking in &upcoming {
        *seats.entry(booking.starts_at).or_default() += 1;
    }
    let fits = |booking: &Booking| {
        let has_seats = seats.get(&booking.starts_at).is_none_or(|taken| *taken <= offer.seats);
        has_seats && slots::is_within_hours(offer, booking.starts_at, booking.ends_at)
    };
    upcoming.into_iter().filter(|booking| !fits(booking)).collect()
}

/// Deletes the viewer's own offer. Upcoming bookings are in the way, unless they are to be cancelled; returns those.
///
/// # Errors
/// Refused at `appointmentId` with `NotFound`, `Forbidden` or `HasBookings`.
pub async fn delete_appointment(
    app: &App,
    viewer: Viewer,
    id: Option<AppointmentId>,
    cancel_upcoming: bool,
) -> Result<(AppointmentId, Vec<Booking>)> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, appointment) = begin(app, viewer, id).await?;
    let upcoming = store::upcoming_of(&mut tx, appointment.id, now).await?;
    if !upcoming.is_empty() && !cancel_upcoming {
        let message = "There are upcoming bookings. Cancel them, or let this cancel them.";
        return Err(Error::member("appointmentId", Code::HasBookings, message));
    }
    let mut gone = Vec::new();
    for booking in upcoming {
        gone.push(cancelled(&mut tx, booking, Some(viewer.account), None, now).await?);
    }
    if offers::delete(&mut tx, appointment.id).await? == 0 {
        return Err(not_found());
    }
    for booking in &mut gone {
        booking.appointment_id = None;
    }
    let news: Vec<News> =
        gone.iter().map(|booking| News { booking: booking.clone(), change: BookingChange::Cancelled }).collect();
    notifications::tell(app, &mut tx, &mut effects, &news, Some(viewer.account)).await?;
    appointments::tell_changed(&mut tx, &mut effects, viewer.account, appointment.id, now).await?;
    search::refresh(&mut tx, viewer.account.0).await?;
    app.commit(tx, effects).await?;
    Ok((appointment.id, gone))
}

/// Begins to change an offer: with its mentor held, nobody books it meanwhile.
async fn begin(app: &App, viewer: Viewer, id: Option<AppointmentId>) -> Result<(Tx, Appointment)> {
    let id = id.ok_or_else(not_found)?;
    let mut tx = app.db.write().await?;
    if lock(&mut tx, [viewer.account]).await?.is_empty() {
        return Err(Error::Unauthenticated);
    }
    let appointment = offers::seen_by_id(&mut tx, viewer.account, id).await?.ok_or_else(not_found)?;
    if !appointments::may_edit(viewer, &appointment) {
        return Err(Error::member("appointmentId", Code::Forbidden, "This offer is somebody else's."));
    }
    Ok((tx, appointment))
}

fn not_found() -> Error {
    Error::member("appointmentId", Code::NotFound, "There is no such offer.")
}

/// What became of a topic that was to be deleted.
#[derive(Debug)]
pub enum Removed {
    Deleted(TopicId),
    /// It is in use: somebody teaches it, or booked it once.
    Archived(Topic),
}

/// Deletes a topic that nobody uses; one that is in use is archived.
///
/// # Errors
/// Refused at `topicId` with `NotFound` or `Forbidden`; with `Conflict` when somebody begins to use it meanwhile.
pub async fn delete_topic(app: &App, viewer: Viewer, id: Option<TopicId>) -> Result<Removed> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let mut topic = topics::permitted(&mut tx, id, viewer).await?;
    let is_used =
        topic_store::has_appointments(&mut tx, topic.id).await? || store::has_topic(&mut tx, topic.id).await?;
    let removed = if is_used {
        topics::archive(&mut tx, &mut topic).await?;
        Removed::Archived(topic)
    } else {
        topics::erase(app, &mut tx, &mut effects, topic.id).await?;
        Removed::Deleted(topic.id)
    };
    app.commit(tx, effects).await?;
    Ok(removed)
}
