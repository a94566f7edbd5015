//! Conversations: starting, saying, reading, following.

mod changing;
mod following;
mod killed;
mod leaving;
mod pages;
mod pictures;
mod reading;
mod sending;
mod shared;
mod starting;
mod storm;
mod typing;

use serde_json::{Value, json};

use crate::support::Person;
use crate::support::people::Response;

const START: &str = "mutation Start($users: [ID!]!) {
    startConversation(input: { userIds: $users }) {
        conversation { id members { username } lastMessage { id } unreadCount viewerCanSend updatedAt }
        userErrors { code message path }
    }
}";

const SEND: &str = "mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
        messageEdge {
            cursor
            node {
                id text author { username } images { id } sentAt editedAt deletedAt clientKey
                viewerCanEdit viewerCanDelete
            }
        }
        conversation { id lastMessage { id } unreadCount }
        userErrors { code message path }
    }
}";

const EDIT: &str = "mutation Edit($id: ID!, $text: String!) {
    editMessage(input: { messageId: $id, text: $text }) {
        message { id text editedAt viewerCanEdit } userErrors { code message path }
    }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deleteMessage(input: { messageId: $id }) {
        message { id text deletedAt author { username } images { id } viewerCanEdit viewerCanDelete }
        userErrors { code message path }
    }
}";

const LEAVE: &str = "mutation Leave($id: ID!) {
    leaveConversation(input: { conversationId: $id }) { leftConversationId userErrors { code message path } }
}";

const LIST: &str = "{ conversations { edges { node {
    id members { username } lastMessage { text deletedAt author { username } } unreadCount viewerCanSend
} } totalCount } }";

impl Person {
    async fn try_start(&self, others: &[&Self]) -> Response {
        let mut ids = Vec::new();
        for other in others {
            ids.push(other.user_id().await);
        }
        self.execute(START, json!({ "users": ids })).await
    }

    /// Starts a conversation, or finds it, and returns its id.
    pub async fn start(&self, others: &[&Self]) -> Value {
        let payload = self.try_start(others).await.field("startConversation");
        assert_eq!(payload["userErrors"], json!([]));
        payload["conversation"]["id"].clone()
    }

    async fn try_send(&self, input: Value) -> Response {
        self.execute(SEND, json!({ "input": input })).await
    }

    /// Says something in a conversation and returns the edge.
    pub async fn say(&self, conversation: &Value, text: &str) -> Value {
        let payload = self.try_send(json!({ "conversationId": conversation, "text": text })).await.field("sendMessage");
        assert_eq!(payload["userErrors"], json!([]));
        payload["messageEdge"].clone()
    }

    /// The same, and returns the id of the message.
    pub async fn said(&self, conversation: &Value, text: &str) -> Value {
        self.say(conversation, text).await["node"]["id"].clone()
    }

    async fn edit_message(&self, id: &Value, text: &str) -> Response {
        self.execute(EDIT, json!({ "id": id, "text": text })).await
    }

    async fn delete_message(&self, id: &Value) -> Response {
        self.execute(DELETE, json!({ "id": id })).await
    }

    async fn leave(&self, conversation: &Value) -> Response {
        self.execute(LEAVE, json!({ "id": conversation })).await
    }

    /// The conversations in this person's list.
    async fn list(&self) -> Vec<Value> {
        let list = self.query(LIST).await["conversations"].clone();
        let edges = list["edges"].as_array().expect("edges");
        edges.iter().map(|edge| edge["node"].clone()).collect()
    }

    /// The texts of a conversation's newest messages that this person sees.
    async fn reads(&self, conversation: &Value) -> Vec<String> {
        let query = "query($id: ID!) {
            conversation(by: { id: $id }) { messages(last: 100) { edges { node { text } } } }
        }";
        let seen = self.execute(query, json!({ "id": conversation })).await.field("conversation");
        let edges = seen["messages"]["edges"].as_array().cloned().unwrap_or_default();
        edges.iter().map(|edge| edge["node"]["text"].as_str().unwrap_or("-").to_owned()).collect()
    }

    async fn block(&self, other: &Self) {
        let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
        let answer = self.execute(block, json!({ "id": other.user_id().await })).await;
        assert_eq!(answer.refusals("blockUser"), [""; 0]);
    }

    async fn unblock(&self, other: &Self) {
        let unblock = "mutation($id: ID!) { unblockUser(input: { userId: $id }) { userErrors { code } } }";
        let answer = self.execute(unblock, json!({ "id": other.user_id().await })).await;
        assert_eq!(answer.refusals("unblockUser"), [""; 0]);
    }

    async fn set_policy(&self, policy: &str) {
        let set = "mutation($policy: MessagePolicy!) {
            updateSettings(input: { messagePolicy: $policy }) { userErrors { code } }
        }";
        self.execute(set, json!({ "policy": policy })).await.data();
    }

    async fn delete_account(&self) {
        let delete = "mutation($password: String!) {
            deleteAccount(input: { password: $password }) { isDeleted userErrors { code } }
        }";
        let answer = self.execute(delete, json!({ "password": crate::support::PASSWORD })).await;
        assert_eq!(answer.field("deleteAccount")["isDeleted"], true);
    }
}

/// The usernames of a list of people.
fn names(people: &Value) -> Vec<&str> {
    people.as_array().into_iter().flatten().filter_map(|person| person["username"].as_str()).collect()
}
