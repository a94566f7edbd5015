//! The checks of documents and variables before execution.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::server::{Response, Server};
use crate::support::transcript;

/// Asserts that a request was rejected with `code` before execution.
fn assert_rejected(response: &Response, code: &str) {
    assert_eq!((response.status, response.code().as_str()), (400, code), "{response:?}");
    assert!(response.json().get("data").is_none(), "{response:?}");
    assert!(response.body.len() < 4096, "the response of a rejected request is small");
}

/// Sends a line of a transcript: a document, and after `with` its variables. Returns the data as it was sent, or status,
/// code and message of the first error.
async fn respond(server: &Server, line: &str) -> String {
    let (query, variables) = line.split_once(" with ").unwrap_or((line, "{}"));
    let variables: Value = serde_json::from_str(variables).expect("variables");
    let response = server.json(json!({ "query": query, "variables": variables })).await;
    match response.body.strip_prefix(r#"{"data":"#).and_then(|rest| rest.strip_suffix('}')) {
        Some(data) if response.status == 200 => data.to_owned(),
        _ => {
            // Code and message stand in the transcript. What every rejection has in common does not.
            assert_rejected(&response, &response.code());
            let message = &response.json()["errors"][0]["message"];
            format!("{} {}: {}", response.status, response.code(), message.as_str().expect("a message"))
        }
    }
}

async fn check(server: &Server, requests: Expect) {
    transcript::compare_all(&requests, async |line| respond(server, line).await).await;
}

#[tokio::test]
async fn variables_are_checked_before_execution() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r#"
            mutation($p: String!) { increment login(password: $p) }
                → 400 BAD_USER_INPUT: Variable "$p" of type "String!" is required.
            mutation($p: String!) { increment login(password: $p) } with { "p": null }
                → 400 BAD_USER_INPUT: Variable "$p": Expected a value of type "String": a text in quotation marks, not null.
            query($n: Int!) { even(n: 2) sum(of: [$n]) } with { "n": "1" }
                → 400 BAD_USER_INPUT: Variable "$n": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
            query($n: Int!) { sum(of: [$n]) } with { "n": 2147483648 }
                → 400 BAD_USER_INPUT: Variable "$n": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
            query($n: Int) { items(first: $n) { edges { cursor } } } with { "n": 2.5 }
                → 400 BAD_USER_INPUT: Variable "$n": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
            query($of: [Int!]!) { sum(of: $of) } with { "of": [1, null] }
                → 400 BAD_USER_INPUT: Variable "$of": At "1": Expected a value of type "Int": a whole number from -2147483648 to 2147483647, not null.
            query($c: Color!) { color(of: $c) } with { "c": "BLUE" }
                → 400 BAD_USER_INPUT: Variable "$c": Expected a value of the enum "Color": RED, GREEN.
            query($n: Even!) { even(n: $n) } with { "n": 3 }
                → 400 BAD_USER_INPUT: Variable "$n": Expected a value of type "Even": An even number.
            query($i: AddInput!) { add(input: $i) } with { "i": { "left": 1, "other": 2 } }
                → 400 BAD_USER_INPUT: Variable "$i": "AddInput" has no member "other".
            query($i: AddInput!) { add(input: $i) } with { "i": { "left": true } }
                → 400 BAD_USER_INPUT: Variable "$i": At "left": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
            query($i: AddInput!) { add(input: $i) } with { "i": { "right": 1 } }
                → 400 BAD_USER_INPUT: Variable "$i": "AddInput" requires the member "left".
            query($i: AddInput!) { add(input: $i) } with { "i": 7 }
                → 400 BAD_USER_INPUT: Variable "$i": Expected an object of type "AddInput".
            query($by: By!) { pick(by: $by) } with { "by": { "id": 1, "name": "a" } }
                → 400 BAD_USER_INPUT: Variable "$by": "By" takes exactly one member, which is not null.
            query($by: By!) { pick(by: $by) } with { "by": {} }
                → 400 BAD_USER_INPUT: Variable "$by": "By" takes exactly one member, which is not null.
            query($by: By!) { pick(by: $by) } with { "by": { "id": null } }
                → 400 BAD_USER_INPUT: Variable "$by": "By" takes exactly one member, which is not null.
            query($n: Int = 1) { sum(of: [$n]) } with { "n": null }
                → 400 BAD_USER_INPUT: Argument "of": At "0": Expected a value of type "Int": a whole number from -2147483648 to 2147483647, and "$n" is null.
            query($n: Int = 1) { ...F } fragment F on Query { sum(of: [2, $n]) } with { "n": null }
                → 400 BAD_USER_INPUT: Argument "of": At "1": Expected a value of type "Int": a whole number from -2147483648 to 2147483647, and "$n" is null.
            query($n: String = "x") { greeting(name: $n) } with { "n": null }
                → 400 BAD_USER_INPUT: Argument "name": Expected a value of type "String": a text in quotation marks, and "$n" is null.
            query($n: String) { greeting(name: $n) } with { "n": null }
                → 400 BAD_USER_INPUT: Argument "name": Expected a value of type "String": a text in quotation marks, and "$n" is null.
            query($b: Boolean!) { greeting @skip(if: $b) } with { "b": 1 }
                → 400 BAD_USER_INPUT: Variable "$b": Expected a value of type "Boolean": true or false.
            query($r: Int) { add(input: { left: 1, right: $r }) } with { "r": null }
                → 400 BAD_USER_INPUT: Argument "input": At "right": Expected a value of type "Int": a whole number from -2147483648 to 2147483647, and "$r" is null.
        "#]],
    )
    .await;
    let long = json!({ "query": "query($n: String!) { greeting(name: $n) }", "variables": { "n": "x".repeat(8_001) } });
    assert_rejected(&server.json(long).await, "BAD_USER_INPUT");
    assert_eq!(server.world.count(), 0);
}

