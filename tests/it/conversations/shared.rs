//! What is made of an event once for many, and for whom it is not.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::graphql::document::{Types, read};
use studyhall::schema::{self, Mutation, Query, Subscription, VIEWER_INDEPENDENT};

use crate::support::{Campus, Engine, EventStream, Person, Socket};

/// Nothing in it depends on who asks.
const ALL_ALIKE: &str = "subscription Alike($id: ID!, $after: String) {
    conversationChanged(conversationId: $id, after: $after) {
        __typename
        ... on Event { cursor happenedAt }
        ... on MessageAdded { messageEdge { cursor node { ...Said } } }
        ... on MessageChanged { message { ...Said } }
        ... on ConversationRead { marker { user { username } } conversation { unreadCount } }
    }
}
fragment Said on Message {
    id text deletedAt clientKey viewerCanEdit viewerCanDelete
    author { username displayName skills } images { id placeholder }
}";

#[tokio::test]
async fn only_what_is_alike_for_all_is_shared() {
    let campus = Campus::start(Engine::Sqlite).await;
    let types = Types::of::<Query, Mutation, Subscription>();
    let is_alike = |text: &str| {
        let document = read(text, &types, &campus.app.config.limits).expect("it is read");
        let operation = document.operation(None).expect("one operation");
        document.is_alike(&types, VIEWER_INDEPENDENT, operation)
    };
    assert!(is_alike(ALL_ALIKE));
    let selecting = |selection: &str| {
        format!(
            "subscription($id: ID!, $is: Boolean!) {{ conversationChanged(conversationId: $id) {{ {selection} }} }}"
        )
    };
    assert!(is_alike(&selecting("... on MessageAdded { messageEdge { node { text @include(if: true) } } }")));
    for apart in [
        "... on MessageAdded { conversation { id } }",
        "... on MessageAdded { messageEdge { node { images { url } } } }",
        "... on MessageAdded { messageEdge { node { author { viewerCanMessage } } } }",
        "... on MessageAdded { messageEdge { node { author { contact { email } } } } }",
        "... on MessageAdded { messageEdge { node { text @include(if: $is) } } }",
        "... on MessageAdded @include(if: $is) { cursor }",
    ] {
        assert!(!is_alike(&selecting(apart)), "{apart}");
    }
    assert!(!is_alike("{ viewer { email } }"));
}

#[test]
fn every_field_that_is_alike_is_in_the_schema() {
    let sdl = schema::sdl();
    for (name, fields) in VIEWER_INDEPENDENT.fields {
        let found = ["type", "interface"].iter().find_map(|kind| sdl.split_once(&format!("\n{kind} {name} ")));
        let (_, rest) = found.unwrap_or_else(|| panic!("no type {name}"));
        let body = rest.split_once("\n}").expect("it ends").0;
        for field in *fields {
            let is_there = body.lines().any(|line| {
                let line = line.trim_start();
                line.starts_with(&format!("{field}:")) || line.starts_with(&format!("{field}("))
            });
            assert!(is_there, "{name}.{field}");
        }
    }
}

/// Follows from now on.
async fn follow(person: &Person, id: &Value, after: &Value) -> Socket {
    Socket::subscribed(person, ALL_ALIKE, json!({ "id": id, "after": after })).await
}

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["conversationChanged"].clone()
}

