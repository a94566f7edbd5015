//! What a browser finds here: GraphiQL and the web client, as they were built, or something to go on with.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::error;

use super::Edge;

/// Everything comes from this server; GraphiQL's editor sets styles in place and works in a worker.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The same for the page that is there before the web client is built: GraphiQL's public copy is let in as well.
const FALLBACK_CSP: &str = "default-src 'none'; script-src 'unsafe-inline' https://unpkg.com; \
    style-src 'unsafe-inline' https://unpkg.com; img-src 'self' data:; font-src data: https://unpkg.com; \
    connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FALLBACK_GRAPHIQL: &str = include_str!("pages/graphiql.html");
const FALLBACK_HOME: &str = include_str!("pages/home.html");

/// Built files carry a hash of their content in their names.
const FOREVER: &str = "public, max-age=31536000, immutable";

pub(super) async fn graphiql(State(edge): State<Edge>) -> Response {
    page(&edge, "graphiql.html", FALLBACK_GRAPHIQL).await
}

pub(super) async fn home(State(edge): State<Edge>) -> Response {
    page(&edge, "index.html", FALLBACK_HOME).await
}

pub(super) fn assets(edge: &Edge) -> Router {
    let forever = |response: &Response<_>| response.status().is_success().then(|| HeaderValue::from_static(FOREVER));
    Router::new()
        .fallback_service(ServeDir::new(edge.app.config.web_dir.join("assets")))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, forever))
}

async fn page(edge: &Edge, name: &str, fallback: &'static str) -> Response {
    let Some(path) = edge.app.config.web_page(name) else {
        return with_policy(FALLBACK_CSP, Html(fallback));
    };
    match tokio::fs::read_to_string(path).await {
        Ok(text) => with_policy(CSP, Html(text)),
        Err(cause) => {
            error!(%cause, name, "a built page cannot be read");
            with_policy(FALLBACK_CSP, Html(fallback))
        }
    }
}

fn with_policy(policy: &'static str, page: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, page).into_response()
}
