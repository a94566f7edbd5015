//! From the button to a session: the first sign-in and the next ones.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::accounts::staff;

use super::provider::{Provider, finish, finish_with, member, start, try_start, visit};
use crate::support::{Campus, Engine, PASSWORD};

const ENTER: &str = r#"mutation { enterLobby(input: { pseudonym: "owl" }) {
    session { accessToken refreshToken } userErrors { code } } }"#;

#[rstest]
#[tokio::test]
async fn the_first_sign_in_creates_a_member_and_the_next_one_finds_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let mut client = campus.anonymous();
    let code = provider.sign_in(&client, &campus, "ana.popescu").await;
    let payload = finish(&client, &code).await.field("finishIdentityLogin");
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["isNewMember"], json!(true));
    let viewer = &payload["viewer"];
    assert_eq!((&viewer["email"], &viewer["isEmailConfirmed"]), (&json!("ana.popescu@uni.example"), &json!(true)));
    assert_eq!((&viewer["user"]["username"], &viewer["hasPassword"]), (&json!("ana.popescu"), &json!(false)));
    assert_eq!((&viewer["user"]["firstName"], &viewer["user"]["lastName"]), (&json!("Ana"), &json!("Popescu")));
    assert_eq!(viewer["identities"][0]["label"], json!("ana.popescu@uni.example"));
    assert_eq!(viewer["identities"][0]["provider"], json!({ "slug": "campus", "name": "Campus account" }));
    client.use_session(&payload);
    let id = viewer["identities"][0]["id"].as_str().expect("an id");
    let node = client.query(&format!("{{ node(id: \"{id}\") {{ __typename id }} }}")).await;
    assert_eq!(node["node"], json!({ "__typename": "Identity", "id": id }));

    let code = provider.sign_in(&client, &campus, "ana.popescu").await;
    let again = finish(&campus.anonymous(), &code).await.field("finishIdentityLogin");
    assert_eq!((&again["isNewMember"], &again["viewer"]["user"]["id"]), (&json!(false), &viewer["user"]["id"]));
}

#[rstest]
#[tokio::test]
async fn a_taken_username_gets_a_number(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    campus.member("ana").await;
    assert_eq!(member(&provider, &campus, "ana").await.username, "ana2");
    // No username can be made of these.
    for name in ["", "!!", "admin"] {
        let mut claims = provider.claims(&campus, &format!("subject{}", name.len()));
        claims.insert("preferred_username".to_owned(), json!(name));
        claims.insert("email".to_owned(), json!("@"));
        let code = provider.sign_in_with(&campus.anonymous(), claims).await;
        let payload = finish(&campus.anonymous(), &code).await.field("finishIdentityLogin");
        assert_eq!(payload["userErrors"], json!([]), "{name:?}");
        assert_eq!(payload["viewer"]["email"], json!(null), "{name:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_guest_becomes_a_member_and_keeps_the_id(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let mut guest = campus.anonymous();
    guest.use_session(&guest.execute(ENTER, json!({})).await.field("enterLobby"));
    let before = guest.query("{ viewer { user { id } } }").await;
    let code = provider.sign_in(&guest, &campus, "ana").await;
    let payload = finish(&guest, &code).await.field("finishIdentityLogin");
    assert_eq!(payload["isNewMember"], json!(true));
    assert_eq!(payload["viewer"]["user"]["id"], before["viewer"]["user"]["id"]);
    assert_eq!(
        guest.execute("{ viewer { email } }", json!({})).await.status,
        401,
        "the session of the guest has ended"
    );
}

#[rstest]
#[tokio::test]
async fn a_code_is_valid_once_for_a_minute_and_with_its_verifier(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    let invalid = ["TOKEN_INVALID input.code"];

    let code = provider.sign_in(&client, &campus, "ana").await;
    assert_eq!(finish_with(&client, &code, &"x".repeat(50)).await.refusals("finishIdentityLogin"), invalid);
    let used = finish(&client, &code).await.refusals("finishIdentityLogin");
    assert_eq!(used, invalid, "a wrong verifier uses the code up");

    let code = provider.sign_in(&client, &campus, "ana").await;
    campus.advance(Duration::from_mins(1));
    assert_eq!(finish(&client, &code).await.refusals("finishIdentityLogin"), invalid, "late");

    let code = provider.sign_in(&client, &campus, "ana").await;
    let both = tokio::join!(finish(&client, &code), finish(&client, &code));
    let mut refusals = [both.0, both.1].map(|response| response.refusals("finishIdentityLogin"));
    refusals.sort();
    assert_eq!(refusals, [Vec::new(), vec![invalid[0].to_owned()]], "of two calls one gets the session");
    assert_eq!(finish(&client, "unknown").await.refusals("finishIdentityLogin"), invalid);
}

#[rstest]
#[tokio::test]
async fn a_person_has_ten_minutes_at_the_provider(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let client = campus.anonymous();
    let url = start(&client).await;
    let code = provider.authorize(&url, provider.claims(&campus, "ana"));
    campus.advance(Duration::from_mins(10));
    let state = super::provider::query_of(&url)["state"].clone();
    assert_eq!(visit(&client, "campus", &[("state", &state), ("code", &code)]).await, (400, None));
}

#[rstest]
#[tokio::test]
async fn a_locked_member_cannot_sign_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &[]).await;
    let ana = member(&provider, &campus, "ana").await;
    staff::lock_account(&campus.app, &ana.username).await.expect("a member");
    let code = provider.sign_in(&campus.anonymous(), &campus, "ana").await;
    assert_eq!(finish(&campus.anonymous(), &code).await.refusals("finishIdentityLogin"), ["FORBIDDEN"]);
}

