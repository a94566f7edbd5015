//! What all slices share: the caller, errors, ids, pages, scalars, loaders, and the checks before execution.
//!
//! It depends on one slice, `accounts`, and only on what identifies the caller: `Viewer`, `Client` and `AccountId`.

pub mod access;
pub mod concurrency_limiter;
pub mod connection;
pub mod context;
pub mod cost_report;
pub mod document;
mod eager;
pub mod error;
pub mod executor;
pub mod feed;
pub mod ids;
pub mod json;
pub mod loader;
pub mod page_arguments;
pub mod price_list;
mod recurring;
mod request;
mod request_error;
pub mod response_json;
pub mod scalars;
mod sentences;
pub mod sharing;
pub mod stream_state;
pub mod upload;

pub use connection::{Connection, Edge, Page};
pub use context::{Authentication, Caller, ContextExt, GraphqlTransport, SignedInViewer};
pub use eager::{Eager, EagerItems};
pub use error::{
    EdgeError, Nullable, NullableValue, Payload, Recurring, UserError, nullable, nullable_value, recurring,
};
pub use executor::{Executor, Prepared};
pub use ids::GlobalId;
pub use page_arguments::{HistoryArguments, PageArguments};
pub use recurring::{Recurs, ResolvedOnce};
pub use request::Request;
pub use request_error::{MAX_ERRORS, RequestError};
pub use scalars::DateTime;
