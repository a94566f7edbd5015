//! Reactions to messages, posts and comments.

mod adding;
mod counting;
mod following;

use serde_json::{Value, json};

use crate::support::Person;
use crate::support::people::Response;

const ADD: &str = "mutation($id: ID!, $emoji: String!) {
    addReaction(input: { subjectId: $id, emoji: $emoji }) {
        subject { id text viewerCanReact reactionGroups { emoji userCount viewerHasReacted } }
        userErrors { code message path }
    }
}";

const REMOVE: &str = "mutation($id: ID!, $emoji: String!) {
    removeReaction(input: { subjectId: $id, emoji: $emoji }) {
        subject { id reactionGroups { emoji userCount viewerHasReacted } } userErrors { code path }
    }
}";

impl Person {
    async fn try_react(&self, subject: &Value, emoji: &str) -> Response {
        self.execute(ADD, json!({ "id": subject, "emoji": emoji })).await
    }

    /// Adds a reaction and returns the reactions to the subject.
    pub async fn react(&self, subject: &Value, emoji: &str) -> Value {
        let payload = self.try_react(subject, emoji).await.field("addReaction");
        assert_eq!(payload["userErrors"], json!([]));
        payload["subject"]["reactionGroups"].clone()
    }

    async fn try_unreact(&self, subject: &Value, emoji: &str) -> Response {
        self.execute(REMOVE, json!({ "id": subject, "emoji": emoji })).await
    }

    /// Removes a reaction and returns the reactions to the subject.
    pub async fn unreact(&self, subject: &Value, emoji: &str) -> Value {
        let payload = self.try_unreact(subject, emoji).await.field("removeReaction");
        assert_eq!(payload["userErrors"], json!([]));
        payload["subject"]["reactionGroups"].clone()
    }

    /// The reactions to a subject: each emoji with the number of users.
    async fn reactions(&self, subject: &Value) -> Vec<(String, i64)> {
        let query = "query($id: ID!) { node(id: $id) { ... on Reactable { reactionGroups { emoji userCount } } } }";
        let node = self.execute(query, json!({ "id": subject })).await.field("node");
        let groups = node["reactionGroups"].as_array().expect("a list");
        let group = |group: &Value| {
            (group["emoji"].as_str().expect("an emoji").to_owned(), group["userCount"].as_i64().expect("a number"))
        };
        groups.iter().map(group).collect()
    }
}
