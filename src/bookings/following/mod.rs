//! What the inbox tells of bookings.

pub mod graphql;
