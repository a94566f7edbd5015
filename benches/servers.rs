//! The servers that are compared, together in a process of their own.
//!
//! `studyhall` is the whole program. [`baseline`] is a server without GraphQL. `stock` is the handler of
//! async-graphql-axum with the same schema: it parses and validates every document again, and lacks limits, statuses,
//! deadlines and a bound on concurrent operations, so it passes 46 of the 61 published audits. Studyhall passes all.

use std::io::{Read, stdin};
use std::net::SocketAddr;

use async_graphql::Schema;
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use studyhall::accounts::Viewer;
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::app::App;
use studyhall::graphql::Caller;
use studyhall::http;
use studyhall::schema::{self, Mutation, Query, Subscription};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::baseline;
use crate::campus::{CHEAP_HASHING, Campus, Member, anonymous};

/// The argument that makes this program run the servers.
pub const SERVERS_FLAG: &str = "--as-servers";

/// What the load needs to know, printed as one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct ServerInfo {
    pub studyhall: SocketAddr,
    pub baseline: SocketAddr,
    pub stock: SocketAddr,
    pub user: String,
    pub token: String,
}

/// Serves until the input ends, which the parent process closes.
#[tokio::main]
pub async fn run() {
    // Spans cost as much as in production; the log lines are discarded.
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info"))
        .with_ansi(false)
        .with_writer(std::io::sink)
        .init();
    let campus = Campus::open(CHEAP_HASHING).await;
    let ada = campus.member("ada").await;
    seed(&campus, &ada).await;
    let info = ServerInfo {
        studyhall: serve_studyhall(&campus).await,
        baseline: serve(baseline::router(&campus).await).await,
        stock: serve(stock_router(&campus)).await,
        user: ada.id,
        token: ada.token,
    };
    println!("{}", serde_json::to_string(&info).expect("it is JSON"));
    let wait = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    wait.await.expect("the thread ends").expect("the input ends");
}

const AUTHORS: usize = 10;
const POSTS_PER_AUTHOR: usize = 4;

/// Fills the member's profile, and creates posts of other members.
pub async fn seed(campus: &Campus, ada: &Member) {
    let profile = json!({
        "firstName": "Augusta", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 3,
        "skills": ["Weaving", "Translation", "Calculus"], "about": "Counts and rhymes.",
    });
    let links =
        json!({ "github": "https://github.com/ada", "website": "https://ada.example/", "description": "Notes" });
    campus.mutate(&ada.caller, "updateProfile", "UpdateProfileInput", profile).await;
    campus.mutate(&ada.caller, "updateSocialLinks", "UpdateSocialLinksInput", links).await;
    let mut authors = Vec::new();
    for number in 0..AUTHORS {
        authors.push(campus.member(&format!("author{number}")).await);
    }
    for number in 0..AUTHORS * POSTS_PER_AUTHOR {
        let text = format!("Post {number}: I prepare for the oral exam in the library at ten. Who joins me?");
        let author = &authors[number % AUTHORS].caller;
        campus.mutate(author, "createPost", "CreatePostInput", json!({ "text": text })).await;
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    (listener, address)
}

async fn serve_studyhall(campus: &Campus) -> SocketAddr {
    let (listener, address) = listen().await;
    let never = futures_util::stream::pending();
    tokio::spawn(http::serve(campus.app.clone(), campus.executor.clone(), listener, never));
    address
}

async fn serve(router: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("the socket has the option"));
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

pub async fn authenticate_headers(app: &App, headers: &HeaderMap) -> Result<Viewer, StatusCode> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
    authenticate(app, &Credential::Bearer(token.into())).await.map_err(|_| StatusCode::UNAUTHORIZED)
}

type StockSchema = Schema<Query, Mutation, Subscription>;

fn stock_router(campus: &Campus) -> Router {
    let schema = schema::builder().data(campus.app.clone()).finish();
    Router::new().route("/graphql", post(handle_stock)).with_state((campus.app.clone(), schema))
}

async fn handle_stock(
    State((app, schema)): State<(App, StockSchema)>,
    headers: HeaderMap,
    request: GraphQLRequest,
) -> Result<GraphQLResponse, StatusCode> {
    let is_signed_in = headers.contains_key(header::AUTHORIZATION);
    let viewer = if is_signed_in { Some(authenticate_headers(&app, &headers).await?) } else { None };
    let request = request.into_inner().data(Caller { viewer, ..anonymous() });
    Ok(schema.execute(request).await.into())
}
