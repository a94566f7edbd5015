//! Notifications: what happened to an account, as rows that all of its devices share.
//!
//! Each is inserted in the transaction of its cause, by [`rules::notify`] or [`rules::notify_reaction`]. It holds ids and
//! codes; what it is about is loaded for each reader. It is the first of the slices, because all others notify.
//!
//! | type | subject | detail |
//! | --- | --- | --- |
//! | booking | the booking | the number of the change |
//! | calendar conflict | the booking | |
//! | comment, mention, reply | the text | |
//! | data export | the export | 1 if it is ready, 0 if it failed |
//! | moderation | the report, or the account | the sum of the actions |
//! | group | the conversation | the number of the change |
//! | reaction | the text with the reactions | |
//! | reminder | the booking | the hours until its start |
//! | report | the report | 1 if the moderators acted, else 0 |
//! | security | the account | the number of the notice |
//! | waitlist | the entry of the waitlist | the number of the change |

pub mod graphql;
pub mod preferences;
pub mod rules;
pub mod store;
pub mod types;

use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::ids::AccountId;

crate::global_ids! {
    NotificationId => "ntf",
}

/// The id of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct NotificationId(pub i64);

impl From<NotificationId> for i64 {
    fn from(id: NotificationId) -> Self {
        id.0
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotificationType {
    Booking,
    CalendarConflict,
    Comment,
    DataExport,
    Group,
    Mention,
    Moderation,
    Reaction,
    Reminder,
    Reply,
    Report,
    Security,
    Waitlist,
    /// A type of a newer version of this program. Its rows are not listed.
    Unknown,
}

impl NotificationType {
    const ALL: [Self; 13] = [
        Self::Booking,
        Self::CalendarConflict,
        Self::Comment,
        Self::DataExport,
        Self::Group,
        Self::Mention,
        Self::Moderation,
        Self::Reaction,
        Self::Reminder,
        Self::Reply,
        Self::Report,
        Self::Security,
        Self::Waitlist,
    ];

    /// Returns the type as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::CalendarConflict => "calendar_conflict",
            Self::Comment => "comment",
            Self::DataExport => "data_export",
            Self::Group => "group",
            Self::Mention => "mention",
            Self::Moderation => "moderation",
            Self::Reaction => "reaction",
            Self::Reminder => "reminder",
            Self::Reply => "reply",
            Self::Report => "report",
            Self::Security => "security",
            Self::Waitlist => "waitlist",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the types of these kinds. Kinds without notifications have a type that no row has.
    pub fn of_kinds(kinds: &[NotificationKind]) -> Vec<Self> {
        let of_kind = |kind: &NotificationKind| -> Vec<Self> {
            let types: Vec<Self> = Self::ALL.into_iter().filter(|one| one.kind() == *kind).collect();
            if types.is_empty() { vec![Self::Unknown] } else { types }
        };
        kinds.iter().flat_map(of_kind).collect()
    }

    /// Returns the kind by which preferences are set.
    pub fn kind(self) -> NotificationKind {
        match self {
            Self::Booking | Self::CalendarConflict | Self::Waitlist => NotificationKind::Booking,
            Self::Comment => NotificationKind::Comment,
            Self::Group => NotificationKind::Group,
            Self::Mention => NotificationKind::Mention,
            Self::Moderation | Self::Report => NotificationKind::Moderation,
            Self::Reaction => NotificationKind::Reaction,
            Self::Reminder => NotificationKind::Reminder,
            Self::Reply => NotificationKind::Reply,
            Self::DataExport | Self::Security | Self::Unknown => NotificationKind::Account,
        }
    }
}

impl From<String> for NotificationType {
    fn from(text: String) -> Self {
        Self::ALL.into_iter().find(|one| one.as_str() == text).unwrap_or(Self::Unknown)
    }
}

/// The kind of a notification. Preferences are set by kind. Clients must accept values that are added later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
pub enum NotificationKind {
    /// The security of the account, and data exports. Mail about them cannot be turned off.
    Account,
    /// Changes of bookings, offers of a waitlist, conflicts with other calendars.
    Booking,
    /// Comments on posts of the viewer.
    Comment,
    /// Groups that the viewer was added to or removed from, or became the owner of.
    Group,
    /// Mentions of the viewer.
    Mention,
    /// Messages, for push and mail only: `Viewer.notifications` has none of this kind.
    Message,
    /// Decisions of moderators on reports and on content of the viewer.
    Moderation,
    /// Reactions to texts of the viewer.
    Reaction,
    /// Bookings that start soon.
    Reminder,
    /// Replies to texts of the viewer.
    Reply,
}

impl NotificationKind {
    /// All kinds, in the order of the schema. A kind that is added comes last here: its place is stored in tokens.
    pub const ALL: [Self; 10] = [
        Self::Account,
        Self::Booking,
        Self::Comment,
        Self::Group,
        Self::Mention,
        Self::Message,
        Self::Moderation,
        Self::Reaction,
        Self::Reminder,
        Self::Reply,
    ];

    /// Returns the kind as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Booking => "booking",
            Self::Comment => "comment",
            Self::Group => "group",
            Self::Mention => "mention",
            Self::Message => "message",
            Self::Moderation => "moderation",
            Self::Reaction => "reaction",
            Self::Reminder => "reminder",
            Self::Reply => "reply",
        }
    }

