//! What a stranger can learn about who has an account: nothing by address.

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

const CONFIRM: &str = "mutation C($token: String!) { confirmEmail(input: { token: $token }) { isConfirmed } }";

/// Everything of an answer that may not tell two questions apart.
fn seen(answer: &Response) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

async fn confirmed_member(campus: &Campus, name: &str) -> Person {
    let email = format!("{name}@campus.example");
    let input = json!({ "email": email, "password": PASSWORD, "username": name });
    campus.anonymous().execute(REGISTER, json!({ "input": input })).await.data();
    let token = campus.mailed_token(&email, 1).await;
    campus.anonymous().execute(CONFIRM, json!({ "token": token })).await.data();
    let mut person = campus.anonymous();
    name.clone_into(&mut person.username);
    person.login().await
}

#[rstest]
#[tokio::test]
async fn guesses_at_an_address_are_answered_alike_to_the_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let nobody = campus.anonymous();
    for round in 0..14 {
        let known = nobody.try_login("ada@campus.example", "not the password").await;
        let unknown = nobody.try_login("nobody@campus.example", "not the password").await;
        assert_eq!(seen(&known), seen(&unknown), "round {round}");
    }
    assert_eq!(nobody.try_login("ada@campus.example", PASSWORD).await.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn the_delay_of_a_name_does_not_tell_its_address(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.member("grace").await;
    let nobody = campus.anonymous();
    for _ in 0..10 {
        nobody.try_login("ada", "not the password").await;
        nobody.try_login("grace@campus.example", "not the password").await;
    }
    assert_eq!(nobody.try_login("ada", "not the password").await.codes(), ["RATE_LIMITED"]);
    let right = nobody.try_login("ada@campus.example", "not the password").await;
    let wrong = nobody.try_login("someone@campus.example", "not the password").await;
    assert_eq!(seen(&right), seen(&wrong));
    assert_eq!(nobody.try_login("grace@campus.example", "not the password").await.codes(), ["RATE_LIMITED"]);
    assert_eq!(nobody.try_login("grace", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
}

#[rstest]
#[tokio::test]
async fn resets_and_registrations_are_answered_alike_to_the_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    confirmed_member(&campus, "ada").await;
    campus.advance(std::time::Duration::from_hours(1));
    let nobody = campus.anonymous();
    for round in 0..4 {
        let known = nobody.execute(RESET, json!({ "email": "ada@campus.example" })).await;
        let unknown = nobody.execute(RESET, json!({ "email": "nobody@campus.example" })).await;
        assert_eq!(seen(&known), seen(&unknown), "round {round}");
        assert_eq!(known.codes().is_empty(), round < 3);
    }
    campus.advance(std::time::Duration::from_hours(1));
    for round in 0..4 {
        let register = async |email: &str, username: String| {
            let input = json!({ "email": email, "password": PASSWORD, "username": username });
            nobody.execute(REGISTER, json!({ "input": input })).await
        };
        let known = register("ada@campus.example", format!("one{round}")).await;
        let unknown = register("nobody@campus.example", format!("two{round}")).await;
        assert_eq!(seen(&known), seen(&unknown), "round {round}");
        assert_eq!(known.codes().is_empty(), round < 3);
    }
}

#[rstest]
#[tokio::test]
async fn changes_of_address_are_answered_alike_to_the_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    confirmed_member(&campus, "ada").await;
    campus.advance(std::time::Duration::from_hours(1));
    // Each of them may write to five addresses an hour.
    for (round, name) in ["grace", "mary"].into_iter().enumerate() {
        let member = confirmed_member(&campus, name).await;
        for email in [["ada@campus.example", "nobody@campus.example"]; 2].concat().chunks(2) {
            let known = member.execute(CHANGE_EMAIL, json!({ "email": email[0], "password": PASSWORD })).await;
            let unknown = member.execute(CHANGE_EMAIL, json!({ "email": email[1], "password": PASSWORD })).await;
            assert_eq!(seen(&known), seen(&unknown), "round {round}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn nobody_can_be_made_to_write_to_a_stranger_all_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    // The address may be anybody's: it is not confirmed.
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
async fn limits_that_are_off_limit_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    campus.member("ada").await;
    let nobody = campus.anonymous();
    for _ in 0..15 {
        assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        let answer = nobody.execute(RESET, json!({ "email": "ada@campus.example" })).await;
        assert_eq!(answer.field("requestPasswordReset")["isRequested"], json!(true));
    }
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}
