//! Creating, editing and deleting comments.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_comment_has_author_text_and_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let edge = grace.comment_edge(&post, " First\n").await;
    assert_eq!(
        edge["node"],
        json!({
            "id": edge["node"]["id"], "cursor": edge["cursor"], "text": "First", "createdAt": "2026-11-21T09:30:00.000Z",
            "editedAt": null, "author": { "username": "grace" }, "post": { "text": "A post" }, "replyTo": null,
            "viewerCanEdit": true, "viewerCanDelete": true, "viewerCanReact": true, "reactionGroups": [],
        })
    );
    let reply = ada.reply_to_comment(&post, &edge["node"]["id"], "Second").await;
    let query = "query($id: ID!) { node(id: $id) { __typename ... on Comment {
        text replyTo { text } viewerCanEdit viewerCanDelete ... on Reactable { author { username } }
    } } }";
    let node = grace.execute(query, json!({ "id": reply })).await.field("node");
    let expected = json!({
        "__typename": "Comment", "text": "Second", "replyTo": { "text": "First" }, "viewerCanEdit": false,
        "viewerCanDelete": false, "author": { "username": "ada" },
    });
    assert_eq!(node, expected);
    assert_eq!(grace.comment_texts(&post).await, (vec!["First".to_owned(), "Second".to_owned()], 2));
}

#[rstest]
#[tokio::test]
async fn a_bad_comment_is_rejected_with_every_fault(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (post, other_post) = (ada.publish("A post").await, ada.publish("Another").await);
    let (comment, elsewhere) = (ada.comment(&post, "Here").await, ada.comment(&other_post, "Elsewhere").await);
    let long = "x".repeat(2_001);
    for (input, faults) in [
        (json!({ "postId": post, "text": " " }), vec!["TOO_SHORT input.text"]),
        (json!({ "postId": post, "text": long }), vec!["TOO_LONG input.text"]),
        (json!({ "postId": comment, "text": "x" }), vec!["NOT_FOUND input.postId"]),
        (json!({ "postId": post, "text": "x", "replyToId": elsewhere }), vec!["NOT_FOUND input.replyToId"]),
        (json!({ "postId": post, "text": "x", "replyToId": post }), vec!["NOT_FOUND input.replyToId"]),
        (
            json!({ "postId": "rubbish", "text": "", "replyToId": comment, "clientKey": "" }),
            vec![
                "TOO_SHORT input.text",
                "TOO_SHORT input.clientKey",
                "NOT_FOUND input.postId",
                "NOT_FOUND input.replyToId",
            ],
        ),
    ] {
        assert_eq!(ada.try_comment(input.clone()).await.refusals("createComment"), faults, "{input}");
    }
    assert_eq!(ada.comment_texts(&post).await.1, 1);
    let input = json!({ "postId": post, "text": "x" });
    assert_eq!(campus.anonymous().try_comment(input.clone()).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(campus.guest("lobbyist").await.try_comment(input).await.codes(), ["FORBIDDEN"]);
}

#[rstest]
#[tokio::test]
async fn only_the_author_edits_a_comment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, order) =
        (campus.member("ada").await, campus.member("grace").await, campus.moderator("order").await);
    let post = ada.publish("A post").await;
    let comment = grace.comment(&post, "Before").await;
    for person in [&ada, &order] {
        let rejected = person.edit_comment(&comment, "Mine").await;
        assert_eq!(rejected.refusals("updateComment"), ["FORBIDDEN input.commentId"]);
    }
    let faults = ["NOT_FOUND input.commentId", "TOO_SHORT input.text"];
    assert_eq!(grace.edit_comment(&json!("cmt_0000000000000"), "").await.refusals("updateComment"), faults);
    let edited = grace.edit_comment(&comment, "After").await.field("updateComment")["comment"].clone();
    assert_eq!((&edited["text"], edited["editedAt"].is_string()), (&json!("After"), true));
    assert_eq!(ada.comment_texts(&post).await.0, ["After"]);
}

