//! Unread counts are true after every sequence of changes.
//!
//! A model of messages, replies, files, members, owners, markers, blocks, locks and removals by moderators makes the same random changes as the server, and the counts are
//! compared. `STUDYHALL_TEST_STEPS` is the number of changes and `STUDYHALL_TEST_SEED` the seed: the same seed makes the
//! same changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::conversations::ConversationId;
use studyhall::conversations::reading::counts::correct_all;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;
use studyhall::node;

use crate::support::random::{Random, setting};
use crate::support::{Campus, Engine, Person};

/// How many changes the suite makes on each engine. More are made by hand.
const STEPS: usize = 600;

/// The number of users at a time. A deleted account is replaced by a new one.
const USERS: usize = 7;

/// After this many changes the answers of the API are compared too, besides the stored counts.
const API_INTERVAL: usize = 100;

/// A user of the model: a number that is never used again.
type User = usize;

struct Message {
    id: Value,
    author: Option<User>,
    has_text: bool,
    is_deleted: bool,
}

#[derive(Default)]
struct Room {
    id: Value,
    raw: i64,
    is_group: bool,
    members: BTreeSet<User>,
    messages: Vec<Message>,
    /// How many messages each member has read.
    read: HashMap<User, usize>,
    /// The members who have muted it.
    muted: BTreeSet<User>,
    /// The owner of a managed group, and whether its history is shared.
    owner: Option<User>,
    is_shared: bool,
    /// The position of the first message that a member reads who joined later.
    bounds: HashMap<User, usize>,
}

impl Room {
    /// Removes a member. The clock stands still, so all members joined at the same time: the owner's successor is the one
    /// who registered first.
    fn remove(&mut self, user: User) {
        self.members.remove(&user);
        self.read.remove(&user);
        self.muted.remove(&user);
        self.bounds.remove(&user);
        if self.owner == Some(user) {
            self.owner = self.members.first().copied();
        }
    }
}

struct Model {
    campus: Campus,
    moderator: Person,
    random: Random,
    people: BTreeMap<User, (Person, Value)>,
    next_user: User,
    rooms: Vec<Room>,
    blocks: BTreeSet<(User, User)>,
}

impl Model {
    async fn start(engine: Engine, seed: u64) -> Self {
        let campus = Campus::start_with(engine, &["--rate-limits=off", "--max-images-per-user=1000000"]).await;
        let mut model = Self {
            moderator: campus.moderator("mod").await,
            campus,
            random: Random::new(seed),
            people: BTreeMap::new(),
            next_user: 0,
            rooms: Vec::new(),
            blocks: BTreeSet::new(),
        };
        for _ in 0..USERS {
            model.register().await;
        }
        model
    }

    async fn register(&mut self) {
        let person = self.campus.member(&format!("user{}", self.next_user)).await;
        let id = person.user_id().await;
        self.people.insert(self.next_user, (person, id));
        self.next_user += 1;
    }

    fn is_hidden(&self, one: User, other: User) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    fn is_visible(&self, room: &Room, member: User, at: usize) -> bool {
        let bound = room.bounds.get(&member).copied().unwrap_or(0);
        let is_hidden = room.messages[at].author.is_some_and(|author| self.is_hidden(member, author));
        at >= bound && (!room.is_group || !is_hidden)
    }

