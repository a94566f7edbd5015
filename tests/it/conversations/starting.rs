//! One conversation for each set of users, and when it becomes visible.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::{START, usernames};
use crate::support::{Campus, Engine};

const UNLIMITED: [&str; 1] = ["--rate-limits=off"];

#[rstest]
#[tokio::test]
async fn a_set_of_users_has_one_conversation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let payload = ada.try_start(&[&grace]).await.field("startConversation");
    let pair = &payload["conversation"];
    assert_eq!(usernames(&pair["members"]), ["ada", "grace"]);
    assert_eq!(
        (&pair["lastMessage"], &pair["unreadCount"], &pair["viewerCanSend"]),
        (&Value::Null, &json!(0), &json!(true))
    );
    assert_eq!(grace.start_conversation(&[&ada]).await, pair["id"]);
    assert_eq!(ada.start_conversation(&[&grace, &ada, &grace]).await, pair["id"]);

    let group = ada.start_conversation(&[&grace, &mary]).await;
    assert_ne!(group, pair["id"]);
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, group);

    let by = "query($user: ID!) { conversation(by: { userId: $user }) { id } }";
    let found = ada.execute(by, json!({ "user": grace.user_id().await })).await.field("conversation");
    assert_eq!(found["id"], pair["id"]);
    for stranger in [mary.user_id().await, ada.user_id().await, json!("rubbish"), pair["id"].clone()] {
        assert_eq!(ada.execute(by, json!({ "user": stranger })).await.field("conversation"), Value::Null);
    }
}

#[rstest]
#[tokio::test]
async fn a_conversation_without_messages_is_visible_only_to_the_user_who_started_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let see = "query($id: ID!) { conversation(by: { id: $id }) { id } node(id: $id) { id } }";
    let (shown, hidden) = (json!({ "id": id }), Value::Null);
    let seen = async |person: &crate::support::Person| {
        let data = person.execute(see, json!({ "id": id })).await.data();
        assert_eq!(data["conversation"], data["node"]);
        assert_eq!(person.conversations().await.len(), usize::from(data["node"] != Value::Null));
        data["node"].clone()
    };
    assert_eq!(
        (seen(&ada).await, seen(&grace).await, seen(&mary).await),
        (shown.clone(), hidden.clone(), hidden.clone())
    );
    assert_eq!(
        grace.try_send(json!({ "conversationId": id, "text": "Hm" })).await.refusals("sendMessage"),
        ["NOT_FOUND input.conversationId"]
    );
    assert_eq!(grace.leave_conversation(&id).await.refusals("leaveConversation"), ["NOT_FOUND input.conversationId"]);
    // It becomes visible to another member who starts it too.
    assert_eq!(grace.start_conversation(&[&ada, &mary]).await, id);
    assert_eq!((seen(&grace).await, seen(&mary).await), (shown.clone(), hidden));
    ada.send_message(&id, "Hello").await;
    assert_eq!(seen(&mary).await, shown);
    let stranger = campus.member("eve").await;
    assert_eq!(stranger.execute(see, json!({ "id": id })).await.data(), json!({ "conversation": null, "node": null }));
}

#[rstest]
#[tokio::test]
async fn users_who_cannot_be_invited_are_reported_by_position(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &UNLIMITED).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let closed = campus.member("closed").await;
    closed.set_policy("NOBODY").await;
    let guest = campus.guest("lobbyist").await;
    mary.block(&ada).await;
    let deleted = campus.member("gone").await;
    let deleted_id = deleted.user_id().await;
    deleted.delete_account().await;
    let id = async |person: &crate::support::Person| person.user_id().await;
    let (grace_id, mary_id, closed_id, guest_id) =
        (id(&grace).await, id(&mary).await, id(&closed).await, id(&guest).await);
    let unavailable = |position: usize| format!("RECIPIENT_UNAVAILABLE input.userIds.{position}");
    for (users, refusals) in [
        (json!([]), vec!["TOO_SHORT input.userIds".to_owned()]),
        (json!([ada.user_id().await]), vec!["TOO_SHORT input.userIds".to_owned()]),
        (json!([grace_id, "rubbish", deleted_id]), vec!["NOT_FOUND input.userIds.1".to_owned()]),
        (json!([grace_id, deleted_id]), vec!["NOT_FOUND input.userIds.1".to_owned()]),
        (json!([mary_id]), vec![unavailable(0)]),
        (json!([closed_id]), vec![unavailable(0)]),
        (json!([guest_id]), vec![unavailable(0)]),
        (json!(vec![grace_id.clone(); 51]), vec!["TOO_LONG input.userIds".to_owned()]),
    ] {
        let answer = ada.execute(START, json!({ "users": users })).await;
        assert_eq!(answer.refusals("startConversation"), refusals, "{users}");
    }
    let mut refusals =
        ada.execute(START, json!({ "users": [closed_id, grace_id, mary_id] })).await.refusals("startConversation");
    refusals.sort();
    assert_eq!(refusals, [unavailable(0), unavailable(2)]);
    assert!(ada.conversations().await.is_empty() && grace.conversations().await.is_empty());
}

