//! The viewer in the graph, and the root fields of this slice.

use async_graphql::{Context, ID, MergedObject, Object};

use super::addresses::graphql::AddressMutation;
use super::credentials::graphql::CredentialMutation;
use super::identities::graphql::{IdentityMutation, IdentityObject};
use super::invitations::graphql::{InvitationConnection, InvitationMutation, invitations};
use super::registration::approval::graphql::RegistrationApprovalMutation;
use super::registration::graphql::{RegistrationMutation, RegistrationQuery};
use super::sessions::graphql::{SessionConnection, SessionMutation};
use super::store::{self, Account};
use super::{Role, Viewer, ViewerId};
use crate::accounts::names::displayed_email;
use crate::bookings::busy_calendars::BusyCalendar;
use crate::bookings::busy_calendars::graphql::own_busy_calendars;
use crate::bookings::calendar::rules as calendar;
use crate::bookings::summary::graphql::MentorSummary;
use crate::bookings::time_off::graphql::{TimeOffConnection, times_off};
use crate::bookings::waitlist::WaitlistEntry;
use crate::bookings::waitlist::rules::own_entries;
use crate::conversations::reading::rules as reading;
use crate::error::{Error, Result};
use crate::exports::{DataExport, rules as exports};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, PageArguments, nullable};
use crate::live::{self, Feed};
use crate::notifications::graphql::{self as notifications, NotificationConnection, NotificationFilterInput};
use crate::notifications::rules as notification_rules;
use crate::profiles::User;
use crate::profiles::details::{ContactDetails, rules as details};
use crate::profiles::graphql::{UserConnection, visible_user};
use crate::profiles::relations::graphql::blocked_users;
use crate::profiles::settings::graphql::SettingsObject;

#[derive(Debug, Default, MergedObject)]
pub struct AccountQuery(ViewerQuery, RegistrationQuery);

#[derive(Debug, Default, MergedObject)]
pub struct AccountMutation(
    RegistrationMutation,
    SessionMutation,
    CredentialMutation,
    AddressMutation,
    IdentityMutation,
    InvitationMutation,
    RegistrationApprovalMutation,
);

#[derive(Debug, Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The signed-in user, a member or a guest; null without a session.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn viewer(&self, context: &Context<'_>) -> Nullable<ViewerObject> {
        let viewer = context.viewer()?;
        nullable(ViewerObject::load(context, viewer).await)
    }
}

#[derive(Debug)]
pub struct ViewerObject {
    viewer: Viewer,
    account: Account,
}

impl ViewerObject {
    /// Loads the viewer's account; `None` if it was deleted.
    pub async fn load(context: &Context<'_>, viewer: Viewer) -> Result<Option<Self>> {
        let account = store::by_id(&context.app().db, viewer.account).await?;
        Ok(account.map(|account| Self { viewer, account }))
    }
}

/// The signed-in user with their private data. The public data is in `user`.
#[Object(name = "Viewer")]
impl ViewerObject {
    /// The global id, which differs from `user.id`. `node` finds it for the viewer only.
    pub async fn id(&self) -> ID {
        ViewerId(self.viewer.account.0).to_global()
    }

    /// The viewer's public profile.
    async fn user(&self, context: &Context<'_>) -> Result<User, EdgeError> {
        let user = visible_user(context, self.viewer.account).await?;
        Ok(user.ok_or(Error::Unauthenticated)?)
    }

    /// The email address. Null for guests, and for members whose address another account has confirmed first.
    fn email(&self) -> Option<String> {
        self.account.email.as_deref().map(displayed_email)
    }

    /// True if the email address was confirmed with the link sent to it. An unconfirmed address can still receive a
    /// password reset.
    fn is_email_confirmed(&self) -> bool {
        self.account.email_confirmed_at.is_some()
    }

    /// True for a guest: a user who entered the lobby with a pseudonym. A guest becomes a member with `register`.
    fn is_guest(&self) -> bool {
        self.viewer.is_guest()
    }

    /// The role of the account.
    fn role(&self) -> Role {
        self.account.role
    }

    /// True if the viewer has a password. A viewer without one leaves password members out of inputs; a sign-in within the
    /// last 10 minutes replaces them.
    fn has_password(&self) -> bool {
        self.account.password_hash.is_some()
    }

    /// The linked accounts at identity providers; at most 10.
    async fn identities(&self, context: &Context<'_>) -> Result<Vec<IdentityObject>, EdgeError> {
        Ok(IdentityObject::load_all(context, self.viewer).await?)
    }

