//! graphql-transport-ws: one loop for each socket.
//!
//! Not async-graphql-axum's: it takes any origin, waits for ever for `connection_init`, replaces an operation whose id
//! comes twice, never pings, outlives its session, and blocks on a client that does not read.

mod frame_rate_limiter;
mod outbox;
mod protocol;

use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, timeout};
use tokio_stream::StreamMap;
use tracing::{Instrument, debug};

use self::frame_rate_limiter::FrameRateLimiter;
use self::outbox::Outbox;
use self::protocol::{ClientMessage, Close, ServerMessage};
use super::HttpState;
use super::client::{bearer, caller};
use super::connection_limiter::ConnectionPermit;
use super::graphql::client_of;
use super::lifecycle::Alive;
use super::response::HttpError;
use crate::accounts::AccountId;
use crate::accounts::authentication::{Credential, authenticate};
use crate::accounts::session_cache::{SessionCache, SessionWatch};
use crate::graphql::concurrency_limiter::Permit;
use crate::graphql::error::code;
use crate::graphql::executor::is_failure;
use crate::graphql::{Caller, GraphqlTransport, Request, RequestError};
use crate::live::PresenceGuard;
use async_graphql::parser::types::OperationType;

/// tungstenite's own 128 KiB for each of ten thousand idle sockets would be more than a gigabyte.
const READ_BUFFER: usize = 1024;
const WRITE_BUFFER_LIMIT: usize = 4 * 1024 * 1024;

/// Queries and mutations that run at once on one socket; further ones wait unread. With it the outbox holds at most so many
/// answers more than it should.
const MAX_CONCURRENT_ANSWERS: usize = 8;

/// How long a client may take to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Answers the handshake.
///
/// # Errors
/// Before 101: 403 for a foreign page, 401 for a wrong token, 429 and 503 where too many are open.
pub(super) async fn open(state: HttpState, parts: &Parts, upgrade: WebSocketUpgrade) -> Result<Response, HttpError> {
    let page = state.origins.check(&parts.headers)?;
    let client = client_of(parts);
    let place = state.connections_limit.take(client.address, &state.app.config)?;
    let caller = caller(&state, &parts.headers, &client, page, GraphqlTransport::Socket).await?;
    let account = state.connections_limit.take_for(caller.viewer, &state.app.config)?;
    let max_frame = state.app.config.limits.max_frame_bytes;
    let upgrade = upgrade
        .protocols([protocol::NAME])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_LIMIT)
        .max_message_size(max_frame)
        .max_frame_size(max_frame);
    let span = tracing::Span::current();
    // Watched from here on, so that a shutdown waits for a socket whose upgrade is under way.
    let alive = state.lifecycle.watch();
    Ok(upgrade.on_upgrade(|socket| serve(state, socket, caller, place, account, alive).instrument(span)))
}

async fn serve(
    state: HttpState,
    mut socket: WebSocket,
    caller: Caller,
    _place: ConnectionPermit,
    account: Option<Permit<AccountId>>,
    mut alive: Alive,
) {
    let mut outbox = Outbox::new(state.app.config.limits.socket_queue);
    let is_agreed = socket.protocol().is_some_and(|name| name == protocol::NAME);
    let why = if is_agreed {
        let mut session = SocketSession::new(state, caller, account);
        session.run(&mut socket, &mut outbox, &mut alive).await
    } else {
        Close::Subprotocol
    };
    debug!(?why, "a socket ends");
    if why == Close::Forbidden {
        // What waits was meant for a session that is over.
        outbox = Outbox::new(0);
    }
    // Whoever does not read the reason loses it.
    let _ = timeout(CLOSE_TIMEOUT, outbox::close(&mut socket, &mut outbox, why.frame())).await;
}

/// One step of an operation.
enum Step {
    Next(async_graphql::Response),
    Failed(Vec<async_graphql::ServerError>),
    Done,
}

type Steps = BoxStream<'static, Step>;

/// Whether `connection_init` came, and whose session the socket belongs to. Its owner is present while it lives.
enum ConnectionInit {
    Awaited,
    Anonymous,
    Session { watch: SessionWatch, _connection: PresenceGuard },
}

impl ConnectionInit {
    fn is_awaited(&self) -> bool {
        matches!(self, Self::Awaited)
    }

