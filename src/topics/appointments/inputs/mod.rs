//! The inputs of an appointment, and their conversion into the types of the rules.

pub mod graphql;
