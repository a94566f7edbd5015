//! GraphQL mutations for avatars.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::error::Error;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::images::ImageId;
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// The input of `setAvatar`.
#[derive(InputObject)]
struct SetAvatarInput {
    /// The id of an image that the viewer has uploaded. Any other id is `NOT_FOUND`.
    image_id: ID,
}

/// The payload of `setAvatar`.
#[derive(Default, SimpleObject)]
struct SetAvatarPayload {
    /// The viewer's user after the change. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `removeAvatar`.
#[derive(Default, SimpleObject)]
struct RemoveAvatarPayload {
    /// The viewer's user after the change. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SetAvatarPayload, RemoveAvatarPayload);

#[derive(Debug, Default)]
pub struct AvatarMutation;

#[Object]
impl AvatarMutation {
    /// Sets the viewer's avatar to an image that the viewer has uploaded, and replaces the current one. The server
    /// deletes an image a day after its last use. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn set_avatar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new avatar.")] input: SetAvatarInput,
    ) -> Nullable<SetAvatarPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::set_avatar(context.app(), viewer, ImageId::from_global(&input.image_id)).await?;
            visible_user(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| SetAvatarPayload { user: Some(user), ..SetAvatarPayload::default() })
    }

    /// Removes the viewer's avatar. Succeeds if there is none.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_avatar(&self, context: &Context<'_>) -> Nullable<RemoveAvatarPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::remove_avatar(context.app(), viewer).await?;
            visible_user(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| RemoveAvatarPayload {
            user: Some(user),
            ..RemoveAvatarPayload::default()
        })
    }
}
