//! GraphQL for links in mails that turn mails off.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::rules;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// The input of `unsubscribeMail`.
#[derive(InputObject)]
struct UnsubscribeMailInput {
    /// The token of the link in the mail.
    token: String,
}

/// The result of `unsubscribeMail`.
#[derive(Default, SimpleObject)]
struct UnsubscribeMailPayload {
    /// Mail of these kinds is turned off.
    is_unsubscribed: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UnsubscribeMailPayload);

#[derive(Debug, Default)]
pub struct UnsubscribeMutation;

#[Object]
impl UnsubscribeMutation {
    /// Turns off mail of the kinds that a mail was about, with the token of its link; no session is required.
    /// `updateSettings` reverts it. Not available over a WebSocket. Codes: `TOKEN_INVALID`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn unsubscribe_mail(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token.")] input: UnsubscribeMailInput,
    ) -> Nullable<UnsubscribeMailPayload> {
        let address = context.caller().client().address;
        let outcome = rules::unsubscribe(context.app(), address, &input.token).await;
        Payload::answer(outcome, |()| UnsubscribeMailPayload {
            is_unsubscribed: true,
            ..UnsubscribeMailPayload::default()
        })
    }
}
