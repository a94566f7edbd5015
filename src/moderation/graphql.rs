//! GraphQL for the tools of moderators.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};

use super::{Moderation, ModerationId};
use crate::accounts::invitations::graphql::{InvitationConnection, invitations};
use crate::accounts::registration::approval::graphql::{RegistrationRequestConnection, requests};
use crate::accounts::staff::log::{self, StaffAction, StaffActionFilter, StaffActionId, StaffActionKind};
use crate::accounts::{AccountId, Role};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, EdgeError, GlobalId, Nullable, PageArguments, Recurring, nullable, recurring,
};
use crate::live::{self, Feed};
use crate::profiles::User;
use crate::profiles::graphql::user_for_moderators;
use crate::reports::graphql::{ReportConnection, ReportFilterInput, reports, visible_report};
use crate::reports::{Report, ReportId};
use crate::sentences::{Sentence, Value, instant_in, say};

/// A page of staff actions.
pub type StaffActionConnection = Connection<StaffAction>;

/// How many kinds a filter can name.
const MAX_KINDS: usize = 20;

/// An account that no action names, for a malformed id.
const NO_ACCOUNT: AccountId = AccountId(0);

/// Which staff actions to return.
#[derive(InputObject)]
#[graphql(name = "StaffActionFilter")]
struct StaffActionFilterInput {
    /// Actions of this moderator or admin.
    actor_id: Option<ID>,
    /// Actions of these kinds; at most 20.
    kinds: Option<Vec<StaffActionKind>>,
    /// Actions that concern this member.
    user_id: Option<ID>,
}

impl StaffActionFilterInput {
    fn read(self) -> Result<StaffActionFilter> {
        let kinds = self.kinds.unwrap_or_default();
        if kinds.len() > MAX_KINDS {
            return Err(Error::BadInput(format!("`kinds` has more than {MAX_KINDS} elements.")));
        }
        let account = |id: ID| AccountId::from_global(&id).unwrap_or(NO_ACCOUNT);
        Ok(StaffActionFilter { actor: self.actor_id.map(account), user: self.user_id.map(account), kinds })
    }
}

/// Loads staff actions.
struct ActionById;

impl Loaded for ActionById {
    type Key = StaffActionId;
    type Value = StaffAction;

    async fn load(app: &App, ids: &[StaffActionId]) -> Result<HashMap<StaffActionId, StaffAction>> {
        Ok(log::by_ids(&app.db, ids).await?.into_iter().map(|action| (action.id, action)).collect())
    }
}

/// Loads a staff action; `None` if it does not exist, and for callers who are not moderators.
pub async fn visible_action(context: &Context<'_>, id: StaffActionId) -> Result<Option<StaffAction>> {
    if context.moderator().is_err() {
        return Ok(None);
    }
    context.load::<ActionById>(id).await
}

/// The tools of moderators.
#[Object]
impl Moderation {
    /// The global id.
    pub async fn id(&self) -> ID {
        ModerationId::ONLY.to_global()
    }

    /// The current position of the moderation log. Read the queues, then pass it to `moderationChanged` as `after` to
    /// receive every later event.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let head = live::newest(&context.app().db, Feed::MODERATION).await?;
        Ok(write_feed_cursor(Feed::MODERATION, head))
    }

    /// All invitations, newest first.
    async fn invitations(&self, context: &Context<'_>, page: PageArguments) -> Nullable<InvitationConnection> {
        nullable(
            async {
                context.moderator()?;
                invitations(context, None, page).await.map(Some)
            }
            .await,
        )
    }

    /// The registrations that wait for approval, oldest first.
    async fn registration_requests(
        &self,
        context: &Context<'_>,
        page: PageArguments,
    ) -> Nullable<RegistrationRequestConnection> {
        nullable(requests(context, page).await.map(Some))
    }

    /// The reports, latest complaint first.
    async fn reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which reports.")] filter: Option<ReportFilterInput>,
        page: PageArguments,
    ) -> Nullable<ReportConnection> {
        nullable(reports(context, filter, page).await.map(Some))
    }

    /// The actions of moderators and admins, newest first. They are never changed or deleted.
    async fn staff_actions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which actions.")] filter: Option<StaffActionFilterInput>,
        page: PageArguments,
    ) -> Nullable<StaffActionConnection> {
        nullable(
            async {
                context.moderator()?;
                let page = page.read::<(Timestamp, StaffActionId)>(context)?;
                let filter = filter.map(StaffActionFilterInput::read).transpose()?.unwrap_or_default();
                let db = &context.app().db;
                let rows = log::page(db, &filter, &page).await?;
                let total = if page.wants_total { Some(log::count(db, &filter).await?) } else { None };
                let key = |action: &StaffAction| (action.happened_at, action.id);
                Ok(Some(StaffActionConnection::new(&page, rows, total, key)))
            }
            .await,
        )
    }
}

