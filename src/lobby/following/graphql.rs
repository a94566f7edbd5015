//! The GraphQL subscription of the lobby.

use async_graphql::{Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::rules;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::following::graphql::{
    MessageAdded, MessageChanged, MessageEvent, Upcoming, announce, reactions_changed,
};
use crate::conversations::following::rules::{Delivery, deliveries};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::live::{Event, EventKind, Feed};
use crate::profiles::User;
use crate::reactions::graphql::ReactionsChanged;

/// A user entered the lobby, is visible again after a block, or changed their name or profile there: replace the user if
/// they are in the list already.
#[derive(Clone, Debug, SimpleObject)]
pub struct LobbyJoined {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The global id of the user, even if the account no longer exists.
    user_id: ID,
    /// The user; null if the account no longer exists.
    user: Option<User>,
}

/// A user is no longer in the lobby, or no longer visible because of a block: the user left, lost their last connection,
/// or their session ended. If the account was deleted, the user's messages have no author from now on.
#[derive(Clone, Debug, SimpleObject)]
pub struct LobbyLeft {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The global id of the user, even if the account no longer exists.
    user_id: ID,
    /// The user; null if the account no longer exists, and across a block. The account of a guest is deleted 10 minutes
    /// after they leave.
    user: Option<User>,
}

/// An event of the lobby. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
enum LobbyEvent {
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    LobbyJoined(LobbyJoined),
    LobbyLeft(LobbyLeft),
    ReactionsChanged(ReactionsChanged),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct LobbySubscription;

#[Subscription]
impl LobbySubscription {
    /// The messages of the lobby, the reactions to them, and the users who enter and leave, in the same order for every
    /// follower, each event once. With `after` the stream starts with the first event after this cursor, without it with the next event.
    /// Users with a block between them receive no events about each other; when the block begins and ends, each of them
    /// receives that the other one has left or joined.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn lobby_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event received, of a message edge, or from `Lobby.eventsCursor`.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<LobbyEvent, EdgeError>>, EdgeError> {
        let stream_state = context.stream_state();
        let open = async {
            let (viewer, stream_state) = (context.signed_in()?, stream_state.clone());
            let app = context.app().clone();
            let after = stream_state.resume_after(Feed::LOBBY, after.as_deref())?;
            let deliveries = deliveries(app.clone(), viewer.account, Feed::LOBBY, after);
            Ok(deliveries.filter_map(move |delivery| {
                let (app, stream_state) = (app.clone(), stream_state.clone());
                async move {
                    let event = match delivery {
                        // Boxed, so that a waiting follower needs no space for it.
                        Ok(delivery) => Box::pin(lobby_event(&app, viewer, &stream_state, delivery)).await,
                        Err(error) => Err(error),
                    };
                    event.map_err(EdgeError::from).transpose()
                }
            }))
        };
        stream_state.open(open).await
    }
}

impl From<MessageEvent> for LobbyEvent {
    fn from(event: MessageEvent) -> Self {
        match event {
            MessageEvent::Added(added) => Self::MessageAdded(added),
            MessageEvent::Changed(changed) => Self::MessageChanged(changed),
        }
    }
}

/// Converts a delivery to the event that the viewer receives, if any. Registers it with the transport as shareable
/// where all followers receive the same.
async fn lobby_event(
    app: &App,
    viewer: Viewer,
    stream_state: &StreamState,
    delivery: Delivery,
) -> Result<Option<Upcoming<LobbyEvent>>> {
    announce(stream_state, viewer, Feed::LOBBY, &delivery);
    let event = match delivery {
        Delivery::Message { event, snapshot } => return Ok(Some(Upcoming::Message { event, snapshot })),
        Delivery::Reactions { event, snapshot } => {
            Some(LobbyEvent::ReactionsChanged(reactions_changed(&event, &snapshot)))
        }
        Delivery::Other(event) if matches!(event.kind, EventKind::LobbyJoined | EventKind::LobbyLeft) => {
            let snapshot = rules::lobby_snapshot(app, &event).await?;
            let audience = rules::audience(&event, &snapshot, viewer.account);
            if audience == rules::Audience::Everyone {
                stream_state.set_next_shared(&event);
            }
            match audience {
                rules::Audience::None => None,
                rules::Audience::WithoutUser => Some(joined_or_left(&event, None)),
                _ => Some(joined_or_left(&event, snapshot.user.clone())),
            }
        }
        Delivery::Other(_) | Delivery::Group { .. } | Delivery::Read { .. } => None,
        Delivery::Reset { position } => {
            let cursor = write_feed_cursor(Feed::LOBBY, position);
            Some(LobbyEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() }))
        }
    };
    Ok(event.map(|event| Upcoming::Other(Box::new(event))))
}

fn joined_or_left(event: &Event, user: Option<User>) -> LobbyEvent {
    let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
    let user_id = AccountId(event.subject).to_global();
    if event.kind == EventKind::LobbyJoined {
        LobbyEvent::LobbyJoined(LobbyJoined { cursor, happened_at, user_id, user })
    } else {
        LobbyEvent::LobbyLeft(LobbyLeft { cursor, happened_at, user_id, user })
    }
}
