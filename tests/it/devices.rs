//! Known devices, long guessing, and sessions that end while somebody looks.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::SessionId;
use studyhall::accounts::live_sessions::LiveSessions;
use studyhall::accounts::sessions::store;
use studyhall::db::Query;

use crate::support::people::{LOGIN, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Tries to sign in from a device with this mark.
async fn login_from(person: &Person, device: &str, username: &str, password: &str) -> Response {
    let request =
        person.request(reqwest::Method::POST, "/graphql").header("cookie", format!("studyhall-device={device}"));
    let input = json!({ "identifier": username, "password": password });
    Person::send(request.json(&json!({ "query": LOGIN, "variables": { "input": input } }))).await
}

/// The mark that an answer leaves on the device, with its cookie.
fn mark(answer: &Response) -> (String, String) {
    let headers = answer.headers.get_all("set-cookie").iter().filter_map(|header| header.to_str().ok());
    let cookie = headers.into_iter().find(|cookie| cookie.starts_with("studyhall-device=")).expect("a mark").to_owned();
    let value = cookie["studyhall-device=".len()..].split(';').next().expect("a value").to_owned();
    (value, cookie)
}

#[rstest]
#[tokio::test]
async fn a_known_device_is_not_slowed_by_others_and_may_be_shared(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.member("grace").await;
    let nobody = campus.anonymous();
    let (device, cookie) = mark(&nobody.try_login("ada", PASSWORD).await);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
    }
    assert_eq!(mark(&login_from(&nobody, &device, "grace", PASSWORD).await).0, device, "the same for both");
    for name in ["ada", "grace", "ada@campus.example"] {
        for _ in 0..10 {
            nobody.try_login(name, "not the password").await;
        }
        assert_eq!(nobody.try_login(name, PASSWORD).await.codes(), ["RATE_LIMITED"]);
        let answer = login_from(&nobody, &device, name, PASSWORD).await;
        assert_eq!(answer.refusals("login"), Vec::<String>::new(), "{name}");
    }
    for _ in 0..10 {
        login_from(&nobody, &device, "ada", "not the password").await;
    }
    assert_eq!(login_from(&nobody, &device, "ada", PASSWORD).await.codes(), ["RATE_LIMITED"], "it has its own counter");
}

#[rstest]
#[tokio::test]
async fn a_mark_that_was_planted_is_not_taken(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let nobody = campus.anonymous();
    let planted = "p".repeat(43);
    let answer = login_from(&nobody, &planted, "ada", PASSWORD).await;
    assert_ne!(mark(&answer).0, planted);
    for _ in 0..10 {
        nobody.try_login("ada", "not the password").await;
    }
    assert_eq!(login_from(&nobody, &planted, "ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn after_a_hundred_wrong_passwords_there_is_one_a_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let nobody = campus.anonymous();
    for _ in 0..100 {
        assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        campus.advance(Duration::from_mins(15));
    }
    let wait = async || {
        let answer = nobody.try_login("ada", PASSWORD).await;
        assert_eq!(answer.codes(), ["RATE_LIMITED"]);
        answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_u64()
    };
    assert_eq!(wait().await, Some(24 * 60 * 60 - 15 * 60));
    for _ in 0..3 {
        campus.advance(Duration::from_hours(24));
        assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        assert_eq!(wait().await, Some(24 * 60 * 60));
    }
    campus.advance(Duration::from_hours(24));
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
    assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new(), "all is forgiven");
}

async fn only_session(campus: &Campus) -> SessionId {
    let (id,): (SessionId,) = campus.app.db.one("select id from sessions", &[]).await.expect("a session");
    id
}

#[rstest]
#[tokio::test]
async fn a_session_that_ends_while_it_is_read_is_not_kept(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let app = &campus.app;
    let epoch = app.state::<LiveSessions>().epoch();
    let session = store::by_id(&app.db, only_session(&campus).await).await.expect("it is read").expect("a session");
    ada.query("mutation { logout { isLoggedOut } }").await;
    app.state::<LiveSessions>().insert(app, session, epoch);
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
}

#[rstest]
#[tokio::test]
async fn the_end_of_a_session_is_heard_by_whoever_came_before_it_was_known(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = only_session(&campus).await;
    // As after a flood of others: the session lives, and this node has forgotten it.
    campus.app.state::<LiveSessions>().end(id);
    let mut watch = campus.app.state::<LiveSessions>().watch(&campus.app, id);
    tokio::select! {
        biased;
        () = watch.ended() => panic!("it lives"),
        seen = ada.query("{ viewer { email } }") => assert_ne!(seen["viewer"], Value::Null),
    }
    let ((), out) = tokio::join!(watch.ended(), ada.query("mutation { logout { isLoggedOut } }"));
    assert_eq!(out["logout"]["isLoggedOut"], json!(true));
}

#[rstest]
#[tokio::test]
async fn a_locked_account_signs_nobody_in_and_says_so_to_its_owner_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let now = campus.app.clock.now();
    campus.app.db.run("update accounts set locked_at = $1", &[&now]).await.expect("it is locked");
    campus.app.state::<LiveSessions>().end(only_session(&campus).await);
    let nobody = campus.anonymous();
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
    assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    let refresh =
        "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { userErrors { code path } } }";
    let answer = nobody.execute(refresh, json!({ "token": ada.refresh_token })).await;
    assert_eq!(answer.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}
