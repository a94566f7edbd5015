//! Which events a follower receives, decided at the time of delivery.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use futures_util::stream::BoxStream;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::time::Instant;

use super::{MessageSnapshot, snapshots};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::groups::ReportedChange;
use crate::conversations::messages::MessageId;
use crate::conversations::reading::ReadMarker;
use crate::conversations::{Room, ViewerAndConversation, rules as conversations};
use crate::error::{Error, Result};
use crate::live::{Event, EventKind, Feed, FeedItem, FeedPosition, LOOKUP_TTL};

/// The maximum number of waiting events whose messages are loaded together.
const BATCH_SIZE: usize = 64;

/// An event that a follower receives, with its object.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A message was added or changed.
    Message { event: Event, snapshot: Arc<MessageSnapshot> },
    /// The reactions to a message changed.
    Reactions { event: Event, snapshot: Arc<MessageSnapshot> },
    /// A member has moved their read marker.
    Read { event: Event, marker: ReadMarker },
    /// A group changed, or what the viewer sees of its members.
    Group { event: Event, reported: ReportedChange },
    /// An event of another slice, which the caller interprets.
    Other(Event),
    /// Events between the follower's cursor and this position no longer exist. The stream continues after it.
    Reset { position: FeedPosition },
}

/// Follows a feed with events of conversations: that of a conversation, of an account or of the lobby. Leaves out what
/// the viewer cannot see at the time of delivery.
pub fn deliveries(
    app: App,
    viewer: AccountId,
    feed: Feed,
    after: Option<FeedPosition>,
) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
    let events = app.live.follow(feed, after).boxed();
    let batch =
        Batch { app, viewer, events, next: None, pending: VecDeque::new(), snapshots: HashMap::new(), loaded_at: None };
    stream::unfold(batch, |mut batch| async move {
        loop {
            if batch.next.is_none() {
                batch.fill().await?;
            }
            // Boxed, because thousands of followers wait nearly all the time, and a waiting one needs no space for
            // this.
            if let Some(delivery) = Box::pin(batch.next()).await {
                return Some((delivery, batch));
            }
        }
    })
}

/// Follows one conversation. Fails with [`left`] when the viewer leaves it or is found to have left.
pub fn follow_conversation(
    app: App,
    viewer: AccountId,
    room: Room,
    after: Option<FeedPosition>,
) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
    let key = ViewerAndConversation { viewer, conversation: room.id };
    deliveries(app.clone(), viewer, room.feed(), after).filter_map(move |delivery| {
        let app = app.clone();
        async move {
            match delivery {
                Ok(Delivery::Group { reported, .. }) if reported.ends_membership_of(viewer) => Some(Err(left())),
                // The event of the viewer's leaving may be among the missing ones.
                Ok(Delivery::Reset { .. }) => Some(check_membership(&app, key).await.and(delivery)),
                delivery => Some(delivery),
            }
        }
    })
}

/// Follows the membership of a viewer in a conversation, without a look at its other events. Yields [`left`] when the
/// viewer leaves it or is found to have left, and errors.
pub fn membership_ends(app: &App, viewer: AccountId, room: Room) -> impl Stream<Item = Error> + Send + use<> {
    let key = ViewerAndConversation { viewer, conversation: room.id };
    let app = app.clone();
    app.live.follow(room.feed(), None).filter_map(move |followed| {
        let app = app.clone();
        async move {
            match followed {
                Ok(FeedItem::Event(event)) => match snapshots::reported_change(&app, &event).await {
                    Ok(reported) => reported.filter(|reported| reported.ends_membership_of(viewer)).map(|_| left()),
                    Err(error) => Some(error),
                },
                Ok(FeedItem::Reset { .. }) => check_membership(&app, key).await.err(),
                Err(error) => Some(error),
            }
        }
    })
}

async fn check_membership(app: &App, key: ViewerAndConversation) -> Result<()> {
    conversations::conversation(app, key).await?.map(drop).ok_or_else(left)
}

/// The error that ends the streams of a viewer who has left a conversation.
pub fn left() -> Error {
    Error::Forbidden("You are no longer a member of this conversation.")
}

