//! Password and username in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules;
use crate::accounts::sessions::graphql::SessionTokens;
use crate::error::Error;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// The old password and the new one.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The password until now.
    current_password: SecretString,
    /// The password from now on: 12 characters to 1,024 bytes, not a common one.
    new_password: SecretString,
}

/// The new name, and proof that it is the owner who asks where the login was long ago.
#[derive(InputObject)]
struct ChangeUsernameInput {
    /// The new name; the rules of `register` hold.
    username: String,
    /// The current password; needed when the login is older than 10 minutes.
    password: Option<SecretString>,
}

/// Whose password is to be reset.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// The address of the account.
    email: String,
}

/// What the mailed link carries, and the new password.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// What the mailed link carries.
    token: SecretString,
    /// The password from now on: 12 characters to 1,024 bytes, not a common one.
    new_password: SecretString,
}

/// The answer to `changePassword`.
#[derive(Default, SimpleObject)]
struct ChangePasswordPayload {
    /// New tokens of this session; null when refused.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `changeUsername`.
#[derive(Default, SimpleObject)]
struct ChangeUsernamePayload {
    /// The viewer with the new name; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `requestPasswordReset`.
#[derive(Default, SimpleObject)]
struct RequestPasswordResetPayload {
    /// A mail is on its way, if the address belongs to an account.
    is_requested: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `resetPassword`.
#[derive(Default, SimpleObject)]
struct ResetPasswordPayload {
    /// The new password holds, and every session has ended.
    is_reset: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ChangePasswordPayload, ChangeUsernamePayload, RequestPasswordResetPayload, ResetPasswordPayload);

#[derive(Debug, Default)]
pub struct CredentialMutation;

#[Object]
impl CredentialMutation {
    /// Changes the password. All other sessions end; this one goes on with the tokens in the answer. Never over a
    /// socket.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The old and the new one.")] input: ChangePasswordInput,
    ) -> Nullable<ChangePasswordPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            rules::change_password(context.app(), &client, viewer, &input.current_password, input.new_password).await
        };
        Payload::answer(outcome.await, |issued| ChangePasswordPayload {
            session: Some(SessionTokens::hand_out(context, &issued)),
            ..ChangePasswordPayload::default()
        })
    }

    /// Changes the username. Asks for the password when the login is older than 10 minutes. Never over a socket.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn change_username(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new name.")] input: ChangeUsernameInput,
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

    /// Mails a link that resets the password, if the address belongs to an account. The answer never tells whether it
    /// does. At most 3 mails an hour to one address; the link holds 30 minutes.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn request_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose password.")] input: RequestPasswordResetInput,
    ) -> Nullable<RequestPasswordResetPayload> {
        let outcome = rules::request_reset(context.app(), &context.caller().client(), &input.email).await;
        Payload::answer(outcome, |()| RequestPasswordResetPayload {
            is_requested: true,
            ..RequestPasswordResetPayload::default()
        })
    }

    /// Sets a new password by what a mailed link carries. Every session ends and nobody is signed in. Never over a
    /// socket.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn reset_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The link's token and the new password.")] input: ResetPasswordInput,
    ) -> Nullable<ResetPasswordPayload> {
        let client = context.caller().client();
        let outcome = rules::reset_password(context.app(), &client, &input.token, input.new_password).await;
        Payload::answer(outcome, |()| ResetPasswordPayload { is_reset: true, ..ResetPasswordPayload::default() })
    }
}
