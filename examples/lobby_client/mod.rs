//! A guest in the lobby, used by both lobby programs and meant to be copied.
//!
//! It enters over HTTP and does everything else over one WebSocket. When the connection is lost it connects again and
//! resumes: it misses no event and sends no message twice.

mod socket;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use graphql_client::{GraphQLQuery, Response};
use serde_json::Value;
use tokio::time::{Instant, error::Elapsed, sleep, timeout};
use tokio_tungstenite::tungstenite;

use self::follow::FollowLobbyChanged::{
    self as Change, FeedReset, LobbyJoined, LobbyLeft, MessageAdded, MessageChanged, ReactionsChanged,
};
use self::socket::Socket;

// The types of variables and responses are generated from `lobby.graphql`: an operation that does not match the schema
// does not compile.
#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct Enter;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct Refresh;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct Follow;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct SendMessage;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct Leave;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// The delay between attempts to connect doubles up to half a minute, so this many take about five minutes.
const MAX_ATTEMPTS: u32 = 16;
/// A connection that lasted this long resets the number of attempts.
const STABLE_AFTER: Duration = Duration::from_mins(1);
const MAX_OUTGOING: usize = 20;

// The ids of operations on the socket. The id of a message is its `clientKey`.
const ENTER: &str = "enter";
const FOLLOW: &str = "follow";
const LEAVE: &str = "leave";

/// An event in the lobby.
pub enum Event {
    Message {
        id: String,
        author: String,
        is_mine: bool,
        /// Whether the text names this user as `@username`.
        mentions_me: bool,
        text: String,
    },
    Joined(String),
    Left(String),
    /// Events are missing: the client was disconnected for longer than the server keeps them.
    Reset,
    /// The server rejected a message of this client, with the reason.
    Rejected(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { author, text, .. } => write!(f, "<{author}> {text}"),
            Self::Joined(name) => write!(f, "* {name} is here"),
            Self::Left(name) => write!(f, "* {name} has left"),
            Self::Reset => write!(f, "* some messages are missing here"),
            Self::Rejected(reason) => write!(f, "! not sent: {reason}"),
        }
    }
}

/// A message to send.
struct Outgoing {
    text: String,
    /// The id of the message that it replies to.
    reply_to: Option<String>,
}

pub struct Lobby {
    pub username: String,
    pub online_count: i64,
    user_id: String,
    http: reqwest::Client,
    url: String,
    /// Valid for ten minutes, so it is used for one connection only. The next connection refreshes the session.
    access_token: Option<String>,
    refresh_token: String,
    /// The cursor of the last event, after which the next connection resumes.
    cursor: String,
    socket: Option<Socket>,
    connected_at: Instant,
    attempts: u32,
    /// Messages that are not acknowledged yet. The first is in flight while `is_sending`.
    outgoing: VecDeque<Outgoing>,
    is_sending: bool,
    /// The number of acknowledged messages, which is the `clientKey` of the next. A guest is a new user each time. A
    /// member needs keys that are unique for the account.
    sent_count: u64,
}

