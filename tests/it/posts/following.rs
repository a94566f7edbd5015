//! Following posts over a real socket: live, from a cursor, one author's, through deletions.

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

/// The texts of the next posts that are told of.
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
async fn what_happens_to_posts_is_told_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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

    // Read again later: the text is not there any more, what happened is.
    let mut again = follow(&grace, json!({ "after": start })).await;
    let added = next(&mut again).await;
    assert_eq!((&added["cursor"], &added["postEdge"]), (&edge["cursor"], &Value::Null));
    let unedited = next(&mut again).await;
    assert_eq!((&unedited["cursor"], &unedited["post"]), (&edited["cursor"], &Value::Null));
    assert_eq!(next(&mut again).await, deleted);
}

#[rstest]
#[tokio::test]
async fn without_a_cursor_it_begins_now(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.publish("Before").await;
    let mut socket = follow(&ada, json!({})).await;
    // When exactly following begins cannot be told from outside, so there is something to hear until something is heard.
    let posting = async {
        loop {
            ada.publish("After").await;
        }
    };
    tokio::select! {
        heard = texts(&mut socket, 1) => assert_eq!(heard, ["After"]),
        () = posting => {}
    }
}

#[rstest]
#[tokio::test]
async fn nothing_is_lost_between_a_page_and_its_stream(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
async fn a_follower_who_was_away_goes_on_where_they_were(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut after = cursor(&ada).await;
    // More than the log gives at once, more than a hub keeps.
    for n in 0..300 {
        ada.publish(&n.to_string()).await;
    }
    let mut heard = Vec::new();
    for stay in [1, 2, 97, 200] {
        let mut socket = follow(&ada, json!({ "after": after })).await;
        for _ in 0..stay {
            let event = next(&mut socket).await;
            after = event["cursor"].clone();
            heard.push(event["postEdge"]["node"]["text"].as_str().expect("a post").to_owned());
        }
    }
    assert!(heard.into_iter().eq((0..300).map(|n| n.to_string())));
}

#[rstest]
#[tokio::test]
async fn one_author_is_followed_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let variables = json!({ "author": grace.user_id().await, "after": cursor(&ada).await });
    let mut socket = follow(&ada, variables).await;
    let (hers, mine) = (grace.publish("hers").await, ada.publish("mine").await);
    ada.delete_post(&mine).await.data();
    grace.delete_post(&hers).await.data();
    grace.publish("hers again").await;
    assert_eq!(next(&mut socket).await["__typename"], "PostAdded");
    assert_eq!(next(&mut socket).await["postId"], hers);
    assert_eq!(texts(&mut socket, 1).await, ["hers again"]);
}

#[rstest]
#[tokio::test]
async fn followers_are_told_when_posts_go_with_their_author(
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
    grace.publish("And on it goes").await;
    assert_eq!(texts(&mut socket, 1).await, ["And on it goes"]);
}

#[rstest]
#[tokio::test]
async fn a_cursor_too_old_gets_one_reset(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
    // Nothing came after the old post, so its cursor is as good as ever.
    let mut quiet = follow(&ada, json!({ "after": old["cursor"] })).await;
    ada.publish("New").await;
    assert_eq!(texts(&mut socket, 1).await, ["New"]);
    assert_eq!(texts(&mut quiet, 1).await, ["New"]);
}

#[rstest]
#[tokio::test]
async fn who_may_not_follow_is_told_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
    // The last one is of this feed, and from the future.
    for after in [&inbox, &json!("rubbish"), &json!(""), &json!("WzEsOTk5OTld")] {
        assert_eq!(follow(&ada, json!({ "after": after })).await.error_code().await, "BAD_USER_INPUT");
    }
}
