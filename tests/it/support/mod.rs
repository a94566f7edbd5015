//! What the tests share: a campus of their own for each, and people who talk to it.

pub mod campus;
pub mod database;
pub mod mailbox;
pub mod people;
pub mod pictures;
pub mod socket;

pub use campus::Campus;
pub use database::Engine;
pub use people::Person;
pub use socket::{Events, Socket};

/// A password that nobody objects to.
pub const PASSWORD: &str = "a quiet reading room";
