//! Registration and deletion of accounts in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::profile::NewProfile;
use super::receipts::DeletionReceipt;
use super::{Registration, rules};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::TokenTransport;
use crate::accounts::sessions::graphql::{SessionTokens, sign_in};
use crate::db::transfer::DataKind;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::LocaleTag;
use crate::graphql::{ContextExt, DateTime, Nullable, NullableValue, Payload, UserError, nullable_value};
use crate::sentences::Sentence;

/// The input of `register`. The profile fields are optional; `updateProfile` and `updateContactDetails` can set them
/// later.
#[derive(InputObject)]
struct RegisterInput {
    /// The email address, at most 254 characters; unique regardless of case.
    email: String,
    /// The password: at least 12 characters and at most 1,024 bytes. It must not be common, easy to guess, or contain
    /// the username or email address.
    password: SecretString,
    /// The username: 3 to 30 letters, digits, `_`, `.` or `-`, beginning with a letter or digit. Unique: names that
    /// differ only in case or in characters that look alike count as the same.
    username: String,
    /// The first name, 1 to 50 characters.
    first_name: Option<String>,
    /// The last name, 1 to 50 characters.
    last_name: Option<String>,
    /// The field of study, 1 to 100 characters.
    field_of_study: Option<String>,
    /// The skills of the new member: at most 30, each 1 to 40 characters.
    skills: Option<Vec<String>>,
    /// The year of study or of graduation, 1 to 2200.
    year: Option<i32>,
    /// The student number, 1 to 50 characters; not visible to other users by default. `CONFLICT` if the operator has chosen
    /// that only one account can have a number, and another one has this.
    student_number: Option<String>,
    /// How the session secret is transported.
    #[graphql(default)]
    transport: TokenTransport,
    /// The name of this device, at most 60 characters. Derived from the browser and operating system by default.
    device_name: Option<String>,
    /// The token of an invitation's URL; required if `Server.isInvitationRequired`.
    invitation: Option<SecretString>,
    /// A note to the moderators who approve the registration: 1 to 500 characters after trimming, line breaks allowed.
    /// Ignored in other modes.
    note: Option<String>,
    /// One of `Server.locales`, else `INVALID`. Chosen by the header `Accept-Language` by default.
    locale: Option<LocaleTag>,
}

impl From<RegisterInput> for Registration {
    fn from(input: RegisterInput) -> Self {
        Self {
            email: input.email,
            password: input.password,
            username: input.username,
            profile: NewProfile {
                first_name: input.first_name,
                last_name: input.last_name,
                field_of_study: input.field_of_study,
                skills: input.skills.unwrap_or_default(),
                year: input.year,
                student_number: input.student_number,
            },
            transport: input.transport,
            device_name: input.device_name,
            invitation: input.invitation,
            note: input.note,
            locale: input.locale.map(|tag| tag.0),
        }
    }
}

/// The input of `deleteAccount`.
#[derive(InputObject)]
struct DeleteAccountInput {
    /// The current password. A viewer without one leaves it out, and signs in at the provider within 10 minutes before.
    password: Option<SecretString>,
}

/// The payload of `register`.
#[derive(Default, SimpleObject)]
struct RegisterPayload {
    /// The new member; null if `userErrors` is not empty, or if the server requires the email address to be confirmed or a
    /// moderator to approve first.
    viewer: Option<ViewerObject>,
    /// The first session; null in the same cases.
    session: Option<SessionTokens>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The result of the deletion of an account.
#[derive(SimpleObject)]
#[graphql(name = "DeletionReceipt")]
struct DeletionReceiptObject {
    /// When the account was deleted.
    deleted_at: DateTime,
    /// The counts of every kind of data that the account had; at most 20.
    items: Vec<DeletionReceiptItem>,
}

/// The counts of one kind of data: the three together are all objects that the account had.
#[derive(SimpleObject)]
struct DeletionReceiptItem {
    /// The kind of data.
    kind: DataKind,
    /// Objects that are deleted.
    deleted_count: i64,
    /// Objects that stay without the name.
    anonymised_count: i64,
    /// Objects that stay as they are.
    kept_count: i64,
    /// Why objects stay, in one sentence in the language of the member; null when none stay.
    kept_reason: Option<Sentence>,
}

impl From<DeletionReceipt> for DeletionReceiptObject {
    fn from(receipt: DeletionReceipt) -> Self {
        let items = receipt.items.into_iter().map(|item| DeletionReceiptItem {
            kind: item.kind,
            deleted_count: item.deleted,
            anonymised_count: item.anonymised,
            kept_count: item.kept,
            kept_reason: item.reason,
        });
        Self { deleted_at: receipt.deleted_at.into(), items: items.collect() }
    }
}

/// The payload of `deleteAccount`.
#[derive(Default, SimpleObject)]
struct DeleteAccountPayload {
    /// True if the account is deleted.
    is_deleted: bool,
    /// What was deleted, anonymised and kept; null on failure. It is also sent by email.
    receipt: Option<DeletionReceiptObject>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(RegisterPayload, DeleteAccountPayload);

#[derive(Debug, Default)]
pub struct RegistrationQuery;

#[Object]
impl RegistrationQuery {
    /// Whether a username can be registered now; false if it is taken or not allowed. Null, with an error, if the
    /// server cannot check it.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn username_available(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The username to check.")] username: String,
    ) -> NullableValue<bool> {
        let available = rules::username_available(context.app(), context.viewer(), &username).await;
        nullable_value(available.map(Some))
    }
}

#[derive(Debug, Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// Registers a member and starts a session. A viewer who is a guest becomes a member and keeps the id. If the
    /// server requires the email address to be confirmed or a moderator to approve first, `viewer` and `session` are null
    /// and the payload does not reveal whether the address is taken. An invitation that was mailed confirms its address. An
    /// operation can contain one field that checks a credential; such fields are not available over a WebSocket. Codes:
    /// `CONFLICT`, `EMAIL_DOMAIN_NOT_ALLOWED`, `EMAIL_TAKEN`, `FORBIDDEN`, `INVALID`, `INVITATION_REQUIRED`,
    /// `PASSWORD_WEAK`, `TOKEN_INVALID`, `TOO_LONG`, `TOO_SHORT`, `USERNAME_TAKEN`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The credentials and the profile of the new member.")] input: RegisterInput,
    ) -> Nullable<RegisterPayload> {
        let outcome = async {
            let caller = context.caller();
            let client = caller.client();
            let Some(signed_in) = rules::register(context.app(), &client, context.viewer(), input.into()).await? else {
                return Ok(RegisterPayload::default());
            };
            let (viewer, session) = sign_in(context, &signed_in).await?;
            Ok(RegisterPayload { viewer, session: Some(session), ..RegisterPayload::default() })
        };
        Payload::answer(outcome.await, |payload| payload)
    }

    /// Deletes the viewer's account and all data that belongs to the viewer alone. Conversations stay for their other
    /// members, without the viewer's name. The username stays reserved for 30 days. Not available over a WebSocket.
    /// Codes: `CREDENTIALS_WRONG`, `REAUTHENTICATION_REQUIRED`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_account(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The current password.")] input: DeleteAccountInput,
    ) -> Nullable<DeleteAccountPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::delete_account(context.app(), &context.caller().client(), viewer, input.password.as_ref()).await
        };
        Payload::answer(outcome.await, |receipt| DeleteAccountPayload {
            is_deleted: true,
            receipt: Some(receipt.into()),
            ..DeleteAccountPayload::default()
        })
    }
}
