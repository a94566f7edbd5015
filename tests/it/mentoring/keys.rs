//! Client keys: the idempotency of `createTopic` and `createAppointment`.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use super::advance_and_login;
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_topic(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let draft = json!({ "title": "Knots", "description": "Ropes", "clientKey": "k1" });
    let first = ada.try_create_topic(draft.clone()).await.field("createTopic");
    assert_eq!(first["userErrors"], json!([]));
    assert_eq!(ada.try_create_topic(draft.clone()).await.field("createTopic"), first);
    let spaced = json!({ "title": " Knots ", "description": "Ropes\n", "clientKey": "k1" });
    assert_eq!(ada.try_create_topic(spaced).await.field("createTopic"), first);
    for other in [
        json!({ "title": "Sails", "description": "Ropes", "clientKey": "k1" }),
        json!({ "title": "Knots", "clientKey": "k1" }),
    ] {
        let refusals = ada.try_create_topic(other).await.refusals("createTopic");
        assert_eq!(refusals, ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    }
    // The key of another creator is another key.
    let of_grace = grace.try_create_topic(draft.clone()).await.field("createTopic");
    assert_ne!(of_grace["topicEdge"]["node"]["id"], first["topicEdge"]["node"]["id"]);
    for (key, refusal) in [(String::new(), "TOO_SHORT"), ("x".repeat(101), "TOO_LONG"), ("a\nb".to_owned(), "INVALID")]
    {
        let refusals =
            ada.try_create_topic(json!({ "title": "Knots", "clientKey": key })).await.refusals("createTopic");
        assert_eq!(refusals, [format!("{refusal} input.clientKey")]);
    }

    // The key of a deleted topic is not free again.
    let delete = "mutation($id: ID!) { deleteTopic(input: { topicId: $id }) { deletedTopicId } }";
    ada.execute(delete, json!({ "id": first["topicEdge"]["node"]["id"] })).await.data();
    for title in ["Knots", "Sails"] {
        let again = json!({ "title": title, "description": "Ropes", "clientKey": "k1" });
        assert_eq!(ada.try_create_topic(again).await.refusals("createTopic"), ["NOT_FOUND input.clientKey"]);
    }
}

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_appointment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (knots, sails) = (ada.create_topic("Knots").await, ada.create_topic("Sails").await);
    let windows = json!([{ "startsAt": "2026-11-21T12:00:00Z", "endsAt": "2026-11-21T14:00:00Z" }]);
    let draft = json!({ "windows": windows, "location": "Room 1", "clientKey": "k1" });
    let first = ada.try_create_appointment(&knots, &draft).await.field("createAppointment");
    assert_eq!(first["userErrors"], json!([]));
    assert_eq!(ada.try_create_appointment(&knots, &draft).await.field("createAppointment"), first);
    let other = ada.try_create_appointment(&sails, &draft).await;
    assert_eq!(other.refusals("createAppointment"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    let mut changed = draft.clone();
    changed["seats"] = json!(2);
    let other = ada.try_create_appointment(&knots, &changed).await;
    assert_eq!(other.refusals("createAppointment"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    let mut bad = draft.clone();
    bad["clientKey"] = json!(" ");
    bad["seats"] = json!(0);
    let refusals = ada.try_create_appointment(&knots, &bad).await.refusals("createAppointment");
    assert_eq!(refusals, ["TOO_SHORT input.clientKey", "INVALID input.seats"]);

    // Even when its window is over, a request can be repeated. A new one cannot have this window.
    let [ada, grace] = advance_and_login(&campus, Duration::from_hours(24), [&ada, &grace]).await;
    assert_eq!(ada.try_create_appointment(&knots, &draft).await.field("createAppointment"), first);
    let refusals = grace.try_create_appointment(&knots, &draft).await.refusals("createAppointment");
    assert_eq!(refusals, ["INVALID input.windows.0"]);

    let delete = "mutation($id: ID!) { deleteAppointment(input: { appointmentId: $id }) { deletedAppointmentId } }";
    ada.execute(delete, json!({ "id": first["appointmentEdge"]["node"]["id"] })).await.data();
    let again = ada.try_create_appointment(&knots, &draft).await;
    assert_eq!(again.refusals("createAppointment"), ["NOT_FOUND input.clientKey"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_with_one_key_create_one_object(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let draft = json!({ "title": "Knots", "clientKey": "k1" });
    let responses = join_all((0..10).map(|_| ada.try_create_topic(draft.clone()))).await;
    let first = responses[0].field("createTopic");
    assert_eq!(first["userErrors"], json!([]));
    assert!(responses.iter().all(|response| response.field("createTopic") == first));
    assert_eq!(ada.query("{ topics { totalCount } }").await["topics"]["totalCount"], 1);

    let topic = first["topicEdge"]["node"]["id"].clone();
    let more = json!({ "clientKey": "k1" });
    let responses = join_all((0..10).map(|_| ada.try_create_appointment(&topic, &more))).await;
    let first = responses[0].field("createAppointment");
    assert_eq!(first["userErrors"], json!([]));
    assert!(responses.iter().all(|response| response.field("createAppointment") == first));
}
