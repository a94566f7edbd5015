//! Password and username: change, and reset by mail.

pub mod graphql;
pub mod rules;
