//! The checks of documents and variables before execution.

use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::server::{Response, Server};

/// Asserts that a request was rejected with `code` before execution.
fn assert_rejected(response: &Response, code: &str) {
    assert_eq!((response.status, response.code().as_str()), (400, code), "{response:?}");
    assert!(response.json().get("data").is_none(), "{response:?}");
    assert!(response.body.len() < 4096, "the response of a rejected request is small");
}

#[tokio::test]
async fn variables_are_checked_before_execution() {
    let server = Server::start().await;
    for (query, variables) in [
        ("mutation($p: String!) { increment login(password: $p) }", json!({})),
        ("mutation($p: String!) { increment login(password: $p) }", json!({ "p": null })),
        ("query($n: Int!) { even(n: 2) sum(of: [$n]) }", json!({ "n": "1" })),
        ("query($n: Int!) { sum(of: [$n]) }", json!({ "n": 2_147_483_648_i64 })),
        ("query($n: Int!) { sum(of: [$n]) }", json!({ "n": 1.5 })),
        ("query($of: [Int!]!) { sum(of: $of) }", json!({ "of": [1, null] })),
        ("query($c: Color!) { color(of: $c) }", json!({ "c": "BLUE" })),
        ("query($n: Even!) { even(n: $n) }", json!({ "n": 3 })),
        ("query($i: AddInput!) { add(input: $i) }", json!({ "i": { "left": 1, "other": 2 } })),
        ("query($i: AddInput!) { add(input: $i) }", json!({ "i": { "right": 1 } })),
        ("query($i: AddInput!) { add(input: $i) }", json!({ "i": 7 })),
        ("query($by: By!) { pick(by: $by) }", json!({ "by": { "id": 1, "name": "a" } })),
        ("query($by: By!) { pick(by: $by) }", json!({ "by": {} })),
        ("query($by: By!) { pick(by: $by) }", json!({ "by": { "id": null } })),
        ("query($n: Int = 1) { sum(of: [$n]) }", json!({ "n": null })),
        ("query($n: Int = 1) { ...F } fragment F on Query { sum(of: [2, $n]) }", json!({ "n": null })),
        ("query($n: String = \"x\") { greeting(name: $n) }", json!({ "n": null })),
        ("query($n: String) { greeting(name: $n) }", json!({ "n": null })),
        ("query($b: Boolean!) { greeting @skip(if: $b) }", json!({ "b": 1 })),
        ("query($r: Int) { add(input: { left: 1, right: $r }) }", json!({ "r": null })),
        ("query($n: String!) { greeting(name: $n) }", json!({ "n": "x".repeat(8_001) })),
    ] {
        let response = server.json(json!({ "query": query, "variables": variables })).await;
        assert_rejected(&response, "BAD_USER_INPUT");
    }
    assert_eq!(server.world.count(), 0);
}

