//! What is true: the texts, blocks and memberships, and the notifications, pushes and digests that follow from them by
//! the rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::schedule::Schedule;

/// A user: a number that is never used again.
pub type User = usize;

/// An instant in microseconds.
pub type Instant = i64;

pub const MINUTE: Instant = 60_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Account,
    Room(usize),
    Message(usize),
    Post(usize),
    Comment(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Account,
    Comment,
    Group,
    Mention,
    Message,
    Moderation,
    Reaction,
    Reply,
}

/// The kinds that members have preferences for in this run.
pub const CHOSEN: [Kind; 7] =
    [Kind::Account, Kind::Comment, Kind::Group, Kind::Mention, Kind::Message, Kind::Reaction, Kind::Reply];

impl Kind {
    pub fn name(self) -> String {
        format!("{self:?}").to_uppercase()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    Removed,
    Owner,
}

/// What is to be pushed.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub caused_at: Instant,
    /// The end of the quiet hours that hold it back.
    pub held_until: Instant,
}

impl Pending {
    fn at(now: Instant) -> Self {
        Self { caused_at: now, held_until: now }
    }
}

/// A notification.
#[derive(Clone, Debug)]
pub struct Note {
    pub kind: Kind,
    pub actor: Option<User>,
    pub subject: Subject,
    pub change: Option<Change>,
    pub is_read: bool,
    pub unread_since: Instant,
    pub pending: Option<Pending>,
    /// Its global id, once it was compared.
    pub id: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels {
    pub push: bool,
    pub mail: bool,
}

/// What belongs to one member.
#[derive(Debug, Default)]
pub struct Account {
    /// Mail can be sent.
    pub is_confirmed: bool,
    /// Those that the member has changed.
    pub channels: BTreeMap<Kind, Channels>,
    pub schedule: Schedule,
    /// Pushes are planned for those with a subscription.
    pub has_browser: bool,
    /// Newest first.
    pub notes: VecDeque<Note>,
    /// The conversations to push.
    pub pending_rooms: BTreeMap<usize, Pending>,
    /// The digests: what they have covered, the last one, and when to look again.
    pub covered_until: Instant,
    pub sent_at: Instant,
    pub next_at: Instant,
}

pub struct Message {
    pub id: Value,
    pub room: usize,
    pub position: usize,
    pub author: Option<User>,
    pub is_deleted: bool,
    pub sent_at: Instant,
    mentioned: BTreeSet<User>,
}

#[derive(Default)]
pub struct Room {
    pub id: Value,
    pub is_group: bool,
    /// The lobby: its members are the users who are in it.
    pub is_lobby: bool,
    pub title: Option<String>,
    pub owner: Option<User>,
    pub is_shared: bool,
    /// The members, and when they joined.
    pub members: BTreeMap<User, Instant>,
    pub messages: Vec<usize>,
    /// How many messages each member has read.
    pub read: BTreeMap<User, usize>,
    /// Who has muted it, and until when; `None` is without an end.
    pub muted: BTreeMap<User, Option<Instant>>,
    /// The position of the first message that a member reads who joined later.
    pub bounds: BTreeMap<User, usize>,
}

pub struct Post {
    pub id: Value,
    pub author: User,
    pub is_deleted: bool,
    mentioned: BTreeSet<User>,
}

pub struct Comment {
    pub id: Value,
    pub post: usize,
    pub author: User,
    pub is_deleted: bool,
    mentioned: BTreeSet<User>,
}

/// A file of a message or a post.
pub struct SharedFile {
    pub id: Value,
    pub owner: User,
    pub used_by: Subject,
}

#[derive(Default)]
pub struct Truth {
    pub now: Instant,
    pub accounts: BTreeMap<User, Account>,
    pub rooms: Vec<Room>,
    pub messages: Vec<Message>,
    pub posts: Vec<Post>,
    pub comments: Vec<Comment>,
    pub files: Vec<SharedFile>,
    pub blocks: BTreeSet<(User, User)>,
    /// The earliest first.
    pub reactions: Vec<(Subject, User, &'static str)>,
}

impl Truth {
    pub fn is_hidden(&self, one: User, other: User) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    pub fn hides(&self, viewer: User, other: Option<User>) -> bool {
        other.is_some_and(|other| self.is_hidden(viewer, other))
    }

