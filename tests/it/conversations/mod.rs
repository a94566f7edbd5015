//! Conversations: starting, sending, reading, following.

mod changing;
mod following;
mod groups;
mod joining;
mod killed;
mod leaving;
mod ledger;
mod mentions;
mod order;
mod pages;
mod pictures;
mod reading;
mod replies;
mod sending;
mod shared;
mod starting;
mod storm;
mod typing;
mod unread;

use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Person, Socket};

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

    /// Starts or finds a conversation, and returns its id.
    pub async fn start_conversation(&self, others: &[&Self]) -> Value {
        let payload = self.try_start(others).await.field("startConversation");
        assert_eq!(payload["userErrors"], json!([]));
        payload["conversation"]["id"].clone()
    }

    async fn try_send(&self, input: Value) -> Response {
        self.execute(SEND, json!({ "input": input })).await
    }

    /// Sends a message to a conversation, and returns its edge.
    pub async fn send_message(&self, conversation: &Value, text: &str) -> Value {
        let payload = self.try_send(json!({ "conversationId": conversation, "text": text })).await.field("sendMessage");
        assert_eq!(payload["userErrors"], json!([]));
        payload["messageEdge"].clone()
    }

    /// Sends a message to a conversation, and returns its id.
    pub async fn send_message_id(&self, conversation: &Value, text: &str) -> Value {
        self.send_message(conversation, text).await["node"]["id"].clone()
    }

    pub async fn edit_message(&self, id: &Value, text: &str) -> Response {
        self.execute(EDIT, json!({ "id": id, "text": text })).await
    }

    pub async fn delete_message(&self, id: &Value) -> Response {
        self.execute(DELETE, json!({ "id": id })).await
    }

    pub async fn leave_conversation(&self, conversation: &Value) -> Response {
        self.execute(LEAVE, json!({ "id": conversation })).await
    }

    /// The conversations in this user's list.
    async fn conversations(&self) -> Vec<Value> {
        let list = self.query(LIST).await["conversations"].clone();
        let edges = list["edges"].as_array().expect("edges");
        edges.iter().map(|edge| edge["node"].clone()).collect()
    }

    /// The cursor of the latest event in this user's inbox.
    async fn inbox_cursor(&self) -> Value {
        self.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
    }

    /// Follows a conversation from now on.
    async fn follow(&self, conversation: &Value, selection: &str) -> Socket {
        let cursor = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } }";
        let cursor = self.execute(cursor, json!({ "id": conversation })).await.field("conversation");
        let query = format!(
            "subscription($id: ID!, $after: String) {{
                conversationChanged(conversationId: $id, after: $after) {{ __typename {selection} }}
            }}"
        );
        let variables = json!({ "id": conversation, "after": cursor["eventsCursor"] });
        Socket::subscribed(self, &query, variables).await
    }

    /// Follows the inbox from now on.
    async fn follow_inbox(&self, selection: &str) -> Socket {
        let query =
            format!("subscription($after: String) {{ inboxChanged(after: $after) {{ __typename {selection} }} }}");
        Socket::subscribed(self, &query, json!({ "after": self.inbox_cursor().await })).await
    }

    /// The texts of the latest messages of a conversation that this user can see; `-` for a deleted one.
    async fn message_texts(&self, conversation: &Value) -> Vec<String> {
        let query = "query($id: ID!) {
            conversation(by: { id: $id }) { messages(last: 100) { edges { node { text } } } }
        }";
        let seen = self.execute(query, json!({ "id": conversation })).await.field("conversation");
        let edges = seen["messages"]["edges"].as_array().cloned().unwrap_or_default();
        edges.iter().map(|edge| edge["node"]["text"].as_str().unwrap_or("-").to_owned()).collect()
    }

    pub async fn block(&self, other: &Self) {
        let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
        let answer = self.execute(block, json!({ "id": other.user_id().await })).await;
        assert_eq!(answer.refusals("blockUser"), [""; 0]);
    }

    pub async fn unblock(&self, other: &Self) {
        let unblock = "mutation($id: ID!) { unblockUser(input: { userId: $id }) { userErrors { code } } }";
        let answer = self.execute(unblock, json!({ "id": other.user_id().await })).await;
        assert_eq!(answer.refusals("unblockUser"), [""; 0]);
    }

    pub async fn set_policy(&self, policy: &str) {
        let set = "mutation($policy: MessagePolicy!) {
            updateSettings(input: { messagePolicy: $policy }) { userErrors { code } }
        }";
        self.execute(set, json!({ "policy": policy })).await.data();
    }

    pub async fn delete_account(&self) {
        let delete = "mutation($password: String!) {
            deleteAccount(input: { password: $password }) { isDeleted userErrors { code } }
        }";
        let answer = self.execute(delete, json!({ "password": crate::support::PASSWORD })).await;
        assert_eq!(answer.field("deleteAccount")["isDeleted"], true);
    }
}

/// The usernames of a list of users.
fn usernames(users: &Value) -> Vec<&str> {
    users.as_array().into_iter().flatten().filter_map(|user| user["username"].as_str()).collect()
}
