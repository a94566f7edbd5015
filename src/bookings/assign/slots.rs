//! The slots of a topic: those of its appointments, with the seats of equal ones together.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::time::Duration;

use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::approval::rules::settle;
use crate::clock::Timestamp;
use crate::db::Query;
use crate::error::Result;
use crate::page::{MAX_TOTAL_COUNT, Page};
use crate::topics::TopicId;
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::availability::slots::{self, Slot};
use crate::topics::occupancies::{Occupancy, store as occupancies};

/// How much of a range is computed at once. A page usually ends within the first part.
const PART: Duration = Duration::from_hours(24);

/// The place of a slot in the list.
pub type SlotKey = (Timestamp, Timestamp);

pub fn key(slot: &Slot) -> SlotKey {
    (slot.starts_at, slot.ends_at)
}

/// Returns the appointments of a topic that a student can book without choosing one: of other mentors, visible, active, and
/// without a required question.
pub async fn bookable_appointments(db: impl Query, student: AccountId, topic: TopicId) -> Result<Vec<Appointment>> {
    let mut found = appointments::active_of_topic(db, student, topic).await?;
    let asks = |appointment: &Appointment| appointment.questions.0.iter().any(|question| question.is_required);
    found.retain(|appointment| appointment.mentor_id != student && !asks(appointment));
    Ok(found)
}

/// Appointments, and when their mentors are busy in a range.
pub struct Offers {
    appointments: Vec<Appointment>,
    busy: HashMap<AccountId, Vec<Occupancy>>,
}

impl Offers {
    pub async fn load(db: impl Query, appointments: Vec<Appointment>, range: Range<Timestamp>) -> Result<Self> {
        let mentors: Vec<AccountId> = appointments.iter().map(|appointment| appointment.mentor_id).collect();
        let mut busy: HashMap<AccountId, Vec<Occupancy>> = HashMap::new();
        for found in occupancies::around(db, &mentors, range).await? {
            busy.entry(found.person_id).or_default().push(found.occupancy);
        }
        Ok(Self { appointments, busy })
    }

    /// Returns the slots of each appointment that start in a part of the range.
    pub fn by_appointment(
        &self,
        range: &Range<Timestamp>,
        now: Timestamp,
    ) -> impl Iterator<Item = (&Appointment, Slot)> {
        self.appointments.iter().flat_map(move |appointment| {
            let busy = self.busy.get(&appointment.mentor_id).map_or(&[][..], Vec::as_slice);
            let slots = slots::open_slots(appointment, range.clone(), now, busy);
            slots.into_iter().map(move |slot| (appointment, slot))
        })
    }

    /// Returns the slot of all appointments at the time of this one.
    pub fn slot_of_all(&self, slot: &Slot, now: Timestamp) -> Slot {
        let range = slot.starts_at..Timestamp(slot.starts_at.0.saturating_add(1));
        let of_all = self.merged(&range, now).into_iter().find(|other| key(other) == key(slot));
        of_all.unwrap_or(Slot { appointment: None, ..*slot })
    }

    /// Returns the slots that start in a part of the range, in order.
    fn merged(&self, range: &Range<Timestamp>, now: Timestamp) -> Vec<Slot> {
        let mut seats: BTreeMap<SlotKey, i64> = BTreeMap::new();
        for (_, slot) in self.by_appointment(range, now) {
            *seats.entry(key(&slot)).or_default() += slot.seats_left;
        }
        let slot = |((starts_at, ends_at), seats_left)| Slot { appointment: None, starts_at, ends_at, seats_left };
        seats.into_iter().map(slot).collect()
    }
}

/// Returns a page of the slots of a topic that start in a range, by start and end, and their number if the page needs it.
pub async fn topic_slots(
    app: &App,
    viewer: AccountId,
    topic: TopicId,
    range: Range<Timestamp>,
    page: &Page<SlotKey>,
) -> Result<(Vec<Slot>, Option<i64>)> {
    let now = app.clock.now();
    let appointments = bookable_appointments(&app.db, viewer, topic).await?;
    let mentors: Vec<AccountId> = appointments.iter().map(|appointment| appointment.mentor_id).collect();
    settle(app, &mentors, now).await?;
    let offers = Offers::load(&app.db, appointments, range.clone()).await?;
    let limit = usize::try_from(page.limit()).unwrap_or_default();
    let from = page.after.map_or(range.start, |(starts_at, _)| starts_at.max(range.start));
    let to = page.before.map_or(range.end, |(starts_at, _)| Timestamp(starts_at.0.saturating_add(1)).min(range.end));
    let is_within = |slot: &Slot| {
        page.after.is_none_or(|after| key(slot) > after) && page.before.is_none_or(|before| key(slot) < before)
    };
    let mut rows = Vec::new();
    for part in parts(&(from..to), page.is_backward) {
        let mut found: Vec<Slot> = offers.merged(&part, now).into_iter().filter(is_within).collect();
        if page.is_backward {
            found.reverse();
        }
        rows.extend(found);
        if rows.len() >= limit {
            rows.truncate(limit);
            break;
        }
    }
    if !page.wants_total {
        return Ok((rows, None));
    }
    let mut total = 0;
    for part in parts(&range, false) {
        total += i64::try_from(offers.merged(&part, now).len()).unwrap_or(i64::MAX);
        if total > MAX_TOTAL_COUNT {
            break;
        }
    }
    Ok((rows, Some(total.min(MAX_TOTAL_COUNT + 1))))
}

/// Splits a range into parts, the last one first if `is_backward`.
fn parts(range: &Range<Timestamp>, is_backward: bool) -> Vec<Range<Timestamp>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let end = start.plus(PART).min(range.end);
        parts.push(start..end);
        start = end;
    }
    if is_backward {
        parts.reverse();
    }
    parts
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
