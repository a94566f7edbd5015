//! Known devices, delays after many wrong passwords, and sessions that end while they are read or watched.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::SessionId;
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::accounts::session_cache::{SessionCache, SessionChange};
use studyhall::accounts::sessions::store;
use studyhall::db::Query;

use crate::support::people::{LOGIN, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Sends a login with this device cookie.
async fn login_from(person: &Person, device: &str, username: &str, password: &str) -> Response {
    let cookie = format!("studyhall-device-{}={device}", person.address.port());
    let request = person.request(reqwest::Method::POST, "/graphql").header("cookie", cookie);
    let input = json!({ "identifier": username, "password": password });
    Person::send(request.json(&json!({ "query": LOGIN, "variables": { "input": input } }))).await
}

/// Returns the secret of the device cookie that a response sets, and the complete cookie.
fn device_cookie(answer: &Response) -> (String, String) {
    let headers = answer.headers.get_all("set-cookie").iter().filter_map(|header| header.to_str().ok());
    let cookie =
        headers.into_iter().find(|cookie| cookie.starts_with("studyhall-device-")).expect("a device cookie").to_owned();
    let value = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
    (value, cookie)
}

#[rstest]
#[tokio::test]
async fn a_known_device_is_not_delayed_by_failures_of_others_and_can_be_shared(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.member("grace").await;
    let anonymous = campus.anonymous();
    let (device, cookie) = device_cookie(&anonymous.try_login("ada", PASSWORD).await);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
    }
    assert_eq!(
        device_cookie(&login_from(&anonymous, &device, "grace", PASSWORD).await).0,
        device,
        "one cookie for both accounts"
    );
    for name in ["ada", "grace", "ada@campus.example"] {
        for _ in 0..10 {
            anonymous.try_login(name, "not the password").await;
        }
        assert_eq!(anonymous.try_login(name, PASSWORD).await.codes(), ["RATE_LIMITED"]);
        let answer = login_from(&anonymous, &device, name, PASSWORD).await;
        assert_eq!(answer.refusals("login"), Vec::<String>::new(), "{name}");
    }
    for _ in 0..10 {
        login_from(&anonymous, &device, "ada", "not the password").await;
    }
    assert_eq!(
        login_from(&anonymous, &device, "ada", PASSWORD).await.codes(),
        ["RATE_LIMITED"],
        "the device has its own counter"
    );
}

#[rstest]
#[tokio::test]
async fn a_planted_device_cookie_is_not_accepted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    let planted = "p".repeat(43);
    let answer = login_from(&anonymous, &planted, "ada", PASSWORD).await;
    assert_ne!(device_cookie(&answer).0, planted);
    for _ in 0..10 {
        anonymous.try_login("ada", "not the password").await;
    }
    assert_eq!(login_from(&anonymous, &planted, "ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn an_account_with_a_hundred_wrong_passwords_accepts_one_attempt_a_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    for _ in 0..100 {
        assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        campus.advance(Duration::from_mins(15));
    }
    let wait = async || {
        let answer = anonymous.try_login("ada", PASSWORD).await;
        assert_eq!(answer.codes(), ["RATE_LIMITED"]);
        answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_u64()
    };
    assert_eq!(wait().await, Some(24 * 60 * 60 - 15 * 60));
    for _ in 0..3 {
        campus.advance(Duration::from_hours(24));
        assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        assert_eq!(wait().await, Some(24 * 60 * 60));
    }
    campus.advance(Duration::from_hours(24));
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(
        anonymous.try_login("ada", PASSWORD).await.refusals("login"),
        Vec::<String>::new(),
        "the correct password reset the counter"
    );
}

async fn only_session(campus: &Campus) -> SessionId {
    let (id,): (SessionId,) = campus.app.db.one("select id from sessions", &[]).await.expect("a session");
    id
}

#[rstest]
#[tokio::test]
async fn a_session_that_ends_while_it_is_read_is_not_cached(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let app = &campus.app;
    let epoch = app.state::<SessionCache>().epoch();
    let session = store::by_id(&app.db, only_session(&campus).await, app.clock.now())
        .await
        .expect("the database answers")
        .expect("a session");
    ada.query("mutation { logout { isLoggedOut } }").await;
    app.state::<SessionCache>().insert(app, session, epoch);
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
}

#[rstest]
#[tokio::test]
async fn a_watch_on_a_session_that_is_not_cached_completes_when_the_session_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = only_session(&campus).await;
    // As after an eviction from the cache: the session is active but not cached.
    let token = ada.access_token.clone().expect("a token");
    let viewer = authenticate(&campus.app, &Credential::Bearer(token.into())).await.expect("a session");
    campus.app.state::<SessionCache>().end(id);
    let mut watch = campus.app.state::<SessionCache>().watch(&campus.app, viewer);
    tokio::select! {
        biased;
        change = watch.changed() => panic!("the session is active: {change:?}"),
        seen = ada.query("{ viewer { email } }") => assert_ne!(seen["viewer"], Value::Null),
    }
    let (change, out) = tokio::join!(watch.changed(), ada.query("mutation { logout { isLoggedOut } }"));
    assert_eq!(change, SessionChange::Ended);
    assert_eq!(out["logout"]["isLoggedOut"], json!(true));
}

#[rstest]
#[tokio::test]
async fn a_locked_account_reveals_the_lock_only_after_the_correct_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let now = campus.app.clock.now();
    campus.app.db.run("update accounts set locked_at = $1", &[&now]).await.expect("the account is locked");
    campus.app.state::<SessionCache>().end(only_session(&campus).await);
    let anonymous = campus.anonymous();
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    let refresh =
        "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { userErrors { code path } } }";
    let answer = anonymous.execute(refresh, json!({ "token": ada.refresh_token })).await;
    assert_eq!(answer.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}
