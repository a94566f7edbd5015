//! Who is typing now, according to the signals that this node has received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast::error::RecvError, watch};
use tokio::time::Instant;

use crate::accounts::AccountId;
use crate::conversations::ConversationId;
use crate::live::{Live, Signal};

/// How long a signal lasts if the client does not repeat it.
pub const TYPING_LIFETIME: Duration = Duration::from_secs(6);

/// The maximum number of conversations in the registry. Beyond it unused ones are removed; if none is unused, signals
/// for further conversations are dropped.
const MAX_CONVERSATIONS: usize = 10_000;

/// The maximum number of users kept for one conversation.
const MAX_USERS: usize = 50;

/// Who is typing in which conversation. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TypingRegistry(Arc<Mutex<HashMap<ConversationId, ConversationState>>>);

#[derive(Debug, Default)]
struct ConversationState {
    users: HashMap<AccountId, TypingState>,
    /// Changes with every signal.
    changes: watch::Sender<u64>,
}

/// The latest signal of a user. A stop signal is kept as long as a start signal, so that an older signal that arrives
/// late is recognised by its stamp.
#[derive(Clone, Copy, Debug)]
struct TypingState {
    stamp: i64,
    is_on: bool,
    until: Instant,
}

impl TypingRegistry {
    /// Receives the signals of all nodes until the node shuts down.
    pub async fn follow(self, live: Live) {
        let mut signals = live.subscribe_signals();
        loop {
            match signals.recv().await {
                Ok(signal) => self.receive(signal),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn receive(&self, Signal { topic, subject, stamp, is_on }: Signal) {
        let now = Instant::now();
        let mut conversations = self.lock();
        let id = ConversationId(topic.0);
        if conversations.len() >= MAX_CONVERSATIONS && !conversations.contains_key(&id) {
            conversations.retain(|_, state| state.is_in_use(now));
            if conversations.len() >= MAX_CONVERSATIONS {
                return;
            }
        }
        let conversation = conversations.entry(id).or_default();
        conversation.users.retain(|_, state| state.until > now);
        let user = AccountId(subject);
        let is_outdated = conversation.users.get(&user).is_some_and(|state| state.stamp >= stamp);
        if is_outdated || (conversation.users.len() >= MAX_USERS && !conversation.users.contains_key(&user)) {
            return;
        }
        conversation.users.insert(user, TypingState { stamp, is_on, until: now + TYPING_LIFETIME });
        conversation.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    /// Returns true if this node knows that the user is typing.
    pub fn is_typing(&self, conversation: ConversationId, user: AccountId) -> bool {
        self.typing_users(conversation).iter().any(|(typing_user, _)| *typing_user == user)
    }

    /// Returns the users who are typing now, with the end of their signals, in the order of their ids.
    pub fn typing_users(&self, conversation: ConversationId) -> Vec<(AccountId, Instant)> {
        let now = Instant::now();
        let conversations = self.lock();
        let users = conversations.get(&conversation).into_iter().flat_map(|state| &state.users);
        let mut typing: Vec<_> = users
            .filter(|(_, state)| state.is_on && state.until > now)
            .map(|(user, state)| (*user, state.until))
            .collect();
        typing.sort_unstable();
        typing
    }

    /// Returns a receiver that changes with every signal for the conversation. The registry keeps the conversation
    /// while the receiver exists.
    pub fn changes(&self, conversation: ConversationId) -> watch::Receiver<u64> {
        let now = Instant::now();
        let mut conversations = self.lock();
        if conversations.len() >= MAX_CONVERSATIONS {
            conversations.retain(|_, state| state.is_in_use(now));
        }
        conversations.entry(conversation).or_default().changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, ConversationState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConversationState {
    fn is_in_use(&self, now: Instant) -> bool {
        self.changes.receiver_count() > 0 || self.users.values().any(|state| state.until > now)
    }
}
