//! Hubs: one per followed feed on this node. A hub orders published events and keeps the newest for its followers.
//!
//! Published events may be lost, duplicated or out of order. A hub accepts the event that comes next. Where one is
//! missing, a task of the node compares the hub with the log: hubs with a gap within milliseconds, all hubs every 2
//! seconds. So followers read the log themselves only when they start and when they lag far behind.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::feeds::{self, Event, Feed};
use super::query_log;
use crate::db::Db;
use crate::figures::EVENTS_FROM_LOG;

/// A lost event that no later one follows is found within this time.
const RESYNC_INTERVAL: Duration = Duration::from_secs(2);

/// Two commits often publish in reverse order. A gap gets this long to close by itself, and all gaps that open in this
/// time share one read of the log.
const GAP_TIMEOUT: Duration = Duration::from_millis(10);

/// The number of events that a hub keeps for followers that lag a little.
const MAX_RECENT: usize = 256;

/// The number of out-of-order events that a hub keeps. More would only save reads of the log.
const MAX_OUT_OF_ORDER: usize = 128;

/// The number of followers that read the log at once: thousands that reconnect must not take the database from
/// everything else.
const MAX_CONCURRENT_BACKFILLS: usize = 8;

/// The number of feeds whose heads one statement loads.
const HEADS_BATCH_SIZE: usize = 500;

type Hubs = HashMap<Feed, watch::Sender<RecentEvents>>;

#[derive(Debug)]
pub(super) struct Broadcaster {
    pub(super) db: Db,
    /// Followers need a permit to read the log.
    pub(super) backfill_permits: Semaphore,
    /// `None` once closed.
    hubs: Mutex<Option<Hubs>>,
    has_gap: Notify,
    needs_resync: Notify,
}

