//! Hubs: one per followed feed on this node. A hub puts hints in order and keeps the newest events for its followers.
//!
//! Hints may be lost, doubled and in any order. A hub takes the one that comes next; for everything else one task of the
//! node compares the hubs with the log, all of them every two seconds and those with a gap at once. So followers read
//! the log themselves only when they start and when they fall far behind.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::asked;
use super::feeds::{self, Event, Feed};
use crate::db::Db;

/// How long a lost hint stays unnoticed when no other follows it.
const SILENCE: Duration = Duration::from_secs(2);

/// Two commits often publish in the other order. A gap gets this long to close by itself, and all gaps that open
/// meanwhile cost one look into the log.
const GAP_PATIENCE: Duration = Duration::from_millis(10);

/// So many events a hub keeps for followers that are a little behind.
const KEPT: usize = 256;

/// So many hints a hub keeps that came before their turn. More would only save reading.
const MAX_OUT_OF_ORDER: usize = 128;

/// So many followers read the log at once: a crowd that returns must not keep everybody else from the database.
const READERS: usize = 8;

/// So many hubs are compared with the log by one statement.
const HEADS_AT_ONCE: usize = 500;

#[derive(Debug)]
pub(super) struct Broadcaster {
    pub(super) db: Db,
    /// For followers that read the log.
    pub(super) turns: Semaphore,
    /// `None` once closed.
    by_feed: Mutex<Option<HashMap<Feed, watch::Sender<RecentEvents>>>>,
    has_gap: Notify,
    needs_resync: Notify,
}

impl Broadcaster {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            turns: Semaphore::new(READERS),
            by_feed: Mutex::new(Some(HashMap::new())),
            has_gap: Notify::new(),
            needs_resync: Notify::new(),
        }
    }

    fn by_feed(&self) -> MutexGuard<'_, Option<HashMap<Feed, watch::Sender<RecentEvents>>>> {
        self.by_feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the feed's window, with a new hub behind it if nobody followed the feed; `None` once closed.
    pub(super) fn join(&self, feed: Feed) -> Option<watch::Receiver<RecentEvents>> {
        Some(self.by_feed().as_mut()?.entry(feed).or_default().subscribe())
    }

    /// Tells a new hub where its feed stands.
    pub(super) fn learn(&self, feed: Feed, head: i64) {
        if let Some(hub) = self.hub(feed) {
            hub.send_if_modified(|window| {
                window.head.get_or_insert(head);
                false
            });
        }
    }

    /// Takes a hint, or an event out of the log.
    pub(super) fn offer(&self, event: Event) {
        let Some(hub) = self.hub(event.feed) else { return };
        let mut offered = Offered::Old;
        hub.send_if_modified(|window| {
            offered = window.offer(event);
            offered == Offered::Taken
        });
        if offered == Offered::OutOfOrder {
            self.has_gap.notify_one();
        }
    }

    /// Has every hub compared with the log now: hints may have been missed.
    pub(super) fn resync(&self) {
        self.needs_resync.notify_one();
    }

    /// Ends every follower's stream.
    pub(super) fn close(&self) {
        self.by_feed().take();
        self.turns.close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.by_feed().is_none()
    }

    fn hub(&self, feed: Feed) -> Option<watch::Sender<RecentEvents>> {
        self.by_feed().as_ref()?.get(&feed).cloned()
    }

    /// Drops a hub whose past is not that of the log any more. Its followers start again from where they are.
    fn close_hub(&self, feed: Feed) {
        if let Some(hubs) = self.by_feed().as_mut() {
            hubs.remove(&feed);
        }
    }

    /// Compares the hubs with the log, for ever.
    pub(super) async fn keep_up(&self) {
        let mut silence = interval(SILENCE);
        silence.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let hubs = tokio::select! {
                _ = silence.tick() => self.all(),
                () = self.needs_resync.notified() => self.all(),
                () = self.has_gap.notified() => {
                    sleep(GAP_PATIENCE).await;
                    self.with_gap()
                }
            };
            for some in hubs.chunks(HEADS_AT_ONCE) {
                self.compare(some).await;
            }
        }
    }

    /// Returns all hubs and their heads. Those that nobody follows any more go.
    fn all(&self) -> Vec<(Feed, i64)> {
        let mut hubs = self.by_feed();
        let Some(hubs) = hubs.as_mut() else { return Vec::new() };
        hubs.retain(|_, hub| hub.receiver_count() > 0);
        let mut heads = Vec::with_capacity(hubs.len());
        for (feed, hub) in hubs {
            hub.send_if_modified(|window| {
                window.rest();
                heads.extend(window.head.map(|head| (*feed, head)));
                false
            });
        }
        heads
    }

    fn with_gap(&self) -> Vec<(Feed, i64)> {
        let hubs = self.by_feed();
        let gaps = hubs.iter().flatten().filter_map(|(feed, hub)| {
            let window = hub.borrow();
            window.head.filter(|_| !window.out_of_order.is_empty()).map(|head| (*feed, head))
        });
        gaps.collect()
    }

    async fn compare(&self, hubs: &[(Feed, i64)]) {
        // Without an answer the hubs stay as they are; the next look comes in two seconds.
        let Some(heads) = asked(feeds::heads(&self.db, hubs.iter().map(|(feed, _)| *feed))).await else { return };
        for &(feed, known) in hubs {
            let head = heads.get(&feed).copied().unwrap_or(0);
            if head < known {
                // The feed was deleted, or the database went back in time.
                self.close_hub(feed);
            } else if head > known {
                self.catch_up(feed, known, head).await;
            }
        }
    }

    async fn catch_up(&self, feed: Feed, mut known: i64, head: i64) {
        while known < head {
            let Some(events) = asked(feeds::page(&self.db, feed, known)).await else { return };
            for event in events.iter().copied() {
                if event.number - 1 != known {
                    break;
                }
                known = event.number;
                self.offer(event);
            }
            if events.last().is_none_or(|last| last.number != known) {
                // What comes next was trimmed while this node was away from the log.
                return self.close_hub(feed);
            }
        }
    }
}

