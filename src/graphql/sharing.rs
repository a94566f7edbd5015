//! Executes a subscription once for all followers of the same event that selected the same fields.
//!
//! For a message to a room of thousands, the document is executed and serialised once. The permission of each follower is
//! checked one by one before that. A document is eligible if it selects only [`ViewerIndependent`] fields. The resolver
//! decides for each event and viewer whether the response is shared ([`super::stream_state::StreamState`]).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_graphql::{Name, Response, Value};
use bytes::Bytes;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::feed::write_feed_cursor;
use super::response_json;
use super::stream_state::CURSOR;
use crate::cache::{Cache, SHARED_RESPONSES};
use crate::live::{Feed, FeedPosition};
use crate::locale::Locale;

/// How long a response is shared. It is short, because later followers must not receive content deleted since.
const SHARED_TTL: Duration = Duration::from_secs(1);

/// The bound of the shared responses. Each is counted with the size of an ordinary one: its length is not known when the
/// first follower starts to execute it.
const MAX_WEIGHT: u64 = 8 * 1024 * 1024;
const RESPONSE_WEIGHT: usize = 8 * 1024;

/// The fields whose values do not depend on the viewer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewerIndependent {
    /// Fields by the name of their type.
    pub fields: &'static [(&'static str, &'static [&'static str])],
    /// Event types that are never shared. Selections on them do not make a document ineligible.
    pub unshared_events: &'static [&'static str],
}

impl ViewerIndependent {
    pub(super) fn contains(&self, type_name: &str, field: &str) -> bool {
        self.fields.iter().any(|(name, fields)| *name == type_name && fields.contains(&field))
    }

    pub(super) fn is_unshared_event(&self, type_name: &str) -> bool {
        self.unshared_events.contains(&type_name)
    }
}

/// Followers with the same key receive the same responses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SharingKey {
    /// The document's number.
    pub(super) document: u64,
    pub(super) operation: Option<Name>,
    /// Guests see less of users than members do, so they share among themselves.
    pub(super) is_guest: bool,
    /// A response can contain sentences.
    pub(super) locale: Locale,
}

/// Identifies a shared response: sharing key, and the event's feed and number.
pub(super) type SharedResponseKey = (SharingKey, (Feed, FeedPosition));

/// How long a follower waits for the one that executes. A socket whose client does not read is not polled, and neither is
/// the execution that its follower began.
const MAX_WAIT: Duration = Duration::from_millis(100);

/// The JSON of a response, set by the first follower that executes it.
type SharedJson = Arc<SharedResponse>;

#[derive(Debug, Default)]
struct SharedResponse {
    json: OnceLock<Bytes>,
    /// Locked by the follower that executes.
    execution: Mutex<()>,
}

/// The shared responses of the last second.
#[derive(Clone, Debug)]
pub(super) struct SharedResponses(Cache<SharedResponseKey, SharedJson>);

impl Default for SharedResponses {
    fn default() -> Self {
        Self(Cache::new(&SHARED_RESPONSES, MAX_WEIGHT, Some(SHARED_TTL), |_, _| RESPONSE_WEIGHT))
    }
}

impl SharedResponses {
    /// Returns the response of the newest event, if a follower has executed it.
    pub(super) fn newest(&self, key: &SharedResponseKey) -> Option<Response> {
        let json = self.0.newest(key)?.json.get()?.clone();
        Some(Response::new(Value::Binary(json)))
    }

    /// Returns the shared response, executed by the first follower. A response with errors is not shared.
    pub(super) async fn get_or_execute(
        &self,
        key: SharedResponseKey,
        execute: impl Future<Output = Response>,
    ) -> Response {
        let (_, (feed, position)) = key;
        let shared = self.0.get_or_insert_if(key, SharedJson::default, |_| false).await;
        if let Some(json) = shared.json.get() {
            return Response::new(Value::Binary(json.clone()));
        }
        let Ok(_execution) = timeout(MAX_WAIT, shared.execution.lock()).await else { return execute.await };
        if let Some(json) = shared.json.get() {
            return Response::new(Value::Binary(json.clone()));
        }
        let mut response = execute.await;
        response.extensions.insert(CURSOR.to_owned(), write_feed_cursor(feed, position).into());
        if !response.errors.is_empty() {
            return response;
        }
        let json = shared.json.get_or_init(|| response_json::to_bytes(&response));
        Response::new(Value::Binary(json.clone()))
    }
}

/// Returns the JSON of a shared response: the whole response, to be sent unchanged.
pub fn shared_json(response: &Response) -> Option<&Bytes> {
    match &response.data {
        Value::Binary(json) => Some(json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SharedResponseKey {
        (SharingKey { document: 1, operation: None, is_guest: false, locale: Locale::En }, (Feed(1), 1.into()))
    }

    #[tokio::test]
    async fn followers_share_an_execution_and_do_not_wait_for_one_that_stalls() {
        let responses = SharedResponses::default();
        let json = |response: &Response| shared_json(response).cloned();
        let never = responses.get_or_execute(key(), std::future::pending());
        let mut never = std::pin::pin!(never);
        assert!(timeout(Duration::from_millis(1), &mut never).await.is_err(), "the first follower stalls");
        let own = responses.get_or_execute(key(), async { Response::new(Value::from(2)) }).await;
        assert_eq!((json(&own), own.data), (None, Value::from(2)));

        let other = (key().0, (Feed(1), 2.into()));
        let first = responses.get_or_execute(other.clone(), async { Response::new(Value::from(3)) }).await;
        let second = responses.get_or_execute(other, async { Response::new(Value::from(4)) }).await;
        assert_eq!(json(&first), json(&second));
    }
}