impl Broadcaster {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            backfill_permits: Semaphore::new(MAX_CONCURRENT_BACKFILLS),
            hubs: Mutex::new(Some(HashMap::new())),
            has_gap: Notify::new(),
            needs_resync: Notify::new(),
        }
    }

    fn hubs(&self) -> MutexGuard<'_, Option<Hubs>> {
        self.hubs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Subscribes to the hub of a feed. Creates the hub if the feed has no follower yet. `None` once closed.
    pub(super) fn subscribe(&self, feed: Feed) -> Option<watch::Receiver<RecentEvents>> {
        Some(self.hubs().as_mut()?.entry(feed).or_default().subscribe())
    }

    /// Sets the head of a new hub to the head of its feed. A hub that already has a head keeps it.
    pub(super) fn init_head(&self, feed: Feed, head: i64) {
        if let Some(hub) = self.hub(feed) {
            hub.send_if_modified(|recent| {
                recent.head.get_or_insert(head);
                false
            });
        }
    }

    /// Delivers an event to the hub of its feed: one that was published, or one from the log.
    pub(super) fn deliver(&self, event: Event) {
        let Some(hub) = self.hub(event.feed) else { return };
        let mut delivery = Delivery::Duplicate;
        hub.send_if_modified(|recent| {
            delivery = recent.deliver(event);
            delivery == Delivery::InOrder
        });
        if delivery == Delivery::OutOfOrder {
            self.has_gap.notify_one();
        }
    }

    /// Requests a comparison of all hubs with the log, because events may have been missed.
    pub(super) fn resync(&self) {
        self.needs_resync.notify_one();
    }

    /// Returns the numbers of hubs and of their followers.
    pub(super) fn sizes(&self) -> (usize, usize) {
        let hubs = self.hubs();
        let followers = hubs.iter().flatten().map(|(_, hub)| hub.receiver_count()).sum();
        (hubs.as_ref().map_or(0, HashMap::len), followers)
    }

    /// Ends the streams of all followers.
    pub(super) fn close(&self) {
        self.hubs().take();
        self.backfill_permits.close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.hubs().is_none()
    }

    fn hub(&self, feed: Feed) -> Option<watch::Sender<RecentEvents>> {
        self.hubs().as_ref()?.get(&feed).cloned()
    }

    /// Removes a hub whose events are no longer those of the log. Its followers continue from their own position.
    fn close_hub(&self, feed: Feed) {
        if let Some(hubs) = self.hubs().as_mut() {
            hubs.remove(&feed);
        }
    }

    /// Compares the hubs with the log. Never returns.
    pub(super) async fn run_resync(&self) {
        let mut ticks = interval(RESYNC_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let heads = tokio::select! {
                _ = ticks.tick() => self.all_heads(),
                () = self.needs_resync.notified() => self.all_heads(),
                () = self.has_gap.notified() => {
                    sleep(GAP_TIMEOUT).await;
                    self.heads_with_gap()
                }
            };
            for batch in heads.chunks(HEADS_BATCH_SIZE) {
                self.compare_with_log(batch).await;
            }
        }
    }

    /// Returns the heads of all hubs. Removes hubs without followers, and releases the memory of idle ones.
    fn all_heads(&self) -> Vec<(Feed, i64)> {
        let mut hubs = self.hubs();
        let Some(hubs) = hubs.as_mut() else { return Vec::new() };
        hubs.retain(|_, hub| hub.receiver_count() > 0);
        let mut heads = Vec::with_capacity(hubs.len());
        for (feed, hub) in hubs {
            hub.send_if_modified(|recent| {
                recent.release_if_idle();
                heads.extend(recent.head.map(|head| (*feed, head)));
                false
            });
        }
        heads
    }

    fn heads_with_gap(&self) -> Vec<(Feed, i64)> {
        let hubs = self.hubs();
        let heads = hubs.iter().flatten().filter_map(|(feed, hub)| {
            let recent = hub.borrow();
            recent.head.filter(|_| !recent.out_of_order.is_empty()).map(|head| (*feed, head))
        });
        heads.collect()
    }

    async fn compare_with_log(&self, hub_heads: &[(Feed, i64)]) {
        // Where the log does not answer, the next comparison is 2 seconds away.
        let log_heads = query_log(feeds::newest_of_each(&self.db, hub_heads.iter().map(|(feed, _)| *feed))).await;
        let Some(log_heads) = log_heads else { return };
        for &(feed, hub_head) in hub_heads {
            let log_head = log_heads.get(&feed).map_or(0, |newest| newest.number);
            if log_head < hub_head {
                // The feed was deleted, or the database was restored from a backup.
                self.close_hub(feed);
            } else if log_head > hub_head {
                self.backfill(feed, hub_head, log_head).await;
            }
        }
    }

    async fn backfill(&self, feed: Feed, mut hub_head: i64, log_head: i64) {
        while hub_head < log_head {
            let Some(events) = query_log(feeds::events_after(&self.db, feed, hub_head)).await else { return };
            for event in events.iter().copied() {
                if event.number - 1 != hub_head {
                    break;
                }
                hub_head = event.number;
                EVENTS_FROM_LOG.add(1);
                self.deliver(event);
            }
            if events.last().is_none_or(|last| last.number != hub_head) {
                // The next event was trimmed while this node could not read the log.
                return self.close_hub(feed);
            }
        }
    }
}

/// The state of a hub: the newest events of its feed.
#[derive(Debug, Default)]
pub(super) struct RecentEvents {
    /// The number of the newest event in order; `None` while nothing is known of the feed.
    head: Option<i64>,
    /// Events up to the head, without a gap.
    events: VecDeque<Event>,
    /// Events after a gap, all beyond the head.
    out_of_order: BTreeMap<i64, Event>,
    /// The head at the last comparison with the log.
    last_compared_head: Option<i64>,
}

/// What a hub did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    InOrder,
    Duplicate,
    OutOfOrder,
}

/// What comes after an event number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Event(Event),
    /// Nothing yet.
    Pending,
    /// An event that the hub no longer has. The log has it.
    Lagged,
}

impl RecentEvents {
    pub(super) fn after(&self, number: i64) -> Next {
        let lag = self.head.map_or(0, |head| head.saturating_sub(number));
        match usize::try_from(lag) {
            Ok(0) | Err(_) => Next::Pending,
            Ok(lag) => {
                let event = self.events.len().checked_sub(lag).and_then(|index| self.events.get(index));
                event.map_or(Next::Lagged, |event| Next::Event(*event))
            }
        }
    }

