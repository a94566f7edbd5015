//! The pages for browsers: a strict content security policy, built files and fallbacks.

use std::fs;

use tempfile::TempDir;

use super::server::{Response, Server};

/// Starts a server with `files` as its web pages. The caller must keep the directory.
async fn server_with_pages(files: &[(&str, &str)]) -> (Server, TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("assets")).expect("a directory");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("a file");
    }
    (Server::with(&[&format!("--web-dir={}", dir.path().display())]).await, dir)
}

fn assert_strict_policy(page: &Response) {
    let policy = page.header("content-security-policy").expect("a policy");
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.split(';').any(|directive| directive.trim() == part), "{part} is missing in {policy}");
    }
    assert!(!policy.contains("http"), "another origin is allowed: {policy}");
}

#[tokio::test]
async fn the_fallback_home_page_is_served_without_a_build() {
    let (server, _pages) = server_with_pages(&[]).await;
    let home = server.get("/", "").await;
    for address in ["/graphql", "/graphiql", "/healthz", "/readyz"] {
        assert!(home.body.contains(address), "{address}");
    }
    assert_eq!((home.status, home.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_strict_policy(&home);
    assert!(!home.body.contains("://"), "the page refers to another origin");
}

#[tokio::test]
async fn the_fallback_graphiql_loads_only_pinned_files() {
    let (server, _pages) = server_with_pages(&[]).await;
    let page = server.get("/graphiql", "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("connect-src 'self'"), "{policy}");
    // Every foreign file belongs to a package version in the policy and is pinned by its hash.
    let foreign: Vec<&str> = page.body.split('<').filter(|tag| tag.contains("https://")).collect();
    assert_eq!(foreign.len(), 5);
    for tag in foreign {
        let address = tag.split('"').find(|part| part.starts_with("https://")).expect("an address");
        let is_allowed = |part: &str| part.starts_with("https://") && part.ends_with('/') && address.starts_with(part);
        assert!(policy.split([' ', ';']).any(is_allowed), "{address}");
        assert!(tag.contains("integrity=\"sha384-") && tag.contains("crossorigin=\"anonymous\""), "{address}");
    }
    let start = server.get("/graphiql.js", "").await;
    assert_eq!((start.status, start.header("content-type")), (200, Some("text/javascript")));
    assert!(start.body.contains("createFetcher") && !start.body.contains("https://"));
}

#[tokio::test]
async fn built_pages_are_served_unchanged() {
    let (server, _pages) = server_with_pages(&[("graphiql.html", "the editor"), ("index.html", "the client")]).await;
    for (path, text) in [("/graphiql", "the editor"), ("/", "the client")] {
        let page = server.get(path, "").await;
        assert_eq!((page.status, page.body.as_str()), (200, text));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert_strict_policy(&page);
    }
}

#[tokio::test]
async fn routes_of_the_client_return_the_client() {
    let (server, _pages) = server_with_pages(&[("index.html", "the client")]).await;
    let browser = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
    for path in ["/people/ada", "/confirm-email", "/mentoring/offers/apt_1/edit"] {
        let page = server.get(path, browser).await;
        assert_eq!((page.status, page.body.as_str()), (200, "the client"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert_strict_policy(&page);
        // The client needs no inline styles.
        assert!(!page.header("content-security-policy").expect("a policy").contains("unsafe"));
    }
    for (path, accept) in [("/people/ada", "Accept: */*"), ("/people/ada", ""), ("/assets/none.js", browser)] {
        assert_eq!(server.get(path, accept).await.status, 404, "{path} {accept}");
    }
    let sent = server.send(&format!("POST /people/ada HTTP/1.1\r\n{browser}"), "").await;
    assert_eq!(sent.status, 404);
}

#[tokio::test]
async fn routes_of_the_client_are_not_found_without_a_build() {
    let (server, _pages) = server_with_pages(&[]).await;
    assert_eq!(server.get("/people/ada", "Accept: text/html").await.status, 404);
    assert!(server.get("/", "").await.body.contains("make web"));
}

#[tokio::test]
async fn assets_are_compressed_for_clients_that_accept_gzip() {
    let (server, _pages) =
        server_with_pages(&[("assets/a.js", "plain"), ("assets/a.js.gz", "packed"), ("assets/b.ttf", "font")]).await;
    for (path, accepted, body, encoding, content_type) in [
        ("/assets/a.js", "gzip, br", "packed", Some("gzip"), "text/javascript"),
        ("/assets/a.js", "identity", "plain", None, "text/javascript"),
        ("/assets/b.ttf", "gzip", "font", None, "font/ttf"),
    ] {
        let response = server.get(path, &format!("Accept-Encoding: {accepted}")).await;
        assert_eq!((response.status, response.body.as_str()), (200, body));
        assert_eq!(
            (response.header("content-encoding"), response.header("content-type")),
            (encoding, Some(content_type))
        );
        assert!(response.varies_with("accept-encoding") && response.varies_with("origin"), "{}", response.head);
        assert_eq!(response.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    assert_eq!(server.get("/assets/none.js", "").await.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn the_service_worker_may_only_fetch_and_is_checked_for_changes() {
    let files = [("index.html", "client"), ("offline.html", "no connection"), ("service-worker.js", "worker")];
    let (server, _pages) = server_with_pages(&files).await;
    let worker = server.get("/service-worker.js", "").await;
    assert_eq!((worker.status, &*worker.body), (200, "worker"));
    assert_eq!(worker.header("content-type"), Some("text/javascript"));
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    assert_eq!(worker.header("content-security-policy"), Some("default-src 'none'; connect-src 'self'"));
    let offline = server.get("/offline.html", "").await;
    assert_eq!((offline.status, &*offline.body), (200, "no connection"));
    assert_strict_policy(&offline);
    // It was not built.
    assert_eq!(server.get("/manifest.webmanifest", "").await.status, 404);
}
