//! Sockets with the protocol graphql-transport-ws: one [`SocketSession`] for each.
//!
//! Not async-graphql-axum's: it accepts any origin, waits for `connection_init` without a timeout, replaces an operation
//! when its id is used twice, never sends a ping, keeps sockets open after their session has ended, and blocks on a
//! client that does not read.

mod credential;
mod frame_rate_limiter;
mod operations;
mod outbox;
mod protocol;

use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, timeout};
use tracing::{Instrument, debug};

use self::frame_rate_limiter::FrameRateLimiter;
use self::operations::Operations;
use self::outbox::Outbox;
use self::protocol::{ClientMessage, CloseReason, ConnectionAck, ServerMessage};
use super::HttpState;
use super::client::{caller, expire_cookie};
use super::connection_limiter::{AccountPermit, ConnectionPermit};
use super::graphql::request_info;
use super::lifecycle::LifecycleGuard;
use super::response::HttpError;
use crate::accounts::authentication::{Credential, authenticate, viewer_of_socket};
use crate::accounts::session_cache::{SessionCache, SessionChange, SessionWatch};
use crate::figures::SOCKETS_CLOSED;
use crate::graphql::{Authentication, Caller, GraphqlTransport, Request, RequestError};
use crate::live::PresenceGuard;

/// tungstenite's default of 128 KiB would be more than a gigabyte for ten thousand idle sockets.
const READ_BUFFER_BYTES: usize = 512;
/// Messages that wait are written together, up to this size.
const WRITE_BUFFER_BYTES: usize = 8 * 1024;
const MAX_WRITE_BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// How long a socket waits for the errors of subscriptions that end with the viewer's role, before it closes.
const LAST_ERRORS_TIMEOUT: Duration = Duration::from_millis(500);

/// How long the client may take to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Responds to the handshake.
///
/// # Errors
/// 403 for a page of a foreign origin, 401 for an invalid token, 429 or 503 when too many connections are open.
pub(super) async fn open(state: HttpState, parts: &Parts, upgrade: WebSocketUpgrade) -> Result<Response, HttpError> {
    let origin = state.origins.check(&parts.headers)?;
    let info = request_info(parts);
    let connection_permit = state.connection_limiter.acquire(info.address, &state.app.config)?;
    let mut caller = caller(&state, &parts.headers, &info, origin, GraphqlTransport::Socket).await?;
    if caller.authentication == Authentication::DeadToken {
        return Err(RequestError::unauthenticated().into());
    }
    // A dead cookie counts as none, and the handshake's response deletes it.
    let mut expired = HeaderMap::new();
    expire_cookie(&state, &caller, &mut expired).await;
    if caller.viewer.is_none() {
        caller.authentication = Authentication::None;
    }
    let account_permit = state.connection_limiter.acquire_for_viewer(caller.viewer, &state.app.config)?;
    let max_frame = state.app.config.limits.max_frame_bytes;
    let upgrade = upgrade
        .protocols([protocol::NAME])
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(max_frame)
        .max_frame_size(max_frame);
    let span = tracing::Span::current();
    // Taken before the upgrade, so that a shutdown also waits for a socket whose upgrade is in progress.
    let lifecycle = state.lifecycle.watch();
    let session = Box::new(SocketSession::new(state, caller, account_permit));
    // Boxed, because the state of an idle socket would otherwise have room for its session and its socket several times:
    // once for each function that passes them on.
    let mut response = upgrade
        .on_upgrade(|socket| Box::pin(serve(session, Box::new(socket), connection_permit, lifecycle).instrument(span)));
    response.headers_mut().extend(expired);
    Ok(response)
}

async fn serve(
    mut session: Box<SocketSession>,
    mut socket: Box<WebSocket>,
    _connection_permit: ConnectionPermit,
    mut lifecycle: LifecycleGuard,
) {
    let mut outbox = Outbox::new(session.state.app.config.limits.socket_queue);
    let has_protocol = socket.protocol().is_some_and(|name| name == protocol::NAME);
    let reason = if has_protocol {
        session.run(&mut socket, &mut outbox, &mut lifecycle).await
    } else {
        CloseReason::UnsupportedProtocol
    };
    debug!(?reason, "socket closed");
    SOCKETS_CLOSED.add_one(reason.code());
    // Stops the operations and releases the permit of the account before the client has answered the close frame.
    drop(session);
    if reason == CloseReason::Forbidden {
        // The queued messages were meant for a session that has ended.
        outbox = Outbox::new(0);
    }
    let close = Box::pin(outbox::close(&mut socket, &mut outbox, reason.frame()));
    let _ = timeout(CLOSE_TIMEOUT, close).await;
}

/// Whether the client has sent `connection_init`, and for which session.
enum ConnectionInit {
    Pending,
    Anonymous,
    /// The account is online while the guard exists.
    Authenticated {
        session: SessionWatch,
        _presence: PresenceGuard,
    },
}

