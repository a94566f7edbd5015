//! Requesting an export, and downloading it.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::images::gc;
use studyhall::node;

use super::next_export;
use crate::support::{Campus, Engine, PASSWORD};

const DAY: Duration = Duration::from_hours(24);

#[rstest]
#[tokio::test]
async fn a_member_requests_an_export_once_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    assert_eq!(ada.latest_export().await, Value::Null);
    let mut inbox = ada.follow_exports().await;
    let payload = ada.try_request_export(None).await.field("requestDataExport");
    let requested = &payload["dataExport"];
    assert_eq!(requested["requestedAt"], "2026-11-21T09:30:00.000Z");
    let notification = next_export(&mut inbox).await;
    assert_eq!(notification["kind"], "ACCOUNT");
    assert_eq!(notification["dataExport"], json!({ "id": requested["id"], "status": "READY" }));

    let ready = ada.latest_export().await;
    assert_eq!((&ready["id"], &ready["status"]), (&requested["id"], &json!("READY")));
    assert_eq!(ready["expiresAt"], "2026-11-28T09:30:00.000Z");
    let archive = ada.download(&ready["url"]).await;
    assert_eq!(ready["byteSize"], archive.len());
    let node = "query($id: ID!) { node(id: $id) { id ... on DataExport { status } } }";
    let found = ada.execute(node, json!({ "id": ready["id"] })).await.field("node");
    assert_eq!(found, json!({ "id": ready["id"], "status": "READY" }));

    campus.advance(DAY.saturating_sub(Duration::from_secs(1)));
    let ada = ada.login().await;
    let refused = ada.try_request_export(None).await;
    assert_eq!(refused.refusals("requestDataExport"), ["QUOTA_EXCEEDED"]);
    let error = &refused.field("requestDataExport")["userErrors"][0];
    assert_eq!((&error["limit"], &error["retryAt"]), (&json!(1), &json!("2026-11-22T09:30:00.000Z")));
    campus.advance(Duration::from_secs(1));
    let next = ada.export().await;
    assert_ne!(next["id"], ready["id"]);
    // The earlier one is deleted, and its link leads nowhere.
    assert_eq!(ada.execute(node, json!({ "id": ready["id"] })).await.field("node"), Value::Null);
    gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(stored_archives(&campus), 1);
    let notices = "{ viewer { notifications { nodes { ... on SecurityNotification { notice } } } } }";
    let notices = ada.query(notices).await["viewer"]["notifications"]["nodes"].to_string();
    assert_eq!(notices.matches("DATA_EXPORT_REQUESTED").count(), 2, "{notices}");
}

fn stored_archives(campus: &Campus) -> usize {
    let media = campus.app.config.data_dir.join("media");
    let shards = std::fs::read_dir(media).expect("a directory").flatten();
    shards.flat_map(|shard| std::fs::read_dir(shard.path()).expect("a directory").flatten()).count()
}

#[rstest]
#[tokio::test]
async fn an_old_login_needs_the_password(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mut ada = campus.member("ada").await;
    assert_eq!(
        ada.try_request_export(Some("wrong")).await.refusals("requestDataExport"),
        ["CREDENTIALS_WRONG input.password"]
    );
    // The session goes on, but its password was entered more than 10 minutes ago.
    campus.advance(Duration::from_mins(9));
    let refresh = "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) {
        session { accessToken refreshToken } userErrors { code }
    } }";
    let token = ada.refresh_token.clone().expect("a token");
    let refreshed = campus.anonymous().execute(refresh, json!({ "token": token })).await;
    ada.use_session(&refreshed.field("refreshSession"));
    campus.advance(Duration::from_mins(2));
    assert_eq!(
        ada.try_request_export(None).await.refusals("requestDataExport"),
        ["REAUTHENTICATION_REQUIRED input.password"]
    );
    assert_eq!(ada.latest_export().await, Value::Null, "nothing was requested");
    assert_eq!(ada.try_request_export(Some(PASSWORD)).await.refusals("requestDataExport"), [""; 0]);
    let guest = campus.guest("owl").await;
    assert_eq!(guest.try_request_export(None).await.codes(), ["FORBIDDEN"]);
    assert_eq!(guest.latest_export().await, Value::Null);
    assert_eq!(campus.anonymous().try_request_export(None).await.codes(), ["UNAUTHENTICATED"]);
}

#[rstest]
#[tokio::test]
async fn a_download_is_for_its_member_and_ends_after_seven_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let export = ada.export().await;
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(grace.execute(node, json!({ "id": export["id"] })).await.field("node"), Value::Null);
    let response = ada.fetch(&export["url"]).await;
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert!(header("content-disposition").starts_with("attachment; filename=\"studyhall-2026-11-21.zip\""));
    assert_eq!(header("cache-control"), "private");
    let url = export["url"].as_str().expect("an address").to_owned();
    let own = ada.user_id().await.as_str().expect("an id").to_owned();
    let other = grace.user_id().await.as_str().expect("an id").to_owned();
    for modified in [url.replace(&own, &other), url.replace("/exports/", "/files/"), format!("{url}AA")] {
        assert_eq!(grace.fetch(&json!(modified)).await.status(), 404, "{modified}");
    }
    campus.advance(Duration::from_mins(10));
    assert_eq!(ada.fetch(&export["url"]).await.status(), 404, "the link has expired");
    campus.advance((7 * DAY).saturating_sub(Duration::from_mins(10)));
    let ada = ada.login().await;
    assert_eq!(ada.latest_export().await, Value::Null, "also before the sweep");
    node::sweep(&campus.app).await.expect("the sweep succeeds");
    gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(stored_archives(&campus), 0);
}

#[rstest]
#[tokio::test]
async fn an_export_is_deleted_with_its_account(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let export = ada.export().await;
    ada.delete_account().await;
    assert_eq!(campus.anonymous().fetch(&export["url"]).await.status(), 404);
    gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(stored_archives(&campus), 0);
}
