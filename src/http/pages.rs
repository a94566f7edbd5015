//! Serves the web client and GraphiQL as they were built, or fallback pages.

mod source;

use std::borrow::Cow;
use std::io;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::error;

use super::response::HttpError;

pub(super) use source::PageSource;

/// The policy of the web client: it loads from and connects to this server only, sockets included (`'self'` covers them).
/// A script injected into a page with passwords cannot send them anywhere.
const CLIENT_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of the service worker, which only fetches.
const WORKER_CSP: &str = "default-src 'none'; connect-src 'self'";

/// The editor of GraphiQL needs inline styles, `data:` images and workers. The fallback home page has an inline style.
const EDITOR_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The policy of the fallback page, which loads GraphiQL from unpkg.com: only these versions of these packages. The page
/// pins each file by its hash, because users enter access tokens there.
const UNPKG_CSP: &str = "default-src 'none'; script-src 'self' https://unpkg.com/graphiql@3.9.0/ \
    https://unpkg.com/graphql-ws@5.16.2/ https://unpkg.com/react@18.3.1/ https://unpkg.com/react-dom@18.3.1/; \
    style-src 'unsafe-inline' https://unpkg.com/graphiql@3.9.0/; img-src 'self' data:; font-src data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FALLBACK_GRAPHIQL: &str = include_str!("pages/graphiql.html");
const FALLBACK_GRAPHIQL_SCRIPT: &str = include_str!("pages/graphiql.js");
const FALLBACK_HOME: &str = include_str!("pages/home.html");

/// The names of built files contain a hash of their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The routes of the pages, and the fallback for paths without a route.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(source: PageSource) -> Router<S> {
    let immutable =
        |response: &Response<_>| response.status().is_success().then(|| HeaderValue::from_static(IMMUTABLE));
    let assets = source.serve("assets").layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, immutable));
    Router::new()
        .route("/graphiql", get(graphiql))
        .route("/graphiql.js", get(([(header::CONTENT_TYPE, "text/javascript")], FALLBACK_GRAPHIQL_SCRIPT)))
        .route("/", get(home))
        .route("/manifest.webmanifest", get(manifest))
        .route("/offline.html", get(offline))
        .route("/service-worker.js", get(service_worker))
        .nest_service("/assets", assets)
        .fallback(client_route)
        .with_state(source)
}

async fn graphiql(State(source): State<PageSource>) -> Response {
    match read_built(&source, "graphiql.html").await {
        Some(built) => page(EDITOR_CSP, built.into()),
        None => page(UNPKG_CSP, FALLBACK_GRAPHIQL.into()),
    }
}

async fn home(State(source): State<PageSource>) -> Response {
    match read_built(&source, "index.html").await {
        Some(client) => page(CLIENT_CSP, client.into()),
        None => page(EDITOR_CSP, FALLBACK_HOME.into()),
    }
}

/// Describes the web client to systems that install it.
async fn manifest(State(source): State<PageSource>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "no-cache")];
    match read_built(&source, "manifest.webmanifest").await {
        Some(manifest) => (headers, manifest).into_response(),
        None => not_found(),
    }
}

/// The page that the service worker shows when the server cannot be reached.
async fn offline(State(source): State<PageSource>) -> Response {
    match read_built(&source, "offline.html").await {
        Some(built) => page(CLIENT_CSP, built.into()),
        None => not_found(),
    }
}

/// A service worker controls the paths beside and below its own: all of them.
async fn service_worker(State(source): State<PageSource>) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, WORKER_CSP),
        (header::CONTENT_TYPE, "text/javascript"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    match read_built(&source, "service-worker.js").await {
        Some(script) => (headers, script).into_response(),
        None => not_found(),
    }
}

/// Handles paths without a route. A browser gets the web client, which has its own routes; every other client gets 404.
async fn client_route(State(source): State<PageSource>, method: Method, headers: HeaderMap) -> Response {
    if accepts_pages(&headers)
        && matches!(method, Method::GET | Method::HEAD)
        && let Some(client) = read_built(&source, "index.html").await
    {
        return page(CLIENT_CSP, client.into());
    }
    not_found()
}

fn not_found() -> Response {
    HttpError::new(StatusCode::NOT_FOUND, "There is no resource at this address.").into_response()
}

/// Returns true for a navigation in a browser.
pub(super) fn accepts_pages(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|kinds| kinds.split([',', ';']).any(|kind| kind.trim() == "text/html")))
}

/// Reads a built page. Returns `None` if it was not built.
async fn read_built(source: &PageSource, name: &str) -> Option<String> {
    let log = |cause: &io::Error| {
        if cause.kind() != io::ErrorKind::NotFound {
            error!(%cause, name, "a built page cannot be read");
        }
    };
    source.read(name).await.inspect_err(log).ok()
}

fn page(csp: &'static str, text: Cow<'static, str>) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, csp),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(text)).into_response()
}
