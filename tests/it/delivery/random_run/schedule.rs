//! When members want to be reached, in zones without summer time.

use super::truth::{Instant, MINUTE};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frequency {
    #[default]
    Hourly,
    Daily,
    Weekly,
}

/// The time zones of members, and how many minutes their clocks are ahead of UTC.
pub const ZONES: [(&str, i64); 5] =
    [("UTC", 0), ("Asia/Bangkok", 420), ("Asia/Kolkata", 330), ("America/Phoenix", -420), ("Pacific/Honolulu", -600)];

#[derive(Clone, Copy, Debug, Default)]
pub struct Schedule {
    pub frequency: Frequency,
    /// How many minutes the member's clock is ahead of UTC.
    pub ahead: i64,
    /// The quiet hours, in minutes since midnight.
    pub quiet: Option<(i64, i64)>,
}

/// When a digest is sent.
pub enum Plan {
    Later(Instant),
    /// Now, with what was unread by then.
    Now {
        until: Instant,
        next_at: Instant,
    },
}

impl Schedule {
    pub fn is_hourly(&self) -> bool {
        self.frequency == Frequency::Hourly
    }

    /// The beginning of the day on the member's clock.
    fn midnight(&self, now: Instant) -> Instant {
        let here = now + self.ahead * MINUTE;
        here - here.rem_euclid(DAY * MINUTE) - self.ahead * MINUTE
    }

    /// The end of the quiet hours that it is in.
    pub fn quiet_until(&self, now: Instant) -> Option<Instant> {
        let (from, to) = self.quiet?;
        let midnight = self.midnight(now);
        // Those that began yesterday, and those that begin today.
        let length = (to - from).rem_euclid(DAY);
        let begins = [midnight + (from - DAY) * MINUTE, midnight + from * MINUTE];
        let ends = begins.into_iter().filter(|begin| *begin <= now).map(|begin| begin + length * MINUTE);
        ends.filter(|end| *end > now).max()
    }

    pub fn plan(&self, sent_at: Instant, now: Instant) -> Plan {
        if let Some(end) = self.quiet_until(now) {
            return Plan::Later(end);
        }
        let days = match self.frequency {
            Frequency::Hourly if sent_at + HOUR * MINUTE > now => return Plan::Later(sent_at + HOUR * MINUTE),
            Frequency::Hourly => return Plan::Now { until: now - 15 * MINUTE, next_at: now + HOUR * MINUTE },
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
        };
        // The first of January 1970 was a Thursday: four days later it is Monday.
        let period = days * DAY * MINUTE;
        let day = if days == 7 { 4 * DAY } else { 0 };
        let eight = (day + 8 * HOUR - self.ahead) * MINUTE;
        let slot = now - (now - eight).rem_euclid(period);
        if sent_at >= slot {
            Plan::Later(slot + period)
        } else {
            Plan::Now { until: slot - 15 * MINUTE, next_at: slot + period }
        }
    }
}
