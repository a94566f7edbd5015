//! Client keys: the idempotency of `createComment`.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_comment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    let root = ada.comment(&post, "Root").await;
    let draft = json!({ "postId": post, "text": "Once", "clientKey": "k1" });
    let first = ada.try_comment(draft.clone()).await.field("createComment");
    assert_eq!(first["userErrors"], json!([]));
    assert_eq!(ada.try_comment(draft.clone()).await.field("createComment"), first);
    for (member, value) in [("text", json!("Twice")), ("replyToId", root), ("postId", ada.publish("Other").await)] {
        let mut other = draft.clone();
        other[member] = value;
        let rejected = ada.try_comment(other).await;
        assert_eq!(rejected.refusals("createComment"), ["IDEMPOTENCY_MISMATCH input.clientKey"], "{member}");
    }
    ada.delete_comment(&first["commentEdge"]["node"]["id"]).await.data();
    assert_eq!(ada.try_comment(draft).await.refusals("createComment"), ["NOT_FOUND input.clientKey"]);
    assert_eq!(ada.comment_texts(&post).await.1, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_with_one_key_create_one_comment(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    let draft = json!({ "postId": post, "text": "At once", "clientKey": "k1" });
    let answers = join_all((0..20).map(|_| ada.try_comment(draft.clone()))).await;
    let first = answers[0].field("createComment");
    assert_eq!(first["userErrors"], json!([]));
    assert!(answers.iter().all(|answer| answer.field("createComment") == first));
    assert_eq!(ada.comment_texts(&post).await.1, 1);
}
