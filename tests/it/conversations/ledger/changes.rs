//! The random changes. Most are allowed; some are not, and change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use studyhall::clock::{Timestamp, write_date_time};
use studyhall::conversations::ConversationId;
use studyhall::graphql::GlobalId;

use super::Ledger;
use super::model::{Member, Message, NO_END, Room, User};
use crate::support::PASSWORD;

/// The number of groups at a time. A new one takes the place of one that is left.
const MAX_GROUPS: usize = 12;

const MINUTE: Duration = Duration::from_mins(1);

/// How long a message can be edited, with a minute to spare.
const EDIT_WINDOW: Duration = Duration::from_mins(24 * 60 - 1);

const SEND: &str = "mutation($input: SendMessageInput!) { sendMessage(input: $input) {
    messageEdge { node { id } } conversation { id unreadCount } userErrors { code path }
} }";
const EDIT: &str = "mutation($id: ID!, $text: String!) { editMessage(input: { messageId: $id, text: $text }) {
    message { text } userErrors { code path }
} }";
const DELETE: &str = "mutation($id: ID!) { deleteMessage(input: { messageId: $id }) { userErrors { code path } } }";
pub const READ: &str = "mutation($id: ID!, $message: ID!) {
    markConversationRead(input: { conversationId: $id, messageId: $message }) {
        conversation { unreadCount } userErrors { code path }
    }
}";
pub const MARK_UNREAD: &str = "mutation($id: ID!, $message: ID!) {
    markConversationUnread(input: { conversationId: $id, messageId: $message }) {
        conversation { unreadCount } userErrors { code path }
    }
}";
const MUTE: &str =
    "mutation($id: ID!, $end: DateTime) { muteConversation(input: { conversationId: $id, endsAt: $end }) {
    conversation { unreadCount } userErrors { code path }
} }";
const UNMUTE: &str = "mutation($id: ID!) { unmuteConversation(input: { conversationId: $id }) {
    conversation { unreadCount } userErrors { code path }
} }";
const START: &str = "mutation($users: [ID!]!) { startConversation(input: { userIds: $users }) {
    conversation { id } userErrors { code path }
} }";
const LEAVE: &str =
    "mutation($id: ID!) { leaveConversation(input: { conversationId: $id }) { userErrors { code path } } }";
const CREATE: &str = "mutation($users: [ID!]!, $shared: Boolean!) {
    createGroup(input: { title: \"A group\", userIds: $users, isHistoryShared: $shared }) {
        conversation { id } userErrors { code path }
    }
}";
const UPDATE: &str = "mutation($id: ID!, $shared: Boolean!) {
    updateGroup(input: { conversationId: $id, isHistoryShared: $shared }) { userErrors { code path } }
}";
const ADD: &str = "mutation($id: ID!, $user: ID!) {
    addGroupMembers(input: { conversationId: $id, userIds: [$user] }) { userErrors { code path } }
}";
const REMOVE: &str = "mutation($id: ID!, $user: ID!) {
    removeGroupMember(input: { conversationId: $id, userId: $user }) { userErrors { code path } }
}";
const TRANSFER: &str = "mutation($id: ID!, $user: ID!) {
    transferGroup(input: { conversationId: $id, userId: $user }) { userErrors { code path } }
}";
const BLOCK: &str = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code path } } }";
const UNBLOCK: &str = "mutation($id: ID!) { unblockUser(input: { userId: $id }) { userErrors { code path } } }";
const DELETE_ACCOUNT: &str =
    "mutation($password: String!) { deleteAccount(input: { password: $password }) { userErrors { code path } } }";
