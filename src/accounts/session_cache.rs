//! The session cache: sessions this node has loaded recently, so that a request with an access token runs no statement
//! to find its viewer. A cookie is looked up for every request, because only the database maps its secret to a session.
//!
//! Every node follows the feed of ended sessions, changed roles and changed languages. When a session ends on any node, or the role of its
//! account changes, it is removed from this cache and its sockets and streams are notified: at once on the node that
//! made the change, within 2 seconds on the others.
//!
//! It is not a [`crate::cache::Cache`]: an entry that a socket watches must not be evicted, and eviction by weight does.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until};
use tracing::warn;

use super::sessions::{Session, store};
use super::{AccountId, SessionId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::live::{Event, EventKind, Feed, FeedItem, Live};

/// A cached session is loaded again after this long, even if no event has arrived for it.
const MAX_AGE: Duration = Duration::from_secs(30);
/// When this many sessions are cached, those without a socket or stream are evicted.
const MAX_SESSIONS: usize = 50_000;
/// The shortest time between two updates of a session's `last_used_at` in memory.
const TOUCH_INTERVAL: Duration = Duration::from_secs(5);
/// How often the updates are stored. Clients know `lastUsedAt` to the minute.
const WRITE_INTERVAL: Duration = Duration::from_mins(1);
/// How often the sessions of sockets and streams are checked, which counts as use.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);
/// How many sessions one statement updates.
const TOUCH_BATCH_SIZE: usize = 5_000;
/// The delay before another check of a session that is about to end, or that is not cached yet.
const RETRY_DELAY: Duration = Duration::from_millis(10);

/// The sessions that this node has cached. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct SessionCache(Arc<Mutex<Sessions>>);

#[derive(Debug)]
struct Sessions {
    by_id: HashMap<SessionId, CachedSession>,
    /// The number of sessions at which the next eviction starts. It rises with what an eviction cannot remove, so that
    /// not every further session starts one.
    evicts_at: usize,
    /// When sessions were last used that are not stored as used then.
    touched: HashMap<SessionId, Timestamp>,
    /// The number of removed sessions. A session that was read before the last of them may be the one that ended or
    /// whose role changed.
    epoch: u64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { by_id: HashMap::new(), evicts_at: MAX_SESSIONS, touched: HashMap::new(), epoch: 0 }
    }
}

/// Why the sockets and streams of a session end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// The session has ended.
    Ended,
    /// The session goes on, but its account has another role than the socket or stream began with.
    RoleChanged,
}

/// The state of the cache when a session was read: how many had been removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

#[derive(Debug)]
struct CachedSession {
    session: Arc<Session>,
    read_at: Instant,
    /// Set when the session ends or its role changes. Each socket and stream of the session has a receiver.
    change: watch::Sender<Option<SessionChange>>,
}

impl SessionCache {
    /// Returns the session if it is active, from the cache or the database.
    pub async fn get(&self, app: &App, id: SessionId) -> Result<Option<Arc<Session>>> {
        let now = app.clock.now();
        let cached = self.cached(id).filter(|session| session.is_active(now));
        if let Some(session) = cached {
            self.touch(app, &session);
            return Ok(Some(session));
        }
        let epoch = self.epoch();
        let session = store::by_id(&app.db, id, now).await?;
        Ok(session.and_then(|session| self.insert(app, session, epoch)))
    }

    /// Returns the session of a socket if it is active. Runs no statement while the socket's [`SessionWatch`] keeps the
    /// session in the cache, whatever its age: the watch loads it again, and the feed removes it.
    pub async fn get_watched(&self, app: &App, id: SessionId) -> Result<Option<Arc<Session>>> {
        let watched = self.lock().by_id.get(&id).map(|cached| Arc::clone(&cached.session));
        match watched.filter(|session| session.is_active(app.clock.now())) {
            Some(session) => Ok(Some(session)),
            None => self.get(app, id).await,
        }
    }

    fn cached(&self, id: SessionId) -> Option<Arc<Session>> {
        let sessions = self.lock();
        let cached = sessions.by_id.get(&id).filter(|cached| cached.read_at.elapsed() < MAX_AGE);
        cached.map(|cached| Arc::clone(&cached.session))
    }

