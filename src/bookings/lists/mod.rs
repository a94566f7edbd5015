//! Lists of bookings: those of an account, and those of an appointment.

pub mod graphql;
pub mod store;

use super::{BookingId, BookingRole, BookingStatus};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::Texts;
use crate::page::{OrderDirection, Page};
use crate::topics::TopicId;

/// Statuses of bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusSet(u16);

impl StatusSet {
    const ALL: Self = Self(u16::MAX);

    fn new(statuses: impl IntoIterator<Item = BookingStatus>) -> Self {
        Self(statuses.into_iter().fold(0, |set, status| set | 1 << status as u16))
    }

    fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the statuses as they are stored; `None` for all.
    fn texts(self) -> Option<Texts> {
        if self == Self::ALL {
            return None;
        }
        let statuses = BookingStatus::ALL.into_iter().filter(|status| self.0 & 1 << *status as u16 != 0);
        Some(Texts::new(statuses.map(BookingStatus::as_str)))
    }
}

/// Which bookings a list contains. `None` does not restrict it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookingFilter {
    /// The role of the viewer.
    pub role: Option<BookingRole>,
    pub statuses: StatusSet,
    /// Bookings that end after this instant.
    pub from: Timestamp,
    /// Bookings that start before this instant.
    pub to: Timestamp,
    pub topic: Option<TopicId>,
    /// The other participant.
    pub user: Option<AccountId>,
}

/// A value to order bookings by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum BookingOrderField {
    /// The time of the booking itself.
    BookedAt,
    /// The start of the session.
    StartsAt,
}

/// The bounds of a page of bookings. One statement loads the pages of several appointments that have equal bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookingBounds {
    pub filter: BookingFilter,
    field: BookingOrderField,
    above: (Timestamp, BookingId),
    below: (Timestamp, BookingId),
    limit: i64,
    is_ascending: bool,
}

impl BookingBounds {
    fn new(
        filter: BookingFilter,
        (field, direction): (BookingOrderField, OrderDirection),
        page: &Page<(Timestamp, BookingId)>,
    ) -> Self {
        let is_ascending = direction == OrderDirection::Asc;
        let (above, below) = if is_ascending { (page.after, page.before) } else { (page.before, page.after) };
        Self {
            filter,
            field,
            above: above.unwrap_or((Timestamp(i64::MIN), BookingId(i64::MIN))),
            below: below.unwrap_or((Timestamp(i64::MAX), BookingId(i64::MAX))),
            limit: page.limit(),
            is_ascending: is_ascending != page.is_backward,
        }
    }
}
