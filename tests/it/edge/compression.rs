//! Which responses are compressed.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::json;

use studyhall::graphql::document::SECRET_FIELDS;

use super::server::Server;
use crate::support::Engine;
use crate::support::campus::Campus;

const JSON: &str = "Content-Type: application/json";

#[tokio::test]
async fn a_large_response_is_compressed_as_the_client_asks() {
    let server = Server::start().await;
    let name = "a".repeat(2_000);
    let large = json!({ "query": format!("{{ greeting(name: \"{name}\") }}") }).to_string();
    for (accepted, encoding) in [
        ("gzip", Some("gzip")),
        ("gzip, deflate, br", Some("br")),
        ("gzip, deflate, br, zstd", Some("zstd")),
        ("zstd;q=0.5, gzip", Some("gzip")),
        ("identity", None),
        ("deflate", None),
    ] {
        let response = server.post(&format!("{JSON}\r\nAccept-Encoding: {accepted}"), &large).await;
        assert_eq!((response.status, response.header("content-encoding")), (200, encoding), "{accepted}");
        assert!(response.varies_with("accept-encoding") && response.varies_with("accept"), "{response:?}");
        assert!(encoding.is_none() || response.body.len() < 500);
    }
    let small = server.post(&format!("{JSON}\r\nAccept-Encoding: gzip"), r#"{"query":"{ greeting }"}"#).await;
    assert_eq!(small.header("content-encoding"), None);
    let headers = format!("{JSON}\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip");
    let stream = server.post(&headers, json!({ "query": "subscription { counted(to: 200) }" }).to_string()).await;
    assert_eq!(stream.header("content-encoding"), None);
}

#[rstest]
#[tokio::test]
async fn a_response_with_a_secret_is_never_compressed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let large = "__schema { types { name fields { name description } } }";
    let booking = |field: &str| format!("{large} node(id: \"x\") {{ ... on Booking {{ {field} }} }}");
    for (query, is_compressed) in [
        (format!("{{ {} }}", booking("id")), true),
        // The document decides, not the result.
        (format!("{{ {} }}", booking("calendarUrl")), false),
        (format!("{{ {} }}", booking("a: calendarUrl")), false),
        (format!("{{ {} }} fragment F on Booking {{ ... {{ calendarUrl }} }}", booking("...F")), false),
    ] {
        let body = json!({ "query": query });
        let request = ada.request(reqwest::Method::POST, "/graphql").header("accept-encoding", "gzip").json(&body);
        let response = request.send().await.expect("a response");
        assert_eq!(response.headers().contains_key("content-encoding"), is_compressed, "{query}");
    }
}

/// A secret is described as one, or named like one: a new field of this kind belongs into the list.
#[test]
fn every_secret_of_the_schema_is_known() {
    let mut found = BTreeSet::new();
    let (mut parent, mut description, mut in_description) = ("", String::new(), false);
    for line in include_str!("../../../schema.graphql").lines() {
        let text = line.trim();
        let member = line.strip_prefix('\t').filter(|member| member.starts_with(char::is_alphabetic));
        if text.starts_with("\"\"\"") {
            in_description = !in_description;
            if in_description {
                description.clear();
            }
        } else if in_description {
            description.push_str(text);
            description.push(' ');
        } else if let Some(member) = member.filter(|_| !["", "Query", "Mutation", "Subscription"].contains(&parent)) {
            let name = member.split([':', '(']).next().unwrap_or_default();
            let is_named = ["Token", "Secret", "Password"].iter().any(|end| name.ends_with(end));
            // That there is a password says nothing about it.
            let is_named = is_named && !name.starts_with("has");
            if is_named || description.contains("is a secret") {
                found.insert((parent, name));
            }
        } else if line.starts_with(char::is_alphabetic) {
            let kind = line.strip_prefix("type ").unwrap_or_default();
            parent = kind.split([' ', '{']).next().unwrap_or_default();
        }
    }
    assert_eq!(found, BTreeSet::from(SECRET_FIELDS));
}