/// The events that are ready to be delivered to one follower, and their source.
struct Batch {
    app: App,
    viewer: AccountId,
    events: BoxStream<'static, Result<FeedItem>>,
    next: Option<Result<FeedItem>>,
    /// The events after the next one.
    pending: VecDeque<Result<FeedItem>>,
    /// The messages of the pending events. Reloaded when they are older than [`LOOKUP_TTL`].
    snapshots: HashMap<MessageId, Arc<MessageSnapshot>>,
    loaded_at: Option<Instant>,
}

impl Batch {
    /// Waits for an event, and takes the ones that are ready with it; `None` at the end of the stream. Unlike
    /// `ready_chunks` it reserves no memory for a full batch while it waits.
    async fn fill(&mut self) -> Option<()> {
        self.next = Some(self.events.next().await?);
        (self.snapshots, self.loaded_at, self.pending) = (HashMap::new(), None, VecDeque::new());
        while self.pending.len() < BATCH_SIZE
            && let Some(Some(followed)) = self.events.next().now_or_never()
        {
            self.pending.push_back(followed);
        }
        Some(())
    }

    /// Returns the next delivery; `None` if the viewer receives none of the pending events.
    async fn next(&mut self) -> Option<Result<Delivery>> {
        loop {
            let next = self.next.take()?;
            self.next = self.pending.pop_front();
            let delivery = match next {
                Ok(FeedItem::Event(event)) => self.delivery(event).await,
                Ok(FeedItem::Reset { position }) => Ok(Some(Delivery::Reset { position })),
                Err(error) => Err(error),
            };
            if let Some(delivery) = delivery.transpose() {
                return Some(delivery);
            }
        }
    }

    async fn delivery(&mut self, event: Event) -> Result<Option<Delivery>> {
        match event.kind {
            EventKind::MessageAdded | EventKind::MessageChanged => {
                let snapshot =
                    self.message_snapshot(&event).await?.filter(|snapshot| snapshot.is_visible_to(self.viewer));
                Ok(snapshot.map(|snapshot| Delivery::Message { event, snapshot }))
            }
            EventKind::ReactionsChanged => {
                let snapshot = snapshots::message_snapshot(&self.app, MessageId(event.subject), event.number).await?;
                let snapshot = snapshot.filter(|snapshot| snapshot.is_visible_to(self.viewer));
                Ok(snapshot.map(|snapshot| Delivery::Reactions { event, snapshot }))
            }
            EventKind::ConversationRead => {
                let marker = snapshots::read_marker(&self.app, &event, self.viewer).await?;
                Ok(marker.map(|marker| Delivery::Read { event, marker }))
            }
            EventKind::MemberLeft
            | EventKind::MemberRemoved
            | EventKind::GroupChanged
            | EventKind::VisibilityChanged => {
                let Some(reported) = snapshots::reported_change(&self.app, &event).await? else { return Ok(None) };
                let member = reported.member_id.filter(|member| *member != self.viewer);
                let is_hidden = match member {
                    Some(member) => snapshots::is_hidden(&self.app, &event, member, self.viewer).await?,
                    None => false,
                };
                Ok((!is_hidden).then_some(Delivery::Group { event, reported }))
            }
            _ => Ok(Some(Delivery::Other(event))),
        }
    }

    async fn message_snapshot(&mut self, event: &Event) -> Result<Option<Arc<MessageSnapshot>>> {
        let message = MessageId(event.subject);
        if self.next.is_none() && self.loaded_at.is_none() {
            // A single live event: other followers on this node load the same message now.
            let number = event.detail.unwrap_or_default();
            return snapshots::message_snapshot(&self.app, message, number).await;
        }
        if self.loaded_at.is_none_or(|at| at.elapsed() >= LOOKUP_TTL) {
            let others = self.next.iter().chain(&self.pending).filter_map(|followed| match followed {
                Ok(FeedItem::Event(event)) if is_about_message(event) => Some(MessageId(event.subject)),
                _ => None,
            });
            let messages: Vec<MessageId> = [message].into_iter().chain(others).collect();
            self.loaded_at = Some(Instant::now());
            self.snapshots = snapshots::load(&self.app, &messages).await?;
        }
        Ok(self.snapshots.get(&message).cloned())
    }
}

fn is_about_message(event: &Event) -> bool {
    matches!(event.kind, EventKind::MessageAdded | EventKind::MessageChanged)
}
