//! The baseline, a server without GraphQL: axum, sqlx with its own SQLite driver, the same check of the access token,
//! the same statements on the same file.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::{Encode, FromRow, Type};
use sqlx_sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use studyhall::accounts::AccountId;
use studyhall::app::App;
use studyhall::graphql::GlobalId;
use studyhall::posts::store::NEWEST_PAGE;
use studyhall::profiles::details::store::LINKS_OF;
use studyhall::profiles::store::{BY_ID, BY_IDS, SKILLS_OF};

use crate::campus::Campus;
use crate::servers::authenticate_headers;

pub async fn router(campus: &Campus) -> Router {
    let options = SqliteConnectOptions::new().filename(campus.database()).read_only(true);
    let readers = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
    let readers = readers.connect_with(options).await.expect("the file opens");
    Router::new()
        .route("/user", post(user))
        .route("/profile", post(profile))
        .route("/feed", post(feed))
        .route("/static", post(async |_: Bytes| Json(serde_json::json!({ "data": { "__typename": "Query" } }))))
        .with_state(Baseline { app: campus.app.clone(), readers })
}

#[derive(Clone)]
struct Baseline {
    app: App,
    readers: SqlitePool,
}

/// A statement of Studyhall with its bound values.
struct Statement(&'static str, SqliteArguments);

type HandlerResult<T> = Result<T, StatusCode>;

impl Statement {
    fn new(sql: &'static str) -> Self {
        Self(sql, SqliteArguments::default())
    }

    fn bind<'q>(mut self, value: impl Encode<'q, Sqlite> + Type<Sqlite>) -> HandlerResult<Self> {
        sqlx::Arguments::add(&mut self.1, value).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(self)
    }

    /// Binds ids as JSON, as `db::List` does.
    fn bind_ids(self, ids: impl Iterator<Item = i64>) -> HandlerResult<Self> {
        let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
        self.bind(format!("[{}]", ids.join(",")))
    }

    async fn all<T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin>(self, baseline: &Baseline) -> HandlerResult<Vec<T>> {
        let rows = sqlx::query_as_with(self.0, self.1).fetch_all(&baseline.readers).await;
        rows.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[derive(Deserialize)]
struct UserInput {
    id: String,
}

#[derive(Clone, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub struct User {
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

async fn load_user(baseline: &Baseline, headers: &HeaderMap, input: UserInput) -> HandlerResult<User> {
    let viewer = authenticate_headers(&baseline.app, headers).await?;
    let id = AccountId::from_global(&input.id.into()).ok_or(StatusCode::NOT_FOUND)?;
    let found = Statement::new(BY_ID).bind(viewer.account.0)?.bind(id.0)?.all(baseline).await?;
    found.into_iter().next().ok_or(StatusCode::NOT_FOUND)
}

async fn user(
    State(baseline): State<Baseline>,
    headers: HeaderMap,
    Json(input): Json<UserInput>,
) -> HandlerResult<impl IntoResponse> {
    load_user(&baseline, &headers, input).await.map(Json)
}

#[derive(Serialize, FromRow)]
struct Links {
    linkedin: Option<String>,
    facebook: Option<String>,
    github: Option<String>,
    instagram: Option<String>,
    twitter: Option<String>,
    youtube: Option<String>,
    website: Option<String>,
    description: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    user: User,
    skills: Vec<String>,
    social_links: Option<Links>,
}

async fn profile(
    State(baseline): State<Baseline>,
    headers: HeaderMap,
    Json(input): Json<UserInput>,
) -> HandlerResult<Json<Profile>> {
    let user = load_user(&baseline, &headers, input).await?;
    let ids = || std::iter::once(user.id);
    let skills: Vec<(i64, String)> = Statement::new(SKILLS_OF).bind_ids(ids())?.all(&baseline).await?;
    let links: Vec<Links> = Statement::new(LINKS_OF).bind_ids(ids())?.all(&baseline).await?;
    let skills = skills.into_iter().map(|(_, skill)| skill).collect();
    Ok(Json(Profile { skills, social_links: links.into_iter().next(), user }))
}

#[derive(Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    id: i64,
    author_id: i64,
    number: i64,
    text: String,
    published_at: i64,
    edited_at: Option<i64>,
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    post: Post,
    author: Option<User>,
}

#[derive(Deserialize)]
struct FeedInput {
    first: i64,
}

async fn feed(
    State(baseline): State<Baseline>,
    headers: HeaderMap,
    Json(input): Json<FeedInput>,
) -> HandlerResult<Json<Vec<Entry>>> {
    let viewer = authenticate_headers(&baseline.app, &headers).await?.account.0;
    let page = Statement::new(NEWEST_PAGE).bind(viewer)?.bind(i64::MAX)?.bind(i64::MIN)?.bind(input.first + 1)?;
    let mut posts: Vec<Post> = page.all(&baseline).await?;
    posts.truncate(usize::try_from(input.first).unwrap_or_default());
    let authors = Statement::new(BY_IDS).bind(viewer)?.bind_ids(posts.iter().map(|post| post.author_id))?;
    let authors: Vec<User> = authors.all(&baseline).await?;
    let authors: HashMap<i64, User> = authors.into_iter().map(|user| (user.id, user)).collect();
    Ok(Json(posts.into_iter().map(|post| Entry { author: authors.get(&post.author_id).cloned(), post }).collect()))
}
