//! What happens to a document and its variables before anything runs.

use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::server::{Answer, Server};

/// Asserts that a request was refused with `code`, and that nothing of it ran.
fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (400, code), "{answer:?}");
    assert!(answer.json().get("data").is_none(), "{answer:?}");
    assert!(answer.body.len() < 4096, "an answer to a refused request stays small");
}

#[tokio::test]
async fn variables_are_checked_before_anything_runs() {
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
        ("query($n: Int) { sum(of: [$n]) }", json!({})),
        ("query($n: Int) { sum(of: [$n]) }", json!({ "n": null })),
        ("query($n: Int) { ...F } fragment F on Query { pick(by: { id: $n }) }", json!({ "n": null })),
        ("query($n: String = \"x\") { greeting(name: $n) }", json!({ "n": null })),
        ("query($r: Int) { add(input: { left: 1, right: $r }) }", json!({ "r": null })),
        ("query($n: String!) { greeting(name: $n) }", json!({ "n": "#__graphql_file__:0" })),
        ("query($n: String!) { greeting(name: $n) }", json!({ "n": "x".repeat(8_001) })),
    ] {
        let answer = server.json(json!({ "query": query, "variables": variables })).await;
        assert_refused(&answer, "BAD_USER_INPUT");
    }
    assert_eq!(server.world.count(), 0);
}

#[tokio::test]
async fn fitting_variables_pass_also_when_the_document_is_known() {
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
        ] {
            let answer = server.json(json!({ "query": query, "variables": variables })).await;
            assert_eq!(answer.json()["data"][field], value, "{answer:?}");
        }
        // The known document's values are checked as before.
        let answer =
            server.json(json!({ "query": "query($c: Color!) { color(of: $c) }", "variables": { "c": 1 } })).await;
        assert_refused(&answer, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn invalid_documents_are_refused() {
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
    ] {
        let answer = server.query(query).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED");
        assert!(!answer.body.contains("Did you mean"), "{answer:?}");
    }
    for query in ["{", "", "query {", "{ a(b: \"\n\") }", "type A { b: Int }", "query A { greeting } { greeting }"] {
        assert_refused(&server.query(query).await, "GRAPHQL_PARSE_FAILED");
    }
    assert_eq!(
        server.query("{ a: __typename @skip(if: true) b: __typename @include(if: true) }").await.json()["data"],
        json!({ "b": "Query" })
    );
}

#[tokio::test]
async fn the_operation_is_chosen_by_name() {
    let server = Server::start().await;
    let query = "query A { greeting } query B { greeting(name: \"b\") }";
    let named = |name: &str| json!({ "query": query, "operationName": name });
    assert_eq!(server.json(named("B")).await.json()["data"]["greeting"], "Hello b");
    assert_refused(&server.json(named("C")).await, "OPERATION_RESOLUTION_FAILURE");
    assert_refused(&server.query(query).await, "OPERATION_RESOLUTION_FAILURE");
}

#[tokio::test]
async fn pages_multiply_the_cost() {
    let server = Server::start().await;
    let nested = |first: &str| {
        let inner = format!("items(first: {first}) {{ edges {{ node {{ number }} }} }}");
        format!("{{ items(first: {first}) {{ edges {{ node {{ {inner} }} }} }} }}")
    };
    assert_eq!(server.query(&nested("20")).await.status, 200);
    assert_refused(&server.query(&nested("100")).await, "QUERY_TOO_COMPLEX");
    let query = format!("query($n: Int!) {}", nested("$n"));
    let with = |n: u32| server.json(json!({ "query": query, "variables": { "n": n } }));
    assert_eq!(with(20).await.status, 200);
    assert_refused(&with(100).await, "QUERY_TOO_COMPLEX");
    // A page that is too large is the resolver's to refuse.
    assert_eq!(server.query("{ items(first: 2000000000) { edges { cursor } } }").await.status, 200);
}

