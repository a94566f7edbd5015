//! Presence: a user is online while a connection is open, and for five seconds after.

mod hiding;
mod nodes;
mod searching;
mod watching;

use serde_json::{Value, json};

use crate::support::{Person, Socket};

const WATCH: &str = "subscription Watch($ids: [ID!]!) {
    presenceChanged(userIds: $ids) { isSnapshot changes { user { username } presence { status lastSeenAt } } }
}";

const SHOW: &str = "mutation Show($shows: Boolean!) {
    updateSettings(input: { showsPresence: $shows }) { viewer { settings { showsPresence } } userErrors { code } }
}";

impl Person {
    /// Returns the global id of the user.
    async fn id(&self) -> Value {
        self.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone()
    }

    /// Returns a user's presence as this person sees it.
    pub async fn presence_of(&self, username: &str) -> Value {
        let query = "query P($name: String!) { user(by: { username: $name }) { presence { status lastSeenAt } } }";
        self.execute(query, json!({ "name": username })).await.field("user")["presence"].clone()
    }

    pub async fn set_shows_presence(&self, shows: bool) {
        let answer = self.execute(SHOW, json!({ "shows": shows })).await.field("updateSettings");
        assert_eq!(answer["viewer"]["settings"]["showsPresence"], shows);
    }

    pub async fn change_block(&self, mutation: &str, other: &Person) {
        let query = format!(
            "mutation B($id: ID!) {{ {mutation}(input: {{ userId: $id }}) {{ user {{ id }} userErrors {{ code }} }} }}"
        );
        let answer = self.execute(&query, json!({ "id": other.id().await })).await.field(mutation);
        assert_eq!(answer["userErrors"], json!([]));
    }
}

/// A subscription to the presence of users.
struct Watch(Socket);

impl Watch {
    /// Subscribes, and returns the snapshot as `name STATUS`.
    async fn start(person: &Person, people: &[&Person]) -> (Self, Vec<String>) {
        let mut ids = Vec::new();
        for person in people {
            ids.push(person.id().await);
        }
        let mut socket = Socket::subscribed(person, WATCH, json!({ "ids": ids })).await;
        let event = socket.next().await["presenceChanged"].clone();
        assert_eq!(event["isSnapshot"], true);
        (Self(socket), changes(&event))
    }

    /// Returns the next changes, as `name STATUS`.
    async fn next(&mut self) -> Vec<String> {
        let event = self.0.next().await["presenceChanged"].clone();
        assert_eq!(event["isSnapshot"], false);
        changes(&event)
    }

    /// Returns `lastSeenAt` of the next change.
    async fn next_seen_at(&mut self) -> Value {
        self.0.next().await["presenceChanged"]["changes"][0]["presence"]["lastSeenAt"].clone()
    }
}

fn changes(event: &Value) -> Vec<String> {
    let describe = |change: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        format!("{} {}", text(&change["user"]["username"]), text(&change["presence"]["status"]))
    };
    let mut changes: Vec<String> = event["changes"].as_array().expect("a list").iter().map(describe).collect();
    changes.sort();
    changes
}