/// An action of a moderator or admin, which is never changed or deleted.
#[Object]
impl StaffAction {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The moderator or admin; null for the operator's command line, and once the account is deleted.
    async fn actor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.actor_id).await)
    }

    /// When the action was taken.
    fn happened_at(&self) -> DateTime {
        self.happened_at.into()
    }

    /// The kind.
    fn kind(&self) -> StaffActionKind {
        self.kind
    }

    /// The note of the actor, with line breaks; null if there is none.
    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The report; null if the action belongs to none.
    async fn report(&self, context: &Context<'_>) -> Nullable<Report> {
        nullable(visible_report(context, ReportId(self.report_id?)).await)
    }

    /// One sentence, in the language of the viewer, with the details of the kind: the role, the end of the lock.
    async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        let actor = match self.actor_id {
            None => say::StaffOperator.into(),
            Some(actor) => name_of(context, actor, say::StaffFormerModerator).await?,
        };
        let user = match self.user_id {
            None => say::StaffSomeUser.into(),
            Some(user) => name_of(context, user, say::StaffFormerUser).await?,
        };
        Ok(match self.kind {
            StaffActionKind::ContentRemoved => say::StaffContentRemoved { actor, user }.into(),
            StaffActionKind::GuestRemoved => say::StaffGuestRemoved { actor, user }.into(),
            StaffActionKind::InvitationRevoked => say::StaffInvitationRevoked { actor, user }.into(),
            StaffActionKind::MemberLocked => match self.lock_ends_at {
                Some(ends_at) => {
                    let (at, zone) = instant_in(ends_at, None);
                    say::StaffMemberLockedUntil { actor, end: say::InstantInZone { at, zone }.into(), user }.into()
                }
                None => say::StaffMemberLocked { actor, user }.into(),
            },
            StaffActionKind::MemberUnlocked => say::StaffMemberUnlocked { actor, user }.into(),
            StaffActionKind::MemberWarned => say::StaffMemberWarned { actor, user }.into(),
            StaffActionKind::RegistrationApproved => say::StaffRegistrationApproved { actor, user }.into(),
            StaffActionKind::RegistrationDeclined => say::StaffRegistrationDeclined { actor }.into(),
            StaffActionKind::ReportAssigned if self.user_id.is_none() => say::StaffReportUnassigned { actor }.into(),
            StaffActionKind::ReportAssigned => say::StaffReportAssigned { actor, user }.into(),
            StaffActionKind::ReportResolved => say::StaffReportResolved { actor, user }.into(),
            StaffActionKind::RoleChanged => {
                let role = role_name(self.role.unwrap_or(Role::Member));
                say::StaffRoleChanged { actor, role, user }.into()
            }
            StaffActionKind::TopicChanged => say::StaffTopicChanged { actor, user }.into(),
        })
    }

    /// The member concerned; null if there is none, and once the account is deleted.
    async fn user(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(user_for_moderators(context, self.user_id).await)
    }
}

/// Returns a user's name for a sentence.
async fn name_of(context: &Context<'_>, user: AccountId, otherwise: impl Into<Value>) -> Result<Value> {
    let user = user_for_moderators(context, Some(user)).await?;
    Ok(user.map_or_else(|| otherwise.into(), |user| Value::name(&user.username)))
}

fn role_name(role: Role) -> Value {
    match role {
        Role::Member => say::RoleMember.into(),
        Role::Moderator => say::RoleModerator.into(),
        Role::Admin => say::RoleAdmin.into(),
        Role::Guest => say::RoleGuest.into(),
    }
}

#[derive(Debug, Default)]
pub struct ModerationQuery;

#[Object]
impl ModerationQuery {
    /// The tools of moderators; null for all other viewers, with an error.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn moderation(&self, context: &Context<'_>) -> Nullable<Moderation> {
        nullable(context.moderator().map(|_| Some(Moderation)))
    }
}
