//! The avatar of a user: one of the images that the user has uploaded.

pub mod graphql;
pub mod rules;