impl Lobby {
    /// Enters with a pseudonym and connects. A guest who does not connect within 60 seconds leaves the lobby.
    pub async fn enter(url: &str, pseudonym: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).build()?;
        let variables = enter::Variables { pseudonym: Some(pseudonym.to_owned()) };
        let payload = execute::<Enter>(&http, url, variables).await?.enter_lobby.context("no payload")?;
        if let Some(error) = payload.user_errors.first() {
            bail!("{}", error.message);
        }
        let (viewer, room) = payload.viewer.zip(payload.lobby).context("no viewer or no lobby")?;
        let session = payload.session.context("no session")?;
        let mut lobby = Self {
            username: viewer.user.username,
            online_count: room.online_count,
            user_id: viewer.user.id,
            http,
            url: url.to_owned(),
            access_token: session.access_token,
            refresh_token: session.refresh_token.context("no refresh token")?,
            cursor: room.events_cursor,
            socket: None,
            connected_at: Instant::now(),
            attempts: 0,
            outgoing: VecDeque::new(),
            is_sending: false,
            sent_count: 0,
        };
        lobby.connect().await?;
        Ok(lobby)
    }

    /// Returns true if another message can be queued.
    pub fn has_capacity(&self) -> bool {
        self.outgoing.len() < MAX_OUTGOING
    }

    /// Queues a message, which can be a reply to another one. [`Lobby::next`] sends it.
    pub fn queue(&mut self, text: String, reply_to: Option<String>) {
        self.outgoing.push_back(Outgoing { text, reply_to });
    }

    /// Connects, sends and receives until there is an event. May be dropped and called again, as `select!` does.
    pub async fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = self.step().await? {
                return Ok(event);
            }
        }
    }

    async fn step(&mut self) -> Result<Option<Event>> {
        let Some(socket) = &mut self.socket else {
            self.connect().await?;
            return Ok(None);
        };
        // One message at a time: concurrent mutations have no order.
        if let Some(Outgoing { text, reply_to }) = self.outgoing.front().filter(|_| !self.is_sending) {
            let key = self.sent_count.to_string();
            let variables =
                send_message::Variables { text: text.clone(), reply_to: reply_to.clone(), key: key.clone() };
            self.is_sending = socket.start::<SendMessage>(&key, variables).await.is_ok();
        }
        let Ok((operation, response)) = socket.next().await else {
            self.socket = None;
            return Ok(None);
        };
        Ok(match operation.as_str() {
            FOLLOW => self.handle_change(data::<Follow>(response)?.lobby_changed),
            key if key == self.sent_count.to_string() => self.handle_sent(response),
            _ => None,
        })
    }

    /// Sends the queued messages and leaves. A guest who only disconnects leaves five seconds later.
    pub async fn leave(mut self) -> Result<()> {
        timeout(REQUEST_TIMEOUT, async {
            while !self.outgoing.is_empty() {
                self.step().await?;
            }
            if let Some(socket) = &mut self.socket {
                socket.start::<Leave>(LEAVE, leave::Variables).await?;
                // The mutation ends the guest's session, and the server closes the session's socket.
                while socket.next().await.is_ok_and(|(operation, _)| operation != LEAVE) {}
            }
            Ok(())
        })
        .await
        .context("the server does not answer")?
    }

    fn handle_change(&mut self, change: Change) -> Option<Event> {
        let (cursor, event) = match change {
            MessageAdded(added) => {
                let message = added.message_edge.node;
                let is_mine = message.author.as_ref().is_some_and(|author| author.id == self.user_id);
                let author = message.author.map_or_else(|| "unknown".to_owned(), |author| author.username);
                let mentions_me = message.mentions.iter().any(|user| user.id == self.user_id);
                let id = message.id;
                // A message that was deleted since has no text.
                (added.cursor, message.text.map(|text| Event::Message { id, author, is_mine, mentions_me, text }))
            }
            MessageChanged(changed) => (changed.cursor, None),
            ReactionsChanged(changed) => (changed.cursor, None),
            LobbyJoined(joined) => (joined.cursor, joined.user.map(|user| Event::Joined(user.username))),
            LobbyLeft(left) => (left.cursor, left.user.map(|user| Event::Left(user.username))),
            FeedReset(reset) => (reset.cursor, Some(Event::Reset)),
        };
        self.cursor = cursor;
        event
    }

    /// Handles the response to the first outgoing message.
    fn handle_sent(&mut self, response: Response<Value>) -> Option<Event> {
        self.outgoing.pop_front();
        self.is_sending = false;
        self.sent_count += 1;
        let reason = match data::<SendMessage>(response) {
            Ok(sent) => sent.send_lobby_message?.user_errors.into_iter().next()?.message,
            Err(error) => error.to_string(),
        };
        Some(Event::Rejected(reason))
    }

    /// Connects, with retries after transport errors. Errors that the server returns are final.
    async fn connect(&mut self) -> Result<()> {
        if self.connected_at.elapsed() > STABLE_AFTER {
            self.attempts = 0;
        }
        while self.attempts < MAX_ATTEMPTS {
            let delay = Duration::from_millis(250 << self.attempts.min(7));
            if self.attempts > 0 {
                sleep(delay).await;
            }
            self.attempts += 1;
            match timeout(REQUEST_TIMEOUT, self.try_connect()).await.unwrap_or_else(|elapsed| Err(elapsed.into())) {
                Ok(socket) => {
                    (self.socket, self.is_sending, self.connected_at) = (Some(socket), false, Instant::now());
                    return Ok(());
                }
                Err(error)
                    if error.is::<reqwest::Error>() || error.is::<tungstenite::Error>() || error.is::<Elapsed>() => {}
                Err(error) => return Err(error),
            }
        }
        Err(anyhow!("the server cannot be reached"))
    }

    async fn try_connect(&mut self) -> Result<Socket> {
        let token = match self.access_token.take() {
            Some(token) => token,
            None => self.refresh().await?,
        };
        let mut socket = Socket::open(&self.url, &token).await?;
        // A guest who was disconnected for more than five seconds has left and enters again. For others it has no
        // effect.
        socket.start::<Enter>(ENTER, enter::Variables { pseudonym: None }).await?;
        socket.start::<Follow>(FOLLOW, follow::Variables { after: Some(self.cursor.clone()) }).await?;
        Ok(socket)
    }

    /// Refreshes the session. A refresh token is valid once, so the next one is stored before anything else happens. If
    /// the response is lost, the same request within ten seconds returns the same tokens.
    async fn refresh(&mut self) -> Result<String> {
        let variables = refresh::Variables { token: self.refresh_token.clone() };
        let data = execute::<Refresh>(&self.http, &self.url, variables).await?;
        let payload = data.refresh_session.context("no payload")?;
        if let Some(error) = payload.user_errors.first() {
            bail!("the session has ended: {}", error.message);
        }
        let session = payload.session.context("no session")?;
        self.refresh_token = session.refresh_token.context("no refresh token")?;
        session.access_token.context("no access token")
    }
}

/// Executes an operation over HTTP. Operations that check or return credentials are not accepted on a socket.
async fn execute<Q: GraphQLQuery>(
    http: &reqwest::Client,
    url: &str,
    variables: Q::Variables,
) -> Result<Q::ResponseData> {
    let request = http.post(url).json(&Q::build_query(variables));
    data::<Q>(request.send().await?.error_for_status()?.json().await?)
}

/// Returns the data of a response.
fn data<Q: GraphQLQuery>(response: Response<Value>) -> Result<Q::ResponseData> {
    if let Some(error) = response.errors.into_iter().flatten().next() {
        bail!("{}", error.message);
    }
    Ok(serde_json::from_value(response.data.context("a response without data")?)?)
}
