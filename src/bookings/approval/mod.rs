//! Requests: bookings that wait for the mentor's approval.
//!
//! A request holds its seat like a booking. It expires at its instant for every reader; what the seat allows then is
//! settled before anything else looks at the seats of the mentor, and by the scheduler at the latest.

pub mod graphql;
pub mod rules;
pub mod store;
