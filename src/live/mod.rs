//! Live streams that lose no event.
//!
//! A **feed** is a numbered log of events in the database. A rule appends to it in the transaction of its change, and
//! publishes after the commit. A **follower** receives every event after its cursor once and in order, across
//! reconnects, nodes and restarts: first a backfill from the log, then live events from the **hub** of the feed on this
//! node. What is published only makes delivery fast. The **bus** carries it to the other nodes; whatever it loses is
//! found in the log.
//!
//! ```ignore
//! let mut tx = db.write().await?;
//! let event = live::append(&mut tx, now, Feed(account.0), body).await?;
//! tx.commit().await?;
//! live.publish(&[event]);
//! ```
//!
//! Who may follow a feed, and what clients see of an event, belongs to the slices.

mod background;
mod broadcaster;
mod bus;
mod drift;
mod feeds;
mod follow;
mod lease;
mod position;
mod presence;
mod shared_lookup;
mod signals;

use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use tokio::sync::broadcast;
use tokio::time::{interval, timeout};
use tracing::{debug, error, info};

use crate::clock::Clock;
use crate::db::{self, Db, WriteHealth};
use crate::error::Result;
use background::BackgroundTasks;
use broadcaster::Broadcaster;
use bus::{Bus, BusMessage};
use presence::Presence;
use signals::Signals;

pub use feeds::{
    Event, EventBody, EventKind, Feed, append, append_all, append_for_subjects, append_to_feeds, append_with_copies,
    delete, head, newest, newest_of_each, trim,
};
pub use follow::FeedItem;
pub use lease::Lease;
pub use position::FeedPosition;
pub use presence::{GRACE, PresenceGuard};
pub use shared_lookup::{LOOKUP_TTL, SharedLookup};
pub use signals::Signal;

/// How long events are kept.
pub const RETENTION: Duration = Duration::from_hours(30 * 24);

const TRIM_INTERVAL: Duration = Duration::from_hours(1);

/// The token of no lease: excludes no node from a cleanup.
const NO_TOKEN: i64 = 0;

/// The delays between attempts to reach the database double from the first to the second.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(100);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(2);

/// The log must answer one statement within this time.
const QUERY_TIMEOUT: Duration = Duration::from_secs(5);

/// The feeds, signals and presence of this node. Cheap to clone; its background tasks end with [`Live::close`] or with
/// the last clone.
#[derive(Clone, Debug)]
pub struct Live {
    publisher: Publisher,
    presence: Presence,
    signals: Signals,
    write_health: WriteHealth,
    tasks: Arc<BackgroundTasks>,
}

/// Delivers committed events to followers on this node and on the others.
#[derive(Clone, Debug)]
struct Publisher {
    broadcaster: Arc<Broadcaster>,
    bus: Arc<Bus>,
}

impl Publisher {
    fn publish(&self, events: &[Event]) {
        for event in events {
            self.broadcaster.deliver(*event);
        }
        self.bus.publish(events.iter().copied().map(BusMessage::Event));
    }
}

impl Live {
    /// Claims a number for this node and starts the background tasks.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] also when no number is free.
    pub async fn open(db: Db, clock: Clock) -> Result<Self> {
        let tasks = BackgroundTasks::default();
        let broadcaster = Arc::new(Broadcaster::new(db.clone()));
        let signals = Signals::default();
        let bus = Arc::new(Bus::open(&db, &clock, &broadcaster, &signals, &tasks));
        let publisher = Publisher { broadcaster: Arc::clone(&broadcaster), bus };
        // Before the claim, which may overwrite the lease of a dead node, and with it until when that node lived.
        presence::remove_dead_nodes(&db, &clock, NO_TOKEN, &publisher).await?;
        let lease = Lease::claim(&db, &clock).await?;
        let token = lease.token();
        let write_health = WriteHealth::default();
        tasks.spawn_graceful(lease.run_renewal(write_health.clone(), tasks.closing()));
        tasks.spawn(async move { broadcaster.run_resync().await });
        tasks.spawn(run_trim(db.clone(), clock.clone()));
        tasks.spawn(drift::run_comparison(db.clone(), clock.clone()));
        let presence = Presence::new(clock.clone());
        tasks.spawn(presence.clone().run_writer(db.clone(), publisher.clone(), token.clone()));
        tasks.spawn(presence::run_cleanup(db, clock, publisher.clone(), token));
        Ok(Self { publisher, presence, signals, write_health, tasks: Arc::new(tasks) })
    }

