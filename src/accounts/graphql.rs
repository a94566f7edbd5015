//! The private side of the signed-in person in the graph, and the roots of this slice.

use async_graphql::{Context, MergedObject, Object};

use super::addresses::graphql::AddressMutation;
use super::credentials::graphql::CredentialMutation;
use super::registration::graphql::{RegistrationMutation, RegistrationQuery};
use super::sessions::graphql::{SessionConnection, SessionMutation};
use super::store::{self, Account};
use super::{Role, Viewer};
use crate::bookings::calendar::rules as calendar;
use crate::conversations::reading::rules as reading;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::{ContextExt, EdgeError, Nullable, PageArguments, nullable};
use crate::live::{self, Feed};
use crate::profiles::User;
use crate::profiles::details::{ContactDetails, rules as details};
use crate::profiles::graphql::{UserConnection, seen};
use crate::profiles::relations::graphql::blocked_users;
use crate::profiles::settings::{Settings, rules as settings};

#[derive(Debug, Default, MergedObject)]
pub struct AccountQuery(ViewerQuery, RegistrationQuery);

#[derive(Debug, Default, MergedObject)]
pub struct AccountMutation(RegistrationMutation, SessionMutation, CredentialMutation, AddressMutation);

#[derive(Debug, Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The signed-in person; null when nobody is signed in.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn viewer(&self, context: &Context<'_>) -> Nullable<ViewerObject> {
        let viewer = context.viewer()?;
        nullable(ViewerObject::load(context, viewer).await)
    }
}

/// The viewer in the graph.
#[derive(Debug)]
pub struct ViewerObject {
    viewer: Viewer,
    account: Account,
}

impl ViewerObject {
    /// Loads the private side of a person; `None` once the account is gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(context: &Context<'_>, viewer: Viewer) -> Result<Option<Self>> {
        let account = store::by_id(&context.app().db, viewer.account).await?;
        Ok(account.map(|account| Self { viewer, account }))
    }
}

/// The private side of the signed-in person.
#[Object(name = "Viewer")]
impl ViewerObject {
    /// The public side of the same person.
    async fn user(&self, context: &Context<'_>) -> Result<User, EdgeError> {
        let user = seen(context, self.viewer.account).await?;
        Ok(user.ok_or(Error::Unauthenticated)?)
    }

    /// The email address; null for guests.
    async fn email(&self) -> Option<&str> {
        self.account.email.as_deref()
    }

    /// The mailed link was used. An unconfirmed address still receives password resets.
    async fn is_email_confirmed(&self) -> bool {
        self.account.email_confirmed_at.is_some()
    }

    /// Entered the lobby with a pseudonym only; register to become a member.
    async fn is_guest(&self) -> bool {
        self.viewer.is_guest()
    }

    /// What this account may do beyond its own things.
    async fn role(&self) -> Role {
        self.account.role
    }

    /// The own contact card, whole.
    async fn contact(&self, context: &Context<'_>) -> Result<ContactDetails, EdgeError> {
        Ok(details::own_contact(context.app(), self.viewer).await?)
    }

    /// What the signed-in person chose, or the defaults.
    async fn settings(&self, context: &Context<'_>) -> Result<Settings, EdgeError> {
        Ok(settings::settings(context.app(), self.viewer).await?)
    }

    /// Whom the signed-in person blocks, the latest first.
    async fn blocked_users(&self, context: &Context<'_>, page: PageArguments) -> Nullable<UserConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                blocked_users(context, self.viewer, page).await.map(Some)
            }
            .await,
        )
    }

    /// Calendars may read their bookings at a secret address.
    async fn has_calendar_feed(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        Ok(calendar::has_feed(context.app(), self.viewer).await?)
    }

    /// The signed-in devices, newest first; null for guests, together with an error.
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

    /// How many messages the signed-in person has not read, in all conversations together; 0 for guests.
    async fn unread_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(reading::unread_count(context.app(), self.viewer).await?)
    }

    /// Where the feed of everything private stands now: subscribe to `inboxChanged(after: this)` and nothing is lost in
    /// between.
    async fn inbox_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let feed = Feed(self.viewer.account.0);
        Ok(write_feed_cursor(feed, live::head(&context.app().db, feed).await?))
    }
}
