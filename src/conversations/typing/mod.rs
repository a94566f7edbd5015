//! Who is typing. This is never stored: every node keeps the signals it receives in memory, for 6 seconds each.

pub mod graphql;
pub mod registry;
pub mod rules;
