//! Email addresses: confirm, change, undo.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const CHANGE: &str = "mutation Change($email: String!, $password: String!) {
    changeEmail(input: { newEmail: $email, password: $password }) { isRequested userErrors { code path } }
}";

const CONFIRM: &str = "mutation Confirm($token: String!) {
    confirmEmail(input: { token: $token }) { isConfirmed userErrors { code path } }
}";

const UNDO: &str = "mutation Undo($token: String!) {
    undoEmailChange(input: { token: $token }) { isUndone userErrors { code path } }
}";

async fn change(person: &Person, email: &str) -> Response {
    person.execute(CHANGE, json!({ "email": email, "password": PASSWORD })).await
}

async fn email_of(person: &Person) -> String {
    person.query("{ viewer { email } }").await["viewer"]["email"].as_str().expect("an address").to_owned()
}

#[rstest]
#[tokio::test]
async fn an_email_address_changes_when_its_link_is_used_and_can_be_restored(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    assert_eq!(change(&ada, "new@campus.example").await.field("changeEmail")["isRequested"], json!(true));
    assert_eq!(email_of(&ada).await, "ada@campus.example");
    let token = campus.mailed_token("new@campus.example", 1).await;
    let anonymous = campus.anonymous();
    assert_eq!(
        anonymous.execute(CONFIRM, json!({ "token": token })).await.field("confirmEmail")["isConfirmed"],
        json!(true)
    );
    assert_eq!(email_of(&ada).await, "new@campus.example");

    campus.advance(Duration::from_hours(6 * 24));
    let undo = campus.mailed_token("ada@campus.example", 2).await;
    assert_eq!(
        anonymous.execute(UNDO, json!({ "token": undo })).await.field("undoEmailChange")["isUndone"],
        json!(true)
    );
    let again = anonymous.execute(UNDO, json!({ "token": undo })).await;
    assert_eq!(again.field("undoEmailChange")["isUndone"], json!(true), "its purpose is met");
    assert_eq!(anonymous.try_login("new@campus.example", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada@campus.example", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_change_of_address_requires_the_password_and_a_free_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.confirmed_member("grace").await;
    let ada = campus.member("ada").await;
    let wrong = ada.execute(CHANGE, json!({ "email": "nonsense", "password": "not the password" })).await;
    assert_eq!(wrong.refusals("changeEmail"), ["CREDENTIALS_WRONG input.password", "INVALID input.newEmail"]);
    let taken = change(&ada, "GRACE@campus.example").await;
    assert_eq!(taken.refusals("changeEmail"), ["EMAIL_TAKEN input.newEmail"]);
}

#[rstest]
#[tokio::test]
async fn a_link_for_a_new_address_is_valid_for_an_hour(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    change(&ada, "new@campus.example").await;
    let token = campus.mailed_token("new@campus.example", 1).await;
    campus.advance(Duration::from_hours(1));
    let late = campus.anonymous().execute(CONFIRM, json!({ "token": token })).await;
    assert_eq!(late.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
}

#[rstest]
#[tokio::test]
async fn a_taken_address_gets_the_same_answer_as_a_free_one_in_confirmed_mode(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let register = "mutation R($input: RegisterInput!) { register(input: $input) { userErrors { code } } }";
    for name in ["ada", "grace"] {
        let email = format!("{name}@campus.example");
        let input = json!({ "email": email, "password": PASSWORD, "username": name });
        campus.anonymous().execute(register, json!({ "input": input })).await;
        let token = campus.mailed_token(&email, 1).await;
        let confirm = "mutation C($token: String!, $password: String!) {
            confirmEmail(input: { token: $token, password: $password }) { isConfirmed userErrors { code } }
        }";
        campus.anonymous().execute(confirm, json!({ "token": token, "password": PASSWORD })).await;
    }
    let mut ada = campus.anonymous();
    ada.use_session(&campus.anonymous().try_login("ada", PASSWORD).await.field("login"));
    let free = change(&ada, "new@campus.example").await;
    let taken = change(&ada, "grace@campus.example").await;
    assert_eq!(free.field("changeEmail"), json!({ "isRequested": true, "userErrors": [] }));
    assert_eq!((free.status, free.body), (taken.status, taken.body));
    campus.letters_to("grace@campus.example", 2).await;
}

#[rstest]
#[tokio::test]
async fn an_address_that_can_be_restored_stays_reserved(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    change(&ada, "new@campus.example").await;
    let token = campus.mailed_token("new@campus.example", 1).await;
    campus.anonymous().execute(CONFIRM, json!({ "token": token })).await;
    let grace = campus.member("grace").await;
    assert_eq!(change(&grace, "ada@campus.example").await.refusals("changeEmail"), ["EMAIL_TAKEN input.newEmail"]);
    campus.advance(Duration::from_hours(7 * 24));
    let grace = grace.login().await;
    assert_eq!(change(&grace, "ada@campus.example").await.field("changeEmail")["isRequested"], json!(true));
}

#[rstest]
#[tokio::test]
async fn a_confirmation_link_that_is_sent_again_replaces_the_earlier_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let first = campus.mailed_token("ada@campus.example", 1).await;
    let resend = "mutation { resendEmailConfirmation { isRequested userErrors { code } } }";
    assert_eq!(ada.query(resend).await["resendEmailConfirmation"]["isRequested"], json!(true));
    let second = campus.mailed_token("ada@campus.example", 2).await;
    let anonymous = campus.anonymous();
    let old = anonymous.execute(CONFIRM, json!({ "token": first })).await;
    assert_eq!(old.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    assert_eq!(
        anonymous.execute(CONFIRM, json!({ "token": second })).await.field("confirmEmail")["isConfirmed"],
        json!(true)
    );
    let old = anonymous.execute(CONFIRM, json!({ "token": first })).await;
    assert_eq!(old.field("confirmEmail")["isConfirmed"], json!(true), "now its purpose is met");
}
