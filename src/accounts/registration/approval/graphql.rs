//! GraphQL for registration requests.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{RegistrationRequest, RegistrationRequestId, rules, store};
use crate::accounts::names::displayed_email;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{Connection, ContextExt, DateTime, GlobalId, Nullable, PageArguments, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::user_for_moderators;

/// A page of registration requests.
pub type RegistrationRequestConnection = Connection<RegistrationRequest>;

/// Loads requests that wait.
struct RequestById;

impl Loaded for RequestById {
    type Key = RegistrationRequestId;
    type Value = RegistrationRequest;

    async fn load(
        app: &App,
        ids: &[RegistrationRequestId],
    ) -> Result<HashMap<RegistrationRequestId, RegistrationRequest>> {
        let found = store::by_ids(&app.db, ids, app.clock.now()).await?;
        Ok(found.into_iter().map(|request| (request.id, request)).collect())
    }
}

/// Loads a request; `None` if it does not exist or is decided, and for callers who are not moderators.
pub async fn visible_request(context: &Context<'_>, id: RegistrationRequestId) -> Result<Option<RegistrationRequest>> {
    if context.moderator().is_err() {
        return Ok(None);
    }
    context.load::<RequestById>(id).await
}

/// Loads a page of the requests that wait.
pub async fn requests(context: &Context<'_>, page: PageArguments) -> Result<RegistrationRequestConnection> {
    context.moderator()?;
    let page = page.read::<(Timestamp, RegistrationRequestId)>(context)?;
    let (rows, total) = rules::requests(context.app(), &page).await?;
    Ok(RegistrationRequestConnection::new(&page, rows, total, |request| (request.created_at, request.id)))
}

/// A registration with a confirmed email address that waits for approval. It is deleted with the decision, at the latest
/// after 30 days.
#[Object]
impl RegistrationRequest {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// When the email address was confirmed.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// The email address.
    fn email(&self) -> String {
        displayed_email(&self.email)
    }

    /// The field of study; null if not given.
    fn field_of_study(&self) -> Option<&str> {
        self.profile.0.field_of_study.as_deref()
    }

    /// The first name; null if not given.
    fn first_name(&self) -> Option<&str> {
        self.profile.0.first_name.as_deref()
    }

    /// The last name; null if not given.
    fn last_name(&self) -> Option<&str> {
        self.profile.0.last_name.as_deref()
    }

    /// The note to the moderators, with line breaks; null if not given.
    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The student number; null if not given.
    fn student_number(&self) -> Option<&str> {
        self.profile.0.student_number.as_deref()
    }

    /// The username, which is reserved until the decision.
    fn username(&self) -> &str {
        &self.username
    }

    /// The year of study or of graduation; null if not given.
    fn year(&self) -> Option<i32> {
        self.profile.0.year
    }
}

/// The registration to approve.
#[derive(InputObject)]
struct ApproveRegistrationInput {
    /// The registration request.
    registration_request_id: ID,
}

/// The registration to decline.
#[derive(InputObject)]
struct DeclineRegistrationInput {
    /// The reason, which the email contains: 1 to 500 characters after trimming, line breaks allowed.
    reason: Option<String>,
    /// The registration request.
    registration_request_id: ID,
}

/// The result of `approveRegistration`.
#[derive(Default, SimpleObject)]
struct ApproveRegistrationPayload {
    /// The new member; null when there are user errors.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `declineRegistration`.
#[derive(Default, SimpleObject)]
struct DeclineRegistrationPayload {
    /// The global id of the deleted request; null when there are user errors.
    declined_registration_request_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ApproveRegistrationPayload, DeclineRegistrationPayload);

#[derive(Debug, Default)]
pub struct RegistrationApprovalMutation;

#[Object]
impl RegistrationApprovalMutation {
    /// Approves a registration: the account is created, and an email is sent. Of two decisions the first one counts; the
    /// other one is `NOT_FOUND`. Codes: `EMAIL_TAKEN`, `NOT_FOUND`, `USERNAME_TAKEN`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn approve_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The registration.")] input: ApproveRegistrationInput,
    ) -> Nullable<ApproveRegistrationPayload> {
        let id = RegistrationRequestId::from_global(&input.registration_request_id);
        let outcome = async {
            let client = context.caller().client();
            let account = rules::approve(context.app(), &client, context.moderator()?, id).await?;
            user_for_moderators(context, Some(account)).await
        };
        Payload::answer(outcome.await, |user| ApproveRegistrationPayload {
            user,
            ..ApproveRegistrationPayload::default()
        })
    }

    /// Declines a registration: its data is deleted, and an email is sent. Codes: `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn decline_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The registration and the reason.")] input: DeclineRegistrationInput,
    ) -> Nullable<DeclineRegistrationPayload> {
        let id = RegistrationRequestId::from_global(&input.registration_request_id);
        let outcome = async { rules::decline(context.app(), context.moderator()?, id, input.reason.as_deref()).await };
        Payload::answer(outcome.await, |id| DeclineRegistrationPayload {
            declined_registration_request_id: Some(id.to_global()),
            ..DeclineRegistrationPayload::default()
        })
    }
}
