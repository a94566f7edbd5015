//! The servers that are compared, together in a process of their own.
//!
//! `ours` is the whole program. `bare` is what somebody would write without GraphQL: axum, sqlx, the same check of the
//! token, the same statement on the same file. `stock` is the framework's own handler over the same schema: it parses and
//! validates every document anew, and does without what ours is for (limits, statuses, deadlines, a place for each
//! operation), so it passes 46 of the 61 published audits and ours all.

use std::io::{Read, stdin};
use std::net::SocketAddr;

use async_graphql::Schema;
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePoolOptions};
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::accounts::{AccountId, Viewer};
use studyhall::app::App;
use studyhall::graphql::{Caller, GlobalId};
use studyhall::http;
use studyhall::profiles::store::BY_ID;
use studyhall::schema::{self, Mutation, Query, Subscription};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::campus::{CHEAP, Campus, nobody};

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
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new("info")).with_writer(std::io::sink).init();
    let campus = Campus::open(CHEAP).await;
    let ada = campus.member("ada").await;
    let invitation = Invitation {
        ours: serve_ours(&campus).await,
        bare: serve(bare(&campus).await).await,
        stock: serve(stock(&campus)).await,
        user: ada.id,
        token: ada.token,
    };
    println!("{}", serde_json::to_string(&invitation).expect("it is JSON"));
    let wait = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    wait.await.expect("the thread ends").expect("the input ends");
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

async fn viewer(app: &App, headers: &HeaderMap) -> Result<Viewer, StatusCode> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
    authenticate(app, &Credential::Bearer(token.into())).await.map_err(|_| StatusCode::UNAUTHORIZED)
}

#[derive(Clone)]
struct Bare {
    app: App,
    readers: SqlitePool,
}

#[derive(Deserialize)]
struct Wanted {
    id: String,
}

#[derive(Serialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
struct User {
    id: i64,
    username: String,
    is_guest: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    field_of_study: Option<String>,
    study_year: Option<i64>,
    about: Option<String>,
    joined_at: i64,
}

async fn bare(campus: &Campus) -> Router {
    let options = SqliteConnectOptions::new().filename(campus.database()).read_only(true);
    let readers = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
    let readers = readers.connect_with(options).await.expect("the file opens");
    Router::new()
        .route("/user", post(bare_user))
        .route("/static", post(async |_: Bytes| Json(serde_json::json!({ "data": { "__typename": "Query" } }))))
        .with_state(Bare { app: campus.app.clone(), readers })
}

async fn bare_user(
    State(bare): State<Bare>,
    headers: HeaderMap,
    Json(wanted): Json<Wanted>,
) -> Result<impl IntoResponse, StatusCode> {
    let viewer = viewer(&bare.app, &headers).await?;
    let id = AccountId::from_global(&wanted.id.into()).ok_or(StatusCode::NOT_FOUND)?;
    let mut arguments = SqliteArguments::default();
    for bind in [viewer.account, id] {
        sqlx::Arguments::add(&mut arguments, bind.0).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    }
    let user: Option<User> = sqlx::query_as_with(BY_ID, arguments)
        .fetch_optional(&bare.readers)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    user.map(Json).ok_or(StatusCode::NOT_FOUND)
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
