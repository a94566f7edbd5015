//! The stream of one post: comments, edits, deletion, blocks, resuming.

use rstest::rstest;
use serde_json::{Value, json};

use super::{FOLLOW, next};
use crate::support::{Campus, Engine, EventStream, Socket};

#[rstest]
#[tokio::test]
async fn a_stream_delivers_the_events_of_a_post_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let start = grace.post_cursor(&post).await;
    let mut socket = grace.follow_post(&post).await;
    let edge = ada.comment_edge(&post, "Hello").await;
    let added = next(&mut socket).await;
    assert_eq!((&added["__typename"], &added["cursor"]), (&json!("CommentAdded"), &edge["cursor"]));
    assert_eq!(added["commentEdge"]["cursor"], edge["cursor"]);
    let node = json!({ "text": "Hello", "author": { "username": "ada" }, "viewerCanDelete": false });
    assert_eq!(added["commentEdge"]["node"], node);
    let id = &edge["node"]["id"];
    ada.edit_comment(id, "Goodbye").await.data();
    let edited = next(&mut socket).await;
    assert_eq!((&edited["commentId"], &edited["comment"]["text"]), (id, &json!("Goodbye")));
    ada.delete_comment(id).await.data();
    let deleted = next(&mut socket).await;
    assert_eq!((&deleted["commentId"], &deleted["comment"]), (id, &Value::Null));
    ada.edit_post(&post, "An edited post").await.data();
    assert_eq!(next(&mut socket).await["post"], json!({ "text": "An edited post" }));

    // A later follower receives the same events without the deleted text.
    let mut replay = Socket::subscribed(&grace, FOLLOW, json!({ "post": post, "after": start })).await;
    let replayed = next(&mut replay).await;
    assert_eq!((&replayed["cursor"], &replayed["commentEdge"]), (&edge["cursor"], &Value::Null));
    let mut from_edge = Socket::subscribed(&grace, FOLLOW, json!({ "post": post, "after": edge["cursor"] })).await;
    assert_eq!(next(&mut from_edge).await["cursor"], edited["cursor"]);
}

