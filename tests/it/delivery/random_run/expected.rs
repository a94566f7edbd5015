//! What members see of the truth: which notifications are listed, pushed and mailed, and when.

use std::collections::BTreeSet;

use serde_json::Value;

use super::truth::{Change, Channels, Instant, Kind, MINUTE, Message, Note, Room, Subject, Truth, User};

impl Truth {
    /// Returns true if a member has unread messages, and one of those behind the marker, hidden or not, is new.
    fn may_have_news(&self, user: User, room: usize, is_new: impl Fn(Instant) -> bool) -> bool {
        let read = self.rooms[room].read.get(&user).copied().unwrap_or(0);
        let behind = || self.rooms[room].messages.iter().skip(read).map(move |at| (*at, &self.messages[*at]));
        let mut others = behind().filter(|(_, message)| !message.is_deleted && message.author != Some(user));
        others.clone().any(|(at, _)| self.sees(user, Subject::Message(at)))
            && others.any(|(_, one)| is_new(one.sent_at))
    }

    /// The unread messages of a member, from a position on.
    fn unread(&self, user: User, room: usize, from: usize) -> impl Iterator<Item = &Message> {
        let start = self.rooms[room].read.get(&user).copied().unwrap_or(0).max(from);
        let messages = self.rooms[room].messages.iter().skip(start).map(move |at| (*at, &self.messages[*at]));
        let unread = messages.filter(move |(at, message)| {
            !message.is_deleted
                && message.author != Some(user)
                && self.sees(user, Subject::Message(*at))
                && !self.hides(user, message.author)
        });
        unread.map(|(_, message)| message)
    }

    /// The users other than the author who react to a text as the author sees them: the latest one, and how many.
    fn reactors(&self, author: User, subject: Subject) -> (Option<User>, usize) {
        let by = self.reactions.iter().filter(|(about, user, _)| *about == subject && *user != author);
        let by: Vec<User> = by.map(|(_, user, _)| *user).filter(|user| !self.is_hidden(author, *user)).collect();
        (by.last().copied(), by.iter().collect::<BTreeSet<_>>().len())
    }

    pub fn is_listed(&self, user: User, note: &Note) -> bool {
        match note.kind {
            Kind::Reaction => self.reactors(user, note.subject).1 > 0,
            _ => !self.hides(user, note.actor),
        }
    }

    pub fn listed(&self, user: User) -> impl Iterator<Item = &Note> {
        self.accounts[&user].notes.iter().filter(move |note| self.is_listed(user, note))
    }

    /// Returns true if a notification can be pushed and mailed.
    fn is_deliverable(&self, user: User, note: &Note) -> bool {
        !note.is_read
            && self.is_listed(user, note)
            && match note.subject {
                Subject::Message(at) => {
                    self.sees(user, note.subject) && !self.rooms[self.messages[at].room].muted.contains(&user)
                }
                Subject::Room(at) => !self.rooms[at].muted.contains(&user),
                Subject::Comment(at) => !self.is_hidden(user, self.posts[self.comments[at].post].author),
                Subject::Account | Subject::Post(_) => true,
            }
    }

    fn channels(&self, user: User, kind: Kind) -> Channels {
        let default = Channels { push: kind != Kind::Reaction, mail: kind != Kind::Reaction && kind != Kind::Group };
        self.accounts[&user].channels.get(&kind).copied().unwrap_or(default)
    }

    /// The pushes that a member receives once all that happened so far was two minutes ago: kinds and tags.
    pub fn take_pushes(&mut self, user: User) -> Vec<(String, Value)> {
        let notes = self.accounts[&user]
            .notes
            .iter()
            .filter(|note| note.is_pending && self.is_deliverable(user, note) && self.channels(user, note.kind).push);
        let mut pushes: Vec<(String, Value)> = notes.map(|note| (note.kind.name(), note.id.clone())).collect();
        if self.channels(user, Kind::Message).push {
            for (room, from) in &self.accounts[&user].pending_rooms {
                let Room { members, muted, is_group, .. } = &self.rooms[*room];
                let is_hidden = !is_group && members.keys().any(|member| self.is_hidden(user, *member));
                let wants = members.contains_key(&user) && !muted.contains(&user) && !is_hidden;
                if wants && self.unread(user, *room, *from).next().is_some() {
                    pushes.push((Kind::Message.name(), self.rooms[*room].id.clone()));
                }
            }
        }
        let account = self.accounts.get_mut(&user).expect("a member");
        account.notes.iter_mut().for_each(|note| note.is_pending = false);
        account.pending_rooms.clear();
        pushes
    }

