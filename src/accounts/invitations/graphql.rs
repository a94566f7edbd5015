//! GraphQL for invitations.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};
use secrecy::ExposeSecret;

use super::rules::{self, CreatedInvitation, InvitationDraft};
use super::{Invitation, InvitationId, store};
use crate::accounts::AccountId;
use crate::accounts::names::displayed_email;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::feed::cursor_of;
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, GlobalId, Nullable, PageArguments, Payload, Recurring, UserError, nullable,
    recurring,
};
use crate::live::Event;
use crate::profiles::User;
use crate::profiles::graphql::{user_for_moderators, visible_user};

/// A page of invitations.
pub type InvitationConnection = Connection<Invitation>;

/// An invitation and its cursor in a list.
pub type InvitationEdge = Edge<Invitation>;

/// Loads invitations.
struct InvitationById;

impl Loaded for InvitationById {
    type Key = InvitationId;
    type Value = Invitation;

    async fn load(app: &App, ids: &[InvitationId]) -> Result<HashMap<InvitationId, Invitation>> {
        let found = store::by_ids(&app.db, ids).await?;
        Ok(found.into_iter().map(|invitation| (invitation.id, invitation)).collect())
    }
}

/// Loads an invitation; `None` if it does not exist, or if the viewer neither created it nor is a moderator.
pub async fn visible_invitation(context: &Context<'_>, id: InvitationId) -> Result<Option<Invitation>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    let found = context.load::<InvitationById>(id).await?;
    Ok(found.filter(|invitation| rules::can_see(viewer, invitation)))
}

/// Loads a page of the invitations of a member, or of all members.
pub async fn invitations(
    context: &Context<'_>,
    creator: Option<AccountId>,
    page: PageArguments,
) -> Result<InvitationConnection> {
    let page = page.read(context)?;
    let (rows, total) = rules::invitations(context.app(), creator, &page).await?;
    Ok(InvitationConnection::new(&page, rows, total, cursor_key))
}

/// Returns what the cursor of an invitation contains.
fn cursor_key(invitation: &Invitation) -> (Timestamp, InvitationId) {
    (invitation.created_at, invitation.id)
}

impl From<Invitation> for InvitationEdge {
    fn from(invitation: Invitation) -> Self {
        Self { cursor: write_cursor(&cursor_key(&invitation)), node: invitation }
    }
}

/// A URL that admits people to registration. Its creator and moderators can see it.
#[Object]
impl Invitation {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// When the invitation was created.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// The member who created it; null once the account is deleted, and the invitation with it.
    async fn creator(&self, context: &Context<'_>) -> Recurring<User> {
        let is_own = context.viewer().is_some_and(|viewer| viewer.account == self.creator_id);
        recurring(if is_own {
            visible_user(context, self.creator_id).await
        } else {
            user_for_moderators(context, Some(self.creator_id)).await
        })
    }

    /// The only email address that can use it, which received it; null if every address can.
    fn email(&self) -> Option<String> {
        self.email.as_deref().map(displayed_email)
    }

    /// When the invitation expires.
    fn expires_at(&self) -> DateTime {
        self.expires_at.into()
    }

    /// Whether the invitation can be used: it is neither revoked nor expired nor used up. A registration that waits for
    /// approval counts as a use.
    fn is_usable(&self, context: &Context<'_>) -> bool {
        self.can_be_used(context.app().clock.now())
    }

    /// How many accounts it admits.
    fn max_uses(&self) -> i64 {
        self.max_uses
    }

    /// The creator's note, for themselves and for moderators; null if there is none.
    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// When the invitation was revoked; null if it was not.
    fn revoked_at(&self) -> Option<DateTime> {
        self.revoked_at.map(DateTime::from)
    }

    /// How many accounts were created with it.
    fn use_count(&self) -> i64 {
        self.use_count
    }
}

