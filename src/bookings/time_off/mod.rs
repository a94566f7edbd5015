//! Creates and deletes the times off of mentors.

pub mod graphql;
pub mod rules;
