//! Presence: a user is present while a connection to any node is open, and for five seconds after the last one closes.
//!
//! Each node counts its connections in memory. It only stores that a user connected to it, and that a user has been
//! disconnected for longer than the grace period: a reload, a second tab or a ping stores nothing. One task writes for
//! all connections, up to 500 users in a transaction, and appends an event to [`Feed::PRESENCE`] for each user who
//! connected to a first node or disconnected from the last.
//!
//! The rows of a node are stored under the token of its lease. When the node dies, its lease expires and another node
//! deletes the rows. A node that lost its lease but still runs stores its users again under the next lease.
//!
//! Who may see a user's presence, and what else follows from it, belongs to the slices. Users are ids here.

mod rows;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::drift;
use super::feeds::{self, Feed};
use super::lease::LEASE_DURATION;
use super::{MAX_RETRY_DELAY, MIN_RETRY_DELAY, Publisher};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db};

/// How long a user stays present after the last connection closes.
pub const GRACE: Duration = Duration::from_secs(5);

/// A new connection waits this long for its user's presence to be stored.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// The number of users that are written in one transaction.
const BATCH_SIZE: usize = 500;

/// How often dead nodes are looked for. Together with [`DEAD_AFTER`] it is less than 15 seconds.
const DEAD_NODE_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// A node that has not renewed its lease for this long is dead: two renewals have failed.
const DEAD_AFTER: Duration = Duration::from_secs(13);

/// A lease that lasts longer than this beyond the longest one is void.
const MAX_LEASE_LEAD: Duration = Duration::from_secs(30);

/// The lease that a stopping node leaves behind, so that it counts as dead when the grace period ends.
pub(super) const FINAL_LEASE_DURATION: Duration = GRACE.saturating_add(LEASE_DURATION.saturating_sub(DEAD_AFTER));

/// How often rows of nodes without a lease are looked for, and expired presence events are deleted.
const CLEANUP_INTERVAL: Duration = Duration::from_mins(1);

/// How long presence events are kept: long enough for followers that lag, and no history of a user.
const EVENT_RETENTION: Duration = Duration::from_mins(10);

/// The presence of users connected to this node. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Presence(Arc<PresenceInner>);

#[derive(Debug)]
struct PresenceInner {
    clock: Clock,
    users: Mutex<LocalUsers>,
    has_changed: Notify,
}

/// The users with connections to this node, or with one that closed within the grace period.
#[derive(Debug, Default)]
struct LocalUsers {
    by_id: HashMap<i64, LocalConnections>,
    /// Users that are not stored under this node's lease.
    unwritten: BTreeSet<i64>,
    /// Users in their grace period, the first to end first.
    leaving: BTreeSet<Departure>,
}

/// The close of a user's last connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Departure {
    /// When the grace period ends, in the time that the clock has run: a clock that is set back does not extend it.
    ends_at: Timestamp,
    user: i64,
    /// When the connection closed, as users are shown it.
    seen_at: Timestamp,
}

#[derive(Debug, Default)]
struct LocalConnections {
    count: usize,
    is_written: bool,
    departure: Option<Departure>,
    /// Notifies new connections once the user is stored.
    waiters: Vec<oneshot::Sender<()>>,
}

/// An open connection of a user to this node. Its drop closes the connection and starts the grace period.
#[derive(Debug)]
pub struct PresenceGuard {
    presence: Presence,
    user: i64,
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        self.presence.remove_connection(self.user);
    }
}

/// What the next transactions write.
#[derive(Debug, Default)]
struct PendingWrites {
    connected: Vec<i64>,
    disconnected: Vec<Departure>,
}

impl Presence {
    pub(super) fn new(clock: Clock) -> Self {
        Self(Arc::new(PresenceInner { clock, users: Mutex::default(), has_changed: Notify::new() }))
    }

