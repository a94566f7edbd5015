//! The servers that are compared, together in a process of their own.
//!
//! `ours` is the whole program. [`bare`] is what somebody would write without GraphQL. `stock` is the framework's own handler over the same schema: it parses and
//! validates every document anew, and does without what ours is for (limits, statuses, deadlines, a place for each
//! operation), so it passes 46 of the 61 published audits and ours all.

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

use crate::bare;
use crate::campus::{CHEAP, Campus, Member, nobody};

/// The argument that makes this program the server side.
pub const ROLE: &str = "--as-servers";

/// What the load side has to know, as one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Invitation {
    pub ours: SocketAddr,
    pub bare: SocketAddr,
    pub stock: SocketAddr,
    pub user: String,
    pub token: String,
}

/// Serves until the input ends, as it does with whoever started this process.
#[tokio::main]
pub async fn run() {
    // Spans cost as much as they do in service; the lines go nowhere.
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info"))
        .with_ansi(false)
        .with_writer(std::io::sink)
        .init();
    let campus = Campus::open(CHEAP).await;
    let ada = campus.member("ada").await;
    furnish(&campus, &ada).await;
    let invitation = Invitation {
        ours: serve_ours(&campus).await,
        bare: serve(bare::router(&campus).await).await,
        stock: serve(stock(&campus)).await,
        user: ada.id,
        token: ada.token,
    };
    println!("{}", serde_json::to_string(&invitation).expect("it is JSON"));
    let wait = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    wait.await.expect("the thread ends").expect("the input ends");
}

/// So many people post in turn, so often each.
const AUTHORS: usize = 10;
const POSTS_EACH: usize = 4;

/// Gives the member a full profile, and the campus something to read.
async fn furnish(campus: &Campus, ada: &Member) {
    let profile = json!({
        "firstName": "Augusta", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 3,
        "skills": ["Weaving", "Translation", "Calculus"], "about": "Counts and rhymes.",
    });
    let links =
        json!({ "github": "https://github.com/ada", "website": "https://ada.example/", "description": "Notes" });
    campus.change(&ada.caller, "updateProfile", "UpdateProfileInput", profile).await;
    campus.change(&ada.caller, "updateSocialLinks", "UpdateSocialLinksInput", links).await;
    let mut authors = Vec::new();
    for number in 0..AUTHORS {
        authors.push(campus.member(&format!("author{number}")).await);
    }
    for number in 0..AUTHORS * POSTS_EACH {
        let text =
            format!("Post {number}: whoever wants to prepare the oral exam together, come to the library at ten.");
        let author = &authors[number % AUTHORS].caller;
        campus.change(author, "createPost", "CreatePostInput", json!({ "text": text })).await;
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    (listener, address)
}

async fn serve_ours(campus: &Campus) -> SocketAddr {
    let (listener, address) = listen().await;
    let never = futures_util::stream::pending();
    tokio::spawn(http::serve(campus.app.clone(), campus.executor.clone(), listener, never));
    address
}

async fn serve(router: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("small answers leave at once"));
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

pub async fn viewer(app: &App, headers: &HeaderMap) -> Result<Viewer, StatusCode> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
    authenticate(app, &Credential::Bearer(token.into())).await.map_err(|_| StatusCode::UNAUTHORIZED)
}

type StockSchema = Schema<Query, Mutation, Subscription>;

fn stock(campus: &Campus) -> Router {
    let schema = schema::builder().data(campus.app.clone()).finish();
    Router::new().route("/graphql", post(stock_graphql)).with_state((campus.app.clone(), schema))
}

async fn stock_graphql(
    State((app, schema)): State<(App, StockSchema)>,
    headers: HeaderMap,
    request: GraphQLRequest,
) -> Result<GraphQLResponse, StatusCode> {
    let is_signed_in = headers.contains_key(header::AUTHORIZATION);
    let viewer = if is_signed_in { Some(viewer(&app, &headers).await?) } else { None };
    let request = request.into_inner().data(Caller { viewer, ..nobody() });
    Ok(schema.execute(request).await.into())
}
