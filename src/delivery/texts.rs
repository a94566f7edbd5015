//! The sentences of notifications. Names of users and titles are isolated, because they may run in the other direction.

use std::collections::HashMap;

use crate::accounts::AccountId;
use crate::accounts::notices::NoticeKind;
use crate::bookings::BookingChange;
use crate::bookings::waitlist::WaitlistChange;
use crate::conversations::groups::GroupChange;
use crate::conversations::{ConversationId, store as conversations};
use crate::db::Tx;
use crate::error::Result;
use crate::notifications::{Notification, NotificationType, SubjectKind};
use crate::profiles::store as people;
use crate::reactions::store as reactions;
use crate::reports::ModerationAction;

/// Returns the name of a user for a sentence; `None` if the reader does not see the user.
pub fn name(name: Option<&str>) -> String {
    name.map_or_else(|| "A member".to_owned(), isolated)
}

fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

pub fn booking(change: BookingChange, actor: &str) -> String {
    let done = match change {
        BookingChange::Created => "booked a session with you",
        BookingChange::Rescheduled => "moved your session",
        BookingChange::Cancelled => "cancelled your session",
        BookingChange::Completed => "completed your session",
        BookingChange::NoShow => "recorded that a participant missed your session",
        BookingChange::Relocated => "changed where your session takes place",
        BookingChange::Requested => "asks for a session with you",
        BookingChange::Approved => "approved your session",
        BookingChange::Declined => "declined your request for a session",
        BookingChange::Expired => return "A request for a session expired.".to_owned(),
    };
    format!("{actor} {done}.")
}

pub fn calendar_conflict() -> String {
    "Your calendar has another event at the time of a session.".to_owned()
}

pub fn comment(actor: &str) -> String {
    format!("{actor} commented on your post.")
}

/// `actor` is `None` if the server made the change, `title` if the reader does not see the group.
pub fn group(change: GroupChange, actor: Option<&str>, title: Option<&str>) -> String {
    let group = title.map_or_else(|| "a group".to_owned(), |title| format!("the group {}", isolated(title)));
    match (change, actor) {
        (GroupChange::OwnerChanged, Some(actor)) => format!("{actor} made you the owner of {group}."),
        (GroupChange::OwnerChanged, None) => format!("You are the owner of {group} now."),
        (GroupChange::MemberAdded, Some(actor)) => format!("{actor} added you to {group}."),
        (GroupChange::MemberAdded, None) => format!("You were added to {group}."),
        (_, Some(actor)) => format!("{actor} removed you from {group}."),
        (_, None) => format!("You were removed from {group}."),
    }
}

pub fn mention(actor: &str) -> String {
    format!("{actor} mentioned you.")
}

pub fn reply(actor: &str) -> String {
    format!("{actor} replied to you.")
}

/// `actor` has reacted last, and `count` users have reacted.
pub fn reaction(subject: SubjectKind, actor: &str, count: i64) -> String {
    let others = match count {
        ..2 => String::new(),
        2 => " and another user".to_owned(),
        count => format!(" and {} other users", count - 1),
    };
    let subject = match subject {
        SubjectKind::Comment => "comment",
        SubjectKind::Post => "post",
        _ => "message",
    };
    format!("{actor}{others} reacted to your {subject}.")
}

pub fn reminder(hours: Option<i64>) -> String {
    match hours {
        Some(1) => "Your session starts in 1 hour.".to_owned(),
        hours => format!("Your session starts in {} hours.", hours.unwrap_or_default()),
    }
}

pub fn data_export(is_ready: bool) -> String {
    let text = if is_ready { "The export of your data is ready." } else { "The export of your data has failed." };
    text.to_owned()
}

pub fn moderation(taken: &[ModerationAction]) -> String {
    let text = if taken.contains(&ModerationAction::Lock) {
        "The moderators locked your account."
    } else if taken.contains(&ModerationAction::Remove) {
        "The moderators removed a text of yours."
    } else {
        "The moderators warned you."
    };
    text.to_owned()
}

pub fn report(is_upheld: bool) -> String {
    let text = if is_upheld {
        "The moderators acted on a report of yours."
    } else {
        "The moderators reviewed a report of yours and took no action."
    };
    text.to_owned()
}

pub fn security(notice: NoticeKind) -> String {
    let text = match notice {
        NoticeKind::LoggedIn => "A new device signed in to your account.",
        NoticeKind::PasswordChanged => "Your password was changed.",
        NoticeKind::EmailChanged => "The email address of your account was changed.",
        NoticeKind::UsernameChanged => "Your username was changed.",
        NoticeKind::SessionRevoked => "A device was signed out of your account.",
        NoticeKind::TokenReused => "A device was signed out because its token was used twice.",
        NoticeKind::DataExportRequested => "An export of your data was requested.",
        NoticeKind::IdentityChanged => "An account at an identity provider was linked or unlinked.",
    };
    text.to_owned()
}