const UPLOAD: &str = "mutation($file: Upload!) { uploadFile(input: { file: $file }) {
    file { id } userErrors { code path }
} }";
const REPORT: &str = "mutation($id: ID!) {
    reportContent(input: { id: $id, reason: \"Rude\" }) { userErrors { code path } }
}";
const OPEN_REPORTS: &str = "{ moderation { reports(filter: { statuses: [OPEN] }) { nodes { id } } } }";
const RESOLVE: &str = "mutation($id: ID!) {
    resolveReport(input: { reportId: $id, actions: [REMOVE] }) { userErrors { code path } }
}";
const LOCK: &str = "mutation($id: ID!, $end: DateTime) {
    lockMember(input: { userId: $id, reason: \"x\", endsAt: $end }) { userErrors { code path } }
}";
const UNLOCK: &str = "mutation($id: ID!) { unlockMember(input: { userId: $id }) { userErrors { code path } } }";

impl Ledger {
    pub async fn change(&mut self) {
        match self.random.below(256) {
            0..72 => self.send().await,
            72..80 => self.send_to_user().await,
            80..84 => self.send_file().await,
            84..88 => self.edit().await,
            88..138 => self.move_marker(READ, 6).await,
            138..146 => self.move_marker(MARK_UNREAD, 12).await,
            146..152 => self.mute().await,
            152..164 => self.delete().await,
            164..168 => self.moderate().await,
            168..182 => self.block().await,
            182..196 => self.unblock().await,
            196..206 => self.start_room().await,
            206..210 => self.create_group().await,
            210..218 => self.add_member().await,
            218..222 => self.remove_member().await,
            222..226 => self.transfer().await,
            226..228 => self.share_history().await,
            228..236 => self.leave().await,
            236..240 => self.lock().await,
            240..245 => self.unlock().await,
            245..248 => self.advance(),
            248 => self.delete_account().await,
            _ => self.read_what_is_foreign().await,
        }
    }

    fn pick_user(&mut self) -> User {
        let users: Vec<User> = self.accounts.keys().copied().collect();
        self.random.pick(&users).expect("there are users")
    }

    /// Picks a user who is not locked, and signs them in if a lock has ended their session.
    async fn pick_actor(&mut self) -> User {
        let users: Vec<User> = self.accounts.keys().copied().filter(|user| !self.model.is_locked(*user)).collect();
        let user = self.random.pick(&users).expect("not all are locked");
        self.sign_in(user).await;
        user
    }

    /// Picks one of the latest messages.
    fn pick_message(&mut self, room: usize, latest: usize) -> Option<usize> {
        let count = self.model.rooms[room].messages.len();
        (count > 0).then(|| count - 1 - self.random.below(count.min(latest)))
    }

    /// Picks a conversation in the user's list.
    fn pick_room(&mut self, user: User) -> Option<usize> {
        let rooms: Vec<usize> =
            (0..self.model.rooms.len()).filter(|at| self.model.rooms[*at].is_shown_to(user)).collect();
        self.random.pick(&rooms)
    }

    /// Picks a group whose owner is not locked, with its owner.
    async fn pick_managed(&mut self) -> Option<(usize, User)> {
        let rooms = self.model.rooms.iter().enumerate();
        let managed: Vec<(usize, User)> = rooms
            .filter_map(|(at, room)| Some((at, room.owner?)))
            .filter(|(_, owner)| !self.model.is_locked(*owner))
            .collect();
        let picked = self.random.pick(&managed)?;
        self.sign_in(picked.1).await;
        Some(picked)
    }

    /// Picks a member of a room.
    fn pick_member(&mut self, room: usize) -> User {
        let members: Vec<User> = self.model.rooms[room].members.keys().copied().collect();
        self.random.pick(&members).expect("no room is empty")
    }

    /// The code with which a message to a room is refused.
    fn send_refusal(&self, user: User, room: usize) -> Option<&'static str> {
        let room = &self.model.rooms[room];
        match room.others(user)[..] {
            _ if !room.is_shown_to(user) => Some("NOT_FOUND"),
            [] => Some("RECIPIENT_UNAVAILABLE"),
            [other] if !room.is_group && !self.model.can_invite(user, other) => Some("RECIPIENT_UNAVAILABLE"),
            _ => None,
        }
    }

    fn id_of(&self, user: User) -> &Value {
        &self.accounts[&user].id
    }

    fn id_of_room(&self, room: usize) -> Value {
        self.model.rooms[room].id.clone()
    }

    async fn send(&mut self) {
        let user = self.pick_actor().await;
        // Now and then a conversation that the user does not see.
        let foreign = self.random.one_in(16).then(|| self.random.below(self.model.rooms.len().max(1)));
        let Some(room) = foreign.filter(|at| *at < self.model.rooms.len()).or_else(|| self.pick_room(user)) else {
            return;
        };
        // Some mention a member or reply: that causes notifications, and counts the same.
        let text = format!("Hello @user{}", self.pick_member(room));
        let target = if self.random.one_in(8) { self.pick_message(room, 6) } else { None };
        let target = target.filter(|at| self.model.is_visible(&self.model.rooms[room], user, *at));
        let target = target.map(|at| self.model.rooms[room].messages[at].id.clone());
        let input = json!({ "conversationId": self.id_of_room(room), "text": text, "replyToId": target });
        let refusal = self.send_refusal(user, room).map(|code| format!("{code} input.conversationId"));
        self.note(format!("{user} sends to {room}"));
        if let Some(sent) = self.try_change(user, SEND, json!({ "input": input }), refusal).await {
            self.sent(user, room, &sent, (true, false));
        }
    }

    fn sent(&mut self, user: User, room: usize, sent: &Value, (has_text, has_file): (bool, bool)) {
        let id = sent["messageEdge"]["node"]["id"].clone();
        let sent_at = self.model.now;
        let message = Message { id, author: Some(user), has_text, has_file, is_deleted: false, sent_at };
        self.model.add_message(room, message);
        self.check_own_count(user, room, sent);
    }

    /// Sends to a user, in the conversation of the two or a new one.
    async fn send_to_user(&mut self) {
        let (user, other) = (self.pick_actor().await, self.pick_user());
        if user == other {
            return;
        }
        let can_send = self.model.can_invite(user, other);
        let refusal = (!can_send).then(|| "RECIPIENT_UNAVAILABLE input.userId".to_owned());
        let input = json!({ "userId": self.id_of(other), "text": "Hello" });
        self.note(format!("{user} sends to user {other}"));
        let Some(sent) = self.try_change(user, SEND, json!({ "input": input }), refusal).await else { return };
        let room = self.found_room(user, &[other], &sent["conversation"]["id"]);
        self.sent(user, room, &sent, (true, false));
    }

    /// Returns the room with this id. A new one is shown to the user who started it.
    fn found_room(&mut self, user: User, others: &[User], id: &Value) -> usize {
        if let Some(at) = self.model.rooms.iter().position(|room| room.id == *id) {
            let member = self.model.rooms[at].members.get_mut(&user).expect("a conversation of the user");
            member.is_shown = true;
            return at;
        }
        let members = others.iter().map(|other| (*other, Member::new(Timestamp(0), false)));
        let members = members.chain([(user, Member::new(Timestamp(0), true))]).collect();
        self.add_room(id, others.len() > 1, members, None)
    }

    fn add_room(
        &mut self,
        id: &Value,
        is_group: bool,
        members: BTreeMap<User, Member>,
        owner: Option<(User, bool)>,
    ) -> usize {
        let raw = ConversationId::from_global(&id.as_str().expect("an id").into()).expect("an id").0;
        let is_history_shared = owner.is_some_and(|(_, is_shared)| is_shared);
        let owner = owner.map(|(user, _)| user);
        let room = Room { id: id.clone(), raw, is_group, members, messages: Vec::new(), owner, is_history_shared };
        self.model.rooms.push(room);
        self.model.rooms.len() - 1
    }

    /// Sends a file without a text.
    async fn send_file(&mut self) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        if self.send_refusal(user, room).is_some() {
            return;
        }
        let uploaded = self.accounts[&user].session.upload(UPLOAD, "A file").await.field("uploadFile");
        let input = json!({ "conversationId": self.id_of_room(room), "fileIds": [uploaded["file"]["id"]] });
        self.note(format!("{user} sends a file to {room}"));
        let sent = self.try_change(user, SEND, json!({ "input": input }), None).await.expect("it is accepted");
        self.sent(user, room, &sent, (false, true));
    }

    /// Changes a text, or gives a file a text or takes it away.
    async fn edit(&mut self) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        let Some(at) = self.pick_message(room, 20) else { return };
        let message = &self.model.rooms[room].messages[at];
        let is_recent = self.model.now.since(message.sent_at) < EDIT_WINDOW;
        let is_own = message.author == Some(user) && self.model.is_visible(&self.model.rooms[room], user, at);
        if !is_own || message.is_deleted || !is_recent || self.send_refusal(user, room).is_some() {
            return;
        }
        let has_text = !(message.has_file && message.has_text);
        let text = if has_text { "Edited" } else { "" };
        let input = json!({ "id": message.id, "text": text });
        self.note(format!("{user} edits {at} in {room}"));
        self.try_change(user, EDIT, input, None).await.expect("it is accepted");
        self.model.rooms[room].messages[at].has_text = has_text;
    }

    /// Reads up to one of the latest messages, as people do, or marks it as unread. It can be by any author.
    async fn move_marker(&mut self, mutation: &'static str, latest: usize) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        let Some(at) = self.pick_message(room, latest) else { return };
        let is_visible = self.model.is_visible(&self.model.rooms[room], user, at);
        let refusal = (!is_visible).then(|| "NOT_FOUND input.messageId".to_owned());
        let input = json!({ "id": self.id_of_room(room), "message": self.model.rooms[room].messages[at].id });
        let is_read = mutation == READ;
        self.note(format!("{user} marks {at} in {room} as {}", if is_read { "read" } else { "unread" }));
        let Some(moved) = self.try_change(user, mutation, input, refusal).await else { return };
        let member = self.model.rooms[room].members.get_mut(&user).expect("a member");
        member.read = if is_read { member.read.max(at + 1) } else { member.read.min(at) };
        self.check_own_count(user, room, &moved);
    }

    /// Moves the marker in a conversation that the user does not see.
    async fn read_what_is_foreign(&mut self) {
        let user = self.pick_actor().await;
        let foreign: Vec<usize> =
            (0..self.model.rooms.len()).filter(|at| !self.model.rooms[*at].is_shown_to(user)).collect();
        let Some(room) = self.random.pick(&foreign) else { return };
        let Some(at) = self.pick_message(room, 12) else { return };
        let input = json!({ "id": self.id_of_room(room), "message": self.model.rooms[room].messages[at].id });
        let mutation = self.random.pick(&[READ, MARK_UNREAD]).expect("two");
        self.note(format!("{user} marks {at} in {room}, which is foreign"));
        self.try_change(user, mutation, input, Some("NOT_FOUND input.conversationId".to_owned())).await;
    }

    /// Mutes a conversation, for a time or without an end, or ends the mute.
    async fn mute(&mut self) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        let (mutation, end) = match self.random.below(3) {
            0 => (UNMUTE, Timestamp(0)),
            1 => (MUTE, NO_END),
            _ => (MUTE, self.later()),
        };
        let stated = (mutation == MUTE && end != NO_END).then(|| write_date_time(end));
        let mut input = json!({ "id": self.id_of_room(room) });
        if let Some(end) = stated {
            input["end"] = json!(end);
        }
        self.note(format!("{user} mutes {room} until {end:?}"));
        let changed = self.try_change(user, mutation, input, None).await.expect("it is accepted");
        self.model.rooms[room].members.get_mut(&user).expect("a member").muted_until = end;
        self.check_own_count(user, room, &changed);
    }

    /// Returns an instant within the next hour.
    fn later(&mut self) -> Timestamp {
        let minutes = u32::try_from(1 + self.random.below(60)).expect("a small number");
        self.model.now.plus(MINUTE * minutes)
    }

    /// Deletes one of the user's messages, also in a conversation that they have left; or tries to delete another one's.
    async fn delete(&mut self) {
        let user = self.pick_actor().await;
        let is_own = !self.random.one_in(12);
        let mut messages = Vec::new();
        for (room, conversation) in self.model.rooms.iter().enumerate() {
            let latest = conversation.messages.len().saturating_sub(20);
            let positions = (latest..conversation.messages.len()).filter(|at| {
                let message = &conversation.messages[*at];
                let is_visible = is_own || self.model.is_visible(conversation, user, *at);
                !message.is_deleted && (message.author == Some(user)) == is_own && is_visible
            });
            messages.extend(positions.map(|at| (room, at)));
        }
        let Some((room, at)) = self.random.pick(&messages) else { return };
        let refusal = (!is_own).then(|| "FORBIDDEN input.messageId".to_owned());
        let input = json!({ "id": self.model.rooms[room].messages[at].id });
        self.note(format!("{user} deletes {at} in {room}"));
        if self.try_change(user, DELETE, input, refusal).await.is_some() {
            self.model.rooms[room].messages[at].is_deleted = true;
        }
    }

    /// A member reports a message, and a moderator removes it.
    async fn moderate(&mut self) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        let Some(at) = self.pick_message(room, 12) else { return };
        let message = &self.model.rooms[room].messages[at];
        let is_visible = self.model.is_visible(&self.model.rooms[room], user, at);
        if !is_visible || message.is_deleted || message.author.is_none_or(|author| author == user) {
            return;
        }
        let id = message.id.clone();
        self.note(format!("{user} reports {at} in {room}, and it is removed"));
        self.try_change(user, REPORT, json!({ "id": id }), None).await;
        let reports = self.moderator.execute(OPEN_REPORTS, json!({})).await.field("moderation");
        let report = json!({ "id": reports["reports"]["nodes"][0]["id"] });
        assert_eq!(self.moderator.execute(RESOLVE, report).await.refusals("resolveReport"), [""; 0]);
        self.model.rooms[room].messages[at].is_deleted = true;
    }

    async fn block(&mut self) {
        let (one, other) = (self.pick_actor().await, self.pick_user());
        // A user who is hidden by the other one's block can only block back an acquaintance.
        if one != other && (!self.model.is_hidden(one, other) || self.model.are_acquainted(one, other)) {
            self.note(format!("{one} blocks {other}"));
            self.try_change(one, BLOCK, json!({ "id": self.id_of(other) }), None).await;
            self.model.blocks.insert((one, other));
        }
    }

    async fn unblock(&mut self) {
        let blocks = self.model.blocks.iter().copied();
        let blocks: Vec<(User, User)> = blocks.filter(|(one, _)| !self.model.is_locked(*one)).collect();
        let Some((one, other)) = self.random.pick(&blocks) else { return };
        self.sign_in(one).await;
        self.note(format!("{one} unblocks {other}"));
        self.try_change(one, UNBLOCK, json!({ "id": self.id_of(other) }), None).await;
        self.model.blocks.remove(&(one, other));
        self.model.reveal();
    }

    /// Picks other users that the user can invite.
    fn pick_invited(&mut self, user: User, count: usize) -> Vec<User> {
        let picked: BTreeSet<User> = (0..count).map(|_| self.pick_user()).collect();
        picked.into_iter().filter(|other| *other != user && self.model.can_invite(user, *other)).collect()
    }

    fn has_many_groups(&self) -> bool {
        self.model.rooms.iter().filter(|room| room.is_group).count() >= MAX_GROUPS
    }

    /// Starts a conversation, or finds it again.
    async fn start_room(&mut self) {
        if self.has_many_groups() {
            return self.leave().await;
        }
        let (user, count) = (self.pick_actor().await, 1 + self.random.below(4));
        let others = self.pick_invited(user, count);
        if others.is_empty() {
            return;
        }
        self.note(format!("{user} starts a conversation with {others:?}"));
        let ids: Vec<&Value> = others.iter().map(|other| self.id_of(*other)).collect();
        let started = self.try_change(user, START, json!({ "users": ids }), None).await.expect("it is accepted");
        self.found_room(user, &others, &started["conversation"]["id"]);
    }

    async fn create_group(&mut self) {
        if self.has_many_groups() {
            return self.leave().await;
        }
        let owner = self.pick_actor().await;
        let others = self.pick_invited(owner, 3);
        if others.is_empty() {
            return;
        }
        let is_shared = self.random.one_in(2);
        self.note(format!("{owner} creates a group with {others:?}"));
        let ids: Vec<&Value> = others.iter().map(|other| self.id_of(*other)).collect();
        let input = json!({ "users": ids, "shared": is_shared });
        let created = self.try_change(owner, CREATE, input, None).await.expect("it is accepted");
        let members = others.into_iter().chain([owner]).map(|user| (user, Member::new(self.model.now, true))).collect();
        self.add_room(&created["conversation"]["id"], true, members, Some((owner, is_shared)));
    }

    async fn add_member(&mut self) {
        let Some((room, owner)) = self.pick_managed().await else { return };
        let user = self.pick_user();
        if self.model.rooms[room].members.contains_key(&user) {
            return;
        }
        let can_invite = self.model.can_invite(owner, user);
        let refusal = (!can_invite).then(|| "RECIPIENT_UNAVAILABLE input.userIds.0".to_owned());
        let input = json!({ "id": self.id_of_room(room), "user": self.id_of(user) });
        self.note(format!("{owner} adds {user} to {room}"));
        if self.try_change(owner, ADD, input, refusal).await.is_some() {
            let now = self.model.now;
            let room = &mut self.model.rooms[room];
            let count = room.messages.len();
            let bound = if room.is_history_shared { 0 } else { count };
            room.members.insert(user, Member { read: count, bound, ..Member::new(now, true) });
        }
    }

    async fn remove_member(&mut self) {
        let Some((room, owner)) = self.pick_managed().await else { return };
        let user = self.pick_member(room);
        if user == owner {
            return;
        }
        let refusal = self.model.is_hidden(owner, user).then(|| "NOT_FOUND input.userId".to_owned());
        let input = json!({ "id": self.id_of_room(room), "user": self.id_of(user) });
        self.note(format!("{owner} removes {user} from {room}"));
        if self.try_change(owner, REMOVE, input, refusal).await.is_some() {
            self.model.remove_member(room, user);
        }
    }

    async fn transfer(&mut self) {
        let Some((room, owner)) = self.pick_managed().await else { return };
        let user = self.pick_member(room);
        let refusal = self.model.is_hidden(owner, user).then(|| "NOT_FOUND input.userId".to_owned());
        let input = json!({ "id": self.id_of_room(room), "user": self.id_of(user) });
        self.note(format!("{owner} passes {room} on to {user}"));
        if self.try_change(owner, TRANSFER, input, refusal).await.is_some() {
            self.model.rooms[room].owner = Some(user);
        }
    }

    /// Changes whether members who join from now on read everything.
    async fn share_history(&mut self) {
        let Some((room, owner)) = self.pick_managed().await else { return };
        let is_shared = !self.model.rooms[room].is_history_shared;
        let input = json!({ "id": self.id_of_room(room), "shared": is_shared });
        self.note(format!("{owner} shares the history of {room}: {is_shared}"));
        self.try_change(owner, UPDATE, input, None).await;
        self.model.rooms[room].is_history_shared = is_shared;
    }

    async fn leave(&mut self) {
        let user = self.pick_actor().await;
        let Some(room) = self.pick_room(user) else { return };
        let is_direct = !self.model.rooms[room].is_group;
        let refusal = is_direct.then(|| "FORBIDDEN input.conversationId".to_owned());
        let input = json!({ "id": self.id_of_room(room) });
        self.note(format!("{user} leaves {room}"));
        if self.try_change(user, LEAVE, input, refusal).await.is_some() {
            self.model.remove_member(room, user);
            self.model.remove_abandoned();
        }
    }

    /// A moderator locks a user, for a time or without an end, which passes the user's groups on.
    async fn lock(&mut self) {
        let users: Vec<User> = self.accounts.keys().copied().filter(|user| !self.model.is_locked(*user)).collect();
        let Some(user) = self.random.pick(&users).filter(|_| users.len() > 4) else { return };
        let end = if self.random.one_in(2) { NO_END } else { self.later() };
        let stated = (end != NO_END).then(|| write_date_time(end));
        self.note(format!("{user} is locked until {end:?}"));
        let locked = self.moderator.execute(LOCK, json!({ "id": self.id_of(user), "end": stated })).await;
        assert_eq!(locked.refusals("lockMember"), [""; 0]);
        self.accounts.get_mut(&user).expect("a user").is_signed_out = true;
        self.model.lock(user, end);
    }

    async fn unlock(&mut self) {
        let users: Vec<User> = self.accounts.keys().copied().filter(|user| self.model.is_locked(*user)).collect();
        let Some(user) = self.random.pick(&users) else { return };
        self.note(format!("{user} is unlocked"));
        let unlocked = self.moderator.execute(UNLOCK, json!({ "id": self.id_of(user) })).await;
        assert_eq!(unlocked.refusals("unlockMember"), [""; 0]);
        self.model.locks.remove(&user);
    }

    /// Moves the clock forward: mutes and locks end.
    fn advance(&mut self) {
        let minutes = u32::try_from(1 + self.random.below(20)).expect("a small number");
        self.campus.advance(MINUTE * minutes);
        self.model.now = self.campus.app.clock.now();
        self.note(format!("{minutes} minutes pass"));
    }

    async fn delete_account(&mut self) {
        let user = self.pick_actor().await;
        self.note(format!("{user} deletes the account"));
        self.try_change(user, DELETE_ACCOUNT, json!({ "password": PASSWORD }), None).await;
        self.accounts.remove(&user);
        self.model.delete_account(user);
        self.register().await;
    }
}
