//! Email addresses in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{Confirmed, rules};
use crate::accounts::graphql::ViewerObject;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// The input of `changeEmail`.
#[derive(InputObject)]
struct ChangeEmailInput {
    /// The new email address, at most 254 characters; unique regardless of case.
    new_email: String,
    /// The current password. A viewer without one leaves it out, and signs in at the provider within 10 minutes before.
    password: Option<SecretString>,
}

/// The input of `confirmEmail`.
#[derive(InputObject)]
struct ConfirmEmailInput {
    /// The token of the link in the email.
    token: SecretString,
    /// The password of the account. Required on a server where registrations must be confirmed: the one that was chosen at
    /// the registration, or for a new email address the current one, unless the viewer has that account. Otherwise it is
    /// ignored.
    password: Option<SecretString>,
}

/// The input of `undoEmailChange`.
#[derive(InputObject)]
struct UndoEmailChangeInput {
    /// The token of the link in the email to the old address.
    token: SecretString,
}

/// The payload of `changeEmail`.
#[derive(Default, SimpleObject)]
struct ChangeEmailPayload {
    /// True if the request was accepted. The email address changes when the link in the email is used.
    is_requested: bool,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `confirmEmail`.
#[derive(Default, SimpleObject)]
struct ConfirmEmailPayload {
    /// True if the email address is confirmed.
    is_confirmed: bool,
    /// The viewer after the change; null without a session, and if the registration waits for approval.
    viewer: Option<ViewerObject>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `resendEmailConfirmation`.
#[derive(Default, SimpleObject)]
struct ResendEmailConfirmationPayload {
    /// True on success. No email is sent if the email address is already confirmed.
    is_requested: bool,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `undoEmailChange`.
#[derive(Default, SimpleObject)]
struct UndoEmailChangePayload {
    /// True if the old email address is restored and every session of the account has ended.
    is_undone: bool,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ChangeEmailPayload, ConfirmEmailPayload, ResendEmailConfirmationPayload, UndoEmailChangePayload,);

#[derive(Debug, Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Sends a link to a new email address. The new address replaces the old one when the link is used within one hour.
    /// Not available over a WebSocket. Codes: `CREDENTIALS_WRONG`, `EMAIL_DOMAIN_NOT_ALLOWED`, `EMAIL_TAKEN`,
    /// `INVALID`, `REAUTHENTICATION_REQUIRED`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new email address and the current password.")] input: ChangeEmailInput,
    ) -> Nullable<ChangeEmailPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            rules::change_email(context.app(), &client, viewer, &input.new_email, input.password.as_ref()).await
        };
        Payload::answer(outcome.await, |()| ChangeEmailPayload { is_requested: true, ..ChangeEmailPayload::default() })
    }

    /// Confirms the email address of a registration, or a new one, with the token of the link in the email. Succeeds
    /// again if the address is confirmed already. On a server where registrations must be confirmed, the mutation creates
    /// the account and requires its password, as for a new address without a session of its account: without one it returns
    /// `REAUTHENTICATION_REQUIRED` at `input.password`. On a server where moderators approve registrations, it creates a
    /// `RegistrationRequest` instead. Not available over a WebSocket. Codes: `CREDENTIALS_WRONG`,
    /// `REAUTHENTICATION_REQUIRED`, `TOKEN_INVALID`, `USERNAME_TAKEN`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn confirm_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token of the link, and the password if it is required.")] input: ConfirmEmailInput,
    ) -> Nullable<ConfirmEmailPayload> {
        let outcome = async {
            let (client, password) = (context.caller().client(), input.password.as_ref());
            let confirmed =
                rules::confirm_email(context.app(), &client, context.viewer(), &input.token, password).await?;
            match context.viewer().filter(|_| confirmed == Confirmed::Account) {
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

    /// Sends the link that confirms the viewer's email address again. Earlier links become invalid.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn resend_email_confirmation(&self, context: &Context<'_>) -> Nullable<ResendEmailConfirmationPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::resend_email_confirmation(context.app(), &context.caller().client(), viewer).await
        };
        Payload::answer(outcome.await, |()| ResendEmailConfirmationPayload {
            is_requested: true,
            ..ResendEmailConfirmationPayload::default()
        })
    }

    /// Restores the old email address with the token of the link sent to it, within 7 days of the change. Ends every
    /// session of the account. Not available over a WebSocket. Codes: `TOKEN_INVALID`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn undo_email_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token of the link.")] input: UndoEmailChangeInput,
    ) -> Nullable<UndoEmailChangePayload> {
        let outcome = rules::undo_email_change(context.app(), &context.caller().client(), &input.token).await;
        Payload::answer(outcome, |()| UndoEmailChangePayload { is_undone: true, ..UndoEmailChangePayload::default() })
    }
}
