//! GraphQL over HTTP: methods, content types, statuses and origins.

use serde_json::json;

use studyhall::accounts::sessions::TokenTransport;

use super::server::Server;

const JSON: &str = "Content-Type: application/json";
const QUERY: &str = r#"{"query":"{ greeting }"}"#;
const INCREMENT: &str = r#"{"query":"mutation { increment }"}"#;

#[tokio::test]
async fn the_response_format_is_negotiated() {
    let server = Server::start().await;
    for (accept, status, content_type) in [
        ("*/*", 200, "application/json; charset=utf-8"),
        ("application/json", 200, "application/json; charset=utf-8"),
        ("application/graphql-response+json", 200, "application/graphql-response+json; charset=utf-8"),
        ("text/html", 406, "application/json; charset=utf-8"),
    ] {
        let response = server.post(&format!("{JSON}\r\nAccept: {accept}"), QUERY).await;
        assert_eq!((response.status, response.header("content-type")), (status, Some(content_type)));
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert!(response.header("x-request-id").is_some());
    }
    for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
        let response = server.post(&format!("{JSON}\r\nAccept: {accept}"), r#"{"query":"{ nothing }"}"#).await;
        assert_eq!((response.status, response.code().as_str()), (status, "GRAPHQL_VALIDATION_FAILED"));
    }
}

#[tokio::test]
async fn rejected_requests_have_a_status_and_a_code() {
    let server = Server::start().await;
    for (status, code, head, body) in [
        (404, "NOT_FOUND", "GET /nothing HTTP/1.1", ""),
        (404, "NOT_FOUND", "GET /assets/nothing.js HTTP/1.1", ""),
        (404, "NOT_FOUND", "GET /assets/../../Cargo.toml HTTP/1.1", ""),
        (405, "BAD_REQUEST", "PUT /graphql HTTP/1.1\r\nContent-Type: application/json", QUERY),
        (405, "BAD_REQUEST", "GET /graphql?query=mutation%7Bincrement%7D HTTP/1.1", ""),
        (405, "BAD_REQUEST", "POST /healthz HTTP/1.1", ""),
        (415, "BAD_REQUEST", "POST /graphql HTTP/1.1", QUERY),
        (415, "BAD_REQUEST", "POST /graphql HTTP/1.1\r\nContent-Type: text/plain", QUERY),
        (415, "BAD_REQUEST", "POST /graphql HTTP/1.1\r\nContent-Type: application/json; charset=utf-16", QUERY),
        (
            415,
            "BAD_REQUEST",
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nContent-Encoding: gzip",
            QUERY,
        ),
        (
            400,
            "BAD_REQUEST",
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json",
            "[{\"query\":\"{ greeting }\"}]",
        ),
        (400, "BAD_REQUEST", "POST /graphql HTTP/1.1\r\nContent-Type: application/json", "{"),
        (400, "BAD_REQUEST", "POST /graphql HTTP/1.1\r\nContent-Type: application/json", "{\"query\":1}"),
        (400, "BAD_REQUEST", "GET /graphql HTTP/1.1", ""),
        (400, "BAD_REQUEST", "GET /graphql?query=%7Bgreeting%7D&variables=%7B HTTP/1.1", ""),
        (
            401,
            "UNAUTHENTICATED",
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer wrong",
            QUERY,
        ),
        (
            401,
            "UNAUTHENTICATED",
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Basic eA==",
            QUERY,
        ),
        (431, "BAD_REQUEST", &format!("GET / HTTP/1.1\r\nX-Long: {}", "x".repeat(17_000)), ""),
        (431, "BAD_REQUEST", &format!("GET / HTTP/1.1{}", "\r\nX: y".repeat(80)), ""),
    ] {
        let response = server.send(head, body).await;
        assert_eq!((response.status, response.code().as_str()), (status, code), "{head}: {response:?}");
        assert_eq!(response.header("allow").is_some(), status == 405, "{response:?}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{response:?}");
    }
    assert_eq!(server.world.count(), 0);
}

#[tokio::test]
async fn get_requests_ignore_empty_parameters() {
    let server = Server::start().await;
    let response = server.get("/graphql?query=%7Bgreeting%7D&variables=&operationName=&extensions=", "").await;
    assert_eq!(response.json()["data"]["greeting"], "Hello you");
}

