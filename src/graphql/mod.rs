//! The kit that all slices share: who asks, errors, ids, pages, scalars, loaders.
//!
//! It knows no slice but `accounts::Viewer`.

pub mod connection;
pub mod context;
pub mod error;
pub mod ids;
pub mod loader;
pub mod scalars;

pub use connection::{Connection, Edge, Page};
pub use context::{Asked, Caller, Transport};
pub use error::{EdgeError, Payload, UserError, nullable};
pub use ids::GlobalId;
pub use scalars::DateTime;
