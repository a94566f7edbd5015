//! Waitlists of full slots.
//!
//! A seat that becomes free is offered to the first student who could book it. Until the offer ends, the seat counts as
//! taken. Everything about a waitlist happens while the schedule of the mentor is locked, in [`refill`]: it ends what is
//! over and offers what is free, in the transaction of every change that can free a seat. What ends by itself, as offers
//! do, is settled before anything else looks at the seats of the mentor, and by the scheduler at the latest.
//!
//! Each entry stores the place that its student knows. After every change, [`refill`] compares it with the place that the
//! entry has, and publishes an event to those students whose place is another one, whatever the reason.

pub mod graphql;
pub mod refill;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::topics::AppointmentId;
use crate::topics::occupancies::Session;

crate::global_ids! {
    WaitlistEntryId => "wle",
}

/// Changes of places behind this one are not published.
pub const MAX_ANNOUNCED_PLACE: i64 = 20;

/// The announced place of an entry for which a seat is held.
pub const HELD_PLACE: i64 = 0;

/// The announced place of an entry that is hidden from its student.
pub const HIDDEN_PLACE: i64 = -1;

/// The id of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct WaitlistEntryId(pub i64);

impl From<WaitlistEntryId> for i64 {
    fn from(id: WaitlistEntryId) -> Self {
        id.0
    }
}

/// A place of a student in the waitlist of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitlistEntry {
    pub id: WaitlistEntryId,
    pub appointment_id: AppointmentId,
    pub mentor_id: AccountId,
    pub student_id: AccountId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub joined_at: Timestamp,
    /// The slot can be booked until then.
    pub bookable_until: Timestamp,
    /// Until when a seat is held; `None` while the student waits.
    pub offer_expires_at: Option<Timestamp>,
    /// A block parts student and mentor, or the student's account is locked. Then the entry keeps its place, but is hidden,
    /// and no seat is offered.
    pub is_barred: bool,
    /// The place that the student's clients know from events, at most one more than [`MAX_ANNOUNCED_PLACE`].
    pub announced_place: i64,
}

impl WaitlistEntry {
    pub fn session(&self) -> Session {
        Session { appointment: self.appointment_id, starts_at: self.starts_at, ends_at: self.ends_at }
    }

    /// Returns true if the student has this entry at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        !self.is_barred && !self.has_ended(now)
    }

    /// Returns true if the seat is no longer held at `now`. The entry is deleted when its waitlist is settled.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.offer_expires_at.is_some_and(|at| at <= now)
    }

    /// Returns true if a seat is held for the student at `now`.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.offer_expires_at.is_some() && self.is_live(now)
    }
}

/// What happened to an entry. The numbers are stored in notifications and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitlistChange {
    /// A seat is held for the student.
    Offered,
    /// The entry ended without a booking.
    Ended,
}

impl WaitlistChange {
    pub fn number(self) -> i64 {
        match self {
            Self::Offered => 1,
            Self::Ended => 2,
        }
    }

    /// Returns the change with this number; `None` if a newer version added it.
    pub fn from_number(number: i64) -> Option<Self> {
        [Self::Offered, Self::Ended].into_iter().find(|change| change.number() == number)
    }
}
