//! Mentors as callers see them who are not signed in: for a page that a mentor shares outside of the campus.
//!
//! Only mentors who have chosen so (`Settings.isMentorPagePublic`) and can be booked. What is shown is a type of its own,
//! so that a field that is added to a user or an appointment does not become public by that.

pub mod graphql;
pub mod rules;

use crate::clock::Timestamp;
use crate::profiles::User;
use crate::topics::appointments::Appointment;

/// A mentor with the appointments that everyone can see.
#[derive(Clone, Debug)]
pub struct PublicMentor {
    user: User,
    offers: Vec<PublicOffer>,
}

/// An appointment of such a mentor.
#[derive(Clone, Debug)]
pub struct PublicOffer(Appointment);

/// A time that can be booked. Says nothing about the seats that are taken.
#[derive(Clone, Copy, Debug)]
pub struct PublicSlot {
    starts_at: Timestamp,
    ends_at: Timestamp,
}
