//! Who came and left, looked up once for all who follow the lobby on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;

use super::Entrance;
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::following::store::parted_from;
use crate::db::List;
use crate::error::Result;
use crate::live::Event;
use crate::profiles::store as people;

/// What was looked up is good for this long. Then rights are looked at again: a block has to be noticed within 2 seconds.
const FRESH: Duration = Duration::from_secs(1);

/// So many are kept; beyond, those of the past go, then all. Whoever needs one looks it up again.
const MOST_KEPT: usize = 1_024;

type LookUp = Shared<BoxFuture<'static, Result<Arc<Entrance>>>>;

/// The entrances of this node, by the number of their event. Cheap to clone.
#[derive(Clone, Default)]
pub struct Entrances(Arc<Mutex<HashMap<i64, (Instant, LookUp)>>>);

impl std::fmt::Debug for Entrances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entrances")
    }
}

impl Entrances {
    /// Returns who came or left, together with every other follower who wants it now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(&self, app: &App, event: &Event) -> Result<Arc<Entrance>> {
        let found = self.join(app, event).await;
        if found.is_err() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&event.number);
        }
        found
    }

    fn join(&self, app: &App, event: &Event) -> LookUp {
        let now = Instant::now();
        let is_fresh = |began: &Instant| now.duration_since(*began) < FRESH;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept.get(&event.number).filter(|(began, _)| is_fresh(began)) {
            return known.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (began, _)| is_fresh(began));
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let (app, user) = (app.clone(), AccountId(event.subject));
        let found = async move { Ok(Arc::new(look_up(&app, user).await?)) }.boxed().shared();
        kept.insert(event.number, (now, found.clone()));
        found
    }
}

async fn look_up(app: &App, user: AccountId) -> Result<Entrance> {
    let parted = parted_from(&app.db, &List::new([user.0])).await?;
    let parted = parted.into_iter().map(|(_, other)| other).collect();
    Ok(Entrance { user: people::by_id_unseen(&app.db, user).await?, parted })
}