#[tokio::test]
async fn pages_of_foreign_origins_cannot_run_mutations() {
    let server = Server::start().await;
    let (_, secret) = server.session(TokenTransport::Cookie).await;
    let cookie = &format!("Cookie: studyhall-{}={secret}", server.address.port());
    let form = "Content-Type: multipart/form-data; boundary=b";
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{\"query\":\"mutation{increment}\"}\r\n--b\r\n\
        Content-Disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--b--\r\n";
    for (headers, body, status) in [
        ("Content-Type: text/plain", INCREMENT, 415),
        ("Content-Type: application/x-www-form-urlencoded", INCREMENT, 415),
        ("Content-Type: application/x-www-form-urlencoded", "query=mutation%7Bincrement%7D", 415),
        ("X-None: 1", INCREMENT, 415),
        (form, multipart, 415),
        ("Content-Type: application/jsonp", INCREMENT, 415),
        ("Content-Type: application/json\r\nOrigin: https://evil.test", INCREMENT, 403),
        ("Content-Type: application/json\r\nOrigin: null", INCREMENT, 403),
        ("Content-Type: application/json\r\nSec-Fetch-Site: cross-site", INCREMENT, 403),
        ("Content-Type: application/json\r\nSec-Fetch-Site: same-site", INCREMENT, 403),
        (&format!("{form}\r\nX-Requested-With: x\r\nOrigin: https://evil.test"), multipart, 403),
    ] {
        let response = server.post(&format!("{headers}\r\n{cookie}"), body).await;
        assert_eq!(response.status, status, "{headers}: {response:?}");
    }
    let response = server.get("/graphql?query=mutation%7Bincrement%7D", cookie).await;
    assert_eq!(response.status, 405);
    assert_eq!(server.world.count(), 0);

    let own = format!("{JSON}\r\n{cookie}\r\nOrigin: http://{}\r\nSec-Fetch-Site: same-origin", server.address);
    assert_eq!(server.post(&own, INCREMENT).await.json()["data"]["increment"], 1);
    assert_eq!(server.post(&format!("{JSON}\r\n{cookie}"), INCREMENT).await.json()["data"]["increment"], 2);
}

#[tokio::test]
async fn only_allowed_origins_can_read_responses() {
    let server = Server::with(&["--allowed-origins=https://good.test"]).await;
    let port = server.address.port();
    let own = format!("http://localhost:{port}");
    for (origin, is_allowed) in [
        ("https://good.test", true),
        (own.as_str(), true),
        ("https://evil.test", false),
        ("null", false),
        ("https://good.test.evil.test", false),
        ("https://GOOD.test", false),
        ("https://good.test:444", false),
        ("http://good.test", false),
    ] {
        let head = format!("OPTIONS /graphql HTTP/1.1\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST");
        let preflight = server.send(&head, "").await;
        assert_eq!(preflight.status, if is_allowed { 204 } else { 403 }, "{origin}");
        let response = server.post(&format!("{JSON}\r\nOrigin: {origin}"), QUERY).await;
        for response in [preflight, response] {
            assert_eq!(response.header("access-control-allow-origin"), is_allowed.then_some(origin));
            assert!(response.varies_with("origin"));
        }
    }
}

#[tokio::test]
async fn an_invalid_cookie_is_expired() {
    let server = Server::start().await;
    let name = format!("studyhall-{}", server.address.port());
    let response = server.post(&format!("{JSON}\r\nCookie: {name}=wrong"), QUERY).await;
    assert_eq!(response.status, 401);
    assert!(
        response
            .header("set-cookie")
            .is_some_and(|cookie| cookie.starts_with(&format!("{name}=;")) && cookie.contains("Max-Age=0"))
    );
    // A bearer token takes precedence over the cookie.
    let (_, token) = server.session(TokenTransport::Token).await;
    let both = format!("{JSON}\r\nCookie: {name}=wrong\r\nAuthorization: Bearer {token}");
    let response = server.post(&both, QUERY).await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
    let query = json!({ "query": "{ address }" }).to_string();
    for (settings, address) in [(&[][..], "127.0.0.1"), (&["--trusted-proxies=127.0.0.1"][..], "192.0.2.9")] {
        let server = Server::with(settings).await;
        let response = server
            .post(&format!("{JSON}\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.9\r\nX-Request-Id: mine-1"), &query)
            .await;
        assert_eq!(response.json()["data"]["address"], address);
        assert_eq!(response.header("x-request-id") == Some("mine-1"), address == "192.0.2.9");
    }
}

#[tokio::test]
async fn operations_end_at_their_time_limit() {
    let server = Server::with(&["--query-timeout=0.05"]).await;
    let response = server.query("{ waits }").await;
    assert_eq!((response.status, response.code().as_str()), (200, "TIMEOUT"));
    assert!(response.json()["data"].is_null());
}

#[tokio::test]
async fn concurrent_operations_are_limited() {
    let server = Server::with(&["--max-operations=1", "--rate-limits=off"]).await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.wait_for_resolver().await;
        let rejected = server.query("{ greeting }").await;
        assert_eq!((rejected.status, rejected.code().as_str()), (503, "TOO_MANY_OPERATIONS"));
        assert_eq!(rejected.header("retry-after"), Some("1"));
        server.world.gate.add_permits(1);
    };
    let (response, ()) = tokio::join!(waits, rest);
    assert_eq!(response.json()["data"]["waits"], true);
    server.assert_alive().await;
}

