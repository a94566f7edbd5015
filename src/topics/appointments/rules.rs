//! Who may offer what, and what an offer may say.

use super::{Appointment, AppointmentChange, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::apply_change;
use crate::search;
use crate::text::{Lines, check_text};
use crate::topics::{AppointmentId, TopicId, store as topics};

const LONGEST_DESCRIPTION: usize = 2_000;
const LONGEST_LOCATION: usize = 300;

/// So many topics somebody teaches at most.
const MOST_APPOINTMENTS: i64 = 100;

const MOST_NOTICE: i64 = 30 * 24 * 60;

/// Tells whether the viewer may change an offer: it is their own.
pub fn may_edit(viewer: Viewer, appointment: &Appointment) -> bool {
    appointment.mentor_id == viewer.account
}

/// Tells whether the viewer may book with an offer at all: somebody else's, that does not rest.
pub fn may_book(viewer: Viewer, appointment: &Appointment) -> bool {
    appointment.mentor_id != viewer.account && appointment.is_active && !appointment.is_topic_archived
}

/// Offers to teach a topic.
///
/// # Errors
/// Refused with everything that is wrong with the offer; at `topicId` with `NotFound`, with `WrongState` for an archived
/// topic, with `Conflict` when the viewer teaches it already, with `QuotaExceeded` for one topic too many.
pub async fn create_appointment(
    app: &App,
    viewer: Viewer,
    topic: Option<TopicId>,
    change: AppointmentChange,
) -> Result<Appointment> {
    let (now, mentor) = (app.clock.now(), viewer.account);
    let id = AppointmentId(app.clock.new_id());
    let blank = Appointment::blank(id, topic.unwrap_or(TopicId(0)), mentor, now);
    let appointment = changed(&blank, change, now)?;
    let at_topic = |code, message: &'static str| Error::member("topicId", code, message);
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, mentor).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    let topic = match topic {
        Some(topic) => topics::by_id(&mut tx, topic).await?,
        None => None,
    };
    let topic = topic.ok_or_else(|| at_topic(Code::NotFound, "There is no such topic."))?;
    if topic.is_archived {
        return Err(at_topic(Code::WrongState, "This topic is archived."));
    }
    if store::count_of_mentor(&mut tx, mentor).await? >= MOST_APPOINTMENTS {
        let message = "You teach as many topics as one person may.";
        return Err(at_topic(Code::QuotaExceeded, message));
    }
    match store::insert(&mut tx, &appointment).await {
        Ok(0) => return Err(at_topic(Code::Conflict, "You teach this topic already. Change your offer instead.")),
        // The topic was deleted meanwhile.
        Err(error) if error.is_constraint() => return Err(at_topic(Code::NotFound, "There is no such topic.")),
        other => other?,
    };
    search::refresh(&mut tx, mentor.0).await?;
    tx.commit().await?;
    Ok(appointment)
}

/// Returns an offer as a change would leave it.
///
/// # Errors
/// Refused with everything that is wrong with it then.
pub fn changed(appointment: &Appointment, change: AppointmentChange, now: Timestamp) -> Result<Appointment> {
    let mut problems = Problems::default();
    let mut text = |member, change: Option<Option<String>>, longest, lines| {
        change.map(|new| new.and_then(|text| problems.check(check_text(member, &text, 1, longest, lines))))
    };
    let description = text("description", change.description, LONGEST_DESCRIPTION, Lines::Many);
    let location = text("location", change.location, LONGEST_LOCATION, Lines::One);
    let mut new = appointment.clone();
    apply_change(&mut new.description, description);
    apply_change(&mut new.location, location);
    set(&mut new.time_zone, change.time_zone);
    set(&mut new.session_minutes, change.session_minutes);
    set(&mut new.seats, change.seats);
    set(&mut new.availability.weekly, change.weekly_hours);
    set(&mut new.availability.exceptions, change.exceptions);
    set(&mut new.availability.windows, change.windows);
    set(&mut new.minimum_notice_minutes, change.minimum_notice_minutes);
    set(&mut new.cancellation_notice_minutes, change.cancellation_notice_minutes);
    set(&mut new.horizon_days, change.horizon_days);
    set(&mut new.buffer_minutes, change.buffer_minutes);
    set(&mut new.max_bookings_per_day, change.max_bookings_per_day);
    set(&mut new.is_active, change.is_active);
    for (member, value, least, most) in [
        ("sessionMinutes", new.session_minutes, 5, 480),
        ("seats", new.seats, 1, 100),
        ("minimumNoticeMinutes", new.minimum_notice_minutes, 0, MOST_NOTICE),
        ("cancellationNoticeMinutes", new.cancellation_notice_minutes, 0, MOST_NOTICE),
        ("horizonDays", new.horizon_days, 1, 365),
        ("bufferMinutes", new.buffer_minutes, 0, 240),
        ("maxBookingsPerStudentPerDay", new.max_bookings_per_day, 1, 50),
    ] {
        if !(least..=most).contains(&value) {
            let why = format!("From {least} to {most}.");
            problems.extend([Problem::member(member, Code::Invalid, why)]);
        } else if member == "sessionMinutes" && value % 5 != 0 {
            problems.extend([Problem::member(member, Code::Invalid, "A session takes a multiple of 5 minutes.")]);
        }
    }
    new.availability.check(&mut problems, &appointment.availability.windows, now);
    problems.finish()?;
    Ok(new)
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

/// Tells those who follow what can be booked with a mentor that an offer changed or went.
///
/// # Errors
/// When the database does not answer.
pub async fn tell_changed(
    tx: &mut Tx,
    effects: &mut Effects,
    mentor: AccountId,
    offer: AppointmentId,
    now: Timestamp,
) -> Result<()> {
    let body = EventBody { kind: EventKind::AvailabilityChanged, subject: offer.0, detail: None };
    effects.publish(live::append(tx, now, Feed(mentor.0), body).await?);
    Ok(())
}
