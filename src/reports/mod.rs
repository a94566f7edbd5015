//! Reports of messages, posts, comments and users, for the operator to read.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::messages::MessageId;
use crate::db::text_enum;
use crate::posts::PostId;
use crate::posts::comments::CommentId;

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
#[derive(Clone, Copy, Debug)]
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

/// A report as the operator reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    pub reported_at: Timestamp,
    /// The username of the user who reported it.
    pub reporter: String,
    pub kind: ReportedKind,
    pub subject_id: i64,
    pub reason: String,
    /// The text of the message, post or comment when it was reported, or the reported username; `None` if there was none.
    pub text: Option<String>,
    /// The username of the author when it was reported, or the reported username; `None` if the account no longer existed.
    pub author: Option<String>,
    /// Whether the message, post, comment or user still exists.
    pub is_present: bool,
}
