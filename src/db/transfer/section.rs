//! What a section of a data export is, and how it writes rows; [`SECTIONS`](super::SECTIONS) lists all.

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
    /// Invitations that the member created.
    Invitations,
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
    /// Sessions, push subscriptions and identities.
    Sessions,
    /// Times off.
    TimesOff,
    /// Topics.
    Topics,
    /// Places in waitlists.
    WaitlistEntries,
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
            Self::Invitations => say::DataInvitations.into(),
            Self::Messages => say::DataMessages.into(),
            Self::Posts => say::DataPosts.into(),
            Self::Profile => say::DataProfile.into(),
            Self::Reactions => say::DataReactions.into(),
            Self::Reports => say::DataReports.into(),
            Self::Sessions => say::DataSessions.into(),
            Self::TimesOff => say::DataTimesOff.into(),
            Self::Topics => say::DataTopics.into(),
            Self::WaitlistEntries => say::DataWaitlistEntries.into(),
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
    /// Microseconds; 0 stands for an unknown instant, and is null.
    Instant,
    /// A time of day like `22:30`, from minutes since midnight.
    LocalTime,
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

/// Which rows of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    All,
    /// Those with a value in this column.
    With(&'static str),
    /// Those without one.
    Without(&'static str),
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
    pub rows: Rows,
    pub fields: &'static [Field],
}

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
        let is_written = match self.rows {
            Rows::All => true,
            Rows::With(column) => text(column).is_some(),
            Rows::Without(column) => text(column).is_none(),
        };
        if !is_written {
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
            (Self::Instant, Ok(0)) => Value::Null,
            (Self::Instant, Ok(micros)) => write_instant(micros).into(),
            (Self::LocalTime, Ok(minutes)) => format!("{:02}:{:02}", minutes / 60, minutes % 60).into(),
            (Self::Json, _) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            _ => text.into(),
        }
    }
}
