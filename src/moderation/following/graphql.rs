//! The GraphQL subscription of the queues of moderators.

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::rules;
use crate::accounts::Viewer;
use crate::accounts::registration::approval::graphql::visible_request;
use crate::accounts::registration::approval::{RegistrationRequest, RegistrationRequestId};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, nullable};
use crate::live::{EventKind, Feed, FeedItem};
use crate::reports::graphql::visible_report;
use crate::reports::{Report, ReportId};

/// A report was opened, got another complaint, was assigned or resolved.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ReportChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    report: ReportId,
}

#[ComplexObject]
impl ReportChanged {
    /// The report in its current state.
    async fn report(&self, context: &Context<'_>) -> Result<Report, EdgeError> {
        Ok(visible_report(context, self.report).await?.ok_or(Error::NotFound)?)
    }
}

/// A registration request was created, approved, declined or deleted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct RegistrationRequestChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    request: RegistrationRequestId,
}

#[ComplexObject]
impl RegistrationRequestChanged {
    /// The request; null once it is decided or deleted.
    async fn registration_request(&self, context: &Context<'_>) -> Nullable<RegistrationRequest> {
        nullable(visible_request(context, self.request).await)
    }

    /// The global id of the request.
    fn registration_request_id(&self) -> ID {
        self.request.to_global()
    }
}

/// An event of the queues of moderators. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
enum ModerationEvent {
    ReportChanged(ReportChanged),
    RegistrationRequestChanged(RegistrationRequestChanged),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct ModerationSubscription;

#[Subscription]
impl ModerationSubscription {
    /// Changes of the queues of reports and registrations, in order, each event once. With `after` the stream starts with the first event after
    /// this cursor, without it with the next event. Ends with `FORBIDDEN` once the viewer is no longer a moderator.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn moderation_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event received, or from `Moderation.eventsCursor`.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = Result<ModerationEvent, EdgeError>>, EdgeError> {
        let (viewer, stream_state) = (context.moderator()?, context.stream_state());
        let app = context.app().clone();
        let after = stream_state.resume_after(Feed::MODERATION, after.as_deref())?;
        let items = rules::follow_queues(&app, viewer, after).await?;
        Ok(items.filter_map(move |item| {
            let (app, stream_state) = (app.clone(), stream_state.clone());
            // Boxed, so that a waiting follower needs no space for it.
            Box::pin(async move {
                let event = match item {
                    Ok(item) => deliver(&app, viewer, &stream_state, item).await,
                    Err(error) => Err(error),
                };
                event.map_err(EdgeError::from).transpose()
            })
        }))
    }
}

/// Converts an event; `None` for kinds written by a newer version of the server.
async fn deliver(
    app: &App,
    viewer: Viewer,
    stream_state: &StreamState,
    item: FeedItem,
) -> Result<Option<ModerationEvent>> {
    rules::check_role(app, viewer.account).await?;
    Ok(match item {
        FeedItem::Event(event) => {
            let (cursor, happened_at, subject) = (cursor_of(&event), event.happened_at.into(), event.subject);
            let delivered = match event.kind {
                EventKind::ReportChanged => {
                    ModerationEvent::ReportChanged(ReportChanged { cursor, happened_at, report: ReportId(subject) })
                }
                EventKind::RegistrationRequestChanged => {
                    let request = RegistrationRequestId(subject);
                    let changed = RegistrationRequestChanged { cursor, happened_at, request };
                    ModerationEvent::RegistrationRequestChanged(changed)
                }
                _ => return Ok(None),
            };
            stream_state.set_next(event.feed, &event);
            Some(delivered)
        }
        FeedItem::Reset { position } => {
            stream_state.set_next(Feed::MODERATION, position);
            let cursor = write_feed_cursor(Feed::MODERATION, position);
            Some(ModerationEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() }))
        }
    })
}
