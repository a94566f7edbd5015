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
use crate::sentences::{Sentence, Value, say};

/// Returns the name of a user for the beginning of a sentence; `None` if the reader does not see the user.
pub fn name(name: Option<&str>) -> Value {
    name.map_or_else(|| say::SomeMember.into(), Value::name)
}

pub fn booking(change: BookingChange, actor: Value) -> Sentence {
    match change {
        BookingChange::Created => say::NewsBookingCreated { actor }.into(),
        BookingChange::Rescheduled => say::NewsBookingRescheduled { actor }.into(),
        BookingChange::Cancelled => say::NewsBookingCancelled { actor }.into(),
        BookingChange::Completed => say::NewsBookingCompleted { actor }.into(),
        BookingChange::NoShow => say::NewsBookingNoShow { actor }.into(),
        BookingChange::Relocated => say::NewsBookingRelocated { actor }.into(),
        BookingChange::Requested => say::NewsBookingRequested { actor }.into(),
        BookingChange::Approved => say::NewsBookingApproved { actor }.into(),
        BookingChange::Declined => say::NewsBookingDeclined { actor }.into(),
        BookingChange::Expired => say::NewsBookingExpired.into(),
    }
}

pub fn calendar_conflict() -> Sentence {
    say::NewsCalendarConflict.into()
}

pub fn comment(actor: Value) -> Sentence {
    say::NewsComment { actor }.into()
}

/// `actor` is `None` if the server made the change, `title` if the reader does not see the group.
pub fn group(change: GroupChange, actor: Option<Value>, title: Option<&str>) -> Sentence {
    let title = title.map(Value::name);
    match (change, actor, title) {
        (GroupChange::OwnerChanged, Some(actor), Some(title)) => say::NewsGroupOwnerBy { actor, title }.into(),
        (GroupChange::OwnerChanged, Some(actor), None) => say::NewsGroupOwnerByUntitled { actor }.into(),
        (GroupChange::OwnerChanged, None, Some(title)) => say::NewsGroupOwner { title }.into(),
        (GroupChange::OwnerChanged, None, None) => say::NewsGroupOwnerUntitled.into(),
        (GroupChange::MemberAdded, Some(actor), Some(title)) => say::NewsGroupAddedBy { actor, title }.into(),
        (GroupChange::MemberAdded, Some(actor), None) => say::NewsGroupAddedByUntitled { actor }.into(),
        (GroupChange::MemberAdded, None, Some(title)) => say::NewsGroupAdded { title }.into(),
        (GroupChange::MemberAdded, None, None) => say::NewsGroupAddedUntitled.into(),
        (_, Some(actor), Some(title)) => say::NewsGroupRemovedBy { actor, title }.into(),
        (_, Some(actor), None) => say::NewsGroupRemovedByUntitled { actor }.into(),
        (_, None, Some(title)) => say::NewsGroupRemoved { title }.into(),
        (_, None, None) => say::NewsGroupRemovedUntitled.into(),
    }
}

pub fn mention(actor: Value) -> Sentence {
    say::NewsMention { actor }.into()
}

pub fn reply(actor: Value) -> Sentence {
    say::NewsReply { actor }.into()
}

/// `actor` has reacted last, and `count` users have reacted.
pub fn reaction(subject: SubjectKind, actor: Value, count: i64) -> Sentence {
    let others = Value::Number((count - 1).max(0));
    match subject {
        SubjectKind::Comment => say::NewsReactionToComment { actor, others }.into(),
        SubjectKind::Post => say::NewsReactionToPost { actor, others }.into(),
        _ => say::NewsReactionToMessage { actor, others }.into(),
    }
}

pub fn reminder(hours: Option<i64>) -> Sentence {
    say::NewsReminder { hours: Value::Number(hours.unwrap_or_default()) }.into()
}

pub fn data_export(is_ready: bool) -> Sentence {
    if is_ready { say::NewsExportReady.into() } else { say::NewsExportFailed.into() }
}

