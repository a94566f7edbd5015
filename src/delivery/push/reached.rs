//! The browsers that have a push which others of the same member do not have yet.
//!
//! A push is retried until all browsers of the member have it. A browser shows it again when it receives it again, so those
//! that have it are left out. This is known to one node only: another one sends to all, under the same tag.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::store::Push;
use crate::accounts::{AccountId, SessionId};
use crate::clock::Timestamp;

/// How many pushes a node remembers. Beyond that it forgets all of them, and sends to all browsers.
const MAX_PUSHES: usize = 10_000;

/// The account, kind and subject of a push.
type Key = (AccountId, String, i64);

/// The newest cause of a push, and the sessions whose browsers have it.
type Recipients = (Timestamp, Vec<SessionId>);

/// What a node remembers of the pushes that it retries. Cheap to clone.
#[derive(Clone, Default)]
pub struct Reached(Arc<Mutex<HashMap<Key, Recipients>>>);

impl Reached {
    /// Returns the sessions whose browsers have a push. A later cause is news for all of them.
    pub fn by(&self, push: &Push) -> Vec<SessionId> {
        let reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reached.get(&key(push)).filter(|(newest_at, _)| *newest_at == push.newest_at);
        known.map(|(_, sessions)| sessions.clone()).unwrap_or_default()
    }

    /// Remembers the sessions whose browsers have a push.
    pub fn set(&self, push: &Push, sessions: Vec<SessionId>) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reached.len() >= MAX_PUSHES {
            reached.clear();
        }
        reached.insert(key(push), (push.newest_at, sessions));
    }

    /// Forgets a push that is not retried.
    pub fn forget(&self, push: &Push) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(push));
    }
}

fn key(push: &Push) -> Key {
    (push.account_id, push.kind.clone(), push.subject_id)
}
