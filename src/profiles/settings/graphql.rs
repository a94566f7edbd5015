//! GraphQL for settings.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{DigestFrequency, MessagePolicy, QuietHours, Settings, SettingsChange, SettingsId, Visibility, rules};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::{AccountId, Viewer};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::{LocalTime, LocaleTag, TimeZone};
use crate::graphql::{ContextExt, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::locale::Locale;
use crate::notifications::NotificationKind;
use crate::notifications::preferences::{Channel, Channels, Preference, PreferenceChange, rules as preferences};

/// The settings of the viewer, who is their owner.
#[derive(Debug)]
pub struct SettingsObject {
    owner: AccountId,
    locale: Locale,
    settings: Settings,
}

impl SettingsObject {
    pub async fn load(context: &Context<'_>, viewer: Viewer) -> Result<Self> {
        let app = context.app();
        let locale = viewer.locale.unwrap_or(app.config.locale);
        Ok(Self { owner: viewer.account, locale, settings: rules::settings(app, viewer).await? })
    }
}

/// The settings of the viewer.
#[Object(name = "Settings")]
impl SettingsObject {
    /// The global id. `node` finds it for the viewer only.
    pub async fn id(&self) -> ID {
        SettingsId(self.owner.0).to_global()
    }

    /// Who may send messages to the viewer.
    fn message_policy(&self) -> MessagePolicy {
        self.settings.message_policy
    }

    /// Who can see the email address.
    fn email_visibility(&self) -> Visibility {
        self.settings.email_visibility
    }

    /// Who can see the home address.
    fn address_visibility(&self) -> Visibility {
        self.settings.address_visibility
    }

    /// Who can see the student number.
    fn student_number_visibility(&self) -> Visibility {
        self.settings.student_number_visibility
    }

    /// Whether other users can see if the viewer is online.
    fn shows_presence(&self) -> bool {
        self.settings.shows_presence
    }

    /// Whether the other members of a conversation can see how far the viewer has read.
    fn sends_read_receipts(&self) -> bool {
        self.settings.sends_read_receipts
    }

    /// Whether callers who are not signed in can see the viewer as a mentor: `Query.publicMentor` with name, avatar, text,
    /// topics and free times.
    fn is_mentor_page_public(&self) -> bool {
        self.settings.is_mentor_page_public
    }

    /// The viewer's time zone. Emails to the viewer show times in it, and clients can preselect it for new
    /// appointments.
    fn time_zone(&self) -> TimeZone {
        TimeZone(self.settings.time_zone.clone())
    }

    /// The language of emails, pushes, calendars and error messages.
    fn locale(&self) -> LocaleTag {
        self.locale.into()
    }

    /// How often unread messages and notifications are summarised in a mail.
    fn digest_frequency(&self) -> DigestFrequency {
        self.settings.digest_frequency
    }

    /// The channels of every kind of notification, each kind once.
    async fn notification_preferences(&self, context: &Context<'_>) -> Result<Vec<NotificationPreference>, EdgeError> {
        let preferences = preferences::preferences(&context.app().db, self.owner).await?;
        Ok(preferences.all().into_iter().map(NotificationPreference::from).collect())
    }

    /// Hours without push and digests; null when there are none.
    fn quiet_hours(&self) -> Option<QuietHoursObject> {
        self.settings.quiet_hours().map(Into::into)
    }
}

/// The channels of a kind of notification.
#[derive(SimpleObject)]
struct NotificationPreference {
    /// The channels; none: `Viewer.notifications` only.
    channels: Vec<Channel>,
    /// The kind.
    kind: NotificationKind,
}

impl From<Preference> for NotificationPreference {
    fn from(preference: Preference) -> Self {
        Self { channels: preference.channels.to_list(), kind: preference.kind }
    }
}

/// The channels of a kind of notification.
#[derive(InputObject)]
struct NotificationPreferenceInput {
    /// The channels; none: `Viewer.notifications` only. `ACCOUNT` requires `MAIL`.
    channels: Vec<Channel>,
    /// The kind; at most once in a list.
    kind: NotificationKind,
}

impl From<NotificationPreferenceInput> for Preference {
    fn from(input: NotificationPreferenceInput) -> Self {
        Self { kind: input.kind, channels: Channels::new(&input.channels) }
    }
}

/// Hours of every day without push and digests.
#[derive(SimpleObject)]
#[graphql(name = "QuietHours")]
struct QuietHoursObject {
    /// The start, in `Settings.timeZone`.
    from: LocalTime,
    /// The end, in `Settings.timeZone`; on the next day when it is before `from`.
    to: LocalTime,
}

impl From<QuietHours> for QuietHoursObject {
    fn from(hours: QuietHours) -> Self {
        Self { from: LocalTime(hours.from), to: LocalTime(hours.to) }
    }
}

/// Hours of every day without push and digests.
#[derive(InputObject)]
struct QuietHoursInput {
    /// The start, in `Settings.timeZone`.
    from: LocalTime,
    /// The end, in `Settings.timeZone`; on the next day when it is before `from`, `INVALID` when it equals it.
    to: LocalTime,
}

impl From<QuietHoursInput> for QuietHours {
    fn from(input: QuietHoursInput) -> Self {
        Self { from: input.from.0, to: input.to.0 }
    }
}

/// Changes to the settings. An absent field leaves a setting unchanged; null restores its default.
#[derive(InputObject)]
struct UpdateSettingsInput {
    /// Who may send messages to the viewer. The default is `EVERYONE`.
    message_policy: MaybeUndefined<MessagePolicy>,
    /// Who can see the email address. The default is `ONLY_ME`.
    email_visibility: MaybeUndefined<Visibility>,
    /// Who can see the home address. The default is `ONLY_ME`.
    address_visibility: MaybeUndefined<Visibility>,
    /// Who can see the student number. The default is `ONLY_ME`.
    student_number_visibility: MaybeUndefined<Visibility>,
    /// Whether other users can see if the viewer is online. The default is true.
    shows_presence: MaybeUndefined<bool>,
    /// Whether the other members of a conversation can see how far the viewer has read. The default is true.
    sends_read_receipts: MaybeUndefined<bool>,
    /// Whether callers who are not signed in can see the viewer as a mentor. The default is false.
    is_mentor_page_public: MaybeUndefined<bool>,
    /// The viewer's time zone: a name in the IANA time zone database. The default is `UTC`.
    time_zone: MaybeUndefined<TimeZone>,
    /// One of `Server.locales`, else `INVALID`. The default is the first of them.
    locale: MaybeUndefined<LocaleTag>,
    /// How often unread messages and notifications are summarised in a mail. The default is `HOURLY`.
    digest_frequency: MaybeUndefined<DigestFrequency>,
    /// The kinds to change; other kinds stay as they are, null resets all. By default every kind has both channels, except
    /// `GROUP`, which has `PUSH`, and `REACTION`, which has none.
    notification_preferences: MaybeUndefined<Vec<NotificationPreferenceInput>>,
    /// Hours without push and digests. By default there are none.
    quiet_hours: MaybeUndefined<QuietHoursInput>,
}

impl From<UpdateSettingsInput> for SettingsChange {
    fn from(input: UpdateSettingsInput) -> Self {
        let default = Settings::default();
        Self {
            message_policy: setting_or_default(input.message_policy, default.message_policy),
            email_visibility: setting_or_default(input.email_visibility, default.email_visibility),
            address_visibility: setting_or_default(input.address_visibility, default.address_visibility),
            student_number_visibility: setting_or_default(
                input.student_number_visibility,
                default.student_number_visibility,
            ),
            shows_presence: setting_or_default(input.shows_presence, default.shows_presence),
            sends_read_receipts: setting_or_default(input.sends_read_receipts, default.sends_read_receipts),
            is_mentor_page_public: setting_or_default(input.is_mentor_page_public, default.is_mentor_page_public),
            time_zone: setting_or_default(input.time_zone.map_value(|zone| zone.0), default.time_zone),
            digest_frequency: setting_or_default(input.digest_frequency, default.digest_frequency),
            quiet_hours: setting_or_default(input.quiet_hours.map_value(|hours| Some(hours.into())), None),
            locale: setting_or_default(input.locale.map_value(|tag| Some(tag.0)), None),
            preferences: match input.notification_preferences {
                MaybeUndefined::Undefined => PreferenceChange::None,
                MaybeUndefined::Null => PreferenceChange::Reset,
                MaybeUndefined::Value(kinds) => {
                    PreferenceChange::Set(kinds.into_iter().map(Preference::from).collect())
                }
            },
        }
    }
}

/// Translates an input field: absent is no change, null is the default.
fn setting_or_default<T>(input: MaybeUndefined<T>, default: T) -> Option<T> {
    match input {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// The payload of `updateSettings`.
#[derive(Default, SimpleObject)]
struct UpdateSettingsPayload {
    /// The viewer after the change. Null if the input was rejected.
    viewer: Option<ViewerObject>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UpdateSettingsPayload);

#[derive(Debug, Default)]
pub struct SettingsMutation;

#[Object]
impl SettingsMutation {
    /// Changes the viewer's settings. Codes: `INVALID`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_settings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateSettingsInput,
    ) -> Nullable<UpdateSettingsPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let viewer = rules::update_settings(context.app(), viewer, &input.into()).await?;
            context.set_viewer(viewer);
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| UpdateSettingsPayload { viewer, ..UpdateSettingsPayload::default() })
    }
}
