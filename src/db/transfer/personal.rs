//! What belongs to a member: the sections of a data export, from which its published schema follows.
//!
//! A section has one object for each row of
//! its table; columns that it does not list are secrets, texts of other users, or follow from others.

use serde_json::{Map, Value};

use super::rows::{TableShape, read_text};
use crate::ids::write_global;
use crate::sentences::{Sentence, say};

/// A kind of data. New values can be added at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DataKind {
    /// Appointments.
    Appointments,
    /// Bookings in either role.
    Bookings,
    /// Comments.
    Comments,
    /// Files.
    Files,
    /// Images.
    Images,
    /// Messages of conversations and the lobby.
    Messages,
    /// Posts.
    Posts,
    /// The profile, contact details, social links and settings.
    Profile,
    /// Reactions.
    Reactions,
    /// Reports by the member and about their content.
    Reports,
    /// Sessions, and what the member did to the account.
    Sessions,
    /// Topics.
    Topics,
}

impl DataKind {
    /// Returns the name in texts.
    pub fn label(self) -> Sentence {
        match self {
            Self::Appointments => say::DataAppointments.into(),
            Self::Bookings => say::DataBookings.into(),
            Self::Comments => say::DataComments.into(),
            Self::Files => say::DataFiles.into(),
            Self::Images => say::DataImages.into(),
            Self::Messages => say::DataMessages.into(),
            Self::Posts => say::DataPosts.into(),
            Self::Profile => say::DataProfile.into(),
            Self::Reactions => say::DataReactions.into(),
            Self::Reports => say::DataReports.into(),
            Self::Sessions => say::DataSessions.into(),
            Self::Topics => say::DataTopics.into(),
        }
    }
}

/// How a column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A global id with this prefix.
    Id(&'static str),
    Text,
    Integer,
    Boolean,
    Instant,
    /// A document in JSON.
    Json,
}

/// A column of a section.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub column: &'static str,
    /// The name in the document.
    pub name: &'static str,
    pub form: Form,
    /// The value is written only where this column names the member, because it is a text of another user elsewhere.
    pub only_of: Option<&'static str>,
}

/// A part of the export: the rows of one table.
#[derive(Debug)]
pub struct Section {
    pub kind: DataKind,
    /// The name in the document.
    pub name: &'static str,
    pub table: &'static str,
    /// The columns that name the member.
    pub person: &'static [&'static str],
    /// The document has one object, or null, instead of a list.
    pub is_single: bool,
    /// Rows with a value in this column are not written.
    pub unless: Option<&'static str>,
    pub fields: &'static [Field],
}

const fn field(column: &'static str, name: &'static str, form: Form) -> Field {
    Field { column, name, form, only_of: None }
}

const fn own(column: &'static str, name: &'static str, only_of: &'static str) -> Field {
    Field { column, name, form: Form::Text, only_of: Some(only_of) }
}

const fn list(
    kind: DataKind,
    name: &'static str,
    table: &'static str,
    person: &'static [&'static str],
    fields: &'static [Field],
) -> Section {
    Section { kind, name, table, person, is_single: false, unless: None, fields }
}

const fn single(
    name: &'static str,
    table: &'static str,
    person: &'static [&'static str],
    fields: &'static [Field],
) -> Section {
    Section { kind: DataKind::Profile, name, table, person, is_single: true, unless: None, fields }
}

use Form::{Boolean, Id, Instant, Integer, Json, Text};

