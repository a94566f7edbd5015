//! Who is typing now, as far as this node has heard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast::error::RecvError, watch};
use tokio::time::Instant;

use crate::accounts::AccountId;
use crate::conversations::ConversationId;
use crate::live::{Live, Signal};

/// How long somebody types who does not say so again.
pub const TYPING_LIFETIME: Duration = Duration::from_secs(6);

/// So many conversations are kept, and people in one. Beyond, those where nobody types any more go; then nobody is added.
const MAX_CONVERSATIONS: usize = 10_000;
const MAX_TYPISTS: usize = 50;

/// Who types where. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TypingRegistry(Arc<Mutex<HashMap<ConversationId, Typists>>>);

#[derive(Debug, Default)]
struct Typists {
    people: HashMap<AccountId, TypingState>,
    /// Changes with every signal.
    changes: watch::Sender<u64>,
}

/// The last that was heard of somebody. That they stopped is kept as long as that they began: a signal may come late.
#[derive(Clone, Copy, Debug)]
struct TypingState {
    stamp: i64,
    is_on: bool,
    until: Instant,
}

impl TypingRegistry {
    /// Listens to what nodes tell each other, for as long as the program runs.
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
            conversations.retain(|_, typists| typists.is_wanted(now));
            if conversations.len() >= MAX_CONVERSATIONS {
                return;
            }
        }
        let typists = conversations.entry(id).or_default();
        typists.people.retain(|_, state| state.until > now);
        let person = AccountId(subject);
        let is_old = typists.people.get(&person).is_some_and(|state| state.stamp >= stamp);
        if is_old || (typists.people.len() >= MAX_TYPISTS && !typists.people.contains_key(&person)) {
            return;
        }
        typists.people.insert(person, TypingState { stamp, is_on, until: now + TYPING_LIFETIME });
        typists.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    /// Tells whether somebody is typing there, as far as is known here.
    pub fn is_typing(&self, conversation: ConversationId, person: AccountId) -> bool {
        self.now(conversation).iter().any(|(typist, _)| *typist == person)
    }

    /// Returns who is typing there now, and until when, in the order of their ids.
    pub fn now(&self, conversation: ConversationId) -> Vec<(AccountId, Instant)> {
        let now = Instant::now();
        let conversations = self.lock();
        let people = conversations.get(&conversation).into_iter().flat_map(|typists| &typists.people);
        let mut typing: Vec<_> = people
            .filter(|(_, state)| state.is_on && state.until > now)
            .map(|(person, state)| (*person, state.until))
            .collect();
        typing.sort_unstable();
        typing
    }

    /// Returns what changes whenever something is heard of a conversation. While it is held, the conversation is kept.
    pub fn changes(&self, conversation: ConversationId) -> watch::Receiver<u64> {
        let now = Instant::now();
        let mut conversations = self.lock();
        if conversations.len() >= MAX_CONVERSATIONS {
            conversations.retain(|_, typists| typists.is_wanted(now));
        }
        conversations.entry(conversation).or_default().changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Typists>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Typists {
    fn is_wanted(&self, now: Instant) -> bool {
        self.changes.receiver_count() > 0 || self.people.values().any(|state| state.until > now)
    }
}
