//! Linking and unlinking, and what members without a password can change.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::provider::{Provider, VERIFIER, finish, member};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const LINK: &str = "mutation Link($input: LinkIdentityInput!) {
    linkIdentity(input: $input) { identity { id label lastUsedAt } userErrors { code path limit } } }";

const UNLINK: &str = "mutation Unlink($input: UnlinkIdentityInput!) {
    unlinkIdentity(input: $input) { viewer { identities { id } } userErrors { code path } } }";

async fn link(
    provider: &Provider,
    campus: &Campus,
    person: &Person,
    subject: &str,
    password: Option<&str>,
) -> Response {
    let code = provider.sign_in(person, campus, subject).await;
    person.execute(LINK, json!({ "input": { "code": code, "codeVerifier": VERIFIER, "password": password } })).await
}

async fn unlink(person: &Person, id: &Value) -> Response {
    person.execute(UNLINK, json!({ "input": { "identityId": id } })).await
}

#[rstest]
#[tokio::test]
async fn a_linked_identity_signs_the_member_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let ada = campus.member("ada").await;
    let linked = link(&provider, &campus, &ada, "lovelace", None).await;
    assert_eq!(linked.field("linkIdentity")["identity"]["label"], json!("lovelace@uni.example"));
    let again = link(&provider, &campus, &ada, "lovelace", None).await;
    assert_eq!(again.field("linkIdentity"), linked.field("linkIdentity"), "linking twice changes nothing");
    let phone = member(&provider, &campus, "lovelace").await;
    assert_eq!(phone.username, "ada");
    let ben = campus.member("ben").await;
    assert_eq!(link(&provider, &campus, &ben, "lovelace", None).await.refusals("linkIdentity"), ["CONFLICT"]);
    let notices = "{ viewer { notifications { nodes { ... on SecurityNotification { notice } } } } }";
    let notices = ada.query(notices).await["viewer"]["notifications"]["nodes"].clone();
    assert!(notices.as_array().expect("a list").contains(&json!({ "notice": "IDENTITY_CHANGED" })), "{notices}");

    let id = linked.field("linkIdentity")["identity"]["id"].clone();
    assert_eq!(unlink(&ben, &id).await.refusals("unlinkIdentity"), ["NOT_FOUND input.identityId"]);
    assert_eq!(unlink(&ada, &id).await.field("unlinkIdentity")["viewer"]["identities"], json!([]));
    assert_eq!(phone.execute("{ viewer { email } }", json!({})).await.status, 401, "it started at the provider");
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn linking_needs_a_recent_sign_in_or_the_password(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let mut ada = campus.member("ada").await;
    campus.advance(Duration::from_mins(11));
    let refresh = "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code } } }";
    let refreshed = ada.execute(refresh, json!({ "token": ada.refresh_token })).await.field("refreshSession");
    ada.use_session(&refreshed);
    let without = link(&provider, &campus, &ada, "lovelace", None).await;
    assert_eq!(without.refusals("linkIdentity"), ["REAUTHENTICATION_REQUIRED input.password"]);
    let wrong = link(&provider, &campus, &ada, "lovelace", Some("not the password")).await;
    assert_eq!(wrong.refusals("linkIdentity"), ["CREDENTIALS_WRONG input.password"]);
    let with = link(&provider, &campus, &ada, "lovelace", Some(PASSWORD)).await;
    assert_eq!(with.refusals("linkIdentity"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_member_links_at_most_ten_identities(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let ada = campus.member("ada").await;
    for number in 0..10 {
        let linked = link(&provider, &campus, &ada, &format!("person{number}"), None).await;
        assert_eq!(linked.refusals("linkIdentity"), Vec::<String>::new());
    }
    let refused = link(&provider, &campus, &ada, "one more", None).await.field("linkIdentity");
    assert_eq!(refused["userErrors"], json!([{ "code": "QUOTA_EXCEEDED", "path": null, "limit": 10 }]));
}

#[rstest]
#[tokio::test]
async fn the_only_way_to_sign_in_stays_linked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let mut ana = member(&provider, &campus, "ana").await;
    let id = ana.query("{ viewer { identities { id } } }").await["viewer"]["identities"][0]["id"].clone();
    assert_eq!(unlink(&ana, &id).await.refusals("unlinkIdentity"), ["WRONG_STATE"]);
    let set = r#"mutation { changePassword(input: { newPassword: "a quiet reading room" }) {
        session { accessToken refreshToken } userErrors { code path } } }"#;
    ana.use_session(&ana.execute(set, json!({})).await.field("changePassword"));
    assert_eq!(ana.query("{ viewer { hasPassword } }").await["viewer"]["hasPassword"], json!(true));
    assert_eq!(unlink(&ana, &id).await.refusals("unlinkIdentity"), Vec::<String>::new());
    assert_eq!(ana.try_login("ana", "a quiet reading room").await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_member_without_a_password_signs_in_again_for_a_sensitive_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let mut ana = member(&provider, &campus, "ana").await;
    campus.advance(Duration::from_mins(11));
    let refresh = "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code } } }";
    let refreshed = ana.execute(refresh, json!({ "token": ana.refresh_token })).await.field("refreshSession");
    ana.use_session(&refreshed);
    let email = r#"mutation { changeEmail(input: { newEmail: "new@uni.example" }) { userErrors { code path } } }"#;
    let delete = "mutation { deleteAccount(input: {}) { isDeleted userErrors { code path } } }";
    let required = ["REAUTHENTICATION_REQUIRED input.password"];
    assert_eq!(ana.execute(email, json!({})).await.refusals("changeEmail"), required);
    assert_eq!(ana.execute(delete, json!({})).await.refusals("deleteAccount"), required);
    let sessions = "{ viewer { sessions { totalCount } } }";
    let before = ana.query(sessions).await;

    let code = provider.sign_in(&ana, &campus, "ana").await;
    let payload = finish(&ana, &code).await.field("finishIdentityLogin");
    assert_eq!(payload["isNewMember"], json!(false));
    ana.use_session(&payload);
    assert_eq!(ana.query(sessions).await, before, "the session was renewed");
    assert_eq!(ana.execute(email, json!({})).await.refusals("changeEmail"), Vec::<String>::new());
    assert_eq!(ana.execute(delete, json!({})).await.field("deleteAccount")["isDeleted"], json!(true));

    // A member with a password has to enter it.
    let ada = campus.member("ada").await;
    assert_eq!(ada.execute(email, json!({})).await.refusals("changeEmail"), ["CREDENTIALS_WRONG input.password"]);
    assert_eq!(ada.execute(delete, json!({})).await.refusals("deleteAccount"), ["CREDENTIALS_WRONG input.password"]);
}
