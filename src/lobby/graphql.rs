//! GraphQL types, query and mutations of the lobby.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use super::{Lobby, LobbyId, LobbyUser, rules, store};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::TokenTransport;
use crate::accounts::sessions::graphql::{SessionTokens, load_signed_in_viewer};
use crate::conversations::messages::graphql::{MessageConnection, MessageEdge};
use crate::conversations::messages::{MessageDraft, MessageId, MessageSelection};
use crate::conversations::{History, Room};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::{
    ContextExt, EdgeError, GlobalId, HistoryArguments, Nullable, PageArguments, Payload, UserError, nullable,
};
use crate::live;
use crate::profiles::graphql::UserConnection;

/// The order of the users in the lobby.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
enum LobbySort {
    /// By username, ignoring case and accents.
    #[default]
    Name,
    /// By the time of entering, the earliest first.
    JoinedAt,
}

/// The one public room. Users with a block between them do not see each other, or each other's messages, here.
#[Object]
impl Lobby {
    /// The global id.
    pub async fn id(&self) -> ID {
        LobbyId::ONLY.to_global()
    }

    /// The users in the lobby, each once, however many connections they have.
    async fn users(
        &self,
        context: &Context<'_>,
        #[graphql(default, desc = "The order. A cursor is valid only with the order it was returned for.")]
        sort: LobbySort,
        page: PageArguments,
    ) -> Nullable<UserConnection> {
        let (db, viewer) = (&context.app().db, self.viewer.account);
        nullable(
            async {
                let connection = match sort {
                    LobbySort::Name => {
                        let page = page.read(context)?;
                        let entries = store::page_by_name(db, viewer, &page).await?;
                        let total = if page.wants_total { Some(store::count(db, viewer).await?) } else { None };
                        let position = |entry: &LobbyUser| (entry.name.clone(), entry.user.id);
                        UserConnection::from_rows(&page, entries, total, position, |entry| entry.user)
                    }
                    LobbySort::JoinedAt => {
                        let page = page.read(context)?;
                        let entries = store::page_by_time(db, viewer, &page).await?;
                        let total = if page.wants_total { Some(store::count(db, viewer).await?) } else { None };
                        let position = |entry: &LobbyUser| (entry.came_at, entry.user.id);
                        UserConnection::from_rows(&page, entries, total, position, |entry| entry.user)
                    }
                };
                Ok(Some(connection))
            }
            .await,
        )
    }

    /// The number of users in the lobby that the viewer can see: the length of `users`.
    async fn online_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(store::count(&context.app().db, self.viewer.account).await.map_err(Error::from)?)
    }

    /// The messages, oldest first. Without arguments it returns the last 20; with `after` alone it returns the first 20
    /// after the cursor. The cursors are the same as those of `lobbyChanged`.
    async fn messages(&self, context: &Context<'_>, page: HistoryArguments) -> Nullable<MessageConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                MessageConnection::load(context, History::LOBBY, MessageSelection::All, page).await.map(Some)
            }
            .await,
        )
    }

    /// Whether the viewer is in the lobby: the viewer has entered, and has not left or lost their last connection
    /// since.
    async fn viewer_is_present(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let db = &context.app().db;
        Ok(store::is_present(db, self.viewer.account).await.map_err(Error::from)?)
    }

    /// The cursor of the latest event of the lobby. Pass it to `lobbyChanged` as `after` to receive every later event.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let feed = Room::LOBBY.feed();
        let newest = live::newest(&context.app().db, feed).await.map_err(Error::from)?;
        Ok(write_feed_cursor(feed, newest))
    }
}

#[derive(Debug, Default)]
pub struct LobbyQuery;

#[Object]
impl LobbyQuery {
    /// The lobby. Every signed-in user, including guests, can read, follow and write here. Entering adds the user to
    /// the list.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn lobby(&self, context: &Context<'_>) -> Nullable<Lobby> {
        nullable(context.signed_in().map(|viewer| Some(Lobby { viewer })))
    }
}

/// The input of `enterLobby`.
#[derive(InputObject)]
struct EnterLobbyInput {
    /// The name of a new guest: 3 to 15 letters, digits or underscores, reserved until the guest's session ends.
    /// Required without a session, ignored otherwise.
    pseudonym: Option<String>,
    /// How the credentials of a new guest's session are delivered.
    #[graphql(default)]
    transport: TokenTransport,
}

