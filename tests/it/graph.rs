//! The graph: what caches identify objects by, and how objects lead to each other.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

const NODES: &str = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[rstest]
#[tokio::test]
async fn the_viewer_their_settings_and_the_lobby_are_nodes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let own = ada.query("{ viewer { id user { id } settings { id } } lobby { id } }").await;
    let (viewer, settings, lobby) = (&own["viewer"]["id"], &own["viewer"]["settings"]["id"], &own["lobby"]["id"]);
    assert_ne!(viewer, &own["viewer"]["user"]["id"]);
    let ids = json!({ "ids": [viewer, settings, lobby, "lob_0000000000000"] });
    let lobby_node = json!({ "__typename": "Lobby", "id": lobby });
    assert_eq!(
        ada.execute(NODES, ids.clone()).await.field("nodes"),
        json!([{ "__typename": "Viewer", "id": viewer }, { "__typename": "Settings", "id": settings }, lobby_node, null])
    );
    // To others, who share the lobby, they do not exist.
    assert_eq!(grace.execute(NODES, ids.clone()).await.field("nodes"), json!([null, null, lobby_node, null]));
    let anonymous = campus.anonymous().execute(NODES, ids).await.field("nodes");
    assert_eq!(anonymous, json!([null, null, null, null]));
    let other = grace.query("{ viewer { id settings { id } } lobby { id } }").await;
    assert_ne!((&other["viewer"]["id"], &other["viewer"]["settings"]["id"]), (viewer, settings));
    assert_eq!(&other["lobby"]["id"], lobby);
    let changed = ada
        .query("mutation { updateSettings(input: { showsPresence: false }) { viewer { id settings { id } } } }")
        .await;
    assert_eq!(changed["updateSettings"]["viewer"], json!({ "id": viewer, "settings": { "id": settings } }));
}

#[rstest]
#[tokio::test]
async fn the_nodes_of_a_page_are_those_of_its_edges(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (grace, emmy) = (campus.member("grace").await, campus.member("emmy").await);
    let conversation = ada.start_conversation(&[&grace, &emmy]).await;
    for text in ["one", "two", "three"] {
        ada.send_message(&conversation, text).await;
    }
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        first: messages(first: 2) { nodes { text } }
        last: messages(last: 2) { nodes { text } edges { node { text } } }
        none: messages(first: 0) { nodes { text } }
    } }";
    let pages = grace.execute(query, json!({ "id": conversation })).await.field("conversation");
    assert_eq!(pages["first"]["nodes"], json!([{ "text": "one" }, { "text": "two" }]));
    assert_eq!(pages["last"]["nodes"], json!([{ "text": "two" }, { "text": "three" }]));
    assert_eq!(pages["none"]["nodes"], json!([]));
    let edges = pages["last"]["edges"].as_array().expect("edges");
    assert_eq!(pages["last"]["nodes"], edges.iter().map(|edge| edge["node"].clone()).collect::<Value>());
}

#[rstest]
#[tokio::test]
async fn nodes_cost_as_much_as_edges(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let cost = async |query: &str| {
        let body = json!({ "query": query, "extensions": { "showCost": true } });
        let response = ada.post(&body).await;
        response.body["extensions"]["cost"]["requested"].as_u64()
    };
    let nodes = cost("{ posts(first: 50) { nodes { id author { id } } } }").await;
    let edges = cost("{ posts(first: 50) { edges { node { id author { id } } } } }").await;
    assert!(nodes.is_some_and(|nodes| nodes >= 150), "{nodes:?}");
    assert_eq!(edges.zip(nodes).map(|(edges, nodes)| edges - nodes), Some(50), "one point for each edge");
}

#[rstest]
#[tokio::test]
async fn a_message_leads_to_its_conversation_and_a_slot_to_its_appointment(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "hello").await;
    let read = "query($id: ID!) { node(id: $id) { ... on Message { conversation { id unreadCount } } } }";
    for (person, unread) in [(&ada, 0), (&grace, 1)] {
        let found = person.execute(read, json!({ "id": message })).await.field("node");
        assert_eq!(found["conversation"], json!({ "id": conversation, "unreadCount": unread }));
    }
    let lobby = "mutation { sendLobbyMessage(input: { text: \"hello\" }) {
        messageEdge { node { conversation { id } } } userErrors { code }
    } }";
    ada.query("mutation { enterLobby(input: {}) { userErrors { code } } }").await;
    let sent = ada.query(lobby).await["sendLobbyMessage"].clone();
    assert_eq!(sent, json!({ "messageEdge": { "node": { "conversation": null } }, "userErrors": [] }));

    let appointment = ada.teaches("Knots", &json!({})).await;
    let slots = "query($id: ID!) { appointment(id: $id) {
        slots(from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") { appointment { id topic { title } } }
    } }";
    let found = grace.execute(slots, json!({ "id": appointment })).await.field("appointment");
    let expected = json!({ "appointment": { "id": appointment, "topic": { "title": "Knots" } } });
    assert_eq!(found["slots"], json!([expected, expected, expected]));
}
