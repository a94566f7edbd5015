//! The inbox in the graph.

use async_graphql::{Context, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use crate::accounts::notices::Notice;
use crate::app::App;
use crate::bookings::following::graphql::{BookingChanged, BookingReminder};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Rule};
use crate::graphql::feed::{FeedReset, cursor_of, read_feed_cursor, write_feed_cursor};
use crate::graphql::{Asked, DateTime, EdgeError};
use crate::live::{Event, EventKind, Feed, Followed};

/// Something happened to the security of the account.
#[derive(Clone, Debug, SimpleObject)]
pub struct SecurityNotice {
    /// The place in the inbox: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// What happened.
    kind: Notice,
}

/// Something private that concerns the viewer. Clients must expect more kinds to come.
#[derive(Clone, Debug, Union)]
enum InboxEvent {
    BookingChanged(BookingChanged),
    BookingReminder(BookingReminder),
    SecurityNotice(SecurityNotice),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct InboxSubscription;

#[expect(clippy::unused_async, reason = "the framework awaits every resolver")]
#[Subscription]
impl InboxSubscription {
    /// Everything private that concerns the viewer, in order, each once. A log: with `after` it begins with what came
    /// since, without it begins now.
    #[graphql(directive = access::allow::apply(Rule::Member))]
    async fn inbox_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event seen, or `Viewer.inboxCursor`.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<InboxEvent, EdgeError>>, EdgeError> {
        let viewer = context.member()?;
        let app = context.app().clone();
        let feed = Feed(viewer.account.0);
        let after = after.as_deref().map(|cursor| read_feed_cursor(feed, cursor)).transpose()?;
        let followed = app.live.follow(feed, after);
        Ok(followed.filter_map(move |followed| std::future::ready(event(&app, feed, followed))))
    }
}

/// Returns what the viewer is told of an event; `None` for kinds that this stream does not show.
fn event(app: &App, feed: Feed, followed: Result<Followed>) -> Option<Result<InboxEvent, EdgeError>> {
    match followed {
        Ok(Followed::Event(event)) if event.kind == EventKind::SecurityNotice => {
            let notice = Notice::of(&event).ok_or_else(|| Error::internal("a notice of an unknown kind"));
            Some(notice.map(|kind| InboxEvent::SecurityNotice(security_notice(&event, kind))).map_err(EdgeError::from))
        }
        Ok(Followed::Event(event)) => match event.kind {
            EventKind::BookingChanged => BookingChanged::of(&event).map(InboxEvent::BookingChanged).map(Ok),
            EventKind::BookingReminder => Some(Ok(InboxEvent::BookingReminder(BookingReminder::of(&event)))),
            _ => None,
        },
        Ok(Followed::Reset { number }) => Some(Ok(InboxEvent::FeedReset(reset(feed, number, app.clock.now())))),
        Err(error) => Some(Err(error.into())),
    }
}

fn security_notice(event: &Event, kind: Notice) -> SecurityNotice {
    SecurityNotice { cursor: cursor_of(event), happened_at: event.happened_at.into(), kind }
}

fn reset(feed: Feed, number: i64, now: Timestamp) -> FeedReset {
    FeedReset { cursor: write_feed_cursor(feed, number), happened_at: now.into() }
}
