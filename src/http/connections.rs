//! Accepts connections and shuts them down.
//!
//! Not `axum::serve`: it has no timeout for headers and no limit on connections, and its graceful shutdown does not wait
//! for sockets.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use super::client::Peer;
use super::connection_limiter::TcpPermit;
use super::descriptors::SpareDescriptor;
use super::http2::{self, Streams};
use super::lifecycle::Phase;
use super::listeners::{Accepted, Listeners};
use super::timeout_io::{IoTimeouts, ReadBody, ReadPhase, TimeoutIo};
use super::{HttpState, request_middleware, routes};

/// How long a connection may be idle between two requests.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// The same in a header, so that clients send no request just when the connection is closed.
const KEEP_ALIVE_NAME: HeaderName = HeaderName::from_static("keep-alive");
const KEEP_ALIVE: HeaderValue = HeaderValue::from_static("timeout=75");
/// hyper's own header limits. They are above the configured ones, whose error has a JSON body.
const HYPER_MAX_HEADER_BYTES: usize = 64 * 1024;
const HYPER_MAX_HEADER_FIELDS: usize = 256;
/// Requests at once on a connection with HTTP/2, which can carry all clients of a proxy.
const HTTP2_MAX_STREAMS: u32 = 128;
/// Resets of a client that the server has not seen yet, and resets by the server for faults of the client.
const HTTP2_MAX_PENDING_RESETS: usize = 20;
const HTTP2_MAX_ERROR_RESETS: usize = 100;
/// What a client may send before it is read: per stream, and per connection.
const HTTP2_STREAM_WINDOW: u32 = 64 * 1024;
const HTTP2_CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Pings of the server, which find dead clients.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(30);
const HTTP2_PING_TIMEOUT: Duration = Duration::from_secs(15);
/// The listener closes once no connection has arrived for this long, so that none is reset that waits in the kernel's
/// queue; or at the end of the second time.
const ACCEPT_GAP: Duration = Duration::from_millis(5);
const MAX_ACCEPT_TIME: Duration = Duration::from_millis(250);
/// How long a connection still waits for a request that its client may be sending while the server stops.
const CLOSE_DELAY: Duration = Duration::from_millis(100);
/// The kernel closes a connection whose peer does not acknowledge sent data within this time. It ends the event stream of
/// a client that lost its network within a minute; a socket has its own pings.
#[cfg(target_os = "linux")]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(45);
/// The delay after an error of the listener, such as too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// Returns the stream of SIGTERM and SIGINT. SIGHUP, which the end of a terminal session sends too, only calls `reload`.
///
/// # Errors
/// When the process cannot register the signal handlers.
pub fn signals(mut reload: impl FnMut() + Send + Unpin) -> io::Result<impl Stream<Item = ()> + Send + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(futures_util::stream::poll_fn(move |cx| {
        while hangup.poll_recv(cx).is_ready() {
            reload();
        }
        if terminate.poll_recv(cx).is_ready() || interrupt.poll_recv(cx).is_ready() {
            return std::task::Poll::Ready(Some(()));
        }
        std::task::Poll::Pending
    }))
}

pub(super) async fn serve(
    state: HttpState,
    listener: TcpListener,
    mut signals: impl Stream<Item = ()> + Send + Unpin,
) -> io::Result<()> {
    let listeners = Listeners::open(listener, state.app.config.listen_unix.as_deref())?;
    let mut acceptor = Acceptor::new(&state);
    tokio::select! {
        never = acceptor.run(&listeners) => match never {},
        _ = signals.next() => {}
    }
    let limits = &state.app.config.limits;
    let shut_down = async {
        state.lifecycle.enter(Phase::Draining);
        info!("shutting down: finishing accepted requests");
        tokio::select! {
            never = acceptor.run(&listeners) => match never {},
            () = sleep(limits.drain_delay) => {}
        }
        acceptor.accept_waiting(&listeners).await;
        drop(listeners);
        state.lifecycle.enter(Phase::Closing);
        let finish = async {
            state.lifecycle.wait_for_guards().await;
            state.executor.drain().await;
        };
        if timeout(limits.shutdown_timeout.saturating_sub(limits.drain_delay), finish).await.is_err() {
            warn!("some requests did not finish before the shutdown timeout");
        }
    };
    // The end of the stream is not a signal.
    let second_signal = async {
        if signals.next().await.is_none() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = shut_down => {}
        () = second_signal => warn!("second signal received: stopping at once"),
    }
    Ok(())
}

struct Acceptor {
    state: HttpState,
    router: Router,
    permits: Arc<Semaphore>,
    spare: SpareDescriptor,
}

impl Acceptor {
    fn new(state: &HttpState) -> Self {
        let permits = Arc::new(Semaphore::new(state.app.config.limits.max_connections));
        Self { state: state.clone(), router: routes(state.clone()), permits, spare: SpareDescriptor::reserve() }
    }

    /// Accepts connections until it is dropped. At the limit, further connections wait in the kernel's queue.
    async fn run(&mut self, listeners: &Listeners) -> Infallible {
        loop {
            self.accept(listeners).await;
        }
    }

