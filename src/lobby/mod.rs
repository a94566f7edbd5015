//! The one public room, which a pseudonym is enough to enter. So far it lets people in; what they say there follows.

pub mod graphql;
pub mod rules;
pub mod store;
