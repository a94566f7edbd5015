//! The types of notifications in the schema.

pub mod graphql;