#[rstest]
#[tokio::test]
async fn an_event_has_the_counts_and_the_replied_comments_that_its_follower_sees(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let post = ada.publish("A post").await;
    grace.block(&mary).await;
    let hidden = mary.comment(&post, "Hidden").await;
    let document = "subscription($post: ID!, $after: String) {
        postChanged(postId: $post, after: $after) {
            ... on CommentAdded { commentEdge { node { replyTo { text } post { text commentCount } } } }
            ... on CommentChanged { comment { post { commentCount } } }
            ... on PostChanged { post { text commentCount } }
        }
    }";
    let variables = json!({ "post": post, "after": ada.post_cursor(&post).await });
    let mut all = Socket::subscribed(&ada, document, variables.clone()).await;
    let mut fewer = Socket::subscribed(&grace, document, variables).await;
    let node = |text: &Value, post: &str, count: i64| {
        let replied = if text.is_null() { Value::Null } else { json!({ "text": text }) };
        json!({ "commentEdge": { "node": { "replyTo": replied, "post": { "text": post, "commentCount": count } } } })
    };
    // All faster than a load that followers share expires.
    let shown = joan.reply_to_comment(&post, &hidden, "One").await;
    assert_eq!(next(&mut all).await, node(&json!("Hidden"), "A post", 2));
    assert_eq!(next(&mut fewer).await, node(&Value::Null, "A post", 1));
    ada.edit_post(&post, "An edited post").await.data();
    joan.edit_comment(&shown, "One, edited").await.data();
    for (stream, count) in [(&mut all, 2), (&mut fewer, 1)] {
        assert_eq!(next(stream).await, json!({ "post": { "text": "An edited post", "commentCount": count } }));
        assert_eq!(next(stream).await, json!({ "comment": { "post": { "commentCount": count } } }));
    }
    joan.reply_to_comment(&post, &shown, "Two").await;
    for (stream, count) in [(&mut all, 3), (&mut fewer, 2)] {
        assert_eq!(next(stream).await, node(&json!("One, edited"), "An edited post", count));
    }
    mary.delete_comment(&hidden).await.data();
    joan.comment(&post, "Three").await;
    for stream in [&mut all, &mut fewer] {
        assert_eq!(next(stream).await, json!({ "comment": null }));
        assert_eq!(next(stream).await, node(&Value::Null, "An edited post", 3));
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_ends_after_the_deletion_of_its_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    for delete_account in [false, true] {
        let post = ada.publish("A post").await;
        grace.comment(&post, "Hello").await;
        let mut socket = grace.follow_post(&post).await;
        // The stream has found its place: one that begins after the deletion does not find the post.
        grace.comment(&post, "Welcome").await;
        next(&mut socket).await;
        if delete_account {
            ada.delete_account().await;
        } else {
            ada.delete_post(&post).await.data();
        }
        let deleted = next(&mut socket).await;
        assert_eq!((&deleted["postId"], &deleted["post"]), (&post, &Value::Null));
        assert_eq!(socket.error_code().await, "FORBIDDEN");
        let mut late = Socket::subscribed(&grace, FOLLOW, json!({ "post": post, "after": deleted["cursor"] })).await;
        assert_eq!(late.error_code().await, "NOT_FOUND");
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_ends_when_a_block_hides_its_post(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let (mut blocked, mut other) = (grace.follow_post(&post).await, mary.follow_post(&post).await);
    // Each stream has found its place.
    ada.comment(&post, "One").await;
    next(&mut blocked).await;
    next(&mut other).await;
    // A block with someone else does not end a stream; it hides the other member's comments.
    grace.block(&mary).await;
    mary.comment(&post, "Two").await;
    assert_eq!(next(&mut blocked).await["commentEdge"], Value::Null);
    assert_eq!(next(&mut other).await["commentEdge"]["node"]["text"], "Two");
    ada.block(&grace).await;
    assert_eq!(blocked.error_code().await, "FORBIDDEN");
    let mut late = Socket::subscribed(&grace, FOLLOW, json!({ "post": post })).await;
    assert_eq!(late.error_code().await, "NOT_FOUND");
    ada.comment(&post, "Three").await;
    assert_eq!(next(&mut other).await["commentEdge"]["node"]["text"], "Three");
}

#[rstest]
#[tokio::test]
async fn a_block_that_hides_or_shows_comments_resets_the_streams_of_their_post(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let post = ada.publish("A post").await;
    mary.comment(&post, "One").await;
    let (mut socket, mut other) = (grace.follow_post(&post).await, ada.follow_post(&post).await);
    let edge = ada.comment_edge(&post, "Two").await;
    for stream in [&mut socket, &mut other] {
        assert_eq!(next(stream).await["cursor"], edge["cursor"]);
    }
    let all = (vec!["One".to_owned(), "Two".to_owned()], 2);
    for (one, two) in [(&mary, &grace), (&grace, &mary)] {
        one.block(two).await;
        let reset = next(&mut socket).await;
        assert_eq!((&reset["__typename"], &reset["cursor"]), (&json!("FeedReset"), &edge["cursor"]));
        assert_eq!(grace.comment_texts(&post).await, (vec!["Two".to_owned()], 1));
        one.unblock(two).await;
        assert_eq!(next(&mut socket).await["__typename"], "FeedReset");
        assert_eq!(grace.comment_texts(&post).await, all);
    }
    // A block with a user who has no comment there is not reported, nor one that concerns others.
    joan.block(&grace).await;
    mary.block(&joan).await;
    ada.comment(&post, "Three").await;
    for stream in [&mut socket, &mut other] {
        assert_eq!(next(stream).await["commentEdge"]["node"]["text"], "Three");
    }
    let mut again = Socket::subscribed(&grace, FOLLOW, json!({ "post": post, "after": edge["cursor"] })).await;
    assert_eq!(next(&mut again).await["commentEdge"]["node"]["text"], "Three", "a reset keeps the position");
}

#[rstest]
#[tokio::test]
async fn a_node_delivers_the_comments_of_another_node(#[values(Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let mut socket = other.client_for(&grace).follow_post(&post).await;
    ada.comment(&post, "Across").await;
    assert_eq!(next(&mut socket).await["commentEdge"]["node"]["text"], "Across");
    ada.block(&grace).await;
    assert_eq!(socket.error_code().await, "FORBIDDEN");
    other.stop().await;
}

#[rstest]
#[tokio::test]
async fn every_event_of_a_log_carries_its_cursor_as_an_extension(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let after = grace.post_cursor(&post).await;
    // The first document is executed once for all of its followers, the second for each.
    for selection in ["__typename", "... on CommentAdded { commentEdge { node { reactionGroups { emoji } } } }"] {
        let query = format!(
            "subscription($post: ID!, $after: String) {{ postChanged(postId: $post, after: $after) {{ {selection} }} }}"
        );
        let variables = json!({ "post": post, "after": after });
        let mut sockets = Vec::new();
        for person in [&grace, &grace, &ada] {
            sockets.push(Socket::subscribed(person, &query, variables.clone()).await);
        }
        let mut stream = EventStream::open(&grace, &query, variables).await;
        let edge = ada.comment_edge(&post, "Hello").await;
        let mut cursors = Vec::new();
        for socket in &mut sockets {
            loop {
                let message = socket.receive().await;
                let cursor = message["payload"]["extensions"]["cursor"].clone();
                assert!(cursor.is_string(), "{message}");
                cursors.push(cursor.clone());
                if cursor == edge["cursor"] {
                    break;
                }
            }
        }
        assert!(cursors.len() >= 3);
        loop {
            let event = stream.receive().await.expect("an event");
            assert_eq!(event["extensions"]["cursor"], json!(stream.last_id));
            if event["extensions"]["cursor"] == edge["cursor"] {
                break;
            }
        }
    }
    // A state has no cursor.
    let presence =
        "subscription($ids: [ID!]!) { presenceChanged(userIds: $ids) { changes { presence { isOnline } } } }";
    let mut socket = Socket::subscribed(&grace, presence, json!({ "ids": [ada.user_id().await] })).await;
    assert_eq!(socket.receive().await["payload"].get("extensions"), None);
}

#[rstest]
#[tokio::test]
async fn posts_changed_and_post_published_are_one_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let after = ada.query("{ postsCursor }").await["postsCursor"].clone();
    let document = |field: &str| {
        format!("subscription($after: String, $author: ID) {{ event: {field} {{ ... on Event {{ cursor }} }} }}")
    };
    let ids = (ada.user_id().await, grace.user_id().await);
    let variables = json!({ "after": after, "author": ids.0 });
    let all = document("postsChanged(after: $after, filter: { authorId: null })").replace(", $author: ID", "");
    let mut streams = [
        Socket::subscribed(&grace, &document("postPublished(after: $after, authorId: $author)"), variables.clone())
            .await,
        Socket::subscribed(&grace, &document("postsChanged(after: $after, filter: { authorId: $author })"), variables)
            .await,
    ];
    let mut everything = Socket::subscribed(&grace, &all, json!({ "after": after })).await;
    let other = grace.post_edge("From grace").await;
    let edge = ada.post_edge("From ada").await;
    // Comments and reactions are not in the log of all posts.
    grace.comment(&edge["node"]["id"], "A comment").await;
    let last = ada.post_edge("From ada again").await;
    for stream in &mut streams {
        assert_eq!(stream.next().await["event"]["cursor"], edge["cursor"]);
        assert_eq!(stream.next().await["event"]["cursor"], last["cursor"]);
    }
    for expected in [&other, &edge, &last] {
        assert_eq!(everything.next().await["event"]["cursor"], expected["cursor"]);
    }
    let query = "query($ada: ID, $grace: ID) {
        one: posts(filter: { authorId: $grace }) { nodes { text } }
        both: posts(authorId: $grace, filter: { authorId: $grace }) { nodes { text } }
        neither: posts(authorId: $ada, filter: { authorId: $grace }) { nodes { text } totalCount }
        all: posts(filter: {}) { totalCount }
        unknown: posts(filter: { authorId: \"usr_0000000000000\" }) { totalCount }
    }";
    let pages = ada.execute(query, json!({ "ada": ids.0, "grace": ids.1 })).await.data();
    let own = json!({ "nodes": [{ "text": "From grace" }] });
    assert_eq!((&pages["one"], &pages["both"]), (&own, &own));
    assert_eq!(pages["neither"], json!({ "nodes": [], "totalCount": 0 }));
    assert_eq!((&pages["all"]["totalCount"], &pages["unknown"]), (&json!(3), &Value::Null));
}
