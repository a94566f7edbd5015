//! Accepting connections, and ending them.
//!
//! Not `axum::serve`: it has no time limit for headers, no bound on connections, and its graceful end forgets sockets.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use futures_util::{Stream, StreamExt};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use super::lifecycle::{Alive, Phase};
use super::timeout_io::{Expectation, IoTimeouts, TimeoutIo};
use super::{HttpState, request_middleware, routes};

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(75);
/// What hyper itself lets through. Above the limit of the settings, so that its refusal can say something.
const HARD_HEADER_BYTES: usize = 64 * 1024;
const HARD_HEADER_FIELDS: usize = 256;
/// The listener stays open this long after readiness is gone, until balancers have noticed.
const NOTICE: Duration = Duration::from_secs(1);
/// What was sent is acknowledged within this time, or the connection is broken. By it an event stream whose client lost its
/// network ends within a minute, though nothing is ever heard from that side; a socket's client has to answer pings.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(45);
/// After an error of the listener itself, such as too many open files.
const BREATH: Duration = Duration::from_millis(50);

/// Returns the signals that end the server: the first lets requests finish, the second does not.
///
/// # Errors
/// When the process cannot listen for them.
pub fn signals() -> io::Result<impl Stream<Item = ()> + Send + Unpin> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(futures_util::stream::poll_fn(move |cx| {
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
    info!(address = %listener.local_addr()?, "listening");
    let acceptor = Acceptor::new(&state);
    tokio::select! {
        never = acceptor.run(&listener) => match never {},
        _ = signals.next() => {}
    }
    let leave = async {
        state.lifecycle.enter(Phase::Leaving);
        info!("no longer ready; finishing what was accepted");
        tokio::select! {
            never = acceptor.run(&listener) => match never {},
            () = sleep(NOTICE) => {}
        }
        drop(listener);
        state.lifecycle.enter(Phase::Closing);
        let rest = async {
            state.lifecycle.deserted().await;
            state.executor.finished().await;
        };
        if timeout(state.app.config.limits.shutdown_timeout.saturating_sub(NOTICE), rest).await.is_err() {
            warn!("some requests did not finish in time");
        }
    };
    // The stream's end is no second signal.
    let again = async {
        if signals.next().await.is_none() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = leave => {}
        () = again => warn!("told twice to end: ending at once"),
    }
    Ok(())
}

struct Acceptor {
    state: HttpState,
    router: Router,
    connections: Arc<Semaphore>,
}

impl Acceptor {
    fn new(state: &HttpState) -> Self {
        let connections = Arc::new(Semaphore::new(state.app.config.limits.max_connections));
        Self { state: state.clone(), router: routes(state.clone()), connections }
    }

    /// Accepts for ever. Where every place is taken, the next connection waits in the kernel's queue.
    async fn run(&self, listener: &TcpListener) -> Infallible {
        loop {
            let Ok(place) = self.connections.clone().acquire_owned().await else { return std::future::pending().await };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let connection = connection(self.state.clone(), self.router.clone(), stream, peer, place);
                    tokio::spawn(connection);
                }
                Err(cause) => {
                    debug!(%cause, "a connection could not be accepted");
                    sleep(BREATH).await;
                }
            }
        }
    }
}

async fn connection(
    state: HttpState,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
) {
    let mut alive: Alive = state.lifecycle.watch();
    let limits = &state.app.config.limits;
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    let expected = Expectation::default();
    let patience = IoTimeouts { header: limits.header_timeout, write: limits.write_timeout };
    let io = TokioIo::new(TimeoutIo::new(stream, patience, expected.clone()));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        expected.body();
        let (state, router, expected) = (&state, router.clone(), &expected);
        async move {
            let response = request_middleware::answer(state, router, peer.ip(), request.map(Body::new)).await;
            // A socket's frames are no headers, for as long as it lives.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                expected.header();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(HARD_HEADER_BYTES)
        .max_headers(HARD_HEADER_FIELDS)
        .serve_connection(io, service)
        .with_upgrades();
    let mut served = std::pin::pin!(served);
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = alive.closing() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(cause) = outcome {
        debug!(%peer, %cause, "a connection broke");
    }
    drop(place);
}
