//! The kit that all slices share: who asks, errors, ids, pages, scalars, loaders, the checks before execution.
//!
//! It knows one slice, `accounts`, and of that only who asks: `Viewer`, `Client` and the account's id.

pub mod access;
pub mod caps;
pub mod connection;
pub mod context;
pub mod document;
pub mod error;
pub mod executor;
pub mod feed;
pub mod ids;
pub mod loader;
mod refusal;
mod request;
pub mod scalars;
pub mod sharing;
pub mod turn;
pub mod upload;

pub use connection::{Connection, Edge, Page};
pub use context::{Asked, Caller, SignedIn, Transport};
pub use error::{EdgeError, Payload, UserError, nullable};
pub use executor::{Executor, Prepared};
pub use ids::GlobalId;
pub use refusal::{MAX_ERRORS, Refusal};
pub use request::Request;
pub use scalars::DateTime;
