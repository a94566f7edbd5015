//! Passwords and usernames: change, reset.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const NEW_PASSWORD: &str = "an even quieter attic";

const CHANGE_PASSWORD: &str = "mutation Change($current: String!, $new: String!) {
    changePassword(input: { currentPassword: $current, newPassword: $new }) {
        session { accessToken refreshToken } userErrors { code path }
    }
}";

const CHANGE_USERNAME: &str = "mutation Change($input: ChangeUsernameInput!) {
    changeUsername(input: $input) { user { username } userErrors { code path } }
}";

const REQUEST_RESET: &str = "mutation Request($email: String!) {
    requestPasswordReset(input: { email: $email }) { isRequested userErrors { code path } }
}";

const RESET: &str = "mutation Reset($token: String!, $new: String!) {
    resetPassword(input: { token: $token, newPassword: $new }) { isReset userErrors { code path } }
}";

async fn change_password(person: &Person, current: &str, new: &str) -> Response {
    person.execute(CHANGE_PASSWORD, json!({ "current": current, "new": new })).await
}

async fn reset(person: &Person, token: &str, new: &str) -> Response {
    person.execute(RESET, json!({ "token": token, "new": new })).await
}

async fn status(person: &Person) -> u16 {
    person.execute("{ viewer { email } }", json!({})).await.status
}

#[rstest]
#[tokio::test]
async fn a_new_password_ends_the_sessions_of_other_devices(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mut ada = campus.confirmed_member("ada").await;
    let phone = ada.login().await;
    let answer = change_password(&ada, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(status(&ada).await, 200, "the current session continues");
    ada.use_session(&answer.field("changePassword"));
    assert_eq!(status(&ada).await, 200);
    assert_eq!(status(&phone).await, 401);
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", NEW_PASSWORD).await.refusals("login"), Vec::<String>::new());
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].to_lowercase().contains("password"), "{}", letters[1]);
}

#[rstest]
#[tokio::test]
async fn a_wrong_and_a_weak_password_are_both_reported_and_change_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let answer = change_password(&ada, "not the password", "password1234").await;
    assert_eq!(
        answer.refusals("changePassword"),
        ["CREDENTIALS_WRONG input.currentPassword", "PASSWORD_WEAK input.newPassword"]
    );
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn wrong_current_passwords_are_counted_for_their_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for _ in 0..10 {
        change_password(&ada, "not the password", NEW_PASSWORD).await;
    }
    let answer = change_password(&ada, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
    let other = ada.login().await;
    let answer = change_password(&other, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(answer.refusals("changePassword"), [""; 0], "the owner's other session has its own counter");
}

#[rstest]
#[tokio::test]
async fn a_username_changes_after_a_recent_login_or_with_the_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("grace").await;
    let mut ada = campus.member("ada").await;
    let change = async |ada: &Person, input: Value| ada.execute(CHANGE_USERNAME, json!({ "input": input })).await;
    let taken = change(&ada, json!({ "username": "GRACE" })).await;
    assert_eq!(taken.refusals("changeUsername"), ["USERNAME_TAKEN input.username"]);
    let changed = change(&ada, json!({ "username": "Ada.L" })).await;
    assert_eq!(changed.field("changeUsername")["user"]["username"], json!("Ada.L"));
    let cased = change(&ada, json!({ "username": "ada.l" })).await;
    assert_eq!(cased.field("changeUsername")["user"]["username"], json!("ada.l"));

    campus.advance(Duration::from_mins(9));
    let token = ada.refresh_token.clone().expect("a token");
    let refreshed = campus
        .anonymous()
        .execute(
            "mutation R($t: String!) { refreshSession(input: { refreshToken: $t }) { session { accessToken refreshToken } userErrors { code } } }",
            json!({ "t": token }),
        )
        .await;
    ada.use_session(&refreshed.field("refreshSession"));
    campus.advance(Duration::from_mins(2));
    let late = change(&ada, json!({ "username": "countess" })).await;
    assert_eq!(late.refusals("changeUsername"), ["REAUTHENTICATION_REQUIRED input.password"]);
    let wrong = change(&ada, json!({ "username": "countess", "password": "not the password" })).await;
    assert_eq!(wrong.refusals("changeUsername"), ["CREDENTIALS_WRONG input.password"]);
    let right = change(&ada, json!({ "username": "countess", "password": PASSWORD })).await;
    assert_eq!(right.field("changeUsername")["user"]["username"], json!("countess"));
}

#[rstest]
#[tokio::test]
async fn a_reset_sets_the_password_and_ends_every_session(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let anonymous = campus.anonymous();
    let known = anonymous.execute(REQUEST_RESET, json!({ "email": "ADA@campus.example" })).await;
    let unknown = anonymous.execute(REQUEST_RESET, json!({ "email": "unknown@campus.example" })).await;
    assert_eq!(known.field("requestPasswordReset"), json!({ "isRequested": true, "userErrors": [] }));
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));

    let token = campus.mailed_token("ada@campus.example", 2).await;
    let weak = reset(&anonymous, &token, "too short").await;
    assert_eq!(weak.refusals("resetPassword"), ["PASSWORD_WEAK input.newPassword"]);
    let done = reset(&anonymous, &token, NEW_PASSWORD).await;
    assert_eq!(done.field("resetPassword")["isReset"], json!(true));
    let again = reset(&anonymous, &token, "yet another long one").await;
    assert_eq!(again.refusals("resetPassword"), ["TOKEN_INVALID input.token"]);
    let repeated = reset(&anonymous, &token, NEW_PASSWORD).await;
    assert_eq!(repeated.field("resetPassword")["isReset"], json!(true), "the first answer may have been lost");
    assert_eq!(status(&ada).await, 401);
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", NEW_PASSWORD).await.refusals("login"), Vec::<String>::new());
    campus.letters_to("ada@campus.example", 3).await;
}

#[rstest]
#[tokio::test]
async fn a_reset_link_is_valid_for_half_an_hour_and_replaced_by_a_newer_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    let email = json!({ "email": "ada@campus.example" });
    anonymous.execute(REQUEST_RESET, email.clone()).await;
    let first = campus.mailed_token("ada@campus.example", 2).await;
    anonymous.execute(REQUEST_RESET, email.clone()).await;
    let second = campus.mailed_token("ada@campus.example", 3).await;
    assert_eq!(reset(&anonymous, &first, NEW_PASSWORD).await.refusals("resetPassword"), ["TOKEN_INVALID input.token"]);
    campus.advance(Duration::from_mins(30));
    assert_eq!(reset(&anonymous, &second, NEW_PASSWORD).await.refusals("resetPassword"), ["TOKEN_INVALID input.token"]);

    anonymous.execute(REQUEST_RESET, email.clone()).await;
    let limited = anonymous.execute(REQUEST_RESET, email).await;
    assert_eq!(limited.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn one_of_many_concurrent_uses_of_a_reset_link_succeeds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    anonymous.execute(REQUEST_RESET, json!({ "email": "ada@campus.example" })).await;
    let token = campus.mailed_token("ada@campus.example", 2).await;
    let passwords: Vec<String> = (0..8).map(|number| format!("an attic with number {number}")).collect();
    let attempts = passwords.iter().map(|password| reset(&anonymous, &token, password));
    let answers = futures_util::future::join_all(attempts).await;
    let winners: Vec<usize> =
        (0..8).filter(|place| answers[*place].field("resetPassword")["isReset"] == json!(true)).collect();
    assert_eq!(winners.len(), 1);
    let login = anonymous.try_login("ada", &passwords[winners[0]]).await;
    assert_eq!(login.refusals("login"), Vec::<String>::new());
}
