//! Who is typing now, according to the signals that this node has received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast::error::RecvError, watch};
use tokio::time::Instant;

use crate::accounts::AccountId;
use crate::conversations::ConversationId;
use crate::live::{Feed, Live, Signal};

/// How long a signal lasts if the client does not repeat it.
pub const TYPING_LIFETIME: Duration = Duration::from_secs(6);

/// The maximum number of conversations in the registry. Beyond it unused ones are removed; if none is unused, signals
/// for further conversations are dropped, and further conversations cannot be watched.
const MAX_CONVERSATIONS: usize = 10_000;

/// The maximum number of users kept for one conversation.
const MAX_USERS: usize = 50;

/// Who is typing in which conversation. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TypingRegistry(Arc<Mutex<Conversations>>);

type Conversations = HashMap<ConversationId, ConversationState>;

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
        if topic == stop_topic(AccountId(subject)) {
            conversations.values_mut().for_each(|state| state.stop(AccountId(subject), stamp));
            return;
        }
        let id = ConversationId(topic.0);
        if !has_room(&mut conversations, id, now) {
            return;
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
    /// while the receiver exists. `None` if the registry is full.
    pub fn changes(&self, conversation: ConversationId) -> Option<watch::Receiver<u64>> {
        let mut conversations = self.lock();
        if !has_room(&mut conversations, conversation, Instant::now()) {
            return None;
        }
        Some(conversations.entry(conversation).or_default().changes.subscribe())
    }

    fn lock(&self) -> MutexGuard<'_, Conversations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The topic of a signal that a user has stopped typing everywhere: the feed of the account instead of a conversation's.
pub(super) fn stop_topic(user: AccountId) -> Feed {
    Feed(user.0)
}

/// Returns true if the registry has the conversation or room for it. Removes unused ones to make room.
fn has_room(conversations: &mut Conversations, id: ConversationId, now: Instant) -> bool {
    if conversations.len() >= MAX_CONVERSATIONS && !conversations.contains_key(&id) {
        conversations.retain(|_, state| state.is_in_use(now));
    }
    conversations.len() < MAX_CONVERSATIONS || conversations.contains_key(&id)
}

impl ConversationState {
    /// Ends the typing of a user, without regard to later signals of other nodes.
    fn stop(&mut self, user: AccountId, stamp: i64) {
        let Some(state) = self.users.get_mut(&user).filter(|state| state.is_on) else { return };
        (state.is_on, state.stamp) = (false, state.stamp.max(stamp));
        self.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    fn is_in_use(&self, now: Instant) -> bool {
        self.changes.receiver_count() > 0 || self.users.values().any(|state| state.until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(topic: Feed, subject: i64, stamp: i64, is_on: bool) -> Signal {
        Signal { topic, subject, stamp, is_on }
    }

    #[test]
    fn the_registry_never_has_more_conversations_than_its_bound() {
        let registry = TypingRegistry::default();
        let last = i64::try_from(MAX_CONVERSATIONS).expect("a small number");
        let mut receivers: Vec<_> = (0..last).filter_map(|id| registry.changes(ConversationId(id))).collect();
        assert_eq!(receivers.len(), MAX_CONVERSATIONS);
        assert!(registry.changes(ConversationId(last)).is_none());
        registry.receive(signal(Feed(last), 1, 1, true));
        assert_eq!(registry.lock().len(), MAX_CONVERSATIONS);
        assert!(registry.changes(ConversationId(5)).is_some(), "a conversation that is watched already");
        receivers.truncate(10);
        assert!(registry.changes(ConversationId(last)).is_some());
        assert!(registry.lock().len() <= 11);
    }

    #[test]
    fn a_user_who_stops_everywhere_stops_in_every_conversation() {
        let registry = TypingRegistry::default();
        for conversation in [10, 11] {
            registry.receive(signal(Feed(conversation), 1, 5, true));
            registry.receive(signal(Feed(conversation), 2, 5, true));
        }
        registry.receive(signal(stop_topic(AccountId(1)), 1, 4, false));
        for conversation in [10, 11].map(ConversationId) {
            assert!(!registry.is_typing(conversation, AccountId(1)), "also if another node's clock is ahead");
            assert!(registry.is_typing(conversation, AccountId(2)));
        }
    }
}
