//! Passwords and usernames in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules;
use crate::accounts::sessions::graphql::SessionTokens;
use crate::error::Error;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// The input of `changePassword`.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The current password. A viewer without one leaves it out, and signs in at the provider within 10 minutes before.
    current_password: Option<SecretString>,
    /// The new password: at least 12 characters and at most 1,024 bytes. It must not be common, easy to guess, or
    /// contain the username or email address.
    new_password: SecretString,
}

/// The input of `changeUsername`.
#[derive(InputObject)]
struct ChangeUsernameInput {
    /// The new username; the same rules as in `register` apply.
    username: String,
    /// The current password; required if the login was more than 10 minutes ago.
    password: Option<SecretString>,
}

/// The input of `requestPasswordReset`.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// The email address of the account.
    email: String,
}

/// The input of `resetPassword`.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// The token of the link in the email.
    token: SecretString,
    /// The new password: at least 12 characters and at most 1,024 bytes. It must not be common, easy to guess, or
    /// contain the username or email address.
    new_password: SecretString,
}

/// The payload of `changePassword`.
#[derive(Default, SimpleObject)]
struct ChangePasswordPayload {
    /// The new tokens of the current session; null if `userErrors` is not empty.
    session: Option<SessionTokens>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `changeUsername`.
#[derive(Default, SimpleObject)]
struct ChangeUsernamePayload {
    /// The viewer with the new username; null if `userErrors` is not empty.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `requestPasswordReset`.
#[derive(Default, SimpleObject)]
struct RequestPasswordResetPayload {
    /// True if the request was accepted. An email is sent only if the address belongs to an account, which the payload
    /// does not reveal.
    is_requested: bool,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `resetPassword`.
#[derive(Default, SimpleObject)]
struct ResetPasswordPayload {
    /// True if the new password is set and every session of the account has ended.
    is_reset: bool,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ChangePasswordPayload, ChangeUsernamePayload, RequestPasswordResetPayload, ResetPasswordPayload);

#[derive(Debug, Default)]
pub struct CredentialMutation;

#[Object]
impl CredentialMutation {
    /// Changes the password. All other sessions of the account end; the current one continues with the tokens in the
    /// payload. Not available over a WebSocket. Codes: `CREDENTIALS_WRONG`, `FORBIDDEN`, `PASSWORD_WEAK`,
    /// `REAUTHENTICATION_REQUIRED`, `TOO_LONG`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The current and the new password.")] input: ChangePasswordInput,
    ) -> Nullable<ChangePasswordPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            let current = input.current_password.as_ref();
            rules::change_password(context.app(), &client, viewer, current, input.new_password).await
        };
        Payload::answer(outcome.await, |issued| ChangePasswordPayload {
            session: Some(SessionTokens::issue(context, &issued)),
            ..ChangePasswordPayload::default()
        })
    }

    /// Changes the username. Requires the password if the login was more than 10 minutes ago. Not
    /// available over a WebSocket. Codes: `CREDENTIALS_WRONG`, `INVALID`, `REAUTHENTICATION_REQUIRED`, `TOO_LONG`,
    /// `TOO_SHORT`, `USERNAME_TAKEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_username(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new username, and the password if required.")] input: ChangeUsernameInput,
    ) -> Nullable<ChangeUsernamePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            let password = input.password.as_ref();
            rules::change_username(context.app(), &client, viewer, &input.username, password).await?;
            let user = visible_user(context, viewer.account).await?;
            user.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| ChangeUsernamePayload {
            user: Some(user),
            ..ChangeUsernamePayload::default()
        })
    }

    /// Sends a link that resets the password, if the email address belongs to an account. The payload does not reveal
    /// whether it does. The link is valid for 30 minutes; at most 3 emails per hour are sent to one address, and as many for
    /// each session and known device of its owner. Not available over a WebSocket. Codes: `INVALID`, `TOO_LONG`,
    /// `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn request_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The email address of the account.")] input: RequestPasswordResetInput,
    ) -> Nullable<RequestPasswordResetPayload> {
        let client = context.caller().client();
        let outcome = rules::request_password_reset(context.app(), &client, context.viewer(), &input.email).await;
        Payload::answer(outcome, |()| RequestPasswordResetPayload {
            is_requested: true,
            ..RequestPasswordResetPayload::default()
        })
    }

    /// Sets a new password with the token of the link in the email. Every session of the account ends, and no new one
    /// starts. Not available over a WebSocket. Codes: `PASSWORD_WEAK`, `TOKEN_INVALID`, `TOO_LONG`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn reset_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token of the link, and the new password.")] input: ResetPasswordInput,
    ) -> Nullable<ResetPasswordPayload> {
        let client = context.caller().client();
        let outcome = rules::reset_password(context.app(), &client, &input.token, input.new_password).await;
        Payload::answer(outcome, |()| ResetPasswordPayload { is_reset: true, ..ResetPasswordPayload::default() })
    }
}