    /// The lines of the digest that a member receives now; `None` if it is not due or empty.
    pub fn take_digest(&mut self, user: User) -> Option<Vec<String>> {
        let truth: &Self = self;
        let (now, until) = (truth.now, truth.now - 15 * MINUTE);
        let account = &truth.accounts[&user];
        let since = account.covered_until.max(now - 14 * 24 * 60 * MINUTE);
        let is_new = |at: Instant| at > since && at <= until;
        let rooms = || {
            (0..truth.rooms.len()).filter(move |at| {
                truth.rooms[*at].members.contains_key(&user) && !truth.rooms[*at].muted.contains(&user)
            })
        };
        let unread = |room: usize| truth.unread(user, room, 0).filter(move |message| is_new(message.sent_at));
        let is_news = |note: &&Note| !note.is_read && note.kind != Kind::Account && is_new(note.unread_since);
        let is_due = account.is_confirmed
            && account.next_at <= now
            && (account.notes.iter().any(|note| is_news(&note))
                || rooms().any(|room| truth.may_have_news(user, room, is_new)));
        if !is_due {
            return None;
        }
        if account.sent_at + 60 * MINUTE > now {
            let account = self.accounts.get_mut(&user).expect("a member");
            account.next_at = account.sent_at + 60 * MINUTE;
            return None;
        }
        let notes = account.notes.iter().filter(is_news);
        let wanted = notes.filter(|note| truth.channels(user, note.kind).mail && truth.is_deliverable(user, note));
        let mut lines: Vec<String> = wanted.map(|note| truth.line(user, note)).collect();
        if truth.channels(user, Kind::Message).mail {
            for room in rooms() {
                let authors: Vec<Option<User>> = unread(room).map(|message| message.author).collect();
                if !authors.is_empty() {
                    lines.push(truth.line_of_messages(room, &authors));
                }
            }
        }
        let account = self.accounts.get_mut(&user).expect("a member");
        account.covered_until = account.covered_until.max(until);
        if lines.is_empty() {
            account.next_at = 0;
            return None;
        }
        (account.sent_at, account.next_at) = (now, now + 60 * MINUTE);
        lines.sort_unstable();
        Some(lines)
    }

    fn line(&self, user: User, note: &Note) -> String {
        let actor = name_of(note.actor, "A member");
        match note.kind {
            Kind::Comment => format!("Comment: {actor} commented on your post."),
            Kind::Mention => format!("Mention: {actor} mentioned you."),
            Kind::Reply => format!("Reply: {actor} replied to you."),
            Kind::Reaction => {
                let text = match note.subject {
                    Subject::Comment(_) => "comment",
                    Subject::Post(_) => "post",
                    _ => "message",
                };
                let (latest, count) = self.reactors(user, note.subject);
                let others = match count {
                    1 => String::new(),
                    2 => " and another user".to_owned(),
                    more => format!(" and {} other users", more - 1),
                };
                format!("Reaction: {}{others} reacted to your {text}.", name_of(latest, "A member"))
            }
            Kind::Group => {
                let Subject::Room(at) = note.subject else { panic!("a notification of a group") };
                let title = self.rooms[at].title.as_deref().filter(|_| self.sees(user, note.subject));
                let group = title.map_or_else(|| "a group".to_owned(), |title| format!("the group {title}"));
                match (note.change, note.actor) {
                    (Some(Change::Added), None) => format!("Group: You were added to {group}."),
                    (Some(Change::Added), _) => format!("Group: {actor} added you to {group}."),
                    (Some(Change::Removed), None) => format!("Group: You were removed from {group}."),
                    (Some(Change::Removed), _) => format!("Group: {actor} removed you from {group}."),
                    (_, Some(_)) => format!("Group: {actor} made you the owner of {group}."),
                    (_, None) => format!("Group: You are the owner of {group} now."),
                }
            }
            Kind::Account | Kind::Message => panic!("{:?} is in no digest", note.kind),
        }
    }

    fn line_of_messages(&self, room: usize, authors: &[Option<User>]) -> String {
        let plural = if authors.len() == 1 { "" } else { "s" };
        let writer = match &self.rooms[room] {
            Room { is_group: false, .. } => match authors[0] {
                Some(author) => format!("from {}", name_of(Some(author), "a member")),
                None => "in a conversation".to_owned(),
            },
            Room { title: Some(title), .. } => format!("in the group {title}"),
            Room { title: None, .. } => "in a conversation".to_owned(),
        };
        format!("Messages: {} unread message{plural} {writer}.", authors.len())
    }
}

fn name_of(user: Option<User>, unknown: &str) -> String {
    user.map_or_else(|| unknown.to_owned(), |user| format!("user{user}"))
}
