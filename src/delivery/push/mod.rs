//! Web Push (RFC 8030): messages to the browsers of a member who does not look at the page.
//!
//! | module | purpose |
//! | --- | --- |
//! | [`rules`] | the subscriptions of sessions |
//! | [`worker`] | decides what is sent and when, and claims it: one node sends each push |
//! | [`reached`] | the browsers that a push is not sent to again |
//! | [`content`] | what a push says |
//! | [`pages`] | the page that it opens |
//! | [`crypto`] | encryption (RFC 8291) and the signature of the server (RFC 8292) |
//! | [`network`] | requests to push services, at public addresses only |
//!
//! What causes a push is stored in the transaction of its cause, by notifications and messages.

pub mod content;
pub mod crypto;
pub mod graphql;
pub mod network;
pub mod pages;
pub mod reached;
pub mod rules;
pub mod store;
pub mod worker;

use crate::accounts::{AccountId, SessionId};

/// Where the browser of a session receives pushes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Subscription {
    pub session_id: SessionId,
    pub account_id: AccountId,
    pub endpoint: String,
    /// The public key of the browser.
    pub p256dh: Vec<u8>,
    /// The secret that the browser shares with this server.
    pub auth: Vec<u8>,
}
