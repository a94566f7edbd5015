//! What the tests share: a campus for each test, and clients of its API.

pub mod archives;
pub mod calendars;
pub mod campus;
pub mod database;
pub mod direct;
pub mod mailbox;
pub mod nodes;
pub mod people;
pub mod pictures;
pub mod push_service;
pub mod random;
pub mod socket;
pub mod transcript;

pub use campus::Campus;
pub use database::Engine;
pub use people::Person;
pub use socket::{EventStream, Socket};

/// A password that every policy accepts.
pub const PASSWORD: &str = "a quiet reading room";
