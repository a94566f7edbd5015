//! Registering and deleting accounts.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::support::people::{LOGIN, REGISTER};
use crate::support::{Campus, Engine, PASSWORD, Person};

const CONFIRM: &str = "mutation Confirm($token: String!, $password: String) {
    confirmEmail(input: { token: $token, password: $password }) { isConfirmed viewer { isEmailConfirmed } userErrors { code path } }
}";

const DELETE: &str = "mutation Delete($password: String!) {
    deleteAccount(input: { password: $password }) { isDeleted userErrors { code path } }
}";

async fn is_available(person: &Person, username: &str) -> bool {
    let query = "query Available($username: String!) { usernameAvailable(username: $username) }";
    person.execute(query, json!({ "username": username })).await.field("usernameAvailable") == json!(true)
}

#[rstest]
#[tokio::test]
async fn a_new_member_is_signed_in_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let input = json!({
        "email": " Ada@Campus.example ", "password": PASSWORD, "username": "Ada", "firstName": "Ada",
        "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "skills": ["engines", "weaving"], "year": 2,
        "studentNumber": "s-1815", "deviceName": "the loom",
    });
    let answer = campus.anonymous().execute(REGISTER, json!({ "input": input })).await;
    let mut ada = campus.anonymous();
    ada.use_session(&answer.field("register"));
    let data = ada
        .query(
            "{ viewer { email isEmailConfirmed isGuest role contact { email studentNumber }
                user { username displayName firstName lastName fieldOfStudy skills year isGuest }
                sessions { totalCount edges { node { deviceName isCurrent } } } } }",
        )
        .await;
    assert_eq!(
        data["viewer"],
        json!({
            "email": "Ada@campus.example", "isEmailConfirmed": false, "isGuest": false, "role": "MEMBER",
            "contact": { "email": "Ada@campus.example", "studentNumber": "s-1815" },
            "user": {
                "username": "Ada", "displayName": "Ada Lovelace", "firstName": "Ada", "lastName": "Lovelace",
                "fieldOfStudy": "Mathematics", "skills": ["engines", "weaving"], "year": 2, "isGuest": false,
            },
            "sessions": { "totalCount": 1, "edges": [{ "node": { "deviceName": "the loom", "isCurrent": true } }] },
        })
    );
}

#[rstest]
#[tokio::test]
async fn a_registration_returns_all_its_errors_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let input = json!({
        "email": "ada@CAMPUS.example", "password": "short", "username": "Аda", "firstName": " ",
        "lastName": "x".repeat(51), "skills": ["fine", ""], "year": 0,
    });
    let answer = campus.anonymous().execute(REGISTER, json!({ "input": input })).await;
    let mut refusals = answer.refusals("register");
    refusals.sort();
    assert_eq!(
        refusals,
        [
            "EMAIL_TAKEN input.email",
            "INVALID input.year",
            "PASSWORD_WEAK input.password",
            "TOO_LONG input.lastName",
            "TOO_SHORT input.firstName",
            "TOO_SHORT input.skills.1",
            "USERNAME_TAKEN input.username",
        ]
    );
    assert_eq!(answer.field("register")["viewer"], json!(null));
}

#[rstest]
#[tokio::test]
async fn one_of_many_concurrent_registrations_gets_the_username(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let attempts = (0..12).map(|number| {
        let person = campus.anonymous();
        let input = json!({ "email": format!("p{number}@campus.example"), "password": PASSWORD, "username": "wanted" });
        async move { person.execute(REGISTER, json!({ "input": input })).await.refusals("register") }
    });
    let refusals = futures_util::future::join_all(attempts).await;
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 1);
    let losers = refusals.iter().filter(|refusals| !refusals.is_empty());
    assert!(losers.into_iter().all(|refusals| refusals == &["USERNAME_TAKEN input.username"]));
}

#[rstest]
#[tokio::test]
async fn one_of_many_concurrent_registrations_gets_the_email_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let attempts = (0..12).map(|number| {
        let person = campus.anonymous();
        let input =
            json!({ "email": "one@campus.example", "password": PASSWORD, "username": format!("person{number}") });
        async move { person.execute(REGISTER, json!({ "input": input })).await.refusals("register") }
    });
    let refusals = futures_util::future::join_all(attempts).await;
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 1);
    let losers = refusals.iter().filter(|refusals| !refusals.is_empty());
    assert!(losers.into_iter().all(|refusals| refusals == &["EMAIL_TAKEN input.email"]));
}

