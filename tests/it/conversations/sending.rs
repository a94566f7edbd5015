//! Sending messages: valid content, allowed recipients, idempotency.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_message_is_delivered_to_the_other_member_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let input = json!({ "userId": grace.user_id().await, "text": "  Hello,\r\nworld 🙂 ", "clientKey": "k1" });
    let payload = ada.try_send(input).await.field("sendMessage");
    let node = &payload["messageEdge"]["node"];
    assert_eq!(
        *node,
        json!({
            "id": node["id"], "text": "Hello,\nworld 🙂", "author": { "username": "ada" }, "images": [],
            "sentAt": "2026-11-21T09:30:00.000Z", "editedAt": null, "deletedAt": null, "clientKey": "k1",
            "viewerCanEdit": true, "viewerCanDelete": true,
        })
    );
    assert_eq!(payload["conversation"]["lastMessage"], json!({ "id": node["id"] }));
    let query = "query($id: ID!) { node(id: $id) { __typename ... on Message {
        id text clientKey viewerCanEdit viewerCanDelete
    } } }";
    let seen = grace.execute(query, json!({ "id": node["id"] })).await.field("node");
    assert_eq!(
        seen,
        json!({
            "__typename": "Message", "id": node["id"], "text": "Hello,\nworld 🙂", "clientKey": null,
            "viewerCanEdit": false, "viewerCanDelete": false,
        })
    );
    let list = grace.conversations().await;
    assert_eq!(list[0]["id"], payload["conversation"]["id"]);
    assert_eq!((&list[0]["unreadCount"], &list[0]["lastMessage"]["text"]), (&json!(1), &json!("Hello,\nworld 🙂")));
    for stranger in [campus.member("eve").await, campus.guest("lobbyist").await, campus.anonymous()] {
        assert_eq!(stranger.execute(query, json!({ "id": node["id"] })).await.field("node"), Value::Null);
    }
}

