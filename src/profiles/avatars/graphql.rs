//! Avatars in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::error::Error;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::images::ImageId;
use crate::profiles::User;
use crate::profiles::graphql::seen;

/// Which picture to show.
#[derive(InputObject)]
struct SetAvatarInput {
    /// The id of a picture that the viewer uploaded; of anything else `NOT_FOUND`.
    image_id: ID,
}

/// The answer to `setAvatar`.
#[derive(Default, SimpleObject)]
struct SetAvatarPayload {
    /// The viewer as others see them now; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `removeAvatar`.
#[derive(Default, SimpleObject)]
struct RemoveAvatarPayload {
    /// The viewer as others see them now; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SetAvatarPayload, RemoveAvatarPayload);

#[derive(Debug, Default)]
pub struct AvatarMutation;

#[Object]
impl AvatarMutation {
    /// Shows one of the viewer's uploaded pictures beside their name, in the place of the one before. A picture that
    /// nothing shows any more is removed after a day.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn set_avatar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which picture to show.")] input: SetAvatarInput,
    ) -> Nullable<SetAvatarPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::set(context.app(), viewer, ImageId::from_global(&input.image_id)).await?;
            seen(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| SetAvatarPayload { user: Some(user), ..SetAvatarPayload::default() })
    }

    /// Shows no picture beside the viewer's name any more.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_avatar(&self, context: &Context<'_>) -> Nullable<RemoveAvatarPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::remove(context.app(), viewer).await?;
            seen(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| RemoveAvatarPayload {
            user: Some(user),
            ..RemoveAvatarPayload::default()
        })
    }
}