    /// Returns the kinds as bits, by which tokens name them.
    pub fn bits_of(kinds: &[Self]) -> u16 {
        let bit = |kind: &Self| Self::ALL.iter().position(|one| one == kind).map_or(0, |place| 1 << place);
        kinds.iter().map(bit).fold(0, |bits, bit| bits | bit)
    }

    /// Returns the kinds that are named by these bits.
    pub fn of_bits(bits: u16) -> Vec<Self> {
        Self::ALL.into_iter().filter(|kind| Self::bits_of(&[*kind]) & bits != 0).collect()
    }

    /// Returns the kind that is stored as this text; `None` if a newer version of this program added it.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The kind of object that a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    Account,
    Booking,
    Comment,
    DataExport,
    Conversation,
    Message,
    Post,
    Report,
    WaitlistEntry,
}

text_enum!(SubjectKind {
    Account => "account",
    Booking => "booking",
    Comment => "comment",
    DataExport => "data_export",
    Conversation => "conversation",
    Message => "message",
    Post => "post",
    Report => "report",
    WaitlistEntry => "waitlist_entry",
});

/// What a notification is about: an object by its kind and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: i64,
}

impl Subject {
    pub fn new(kind: SubjectKind, id: impl Into<i64>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// A notification that is about to be inserted.
#[derive(Clone, Debug)]
pub struct NewNotification {
    pub recipient: AccountId,
    pub r#type: NotificationType,
    /// The user who caused it. Own actions cause none, and neither do those of users across a block.
    pub actor: Option<AccountId>,
    pub subject: Subject,
    pub detail: Option<i64>,
    pub device_name: Option<String>,
    /// The message of moderators to the recipient.
    pub message: Option<String>,
}

impl NewNotification {
    pub fn new(r#type: NotificationType, recipient: AccountId, subject: Subject) -> Self {
        Self { recipient, r#type, actor: None, subject, detail: None, device_name: None, message: None }
    }
}

/// A notification of an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notification {
    pub id: NotificationId,
    #[sqlx(try_from = "String")]
    pub r#type: NotificationType,
    pub actor_id: Option<AccountId>,
    pub subject_kind: SubjectKind,
    pub subject_id: i64,
    pub detail: Option<i64>,
    pub device_name: Option<String>,
    pub message: Option<String>,
    pub happened_at: Timestamp,
    pub read_at: Option<Timestamp>,
}

impl Notification {
    pub fn subject(&self) -> Subject {
        Subject { kind: self.subject_kind, id: self.subject_id }
    }
}

/// Which notifications of an account to list.
#[derive(Clone, Debug, Default)]
pub struct NotificationFilter {
    /// Read or unread ones only.
    pub is_unread: Option<bool>,
    /// The types to list; empty for all.
    pub types: Vec<NotificationType>,
}