#[rstest]
#[tokio::test]
async fn an_invalid_message_is_rejected_and_not_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let id = ada.start_conversation(&[&grace]).await;
    let foreign = eve.start_conversation(&[&grace]).await;
    eve.send_message(&foreign, "Not for you").await;
    let user = grace.user_id().await;
    let long = "ä".repeat(4_001);
    for (input, refusals) in [
        (json!({ "text": "x" }), vec!["INVALID"]),
        (json!({ "conversationId": id, "userId": user, "text": "x" }), vec!["INVALID"]),
        (json!({ "conversationId": foreign, "text": "x" }), vec!["NOT_FOUND input.conversationId"]),
        (json!({ "conversationId": "cnv_0000000000003", "text": "x" }), vec!["NOT_FOUND input.conversationId"]),
        (json!({ "conversationId": "cnv_0000000000009", "text": "x" }), vec!["NOT_FOUND input.conversationId"]),
        (json!({ "conversationId": "rubbish", "text": "x" }), vec!["NOT_FOUND input.conversationId"]),
        (json!({ "conversationId": user, "text": "x" }), vec!["NOT_FOUND input.conversationId"]),
        (json!({ "userId": "usr_0000000000009", "text": "x" }), vec!["NOT_FOUND input.userId"]),
        (json!({ "userId": id, "text": "x" }), vec!["NOT_FOUND input.userId"]),
        (json!({ "userId": ada.user_id().await, "text": "x" }), vec!["INVALID input.userId"]),
        (json!({ "conversationId": id }), vec!["TOO_SHORT input.text"]),
        (json!({ "conversationId": id, "text": " \n " }), vec!["TOO_SHORT input.text"]),
        (json!({ "conversationId": id, "text": long }), vec!["TOO_LONG input.text"]),
        (json!({ "conversationId": id, "text": "a\u{0}b" }), vec!["INVALID input.text"]),
        (
            json!({ "conversationId": id, "text": "a\u{7}b", "clientKey": "" }),
            vec!["INVALID input.text", "TOO_SHORT input.clientKey"],
        ),
        (
            json!({ "conversationId": id, "text": "x", "imageIds": ["img_0000000000009"] }),
            vec!["NOT_FOUND input.imageIds.0"],
        ),
    ] {
        let answer = ada.try_send(input.clone()).await;
        assert_eq!(answer.refusals("sendMessage"), refusals, "{input}");
    }
    assert_eq!(ada.message_texts(&id).await, [""; 0]);
    assert_eq!(ada.send_message(&id, &"ä".repeat(4_000)).await["node"]["text"], "ä".repeat(4_000));
}

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let user = grace.user_id().await;
    let draft = json!({ "userId": user, "text": "Once", "clientKey": "k1" });
    let first = ada.try_send(draft.clone()).await.field("sendMessage");
    assert_eq!(ada.try_send(draft.clone()).await.field("sendMessage"), first);
    let by_conversation = json!({ "conversationId": first["conversation"]["id"], "text": " Once", "clientKey": "k1" });
    assert_eq!(ada.try_send(by_conversation).await.field("sendMessage"), first);
    assert_eq!(ada.message_texts(&first["conversation"]["id"]).await, ["Once"]);

    let eve = campus.member("eve").await;
    let elsewhere = ada.start_conversation(&[&eve]).await;
    for other in [
        json!({ "userId": user, "text": "Twice", "clientKey": "k1" }),
        json!({ "conversationId": elsewhere, "text": "Once", "clientKey": "k1" }),
    ] {
        assert_eq!(ada.try_send(other).await.refusals("sendMessage"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    }

    // A request from before a block is answered after it, with the current state of its message.
    let id = &first["messageEdge"]["node"]["id"];
    ada.edit_message(id, "Edited").await.data();
    grace.block(&ada).await;
    let repeated = ada.try_send(draft.clone()).await.field("sendMessage");
    assert_eq!(repeated["messageEdge"]["node"]["text"], "Edited");
    ada.delete_message(id).await.data();
    let deleted = ada.try_send(draft).await.field("sendMessage")["messageEdge"]["node"].clone();
    assert_eq!((&deleted["id"], &deleted["text"]), (id, &Value::Null));
    assert!(deleted["deletedAt"].is_string());

    // Keys of different authors do not collide.
    let same_key = json!({ "conversationId": elsewhere, "text": "Mine", "clientKey": "k1" });
    ada.send_message(&elsewhere, "Hello").await;
    assert_eq!(eve.try_send(same_key).await.refusals("sendMessage"), [""; 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_concurrent_requests_send_one_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let draft = json!({ "userId": grace.user_id().await, "text": "At once", "clientKey": "k1" });
    let answers = join_all((0..20).map(|_| ada.try_send(draft.clone()))).await;
    let first = answers[0].field("sendMessage");
    assert_eq!(first["userErrors"], json!([]));
    assert!(answers.iter().all(|answer| answer.field("sendMessage") == first));
    assert_eq!(grace.message_texts(&first["conversation"]["id"]).await, ["At once"]);
    assert_eq!(grace.conversations().await[0]["unreadCount"], 1);
}

#[rstest]
#[tokio::test]
async fn a_block_and_a_policy_are_rejected_in_the_same_way(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "Before").await;
    let user = grace.user_id().await;
    let attempts = async || {
        let mut answers = Vec::new();
        for input in [json!({ "conversationId": id, "text": "x" }), json!({ "userId": user, "text": "x" })] {
            let answer = ada.try_send(input).await;
            answers.push(answer.field("sendMessage")["userErrors"].clone());
        }
        let can = ada
            .execute("query($id: ID!) { conversation(by: { id: $id }) { viewerCanSend } }", json!({ "id": id }))
            .await;
        answers.push(can.field("conversation")["viewerCanSend"].clone());
        answers
    };
    assert_eq!(attempts().await, [json!([]), json!([]), json!(true)]);
    grace.set_policy("NOBODY").await;
    let rejected = attempts().await;
    assert_eq!(rejected[0][0]["code"], "RECIPIENT_UNAVAILABLE");
    assert_eq!(rejected[2], false);
    grace.set_policy("BOOKING_PARTNERS").await;
    assert_eq!(attempts().await, rejected);
    grace.set_policy("EVERYONE").await;
    grace.block(&ada).await;
    assert_eq!(attempts().await, rejected);
    // Both can still read it.
    assert_eq!(ada.message_texts(&id).await, ["Before", "x", "x"]);
    assert_eq!(grace.message_texts(&id).await, ["Before", "x", "x"]);
    let reverse = grace.try_send(json!({ "conversationId": id, "text": "x" })).await;
    assert_eq!(reverse.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    grace.unblock(&ada).await;
    assert_eq!(attempts().await, [json!([]), json!([]), json!(true)]);
    // A user's own policy does not keep them from writing to others.
    grace.set_policy("NOBODY").await;
    grace.send_message(&id, "From me to you").await;
}

#[rstest]
#[tokio::test]
async fn a_message_policy_does_not_apply_to_groups(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    grace.set_policy("NOBODY").await;
    ada.send_message(&id, "Hello").await;
    assert_eq!(grace.message_texts(&id).await, ["Hello"]);
}

#[rstest]
#[tokio::test]
async fn a_user_can_send_sixty_messages_a_minute(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    for n in 0..60 {
        ada.send_message(&id, &n.to_string()).await;
    }
    let answer = ada.try_send(json!({ "conversationId": id, "text": "x" })).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
    assert_eq!(answer.body["errors"][0]["extensions"]["retryAfterSeconds"], 1);
    campus.advance(Duration::from_secs(1));
    ada.send_message(&id, "61").await;
}
