//! The kit that all slices share: who asks, errors, ids, pages, scalars, loaders.
//!
//! It knows no slice but `accounts::Viewer`.

pub mod context;
pub mod error;

pub use context::{Asked, Caller, Transport};
pub use error::{EdgeError, Payload, UserError, nullable};
