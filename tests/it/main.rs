//! Tests of the public API, on both databases. One module for each slice; `support` has what they share.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that fails panics with the reason")]
#![expect(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes transcripts with them")]

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
mod followers;
mod graph;
mod groups;
mod guests;
mod images;
mod inbox;
mod layers;
mod limits;
mod live;
mod lobby;
mod mail;
mod mentoring;
mod migrations;
mod operate;
mod operating;
mod people;
mod posts;
mod presence;
mod races;
mod rate_limits;
mod registration;
mod reports;
mod rights;
mod schema;
mod sessions;
mod settings;
mod slow_statements;
mod staff;
mod statements;
mod support;
mod texts;
mod tokens;
