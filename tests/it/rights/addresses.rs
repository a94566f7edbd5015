//! Addresses that are not confirmed receive and reserve nothing; mailed links in every state of their account.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::{REGISTER, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

const OWN: &str = "my very first few words";

const CONFIRM: &str = "mutation Confirm($token: String!, $password: String) {
    confirmEmail(input: { token: $token, password: $password }) { isConfirmed userErrors { code path } }
}";

const CHANGE: &str = "mutation Change($email: String!) {
    changeEmail(input: { newEmail: $email, password: \"a quiet reading room\" }) { isRequested userErrors { code path } }
}";

const REQUEST_RESET: &str = "mutation Request($email: String!) {
    requestPasswordReset(input: { email: $email }) { isRequested userErrors { code path } }
}";

async fn register(campus: &Campus, email: &str, username: &str, password: &str) -> Response {
    let input = json!({ "email": email, "password": password, "username": username });
    campus.anonymous().execute(REGISTER, json!({ "input": input })).await
}

async fn confirm(person: &Person, token: &str, password: Option<&str>) -> Response {
    person.execute(CONFIRM, json!({ "token": token, "password": password })).await
}

fn is_confirmed(answer: &Response) -> bool {
    answer.field("confirmEmail")["isConfirmed"] == json!(true)
}

async fn email_of(person: &Person) -> Value {
    person.query("{ viewer { email } }").await["viewer"]["email"].clone()
}

#[rstest]
#[tokio::test]
async fn an_unconfirmed_address_receives_its_confirmation_and_resets_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (mentor, student) = (campus.member("mentor").await, campus.confirmed_member("student").await);
    let appointment = mentor.teaches("Your account is locked, see https://evil.example", &json!({})).await;
    for start in ["2026-11-23T09:00:00Z", "2026-11-30T09:00:00Z"] {
        student.book(&appointment, start).await;
    }
    mentor.query("mutation { changeUsername(input: { username: \"tutor\" }) { userErrors { code } } }").await;
    mentor.execute(REQUEST_RESET, json!({ "email": "mentor@campus.example" })).await.data();
    let delete = "mutation { deleteAccount(input: { password: \"a quiet reading room\" }) { isDeleted } }";
    assert_eq!(mentor.query(delete).await["deleteAccount"]["isDeleted"], json!(true));
    // The student's letters about the two cancellations are newer than all letters to the mentor.
    campus.letters_to("student@campus.example", 5).await;
    let subjects: Vec<String> = campus
        .letters_to("mentor@campus.example", 2)
        .await
        .iter()
        .filter_map(|letter| letter.lines().find_map(|line| line.strip_prefix("Subject: ").map(str::to_owned)))
        .collect();
    assert_eq!(subjects, ["Please confirm your email address", "Choose a new password"]);
}

#[rstest]
#[tokio::test]
async fn an_address_receives_a_bounded_number_of_letters_about_bookings(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (mentor, student) = (campus.confirmed_member("mentor").await, campus.member("student").await);
    let appointment = mentor.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 50 })).await;
    let cancel = "mutation C($id: ID!) { cancelBooking(input: { bookingId: $id }) { userErrors { code } } }";
    for _ in 0..40 {
        let booking = student.book(&appointment, "2026-11-30T09:00:00Z").await["id"].clone();
        assert_eq!(student.execute(cancel, json!({ "id": booking })).await.refusals("cancelBooking"), [""; 0]);
    }
    // The next letter of another kind comes after those about the bookings.
    mentor.query("mutation { changeUsername(input: { username: \"tutor\" }) { userErrors { code } } }").await;
    let letters = campus.letters_to("mentor@campus.example", 62).await;
    assert_eq!(letters.iter().filter(|letter| letter.contains("Subject: Your session was cancelled")).count(), 30);
    assert_eq!(letters.len(), 62, "a confirmation, 60 about bookings, one about the username");
}

