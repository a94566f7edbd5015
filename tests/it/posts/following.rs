//! The event stream of posts over a WebSocket: live, from a cursor, of one author, and across deletions.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::live::{self, RETENTION};

use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

const FOLLOW: &str = "subscription Follow($author: ID, $after: String) {
    postPublished(authorId: $author, after: $after) {
        __typename
        ... on Event { cursor happenedAt }
        ... on PostAdded { postEdge { cursor node { id text author { username } viewerCanEdit } } }
        ... on PostChanged { postId post { text } }
    }
}";

async fn follow(person: &Person, variables: Value) -> Socket {
    Socket::subscribed(person, FOLLOW, variables).await
}

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["postPublished"].clone()
}

/// The texts of the posts in the next events.
async fn texts(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let event = next(socket).await;
        texts.push(event["postEdge"]["node"]["text"].as_str().expect("a post").to_owned());
    }
    texts
}

async fn cursor(person: &Person) -> Value {
    person.query("{ postsCursor }").await["postsCursor"].clone()
}

#[rstest]
#[tokio::test]
async fn a_stream_delivers_the_events_of_posts_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let start = cursor(&grace).await;
    let mut socket = follow(&grace, json!({ "after": start })).await;
    let edge = ada.post_edge("Hello").await;
    let id = &edge["node"]["id"];
    let node = json!({ "id": id, "text": "Hello", "author": { "username": "ada" }, "viewerCanEdit": false });
    assert_eq!(
        next(&mut socket).await,
        json!({
            "__typename": "PostAdded", "cursor": edge["cursor"], "happenedAt": "2026-11-21T09:30:00.000Z",
            "postEdge": { "cursor": edge["cursor"], "node": node },
        })
    );
    ada.edit_post(id, "Goodbye").await.data();
    let edited = next(&mut socket).await;
    assert_eq!((&edited["__typename"], &edited["postId"]), (&json!("PostChanged"), id));
    assert_eq!(edited["post"], json!({ "text": "Goodbye" }));
    ada.delete_post(id).await.data();
    let deleted = next(&mut socket).await;
    assert_eq!((&deleted["postId"], &deleted["post"]), (id, &Value::Null));

    // A later reader receives the same events without the deleted text.
    let mut replay = follow(&grace, json!({ "after": start })).await;
    let added = next(&mut replay).await;
    assert_eq!((&added["cursor"], &added["postEdge"]), (&edge["cursor"], &Value::Null));
    let unedited = next(&mut replay).await;
    assert_eq!((&unedited["cursor"], &unedited["post"]), (&edited["cursor"], &Value::Null));
    assert_eq!(next(&mut replay).await, deleted);
}

