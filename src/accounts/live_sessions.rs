//! The sessions that this node has seen lately, so that a request with an access token costs no statement to know who
//! asks. A cookie is looked up each time: only the database knows whose it is.
//!
//! Every node follows the feed of ended sessions. One that ends anywhere is forgotten here, and whatever hangs on it
//! (sockets, streams) is told, within 2 seconds; on the node that ended it, at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::Instant;

use super::sessions::{Session, store};
use super::{AccountId, SessionId};
use crate::app::App;
use crate::error::Result;
use crate::live::{Event, EventKind, Feed, FeedItem, Live};

/// What is known is read again after this long, even when nothing was told of it.
const FRESH_FOR: Duration = Duration::from_secs(30);
/// So many are known at most; beyond, those that nothing hangs on are forgotten.
const MAX_SESSIONS: usize = 50_000;
/// A session is noted as used at most this often.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);
/// A look at a session that is about to end, or not kept yet, comes after this long.
const RETRY_DELAY: Duration = Duration::from_millis(10);

/// The sessions this node knows. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct LiveSessions(Arc<Mutex<Sessions>>);

#[derive(Debug, Default)]
struct Sessions {
    known: HashMap<SessionId, CachedSession>,
    /// How many were told to have ended. What was read before the newest of them may be about one of them.
    epoch: u64,
}

/// How many sessions had ended when something was read.
#[derive(Clone, Copy, Debug)]
pub struct Epoch(u64);

#[derive(Debug)]
struct CachedSession {
    session: Arc<Session>,
    read_at: Instant,
    /// Turns true when the session ends. Everything that hangs on the session holds a receiver.
    ended: watch::Sender<bool>,
}

