//! Who may create, change and book appointments, and which settings are valid.

use sha2::{Digest, Sha256};

use super::{Appointment, AppointmentChange, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::apply_change as apply_field;
use crate::profiles::details::links::check_link;
use crate::search;
use crate::sentences::{Sentence, Value, say};
use crate::text::{Lines, check_client_key, check_text};
use crate::topics::questions::rules::check_questions;
use crate::topics::{AppointmentId, TopicId, store as topics};

const MAX_DESCRIPTION_LENGTH: usize = 2_000;
pub const MAX_LOCATION_LENGTH: usize = 300;

/// How many appointments a mentor can have.
const MAX_APPOINTMENTS: i64 = 100;

const MAX_NOTICE_MINUTES: i64 = 30 * 24 * 60;

/// Returns true if the viewer may change an appointment: only its mentor may.
pub fn can_edit(viewer: Viewer, appointment: &Appointment) -> bool {
    appointment.mentor_id == viewer.account
}

/// Returns true if the viewer may book slots of an appointment: it belongs to another mentor and is active, and its
/// topic is not archived.
pub fn can_book(viewer: Viewer, appointment: &Appointment) -> bool {
    appointment.mentor_id != viewer.account && appointment.is_active && !appointment.is_topic_archived
}

/// Creates an appointment. A draft that repeats an earlier one with the same client key returns the earlier appointment.
///
/// # Errors
/// All problems of settings and key at once; at `clientKey`, `IdempotencyMismatch` if the key was used for other content,
/// or `NotFound` if its appointment is deleted; at `topicId` `NotFound`, `WrongState` if the topic is archived, `Conflict`
/// if the viewer already has an appointment for it, `QuotaExceeded` if the viewer has the maximum number of appointments.
pub async fn create_appointment(
    app: &App,
    viewer: Viewer,
    topic: Option<TopicId>,
    change: AppointmentChange,
    client_key: Option<&str>,
) -> Result<Appointment> {
    let (now, mentor) = (app.clock.now(), viewer.account);
    let id = AppointmentId(app.clock.new_id());
    let defaults = Appointment::with_defaults(id, topic.unwrap_or(TopicId(0)), mentor, now);
    let mut problems = Problems::default();
    let key = problems.check(client_key.map(check_client_key).transpose()).flatten();
    // A window that is over by now does not keep a repeated request from its appointment.
    let content = apply_change(&defaults, change.clone(), Timestamp(i64::MIN)).ok();
    let fingerprint = content.as_ref().map(fingerprint).transpose()?;
    let appointment = problems.collect(apply_change(&defaults, change, now))?;
    let at_topic = |code, message: Sentence| Error::member("topicId", code, message);
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, mentor).await? {
        return Err(Error::Unauthenticated);
    }
    if let (Some(key), Some(fingerprint)) = (&key, &fingerprint)
        && store::claim_key(&mut tx, mentor, key, id, fingerprint).await? == 0
    {
        let earlier = find_replay(&mut tx, mentor, key, fingerprint).await?;
        // On SQLite the rows of the first request are visible before they are durable. The commit waits until they are.
        tx.commit().await?;
        return Ok(earlier);
    }
    problems.finish()?;
    let appointment = appointment.ok_or_else(|| Error::internal("settings without problems were rejected"))?;
    let topic = match topic {
        Some(topic) => topics::by_id(&mut tx, topic).await?,
        None => None,
    };
    let topic = topic.ok_or_else(|| at_topic(Code::NotFound, say::NoSuchTopic.into()))?;
    if topic.is_archived {
        return Err(at_topic(Code::WrongState, say::TopicArchived.into()));
    }
    if store::count_of_mentor(&mut tx, mentor).await? >= MAX_APPOINTMENTS {
        let message = say::TooManyAppointments;
        return Err(Problem::member("topicId", Code::QuotaExceeded, message).with_limit(MAX_APPOINTMENTS).into());
    }
    match store::insert(&mut tx, &appointment).await {
        Ok(0) => {
            return Err(at_topic(Code::Conflict, say::AppointmentForTopicExists.into()));
        }
        // The topic was deleted after it was read.
        Err(error) if error.is_constraint() => return Err(at_topic(Code::NotFound, say::NoSuchTopic.into())),
        other => other?,
    };
    store::set_was_mentor(&mut tx, mentor).await?;
    search::refresh(&mut tx, mentor.0).await?;
    tx.commit().await?;
    Ok(appointment)
}

