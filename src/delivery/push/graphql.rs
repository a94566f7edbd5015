//! GraphQL for the push subscriptions of sessions.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::rules::{self, SubscriptionDraft};
use super::store;
use crate::accounts::SessionId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// Loads the sessions that are registered for Web Push.
struct Registered;

impl Loaded for Registered {
    type Key = SessionId;
    type Value = ();

    async fn load(app: &App, sessions: &[SessionId]) -> Result<HashMap<SessionId, ()>> {
        Ok(store::registered(&app.db, sessions).await?.into_iter().map(|(session,)| (session, ())).collect())
    }
}

/// Returns whether a session is registered for Web Push.
pub async fn has_subscription(context: &Context<'_>, session: SessionId) -> Result<bool> {
    Ok(context.load::<Registered>(session).await?.is_some())
}

/// The subscription that the browser's `PushManager` returned (W3C Push API).
#[derive(InputObject)]
struct RegisterPushSubscriptionInput {
    /// The authentication secret: 16 bytes in base64url.
    auth: String,
    /// The endpoint of the push service: an `https` URL with a public host.
    endpoint: WebUrl,
    /// The public key: an uncompressed P-256 point in base64url.
    p256dh: String,
}

/// The result of `registerPushSubscription`.
#[derive(Default, SimpleObject)]
struct RegisterPushSubscriptionPayload {
    /// The session is registered.
    is_registered: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `removePushSubscription`.
#[derive(Default, SimpleObject)]
struct RemovePushSubscriptionPayload {
    /// The session has no push subscription.
    is_removed: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(RegisterPushSubscriptionPayload, RemovePushSubscriptionPayload);

#[derive(Debug, Default)]
pub struct PushMutation;

#[Object]
impl PushMutation {
    /// Registers the current session for Web Push (RFC 8030, RFC 8291) and replaces its earlier subscription. The
    /// subscription ends with the session, and when the push service has ended it. `FORBIDDEN` means that push is turned
    /// off. At most 20 an hour. Codes: `FORBIDDEN`, `INVALID`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn register_push_subscription(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The subscription of the browser.")] input: RegisterPushSubscriptionInput,
    ) -> Nullable<RegisterPushSubscriptionPayload> {
        let draft = SubscriptionDraft { endpoint: input.endpoint.0, p256dh: input.p256dh, auth: input.auth };
        let outcome = async { rules::register(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |()| RegisterPushSubscriptionPayload {
            is_registered: true,
            ..RegisterPushSubscriptionPayload::default()
        })
    }

    /// Removes the push subscription of the current session.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_push_subscription(&self, context: &Context<'_>) -> Nullable<RemovePushSubscriptionPayload> {
        let outcome = async { rules::remove(context.app(), context.member()?).await };
        Payload::answer(outcome.await, |()| RemovePushSubscriptionPayload {
            is_removed: true,
            ..RemovePushSubscriptionPayload::default()
        })
    }
}