#[tokio::test]
async fn valid_variables_pass_for_new_and_cached_documents() {
    let server = Server::start().await;
    let requests = expect![[r#"
        query($of: [Int!]!) { sum(of: $of) } with { "of": 3 }
            → {"sum":3}
        query($c: Color!) { color(of: $c) } with { "c": "RED" }
            → {"color":"RED"}
        query($c: Color!) { color(of: $c) } with { "c": 1 }
            → 400 BAD_USER_INPUT: Variable "$c": Expected a value of the enum "Color": RED, GREEN.
        query($i: AddInput!) { add(input: $i) } with { "i": { "left": 1 } }
            → {"add":2}
        query($i: AddInput!) { add(input: $i) } with { "i": { "left": -0.0, "right": 3e0 } }
            → {"add":3}
        query($l: Int!) { add(input: { left: $l, right: 5 }) } with { "l": 2 }
            → {"add":7}
        query($l: Int = 4) { add(input: { left: $l }) }
            → {"add":5}
        query($r: Int) { add(input: { left: 1, right: $r }) }
            → {"add":2}
        query($by: By!) { pick(by: $by) } with { "by": { "name": "a" } }
            → {"pick":"a"}
        query($n: String = "me") { greeting(name: $n) } with { "other": 1 }
            → {"greeting":"Hello me"}
        query($n: String) { greeting(name: $n) }
            → {"greeting":"Hello you"}
        query($n: Int!) { sum(of: [$n 1]) } with { "n": 3.0 }
            → {"sum":4}
        query($of: [Int!]! = 5) { sum(of: $of) }
            → {"sum":5}
    "#]];
    transcript::compare_all(&requests, async |line| {
        let first = respond(&server, line).await;
        assert_eq!(respond(&server, line).await, first, "the document is cached now");
        first
    })
    .await;
}

#[tokio::test]
async fn invalid_documents_are_rejected() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r#"
            { nothing }
                → 400 GRAPHQL_VALIDATION_FAILED: The type "Query" has no field "nothing".
            { greetin }
                → 400 GRAPHQL_VALIDATION_FAILED: The type "Query" has no field "greetin".
            { greeting { a } }
                → 400 GRAPHQL_VALIDATION_FAILED: The field "greeting" has the type "String", which has no fields.
            { item }
                → 400 GRAPHQL_VALIDATION_FAILED: The field "item" has the type "Item!": select fields of it.
            { sum(of: ["a"]) }
                → 400 GRAPHQL_VALIDATION_FAILED: The argument "of": At "0": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
            { color(of: "RED") }
                → 400 GRAPHQL_VALIDATION_FAILED: The argument "of": Expected a value of the enum "Color": RED, GREEN.
            { color(of: null) }
                → 400 GRAPHQL_VALIDATION_FAILED: The argument "of": Expected a value of the enum "Color": RED, GREEN, not null.
            query($l: Int!) { add(input: { left: $l, other: 5 }) }
                → 400 GRAPHQL_VALIDATION_FAILED: The argument "input": "AddInput" has no member "other".
            query($a: Nothing = 1) { greeting }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$a" is declared and not used.
            query($a: Item) { greeting }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$a" is declared and not used.
            query($a: Int) { greeting }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$a" is declared and not used.
            { __typename(a: 1) }
                → 400 GRAPHQL_VALIDATION_FAILED: The field "__typename" has no argument "a".
            { __typename { a } }
                → 400 GRAPHQL_VALIDATION_FAILED: "__typename" is a text and has no fields.
            { __typename @nothing }
                → 400 GRAPHQL_VALIDATION_FAILED: Documents have no directive "@nothing".
            query($a: Boolean!) { __typename @include(if: $b) }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$a" is declared and not used.
            { ...F }
                → 400 GRAPHQL_VALIDATION_FAILED: The document has no fragment "F".
            { greeting } fragment F on Query { greeting }
                → 400 GRAPHQL_VALIDATION_FAILED: The fragment "F" is not used.
            { ...F } fragment F on Query { ...F }
                → 400 GRAPHQL_VALIDATION_FAILED: Fragments must not form a cycle.
            subscription { counted(to: 1) silent }
                → 400 GRAPHQL_VALIDATION_FAILED: A subscription must have exactly one root field.
            subscription { ...F } fragment F on Subscription { counted(to: 1) silent }
                → 400 GRAPHQL_VALIDATION_FAILED: A subscription must have exactly one root field.
            subscription { __typename }
                → 400 GRAPHQL_VALIDATION_FAILED: The root field of a subscription must not be an introspection field.
            subscription { counted(to: 1) @skip(if: false) }
                → 400 GRAPHQL_VALIDATION_FAILED: The root field of a subscription must not have @skip or @include.
            query A { greeting } { greeting }
                → 400 GRAPHQL_VALIDATION_FAILED: An operation without a name must be the only operation of its document.
            query($n: Int) { sum(of: [$n]) }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$n" of type "Int" cannot stand where "Int!" is expected.
            query($n: Int) { ...F } fragment F on Query { pick(by: { id: $n }) }
                → 400 GRAPHQL_VALIDATION_FAILED: The variable "$n" must not be nullable, for a member that must not be null.
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_document_is_rejected() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r#"
            {
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: Expected a name, found the end of the document.
            query {
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: Expected a name, found the end of the document.
            type A { b: Int }
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: Expected an operation or a fragment, found the name "type".
            { greeting() }
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: Expected a name, found ")".
            { greeting(name: 01) }
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: A number has digits, and no 0 in front of others.
            { sum(of: 1 }
                → 400 GRAPHQL_PARSE_FAILED: Syntax error: Expected a name, found "}".
        "#]],
    )
    .await;
    for query in ["", "{ a(b: \"\n\") }"] {
        assert_rejected(&server.query(query).await, "GRAPHQL_PARSE_FAILED");
    }
}

#[tokio::test]
async fn the_default_of_a_variable_decides_what_is_skipped_and_included() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r#"
            { a: __typename @skip(if: true) b: __typename @include(if: true) }
                → {"b":"Query"}
            mutation($dry: Boolean! = true) { increment @skip(if: $dry) ... @include(if: $dry) { __typename } }
                → {"__typename":"Mutation"}
        "#]],
    )
    .await;
    assert_eq!(server.world.count(), 0);
    check(
        &server,
        expect![[r#"
            mutation($dry: Boolean! = true) { increment @skip(if: $dry) ... @include(if: $dry) { __typename } } with { "dry": false }
                → {"increment":1}
            query($more: Boolean = true) { greeting ...F @include(if: $more) item { number @skip(if: $more) } } fragment F on Query { sum(of: 1) }
                → {"greeting":"Hello you","sum":1,"item":{}}
            query($more: Boolean = true) { greeting ...F @include(if: $more) item { number @skip(if: $more) } } fragment F on Query { sum(of: 1) } with { "more": false }
                → {"greeting":"Hello you","item":{"number":0}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn fields_of_one_key_are_resolved_once_and_in_the_order_of_the_first() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r#"
            mutation { a: increment ...F } fragment F on Mutation { b: increment ... on Mutation { a: increment } }
                → {"a":1,"b":2}
            { items(first: 2) { edges { cursor } } ...F items(first: 2) { edges { node { items(first: 1) { edges { cursor } } } } } } fragment F on Query { items(first: 2) { edges { node { number } cursor } } }
                → {"items":{"edges":[{"cursor":"0","node":{"number":0,"items":{"edges":[{"cursor":"0"}]}}},{"cursor":"1","node":{"number":1,"items":{"edges":[{"cursor":"0"}]}}}]}}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn strings_are_read_to_the_letter() {
    let server = Server::start().await;
    check(
        &server,
        expect![[r##"
            { greeting(name: "gr\u00fcn \uD83C\uDF3F") }
                → {"greeting":"Hello grün 🌿"}
            { greeting(name: "\u{1F33F}") }
                → {"greeting":"Hello 🌿"}
            { greeting(name: """say \""" aloud""") }
                → {"greeting":"Hello say \"\"\" aloud"}
            { greeting(name: "#__graphql_file__:0") }
                → {"greeting":"Hello #__graphql_file__:0"}
            "greets" query Q { greeting(name: "described") }
                → {"greeting":"Hello described"}
        "##]],
    )
    .await;
    let block = "{ greeting(name: \"\"\"\n    one\n      two\n  \"\"\") }";
    assert_eq!(server.query(block).await.json()["data"]["greeting"], "Hello one\n  two");
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