    async fn session_end(&mut self) {
        match self {
            Self::Session { watch, .. } => watch.ended().await,
            _ => std::future::pending().await,
        }
    }
}

/// The state of one socket.
struct SocketSession {
    state: HttpState,
    caller: Caller,
    account: Option<Permit<AccountId>>,
    init: ConnectionInit,
    /// Polled whatever the outbox holds: one that waits unpolled would keep its place among the running operations.
    answers: StreamMap<String, Steps>,
    /// Polled from a random one on, so that a busy stream does not starve the others; not at all while the outbox is full.
    subscriptions: StreamMap<String, Steps>,
    frame_rate: FrameRateLimiter,
    last_activity: Instant,
    has_answered_ping: bool,
}

impl SocketSession {
    fn new(state: HttpState, caller: Caller, account: Option<Permit<AccountId>>) -> Self {
        let frame_rate = FrameRateLimiter::new(state.app.config.limits.max_frames_per_minute);
        Self {
            state,
            caller,
            account,
            init: ConnectionInit::Awaited,
            answers: StreamMap::new(),
            subscriptions: StreamMap::new(),
            frame_rate,
            last_activity: Instant::now(),
            has_answered_ping: true,
        }
    }

    async fn run(&mut self, socket: &mut WebSocket, outbox: &mut Outbox, alive: &mut Alive) -> Close {
        let limits = self.state.app.config.limits.clone();
        let mut pings = interval_after(limits.ping_interval);
        let mut init_timeout = std::pin::pin!(sleep(limits.init_timeout));
        let mut lifetime = std::pin::pin!(sleep(limits.socket_lifetime));
        let (mut sink, mut frames) = socket.split();
        loop {
            let accepts_frames = !outbox.is_full() && self.answers.len() < MAX_CONCURRENT_ANSWERS;
            let polls_subscriptions = !outbox.is_full() && !self.subscriptions.is_empty();
            let outcome = tokio::select! {
                // In this order, so that nothing is delivered once the session is known to be over.
                biased;
                () = alive.closing() => Err(Close::Restart),
                () = &mut lifetime => Err(Close::Restart),
                () = self.init.session_end() => Err(Close::Forbidden),
                () = &mut init_timeout, if self.init.is_awaited() => Err(Close::InitTimeout),
                _ = pings.tick() => self.ping(outbox, limits.silence_timeout),
                written = outbox.write(&mut sink), if outbox.has_work() => written.map_err(|_| Close::Gone),
                // In a box, which a socket that waits does without.
                frame = frames.next(), if accepts_frames => Box::pin(self.handle_message(frame, outbox)).await,
                Some((id, step)) = self.answers.next(), if !self.answers.is_empty() => {
                    self.send_step(&id, &step, outbox);
                    Ok(())
                }
                Some((id, step)) = self.subscriptions.next(), if polls_subscriptions => {
                    self.send_step(&id, &step, outbox);
                    Ok(())
                }
            };
            if let Err(why) = outcome {
                return why;
            }
        }
    }

    /// Asks whether the client is still there, unless it never answered the last time.
    fn ping(&mut self, outbox: &mut Outbox, silence: Duration) -> Result<(), Close> {
        if self.init.is_awaited() {
            return Ok(());
        }
        if !self.has_answered_ping || self.last_activity.elapsed() >= silence {
            return Err(Close::Silent);
        }
        self.has_answered_ping = false;
        outbox.send(&ServerMessage::Ping);
        Ok(())
    }

