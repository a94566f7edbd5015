//! The picture that somebody shows beside their name: one of the images they uploaded.

pub mod graphql;
pub mod rules;
