//! What events tell of, loaded once for all who follow them on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;

use super::{Scene, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::MessageId;
use crate::conversations::{Kind, Room};
use crate::db::List;
use crate::error::Result;

/// What was loaded is good for this long. Then rights are looked at again: a block or a lost membership has to be noticed
/// within 2 seconds.
pub const FRESH: Duration = Duration::from_secs(1);

/// So many scenes are kept; beyond, those of the past go, then all. Whoever needs one loads it again.
const MOST_KEPT: usize = 4_096;

/// A message and the number of the event that tells of it in its room's feed: every change has a scene of its own.
pub type SceneKey = (MessageId, i64);

type Loading = Shared<BoxFuture<'static, Result<Option<Arc<Scene>>>>>;

/// The scenes of this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Scenes(Arc<Mutex<HashMap<SceneKey, (Instant, Loading)>>>);

impl std::fmt::Debug for Scenes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scenes")
    }
}

impl Scenes {
    /// Returns what an event tells of, together with every other follower who wants it now; `None` when it is gone.
    ///
    /// # Errors
    /// When the database does not answer; asked again, it is tried again.
    pub async fn get(&self, app: &App, key: SceneKey) -> Result<Option<Arc<Scene>>> {
        let loading = self.join(app, key);
        let found = loading.await;
        if found.is_err() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        }
        found
    }

    fn join(&self, app: &App, key: SceneKey) -> Loading {
        let now = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, loading)) = kept.get(&key)
            && now.duration_since(*began) < FRESH
        {
            return loading.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (began, _)| now.duration_since(*began) < FRESH);
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
        }
        let app = app.clone();
        let loading = async move { Ok(load(&app, &[key.0]).await?.remove(&key.0)) }.boxed().shared();
        kept.insert(key, (now, loading.clone()));
        loading
    }
}

/// Loads what events tell of, in three statements however many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn load(app: &App, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<Scene>>> {
    let placed = store::placed(&app.db, ids).await?;
    let rooms = placed.iter().filter(|one| one.kind != Kind::Lobby).map(|one| one.message.conversation_id);
    let members = grouped(store::members_of(&app.db, &List::new(rooms)).await?);
    let authors = placed.iter().filter(|one| one.kind != Kind::Direct).filter_map(|one| one.message.author_id);
    let authors: Vec<i64> = authors.map(|author| author.0).collect();
    let parted = if authors.is_empty() {
        HashMap::new()
    } else {
        grouped(store::parted_from(&app.db, &List::new(authors)).await?)
    };
    let scene = |store::Placed { message, kind }| Scene {
        room: Room { id: message.conversation_id, kind },
        members: members.get(&message.conversation_id).cloned().unwrap_or_default(),
        parted: message.author_id.and_then(|author| parted.get(&author).cloned()).unwrap_or_default(),
        message,
    };
    Ok(placed.into_iter().map(|placed| (placed.message.id, Arc::new(scene(placed)))).collect())
}

fn grouped<K: Copy + Eq + std::hash::Hash>(pairs: Vec<(K, AccountId)>) -> HashMap<K, Vec<AccountId>> {
    let mut groups: HashMap<K, Vec<AccountId>> = HashMap::new();
    for (key, member) in pairs {
        groups.entry(key).or_default().push(member);
    }
    groups
}
