//! Offering, and changing what is offered.

pub mod graphql;
