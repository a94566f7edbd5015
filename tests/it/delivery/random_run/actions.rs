//! What members do at random, by the API of a random node. The truth follows each success.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::Run;
use super::lobby::LOBBY;
use super::truth::{MINUTE, SharedFile, Subject, User};
use crate::support::{PASSWORD, Person};

const EMOJI: [&str; 3] = ["👍", "🎉", "😀"];

impl Run {
    /// Runs a mutation of a member on a random node, and returns its payload. It must succeed.
    pub(super) async fn change(&mut self, user: User, name: &str, input: Value, selection: &str) -> Value {
        let address = self.any_address();
        let person = self.person_at(user, address);
        let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let mutation = format!(
            "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path }} }} }}"
        );
        let payload = person.execute(&mutation, json!({ "input": input })).await.field(name);
        assert_eq!(payload["userErrors"], json!([]), "{name} by user{user}: {input}");
        payload
    }

    /// A member as a client of a node.
    pub(super) fn person_at(&self, user: User, address: SocketAddr) -> Person {
        Person { address, ..self.people[&user].devices[0].person.clone() }
    }

    pub(super) fn pick_user(&mut self) -> User {
        let users: Vec<User> = self.people.keys().copied().collect();
        self.random.pick(&users).expect("there are users")
    }

    /// A text that mentions up to two users, and the mentioned ones.
    pub(super) fn words(&mut self) -> (String, Vec<User>) {
        let count = self.random.below(3);
        let named: Vec<User> = (0..count).map(|_| self.pick_user()).collect();
        let text: String = named.iter().map(|user| format!("@user{user} ")).collect();
        (format!("{text}hello"), named)
    }

    /// Picks a conversation of a member in which they can write.
    fn pick_room(&mut self, user: User) -> Option<usize> {
        let truth = &self.truth;
        let rooms = (0..truth.rooms.len()).filter(|room| !truth.rooms[*room].is_lobby && truth.can_write(user, *room));
        let rooms: Vec<usize> = rooms.collect();
        self.random.pick(&rooms)
    }

    /// Picks one of the latest messages of a conversation that a member sees.
    pub(super) fn pick_message(&mut self, user: User, room: usize, latest: usize) -> Option<usize> {
        let messages = self.truth.rooms[room].messages.iter().rev().take(latest).copied();
        let seen: Vec<usize> = messages.filter(|at| self.truth.sees(user, Subject::Message(*at))).collect();
        self.random.pick(&seen)
    }

    /// Picks one of the latest posts that a member sees.
    fn pick_post(&mut self, user: User) -> Option<usize> {
        let latest = self.truth.posts.len().saturating_sub(30);
        let posts = (latest..self.truth.posts.len()).filter(|at| self.truth.sees(user, Subject::Post(*at)));
        let posts: Vec<usize> = posts.collect();
        self.random.pick(&posts)
    }

    fn pick_comment(&mut self, user: User, below: Option<usize>) -> Option<usize> {
        let latest = self.truth.comments.len().saturating_sub(60);
        let comments = (latest..self.truth.comments.len()).filter(|at| {
            self.truth.sees(user, Subject::Comment(*at))
                && below.is_none_or(|post| self.truth.comments[*at].post == post)
        });
        let comments: Vec<usize> = comments.collect();
        self.random.pick(&comments)
    }

    /// Picks a text that a member sees: often the latest message of one of their conversations.
    fn pick_text(&mut self, user: User) -> Option<Subject> {
        match self.random.below(3) {
            0 => self.pick_post(user).map(Subject::Post),
            1 => self.pick_comment(user, None).map(Subject::Comment),
            _ => {
                let room = if self.random.one_in(4) { LOBBY } else { self.pick_room(user)? };
                let message = self.pick_message(user, room, 10)?;
                (!self.truth.messages[message].is_deleted).then_some(Subject::Message(message))
            }
        }
    }