    async fn handle_message(
        &mut self,
        frame: Option<Result<Message, axum::Error>>,
        outbox: &mut Outbox,
    ) -> Result<(), Close> {
        let text = match frame {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => return Err(Close::Malformed),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                self.record_activity()?;
                return Ok(());
            }
            Some(Err(error)) if is_too_large(&error) => return Err(Close::TooLarge),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Close::Gone),
        };
        self.record_activity()?;
        match ClientMessage::read(&text).ok_or(Close::Malformed)? {
            ClientMessage::Init { payload } => self.init(&payload, outbox).await?,
            ClientMessage::Ping { payload } => outbox.send(&ServerMessage::Pong { payload: payload.as_ref() }),
            ClientMessage::Pong => {}
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload, outbox).await?,
            ClientMessage::Complete { id } => self.complete(&id),
        }
        Ok(())
    }

    fn record_activity(&mut self) -> Result<(), Close> {
        self.last_activity = Instant::now();
        self.has_answered_ping = true;
        if self.frame_rate.try_acquire() || !self.state.app.config.has_rate_limits() {
            Ok(())
        } else {
            Err(Close::Flooding)
        }
    }

    async fn init(&mut self, payload: &Map<String, Value>, outbox: &mut Outbox) -> Result<(), Close> {
        if !self.init.is_awaited() {
            return Err(Close::TooManyInits);
        }
        let token = payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value);
        if let Some(token) = token.filter(|token| !token.is_null()) {
            let token = token.as_str().map(|token| bearer(token).unwrap_or(token)).ok_or(Close::Forbidden)?;
            let viewer = authenticate(&self.state.app, &Credential::Bearer(token.into())).await;
            let viewer = viewer.map_err(|_| Close::Forbidden)?;
            // Whoever the handshake's cookie named gives up their place first.
            self.account = None;
            self.caller.viewer = Some(viewer);
            let place = self.state.connections_limit.take_for(self.caller.viewer, &self.state.app.config);
            self.account = place.map_err(|_| Close::TooManySockets)?;
        }
        self.init = match self.caller.viewer {
            Some(viewer) => {
                let app = &self.state.app;
                let watch = app.state::<SessionCache>().watch(app, viewer.session);
                ConnectionInit::Session { watch, _connection: app.live.connect(viewer.account.0).await }
            }
            None => ConnectionInit::Anonymous,
        };
        outbox.send(&ServerMessage::ConnectionAck);
        Ok(())
    }

    async fn subscribe(&mut self, id: String, payload: Value, outbox: &mut Outbox) -> Result<(), Close> {
        if self.init.is_awaited() {
            return Err(Close::Unauthorized);
        }
        if self.answers.contains_key(&id) || self.subscriptions.contains_key(&id) {
            return Err(Close::DuplicateId);
        }
        if !payload.get("query").is_some_and(Value::is_string) && payload.get("extensions").is_none() {
            return Err(Close::Malformed);
        }
        if let Err(refusal) = self.start(&id, payload).await {
            outbox.send(&ServerMessage::Error { id: &id, payload: refusal.errors() });
        }
        Ok(())
    }

    async fn start(&mut self, id: &str, payload: Value) -> Result<(), RequestError> {
        let too_many =
            |most| RequestError::new(code::TOO_MANY_OPERATIONS, format!("At most {most} at once on one socket."));
        let limits = &self.state.app.config.limits;
        if self.answers.len() + self.subscriptions.len() >= limits.max_socket_operations {
            return Err(too_many(limits.max_socket_operations));
        }
        let prepared = self.state.executor.prepare(Request::from_json(payload)?, &self.caller).await?;
        let executor = self.state.executor.clone();
        let done = stream::once(std::future::ready(Step::Done));
        if prepared.kind == OperationType::Subscription {
            if self.subscriptions.len() >= limits.max_subscriptions {
                return Err(too_many(limits.max_subscriptions));
            }
            let step = |answer: async_graphql::Response| {
                if is_failure(&answer) { Step::Failed(answer.errors) } else { Step::Next(answer) }
            };
            self.subscriptions.insert(id.to_owned(), executor.stream(prepared).map(step).chain(done).boxed());
        } else {
            let answer = stream::once(async move { Step::Next(executor.run(prepared).await) });
            self.answers.insert(id.to_owned(), answer.chain(done).boxed());
        }
        Ok(())
    }

    fn send_step(&mut self, id: &str, step: &Step, outbox: &mut Outbox) {
        match step {
            Step::Next(answer) => outbox.send(&ServerMessage::Next { id, payload: answer }),
            Step::Failed(errors) => {
                outbox.send(&ServerMessage::Error { id, payload: errors });
                self.complete(id);
            }
            Step::Done => {
                outbox.send(&ServerMessage::Complete { id });
                self.complete(id);
            }
        }
    }

    fn complete(&mut self, id: &str) {
        self.answers.remove(id);
        self.subscriptions.remove(id);
    }
}

fn interval_after(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Tells a frame above its limit from a broken connection, through axum's opaque error.
fn is_too_large(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<tungstenite::Error>());
    matches!(cause, Some(tungstenite::Error::Capacity(_)))
}