    /// Returns whether the database accepts writes, which each renewal of the lease shows.
    pub fn write_health(&self) -> &WriteHealth {
        &self.write_health
    }

    /// Returns how many feeds have followers on this node, and how many followers there are.
    #[must_use]
    pub fn followed(&self) -> (usize, usize) {
        self.publisher.broadcaster.sizes()
    }

    /// Returns how many nodes have a lease, in the time of the database server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leased_nodes(db: &Db, clock: &Clock) -> Result<u64> {
        lease::count(db, clock).await
    }

    /// Publishes committed events to followers on all nodes. Never waits and never fails: a follower finds in the log
    /// what it misses here.
    pub fn publish(&self, events: &[Event]) {
        self.publisher.publish(events);
    }

    /// Adds a connection of a user to this node. The user is present until the guard is dropped, and for [`GRACE`]
    /// after that. Returns once that is stored, or after a second if the database is slow.
    pub async fn connect(&self, user: i64) -> PresenceGuard {
        self.presence.connect(user).await
    }

    /// Publishes a signal to the current subscribers on all nodes. It may be lost.
    pub fn publish_signal(&self, signal: Signal) {
        self.signals.send(signal);
        self.publisher.bus.publish([BusMessage::Signal(signal)]);
    }

    /// Subscribes to signals. A slow subscriber misses some.
    pub fn subscribe_signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Follows a feed after an event number; without one, from the head of the feed when the stream is first polled.
    ///
    /// For a number beyond the head, which is of another feed or made up, the stream is one `BadInput`. The stream ends
    /// with [`Live::close`] only; while the database does not answer, it waits.
    pub fn follow(
        &self,
        feed: Feed,
        after: Option<FeedPosition>,
    ) -> impl Stream<Item = Result<FeedItem>> + Send + use<> {
        follow::follow(Arc::clone(&self.publisher.broadcaster), feed, after)
    }

    /// Compares all followed feeds with the log now, because events may have been missed.
    pub fn resync(&self) {
        self.publisher.broadcaster.resync();
    }

    /// Ends all streams, stops the background tasks and releases this node's number.
    pub async fn close(&self) {
        self.publisher.broadcaster.close();
        self.tasks.close().await;
    }
}

/// Deletes events beyond the retention. Several nodes may do so at once. Never returns.
async fn run_trim(db: Db, clock: Clock) {
    let mut ticks = interval(TRIM_INTERVAL);
    loop {
        ticks.tick().await;
        match trim(&db, clock.now().minus(RETENTION)).await {
            Ok(0) => {}
            Ok(deleted) => info!(deleted, "expired events were deleted"),
            Err(cause) => error!(%cause, "expired events could not be deleted; it is retried in an hour"),
        }
    }
}

/// Returns the result of a query of the log; `None` when the log does not answer, so that the caller retries.
async fn query_log<T>(query: impl Future<Output = db::Result<T>>) -> Option<T> {
    match timeout(QUERY_TIMEOUT, query).await {
        Ok(Ok(found)) => Some(found),
        Ok(Err(cause @ db::Error::Unavailable(_))) => {
            debug!(%cause, "the log of feeds is not available");
            None
        }
        Ok(Err(cause)) => {
            error!(%cause, "the log of feeds cannot be read");
            None
        }
        Err(_) => {
            debug!("the log of feeds did not answer within 5 seconds");
            None
        }
    }
}