    /// Adds a connection. Returns once the user is stored, or after a second if the database is slow.
    pub(super) async fn connect(&self, user: i64) -> PresenceGuard {
        let (guard, written) = self.add_connection(user);
        if let Some(written) = written
            && timeout(WRITE_TIMEOUT, written).await.is_err()
        {
            debug!("a new connection did not wait longer for its user's presence to be stored");
        }
        guard
    }

    fn add_connection(&self, user: i64) -> (PresenceGuard, Option<oneshot::Receiver<()>>) {
        let mut users = self.users();
        let LocalUsers { by_id, unwritten, leaving } = &mut *users;
        let connections = by_id.entry(user).or_default();
        connections.count += 1;
        if let Some(departure) = connections.departure.take() {
            leaving.remove(&departure);
        }
        let written = (!connections.is_written).then(|| {
            let (sender, receiver) = oneshot::channel();
            connections.waiters.push(sender);
            unwritten.insert(user);
            self.0.has_changed.notify_one();
            receiver
        });
        drop(users);
        (PresenceGuard { presence: self.clone(), user }, written)
    }

    fn remove_connection(&self, user: i64) {
        let mut users = self.users();
        let clock = &self.0.clock;
        let departure = Departure { ends_at: clock.elapsed().plus(GRACE), user, seen_at: clock.now() };
        let Some(connections) = users.by_id.get_mut(&user) else { return };
        connections.count = connections.count.saturating_sub(1);
        if connections.count == 0 {
            connections.departure = Some(departure);
            users.leaving.insert(departure);
            self.0.has_changed.notify_one();
        }
    }

    fn users(&self) -> MutexGuard<'_, LocalUsers> {
        self.0.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores who connects and disconnects, until the lease ends.
    pub(super) async fn run_writer(self, db: Db, publisher: Publisher, mut token: watch::Receiver<i64>) {
        let mut delay = MIN_RETRY_DELAY;
        let mut written_under = *token.borrow();
        loop {
            let node = *token.borrow_and_update();
            if std::mem::replace(&mut written_under, node) != node {
                self.users().reset_written();
            }
            let (writes, next) = self.users().pending(self.0.clock.elapsed());
            if writes.connected.is_empty() && writes.disconnected.is_empty() {
                tokio::select! {
                    () = self.0.has_changed.notified() => {}
                    () = self.reach(next) => {}
                    changed = token.changed() => if changed.is_err() { return },
                }
                continue;
            }
            match self.write(&db, node, &writes, &publisher).await {
                Ok(()) => delay = MIN_RETRY_DELAY,
                Err(cause) => {
                    warn!(%cause, "the presence of users could not be stored; it is retried");
                    sleep(delay).await;
                    delay = MAX_RETRY_DELAY.min(delay * 2);
                }
            }
        }
    }

    async fn reach(&self, elapsed: Option<Timestamp>) {
        match elapsed {
            Some(elapsed) => self.0.clock.reach(elapsed).await,
            None => std::future::pending().await,
        }
    }

    async fn write(&self, db: &Db, node: i64, writes: &PendingWrites, publisher: &Publisher) -> db::Result<()> {
        let now = self.0.clock.now();
        if !writes.connected.is_empty() {
            publisher.publish(&rows::insert_connected(db, node, &writes.connected, now).await?);
            self.users().mark_written(&writes.connected);
        }
        if !writes.disconnected.is_empty() {
            let disconnected: Vec<_> = writes.disconnected.iter().map(|one| (one.seen_at, one.user)).collect();
            publisher.publish(&rows::delete_disconnected(db, node, &disconnected, now).await?);
            self.users().remove_disconnected(&writes.disconnected);
        }
        Ok(())
    }
}

impl LocalUsers {
    /// Returns what can be written now, and when the next grace period ends.
    fn pending(&self, elapsed: Timestamp) -> (PendingWrites, Option<Timestamp>) {
        let connected = self.unwritten.iter().copied().take(BATCH_SIZE).collect();
        let is_written = |user: &i64| self.by_id.get(user).is_some_and(|connections| connections.is_written);
        let ended = self.leaving.iter().take_while(|departure| departure.ends_at <= elapsed);
        let disconnected = ended.filter(|departure| is_written(&departure.user)).take(BATCH_SIZE);
        let next = self.leaving.first().map(|departure| departure.ends_at);
        (PendingWrites { connected, disconnected: disconnected.copied().collect() }, next)
    }

