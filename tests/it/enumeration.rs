//! The API does not reveal whether an email address has an account.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::{REGISTER, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

const RESET: &str = "mutation R($email: String!) {
    requestPasswordReset(input: { email: $email }) { isRequested userErrors { code message path } }
}";

const CHANGE_EMAIL: &str = "mutation C($email: String!, $password: String!) {
    changeEmail(input: { newEmail: $email, password: $password }) { isRequested userErrors { code message path } }
}";

const CONFIRM: &str = "mutation C($token: String!, $password: String!) {
    confirmEmail(input: { token: $token, password: $password }) { isConfirmed }
}";

/// Returns everything in a response that must not distinguish two requests.
pub fn observable(answer: &Response) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .map(|(name, value)| match value.split_once(", ") {
            // The caller's points, which come first, decrease with each request.
            rest if name == "ratelimit" => (name, rest.map(|(_, limits)| limits.to_owned()).unwrap_or_default()),
            _ => (name, value),
        })
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

async fn confirmed_member(campus: &Campus, name: &str) -> Person {
    let email = format!("{name}@campus.example");
    let input = json!({ "email": email, "password": PASSWORD, "username": name });
    campus.anonymous().execute(REGISTER, json!({ "input": input })).await.data();
    let token = campus.mailed_token(&email, 1).await;
    campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await.data();
    let mut person = campus.anonymous();
    name.clone_into(&mut person.username);
    person.login().await
}

#[rstest]
#[tokio::test]
async fn logins_with_known_and_unknown_addresses_get_the_same_answers(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    for round in 0..14 {
        let known = anonymous.try_login("ada@campus.example", "not the password").await;
        let unknown = anonymous.try_login("unknown@campus.example", "not the password").await;
        assert_eq!(observable(&known), observable(&unknown), "round {round}");
    }
    assert_eq!(anonymous.try_login("ada@campus.example", PASSWORD).await.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn the_delay_of_a_username_does_not_reveal_its_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.member("grace").await;
    let anonymous = campus.anonymous();
    for _ in 0..10 {
        anonymous.try_login("ada", "not the password").await;
        anonymous.try_login("grace@campus.example", "not the password").await;
    }
    assert_eq!(anonymous.try_login("ada", "not the password").await.codes(), ["RATE_LIMITED"]);
    let right = anonymous.try_login("ada@campus.example", "not the password").await;
    let wrong = anonymous.try_login("someone@campus.example", "not the password").await;
    assert_eq!(observable(&right), observable(&wrong));
    assert_eq!(anonymous.try_login("grace@campus.example", "not the password").await.codes(), ["RATE_LIMITED"]);
    assert_eq!(anonymous.try_login("grace", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
}

#[rstest]
#[tokio::test]
async fn resets_and_registrations_get_the_same_answers_for_known_and_unknown_addresses(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    confirmed_member(&campus, "ada").await;
    campus.advance(std::time::Duration::from_hours(1));
    let anonymous = campus.anonymous();
    for round in 0..4 {
        let known = anonymous.execute(RESET, json!({ "email": "ada@campus.example" })).await;
        let unknown = anonymous.execute(RESET, json!({ "email": "unknown@campus.example" })).await;
        assert_eq!(observable(&known), observable(&unknown), "round {round}");
        assert_eq!(known.codes().is_empty(), round < 3);
    }
    campus.advance(std::time::Duration::from_hours(1));
    for round in 0..4 {
        let register = async |email: &str, username: String| {
            let input = json!({ "email": email, "password": PASSWORD, "username": username });
            anonymous.execute(REGISTER, json!({ "input": input })).await
        };
        let known = register("ada@campus.example", format!("one{round}")).await;
        let unknown = register("unknown@campus.example", format!("two{round}")).await;
        assert_eq!(observable(&known), observable(&unknown), "round {round}");
        assert_eq!(known.codes().is_empty(), round < 3);
    }
}

#[rstest]
#[tokio::test]
async fn changes_of_address_get_the_same_answers_for_known_and_unknown_addresses(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    confirmed_member(&campus, "ada").await;
    campus.advance(std::time::Duration::from_hours(1));
    // Two members, because each can request mails to five addresses an hour.
    for (round, name) in ["grace", "mary"].into_iter().enumerate() {
        let member = confirmed_member(&campus, name).await;
        for email in [["ada@campus.example", "unknown@campus.example"]; 2].concat().chunks(2) {
            let known = member.execute(CHANGE_EMAIL, json!({ "email": email[0], "password": PASSWORD })).await;
            let unknown = member.execute(CHANGE_EMAIL, json!({ "email": email[1], "password": PASSWORD })).await;
            assert_eq!(observable(&known), observable(&unknown), "round {round}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_server_sends_a_limited_number_of_mails_to_an_unconfirmed_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    // The address is not confirmed, so it may belong to another person.
    let ada = campus.member("ada").await;
    let rename = "mutation R($name: String!) { changeUsername(input: { username: $name }) { userErrors { code } } }";
    let mut codes = Vec::new();
    for number in 0..12 {
        codes.push(ada.execute(rename, json!({ "name": format!("countess{number}") })).await.codes());
    }
    assert!(codes[..10].iter().all(Vec::is_empty), "{codes:?}");
    assert_eq!(codes[10..], [["RATE_LIMITED"], ["RATE_LIMITED"]]);

    let delete = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.execute(delete, json!({ "password": PASSWORD })).await.data();
    let again = json!({ "email": "ada@campus.example", "password": PASSWORD });
    for (number, limited) in [(1, false), (2, false), (3, true)] {
        let mut input = again.clone();
        input["username"] = json!(format!("again{number}"));
        let mut member = campus.anonymous();
        let answer = member.execute(REGISTER, json!({ "input": input })).await;
        assert_eq!(answer.codes() == ["RATE_LIMITED"], limited, "{}", answer.body);
        if !limited {
            member.use_session(&answer.field("register"));
            member.execute(delete, json!({ "password": PASSWORD })).await.data();
        }
    }

    let grace = campus.member("grace").await;
    let mut codes = Vec::new();
    for number in 0..6 {
        let email = format!("stranger{number}@campus.example");
        codes.push(grace.execute(CHANGE_EMAIL, json!({ "email": email, "password": PASSWORD })).await.codes());
    }
    assert!(codes[..5].iter().all(Vec::is_empty), "{codes:?}");
    assert_eq!(codes[5], ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn a_server_without_rate_limits_rejects_no_attempt(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    for _ in 0..15 {
        assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        let answer = anonymous.execute(RESET, json!({ "email": "ada@campus.example" })).await;
        assert_eq!(answer.field("requestPasswordReset")["isRequested"], json!(true));
    }
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}
