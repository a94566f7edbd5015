//! Who is connected: somebody is present while one of their connections lives, on any node, and five seconds beyond.
//!
//! Each node counts its own connections in memory and writes only that somebody has come to it, and that they have gone
//! for longer than the grace: a reload, a second tab or a ping writes nothing. One task writes for all, many people in a
//! transaction, and tells of those who came first or went last in [`Feed::PRESENCE`].
//!
//! What a node wrote stands under the token of its lease. When it dies the lease runs out, and any other node takes its
//! people out; one that lost its lease and lives writes them anew under the next one.
//!
//! Who may know it, and what else it means, is for the slices to say. People are ids here.

mod rows;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::broadcaster::Broadcaster;
use super::bus::{Bus, BusMessage};
use super::feeds::{self, Feed};
use super::{LONGEST_WAIT, SHORTEST_WAIT, lease};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db};

/// How long somebody is present beyond their last connection.
pub const GRACE: Duration = Duration::from_secs(5);

/// A new connection waits this long, at most, until it is known that its owner is here.
const NOTED_WITHIN: Duration = Duration::from_secs(1);

/// So many people are written in one transaction.
const BATCH: usize = 500;

/// How often nodes that died are looked for. Together with the age below it is less than fifteen seconds.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// A node that was not heard of for this long is dead: two renewals of its lease failed.
const SILENT: Duration = Duration::from_secs(13);

/// What a node that stops leaves of its lease: for the time of grace it is not silent for too long.
pub(super) const LAST_LEASE: Duration = GRACE.saturating_add(lease::LENGTH.saturating_sub(SILENT));

/// How often people are looked for whose node has no lease at all, and what was told is forgotten.
const CLEAR_INTERVAL: Duration = Duration::from_mins(1);

/// What was told is kept this long. It is for followers that read a little late, and nobody's diary.
const RETENTION: Duration = Duration::from_mins(10);

/// This node's part in presence. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Presence(Arc<PresenceInner>);

#[derive(Debug)]
struct PresenceInner {
    clock: Clock,
    people: Mutex<People>,
    has_changed: Notify,
}

/// Whoever has connections to this node, or had some until just now.
#[derive(Debug, Default)]
struct People {
    by_id: HashMap<i64, LocalConnections>,
    /// Those who are not written under this node's lease.
    unwritten: BTreeSet<i64>,
    /// When the last connection was closed, and whose.
    leaving: BTreeSet<(Timestamp, i64)>,
}

#[derive(Debug, Default)]
struct LocalConnections {
    connections: usize,
    is_written: bool,
    left_at: Option<Timestamp>,
    /// Connections that want to know when it is written.
    waiting: Vec<oneshot::Sender<()>>,
}

/// Somebody's connection to this node. They are present as long as it is held, and a little longer.
#[derive(Debug)]
pub struct PresenceGuard {
    presence: Presence,
    user: i64,
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        self.presence.leave(self.user);
    }
}

/// What is to be written now.
#[derive(Debug, Default)]
struct PendingWrites {
    coming: Vec<i64>,
    leaving: Vec<(Timestamp, i64)>,
}

impl Presence {
    pub(super) fn new(clock: Clock) -> Self {
        Self(Arc::new(PresenceInner { clock, people: Mutex::default(), has_changed: Notify::new() }))
    }

    /// Takes a connection in. Returns once others can know, or after a second if the database is slow.
    pub(super) async fn connect(&self, user: i64) -> PresenceGuard {
        let (connection, written) = self.enter(user);
        if let Some(written) = written
            && timeout(NOTED_WITHIN, written).await.is_err()
        {
            debug!("somebody is connected and it is not written down yet");
        }
        connection
    }

    fn enter(&self, user: i64) -> (PresenceGuard, Option<oneshot::Receiver<()>>) {
        let mut people = self.people();
        let People { by_id, unwritten, leaving } = &mut *people;
        let here = by_id.entry(user).or_default();
        here.connections += 1;
        if let Some(left_at) = here.left_at.take() {
            leaving.remove(&(left_at, user));
        }
        let written = (!here.is_written).then(|| {
            let (sender, receiver) = oneshot::channel();
            here.waiting.push(sender);
            unwritten.insert(user);
            self.0.has_changed.notify_one();
            receiver
        });
        drop(people);
        (PresenceGuard { presence: self.clone(), user }, written)
    }

