//! Dead credentials, logout, and the devices of an account.

use rstest::rstest;
use serde_json::{Value, json};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::people::{LOGIN, REGISTER, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

fn set_cookies(answer: &Response) -> Vec<String> {
    let values = answer.headers.get_all("set-cookie").iter();
    values.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
}

/// Returns the pair of the session cookie that a response sets.
fn session_pair(answer: &Response) -> String {
    let cookies = set_cookies(answer);
    let cookie = cookies.iter().find(|cookie| !cookie.contains("-device-")).expect("a session cookie");
    cookie.split(';').next().expect("a pair").to_owned()
}

fn device_pair(answer: &Response) -> String {
    let cookies = set_cookies(answer);
    let cookie = cookies.iter().find(|cookie| cookie.contains("-device-")).expect("a device cookie");
    cookie.split(';').next().expect("a pair").to_owned()
}

fn deletes_session_cookie(answer: &Response) -> bool {
    set_cookies(answer).iter().any(|cookie| !cookie.contains("-device-") && cookie.contains("=; "))
}

async fn send(person: &Person, cookie: &str, query: &str, variables: Value) -> Response {
    let request = person.request(reqwest::Method::POST, "/graphql").header("cookie", cookie);
    Person::send(request.json(&json!({ "query": query, "variables": variables }))).await
}

async fn cookie_of(campus: &Campus, username: &str) -> String {
    let input = json!({ "identifier": username, "password": PASSWORD, "transport": "COOKIE" });
    session_pair(&campus.anonymous().execute(LOGIN, json!({ "input": input })).await)
}

fn dead_cookie(campus: &Campus) -> String {
    format!("studyhall-{}=dead", campus.address.port())
}

const LOGOUT: &str = "mutation { logout { isLoggedOut } }";

#[rstest]
#[tokio::test]
async fn a_logout_ends_the_session_it_was_sent_with_and_nothing_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let grace = campus.member("grace").await;
    let cookie = cookie_of(&campus, "ada").await;
    let answer = send(&grace, &cookie, LOGOUT, json!({})).await;
    assert_eq!(answer.field("logout")["isLoggedOut"], json!(true));
    assert_eq!(set_cookies(&answer), [""; 0], "the cookie belongs to another session");
    assert_eq!(grace.execute("{ posts { totalCount } }", json!({})).await.status, 401);
    let anonymous = campus.anonymous();
    let viewer = send(&anonymous, &cookie, "{ viewer { user { username } } }", json!({})).await;
    assert_eq!(viewer.field("viewer")["user"]["username"], json!("ada"));
    assert!(deletes_session_cookie(&send(&anonymous, &cookie, LOGOUT, json!({})).await));
}

#[rstest]
#[case("mutation { revokeSession(input: { sessionId: \"ID\" }) { revokedSessionId } }")]
#[case("mutation { deleteAccount(input: { password: \"a quiet reading room\" }) { isDeleted } }")]
#[tokio::test]
async fn a_cookie_is_deleted_exactly_when_its_session_has_ended(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] mutation: &str,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let grace = campus.member("grace").await;
    let ids = "{ viewer { sessions { edges { node { id isCurrent } } } } }";
    let own_id = |data: &Value| {
        let edges = data["viewer"]["sessions"]["edges"].as_array().cloned().unwrap_or_default();
        let current = edges.iter().find(|edge| edge["node"]["isCurrent"] == json!(true)).expect("the session");
        current["node"]["id"].as_str().expect("an id").to_owned()
    };
    let cookie = cookie_of(&campus, "ada").await;
    let graces = mutation.replace("ID", &own_id(&grace.query(ids).await));
    assert_eq!(set_cookies(&send(&grace, &cookie, &graces, json!({})).await), [""; 0], "the session was a token's");
    let anonymous = campus.anonymous();
    let adas = mutation.replace("ID", &own_id(&send(&anonymous, &cookie, ids, json!({})).await.data()));
    assert!(deletes_session_cookie(&send(&anonymous, &cookie, &adas, json!({})).await));
}

