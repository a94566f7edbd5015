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
pub const LASTS: Duration = Duration::from_secs(6);

/// So many conversations are kept, and people in one. Beyond, those where nobody types any more go; then nobody is added.
const MOST_CONVERSATIONS: usize = 10_000;
const MOST_PEOPLE: usize = 50;

/// Who types where. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Typing(Arc<Mutex<HashMap<ConversationId, Talk>>>);

#[derive(Debug, Default)]
struct Talk {
    people: HashMap<AccountId, Heard>,
    /// Changes with every signal.
    changes: watch::Sender<u64>,
}

/// The last that was heard of somebody. That they stopped is kept as long as that they began: a signal may come late.
#[derive(Clone, Copy, Debug)]
struct Heard {
    stamp: i64,
    is_on: bool,
    until: Instant,
}

impl Typing {
    /// Listens to what nodes tell each other, for as long as the program runs.
    pub async fn follow(self, live: Live) {
        let mut signals = live.signals();
        loop {
            match signals.recv().await {
                Ok(signal) => self.hear(signal),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn hear(&self, Signal { topic, subject, stamp, is_on }: Signal) {
        let now = Instant::now();
        let mut talks = self.lock();
        let id = ConversationId(topic.0);
        if talks.len() >= MOST_CONVERSATIONS && !talks.contains_key(&id) {
            talks.retain(|_, talk| talk.is_wanted(now));
            if talks.len() >= MOST_CONVERSATIONS {
                return;
            }
        }
        let talk = talks.entry(id).or_default();
        talk.people.retain(|_, heard| heard.until > now);
        let person = AccountId(subject);
        let is_old = talk.people.get(&person).is_some_and(|heard| heard.stamp >= stamp);
        if is_old || (talk.people.len() >= MOST_PEOPLE && !talk.people.contains_key(&person)) {
            return;
        }
        talk.people.insert(person, Heard { stamp, is_on, until: now + LASTS });
        talk.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    /// Tells whether somebody is typing there, as far as is known here.
    pub fn is_typing(&self, conversation: ConversationId, person: AccountId) -> bool {
        self.now(conversation).iter().any(|(typist, _)| *typist == person)
    }

    /// Returns who is typing there now, and until when, in the order of their ids.
    pub fn now(&self, conversation: ConversationId) -> Vec<(AccountId, Instant)> {
        let now = Instant::now();
        let talks = self.lock();
        let people = talks.get(&conversation).into_iter().flat_map(|talk| &talk.people);
        let mut typing: Vec<_> = people
            .filter(|(_, heard)| heard.is_on && heard.until > now)
            .map(|(person, heard)| (*person, heard.until))
            .collect();
        typing.sort_unstable();
        typing
    }

    /// Returns what changes whenever something is heard of a conversation. While it is held, the conversation is kept.
    pub fn changes(&self, conversation: ConversationId) -> watch::Receiver<u64> {
        let now = Instant::now();
        let mut talks = self.lock();
        if talks.len() >= MOST_CONVERSATIONS {
            talks.retain(|_, talk| talk.is_wanted(now));
        }
        talks.entry(conversation).or_default().changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Talk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Talk {
    fn is_wanted(&self, now: Instant) -> bool {
        self.changes.receiver_count() > 0 || self.people.values().any(|heard| heard.until > now)
    }
}
