//! Bookings as iCalendar: one calendar per booking, and per account a calendar feed of its bookings if the user creates
//! one.
//!
//! Calendar programs have no session, so the URLs are secrets. The URL of a booking carries a signature for mentor or
//! student, which contains a generation of the account: revoking or replacing the feed ends these URLs too. The URL of a
//! feed is random, and only its hash is stored; a new URL replaces the old one.

pub mod events;
pub mod graphql;
pub mod ics;
pub mod rules;
pub mod store;
