//! Bookings as events of an account's calendar.
//!
//! An event keeps its UID, which contains the id of the installation and not its host. Whatever an event shows, its
//! SEQUENCE and LAST-MODIFIED change with it: each read compares the texts with those of the read before.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::ics::{CalendarEvent, EventStatus};
use super::store::{self, Revision};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::store::{self as bookings, TakenSeats};
use crate::bookings::{Booking, BookingId, BookingRole, BookingStatus};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::locale::Locale;
use crate::profiles::{User, store as users};
use crate::sentences::{Sentence, Value, say};
use crate::topics::{TopicId, store as topics};

/// What an event shows: one booking, or for the mentor of a session with several seats, the whole session.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The booking, or one of the session's.
    pub booking: Booking,
    /// How many seats of the session are taken.
    pub seats: TakenSeats,
}

impl Entry {
    /// Returns true if the event stands for the whole session.
    fn is_session(&self, account: AccountId) -> bool {
        self.booking.is_group() && self.booking.role_of(account) == Some(BookingRole::Mentor)
    }

    fn status(&self, account: AccountId, now: Timestamp) -> EventStatus {
        if self.is_session(account) {
            return match self.seats {
                TakenSeats { taken: 0, .. } => EventStatus::Cancelled,
                TakenSeats { approved: 0, .. } => EventStatus::Tentative,
                _ => EventStatus::Confirmed,
            };
        }
        match self.booking.status_at(now) {
            BookingStatus::Cancelled | BookingStatus::Declined | BookingStatus::Expired => EventStatus::Cancelled,
            BookingStatus::Requested => EventStatus::Tentative,
            BookingStatus::Upcoming | BookingStatus::Completed | BookingStatus::NoShow => EventStatus::Confirmed,
        }
    }

    /// Returns the id that calendar programs recognize the event by.
    fn uid(&self, app: &App, account: AccountId) -> String {
        let Booking { id, topic_id, starts_at, .. } = &self.booking;
        let id = if self.is_session(account) {
            format!("session-{:x}-{:x}-{:x}", account.0, topic_id.0, starts_at.0)
        } else {
            format!("booking-{:x}", id.0)
        };
        format!("{id}@{}", app.installation)
    }

    /// Returns the id of the other participant; `None` for a session.
    fn other(&self, account: AccountId) -> Option<AccountId> {
        if self.is_session(account) {
            return None;
        }
        match self.booking.role_of(account) {
            Some(BookingRole::Mentor) => self.booking.student_id,
            _ => self.booking.mentor_id,
        }
    }

    /// Returns the event, given the title of its topic and the name of the other participant.
    fn describe(
        &self,
        app: &App,
        (account, locale): (AccountId, Locale),
        title: &str,
        other: Option<&str>,
    ) -> Described {
        let Self { booking, seats } = self;
        let say = |sentence: Sentence| sentence.in_language(locale);
        let own = |text: &str| Value::name_for_others(text, locale);
        let is_session = self.is_session(account);
        let status = self.status(account, app.clock.now());
        let is_cancelled = status == EventStatus::Cancelled;
        let summary = other.map_or_else(
            || title.to_owned(),
            |name| say(say::CalendarSessionWith { name: own(name), topic: own(title) }.into()),
        );
        let about = if is_session {
            let (taken, seats) = (Value::number(seats.taken), Value::number(booking.seats));
            Some(say(say::CalendarSeats { seats, taken }.into()))
        } else {
            let answers = booking
                .answers
                .in_lines(locale)
                .into_iter()
                .map(|(question, answer)| say(say::LetterLabel { label: own(&question) }.into()) + " " + &answer);
            let lines: Vec<String> = booking.question.iter().cloned().chain(answers).collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        };
        let mut url = app.config.public_url().clone();
        url.set_path(&booking.page());
        // A booking's own sequence counts what changes its time and its status.
        let (location, meeting_url) = (booking.location.as_deref(), booking.meeting_url.as_deref());
        let mut content = vec![Some(&*summary), about.as_deref(), location, meeting_url, Some(url.as_str())];
        // The status of a session is that of several bookings, and a request expires before that is stored.
        if status == EventStatus::Tentative || (is_cancelled && booking.approval_expires_at.is_some()) {
            content.push(Some(status.name()));
        }
        let content = hash(&content);

        let meeting_url = booking.meeting_url.clone().filter(|_| status == EventStatus::Confirmed);
        let meeting =
            meeting_url.as_ref().map(|url| say(say::CalendarMeeting { url: Value::text(url.clone()) }.into()));
        let reason = booking.cancel_reason.as_ref().filter(|_| is_cancelled && !is_session);
        let reason = reason.map(|reason| match booking.status {
            BookingStatus::Declined => say(say::CalendarDeclined { reason: own(reason) }.into()),
            _ => say(say::CalendarCancelled { reason: own(reason) }.into()),
        });
        let description: Vec<String> = [about, meeting, reason].into_iter().flatten().collect();
        let event = CalendarEvent {
            uid: self.uid(app, account),
            sequence: if is_session { 0 } else { booking.sequence },
            changed_at: booking.changed_at,
            created_at: booking.booked_at,
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
            summary,
            description: Some(description.join("\n")).filter(|text| !text.is_empty()),
            location: booking.location.clone().or_else(|| meeting_url.clone()),
            url: url.into(),
            meeting_url,
            status,
        };
        Described { event, content }
    }
}

