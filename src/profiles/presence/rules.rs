//! Following who is online.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use super::{Presence, PresenceSnapshot, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::live::{self, EventBody, EventKind, Feed, FeedItem, SharedLookup};
use crate::profiles::relations::store as relations;
use crate::profiles::{User, ViewerAndUser, store as people};

/// So many people one stream follows.
const MOST_FOLLOWED: usize = 100;

/// So many events are looked at together: when many come and go at once, it costs one look.
const EVENTS_AT_ONCE: usize = 256;

/// What a follower is told at once.
#[derive(Debug)]
pub struct News {
    pub is_snapshot: bool,
    pub changes: Vec<(User, Presence)>,
}

/// Follows the presence of these people, as the viewer sees it: how it is now, then what changes. `None` stands for what
/// is no id of a person, and is passed over like somebody whom the viewer does not see.
///
/// Each event has somebody looked at anew, and who may know what of them, so nothing is told that was hidden since.
///
/// # Errors
/// Bad input for too many people; when the database does not answer.
pub async fn follow(
    app: &App,
    viewer: Viewer,
    users: &[Option<AccountId>],
) -> Result<impl Stream<Item = Result<News>> + Send + use<>> {
    if users.len() > MOST_FOLLOWED {
        return Err(Error::BadInput(format!("At most {MOST_FOLLOWED} people at once.")));
    }
    let users: BTreeSet<AccountId> = users.iter().copied().flatten().collect();
    // Read before the people are looked at: what changes in between is looked at once more.
    let head = live::head(&app.db, Feed::PRESENCE).await?;
    let mut watch = Watch { app: app.clone(), viewer, users, online: BTreeSet::new() };
    let snapshot = watch.begin().await?;
    let followed = Box::pin(app.live.follow(Feed::PRESENCE, Some(head)).ready_chunks(EVENTS_AT_ONCE));
    let changes = stream::unfold((watch, followed), |(mut watch, mut followed)| async {
        loop {
            let news = match watch.concerned(&followed.next().await?) {
                Ok(users) if users.is_empty() => continue,
                Ok(users) => watch.look(users).await,
                Err(error) => Err(error),
            };
            match news {
                Ok(changes) if changes.is_empty() => {}
                news => {
                    let news = news.map(|changes| News { is_snapshot: false, changes });
                    return Some((news, (watch, followed)));
                }
            }
        }
    });
    Ok(stream::iter([Ok(News { is_snapshot: true, changes: snapshot })]).chain(changes))
}

/// Whom somebody follows, and what they were told last.
struct Watch {
    app: App,
    viewer: Viewer,
    users: BTreeSet<AccountId>,
    /// Those of whom was told last that they are online.
    online: BTreeSet<AccountId>,
}

impl Watch {
    async fn begin(&mut self) -> Result<Vec<(User, Presence)>> {
        let (db, viewer) = (&self.app.db, self.viewer.account);
        let users: Vec<AccountId> = self.users.iter().copied().collect();
        let people = people::by_ids(db, viewer, &users).await?;
        let rows = store::seen_by(db, viewer, &users).await?;
        let seen: HashMap<AccountId, Presence> = rows.into_iter().map(|row| (row.user_id, row.presence)).collect();
        self.online = seen.iter().filter(|(_, presence)| presence.is_online).map(|(user, _)| *user).collect();
        let with_presence = |user: User| {
            let presence = seen.get(&user.id).copied().unwrap_or(Presence::ABSENT);
            (user, presence)
        };
        Ok(people.into_iter().map(with_presence).collect())
    }

    /// Returns whom these events are about, as far as they are followed, with the number of the last one of each; without
    /// a number where events are missing.
    fn concerned(&self, followed: &[Result<FeedItem>]) -> Result<BTreeMap<AccountId, Option<i64>>> {
        let mut concerned = BTreeMap::new();
        for followed in followed {
            match followed {
                Ok(FeedItem::Event(event)) if event.kind == EventKind::PresenceChanged => {
                    let user = AccountId(event.subject);
                    let is_for_viewer = event.detail.is_none_or(|other| other == self.viewer.account.0);
                    if is_for_viewer && self.users.contains(&user) {
                        concerned.insert(user, Some(event.number));
                    }
                }
                Ok(FeedItem::Event(_)) => {}
                Ok(FeedItem::Reset { .. }) => concerned = self.users.iter().map(|user| (*user, None)).collect(),
                Err(error) => return Err(error.clone()),
            }
        }
        Ok(concerned)
    }

    /// Looks at these people again, and returns whose presence is another than what was told last. Of somebody whom a
    /// block hides since, the last that is told is that they seem to go.
    async fn look(&mut self, concerned: BTreeMap<AccountId, Option<i64>>) -> Result<Vec<(User, Presence)>> {
        let mut changes = Vec::new();
        for (id, number) in concerned {
            let snapshot = match number {
                Some(number) => presence_snapshot(&self.app, id, number).await?,
                None => Arc::new(look_up(self.app.clone(), id).await?),
            };
            let presence = snapshot.seen_by(self.viewer);
            let has_changed = if presence.is_online { self.online.insert(id) } else { self.online.remove(&id) };
            if has_changed && let Some(user) = &snapshot.user {
                changes.push((user.clone(), presence));
            }
        }
        Ok(changes)
    }
}

/// The snapshots that this node has loaded in the last second.
type PresenceSnapshots = SharedLookup<PresenceSnapshot>;

/// Returns the presence that an event is about, loaded once for all followers on this node.
async fn presence_snapshot(app: &App, user: AccountId, number: i64) -> Result<Arc<PresenceSnapshot>> {
    app.state::<PresenceSnapshots>().get(number, number, || look_up(app.clone(), user)).await
}

async fn look_up(app: App, user: AccountId) -> Result<PresenceSnapshot> {
    let facts = store::facts(&app.db, user).await?;
    let blocked = relations::hidden_from(&app.db, user).await?.into_iter().map(|(other,)| other).collect();
    Ok(PresenceSnapshot {
        user: people::by_id_unseen(&app.db, user).await?,
        presence: facts.as_ref().map_or(Presence::ABSENT, |facts| facts.presence),
        is_shown: facts.as_ref().is_some_and(|facts| facts.is_shown),
        is_in_lobby: facts.is_some_and(|facts| facts.is_in_lobby),
        blocked,
    })
}

/// Has everybody look at somebody's presence again: it may be known to others than before.
///
/// # Errors
/// When the database does not answer.
pub async fn look_again(tx: &mut Tx, effects: &mut Effects, user: AccountId, now: Timestamp) -> Result<()> {
    let body = EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail: None };
    effects.publish(live::append(tx, now, Feed::PRESENCE, body).await?);
    Ok(())
}

/// The same for two people who may see less or more of each other now.
///
/// # Errors
/// When the database does not answer.
pub async fn look_again_at_each_other(
    tx: &mut Tx,
    effects: &mut Effects,
    pair: ViewerAndUser,
    now: Timestamp,
) -> Result<()> {
    for (user, other) in [(pair.viewer, pair.user), (pair.user, pair.viewer)] {
        let body = EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail: Some(other.0) };
        effects.publish(live::append(tx, now, Feed::PRESENCE, body).await?);
    }
    Ok(())
}
