//! Who is told what, at the moment of delivery.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use futures_util::stream::BoxStream;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::time::Instant;

use super::MessageSnapshot;
use super::snapshots;
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::MessageId;
use crate::conversations::reading::{Marker, rules as reading};
use crate::conversations::{ConversationId, Room, View, rules as conversations};
use crate::error::{Error, Result};
use crate::live::{Event, EventKind, Feed, FeedItem, LOOKUP_TTL};

/// So many events that wait to be delivered are looked up together.
const AT_ONCE: usize = 64;

/// What a follower is told.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A message was added or changed.
    Message { event: Event, scene: Arc<MessageSnapshot> },
    /// Somebody said how far they have read.
    Read { event: Event, marker: Marker },
    /// What this slice does not know; for whoever follows to understand.
    Other(Event),
    /// Events are missing here.
    Reset { number: i64 },
}

/// Follows a feed in which conversations are told: that of one of them, of an account, of the lobby. What the viewer may
/// not see, at the moment of delivery, is left out.
pub fn deliveries(
    app: App,
    viewer: AccountId,
    feed: Feed,
    after: Option<i64>,
) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
    let followed = app.live.follow(feed, after).boxed();
    let batch = Batch { app, viewer, followed, rest: VecDeque::new(), scenes: HashMap::new(), looked_up_at: None };
    stream::unfold(batch, |mut batch| async move {
        loop {
            if batch.rest.is_empty() {
                batch.fill().await?;
            }
            // In a box, because there are thousands of followers, and nearly always they wait.
            if let Some(delivery) = Box::pin(batch.next()).await {
                return Some((delivery, batch));
            }
        }
    })
}

/// Follows one conversation. Whoever leaves it, or finds that it is gone, is told so and nothing more.
pub fn follow_conversation(
    app: App,
    viewer: AccountId,
    room: Room,
    after: Option<i64>,
) -> impl Stream<Item = Result<Delivery>> + Send + use<> {
    let view = View { viewer, conversation: room.id };
    deliveries(app.clone(), viewer, room.feed(), after).filter_map(move |delivery| {
        let app = app.clone();
        async move {
            match delivery {
                Ok(Delivery::Other(event)) if has_left(&event, viewer) => Some(Err(left())),
                // Leaving may be among what is missing.
                Ok(Delivery::Reset { .. }) => match conversations::conversation(&app, view).await {
                    Ok(Some(_)) => Some(delivery),
                    Ok(None) => Some(Err(left())),
                    Err(error) => Some(Err(error)),
                },
                delivery => Some(delivery),
            }
        }
    })
}

fn has_left(event: &Event, viewer: AccountId) -> bool {
    event.kind == EventKind::MemberLeft && event.subject == viewer.0
}

/// What ends the streams of somebody who is not in a conversation any more.
pub fn left() -> Error {
    Error::Forbidden("You are not in this conversation any more.")
}

/// Events that are ready to be delivered, and what they come from.
struct Batch {
    app: App,
    viewer: AccountId,
    followed: BoxStream<'static, Result<FeedItem>>,
    rest: VecDeque<Result<FeedItem>>,
    /// What the rest tells of, while it is fresh.
    scenes: HashMap<MessageId, Arc<MessageSnapshot>>,
    looked_up_at: Option<Instant>,
}

impl Batch {
    /// Waits for an event, and takes those that are there with it; `None` at the end. Not `ready_chunks`, which keeps room
    /// for all of them while it waits.
    async fn fill(&mut self) -> Option<()> {
        (self.scenes, self.looked_up_at) = (HashMap::new(), None);
        self.rest = VecDeque::from([self.followed.next().await?]);
        while self.rest.len() < AT_ONCE
            && let Some(Some(followed)) = self.followed.next().now_or_never()
        {
            self.rest.push_back(followed);
        }
        Some(())
    }

    /// Returns what the viewer is told next; `None` where none of the rest is for them.
    async fn next(&mut self) -> Option<Result<Delivery>> {
        loop {
            let followed = self.rest.pop_front()?;
            let delivery = match followed {
                Ok(FeedItem::Event(event)) => self.delivery(event).await,
                Ok(FeedItem::Reset { number }) => Ok(Some(Delivery::Reset { number })),
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
                let scene = self.scene(&event).await?.filter(|scene| scene.is_seen_by(self.viewer));
                Ok(scene.map(|scene| Delivery::Message { event, scene }))
            }
            EventKind::ConversationRead => {
                let conversation = ConversationId(event.detail.unwrap_or_default());
                let marker = reading::marker(&self.app, self.viewer, conversation, AccountId(event.subject)).await?;
                Ok(marker.map(|marker| Delivery::Read { event, marker }))
            }
            _ => Ok(Some(Delivery::Other(event))),
        }
    }

    async fn scene(&mut self, event: &Event) -> Result<Option<Arc<MessageSnapshot>>> {
        let message = MessageId(event.subject);
        if self.rest.is_empty() && self.looked_up_at.is_none() {
            // Live: others on this node want the same now.
            let number = event.detail.unwrap_or_default();
            return snapshots::scene(&self.app, message, number).await;
        }
        if self.looked_up_at.is_none_or(|at| at.elapsed() >= LOOKUP_TTL) {
            let rest = self.rest.iter().filter_map(|followed| match followed {
                Ok(FeedItem::Event(event)) if is_about_message(event) => Some(MessageId(event.subject)),
                _ => None,
            });
            let messages: Vec<MessageId> = [message].into_iter().chain(rest).collect();
            self.looked_up_at = Some(Instant::now());
            self.scenes = snapshots::load(&self.app, &messages).await?;
        }
        Ok(self.scenes.get(&message).cloned())
    }
}

fn is_about_message(event: &Event) -> bool {
    matches!(event.kind, EventKind::MessageAdded | EventKind::MessageChanged)
}
