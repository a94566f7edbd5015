//! What people choose: who may write to them, who sees what of them.

pub mod graphql;
pub mod rules;
pub mod store;

/// Whom somebody lets write to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MessagePolicy {
    /// Every member.
    #[default]
    Everyone,
    /// Only those with whom there is a booking, until 7 days after it.
    BookingPartners,
    /// Nobody but booking partners, and existing conversations of two are closed too.
    Nobody,
}

/// Who sees a member of somebody's contact card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Visibility {
    /// Its owner.
    #[default]
    OnlyMe,
    /// Those with whom there is a booking, until 7 days after it.
    BookingPartners,
    /// Every member.
    Members,
}

/// What somebody chose, or the defaults.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    pub message_policy: MessagePolicy,
    pub email_visibility: Visibility,
    pub address_visibility: Visibility,
    pub student_number_visibility: Visibility,
    pub shows_presence: bool,
    pub sends_read_receipts: bool,
    /// A name of the IANA database.
    pub time_zone: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            message_policy: MessagePolicy::default(),
            email_visibility: Visibility::default(),
            address_visibility: Visibility::default(),
            student_number_visibility: Visibility::default(),
            shows_presence: true,
            sends_read_receipts: true,
            time_zone: "UTC".to_owned(),
        }
    }
}

/// What somebody chooses now; `None` leaves a setting as it is.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    pub message_policy: Option<MessagePolicy>,
    pub email_visibility: Option<Visibility>,
    pub address_visibility: Option<Visibility>,
    pub student_number_visibility: Option<Visibility>,
    pub shows_presence: Option<bool>,
    pub sends_read_receipts: Option<bool>,
    pub time_zone: Option<String>,
}
