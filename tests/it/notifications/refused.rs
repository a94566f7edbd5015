//! What is refused reaches no member.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::push_service::PushService;
use crate::support::{Campus, Engine};

const STATE: &str = "{
    viewer { inboxCursor unreadCount unreadNotificationCount }
    posts(first: 9) { nodes { commentCount reactionGroups { emoji } } }
    conversations(first: 9) { nodes { id messages { totalCount } lastMessage { id reactionGroups { emoji } } } }
    lobby { eventsCursor messages { totalCount } }
}";

#[rstest]
#[tokio::test]
async fn what_is_refused_is_neither_stored_nor_notified(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let browser = ada.register_push().await;
    let (post, other_post) = (ada.publish("A post").await, eve.publish("Another post").await);
    let other_comment = eve.comment(&other_post, "A comment").await;
    let group = ada.create_group("Knots", &[&grace], false).await;
    let message = ada.send_message_id(&group, "A message").await;
    let pair = ada.start_conversation(&[&eve]).await;
    let elsewhere = ada.send_message_id(&pair, "Elsewhere").await;
    let deleted = ada.send_message_id(&group, "Deleted").await;
    ada.delete_message(&deleted).await.data();
    ada.enter_lobby().await;
    let foreign_file = eve.file_id("not hers").await;
    let before = ada.query(STATE).await;
    for (name, input, expected) in [
        ("addReaction", json!({ "subjectId": post, "emoji": "no emoji" }), "INVALID input.emoji"),
        ("addReaction", json!({ "subjectId": elsewhere, "emoji": "👍" }), "NOT_FOUND input.subjectId"),
        ("addReaction", json!({ "subjectId": deleted, "emoji": "👍" }), "WRONG_STATE input.subjectId"),
        (
            "sendMessage",
            json!({ "conversationId": group, "text": "@ada", "replyToId": elsewhere }),
            "NOT_FOUND input.replyToId",
        ),
        ("sendLobbyMessage", json!({ "text": "@ada", "replyToId": message }), "NOT_FOUND input.replyToId"),
        (
            "createComment",
            json!({ "postId": post, "text": "@ada", "replyToId": other_comment }),
            "NOT_FOUND input.replyToId",
        ),
        ("createComment", json!({ "postId": post, "text": "@ada ".repeat(1_500) }), "TOO_LONG input.text"),
        (
            "sendMessage",
            json!({ "conversationId": group, "text": "@ada", "fileIds": [foreign_file] }),
            "NOT_FOUND input.fileIds.0",
        ),
        ("sendMessage", json!({ "conversationId": pair, "text": "@ada" }), "NOT_FOUND input.conversationId"),
        ("transferGroup", json!({ "conversationId": group, "userId": grace.user_id().await }), "FORBIDDEN"),
    ] {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let mutation =
            format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code path }} }} }}");
        let refusals = grace.execute(&mutation, json!({ "input": input })).await.refusals(name);
        assert!(refusals.len() == 1 && refusals[0].starts_with(expected), "{name} {input}: {refusals:?}");
    }
    assert_eq!(ada.query(STATE).await, before);
    campus.app.clock.set(campus.app.clock.now().plus(std::time::Duration::from_mins(5)));
    assert_eq!(service.deliver(&campus, &browser).await, Vec::<Value>::new());
}
