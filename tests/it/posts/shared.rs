//! Results of post events that followers share, and followers who get their own.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

/// Selects nothing that depends on the viewer.
const VIEWER_INDEPENDENT: &str = "subscription Shareable($after: String) { postPublished(after: $after) {
    __typename
    ... on PostAdded { cursor postEdge { cursor node {
        text viewerCanEdit viewerCanDelete author { username } images { placeholder }
    } } }
    ... on PostChanged { postId post { text viewerCanDelete } }
} }";

const BLOCK: &str = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["postPublished"].clone()
}

#[rstest]
#[tokio::test]
async fn followers_share_a_result_and_some_get_their_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (order, eve) = (campus.moderator("order").await, campus.member("eve").await);
    eve.execute(BLOCK, json!({ "id": ada.user_id().await })).await.data();
    let after = ada.query("{ postsCursor }").await["postsCursor"].clone();
    let people: [&Person; 6] = [&grace, &ada, &mary, &order, &eve, &grace];
    let mut sockets = Vec::new();
    for person in people {
        sockets.push(Socket::subscribed(person, VIEWER_INDEPENDENT, json!({ "after": after })).await);
    }
    let edge = ada.post_edge("Hello \"all\"").await;
    ada.edit_post(&edge["node"]["id"], "Goodbye").await.data();
    ada.delete_post(&edge["node"]["id"]).await.data();
    for (n, socket) in sockets.iter_mut().enumerate() {
        let (is_author, is_moderator, is_blocked) = (n == 1, n == 3, n == 4);
        let added = next(socket).await;
        assert_eq!(added["cursor"], edge["cursor"], "{n}");
        // The post may have been edited or deleted before the delivery.
        let node = &added["postEdge"]["node"];
        assert!(!is_blocked || node.is_null(), "{n}: {added}");
        if !node.is_null() {
            assert_eq!(node["viewerCanEdit"], json!(is_author), "{n}");
            assert_eq!(node["viewerCanDelete"], json!(is_author || is_moderator), "{n}");
            assert_eq!(node["author"]["username"], json!("ada"), "{n}");
        }
        let edited = next(socket).await;
        assert!(edited["post"].is_null() || (edited["post"]["text"] == json!("Goodbye") && !is_blocked), "{n}");
        let deleted = next(socket).await;
        assert_eq!((&deleted["postId"], &deleted["post"]), (&edge["node"]["id"], &Value::Null), "{n}");
    }
    // A later follower does not receive the deleted text.
    let mut late = Socket::subscribed(&mary, VIEWER_INDEPENDENT, json!({ "after": after })).await;
    assert_eq!(next(&mut late).await["postEdge"], Value::Null);
    assert_eq!(next(&mut late).await["post"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn followers_receive_the_post_as_they_may_change_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, order) =
        (campus.member("ada").await, campus.member("grace").await, campus.moderator("order").await);
    let after = ada.query("{ postsCursor }").await["postsCursor"].clone();
    let mut sockets = Vec::new();
    for person in [&grace, &ada, &order, &grace] {
        sockets.push(Socket::subscribed(person, VIEWER_INDEPENDENT, json!({ "after": after })).await);
    }
    ada.publish("Hello").await;
    for (socket, (may_edit, may_delete)) in
        sockets.iter_mut().zip([(false, false), (true, true), (false, true), (false, false)])
    {
        let node = next(socket).await["postEdge"]["node"].clone();
        let expected = json!({
            "text": "Hello", "viewerCanEdit": may_edit, "viewerCanDelete": may_delete,
            "author": { "username": "ada" }, "images": [],
        });
        assert_eq!(node, expected);
    }
}
