//! One execution for all who are told of the same event and ask for the same.
//!
//! A message to a room of thousands is executed and written as JSON once; each follower's rights are still looked at one
//! by one, before. It is for documents that select only what is the same for everybody who may be told ([`ViewerIndependent`]), and
//! for followers who see it as most do: the resolver says of each event whether it is one to share ([`StreamState`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Name, Response, Value};
use bytes::Bytes;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::stream_state::StreamState;
use crate::live::Feed;

/// An answer is shared for this long: what was deleted since must not be told to those who come later.
const FRESH: Duration = Duration::from_secs(1);

/// So many answers are kept; beyond, those of the past go, then all. Whoever needs one has it executed again.
const MOST_KEPT: usize = 1_024;

/// Which fields are the same for everybody who is told of an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewerIndependent {
    /// By type.
    pub fields: &'static [(&'static str, &'static [&'static str])],
    /// Events that are never shared: whatever is selected of them does not matter.
    pub apart: &'static [&'static str],
}

impl ViewerIndependent {
    pub(super) fn has(&self, name: &str, field: &str) -> bool {
        self.fields.iter().any(|(known, fields)| *known == name && fields.contains(&field))
    }

    pub(super) fn sets_apart(&self, name: &str) -> bool {
        self.apart.contains(&name)
    }
}

/// What was asked, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SharingKey {
    /// The number of the document.
    pub(super) document: u64,
    pub(super) operation: Option<Name>,
    /// Guests see less of people than members do, so they share among themselves.
    pub(super) is_guest: bool,
}

/// Question, feed and number.
pub(super) type EventKey = (SharingKey, (Feed, i64));

/// JSON that whoever comes first makes.
type SharedJson = Arc<OnceCell<Bytes>>;

/// The answers of the last second.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedAnswers(Arc<Mutex<HashMap<EventKey, (Instant, SharedJson)>>>);

impl SharedAnswers {
    fn cell(&self, key: EventKey) -> SharedJson {
        let now = Instant::now();
        let is_fresh = |began: &Instant| now.duration_since(*began) < FRESH;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = kept.get(&key).filter(|(began, _)| is_fresh(began)) {
            return Arc::clone(cell);
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (began, _)| is_fresh(began));
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
        }
        let cell = Arc::default();
        kept.insert(key, (now, Arc::clone(&cell)));
        cell
    }

    /// Returns the answer to share, executed by whoever comes first. One with errors is nobody else's.
    async fn share(&self, key: EventKey, run: impl Future<Output = Response>) -> Response {
        let cell = self.cell(key);
        let answer = cell.get_or_try_init(|| async {
            let response = run.await;
            match serde_json::to_vec(&response) {
                Ok(json) if response.errors.is_empty() => Ok(Bytes::from(json)),
                _ => Err(response),
            }
        });
        match answer.await {
            Ok(json) => Response::new(Value::Binary(json.clone())),
            Err(response) => response,
        }
    }
}

/// Returns the JSON of an answer that was shared: the whole answer, to be sent as it is.
pub fn shared(answer: &Response) -> Option<&Bytes> {
    match &answer.data {
        Value::Binary(json) => Some(json),
        _ => None,
    }
}

/// Lets the executions of one schema share.
pub(super) struct Sharing(pub(super) SharedAnswers);

impl ExtensionFactory for Sharing {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(self.0.clone()))
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Sharing {
    async fn execute(&self, context: &ExtensionContext<'_>, name: Option<&str>, next: NextExecute<'_>) -> Response {
        match context.data_opt::<StreamState>().and_then(StreamState::take_shared) {
            Some(key) => self.0.share(key, next.run(context, name)).await,
            None => next.run(context, name).await,
        }
    }
}
