//! Who may book with any mentor of a topic, and which mentor gets the booking.
//!
//! The assignment is fair and the same on every node: all mentors who could get the booking are locked together, so that
//! their workload cannot change before it is written.

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::slots::bookable_appointments;
use super::{TopicDraft, Workload, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::approval::rules::settle;
use crate::bookings::create::rules::{Claim, Content, check_draft, claim_or_replay, commit_replay, insert_booking};
use crate::bookings::create::seats::{self, SeatRequest};
use crate::bookings::rules::lock_accounts;
use crate::bookings::{Booking, BookingRole};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result, SlotOwner, WantedSlot};
use crate::sentences::say;
use crate::topics::appointments::Appointment;
use crate::topics::availability::intervals::DAY;
use crate::topics::questions::Answers;
use crate::topics::{TopicId, store as topics};

/// Books a slot of a topic with the mentor that it is assigned to. A draft that repeats an earlier one with the same client
/// key returns the earlier booking.
///
/// # Errors
/// All problems of question and key at once; `IdempotencyMismatch` at `clientKey`; `NotFound` at `topicId`; at `startsAt`,
/// `SlotUnavailable` if no mentor has such a slot, `SlotTaken` if none has a seat left, `BookingLimit` if the limit of all
/// who have one is reached, `Overlap`; then the problems of the images and files. Rate limited.
pub async fn book_topic(app: &App, viewer: Viewer, draft: &TopicDraft) -> Result<Booking> {
    let checked = check_draft(app, viewer, draft.question.as_deref(), draft.client_key.as_deref()).await?;
    let fingerprint = fingerprint(draft, checked.question.as_deref())?;
    let (now, student) = (app.clock.now(), viewer.account);
    // Read before the transaction, because the accounts of the mentors must be locked first.
    let unlocked = match draft.topic {
        Some(topic) => bookable_appointments(&app.db, student, topic).await?,
        None => Vec::new(),
    };
    let has_slot = |appointment: &&Appointment| draft.starts_at.plus(appointment.session_length()) == draft.ends_at;
    let mentors = unlocked.iter().filter(has_slot).map(|appointment| appointment.mentor_id);
    let people: Vec<AccountId> = mentors.chain([student]).collect();
    settle(app, &people, now).await?;
    let mut tx = app.db.write().await?;
    if !lock_accounts(&mut tx, &people).await?.contains(&student) {
        return Err(Error::Unauthenticated);
    }
    let id = match claim_or_replay(app, &mut tx, student, checked.key.as_deref(), &fingerprint).await? {
        Claim::New(id) => id,
        Claim::Replay(booking) => return commit_replay(tx, *booking).await,
    };
    let topic = match draft.topic {
        Some(topic) => topics::by_id(&mut tx, topic).await?,
        None => None,
    };
    let topic = topic.ok_or_else(|| Error::member("topicId", Code::NotFound, say::NoSuchTopic))?;
    let mut offered = bookable_appointments(&mut tx, student, topic.id).await?;
    // A mentor who was not locked has created the appointment since.
    offered.retain(|appointment| has_slot(&appointment) && people.contains(&appointment.mentor_id));
    let ordered = in_order_of_assignment(&mut tx, offered, draft, now).await?;
    let seat = SeatRequest { student, starts_at: draft.starts_at, booking: id, by: BookingRole::Student };
    let (mut effects, mut refusals) = (Effects::default(), Vec::new());
    for appointment in ordered {
        match seats::reserve(&mut tx, &mut effects, &app.clock, &appointment, seat).await {
            Ok(_) => {
                let content = Content {
                    question: checked.question,
                    answers: Answers::default(),
                    attachments: &draft.attachments,
                    fingerprint,
                };
                return insert_booking(app, tx, effects, viewer, &appointment, seat, content).await;
            }
            Err(Error::Refused(problems)) => refusals.extend(problems),
            Err(error) => return Err(error),
        }
    }
    Err(refusal(topic.id, student, draft.starts_at, refusals))
}

/// Returns what the student can correct: what refused the mentor who was closest to being booked.
fn refusal(topic: TopicId, student: AccountId, starts_at: Timestamp, refusals: Vec<Problem>) -> Error {
    let wanted = WantedSlot { of: SlotOwner::Topic(topic.0), student: student.0, booking: 0, starts_at };
    let is_taken = refusals.iter().any(|problem| problem.code == Code::SlotTaken);
    let of_student = refusals.into_iter().find(|problem| matches!(problem.code, Code::Overlap | Code::BookingLimit));
    match of_student {
        Some(problem) => problem.into(),
        None if is_taken => seats::slot_taken(wanted),
        None => seats::slot_unavailable(wanted),
    }
}

/// Orders appointments: that of the preferred mentor, then by the booked minutes of their mentors in the week of the slot,
/// then by when the mentors were booked last, then by the ids of the mentors.
async fn in_order_of_assignment(
    tx: &mut Tx,
    mut appointments: Vec<Appointment>,
    draft: &TopicDraft,
    now: Timestamp,
) -> Result<Vec<Appointment>> {
    let mentors: Vec<AccountId> = appointments.iter().map(|appointment| appointment.mentor_id).collect();
    let workloads = store::workloads(tx, &mentors, week_of(draft.starts_at), now).await?;
    let workloads: HashMap<AccountId, Workload> = workloads.into_iter().map(|one| (one.mentor_id, one)).collect();
    appointments.sort_by_key(|appointment| {
        let mentor = appointment.mentor_id;
        let (minutes, latest) =
            workloads.get(&mentor).map_or((0, None), |workload| (workload.minutes, workload.latest_booking));
        (draft.preferred_mentor != Some(mentor), minutes, latest, mentor)
    });
    Ok(appointments)
}

/// Returns the week of an instant in UTC, from Monday to Monday (ISO 8601). 1970-01-01 was a Thursday.
fn week_of(at: Timestamp) -> Range<Timestamp> {
    let week = (at.0.div_euclid(DAY) + 3).div_euclid(7);
    let start = (week * 7 - 3) * DAY;
    Timestamp(start)..Timestamp(start + 7 * DAY)
}

/// Returns a hash of what the student sent: distinguishes a repeated request from another one with the same key.
fn fingerprint(draft: &TopicDraft, question: Option<&str>) -> Result<Vec<u8>> {
    let content =
        ("topic", draft.topic, draft.starts_at, draft.ends_at, draft.preferred_mentor, question, &draft.attachments);
    Ok(Sha256::digest(serde_json::to_vec(&content).map_err(Error::internal)?).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_in_utc() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond());
        for (instant, monday) in [
            ("1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z"),
            ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("2026-11-29T23:59:59Z", "2026-11-23T00:00:00Z"),
            ("2027-01-01T12:00:00Z", "2026-12-28T00:00:00Z"),
        ] {
            assert_eq!(week_of(at(instant)).start, at(monday), "{instant}");
        }
    }
}
