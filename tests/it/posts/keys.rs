//! Client keys: the idempotency of `createPost`.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let draft = json!({ "text": "Once", "clientKey": "k1" });
    let first = ada.try_post(draft.clone()).await.field("createPost");
    assert_eq!(ada.try_post(draft.clone()).await.field("createPost"), first);
    assert_eq!(ada.try_post(json!({ "text": " Once\n", "clientKey": "k1" })).await.field("createPost"), first);

    let other = ada.try_post(json!({ "text": "Twice", "clientKey": "k1" })).await;
    assert_eq!(other.refusals("createPost"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);

    // The key stands for the original content, not for the edited one.
    let id = &first["postEdge"]["node"]["id"];
    ada.edit_post(id, "Twice").await.data();
    let repeated = ada.try_post(draft.clone()).await.field("createPost");
    assert_eq!((&repeated["postEdge"]["node"]["id"], &repeated["postEdge"]["node"]["text"]), (id, &json!("Twice")));

    ada.delete_post(id).await.data();
    for text in ["Once", "Thrice"] {
        let rejected = ada.try_post(json!({ "text": text, "clientKey": "k1" })).await;
        assert_eq!(rejected.refusals("createPost"), ["NOT_FOUND input.clientKey"]);
    }
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 0);
}

#[rstest]
#[tokio::test]
async fn keys_of_different_authors_do_not_collide(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    for name in ["ada", "grace"] {
        let person = campus.member(name).await;
        let payload = person.try_post(json!({ "text": name, "clientKey": "k1" })).await.field("createPost");
        assert_eq!(payload["postEdge"]["node"]["author"]["username"], name);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_concurrent_requests_create_one_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let draft = json!({ "text": "At once", "clientKey": "k1" });
    let answers = join_all((0..20).map(|_| ada.try_post(draft.clone()))).await;
    let first = answers[0].field("createPost");
    assert_eq!(first["userErrors"], json!([]));
    assert!(answers.iter().all(|answer| answer.field("createPost") == first));
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 1);

    let others = (0..20).map(|n| ada.try_post(json!({ "text": format!("Text {n}"), "clientKey": "k2" })));
    let refusals: Vec<_> = join_all(others).await.iter().map(|answer| answer.refusals("createPost")).collect();
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 1);
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 2);
}