/// The input of `sendLobbyMessage`.
#[derive(InputObject)]
struct SendLobbyMessageInput {
    /// The text: 1 to 4,000 characters after trimming, with line breaks.
    text: String,
    /// The message of the lobby to reply to.
    reply_to_id: Option<ID>,
    /// A key that the client chooses, 1 to 100 characters, unique for each author. A repeated request with the same key
    /// and content returns the existing message. Keys never expire.
    client_key: Option<String>,
}

/// The input of `removeGuest`.
#[derive(InputObject)]
struct RemoveGuestInput {
    /// The guest to remove.
    user_id: ID,
}

/// The result of `enterLobby`.
#[derive(Default, SimpleObject)]
struct EnterLobbyPayload {
    /// The viewer, who may be a new guest; null when there are user errors.
    viewer: Option<ViewerObject>,
    /// The lobby as this viewer sees it; null when there are user errors.
    lobby: Option<Lobby>,
    /// The session of a new guest; null if the viewer was signed in already.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `leaveLobby`.
#[derive(Default, SimpleObject)]
struct LeaveLobbyPayload {
    /// The lobby after the mutation; null when there are user errors.
    lobby: Option<Lobby>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `sendLobbyMessage`.
#[derive(Default, SimpleObject)]
struct SendLobbyMessagePayload {
    /// The message with its position in the history; null when there are user errors.
    message_edge: Option<MessageEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `removeGuest`.
#[derive(Default, SimpleObject)]
struct RemoveGuestPayload {
    /// The global id of the removed guest; null when there are user errors.
    removed_user_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(EnterLobbyPayload, LeaveLobbyPayload, SendLobbyMessagePayload, RemoveGuestPayload);

#[derive(Debug, Default)]
pub struct LobbyMutation;

#[Object]
impl LobbyMutation {
    /// Enters the lobby. A caller without a session becomes a guest with a pseudonym: for up to 12 hours, and for up to
    /// 30 minutes without a request or a connection. `register` turns a guest into a member. Open a WebSocket or an
    /// event stream within 60 seconds: without one the user leaves the lobby again. The user also leaves 5 seconds
    /// after the last connection closes. Codes: `INVALID`, `TOO_LONG`, `TOO_SHORT`, `USERNAME_TAKEN`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn enter_lobby(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pseudonym of a new guest.")] input: EnterLobbyInput,
    ) -> Nullable<EnterLobbyPayload> {
        let outcome = async {
            let (app, caller) = (context.app(), context.caller());
            let pseudonym = input.pseudonym.as_deref();
            let issued =
                rules::enter_lobby(app, &caller.client(), context.viewer(), pseudonym, input.transport).await?;
            let viewer = match (&issued, context.viewer()) {
                (Some(issued), _) => load_signed_in_viewer(context, issued.session).await?,
                (None, Some(viewer)) => ViewerObject::load(context, viewer).await?,
                (None, None) => None,
            };
            // The new guest has become the viewer.
            let lobby = context.viewer().map(|viewer| Lobby { viewer });
            let session = issued.map(|issued| SessionTokens::issue(context, &issued));
            Ok(EnterLobbyPayload { viewer, lobby, session, ..EnterLobbyPayload::default() })
        };
        Payload::answer(outcome.await, |payload| payload)
    }

    /// Leaves the lobby. This also ends the session of a guest and releases the pseudonym.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn leave_lobby(&self, context: &Context<'_>) -> Nullable<LeaveLobbyPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::leave_lobby(context.app(), viewer).await?;
            Ok(Lobby { viewer })
        };
        Payload::answer(outcome.await, |lobby| LeaveLobbyPayload { lobby: Some(lobby), ..LeaveLobbyPayload::default() })
    }

    /// Sends a message to the lobby. A user can send 60 messages a minute, a guest 20. Members can edit and delete
    /// their messages with `editMessage` and `deleteMessage`; moderators and admins can delete any message. Codes:
    /// `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn send_lobby_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The message.")] input: SendLobbyMessageInput,
    ) -> Nullable<SendLobbyMessagePayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            let reply_to = input.reply_to_id.as_ref().map(MessageId::from_global);
            let draft = MessageDraft {
                text: Some(input.text),
                reply_to,
                client_key: input.client_key,
                ..MessageDraft::default()
            };
            rules::send_lobby_message(context.app(), viewer, &draft).await
        };
        Payload::answer(outcome.await, |message| SendLobbyMessagePayload {
            message_edge: Some(message.into()),
            ..SendLobbyMessagePayload::default()
        })
    }

    /// Removes a guest from the lobby and ends the guest's session. For moderators and admins only. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_guest(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The guest to remove.")] input: RemoveGuestInput,
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
