//! Where sessions take place: the rooms of online meetings, and changes by the mentor.

pub mod graphql;
pub mod rules;
