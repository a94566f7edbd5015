//! Mentions in posts and comments: who can be mentioned, what is stored, and who is notified.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const MENTIONS: &str = "query($id: ID!) { node(id: $id) {
    ... on Post { mentions { username } }
    ... on Comment { mentions { username } }
} }";

const NONE: [&str; 0] = [];

impl Person {
    async fn mentions_in(&self, id: &Value) -> Vec<String> {
        let seen = self.execute(MENTIONS, json!({ "id": id })).await.field("node");
        let users = seen["mentions"].as_array().cloned().unwrap_or_default();
        users.iter().map(|user| user["username"].as_str().expect("a name").to_owned()).collect()
    }
}

#[rstest]
#[tokio::test]
async fn posts_and_comments_mention_all_members_but_those_across_a_block(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let guest = campus.guest("visitor").await;
    guest.send_lobby_message("Hello").await;
    let post = ada.publish("@mary, @GRACE. @ada @visitor @unknown mail@grace and again @Mary").await;
    let comment = grace.comment(&post, "@ada and @mary").await;
    assert_eq!(ada.mentions_in(&post).await, ["mary", "grace"]);
    assert_eq!(mary.mentions_in(&comment).await, ["ada", "mary"]);
    // A block hides a mentioned user, and keeps both from being mentioned by the other one.
    grace.block(&mary).await;
    assert_eq!(grace.mentions_in(&post).await, ["grace"]);
    assert_eq!(ada.mentions_in(&post).await, ["mary", "grace"]);
    assert_eq!(ada.mentions_in(&grace.comment(&post, "@mary @ada").await).await, ["ada"]);
    // Nor does a text mention a user who cannot see the post.
    let by_grace = grace.publish("Mine").await;
    let comment_below = ada.comment(&by_grace, "@mary @grace").await;
    assert_eq!(ada.mentions_in(&comment_below).await, ["grace"]);
    assert_eq!(mary.mentions_in(&comment_below).await, NONE, "not visible");
    grace.unblock(&mary).await;
    // The account counts, not the name.
    mary.query("mutation { changeUsername(input: { username: \"maria\" }) { userErrors { code } } }").await;
    assert_eq!(grace.mentions_in(&post).await, ["maria", "grace"]);
    assert_eq!(ada.mentions_in(&comment).await, ["ada", "maria"]);
    mary.delete_account().await;
    assert_eq!(ada.mentions_in(&post).await, ["grace"]);
    assert_eq!(ada.mentions_in(&comment).await, ["ada"]);
}

#[rstest]
#[tokio::test]
async fn a_post_and_a_comment_notify_each_member_once_the_reply_first(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("@ada asks @grace").await;
    assert_eq!(ada.notification_texts().await, NONE, "own actions notify of nothing");
    assert_eq!(grace.notification_texts().await, ["ada mentioned you."]);
    let found = grace.notifications().await.remove(0);
    assert_eq!(
        (&found["kind"], &found["subject"]),
        (&json!("MENTION"), &json!({ "id": post, "text": "@ada asks @grace" }))
    );
    let comment = grace.comment(&post, "Yes, @ada and @mary").await;
    assert_eq!(ada.notification_texts().await, ["grace mentioned you."], "instead of the comment on her post");
    assert_eq!(mary.notification_texts().await, ["grace mentioned you."]);
    mary.reply_to_comment(&post, &comment, "@grace @ada").await;
    assert_eq!(grace.notification_texts().await[0], "mary replied to you.");
    assert_eq!((grace.notifications().await.len(), ada.notifications().await.len()), (2, 2));
    // A repeated request causes no second notification.
    for _ in 0..2 {
        ada.try_post(json!({ "text": "@mary", "clientKey": "k1" })).await.data();
    }
    assert_eq!(mary.notifications().await.len(), 2);
    // With the text its notifications are deleted.
    grace.delete_comment(&comment).await.data();
    assert_eq!(mary.notification_texts().await, ["ada mentioned you."]);
    ada.delete_post(&post).await.data();
    for person in [&grace, &ada] {
        assert_eq!(person.notification_texts().await, NONE);
    }
}

#[rstest]
#[tokio::test]
async fn an_edit_of_a_post_or_comment_replaces_its_mentions_and_withdraws_unread_notifications(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("Hello").await;
    let comment = ada.comment(&post, "Hello").await;
    for (text, expected) in [
        ("Hello @mary", vec!["mary"]),
        ("Hello @grace and @mary", vec!["grace", "mary"]),
        ("Hello @mary and @grace", vec!["mary", "grace"]),
        ("@grace", vec!["grace"]),
    ] {
        ada.edit_post(&post, text).await.data();
        ada.edit_comment(&comment, text).await.data();
        for id in [&post, &comment] {
            assert_eq!(mary.mentions_in(id).await, expected);
        }
    }
    assert_eq!(mary.notification_texts().await, NONE);
    assert_eq!(grace.notification_texts().await, ["ada mentioned you.", "ada mentioned you."]);
    let id = grace.notifications().await[0]["id"].clone();
    grace.mark_notifications(json!({ "notificationIds": [id] })).await.data();
    ada.edit_post(&post, "No one").await.data();
    ada.edit_comment(&comment, "No one").await.data();
    assert_eq!(grace.notifications().await.len(), 1, "a read notification stays");
    for id in [&post, &comment] {
        assert_eq!(mary.mentions_in(id).await, NONE);
    }
}
