//! The lobby in the graph.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use super::{Lobby, Present, rules, store};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::TokenTransport;
use crate::accounts::sessions::graphql::{SessionTokens, fresh_viewer};
use crate::conversations::Room;
use crate::conversations::messages::graphql::{MessageConnection, MessageEdge};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::{
    ContextExt, EdgeError, GlobalId, HistoryArguments, Nullable, PageArguments, Payload, UserError, nullable,
};
use crate::live;
use crate::profiles::graphql::UserConnection;

/// In which order the people in the lobby are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
enum LobbySort {
    /// By username, without regard to case and accents.
    #[default]
    Name,
    /// Whoever came first.
    JoinedAt,
}

/// The one public room: who is in it and what is said there. People whom a block parts see nothing of each other here.
#[Object]
impl Lobby {
    /// Who is in the lobby, each person once however many connections they have.
    async fn users(
        &self,
        context: &Context<'_>,
        #[graphql(default, desc = "The order. A cursor belongs to the order in which it was given.")] sort: LobbySort,
        page: PageArguments,
    ) -> Nullable<UserConnection> {
        let (db, viewer) = (&context.app().db, self.viewer.account);
        nullable(
            async {
                let connection = match sort {
                    LobbySort::Name => {
                        let page = page.read(context)?;
                        let present = store::page_by_name(db, viewer, &page).await?;
                        let total = if page.wants_total { Some(store::count(db, viewer).await?) } else { None };
                        let place = |present: &Present| (present.name.clone(), present.user.id);
                        UserConnection::from_rows(&page, present, total, place, |present| present.user)
                    }
                    LobbySort::JoinedAt => {
                        let page = page.read(context)?;
                        let present = store::page_by_time(db, viewer, &page).await?;
                        let total = if page.wants_total { Some(store::count(db, viewer).await?) } else { None };
                        let place = |present: &Present| (present.came_at, present.user.id);
                        UserConnection::from_rows(&page, present, total, place, |present| present.user)
                    }
                };
                Ok(Some(connection))
            }
            .await,
        )
    }

    /// How many people `users` lists.
    async fn online_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(store::count(&context.app().db, self.viewer.account).await.map_err(Error::from)?)
    }

    /// What was said, oldest first: the last 20 messages, or the first 20 when only `after` is given. The cursors are those
    /// of `lobbyChanged`.
    async fn messages(&self, context: &Context<'_>, page: HistoryArguments) -> Nullable<MessageConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                MessageConnection::load(context, Room::LOBBY, page).await.map(Some)
            }
            .await,
        )
    }

    /// The viewer is in the lobby: they have entered, and not lost every connection since.
    async fn viewer_is_present(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let db = &context.app().db;
        Ok(store::is_present(db, self.viewer.account).await.map_err(Error::from)?)
    }

    /// Where the lobby's log stands now: read people and messages, subscribe to `lobbyChanged(after: this)` and nothing is
    /// lost in between.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let feed = Room::LOBBY.feed();
        let head = live::head(&context.app().db, feed).await.map_err(Error::from)?;
        Ok(write_feed_cursor(feed, head))
    }
}

#[derive(Debug, Default)]
pub struct LobbyQuery;

#[Object]
impl LobbyQuery {
    /// The lobby. Whoever is signed in may read, follow and write here; entering is what puts them on the list.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn lobby(&self, context: &Context<'_>) -> Nullable<Lobby> {
        nullable(context.signed_in().map(|viewer| Some(Lobby { viewer })))
    }
}

/// Who enters the lobby.
#[derive(InputObject)]
struct EnterLobbyInput {
    /// 3 to 15 letters, digits or underscores, held as long as the session lives. Needed by those who are not signed in.
    pseudonym: Option<String>,
    /// How a new guest's session travels.
    #[graphql(default)]
    transport: TokenTransport,
}

/// What to say in the lobby.
#[derive(InputObject)]
struct SendLobbyMessageInput {
    /// What it says: 1 to 4,000 characters after trimming, line breaks allowed.
    text: String,
    /// The client's own name for this message, 1 to 100 characters, unique per author for good: sent again with the same
    /// text it answers with the same message.
    client_key: Option<String>,
}

