//! The end of a session here and at the provider.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::provider::{Provider, finish, member, query_of};
use crate::support::{Campus, Engine, Person};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Returns the claims of a logout token for a person.
fn logout_claims(provider: &Provider, campus: &Campus, id: &str, rest: &Value) -> Map<String, Value> {
    let now = campus.app.clock.now().unix_seconds();
    let claims = json!({ "iss": provider.issuer, "aud": "studyhall", "iat": now, "exp": now + 120, "jti": id,
        "events": { EVENT: {} } });
    let mut claims = claims.as_object().expect("an object").clone();
    claims.extend(rest.as_object().expect("an object").clone());
    claims
}

async fn report_logout(campus: &Campus, slug: &str, token: &str) -> u16 {
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
    let request = campus.anonymous().request(reqwest::Method::POST, &format!("/oidc/{slug}/backchannel-logout"));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    Person::send(request).await.status
}

async fn is_signed_in(person: &Person) -> bool {
    person.execute("{ viewer { email } }", json!({})).await.status == 200
}

async fn member_with_session(provider: &Provider, campus: &Campus, subject: &str, session: &str) -> Person {
    let mut client = campus.anonymous();
    let mut claims = provider.claims(campus, subject);
    claims.insert("sid".to_owned(), json!(session));
    let code = provider.sign_in_with(&client, claims).await;
    client.use_session(&finish(&client, &code).await.field("finishIdentityLogin"));
    client
}

#[rstest]
#[tokio::test]
async fn a_logout_at_the_provider_ends_the_sessions_that_it_names(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let laptop = member_with_session(&provider, &campus, "ana", "s1").await;
    let phone = member_with_session(&provider, &campus, "ana", "s2").await;
    let other = member_with_session(&provider, &campus, "ben", "s3").await;
    let token = provider.sign(&logout_claims(&provider, &campus, "1", &json!({ "sid": "s1", "sub": "ana" })));
    assert_eq!(report_logout(&campus, "campus", &token).await, 200);
    assert_eq!((is_signed_in(&laptop).await, is_signed_in(&phone).await), (false, true));
    assert_eq!(report_logout(&campus, "campus", &token).await, 400, "a token counts once");
    let token = provider.sign(&logout_claims(&provider, &campus, "2", &json!({ "sub": "ana" })));
    assert_eq!(report_logout(&campus, "campus", &token).await, 200);
    assert_eq!((is_signed_in(&phone).await, is_signed_in(&other).await), (false, true));
}

#[rstest]
#[tokio::test]
async fn a_wrong_logout_token_ends_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let ana = member_with_session(&provider, &campus, "ana", "s1").await;
    let now = campus.app.clock.now().unix_seconds();
    let subject = json!({ "sub": "ana" });
    for rest in [
        json!({ "sub": "ana", "nonce": "of a sign-in" }),
        json!({ "sub": "ana", "events": {} }),
        json!({ "sub": "ana", "events": { EVENT: "text" } }),
        json!({ "sub": "ana", "aud": "another client" }),
        json!({ "sub": "ana", "iss": "https://attacker.example" }),
        json!({ "sub": "ana", "iat": now - 601 }),
        json!({ "sub": "ana", "iat": now + 61 }),
        json!({ "sub": "ana", "exp": now - 60 }),
        json!({ "sub": "ana", "jti": null }),
        json!({}),
    ] {
        let token = provider.sign(&logout_claims(&provider, &campus, "1", &rest));
        assert_eq!(report_logout(&campus, "campus", &token).await, 400, "{rest}");
    }
    let stranger = Provider::start().await;
    let forged = stranger.sign(&logout_claims(&provider, &campus, "1", &subject));
    assert_eq!(report_logout(&campus, "campus", &forged).await, 400, "forged");
    let valid = provider.sign(&logout_claims(&provider, &campus, "1", &subject));
    assert_eq!(report_logout(&campus, "nowhere", &valid).await, 404);
    assert_eq!(report_logout(&campus, "campus", "").await, 400);
    assert_eq!(report_logout(&campus, "campus", &"x".repeat(17_000)).await, 413);
    assert!(is_signed_in(&ana).await);
}

#[rstest]
#[tokio::test]
async fn a_logout_reported_to_one_node_ends_sessions_on_another() {
    let provider = Provider::start().await;
    let campus = provider.campus(Engine::Postgres, &[]).await;
    let flag = provider.file_flag();
    let other_node = campus.another_node(&[&flag]).await;
    let ana = other_node.client_for(&member(&provider, &campus, "ana").await);
    assert!(is_signed_in(&ana).await);
    let token = provider.sign(&logout_claims(&provider, &campus, "1", &json!({ "sub": "ana" })));
    assert_eq!(report_logout(&campus, "campus", &token).await, 200);
    let ended = async { while is_signed_in(&ana).await {} };
    timeout(Duration::from_secs(2), ended).await.expect("the session ends within two seconds");
    other_node.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_logout_here_offers_the_logout_at_the_provider(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let logout = "mutation { logout { isLoggedOut endSessionUrl } }";
    let ana = member(&provider, &campus, "ana").await;
    let url = ana.query(logout).await["logout"]["endSessionUrl"].as_str().expect("a URL").to_owned();
    assert!(url.starts_with(&format!("{}/logout?", provider.issuer)), "{url}");
    assert_eq!(query_of(&url.parse().expect("a URL"))["client_id"], "studyhall");
    let ada = campus.member("ada").await;
    assert_eq!(ada.query(logout).await["logout"], json!({ "isLoggedOut": true, "endSessionUrl": null }));
}