/// The sections, in the order of the document.
pub const SECTIONS: &[Section] = &[
    single(
        "account",
        "accounts",
        &["id"],
        &[
            field("email", "email", Text),
            field("email_confirmed_at", "emailConfirmedAt", Instant),
            field("role", "role", Text),
            field("locale", "locale", Text),
            field("created_at", "createdAt", Instant),
        ],
    ),
    single(
        "profile",
        "users",
        &["id"],
        &[
            field("id", "id", Id("usr")),
            field("username", "username", Text),
            field("first_name", "firstName", Text),
            field("last_name", "lastName", Text),
            field("field_of_study", "fieldOfStudy", Text),
            field("study_year", "year", Integer),
            field("about", "about", Text),
            field("joined_at", "joinedAt", Instant),
        ],
    ),
    list(
        DataKind::Profile,
        "skills",
        "user_skills",
        &["user_id"],
        &[field("position", "position", Integer), field("skill", "skill", Text)],
    ),
    single(
        "contactDetails",
        "contact_details",
        &["user_id"],
        &[
            field("student_number", "studentNumber", Text),
            field("occupation", "occupation", Text),
            field("home_address", "homeAddress", Text),
            field("county", "county", Text),
            field("country", "country", Text),
        ],
    ),
    single(
        "socialLinks",
        "social_links",
        &["user_id"],
        &[
            field("linkedin", "linkedin", Text),
            field("facebook", "facebook", Text),
            field("github", "github", Text),
            field("instagram", "instagram", Text),
            field("twitter", "twitter", Text),
            field("youtube", "youtube", Text),
            field("website", "website", Text),
            field("description", "description", Text),
        ],
    ),
    single(
        "settings",
        "settings",
        &["user_id"],
        &[
            field("message_policy", "messagePolicy", Text),
            field("email_visibility", "emailVisibility", Text),
            field("address_visibility", "addressVisibility", Text),
            field("student_number_visibility", "studentNumberVisibility", Text),
            field("shows_presence", "showsPresence", Boolean),
            field("sends_read_receipts", "sendsReadReceipts", Boolean),
            field("is_mentor_page_public", "isMentorPagePublic", Boolean),
            field("time_zone", "timeZone", Text),
        ],
    ),
    list(
        DataKind::Sessions,
        "sessions",
        "sessions",
        &["account_id"],
        &[
            field("id", "id", Id("ses")),
            field("device_name", "deviceName", Text),
            field("transport", "transport", Text),
            field("created_at", "createdAt", Instant),
            field("last_used_at", "lastUsedAt", Instant),
            field("expires_at", "expiresAt", Instant),
        ],
    ),
    list(
        DataKind::Sessions,
        "accountEvents",
        "audit_events",
        &["actor_id"],
        &[field("kind", "kind", Text), field("address", "address", Text), field("happened_at", "happenedAt", Instant)],
    ),
    list(
        DataKind::Posts,
        "posts",
        "posts",
        &["author_id"],
        &[
            field("id", "id", Id("pst")),
            field("text", "text", Text),
            field("published_at", "publishedAt", Instant),
            field("edited_at", "editedAt", Instant),
        ],
    ),
    list(
        DataKind::Comments,
        "comments",
        "comments",
        &["author_id"],
        &[
            field("id", "id", Id("cmt")),
            field("post_id", "postId", Id("pst")),
            field("reply_to_id", "replyToId", Id("cmt")),
            field("text", "text", Text),
            field("created_at", "createdAt", Instant),
            field("edited_at", "editedAt", Instant),
        ],
    ),
    list(
        DataKind::Reactions,
        "reactions",
        "reactions",
        &["user_id"],
        &[field("subject_id", "subjectNumber", Text), field("emoji", "emoji", Text)],
    ),
    Section {
        unless: Some("deleted_at"),
        ..list(
            DataKind::Messages,
            "messages",
            "messages",
            &["author_id"],
            &[
                field("id", "id", Id("msg")),
                field("conversation_id", "conversationId", Id("cnv")),
                field("reply_to_id", "replyToId", Id("msg")),
                field("text", "text", Text),
                field("sent_at", "sentAt", Instant),
                field("edited_at", "editedAt", Instant),
            ],
        )
    },
    list(
        DataKind::Topics,
        "topics",
        "topics",
        &["creator_id"],
        &[
            field("id", "id", Id("tpc")),
            field("title", "title", Text),
            field("description", "description", Text),
            field("is_archived", "isArchived", Boolean),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::Appointments,
        "appointments",
        "appointments",
        &["mentor_id"],
        &[
            field("id", "id", Id("apt")),
            field("topic_id", "topicId", Id("tpc")),
            field("description", "description", Text),
            field("location", "location", Text),
            field("meeting_url", "meetingUrl", Text),
            field("time_zone", "timeZone", Text),
            field("session_minutes", "sessionMinutes", Integer),
            field("seats", "seats", Integer),
            field("availability", "availability", Json),
            field("is_active", "isActive", Boolean),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::Bookings,
        "bookings",
        "bookings",
        &["mentor_id", "student_id"],
        &[
            field("id", "id", Id("bkg")),
            field("appointment_id", "appointmentId", Id("apt")),
            field("topic_id", "topicId", Id("tpc")),
            field("mentor_id", "mentorId", Id("usr")),
            field("student_id", "studentId", Id("usr")),
            field("starts_at", "startsAt", Instant),
            field("ends_at", "endsAt", Instant),
            field("time_zone", "timeZone", Text),
            field("status", "status", Text),
            own("question", "question", "student_id"),
            own("location", "location", "mentor_id"),
            own("meeting_url", "meetingUrl", "mentor_id"),
            field("booked_at", "bookedAt", Instant),
            field("cancelled_at", "cancelledAt", Instant),
            own("cancel_reason", "cancelReason", "cancelled_by"),
        ],
    ),
    list(
        DataKind::Reports,
        "reports",
        "complaints",
        &["reporter_id"],
        &[
            field("report_id", "reportId", Id("rpt")),
            field("reason", "reason", Text),
            field("made_at", "reportedAt", Instant),
        ],
    ),
    list(
        DataKind::Images,
        "images",
        "images",
        &["owner_id"],
        &[
            field("id", "id", Id("img")),
            field("media_type", "mediaType", Text),
            field("width", "width", Integer),
            field("height", "height", Integer),
            field("bytes", "bytes", Integer),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::Files,
        "files",
        "files",
        &["owner_id"],
        &[
            field("id", "id", Id("fil")),
            field("name", "name", Text),
            field("media_type", "mediaType", Text),
            field("bytes", "bytes", Integer),
            field("created_at", "createdAt", Instant),
        ],
    ),
];

impl Section {
    /// Returns the object of a row; `None` for a row that is not written. `write_instant` formats the columns with instants.
    pub fn object(
        &self,
        shape: &TableShape,
        line: &[u8],
        person: i64,
        write_instant: fn(i64) -> String,
    ) -> Option<Map<String, Value>> {
        let text = |column: &str| read_text(line, shape.position(column)?);
        if self.unless.is_some_and(|column| text(column).is_some()) {
            return None;
        }
        let is_person = |column: &str| text(column).is_some_and(|value| value == person.to_string());
        let value = |field: &Field| {
            let value = text(field.column).filter(|_| field.only_of.is_none_or(is_person));
            value.map_or(Value::Null, |value| field.form.value(value, write_instant))
        };
        Some(self.fields.iter().map(|field| (field.name.to_owned(), value(field))).collect())
    }
}

impl Form {
    fn value(self, text: String, write_instant: fn(i64) -> String) -> Value {
        match (self, text.parse::<i64>()) {
            (Self::Id(prefix), Ok(number)) => write_global(prefix, number).into(),
            (Self::Integer, Ok(number)) => number.into(),
            (Self::Boolean, Ok(number)) => (number == 1).into(),
            (Self::Instant, Ok(micros)) => write_instant(micros).into(),
            (Self::Json, _) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            (Self::Text | Self::Id(_) | Self::Integer | Self::Boolean | Self::Instant, _) => text.into(),
        }
    }
}
