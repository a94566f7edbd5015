//! The worker: one node prepares an export, and another one continues after a crash.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::db::Query;
use studyhall::exports::worker;

use super::next_export;
use crate::support::{Campus, Engine};

/// Leaves an export as a node does that dies while it prepares the export.
async fn interrupt(campus: &Campus, attempts: i64) {
    let claimed_until = campus.app.clock.now().plus(Duration::from_secs(45));
    let sql = "update data_exports set status = 'pending', storage_name = null, bytes = null, ready_at = null,
        expires_at = null, claimed_until = $1, attempts = $2";
    let left = campus.app.db.run(sql, &[&claimed_until, &attempts]).await;
    assert_eq!(left.expect("the row is changed"), 1);
}

#[rstest]
#[tokio::test]
async fn another_node_continues_an_export_within_a_minute(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let export = ada.export().await;
    interrupt(&campus, 1).await;
    worker::run_pending(&campus.app).await.expect("nothing is pending");
    let pending = ada.latest_export().await;
    assert_eq!(pending["status"], "PENDING", "another node prepares it");
    assert_eq!((&pending["url"], &pending["expiresAt"]), (&json!(null), &json!(null)));
    // A pending export is returned instead of a new one.
    let again = ada.try_request_export(None).await.field("requestDataExport");
    assert_eq!((&again["dataExport"]["id"], &again["userErrors"]), (&export["id"], &json!([])));

    let mut inbox = ada.follow_exports().await;
    campus.advance(Duration::from_secs(46));
    let (one, two) = tokio::join!(worker::run_pending(&campus.app), worker::run_pending(&campus.app));
    one.and(two).expect("the export is prepared");
    // The worker of the node may have been faster.
    assert_eq!(next_export(&mut inbox).await["dataExport"]["status"], "READY");
    let list = "{ viewer { notifications { nodes { __typename } } } }";
    let list = ada.query(list).await["viewer"]["notifications"]["nodes"].to_string();
    assert_eq!(list.matches("DataExportNotification").count(), 2, "one for each time that it was ready: {list}");
}

#[rstest]
#[tokio::test]
async fn an_export_that_cannot_be_prepared_fails_and_can_be_requested_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let export = ada.export().await;
    interrupt(&campus, 4).await;
    campus.advance(Duration::from_secs(46));
    // The file that is being written has no place.
    let (dir, moved) = (&campus.app.config.data_dir, campus.app.config.data_dir.join("media"));
    let aside = dir.with_extension("aside");
    std::fs::rename(&moved, &aside).expect("the directory is moved");
    std::fs::write(&moved, "no directory").expect("a file takes its place");
    let mut inbox = ada.follow_exports().await;
    worker::run_pending(&campus.app).await.expect("the failure is stored");
    let notification = next_export(&mut inbox).await;
    assert_eq!(notification["dataExport"], json!({ "id": export["id"], "status": "FAILED" }));
    assert_eq!(notification["text"], "The export of your data has failed.");
    std::fs::remove_file(&moved).expect("the file is removed");
    std::fs::rename(&aside, &moved).expect("the directory is back");
    assert_eq!(ada.export().await["status"], "READY", "a failed export does not count");
}
