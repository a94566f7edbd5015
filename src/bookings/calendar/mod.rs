//! Bookings as calendars read them: one for each booking, and a feed of all for each person who wants one.
//!
//! Calendars bring no session, so their addresses are the secret. That of a single booking is signed for one of the two;
//! that of a feed is drawn at random, and only its hash is kept: a new one ends the old.

pub mod graphql;
pub mod ics;
pub mod rules;
pub mod store;