    fn unread<'a>(&self, room: &'a Room, member: User) -> Vec<&'a Message> {
        let read = room.read.get(&member).copied().unwrap_or(0);
        let unread = (read..room.messages.len()).filter(|at| {
            let message = &room.messages[*at];
            !message.is_deleted && message.author != Some(member) && self.is_visible(room, member, *at)
        });
        unread.map(|at| &room.messages[at]).collect()
    }

    async fn step(&mut self) {
        match self.random.below(228) {
            216..219 => self.moderate().await,
            219..221 => self.lock().await,
            221.. => self.send_file().await,
            0..80 => self.send().await,
            80..130 => self.read().await,
            130..136 => self.mark_unread().await,
            136..138 => self.mute().await,
            138..150 => self.delete().await,
            150..168 => self.block().await,
            168..185 => self.unblock().await,
            185..196 => self.start_room().await,
            196..199 => self.leave().await,
            199 => self.delete_account().await,
            200..204 => self.create_group().await,
            204..211 => self.add_member().await,
            211..214 => self.remove_member().await,
            _ => self.transfer().await,
        }
    }

    fn pick_user(&mut self) -> User {
        let users: Vec<User> = self.people.keys().copied().collect();
        self.random.pick(&users).expect("there are users")
    }

    /// Picks one of the latest messages.
    fn pick_message(&mut self, room: usize, latest: usize) -> Option<usize> {
        let count = self.rooms[room].messages.len();
        (count > 0).then(|| count - 1 - self.random.below(count.min(latest)))
    }

    /// Picks a group that its owner manages, with its owner.
    fn pick_managed(&mut self) -> Option<(usize, User)> {
        let managed: Vec<(usize, User)> =
            self.rooms.iter().enumerate().filter_map(|(at, room)| Some((at, room.owner?))).collect();
        self.random.pick(&managed)
    }

    /// Picks a conversation of the user.
    fn pick_room(&mut self, user: User) -> Option<usize> {
        let rooms: Vec<usize> =
            (0..self.rooms.len()).filter(|room| self.rooms[*room].members.contains(&user)).collect();
        self.random.pick(&rooms)
    }

    async fn send(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        let others: Vec<User> = self.rooms[room].members.iter().copied().filter(|member| *member != user).collect();
        if others.is_empty() || (!self.rooms[room].is_group && self.is_hidden(user, others[0])) {
            return;
        }
        // Some mention a member or reply: that causes notifications, and counts the same.
        let mentioned = self.random.pick(&others).expect("there are others");
        let target = match self.random.below(8) {
            0 => self.pick_message(room, 6).filter(|at| self.is_visible(&self.rooms[room], user, *at)),
            _ => None,
        };
        let (person, conversation) = (&self.people[&user].0, &self.rooms[room].id);
        let id = match target {
            Some(at) => person.reply(conversation, &self.rooms[room].messages[at].id, "A reply").await,
            None => person.send_message_id(conversation, &format!("Hello @user{mentioned}")).await,
        };
        self.rooms[room].messages.push(Message { id, author: Some(user), has_text: true, is_deleted: false });
    }

    /// Sends a file without a text.
    async fn send_file(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        let others: Vec<User> = self.rooms[room].members.iter().copied().filter(|member| *member != user).collect();
        if others.is_empty() || (!self.rooms[room].is_group && self.is_hidden(user, others[0])) {
            return;
        }
        let person = &self.people[&user].0;
        let file = person.file_id("A file").await;
        let input = json!({ "conversationId": self.rooms[room].id, "fileIds": [file] });
        let sent = person.try_send(input).await.field("sendMessage")["messageEdge"]["node"]["id"].clone();
        self.rooms[room].messages.push(Message { id: sent, author: Some(user), has_text: false, is_deleted: false });
    }

    /// A member reports a message, and a moderator removes it.
    async fn moderate(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        let Some(at) = self.pick_message(room, 12).filter(|at| self.is_visible(&self.rooms[room], user, *at)) else {
            return;
        };
        let message = &self.rooms[room].messages[at];
        if message.is_deleted || message.author.is_none_or(|author| author == user) {
            return;
        }
        self.moderator.remove_reported(&self.people[&user].0, &message.id).await;
        self.rooms[room].messages[at].is_deleted = true;
    }

    /// A moderator locks a user for good, which passes the user's groups on, and unlocks them.
    async fn lock(&mut self) {
        let user = self.pick_user();
        let id = self.people[&user].1.clone();
        for mutation in [
            "mutation($id: ID!) { lockMember(input: { userId: $id, reason: \"x\" }) { userErrors { code } } }",
            "mutation($id: ID!) { unlockMember(input: { userId: $id }) { userErrors { code } } }",
        ] {
            self.moderator.execute(mutation, json!({ "id": id })).await.data();
        }
        let person = self.people[&user].0.login().await;
        self.people.insert(user, (person, id));
        for room in self.rooms.iter_mut().filter(|room| room.owner == Some(user)) {
            room.owner = room.members.iter().copied().find(|member| *member != user).or(room.owner);
        }
    }

    async fn read(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        // Mostly one of the latest messages, as people read.
        let Some(position) = self.pick_message(room, 6) else { return };
        if !self.is_visible(&self.rooms[room], user, position) {
            return;
        }
        let message = self.rooms[room].messages[position].id.clone();
        self.people[&user].0.mark_read_up_to(&self.rooms[room].id, &message).await;
        let read = self.rooms[room].read.entry(user).or_default();
        *read = (*read).max(position + 1);
    }

    /// Marks one of the latest messages as unread, by any author.
    async fn mark_unread(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        let Some(position) = self.pick_message(room, 12) else { return };
        if !self.is_visible(&self.rooms[room], user, position) {
            return;
        }
        let message = self.rooms[room].messages[position].id.clone();
        self.people[&user].0.mark_unread(&self.rooms[room].id, &message).await;
        let read = self.rooms[room].read.entry(user).or_default();
        *read = (*read).min(position);
    }

    /// Mutes a conversation, or ends the mute.
    async fn mute(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user) else { return };
        let is_muted = self.rooms[room].muted.contains(&user);
        self.people[&user].0.set_muted(&self.rooms[room].id, !is_muted).await;
        if is_muted {
            self.rooms[room].muted.remove(&user);
        } else {
            self.rooms[room].muted.insert(user);
        }
    }

    async fn delete(&mut self) {
        let user = self.pick_user();
        let own = |message: &Message| message.author == Some(user) && !message.is_deleted;
        // Also in conversations that the user has left.
        let mut messages = Vec::new();
        for (room, conversation) in self.rooms.iter().enumerate() {
            let latest = conversation.messages.len().saturating_sub(20);
            let positions = (latest..conversation.messages.len()).filter(|at| own(&conversation.messages[*at]));
            messages.extend(positions.map(|at| (room, at)));
        }
        let Some((room, at)) = self.random.pick(&messages) else { return };
        let answer = self.people[&user].0.delete_message(&self.rooms[room].messages[at].id).await;
        assert_eq!(answer.refusals("deleteMessage"), [""; 0]);
        self.rooms[room].messages[at].is_deleted = true;
    }

    async fn block(&mut self) {
        let (one, other) = (self.pick_user(), self.pick_user());
        // A user who is hidden by the other one's block can only block back an acquaintance.
        let is_acquainted = self.rooms.iter().any(|room| room.members.contains(&one) && room.members.contains(&other));
        if one != other && (is_acquainted || !self.is_hidden(one, other)) {
            self.people[&one].0.block(&self.people[&other].0).await;
            self.blocks.insert((one, other));
        }
    }

    async fn unblock(&mut self) {
        let blocks: Vec<(User, User)> = self.blocks.iter().copied().collect();
        let Some((one, other)) = self.random.pick(&blocks) else { return };
        self.people[&one].0.unblock(&self.people[&other].0).await;
        self.blocks.remove(&(one, other));
    }

    async fn start_room(&mut self) {
        let (user, size) = (self.pick_user(), 2 + self.random.below(4));
        let mut members = BTreeSet::from([user]);
        for _ in 1..size {
            members.insert(self.pick_user());
        }
        let others: Vec<User> = members.iter().copied().filter(|member| *member != user).collect();
        if others.is_empty() || others.iter().any(|other| self.is_hidden(user, *other)) {
            return;
        }
        let people: Vec<&Person> = others.iter().map(|other| &self.people[other].0).collect();
        let id = self.people[&user].0.start_conversation(&people).await;
        if self.rooms.iter().all(|room| room.id != id) {
            let first = self.people[&user].0.send_message_id(&id, "First").await;
            let raw = ConversationId::from_global(&id.as_str().expect("an id").into()).expect("an id").0;
            let messages = vec![Message { id: first, author: Some(user), has_text: true, is_deleted: false }];
            self.rooms.push(Room { id, raw, is_group: members.len() > 2, members, messages, ..Room::default() });
        }
    }

    async fn create_group(&mut self) {
        let owner = self.pick_user();
        let mut members = BTreeSet::from([owner]);
        for _ in 0..3 {
            members.insert(self.pick_user());
        }
        members.retain(|member| !self.is_hidden(owner, *member));
        let others: Vec<&Person> =
            members.iter().filter(|member| **member != owner).map(|member| &self.people[member].0).collect();
        if others.is_empty() {
            return;
        }
        let is_shared = self.random.below(2) == 0;
        let id = self.people[&owner].0.create_group("A group", &others, is_shared).await;
        let raw = ConversationId::from_global(&id.as_str().expect("an id").into()).expect("an id").0;
        self.rooms.push(Room { id, raw, is_group: true, members, owner: Some(owner), is_shared, ..Room::default() });
    }

    async fn add_member(&mut self) {
        let Some((room, owner)) = self.pick_managed() else { return };
        let user = self.pick_user();
        if self.rooms[room].members.contains(&user) || self.is_hidden(owner, user) {
            return;
        }
        let id = self.rooms[room].id.clone();
        let refused = self.people[&owner].0.add_members(&id, &[&self.people[&user].0]).await;
        assert_eq!(refused.refusals("addGroupMembers"), [""; 0]);
        let room = &mut self.rooms[room];
        let count = room.messages.len();
        room.members.insert(user);
        room.read.insert(user, count);
        room.bounds.insert(user, if room.is_shared { 0 } else { count });
    }

    async fn remove_member(&mut self) {
        let Some((room, owner)) = self.pick_managed() else { return };
        let members: Vec<User> = self.rooms[room].members.iter().copied().collect();
        let Some(user) = self.random.pick(&members) else { return };
        if user == owner || self.is_hidden(owner, user) {
            return;
        }
        let id = self.rooms[room].id.clone();
        let refused = self.people[&owner].0.remove_member(&id, &self.people[&user].0).await;
        assert_eq!(refused.refusals("removeGroupMember"), [""; 0]);
        self.rooms[room].remove(user);
    }

    async fn transfer(&mut self) {
        let Some((room, owner)) = self.pick_managed() else { return };
        let members: Vec<User> = self.rooms[room].members.iter().copied().collect();
        let Some(user) = self.random.pick(&members) else { return };
        if self.is_hidden(owner, user) {
            return;
        }
        let id = self.rooms[room].id.clone();
        let refused = self.people[&owner].0.transfer_group(&id, &self.people[&user].0).await;
        assert_eq!(refused.refusals("transferGroup"), [""; 0]);
        self.rooms[room].owner = Some(user);
    }

    async fn leave(&mut self) {
        let user = self.pick_user();
        let Some(room) = self.pick_room(user).filter(|room| self.rooms[*room].is_group) else { return };
        self.people[&user].0.leave_conversation(&self.rooms[room].id).await.data();
        self.rooms[room].remove(user);
        self.rooms.retain(|room| !room.members.is_empty());
    }

    async fn delete_account(&mut self) {
        let user = self.pick_user();
        self.people[&user].0.delete_account().await;
        self.people.remove(&user);
        self.blocks.retain(|(one, other)| *one != user && *other != user);
        for room in &mut self.rooms {
            room.remove(user);
            for message in room.messages.iter_mut().filter(|message| message.author == Some(user)) {
                message.author = None;
                // Nothing is left of a message that had only files.
                message.is_deleted |= !message.has_text;
            }
        }
        self.rooms.retain(|room| !room.members.is_empty());
        self.register().await;
    }

    /// Compares the stored counts with the model.
    async fn check(&self, step: usize) {
        let sql = "select conversation_id, members.username, unread
            from conversation_members join users as members on members.id = user_id";
        let stored: Vec<(i64, String, i64)> = self.campus.app.db.all(sql, &[]).await.expect("the counts");
        let stored: BTreeMap<(i64, String), i64> =
            stored.into_iter().map(|(room, user, count)| ((room, user), count)).collect();
        let mut expected = BTreeMap::new();
        for room in &self.rooms {
            for member in &room.members {
                let count = i64::try_from(self.unread(room, *member).len()).expect("a small number");
                expected.insert((room.raw, format!("user{member}")), count);
            }
        }
        assert_eq!(stored, expected, "after {step} changes");
    }

    /// Compares what the users see with the model.
    async fn check_api(&self) {
        let query =
            "{ viewer { unreadCount } unread: conversations(first: 100, filter: { isUnread: true }) { nodes { id } }
            conversations(first: 100) { nodes { id unreadCount isMuted firstUnread { id } owner { username } } } }";
        for (user, (person, _)) in &self.people {
            let data = person.query(query).await;
            let nodes = data["conversations"]["nodes"].as_array().expect("nodes");
            for node in nodes {
                let room = self.rooms.iter().find(|room| room.id == node["id"]).expect("a known conversation");
                let unread = self.unread(room, *user);
                assert_eq!(node["unreadCount"], unread.len());
                let first = unread.first().map_or(Value::Null, |message| message.id.clone());
                assert_eq!(node["firstUnread"]["id"], first);
                assert_eq!(node["isMuted"], room.muted.contains(user));
                let owner = room.owner.filter(|owner| !self.is_hidden(*user, *owner));
                assert_eq!(node["owner"]["username"], json!(owner.map(|owner| format!("user{owner}"))));
            }
            for node in nodes.iter().take(5) {
                self.check_messages(*user, &node["id"]).await;
            }
            if nodes.len() < 100 {
                let unmuted = nodes.iter().filter(|node| node["isMuted"] == false);
                let sum: i64 = unmuted.filter_map(|node| node["unreadCount"].as_i64()).sum();
                assert_eq!(data["viewer"]["unreadCount"], sum);
                let unread = nodes.iter().filter(|node| node["unreadCount"] != 0);
                assert_eq!(data["unread"]["nodes"], unread.map(|node| json!({ "id": node["id"] })).collect::<Value>());
            }
        }
    }

    /// Compares the messages of a conversation that a member sees with the model.
    async fn check_messages(&self, user: User, id: &Value) {
        let query = "query($id: ID!) { conversation(by: { id: $id }) {
            unread: messages(filter: { isUnread: true }, last: 100) { nodes { id } totalCount }
            read: messages(filter: { isUnread: false }) { totalCount }
            messages(last: 100) { nodes { id } totalCount }
        } }";
        let seen = self.people[&user].0.execute(query, json!({ "id": id })).await.field("conversation");
        let room = self.rooms.iter().find(|room| room.id == *id).expect("a known conversation");
        let latest = |messages: Vec<&Message>| -> Value {
            messages.iter().rev().take(100).rev().map(|message| json!({ "id": message.id })).collect()
        };
        let unread = self.unread(room, user);
        let visible: Vec<&Message> = (0..room.messages.len())
            .filter(|at| self.is_visible(room, user, *at))
            .map(|at| &room.messages[at])
            .collect();
        assert_eq!(seen["read"]["totalCount"], visible.len() - unread.len());
        assert_eq!(seen["unread"], json!({ "totalCount": unread.len(), "nodes": latest(unread) }));
        assert_eq!(seen["messages"], json!({ "totalCount": visible.len(), "nodes": latest(visible) }));
    }
}

