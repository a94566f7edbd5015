//! Settings in the graph.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{MessagePolicy, Settings, SettingsChange, Visibility, rules};
use crate::accounts::graphql::ViewerObject;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::TimeZone;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// What the signed-in person chose.
#[Object]
impl Settings {
    /// Who may write to them.
    async fn message_policy(&self) -> MessagePolicy {
        self.message_policy
    }

    /// Who sees the email address.
    async fn email_visibility(&self) -> Visibility {
        self.email_visibility
    }

    /// Who sees the home address.
    async fn address_visibility(&self) -> Visibility {
        self.address_visibility
    }

    /// Who sees the student number.
    async fn student_number_visibility(&self) -> Visibility {
        self.student_number_visibility
    }

    /// Others see whether they are online.
    async fn shows_presence(&self) -> bool {
        self.shows_presence
    }

    /// Others see how far they have read.
    async fn sends_read_receipts(&self) -> bool {
        self.sends_read_receipts
    }

    /// Where they are: what offers of theirs begin with.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.time_zone.clone())
    }
}

/// What to choose. An absent member leaves a setting as it is, null brings its default back.
#[derive(InputObject)]
struct UpdateSettingsInput {
    /// Who may write to the viewer; EVERYONE by default.
    message_policy: MaybeUndefined<MessagePolicy>,
    /// Who sees the email address; `ONLY_ME` by default.
    email_visibility: MaybeUndefined<Visibility>,
    /// Who sees the home address; `ONLY_ME` by default.
    address_visibility: MaybeUndefined<Visibility>,
    /// Who sees the student number; `ONLY_ME` by default.
    student_number_visibility: MaybeUndefined<Visibility>,
    /// Others see whether the viewer is online; true by default.
    shows_presence: MaybeUndefined<bool>,
    /// Others see how far the viewer has read; true by default.
    sends_read_receipts: MaybeUndefined<bool>,
    /// Where the viewer is; UTC by default.
    time_zone: MaybeUndefined<TimeZone>,
}

impl From<UpdateSettingsInput> for SettingsChange {
    fn from(input: UpdateSettingsInput) -> Self {
        let default = Settings::default();
        Self {
            message_policy: chosen(input.message_policy, default.message_policy),
            email_visibility: chosen(input.email_visibility, default.email_visibility),
            address_visibility: chosen(input.address_visibility, default.address_visibility),
            student_number_visibility: chosen(input.student_number_visibility, default.student_number_visibility),
            shows_presence: chosen(input.shows_presence, default.shows_presence),
            sends_read_receipts: chosen(input.sends_read_receipts, default.sends_read_receipts),
            time_zone: chosen(input.time_zone.map_value(|zone| zone.0), default.time_zone),
        }
    }
}

fn chosen<T>(given: MaybeUndefined<T>, default: T) -> Option<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// The answer to `updateSettings`.
#[derive(Default, SimpleObject)]
struct UpdateSettingsPayload {
    /// The signed-in person with what they chose; null when refused.
    viewer: Option<ViewerObject>,
    /// What to correct; empty on success.
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
        #[graphql(desc = "What to choose.")] input: UpdateSettingsInput,
    ) -> Nullable<UpdateSettingsPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_settings(context.app(), viewer, &input.into()).await?;
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| UpdateSettingsPayload { viewer, ..UpdateSettingsPayload::default() })
    }
}