#[rstest]
#[tokio::test]
async fn a_link_in_confirmed_mode_opens_only_the_registration_with_the_users_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let anonymous = campus.anonymous();
    let email = "ada@campus.example";
    register(&campus, email, "ada", OWN).await;
    let own = campus.mailed_token(email, 1).await;
    register(&campus, email, "ada", PASSWORD).await;
    let strangers = campus.mailed_token(email, 2).await;
    let letter = campus.letters_to(email, 2).await.pop().expect("a letter").replace("=\r\n", "");
    assert!(letter.contains("21 November 2026, 09:30 (UTC)"), "{letter}");

    let without = confirm(&anonymous, &strangers, None).await;
    assert_eq!(without.refusals("confirmEmail"), ["REAUTHENTICATION_REQUIRED input.password"]);
    let wrong = confirm(&anonymous, &strangers, Some("neither of the two")).await;
    assert_eq!(wrong.refusals("confirmEmail"), ["CREDENTIALS_WRONG input.password"]);
    assert!(is_confirmed(&confirm(&anonymous, &strangers, Some(OWN)).await), "either letter shows who reads the mail");
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", OWN).await.refusals("login"), [""; 0]);
    for token in [&own, &strangers] {
        assert!(is_confirmed(&confirm(&anonymous, token, None).await), "the purpose of both links is met");
    }
}

