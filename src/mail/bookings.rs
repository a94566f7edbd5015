//! The sentences of letters about bookings.

use serde::{Deserialize, Serialize};

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
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Created => "A session with you was booked",
            Self::Booked => "You booked a session",
            Self::Rescheduled => "Your session was moved",
            Self::Requested => "A session with you was requested",
            Self::Requesting => "You requested a session",
            Self::Approved => "Your session was approved",
            Self::Declined => "Your request for a session was declined",
            Self::Expired => "A request for a session expired",
            Self::Relocated => "Your session takes place somewhere else",
            Self::Cancelled => "Your session was cancelled",
            Self::Conflict => "A session conflicts with your calendar",
            Self::SeatOffered => "A seat is held for you",
            Self::WaitlistEnded => "Your place in a waitlist ended",
            Self::Reminder => "Your session starts soon",
        }
    }

    pub(super) fn sentence(self, topic: &str, other: &str, at: &str) -> String {
        match self {
            Self::Created => format!("{other} booked a session with you about \"{topic}\" on {at}."),
            Self::Booked => format!("You booked a session with {other} about \"{topic}\" on {at}."),
            Self::Rescheduled => format!("{other} moved your session about \"{topic}\". It is now on {at}."),
            Self::Requested => format!("{other} asks for a session with you about \"{topic}\" on {at}."),
            Self::Requesting => format!("You asked {other} for a session about \"{topic}\" on {at}."),
            Self::Approved => format!("{other} approved your session about \"{topic}\" on {at}."),
            Self::Declined => format!("{other} declined your request for a session about \"{topic}\" on {at}."),
            Self::Expired => format!("The request for a session with {other} about \"{topic}\" on {at} expired."),
            Self::Relocated => {
                format!("{other} changed where your session about \"{topic}\" on {at} takes place. See below.")
            }
            Self::Cancelled => format!("{other} cancelled your session about \"{topic}\" on {at}."),
            Self::Conflict => {
                format!(
                    "Your calendar has an event at the time of your session with {other} about \"{topic}\" on {at}."
                )
            }
            Self::SeatOffered => {
                format!("A seat in the session with {other} about \"{topic}\" on {at} is held for you.")
            }
            Self::WaitlistEnded => {
                format!("Your place in the waitlist for a session with {other} about \"{topic}\" on {at} ended.")
            }
            Self::Reminder => format!("Your session with {other} about \"{topic}\" is on {at}."),
        }
    }

    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Requested => "Please approve or decline the request. Otherwise it expires.",
            Self::Requesting => "The session takes place if your mentor approves it.",
            Self::Declined | Self::Expired => "You do not need to do anything. The time can be booked again.",
            Self::Created
            | Self::Booked
            | Self::Rescheduled
            | Self::Approved
            | Self::Relocated
            | Self::Conflict
            | Self::Reminder => "If you cannot make it, please cancel the session as early as possible.",
            Self::SeatOffered => {
                "Please book the session soon: the seat is held for an hour at most. Then it goes to the next student."
            }
            Self::Cancelled | Self::WaitlistEnded => "You do not need to do anything.",
        }
    }
}
