//! Computes slots: the grid of an appointment, without what the mentor's occupancies leave no seat for.

use std::ops::Range;
use std::time::Duration;

use super::intervals::{DAY, MINUTE, intervals};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::time_zones;
use crate::topics::AppointmentId;
use crate::topics::appointments::Appointment;
use crate::topics::occupancies::Occupancy;

/// A time that can be booked, with the number of seats that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// `None` of a slot of several mentors.
    pub appointment: Option<AppointmentId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub seats_left: i64,
}

/// Returns the slots that start in a range and have seats left, by start.
///
/// `busy` must contain all occupancies of the mentor that overlap with the range, extended by a session and its buffer,
/// ordered by start.
pub fn open_slots(appointment: &Appointment, range: Range<Timestamp>, now: Timestamp, busy: &[Occupancy]) -> Vec<Slot> {
    listed_slots(appointment, range, now, busy, false)
}

/// Like [`open_slots`]; with `includes_full`, also the slots of which every seat is taken or held.
pub fn listed_slots(
    appointment: &Appointment,
    range: Range<Timestamp>,
    now: Timestamp,
    busy: &[Occupancy],
    includes_full: bool,
) -> Vec<Slot> {
    let mut first_relevant = 0;
    let mut slots = Vec::new();
    for starts_at in grid_starts(appointment, range, now) {
        // What ends before a slot starts cannot collide with later slots either.
        while busy.get(first_relevant).is_some_and(|busy| busy.busy_until <= starts_at) {
            first_relevant += 1;
        }
        if let Some(seats_left) = seats_left(appointment, starts_at, &busy[first_relevant..])
            && (seats_left > 0 || includes_full)
        {
            let ends_at = starts_at.plus(appointment.session_length());
            slots.push(Slot { appointment: Some(appointment.id), starts_at, ends_at, seats_left });
        }
    }
    slots
}

/// Returns true if a student can choose this start: the grid has it, and it lies after the notice and before the
/// horizon. Occupancies do not matter.
pub fn is_on_grid(appointment: &Appointment, starts_at: Timestamp, now: Timestamp) -> bool {
    !grid_starts(appointment, only(starts_at), now).is_empty()
}

/// Returns true if the mentor can choose this start: the grid has it, and it lies ahead. Notice and horizon bind
/// students only.
pub fn is_on_grid_ahead(appointment: &Appointment, starts_at: Timestamp, now: Timestamp) -> bool {
    starts_at >= now && !all_grid_starts(appointment, only(starts_at), now).is_empty()
}

/// Returns the range that contains this instant alone.
fn only(at: Timestamp) -> Range<Timestamp> {
    at..Timestamp(at.0.saturating_add(1))
}

/// Returns true if a session is within the available hours. It need not be on the grid.
pub fn is_within_hours(appointment: &Appointment, starts_at: Timestamp, ends_at: Timestamp) -> bool {
    let Some(zone) = time_zones::find(&appointment.time_zone) else { return false };
    let mut intervals = intervals(&appointment.availability, &zone, starts_at, ends_at);
    intervals.sort_unstable();
    // Several intervals that touch or overlap can cover a session together.
    let mut covered = starts_at;
    for interval in intervals {
        if interval.starts_at <= covered && interval.ends_at > covered {
            covered = interval.ends_at;
        }
    }
    covered >= ends_at
}

/// Returns the instants after the notice and before the horizon at which slots can start.
fn grid_starts(appointment: &Appointment, range: Range<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let earliest = range.start.0.max(now.0 + appointment.minimum_notice_minutes * MINUTE);
    let latest = range.end.0.min(now.0 + appointment.horizon_days * DAY + 1);
    all_grid_starts(appointment, Timestamp(earliest)..Timestamp(latest), now)
}

/// Returns the instants at which slots can start. In each interval they start every session plus buffer from its
/// beginning, as long as a whole session fits. An inactive appointment, one of an archived topic, and one of a mentor
/// who is locked now have none.
fn all_grid_starts(appointment: &Appointment, range: Range<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let (earliest, latest) = (range.start.0, range.end.0);
    let is_open = appointment.is_active && !appointment.is_topic_archived && !appointment.mentor_lock.is_active(now);
    let zone = time_zones::find(&appointment.time_zone).filter(|_| is_open);
    let Some(zone) = zone.filter(|_| earliest < latest) else { return Vec::new() };
    let session = appointment.session_minutes * MINUTE;
    let step = session + appointment.buffer_minutes * MINUTE;
    let mut starts = Vec::new();
    for interval in intervals(&appointment.availability, &zone, Timestamp(earliest), Timestamp(latest)) {
        let starts_at = interval.starts_at.0;
        // Computed, not iterated: a window may have started long ago.
        let skipped = ((earliest - starts_at).max(0) + step - 1) / step;
        let last = (interval.ends_at.0 - session).min(latest - 1);
        let mut start = starts_at + skipped * step;
        while start <= last {
            starts.push(Timestamp(start));
            start += step;
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Returns how many seats are left in a session that starts at `starts_at`; `None` if there is no slot. See [`free_seats`].
pub fn seats_left<'a>(
    appointment: &Appointment,
    starts_at: Timestamp,
    busy: impl IntoIterator<Item = &'a Occupancy>,
) -> Option<i64> {
    free_seats(appointment, starts_at, busy).map(|free| free.max(0))
}

/// Returns how many seats are free in a session that starts at `starts_at`, less than 0 if the mentor has fewer now than
/// are taken; `None` if there is no slot, because the mentor is busy with anything else, a buffer included, or has a time
/// off during the session. `busy` must be ordered by start. An occupancy belongs to the same session if appointment, start
/// and end are equal.
pub fn free_seats<'a>(
    appointment: &Appointment,
    starts_at: Timestamp,
    busy: impl IntoIterator<Item = &'a Occupancy>,
) -> Option<i64> {
    let ends_at = starts_at.plus(appointment.session_length());
    let buffer_ends_at = starts_at.plus(appointment.session_and_buffer());
    let near = busy.into_iter().take_while(|other| other.starts_at < buffer_ends_at);
    let mut left = appointment.seats;
    for other in near.filter(|other| other.busy_until > starts_at) {
        // Only the session itself must not overlap a time off.
        if other.is_time_off && other.starts_at >= ends_at {
            continue;
        }
        let is_same =
            other.appointment_id == appointment.id && (other.starts_at, other.ends_at) == (starts_at, ends_at);
        match other.seats_taken {
            Some(taken) if is_same => left -= taken,
            _ => return None,
        }
    }
    Some(left)
}

/// The longest range that can be listed.
const MAX_RANGE: Duration = Duration::from_hours(31 * 24);

/// Returns the range from `from` to `to`.
///
/// # Errors
/// `BadInput` if the range ends before it starts, or is longer than 31 days.
pub fn checked_range(from: Timestamp, to: Timestamp) -> Result<Range<Timestamp>> {
    if to < from {
        return Err(Error::BadInput("`to` must not be before `from`.".to_owned()));
    }
    if to > from.plus(MAX_RANGE) {
        return Err(Error::BadInput("`to` must be at most 31 days after `from`.".to_owned()));
    }
    Ok(from..to)
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
