//! Every behaviour through the public API, on both databases. One file per slice, what they share in `support`.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on says why")]

mod addresses;
mod credentials;
mod edge;
mod guests;
mod images;
mod layers;
mod live;
mod mail;
mod migrations;
mod posts;
mod registration;
mod schema;
mod sessions;
mod statements;
mod support;
