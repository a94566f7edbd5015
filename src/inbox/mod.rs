//! The inbox: one event stream of everything private to an account. Each slice appends its events to the account's
//! feed; this slice only exposes the feed as a subscription.

pub mod graphql;
