//! Forged access tokens over HTTP, key rotation, and clocks that are set.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::LOGIN;
use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

const REFRESH: &str = "mutation R($token: String!) {
    refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code path } }
}";

/// Returns the header and the claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON");
    let mut parts = token.split('.');
    (part(parts.next().expect("a header")), part(parts.next().expect("claims")))
}

/// Returns a token with any header and claims, signed with the node's own key.
fn signed(campus: &Campus, header: &Value, claims: &Value) -> String {
    let file = std::fs::read(campus.app.config.keys_file()).expect("the key file");
    let file: Value = serde_json::from_slice(&file).expect("JSON");
    let secret = URL_SAFE_NO_PAD.decode(file["keys"][0]["secret"].as_str().expect("a secret")).expect("base64url");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().expect("an object");
    match value {
        Value::Null => drop(members.remove(name)),
        value => drop(members.insert(name.to_owned(), value)),
    }
    object
}

fn with_token(person: &Person, token: impl Into<String>) -> Person {
    Person { access_token: Some(token.into()), ..person.clone() }
}

async fn status(person: &Person) -> u16 {
    person.execute("{ viewer { email } }", json!({})).await.status
}

#[rstest]
#[tokio::test]
async fn every_forged_token_gets_the_same_error(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let good = ada.access_token.clone().expect("a token");
    let (header, claims) = parts(&good);
    assert_eq!(
        status(&with_token(&ada, signed(&campus, &header, &claims))).await,
        200,
        "the helper creates valid tokens"
    );
    let (_, graces) = parts(grace.access_token.as_deref().expect("a token"));
    let exp = claims["exp"].as_i64().expect("an instant");

    let mut forged: Vec<(String, String)> = Vec::new();
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS512")),
        ("alg", json!("EdDSA")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("kid", json!("../../../dev/null")),
        ("kid", json!("' or 1=1 --")),
        ("kid", Value::Null),
        ("jku", json!("https://evil.example")),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("x5u", json!("https://evil.example")),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
    ] {
        forged.push((format!("header {name}: {value}"), signed(&campus, &with(&header, name, value), &claims)));
    }
    for (name, value) in [
        ("iss", json!("elsewhere")),
        ("aud", json!("elsewhere")),
        ("aud", json!(["studyhall"])),
        ("sub", graces["sub"].clone()),
        ("sid", graces["sid"].clone()),
        ("sub", json!("1")),
        ("sid", json!("1")),
        ("sub", json!(1)),
        ("exp", json!(exp.to_string())),
        ("exp", json!(exp - 606)),
        ("nbf", json!(exp + 6)),
        ("iat", json!(exp + 6)),
    ] {
        forged.push((format!("claim {name}: {value}"), signed(&campus, &header, &with(&claims, name, value))));
    }
    for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp"] {
        forged.push((format!("no {name}"), signed(&campus, &header, &with(&claims, name, Value::Null))));
    }
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let reversed: String = signature.chars().rev().collect();
    forged.extend([
        ("no signature".to_owned(), format!("{message}.")),
        ("two parts".to_owned(), message.to_owned()),
        ("another signature".to_owned(), format!("{message}.{reversed}")),
        ("padding".to_owned(), format!("{good}=")),
        ("repeated".to_owned(), format!("{good}.{good}")),
        ("a refresh token".to_owned(), ada.refresh_token.clone().expect("a token")),
        ("a mailed token".to_owned(), campus.mailed_token("ada@campus.example", 1).await),
        ("too long".to_owned(), "x".repeat(4_000)),
    ]);
    let mut answers = Vec::new();
    for (name, token) in forged {
        let answer = with_token(&ada, token).execute("{ viewer { email } }", json!({})).await;
        answers.push((name, answer.status, answer.codes(), answer.body));
    }
    // Also a token for the session of a cookie, and credentials that are no tokens.
    let cookie = campus.anonymous();
    let input = json!({ "identifier": "ada", "password": PASSWORD, "transport": "COOKIE" });
    cookie.execute(LOGIN, json!({ "input": input })).await.data();
    let (id,): (i64,) =
        studyhall::db::Query::one(&campus.app.db, "select id from sessions where transport = 'cookie'", &[])
            .await
            .expect("a session");
    let token = signed(&campus, &header, &with(&claims, "sid", json!(id.to_string())));
    let answer = with_token(&ada, token).execute("{ viewer { email } }", json!({})).await;
    answers.push(("of a cookie's session".to_owned(), answer.status, answer.codes(), answer.body));
    for scheme in ["Basic YWRhOmFkYQ==", "Bearer", "Bearer  ", "rubbish"] {
        let request = cookie.request(reqwest::Method::POST, "/graphql").header("authorization", scheme);
        let answer = Person::send(request.json(&json!({ "query": "{ viewer { email } }" }))).await;
        answers.push((scheme.to_owned(), answer.status, answer.codes(), answer.body));
    }
    let expected = answers[0].3.clone();
    for (name, status, codes, body) in answers {
        assert_eq!((status, codes, body), (401, vec!["UNAUTHENTICATED".to_owned()], expected.clone()), "{name}");
    }
    assert_eq!(status(&ada).await, 200);
}

