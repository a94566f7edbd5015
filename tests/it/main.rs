//! Every behaviour through the public API, on both databases. One file per slice, what they share in `support`.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on says why")]

mod addresses;
mod conversations;
mod cookies;
mod crash;
mod credentials;
mod data_at_rest;
mod demo;
mod devices;
mod edge;
mod effects;
mod enumeration;
mod examples;
mod groups;
mod guests;
mod images;
mod inbox;
mod layers;
mod live;
mod lobby;
mod mail;
mod mentoring;
mod migrations;
mod people;
mod posts;
mod presence;
mod races;
mod registration;
mod reports;
mod schema;
mod sessions;
mod settings;
mod staff;
mod statements;
mod support;
mod tokens;