#[rstest]
#[tokio::test]
async fn a_dead_cookie_counts_as_none_where_no_session_is_needed_and_is_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    let dead = dead_cookie(&campus);
    let login = json!({ "input": { "identifier": "ada", "password": PASSWORD } });
    let answer = send(&anonymous, &dead, LOGIN, login).await;
    assert_eq!((answer.status, answer.refusals("login")), (200, Vec::new()));
    assert!(deletes_session_cookie(&answer));
    for query in ["{ viewer { email } }", "{ ...F } fragment F on Query { usernameAvailable(username: \"mary\") }"] {
        let answer = send(&anonymous, &dead, query, json!({})).await;
        assert_eq!((answer.status, answer.codes()), (200, Vec::new()), "{query}");
        assert!(deletes_session_cookie(&answer), "{query}");
    }
    for query in ["{ posts { totalCount } }", "{ viewer { email } ...F } fragment F on Query { topics { totalCount } }"]
    {
        let answer = send(&anonymous, &dead, query, json!({})).await;
        assert_eq!((answer.status, answer.codes()), (401, vec!["UNAUTHENTICATED".to_owned()]), "{query}");
        assert!(deletes_session_cookie(&answer), "{query}");
    }
    // A login with a cookie replaces the dead one.
    let input = json!({ "input": { "identifier": "ada", "password": PASSWORD, "transport": "COOKIE" } });
    let answer = send(&anonymous, &dead, LOGIN, input).await;
    assert!(!deletes_session_cookie(&answer), "{:?}", set_cookies(&answer));
    session_pair(&answer);
}

#[rstest]
#[tokio::test]
async fn a_dead_token_does_not_refuse_what_brings_its_own_credential(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    campus.advance(std::time::Duration::from_mins(11));
    let refresh = "mutation R($t: String!) {
        refreshSession(input: { refreshToken: $t }) { session { accessToken } userErrors { code } }
    }";
    let answer = ada.execute(refresh, json!({ "t": ada.refresh_token })).await;
    assert_eq!((answer.status, answer.refusals("refreshSession")), (200, Vec::new()), "{}", answer.body);
    let login = json!({ "input": { "identifier": "ada", "password": PASSWORD } });
    assert_eq!(ada.execute(LOGIN, login).await.refusals("login"), [""; 0]);
    for query in ["{ viewer { email } }", "mutation { deleteAccount(input: { password: \"x\" }) { isDeleted } }"] {
        assert_eq!(ada.execute(query, json!({})).await.status, 401, "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn a_socket_with_a_dead_cookie_opens_and_the_handshake_deletes_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mut request = format!("ws://{}/graphql", campus.address).into_client_request().expect("a request");
    let origin = format!("http://{}", campus.address);
    for (name, value) in
        [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", &origin), ("cookie", &dead_cookie(&campus))]
    {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let stream = tokio::net::TcpStream::connect(campus.address).await.expect("a connection");
    let (_socket, response) = client_async(request, stream).await.expect("a handshake");
    let cookie = response.headers()["set-cookie"].to_str().expect("a cookie");
    assert!(cookie.contains("=; ") && cookie.contains("Max-Age=0"), "{cookie}");
}

#[rstest]
#[tokio::test]
async fn two_servers_on_one_host_have_different_cookies(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let other = campus.another_node(&[]).await;
    let name = |pair: String| pair.split('=').next().unwrap_or_default().to_owned();
    assert_ne!(name(cookie_of(&campus, "ada").await), name(cookie_of(&other, "ada").await));
    other.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_registration_marks_its_device_and_a_new_password_forgets_the_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    let input =
        json!({ "email": "ada@campus.example", "password": PASSWORD, "username": "ada", "transport": "COOKIE" });
    let registered = anonymous.execute(REGISTER, json!({ "input": input })).await;
    let (session, first) = (session_pair(&registered), device_pair(&registered));
    let login = |password: &str| json!({ "input": { "identifier": "ada", "password": password } });
    let second = device_pair(&anonymous.execute(LOGIN, login(PASSWORD)).await);
    let lock = async || {
        for _ in 0..14 {
            anonymous.try_login("ada", "not the password").await;
        }
    };
    lock().await;
    for device in [&first, &second] {
        assert_eq!(send(&anonymous, device, LOGIN, login(PASSWORD)).await.refusals("login"), [""; 0], "{device}");
    }

    let new = "an even quieter attic";
    let change = format!(
        "mutation {{ changePassword(input: {{ currentPassword: \"{PASSWORD}\", newPassword: \"{new}\" }}) {{ userErrors {{ code }} }} }}"
    );
    let changed = send(&anonymous, &format!("{session}; {first}"), &change, json!({})).await;
    assert_eq!(changed.refusals("changePassword"), [""; 0], "strangers' guesses do not concern a session");
    lock().await;
    assert_eq!(send(&anonymous, &first, LOGIN, login(new)).await.refusals("login"), [""; 0]);
    assert_eq!(send(&anonymous, &second, LOGIN, login(new)).await.codes(), ["RATE_LIMITED"]);
}
