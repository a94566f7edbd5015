//! One execution for all who are told of the same event and ask for the same.
//!
//! A message to a room of thousands is executed and written as JSON once; each follower's rights are still looked at one
//! by one, before. It is for documents that select only what is the same for everybody who may be told ([`Alike`]), and
//! for followers who see it as most do: the resolver says of each event whether it is one to share ([`Turn`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Name, Response, Value};
use bytes::Bytes;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::live::Event;

/// An answer is shared for this long: what was deleted since must not be told to those who come later.
const FRESH: Duration = Duration::from_secs(1);

/// So many answers are kept; beyond, those of the past go, then all. Whoever needs one has it executed again.
const MOST_KEPT: usize = 1_024;

/// Which fields are the same for everybody who is told of an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alike {
    /// By type.
    pub fields: &'static [(&'static str, &'static [&'static str])],
    /// Events that are never shared: whatever is selected of them does not matter.
    pub apart: &'static [&'static str],
}

impl Alike {
    pub(super) fn has(&self, name: &str, field: &str) -> bool {
        self.fields.iter().any(|(known, fields)| *known == name && fields.contains(&field))
    }

    pub(super) fn sets_apart(&self, name: &str) -> bool {
        self.apart.contains(&name)
    }
}

/// What was asked: a document, by the number of its acceptance, and the operation.
pub(super) type Question = (u64, Option<Name>);

/// The event of a subscription that is executed next. One per subscription whose selection can be shared.
#[derive(Clone, Debug)]
pub struct Turn {
    question: Question,
    /// Feed and number.
    event: Arc<Mutex<Option<(i64, i64)>>>,
}

impl Turn {
    pub(super) fn new(question: Question) -> Self {
        Self { question, event: Arc::default() }
    }

    /// Says that what is delivered next is this event, and that the viewer sees it as most do.
    pub fn shares(&self, event: &Event) {
        self.set(Some((event.feed.0, event.number)));
    }

    /// Takes what was said; the next event has to say it anew.
    fn take(&self) -> Option<Key> {
        self.set(None).map(|event| (self.question.clone(), event))
    }

    fn set(&self, event: Option<(i64, i64)>) -> Option<(i64, i64)> {
        std::mem::replace(&mut *self.event.lock().unwrap_or_else(PoisonError::into_inner), event)
    }
}

type Key = (Question, (i64, i64));

/// When an answer was first asked for, and the answer once it is there.
type Kept = (Instant, Arc<OnceCell<Bytes>>);

/// The answers of the last second, as JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers(Arc<Mutex<HashMap<Key, Kept>>>);

impl Answers {
    fn cell(&self, key: Key) -> Arc<OnceCell<Bytes>> {
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
    async fn share(&self, key: Key, run: impl Future<Output = Response>) -> Response {
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
pub(super) struct Sharing(pub(super) Answers);

impl ExtensionFactory for Sharing {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(self.0.clone()))
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Sharing {
    async fn execute(&self, context: &ExtensionContext<'_>, name: Option<&str>, next: NextExecute<'_>) -> Response {
        match context.data_opt::<Turn>().and_then(Turn::take) {
            Some(key) => self.0.share(key, next.run(context, name)).await,
            None => next.run(context, name).await,
        }
    }
}
