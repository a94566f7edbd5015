//! `/healthz` reports that the process runs, `/readyz` whether it can serve requests.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;
use tracing::warn;

use super::HttpState;
use super::response::HttpError;
use crate::db;

/// How long the last database check is reused, so that calls of `/readyz` cannot load the database.
const CHECK_TTL: Duration = Duration::from_secs(1);
const CHECK_TIMEOUT: Duration = Duration::from_millis(1500);

/// The outcome of the last database check.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    last_check: Mutex<Option<(Instant, bool)>>,
    check_lock: tokio::sync::Mutex<()>,
}

impl Readiness {
    fn cached(&self) -> Option<bool> {
        let last_check = *self.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        last_check.filter(|(at, _)| at.elapsed() < CHECK_TTL).map(|(_, is_ready)| is_ready)
    }

    async fn is_ready(&self, state: &HttpState) -> bool {
        if let Some(is_ready) = self.cached() {
            return is_ready;
        }
        // One request runs the check; concurrent ones wait for its outcome.
        let _guard = self.check_lock.lock().await;
        if let Some(is_ready) = self.cached() {
            return is_ready;
        }
        let check = timeout(CHECK_TIMEOUT, state.app.db.server_time()).await;
        let is_ready = matches!(check, Ok(Ok(_)));
        if !is_ready {
            let error = check.ok().and_then(Result::err).unwrap_or_else(db::Error::timed_out);
            let cause = state.app.db.cause(error).await;
            warn!(%cause, "not ready: the database does not respond");
        }
        *self.last_check.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), is_ready));
        is_ready
    }
}

pub(super) async fn live() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "alive\n").into_response()
}

pub(super) async fn ready(State(state): State<HttpState>) -> Response {
    if !state.lifecycle.is_serving() {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The server is shutting down.").into_response();
    }
    let clock = &state.app.clock;
    if clock.has_drifted() {
        let direction = if clock.drift() > 0 { "ahead of" } else { "behind" };
        let seconds = Duration::from_micros(clock.drift().unsigned_abs()).as_secs_f64();
        let message = format!("The clock of this node is {seconds:.1} seconds {direction} the database server's.");
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, &message).into_response();
    }
    if !state.readiness.is_ready(&state).await {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The database does not respond.").into_response();
    }
    if !state.app.live.write_health().accepts_writes() {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The database refuses writes.").into_response();
    }
    ([(header::CACHE_CONTROL, "no-store")], "ready\n").into_response()
}