    /// Accepts the connections that wait in the kernel's queue.
    async fn accept_waiting(&mut self, listeners: &Listeners) {
        let accept_all = async { while timeout(ACCEPT_GAP, self.accept(listeners)).await.is_ok() {} };
        let _ = timeout(MAX_ACCEPT_TIME, accept_all).await;
    }

    async fn accept(&mut self, listeners: &Listeners) {
        let Ok(permit) = self.permits.clone().acquire_owned().await else { return std::future::pending().await };
        match listeners.accept().await {
            Ok(Accepted::Unix(stream)) => {
                let (state, router) = (self.state.clone(), self.router.clone());
                tokio::spawn(serve_connection(state, router, stream, Peer::UnixSocket, (permit, None)));
            }
            Ok(Accepted::Tcp(stream, peer)) => {
                let config = &self.state.app.config;
                let Some(address_permit) = self.state.connection_limiter.acquire_tcp(peer.ip(), config) else {
                    debug!(%peer, "too many connections from one address");
                    return;
                };
                // Small responses are sent without delay.
                let _ = stream.set_nodelay(true);
                #[cfg(target_os = "linux")]
                let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(TCP_USER_TIMEOUT));
                let (state, router) = (self.state.clone(), self.router.clone());
                let (peer, permits) = (Peer::Address(peer.ip()), (permit, Some(address_permit)));
                tokio::spawn(serve_connection(state, router, stream, peer, permits));
            }
            Err(cause) => {
                if !self.spare.handle(&cause, &listeners.tcp).await {
                    debug!(%cause, "a connection could not be accepted");
                    sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
    }
}

async fn serve_connection(
    state: HttpState,
    router: Router,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    permits: (OwnedSemaphorePermit, Option<TcpPermit>),
) {
    let mut lifecycle = state.lifecycle.watch();
    let limits = &state.app.config.limits;
    let phase = ReadPhase::default();
    let timeouts = IoTimeouts { header: limits.header_timeout, write: limits.write_timeout };
    let io = TokioIo::new(TimeoutIo::new(stream, timeouts, phase.clone()));
    let service = {
        let (state, phase) = (state.clone(), phase.clone());
        service_fn(move |request: hyper::Request<Incoming>| {
            let (state, router, phase) = (state.clone(), router.clone(), phase.clone());
            async move { Ok::<_, Infallible>(respond(&state, router, peer, request, &phase).await) }
        })
    };
    let streams = Streams::new(limits.write_timeout);
    let mut builder = auto::Builder::new(streams.clone());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .max_buf_size(HYPER_MAX_HEADER_BYTES)
        .max_headers(HYPER_MAX_HEADER_FIELDS)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(HTTP2_MAX_STREAMS)
        .max_header_list_size(u32::try_from(HYPER_MAX_HEADER_BYTES).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(HTTP2_MAX_PENDING_RESETS)
        .max_local_error_reset_streams(HTTP2_MAX_ERROR_RESETS)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_send_buf_size(http2::CHUNK_BYTES)
        .keep_alive_interval(HTTP2_PING_INTERVAL)
        .keep_alive_timeout(HTTP2_PING_TIMEOUT);
    let mut served = std::pin::pin!(builder.serve_connection_with_upgrades(io, service));
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = lifecycle.closing() => {
            if let Ok(outcome) = timeout(CLOSE_DELAY, served.as_mut()).await {
                outcome
            } else {
                served.as_mut().graceful_shutdown();
                served.await
            }
        }
        () = streams.abused() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
        () = streams.idle(IDLE_TIMEOUT) => {
            served.as_mut().graceful_shutdown();
            // What is not sent by now belongs to streams that the client does not read.
            timeout(limits.write_timeout, served).await.unwrap_or(Ok(()))
        }
    };
    if let Err(cause) = outcome {
        debug!(?peer, %cause, "a connection failed");
    }
    drop(permits);
}

async fn respond(
    state: &HttpState,
    router: Router,
    peer: Peer,
    request: hyper::Request<Incoming>,
    phase: &ReadPhase,
) -> Response {
    phase.set_body();
    let is_http2 = request.version() == Version::HTTP_2;
    let closes = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"close");
    let stays_open =
        request.version() == Version::HTTP_11 && !request.headers().get_all(header::CONNECTION).iter().any(closes);
    if is_http2 {
        let response = request_middleware::handle(state, router, peer, request.map(Body::new)).await;
        return http2::watch_body(response);
    }
    let request = request.map(|body| Body::new(ReadBody::new(body, phase.clone())));
    let mut response = request_middleware::handle(state, router, peer, request).await;
    let headers = response.headers_mut();
    if stays_open && !headers.contains_key(header::CONNECTION) {
        if state.lifecycle.is_serving() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
            headers.insert(KEEP_ALIVE_NAME, KEEP_ALIVE);
        } else {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    // After an upgrade only the frames of the socket follow.
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        phase.set_header();
    }
    response
}