impl LiveSessions {
    /// Returns a session that lives now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(&self, app: &App, id: SessionId) -> Result<Option<Arc<Session>>> {
        let now = app.clock.now();
        let known = |sessions: &Sessions| {
            sessions.known.get(&id).filter(|known| known.read_at.elapsed() < FRESH_FOR).map(|k| k.session.clone())
        };
        let known = known(&self.lock());
        if let Some(session) = known.filter(|session| session.is_alive(now)) {
            self.touch(app, &session);
            return Ok(Some(session));
        }
        let epoch = self.epoch();
        let session = store::by_id(&app.db, id).await?;
        Ok(session.and_then(|session| self.insert(app, session, epoch)))
    }

    /// Returns what [`LiveSessions::insert`] has to know of the time before a session was read.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.lock().epoch)
    }

    /// Keeps a session that was read after `epoch`, if it lives. Not if one ended meanwhile: it may be this one, and its
    /// end would not be told again.
    pub fn insert(&self, app: &App, session: Session, epoch: Epoch) -> Option<Arc<Session>> {
        if !session.is_alive(app.clock.now()) {
            self.end(session.id);
            return None;
        }
        let session = Arc::new(session);
        let mut sessions = self.lock();
        if sessions.epoch != epoch.0 {
            return Some(session);
        }
        let known = &mut sessions.known;
        if known.len() >= MAX_SESSIONS {
            known.retain(|_, known| known.ended.receiver_count() > 0);
        }
        let read_at = Instant::now();
        known
            .entry(session.id)
            .and_modify(|known| {
                known.session = Arc::clone(&session);
                known.read_at = read_at;
            })
            .or_insert_with(|| CachedSession {
                session: Arc::clone(&session),
                read_at,
                ended: watch::Sender::new(false),
            });
        drop(sessions);
        self.touch(app, &session);
        Some(session)
    }

    /// Forgets a session that ended and tells whatever hangs on it.
    pub fn end(&self, id: SessionId) {
        let mut sessions = self.lock();
        sessions.epoch = sessions.epoch.wrapping_add(1);
        if let Some(known) = sessions.known.remove(&id) {
            known.ended.send_replace(true);
        }
    }

    /// Takes note of what the feed of sessions tells.
    pub fn handle_event(&self, event: &Event) {
        match event.kind {
            EventKind::SessionEnded => self.end(SessionId(event.subject)),
            EventKind::RoleChanged => self.forget_account(AccountId(event.subject)),
            _ => {}
        }
    }

    /// Reads what is known of an account's sessions again at their next request.
    fn forget_account(&self, account: AccountId) {
        let mut sessions = self.lock();
        let stale = Instant::now().checked_sub(FRESH_FOR);
        for known in sessions.known.values_mut().filter(|known| known.session.account_id == account) {
            known.read_at = stale.unwrap_or(known.read_at);
        }
    }

    /// Returns the end of a session, to be awaited.
    pub fn watch(&self, app: &App, id: SessionId) -> SessionWatch {
        SessionWatch { app: app.clone(), id, ended: self.subscribe(id), look_at: Instant::now() }
    }

    fn subscribe(&self, id: SessionId) -> Option<watch::Receiver<bool>> {
        self.lock().known.get(&id).map(|known| known.ended.subscribe())
    }

    /// Takes note of what happens on other nodes, for as long as the program runs.
    pub async fn follow(self, live: Live) {
        let mut told = std::pin::pin!(live.follow(Feed::SESSIONS, None));
        while let Some(followed) = told.next().await {
            match followed {
                Ok(FeedItem::Event(event)) => self.handle_event(&event),
                // Something was missed: everything known is read again when it is next asked for.
                Ok(FeedItem::Reset { .. }) | Err(_) => self.expire(),
            }
        }
    }

    fn expire(&self) {
        if let Some(stale) = Instant::now().checked_sub(FRESH_FOR) {
            self.lock().known.values_mut().for_each(|known| known.read_at = stale);
        }
    }

    /// Notes a session as used, now and then and on the side.
    fn touch(&self, app: &App, session: &Arc<Session>) {
        let now = app.clock.now();
        if now.since(session.last_used_at) < TOUCH_INTERVAL {
            return;
        }
        if let Some(known) = self.lock().known.get_mut(&session.id) {
            known.session = Arc::new(Session { last_used_at: now, ..(**session).clone() });
        }
        let (app, id) = (app.clone(), session.id);
        tokio::spawn(async move {
            // A lost note shortens an idle session by a minute at most.
            let _ = store::touch(&app.db, id, now).await;
        });
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of one session.
#[derive(Debug)]
pub struct SessionWatch {
    app: App,
    id: SessionId,
    /// `None` while this node does not know the session.
    ended: Option<watch::Receiver<bool>>,
    /// When the session is looked at next.
    look_at: Instant,
}

impl SessionWatch {
    /// Returns when the session is over, for whatever reason. A connection that waits here counts as use. It may be given
    /// up and asked again at any time.
    pub async fn ended(&mut self) {
        loop {
            let Self { app, id, ended, look_at } = self;
            let told = async {
                match ended {
                    // An error means that the sender is gone, and with it the session.
                    Some(ended) => drop(ended.wait_for(|ended| *ended).await),
                    None => std::future::pending().await,
                }
            };
            let looked = async {
                tokio::time::sleep_until(*look_at).await;
                app.state::<LiveSessions>().get(app, *id).await
            };
            tokio::select! {
                biased;
                () = told => return,
                looked = looked => match looked {
                    Ok(Some(session)) => self.look_later(session.expires_at.since(self.app.clock.now())),
                    Ok(None) => return,
                    // Nobody can tell now; the connection lives until somebody can.
                    Err(_) => self.look_later(TOUCH_INTERVAL),
                },
            }
        }
    }

    fn look_later(&mut self, left: Duration) {
        if self.ended.is_none() {
            self.ended = self.app.state::<LiveSessions>().subscribe(self.id);
        }
        // Not known in spite of the look: others ended meanwhile. Soon it is.
        let longest = if self.ended.is_some() { TOUCH_INTERVAL } else { RETRY_DELAY };
        self.look_at = Instant::now() + left.clamp(RETRY_DELAY, longest);
    }
}
