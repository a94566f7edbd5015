//! Live streams that lose nothing.
//!
//! A **feed** is a numbered log of events in the database; a rule appends to it in the transaction of its change and
//! publishes after the commit. A **follower** gets every event after its cursor once and in order, across reconnects,
//! nodes and restarts, because whatever is in doubt is read from the log. Everything faster than that is a hint: the
//! hubs of this node hear at once, those of other nodes over the bus.
//!
//! ```ignore
//! let mut tx = db.write().await?;
//! let event = live::append(&mut tx, now, Feed(account.0), body).await?;
//! tx.commit().await?;
//! live.publish(&[event]);
//! ```
//!
//! Who may follow what, and what an event looks like from outside, is for the slices to say.

mod background;
mod broadcaster;
mod bus;
mod feeds;
mod follow;
mod lease;
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
use crate::db::{self, Db};
use crate::error::Result;
use background::Background;
use broadcaster::Broadcaster;
use bus::{Bus, BusMessage};
use presence::{Presence, Publisher};
use signals::Signals;

pub use feeds::{
    Event, EventBody, EventKind, Feed, append, append_each, append_to, append_with_copies, delete, head, heads, trim,
};
pub use follow::Followed;
pub use lease::Lease;
pub use presence::{GRACE, PresenceGuard};
pub use shared_lookup::{FRESH, SharedLookup};
pub use signals::Signal;

/// How long events are kept.
pub const RETENTION: Duration = Duration::from_hours(30 * 24);

const TRIM_INTERVAL: Duration = Duration::from_hours(1);

/// No lease has it: nobody is excepted.
const NO_TOKEN: i64 = 0;

/// Waits between attempts to reach what is away double from one to the other.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The log is given this long to answer one statement.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// This node's part in all feeds. Cheap to clone; the work behind it ends with [`Live::close`] or the last clone.
#[derive(Clone, Debug)]
pub struct Live {
    publisher: Publisher,
    presence: Presence,
    signals: Signals,
    background: Arc<Background>,
}

impl Live {
    /// Takes a number for this node and starts to listen.
    ///
    /// # Errors
    /// When the database does not answer, or no number is free.
    pub async fn open(db: Db, clock: Clock) -> Result<Self> {
        let background = Background::default();
        let hubs = Arc::new(Broadcaster::new(db.clone()));
        let signals = Signals::default();
        let bus = Arc::new(Bus::open(&db, &hubs, &signals, &background));
        let publisher = Publisher { hubs: Arc::clone(&hubs), bus };
        // First, while it is known until when a node lived whose number this one may get.
        presence::clear_dead(&db, clock.now(), NO_TOKEN, &publisher).await?;
        let lease = Lease::claim(&db, &clock).await?;
        let token = lease.token();
        background.spawn_to_end(lease.keep(background.over()));
        background.spawn(async move { hubs.keep_up().await });
        background.spawn(forget(db.clone(), clock.clone()));
        let presence = Presence::new(clock.clone());
        background.spawn(presence.clone().keep_written(db.clone(), publisher.clone(), token.clone()));
        background.spawn(presence::keep_clear(db, clock, publisher.clone(), token));
        Ok(Self { publisher, presence, signals, background: Arc::new(background) })
    }

    /// Tells followers everywhere what was committed. Neither waits nor fails: who misses it finds it in the log.
    pub fn publish(&self, events: &[Event]) {
        self.publisher.publish(events);
    }

    /// Notes that somebody is connected to this node, for as long as what it returns is held and [`GRACE`] beyond. Returns
    /// once others can know, or after a second if the database is slow.
    pub async fn connect(&self, user: i64) -> PresenceGuard {
        self.presence.connect(user).await
    }

    /// Tells whoever listens now, on every node, something that is written nowhere. It may be lost.
    pub fn signal(&self, signal: Signal) {
        self.signals.raise(signal);
        self.publisher.bus.publish([BusMessage::Signal(signal)]);
    }

    /// Listens to signals from now on. Whoever does not keep up misses some.
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.listen()
    }

    /// Follows a feed from after the number; without one, from where the feed stands when the stream is first polled.
    ///
    /// A number that the feed has not reached is another feed's or made up: the stream is one `BadInput`. The stream
    /// ends with [`Live::close`] and never for a database that is away; then it waits.
    pub fn follow(&self, feed: Feed, after: Option<i64>) -> impl Stream<Item = Result<Followed>> + Send + use<> {
        follow::follow(Arc::clone(&self.publisher.hubs), feed, after)
    }

    /// Compares every followed feed with the log now, for somebody who knows that hints were missed.
    pub fn reread(&self) {
        self.publisher.hubs.resync();
    }

    /// Ends all streams and the work behind them, and gives this node's number back.
    pub async fn close(&self) {
        self.publisher.hubs.close();
        self.background.close().await;
    }
}

/// Removes what is older than the retention, for ever. Several nodes may do so at once.
async fn forget(db: Db, clock: Clock) {
    let mut hours = interval(TRIM_INTERVAL);
    loop {
        hours.tick().await;
        match trim(&db, clock.now().minus(RETENTION)).await {
            Ok(0) => {}
            Ok(removed) => info!(removed, "old events were removed"),
            Err(cause) => error!(%cause, "old events could not be removed"),
        }
    }
}

/// Returns what the log answers; `None` when it does not, and whoever asked comes back later.
async fn asked<T>(question: impl Future<Output = db::Result<T>>) -> Option<T> {
    match timeout(ANSWER_TIMEOUT, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(cause @ db::Error::Unavailable(_))) => {
            debug!(%cause, "the log of feeds does not answer");
            None
        }
        Ok(Err(cause)) => {
            error!(%cause, "the log of feeds cannot be read");
            None
        }
        Err(_) => {
            debug!("the log of feeds does not answer in time");
            None
        }
    }
}
