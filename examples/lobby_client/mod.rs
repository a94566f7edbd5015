//! A guest in the lobby, for both lobby programs: made to be copied. It enters by HTTP, does everything else by one
//! WebSocket, and finds its way back when that is lost: nothing is missed, and nothing is said twice.

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
    self as Change, FeedReset, LobbyJoined, LobbyLeft, MessageAdded, MessageChanged,
};
use self::socket::Socket;

// The types of variables and answers are made from `lobby.graphql`: what does not fit the schema does not compile.
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
struct Say;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/lobby_client/lobby.graphql")]
struct Leave;

/// What the server has to answer within.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause after a failed attempt to connect doubles up to half a minute, so this many take some five minutes.
const MAX_ATTEMPTS: u32 = 16;
/// A connection that held for so long was a good one.
const GOOD: Duration = Duration::from_mins(1);
const MAX_UNSAID: usize = 20;

// The names of operations on the socket. What is said is named by its number.
const ENTER: &str = "enter";
const FOLLOW: &str = "follow";
const LEAVE: &str = "leave";

/// What happens in the lobby.
pub enum Event {
    Said {
        author: String,
        is_mine: bool,
        text: String,
    },
    Joined(String),
    Left(String),
    /// We were away for so long that the server cannot tell any more what happened.
    Missed,
    /// Something that we said was refused, and why.
    Refused(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { author, text, .. } => write!(f, "<{author}> {text}"),
            Self::Joined(name) => write!(f, "* {name} is here"),
            Self::Left(name) => write!(f, "* {name} has left"),
            Self::Missed => write!(f, "* some of it is missing here"),
            Self::Refused(why) => write!(f, "! not said: {why}"),
        }
    }
}

pub struct Lobby {
    pub username: String,
    pub online_count: i64,
    user_id: String,
    http: reqwest::Client,
    url: String,
    /// Good for ten minutes, and so for one connection: the next may be hours later, and asks for another.
    access_token: Option<String>,
    refresh_token: String,
    /// That of the last event: where to go on after a break.
    cursor: String,
    socket: Option<Socket>,
    connected_at: Instant,
    attempts: u32,
    /// What is not said yet, as far as we know. The first is on its way while `is_saying`.
    unsaid: VecDeque<String>,
    is_saying: bool,
    /// How much was said: the `clientKey` of the next. A guest is new each time; members need keys of their own for
    /// good.
    said: u64,
}