/// An invitation of the viewer was created, used, held for a registration that waits for approval, released or revoked.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct InvitationChanged {
    /// The position in the inbox. Pass it as `after` to resume from here.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    invitation: InvitationId,
}

#[ComplexObject]
impl InvitationChanged {
    /// The invitation as it is now, which can differ from its state at the time of the event.
    async fn invitation(&self, context: &Context<'_>) -> Nullable<Invitation> {
        nullable(visible_invitation(context, self.invitation).await)
    }
}

impl InvitationChanged {
    /// Converts an event.
    pub fn of(event: &Event) -> Self {
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Self { cursor, happened_at, invitation: InvitationId(event.subject) }
    }
}

/// The invitation to create.
#[derive(InputObject)]
struct CreateInvitationInput {
    /// An idempotency key, 1 to 100 characters, unique per creator and never released. Repeating the mutation with the same
    /// key and content returns the invitation that the first one created, and its URL; with other content,
    /// `IDEMPOTENCY_MISMATCH`.
    client_key: Option<String>,
    /// The only email address that can use it. The server sends it there.
    email: Option<String>,
    /// When it expires: in the future, within 90 days; in 7 days by default. Fractions of a millisecond are dropped.
    expires_at: Option<DateTime>,
    /// How many accounts it admits: 1 to 500, 1 by default; 1 with `email`.
    max_uses: Option<i32>,
    /// A note for the viewer and for moderators: 1 to 200 characters after trimming, without line breaks.
    note: Option<String>,
}

/// The invitation to revoke.
#[derive(InputObject)]
struct RevokeInvitationInput {
    /// The invitation.
    invitation_id: ID,
}

/// The result of `createInvitation`.
#[derive(Default, SimpleObject)]
struct CreateInvitationPayload {
    /// The new invitation with its cursor; null when there are user errors.
    invitation_edge: Option<InvitationEdge>,
    /// The URL to pass on, which only this mutation returns: it is a secret. The token behind `#token=` is the `invitation` of
    /// `register`. Null with `email`, and when there are user errors.
    url: Option<WebUrl>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `revokeInvitation`.
#[derive(Default, SimpleObject)]
struct RevokeInvitationPayload {
    /// The invitation as it is now; null when there are user errors.
    invitation: Option<Invitation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateInvitationPayload, RevokeInvitationPayload);

#[derive(Debug, Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Creates an invitation. `FORBIDDEN` if the role of the viewer cannot invite, `QUOTA_EXCEEDED` beyond 100 that can be
    /// used. At most 20 per hour. Codes: `FORBIDDEN`, `IDEMPOTENCY_MISMATCH`, `INVALID`, `QUOTA_EXCEEDED`, `TOO_LONG`,
    /// `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_invitation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The invitation.")] input: CreateInvitationInput,
    ) -> Nullable<CreateInvitationPayload> {
        let truncated = |at: DateTime| Timestamp(at.0.0.div_euclid(1_000) * 1_000);
        let draft = InvitationDraft {
            email: input.email,
            note: input.note,
            max_uses: input.max_uses,
            expires_at: input.expires_at.map(truncated),
            client_key: input.client_key,
        };
        let outcome = async { rules::create_invitation(context.app(), context.member()?, draft).await };
        Payload::answer(outcome.await, |CreatedInvitation { invitation, url }| CreateInvitationPayload {
            invitation_edge: Some(invitation.into()),
            url: url.map(|url| WebUrl(url.expose_secret().to_owned())),
            ..CreateInvitationPayload::default()
        })
    }

    /// Revokes an invitation: its creator and moderators can. Accounts that were created with it stay. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_invitation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The invitation.")] input: RevokeInvitationInput,
    ) -> Nullable<RevokeInvitationPayload> {
        let id = InvitationId::from_global(&input.invitation_id);
        let outcome = async { rules::revoke_invitation(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |invitation| RevokeInvitationPayload {
            invitation: Some(invitation),
            ..RevokeInvitationPayload::default()
        })
    }
}
