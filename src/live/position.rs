//! Positions in feeds, which clients keep as cursors.

use super::feeds::Event;
use crate::clock::Timestamp;

/// How many bits of the event's instant a position contains.
const MARK_BITS: u32 = 20;

/// A position in a feed: the number of an event, and a mark by which the event is recognised.
///
/// After a restore of a backup, or a failover that lost the last commits, the feed continues with other events under the
/// same numbers. Their marks differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FeedPosition {
    pub number: i64,
    /// The last bits of the event's instant, in microseconds; `None` where it is not known, and in older cursors.
    pub mark: Option<u32>,
}

impl FeedPosition {
    /// Returns the position of an event that happened at an instant.
    #[must_use]
    pub fn new(number: i64, happened_at: Timestamp) -> Self {
        let micros = u64::from_ne_bytes(happened_at.0.to_ne_bytes());
        Self { number, mark: u32::try_from(micros & ((1 << MARK_BITS) - 1)).ok() }
    }

    /// Returns whether the event at this position can be the other one, which has the same number.
    pub(super) fn matches(self, other: Self) -> bool {
        match (self.mark, other.mark) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }
}

impl From<i64> for FeedPosition {
    fn from(number: i64) -> Self {
        Self { number, mark: None }
    }
}

impl From<&Event> for FeedPosition {
    fn from(event: &Event) -> Self {
        Self::new(event.number, event.happened_at)
    }
}
