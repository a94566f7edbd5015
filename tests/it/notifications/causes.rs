//! What causes a notification, and for which members.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_comment_notifies_the_author_of_the_post_or_the_comment_that_it_replies_to(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let comment = grace.comment(&post, "From grace").await;
    let reply = mary.reply_to_comment(&post, &comment, "A reply").await;
    // To the author of the post it is a reply only if it replies to them: one notification for each text.
    let own = ada.comment(&post, "From ada").await;
    grace.reply_to_comment(&post, &own, "To ada").await;
    assert_eq!(
        ada.notification_texts().await,
        ["grace replied to you.", "mary commented on your post.", "grace commented on your post."]
    );
    let notifications = grace.notifications().await;
    assert_eq!(notifications.len(), 1);
    assert_eq!(
        (&notifications[0]["__typename"], &notifications[0]["kind"]),
        (&json!("ReplyNotification"), &json!("REPLY"))
    );
    assert_eq!(notifications[0]["subject"], json!({ "id": reply, "text": "A reply" }));
    assert_eq!(mary.notifications().await, [] as [Value; 0]);

    // A repeated request causes no second notification.
    let draft = json!({ "postId": post, "text": "Once", "clientKey": "k1" });
    for _ in 0..2 {
        mary.try_comment(draft.clone()).await.data();
    }
    assert_eq!(ada.notifications().await.len(), 4);
}

#[rstest]
#[tokio::test]
async fn reactions_to_one_text_are_one_notification(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    ada.react(&post, "👍").await;
    assert_eq!(ada.notifications().await.len(), 0, "own actions notify of nothing");
    grace.react(&post, "👍").await;
    grace.react(&post, "🎉").await;
    mary.comment(&post, "In between").await;
    assert_eq!(ada.notification_texts().await, ["mary commented on your post.", "grace reacted to your post."]);
    mary.react(&post, "👍").await;
    let notifications = ada.notifications().await;
    assert_eq!(notifications.len(), 2);
    let first = &notifications[0];
    assert_eq!((&first["actor"]["username"], &first["userCount"]), (&json!("mary"), &json!(2)));
    assert_eq!((&first["subject"]["id"], &first["kind"]), (&post, &json!("REACTION")));
    assert_eq!(ada.notification_texts().await[0], "mary and another user reacted to your post.");

    // A further reaction makes it unread again, once an hour at most.
    ada.mark_notifications(json!({ "notificationIds": [first["id"]] })).await.data();
    mary.react(&post, "😀").await;
    assert!(ada.notifications().await[0]["readAt"].is_string());
    campus.advance(Duration::from_secs(3_601));
    let (ada, mary, grace) = (ada.login().await, mary.login().await, grace.login().await);
    mary.react(&post, "😃").await;
    assert_eq!(ada.notifications().await[0]["readAt"], Value::Null);

    // Without reactions of others it is deleted.
    for emoji in ["👍", "😀", "😃"] {
        mary.unreact(&post, emoji).await;
    }
    assert_eq!(ada.notifications().await[0]["actor"]["username"], "grace");
    grace.unreact(&post, "👍").await;
    grace.unreact(&post, "🎉").await;
    assert_eq!(ada.notification_texts().await, ["mary commented on your post."]);
}

#[rstest]
#[tokio::test]
async fn a_reaction_to_a_message_notifies_an_author_who_can_see_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.start_conversation(&[&grace, &mary]).await;
    let message = ada.send_message_id(&group, "A message").await;
    grace.react(&message, "👍").await;
    assert_eq!(ada.notification_texts().await, ["grace reacted to your message."]);
    ada.delete_message(&message).await.data();
    assert_eq!(ada.notifications().await.len(), 0);
    let message = ada.send_message_id(&group, "Another").await;
    ada.leave_conversation(&group).await.data();
    grace.react(&message, "👍").await;
    assert_eq!(ada.notifications().await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn changes_of_a_booking_notify_the_other_participant(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, "2026-11-23T09:00:00.000Z").await["id"].clone();
    grace.reschedule(&booking, "2026-11-23T10:00:00.000Z").await.data();
    ada.cancel(&booking).await.data();
    let of_mentor = ada.notifications().await;
    let changes: Vec<&Value> = of_mentor.iter().map(|one| &one["change"]).collect();
    assert_eq!(changes, ["RESCHEDULED", "CREATED"]);
    let expected = json!({ "username": "grace" });
    assert!(of_mentor.iter().all(|one| one["actor"] == expected && one["booking"]["id"] == booking));
    assert_eq!(grace.notification_texts().await, ["ada cancelled your session."]);
}

#[rstest]
#[tokio::test]
async fn a_login_from_an_unknown_device_is_a_notification(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let page =
        async || ada.notification_page(json!({ "filter": { "kinds": ["ACCOUNT"] } })).await["notifications"].clone();
    assert_eq!(page().await["totalCount"], 0);
    let login =
        "mutation($input: LoginInput!) { login(input: $input) { session { accessToken } userErrors { code } } }";
    let input = json!({
        "identifier": "ada", "password": crate::support::PASSWORD, "deviceName": "A laptop", "transport": "TOKEN",
    });
    let device = campus.anonymous();
    let first = device.execute(login, json!({ "input": input })).await;
    first.field("login");
    let found = page().await["nodes"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!((&found[0]["notice"], &found[0]["deviceName"]), (&json!("LOGGED_IN"), &json!("A laptop")));
    // The device has a cookie now.
    let cookies: Vec<String> = first
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next().map(str::to_owned))
        .collect();
    if !cookies.is_empty() {
        let request = device.request(reqwest::Method::POST, "/graphql").header("cookie", cookies.join("; "));
        let request = request.json(&json!({ "query": login, "variables": { "input": input } }));
        crate::support::Person::send(request).await.field("login");
        assert_eq!(page().await["totalCount"], 1);
    }
}

#[rstest]
#[tokio::test]
async fn a_block_stops_and_hides_notifications(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let comment = mary.comment(&post, "From mary").await;
    grace.react(&post, "👍").await;
    mary.react(&post, "👍").await;
    assert_eq!(ada.notifications().await.len(), 2);
    ada.block(&mary).await;
    let left = ada.notifications().await;
    assert_eq!(left.len(), 1);
    assert_eq!((&left[0]["actor"]["username"], &left[0]["userCount"]), (&json!("grace"), &json!(1)));
    grace.reply_to_comment(&post, &comment, "To mary").await;
    ada.unblock(&mary).await;
    // Mary could not see the reply, and has no notification of it; what was hidden is back.
    assert_eq!(mary.notifications().await.len(), 0);
    assert_eq!(ada.notification_texts().await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn notifications_are_deleted_with_what_they_are_about(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let comment = grace.comment(&post, "From grace").await;
    mary.reply_to_comment(&post, &comment, "From mary").await;
    mary.react(&comment, "👍").await;
    mary.react(&post, "👍").await;
    assert_eq!((ada.notifications().await.len(), grace.notifications().await.len()), (3, 2));
    grace.delete_comment(&comment).await.data();
    assert_eq!(ada.notification_texts().await, ["mary reacted to your post.", "mary commented on your post."]);
    assert_eq!(grace.notification_texts().await, ["mary replied to you."]);
    mary.delete_account().await;
    assert_eq!((ada.notifications().await.len(), grace.notifications().await.len()), (0, 0));
}