#[rstest]
#[tokio::test]
async fn a_key_rotation_ends_no_session(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    campus.app.keys.rotate(campus.app.clock.now(), None).expect("the key is rotated");
    assert_eq!(status(&ada).await, 200);
    let answer = campus.anonymous().execute(REFRESH, json!({ "token": ada.refresh_token })).await;
    assert_eq!(answer.refusals("refreshSession"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_does_not_extend_a_refresh_token(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let start = campus.app.clock.now();
    let mut ada = campus.member("ada").await;
    campus.advance(Duration::from_hours(2));
    let first = ada.refresh_token.clone();
    let anonymous = campus.anonymous();
    let answer = anonymous.execute(REFRESH, json!({ "token": first })).await;
    ada.use_session(&answer.field("refreshSession"));

    campus.app.clock.set(start.plus(Duration::from_secs(2 * 60 * 60 - 4)));
    let again = anonymous.execute(REFRESH, json!({ "token": first })).await;
    assert_eq!(again.field("refreshSession")["session"]["refreshToken"], json!(ada.refresh_token));
    assert_eq!(status(&ada).await, 200, "the clocks of nodes can differ by a few seconds");

    campus.app.clock.set(start.plus(Duration::from_hours(1)));
    assert_eq!(status(&ada).await, 401, "the token was issued in the future");
    let current = ada.login().await;
    assert_eq!(status(&current).await, 200);
    let list = current.query("{ viewer { sessions { edges { node { isCurrent } } } } }").await;
    assert_eq!(list["viewer"]["sessions"]["edges"][0]["node"]["isCurrent"], json!(true), "the newest session is first");
    let replayed = anonymous.execute(REFRESH, json!({ "token": first })).await;
    assert_eq!(replayed.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    let stolen = anonymous.execute(REFRESH, json!({ "token": ada.refresh_token })).await;
    assert_eq!(stolen.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"], "the session has ended");
    assert_eq!(status(&current).await, 200);
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_by_minutes_signs_no_client_out(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mut ada = campus.member("ada").await;
    campus.advance(Duration::from_hours(1));
    let before = ada.refresh_token.clone();
    let anonymous = campus.anonymous();
    let answer = anonymous.execute(REFRESH, json!({ "token": before })).await;
    ada.use_session(&answer.field("refreshSession"));
    let socket = Socket::connect(&ada).await;
    campus.app.clock.set(campus.app.clock.now().minus(Duration::from_mins(5)));
    assert_eq!(status(&ada).await, 200, "the token that was issued before");
    // The response to the refresh was lost, and the client sends it again.
    let again = anonymous.execute(REFRESH, json!({ "token": before })).await;
    assert_eq!(again.field("refreshSession")["session"]["refreshToken"], json!(ada.refresh_token));
    let next = anonymous.execute(REFRESH, json!({ "token": ada.refresh_token })).await;
    ada.use_session(&next.field("refreshSession"));
    assert_eq!(status(&ada).await, 200);
    let mut socket = socket;
    assert!(socket.is_alive().await);
}

#[rstest]
#[tokio::test]
async fn a_clock_that_jumps_ends_expired_sessions_and_extends_no_delay(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let start = campus.app.clock.now();
    let ada = campus.member("ada").await;
    campus.advance(Duration::from_hours(31 * 24));
    assert_eq!(status(&ada).await, 401);
    let anonymous = campus.anonymous();
    for _ in 0..10 {
        anonymous.try_login("ada", "not the password").await;
    }
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
    campus.advance(Duration::from_secs(1));
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
    campus.app.clock.set(start);
    let back = ada.login().await;
    assert_eq!(status(&back).await, 200);
    for _ in 0..3 {
        let answer = anonymous
            .execute(
                "mutation { requestPasswordReset(input: { email: \"ada@campus.example\" }) { isRequested } }",
                json!({}),
            )
            .await;
        assert_eq!(answer.field("requestPasswordReset")["isRequested"], json!(true));
    }
}
