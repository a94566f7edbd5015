//! Results of events that followers share, and followers who get their own.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::graphql::document::{Types, read};
use studyhall::schema::prices::PRICES;
use studyhall::schema::{self, VIEWER_INDEPENDENT};

use crate::support::{Campus, Engine, EventStream, Person, Socket};

/// Selects nothing that depends on the viewer.
const SHAREABLE: &str = "subscription Shareable($id: ID!, $after: String) {
    conversationChanged(conversationId: $id, after: $after) {
        __typename
        ... on Event { cursor happenedAt }
        ... on MessageAdded { messageEdge { cursor node { ...Content } } }
        ... on MessageChanged { message { ...Content } }
        ... on ConversationRead { marker { user { username } } conversation { unreadCount } }
    }
}
fragment Content on Message {
    id text deletedAt clientKey viewerCanEdit viewerCanDelete
    author { username displayName skills } images { id placeholder }
}";

#[tokio::test]
async fn a_selection_is_shareable_if_it_does_not_depend_on_the_viewer() {
    let campus = Campus::start(Engine::Sqlite).await;
    let types = Types::of(schema::builder(), PRICES);
    let is_shareable = |text: &str| {
        let document = read(text, &types, &campus.app.config.limits).expect("it is read");
        let operation = document.operation(None).expect("one operation");
        document.is_viewer_independent(&types, VIEWER_INDEPENDENT, operation)
    };
    assert!(is_shareable(SHAREABLE));
    let selecting = |selection: &str| {
        let condition = if selection.contains("$is") { ", $is: Boolean!" } else { "" };
        format!("subscription($id: ID!{condition}) {{ conversationChanged(conversationId: $id) {{ {selection} }} }}")
    };
    assert!(is_shareable(&selecting("... on MessageAdded { messageEdge { node { text @include(if: true) } } }")));
    for selection in [
        "... on MessageAdded { conversation { id } }",
        "... on MessageAdded { messageEdge { node { images { url } } } }",
        "... on MessageAdded { messageEdge { node { author { viewerCanMessage } } } }",
        "... on MessageAdded { messageEdge { node { author { contact { email } } } } }",
        "... on MessageAdded { messageEdge { node { text @include(if: $is) } } }",
        "... on MessageAdded @include(if: $is) { cursor }",
    ] {
        assert!(!is_shareable(&selecting(selection)), "{selection}");
    }
    assert!(!is_shareable("{ viewer { email } }"));
}

#[test]
fn viewer_independent_fields_are_in_the_schema() {
    let sdl = schema::sdl();
    for (name, fields) in VIEWER_INDEPENDENT.fields {
        let found = ["type", "interface"].iter().find_map(|kind| sdl.split_once(&format!("\n{kind} {name} ")));
        let (_, rest) = found.unwrap_or_else(|| panic!("no type {name}"));
        let body = rest.split_once("\n}").expect("it ends").0;
        for field in *fields {
            let exists = body.lines().any(|line| {
                let line = line.trim_start();
                line.starts_with(&format!("{field}:")) || line.starts_with(&format!("{field}("))
            });
            assert!(exists, "{name}.{field}");
        }
    }
}

/// Follows a conversation after a cursor.
async fn follow(person: &Person, id: &Value, after: &Value) -> Socket {
    Socket::subscribed(person, SHAREABLE, json!({ "id": id, "after": after })).await
}

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["conversationChanged"].clone()
}

#[rstest]
#[tokio::test]
async fn followers_share_a_result_and_the_author_gets_their_own(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(campus.member(&format!("person{n}")).await);
    }
    let (author, others) = people.split_first().expect("eight");
    let id = author.start_conversation(&others.iter().collect::<Vec<_>>()).await;
    let after = author.send_message(&id, "first").await["cursor"].clone();
    let mut own = follow(author, &id, &after).await;
    let mut sockets = Vec::new();
    for person in others.iter().chain(others) {
        sockets.push(follow(person, &id, &after).await);
    }
    let mut events = EventStream::open(&others[0], SHAREABLE, json!({ "id": id, "after": after })).await;
    let input = json!({ "conversationId": id, "text": "Hello \"all\"\n🙂", "clientKey": "k1" });
    let edge = author.try_send(input).await.field("sendMessage")["messageEdge"].clone();
    let event = next(&mut own).await;
    let node = &event["messageEdge"]["node"];
    assert_eq!(
        (&node["clientKey"], &node["viewerCanEdit"], &node["viewerCanDelete"]),
        (&json!("k1"), &json!(true), &json!(true))
    );
    let mut expected = event.clone();
    let differences = json!({ "clientKey": null, "viewerCanEdit": false, "viewerCanDelete": false });
    for (name, value) in differences.as_object().expect("an object") {
        expected["messageEdge"]["node"][name] = value.clone();
    }
    assert_eq!(expected["messageEdge"]["cursor"], edge["cursor"]);
    for socket in &mut sockets {
        assert_eq!(next(socket).await, expected);
    }
    assert_eq!(events.receive().await.expect("an event")["data"]["conversationChanged"], expected);

    // Two edits at the same time are two events, and each contains the state at its delivery.
    let message = &node["id"];
    author.edit_message(message, "Once").await.data();
    author.edit_message(message, "Twice").await.data();
    others[0].mark_read_up_to(&id, message).await;
    let mut seen = BTreeSet::new();
    for socket in &mut sockets {
        let (first, second) = (next(socket).await, next(socket).await);
        assert_eq!(second["message"]["text"], "Twice");
        seen.insert(second.to_string());
        assert!(["Once", "Twice"].contains(&first["message"]["text"].as_str().expect("a text")));
        assert_eq!(next(socket).await["marker"]["user"]["username"], "person1");
    }
    assert_eq!(seen.len(), 1);

    // A follower with a block receives nothing, whatever the others share.
    others[1].block(author).await;
    author.send_message(&id, "Not for all").await;
    others[2].send_message(&id, "For all").await;
    for (n, socket) in sockets.iter_mut().enumerate() {
        let texts = if n % 7 == 1 { vec!["For all"] } else { vec!["Not for all", "For all"] };
        for text in texts {
            assert_eq!(next(socket).await["messageEdge"]["node"]["text"], text, "follower {n}");
        }
    }
}

const LOBBY: &str = "subscription Lobby($after: String) {
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
async fn followers_of_the_lobby_receive_the_event_as_they_may_see_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
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
        sockets.push(Socket::subscribed(person, LOBBY, json!({ "after": after })).await);
    }
    let enter = "mutation { enterLobby(input: {}) { userErrors { code } } }";
    ada.execute(enter, json!({})).await.data();
    let send = "mutation { sendLobbyMessage(input: { text: \"Hello\", clientKey: \"k1\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(send, json!({})).await.refusals("sendLobbyMessage"), [""; 0]);
    for (n, socket) in sockets.iter_mut().enumerate() {
        let avatar = if n % 4 == 0 { Value::Null } else { json!({ "id": image }) };
        let joined = socket.next().await["lobbyChanged"].clone();
        assert_eq!(joined["user"], json!({ "username": "ada", "avatar": avatar }), "{n}");
        let node = socket.next().await["lobbyChanged"]["messageEdge"]["node"].clone();
        let (is_author, is_moderator) = (n == 1, n == 3);
        let key = if is_author { json!("k1") } else { Value::Null };
        let expected = json!({
            "text": "Hello", "clientKey": key, "viewerCanEdit": is_author, "viewerCanDelete": is_author || is_moderator,
            "author": { "username": "ada", "avatar": avatar },
        });
        assert_eq!(node, expected, "{n}");
    }
}