#[rstest]
#[tokio::test]
async fn conversations_are_for_members_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let user = ada.user_id().await;
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        for (field, query) in [
            ("conversations", "{ conversations { totalCount } }"),
            ("conversation", "query($user: ID!) { conversation(by: { userId: $user }) { id } }"),
            (
                "startConversation",
                "mutation($user: ID!) { startConversation(input: { userIds: [$user] }) { userErrors { code } } }",
            ),
            (
                "sendMessage",
                "mutation($user: ID!) { sendMessage(input: { userId: $user, text: \"x\" }) { userErrors { code } } }",
            ),
            (
                "editMessage",
                "mutation($user: ID!) { editMessage(input: { messageId: $user, text: \"x\" }) { userErrors { code } } }",
            ),
            (
                "deleteMessage",
                "mutation($user: ID!) { deleteMessage(input: { messageId: $user }) { userErrors { code } } }",
            ),
            (
                "leaveConversation",
                "mutation($user: ID!) { leaveConversation(input: { conversationId: $user }) { userErrors { code } } }",
            ),
        ] {
            let variables = if query.contains("$user") { json!({ "user": user }) } else { json!({}) };
            let answer = person.execute(query, variables).await;
            assert_eq!(answer.codes(), [code], "{field}");
            assert_eq!(answer.body["data"][field], Value::Null);
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_concurrent_starts_create_one_conversation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &UNLIMITED).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (ada_id, grace_id) = (ada.user_id().await, grace.user_id().await);
    let starts = (0..50).map(|n| {
        let (person, other) = if n % 2 == 0 { (&ada, &grace_id) } else { (&grace, &ada_id) };
        let (person, other) = (person.clone(), other.clone());
        async move {
            if n % 3 == 0 {
                let sent = person.try_send(json!({ "userId": other, "text": "Hello" })).await.field("sendMessage");
                assert_eq!(sent["userErrors"], json!([]));
                sent["conversation"]["id"].clone()
            } else {
                let started = person.execute(START, json!({ "users": [other] })).await.field("startConversation");
                assert_eq!(started["userErrors"], json!([]));
                started["conversation"]["id"].clone()
            }
        }
    });
    let ids = join_all(starts).await;
    assert!(ids[0].is_string() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!((ada.conversations().await.len(), grace.conversations().await.len()), (1, 1));
    assert_eq!(ada.message_texts(&ids[0]).await.len(), 17);
}

#[rstest]
#[tokio::test]
async fn new_conversations_count_against_the_limit_and_existing_ones_do_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut others = Vec::new();
    for n in 0..11 {
        others.push(campus.member(&format!("other{n}")).await.user_id().await);
        // Registrations are rate limited too.
        campus.advance(std::time::Duration::from_mins(4));
    }
    let ada = ada.login().await;
    let start = async |other: &Value| ada.execute(START, json!({ "users": [other] })).await;
    for other in &others[..10] {
        assert_eq!(start(other).await.field("startConversation"), start(other).await.field("startConversation"));
    }
    assert_eq!(start(&others[10]).await.codes(), ["RATE_LIMITED"]);
    assert_eq!(ada.conversations().await.len(), 10);
}