    /// The invitations that the viewer created, newest first; null for guests, with the error `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn invitations(&self, context: &Context<'_>, page: PageArguments) -> Nullable<InvitationConnection> {
        nullable(async { invitations(context, Some(context.member()?.account), page).await.map(Some) }.await)
    }

    /// The viewer's contact details, including those that other users cannot see.
    async fn contact(&self, context: &Context<'_>) -> Result<ContactDetails, EdgeError> {
        Ok(details::own_contact(context.app(), self.viewer).await?)
    }

    /// The viewer's settings, or the defaults.
    async fn settings(&self, context: &Context<'_>) -> Result<SettingsObject, EdgeError> {
        Ok(SettingsObject::load(context, self.viewer).await?)
    }

    /// The users that the viewer blocks, the most recently blocked first: their username, without their profile.
    async fn blocked_users(&self, context: &Context<'_>, page: PageArguments) -> Nullable<UserConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                blocked_users(context, self.viewer, page).await.map(Some)
            }
            .await,
        )
    }

    /// The latest data export; null when there is none, and for guests.
    async fn data_export(&self, context: &Context<'_>) -> Nullable<DataExport> {
        if self.viewer.is_guest() {
            return None;
        }
        nullable(exports::latest(context.app(), self.viewer).await)
    }

    /// True if the viewer has a calendar feed: a secret URL at which calendar programs can read the viewer's bookings.
    async fn has_calendar_feed(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        Ok(calendar::has_feed(context.app(), self.viewer).await?)
    }

    /// The viewer's signed-in devices, the newest first; null for guests, with the error `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn sessions(&self, context: &Context<'_>, page: PageArguments) -> Nullable<SessionConnection> {
        nullable(
            async {
                let viewer = context.member()?;
                let page = page.read(context)?;
                SessionConnection::load(context, viewer, page).await.map(Some)
            }
            .await,
        )
    }

    /// The notifications, newest first; null for guests, with the error `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn notifications(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which notifications.")] filter: Option<NotificationFilterInput>,
        page: PageArguments,
    ) -> Nullable<NotificationConnection> {
        nullable(notifications::notifications(context, filter, page).await.map(Some))
    }

    /// Counts of the viewer's bookings as a mentor that start in a period. Null if the viewer never had an appointment, and
    /// for guests.
    async fn mentor_summary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Bookings that start at this instant or later.")] from: Option<DateTime>,
        #[graphql(desc = "Bookings that start before this instant.")] to: Option<DateTime>,
    ) -> Nullable<MentorSummary> {
        nullable(MentorSummary::load(context, self.viewer, from, to).await)
    }

    /// The viewer's times off that are not over, the soonest first; null for guests, with the error `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn time_offs(&self, context: &Context<'_>, page: PageArguments) -> Nullable<TimeOffConnection> {
        nullable(async { times_off(context, context.member()?, page).await.map(Some) }.await)
    }

    /// The external calendars whose busy times remove slots of the viewer, the oldest first. At most 5; empty for guests.
    async fn busy_calendars(&self, context: &Context<'_>) -> Result<Vec<BusyCalendar>, EdgeError> {
        Ok(own_busy_calendars(context, self.viewer).await?)
    }

    /// The viewer's places in waitlists, the soonest slot first. At most 10; empty for guests.
    async fn waitlist_entries(&self, context: &Context<'_>) -> Result<Vec<WaitlistEntry>, EdgeError> {
        if self.viewer.is_guest() {
            return Ok(Vec::new());
        }
        Ok(own_entries(context.app(), self.viewer.account).await?)
    }

    /// The number of unread notifications; 0 for guests.
    async fn unread_notification_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        if self.viewer.is_guest() {
            return Ok(0);
        }
        Ok(notification_rules::unread_count(context.app(), self.viewer.account).await?)
    }

    /// The number of unread messages in all of the viewer's conversations that are not muted; 0 for guests.
    async fn unread_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(reading::unread_count(context.app(), self.viewer).await?)
    }

    /// The cursor of the newest event of the viewer's inbox. Pass it as `after` to `inboxChanged` to receive every
    /// later event.
    async fn inbox_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let feed = Feed(self.viewer.account.0);
        Ok(write_feed_cursor(feed, live::newest(&context.app().db, feed).await?))
    }
}
