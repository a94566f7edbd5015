//! Studyhall: one GraphQL server for a campus.
//!
//! The modules in reading order, outermost first. Calls go downwards only; `tests/it/layers.rs` holds the code to it.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`http`] | the edge: routes, the transports of GraphQL, health, pages |
//! | [`schema`] | merges the slices into one schema |
//! | [`graphql`] | the kit that all slices share: errors, ids, pages, scalars, the checks before execution |
//! | [`accounts`] | registration, sessions, passwords, addresses; [`accounts::Viewer`] says who asks |
//! | [`images`] | pictures: upload, who may see them, what uses them |
//! | [`profiles`] | the public side of a person |
//! | [`posts`] | public texts of members, and the feed of them |
//! | [`conversations`] | private threads and their messages, and those of the lobby |
//! | [`reports`] | what people report to those who run the place |
//! | [`lobby`] | the public room and its guests |
//! | [`topics`] | topics, what mentors offer about them, and when they can be booked |
//! | [`bookings`] | booked time: who may do what with it, reminders, calendars |
//! | [`inbox`] | one stream of everything private |
//! | [`search`] | finding members by words |
//! | [`live`] | feeds that a subscription follows and resumes, the bus between nodes, who is connected |
//! | [`mail`] | letters, the outbox they wait in, and how they leave |
//! | [`media`] | makes uploaded files into pictures, and keeps their bytes |
//! | [`db`] | one SQL text for SQLite and PostgreSQL |
//! | [`app`] | the parts, built once |
//! | [`demo`] | a believable campus for an empty database |
//! | [`config`], [`clock`], [`error`], [`text`] | settings, time and ids, what can go wrong, what a text must satisfy |
//! | [`page`] | which part of a list is wanted |
//! | [`limiter`] | how often something may be done |

pub mod accounts;
pub mod app;
pub mod bookings;
pub mod cache;
pub mod clock;
pub mod config;
pub mod conversations;
pub mod db;
pub mod demo;
pub mod effects;
pub mod error;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod images;
pub mod inbox;
pub mod keys;
pub mod limiter;
pub mod live;
pub mod lobby;
pub mod mail;
pub mod media;
pub mod node;
pub mod page;
pub mod passwords;
pub mod posts;
pub mod profiles;
pub mod reports;
pub mod schema;
pub mod search;
pub mod text;
pub mod topics;