#[rstest]
#[tokio::test]
async fn its_author_the_author_of_the_post_and_moderators_delete_a_comment(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, order) =
        (campus.member("ada").await, campus.member("grace").await, campus.moderator("order").await);
    let mary = campus.member("mary").await;
    let post = ada.publish("A post").await;
    for deleter in [&grace, &ada, &order] {
        let comment = grace.comment(&post, "Gone soon").await;
        let reply = mary.reply_to_comment(&post, &comment, "A reply").await;
        assert_eq!(mary.delete_comment(&comment).await.refusals("deleteComment"), ["FORBIDDEN input.commentId"]);
        assert_eq!(deleter.delete_comment(&comment).await.field("deleteComment")["deletedCommentId"], comment);
        assert_eq!(deleter.delete_comment(&comment).await.refusals("deleteComment"), ["NOT_FOUND input.commentId"]);
        let query = "query($id: ID!) { node(id: $id) { ... on Comment { text replyTo { text } } } }";
        let node = mary.execute(query, json!({ "id": reply })).await.field("node");
        assert_eq!(node, json!({ "text": "A reply", "replyTo": null }));
        mary.delete_comment(&reply).await.data();
    }
    assert_eq!(ada.comment_texts(&post).await.1, 0);
    // A block hides it from neither the author of the post nor moderators.
    for deleter in [&ada, &order] {
        let comment = mary.comment(&post, "Under your post").await;
        deleter.block(&mary).await;
        assert_eq!(deleter.edit_comment(&comment, "x").await.refusals("updateComment"), ["FORBIDDEN input.commentId"]);
        assert_eq!(deleter.delete_comment(&comment).await.field("deleteComment")["deletedCommentId"], comment);
        deleter.unblock(&mary).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_block_hides_comments_in_both_directions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let comment = grace.comment(&post, "From grace").await;
    let reply = mary.reply_to_comment(&post, &comment, "From mary").await;
    grace.block(&mary).await;
    assert_eq!(mary.comment_texts(&post).await, (vec!["From mary".to_owned()], 1));
    assert_eq!(grace.comment_texts(&post).await, (vec!["From grace".to_owned()], 1));
    assert_eq!(ada.comment_texts(&post).await.1, 2);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Comment { text replyTo { text } } } }";
    let nodes = mary.execute(query, json!({ "ids": [comment, reply] })).await.field("nodes");
    assert_eq!(nodes, json!([null, { "text": "From mary", "replyTo": null }]));
    let input = json!({ "postId": post, "text": "x", "replyToId": comment });
    assert_eq!(mary.try_comment(input).await.refusals("createComment"), ["NOT_FOUND input.replyToId"]);
    assert_eq!(mary.edit_comment(&comment, "x").await.refusals("updateComment"), ["NOT_FOUND input.commentId"]);
    grace.unblock(&mary).await;
    assert_eq!(mary.comment_texts(&post).await.1, 2);

    // Behind a block with the author of the post, there is no post.
    ada.block(&mary).await;
    let input = json!({ "postId": post, "text": "x" });
    assert_eq!(mary.try_comment(input).await.refusals("createComment"), ["NOT_FOUND input.postId"]);
    let nodes = mary.execute(query, json!({ "ids": [comment, reply] })).await.field("nodes");
    assert_eq!(nodes, json!([null, null]));
    // The author's own text can still be deleted.
    assert_eq!(mary.delete_comment(&reply).await.field("deleteComment")["deletedCommentId"], reply);
}

#[rstest]
#[tokio::test]
async fn comments_are_deleted_with_their_post_and_with_their_author(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (post, other) = (ada.publish("A post").await, grace.publish("Another").await);
    let comment = grace.comment(&post, "From grace").await;
    mary.comment(&post, "From mary").await;
    let below = mary.comment(&other, "Below the other").await;
    grace.delete_account().await;
    assert_eq!(ada.comment_texts(&post).await, (vec!["From mary".to_owned()], 1));
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let nodes = mary.execute(query, json!({ "ids": [comment, other, below] })).await.field("nodes");
    assert_eq!(nodes, json!([null, null, null]));
    let last = mary.comment(&post, "Last").await;
    ada.delete_post(&post).await.data();
    let nodes = mary.execute(query, json!({ "ids": [last] })).await.field("nodes");
    assert_eq!(nodes, Value::Array(vec![Value::Null]));
}