    /// Picks a text of a member's own that can be edited.
    fn pick_own_text(&mut self, user: User) -> Option<Subject> {
        let truth = &self.truth;
        let editable = |at: &usize| {
            let message = &truth.messages[*at];
            message.author == Some(user)
                && !message.is_deleted
                && truth.can_write(user, message.room)
                && truth.sees(user, Subject::Message(*at))
                && truth.now - message.sent_at < 20 * 60 * MINUTE
        };
        let messages = (0..truth.messages.len()).rev().take(200).filter(editable).map(Subject::Message);
        let posts = (0..truth.posts.len()).filter(|at| truth.posts[*at].author == user).map(Subject::Post);
        let comments = (0..truth.comments.len()).filter(|at| truth.comments[*at].author == user).map(Subject::Comment);
        let texts = messages.chain(posts.chain(comments).filter(|text| truth.sees(user, *text)));
        let texts: Vec<Subject> = texts.collect();
        self.random.pick(&texts)
    }

    /// Picks a group that has an owner, with the owner.
    fn pick_managed(&mut self) -> Option<(usize, User)> {
        let rooms = self.truth.rooms.iter().enumerate();
        let managed: Vec<(usize, User)> = rooms.filter_map(|(at, room)| Some((at, room.owner?))).collect();
        self.random.pick(&managed)
    }

    fn global_id(&self, user: User) -> Value {
        self.people[&user].id.clone()
    }

    /// Makes one random change.
    pub(super) async fn act(&mut self) {
        let user = self.pick_user();
        match self.random.below(220) {
            0..45 => self.send(user).await,
            45..55 => self.read(user).await,
            55..58 => self.mark_unread(user).await,
            58..62 => self.mute(user).await,
            62..70 => self.publish(user).await,
            70..95 => self.comment(user).await,
            95..105 => self.edit(user).await,
            105..111 => self.delete(user).await,
            111..135 => self.react(user).await,
            135..143 => self.unreact(user).await,
            143..153 => self.mark_notifications(user).await,
            153..161 => self.block(user).await,
            161..167 => self.unblock().await,
            167..171 => self.leave(user).await,
            171..173 => self.create_group(user).await,
            173..177 => self.add_member().await,
            177..179 => self.remove_member().await,
            179..182 => self.transfer().await,
            182..184 => self.change_group().await,
            184..186 => self.start_conversation(user).await,
            186..190 => self.choose(user).await,
            190..193 => self.schedule(user).await,
            193..201 => self.write_in_lobby(user).await,
            201..204 => self.enter_lobby(user).await,
            204..206 => self.leave_lobby(user).await,
            206 => self.visit_lobby().await,
            207 => self.delete_account(user).await,
            208 => self.lock(user).await,
            _ => self.change_device(user).await,
        }
    }

    /// Uploads a file now and then.
    async fn upload(&mut self, user: User) -> Option<Value> {
        if !self.random.one_in(8) {
            return None;
        }
        let address = self.any_address();
        self.figures.files += 1;
        Some(self.person_at(user, address).file_id("what was said").await)
    }

    async fn send(&mut self, user: User) {
        let Some(room) = self.pick_room(user) else { return };
        let reply_to = if self.random.one_in(3) { self.pick_message(user, room, 10) } else { None };
        let (text, named) = self.words();
        let mut input = json!({ "conversationId": self.truth.rooms[room].id, "text": text });
        if let Some(reply_to) = reply_to {
            input["replyToId"] = self.truth.messages[reply_to].id.clone();
        }
        let file = self.upload(user).await;
        input["fileIds"] = file.iter().cloned().collect();
        let sent = self.change(user, "sendMessage", input, "messageEdge { node { id } }").await;
        let used_by = Subject::Message(self.truth.messages.len());
        self.truth.send(user, room, sent["messageEdge"]["node"]["id"].clone(), reply_to, &named);
        self.truth.files.extend(file.map(|id| SharedFile { id, owner: user, used_by }));
    }

    async fn read(&mut self, user: User) {
        let Some(room) = self.pick_room(user) else { return };
        let Some(message) = self.pick_message(user, room, 4) else { return };
        let input =
            json!({ "conversationId": self.truth.rooms[room].id, "messageId": self.truth.messages[message].id });
        self.change(user, "markConversationRead", input, "").await;
        self.truth.read(user, room, self.truth.messages[message].position);
    }