#[tokio::test]
async fn pages_and_health_checks_respond() {
    let server = Server::with(&["--web-dir=/nonexistent"]).await;
    for (path, expected) in [("/", "/graphiql"), ("/graphiql", "GraphiQL"), ("/healthz", "alive"), ("/readyz", "ready")]
    {
        let response = server.get(path, "").await;
        assert_eq!(response.status, 200);
        assert!(response.body.contains(expected), "{response:?}");
    }
    assert!(server.get("/graphiql", "").await.header("content-security-policy").is_some());
}

#[tokio::test]
async fn pages_can_send_the_headers_that_client_libraries_add() {
    let server =
        Server::with(&["--allowed-origins=https://good.test", "--allowed-headers=x-campus,X-Campus-Trace"]).await;
    let preflight = server
        .send("OPTIONS /graphql HTTP/1.1\r\nOrigin: https://good.test\r\nAccess-Control-Request-Method: POST", "")
        .await;
    let allowed = preflight.header("access-control-allow-headers").expect("a header").to_ascii_lowercase();
    let allowed: Vec<_> = allowed.split(',').map(str::trim).collect();
    for name in [
        "authorization",
        "content-type",
        "apollographql-client-name",
        "apollographql-client-version",
        "apollographql-library-name",
        "apollographql-library-version",
        "apollo-require-preflight",
        "x-apollo-operation-name",
        "x-apollo-operation-id",
        "x-apollo-operation-type",
        "traceparent",
        "tracestate",
        "baggage",
        "sentry-trace",
        "x-datadog-trace-id",
        "x-datadog-parent-id",
        "x-datadog-origin",
        "x-datadog-sampling-priority",
        "x-request-id",
        "cache-control",
        "idempotency-key",
        "x-campus",
        "x-campus-trace",
    ] {
        assert!(allowed.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn the_pages_of_an_app_can_be_listed() {
    for origin in ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "chrome-extension://abcdefgh"] {
        let server = Server::with(&[&format!("--allowed-origins={origin}")]).await;
        let response = server.post(&format!("{JSON}\r\nOrigin: {origin}"), QUERY).await;
        assert_eq!((response.status, response.header("access-control-allow-origin")), (200, Some(origin)));
    }
}

#[tokio::test]
async fn requests_of_proxies_monitors_and_people_are_answered() {
    let server = Server::start().await;
    let query = "/graphql?query=%7Bgreeting%7D";
    let head = server.send(&format!("HEAD {query} HTTP/1.1\r\nConnection: close"), "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let mutation = server.send("HEAD /graphql?query=mutation%7Bincrement%7D HTTP/1.1\r\nConnection: close", "").await;
    assert_eq!((mutation.status, server.world.count()), (405, 0));
    let slash = server.send("POST /graphql/ HTTP/1.1\r\nContent-Type: application/json", QUERY).await;
    assert_eq!(slash.json()["data"]["greeting"], "Hello you");

    let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nSec-Fetch-Site: cross-site";
    for path in ["/graphql", "/graphql/"] {
        let visit = server.get(path, browser).await;
        assert_eq!((visit.status, visit.header("location")), (303, Some("/graphiql")));
    }
    let with_query = server.get(query, "Accept: text/html,*/*;q=0.8").await;
    assert_eq!(with_query.json()["data"]["greeting"], "Hello you");

    for headers in [JSON.to_owned(), format!("{JSON}\r\nConnection: keep-alive")] {
        let response = server.post(&headers, QUERY).await;
        let connection = (response.header("connection"), response.header("keep-alive"));
        assert_eq!(connection, (Some("keep-alive"), Some("timeout=75")));
    }
    let closing = server.post(&format!("{JSON}\r\nConnection: close"), QUERY).await;
    assert_eq!(closing.header("keep-alive"), None);
}

#[tokio::test]
async fn a_rejection_says_what_the_server_accepts() {
    let server = Server::start().await;
    let encoded = server.post(&format!("{JSON}\r\nContent-Encoding: gzip"), QUERY).await;
    assert_eq!((encoded.status, encoded.header("accept-encoding")), (415, Some("identity")));
    let plain = server.post("Content-Type: text/plain", QUERY).await;
    assert_eq!((plain.status, plain.header("accept-post")), (415, Some("application/json, multipart/form-data")));
    let wrong = server.post(&format!("{JSON}\r\nAuthorization: Bearer wrong"), QUERY).await;
    assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, Some("Bearer error=\"invalid_token\"")));
}
