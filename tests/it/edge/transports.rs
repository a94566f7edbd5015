//! One operation has one outcome, over each transport: requests and responses, sockets, event streams, and responses of
//! several parts.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

/// A request as text, because JSON values cannot hold all of them, and what it results in: the codes of its errors.
const REQUESTS: &[(&str, &[&str])] = &[
    // Defaults of variables, and absent ones.
    (
        r#"{"query":"query Q($with: Boolean! = true) { lobby { onlineCount } viewer @include(if: $with) { role } }"}"#,
        &[],
    ),
    (
        r#"{"query":"mutation M($dry: Boolean! = true) { updateProfile(input: {about: \"x\"}) @skip(if: $dry) { user { id } } __typename }"}"#,
        &[],
    ),
    (r#"{"query":"query Q($order: LobbySort) { lobby { users(sort: $order, first: 1) { totalCount } } }"}"#, &[]),
    (
        r#"{"query":"query Q($n: Int! = 1, $o: Int) { posts(first: $n) { totalCount } searchUsers(first: $o, filter: {}) { totalCount } }"}"#,
        &[],
    ),
    // Types of variables.
    (
        r#"{"query":"query Q($n: Int!) { viewer { role unreadCount @skip(if: $n) } }","variables":{"n":7}}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    (
        r#"{"query":"mutation M($p: String) { updateSettings(input: {messagePolicy: $p}) { userErrors { code } } }","variables":{"p":"EVERYONE"}}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    (r#"{"query":"query Q($t: String) { usernameAvailable(username: $t) }"}"#, &["GRAPHQL_VALIDATION_FAILED"]),
    (r#"{"query":"query Q($n: Int) { posts(first: $n) { totalCount } }","variables":{"n":3.0}}"#, &[]),
    (r#"{"query":"query Q($n: Int) { posts(first: $n) { totalCount } }","variables":{"n":3.5}}"#, &["BAD_USER_INPUT"]),
    (r#"{"query":"query Q($n: Int) { posts(first: $n) { totalCount } }","variables":{"n":"3"}}"#, &["BAD_USER_INPUT"]),
    (
        r#"{"query":"query Q($n: Int) { posts(first: $n) { totalCount } }","variables":{"n":2147483648}}"#,
        &["BAD_USER_INPUT"],
    ),
    // The grammar.
    (r#"{"query":"{ usernameAvailable(username: \"gr\\u00fcn\\uD83C\\uDF3F\") }"}"#, &[]),
    (r#"{"query":"{ usernameAvailable(username: \"\\uD83C\") }"}"#, &["GRAPHQL_PARSE_FAILED"]),
    (
        r#"{"query":"\"\"\"A \\\"\"\" description\"\"\" query Home(\"of a variable\" $n: Int = 1) { posts(first: $n) { totalCount } }"}"#,
        &[],
    ),
    (r#"{"query":"{ posts() { totalCount } }"}"#, &["GRAPHQL_PARSE_FAILED"]),
    (
        r#"{"query":"mutation { updateProfile(input: {about: \"one\", about: \"two\"}) { user { id } } }"}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    (
        r#"{"query":"query Q($id: ID!) { node(id: $id) { ... on Topic { what: title } ... on Conversation { what: unreadCount } } }","variables":{"id":"x"}}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    // What one member of the request can have.
    (r#"{"query":"query A { __typename } query B { viewer { role } }","operationName":"B"}"#, &[]),
    (r#"{"query":"{ viewer { role } }","operationName":"","variables":null,"extensions":null}"#, &[]),
    (r#"{"query":"{ viewer { role } }","variables":[]}"#, &[]),
    (r#"{"query":"query Q($t: String!) { usernameAvailable(username: $t) }","variables":{"t":"ana \ud83d"}}"#, &[]),
    (
        r#"{"query":"mutation M($t: String!) { createPost(input: {text: $t}) { userErrors { code } } }","variables":{"t":"a\u0000b"}}"#,
        &[],
    ),
    // Scalars.
    (
        r#"{"query":"mutation M($t: DateTime) { muteConversation(input: {conversationId: \"x\", endsAt: $t}) { userErrors { code } } }","variables":{"t":"2026-12-01T00:00:00+24:00"}}"#,
        &["BAD_USER_INPUT"],
    ),
    (
        r#"{"query":"mutation M($t: DateTime) { muteConversation(input: {conversationId: \"x\", endsAt: $t}) { userErrors { code } } }","variables":{"t":"2026-12-01T00:00:00+23:59"}}"#,
        &[],
    ),
    (r#"{"query":"{ posts(first: 1, after: \"\") { totalCount } }"}"#, &[]),
    (r#"{"query":"{ posts(first: 1, after: \"rubbish\") { totalCount } }"}"#, &["BAD_USER_INPUT"]),
    // Too much: levels, bytes.
    (r#"{"query":"{ __schema { types { name description fields { name description } } } }"}"#, &["QUERY_TOO_COMPLEX"]),
    (
        r#"{"query":"{ posts(first: 100) { edges { node { author { sessions: posts(first: 100) { edges { node { id author { id } } } } } } } } }"}"#,
        &["QUERY_TOO_COMPLEX"],
    ),
];

/// What all transports have in common: the data, and the codes of errors with their paths.
fn outcome(response: &Value) -> Value {
    let errors = response["errors"].as_array().cloned().unwrap_or_default();
    let error = |error: &Value| json!([error["extensions"]["code"], error["path"], error["message"]]);
    json!({ "data": response["data"], "errors": errors.iter().map(error).collect::<Vec<_>>() })
}

async fn send(person: &Person, accept: &str, body: &str) -> Value {
    let request = person.request(reqwest::Method::POST, "/graphql");
    let request = request.header("accept", accept).header("content-type", "application/json").body(body.to_owned());
    Person::send(request).await.body
}

async fn by_events(person: &Person, body: &str) -> Value {
    let answer = send(person, "text/event-stream", body).await;
    // What is rejected before it begins is answered as JSON.
    let Some(text) = answer.as_str() else { return outcome(&answer) };
    let events: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert_eq!(events.len(), 1, "{text}");
    outcome(&serde_json::from_str(events[0]).expect("JSON"))
}

async fn by_socket(socket: &mut Socket, body: &str) -> Value {
    socket.send_text(format!("{{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{body}}}")).await;
    let message = socket.receive().await;
    if message["type"] == "error" {
        return outcome(&json!({ "errors": message["payload"] }));
    }
    assert_eq!(message["type"], "next", "{message}");
    assert_eq!(socket.receive().await["type"], "complete");
    outcome(&message["payload"])
}

#[rstest]
#[tokio::test]
async fn an_operation_has_the_same_outcome_over_every_transport(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--max-response-bytes=20000", "--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut socket = Socket::connect(&ada).await;
    for (body, codes) in REQUESTS {
        let json = send(&ada, "application/json", body).await;
        let expected = outcome(&json);
        let found: Vec<&Value> = expected["errors"].as_array().expect("a list").iter().map(|error| &error[0]).collect();
        assert_eq!(found, *codes, "{body}: {json}");
        let standard = send(&ada, "application/graphql-response+json", body).await;
        assert_eq!(outcome(&standard), expected, "the other media type: {body}");
        let parts = send(&ada, "multipart/mixed;subscriptionSpec=1.0,application/json", body).await;
        assert_eq!(outcome(&parts), expected, "a client of multipart subscriptions: {body}");
        assert_eq!(by_events(&ada, body).await, expected, "an event stream: {body}");
        assert_eq!(by_socket(&mut socket, body).await, expected, "a socket: {body}");
    }
    assert!(socket.is_alive().await, "no refused operation costs the others");
}

/// Subscriptions that cannot begin, and the codes of their errors.
const SUBSCRIPTIONS: &[(&str, &[&str])] = &[
    (
        r#"{"query":"subscription S($id: Int!) { conversationChanged(conversationId: $id) { __typename } }","variables":{"id":7}}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    (r#"{"query":"subscription { inboxChanged(after: \"rubbish\") { __typename } }"}"#, &["BAD_USER_INPUT"]),
    (r#"{"query":"subscription { conversationChanged(conversationId: \"x\") { __typename } }"}"#, &["NOT_FOUND"]),
    (r#"{"query":"subscription { moderationChanged { __typename } }"}"#, &["FORBIDDEN"]),
    (
        r#"{"query":"subscription { inboxChanged { __typename } lobbyChanged { __typename } }"}"#,
        &["GRAPHQL_VALIDATION_FAILED"],
    ),
    (r#"{"query":"subscription { inboxChanged { __typename }"}"#, &["GRAPHQL_PARSE_FAILED"]),
];

#[rstest]
#[tokio::test]
async fn a_subscription_that_cannot_begin_ends_alike_over_every_transport(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut socket = Socket::connect(&ada).await;
    for (body, codes) in SUBSCRIPTIONS {
        let codes = json!(codes);
        let codes_of = |outcome: &Value| -> Value {
            outcome["errors"].as_array().expect("a list").iter().map(|error| error[0].clone()).collect()
        };
        socket.send_text(format!("{{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{body}}}")).await;
        let message = socket.receive().await;
        assert_eq!(message["type"], "error", "{body}: {message}");
        assert_eq!(codes_of(&outcome(&json!({ "errors": message["payload"] }))), codes, "a socket: {body}");
        assert_eq!(codes_of(&by_events(&ada, body).await), codes, "an event stream: {body}");
        let parts = send(&ada, "multipart/mixed;subscriptionSpec=1.0,application/json", body).await;
        let text = parts.as_str().map_or_else(|| parts.to_string(), str::to_owned);
        for code in codes.as_array().expect("a list") {
            let code = code.as_str().expect("a code");
            assert_eq!(text.matches(code).count(), 1, "parts: {body}: {text}");
        }
    }
    assert!(socket.is_alive().await, "no refused operation costs the others");
}
