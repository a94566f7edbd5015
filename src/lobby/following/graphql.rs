//! The stream of the lobby in the graph.

use async_graphql::{Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::rules;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::following::graphql::{MessageAdded, MessageChanged, MessageEvent, announce};
use crate::conversations::following::rules::{Delivery, deliveries};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::live::{Event, EventKind, Feed};
use crate::profiles::User;

/// Somebody entered the lobby.
#[derive(Clone, Debug, SimpleObject)]
pub struct LobbyJoined {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// Who: the global id, also of somebody who is gone.
    user_id: ID,
    /// Who; null once the account is gone.
    user: Option<User>,
}

/// Somebody is not in the lobby any more: they left, or lost every connection, or their session is over.
#[derive(Clone, Debug, SimpleObject)]
pub struct LobbyLeft {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// Who: the global id, also of somebody who is gone.
    user_id: ID,
    /// Who; null once the account is gone. A guest's is gone some minutes after they left.
    user: Option<User>,
}

/// Something happened in the lobby. Clients must expect more kinds to come.
#[derive(Clone, Debug, Union)]
enum LobbyEvent {
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    LobbyJoined(LobbyJoined),
    LobbyLeft(LobbyLeft),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct LobbySubscription;

#[expect(clippy::unused_async, reason = "the framework awaits every resolver")]
#[Subscription]
impl LobbySubscription {
    /// What is said in the lobby and who comes and goes, in one order for everybody, each once. A log: with `after` it
    /// begins with what came since, without it begins now. Nothing is told of people whom a block parts from the viewer.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn lobby_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event seen, that of a message's edge, or `Lobby.eventsCursor`.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<LobbyEvent, EdgeError>>, EdgeError> {
        let (viewer, stream_state) = (context.signed_in()?, context.stream_state());
        let app = context.app().clone();
        let after = stream_state.resume_after(Feed::LOBBY, after.as_deref())?;
        let deliveries = deliveries(app.clone(), viewer.account, Feed::LOBBY, after);
        Ok(deliveries.filter_map(move |delivery| {
            let (app, stream_state) = (app.clone(), stream_state.clone());
            async move {
                let event = match delivery {
                    // In a box, which a follower who waits does without.
                    Ok(delivery) => Box::pin(event(&app, viewer, &stream_state, delivery)).await,
                    Err(error) => Err(error),
                };
                event.map_err(EdgeError::from).transpose()
            }
        }))
    }
}

/// Returns what the viewer is told of a delivery, and shares what is made of it with those who are told the same.
async fn event(
    app: &App,
    viewer: Viewer,
    stream_state: &StreamState,
    delivery: Delivery,
) -> Result<Option<LobbyEvent>> {
    announce(stream_state, viewer, Feed::LOBBY, &delivery);
    Ok(match delivery {
        Delivery::Message { event, scene } => Some(match MessageEvent::of(&event, scene) {
            MessageEvent::Added(added) => LobbyEvent::MessageAdded(added),
            MessageEvent::Changed(changed) => LobbyEvent::MessageChanged(changed),
        }),
        Delivery::Other(event) if matches!(event.kind, EventKind::LobbyJoined | EventKind::LobbyLeft) => {
            let snapshot = rules::lobby_snapshot(app, &event).await?;
            if !snapshot.is_seen_by(viewer.account) {
                return Ok(None);
            }
            stream_state.set_next_shared(&event);
            Some(entered(&event, snapshot.user.clone()))
        }
        Delivery::Other(_) | Delivery::Read { .. } => None,
        Delivery::Reset { number } => {
            let cursor = write_feed_cursor(Feed::LOBBY, number);
            Some(LobbyEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() }))
        }
    })
}

fn entered(event: &Event, user: Option<User>) -> LobbyEvent {
    let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
    let user_id = AccountId(event.subject).to_global();
    if event.kind == EventKind::LobbyJoined {
        LobbyEvent::LobbyJoined(LobbyJoined { cursor, happened_at, user_id, user })
    } else {
        LobbyEvent::LobbyLeft(LobbyLeft { cursor, happened_at, user_id, user })
    }
}