impl ConnectionInit {
    fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }

    /// Waits for the end of the session or a change of the viewer's role. Without a session it never returns.
    async fn session_changed(&mut self) -> SessionChange {
        match self {
            Self::Authenticated { session, .. } => session.changed().await,
            _ => std::future::pending().await,
        }
    }
}

/// The state of one socket.
struct SocketSession {
    state: HttpState,
    caller: Caller,
    account_permit: Option<AccountPermit>,
    connection_init: ConnectionInit,
    operations: Operations,
    frame_rate: FrameRateLimiter,
    last_activity: Instant,
    has_answered_ping: bool,
    /// Whether frames were left unread since the last ping, while the client was behind or its operations were busy.
    was_deaf: bool,
}

impl SocketSession {
    fn new(state: HttpState, caller: Caller, account_permit: Option<AccountPermit>) -> Self {
        let frame_rate = FrameRateLimiter::new(state.app.config.limits.max_frames_per_minute);
        Self {
            state,
            caller,
            account_permit,
            connection_init: ConnectionInit::Pending,
            operations: Operations::default(),
            frame_rate,
            last_activity: Instant::now(),
            has_answered_ping: true,
            was_deaf: false,
        }
    }

    async fn run(
        &mut self,
        socket: &mut WebSocket,
        outbox: &mut Outbox,
        lifecycle: &mut LifecycleGuard,
    ) -> CloseReason {
        let limits = &self.state.app.config.limits;
        let (silence, queue_size) = (limits.silence_timeout, limits.socket_queue);
        let mut pings = interval_after(limits.ping_interval);
        let mut init_timeout = std::pin::pin!(sleep(limits.init_timeout));
        let mut lifetime = std::pin::pin!(sleep(limits.socket_lifetime));
        // Kept from turn to turn, because all sockets of the node wait for it.
        let mut closing = std::pin::pin!(lifecycle.closing());
        let (mut sink, mut frames) = socket.split();
        loop {
            let accepts_frames = !outbox.is_full() && self.operations.accepts_frames();
            self.was_deaf |= !accepts_frames;
            let outcome = tokio::select! {
                // A change of the session comes before all messages that are ready, and before those that wait to be written.
                biased;
                () = &mut closing => Err(CloseReason::Restart),
                () = &mut lifetime => Err(CloseReason::Restart),
                change = self.connection_init.session_changed() => {
                    if change == SessionChange::RoleChanged {
                        // What is queued was meant for the earlier role.
                        *outbox = Outbox::new(queue_size);
                        // Boxed, as below.
                        let last_errors = Box::pin(self.operations.queue_errors(outbox));
                        let _ = timeout(LAST_ERRORS_TIMEOUT, last_errors).await;
                        let _ = timeout(LAST_ERRORS_TIMEOUT, outbox.write(&mut sink)).await;
                    }
                    Err(CloseReason::Forbidden)
                }
                () = evicted(self.account_permit.as_ref()) => Err(CloseReason::TooManyConnections),
                () = &mut init_timeout, if self.connection_init.is_pending() => Err(CloseReason::InitTimeout),
                _ = pings.tick() => self.ping(outbox, silence),
                // Boxed, so that an idle socket does not hold the memory of this future.
                frame = frames.next(), if accepts_frames => Box::pin(self.handle_message(frame, outbox)).await,
                forwarded = self.operations.forward(outbox, &mut sink) => forwarded.map_err(|_| CloseReason::Gone),
            };
            if let Err(reason) = outcome {
                return reason;
            }
        }
    }

    /// Sends a ping. Fails if the client has not answered the last one.
    ///
    /// A client that is behind gets its ping late, and its answer is read even later. It is alive as long as it reads, and
    /// `timeout_io` disconnects one that does not.
    fn ping(&mut self, outbox: &mut Outbox, silence: Duration) -> Result<(), CloseReason> {
        let was_deaf = std::mem::take(&mut self.was_deaf);
        if self.connection_init.is_pending() || was_deaf || outbox.needs_write() {
            return Ok(());
        }
        if !self.has_answered_ping || self.last_activity.elapsed() >= silence {
            return Err(CloseReason::Unresponsive);
        }
        self.has_answered_ping = false;
        outbox.send(&ServerMessage::Ping);
        Ok(())
    }