/// Returns a hash of the settings of a new appointment: distinguishes a repeated request from another one with the same
/// key.
fn fingerprint(appointment: &Appointment) -> Result<Vec<u8>> {
    let content = Appointment { id: AppointmentId(0), created_at: Timestamp(0), ..appointment.clone() };
    Ok(Sha256::digest(serde_json::to_vec(&content).map_err(Error::internal)?).to_vec())
}

/// Returns the appointment that an earlier request with the same key and content created.
async fn find_replay(tx: &mut Tx, mentor: AccountId, key: &str, fingerprint: &[u8]) -> Result<Appointment> {
    let earlier = store::by_key(tx, mentor, key).await?;
    let (id, content) = earlier.ok_or_else(|| Error::internal("a used key has no appointment"))?;
    let deleted = say::AppointmentKeyDeleted;
    let appointment =
        store::by_id(&mut *tx, id).await?.ok_or_else(|| Error::member("clientKey", Code::NotFound, deleted))?;
    if content != fingerprint {
        let message = say::AppointmentKeyReused;
        return Err(Error::member("clientKey", Code::IdempotencyMismatch, message));
    }
    Ok(appointment)
}

/// Returns the appointment after a change.
///
/// # Errors
/// All problems of the changed appointment at once.
pub fn apply_change(appointment: &Appointment, change: AppointmentChange, now: Timestamp) -> Result<Appointment> {
    let mut problems = Problems::default();
    let mut text = |field, change: Option<Option<String>>, max_length, lines| {
        change.map(|new| new.and_then(|text| problems.check(check_text(field, &text, 1, max_length, lines))))
    };
    let description = text("description", change.description, MAX_DESCRIPTION_LENGTH, Lines::Many);
    let location = text("location", change.location, MAX_LOCATION_LENGTH, Lines::One);
    let meeting_url =
        change.meeting_url.map(|new| new.and_then(|text| problems.check(check_link("meetingUrl", &text, &[]))));
    let questions = change.questions.map(|questions| check_questions(questions, &mut problems));
    let mut new = appointment.clone();
    apply_field(&mut new.description, description);
    apply_field(&mut new.location, location);
    apply_field(&mut new.meeting_url, meeting_url);
    set(&mut new.questions, questions);
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
    set(&mut new.is_approval_required, change.is_approval_required);
    for (field, value, min, max) in [
        ("sessionMinutes", new.session_minutes, 5, 480),
        ("seats", new.seats, 1, 100),
        ("minimumNoticeMinutes", new.minimum_notice_minutes, 0, MAX_NOTICE_MINUTES),
        ("cancellationNoticeMinutes", new.cancellation_notice_minutes, 0, MAX_NOTICE_MINUTES),
        ("horizonDays", new.horizon_days, 1, 365),
        ("bufferMinutes", new.buffer_minutes, 0, 240),
        ("maxBookingsPerStudentPerDay", new.max_bookings_per_day, 1, 50),
    ] {
        if !(min..=max).contains(&value) {
            let message = say::NumberOutOfRange { min: Value::Number(min), max: Value::Number(max) };
            problems.extend([Problem::member(field, Code::Invalid, message)]);
        } else if field == "sessionMinutes" && value % 5 != 0 {
            problems.extend([Problem::member(field, Code::Invalid, say::NotAMultipleOfFiveMinutes)]);
        }
    }
    new.availability.validate(&mut problems, &appointment.availability.windows, now);
    problems.finish()?;
    Ok(new)
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

/// Publishes in the mentor's feed that an appointment was changed or deleted, so that followers of slots reload them.
pub async fn publish_change(
    tx: &mut Tx,
    effects: &mut Effects,
    mentor: AccountId,
    appointment: AppointmentId,
    now: Timestamp,
) -> Result<()> {
    let body = EventBody { kind: EventKind::AvailabilityChanged, subject: appointment.0, detail: None };
    effects.publish(live::append(tx, now, Feed(mentor.0), body).await?);
    Ok(())
}

/// Publishes that the slots of all appointments of a mentor changed, because the account was locked or unlocked.
pub async fn on_lock_changed(tx: &mut Tx, effects: &mut Effects, mentor: AccountId) -> Result<()> {
    for (appointment,) in store::ids_of_mentor(tx, mentor).await? {
        let body = EventBody { kind: EventKind::AvailabilityChanged, subject: appointment.0, detail: None };
        effects.append(Feed(mentor.0), body);
    }
    Ok(())
}
