//! The stream of what is posted, edited and deleted.

pub mod graphql;
