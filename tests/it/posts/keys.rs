//! The client's own name for a post.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_repeated_request_gives_the_same_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let draft = json!({ "text": "Once", "clientKey": "k1" });
    let first = ada.try_post(draft.clone()).await.field("createPost");
    assert_eq!(ada.try_post(draft.clone()).await.field("createPost"), first);
    assert_eq!(ada.try_post(json!({ "text": " Once\n", "clientKey": "k1" })).await.field("createPost"), first);

    let other = ada.try_post(json!({ "text": "Twice", "clientKey": "k1" })).await;
    assert_eq!(other.refusals("createPost"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);

    // What counts is what was sent at first, not what the post became.
    let id = &first["postEdge"]["node"]["id"];
    ada.edit_post(id, "Twice").await.data();
    let again = ada.try_post(draft.clone()).await.field("createPost");
    assert_eq!((&again["postEdge"]["node"]["id"], &again["postEdge"]["node"]["text"]), (id, &json!("Twice")));

    ada.delete_post(id).await.data();
    for text in ["Once", "Thrice"] {
        let gone = ada.try_post(json!({ "text": text, "clientKey": "k1" })).await;
        assert_eq!(gone.refusals("createPost"), ["NOT_FOUND input.clientKey"]);
    }
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 0);
}

#[rstest]
#[tokio::test]
async fn keys_are_everybodys_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    for name in ["ada", "grace"] {
        let person = campus.member(name).await;
        let payload = person.try_post(json!({ "text": name, "clientKey": "k1" })).await.field("createPost");
        assert_eq!(payload["postEdge"]["node"]["author"]["username"], name);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_requests_at_once_give_one_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
