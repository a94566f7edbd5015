//! GraphQL mutations for calendar feeds.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject};

use super::{rules, store};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// Loads the generation of an account's URLs of bookings.
pub struct CalendarGeneration;

impl Loaded for CalendarGeneration {
    type Key = AccountId;
    type Value = i64;

    async fn load(app: &App, accounts: &[AccountId]) -> Result<HashMap<AccountId, i64>> {
        let mut generations = HashMap::new();
        // All bookings of a request are the viewer's own, so there is one account.
        for account in accounts {
            generations.insert(*account, store::generation(&app.db, *account).await?);
        }
        Ok(generations)
    }
}

/// The payload of `createCalendarFeed`.
#[derive(Default, SimpleObject)]
struct CreateCalendarFeedPayload {
    /// The URL of the viewer's bookings as iCalendar (RFC 5545). It is a secret that works without a session, and is
    /// returned only once. Null if the mutation failed.
    url: Option<WebUrl>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `revokeCalendarFeed`.
#[derive(Default, SimpleObject)]
struct RevokeCalendarFeedPayload {
    /// The viewer after the change. Null if the mutation failed.
    viewer: Option<ViewerObject>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateCalendarFeedPayload, RevokeCalendarFeedPayload);

#[derive(Debug, Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Creates a secret URL at which calendar programs read the viewer's bookings: up to 1,000, first those that are not
    /// over, then those that ended or were cancelled in the last 30 days. For the mentor, a session with several seats is
    /// one event. It replaces an earlier URL, which stops working, as do the URLs of `Booking.calendarUrl` from before.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_calendar_feed(&self, context: &Context<'_>) -> Nullable<CreateCalendarFeedPayload> {
        let outcome = async { rules::create_feed(context.app(), context.member()?).await };
        Payload::answer(outcome.await, |url| CreateCalendarFeedPayload {
            url: Some(url.into()),
            ..CreateCalendarFeedPayload::default()
        })
    }

    /// Revokes the URL of the viewer's calendar feed, and the URLs of `Booking.calendarUrl` that were issued to the viewer.
    /// Succeeds if there is no feed.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_calendar_feed(&self, context: &Context<'_>) -> Nullable<RevokeCalendarFeedPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::revoke_feed(context.app(), viewer).await?;
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| RevokeCalendarFeedPayload {
            viewer,
            ..RevokeCalendarFeedPayload::default()
        })
    }
}
