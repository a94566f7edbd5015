//! What can be booked: the grid of an offer, and what others have left of it.

use std::ops::Range;
use std::time::Duration;

use super::intervals::{DAY, MINUTE, intervals, zone};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::topics::appointments::Appointment;
use crate::topics::occupancies::Occupancy;

/// Time that can be booked, with how many seats are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub seats_left: i64,
}

/// Returns the slots that begin in a range of time and have seats left, in order.
///
/// `busy` holds at least whatever the mentor has to do within the range, and up to a session and its buffer after it, in
/// the order of beginnings.
pub fn open(appointment: &Appointment, range: Range<Timestamp>, now: Timestamp, busy: &[Occupancy]) -> Vec<Slot> {
    let mut passed = 0;
    let mut slots = Vec::new();
    for starts_at in grid(appointment, range, now) {
        // Whatever is over before a slot begins is over for all later ones.
        while busy.get(passed).is_some_and(|busy| busy.busy_until <= starts_at) {
            passed += 1;
        }
        let seats_left = seats_left(appointment, starts_at, &busy[passed..]);
        if seats_left > 0 {
            slots.push(Slot { starts_at, ends_at: starts_at.plus(appointment.session()), seats_left });
        }
    }
    slots
}

/// Says whether a session may begin at this instant, as far as that is for the mentor alone to say.
pub fn is_on_grid(appointment: &Appointment, starts_at: Timestamp, now: Timestamp) -> bool {
    !grid(appointment, starts_at..Timestamp(starts_at.0.saturating_add(1)), now).is_empty()
}

/// Says whether a session lies within the hours, wherever the grid has its starts.
pub fn is_within_hours(appointment: &Appointment, starts_at: Timestamp, ends_at: Timestamp) -> bool {
    let Some(zone) = zone(&appointment.time_zone) else { return false };
    let mut intervals = intervals(&appointment.availability, &zone, starts_at, ends_at);
    intervals.sort_unstable();
    // Hours that touch or overlap hold a session together.
    let mut covered = starts_at;
    for interval in intervals {
        if interval.begins_at <= covered && interval.ends_at > covered {
            covered = interval.ends_at;
        }
    }
    covered >= ends_at
}

/// Returns when sessions may begin: every session and buffer from the beginning of each stretch as long as a session
/// fits, after the notice and before the horizon. Nothing where the offer rests or its topic is archived.
fn grid(appointment: &Appointment, range: Range<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let earliest = range.start.0.max(now.0 + appointment.minimum_notice_minutes * MINUTE);
    let latest = range.end.0.min(now.0 + appointment.horizon_days * DAY + 1);
    let zone = zone(&appointment.time_zone).filter(|_| appointment.is_active && !appointment.is_topic_archived);
    let Some(zone) = zone.filter(|_| earliest < latest) else { return Vec::new() };
    let session = appointment.session_minutes * MINUTE;
    let step = session + appointment.buffer_minutes * MINUTE;
    let mut starts = Vec::new();
    for interval in intervals(&appointment.availability, &zone, Timestamp(earliest), Timestamp(latest)) {
        let begins_at = interval.begins_at.0;
        // The first step that is not too early; a window may have begun long ago.
        let skipped = ((earliest - begins_at).max(0) + step - 1) / step;
        let last = (interval.ends_at.0 - session).min(latest - 1);
        let mut start = begins_at + skipped * step;
        while start <= last {
            starts.push(Timestamp(start));
            start += step;
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Says how many seats a session that begins then has left; none where the mentor is busy, be it with a rest. `busy` is in
/// the order of beginnings. What is busy already is the same session where offer, beginning and end agree.
pub fn seats_left<'a>(
    appointment: &Appointment,
    starts_at: Timestamp,
    busy: impl IntoIterator<Item = &'a Occupancy>,
) -> i64 {
    let ends_at = starts_at.plus(appointment.session());
    let rested_at = starts_at.plus(appointment.session_and_buffer());
    let near = busy.into_iter().take_while(|other| other.starts_at < rested_at);
    let mut left = appointment.seats;
    for other in near.filter(|other| other.busy_until > starts_at) {
        let is_same =
            other.appointment_id == appointment.id && (other.starts_at, other.ends_at) == (starts_at, ends_at);
        match other.seats_taken {
            Some(taken) if is_same => left = (left - taken).max(0),
            _ => return 0,
        }
    }
    left
}

/// The longest range that is listed at once.
const LONGEST_RANGE: Duration = Duration::from_hours(31 * 24);

/// Returns the range of time between two instants.
///
/// # Errors
/// Bad input where it ends before it begins, or is longer than 31 days.
pub fn range(from: Timestamp, to: Timestamp) -> Result<Range<Timestamp>> {
    if to < from {
        return Err(Error::BadInput("`to` lies before `from`.".to_owned()));
    }
    if to > from.plus(LONGEST_RANGE) {
        return Err(Error::BadInput("At most 31 days at once.".to_owned()));
    }
    Ok(from..to)
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
