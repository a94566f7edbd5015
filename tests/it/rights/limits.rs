//! Limits per address and per account: no user is locked out by the guesses of another one.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::lobby::store as lobby;

use crate::support::people::{LOGIN, REGISTER, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// A campus behind one address, which its reverse proxy reports.
const BEHIND_PROXY: [&str; 2] = ["--trusted-proxies=127.0.0.0/8", "--campus-networks=203.0.113.0/24,2001:db8::/32"];
const ON_CAMPUS: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.7";

async fn send_from(address: &str, person: &Person, cookie: &str, query: &str, variables: Value) -> Response {
    let request = person.request(reqwest::Method::POST, "/graphql").header("x-forwarded-for", address);
    let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
    Person::send(request.json(&json!({ "query": query, "variables": variables }))).await
}

fn login(identifier: &str, password: &str) -> Value {
    json!({ "input": { "identifier": identifier, "password": password } })
}

fn device(answer: &Response) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let cookie = cookies.into_iter().find(|cookie| cookie.contains("-device-")).expect("a device cookie");
    cookie.split(';').next().expect("a pair").to_owned()
}

#[rstest]
#[tokio::test]
async fn a_guesser_locks_neither_known_devices_nor_sessions_behind_the_same_address_out(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, anonymous) = (campus.member("ada").await, campus.anonymous());
    let known = device(&anonymous.try_login("ada", PASSWORD).await);
    let mut codes = Vec::new();
    for number in 0..104 {
        codes = anonymous.try_login(&format!("made_up_{number}"), "a guess").await.codes();
    }
    assert_eq!(codes, ["RATE_LIMITED"]);
    let request = anonymous.request(reqwest::Method::POST, "/graphql").header("cookie", known);
    let answer = Person::send(request.json(&json!({ "query": LOGIN, "variables": login("ada", PASSWORD) }))).await;
    assert_eq!(answer.refusals("login"), [""; 0], "a known device");
    let change = "mutation { changePassword(input: {
        currentPassword: \"a quiet reading room\", newPassword: \"an even quieter attic\"
    }) { userErrors { code } } }";
    assert_eq!(ada.execute(change, json!({})).await.refusals("changePassword"), [""; 0], "a session");
}

#[rstest]
#[tokio::test]
async fn a_guesser_does_not_lock_a_campus_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &BEHIND_PROXY).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    for address in [ON_CAMPUS, ELSEWHERE] {
        for number in 0..104 {
            let name = format!("made_up_{number}_{}", address.len());
            send_from(address, &anonymous, "", LOGIN, login(&name, "a guess")).await;
        }
    }
    let right = async |address: &str| send_from(address, &anonymous, "", LOGIN, login("ada", PASSWORD)).await.codes();
    assert_eq!(right(ON_CAMPUS).await, [""; 0]);
    assert_eq!(right(ELSEWHERE).await, ["RATE_LIMITED"]);
    assert_eq!(right("198.51.100.8").await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn the_first_day_of_term_works_behind_one_address(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &BEHIND_PROXY).await;
    let anonymous = campus.anonymous();
    let register = async |address: &str, number: usize| {
        let input = json!({ "email": format!("s{number}@campus.example"), "password": PASSWORD, "username": format!("student{number}") });
        send_from(address, &anonymous, "", REGISTER, json!({ "input": input })).await.codes()
    };
    for number in 0..400 {
        assert_eq!(register(ON_CAMPUS, number).await, [""; 0], "registration {number}");
        campus.advance(std::time::Duration::from_millis(1_500));
    }
    let mut elsewhere = Vec::new();
    for number in 400..411 {
        elsewhere = register(ELSEWHERE, number).await;
    }
    assert_eq!(elsewhere, ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn wrong_passwords_are_counted_over_all_nodes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let other_node = campus.another_node(&[]).await;
    let (here, there) = (campus.anonymous(), other_node.anonymous());
    for _ in 0..5 {
        for node in [&here, &there] {
            assert_eq!(node.try_login("ada", "a guess").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        }
    }
    assert_eq!(here.try_login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
    assert_eq!(there.try_login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
    assert_eq!(ada.query("{ viewer { email } }").await["viewer"]["email"], json!("ada@campus.example"));
    other_node.stop().await;
}

#[rstest]
#[tokio::test]
async fn one_network_has_a_share_of_the_guests_and_the_campus_the_rest(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &BEHIND_PROXY).await;
    let anonymous = campus.anonymous();
    let enter = async |address: &str, name: String| {
        let query =
            "mutation E($name: String!) { enterLobby(input: { pseudonym: $name }) { userErrors { code path } } }";
        send_from(address, &anonymous, "", query, json!({ "name": name })).await.codes()
    };
    // Each address is a subscriber of its own, in one /48.
    let mut entered = 0;
    let last = loop {
        let codes = enter(&format!("2001:db9:1:{entered:x}::1"), format!("owl_{entered}")).await;
        if !codes.is_empty() || entered > 250 {
            break codes;
        }
        entered += 1;
    };
    assert_eq!((entered, last), (200, vec!["UNAVAILABLE".to_owned()]));
    assert_eq!(enter("2001:db9:2::1", "heron".to_owned()).await, [""; 0], "another network");
    for number in 0..220 {
        assert_eq!(enter("2001:db8:1::1", format!("wren_{number}")).await, [""; 0], "the campus, {number}");
    }
    let counts = lobby::count_guests(&campus.app.db, 0).await.expect("the guests are counted");
    assert_eq!((counts.total, counts.foreign), (421, 201));
}
