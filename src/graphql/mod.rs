//! The kit that all slices share: who asks, errors, ids, pages, scalars, loaders, the checks before execution.
//!
//! It knows one slice, `accounts`, and of that only who asks: `Viewer`, `Client` and the account's id.

pub mod access;
pub mod concurrency_limiter;
pub mod connection;
pub mod context;
pub mod document;
pub mod error;
pub mod executor;
pub mod feed;
pub mod ids;
pub mod loader;
mod request;
mod request_error;
pub mod scalars;
pub mod sharing;
pub mod stream_state;
pub mod upload;

pub use connection::{Connection, Edge, Page};
pub use context::{Caller, ContextExt, GraphqlTransport, SignedIn};
pub use error::{EdgeError, Nullable, Payload, UserError, nullable};
pub use executor::{Executor, Prepared};
pub use ids::GlobalId;
pub use request::Request;
pub use request_error::{MAX_ERRORS, RequestError};
pub use scalars::DateTime;
