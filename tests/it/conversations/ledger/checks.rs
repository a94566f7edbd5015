//! Compares the server with the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use studyhall::conversations::reading::counts::correct_all;
use studyhall::db::Query;

use super::Ledger;
use super::model::{Message, Room, User};

/// The largest page.
const PAGE: usize = 100;

const LIST: &str = "{
    viewer { unreadCount }
    unread: conversations(first: 100, filter: { isUnread: true }) { nodes { id } totalCount }
    conversations(first: 100) { totalCount nodes {
        id unreadCount isMuted firstUnread { id } lastMessage { id } owner { username }
    } }
}";

const MESSAGES: &str = "query($id: ID!) { conversation(by: { id: $id }) {
    unread: messages(filter: { isUnread: true }, last: 100) { nodes { id } totalCount }
    read: messages(filter: { isUnread: false }) { totalCount }
    messages(last: 100) { nodes { id } totalCount }
} }";

const ONE: &str = "query($room: ID!, $message: ID!) {
    conversation(by: { id: $room }) { id } message: node(id: $message) { id }
}";

impl Ledger {
    /// Compares the count in the answer to a change with the model.
    pub fn check_own_count(&self, user: User, room: usize, payload: &Value) {
        if !self.is_spoiled {
            let expected = self.model.unread(&self.model.rooms[room], user).len();
            assert_eq!(payload["conversation"]["unreadCount"], expected, "{user} in {room}");
        }
    }

    /// Makes some stored counts wrong, too large and too small ones.
    pub async fn spoil(&mut self) {
        for _ in 0..6 {
            let Some(room) = self.random.pick(&(0..self.model.rooms.len()).collect::<Vec<_>>()) else { return };
            let users: Vec<User> = self.model.rooms[room].members.keys().copied().collect();
            let username = format!("user{}", self.random.pick(&users).expect("no room is empty"));
            let wrong = i64::try_from(self.random.below(6)).expect("a small number");
            let sql = "update conversation_members set unread = $3
                where conversation_id = $1 and user_id = (select id from users where username = $2)";
            let raw = self.model.rooms[room].raw;
            self.campus.app.db.run(sql, &[&raw, &username, &wrong]).await.expect("the counts are wrong");
            self.note(format!("the count of {username} in {room} becomes {wrong}"));
        }
        self.is_spoiled = true;
    }

    /// Corrects the stored counts, as the sweep does.
    pub async fn correct(&mut self) {
        correct_all(&self.campus.app).await.expect("the counts are corrected");
        self.is_spoiled = false;
        self.check_stored().await;
    }

    /// Compares the stored counts with the model, and who sees which conversation.
    pub async fn check_stored(&self) {
        let sql = "select conversation_id, members.username, unread, is_shown
            from conversation_members join users as members on members.id = user_id";
        let stored: Vec<(i64, String, i64, bool)> = self.campus.app.db.all(sql, &[]).await.expect("the counts");
        let stored: BTreeMap<(i64, String), (i64, bool)> =
            stored.into_iter().map(|(room, user, count, is_shown)| ((room, user), (count, is_shown))).collect();
        let mut expected = BTreeMap::new();
        for room in &self.model.rooms {
            for (user, member) in &room.members {
                let count = i64::try_from(self.model.unread(room, *user).len()).expect("a small number");
                expected.insert((room.raw, format!("user{user}")), (count, member.is_shown));
            }
        }
        if stored != expected {
            let wrong = stored.iter().filter(|(key, value)| expected.get(key) != Some(value));
            let missing = expected.iter().filter(|(key, value)| stored.get(key) != Some(value));
            panic!("stored: {:?}\nexpected: {:?}", wrong.collect::<Vec<_>>(), missing.collect::<Vec<_>>());
        }
    }