/// The newest events of a feed, as a hub knows them.
#[derive(Debug, Default)]
pub(super) struct RecentEvents {
    /// The number of the newest event in order; `None` while nothing is known of the feed.
    head: Option<i64>,
    /// Events up to the head, without a gap.
    events: VecDeque<Event>,
    /// Hints after a gap, all beyond the head.
    out_of_order: BTreeMap<i64, Event>,
    /// The head when the hub was last compared with the log.
    rested_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    Taken,
    Old,
    OutOfOrder,
}

/// What comes after a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Event(Event),
    /// Nothing yet.
    Nothing,
    /// Something that only the log still has.
    InLog,
}

impl RecentEvents {
    pub(super) fn after(&self, number: i64) -> Next {
        let behind = self.head.map_or(0, |head| head.saturating_sub(number));
        match usize::try_from(behind) {
            Ok(0) | Err(_) => Next::Nothing,
            Ok(behind) => {
                let event = self.events.len().checked_sub(behind).and_then(|index| self.events.get(index));
                event.map_or(Next::InLog, |event| Next::Event(*event))
            }
        }
    }

    fn offer(&mut self, event: Event) -> Offered {
        let before = event.number.saturating_sub(1);
        let head = *self.head.get_or_insert(before);
        if event.number <= head {
            return Offered::Old;
        }
        if before > head {
            if self.out_of_order.len() < MAX_OUT_OF_ORDER {
                self.out_of_order.insert(event.number, event);
            }
            return Offered::OutOfOrder;
        }
        self.push(event);
        Offered::Taken
    }

    /// Takes the next event, and those that came before their turn and follow it.
    fn push(&mut self, event: Event) {
        let mut next = Some(event);
        while let Some(event) = next {
            if self.events.len() == KEPT {
                self.events.pop_front();
            }
            self.events.push_back(event);
            self.head = Some(event.number);
            next = event.number.checked_add(1).and_then(|number| self.out_of_order.remove(&number));
        }
    }

    /// Gives back the memory of a feed that has become quiet; who is still behind reads the log.
    fn rest(&mut self) {
        if self.rested_at == self.head {
            self.events = VecDeque::new();
        }
        self.rested_at = self.head;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::live::EventKind;
    use proptest::prelude::*;

    const LAST: i64 = 40;

    fn event(number: i64) -> Event {
        Event {
            feed: Feed::POSTS,
            number,
            kind: EventKind::SessionEnded,
            subject: number,
            detail: None,
            happened_at: Timestamp(0),
        }
    }

    /// What a follower at that place is given, from the window or from the log.
    fn take(window: &RecentEvents, position: &mut i64, log: i64) -> Result<(), TestCaseError> {
        loop {
            match window.after(*position) {
                Next::Event(event) => {
                    prop_assert_eq!(event.number, *position + 1);
                    *position = event.number;
                }
                Next::InLog => {
                    prop_assert!(*position < log, "sent to the log for something that is not there");
                    *position += 1;
                }
                Next::Nothing => return Ok(()),
            }
        }
    }

    proptest! {
        #[test]
        fn hints_in_any_order_give_every_event_once_and_in_order(
            hints in prop::collection::vec((1..=LAST, any::<bool>(), any::<bool>()), 0..120),
            start in 0..LAST,
        ) {
            let mut window = RecentEvents { head: Some(start), ..RecentEvents::default() };
            let (mut eager, mut lazy) = (start, 0);
            for (number, looks, rests) in hints {
                window.offer(event(number));
                prop_assert!(window.head >= Some(start));
                prop_assert!(window.out_of_order.keys().all(|out_of_order| Some(*out_of_order) > window.head));
                take(&window, &mut eager, LAST)?;
                prop_assert_eq!(Some(eager), window.head);
                if rests {
                    window.rest();
                }
                if looks {
                    take(&window, &mut lazy, LAST)?;
                }
            }
            for number in 1..=LAST {
                window.offer(event(number));
            }
            prop_assert!(window.out_of_order.is_empty());
            take(&window, &mut eager, LAST)?;
            take(&window, &mut lazy, LAST)?;
            prop_assert_eq!((eager, lazy), (LAST, LAST));
        }

        #[test]
        fn no_hint_brings_a_window_down(numbers in prop::collection::vec(any::<i64>(), 0..300), position in any::<i64>()) {
            let mut window = RecentEvents::default();
            for number in numbers.into_iter().chain([i64::MAX, i64::MIN]) {
                window.offer(event(number));
                let _ = window.after(position);
            }
            prop_assert!(window.out_of_order.len() <= MAX_OUT_OF_ORDER && window.events.len() <= KEPT);
        }
    }

    #[test]
    fn a_follower_far_behind_is_sent_to_the_log() {
        let mut window = RecentEvents { head: Some(0), ..RecentEvents::default() };
        for number in 1..=1_000 {
            window.offer(event(number));
        }
        assert_eq!(window.after(0), Next::InLog);
        assert_eq!(window.after(999), Next::Event(event(1_000)));
        assert_eq!(window.after(1_000), Next::Nothing);
    }
}
