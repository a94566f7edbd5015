//! The slots that a student could book instead of one that is not available.

use std::collections::HashSet;
use std::time::Duration;

use super::seats::{is_full, local_day};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::assign::slots::{Offers, bookable_appointments, key};
use crate::bookings::{BookingId, store};
use crate::error::{Result, SlotOwner, WantedSlot};
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::availability::slots::Slot;
use crate::topics::occupancies::{Occupancy, store as occupancies};
use crate::topics::{AppointmentId, TopicId};

pub const MAX_ALTERNATIVES: usize = 5;

/// How far from the wanted slot others are searched.
const REACH: Duration = Duration::from_hours(15 * 24);

/// Days of other time zones can begin this long before the range, and end this long after it.
const DAY: Duration = Duration::from_hours(24);

/// Returns the slots of the same appointment or topic that the student could book now, nearest to the wanted one first; at
/// most [`MAX_ALTERNATIVES`], within 15 days. A wanted slot in the past or beyond the horizon counts as the first or last
/// instant that can be booked.
pub async fn alternative_slots(app: &App, wanted: WantedSlot) -> Result<Vec<Slot>> {
    let (now, student) = (app.clock.now(), AccountId(wanted.student));
    let (offered, is_topic) = match wanted.of {
        SlotOwner::Appointment(id) => {
            (appointments::visible_by_ids(&app.db, student, &[AppointmentId(id)]).await?, false)
        }
        SlotOwner::Topic(id) => (bookable_appointments(&app.db, student, TopicId(id)).await?, true),
    };
    let Some(horizon) = offered.iter().map(Appointment::horizon).max() else { return Ok(Vec::new()) };
    let near = wanted.starts_at.clamp(now, now.plus(horizon));
    let range = near.minus(REACH)..near.plus(REACH);
    let of_student = occupancies::around(&app.db, &[student], range.clone()).await?;
    let offers = Offers::load(&app.db, offered, range.clone()).await?;
    let mut slots: Vec<(&Appointment, Slot)> = offers.by_appointment(&range, now).collect();
    slots.retain(|(_, slot)| {
        let overlaps = |other: &Occupancy| other.starts_at < slot.ends_at && slot.starts_at < other.ends_at;
        // A time off of the student binds them as a mentor only.
        let is_busy = of_student.iter().any(|busy| !busy.occupancy.is_time_off && overlaps(&busy.occupancy));
        slot.starts_at != wanted.starts_at && !is_busy
    });
    slots.sort_by_key(|(_, slot)| (slot.starts_at.0.abs_diff(near.0), slot.starts_at));

    let days = (range.start.minus(DAY), range.end.plus(DAY));
    let booked = store::starts_between(&app.db, student, days, BookingId(wanted.booking), now).await?;
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for (appointment, slot) in slots {
        let (from, to) = local_day(appointment, slot.starts_at)?;
        let on_day = booked.iter().filter(|(of, starts_at)| *of == appointment.id && (from..to).contains(starts_at));
        if is_full(appointment, on_day.count()) || !seen.insert(key(&slot)) {
            continue;
        }
        found.push(if is_topic { offers.slot_of_all(&slot, now) } else { slot });
        if found.len() == MAX_ALTERNATIVES {
            break;
        }
    }
    Ok(found)
}
