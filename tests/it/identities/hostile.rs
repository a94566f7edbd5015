//! What a hostile provider, or a page that pretends to be one, cannot do.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rstest::rstest;
use serde_json::{Value, json};

use super::provider::{CLIENT_ID, Provider, member, query_of, return_to_client, start, visit};
use crate::support::{Campus, Engine};

/// Returns whether anyone has registered.
async fn has_members(campus: &Campus) -> bool {
    !campus.anonymous().query(r#"{ usernameAvailable(username: "mallory") }"#).await["usernameAvailable"]
        .as_bool()
        .expect("a boolean")
}

#[rstest]
#[tokio::test]
async fn a_wrong_claim_signs_no_one_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    let now = campus.app.clock.now().unix_seconds();
    let wrong: [(&str, Value); 11] = [
        ("iss", json!("https://attacker.example")),
        ("iss", json!(format!("{}/", provider.issuer))),
        ("aud", json!("another client")),
        ("aud", json!([CLIENT_ID, "another client"])),
        ("azp", json!("another client")),
        ("nonce", json!("of another sign-in")),
        ("exp", json!(now - 60)),
        ("iat", json!(now + 61)),
        ("sub", json!("")),
        ("sub", json!("x".repeat(256))),
        ("exp", json!(null)),
    ];
    for (name, value) in wrong {
        let url = start(&client).await;
        let mut claims = provider.claims(&campus, "mallory");
        claims.insert(name.to_owned(), value.clone());
        let code = provider.authorize(&url, claims);
        assert_eq!(return_to_client(&client, &url, &code).await, "error=server_error", "{name}: {value}");
    }
    assert!(!has_members(&campus).await);

    // Within the leeway, and with the audience as a list.
    let mut claims = provider.claims(&campus, "mallory");
    claims.insert("iat".to_owned(), json!(now + 60));
    claims.insert("exp".to_owned(), json!(now - 59));
    claims.insert("aud".to_owned(), json!([CLIENT_ID, "another client"]));
    claims.insert("azp".to_owned(), json!(CLIENT_ID));
    provider.sign_in_with(&client, claims).await;
}

#[rstest]
#[tokio::test]
async fn a_forged_token_signs_no_one_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    let stranger = Provider::start().await;
    for kind in ["another key", "no signature", "a shared secret", "a changed payload", "no token", "no key id"] {
        let url = start(&client).await;
        let mut claims = provider.claims(&campus, "mallory");
        claims.insert("nonce".to_owned(), json!(query_of(&url)["nonce"]));
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let payload = text(&json!(claims));
        let token = match kind {
            "another key" => stranger.sign(&claims),
            "no signature" => format!("{}.{payload}.", text(&json!({ "alg": "none", "typ": "JWT" }))),
            "a shared secret" => {
                let header = Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::HS256) };
                encode(&header, &claims, &EncodingKey::from_secret(CLIENT_ID.as_bytes()).expect("a key"))
                    .expect("a token")
            }
            "a changed payload" => {
                let signed = provider.sign(&provider.claims(&campus, "ana"));
                let parts: Vec<&str> = signed.split('.').collect();
                format!("{}.{payload}.{}", parts[0], parts[2])
            }
            "no token" => "nothing".to_owned(),
            _ => {
                let signed = stranger.sign(&claims);
                let (_, rest) = signed.split_once('.').expect("three parts");
                format!("{}.{rest}", text(&json!({ "alg": "EdDSA" })))
            }
        };
        let code = provider.authorize_with(&url, token);
        assert_eq!(return_to_client(&client, &url, &code).await, "error=server_error", "{kind}");
    }
    assert!(!has_members(&campus).await);
}

#[rstest]
#[tokio::test]
async fn a_state_counts_once_at_its_own_provider(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    let url = start(&client).await;
    let code = provider.authorize(&url, provider.claims(&campus, "mallory"));
    let state = query_of(&url)["state"].clone();
    let query = [("state", state.as_str()), ("code", code.as_str())];
    assert_eq!(visit(&client, "other", &query).await, (400, None), "mixed up providers");
    assert_eq!(visit(&client, "campus", &query).await, (400, None), "the state is used up");
    for query in [vec![], vec![("code", "c")], vec![("state", "unknown"), ("code", "c")], vec![("state", "")]] {
        assert_eq!(visit(&client, "campus", &query).await.0, 400, "{query:?}");
    }
    assert_eq!(visit(&client, "nowhere", &query).await.0, 400);
    // The issuer of the response (RFC 9207) is another one.
    let url = start(&client).await;
    let code = provider.authorize(&url, provider.claims(&campus, "mallory"));
    let state = query_of(&url)["state"].clone();
    let query = [("state", state.as_str()), ("code", code.as_str()), ("iss", "https://attacker.example")];
    let (status, location) = visit(&client, "campus", &query).await;
    assert!(status == 303 && location.expect("a location").ends_with("#error=server_error"));
    assert!(!has_members(&campus).await);
}

#[rstest]
#[tokio::test]
async fn the_errors_of_a_provider_reach_the_client_if_clients_know_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    for (sent, received) in [
        ("access_denied", "access_denied"),
        ("temporarily_unavailable", "temporarily_unavailable"),
        ("<script>", "server_error"),
        ("x&code=1", "server_error"),
    ] {
        let state = query_of(&start(&client).await)["state"].clone();
        let (status, location) = visit(&client, "campus", &[("state", state.as_str()), ("error", sent)]).await;
        assert_eq!(status, 303);
        assert!(location.expect("a location").ends_with(&format!("#error={received}")), "{sent}");
    }
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_down_stops_new_sign_ins_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let ana = member(&provider, &campus, "ana").await;
    let client = campus.anonymous();
    let url = start(&client).await;
    let code = provider.authorize(&url, provider.claims(&campus, "mallory"));
    provider.go_down();
    assert_eq!(return_to_client(&client, &url, &code).await, "error=temporarily_unavailable");
    campus.advance(Duration::from_hours(1));
    let response = super::provider::try_start(&client, &super::provider::start_input(&client)).await;
    assert_eq!(response.codes(), ["UNAVAILABLE"]);
    let refresh =
        "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { session { accessToken } } }";
    let refreshed = ana.execute(refresh, json!({ "token": ana.refresh_token })).await;
    assert!(refreshed.field("refreshSession")["session"]["accessToken"].is_string(), "existing sessions continue");
}

#[rstest]
#[tokio::test]
async fn a_new_key_is_loaded_within_a_minute(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    member(&provider, &campus, "ana").await;
    provider.rotate_key();
    let client = campus.anonymous();
    let url = start(&client).await;
    let code = provider.authorize(&url, provider.claims(&campus, "ben"));
    assert_eq!(return_to_client(&client, &url, &code).await, "error=server_error", "keys are loaded once a minute");
    campus.advance(Duration::from_mins(1));
    assert_eq!(member(&provider, &campus, "ben").await.username, "ben");
}
