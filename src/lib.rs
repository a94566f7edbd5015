//! Studyhall: one GraphQL server for a campus.
//!
//! The modules in reading order, outermost first. Calls go downwards only; `tests/it/layers.rs` enforces this.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`node`] | a running node: starts the background tasks, and lists how slices react to changes in other slices |
//! | [`http`] | routes, the transports of GraphQL, web pages, images, files, calendars, health |
//! | [`schema`] | merges the GraphQL types of the slices into one schema |
//! | [`graphql`] | what all slices share: errors, ids, pagination, scalars, loaders, validation and execution |
//! | [`notifications`] | what happened to an account, the same on all of its devices |
//! | [`accounts`] | registration, sessions, passwords, email addresses; [`accounts::Viewer`] is the caller |
//! | [`images`] | uploaded images: who may see them, and what uses them |
//! | [`files`] | files for download: who may see them, and what they are attached to |
//! | [`profiles`] | the public side of accounts: users, settings, blocks, presence |
//! | [`posts`] | public posts of members, and the comments below them |
//! | [`conversations`] | conversations and their messages, including those of the lobby |
//! | [`reactions`] | emoji that members add to messages, posts and comments |
//! | [`reports`] | reports to moderators |
//! | [`lobby`] | the public room and its guests |
//! | [`topics`] | topics, appointments of mentors, and the slots that can be booked |
//! | [`bookings`] | bookings: creating, changing, reminders, calendars |
//! | [`delivery`] | mail and pushes about what members have not seen |
//! | [`inbox`] | the stream of a user's private events |
//! | [`exports`] | the data of a member, prepared as a ZIP archive |
//! | [`moderation`] | the queues of moderators, and the log of what they do |
//! | [`app`] | the parts that every rule uses, created once |
//! | [`effects`] | what a transaction leads to: events, mails, reactions of other slices |
//! | [`search`] | finds members by words |
//! | [`live`] | feeds that subscriptions follow and resume, the bus between nodes, presence |
//! | [`mail`] | letters, the outbox, and the worker that sends them |
//! | [`media`] | processes uploaded images, detects the types of other files, and stores both |
//! | [`network`] | requests to addresses that members choose, public ones only |
//! | [`keys`] | signing keys, access tokens and derived secrets |
//! | [`passwords`] | hashes and verifies passwords on their own threads |
//! | [`limiter`], [`cache`] | rate limits, bounded caches |
//! | [`db`] | one SQL text for SQLite and PostgreSQL |
//! | [`operate`] | the commands of operators: backups, copies, checks, accounts, imports |
//! | [`demo`] | fills an empty database with a demo campus |
//! | [`config`], [`clock`], [`ids`], [`error`] | settings, time and new ids, the ids that all parts know, errors |
//! | [`locale`], [`sentences`] | the languages, and sentences for users in all of them |
//! | [`text`], [`page`] | validation of texts, the bounds of a page |
//! | [`time_zones`] | the rules of time zones |

pub mod accounts;
pub mod app;
pub mod bookings;
pub mod cache;
pub mod clock;
pub mod config;
pub mod conversations;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod effects;
pub mod error;
pub mod exports;
pub mod figures;
pub mod files;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod images;
pub mod inbox;
pub mod keys;
pub mod limiter;
pub mod live;
pub mod lobby;
pub mod locale;
pub mod mail;
pub mod media;
pub mod moderation;
pub mod network;
pub mod node;
pub mod notifications;
pub mod operate;
pub mod page;
pub mod passwords;
pub mod posts;
pub mod profiles;
pub mod reactions;
pub mod reports;
pub mod schema;
pub mod search;
pub mod sentences;
pub mod text;
pub mod time_zones;
pub mod topics;
pub mod traces;