impl Lobby {
    /// Enters under a pseudonym, and connects: whoever does not within 60 seconds has left.
    pub async fn enter(url: &str, pseudonym: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let variables = enter::Variables { pseudonym: Some(pseudonym.to_owned()) };
        let entered = ask::<Enter>(&http, url, variables).await?.enter_lobby.context("no answer")?;
        if let Some(error) = entered.user_errors.first() {
            bail!("{}", error.message);
        }
        let (viewer, room) = entered.viewer.zip(entered.lobby).context("nobody entered")?;
        let session = entered.session.context("no session")?;
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
            unsaid: VecDeque::new(),
            is_saying: false,
            said: 0,
        };
        lobby.connect().await?;
        Ok(lobby)
    }

    /// Tells whether there is room for another line.
    pub fn has_room(&self) -> bool {
        self.unsaid.len() < MAX_UNSAID
    }

    /// Takes a line; `next` says it, as soon as there is a connection.
    pub fn say(&mut self, text: String) {
        self.unsaid.push_back(text);
    }

    /// Does whatever there is to do until something happens. May be dropped and called again, as `select!` does.
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
        // One after the other: two mutations at once have no order.
        if let Some(text) = self.unsaid.front().filter(|_| !self.is_saying) {
            let key = self.said.to_string();
            let variables = say::Variables { text: text.clone(), key: key.clone() };
            self.is_saying = socket.start::<Say>(&key, variables).await.is_ok();
        }
        let Ok((operation, answer)) = socket.next().await else {
            self.socket = None;
            return Ok(None);
        };
        Ok(match operation.as_str() {
            FOLLOW => self.followed(data::<Follow>(answer)?.lobby_changed),
            number if number == self.said.to_string() => self.said(answer),
            _ => None,
        })
    }

    /// Says what is still unsaid and leaves at once. Just to go means to have left five seconds later.
    pub async fn leave(mut self) -> Result<()> {
        timeout(PATIENCE, async {
            while !self.unsaid.is_empty() {
                self.step().await?;
            }
            if let Some(socket) = &mut self.socket {
                socket.start::<Leave>(LEAVE, leave::Variables).await?;
                // The guest's session ends with it, and the socket with the session.
                while socket.next().await.is_ok_and(|(operation, _)| operation != LEAVE) {}
            }
            Ok(())
        })
        .await
        .context("the server does not answer")?
    }

    fn followed(&mut self, change: Change) -> Option<Event> {
        let (cursor, event) = match change {
            MessageAdded(added) => {
                let message = added.message_edge.node;
                let is_mine = message.author.as_ref().is_some_and(|author| author.id == self.user_id);
                let author = message.author.map_or_else(|| "somebody".to_owned(), |author| author.username);
                // Deleted meanwhile, it has no text.
                (added.cursor, message.text.map(|text| Event::Said { author, is_mine, text }))
            }
            MessageChanged(changed) => (changed.cursor, None),
            LobbyJoined(joined) => (joined.cursor, joined.user.map(|user| Event::Joined(user.username))),
            LobbyLeft(left) => (left.cursor, left.user.map(|user| Event::Left(user.username))),
            FeedReset(reset) => (reset.cursor, Some(Event::Missed)),
        };
        self.cursor = cursor;
        event
    }

    /// The first of the unsaid is said, or refused.
    fn said(&mut self, answer: Response<Value>) -> Option<Event> {
        self.unsaid.pop_front();
        self.is_saying = false;
        self.said += 1;
        let why = match data::<Say>(answer) {
            Ok(said) => said.send_lobby_message?.user_errors.into_iter().next()?.message,
            Err(error) => error.to_string(),
        };
        Some(Event::Refused(why))
    }

    /// Connects, as often as it takes. What the server refuses is final, what goes wrong on the way is not.
    async fn connect(&mut self) -> Result<()> {
        if self.connected_at.elapsed() > GOOD {
            self.attempts = 0;
        }
        while self.attempts < MAX_ATTEMPTS {
            let pause = Duration::from_millis(250 << self.attempts.min(7));
            if self.attempts > 0 {
                sleep(pause).await;
            }
            self.attempts += 1;
            match timeout(PATIENCE, self.try_connect()).await.unwrap_or_else(|late| Err(late.into())) {
                Ok(socket) => {
                    (self.socket, self.is_saying, self.connected_at) = (Some(socket), false, Instant::now());
                    return Ok(());
                }
                Err(error)
                    if error.is::<reqwest::Error>() || error.is::<tungstenite::Error>() || error.is::<Elapsed>() => {}
                Err(refused) => return Err(refused),
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
        // Whoever was away for more than five seconds has left. For everybody else this changes nothing.
        socket.start::<Enter>(ENTER, enter::Variables { pseudonym: None }).await?;
        socket.start::<Follow>(FOLLOW, follow::Variables { after: Some(self.cursor.clone()) }).await?;
        Ok(socket)
    }

    /// A refresh token is good once: the next is kept before anything else happens. Where the answer is lost, the same
    /// one asked again within ten seconds gives the same answer.
    async fn refresh(&mut self) -> Result<String> {
        let variables = refresh::Variables { token: self.refresh_token.clone() };
        let refreshed = ask::<Refresh>(&self.http, &self.url, variables).await?.refresh_session.context("no answer")?;
        if let Some(error) = refreshed.user_errors.first() {
            bail!("the session is over: {}", error.message);
        }
        let session = refreshed.session.context("no session")?;
        self.refresh_token = session.refresh_token.context("no refresh token")?;
        session.access_token.context("no access token")
    }
}

/// Asks by HTTP: what checks a credential, or gives one, travels by nothing else.
async fn ask<Q: GraphQLQuery>(http: &reqwest::Client, url: &str, variables: Q::Variables) -> Result<Q::ResponseData> {
    let request = http.post(url).json(&Q::build_query(variables));
    data::<Q>(request.send().await?.error_for_status()?.json().await?)
}

/// The data of an answer, or what is wrong.
fn data<Q: GraphQLQuery>(answer: Response<Value>) -> Result<Q::ResponseData> {
    if let Some(error) = answer.errors.into_iter().flatten().next() {
        bail!("{}", error.message);
    }
    Ok(serde_json::from_value(answer.data.context("an answer without data")?)?)
}
