//! Cancels and completes bookings, records no-shows, and handles the bookings and appointments of deleted accounts.

pub mod graphql;
pub mod rules;