#[rstest]
#[tokio::test]
async fn the_address_of_a_member_is_not_enough_unless_the_operator_trusts_the_provider(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(false, true)] links: bool,
    #[values(false, true)] is_confirmed: bool,
) {
    let provider = Provider::start().await;
    let flag = format!("--oidc-link-by-email={links}");
    let campus = provider.campus(engine, &[&flag]).await;
    let ada = if is_confirmed { campus.confirmed_member("ada").await } else { campus.member("ada").await };
    let own = ada.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();
    let mut claims = provider.claims(&campus, "stranger");
    claims.insert("email".to_owned(), json!(ada.email()));
    let code = provider.sign_in_with(&campus.anonymous(), claims).await;
    let response = finish(&campus.anonymous(), &code).await;
    match (links, is_confirmed) {
        (false, true) => assert_eq!(response.refusals("finishIdentityLogin"), ["EMAIL_TAKEN"]),
        (true, true) => assert_eq!(response.field("finishIdentityLogin")["viewer"]["user"]["id"], own),
        // Who never confirmed the address gives way to who has.
        (_, false) => {
            let payload = response.field("finishIdentityLogin");
            assert_eq!((&payload["isNewMember"], &payload["viewer"]["email"]), (&json!(true), &json!(ada.email())));
            assert_ne!(payload["viewer"]["user"]["id"], own);
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_server_without_passwords_signs_in_at_providers_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &["--passwords=off"]).await;
    let anonymous = campus.anonymous();
    let server =
        anonymous.query("{ server { registrationMode isPasswordLoginEnabled identityProviders { slug name } } }");
    let expected = json!({ "registrationMode": "CLOSED", "isPasswordLoginEnabled": false, "identityProviders": [
        { "slug": "campus", "name": "Campus account" }, { "slug": "other", "name": "Another one" } ] });
    assert_eq!(server.await["server"], expected);
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    let register = json!({ "input": { "email": "a@b.example", "password": PASSWORD, "username": "ada" } });
    let refused = anonymous.execute(crate::support::people::REGISTER, register).await;
    assert_eq!(refused.refusals("register"), ["FORBIDDEN"]);
    let reset = r#"mutation { resetPassword(input: { token: "t", newPassword: "a quiet reading room" }) { userErrors { code path } } }"#;
    assert_eq!(anonymous.execute(reset, json!({})).await.refusals("resetPassword"), ["FORBIDDEN"]);
    let ana = member(&provider, &campus, "ana").await;
    let change =
        r#"mutation { changePassword(input: { newPassword: "a quiet reading room" }) { userErrors { code path } } }"#;
    assert_eq!(ana.execute(change, json!({})).await.refusals("changePassword"), ["FORBIDDEN"]);
    let request = format!(
        r#"mutation {{ requestPasswordReset(input: {{ email: "{}" }}) {{ isRequested userErrors {{ code }} }} }}"#,
        "ana@uni.example"
    );
    assert_eq!(anonymous.query(&request).await["requestPasswordReset"]["isRequested"], json!(true));
}

#[rstest]
#[tokio::test]
async fn a_wrong_start_is_refused_with_all_its_faults(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &["--oidc-redirect-urls=campus-app://signed-in"]).await;
    let client = campus.anonymous();
    let wrong = json!({ "provider": "nowhere", "codeChallenge": "short", "redirectUrl": "https://attacker.example/" });
    let refusals = try_start(&client, &wrong).await.refusals("startIdentityLogin");
    assert_eq!(refusals, ["NOT_FOUND input.provider", "INVALID input.codeChallenge", "INVALID input.redirectUrl"]);
    let own = campus.address;
    for (url, is_allowed) in [
        (format!("http://{own}/a/page?with=query"), true),
        ("campus-app://signed-in".to_owned(), true),
        ("campus-app://elsewhere".to_owned(), false),
        (format!("http://{own}/#fragment"), false),
        (format!("http://{own}@attacker.example/"), false),
        (format!("http://user@{own}/"), false),
        (format!("https://{own}/"), false),
        (format!("http://{own}.attacker.example/"), false),
        ("//attacker.example/".to_owned(), false),
        ("javascript:alert(1)".to_owned(), false),
        (format!("http://{own}/{}", "x".repeat(2_000)), false),
    ] {
        let mut input = super::provider::start_input(&client);
        input["redirectUrl"] = json!(url);
        let refusals = try_start(&client, &input).await.refusals("startIdentityLogin");
        let expected = if is_allowed { vec![] } else { vec!["INVALID input.redirectUrl".to_owned()] };
        assert_eq!(refusals, expected, "{url}");
    }
}

#[tokio::test]
async fn sixty_sign_ins_can_be_started_in_an_hour() {
    let provider = Provider::start().await;
    let campus: Campus = provider.campus(Engine::Sqlite, &[]).await;
    let client = campus.anonymous();
    let input = super::provider::start_input(&client);
    for _ in 0..60 {
        assert_eq!(try_start(&client, &input).await.codes(), Vec::<String>::new());
    }
    assert_eq!(try_start(&client, &input).await.codes(), ["RATE_LIMITED"]);
}