#[rstest]
#[tokio::test]
async fn unread_counts_equal_those_of_a_model_after_every_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let steps = setting("STUDYHALL_TEST_STEPS", STEPS as u64);
    let mut model = Model::start(engine, setting("STUDYHALL_TEST_SEED", 20_261_121)).await;
    for step in 0..usize::try_from(steps).expect("a number of steps") {
        model.step().await;
        model.check(step).await;
        if step % API_INTERVAL == API_INTERVAL - 1 {
            model.check_api().await;
        }
    }
    model.check_api().await;
    assert_eq!(correct_all(&model.campus.app).await.expect("the counts are checked"), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_counts_are_true_after_changes_that_race(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for name in ["ada", "grace", "mary", "eve", "joan"] {
        people.push(campus.member(name).await);
    }
    let group = people[0].start_conversation(&people[1..].iter().collect::<Vec<_>>()).await;
    people[0].send_message(&group, "First").await;
    let changes = people.iter().enumerate().map(|(number, person)| {
        let (group, other) = (&group, &people[(number + 1) % people.len()]);
        async move {
            for round in 0..12 {
                let id = person.send_message_id(group, "Hello").await;
                match round % 4 {
                    0 => person.block(other).await,
                    1 => person.mark_read_up_to(group, &id).await,
                    2 => person.unblock(other).await,
                    _ => drop(person.delete_message(&id).await.data()),
                }
            }
        }
    });
    join_all(changes).await;
    assert_eq!(correct_all(&campus.app).await.expect("the counts are checked"), 0);
}

#[rstest]
#[tokio::test]
async fn wrong_unread_counts_are_corrected_and_reject_no_request(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let first = ada.send_message_id(&id, "1").await;
    ada.send_message(&id, "2").await;
    let spoil = "update conversation_members set unread = 0 where unread > 0";
    campus.app.db.run(spoil, &[]).await.expect("the counts are wrong");
    ada.delete_message(&first).await.data();
    // The node's own first sweep may correct it already.
    assert!([0, 1].contains(&grace.unread_count(&id).await), "a count is never negative");
    // The first of two may begin behind this conversation, where the node's own has ended.
    for _ in 0..2 {
        node::sweep(&campus.app).await.expect("the sweep runs");
    }
    assert_eq!(grace.unread_count(&id).await, 1);
    campus.app.db.run("update conversation_members set unread = 9", &[]).await.expect("the counts are wrong");
    correct_all(&campus.app).await.expect("the counts are corrected");
    assert_eq!((ada.unread_count(&id).await, grace.unread_count(&id).await), (0, 1));
}

#[rstest]
#[tokio::test]
async fn the_first_unread_message_and_the_marker_lead_to_the_unread_messages(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let read = ada.send_message_id(&id, "Read").await;
    grace.mark_read_up_to(&id, &read).await;
    let deleted = ada.send_message_id(&id, "Deleted").await;
    ada.send_message(&id, "1").await;
    grace.send_message(&id, "Mine").await;
    ada.send_message(&id, "2").await;
    ada.delete_message(&deleted).await.data();
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        unreadCount firstUnread { text } readMarkers { cursor user { username } }
    } }";
    let seen = grace.execute(query, json!({ "id": id })).await.field("conversation");
    assert_eq!((&seen["unreadCount"], &seen["firstUnread"]["text"]), (&json!(2), &json!("1")));
    let after = "query($id: ID!, $after: String) { conversation(by: { id: $id }) {
        messages(after: $after) { edges { node { text } } }
    } }";
    let cursor = &seen["readMarkers"][0]["cursor"];
    let page = grace.execute(after, json!({ "id": id, "after": cursor })).await.field("conversation");
    let texts: Vec<&Value> =
        page["messages"]["edges"].as_array().expect("edges").iter().map(|edge| &edge["node"]["text"]).collect();
    assert_eq!(texts, [&Value::Null, &json!("1"), &json!("Mine"), &json!("2")]);
    let own = ada.execute(query, json!({ "id": id })).await.field("conversation");
    assert_eq!(own["firstUnread"], json!({ "text": "Mine" }));
}
