//! The edge: routes, the transports of GraphQL, pages, health, connections.
//!
//! Not async-graphql-axum: its handlers run mutations sent by GET or as plain text, bound no body, answer 200 to
//! everything, close sockets with codes that end a client's retries, and never ping. Of the published audits of GraphQL
//! over HTTP they pass 46 of 61, of the checks of the socket protocol 23 of 54; the transports here pass all. Every one
//! of them is thin: what may refuse an operation is in `graphql::executor`, what HTTP knows about is here.

mod body;
mod calendar;
mod client;
mod connection_limiter;
mod connections;
mod events;
mod graphql;
mod health;
mod lifecycle;
mod media;
mod metrics;
mod multipart;
mod negotiation;
mod origin;
mod pages;
mod request_middleware;
mod response;
mod socket;
mod timeout_io;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use futures_util::Stream;
use tokio::net::TcpListener;

use self::connection_limiter::ConnectionLimiter;
use self::lifecycle::Lifecycle;
use self::origin::Origins;
use self::pages::PageSource;
use crate::app::App;
use crate::graphql::Executor;

pub use connections::signals;

/// What every handler works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HttpState(Arc<Parts>);

pub(crate) struct Parts {
    app: App,
    executor: Executor,
    origins: Origins,
    connections_limit: ConnectionLimiter,
    lifecycle: Lifecycle,
    readiness: health::Readiness,
    uploads: tokio::sync::Semaphore,
    metrics: metrics::Metrics,
}

impl std::ops::Deref for HttpState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl HttpState {
    fn new(app: App, executor: Executor) -> Self {
        Self(Arc::new(Parts {
            origins: Origins::of(&app.config),
            connections_limit: ConnectionLimiter::default(),
            lifecycle: Lifecycle::default(),
            readiness: health::Readiness::default(),
            uploads: tokio::sync::Semaphore::new(multipart::MAX_UPLOADS_AT_ONCE),
            metrics: metrics::Metrics::default(),
            app,
            executor,
        }))
    }
}

/// Serves on `listener` until the first of `signals`, then lets what was accepted finish. A second signal ends it at once.
///
/// # Errors
/// When the listener's address cannot be told, or the address of the metrics is not free.
pub async fn serve(
    app: App,
    executor: Executor,
    listener: TcpListener,
    signals: impl Stream<Item = ()> + Send + Unpin,
) -> io::Result<()> {
    let state = HttpState::new(app, executor);
    metrics::serve(&state).await?;
    connections::serve(state, listener, signals).await
}

fn routes(state: HttpState) -> Router {
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/media/{image}/{size}", get(media::picture))
        .route("/calendar/{name}", get(calendar::calendar))
        .merge(pages::routes(PageSource::of(&state.app.config)))
        .with_state(state)
}
