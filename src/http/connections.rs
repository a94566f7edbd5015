//! Accepts connections and shuts them down.
//!
//! Not `axum::serve`: it has no timeout for headers and no limit on connections, and its graceful shutdown does not wait
//! for sockets.

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

use super::lifecycle::Phase;
use super::timeout_io::{IoTimeouts, ReadPhase, TimeoutIo};
use super::{HttpState, request_middleware, routes};

/// How long a connection may be idle between two requests.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// hyper's own header limits. They are above the configured ones, whose error has a JSON body.
const HYPER_MAX_HEADER_BYTES: usize = 64 * 1024;
const HYPER_MAX_HEADER_FIELDS: usize = 256;
/// How long the listener stays open after `/readyz` fails, so that load balancers can notice.
const DRAIN_DELAY: Duration = Duration::from_secs(1);
/// The kernel closes a connection whose peer does not acknowledge sent data within this time. It ends the event stream of
/// a client that lost its network within a minute; a socket has its own pings.
#[cfg(target_os = "linux")]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(45);
/// The delay after an error of the listener, such as too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// Returns the stream of SIGTERM and SIGINT.
///
/// # Errors
/// When the process cannot register the signal handlers.
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
    let shut_down = async {
        state.lifecycle.enter(Phase::Draining);
        info!("shutting down: finishing accepted requests");
        tokio::select! {
            never = acceptor.run(&listener) => match never {},
            () = sleep(DRAIN_DELAY) => {}
        }
        drop(listener);
        state.lifecycle.enter(Phase::Closing);
        let finish = async {
            state.lifecycle.wait_for_guards().await;
            state.executor.drain().await;
        };
        if timeout(state.app.config.limits.shutdown_timeout.saturating_sub(DRAIN_DELAY), finish).await.is_err() {
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
}

impl Acceptor {
    fn new(state: &HttpState) -> Self {
        let permits = Arc::new(Semaphore::new(state.app.config.limits.max_connections));
        Self { state: state.clone(), router: routes(state.clone()), permits }
    }

    /// Accepts connections until it is dropped. At the limit, further connections wait in the kernel's queue.
    async fn run(&self, listener: &TcpListener) -> Infallible {
        loop {
            let Ok(permit) = self.permits.clone().acquire_owned().await else { return std::future::pending().await };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    tokio::spawn(serve_connection(self.state.clone(), self.router.clone(), stream, peer, permit));
                }
                Err(cause) => {
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
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
) {
    let mut lifecycle = state.lifecycle.watch();
    let limits = &state.app.config.limits;
    // Small responses are sent without delay.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(TCP_USER_TIMEOUT));
    let phase = ReadPhase::default();
    let timeouts = IoTimeouts { header: limits.header_timeout, write: limits.write_timeout };
    let io = TokioIo::new(TimeoutIo::new(stream, timeouts, phase.clone()));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        phase.set_body();
        let (state, router, phase) = (&state, router.clone(), &phase);
        async move {
            let response = request_middleware::handle(state, router, peer.ip(), request.map(Body::new)).await;
            // After an upgrade only the frames of the socket follow.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                phase.set_header();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .max_buf_size(HYPER_MAX_HEADER_BYTES)
        .max_headers(HYPER_MAX_HEADER_FIELDS)
        .serve_connection(io, service)
        .with_upgrades();
    let mut served = std::pin::pin!(served);
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = lifecycle.closing() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(cause) = outcome {
        debug!(%peer, %cause, "a connection failed");
    }
    drop(permit);
}
