//! What people report: messages, posts and people, for those who run the place to look at.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::messages::MessageId;
use crate::posts::PostId;

/// What kind of thing was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ReportedKind {
    User,
    Post,
    Message,
}

/// The thing that somebody reports.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    User(AccountId),
    Post(PostId),
    Message(MessageId),
}

impl Subject {
    fn kind(self) -> ReportedKind {
        match self {
            Self::User(_) => ReportedKind::User,
            Self::Post(_) => ReportedKind::Post,
            Self::Message(_) => ReportedKind::Message,
        }
    }

    fn raw(self) -> i64 {
        match self {
            Self::User(id) => id.0,
            Self::Post(id) => id.0,
            Self::Message(id) => id.0,
        }
    }
}

/// A report as those who run the place read it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    pub reported_at: Timestamp,
    /// The name of whoever reported it.
    pub reporter: String,
    pub kind: ReportedKind,
    pub subject_id: i64,
    pub reason: String,
    /// What the thing says now, or the person's name; `None` when it is gone.
    pub text: Option<String>,
    /// The name of whoever wrote it.
    pub author: Option<String>,
}
