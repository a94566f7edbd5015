//! Calendar feeds in the graph.

use async_graphql::{Context, Object, SimpleObject};

use super::rules;
use crate::accounts::graphql::ViewerObject;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};

/// The answer to `createCalendarFeed`.
#[derive(Default, SimpleObject)]
struct CreateCalendarFeedPayload {
    /// Where calendars read the viewer's bookings. Shown this once; whoever has it needs no session.
    url: Option<WebUrl>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `revokeCalendarFeed`.
#[derive(Default, SimpleObject)]
struct RevokeCalendarFeedPayload {
    /// The signed-in person, without a feed.
    viewer: Option<ViewerObject>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateCalendarFeedPayload, RevokeCalendarFeedPayload);

#[derive(Debug, Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Makes a secret address at which calendars read all bookings of the viewer, the latest 1,000. An earlier address
    /// stops.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_calendar_feed(&self, context: &Context<'_>) -> Nullable<CreateCalendarFeedPayload> {
        let outcome = async { rules::create_feed(context.app(), context.member()?).await };
        Payload::answer(outcome.await, |url| CreateCalendarFeedPayload {
            url: Some(WebUrl(url)),
            ..CreateCalendarFeedPayload::default()
        })
    }

    /// Stops the viewer's calendar feed.
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
