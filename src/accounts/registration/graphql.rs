//! Coming and going in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::profile::NewProfile;
use super::{Registration, rules};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::TokenTransport;
use crate::accounts::sessions::graphql::{SessionTokens, fresh_viewer, take_cookie_back};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, Nullable, Payload, UserError, nullable};

/// Who registers. What is not needed may be filled in later.
#[derive(InputObject)]
struct RegisterInput {
    /// The email address, at most 254 characters; unique regardless of case.
    email: String,
    /// 12 characters to 1,024 bytes; not a common one, and without the username or address in it.
    password: SecretString,
    /// 3 to 30 letters, digits, `_`, `.` or `-`, beginning with a letter or digit; unique regardless of case and
    /// look-alikes.
    username: String,
    /// The first name, 1 to 50 characters.
    first_name: Option<String>,
    /// The last name, 1 to 50 characters.
    last_name: Option<String>,
    /// What the newcomer studies, 1 to 100 characters.
    field_of_study: Option<String>,
    /// What the newcomer can do: at most 30, each 1 to 40 characters.
    skills: Option<Vec<String>>,
    /// The year of study.
    year: Option<i32>,
    /// The number under which the campus knows the newcomer, 1 to 50 characters; seen by nobody else by default.
    student_number: Option<String>,
    /// How the session travels.
    #[graphql(default)]
    transport: TokenTransport,
    /// What to call this device, at most 60 characters; made of browser and system when not given.
    device_name: Option<String>,
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
        }
    }
}

/// Proof that it is the owner who asks.
#[derive(InputObject)]
struct DeleteAccountInput {
    /// The current password.
    password: SecretString,
}

/// The answer to `register`.
#[derive(Default, SimpleObject)]
struct RegisterPayload {
    /// The new member; null where registrations have to be confirmed first.
    viewer: Option<ViewerObject>,
    /// The first session; null where registrations have to be confirmed first.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `deleteAccount`.
#[derive(Default, SimpleObject)]
struct DeleteAccountPayload {
    /// The account is gone.
    is_deleted: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(RegisterPayload, DeleteAccountPayload);

#[derive(Debug, Default)]
pub struct RegistrationQuery;

#[Object]
impl RegistrationQuery {
    /// Whether a username could be registered now; false for one that is not allowed. Null when it cannot be told now.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn username_available(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The name to look up.")] username: String,
    ) -> Nullable<bool> {
        let available = rules::username_available(context.app(), context.viewer(), &username).await;
        nullable(available.map(Some))
    }
}

#[derive(Debug, Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// Registers a member and signs them in; turns the guest who asks into a member. Where registrations have to be
    /// confirmed, viewer and session are null and every answer is alike, whether the address is free or taken. Checks a
    /// credential: at most one such field in an operation, never over a socket.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: RegisterInput,
    ) -> Nullable<RegisterPayload> {
        let outcome = async {
            let caller = context.caller();
            let client = caller.client();
            let Some(issued) = rules::register(context.app(), &client, context.viewer(), input.into()).await? else {
                return Ok(RegisterPayload::default());
            };
            let viewer = fresh_viewer(context, issued.session).await?;
            let session = Some(SessionTokens::hand_out(context, &issued));
            Ok(RegisterPayload { viewer, session, ..RegisterPayload::default() })
        };
        Payload::answer(outcome.await, |payload| payload)
    }

    /// Deletes the viewer's account with everything that is theirs alone. Others keep their threads, without the name.
    /// The username stays reserved for 30 days. Never over a socket.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_account(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Proof that it is the owner who asks.")] input: DeleteAccountInput,
    ) -> Nullable<DeleteAccountPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::delete(context.app(), &context.caller().client(), viewer, &input.password).await
        };
        Payload::answer(outcome.await, |()| {
            take_cookie_back(context, context.app());
            DeleteAccountPayload { is_deleted: true, ..DeleteAccountPayload::default() }
        })
    }
}
