//! Adding and removing reactions: what is an emoji, where members can react, and limits.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn members_react_to_messages_posts_and_comments(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let comment = ada.comment(&post, "A comment").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "A message").await;
    let lobby_message = ada.send_lobby_message("In the lobby").await;
    for subject in [&post, &comment, &message, &lobby_message] {
        let own = json!([{ "emoji": "👍", "userCount": 1, "viewerHasReacted": true }]);
        assert_eq!(grace.react(subject, "👍").await, own);
        // Adding it again changes nothing.
        assert_eq!(grace.react(subject, "👍").await, own);
        ada.react(subject, "🎉").await;
        let both = json!([
            { "emoji": "👍", "userCount": 2, "viewerHasReacted": true },
            { "emoji": "🎉", "userCount": 1, "viewerHasReacted": true },
        ]);
        assert_eq!(ada.react(subject, "👍").await, both);
        // The order is that of the earliest reaction that is left.
        grace.unreact(subject, "👍").await;
        assert_eq!(ada.reactions(subject).await, [("🎉".to_owned(), 1), ("👍".to_owned(), 1)]);
        assert_eq!(ada.unreact(subject, "🎉").await.as_array().map(Vec::len), Some(1));
        assert_eq!(ada.unreact(subject, "🎉").await.as_array().map(Vec::len), Some(1));
        assert_eq!(ada.unreact(subject, "👍").await, json!([]));
    }
}

#[rstest]
#[tokio::test]
async fn only_one_emoji_is_a_reaction(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    // With and without U+FE0F it is the same, stored fully qualified.
    for text in ["❤", "❤\u{FE0F}"] {
        assert_eq!(ada.react(&post, text).await[0]["emoji"], "❤\u{FE0F}");
    }
    assert_eq!(ada.unreact(&post, "❤").await, json!([]));
    ada.react(&post, "👩🏽‍🚀").await;
    for text in ["", " ", "a", "+1", ":thumbsup:", "👍👍", "👍 ", "🏽", "\u{FE0F}", "\0", &"👍".repeat(5_000)]
    {
        assert_eq!(ada.try_react(&post, text).await.refusals("addReaction"), ["INVALID input.emoji"], "{text:?}");
        assert_eq!(ada.try_unreact(&post, text).await.refusals("removeReaction"), ["INVALID input.emoji"]);
    }
    let faults = ["INVALID input.emoji", "NOT_FOUND input.subjectId"];
    assert_eq!(ada.try_react(&json!("pst_0000000000000"), "x").await.refusals("addReaction"), faults);
    assert_eq!(ada.reactions(&post).await, [("👩🏽‍🚀".to_owned(), 1)]);
}

#[rstest]
#[tokio::test]
async fn members_react_where_they_can_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "A message").await;
    let not_found = ["NOT_FOUND input.subjectId"];
    for id in [&message, &conversation, &json!("rubbish"), &mary.user_id().await] {
        assert_eq!(mary.try_react(id, "👍").await.refusals("addReaction"), not_found);
    }
    grace.react(&message, "👍").await;
    ada.set_policy("NOBODY").await;
    let rejected = grace.try_react(&message, "🎉").await;
    assert_eq!(rejected.refusals("addReaction"), ["RECIPIENT_UNAVAILABLE input.subjectId"]);
    let can_react = "query($id: ID!) { node(id: $id) { ... on Reactable { viewerCanReact } } }";
    let node = grace.execute(can_react, json!({ "id": message })).await.field("node");
    assert_eq!(node["viewerCanReact"], false);
    // What is visible can always be taken back.
    assert_eq!(grace.unreact(&message, "👍").await, json!([]));

    ada.react(&message, "👍").await;
    ada.delete_message(&message).await.data();
    assert_eq!(ada.try_react(&message, "👍").await.refusals("addReaction"), ["WRONG_STATE input.subjectId"]);
    assert_eq!(ada.reactions(&message).await, []);

    let in_lobby = ada.send_lobby_message("Hello").await;
    let guest = campus.guest("lobbyist").await;
    assert_eq!(guest.try_react(&in_lobby, "👍").await.codes(), ["FORBIDDEN"]);
    assert_eq!(campus.anonymous().try_react(&in_lobby, "👍").await.codes(), ["UNAUTHENTICATED"]);
    ada.react(&in_lobby, "👍").await;
    assert_eq!(guest.reactions(&in_lobby).await, [("👍".to_owned(), 1)]);
}

const TWENTY_ONE: [&str; 21] = [
    "👍", "👎", "🎉", "😀", "😃", "😄", "😁", "😆", "😅", "🤣", "😂", "🙂", "🙃", "😉", "😊", "😇", "🥰", "😍", "🤩",
    "😘", "😗",
];

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_has_at_most_20_different_emoji(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let comment = ada.comment(&post, "A comment").await;
    let message = ada.send_lobby_message("A message").await;
    for subject in [&post, &comment, &message] {
        // All at once: none slips through.
        let people = [&ada, &grace];
        let answers =
            join_all(TWENTY_ONE.iter().enumerate().map(|(n, emoji)| people[n % 2].try_react(subject, emoji))).await;
        let refused: Vec<Vec<String>> = answers
            .iter()
            .map(|answer| answer.refusals("addReaction"))
            .filter(|refusals| !refusals.is_empty())
            .collect();
        assert_eq!(refused, [["QUOTA_EXCEEDED input.emoji"]]);
        let reactions = ada.reactions(subject).await;
        assert_eq!(reactions.len(), 20);
        // One of the twenty can still be chosen.
        let known = &reactions[7].0;
        ada.react(subject, known).await;
        assert_eq!(grace.react(subject, known).await[7]["userCount"], 2);
    }
}

#[rstest]
#[tokio::test]
async fn a_thousand_reactions_of_one_member_leave_twenty_and_one_notification(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let hands = ["👋", "✋", "👌", "👍", "👎", "👊", "👏", "🙌", "🙏", "💪"];
    let tones = ["", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];
    let emoji: Vec<String> = hands.iter().flat_map(|hand| tones.map(|tone| format!("{hand}{tone}"))).collect();
    let mut refused = 0;
    for n in 0..1_000 {
        let refusals = grace.try_react(&post, &emoji[n % emoji.len()]).await.refusals("addReaction");
        assert!(refusals.is_empty() || refusals == ["QUOTA_EXCEEDED input.emoji"], "{refusals:?}");
        refused += refusals.len();
    }
    // The first twenty emoji are chosen again and again.
    assert_eq!(refused, 1_000 / 60 * 40 + 20);
    assert_eq!(ada.reactions(&post).await.len(), 20);
    assert_eq!(ada.notifications().await.len(), 1);
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    for n in 0..62 {
        let codes = ada.try_react(&post, &emoji[n % 2]).await.codes();
        assert_eq!(codes.join(" "), if n < 60 { "" } else { "RATE_LIMITED" }, "{n}");
    }
}

#[rstest]
#[tokio::test]
async fn reactions_are_deleted_with_their_user(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    ada.react(&post, "👍").await;
    grace.react(&post, "👍").await;
    grace.react(&post, "🎉").await;
    grace.delete_account().await;
    assert_eq!(ada.reactions(&post).await, [("👍".to_owned(), 1)]);
    let none: Value = json!({ "id": post });
    let users = "query($id: ID!) { post(id: $id) { reactionGroups { users { totalCount nodes { username } } } } }";
    let groups = ada.execute(users, none).await.field("post")["reactionGroups"].clone();
    assert_eq!(groups, json!([{ "users": { "totalCount": 1, "nodes": [{ "username": "ada" }] } }]));
}
