//! The mentoring platform: members, topics, what mentors offer, bookings, and private messages.

use std::collections::BTreeMap;

use jiff::civil::{self, Date};
use serde::Deserialize;

use super::Import;
use super::members::OldMember;
use super::network::MEMBERS;
use super::source::{OldRow, Source, read_date, read_instant, read_minutes};
use crate::accounts::AccountId;
use crate::accounts::registration::profile::NewProfile;
use crate::bookings::create::{BookingDraft, rules::create_booking};
use crate::clock::Timestamp;
use crate::db::Query;
use crate::files::Attachments;
use crate::operate::Failure;
use crate::topics::appointments::{AppointmentChange, rules::create_appointment, store as appointments};
use crate::topics::availability::{DateException, Hours, Weekday, WeeklyHours};
use crate::topics::rules::{TopicDraft, create_topic};
use crate::topics::{AppointmentId, TopicId};

const TOPICS: &str = "topics";
const APPOINTMENTS: &str = "appointments";
const BOOKINGS: &str = "bookings";

/// The old platform had no limit.
const MAX_BOOKINGS_PER_DAY: i64 = 50;

/// How far ahead of its start a past booking is made: before it, and after its reminders.
const BEFORE_START: std::time::Duration = std::time::Duration::from_secs(1);

/// An interval of a day, as the old platform stores it.
#[derive(Debug, Deserialize)]
struct OldSlot {
    from: String,
    to: String,
}

/// An offer before it is created.
#[derive(Debug, Default)]
struct Offer {
    weekly: Vec<WeeklyHours>,
    exceptions: Vec<DateException>,
    session_minutes: i64,
    notes: Vec<String>,
}