#[rstest]
#[tokio::test]
async fn many_hear_the_same_and_the_author_their_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(campus.member(&format!("person{n}")).await);
    }
    let (author, others) = people.split_first().expect("eight");
    let id = author.start(&others.iter().collect::<Vec<_>>()).await;
    let after = author.say(&id, "first").await["cursor"].clone();
    let mut own = follow(author, &id, &after).await;
    let mut sockets = Vec::new();
    for person in others.iter().chain(others) {
        sockets.push(follow(person, &id, &after).await);
    }
    let mut events = EventStream::open(&others[0], ALL_ALIKE, json!({ "id": id, "after": after })).await;
    let input = json!({ "conversationId": id, "text": "Hello \"all\"\n🙂", "clientKey": "k1" });
    let edge = author.try_send(input).await.field("sendMessage")["messageEdge"].clone();
    let heard = next(&mut own).await;
    let node = &heard["messageEdge"]["node"];
    assert_eq!(
        (&node["clientKey"], &node["viewerCanEdit"], &node["viewerCanDelete"]),
        (&json!("k1"), &json!(true), &json!(true))
    );
    let mut expected = heard.clone();
    let told = json!({ "clientKey": null, "viewerCanEdit": false, "viewerCanDelete": false });
    for (name, value) in told.as_object().expect("an object") {
        expected["messageEdge"]["node"][name] = value.clone();
    }
    assert_eq!(expected["messageEdge"]["cursor"], edge["cursor"]);
    for socket in &mut sockets {
        assert_eq!(next(socket).await, expected);
    }
    assert_eq!(events.receive().await.expect("an event")["data"]["conversationChanged"], expected);

    // Two edits within the same moment are two events, and each says what holds when it is told.
    let message = &node["id"];
    author.edit_message(message, "Once").await.data();
    author.edit_message(message, "Twice").await.data();
    others[0].mark_read_to(&id, message).await;
    let mut seen = BTreeSet::new();
    for socket in &mut sockets {
        let (first, second) = (next(socket).await, next(socket).await);
        assert_eq!(second["message"]["text"], "Twice");
        seen.insert(second.to_string());
        assert!(["Once", "Twice"].contains(&first["message"]["text"].as_str().expect("a text")));
        assert_eq!(next(socket).await["marker"]["user"]["username"], "person1");
    }
    assert_eq!(seen.len(), 1);

    // Whom a block parts from the author is not told, whatever the others share.
    others[1].block(author).await;
    author.say(&id, "Not for everybody").await;
    others[2].say(&id, "For everybody").await;
    for (n, socket) in sockets.iter_mut().enumerate() {
        let texts = if n % 7 == 1 { vec!["For everybody"] } else { vec!["Not for everybody", "For everybody"] };
        for text in texts {
            assert_eq!(next(socket).await["messageEdge"]["node"]["text"], text, "follower {n}");
        }
    }
}

const LOBBY_ALIKE: &str = "subscription Lobby($after: String) {
    lobbyChanged(after: $after) {
        __typename
        ... on Event { cursor }
        ... on LobbyJoined { user { username avatar { id } } }
        ... on LobbyLeft { user { username } }
        ... on MessageAdded { messageEdge { node {
            text clientKey viewerCanEdit viewerCanDelete author { username avatar { id } }
        } } }
    }
}";

#[rstest]
#[tokio::test]
async fn in_the_lobby_everybody_hears_what_is_theirs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let moderator = campus.moderator("order").await;
    let (owl, cat) = (campus.guest("owl_7").await, campus.guest("cat_9").await);
    let image = ada.upload_image(&crate::support::pictures::png(9, 9)).await["id"].clone();
    let set = "mutation($id: ID!) { setAvatar(input: { imageId: $id }) { userErrors { code } } }";
    ada.execute(set, json!({ "id": image })).await.data();
    let after = ada.query("{ lobby { eventsCursor } }").await["lobby"]["eventsCursor"].clone();
    let people = [&owl, &ada, &grace, &moderator, &cat, &mary];
    let mut sockets = Vec::new();
    for person in people {
        sockets.push(Socket::subscribed(person, LOBBY_ALIKE, json!({ "after": after })).await);
    }
    let enter = "mutation { enterLobby(input: {}) { userErrors { code } } }";
    ada.execute(enter, json!({})).await.data();
    let send = "mutation { sendLobbyMessage(input: { text: \"Hello\", clientKey: \"k1\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(send, json!({})).await.refusals("sendLobbyMessage"), [""; 0]);
    for (n, socket) in sockets.iter_mut().enumerate() {
        let picture = if n % 4 == 0 { Value::Null } else { json!({ "id": image }) };
        let joined = socket.next().await["lobbyChanged"].clone();
        assert_eq!(joined["user"], json!({ "username": "ada", "avatar": picture }), "{n}");
        let node = socket.next().await["lobbyChanged"]["messageEdge"]["node"].clone();
        let (is_author, is_moderator) = (n == 1, n == 3);
        let key = if is_author { json!("k1") } else { Value::Null };
        let expected = json!({
            "text": "Hello", "clientKey": key, "viewerCanEdit": is_author, "viewerCanDelete": is_author || is_moderator,
            "author": { "username": "ada", "avatar": picture },
        });
        assert_eq!(node, expected, "{n}");
    }
}
