//! How a booking ends: called off, completed, or without one of the two; and what becomes of bookings when an account
//! goes.

pub mod graphql;
pub mod rules;
