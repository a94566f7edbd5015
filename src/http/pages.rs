//! What a browser finds here: GraphiQL and the web client, as they were built, or something to go on with.

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

/// The web client: everything comes from this server and everything goes to it, sockets included (`'self'` covers them).
/// Whoever slips a script or an address into a page where passwords are typed gets nothing out.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// GraphiQL's editor sets styles in place, brings pictures of its own and works in workers. The short pages have a style
/// in them.
const EDITOR_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The public copy of GraphiQL, where ours is not built: these packages and nothing else, each file held to its
/// hash by the page, because tokens are typed there.
const PUBLIC_CSP: &str = "default-src 'none'; script-src 'self' https://unpkg.com/graphiql@3.9.0/ \
    https://unpkg.com/graphql-ws@5.16.2/ https://unpkg.com/react@18.3.1/ https://unpkg.com/react-dom@18.3.1/; \
    style-src 'unsafe-inline' https://unpkg.com/graphiql@3.9.0/; img-src 'self' data:; font-src data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FALLBACK_GRAPHIQL: &str = include_str!("pages/graphiql.html");
const START_GRAPHIQL: &str = include_str!("pages/graphiql.js");
const FALLBACK_HOME: &str = include_str!("pages/home.html");

/// Built files carry a hash of their content in their names.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Every address of the pages, and whatever no other route has.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(source: PageSource) -> Router<S> {
    let forever = |response: &Response<_>| response.status().is_success().then(|| HeaderValue::from_static(FOREVER));
    let assets = source.serve("assets").layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, forever));
    Router::new()
        .route("/graphiql", get(graphiql))
        .route("/graphiql.js", get(([(header::CONTENT_TYPE, "text/javascript")], START_GRAPHIQL)))
        .route("/", get(home))
        .nest_service("/assets", assets)
        .fallback(elsewhere)
        .with_state(source)
}

async fn graphiql(State(source): State<PageSource>) -> Response {
    match built(&source, "graphiql.html").await {
        Some(built) => page(EDITOR_CSP, built.into()),
        None => page(PUBLIC_CSP, FALLBACK_GRAPHIQL.into()),
    }
}

async fn home(State(source): State<PageSource>) -> Response {
    match built(&source, "index.html").await {
        Some(client) => page(CSP, client.into()),
        None => page(EDITOR_CSP, FALLBACK_HOME.into()),
    }
}

/// Answers what has no route. The web client has addresses of its own, which somebody may open or reload; a program
/// that asks for what is not there is told so.
async fn elsewhere(State(source): State<PageSource>, method: Method, headers: HeaderMap) -> Response {
    let accepts_pages = headers.get_all(header::ACCEPT).iter().any(|accept| {
        accept.to_str().is_ok_and(|kinds| kinds.split([',', ';']).any(|kind| kind.trim() == "text/html"))
    });
    if accepts_pages
        && matches!(method, Method::GET | Method::HEAD)
        && let Some(client) = built(&source, "index.html").await
    {
        return page(CSP, client.into());
    }
    HttpError::new(StatusCode::NOT_FOUND, "There is nothing at this address.").into_response()
}

/// Reads a built page; `None` until it is built.
async fn built(source: &PageSource, name: &str) -> Option<String> {
    let tell = |cause: &io::Error| {
        if cause.kind() != io::ErrorKind::NotFound {
            error!(%cause, name, "a built page cannot be read");
        }
    };
    source.read(name).await.inspect_err(tell).ok()
}

fn page(policy: &'static str, text: Cow<'static, str>) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(text)).into_response()
}