    fn leave(&self, user: i64) {
        let mut people = self.people();
        let now = self.0.clock.now();
        let Some(here) = people.by_id.get_mut(&user) else { return };
        here.connections = here.connections.saturating_sub(1);
        if here.connections == 0 {
            here.left_at = Some(now);
            people.leaving.insert((now, user));
            self.0.has_changed.notify_one();
        }
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.0.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes who comes and goes, for ever.
    pub(super) async fn keep_written(self, db: Db, publisher: Publisher, mut token: watch::Receiver<i64>) {
        let mut wait = SHORTEST_WAIT;
        let mut written_under = *token.borrow();
        loop {
            let node = *token.borrow_and_update();
            if std::mem::replace(&mut written_under, node) != node {
                self.people().forget_written();
            }
            let (work, next) = self.people().due(self.0.clock.now());
            if work.coming.is_empty() && work.leaving.is_empty() {
                tokio::select! {
                    () = self.0.has_changed.notified() => {}
                    () = self.reach(next) => {}
                    changed = token.changed() => if changed.is_err() { return },
                }
                continue;
            }
            match self.write(&db, node, &work, &publisher).await {
                Ok(()) => wait = SHORTEST_WAIT,
                Err(cause) => {
                    warn!(%cause, "who is connected cannot be written down; it is tried again");
                    sleep(wait).await;
                    wait = LONGEST_WAIT.min(wait * 2);
                }
            }
        }
    }

    async fn reach(&self, next: Option<Timestamp>) {
        match next {
            Some(next) => self.0.clock.reach(next).await,
            None => std::future::pending().await,
        }
    }

    async fn write(&self, db: &Db, node: i64, work: &PendingWrites, publisher: &Publisher) -> db::Result<()> {
        let now = self.0.clock.now();
        if !work.coming.is_empty() {
            publisher.publish(&rows::come(db, node, &work.coming, now).await?);
            self.people().have_come(&work.coming);
        }
        if !work.leaving.is_empty() {
            publisher.publish(&rows::go(db, node, &work.leaving, now).await?);
            self.people().have_gone(&work.leaving);
        }
        Ok(())
    }
}

impl People {
    /// Returns what is to be written now and, where that is nothing, when there will be something.
    fn due(&self, now: Timestamp) -> (PendingWrites, Option<Timestamp>) {
        let coming = self.unwritten.iter().copied().take(BATCH).collect();
        let is_due = |(left_at, _): &&(Timestamp, i64)| left_at.plus(GRACE) <= now;
        let is_written = |user: &i64| self.by_id.get(user).is_some_and(|here| here.is_written);
        let leaving = self.leaving.iter().take_while(is_due).filter(|(_, user)| is_written(user)).take(BATCH);
        let next = self.leaving.first().map(|(left_at, _)| left_at.plus(GRACE));
        (PendingWrites { coming, leaving: leaving.copied().collect() }, next)
    }

    fn have_come(&mut self, users: &[i64]) {
        for user in users {
            self.unwritten.remove(user);
            if let Some(here) = self.by_id.get_mut(user) {
                here.is_written = true;
                for waiting in here.waiting.drain(..) {
                    // Whoever does not wait any more needs no word.
                    let _ = waiting.send(());
                }
            }
        }
    }

    /// Forgets those who have gone. Whoever came back while that was written has to be written once more.
    fn have_gone(&mut self, gone: &[(Timestamp, i64)]) {
        for (left_at, user) in gone {
            if self.leaving.remove(&(*left_at, *user)) {
                self.by_id.remove(user);
            } else if let Some(here) = self.by_id.get_mut(user) {
                here.is_written = false;
                self.unwritten.insert(*user);
            }
        }
    }

    /// What was written stood under a lease that is over, and whoever was leaving has left with it.
    fn forget_written(&mut self) {
        self.leaving.clear();
        self.by_id.retain(|_, here| here.connections > 0);
        for here in self.by_id.values_mut() {
            here.is_written = false;
        }
        self.unwritten = self.by_id.keys().copied().collect();
    }
}

/// Tells followers, here and on other nodes, of what is committed.
#[derive(Clone, Debug)]
pub(super) struct Publisher {
    pub(super) hubs: Arc<Broadcaster>,
    pub(super) bus: Arc<Bus>,
}

impl Publisher {
    pub(super) fn publish(&self, events: &[feeds::Event]) {
        for event in events {
            self.hubs.offer(*event);
        }
        self.bus.publish(events.iter().copied().map(BusMessage::Event));
    }
}

/// Takes the people of dead nodes out, for ever.
pub(super) async fn keep_clear(db: Db, clock: Clock, publisher: Publisher, token: watch::Receiver<i64>) {
    let mut clear_at = clock.now();
    loop {
        let (now, own) = (clock.now(), *token.borrow());
        if let Err(cause) = clear_dead(&db, now, own, &publisher).await {
            warn!(%cause, "nodes that died cannot be looked for; it is tried again");
        }
        if clear_at <= now {
            clear_at = now.plus(CLEAR_INTERVAL);
            if let Err(cause) = clear_lost(&db, now, own, &publisher).await {
                warn!(%cause, "what is left of presence cannot be cleared; it is tried again");
            }
        }
        clock.reach(now.plus(LOOK_INTERVAL)).await;
    }
}

/// Takes out the people of every node that was silent for too long, and ends its lease, so that it notices.
pub(super) async fn clear_dead(db: &Db, now: Timestamp, own: i64, publisher: &Publisher) -> db::Result<()> {
    let silent_since = now.minus(SILENT);
    let until = silent_since.plus(lease::LENGTH);
    for (node, renewed_until) in rows::leases_until(db, until, own).await? {
        warn!(node, "another node is not heard of any more: its people are taken out");
        let seen_at = renewed_until.minus(lease::LENGTH).max(Timestamp(0));
        clear_node(db, node, until, seen_at, now, publisher).await?;
    }
    Ok(())
}

/// Takes out people whose node lost its lease without their being taken out with it, and forgets what was told.
async fn clear_lost(db: &Db, now: Timestamp, own: i64, publisher: &Publisher) -> db::Result<()> {
    for (node,) in rows::nodes_without_lease(db, own).await? {
        clear_node(db, node, now, Timestamp(0), now, publisher).await?;
    }
    feeds::trim_feed(db, Feed::PRESENCE, now.minus(RETENTION)).await.map(drop)
}

async fn clear_node(
    db: &Db,
    node: i64,
    until: Timestamp,
    seen_at: Timestamp,
    now: Timestamp,
    publisher: &Publisher,
) -> db::Result<()> {
    while let Some(events) = rows::clear_some(db, node, until, seen_at, now, BATCH).await? {
        publisher.publish(&events);
    }
    Ok(())
}