    fn mark_written(&mut self, users: &[i64]) {
        for user in users {
            self.unwritten.remove(user);
            if let Some(connections) = self.by_id.get_mut(user) {
                connections.is_written = true;
                for waiter in connections.waiters.drain(..) {
                    // An error means that the connection no longer waits.
                    let _ = waiter.send(());
                }
            }
        }
    }

    /// Removes users whose rows were deleted. A user who connected again during the deletion is stored once more.
    fn remove_disconnected(&mut self, disconnected: &[Departure]) {
        for departure in disconnected {
            let user = departure.user;
            if self.leaving.remove(departure) {
                self.by_id.remove(&user);
            } else if let Some(connections) = self.by_id.get_mut(&user) {
                connections.is_written = false;
                self.unwritten.insert(user);
            }
        }
    }

    /// Prepares for a new lease: the rows under the old one are deleted by another node, and users in their grace
    /// period left with them.
    fn reset_written(&mut self) {
        self.leaving.clear();
        self.by_id.retain(|_, connections| connections.count > 0);
        for connections in self.by_id.values_mut() {
            connections.is_written = false;
        }
        self.unwritten = self.by_id.keys().copied().collect();
    }
}

/// Deletes the rows of dead nodes and expired presence events. Never returns.
pub(super) async fn run_cleanup(db: Db, clock: Clock, publisher: Publisher, token: watch::Receiver<i64>) {
    let mut next_cleanup = clock.elapsed();
    loop {
        let (own_token, next_check) = (*token.borrow(), clock.elapsed().plus(DEAD_NODE_CHECK_INTERVAL));
        if let Err(cause) = remove_dead_nodes(&db, &clock, own_token, &publisher).await {
            warn!(%cause, "dead nodes could not be looked for; it is retried");
        }
        if next_cleanup <= clock.elapsed() {
            next_cleanup = clock.elapsed().plus(CLEANUP_INTERVAL);
            if let Err(cause) = remove_leftovers(&db, clock.now(), own_token, &publisher).await {
                warn!(%cause, "rows of nodes without a lease could not be deleted; it is retried");
            }
        }
        clock.reach(next_check).await;
    }
}

/// Deletes the leases of dead nodes, with the presence of their users. A node that still runs notices that by the
/// lease.
pub(super) async fn remove_dead_nodes(db: &Db, clock: &Clock, own_token: i64, publisher: &Publisher) -> db::Result<()> {
    let now = drift::server_now(db, clock).await?;
    let until = now.minus(DEAD_AFTER).plus(LEASE_DURATION);
    // No node that runs has a lease that ends later: it was written before the database's clock was set back.
    let from = now.plus(LEASE_DURATION).plus(MAX_LEASE_LEAD);
    for (node, renewed_until) in rows::leases_outside(db, until, from, own_token).await? {
        warn!(node, "another node is dead; the presence of its users is removed");
        let seen_at = renewed_until.minus(LEASE_DURATION).clamp(Timestamp(0), now);
        while let Some(events) =
            rows::delete_batch_of_node(db, node, Some((until, from)), seen_at, clock.now(), BATCH_SIZE).await?
        {
            publisher.publish(&events);
        }
    }
    Ok(())
}

/// Deletes the presence that is stored for nodes without a lease, and expired presence events.
async fn remove_leftovers(db: &Db, now: Timestamp, own_token: i64, publisher: &Publisher) -> db::Result<()> {
    for (node,) in rows::nodes_without_lease(db, own_token).await? {
        while let Some(events) = rows::delete_batch_of_node(db, node, None, Timestamp(0), now, BATCH_SIZE).await? {
            publisher.publish(&events);
        }
    }
    feeds::trim_feed(db, Feed::PRESENCE, now.minus(EVENT_RETENTION)).await.map(drop)
}
