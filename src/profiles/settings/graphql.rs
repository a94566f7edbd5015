//! GraphQL for settings.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{MessagePolicy, Settings, SettingsChange, SettingsId, Visibility, rules};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::{AccountId, Viewer};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::TimeZone;
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};

/// The settings of the viewer, who is their owner.
#[derive(Debug)]
pub struct SettingsObject {
    owner: AccountId,
    settings: Settings,
}

impl SettingsObject {
    pub async fn load(context: &Context<'_>, viewer: Viewer) -> Result<Self> {
        Ok(Self { owner: viewer.account, settings: rules::settings(context.app(), viewer).await? })
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
    async fn message_policy(&self) -> MessagePolicy {
        self.settings.message_policy
    }

    /// Who can see the email address.
    async fn email_visibility(&self) -> Visibility {
        self.settings.email_visibility
    }

    /// Who can see the home address.
    async fn address_visibility(&self) -> Visibility {
        self.settings.address_visibility
    }

    /// Who can see the student number.
    async fn student_number_visibility(&self) -> Visibility {
        self.settings.student_number_visibility
    }

    /// Whether other users can see if the viewer is online.
    async fn shows_presence(&self) -> bool {
        self.settings.shows_presence
    }

    /// Whether the other members of a conversation can see how far the viewer has read.
    async fn sends_read_receipts(&self) -> bool {
        self.settings.sends_read_receipts
    }

    /// The viewer's time zone. Emails to the viewer show times in it, and clients can preselect it for new
    /// appointments.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.settings.time_zone.clone())
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
    /// The viewer's time zone: a name in the IANA time zone database. The default is `UTC`.
    time_zone: MaybeUndefined<TimeZone>,
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
            time_zone: setting_or_default(input.time_zone.map_value(|zone| zone.0), default.time_zone),
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
    /// Changes the viewer's settings.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_settings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateSettingsInput,
    ) -> Nullable<UpdateSettingsPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_settings(context.app(), viewer, &input.into()).await?;
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| UpdateSettingsPayload { viewer, ..UpdateSettingsPayload::default() })
    }
}