#[rstest]
#[tokio::test]
async fn a_stream_without_a_cursor_starts_with_the_next_post(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    ada.publish("Before").await;
    let mut socket = follow(&ada, json!({})).await;
    // The client cannot know when following starts, so this publishes posts until the first one is delivered.
    let publish = async {
        loop {
            ada.publish("After").await;
        }
    };
    tokio::select! {
        texts = texts(&mut socket, 1) => assert_eq!(texts, ["After"]),
        () = publish => {}
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_after_a_page_misses_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let start = cursor(&ada).await;
    for text in ["1", "2", "3"] {
        ada.publish(text).await;
    }
    let page = ada.query("{ postsCursor posts(first: 2) { edges { cursor } } }").await;
    let (newest, second) = (&page["posts"]["edges"][0]["cursor"], &page["posts"]["edges"][1]["cursor"]);
    ada.publish("4").await;
    let starts = [
        (&start, &["1", "2", "3", "4", "5"][..]),
        (second, &["3", "4", "5"]),
        (newest, &["4", "5"]),
        (&page["postsCursor"], &["4", "5"]),
    ];
    let mut sockets = Vec::new();
    for (after, expected) in starts {
        sockets.push((follow(&ada, json!({ "after": after })).await, expected));
    }
    ada.publish("5").await;
    for (mut socket, expected) in sockets {
        assert_eq!(texts(&mut socket, expected.len()).await, expected);
    }
}

#[rstest]
#[tokio::test]
async fn a_follower_resumes_where_it_disconnected(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut after = cursor(&ada).await;
    // More than one page of the log, and more than a hub keeps.
    for n in 0..300 {
        ada.publish(&n.to_string()).await;
    }
    let mut received = Vec::new();
    for count in [1, 2, 97, 200] {
        let mut socket = follow(&ada, json!({ "after": after })).await;
        for _ in 0..count {
            let event = next(&mut socket).await;
            after = event["cursor"].clone();
            received.push(event["postEdge"]["node"]["text"].as_str().expect("a post").to_owned());
        }
    }
    assert!(received.into_iter().eq((0..300).map(|n| n.to_string())));
}

#[rstest]
#[tokio::test]
async fn a_stream_can_be_limited_to_one_author(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let variables = json!({ "author": grace.user_id().await, "after": cursor(&ada).await });
    let mut socket = follow(&ada, variables).await;
    let (post, other_post) = (grace.publish("One").await, ada.publish("Other").await);
    ada.delete_post(&other_post).await.data();
    grace.delete_post(&post).await.data();
    grace.publish("Two").await;
    assert_eq!(next(&mut socket).await["__typename"], "PostAdded");
    assert_eq!(next(&mut socket).await["postId"], post);
    assert_eq!(texts(&mut socket, 1).await, ["Two"]);
}

#[rstest]
#[tokio::test]
async fn followers_receive_the_deletion_of_posts_with_their_author(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut ids = Vec::new();
    for text in ["1", "2", "3"] {
        ids.push(ada.publish(text).await);
    }
    let mut socket = follow(&grace, json!({ "after": cursor(&grace).await })).await;
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.execute(delete, json!({ "password": PASSWORD })).await.data();
    for id in &ids {
        let event = next(&mut socket).await;
        assert_eq!((&event["postId"], &event["post"]), (id, &Value::Null));
    }
    grace.publish("Next").await;
    assert_eq!(texts(&mut socket, 1).await, ["Next"]);
}

#[rstest]
#[tokio::test]
async fn a_cursor_before_the_retention_period_gets_one_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let start = cursor(&ada).await;
    let old = ada.post_edge("Old").await;
    campus.advance(RETENTION + Duration::from_secs(1));
    let ada = ada.login().await;
    live::trim(&campus.app.db, campus.app.clock.now().minus(RETENTION)).await.expect("the log is trimmed");
    let mut socket = follow(&ada, json!({ "after": start })).await;
    let reset = next(&mut socket).await;
    assert_eq!((&reset["__typename"], &reset["cursor"]), (&json!("FeedReset"), &old["cursor"]));
    // No event after the old post was trimmed, so its cursor is still valid.
    let mut up_to_date = follow(&ada, json!({ "after": old["cursor"] })).await;
    ada.publish("New").await;
    assert_eq!(texts(&mut socket, 1).await, ["New"]);
    assert_eq!(texts(&mut up_to_date, 1).await, ["New"]);
}

#[rstest]
#[tokio::test]
async fn a_subscription_without_permission_is_rejected_with_its_reason(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("Not an author").await;
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(follow(&person, json!({})).await.error_code().await, code);
    }
    for author in [&post, &json!("usr_0000000000000"), &json!("rubbish")] {
        assert_eq!(follow(&ada, json!({ "author": author })).await.error_code().await, "NOT_FOUND");
    }
    let inbox = ada.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    for after in [&inbox, &json!("rubbish")] {
        assert_eq!(follow(&ada, json!({ "after": after })).await.error_code().await, "BAD_USER_INPUT");
    }
    // A cursor of this feed that lies ahead of it, as after a restore of a backup.
    let mut ahead = follow(&ada, json!({ "after": "WzEsOTk5OTld" })).await;
    assert_eq!(next(&mut ahead).await["__typename"], "FeedReset");
}