    async fn mark_unread(&mut self, user: User) {
        let Some(room) = self.pick_room(user) else { return };
        let Some(message) = self.pick_message(user, room, 10) else { return };
        let input =
            json!({ "conversationId": self.truth.rooms[room].id, "messageId": self.truth.messages[message].id });
        self.change(user, "markConversationUnread", input, "").await;
        self.truth.mark_unread(user, room, self.truth.messages[message].position);
    }

    async fn mute(&mut self, user: User) {
        let Some(room) = self.pick_room(user) else { return };
        let mut input = json!({ "conversationId": self.truth.rooms[room].id });
        if self.truth.is_muted(user, room) {
            self.change(user, "unmuteConversation", input, "").await;
            self.truth.rooms[room].muted.remove(&user);
            return;
        }
        let half_hours = [0, 1, 2, 9, 30][self.random.below(5)];
        let end = (half_hours > 0)
            .then(|| self.truth.now - self.truth.now.rem_euclid(30 * MINUTE) + half_hours * 30 * MINUTE);
        if let Some(end) = end.and_then(|end| jiff::Timestamp::from_microsecond(end).ok()) {
            input["endsAt"] = json!(end.to_string());
        }
        self.change(user, "muteConversation", input, "").await;
        self.truth.rooms[room].muted.insert(user, end);
    }

    async fn publish(&mut self, user: User) {
        let (text, named) = self.words();
        let file = self.upload(user).await;
        let input = json!({ "text": text, "fileIds": file.iter().collect::<Vec<_>>() });
        let posted = self.change(user, "createPost", input, "postEdge { node { id } }").await;
        let used_by = Subject::Post(self.truth.posts.len());
        self.truth.publish(user, posted["postEdge"]["node"]["id"].clone(), &named);
        self.truth.files.extend(file.map(|id| SharedFile { id, owner: user, used_by }));
    }

    async fn comment(&mut self, user: User) {
        let Some(post) = self.pick_post(user) else { return };
        let reply_to = if self.random.one_in(2) { self.pick_comment(user, Some(post)) } else { None };
        let (text, named) = self.words();
        let mut input = json!({ "postId": self.truth.posts[post].id, "text": text });
        if let Some(reply_to) = reply_to {
            input["replyToId"] = self.truth.comments[reply_to].id.clone();
        }
        let written = self.change(user, "createComment", input, "commentEdge { node { id } }").await;
        self.truth.comment(user, post, written["commentEdge"]["node"]["id"].clone(), reply_to, &named);
    }

    async fn edit(&mut self, user: User) {
        let Some(subject) = self.pick_own_text(user) else { return };
        let (text, named) = self.words();
        if matches!(subject, Subject::Message(at) if self.truth.messages[at].room == LOBBY) {
            self.stay_in_lobby(&named).await;
        }
        let (name, member) = match subject {
            Subject::Post(_) => ("updatePost", "postId"),
            Subject::Comment(_) => ("updateComment", "commentId"),
            _ => ("editMessage", "messageId"),
        };
        let input = json!({ member: self.truth.id(subject), "text": text });
        self.change(user, name, input, "").await;
        self.truth.edit(user, subject, &named);
    }

    async fn delete(&mut self, user: User) {
        let Some(subject) = self.pick_own_text(user) else { return };
        let (name, member) = match subject {
            Subject::Post(_) => ("deletePost", "postId"),
            Subject::Comment(_) => ("deleteComment", "commentId"),
            _ => ("deleteMessage", "messageId"),
        };
        let input = json!({ member: self.truth.id(subject) });
        self.change(user, name, input, "").await;
        self.truth.delete(subject);
    }

    async fn react(&mut self, user: User) {
        let Some(subject) = self.pick_text(user) else { return };
        let emoji = self.random.pick(&EMOJI).expect("an emoji");
        let input = json!({ "subjectId": self.truth.id(subject), "emoji": emoji });
        self.change(user, "addReaction", input, "").await;
        self.truth.react(user, subject, emoji);
    }

