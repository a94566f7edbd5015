//! Uploads by the multipart request specification.

use studyhall::accounts::sessions::TokenTransport;

use super::server::{Response, Server};

const OPERATIONS: &str =
    r#"{"query":"mutation($f: Upload!) { uploadImage(input: { file: $f }) }","variables":{"f":null}}"#;

async fn upload(server: &Server, token: &str, parts: &[(&str, &str)]) -> Response {
    let mut body = String::new();
    for (name, content) in parts {
        let file = if name.len() == 1 { "; filename=\"a.png\"" } else { "" };
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([&head, *content, "\r\n"]);
    }
    body += "--b--\r\n";
    let headers = "Content-Type: multipart/form-data; boundary=b\r\nGraphQL-Require-Preflight: 1";
    server.post(&format!("{headers}\r\nAuthorization: Bearer {token}"), body).await
}

#[tokio::test]
async fn an_uploaded_file_reaches_its_resolver() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let response =
        upload(&server, &token, &[("operations", OPERATIONS), ("map", r#"{"0":["variables.f"]}"#), ("0", "four")])
            .await;
    assert_eq!(response.json()["data"]["uploadImage"], 4, "{response:?}");
}

#[tokio::test]
async fn invalid_file_maps_are_rejected() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let file = ("0", "four");
    for (map, files) in [
        (r#"{"0":["variables.g"]}"#, vec![file]),
        (r#"{"0":["variables.f.0"]}"#, vec![file]),
        (r#"{"0":["query"]}"#, vec![file]),
        (r#"{"0":[]}"#, vec![file]),
        (r#"{"0":["variables.f","variables.f"]}"#, vec![file]),
        (r#"{"0":["variables.f"],"1":["variables.f"]}"#, vec![file, ("1", "x")]),
        (r#"{"0":["variables.f"]}"#, vec![]),
        (r#"{"0":["variables.f"]}"#, vec![file, file]),
        (r#"{"0":["variables.f"]}"#, vec![file, ("1", "x")]),
        (
            r#"{"0":["variables.f"],"1":["variables.a"],"2":["variables.b"],"3":["variables.c"],"4":["variables.d"]}"#,
            vec![file],
        ),
        ("[]", vec![file]),
        ("{", vec![file]),
    ] {
        let parts: Vec<_> = [("operations", OPERATIONS), ("map", map)].into_iter().chain(files).collect();
        let response = upload(&server, &token, &parts).await;
        assert_eq!((response.status, response.code().as_str()), (400, "BAD_REQUEST"), "{map}: {response:?}");
    }
    let response = upload(&server, &token, &[("map", "{}"), ("operations", OPERATIONS)]).await;
    assert_eq!(response.status, 400);
    server.assert_alive().await;
}

#[tokio::test]
async fn files_above_the_maximum_size_reach_their_resolver_without_bytes() {
    let server = Server::with(&["--max-upload-bytes=1000", "--max-file-bytes=1000"]).await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let uploaded = async |bytes: usize| {
        let file = "x".repeat(bytes);
        let parts = [("operations", OPERATIONS), ("map", r#"{"0":["variables.f"]}"#), ("0", file.as_str())];
        upload(&server, &token, &parts).await.json()["data"]["uploadImage"].clone()
    };
    assert_eq!(uploaded(1000).await, 1000);
    for too_large in [1001, 3 * 1024 * 1024] {
        assert_eq!(uploaded(too_large).await, serde_json::Value::Null);
    }
}

#[tokio::test]
async fn a_file_can_replace_several_variables() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let operations = r#"{
        "query": "mutation($f: Upload!, $g: Upload!) { a: uploadImage(input: { file: $f }) b: uploadImage(input: { file: $g }) }",
        "variables": { "f": null, "g": null }
    }"#;
    let map = r#"{"0":["variables.f","variables.g"]}"#;
    let response = upload(&server, &token, &[("operations", operations), ("map", map), ("0", "four")]).await;
    assert_eq!(response.json()["data"], serde_json::json!({ "a": 4, "b": 4 }), "{response:?}");
}