    /// Returns the epoch to pass to [`SessionCache::insert`]. Call it before reading the session.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.lock().epoch)
    }

    /// Caches a session that was read after `epoch`, if it is active. Skips the cache if any session was removed since:
    /// it may be this one, and its change is not announced again.
    pub fn insert(&self, app: &App, mut session: Session, epoch: Epoch) -> Option<Arc<Session>> {
        let mut sessions = self.lock();
        if let Some(touched) = sessions.touched.get(&session.id) {
            session.last_used_at = session.last_used_at.max(*touched);
        }
        if !session.is_active(app.clock.now()) {
            // Time ended it, which says nothing about other sessions that are read now: the epoch stays.
            sessions.remove(session.id, SessionChange::Ended);
            return None;
        }
        let session = Arc::new(session);
        if sessions.epoch != epoch.0 {
            return Some(session);
        }
        sessions.evict();
        let read_at = Instant::now();
        sessions
            .by_id
            .entry(session.id)
            .and_modify(|cached| {
                cached.session = Arc::clone(&session);
                cached.read_at = read_at;
            })
            .or_insert_with(|| CachedSession {
                session: Arc::clone(&session),
                read_at,
                change: watch::Sender::new(None),
            });
        drop(sessions);
        self.touch(app, &session);
        Some(session)
    }

    /// Removes a session that has ended, and notifies its sockets and streams.
    pub fn end(&self, id: SessionId) {
        let mut sessions = self.lock();
        sessions.epoch = sessions.epoch.wrapping_add(1);
        sessions.remove(id, SessionChange::Ended);
    }

    /// Applies an event of the feed of sessions.
    pub fn handle_event(&self, event: &Event) {
        match event.kind {
            EventKind::SessionEnded => self.end(SessionId(event.subject)),
            EventKind::RoleChanged => self.change_role(AccountId(event.subject)),
            EventKind::LocaleChanged => self.forget(AccountId(event.subject)),
            _ => {}
        }
    }

    /// Removes the sessions of an account whose role has changed, and notifies their sockets and streams.
    fn change_role(&self, account: AccountId) {
        let mut sessions = self.lock();
        sessions.epoch = sessions.epoch.wrapping_add(1);
        for (_, cached) in sessions.by_id.extract_if(|_, cached| cached.session.account_id == account) {
            cached.change.send_replace(Some(SessionChange::RoleChanged));
        }
    }

    /// Removes the sessions of an account whose language has changed. Their sockets and streams go on, and what begins on
    /// them afterwards has the new language.
    fn forget(&self, account: AccountId) {
        let mut sessions = self.lock();
        sessions.epoch = sessions.epoch.wrapping_add(1);
        sessions.by_id.retain(|_, cached| cached.session.account_id != account);
    }

    /// Removes all sessions, because changes of any of them may have been missed. Their sockets and streams check at
    /// once.
    fn clear(&self) {
        let mut sessions = self.lock();
        sessions.epoch = sessions.epoch.wrapping_add(1);
        sessions.by_id.clear();
    }

    /// Returns a watch that completes when the viewer's session ends or the viewer's role changes.
    pub fn watch(&self, app: &App, viewer: Viewer) -> SessionWatch {
        let next_check = Box::pin(sleep_until(Instant::now()));
        SessionWatch { app: app.clone(), viewer, change: self.subscribe(viewer.session), next_check }
    }

    fn subscribe(&self, id: SessionId) -> Option<watch::Receiver<Option<SessionChange>>> {
        self.lock().by_id.get(&id).map(|cached| cached.change.subscribe())
    }

    /// Applies the events of all nodes to this cache, until the process ends.
    pub async fn follow(self, live: Live) {
        let mut events = std::pin::pin!(live.follow(Feed::SESSIONS, None));
        while let Some(followed) = events.next().await {
            match followed {
                Ok(FeedItem::Event(event)) => self.handle_event(&event),
                Ok(FeedItem::Reset { .. }) | Err(_) => self.clear(),
            }
        }
    }

    /// Updates `last_used_at`, at most once per [`TOUCH_INTERVAL`]. [`SessionCache::write_touched`] stores it.
    fn touch(&self, app: &App, session: &Arc<Session>) {
        let now = app.clock.now();
        if now.since(session.last_used_at) < TOUCH_INTERVAL {
            return;
        }
        let mut sessions = self.lock();
        sessions.touched.insert(session.id, now);
        if let Some(cached) = sessions.by_id.get_mut(&session.id) {
            cached.session = Arc::new(Session { last_used_at: now, ..(**session).clone() });
        }
    }

    /// Stores when the sessions of this node were last used, all in one statement a minute. Never returns.
    pub async fn run_touch_writer(self, app: App) {
        loop {
            app.clock.reach(app.clock.elapsed().plus(WRITE_INTERVAL)).await;
            if let Err(cause) = self.write_touched(&app).await {
                warn!(?cause, "the last use of sessions could not be stored; it is retried in a minute");
            }
        }
    }

    /// Stores when sessions were last used, as far as it is not stored yet. What is lost with a node that dies ends an
    /// idle session two minutes early at most.
    pub async fn write_touched(&self, app: &App) -> Result<()> {
        let touched: Vec<(SessionId, Timestamp)> = self.lock().touched.iter().map(|(id, at)| (*id, *at)).collect();
        for batch in touched.chunks(TOUCH_BATCH_SIZE) {
            store::touch(&app.db, batch).await?;
            let mut sessions = self.lock();
            for (id, stored_at) in batch {
                if sessions.touched.get(id) == Some(stored_at) {
                    sessions.touched.remove(id);
                }
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sessions {
    /// Removes a session, and notifies its sockets and streams.
    fn remove(&mut self, id: SessionId, reason: SessionChange) {
        self.touched.remove(&id);
        if let Some(cached) = self.by_id.remove(&id) {
            cached.change.send_replace(Some(reason));
        }
    }

    /// Makes room for another session. An eviction looks at all sessions, so the next one is a fifth of them away.
    fn evict(&mut self) {
        if self.by_id.len() >= self.evicts_at {
            self.by_id.retain(|_, cached| cached.change.receiver_count() > 0);
            self.evicts_at = MAX_SESSIONS.max(self.by_id.len() + MAX_SESSIONS / 5);
        }
    }
}

/// Waits for the end of one session, or a change of its viewer's role.
#[derive(Debug)]
pub struct SessionWatch {
    app: App,
    /// The viewer that the socket or stream began with.
    viewer: Viewer,
    /// `None` while the session is not cached.
    change: Option<watch::Receiver<Option<SessionChange>>>,
    /// Runs until the next check. It exists as long as the watch, because a connection that has an event stops and resumes
    /// waiting.
    next_check: Pin<Box<Sleep>>,
}

impl SessionWatch {
    /// Returns when the session has ended, for any reason, or when its role is not the one that the watch began with. A
    /// connection that waits here counts as use of the session. Cancel safe.
    pub async fn changed(&mut self) -> SessionChange {
        loop {
            let Self { app, viewer, change, next_check } = self;
            let notified = async {
                match change {
                    // An error means that the cache has dropped the session without a reason.
                    Some(change) => change.wait_for(Option::is_some).await.ok().and_then(|change| *change),
                    None => std::future::pending().await,
                }
            };
            let checked = async {
                next_check.as_mut().await;
                // Boxed, so that a waiting connection does not hold the memory of a statement.
                let sessions = app.state::<SessionCache>();
                Box::pin(sessions.get(app, viewer.session)).await
            };
            tokio::select! {
                biased;
                change = notified => {
                    if let Some(change) = change {
                        return change;
                    }
                    self.change = None;
                    self.next_check.as_mut().reset(Instant::now());
                }
                checked = checked => match checked {
                    Ok(Some(session)) if session.role != self.viewer.role => return SessionChange::RoleChanged,
                    Ok(Some(session)) => self.schedule_check(session.expires_at.since(self.app.clock.now())),
                    Ok(None) => return SessionChange::Ended,
                    // The database is unavailable: the connection stays open until a check succeeds.
                    Err(_) => self.schedule_check(CHECK_INTERVAL),
                },
            }
        }
    }

    fn schedule_check(&mut self, remaining: Duration) {
        if self.change.is_none() {
            self.change = self.app.state::<SessionCache>().subscribe(self.viewer.session);
        }
        // Still not cached after the check, because another session was removed at that moment: check again soon.
        let max_delay = if self.change.is_some() { CHECK_INTERVAL } else { RETRY_DELAY };
        self.next_check.as_mut().reset(Instant::now() + remaining.clamp(RETRY_DELAY, max_delay));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::accounts::sessions::TokenTransport;

    fn session(id: i64) -> CachedSession {
        let session = Session {
            id: SessionId(id),
            account_id: AccountId(id),
            role: Role::Member,
            locale: None,
            device_name: String::new(),
            transport: TokenTransport::Token,
            generation: 1,
            rotated_at: Timestamp(0),
            previous_rotated_at: None,
            created_at: Timestamp(0),
            last_used_at: Timestamp(0),
            authenticated_at: Timestamp(0),
            idle_seconds: 1,
            expires_at: Timestamp(0),
        };
        CachedSession { session: Arc::new(session), read_at: Instant::now(), change: watch::Sender::new(None) }
    }

    #[test]
    fn an_eviction_that_removes_nothing_is_not_repeated_for_the_next_session() {
        let mut sessions = Sessions::default();
        let mut watches = Vec::new();
        for id in (0..).take(MAX_SESSIONS) {
            let cached = session(id);
            watches.push(cached.change.subscribe());
            sessions.by_id.insert(SessionId(id), cached);
        }
        sessions.evict();
        assert_eq!((sessions.by_id.len(), sessions.evicts_at), (MAX_SESSIONS, MAX_SESSIONS + MAX_SESSIONS / 5));
        watches.clear();
        sessions.evict();
        assert_eq!(sessions.by_id.len(), MAX_SESSIONS);
        for id in (i64::MAX / 2..).take(MAX_SESSIONS / 5) {
            sessions.by_id.insert(SessionId(id), session(id));
        }
        sessions.evict();
        assert_eq!((sessions.by_id.len(), sessions.evicts_at), (0, MAX_SESSIONS));
    }
}
