//! The HTTP edge: routes, the GraphQL transports, pages, health checks and connections.
//!
//! The transports are thin. Everything that can reject an operation is in `graphql::executor`; this module contains
//! only what is specific to HTTP, server-sent events and WebSocket connections.
//!
//! # Why not async-graphql-axum
//!
//! Measured against the published test suites:
//!
//! | suite | async-graphql-axum | this module |
//! | --- | --- | --- |
//! | GraphQL over HTTP, audits of the npm package graphql-http | 46 of 61 | 61 of 61 |
//! | graphql-transport-ws, checks of the protocol | 23 of 54 | 54 of 54 |
//!
//! Its handlers execute mutations sent by GET or as plain text, do not limit the size of a body, answer 200 to every
//! request, close sockets with codes after which a client does not reconnect, and never send a ping.

mod body;
mod calendar;
mod client;
mod compression;
mod connection_limiter;
mod connections;
mod descriptors;
mod events;
mod files;
mod graphql;
mod health;
mod http2;
mod http2_frames;
mod lifecycle;
mod listeners;
mod media;
mod metrics;
mod multipart;
mod negotiation;
mod oidc;
mod origin;
mod pages;
mod rate_limit_headers;
mod request_middleware;
mod response;
mod socket;
mod stream_frames;
mod timeout_io;
mod unsubscribe;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};
use futures_util::Stream;
use tokio::net::TcpListener;

use self::connection_limiter::ConnectionLimiter;
use self::lifecycle::Lifecycle;
use self::origin::AllowedOrigins;
use self::pages::PageSource;
use crate::app::App;
use crate::graphql::Executor;

pub use connections::signals;
pub use descriptors::raise_limit;

/// The state that all handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HttpState(Arc<Inner>);

pub(crate) struct Inner {
    app: App,
    executor: Executor,
    origins: AllowedOrigins,
    connection_limiter: ConnectionLimiter,
    lifecycle: Lifecycle,
    readiness: health::Readiness,
    upload_limiter: multipart::UploadLimiter,
    metrics: metrics::Metrics,
}

impl std::ops::Deref for HttpState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl HttpState {
    fn new(app: App, executor: Executor) -> Self {
        Self(Arc::new(Inner {
            origins: AllowedOrigins::from_config(&app.config),
            connection_limiter: ConnectionLimiter::default(),
            lifecycle: Lifecycle::default(),
            readiness: health::Readiness::default(),
            upload_limiter: multipart::UploadLimiter::default(),
            metrics: metrics::Metrics::default(),
            app,
            executor,
        }))
    }
}

/// Serves on `listener` until the first signal, then finishes accepted requests. A second signal stops the server at
/// once.
///
/// # Errors
/// When the listener has no address, or the metrics address is already in use.
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
        // Some clients and proxies append a slash, and few follow a redirect with the body of the request.
        .route("/graphql/", any(graphql::handle))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/media/{image}/{size}", get(media::image))
        .route("/files/{file}", get(files::file))
        .route("/exports/{export}", get(files::export))
        .route("/calendar/{name}", get(calendar::calendar))
        .route("/oidc/{provider}/callback", get(oidc::callback))
        .route("/oidc/{provider}/backchannel-logout", post(oidc::backchannel_logout))
        .route("/unsubscribe/{token}", get(unsubscribe::open_page).post(unsubscribe::end_subscription))
        .merge(pages::routes(PageSource::from_config(&state.app.config)))
        .with_state(state)
}
