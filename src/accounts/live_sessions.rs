//! The sessions that this node has seen lately, so that a request costs no statement to know who asks.
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
use crate::live::{EventKind, Feed, Followed, Live};

/// What is known is read again after this long: roles change without ending a session.
const FRESH: Duration = Duration::from_secs(30);
/// So many are known at most; beyond, those that nothing hangs on are forgotten.
const MOST_KNOWN: usize = 50_000;
/// A session is noted as used at most this often.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);

/// The sessions this node knows. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct LiveSessions(Arc<Mutex<HashMap<SessionId, Known>>>);

#[derive(Debug)]
struct Known {
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
        let known = self.lock().get(&id).filter(|known| known.read_at.elapsed() < FRESH).map(|k| k.session.clone());
        if let Some(session) = known.filter(|session| session.is_alive(now)) {
            self.touch(app, &session);
            return Ok(Some(session));
        }
        let session = store::by_id(&app.db, id).await?;
        Ok(session.and_then(|session| self.remember(app, session)))
    }

    /// Keeps a session that was just read, if it lives.
    pub fn remember(&self, app: &App, session: Session) -> Option<Arc<Session>> {
        if !session.is_alive(app.clock.now()) {
            self.end(session.id);
            return None;
        }
        let session = Arc::new(session);
        let mut known = self.lock();
        if known.len() >= MOST_KNOWN {
            known.retain(|_, known| known.ended.receiver_count() > 0);
        }
        let read_at = Instant::now();
        known
            .entry(session.id)
            .and_modify(|known| {
                known.session = Arc::clone(&session);
                known.read_at = read_at;
            })
            .or_insert_with(|| Known { session: Arc::clone(&session), read_at, ended: watch::Sender::new(false) });
        drop(known);
        self.touch(app, &session);
        Some(session)
    }

    /// Forgets a session that ended and tells whatever hangs on it.
    pub fn end(&self, id: SessionId) {
        if let Some(known) = self.lock().remove(&id) {
            known.ended.send_replace(true);
        }
    }

    /// Reads what is known of an account's sessions again at their next request.
    pub fn forget_account(&self, account: AccountId) {
        let mut known = self.lock();
        let stale = Instant::now().checked_sub(FRESH);
        for known in known.values_mut().filter(|known| known.session.account_id == account) {
            known.read_at = stale.unwrap_or(known.read_at);
        }
    }

    /// Returns the end of a session, to be awaited.
    pub fn watch(&self, app: &App, id: SessionId) -> SessionWatch {
        let ended = self.lock().get(&id).map(|known| known.ended.subscribe());
        SessionWatch { app: app.clone(), id, ended }
    }

    /// Ends what other nodes ended, for as long as the program runs.
    pub async fn follow(self, live: Live) {
        let mut endings = std::pin::pin!(live.follow(Feed::SESSIONS, None));
        while let Some(followed) = endings.next().await {
            match followed {
                Ok(Followed::Event(event)) if event.kind == EventKind::SessionEnded => {
                    self.end(SessionId(event.subject));
                }
                Ok(Followed::Event(_)) => {}
                // Endings were missed: everything known is read again when it is next asked for.
                Ok(Followed::Reset { .. }) | Err(_) => self.expire(),
            }
        }
    }

    fn expire(&self) {
        if let Some(stale) = Instant::now().checked_sub(FRESH) {
            self.lock().values_mut().for_each(|known| known.read_at = stale);
        }
    }

    /// Notes a session as used, now and then and on the side.
    fn touch(&self, app: &App, session: &Arc<Session>) {
        let now = app.clock.now();
        if now.since(session.last_used_at) < TOUCH_INTERVAL {
            return;
        }
        if let Some(known) = self.lock().get_mut(&session.id) {
            known.session = Arc::new(Session { last_used_at: now, ..(**session).clone() });
        }
        let (app, id) = (app.clone(), session.id);
        tokio::spawn(async move {
            // A lost note shortens an idle session by a minute at most.
            let _ = store::touch(&app.db, id, now).await;
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of one session.
#[derive(Debug)]
pub struct SessionWatch {
    app: App,
    id: SessionId,
    /// `None` when the session was gone already.
    ended: Option<watch::Receiver<bool>>,
}

impl SessionWatch {
    /// Returns when the session is over, for whatever reason. A connection that waits here counts as use.
    pub async fn ended(&mut self) {
        loop {
            let Some(ended) = &mut self.ended else { return };
            let left = match self.app.sessions.get(&self.app, self.id).await {
                Ok(Some(session)) => session.expires_at.since(self.app.clock.now()),
                Ok(None) => return,
                // Nobody can tell now; the connection lives until somebody can.
                Err(_) => TOUCH_INTERVAL,
            };
            tokio::select! {
                // An error means that the sender is gone, and with it the session.
                _ = ended.wait_for(|ended| *ended) => return,
                () = tokio::time::sleep(left.clamp(Duration::from_millis(10), TOUCH_INTERVAL)) => {}
            }
        }
    }
}
