//! What clients send about an offer, made into what rules want.

pub mod graphql;