    async fn unreact(&mut self, user: User) {
        let own = self.truth.reactions.iter().filter(|(subject, by, _)| *by == user && self.truth.sees(user, *subject));
        let own: Vec<(Subject, &str)> = own.map(|(subject, _, emoji)| (*subject, *emoji)).collect();
        let Some((subject, emoji)) = self.random.pick(&own) else { return };
        let input = json!({ "subjectId": self.truth.id(subject), "emoji": emoji });
        self.change(user, "removeReaction", input, "").await;
        self.truth.unreact(user, subject, emoji);
    }

    /// Reads some notifications that a device of the member has listed in an earlier round.
    async fn mark_notifications(&mut self, user: User) {
        let listed = self.truth.listed(user).filter(|note| !note.id.is_null());
        let ids: Vec<Value> = listed.map(|note| note.id.clone()).collect();
        if ids.is_empty() {
            return;
        }
        let first = self.random.below(ids.len());
        let is_up_to = self.random.one_in(2);
        let marked = if is_up_to { vec![ids[first].clone()] } else { ids.into_iter().skip(first).take(3).collect() };
        let input =
            if is_up_to { json!({ "upToNotificationId": marked[0] }) } else { json!({ "notificationIds": marked }) };
        self.change(user, "markNotificationsRead", input, "").await;
        let mut is_older = false;
        for note in &mut self.truth.accounts.get_mut(&user).expect("a member").notes {
            is_older |= is_up_to && note.id == marked[0];
            note.is_read |= is_older || marked.contains(&note.id);
        }
    }

    async fn block(&mut self, user: User) {
        let other = self.pick_user();
        let mut rooms = self.truth.rooms.iter().filter(|room| !room.is_lobby);
        let are_acquainted = rooms.any(|room| room.members.contains_key(&user) && room.members.contains_key(&other));
        if user == other || self.truth.is_hidden(user, other) && !are_acquainted {
            return;
        }
        self.change(user, "blockUser", json!({ "userId": self.global_id(other) }), "").await;
        self.truth.blocks.insert((user, other));
    }

    async fn unblock(&mut self) {
        let blocks: Vec<(User, User)> = self.truth.blocks.iter().copied().collect();
        let Some((user, other)) = self.random.pick(&blocks) else { return };
        self.change(user, "unblockUser", json!({ "userId": self.global_id(other) }), "").await;
        self.truth.blocks.remove(&(user, other));
    }

    async fn leave(&mut self, user: User) {
        let Some(room) = self.pick_room(user).filter(|room| self.truth.rooms[*room].is_group) else { return };
        let input = json!({ "conversationId": self.truth.rooms[room].id });
        self.change(user, "leaveConversation", input, "").await;
        self.truth.leave(room, user);
    }

