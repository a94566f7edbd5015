//! What is unread and visible for each member, computed from messages, markers, blocks and locks alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use studyhall::clock::Timestamp;

/// A user of the model: a number that is never used again.
pub type User = usize;

/// The end of a mute or a lock that has none.
pub const NO_END: Timestamp = Timestamp(i64::MAX);

pub struct Message {
    pub id: Value,
    /// `None` after the account was deleted.
    pub author: Option<User>,
    pub has_text: bool,
    pub has_file: bool,
    pub is_deleted: bool,
    pub sent_at: Timestamp,
}

/// What a member has of a conversation.
#[derive(Clone, Copy)]
pub struct Member {
    pub joined_at: Timestamp,
    /// Whether the conversation is in the member's list.
    pub is_shown: bool,
    /// How many messages are up to the read marker.
    pub read: usize,
    /// The position of the first message that the member can read.
    pub bound: usize,
    pub muted_until: Timestamp,
}

impl Member {
    pub fn new(joined_at: Timestamp, is_shown: bool) -> Self {
        Self { joined_at, is_shown, read: 0, bound: 0, muted_until: Timestamp(0) }
    }
}

pub struct Room {
    pub id: Value,
    /// The number in the database.
    pub raw: i64,
    pub is_group: bool,
    pub members: BTreeMap<User, Member>,
    pub messages: Vec<Message>,
    /// The owner of a managed group, and whether its history is shared.
    pub owner: Option<User>,
    pub is_history_shared: bool,
}

impl Room {
    pub fn is_shown_to(&self, user: User) -> bool {
        self.members.get(&user).is_some_and(|member| member.is_shown)
    }

    pub fn others(&self, user: User) -> Vec<User> {
        self.members.keys().copied().filter(|member| *member != user).collect()
    }
}

pub struct Model {
    pub now: Timestamp,
    pub rooms: Vec<Room>,
    pub blocks: BTreeSet<(User, User)>,
    /// The ends of the locks.
    pub locks: BTreeMap<User, Timestamp>,
}

impl Model {
    pub fn new(now: Timestamp) -> Self {
        Self { now, rooms: Vec::new(), blocks: BTreeSet::new(), locks: BTreeMap::new() }
    }

    pub fn is_hidden(&self, one: User, other: User) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    pub fn is_locked(&self, user: User) -> bool {
        self.locks.get(&user).is_some_and(|end| *end > self.now)
    }

    /// Returns true if one user can add the other one to a conversation.
    pub fn can_invite(&self, one: User, other: User) -> bool {
        !self.is_hidden(one, other) && !self.is_locked(other)
    }

    /// Returns true if one of the two sees a conversation of both.
    pub fn are_acquainted(&self, one: User, other: User) -> bool {
        let is_common = |room: &Room| room.members.contains_key(&one) && room.members.contains_key(&other);
        self.rooms.iter().any(|room| is_common(room) && (room.is_shown_to(one) || room.is_shown_to(other)))
    }

    pub fn is_visible(&self, room: &Room, user: User, at: usize) -> bool {
        let Some(member) = room.members.get(&user) else { return false };
        let is_hidden = room.messages[at].author.is_some_and(|author| self.is_hidden(user, author));
        at >= member.bound && (!room.is_group || !is_hidden)
    }

    pub fn visible<'a>(&self, room: &'a Room, user: User) -> Vec<&'a Message> {
        let visible = (0..room.messages.len()).filter(|at| self.is_visible(room, user, *at));
        visible.map(|at| &room.messages[at]).collect()
    }

    pub fn unread<'a>(&self, room: &'a Room, user: User) -> Vec<&'a Message> {
        let read = room.members.get(&user).map_or(0, |member| member.read);
        let unread = (read..room.messages.len()).filter(|at| {
            let message = &room.messages[*at];
            !message.is_deleted && message.author != Some(user) && self.is_visible(room, user, *at)
        });
        unread.map(|at| &room.messages[at]).collect()
    }

    /// Returns the number of unread messages in the user's conversations that are not muted.
    pub fn unread_sum(&self, user: User) -> usize {
        let unmuted =
            self.rooms.iter().filter(|room| room.members.get(&user).is_some_and(|mine| mine.muted_until <= self.now));
        unmuted.map(|room| self.unread(room, user).len()).sum()
    }

    /// Adds a message. Members without a block between them and its author see the conversation from now on.
    pub fn add_message(&mut self, room: usize, message: Message) {
        let author = message.author.expect("a new message has an author");
        let Room { is_group, members, .. } = &self.rooms[room];
        let sees = |user: &User| !is_group || !self.is_hidden(*user, author);
        let recipients: Vec<User> = members.keys().copied().filter(sees).collect();
        for user in recipients {
            self.rooms[room].members.entry(user).and_modify(|member| member.is_shown = true);
        }
        self.rooms[room].messages.push(message);
    }

    /// Shows the conversations in which messages have become visible.
    pub fn reveal(&mut self) {
        for at in 0..self.rooms.len() {
            let members: Vec<User> = self.rooms[at].members.keys().copied().collect();
            for user in members {
                if !self.rooms[at].is_shown_to(user) && !self.unread(&self.rooms[at], user).is_empty() {
                    self.rooms[at].members.entry(user).and_modify(|member| member.is_shown = true);
                }
            }
        }
    }

    /// Makes the longest-standing other member the owner, if possible one who is not locked.
    pub fn pass_on(&mut self, room: usize, owner: User) {
        let others = self.rooms[room].members.iter().filter(|(user, _)| **user != owner);
        let successor = others.min_by_key(|(user, member)| (self.is_locked(**user), member.joined_at, **user));
        if let Some((successor, _)) = successor {
            self.rooms[room].owner = Some(*successor);
        }
    }

    pub fn remove_member(&mut self, room: usize, user: User) {
        self.rooms[room].members.remove(&user);
        if self.rooms[room].owner == Some(user) {
            self.pass_on(room, user);
        }
    }

    /// Forgets the conversations without members.
    pub fn remove_abandoned(&mut self) {
        self.rooms.retain(|room| !room.members.is_empty());
    }

    pub fn lock(&mut self, user: User, end: Timestamp) {
        self.locks.insert(user, end);
        if end == NO_END {
            let owned: Vec<usize> = (0..self.rooms.len()).filter(|at| self.rooms[*at].owner == Some(user)).collect();
            for room in owned {
                self.pass_on(room, user);
            }
        }
    }

    pub fn delete_account(&mut self, user: User) {
        self.locks.remove(&user);
        self.blocks.retain(|(one, other)| *one != user && *other != user);
        for at in 0..self.rooms.len() {
            self.remove_member(at, user);
            for message in self.rooms[at].messages.iter_mut().filter(|message| message.author == Some(user)) {
                message.author = None;
                // Nothing is left of a message that had only files.
                message.is_deleted |= !message.has_text;
            }
        }
        self.remove_abandoned();
        self.reveal();
    }
}