impl Import<'_> {
    pub(super) async fn mentoring(&mut self, source: &Source) -> Result<(), Failure> {
        for row in source.rows(&["users"]) {
            let name = row.text(&["name"]).unwrap_or_default();
            let (first, last) = name.rsplit_once(' ').map_or((name, ""), |(first, last)| (first.trim(), last));
            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let profile = NewProfile {
                first_name: text(first),
                last_name: text(last),
                year: row.text(&["year"]).and_then(|year| year.parse().ok()),
                student_number: row.owned(&["student_id", "student_number"]),
                ..NewProfile::default()
            };
            let old = OldMember {
                key: row.key(&["email"]),
                email: row.owned(&["email"]),
                usernames: vec![name.to_owned()],
                password_hash: row.owned(&["password"]),
                profile,
                about: row.owned(&["userbio", "bio"]),
                ..OldMember::default()
            };
            self.member(MEMBERS, old).await?;
        }
        for row in source.rows(&["appointments"]) {
            self.appointment(source, &row).await?;
        }
        // Topics that are not offered.
        for row in source.rows(&["topics"]) {
            let key = row.key(&["topic"]);
            if self.outcomes.iter().all(|outcome| (outcome.table, &outcome.key) != (TOPICS, &key)) {
                let creator = first_number(row.text(&["tas", "ta_id"]));
                let creator = self.account(MEMBERS, creator.as_deref()).await?;
                self.topic(&row, creator).await?;
            }
        }
        let mut rows = source.rows(&["bookings"]);
        rows.sort_by_key(|row| row.text(&["date"]).and_then(read_date));
        for row in rows {
            self.booking(&row).await?;
        }
        let mut rows = source.rows(&["messages"]);
        rows.sort_by_key(|row| self.time_of(row, &["timestamp", "created_at"]));
        for row in rows {
            let key = row.key(&[]);
            if row.text(&["type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("image")) {
                self.refuse("messages", key, "is an image, whose file is not part of the dump");
                continue;
            }
            let (from, to) = (row.text(&["from_user_id"]), row.text(&["to_user_id"]));
            let at = row.text(&["timestamp", "created_at"]).and_then(|text| read_instant(text, &self.zone));
            self.private_message(key, from, to, row.owned(&["message"]), at).await?;
        }
        Ok(())
    }

    /// Imports a topic, with a member as its creator, and returns its id.
    async fn topic(&mut self, row: &OldRow<'_>, creator: Option<AccountId>) -> Result<Option<TopicId>, Failure> {
        let key = row.key(&["topic"]);
        if let Some(id) = self.imported(TOPICS, &key).await? {
            self.present(TOPICS, key);
            return Ok(Some(TopicId(id)));
        }
        let Some(title) = row.owned(&["topic", "title"]) else {
            self.refuse(TOPICS, key, "has no title");
            return Ok(None);
        };
        let sql = "select id from topics where title = $1 and not is_archived order by id limit 1";
        let existing: Option<(TopicId,)> = self.app.db.opt(crate::db::Scan(sql), &[&title]).await?;
        if let Some((id,)) = existing {
            self.record_imported(TOPICS, &key, id.0).await?;
            self.merge(TOPICS, key, "a topic with this title exists".to_owned());
            return Ok(Some(id));
        }
        let viewer = match creator {
            Some(creator) => self.living_viewer(creator).await?,
            None => None,
        };
        let Some(viewer) = viewer else {
            self.refuse(TOPICS, key, "none of its mentors was imported");
            return Ok(None);
        };
        self.set_time(None);
        let draft = TopicDraft { title, description: row.owned(&["description"]), image: None, client_key: None };
        let created = create_topic(self.app, viewer, draft).await;
        let created = self.record_result(TOPICS, key.clone(), false, created)?;
        if let Some(topic) = &created {
            self.record_imported(TOPICS, &key, topic.id.0).await?;
        }
        Ok(created.map(|topic| topic.id))
    }

    async fn appointment(&mut self, source: &Source, row: &OldRow<'_>) -> Result<(), Failure> {
        let key = row.key(&[]);
        if self.imported(APPOINTMENTS, &key).await?.is_some() {
            self.present(APPOINTMENTS, key);
            return Ok(());
        }
        let Some(mentor) = self.account(MEMBERS, row.text(&["ta_id", "mentor_id"])).await? else {
            self.refuse(APPOINTMENTS, key, "its mentor was not imported");
            return Ok(());
        };
        let Some(viewer) = self.living_viewer(mentor).await? else {
            self.refuse(APPOINTMENTS, key, "the account of its mentor was deleted after the import");
            return Ok(());
        };
        let topic_key = row.text(&["topic_id"]).unwrap_or_default();
        let topics = source.rows(&["topics"]);
        let topic = topics.iter().find(|topic| topic.key(&[]) == topic_key);
        let topic = match (self.imported(TOPICS, topic_key).await?, topic) {
            (Some(id), _) => Some(TopicId(id)),
            (None, Some(topic)) => self.topic(topic, Some(mentor)).await?,
            (None, None) => None,
        };
        let Some(topic) = topic else {
            self.refuse(APPOINTMENTS, key, "its topic was not imported");
            return Ok(());
        };
        let offer = match read_offer(row) {
            Ok(offer) => offer,
            Err(reason) => {
                self.refuse(APPOINTMENTS, key, reason);
                return Ok(());
            }
        };
        self.set_time(None);
        let change = AppointmentChange {
            time_zone: Some(self.zone_name.clone()),
            session_minutes: Some(offer.session_minutes),
            weekly_hours: Some(offer.weekly),
            exceptions: Some(offer.exceptions),
            minimum_notice_minutes: Some(0),
            max_bookings_per_day: Some(MAX_BOOKINGS_PER_DAY),
            ..AppointmentChange::default()
        };
        match create_appointment(self.app, viewer, Some(topic), change, None).await {
            Ok(appointment) => {
                self.record_imported(APPOINTMENTS, &key, appointment.id.0).await?;
                self.take(APPOINTMENTS, key, &offer.notes);
            }
            Err(error @ crate::error::Error::Refused(_)) => self.refuse(APPOINTMENTS, key, error.for_operator()),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    async fn booking(&mut self, row: &OldRow<'_>) -> Result<(), Failure> {
        let key = row.key(&[]);
        let student = self.account(MEMBERS, row.text(&["student_id"])).await?;
        let mentor = self.account(MEMBERS, row.text(&["ta_id", "mentor_id"])).await?;
        let topic = match row.text(&["topic_id"]) {
            Some(topic) => self.imported(TOPICS, topic).await?.map(TopicId),
            None => None,
        };
        let (Some(student), Some(mentor), Some(topic)) = (student, mentor, topic) else {
            self.refuse(BOOKINGS, key, "its student, mentor or topic was not imported");
            return Ok(());
        };
        let Some(viewer) = self.living_viewer(student).await? else {
            self.refuse(BOOKINGS, key, "the account of its student was deleted after the import");
            return Ok(());
        };
        let starts_at = row.text(&["date"]).and_then(read_date).and_then(|day| self.start_of_slot(row, day));
        let Some(starts_at) = starts_at else {
            self.refuse(BOOKINGS, key, "its date or time slot cannot be read");
            return Ok(());
        };
        let Some(appointment) = self.appointment_of(mentor, topic).await? else {
            self.refuse(BOOKINGS, key, "its mentor does not offer the topic");
            return Ok(());
        };
        let client_key = self.client_key(BOOKINGS, &key);
        let sql = "select exists (select 1 from booking_keys where student_id = $1 and client_key = $2)";
        let (was_present,): (bool,) = self.app.db.one(sql, &[&student, &client_key]).await?;
        // A past booking is made right before it starts, so that neither a reminder nor the horizon concerns it.
        self.set_time((starts_at < self.started_at).then(|| starts_at.minus(BEFORE_START)));
        let draft = BookingDraft {
            appointment: Some(appointment),
            starts_at,
            question: None,
            attachments: Attachments::default(),
            answers: Vec::new(),
            client_key: Some(client_key),
        };
        let created = create_booking(self.app, viewer, &draft).await;
        self.record_result(BOOKINGS, key, was_present, created)?;
        Ok(())
    }

    async fn appointment_of(&self, mentor: AccountId, topic: TopicId) -> Result<Option<AppointmentId>, Failure> {
        let sql = "select id from appointments where mentor_id = $1 and topic_id = $2";
        let found: Option<(AppointmentId,)> = self.app.db.opt(sql, &[&mentor, &topic]).await?;
        match found {
            Some((id,)) => Ok(appointments::by_id(&self.app.db, id).await?.map(|appointment| appointment.id)),
            None => Ok(None),
        }
    }

    fn start_of_slot(&self, row: &OldRow<'_>, day: Date) -> Option<Timestamp> {
        let slot: serde_json::Value = serde_json::from_str(row.text(&["timeslot"])?).ok()?;
        let slot = slot.as_array().and_then(|slots| slots.first()).unwrap_or(&slot);
        let minutes = read_minutes(slot.get("from")?.as_str()?)?;
        let time = civil::Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
        let zoned = day.to_datetime(time).to_zoned_datetime(self.zone.clone()).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    }
}

/// Reads the days and hours of an offer. The shortest slot is the length of a session.
fn read_offer(row: &OldRow<'_>) -> Result<Offer, String> {
    let text = row.text(&["timeslots"]).ok_or("has no time slots")?;
    let days: BTreeMap<String, Vec<OldSlot>> =
        serde_json::from_str(text).map_err(|_| "its time slots cannot be read".to_owned())?;
    let mut offer = Offer::default();
    let mut lengths = Vec::new();
    for (day, slots) in days {
        let mut hours: Vec<Hours> = Vec::new();
        for slot in slots {
            match (read_minutes(&slot.from), read_minutes(&slot.to)) {
                (Some(from), Some(to)) if from < to => {
                    lengths.push(to - from);
                    hours.push(Hours { from, to });
                }
                _ => offer.notes.push(format!("{day}, {} to {}, is no time slot and was left out", slot.from, slot.to)),
            }
        }
        let hours = join(hours);
        if let Some(weekday) = weekday_of(&day) {
            offer.weekly.extend(hours.into_iter().map(|hours| WeeklyHours { weekday, hours }));
        } else if let Some(on) = read_date(&day) {
            offer.exceptions.push(DateException { on, hours });
        } else {
            offer.notes.push(format!("{day:?} is no day and was left out"));
        }
    }
    let shortest = lengths.iter().min().copied().ok_or("has no time slot that can be read")?;
    if lengths.iter().any(|length| length % shortest != 0) {
        offer.notes.push(format!("its slots differ in length; sessions take {shortest} minutes"));
    }
    offer.session_minutes = i64::from(shortest);
    Ok(offer)
}

/// Joins intervals that touch or overlap.
fn join(mut hours: Vec<Hours>) -> Vec<Hours> {
    hours.sort_unstable();
    let mut joined: Vec<Hours> = Vec::new();
    for next in hours {
        match joined.last_mut() {
            Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
            _ => joined.push(next),
        }
    }
    joined
}

/// Returns the day of the week with this English or French name, or its first three letters.
fn weekday_of(name: &str) -> Option<Weekday> {
    const NAMES: [(Weekday, [&str; 2]); 7] = [
        (Weekday::Monday, ["mon", "lun"]),
        (Weekday::Tuesday, ["tue", "mar"]),
        (Weekday::Wednesday, ["wed", "mer"]),
        (Weekday::Thursday, ["thu", "jeu"]),
        (Weekday::Friday, ["fri", "ven"]),
        (Weekday::Saturday, ["sat", "sam"]),
        (Weekday::Sunday, ["sun", "dim"]),
    ];
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(_, prefixes)| prefixes.iter().any(|prefix| name.starts_with(prefix))).map(|(day, _)| *day)
}

/// Returns the first number in a text such as `[3, 4]` or `3,4`.
fn first_number(text: Option<&str>) -> Option<String> {
    let text = text?;
    let start = text.find(|character: char| character.is_ascii_digit())?;
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
    Some(digits)
}