#[rstest]
#[tokio::test]
async fn an_address_that_was_never_confirmed_is_not_kept_from_its_owner(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let squatter = campus.member("owner").await;
    squatter.execute(CHANGE, json!({ "email": "own@squatter.example" })).await.data();
    squatter.confirm_email(&campus.mailed_token("own@squatter.example", 1).await).await;
    assert_eq!(campus.letters_to("owner@campus.example", 1).await.len(), 1, "no link that restores the address");
    let answer = register(&campus, "owner@campus.example", "real_owner", OWN).await;
    assert_eq!(answer.refusals("register"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn an_account_with_an_unconfirmed_address_gives_way_to_whoever_confirms_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let squatter = campus.member("owner").await;
    let squatters = campus.mailed_token("owner@campus.example", 1).await;
    let email = json!({ "email": "owner@campus.example" });
    let owner = campus.member("real_owner").await;
    assert_eq!(owner.execute(CHANGE, email.clone()).await.refusals("changeEmail"), [""; 0]);
    assert_eq!(email_of(&squatter).await, email["email"], "it is not confirmed yet");
    owner.confirm_email(&campus.mailed_token("owner@campus.example", 2).await).await;
    assert_eq!((email_of(&owner).await, email_of(&squatter).await), (email["email"].clone(), Value::Null));
    let late = confirm(&campus.anonymous(), &squatters, None).await;
    assert_eq!(late.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    assert_eq!(squatter.execute(CHANGE, email).await.refusals("changeEmail"), ["EMAIL_TAKEN input.newEmail"]);
    let other = json!({ "email": "other@squatter.example" });
    assert_eq!(squatter.execute(CHANGE, other).await.refusals("changeEmail"), [""; 0]);
    squatter.confirm_email(&campus.mailed_token("other@squatter.example", 1).await).await;
    assert_eq!(email_of(&squatter).await, json!("other@squatter.example"));
}

#[rstest]
#[tokio::test]
async fn a_registration_with_an_address_that_stayed_unconfirmed_gets_it_by_confirming(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let squatter = campus.member("owner").await;
    let taken = register(&campus, "owner@campus.example", "too_early", OWN).await;
    assert_eq!(taken.refusals("register"), ["EMAIL_TAKEN input.email"], "the first link is still valid");
    campus.advance(Duration::from_hours(24));
    let squatter = squatter.login().await;
    let registered = register(&campus, "owner@campus.example", "real_owner", OWN).await;
    let mut owner = campus.anonymous();
    owner.use_session(&registered.field("register"));
    assert_eq!((email_of(&owner).await, email_of(&squatter).await), (Value::Null, json!("owner@campus.example")));
    owner.confirm_email(&campus.mailed_token("owner@campus.example", 2).await).await;
    assert_eq!((email_of(&owner).await, email_of(&squatter).await), (json!("owner@campus.example"), Value::Null));
}

#[rstest]
#[tokio::test]
async fn a_confirmation_after_a_reset_says_that_its_purpose_is_met(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    let link = campus.mailed_token("ada@campus.example", 1).await;
    anonymous.execute(REQUEST_RESET, json!({ "email": "ada@campus.example" })).await.data();
    let token = campus.mailed_token("ada@campus.example", 2).await;
    let reset = "mutation R($t: String!) { resetPassword(input: { token: $t, newPassword: \"an even quieter attic\" }) { isReset } }";
    assert_eq!(anonymous.execute(reset, json!({ "t": token })).await.field("resetPassword")["isReset"], json!(true));
    assert!(is_confirmed(&confirm(&anonymous, &link, None).await));
    campus.advance(Duration::from_hours(48));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert!(is_confirmed(&confirm(&anonymous, &link, None).await), "an expired link too");
    campus.advance(Duration::from_hours(31 * 24));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(confirm(&anonymous, &link, None).await.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
}

#[rstest]
#[tokio::test]
async fn the_resets_of_strangers_do_not_use_up_those_of_the_owner(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    let anonymous = campus.anonymous();
    let email = json!({ "email": "ada@campus.example" });
    for _ in 0..3 {
        assert_eq!(anonymous.execute(REQUEST_RESET, email.clone()).await.codes(), [""; 0]);
    }
    assert_eq!(anonymous.execute(REQUEST_RESET, email.clone()).await.codes(), ["RATE_LIMITED"]);
    for _ in 0..3 {
        assert_eq!(ada.execute(REQUEST_RESET, email.clone()).await.codes(), [""; 0], "by a session");
    }
    assert_eq!(ada.execute(REQUEST_RESET, email.clone()).await.codes(), ["RATE_LIMITED"]);
    let login = anonymous.try_login("ada", PASSWORD).await;
    let device = login.headers.get_all("set-cookie").iter().find_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let request = anonymous.request(reqwest::Method::POST, "/graphql").header("cookie", device.expect("a device"));
    let answer = Person::send(request.json(&json!({ "query": REQUEST_RESET, "variables": email }))).await;
    assert_eq!(answer.codes(), [""; 0], "by a known device");
    let grace = campus.member("grace").await;
    assert_eq!(grace.execute(REQUEST_RESET, email).await.codes(), ["RATE_LIMITED"], "another member is a stranger");
}

#[rstest]
#[tokio::test]
async fn a_link_to_a_new_address_changes_only_the_account_of_its_reader(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let mut people = Vec::new();
    for (username, password) in [("mallory", PASSWORD), ("owner", OWN)] {
        let email = format!("{username}@campus.example");
        register(&campus, &email, username, password).await;
        let token = campus.mailed_token(&email, 1).await;
        assert!(is_confirmed(&confirm(&campus.anonymous(), &token, Some(password)).await));
        let mut person = campus.anonymous();
        let session = person.try_login(username, password).await.field("login");
        person.use_session(&session);
        people.push(person);
    }
    let (mallory, owner) = (&people[0], &people[1]);
    let change = async |email: &str| {
        assert_eq!(mallory.execute(CHANGE, json!({ "email": email })).await.refusals("changeEmail"), [""; 0]);
        campus.mailed_token(email, 1).await
    };
    // The reader of the mail at the stranger's new address has neither the account's session nor its password.
    let token = change("victim@campus.example").await;
    for (person, password, refusal) in [
        (&campus.anonymous(), None, "REAUTHENTICATION_REQUIRED input.password"),
        (owner, None, "REAUTHENTICATION_REQUIRED input.password"),
        (&campus.anonymous(), Some(OWN), "CREDENTIALS_WRONG input.password"),
        (owner, Some(OWN), "CREDENTIALS_WRONG input.password"),
    ] {
        assert_eq!(confirm(person, &token, password).await.refusals("confirmEmail"), [refusal]);
    }
    assert_eq!(email_of(mallory).await, json!("mallory@campus.example"));
    assert!(is_confirmed(&confirm(&campus.anonymous(), &token, Some(PASSWORD)).await));
    assert_eq!(email_of(mallory).await, json!("victim@campus.example"));
    assert!(is_confirmed(&confirm(mallory, &change("second@campus.example").await, None).await));
    assert_eq!(email_of(mallory).await, json!("second@campus.example"));
}
