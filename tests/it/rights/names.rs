//! Usernames that were given up, and calendar addresses that were taken back.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD, Person};

const DAY: Duration = Duration::from_hours(24);

async fn rename(person: &Person, username: &str) -> Vec<String> {
    let query = "mutation R($name: String!, $password: String) {
        changeUsername(input: { username: $name, password: $password }) { userErrors { code path } }
    }";
    let variables = json!({ "name": username, "password": PASSWORD });
    person.execute(query, variables).await.refusals("changeUsername")
}

async fn register(campus: &Campus, email: &str, username: &str) -> Vec<String> {
    let input = json!({ "email": email, "password": PASSWORD, "username": username });
    campus.anonymous().execute(REGISTER, json!({ "input": input })).await.refusals("register")
}

#[rstest]
#[tokio::test]
async fn a_name_that_was_given_up_is_reserved_for_its_former_owner_for_thirty_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada_one").await, campus.member("grace").await);
    assert_eq!(rename(&ada, "ada_two").await, [""; 0]);
    assert_eq!(rename(&grace, "ada_one").await, ["USERNAME_TAKEN input.username"]);
    assert_eq!(rename(&grace, "ADA_0NE").await, ["USERNAME_TAKEN input.username"], "nor one that looks like it");
    assert_eq!(register(&campus, "x@campus.example", "ada_one").await, ["USERNAME_TAKEN input.username"]);
    let available = "{ usernameAvailable(username: \"ada_one\") }";
    assert_eq!(grace.query(available).await["usernameAvailable"], json!(false));
    assert_eq!(ada.query(available).await["usernameAvailable"], json!(true));
    assert_eq!(rename(&ada, "ada_one").await, [""; 0], "the owner can go back");
    assert_eq!(rename(&grace, "ada_two").await, ["USERNAME_TAKEN input.username"]);
    campus.advance(30 * DAY.saturating_sub(Duration::from_secs(1)));
    campus.advance(Duration::from_secs(29));
    let grace = grace.login().await;
    assert_eq!(rename(&grace, "ada_two").await, ["USERNAME_TAKEN input.username"]);
    campus.advance(Duration::from_secs(1));
    assert_eq!(rename(&grace, "ada_two").await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_keeps_its_names_for_whoever_returns_with_its_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    assert_eq!(rename(&ada, "countess").await, [""; 0]);
    let delete = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.execute(delete, json!({ "password": PASSWORD })).await.data();
    for name in ["ada", "countess"] {
        assert_eq!(register(&campus, "other@campus.example", name).await, ["USERNAME_TAKEN input.username"], "{name}");
    }
    assert_eq!(register(&campus, "ADA@campus.example", "countess").await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn an_account_reserves_its_last_five_names(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("name0").await;
    for number in 1..=7 {
        campus.advance(Duration::from_secs(1));
        assert_eq!(rename(&ada, &format!("name{number}")).await, [""; 0]);
    }
    let anonymous = campus.anonymous();
    for number in 0..=7 {
        let query = format!("{{ usernameAvailable(username: \"name{number}\") }}");
        let is_released = json!(number < 2);
        assert_eq!(anonymous.query(&query).await["usernameAvailable"], is_released, "name{number}");
    }
}

#[rstest]
#[case("mutation { revokeCalendarFeed { userErrors { code } } }")]
#[case("mutation { createCalendarFeed { userErrors { code } } }")]
#[tokio::test]
async fn the_calendar_of_a_booking_ends_with_the_feed_and_has_a_new_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] mutation: &str,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, "2026-11-23T09:00:00Z").await["id"].clone();
    let query = "query B($id: ID!) { booking(id: $id) { calendarUrl } }";
    let address = async |person: &Person| {
        let answer = person.execute(query, json!({ "id": booking })).await.field("booking");
        answer["calendarUrl"].as_str().expect("an address").to_owned()
    };
    let status = async |url: &str| reqwest::get(url).await.expect("an answer").status().as_u16();
    let (adas, graces) = (address(&ada).await, address(&grace).await);
    assert_eq!((status(&adas).await, status(&graces).await), (200, 200));
    assert_eq!(grace.query(mutation).await.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!((status(&adas).await, status(&graces).await), (200, 404));
    let renewed = address(&grace).await;
    assert_ne!(renewed, graces);
    assert_eq!(status(&renewed).await, 200);
    assert_eq!(ada.query("{ viewer { hasCalendarFeed } }").await["viewer"]["hasCalendarFeed"], Value::Bool(false));
}