    pub fn author(&self, subject: Subject) -> Option<User> {
        match subject {
            Subject::Account | Subject::Room(_) => None,
            Subject::Message(at) => self.messages[at].author,
            Subject::Post(at) => Some(self.posts[at].author),
            Subject::Comment(at) => Some(self.comments[at].author),
        }
    }

    pub fn id(&self, subject: Subject) -> &Value {
        match subject {
            Subject::Account => &Value::Null,
            Subject::Room(at) => &self.rooms[at].id,
            Subject::Message(at) => &self.messages[at].id,
            Subject::Post(at) => &self.posts[at].id,
            Subject::Comment(at) => &self.comments[at].id,
        }
    }

    pub fn sees(&self, viewer: User, subject: Subject) -> bool {
        match subject {
            Subject::Account => true,
            Subject::Room(at) => self.rooms[at].members.contains_key(&viewer),
            Subject::Message(at) => {
                let message = &self.messages[at];
                let room = &self.rooms[message.room];
                let bound = room.bounds.get(&viewer).copied().unwrap_or(0);
                (room.is_lobby || room.members.contains_key(&viewer))
                    && message.position >= bound
                    && !((room.is_group || room.is_lobby) && self.hides(viewer, message.author))
            }
            Subject::Post(at) => !self.posts[at].is_deleted && !self.is_hidden(viewer, self.posts[at].author),
            Subject::Comment(at) => {
                let comment = &self.comments[at];
                !comment.is_deleted
                    && self.sees(viewer, Subject::Post(comment.post))
                    && !self.is_hidden(viewer, comment.author)
            }
        }
    }

    /// Returns true if a member can write in a conversation.
    pub fn can_write(&self, user: User, room: usize) -> bool {
        let room = &self.rooms[room];
        let mut others = room.members.keys().filter(|member| **member != user);
        let can_reach = |other: &User| room.is_group || !self.is_hidden(user, *other);
        room.is_lobby || (room.members.contains_key(&user) && others.next().is_some_and(can_reach))
    }

    pub fn is_muted(&self, user: User, room: usize) -> bool {
        self.rooms[room].muted.get(&user).is_some_and(|end| end.is_none_or(|end| end > self.now))
    }

    /// Returns true if a member who has not uploaded a file can download it.
    pub fn sees_file(&self, viewer: User, file: &SharedFile) -> bool {
        let is_there = match file.used_by {
            Subject::Message(at) => !self.messages[at].is_deleted,
            _ => true,
        };
        is_there && self.accounts.contains_key(&file.owner) && self.sees(viewer, file.used_by)
    }

    pub fn notify(
        &mut self,
        recipient: User,
        kind: Kind,
        actor: Option<User>,
        subject: Subject,
        change: Option<Change>,
    ) {
        if Some(recipient) == actor || self.hides(recipient, actor) {
            return;
        }
        let now = self.now;
        let Some(account) = self.accounts.get_mut(&recipient) else { return };
        let is_text = |kind| matches!(kind, Kind::Comment | Kind::Mention | Kind::Reply);
        if is_text(kind) && account.notes.iter().any(|note| is_text(note.kind) && note.subject == subject) {
            return;
        }
        let pending = account.has_browser.then(|| Pending::at(now));
        let note = Note { kind, actor, subject, change, is_read: false, unread_since: now, pending, id: Value::Null };
        account.notes.push_front(note);
    }

    pub fn sign_in(&mut self, user: User) {
        self.notify(user, Kind::Account, None, Subject::Account, None);
    }