pub fn moderation(taken: &[ModerationAction]) -> Sentence {
    if taken.contains(&ModerationAction::Lock) {
        say::NewsAccountLocked.into()
    } else if taken.contains(&ModerationAction::Remove) {
        say::NewsTextRemoved.into()
    } else {
        say::NewsWarned.into()
    }
}

pub fn report(is_upheld: bool) -> Sentence {
    if is_upheld { say::NewsReportUpheld.into() } else { say::NewsReportDismissed.into() }
}

pub fn security(notice: NoticeKind) -> Sentence {
    match notice {
        NoticeKind::LoggedIn => say::NewsLoggedIn.into(),
        NoticeKind::PasswordChanged => say::NewsPasswordChanged.into(),
        NoticeKind::EmailChanged => say::NewsEmailChanged.into(),
        NoticeKind::UsernameChanged => say::NewsUsernameChanged.into(),
        NoticeKind::SessionRevoked => say::NewsSessionRevoked.into(),
        NoticeKind::TokenReused => say::NewsTokenReused.into(),
        NoticeKind::DataExportRequested => say::NewsExportRequested.into(),
        NoticeKind::IdentityChanged => say::NewsIdentityChanged.into(),
    }
}

pub fn waitlist(change: WaitlistChange) -> Sentence {
    match change {
        WaitlistChange::Offered => say::NewsSeatOffered.into(),
        WaitlistChange::Ended => say::NewsWaitlistEnded.into(),
    }
}

/// Who wrote unread messages.
#[derive(Clone, Copy, Debug)]
pub enum Writer<'a> {
    /// The other member of a direct conversation; `None` if the reader does not see the user.
    Member(Option<&'a str>),
    /// The members of the group with this title.
    Group(&'a str),
    Unknown,
}

impl<'a> Writer<'a> {
    /// Returns the writer in a conversation, given its other member if it is a direct one, and its title.
    pub fn of(other: Option<Option<&'a str>>, title: Option<&'a str>) -> Self {
        match (other, title) {
            (Some(member), _) => Self::Member(member),
            (None, Some(title)) => Self::Group(title),
            (None, None) => Self::Unknown,
        }
    }
}

/// Unread messages of one conversation.
pub fn messages(count: i64, writer: Writer<'_>) -> Sentence {
    let count = Value::Number(count);
    match writer {
        Writer::Member(author) => {
            let author = author.map_or_else(|| say::SomeMemberWithin.into(), Value::name);
            say::UnreadMessagesFrom { author, count }.into()
        }
        Writer::Group(title) => say::UnreadMessagesInGroup { count, title: Value::name(title) }.into(),
        Writer::Unknown => say::UnreadMessages { count }.into(),
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
    pub fn sentence(&self, row: &Notification) -> Option<Sentence> {
        let actor = name(row.actor_id.and_then(|actor| self.user(actor)));
        Some(match row.r#type {
            NotificationType::Booking => booking(BookingChange::from_number(row.detail?)?, actor),
            NotificationType::CalendarConflict => calendar_conflict(),
            NotificationType::Comment => comment(actor),
            NotificationType::Group => {
                let title = self.titles.get(&ConversationId(row.subject_id)).map(String::as_str);
                group(GroupChange::from_number(row.detail?)?, row.actor_id.map(|_| actor), title)
            }
            NotificationType::DataExport => data_export(row.detail == Some(1)),
            NotificationType::Mention => mention(actor),
            NotificationType::Moderation => moderation(&ModerationAction::of_sum(row.detail.unwrap_or_default())),
            NotificationType::Reaction => {
                let (latest, count) = self.reactors.get(&row.subject_id)?;
                reaction(row.subject_kind, name(self.user(*latest)), *count)
            }
            NotificationType::Reminder => reminder(row.detail),
            NotificationType::Reply => reply(actor),
            NotificationType::Report => report(row.detail == Some(1)),
            NotificationType::Security => security(NoticeKind::from_number(row.detail?)?),
            NotificationType::Waitlist => waitlist(WaitlistChange::from_number(row.detail?)?),
            NotificationType::Unknown => return None,
        })
    }
}
