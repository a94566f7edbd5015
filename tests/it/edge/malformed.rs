//! Malformed input: one coded answer for each fault, the same over every transport.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use super::server::Server;
use super::socket::Socket;

const JSON: &str = "Content-Type: application/json";
const EVENTS: &str = "Content-Type: application/json\r\nAccept: text/event-stream";

/// Returns the result of a request over HTTP, as an event, and over a socket, which must survive it.
async fn answers(server: &Server, payload: &str) -> [Value; 3] {
    let http = server.post(JSON, payload).await.json();
    let stream = server.post(EVENTS, payload).await;
    let event = stream.body.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&stream.body);
    let event = serde_json::from_str(event).expect("JSON");
    let mut socket = Socket::initialized(server).await;
    socket.send_text(&format!(r#"{{"type":"subscribe","id":"a","payload":{payload}}}"#)).await;
    let message = socket.receive().await;
    let answer = match message["type"].as_str() {
        Some("next") => message["payload"].clone(),
        _ => json!({ "errors": message["payload"] }),
    };
    socket.send(json!({ "type": "ping" })).await;
    while socket.receive().await["type"] != "pong" {}
    [http, event, answer]
}

#[tokio::test]
async fn half_a_character_becomes_the_replacement_character() {
    let server = Server::start().await;
    let query = "query($name: String!) { greeting(name: $name) }";
    for (variables, expected) in [
        (r#"{"name":"ana \ud83d"}"#, "Hello ana \u{fffd}"),
        (r#"{"name":"\ude00 ana"}"#, "Hello \u{fffd} ana"),
        (r#"{"name":"\ud83d\ude00"}"#, "Hello \u{1f600}"),
        (r#"{"name":"\\ud83d"}"#, "Hello \\ud83d"),
    ] {
        let payload = format!(r#"{{"query":"{query}","variables":{variables}}}"#);
        for answer in answers(&server, &payload).await {
            assert_eq!(answer, json!({ "data": { "greeting": expected } }), "{payload}");
        }
    }
    let literal = r#"{"query":"{ greeting(name: \"\ud83d\") }"}"#;
    for answer in answers(&server, literal).await {
        assert_eq!(answer["data"]["greeting"], "Hello \u{fffd}");
    }
    let query = "query=query($name:String!)%7Bgreeting(name:$name)%7D";
    let get = server.get(&format!("/graphql?{query}&variables=%7B%22name%22:%22%5Cud83d%22%7D"), "").await;
    assert_eq!(get.json()["data"]["greeting"], "Hello \u{fffd}");
}

#[tokio::test]
async fn a_malformed_member_costs_only_its_operation() {
    let server = Server::start().await;
    for (code, payload) in [
        ("BAD_REQUEST", r#"{"query":"{ greeting }","variables":7}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","variables":[1]}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","operationName":7}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","extensions":{"persistedQuery":{"version":2}}}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","extensions":7}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","query":"{ greeting }"}"#),
        ("BAD_REQUEST", r#"{"query":"{ greeting }","variables":{"a":1,"b":{"c":2,"c":2}}}"#),
        (
            "BAD_REQUEST",
            &format!(r#"{{"query":"{{ greeting }}","variables":{{"deep":{}1{}}}}}"#, "[".repeat(200), "]".repeat(200)),
        ),
        (
            "BAD_USER_INPUT",
            &format!(r#"{{"query":"{{ greeting }}","variables":{{"deep":{}1{}}}}}"#, "[".repeat(80), "]".repeat(80)),
        ),
        ("GRAPHQL_PARSE_FAILED", r#"{"query":""}"#),
        ("QUERY_TOO_COMPLEX", &format!(r#"{{"query":"{}{}"}}"#, "{a".repeat(100), "}".repeat(100))),
        ("OPERATION_RESOLUTION_FAILURE", r#"{"query":"{ greeting }","operationName":"\u0000"}"#),
        ("GRAPHQL_PARSE_FAILED", r#"{"query":"{ greeting \u0000 }"}"#),
        ("GRAPHQL_PARSE_FAILED", r#"{"query":"{ greeting } x"}"#),
    ] {
        for answer in answers(&server, payload).await {
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{payload}: {answer}");
        }
    }
}

#[tokio::test]
async fn blank_members_and_a_byte_order_mark_are_harmless() {
    let server = Server::start().await;
    for payload in [
        r#"{"query":"{ greeting }","operationName":"","variables":[],"extensions":[]}"#,
        r#"{"query":"{ greeting }","operationName":null,"variables":"","extensions":""}"#,
    ] {
        for answer in answers(&server, payload).await {
            assert_eq!(answer["data"]["greeting"], "Hello you", "{payload}");
        }
    }
    let response = server.post(JSON, "\u{feff}{\"query\":\"{ greeting }\"}").await;
    assert_eq!(response.json()["data"]["greeting"], "Hello you");
    let mut socket = Socket::open(&server).await;
    socket.send_text("\u{feff}{\"type\":\"connection_init\"}").await;
    assert_eq!(socket.receive().await["type"], "connection_ack");
}

#[tokio::test]
async fn json_that_is_broken_as_a_whole_is_rejected_with_its_fault() {
    let server = Server::start().await;
    for (body, fault) in [
        (&br#"{"query":"{ greeting }"} {}"#[..], "trailing characters"),
        (b"{\"query\":\"{ greeting }\0\"}", "control character"),
        (b"{\"query\":\"\xff\"}", "unicode"),
        (b"", "EOF"),
        (br#"{"query":"{ greeting }""#, "EOF"),
    ] {
        for headers in [JSON, EVENTS] {
            let response = server.post(headers, body).await;
            assert_eq!((response.status, response.code().as_str()), (400, "BAD_REQUEST"), "{response:?}");
            let message = response.json()["errors"][0]["message"].to_string();
            assert!(message.contains("not valid JSON") && message.contains(fault), "{message}");
        }
        if let Ok(text) = std::str::from_utf8(body) {
            let mut socket = Socket::initialized(&server).await;
            socket.send_text(text).await;
            assert_eq!(socket.close_code().await, 4400);
        }
    }
}

#[tokio::test]
async fn a_text_frame_that_is_not_utf8_closes_with_its_code() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    socket.0.flush().await.expect("sent");
    let mut stream = socket.0.into_inner();
    // A masked text frame of two bytes.
    stream.write_all(&[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]).await.expect("sent");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert_eq!(bytes.get(2..4), Some(&1007_u16.to_be_bytes()[..]), "{bytes:?}");
    let mut other = Socket::initialized(&server).await;
    let _ = other.0.send(Message::Close(None)).await;
    assert!(other.0.next().await.is_some());
}