    fn mentionable(&self, author: User, named: &[User], is_candidate: impl Fn(User) -> bool) -> BTreeSet<User> {
        let named = named.iter().copied();
        named.filter(|user| *user != author && !self.is_hidden(author, *user) && is_candidate(*user)).collect()
    }

    pub fn send(&mut self, author: User, room: usize, id: Value, reply_to: Option<usize>, named: &[User]) {
        let mentioned = self.mentionable(author, named, |user| self.rooms[room].members.contains_key(&user));
        let (at, position) = (self.messages.len(), self.rooms[room].messages.len());
        self.rooms[room].messages.push(at);
        let (sent_at, audience) = (self.now, mentioned.clone());
        let message = Message { id, room, position, author: Some(author), is_deleted: false, sent_at, mentioned };
        self.messages.push(message);
        let is_quiet = |member: User| member == author || self.rooms[room].is_lobby || self.is_muted(member, room);
        let pushed: Vec<User> = self.rooms[room].members.keys().copied().filter(|one| !is_quiet(*one)).collect();
        for member in pushed {
            if let Some(account) = self.accounts.get_mut(&member).filter(|account| account.has_browser) {
                account.pending_rooms.entry(room).or_insert(Pending::at(sent_at));
            }
        }
        if self.is_direct(room) {
            return;
        }
        let replied = reply_to.and_then(|replied| self.messages[replied].author);
        let Room { members, is_lobby, .. } = &self.rooms[room];
        if let Some(replied) = replied.filter(|replied| *is_lobby || members.contains_key(replied)) {
            self.notify(replied, Kind::Reply, Some(author), Subject::Message(at), None);
        }
        self.mention(author, Subject::Message(at), audience);
    }

    fn is_direct(&self, room: usize) -> bool {
        !self.rooms[room].is_group && !self.rooms[room].is_lobby
    }

    fn mention(&mut self, author: User, subject: Subject, audience: impl IntoIterator<Item = User>) {
        for user in audience {
            self.notify(user, Kind::Mention, Some(author), subject, None);
        }
    }

    /// An edited text mentions these users now.
    pub fn edit(&mut self, author: User, subject: Subject, named: &[User]) {
        let mentioned = match subject {
            Subject::Message(at) => {
                let members = &self.rooms[self.messages[at].room].members;
                self.mentionable(author, named, |user| members.contains_key(&user))
            }
            Subject::Post(_) => self.mentionable(author, named, |_| true),
            Subject::Comment(at) => self.mentioned_below(author, self.comments[at].post, named),
            Subject::Account | Subject::Room(_) => return,
        };
        let stored = match subject {
            Subject::Message(at) => &mut self.messages[at].mentioned,
            Subject::Post(at) => &mut self.posts[at].mentioned,
            Subject::Comment(at) => &mut self.comments[at].mentioned,
            Subject::Account | Subject::Room(_) => return,
        };
        let before = std::mem::replace(stored, mentioned.clone());
        if matches!(subject, Subject::Message(at) if self.is_direct(self.messages[at].room)) {
            return;
        }
        for user in before.difference(&mentioned) {
            let account = self.accounts.get_mut(user).into_iter();
            account.for_each(|account| {
                account.notes.retain(|note| note.is_read || note.kind != Kind::Mention || note.subject != subject);
            });
        }
        self.mention(author, subject, mentioned.difference(&before).copied().collect::<Vec<_>>());
    }

    pub fn publish(&mut self, author: User, id: Value, named: &[User]) {
        let mentioned = self.mentionable(author, named, |_| true);
        let subject = Subject::Post(self.posts.len());
        self.posts.push(Post { id, author, is_deleted: false, mentioned: mentioned.clone() });
        self.mention(author, subject, mentioned);
    }

    fn mentioned_below(&self, author: User, post: usize, named: &[User]) -> BTreeSet<User> {
        let post_author = self.posts[post].author;
        self.mentionable(author, named, |user| !self.is_hidden(user, post_author))
    }