pub fn waitlist(change: WaitlistChange) -> String {
    let text = match change {
        WaitlistChange::Offered => "A seat is held for you. Book it before the offer ends.",
        WaitlistChange::Ended => "Your place in a waitlist ended.",
    };
    text.to_owned()
}

/// Unread messages of one conversation: `author` is the other member of a direct one, `title` that of a group.
pub fn messages(count: i64, author: Option<&str>, title: Option<&str>) -> String {
    let noun = if count == 1 { "message" } else { "messages" };
    match (author, title) {
        (Some(author), _) => format!("{count} unread {noun} from {}.", isolated(author)),
        (None, Some(title)) => format!("{count} unread {noun} in the group {}.", isolated(title)),
        (None, None) => format!("{count} unread {noun} in a conversation."),
    }
}

/// What the sentences of some notifications name, as their account sees it.
#[derive(Debug, Default)]
pub struct Names {
    users: HashMap<AccountId, String>,
    titles: HashMap<ConversationId, String>,
    /// Who has reacted last, and how many users, by the text.
    reactors: HashMap<i64, (AccountId, i64)>,
}

impl Names {
    /// Loads the names for these notifications of an account, and of these other users.
    pub async fn load(tx: &mut Tx, account: AccountId, rows: &[Notification], users: &[AccountId]) -> Result<Self> {
        let subjects = |wanted: NotificationType| {
            rows.iter().filter(move |row| row.r#type == wanted).map(|row| row.subject_id).collect::<Vec<i64>>()
        };
        let mut names = Self::default();
        let reacted = subjects(NotificationType::Reaction);
        if !reacted.is_empty() {
            let found = reactions::other_reactors(&mut *tx, account, &reacted).await?;
            names.reactors = found.into_iter().map(|(subject, latest, count)| (subject, (latest, count))).collect();
        }
        let groups: Vec<ConversationId> = subjects(NotificationType::Group).into_iter().map(ConversationId).collect();
        if !groups.is_empty() {
            let found = conversations::by_ids(&mut *tx, account, &groups).await?;
            names.titles = found.into_iter().filter_map(|group| Some((group.id, group.title?))).collect();
        }
        let actors = rows.iter().filter_map(|row| row.actor_id);
        let latest = names.reactors.values().map(|(user, _)| *user);
        let users: Vec<AccountId> = actors.chain(latest).chain(users.iter().copied()).collect();
        if !users.is_empty() {
            let found = people::by_ids(&mut *tx, account, &users).await?;
            names.users = found.into_iter().map(|user| (user.id, user.name())).collect();
        }
        Ok(names)
    }

    /// Returns the name of a user; `None` if the account does not see the user.
    pub fn user(&self, user: AccountId) -> Option<&str> {
        self.users.get(&user).map(String::as_str)
    }

    /// Returns the sentence of a notification; `None` for what a newer version of the program wrote.
    pub fn sentence(&self, row: &Notification) -> Option<String> {
        let actor = name(row.actor_id.and_then(|actor| self.user(actor)));
        Some(match row.r#type {
            NotificationType::Booking => booking(BookingChange::from_number(row.detail?)?, &actor),
            NotificationType::CalendarConflict => calendar_conflict(),
            NotificationType::Comment => comment(&actor),
            NotificationType::Group => {
                let title = self.titles.get(&ConversationId(row.subject_id)).map(String::as_str);
                group(GroupChange::from_number(row.detail?)?, row.actor_id.map(|_| actor.as_str()), title)
            }
            NotificationType::DataExport => data_export(row.detail == Some(1)),
            NotificationType::Mention => mention(&actor),
            NotificationType::Moderation => moderation(&ModerationAction::of_sum(row.detail.unwrap_or_default())),
            NotificationType::Reaction => {
                let (latest, count) = self.reactors.get(&row.subject_id)?;
                reaction(row.subject_kind, &name(self.user(*latest)), *count)
            }
            NotificationType::Reminder => reminder(row.detail),
            NotificationType::Reply => reply(&actor),
            NotificationType::Report => report(row.detail == Some(1)),
            NotificationType::Security => security(NoticeKind::from_number(row.detail?)?),
            NotificationType::Waitlist => waitlist(WaitlistChange::from_number(row.detail?)?),
            NotificationType::Unknown => return None,
        })
    }
}
