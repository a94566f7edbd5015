//! The settings of a user: who may send them messages, and who can see what.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::db::text_enum;
use crate::notifications::preferences::PreferenceChange;

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

/// How often unread messages and notifications are summarised in a mail. There is none when nothing new is unread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
pub enum DigestFrequency {
    /// At most once a day, at 08:00 in `Settings.timeZone`.
    Daily,
    /// At most once an hour.
    #[default]
    Hourly,
    /// At most once a week, on Monday at 08:00 in `Settings.timeZone`.
    Weekly,
}

impl DigestFrequency {
    pub fn is_hourly(self) -> bool {
        self == Self::Hourly
    }
}

text_enum!(DigestFrequency { Daily => "daily", Hourly => "hourly", Weekly => "weekly" });

/// Hours of every day without push and digests, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    pub from: u16,
    /// On the next day when it is before `from`.
    pub to: u16,
}

impl QuietHours {
    /// Returns true if the hours have neither a start nor an end: midnight is also the end of the day.
    pub fn is_empty(self) -> bool {
        self.from % MINUTES_PER_DAY == self.to % MINUTES_PER_DAY
    }
}

pub const MINUTES_PER_DAY: u16 = 24 * 60;

/// The settings of a user, or the defaults.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    pub message_policy: MessagePolicy,
    pub email_visibility: Visibility,
    pub address_visibility: Visibility,
    pub student_number_visibility: Visibility,
    pub shows_presence: bool,
    pub sends_read_receipts: bool,
    /// Callers without a session can see the page of the mentor.
    pub is_mentor_page_public: bool,
    /// A name in the IANA time zone database.
    pub time_zone: String,
    pub digest_frequency: DigestFrequency,
    /// The quiet hours, in minutes since midnight.
    pub quiet_from: Option<i64>,
    pub quiet_to: Option<i64>,
}

impl Settings {
    /// Returns the hours without push and digests; `None` if there are none.
    pub fn quiet_hours(&self) -> Option<QuietHours> {
        let minutes = |stored: Option<i64>| u16::try_from(stored?).ok();
        Some(QuietHours { from: minutes(self.quiet_from)?, to: minutes(self.quiet_to)? })
    }
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
            is_mentor_page_public: false,
            time_zone: "UTC".to_owned(),
            digest_frequency: DigestFrequency::default(),
            quiet_from: None,
            quiet_to: None,
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
    pub is_mentor_page_public: Option<bool>,
    pub time_zone: Option<String>,
    pub digest_frequency: Option<DigestFrequency>,
    /// The inner `None` removes the quiet hours.
    pub quiet_hours: Option<Option<QuietHours>>,
    pub preferences: PreferenceChange,
    /// The tag of a language; the inner `None` is the default of the server.
    pub locale: Option<Option<String>>,
}