    pub fn comment(&mut self, author: User, post: usize, id: Value, reply_to: Option<usize>, named: &[User]) {
        let post_author = self.posts[post].author;
        let mentioned = self.mentioned_below(author, post, named);
        let subject = Subject::Comment(self.comments.len());
        self.comments.push(Comment { id, post, author, is_deleted: false, mentioned: mentioned.clone() });
        let replied = reply_to.map(|replied| self.comments[replied].author);
        if let Some(replied) = replied.filter(|replied| !self.is_hidden(*replied, post_author)) {
            self.notify(replied, Kind::Reply, Some(author), subject, None);
        }
        self.mention(author, subject, mentioned);
        self.notify(post_author, Kind::Comment, Some(author), subject, None);
    }

    pub fn react(&mut self, user: User, subject: Subject, emoji: &'static str) {
        if self.reactions.contains(&(subject, user, emoji)) {
            return;
        }
        self.reactions.push((subject, user, emoji));
        let Some(author) = self.author(subject).filter(|author| *author != user) else { return };
        if !self.sees(author, subject) || self.is_hidden(author, user) {
            return;
        }
        let now = self.now;
        let Some(account) = self.accounts.get_mut(&author) else { return };
        let is_it = |note: &Note| note.kind == Kind::Reaction && note.subject == subject;
        match account.notes.iter().position(is_it).and_then(|at| account.notes.remove(at)) {
            None => self.notify(author, Kind::Reaction, Some(user), subject, None),
            Some(mut note) => {
                note.actor = Some(user);
                if note.is_read && now - note.unread_since >= 60 * MINUTE {
                    (note.is_read, note.unread_since) = (false, now);
                }
                if note.unread_since == now && account.has_browser {
                    note.pending.get_or_insert(Pending::at(now));
                }
                account.notes.push_front(note);
            }
        }
    }

    pub fn unreact(&mut self, user: User, subject: Subject, emoji: &'static str) {
        self.reactions.retain(|one| *one != (subject, user, emoji));
        self.forget_reactions(&[subject]);
    }

    /// Deletes the notifications of reactions to texts to which no other user reacts.
    fn forget_reactions(&mut self, subjects: &[Subject]) {
        let reactions = &self.reactions;
        for (recipient, account) in &mut self.accounts {
            account.notes.retain(|note| {
                note.kind != Kind::Reaction
                    || !subjects.contains(&note.subject)
                    || reactions.iter().any(|(subject, user, _)| *subject == note.subject && user != recipient)
            });
        }
    }

    /// Content is deleted, and all that is about it.
    pub fn delete(&mut self, subject: Subject) {
        match subject {
            Subject::Message(at) => self.messages[at].is_deleted = true,
            Subject::Comment(at) => self.comments[at].is_deleted = true,
            Subject::Post(at) => {
                self.posts[at].is_deleted = true;
                let below = (0..self.comments.len()).filter(|comment| self.comments[*comment].post == at);
                below.collect::<Vec<_>>().into_iter().for_each(|comment| self.delete(Subject::Comment(comment)));
            }
            Subject::Account | Subject::Room(_) => {}
        }
        self.reactions.retain(|(about, ..)| *about != subject);
        self.accounts.values_mut().for_each(|account| account.notes.retain(|note| note.subject != subject));
    }

    /// A member reads a conversation up to a position.
    pub fn read(&mut self, user: User, room: usize, position: usize) {
        let read = self.rooms[room].read.entry(user).or_default();
        *read = (*read).max(position + 1);
        let messages = &self.messages;
        let is_read = |note: &Note| match note.subject {
            Subject::Message(at) => {
                matches!(note.kind, Kind::Mention | Kind::Reply)
                    && messages[at].room == room
                    && messages[at].position <= position
            }
            _ => false,
        };
        let account = self.accounts.get_mut(&user).expect("a member");
        account.notes.iter_mut().filter(|note| is_read(note)).for_each(|note| note.is_read = true);
    }

    pub fn mark_unread(&mut self, user: User, room: usize, position: usize) {
        let read = self.rooms[room].read.entry(user).or_default();
        *read = (*read).min(position);
    }

