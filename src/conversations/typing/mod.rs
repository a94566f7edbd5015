//! Who is typing. Never stored: each node keeps what it hears for 6 seconds.

pub mod graphql;
pub mod registry;
pub mod rules;