#[tokio::test]
async fn valid_variables_pass_for_new_and_cached_documents() {
    let server = Server::start().await;
    for _ in 0..2 {
        for (query, variables, field, value) in [
            ("query($of: [Int!]!) { sum(of: $of) }", json!({ "of": 3 }), "sum", json!(3)),
            ("query($c: Color!) { color(of: $c) }", json!({ "c": "RED" }), "color", json!("RED")),
            ("query($i: AddInput!) { add(input: $i) }", json!({ "i": { "left": 1 } }), "add", json!(2)),
            ("query($l: Int!) { add(input: { left: $l, right: 5 }) }", json!({ "l": 2 }), "add", json!(7)),
            ("query($r: Int) { add(input: { left: 1, right: $r }) }", json!({}), "add", json!(2)),
            ("query($by: By!) { pick(by: $by) }", json!({ "by": { "name": "a" } }), "pick", json!("a")),
            ("query($n: String = \"me\") { greeting(name: $n) }", json!({ "other": 1 }), "greeting", json!("Hello me")),
            ("query($n: String) { greeting(name: $n) }", json!({}), "greeting", json!("Hello you")),
            ("query($n: Int!) { sum(of: [$n 1]) }", json!({ "n": 3.0 }), "sum", json!(4)),
            ("query($of: [Int!]! = 5) { sum(of: $of) }", json!({}), "sum", json!(5)),
            (
                "query($i: AddInput!) { add(input: $i) }",
                json!({ "i": { "left": -0.0, "right": 3e0 } }),
                "add",
                json!(3),
            ),
            ("query($l: Int = 4) { add(input: { left: $l }) }", json!({}), "add", json!(5)),
        ] {
            let response = server.json(json!({ "query": query, "variables": variables })).await;
            assert_eq!(response.json()["data"][field], value, "{response:?}");
        }
        // The variables of a cached document are checked too.
        let response =
            server.json(json!({ "query": "query($c: Color!) { color(of: $c) }", "variables": { "c": 1 } })).await;
        assert_rejected(&response, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn invalid_documents_are_rejected() {
    let server = Server::start().await;
    for query in [
        "{ nothing }",
        "{ greetin }",
        "{ greeting { a } }",
        "{ item }",
        "{ sum(of: [\"a\"]) }",
        "{ color(of: \"RED\") }",
        "query($l: Int!) { add(input: { left: $l, other: 5 }) }",
        "query($a: Nothing = 1) { greeting }",
        "query($a: Item) { greeting }",
        "query($a: Int) { greeting }",
        "{ __typename(a: 1) }",
        "{ __typename { a } }",
        "{ __typename @nothing }",
        "query($a: Boolean!) { __typename @include(if: $b) }",
        "{ ...F }",
        "{ greeting } fragment F on Query { greeting }",
        "{ ...F } fragment F on Query { ...F }",
        "subscription { counted(to: 1) silent }",
        "subscription { ...F } fragment F on Subscription { counted(to: 1) silent }",
        "subscription { __typename }",
        "subscription { counted(to: 1) @skip(if: false) }",
        "query A { greeting } { greeting }",
        "query($n: Int) { sum(of: [$n]) }",
        "query($n: Int) { ...F } fragment F on Query { pick(by: { id: $n }) }",
    ] {
        let response = server.query(query).await;
        assert_rejected(&response, "GRAPHQL_VALIDATION_FAILED");
        assert!(!response.body.contains("Did you mean"), "{response:?}");
    }
    for query in
        ["{", "", "query {", "{ a(b: \"\n\") }", "type A { b: Int }", "{ greeting() }", "{ greeting(name: 01) }"]
    {
        assert_rejected(&server.query(query).await, "GRAPHQL_PARSE_FAILED");
    }
    assert_eq!(
        server.query("{ a: __typename @skip(if: true) b: __typename @include(if: true) }").await.json()["data"],
        json!({ "b": "Query" })
    );
}

#[tokio::test]
async fn the_default_of_a_variable_decides_what_is_skipped_and_included() {
    let server = Server::start().await;
    let data = async |query: &str, variables: serde_json::Value| {
        server.json(json!({ "query": query, "variables": variables })).await.json()["data"].clone()
    };
    let query = "mutation($dry: Boolean! = true) { increment @skip(if: $dry) ... @include(if: $dry) { __typename } }";
    assert_eq!(data(query, json!({})).await, json!({ "__typename": "Mutation" }));
    assert_eq!(server.world.count(), 0);
    assert_eq!(data(query, json!({ "dry": false })).await, json!({ "increment": 1 }));
    let query = "query($more: Boolean = true) { greeting ...F @include(if: $more) item { number @skip(if: $more) } }
        fragment F on Query { sum(of: 1) }";
    assert_eq!(data(query, json!({})).await, json!({ "greeting": "Hello you", "sum": 1, "item": {} }));
    assert_eq!(
        data(query, json!({ "more": false })).await,
        json!({ "greeting": "Hello you", "item": { "number": 0 } })
    );
}

#[tokio::test]
async fn fields_of_one_key_are_resolved_once_and_in_the_order_of_the_first() {
    let server = Server::start().await;
    let query =
        "mutation { a: increment ...F } fragment F on Mutation { b: increment ... on Mutation { a: increment } }";
    // Its text, because a JSON value sorts its members.
    let response = server.query(query).await;
    assert!(response.body.contains(r#"{"a":1,"b":2}"#), "{response:?}");
    let query = "{ items(first: 2) { edges { cursor } } ...F items(first: 2) { edges { node { items(first: 1) { edges { cursor } } } } } }
        fragment F on Query { items(first: 2) { edges { node { number } cursor } } }";
    let edge = |n: u32| format!(r#"{{"cursor":"{n}","node":{{"number":{n},"items":{{"edges":[{{"cursor":"0"}}]}}}}}}"#);
    let expected = format!(r#"{{"items":{{"edges":[{},{}]}}}}"#, edge(0), edge(1));
    let response = server.query(query).await;
    assert!(response.body.contains(&expected), "{response:?}");
}

#[tokio::test]
async fn strings_are_read_to_the_letter() {
    let server = Server::start().await;
    for (literal, name) in [
        (r#""gr\u00fcn \uD83C\uDF3F""#, "grün 🌿"),
        (r#""\u{1F33F}""#, "🌿"),
        (r#""""say \""" aloud""""#, r#"say """ aloud"#),
        ("\"\"\"\n    one\n      two\n  \"\"\"", "one\n  two"),
        ("\"#__graphql_file__:0\"", "#__graphql_file__:0"),
    ] {
        let query = format!("\"greets\" query Q {{ greeting(name: {literal}) }}");
        assert_eq!(server.query(&query).await.json()["data"]["greeting"], format!("Hello {name}"), "{literal}");
    }
}

#[tokio::test]
async fn a_refused_value_is_told_what_is_wanted() {
    let server = Server::start().await;
    for (query, variables, message) in [
        (
            "query($n: Int) { items(first: $n) { edges { cursor } } }",
            json!({ "n": 2.5 }),
            "Variable \"$n\": Expected a value of type \"Int\": a whole number from -2147483648 to 2147483647.",
        ),
        (
            "query($i: AddInput!) { add(input: $i) }",
            json!({ "i": { "left": true } }),
            "Variable \"$i\": At \"left\": Expected a value of type \"Int\": a whole number from -2147483648 to 2147483647.",
        ),
        (
            "query($c: Color!) { color(of: $c) }",
            json!({ "c": "BLUE" }),
            "Variable \"$c\": Expected a value of the enum \"Color\": RED, GREEN.",
        ),
        (
            "{ color(of: null) }",
            json!({}),
            "The argument \"of\": Expected a value of the enum \"Color\": RED, GREEN, not null.",
        ),
        ("{ greetin }", json!({}), "The type \"Query\" has no field \"greetin\"."),
        ("{ sum(of: 1 }", json!({}), "Syntax error: Expected a name, found \"}\"."),
    ] {
        let response = server.json(json!({ "query": query, "variables": variables })).await;
        assert_eq!(response.json()["errors"][0]["message"], message);
    }
}

#[tokio::test]
async fn a_member_of_the_request_is_given_once() {
    let server = Server::start().await;
    for body in [
        r#"{"query": "{ greeting }", "query": "{ item { number } }"}"#,
        r#"{"query": "query($n: String!) { greeting(name: $n) }", "variables": {"n": "a", "n": "b"}}"#,
    ] {
        assert_rejected(
            &server.post("Content-Type: application/json\r\nAccept: application/graphql-response+json", body).await,
            "BAD_REQUEST",
        );
    }
}

#[tokio::test]
async fn the_path_of_an_error_below_a_list_leads_to_its_field() {
    let server = Server::start().await;
    for (query, path) in [
        ("{ parts { works } }", json!(["parts", 1, "works"])),
        ("{ all: parts { a: inside { ...F } } } fragment F on Part { ok: works }", json!(["all", 1, "a", "ok"])),
    ] {
        let response = server.query(query).await.json();
        assert_eq!((&response["errors"][0]["path"], response["errors"].as_array().map(Vec::len)), (&path, Some(1)));
    }
}

#[tokio::test]
async fn the_schema_describes_itself() {
    let server = Server::start().await;
    let response = server.query("{ s: __schema { d: description description } }").await.json();
    let description = response["data"]["s"]["d"].as_str().expect("a text");
    assert!(description.starts_with("The API of Studyhall"), "{description}");
    assert_eq!(response["data"]["s"]["description"], description);
}

#[tokio::test]
async fn operation_name_selects_the_operation() {
    let server = Server::start().await;
    let query = "query A { greeting } query B { greeting(name: \"b\") }";
    let named = |name: &str| json!({ "query": query, "operationName": name });
    assert_eq!(server.json(named("B")).await.json()["data"]["greeting"], "Hello b");
    assert_rejected(&server.json(named("C")).await, "OPERATION_RESOLUTION_FAILURE");
    assert_rejected(&server.query(query).await, "OPERATION_RESOLUTION_FAILURE");
}

#[tokio::test]
async fn page_sizes_multiply_the_cost() {
    let server = Server::start().await;
    let nested = |first: &str| {
        let inner = format!("items(first: {first}) {{ edges {{ node {{ number }} }} }}");
        format!("{{ items(first: {first}) {{ edges {{ node {{ {inner} }} }} }} }}")
    };
    assert_eq!(server.query(&nested("20")).await.status, 200);
    assert_rejected(&server.query(&nested("100")).await, "QUERY_TOO_COMPLEX");
    let query = format!("query($n: Int!) {}", nested("$n"));
    let with = |n: u32| server.json(json!({ "query": query, "variables": { "n": n } }));
    assert_eq!(with(20).await.status, 200);
    assert_rejected(&with(100).await, "QUERY_TOO_COMPLEX");
    // Rejecting a page that is too large is left to the resolver.
    assert_eq!(server.query("{ items(first: 2000000000) { edges { cursor } } }").await.status, 200);
}

/// Apollo's clients send the document when an error has exactly this message (iOS compares letter by letter, Kotlin without
/// case). iOS reads errors only in responses with a status below 300, Kotlin before 4.1 too; later ones also read others as
/// `application/graphql-response+json`. Servers of Apollo have the code besides.
#[tokio::test]
async fn an_unknown_hash_has_the_response_that_the_clients_of_apollo_need() {
    let server = Server::start().await;
    let hash = "0".repeat(64);
    let body = json!({
        "operationName": "Greeting",
        "variables": {},
        "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } },
    });
    let parameters = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("operationName", "Greeting")
        .append_pair("variables", "{}")
        .append_pair("extensions", &body["extensions"].to_string())
        .finish();
    for accept in [
        "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json",
        "multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json, application/json",
        "multipart/mixed;deferSpec=20220824, application/json",
        "application/json",
    ] {
        let headers = format!("Content-Type: application/json\r\nAccept: {accept}");
        let by_post = server.post(&headers, body.to_string()).await;
        let by_get = server.get(&format!("/graphql?{parameters}"), &format!("Accept: {accept}")).await;
        for response in [by_post, by_get] {
            let expected = json!({
                "errors": [{
                    "message": "PersistedQueryNotFound",
                    "extensions": { "code": "PERSISTED_QUERY_NOT_FOUND" },
                }],
            });
            assert_eq!((response.status, response.json()), (200, expected), "{accept}: {response:?}");
            let kind = response.header("content-type").unwrap_or_default();
            assert!(kind.starts_with("application/") && kind.contains("json"), "{kind}");
        }
    }
}

#[tokio::test]
async fn persisted_queries_are_stored_only_if_accepted() {
    let server = Server::start().await;
    let hash = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let by_hash =
        |text: &str| json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash(text) } } });
    let with = |text: &str| {
        let mut body = by_hash(text);
        body["query"] = json!(text);
        body
    };
    let (good, bad) = ("{ greeting(name: \"apq\") }", "{ nothing }");
    let unknown = server.json(by_hash(good)).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(server.json(with(good)).await.json()["data"]["greeting"], "Hello apq");
    assert_eq!(server.json(by_hash(good)).await.json()["data"]["greeting"], "Hello apq");
    let extensions = by_hash(good)["extensions"].to_string();
    let parameters =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("extensions", &extensions).finish();
    assert_eq!(server.get(&format!("/graphql?{parameters}"), "").await.json()["data"]["greeting"], "Hello apq");

    assert_rejected(&server.json(with(bad)).await, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(server.json(by_hash(bad)).await.code(), "PERSISTED_QUERY_NOT_FOUND");
    let mut forged = with(good);
    forged["query"] = json!("{ greeting }");
    assert_rejected(&server.json(forged).await, "BAD_REQUEST");
    // A mutation sent by its hash is rejected by GET like any other.
    let mutation = "mutation { increment }";
    assert_eq!(server.json(with(mutation)).await.status, 200);
    let extensions = by_hash(mutation)["extensions"].to_string();
    let parameters =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("extensions", &extensions).finish();
    assert_eq!(server.get(&format!("/graphql?{parameters}"), "").await.status, 405);
    assert_eq!(server.world.count(), 1);
}

#[tokio::test]
async fn introspection_follows_its_setting() {
    let introspection = "{ __schema { queryType { name } } }";
    let server = Server::start().await;
    assert_eq!(server.query(introspection).await.json()["data"]["__schema"]["queryType"]["name"], "Query");
    let server = Server::with(&["--introspection=off"]).await;
    assert_rejected(&server.query(introspection).await, "GRAPHQL_VALIDATION_FAILED");
    assert_rejected(
        &server.query("{ ...F } fragment F on Query { t: __type(name: \"Item\") { name } }").await,
        "GRAPHQL_VALIDATION_FAILED",
    );
    assert_eq!(server.query("{ __typename }").await.status, 200);
}

#[tokio::test]
async fn internal_errors_are_masked_and_have_a_code() {
    let server = Server::start().await;
    for query in ["{ breaks }", "{ panics }"] {
        let response = server.query(query).await;
        let error = &response.json()["errors"][0];
        assert_eq!((response.status, error["extensions"]["code"].as_str()), (200, Some("INTERNAL_SERVER_ERROR")));
        assert!(error["extensions"]["incident"].is_string() && !response.body.contains("secret"), "{response:?}");
    }
    let response = server.query("{ private greeting }").await;
    assert_eq!((response.status, response.code().as_str()), (200, "UNAUTHENTICATED"));
    assert_eq!(response.json()["data"], json!({ "private": null, "greeting": "Hello you" }));
    let many: String = (0..9).map(|n| format!("a{n}: private ")).collect();
    assert_eq!(server.query(&format!("{{ {many} }}")).await.json()["errors"].as_array().map(Vec::len), Some(9));
}

pub fn limits() -> studyhall::config::Limits {
    use clap::{Args, FromArgMatches};
    let command = studyhall::config::Limits::augment_args(clap::Command::new("limits"));
    studyhall::config::Limits::from_arg_matches(&command.get_matches_from(["limits"])).expect("defaults")
}

/// Pieces of valid and invalid documents.
fn text_piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "...",
        "A",
        "B",
        "a",
        "b:",
        "$v",
        "@skip",
        "\"s\"",
        "\"\"\"",
        "\"",
        "\\",
        "#",
        "\n",
        " ",
        "!",
        "=",
        "1",
        "__typename",
        "\u{feff}",
        "é",
    ])
}

proptest! {
    #[test]
    fn scan_does_not_panic(text in "\\PC*") {
        let _ = studyhall::graphql::document::scan(&text, &limits());
    }

    #[test]
    fn measure_does_not_panic_on_scanned_documents(pieces in prop::collection::vec(text_piece(), 0..60)) {
        let text = pieces.join(" ");
        if studyhall::graphql::document::scan(&text, &limits()).is_ok()
            && let Ok(document) = studyhall::graphql::document::parse(&text, &limits())
        {
            let _ = studyhall::graphql::document::measure(&document, &limits());
        }
    }

    #[test]
    fn measure_visits_each_selection_at_most_once(
        spreads in prop::collection::vec((0_usize..8, 0_usize..8), 0..20),
    ) {
        let body = |at: usize| {
            let spreads: String = spreads.iter().filter(|(from, _)| *from == at).map(|(_, to)| format!("...F{to} ")).collect();
            format!("{{ a {spreads} }}")
        };
        let fragments: String = (0..8).map(|at| format!("fragment F{at} on Query {} ", body(at))).collect();
        let text = format!("{{ ...F0 }} {fragments}");
        let document = studyhall::graphql::document::parse(&text, &limits()).expect("a document");
        if let Ok(measure) = studyhall::graphql::document::measure(&document, &limits()) {
            prop_assert!(measure.steps <= 1 + 8 + 20);
        }
    }
}
