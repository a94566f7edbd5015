//! One stream of everything private that concerns a person. Each slice tells its part in the person's feed; here it
//! becomes one subscription.

pub mod graphql;
