//! The email address in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules;
use crate::accounts::graphql::ViewerObject;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// The new address, and proof that it is the owner who asks.
#[derive(InputObject)]
struct ChangeEmailInput {
    /// The new address.
    new_email: String,
    /// The current password.
    password: SecretString,
}

/// What the mailed link carries.
#[derive(InputObject)]
struct ConfirmEmailInput {
    /// What the mailed link carries.
    token: SecretString,
}

/// What the link in the mail to the old address carries.
#[derive(InputObject)]
struct UndoEmailChangeInput {
    /// What the link in the mail to the old address carries.
    token: SecretString,
}

/// The answer to `changeEmail`.
#[derive(Default, SimpleObject)]
struct ChangeEmailPayload {
    /// A link was mailed to the new address; nothing changes until it is used.
    is_requested: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `confirmEmail`.
#[derive(Default, SimpleObject)]
struct ConfirmEmailPayload {
    /// The address is confirmed.
    is_confirmed: bool,
    /// Whoever is signed in, as they are now; null when nobody is.
    viewer: Option<ViewerObject>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `resendEmailConfirmation`.
#[derive(Default, SimpleObject)]
struct ResendEmailConfirmationPayload {
    /// A link was mailed, unless the address is confirmed already.
    is_requested: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `undoEmailChange`.
#[derive(Default, SimpleObject)]
struct UndoEmailChangePayload {
    /// The old address is back, and every session has ended.
    is_undone: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ChangeEmailPayload, ConfirmEmailPayload, ResendEmailConfirmationPayload, UndoEmailChangePayload,);

#[derive(Debug, Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Mails a link to a new address, which replaces the old one once the link is used, within an hour. Never over a
    /// socket.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new address, and proof that it is the owner who asks.")] input: ChangeEmailInput,
    ) -> Nullable<ChangeEmailPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            rules::change_email(context.app(), &client, viewer, &input.new_email, &input.password).await
        };
        Payload::answer(outcome.await, |()| ChangeEmailPayload { is_requested: true, ..ChangeEmailPayload::default() })
    }

    /// Confirms an address by what a mailed link carries: that of a registration, or a new one. Never over a socket.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn confirm_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The link's token.")] input: ConfirmEmailInput,
    ) -> Nullable<ConfirmEmailPayload> {
        let outcome = async {
            rules::confirm_email(context.app(), &context.caller().client(), &input.token).await?;
            match context.viewer() {
                Some(viewer) => ViewerObject::load(context, viewer).await,
                None => Ok(None),
            }
        };
        Payload::answer(outcome.await, |viewer| ConfirmEmailPayload {
            is_confirmed: true,
            viewer,
            ..ConfirmEmailPayload::default()
        })
    }

    /// Mails the link for the address given at registration once more.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn resend_email_confirmation(&self, context: &Context<'_>) -> Nullable<ResendEmailConfirmationPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::resend_confirmation(context.app(), &context.caller().client(), viewer).await
        };
        Payload::answer(outcome.await, |()| ResendEmailConfirmationPayload {
            is_requested: true,
            ..ResendEmailConfirmationPayload::default()
        })
    }

    /// Brings the old address back by what the mail to it carries, within 7 days, and ends every session. Never over a
    /// socket.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn undo_email_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The link's token.")] input: UndoEmailChangeInput,
    ) -> Nullable<UndoEmailChangePayload> {
        let outcome = rules::undo_change(context.app(), &context.caller().client(), &input.token).await;
        Payload::answer(outcome, |()| UndoEmailChangePayload { is_undone: true, ..UndoEmailChangePayload::default() })
    }
}