    async fn handle_message(
        &mut self,
        frame: Option<Result<Message, axum::Error>>,
        outbox: &mut Outbox,
    ) -> Result<(), CloseReason> {
        let text = match frame {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => return Err(CloseReason::InvalidMessage),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                self.record_activity()?;
                return Ok(());
            }
            Some(Err(error)) if is_too_large(&error) => return Err(CloseReason::FrameTooLarge),
            Some(Err(error)) if is_invalid_text(&error) => return Err(CloseReason::InvalidText),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(CloseReason::Gone),
        };
        self.record_activity()?;
        let message = ClientMessage::parse(&text).ok_or(CloseReason::InvalidMessage)?;
        if let Some(permit) = self.account_permit.as_ref().filter(|_| !matches!(message, ClientMessage::Pong)) {
            permit.record_activity();
        }
        match message {
            ClientMessage::Init { payload } => self.initialize(&payload, outbox).await?,
            ClientMessage::Ping { payload } => outbox.send(&ServerMessage::Pong { payload: payload.as_ref() }),
            ClientMessage::Pong => {}
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload, outbox).await?,
            ClientMessage::Complete { id } => self.operations.complete(&id),
        }
        Ok(())
    }

    fn record_activity(&mut self) -> Result<(), CloseReason> {
        self.last_activity = Instant::now();
        self.has_answered_ping = true;
        if self.frame_rate.try_acquire() || !self.state.app.config.has_rate_limits() {
            Ok(())
        } else {
            Err(CloseReason::TooManyFrames)
        }
    }

    async fn initialize(&mut self, payload: &Map<String, Value>, outbox: &mut Outbox) -> Result<(), CloseReason> {
        if !self.connection_init.is_pending() {
            return Err(CloseReason::RepeatedInit);
        }
        let token = match credential::find(payload) {
            // The session of the cookie counts, whatever else the payload has.
            Err(CloseReason::MisplacedCredential) if self.caller.viewer.is_some() => None,
            token => token?,
        };
        if let Some(token) = token {
            let viewer = authenticate(&self.state.app, &Credential::Bearer(token)).await;
            let viewer = viewer.map_err(|_| CloseReason::Forbidden)?;
            // Released first: the cookie of the handshake may name the same account.
            self.account_permit = None;
            self.caller.viewer = Some(viewer);
            let permit = self.state.connection_limiter.acquire_for_viewer(Some(viewer), &self.state.app.config);
            self.account_permit = permit.map_err(|_| CloseReason::TooManyConnections)?;
        }
        self.connection_init = match self.caller.viewer {
            Some(viewer) => {
                let app = &self.state.app;
                let session = app.state::<SessionCache>().watch(app, viewer);
                ConnectionInit::Authenticated { session, _presence: app.live.connect(viewer.account.0).await }
            }
            None => ConnectionInit::Anonymous,
        };
        outbox.send(&ServerMessage::ConnectionAck { payload: ConnectionAck::new(self.caller.viewer) });
        Ok(())
    }

    async fn subscribe(
        &mut self,
        id: String,
        payload: Result<Value, RequestError>,
        outbox: &mut Outbox,
    ) -> Result<(), CloseReason> {
        if self.connection_init.is_pending() {
            return Err(CloseReason::Unauthorized);
        }
        if self.operations.contains(&id) {
            return Err(CloseReason::DuplicateId);
        }
        // The protocol requires the document. Persisted queries, which it does not know, have a hash instead.
        let has_document =
            |payload: &Value| payload.get("query").is_some_and(Value::is_string) || payload.get("extensions").is_some();
        if payload.as_ref().is_ok_and(|payload| !has_document(payload)) {
            return Err(CloseReason::InvalidMessage);
        }
        self.refresh_viewer().await?;
        let Self { state, caller, operations, .. } = self;
        let started = match payload.and_then(Request::from_json) {
            Ok(request) => operations.start(&state.executor, &state.app.config.limits, caller, &id, request).await,
            Err(error) => Err(error),
        };
        if let Err(error) = started {
            outbox.send(&ServerMessage::Error { id: &id, payload: error.errors() });
        }
        Ok(())
    }

    /// Looks up the viewer's rights, so that no operation runs with rights from the beginning of the connection.
    async fn refresh_viewer(&mut self) -> Result<(), CloseReason> {
        let Some(viewer) = self.caller.viewer else { return Ok(()) };
        match viewer_of_socket(&self.state.app, viewer.session).await {
            Ok(Some(viewer)) => self.caller.viewer = Some(viewer),
            Ok(None) => return Err(CloseReason::Forbidden),
            // The session was active when it was last read, and its watch checks again when the database answers.
            Err(_) => {}
        }
        Ok(())
    }
}

fn interval_after(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Waits until the socket has to make room for another one of its account.
async fn evicted(permit: Option<&AccountPermit>) {
    match permit {
        Some(permit) => permit.evicted().await,
        None => std::future::pending().await,
    }
}

/// Returns true if a frame exceeded its size limit.
fn is_too_large(error: &axum::Error) -> bool {
    matches!(protocol_error(error), Some(tungstenite::Error::Capacity(_)))
}

/// Returns true if a text message was not UTF-8.
fn is_invalid_text(error: &axum::Error) -> bool {
    matches!(protocol_error(error), Some(tungstenite::Error::Utf8(_)))
}

/// axum hides the error of tungstenite as a source.
fn protocol_error(error: &axum::Error) -> Option<&tungstenite::Error> {
    std::error::Error::source(error).and_then(|cause| cause.downcast_ref())
}
