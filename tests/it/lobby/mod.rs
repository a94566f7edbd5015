//! The lobby: its users, its messages, and their events in the same order for every follower.

mod entering;
mod following;
mod guests;
mod list;
mod messages;
mod nodes;

use serde_json::{Value, json};

use crate::support::{Person, Socket};

const ENTER: &str = "mutation Enter($pseudonym: String) {
    enterLobby(input: { pseudonym: $pseudonym }) {
        viewer { user { username } }
        lobby { viewerIsPresent onlineCount eventsCursor users { edges { node { username } } } }
        session { accessToken refreshToken }
        userErrors { code path }
    }
}";

const SEND: &str = "mutation Send($text: String!, $key: String) {
    sendLobbyMessage(input: { text: $text, clientKey: $key }) {
        messageEdge { cursor node { id text author { username } clientKey } } userErrors { code path }
    }
}";

const FOLLOW: &str = "subscription Follow($after: String) {
    lobbyChanged(after: $after) {
        __typename
        ... on MessageAdded { cursor happenedAt messageEdge { cursor node { id text author { username } } } }
        ... on MessageChanged { cursor message { id text deletedAt } }
        ... on LobbyJoined { cursor userId user { username isGuest } }
        ... on LobbyLeft { cursor userId user { username isGuest } }
        ... on FeedReset { cursor }
    }
}";

impl Person {
    /// Enters the lobby, and returns it.
    pub async fn enter_lobby(&self) -> Value {
        let entered = self.execute(ENTER, json!({})).await.field("enterLobby");
        assert_eq!(entered["userErrors"], json!([]));
        entered["lobby"].clone()
    }

    async fn leave_lobby(&self) -> Value {
        let leave = "mutation { leaveLobby { lobby { viewerIsPresent onlineCount } userErrors { code } } }";
        self.query(leave).await["leaveLobby"]["lobby"].clone()
    }

    /// Sends a message to the lobby, and returns its id.
    pub async fn send_lobby_message(&self, text: &str) -> Value {
        let sent = self.execute(SEND, json!({ "text": text })).await.field("sendLobbyMessage");
        assert_eq!(sent["userErrors"], json!([]));
        sent["messageEdge"]["node"]["id"].clone()
    }

    /// The usernames in the lobby, sorted, as this user sees them.
    async fn lobby_usernames(&self) -> Vec<String> {
        let lobby = self.query("{ lobby { onlineCount users(first: 100) { edges { node { username } } } } }").await;
        let edges = lobby["lobby"]["users"]["edges"].as_array().expect("edges").clone();
        assert_eq!(lobby["lobby"]["onlineCount"], edges.len());
        edges.iter().map(|edge| edge["node"]["username"].as_str().expect("a name").to_owned()).collect()
    }

    /// The cursor of the lobby's latest event.
    async fn lobby_cursor(&self) -> Value {
        self.query("{ lobby { eventsCursor } }").await["lobby"]["eventsCursor"].clone()
    }
}

/// Follows the lobby.
struct Follower(Socket);

impl Follower {
    /// Follows from the current end of the feed.
    async fn now(person: &Person) -> Self {
        Self::after(person, &person.lobby_cursor().await).await
    }

    async fn after(person: &Person, cursor: &Value) -> Self {
        Self(Socket::subscribed(person, FOLLOW, json!({ "after": cursor })).await)
    }

    async fn event(&mut self) -> Value {
        self.0.next().await["lobbyChanged"].clone()
    }

    /// A description of the next event.
    async fn next(&mut self) -> String {
        describe(&self.event().await)
    }
}

/// Describes an event, as `ada joined` or `ada: Hello`.
fn describe(event: &Value) -> String {
    let name = |user: &Value| user["username"].as_str().unwrap_or("?").to_owned();
    let text = |message: &Value| message["text"].as_str().unwrap_or("-").to_owned();
    match event["__typename"].as_str() {
        Some("LobbyJoined") => format!("{} joined", name(&event["user"])),
        Some("LobbyLeft") => format!("{} left", name(&event["user"])),
        Some("MessageAdded") => {
            let node = &event["messageEdge"]["node"];
            assert_eq!(event["cursor"], event["messageEdge"]["cursor"]);
            format!("{}: {}", name(&node["author"]), text(node))
        }
        Some("MessageChanged") => format!("changed: {}", text(&event["message"])),
        _ => event.to_string(),
    }
}
