//! What a browser finds here: GraphiQL and the web client, as they were built, or something to go on with.

use std::borrow::Cow;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::error;

use super::Edge;

/// Everything comes from this server and everything goes to it, sockets included (`'self'` covers them): whoever slips a
/// script or an address into a page where tokens are typed gets nothing out. GraphiQL's editor sets styles in place and
/// works in workers.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

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
        // The build lays a `.gz` beside what is worth it; compressing each answer anew would cost what login needs.
        .fallback_service(ServeDir::new(edge.app.config.web_dir.join("assets")).precompressed_gzip())
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, forever))
}

/// Answers with a built page, or with what stands in for it until it is built.
async fn page(edge: &Edge, name: &str, fallback: &'static str) -> Response {
    let built = match edge.app.config.web_page(name) {
        Some(path) => tokio::fs::read_to_string(path)
            .await
            .inspect_err(|cause| error!(%cause, name, "a built page cannot be read"))
            .ok(),
        None => None,
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(built.map_or(Cow::Borrowed(fallback), Cow::Owned))).into_response()
}