#[tokio::test]
async fn persisted_queries_are_stored_after_they_were_accepted() {
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
    assert_refused(&server.json(by_hash(good)).await, "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(server.json(with(good)).await.json()["data"]["greeting"], "Hello apq");
    assert_eq!(server.json(by_hash(good)).await.json()["data"]["greeting"], "Hello apq");
    let extensions = by_hash(good)["extensions"].to_string();
    let parameters =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("extensions", &extensions).finish();
    assert_eq!(server.get(&format!("/graphql?{parameters}"), "").await.json()["data"]["greeting"], "Hello apq");

    assert_refused(&server.json(with(bad)).await, "GRAPHQL_VALIDATION_FAILED");
    assert_refused(&server.json(by_hash(bad)).await, "PERSISTED_QUERY_NOT_FOUND");
    let mut forged = with(good);
    forged["query"] = json!("{ greeting }");
    assert_refused(&server.json(forged).await, "BAD_REQUEST");
    // A mutation by hash is still a mutation.
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
    let ask = "{ __schema { queryType { name } } }";
    let server = Server::start().await;
    assert_eq!(server.query(ask).await.json()["data"]["__schema"]["queryType"]["name"], "Query");
    let server = Server::with(&["--introspection=off"]).await;
    assert_refused(&server.query(ask).await, "GRAPHQL_VALIDATION_FAILED");
    assert_refused(
        &server.query("{ ...F } fragment F on Query { t: __type(name: \"Item\") { name } }").await,
        "GRAPHQL_VALIDATION_FAILED",
    );
    assert_eq!(server.query("{ __typename }").await.status, 200);
}

#[tokio::test]
async fn what_went_wrong_inside_is_masked_and_has_a_code() {
    let server = Server::start().await;
    for query in ["{ breaks }", "{ panics }"] {
        let answer = server.query(query).await;
        let error = &answer.json()["errors"][0];
        assert_eq!((answer.status, error["extensions"]["code"].as_str()), (200, Some("INTERNAL_SERVER_ERROR")));
        assert!(error["extensions"]["incident"].is_string() && !answer.body.contains("secret"), "{answer:?}");
    }
    let answer = server.query("{ private greeting }").await;
    assert_eq!((answer.status, answer.code().as_str()), (200, "UNAUTHENTICATED"));
    assert_eq!(answer.json()["data"], json!({ "private": null, "greeting": "Hello you" }));
    let many: String = (0..9).map(|n| format!("a{n}: private ")).collect();
    assert_eq!(server.query(&format!("{{ {many} }}")).await.json()["errors"].as_array().map(Vec::len), Some(9));
}

fn limits() -> studyhall::config::Limits {
    use clap::{Args, FromArgMatches};
    let command = studyhall::config::Limits::augment_args(clap::Command::new("limits"));
    studyhall::config::Limits::from_arg_matches(&command.get_matches_from(["limits"])).expect("defaults")
}

/// Pieces that documents are made of, well and badly.
fn piece() -> impl Strategy<Value = &'static str> {
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
    fn the_scan_panics_at_nothing(text in "\\PC*") {
        let _ = studyhall::graphql::document::scan(&text, &limits());
    }

    #[test]
    fn what_passes_the_scan_does_not_panic_the_measure(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.join(" ");
        if studyhall::graphql::document::scan(&text, &limits()).is_ok()
            && let Ok(document) = async_graphql::parser::parse_query(&text)
        {
            let _ = studyhall::graphql::document::measure(&document, &limits());
        }
    }

    #[test]
    fn generated_documents_are_measured_in_as_many_steps_as_they_have_selections(
        spreads in prop::collection::vec((0_usize..8, 0_usize..8), 0..20),
    ) {
        let body = |at: usize| {
            let spreads: String = spreads.iter().filter(|(from, _)| *from == at).map(|(_, to)| format!("...F{to} ")).collect();
            format!("{{ a {spreads} }}")
        };
        let fragments: String = (0..8).map(|at| format!("fragment F{at} on Query {} ", body(at))).collect();
        let document = async_graphql::parser::parse_query(format!("{{ ...F0 }} {fragments}")).expect("a document");
        if let Ok(measure) = studyhall::graphql::document::measure(&document, &limits()) {
            prop_assert!(measure.steps <= 1 + 8 + 20);
        }
    }
}