    pub fn create_group(&mut self, owner: User, id: Value, title: &str, others: &[User], is_shared: bool) {
        let members = others.iter().chain([&owner]).map(|member| (*member, self.now)).collect();
        let title = Some(title.to_owned());
        let room = Room { id, is_group: true, title, owner: Some(owner), is_shared, members, ..Room::default() };
        let subject = Subject::Room(self.rooms.len());
        self.rooms.push(room);
        for member in others {
            self.notify(*member, Kind::Group, Some(owner), subject, Some(Change::Added));
        }
    }

    pub fn add_member(&mut self, owner: User, room: usize, user: User) {
        let now = self.now;
        let joined = &mut self.rooms[room];
        let count = joined.messages.len();
        joined.members.insert(user, now);
        joined.read.insert(user, count);
        joined.bounds.insert(user, if joined.is_shared { 0 } else { count });
        self.notify(user, Kind::Group, Some(owner), Subject::Room(room), Some(Change::Added));
    }

    pub fn remove_member(&mut self, owner: User, room: usize, user: User) {
        self.leave_silently(room, user);
        self.notify(user, Kind::Group, Some(owner), Subject::Room(room), Some(Change::Removed));
    }

    pub fn transfer(&mut self, owner: User, room: usize, user: User) {
        self.rooms[room].owner = Some(user);
        self.notify(user, Kind::Group, Some(owner), Subject::Room(room), Some(Change::Owner));
    }

    pub fn leave(&mut self, room: usize, user: User) {
        let was_owner = self.rooms[room].owner == Some(user);
        self.leave_silently(room, user);
        if self.rooms[room].members.is_empty() {
            self.delete(Subject::Room(room));
        } else if was_owner {
            self.pass_on(room, user);
        }
    }

    /// The member who has been in a group for the longest time becomes its owner.
    pub fn pass_on(&mut self, room: usize, from: User) {
        let others = self.rooms[room].members.iter().filter(|(member, _)| **member != from);
        let successor = others.min_by_key(|(member, joined)| (**joined, **member)).map(|(member, _)| *member);
        self.rooms[room].owner = successor;
        if let Some(user) = successor {
            self.notify(user, Kind::Group, None, Subject::Room(room), Some(Change::Owner));
        }
    }

    fn leave_silently(&mut self, room: usize, user: User) {
        let room = &mut self.rooms[room];
        room.members.remove(&user);
        room.read.remove(&user);
        room.muted.remove(&user);
        room.bounds.remove(&user);
    }

    pub fn delete_account(&mut self, user: User) {
        let own = |author: User| author == user;
        let posts = (0..self.posts.len()).filter(|at| own(self.posts[*at].author)).map(Subject::Post);
        let comments = (0..self.comments.len()).filter(|at| own(self.comments[*at].author)).map(Subject::Comment);
        let texts: Vec<Subject> = posts.chain(comments).collect();
        for text in texts {
            self.delete(text);
        }
        let rooms: Vec<usize> =
            (0..self.rooms.len()).filter(|room| self.rooms[*room].members.contains_key(&user)).collect();
        for room in rooms {
            self.leave(room, user);
        }
        let (gone, left): (Vec<_>, Vec<_>) = self.reactions.drain(..).partition(|(_, by, _)| *by == user);
        self.reactions = left;
        self.forget_reactions(&gone.into_iter().map(|(subject, ..)| subject).collect::<Vec<_>>());
        self.accounts.remove(&user);
        self.blocks.retain(|(one, other)| !own(*one) && !own(*other));
        self.forget_author(user);
    }

    /// A user is gone whose messages stay.
    pub fn forget_author(&mut self, user: User) {
        let notes = self.accounts.values_mut().flat_map(|account| account.notes.iter_mut());
        notes.filter(|note| note.actor == Some(user)).for_each(|note| note.actor = None);
        self.messages.iter_mut().filter(|one| one.author == Some(user)).for_each(|one| one.author = None);
    }
}
