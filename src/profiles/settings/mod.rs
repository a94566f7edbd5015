//! The settings of a user: who may send them messages, and who can see what.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::db::text_enum;

crate::global_ids! {
    SettingsId => "set",
}

/// The id of settings: the number of their owner's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingsId(pub i64);

/// Who may send messages to a user. Booking partners always may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
pub enum MessagePolicy {
    /// Every member.
    #[default]
    Everyone,
    /// Only booking partners: users with a common booking, until 7 days after its end.
    BookingPartners,
    /// Only booking partners, even in an existing conversation of two users.
    Nobody,
}

text_enum!(MessagePolicy { Everyone => "everyone", BookingPartners => "booking_partners", Nobody => "nobody" });

/// Who can see a field of the contact details.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
pub enum Visibility {
    /// Only the owner.
    #[default]
    OnlyMe,
    /// Booking partners: users with a common booking, until 7 days after its end.
    BookingPartners,
    /// Every member.
    Members,
}

text_enum!(Visibility { OnlyMe => "only_me", BookingPartners => "booking_partners", Members => "members" });

/// The settings of a user, or the defaults.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    pub message_policy: MessagePolicy,
    pub email_visibility: Visibility,
    pub address_visibility: Visibility,
    pub student_number_visibility: Visibility,
    pub shows_presence: bool,
    pub sends_read_receipts: bool,
    /// A name in the IANA time zone database.
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

/// Changes to settings. `None` leaves a setting unchanged.
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
