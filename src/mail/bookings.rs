//! The sentences of letters about bookings.

use serde::{Deserialize, Serialize};

use crate::sentences::{Sentence, Value, say};

/// The reason for a letter about a booking. The names in the outbox never change: a row can be older than the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BookingNotice {
    #[serde(rename = "made")]
    Created,
    /// To the student who booked.
    #[serde(rename = "booked")]
    Booked,
    #[serde(rename = "moved")]
    Rescheduled,
    /// To the mentor.
    #[serde(rename = "requested")]
    Requested,
    /// To the student who requested a booking, or a move.
    #[serde(rename = "requesting")]
    Requesting,
    #[serde(rename = "approved")]
    Approved,
    #[serde(rename = "declined")]
    Declined,
    #[serde(rename = "expired")]
    Expired,
    #[serde(rename = "relocated")]
    Relocated,
    #[serde(rename = "cancelled")]
    Cancelled,
    /// By the mentor, before the end.
    #[serde(rename = "completed")]
    Completed,
    /// To the participant who was recorded as absent.
    #[serde(rename = "no_show")]
    NoShow,
    /// To the other one.
    #[serde(rename = "other_no_show")]
    OtherNoShow,
    /// A calendar of the recipient has another event at that time.
    #[serde(rename = "conflict")]
    Conflict,
    /// A seat is held for a student who waits for it.
    #[serde(rename = "seat_offered")]
    SeatOffered,
    /// A student does not wait any more, and has no seat.
    #[serde(rename = "waitlist_ended")]
    WaitlistEnded,
    #[serde(rename = "near")]
    Reminder,
}

impl BookingNotice {
    pub(super) fn subject(self) -> Sentence {
        match self {
            Self::Created => say::BookingCreatedSubject.into(),
            Self::Booked => say::BookingBookedSubject.into(),
            Self::Rescheduled => say::BookingRescheduledSubject.into(),
            Self::Requested => say::BookingRequestedSubject.into(),
            Self::Requesting => say::BookingRequestingSubject.into(),
            Self::Approved => say::BookingApprovedSubject.into(),
            Self::Declined => say::BookingDeclinedSubject.into(),
            Self::Expired => say::BookingExpiredSubject.into(),
            Self::Relocated => say::BookingRelocatedSubject.into(),
            Self::Cancelled => say::BookingCancelledSubject.into(),
            Self::Completed => say::BookingCompletedSubject.into(),
            Self::NoShow | Self::OtherNoShow => say::BookingNoShowSubject.into(),
            Self::Conflict => say::BookingConflictSubject.into(),
            Self::SeatOffered => say::BookingSeatOfferedSubject.into(),
            Self::WaitlistEnded => say::BookingWaitlistEndedSubject.into(),
            Self::Reminder => say::BookingReminderSubject.into(),
        }
    }

    pub(super) fn sentence(self, topic: Value, other: Value, at: Value) -> Sentence {
        match self {
            Self::Created => say::BookingCreated { at, other, topic }.into(),
            Self::Booked => say::BookingBooked { at, other, topic }.into(),
            Self::Rescheduled => say::BookingRescheduled { at, other, topic }.into(),
            Self::Requested => say::BookingRequested { at, other, topic }.into(),
            Self::Requesting => say::BookingRequesting { at, other, topic }.into(),
            Self::Approved => say::BookingApproved { at, other, topic }.into(),
            Self::Declined => say::BookingDeclined { at, other, topic }.into(),
            Self::Expired => say::BookingExpired { at, other, topic }.into(),
            Self::Relocated => say::BookingRelocated { at, other, topic }.into(),
            Self::Cancelled => say::BookingCancelled { at, other, topic }.into(),
            Self::Completed => say::BookingCompleted { at, other, topic }.into(),
            Self::NoShow => say::BookingNoShow { at, other, topic }.into(),
            Self::OtherNoShow => say::BookingOtherNoShow { at, other, topic }.into(),
            Self::Conflict => say::BookingConflict { at, other, topic }.into(),
            Self::SeatOffered => say::BookingSeatOffered { at, other, topic }.into(),
            Self::WaitlistEnded => say::BookingWaitlistEnded { at, other, topic }.into(),
            Self::Reminder => say::BookingReminder { at, other, topic }.into(),
        }
    }

    /// What the link to the page does.
    pub(super) fn action(self) -> Sentence {
        match self {
            Self::SeatOffered | Self::WaitlistEnded => say::BookingWaitlistsOpen.into(),
            _ => say::BookingOpen.into(),
        }
    }

    pub(super) fn advice(self) -> Sentence {
        match self {
            Self::Requested => say::AdviceRequested.into(),
            Self::Requesting => say::AdviceRequesting.into(),
            Self::Declined | Self::Expired => say::AdviceBookableAgain.into(),
            Self::Created
            | Self::Booked
            | Self::Rescheduled
            | Self::Approved
            | Self::Relocated
            | Self::Conflict
            | Self::Reminder => say::AdviceCancelEarly.into(),
            Self::SeatOffered => say::AdviceSeatOffered.into(),
            Self::NoShow => say::AdviceNoShow.into(),
            Self::Cancelled | Self::Completed | Self::OtherNoShow | Self::WaitlistEnded => say::AdviceNothing.into(),
        }
    }
}