    /// Compares what the users see with the model.
    pub async fn check_api(&mut self) {
        let users: Vec<User> = self.accounts.keys().copied().collect();
        for user in users.into_iter().filter(|user| !self.model.is_locked(*user)).collect::<Vec<_>>() {
            self.sign_in(user).await;
            self.check_list(user).await;
            let shown = self.model.rooms.iter().filter(|room| room.is_shown_to(user));
            let shown: Vec<&Room> = shown.collect();
            for _ in 0..shown.len().min(4) {
                let room = self.random.pick(&shown).expect("a conversation");
                self.check_messages(user, room).await;
            }
            let rooms: Vec<&Room> = self.model.rooms.iter().filter(|room| !room.messages.is_empty()).collect();
            if let Some(room) = self.random.pick(&rooms) {
                let at = self.random.below(room.messages.len());
                self.check_message(user, room, at).await;
            }
        }
    }

    async fn check_list(&self, user: User) {
        let data = self.accounts[&user].session.execute(LIST, json!({})).await.data();
        let nodes = data["conversations"]["nodes"].as_array().expect("nodes");
        let expected: Vec<&Room> = self.model.rooms.iter().filter(|room| room.is_shown_to(user)).collect();
        assert!(expected.len() <= PAGE, "all fit on a page");
        assert_eq!(data["conversations"]["totalCount"], expected.len(), "conversations of {user}");
        let ids: BTreeSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
        assert_eq!(ids, expected.iter().filter_map(|room| room.id.as_str()).collect(), "conversations of {user}");
        for node in nodes {
            let room = expected.iter().find(|room| room.id == node["id"]).expect("a known conversation");
            let unread = self.model.unread(room, user);
            let owner = room.owner.filter(|owner| !self.model.is_hidden(user, *owner));
            let last = (0..room.messages.len()).rev().find(|at| self.model.is_visible(room, user, *at));
            let state = json!({
                "id": room.id,
                "unreadCount": unread.len(),
                "isMuted": room.members[&user].muted_until > self.model.now,
                "firstUnread": unread.first().map(|message| json!({ "id": message.id })),
                "lastMessage": last.map(|at| json!({ "id": room.messages[at].id })),
                "owner": owner.map(|owner| json!({ "username": format!("user{owner}") })),
            });
            assert_eq!(*node, state, "as {user} sees it");
        }
        assert_eq!(data["viewer"]["unreadCount"], self.model.unread_sum(user), "in all conversations of {user}");
        let unread: Vec<&Value> =
            nodes.iter().filter(|node| node["unreadCount"] != 0).map(|node| &node["id"]).collect();
        let listed = data["unread"]["nodes"].as_array().expect("nodes").iter().map(|node| &node["id"]);
        assert_eq!(listed.collect::<Vec<_>>(), unread, "unread conversations of {user}");
        assert_eq!(data["unread"]["totalCount"], unread.len());
    }

    /// Compares the messages of a conversation that a member sees with the model.
    async fn check_messages(&self, user: User, room: &Room) {
        let session = &self.accounts[&user].session;
        let seen = session.execute(MESSAGES, json!({ "id": room.id })).await.field("conversation");
        let latest = |messages: &[&Message]| -> Value {
            let latest = &messages[messages.len().saturating_sub(PAGE)..];
            latest.iter().map(|message| json!({ "id": message.id })).collect()
        };
        // Longer lists are not counted to their end.
        let total = |count: usize| json!(count.min(1_000));
        let (unread, visible) = (self.model.unread(room, user), self.model.visible(room, user));
        assert_eq!(seen["read"]["totalCount"], total(visible.len() - unread.len()));
        assert_eq!(seen["unread"], json!({ "totalCount": total(unread.len()), "nodes": latest(&unread) }));
        assert_eq!(seen["messages"], json!({ "totalCount": total(visible.len()), "nodes": latest(&visible) }));
    }

    /// Compares whether a user sees a conversation and one of its messages with the model.
    async fn check_message(&self, user: User, room: &Room, at: usize) {
        let input = json!({ "room": room.id, "message": room.messages[at].id });
        let seen = self.accounts[&user].session.execute(ONE, input).await.data();
        let expected = json!({
            "conversation": room.is_shown_to(user).then(|| json!({ "id": room.id })),
            "message": self.model.is_visible(room, user, at).then(|| json!({ "id": room.messages[at].id })),
        });
        assert_eq!(seen, expected, "{user} and message {at}");
    }
}