/// Whom to send away.
#[derive(InputObject)]
struct RemoveGuestInput {
    /// The guest.
    user_id: ID,
}

/// The answer to `enterLobby`.
#[derive(Default, SimpleObject)]
struct EnterLobbyPayload {
    /// Who entered; null when refused.
    viewer: Option<ViewerObject>,
    /// The lobby as the entrant sees it; null when refused.
    lobby: Option<Lobby>,
    /// The session of a new guest; null for those who were signed in already.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `leaveLobby`.
#[derive(Default, SimpleObject)]
struct LeaveLobbyPayload {
    /// The lobby as it is now; null when refused.
    lobby: Option<Lobby>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `sendLobbyMessage`.
#[derive(Default, SimpleObject)]
struct SendLobbyMessagePayload {
    /// The message with its place in the history; null when refused.
    message_edge: Option<MessageEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `removeGuest`.
#[derive(Default, SimpleObject)]
struct RemoveGuestPayload {
    /// The guest who is gone; null when refused.
    removed_user_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(EnterLobbyPayload, LeaveLobbyPayload, SendLobbyMessagePayload, RemoveGuestPayload);

#[derive(Debug, Default)]
pub struct LobbyMutation;

#[Object]
impl LobbyMutation {
    /// Enters the lobby. Whoever is not signed in becomes a guest under a pseudonym: for 12 hours at most, or until
    /// nothing is heard of them for 30 minutes. `register` turns a guest into a member. Whoever opens no socket or event
    /// stream within 60 seconds has left again, and so has whoever closed the last one more than 5 seconds ago.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn enter_lobby(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who enters.")] input: EnterLobbyInput,
    ) -> Nullable<EnterLobbyPayload> {
        let outcome = async {
            let (app, caller) = (context.app(), context.caller());
            let pseudonym = input.pseudonym.as_deref();
            let issued = rules::enter(app, &caller.client(), context.viewer(), pseudonym, input.transport).await?;
            let viewer = match (&issued, context.viewer()) {
                (Some(issued), _) => fresh_viewer(context, issued.session).await?,
                (None, Some(viewer)) => ViewerObject::load(context, viewer).await?,
                (None, None) => None,
            };
            // A new guest goes on as such from here.
            let lobby = context.viewer().map(|viewer| Lobby { viewer });
            let session = issued.map(|issued| SessionTokens::hand_out(context, &issued));
            Ok(EnterLobbyPayload { viewer, lobby, session, ..EnterLobbyPayload::default() })
        };
        Payload::answer(outcome.await, |payload| payload)
    }

    /// Leaves the lobby. A guest's session ends with it, and the pseudonym is free again.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn leave_lobby(&self, context: &Context<'_>) -> Nullable<LeaveLobbyPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::leave(context.app(), viewer).await?;
            Ok(Lobby { viewer })
        };
        Payload::answer(outcome.await, |lobby| LeaveLobbyPayload { lobby: Some(lobby), ..LeaveLobbyPayload::default() })
    }

    /// Says something to everybody in the lobby. At most 60 messages a minute, and 20 for guests. `editMessage` and
    /// `deleteMessage` are for these messages too; those who keep order may delete everybody's.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn send_lobby_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to say.")] input: SendLobbyMessageInput,
    ) -> Nullable<SendLobbyMessagePayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::send_lobby_message(context.app(), viewer, input.text, input.client_key).await
        };
        Payload::answer(outcome.await, |message| SendLobbyMessagePayload {
            message_edge: Some(message.into()),
            ..SendLobbyMessagePayload::default()
        })
    }

    /// Sends a guest away: their session ends, and they are in the lobby no more. Moderators and admins only.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_guest(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RemoveGuestInput,
    ) -> Nullable<RemoveGuestPayload> {
        let outcome = async {
            let guest = AccountId::from_global(&input.user_id);
            rules::remove_guest(context.app(), context.member()?, guest).await
        };
        Payload::answer(outcome.await, |guest| RemoveGuestPayload {
            removed_user_id: Some(guest.to_global()),
            ..RemoveGuestPayload::default()
        })
    }
}