#[rstest]
#[tokio::test]
async fn a_username_is_available_unless_it_is_taken_or_invalid(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("Grace.Hopper").await;
    let anonymous = campus.anonymous();
    assert!(is_available(&anonymous, "grace_hopper").await);
    for name in ["grace.hopper", "GRACE.HOPPER", "gr\u{430}ce.hopper", "ab", "admin", "-ada", "a da", ""] {
        assert!(!is_available(&anonymous, name).await, "{name} is available");
    }
}

#[rstest]
#[tokio::test]
async fn the_mailed_link_confirms_the_address(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let answer = ada.execute(CONFIRM, json!({ "token": token })).await;
    assert_eq!(answer.field("confirmEmail")["isConfirmed"], json!(true));
    assert_eq!(answer.field("confirmEmail")["viewer"]["isEmailConfirmed"], json!(true));
    let again = campus.anonymous().execute(CONFIRM, json!({ "token": token })).await;
    assert_eq!(again.field("confirmEmail")["isConfirmed"], json!(true), "its purpose is met");
}

#[rstest]
#[tokio::test]
async fn a_confirmation_link_expires_after_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let token = campus.mailed_token("ada@campus.example", 1).await;
    campus.advance(Duration::from_hours(24));
    let answer = campus.anonymous().execute(CONFIRM, json!({ "token": token })).await;
    assert_eq!(answer.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
}

#[rstest]
#[tokio::test]
async fn a_registration_in_confirmed_mode_does_not_reveal_whether_an_address_is_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let register = |username: &'static str| {
        let input = json!({ "email": "ada@campus.example", "password": PASSWORD, "username": username });
        let anonymous = campus.anonymous();
        async move { anonymous.execute(REGISTER, json!({ "input": input })).await }
    };
    let free = register("ada").await;
    assert_eq!(free.field("register"), json!({ "viewer": null, "session": null, "userErrors": [] }));
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);

    let token = campus.mailed_token("ada@campus.example", 1).await;
    let confirmed = anonymous.execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(confirmed.field("confirmEmail")["isConfirmed"], json!(true));
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());

    let taken = register("other").await;
    assert_eq!((taken.status, &taken.body), (free.status, &free.body));
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("already"), "{}", letters[1]);
    assert_eq!(anonymous.try_login("other", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_loses_its_data_and_its_username_stays_reserved(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    let other_device = ada.login().await;
    let grace = campus.member("grace").await;
    let id = ada.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();

    let wrong = ada.execute(DELETE, json!({ "password": "not the password" })).await;
    assert_eq!(wrong.refusals("deleteAccount"), ["CREDENTIALS_WRONG input.password"]);
    let deleted = ada.execute(DELETE, json!({ "password": PASSWORD })).await;
    assert_eq!(deleted.field("deleteAccount")["isDeleted"], json!(true));

    for device in [&ada, &other_device] {
        let answer = device.execute("{ viewer { email } }", json!({})).await;
        assert_eq!((answer.status, answer.codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    }
    let query = "query Find($id: ID!) { user(by: { id: $id }) { id } node(id: $id) { id } }";
    assert_eq!(grace.execute(query, json!({ "id": id })).await.data(), json!({ "user": null, "node": null }));
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);

    assert!(!is_available(&grace, "ada").await);
    campus.advance(Duration::from_hours(30 * 24));
    assert!(is_available(&campus.anonymous(), "ada").await);
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("deleted"), "{}", letters[1]);
}

#[rstest]
#[tokio::test]
async fn an_operation_contains_at_most_one_credential_field(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let guesses: Vec<String> = (0..3)
        .map(|n| format!("g{n}: login(input: {{ identifier: \"ada\", password: \"{PASSWORD}\" }}) {{ session {{ accessToken }} }}"))
        .collect();
    let answer = campus.anonymous().execute(&format!("mutation {{ {} }}", guesses.join(" ")), json!({})).await;
    assert_eq!(answer.codes(), ["QUERY_TOO_COMPLEX"]);
    assert_eq!(answer.body.get("data"), None);
    let batch = campus.anonymous().post(&json!([{ "query": LOGIN }, { "query": LOGIN }])).await;
    assert_eq!((batch.status, batch.codes()), (400, vec!["BAD_REQUEST".to_owned()]));
}
