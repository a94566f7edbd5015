//! What members see of the truth: which notifications are listed, pushed and mailed, and when.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schedule::Plan;
use super::truth::{Change, Channels, Instant, Kind, MINUTE, Message, Note, Pending, Room, Subject, Truth, User};

/// What is to become of a push.
enum Decision {
    Wait,
    Drop,
    Hold(Instant),
    Send,
}

impl Decision {
    /// What is left to be pushed.
    fn left(self, pending: Pending) -> Option<Pending> {
        match self {
            Self::Wait => Some(pending),
            Self::Hold(held_until) => Some(Pending { held_until, ..pending }),
            Self::Drop | Self::Send => None,
        }
    }
}

impl Truth {
    /// Returns true if a member has unread messages, and one of those behind the marker, hidden or not, is new.
    fn may_have_news(&self, user: User, room: usize, is_new: impl Fn(Instant) -> bool) -> bool {
        let read = self.rooms[room].read.get(&user).copied().unwrap_or(0);
        let behind = || self.rooms[room].messages.iter().skip(read).map(move |at| (*at, &self.messages[*at]));
        let mut others = behind().filter(|(_, message)| !message.is_deleted && message.author != Some(user));
        others.clone().any(|(at, _)| self.sees(user, Subject::Message(at)))
            && others.any(|(_, one)| is_new(one.sent_at))
    }

    /// The unread messages of a member.
    fn unread(&self, user: User, room: usize) -> impl Iterator<Item = &Message> {
        let start = self.rooms[room].read.get(&user).copied().unwrap_or(0);
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
                Subject::Message(at) => self.sees(user, note.subject) && !self.is_muted(user, self.messages[at].room),
                Subject::Room(at) => !self.is_muted(user, at),
                Subject::Comment(at) => !self.is_hidden(user, self.posts[self.comments[at].post].author),
                Subject::Account | Subject::Post(_) => true,
            }
    }

    pub fn channels(&self, user: User, kind: Kind) -> Channels {
        let default = Channels { push: kind != Kind::Reaction, mail: kind != Kind::Reaction && kind != Kind::Group };
        self.accounts[&user].channels.get(&kind).copied().unwrap_or(default)
    }

    fn decide(&self, user: User, kind: Kind, pending: Pending, is_wanted: bool) -> Decision {
        let is_about_account = kind == Kind::Account;
        // A connected device is pushed to after two minutes.
        let due_at = pending.held_until.max(pending.caused_at + if is_about_account { 0 } else { 2 * MINUTE });
        if due_at > self.now {
            Decision::Wait
        } else if !is_wanted || !self.channels(user, kind).push {
            Decision::Drop
        } else if is_about_account {
            Decision::Send
        } else {
            self.accounts[&user].schedule.quiet_until(self.now).map_or(Decision::Send, Decision::Hold)
        }
    }

    /// Returns true if a conversation has unread messages for a member, one of them since an instant.
    fn is_worth_a_push(&self, user: User, room: usize, since: Instant) -> bool {
        let Room { members, is_group, .. } = &self.rooms[room];
        let is_hidden = !is_group && members.keys().any(|member| self.is_hidden(user, *member));
        members.contains_key(&user)
            && !self.is_muted(user, room)
            && !is_hidden
            && self.unread(user, room).any(|message| message.sent_at >= since)
    }

    /// The pushes that a member receives now: kinds and tags.
    pub fn take_pushes(&mut self, user: User) -> Vec<(String, Value)> {
        let account = &self.accounts[&user];
        let of_notes = account.notes.iter().enumerate().filter_map(|(at, note)| Some((at, note, note.pending?)));
        let of_notes: Vec<(usize, Decision)> = of_notes
            .map(|(at, note, pending)| (at, self.decide(user, note.kind, pending, self.is_deliverable(user, note))))
            .collect();
        let of_rooms: Vec<(usize, Decision)> = (account.pending_rooms.iter())
            .map(|(room, pending)| {
                let is_wanted = self.is_worth_a_push(user, *room, pending.caused_at);
                (*room, self.decide(user, Kind::Message, *pending, is_wanted))
            })
            .collect();
        let account = self.accounts.get_mut(&user).expect("a member");
        let mut pushes = Vec::new();
        for (at, decision) in of_notes {
            let note = &mut account.notes[at];
            if matches!(decision, Decision::Send) {
                pushes.push((note.kind.name(), note.id.clone()));
            }
            note.pending = note.pending.and_then(|pending| decision.left(pending));
        }
        for (room, decision) in of_rooms {
            if matches!(decision, Decision::Send) {
                pushes.push((Kind::Message.name(), self.rooms[room].id.clone()));
            }
            let left = account.pending_rooms.remove(&room).and_then(|pending| decision.left(pending));
            account.pending_rooms.extend(left.map(|pending| (room, pending)));
        }
        pushes
    }

    /// The lines of the digest that a member receives now; `None` if it is not due or empty.
    pub fn take_digest(&mut self, user: User) -> Option<Vec<String>> {
        let truth: &Self = self;
        let now = truth.now;
        let account = &truth.accounts[&user];
        let since = account.covered_until.max(now - 14 * 24 * 60 * MINUTE);
        let rooms = || {
            (0..truth.rooms.len()).filter(move |at| {
                let room = &truth.rooms[*at];
                !room.is_lobby && room.members.contains_key(&user) && !truth.is_muted(user, *at)
            })
        };
        let is_news = |note: &Note, until: Instant| {
            !note.is_read && note.kind != Kind::Account && note.unread_since > since && note.unread_since <= until
        };
        let latest = now - 15 * MINUTE;
        let is_due = account.is_confirmed
            && account.next_at <= now
            && (account.notes.iter().any(|note| is_news(note, latest))
                || rooms().any(|room| truth.may_have_news(user, room, |at| at > since && at <= latest)));
        if !is_due {
            return None;
        }
        let (until, next_at) = match account.schedule.plan(account.sent_at, now) {
            Plan::Now { until, next_at } => (until, next_at),
            Plan::Later(next_at) => {
                self.accounts.get_mut(&user).expect("a member").next_at = next_at;
                return None;
            }
        };
        let unread = |room: usize| {
            truth.unread(user, room).filter(move |message| message.sent_at > since && message.sent_at <= until)
        };
        // Mail about decisions of moderators was sent at once.
        let notes = account.notes.iter().filter(|note| note.kind != Kind::Moderation && is_news(note, until));
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
            // An hourly digest is looked for again as soon as there is something new.
            account.next_at = if account.schedule.is_hourly() { 0 } else { next_at };
            return None;
        }
        (account.sent_at, account.next_at) = (now, next_at);
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
            Kind::Account | Kind::Message | Kind::Moderation => panic!("{:?} is in no digest", note.kind),
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
