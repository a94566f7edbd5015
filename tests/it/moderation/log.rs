//! The log of staff actions.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};
use studyhall::db::Query;

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn every_action_of_staff_is_in_the_log_and_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let guest = campus.guest("owl").await;
    let post = ada.publish("Spam").await;
    let comment = grace.comment(&post, "More").await;
    let in_lobby = guest.send_lobby_message("Boo").await;
    let topic = ada.create_topic("Knots").await;
    let used = ada.create_topic("Sails").await;
    ada.create_appointment(&used, &json!({})).await;

    // What members do themselves is no action of staff.
    let own = ada.comment(&post, "Mine").await;
    ada.delete_comment(&own).await.data();
    let foreign = grace.comment(&post, "Below a post of ada").await;
    ada.delete_comment(&foreign).await.data();
    assert_eq!(mod_.staff_kinds().await, [""; 0]);

    mod_.delete_comment(&comment).await.data();
    mod_.delete_post(&post).await.data();
    mod_.delete_message(&in_lobby).await.data();
    let remove = "mutation($id: ID!) { removeGuest(input: { userId: $id }) { removedUserId userErrors { code } } }";
    mod_.execute(remove, json!({ "id": guest.user_id().await })).await.data();
    let change =
        "mutation($id: ID!) { updateTopic(input: { topicId: $id, title: \"Bends\" }) { userErrors { code } } }";
    mod_.execute(change, json!({ "id": topic })).await.data();
    let delete = "mutation($id: ID!) { deleteTopic(input: { topicId: $id }) { deletedTopicId userErrors { code } } }";
    for topic in [&topic, &used] {
        mod_.execute(delete, json!({ "id": topic })).await.data();
    }
    staff::lock_account(&campus.app, "ada").await.expect("a member");
    staff::unlock_account(&campus.app, "ada").await.expect("a member");
    staff::set_role(&campus.app, "grace", Role::Moderator).await.expect("a member");
    let actions = mod_.staff_actions(json!({})).await;
    let text = |action: &Value| {
        let text = action["text"].as_str().expect("a text").replace(['\u{2068}', '\u{2069}'], "");
        format!("{} {text}", action["kind"].as_str().expect("a kind"))
    };
    assert_eq!(
        actions.iter().map(text).collect::<Vec<_>>(),
        [
            "ROLE_CHANGED The operator changed the role of grace to moderator.",
            "MEMBER_UNLOCKED The operator unlocked ada.",
            "MEMBER_LOCKED The operator locked ada without an end.",
            "TOPIC_CHANGED mod changed a topic of ada.",
            "TOPIC_CHANGED mod changed a topic of ada.",
            "TOPIC_CHANGED mod changed a topic of ada.",
            "GUEST_REMOVED mod removed the guest owl from the lobby.",
            "CONTENT_REMOVED mod removed a text of owl.",
            "CONTENT_REMOVED mod removed a text of ada.",
            "CONTENT_REMOVED mod removed a text of grace.",
        ]
    );
    let by_operator = mod_.staff_actions(json!({ "kinds": ["ROLE_CHANGED"] })).await;
    assert_eq!((&by_operator[0]["actor"], &by_operator[0]["user"]["username"]), (&Value::Null, &json!("grace")));
    assert_eq!(mod_.staff_actions(json!({ "actorId": mod_.user_id().await })).await.len(), 7);
    assert_eq!(mod_.staff_actions(json!({ "userId": grace.user_id().await })).await.len(), 2);
    assert_eq!(mod_.staff_actions(json!({ "userId": "rubbish" })).await.len(), 0);

    // The database refuses to rewrite it, and the name of a deleted account disappears.
    for sql in ["update staff_actions set note = 'x'", "delete from staff_actions"] {
        assert!(campus.app.db.run(sql, &[]).await.is_err(), "{sql}");
    }
    ada.login().await.delete_account().await;
    let text = mod_.staff_actions(json!({ "kinds": ["MEMBER_LOCKED"] })).await[0].clone();
    assert_eq!(
        (&text["text"], &text["user"]),
        (&json!("The operator locked a former user without an end."), &Value::Null)
    );
    assert_eq!(mod_.staff_actions(json!({})).await.len(), 10);
}

#[rstest]
#[tokio::test]
async fn the_queue_and_the_log_keep_their_order_when_the_clock_is_set_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let start = campus.app.clock.now();
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let (first, second) = (ada.publish("One").await, ada.publish("Two").await);
    let id = grace.user_id().await;
    campus.advance(Duration::from_mins(10));
    grace.report(&first, "Spam").await;
    mod_.lock(json!({ "userId": id, "reason": "x" })).await.data();
    campus.app.clock.set(start);
    mod_.unlock(json!({ "userId": id })).await.data();
    grace.login().await.report(&second, "Spam").await;
    assert_eq!(mod_.staff_kinds().await, ["MEMBER_UNLOCKED", "MEMBER_LOCKED"]);
    let reports = mod_.reports(json!({})).await;
    assert_eq!(reports.iter().map(|report| report["copy"]["text"].clone()).collect::<Value>(), json!(["Two", "One"]));
}