    async fn create_group(&mut self, owner: User) {
        let mut others: Vec<User> = (0..5).map(|_| self.pick_user()).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|other| *other != owner && !self.truth.is_hidden(owner, *other));
        if others.is_empty() {
            return;
        }
        let ids: Vec<Value> = others.iter().map(|other| self.global_id(*other)).collect();
        let title = format!("Group {}", self.truth.rooms.len());
        let is_shared = self.random.one_in(2);
        let input = json!({ "title": title, "userIds": ids, "isHistoryShared": is_shared });
        let created = self.change(owner, "createGroup", input, "conversation { id }").await;
        self.truth.create_group(owner, created["conversation"]["id"].clone(), &title, &others, is_shared);
    }

    async fn add_member(&mut self) {
        let Some((room, owner)) = self.pick_managed() else { return };
        let user = self.pick_user();
        if self.truth.rooms[room].members.contains_key(&user) || self.truth.is_hidden(owner, user) {
            return;
        }
        let input = json!({ "conversationId": self.truth.rooms[room].id, "userIds": [self.global_id(user)] });
        self.change(owner, "addGroupMembers", input, "").await;
        self.truth.add_member(owner, room, user);
    }

    /// Picks another member of a group that its owner sees.
    fn pick_member(&mut self) -> Option<(usize, User, User)> {
        let (room, owner) = self.pick_managed()?;
        let members = self.truth.rooms[room].members.keys().copied();
        let others = members.filter(|member| *member != owner && !self.truth.is_hidden(owner, *member));
        let others: Vec<User> = others.collect();
        Some((room, owner, self.random.pick(&others)?))
    }

    async fn remove_member(&mut self) {
        let Some((room, owner, user)) = self.pick_member() else { return };
        let input = json!({ "conversationId": self.truth.rooms[room].id, "userId": self.global_id(user) });
        self.change(owner, "removeGroupMember", input, "").await;
        self.truth.remove_member(owner, room, user);
    }

    async fn transfer(&mut self) {
        let Some((room, owner, user)) = self.pick_member() else { return };
        let input = json!({ "conversationId": self.truth.rooms[room].id, "userId": self.global_id(user) });
        self.change(owner, "transferGroup", input, "").await;
        self.truth.transfer(owner, room, user);
    }

    /// Gives a group another title, and changes what members who join later can read.
    async fn change_group(&mut self) {
        let Some((room, owner)) = self.pick_managed() else { return };
        let (title, is_shared) = (format!("Team {}", self.random.below(100)), self.random.one_in(2));
        let id = self.truth.rooms[room].id.clone();
        let input = json!({ "conversationId": id, "title": title, "isHistoryShared": is_shared });
        self.change(owner, "updateGroup", input, "").await;
        let group = &mut self.truth.rooms[room];
        (group.title, group.is_shared) = (Some(title), is_shared);
    }

    /// Starts a conversation with one or two others, and writes to it: the others see it from then on.
    pub(super) async fn start_conversation(&mut self, user: User) {
        let mut others = vec![self.pick_user(), self.pick_user()];
        others.truncate(1 + self.random.below(2));
        others.dedup();
        if others.iter().any(|other| *other == user || self.truth.is_hidden(user, *other)) {
            return;
        }
        let ids: Vec<Value> = others.iter().map(|other| self.global_id(*other)).collect();
        let started = self.change(user, "startConversation", json!({ "userIds": ids }), "conversation { id }").await;
        let id = started["conversation"]["id"].clone();
        if self.truth.rooms.iter().any(|room| room.id == id) {
            return;
        }
        let members = others.iter().chain([&user]).map(|member| (*member, self.truth.now)).collect();
        let is_group = others.len() > 1;
        self.truth.rooms.push(super::truth::Room { id: id.clone(), is_group, members, ..Default::default() });
        let input = json!({ "conversationId": id, "text": "The first message" });
        let sent = self.change(user, "sendMessage", input, "messageEdge { node { id } }").await;
        let message = sent["messageEdge"]["node"]["id"].clone();
        self.truth.send(user, self.truth.rooms.len() - 1, message, None, &[]);
    }

    async fn delete_account(&mut self, user: User) {
        // With several groups, the order of the notifications of one successor would be open.
        if self.truth.rooms.iter().filter(|room| room.owner == Some(user)).count() > 1 {
            return;
        }
        for device in &mut self.people.get_mut(&user).expect("a member").devices {
            device.disconnect().await;
        }
        self.empty_outbox().await;
        self.change(user, "deleteAccount", json!({ "password": PASSWORD }), "").await;
        let someone = self.people.remove(&user).expect("a member");
        self.gone.extend(someone.devices.into_iter().filter_map(|device| device.browser));
        self.truth.delete_account(user);
        self.register().await;
    }

    /// A device loses its connection, comes back, crashes, or is replaced by another one.
    async fn change_device(&mut self, user: User) {
        let (address, by_events) = (self.any_address(), self.random.one_in(3));
        let count = self.people[&user].devices.len();
        let at = self.random.below(count);
        let what = self.random.below(8);
        let device = &mut self.people.get_mut(&user).expect("a member").devices[at];
        match what {
            0..3 => device.disconnect().await,
            3..5 if !device.is_connected() => device.resume(address, by_events),
            3..6 => {
                device.person.address = address;
                device.crash().await;
                device.resume(address, by_events);
            }
            6 if at > 0 => {
                let mut gone = self.people.get_mut(&user).expect("a member").devices.remove(at);
                gone.disconnect().await;
                gone.person.query("mutation { logout { userErrors { code } } }").await;
                self.gone.extend(gone.browser);
                self.note_browsers(user);
            }
            _ if count < 3 => self.sign_in(user).await,
            _ => {}
        }
    }
}
