//! Reports: the complaints of members and guests about a message, a post, a comment or a user, and what moderators
//! decide.
//!
//! An object has one open report at most. Further complaints join it, until it is resolved. The copy of the object is
//! taken at the first complaint, so that what the author changes or deletes afterwards does not matter.

pub mod graphql;
pub mod resolving;
pub mod rules;
pub mod store;

use std::time::Duration;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::messages::MessageId;
use crate::db::text_enum;
use crate::files::{FileUse, FileUseKind};
use crate::live::{EventBody, EventKind};
use crate::posts::PostId;
use crate::posts::comments::CommentId;

crate::global_ids! {
    ReportId => "rpt",
}

/// The id of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct ReportId(pub i64);

impl From<ReportId> for i64 {
    fn from(id: ReportId) -> Self {
        id.0
    }
}

impl ReportId {
    /// Returns the event of a change.
    fn changed(self) -> EventBody {
        EventBody { kind: EventKind::ReportChanged, subject: self.0, detail: None }
    }
}

/// How many complaints of a report are listed.
pub const MAX_LISTED_COMPLAINTS: usize = 20;

/// How long the copy of the object is kept after the resolution.
pub const COPY_RETENTION: Duration = Duration::from_hours(30 * 24);

/// The kind of the reported object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedKind {
    User,
    Post,
    Comment,
    Message,
}

text_enum!(ReportedKind { User => "user", Post => "post", Comment => "comment", Message => "message" });

/// The reported object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportSubject {
    User(AccountId),
    Post(PostId),
    Comment(CommentId),
    Message(MessageId),
}

impl ReportSubject {
    fn kind(self) -> ReportedKind {
        match self {
            Self::User(_) => ReportedKind::User,
            Self::Post(_) => ReportedKind::Post,
            Self::Comment(_) => ReportedKind::Comment,
            Self::Message(_) => ReportedKind::Message,
        }
    }

    fn raw_id(self) -> i64 {
        match self {
            Self::User(id) => id.0,
            Self::Post(id) => id.0,
            Self::Comment(id) => id.0,
            Self::Message(id) => id.0,
        }
    }
}

/// A report, with the copy of the object.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    pub id: ReportId,
    pub kind: ReportedKind,
    pub subject_id: i64,
    /// The author, or the reported user. The account may be deleted.
    pub user_id: Option<AccountId>,
    pub copied_username: Option<String>,
    pub copied_text: Option<String>,
    pub created_at: Timestamp,
    pub last_complaint_at: Timestamp,
    pub assignee_id: Option<AccountId>,
    pub resolved_at: Option<Timestamp>,
    pub resolver_id: Option<AccountId>,
    /// The sum of the numbers of the actions.
    pub actions: i64,
    pub message: Option<String>,
    pub note: Option<String>,
}

impl Report {
    pub fn reported(&self) -> ReportSubject {
        match self.kind {
            ReportedKind::User => ReportSubject::User(AccountId(self.subject_id)),
            ReportedKind::Post => ReportSubject::Post(PostId(self.subject_id)),
            ReportedKind::Comment => ReportSubject::Comment(CommentId(self.subject_id)),
            ReportedKind::Message => ReportSubject::Message(MessageId(self.subject_id)),
        }
    }

    pub fn current_status(&self) -> ReportStatus {
        match (self.resolved_at, self.assignee_id) {
            (Some(_), _) => ReportStatus::Resolved,
            (None, Some(_)) => ReportStatus::Assigned,
            (None, None) => ReportStatus::Open,
        }
    }

    /// Returns the username of the copy, if the copy is still kept.
    pub fn copied_username(&self, now: Timestamp) -> Option<&str> {
        let is_kept = self.resolved_at.is_none_or(|resolved_at| resolved_at.plus(COPY_RETENTION) > now);
        self.copied_username.as_deref().filter(|_| is_kept)
    }

    /// The use of the images and files of the copy.
    pub fn file_use(id: ReportId) -> FileUse {
        FileUse::new(FileUseKind::Report, id.0)
    }
}

/// The status of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ReportStatus {
    /// A moderator works on it.
    Assigned,
    /// It waits for a moderator.
    Open,
    /// It is decided.
    Resolved,
}

/// An action on a report. New values can be added at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ModerationAction {
    /// The account of the author is locked.
    Lock,
    /// The message, post or comment is deleted.
    Remove,
    /// The author is warned.
    Warn,
}

/// How many different actions there are.
pub const MAX_ACTIONS: usize = ModerationAction::ALL.len();

impl ModerationAction {
    /// In the order in which they are taken. The end of sessions comes first, because the deletion of an account begins
    /// with it too: so no two transactions wait for each other.
    const ALL: [Self; 3] = [Self::Lock, Self::Remove, Self::Warn];

    /// Returns the power of two that is stored for it.
    fn number(self) -> i64 {
        match self {
            Self::Remove => 1,
            Self::Warn => 2,
            Self::Lock => crate::accounts::staff::rules::LOCK_ACTION,
        }
    }

    /// Returns the sum that is stored for these actions.
    pub fn sum(actions: &[Self]) -> i64 {
        actions.iter().fold(0, |sum, action| sum | action.number())
    }

    /// Returns the actions of a sum.
    pub fn of_sum(sum: i64) -> Vec<Self> {
        Self::ALL.into_iter().filter(|action| sum & action.number() != 0).collect()
    }
}

/// The complaint of one member or guest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Complaint {
    pub report_id: ReportId,
    /// `None` once the account is deleted.
    pub reporter_id: Option<AccountId>,
    pub reason: String,
    pub made_at: Timestamp,
}

/// Which reports to list.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    pub assignee: Option<AccountId>,
    pub user: Option<AccountId>,
    /// Empty for all.
    pub statuses: Vec<ReportStatus>,
}

/// A complaint as the operator reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedComplaint {
    pub reported_at: Timestamp,
    /// The username of the user who complained; `None` once the account is deleted.
    pub reporter: Option<String>,
    pub kind: ReportedKind,
    pub subject_id: i64,
    pub reason: String,
    /// The text of the message, post or comment at the first complaint, or the reported username; `None` if there was none.
    pub text: Option<String>,
    /// The username of the author at the first complaint, or the reported username.
    pub author: Option<String>,
    /// Whether the message, post, comment or user still exists.
    pub is_present: bool,
}