    fn deliver(&mut self, event: Event) -> Delivery {
        let previous = event.number.saturating_sub(1);
        let head = *self.head.get_or_insert(previous);
        if event.number <= head {
            return Delivery::Duplicate;
        }
        if previous > head {
            if self.out_of_order.len() < MAX_OUT_OF_ORDER {
                self.out_of_order.insert(event.number, event);
            }
            return Delivery::OutOfOrder;
        }
        self.push(event);
        Delivery::InOrder
    }

    /// Adds the next event, and the out-of-order events that follow it.
    fn push(&mut self, event: Event) {
        let mut next = Some(event);
        while let Some(event) = next {
            if self.events.len() == MAX_RECENT {
                self.events.pop_front();
            }
            self.events.push_back(event);
            self.head = Some(event.number);
            next = event.number.checked_add(1).and_then(|number| self.out_of_order.remove(&number));
        }
    }

    /// Releases the memory of a feed without events since the last comparison; followers that still lag read the log.
    fn release_if_idle(&mut self) {
        if self.last_compared_head == self.head {
            self.events = VecDeque::new();
        }
        self.last_compared_head = self.head;
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

    /// Moves a follower forward as far as it gets, by the hub and by a log that ends with `log_head`.
    fn follow(recent: &RecentEvents, position: &mut i64, log_head: i64) -> Result<(), TestCaseError> {
        loop {
            match recent.after(*position) {
                Next::Event(event) => {
                    prop_assert_eq!(event.number, *position + 1);
                    *position = event.number;
                }
                Next::Lagged => {
                    prop_assert!(*position < log_head, "sent to the log for an event that does not exist");
                    *position += 1;
                }
                Next::Pending => return Ok(()),
            }
        }
    }

    proptest! {
        #[test]
        fn a_hub_delivers_each_event_once_and_in_order(
            published in prop::collection::vec((1..=LAST, any::<bool>(), any::<bool>()), 0..120),
            start in 0..LAST,
        ) {
            let mut recent = RecentEvents { head: Some(start), ..RecentEvents::default() };
            let (mut prompt, mut lagging) = (start, 0);
            for (number, lagging_follows, is_compared) in published {
                recent.deliver(event(number));
                prop_assert!(recent.head >= Some(start));
                prop_assert!(recent.out_of_order.keys().all(|number| Some(*number) > recent.head));
                follow(&recent, &mut prompt, LAST)?;
                prop_assert_eq!(Some(prompt), recent.head);
                if is_compared {
                    recent.release_if_idle();
                }
                if lagging_follows {
                    follow(&recent, &mut lagging, LAST)?;
                }
            }
            for number in 1..=LAST {
                recent.deliver(event(number));
            }
            prop_assert!(recent.out_of_order.is_empty());
            follow(&recent, &mut prompt, LAST)?;
            follow(&recent, &mut lagging, LAST)?;
            prop_assert_eq!((prompt, lagging), (LAST, LAST));
        }

        #[test]
        fn a_hub_accepts_any_number(numbers in prop::collection::vec(any::<i64>(), 0..300), position in any::<i64>()) {
            let mut recent = RecentEvents::default();
            for number in numbers.into_iter().chain([i64::MAX, i64::MIN]) {
                recent.deliver(event(number));
                let _ = recent.after(position);
            }
            prop_assert!(recent.out_of_order.len() <= MAX_OUT_OF_ORDER && recent.events.len() <= MAX_RECENT);
        }
    }

    #[test]
    fn a_follower_that_lags_far_behind_is_sent_to_the_log() {
        let mut recent = RecentEvents { head: Some(0), ..RecentEvents::default() };
        for number in 1..=1_000 {
            recent.deliver(event(number));
        }
        assert_eq!(recent.after(0), Next::Lagged);
        assert_eq!(recent.after(999), Next::Event(event(1_000)));
        assert_eq!(recent.after(1_000), Next::Pending);
    }
}
