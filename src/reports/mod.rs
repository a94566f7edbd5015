//! Reports of messages, posts and users, for the operator to read.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::messages::MessageId;
use crate::db::text_enum;
use crate::posts::PostId;

/// The kind of the reported object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedKind {
    User,
    Post,
    Message,
}

text_enum!(ReportedKind { User => "user", Post => "post", Message => "message" });

/// The reported object.
#[derive(Clone, Copy, Debug)]
pub enum ReportSubject {
    User(AccountId),
    Post(PostId),
    Message(MessageId),
}

impl ReportSubject {
    fn kind(self) -> ReportedKind {
        match self {
            Self::User(_) => ReportedKind::User,
            Self::Post(_) => ReportedKind::Post,
            Self::Message(_) => ReportedKind::Message,
        }
    }

    fn raw_id(self) -> i64 {
        match self {
            Self::User(id) => id.0,
            Self::Post(id) => id.0,
            Self::Message(id) => id.0,
        }
    }
}

/// A report as the operator reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    pub reported_at: Timestamp,
    /// The username of the user who reported it.
    pub reporter: String,
    pub kind: ReportedKind,
    pub subject_id: i64,
    pub reason: String,
    /// The current text of the message or post, or the reported username; `None` if it no longer exists.
    pub text: Option<String>,
    /// The username of the author, or the reported username; `None` if the account no longer exists.
    pub author: Option<String>,
}
