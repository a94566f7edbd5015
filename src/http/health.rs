//! Whether the process lives, and whether it should be sent requests.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::HttpState;
use super::response::HttpError;

/// An answer about the database is good for this long, so that nobody can load it by asking.
const FRESH: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_millis(1500);

/// What the database said last.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    last: Mutex<Option<(Instant, bool)>>,
    asking: tokio::sync::Mutex<()>,
}

impl Readiness {
    fn known(&self) -> Option<bool> {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(at, _)| at.elapsed() < FRESH).map(|(_, ready)| ready)
    }

    async fn ask(&self, state: &HttpState) -> bool {
        if let Some(known) = self.known() {
            return known;
        }
        // One asks, the others wait for its answer.
        let _asking = self.asking.lock().await;
        if let Some(known) = self.known() {
            return known;
        }
        let ready = matches!(timeout(PATIENCE, state.app.db.server_time()).await, Ok(Ok(_)));
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), ready));
        ready
    }
}

pub(super) async fn live() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "alive\n").into_response()
}

pub(super) async fn ready(State(state): State<HttpState>) -> Response {
    if !state.lifecycle.is_serving() {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Shutting down.").into_response();
    }
    if !state.readiness.ask(&state).await {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.").into_response();
    }
    ([(header::CACHE_CONTROL, "no-store")], "ready\n").into_response()
}
