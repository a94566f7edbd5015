//! The slots that a student could book instead of one that is not available.

use std::time::Duration;

use super::seats::{is_full, local_day};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::{BookingId, store};
use crate::error::{Result, WantedSlot};
use crate::topics::AppointmentId;
use crate::topics::appointments::store as appointments;
use crate::topics::availability::slots::{Slot, open_slots};
use crate::topics::occupancies::{Occupancy, store as occupancies};

pub const MAX_ALTERNATIVES: usize = 5;

/// How far from the wanted slot others are searched.
const REACH: Duration = Duration::from_hours(15 * 24);

/// Days of other time zones can begin this long before the range, and end this long after it.
const DAY: Duration = Duration::from_hours(24);

/// Returns the slots of the same appointment that the student could book now, nearest to the wanted one first; at most
/// [`MAX_ALTERNATIVES`], within 15 days. A wanted slot in the past or beyond the horizon counts as the first or last
/// instant that can be booked.
pub async fn alternative_slots(app: &App, wanted: WantedSlot) -> Result<Vec<Slot>> {
    let (now, student) = (app.clock.now(), AccountId(wanted.student));
    let id = AppointmentId(wanted.appointment);
    let Some(appointment) = appointments::visible_by_ids(&app.db, student, &[id]).await?.pop() else {
        return Ok(Vec::new());
    };
    let near = wanted.starts_at.clamp(now, now.plus(appointment.horizon()));
    let range = near.minus(REACH)..near.plus(REACH);
    let people = [appointment.mentor_id, student];
    let (mentors, students): (Vec<_>, Vec<_>) = occupancies::around(&app.db, &people, range.clone())
        .await?
        .into_iter()
        .partition(|busy| busy.person_id == appointment.mentor_id);
    let busy: Vec<Occupancy> = mentors.into_iter().map(|busy| busy.occupancy).collect();
    let mut slots = open_slots(&appointment, range.clone(), now, &busy);
    slots.retain(|slot| {
        let overlaps = |other: &Occupancy| other.starts_at < slot.ends_at && slot.starts_at < other.ends_at;
        // A time off of the student binds them as a mentor only.
        let is_busy = students.iter().any(|busy| !busy.occupancy.is_time_off && overlaps(&busy.occupancy));
        slot.starts_at != wanted.starts_at && !is_busy
    });
    slots.sort_by_key(|slot| (slot.starts_at.0.abs_diff(near.0), slot.starts_at));

    let days = (range.start.minus(DAY), range.end.plus(DAY));
    let except = BookingId(wanted.booking);
    let booked = store::starts_between(&app.db, id, student, days, except, now).await?;
    let mut found = Vec::new();
    for slot in slots {
        let (from, to) = local_day(&appointment, slot.starts_at)?;
        let on_day = booked.iter().filter(|starts_at| (from..to).contains(starts_at)).count();
        if !is_full(&appointment, on_day) {
            found.push(slot);
        }
        if found.len() == MAX_ALTERNATIVES {
            break;
        }
    }
    Ok(found)
}
