//! Sessions in a cookie.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::session_cache::SessionCache;

use crate::support::people::{LOGIN, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Returns the cookies that a response sets.
fn cookies(answer: &Response) -> Vec<String> {
    let values = answer.headers.get_all("set-cookie").iter();
    values.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
}

fn find_session_cookie(answer: &Response) -> Option<String> {
    cookies(answer).into_iter().find(|cookie| !cookie.starts_with("studyhall-device"))
}

fn session_cookie(answer: &Response) -> String {
    find_session_cookie(answer).expect("a session cookie")
}

fn is_cookie_deleted(answer: &Response) -> bool {
    find_session_cookie(answer).is_some_and(|cookie| cookie.contains("=;") && cookie.contains("Max-Age=0"))
}

async fn sign_in(person: &Person) -> Response {
    let input = json!({ "identifier": "ada", "password": PASSWORD, "transport": "COOKIE" });
    person.execute(LOGIN, json!({ "input": input })).await
}

/// Sends an operation as a browser does: with the cookie, and with the origin of the page, if there is one.
async fn execute_in_browser(
    person: &Person,
    cookie: &str,
    origin: Option<&str>,
    accept: &str,
    query: &str,
) -> Response {
    let pair = cookie.split(';').next().expect("a pair");
    let request = person.request(reqwest::Method::POST, "/graphql").header("cookie", pair).header("accept", accept);
    let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
    Person::send(request.json(&json!({ "query": query }))).await
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

#[rstest]
#[tokio::test]
async fn a_cookie_carries_the_session_and_the_response_contains_no_tokens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let browser = campus.anonymous();
    let answer = sign_in(&browser).await;
    let session = answer.field("login")["session"].clone();
    assert_eq!((&session["accessToken"], &session["refreshToken"]), (&Value::Null, &Value::Null));
    let cookie = session_cookie(&answer);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
    }

    let own = format!("http://{}", campus.address);
    let viewer = execute_in_browser(&browser, &cookie, Some(&own), JSON, "{ viewer { user { username } } }").await;
    assert_eq!(viewer.field("viewer")["user"]["username"], json!("ada"));
    let foreign =
        execute_in_browser(&browser, &cookie, Some("https://evil.example"), JSON, "{ viewer { email } }").await;
    assert_eq!(foreign.status, 403);

    let out = execute_in_browser(&browser, &cookie, Some(&own), JSON, "mutation { logout { isLoggedOut } }").await;
    assert!(is_cookie_deleted(&out));
    let settings = execute_in_browser(&browser, &cookie, Some(&own), JSON, "{ posts { totalCount } }").await;
    assert_eq!((settings.status, is_cookie_deleted(&settings)), (401, true));
}

#[rstest]
#[tokio::test]
async fn a_mutation_over_an_event_stream_sets_cookies_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let browser = campus.anonymous();
    let cookie = session_cookie(&sign_in(&browser).await);
    let own = format!("http://{}", campus.address);
    let out = execute_in_browser(&browser, &cookie, Some(&own), EVENTS, "mutation { logout { isLoggedOut } }").await;
    assert!(out.body.as_str().is_some_and(|events| events.contains(r#"{"isLoggedOut":true}"#)), "{}", out.body);
    assert!(is_cookie_deleted(&out));
}

#[rstest]
#[tokio::test]
async fn an_expired_cookie_does_not_spoil_what_others_are_reading(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let browser = campus.anonymous();
    let cookie = session_cookie(&sign_in(&browser).await);
    campus.advance(Duration::from_hours(24 * 400));
    let own = format!("http://{}", campus.address);
    let sessions = campus.app.state::<SessionCache>();
    let before = sessions.epoch();
    for _ in 0..3 {
        let answer = execute_in_browser(&browser, &cookie, Some(&own), JSON, "{ posts { totalCount } }").await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(sessions.epoch(), before);
}