/// An event, and a hash of what it shows besides its time and its status.
struct Described {
    event: CalendarEvent,
    content: Vec<u8>,
}

impl Described {
    fn revised(mut self, revision: &Revision) -> CalendarEvent {
        self.event.sequence += revision.revision;
        self.event.changed_at = self.event.changed_at.max(revision.changed_at);
        self.event
    }
}

/// Returns the events of an account's calendar, and stores which of them have changed since they were read last.
pub async fn read_events(
    app: &App,
    (account, locale): (AccountId, Locale),
    entries: &[Entry],
) -> Result<Vec<CalendarEvent>> {
    let ids: Vec<TopicId> = entries.iter().map(|entry| entry.booking.topic_id).collect();
    let titles: HashMap<TopicId, String> =
        topics::by_ids(&app.db, &ids).await?.into_iter().map(|topic| (topic.id, topic.title)).collect();
    let ids: Vec<AccountId> = entries.iter().filter_map(|entry| entry.other(account)).collect();
    let names: HashMap<AccountId, String> =
        users::by_ids(&app.db, account, &ids).await?.into_iter().map(|user| (user.id, display_name(&user))).collect();
    let described: Vec<Described> = entries
        .iter()
        .map(|entry| {
            let title = titles.get(&entry.booking.topic_id).map_or("", String::as_str);
            let other = entry.other(account).and_then(|other| names.get(&other)).map(String::as_str);
            entry.describe(app, (account, locale), title, other)
        })
        .collect();
    let known = store::revisions(&app.db, account, described.iter().map(|one| &*one.event.uid)).await?;
    let known: HashMap<String, Revision> = known.into_iter().map(|revision| (revision.uid.clone(), revision)).collect();
    let (mut events, mut changed) = (Vec::new(), Vec::new());
    for described in described {
        let uid = &described.event.uid;
        let before = known.get(uid);
        let revision = match before {
            Some(before) if before.content == described.content => before.clone(),
            _ => Revision {
                uid: uid.clone(),
                content: described.content.clone(),
                revision: before.map_or(0, |before| before.revision + 1),
                // An event that was never read before has not changed for its readers.
                changed_at: before.map_or(described.event.changed_at, |_| app.clock.now()),
            },
        };
        events.push(described.revised(&revision));
        if before != Some(&revision) {
            changed.push(revision);
        }
    }
    if !changed.is_empty() {
        let mut tx = app.db.write().await?;
        for revision in changed {
            match store::set_revision(&mut tx, account, &revision).await {
                // The account was deleted in between.
                Err(error) if error.is_constraint() => return Ok(events),
                other => other?,
            };
        }
        tx.commit().await?;
    }
    Ok(events)
}

/// Returns the event of a booking that the transaction has changed.
pub async fn event_in(
    app: &App,
    tx: &mut Tx,
    (account, locale): (AccountId, Locale),
    booking: &Booking,
) -> Result<CalendarEvent> {
    let seats = bookings::seats_taken(&mut *tx, booking, app.clock.now()).await?;
    let entry = Entry { booking: booking.clone(), seats };
    let title = topics::by_id(tx, booking.topic_id).await?.map(|topic| topic.title).unwrap_or_default();
    let other = match entry.other(account) {
        Some(other) => users::by_ids(&mut *tx, account, &[other]).await?.pop(),
        None => None,
    };
    let described = entry.describe(app, (account, locale), &title, other.map(|user| display_name(&user)).as_deref());
    let known = store::revisions(&mut *tx, account, [&*described.event.uid]).await?.pop();
    Ok(match known {
        Some(known) if known.content == described.content => described.revised(&known),
        Some(known) => {
            described.revised(&Revision { revision: known.revision + 1, changed_at: app.clock.now(), ..known })
        }
        None => described.event,
    })
}

/// Returns the entry of one booking.
pub async fn entry_of(app: &App, account: AccountId, booking: BookingId) -> Result<Option<Entry>> {
    let Some(booking) = bookings::own_by_ids(&app.db, account, &[booking]).await?.pop() else { return Ok(None) };
    let seats = bookings::seats_taken(&app.db, &booking, app.clock.now()).await?;
    Ok(Some(Entry { booking, seats }))
}

/// Hashes texts, each with its length, so that different texts never have the same input.
fn hash(parts: &[Option<&str>]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.map_or(u64::MAX, |part| part.len() as u64).to_be_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.finalize().to_vec()
}

fn display_name(user: &User) -> String {
    let names: Vec<&str> = [&user.first_name, &user.last_name].into_iter().filter_map(Option::as_deref).collect();
    if names.is_empty() { user.username.clone() } else { names.join(" ") }
}
