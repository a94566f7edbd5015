//! Following the presence of users.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use super::{Presence, PresenceSnapshot, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::live::{self, EventBody, EventKind, Feed, FeedItem, SharedLookup};
use crate::profiles::relations::store as relations;
use crate::profiles::{User, UserRow, store as users};

/// How many users one stream can follow.
const MAX_FOLLOWED_USERS: usize = 100;

/// How many events are handled together, so that a burst of changes costs one check per user.
const EVENT_BATCH_SIZE: usize = 256;

/// What a follower receives in one event.
#[derive(Debug)]
pub struct PresenceUpdate {
    pub is_snapshot: bool,
    pub changes: Vec<(User, Presence)>,
}

/// Follows the presence of users as the viewer may see it: first a snapshot, then changes. `None` stands for a
/// malformed id and is ignored, like a user that the viewer may not see.
///
/// An event of the feed only names a user. Presence and visibility are loaded for each event, so the stream contains
/// nothing that has been hidden in the meantime.
///
/// # Errors
/// Bad input for more than 100 users.
pub async fn follow_presence(
    app: &App,
    viewer: Viewer,
    users: &[Option<AccountId>],
) -> Result<impl Stream<Item = Result<PresenceUpdate>> + Send + use<>> {
    if users.len() > MAX_FOLLOWED_USERS {
        return Err(Error::BadInput(format!("A stream can follow at most {MAX_FOLLOWED_USERS} users.")));
    }
    let users: BTreeSet<AccountId> = users.iter().copied().flatten().collect();
    // Read before the snapshot: a change in between is then checked a second time instead of being missed.
    let head = live::head(&app.db, Feed::PRESENCE).await?;
    let mut follower = PresenceFollower { app: app.clone(), viewer, users, online: BTreeMap::new() };
    let snapshot = follower.load_snapshot().await?;
    let events = Box::pin(app.live.follow(Feed::PRESENCE, Some(head.into())).ready_chunks(EVENT_BATCH_SIZE));
    let changes = stream::unfold((follower, events), |(mut follower, mut events)| async {
        loop {
            let changes = match follower.affected_users(&events.next().await?) {
                Ok(users) if users.is_empty() => continue,
                Ok(users) => follower.load_changes(users).await,
                Err(error) => Err(error),
            };
            match changes {
                Ok(changes) if changes.is_empty() => {}
                changes => {
                    let update = changes.map(|changes| PresenceUpdate { is_snapshot: false, changes });
                    return Some((update, (follower, events)));
                }
            }
        }
    });
    Ok(stream::iter([Ok(PresenceUpdate { is_snapshot: true, changes: snapshot })]).chain(changes))
}

/// The state of one stream.
struct PresenceFollower {
    app: App,
    viewer: Viewer,
    users: BTreeSet<AccountId>,
    /// The users whose last reported presence is online.
    online: BTreeMap<AccountId, LastKnown>,
}

/// What remains to be said of a user whose account was deleted: that they are offline.
struct LastKnown {
    username: Box<str>,
    joined_at: Timestamp,
}

impl LastKnown {
    fn of(user: &User) -> Self {
        Self { username: user.username.as_str().into(), joined_at: user.joined_at }
    }

    fn into_user(self, id: AccountId) -> User {
        let row = UserRow {
            id,
            username: self.username.into(),
            is_guest: false,
            first_name: None,
            last_name: None,
            field_of_study: None,
            study_year: None,
            about: None,
            joined_at: self.joined_at,
            skill_lines: None,
            is_withheld: true,
        };
        row.into()
    }
}

impl PresenceFollower {
    async fn load_snapshot(&mut self) -> Result<Vec<(User, Presence)>> {
        let (db, viewer) = (&self.app.db, self.viewer.account);
        let users: Vec<AccountId> = self.users.iter().copied().collect();
        let visible = users::by_ids(db, viewer, &users).await?;
        let rows = store::visible_to(db, viewer, &users, self.app.clock.now()).await?;
        let presences: HashMap<AccountId, Presence> = rows.into_iter().map(|row| (row.user_id, row.presence)).collect();
        let is_online = |user: &&User| presences.get(&user.id).is_some_and(|presence| presence.is_online);
        self.online = visible.iter().filter(is_online).map(|user| (user.id, LastKnown::of(user))).collect();
        let with_presence = |user: User| {
            let presence = presences.get(&user.id).copied().unwrap_or(Presence::HIDDEN);
            (user, presence)
        };
        Ok(visible.into_iter().map(with_presence).collect())
    }

    /// Returns the followed users that the events are about, each with the number of its last event. After a reset of
    /// the feed, events are missing: returns all followed users, without numbers.
    fn affected_users(&self, events: &[Result<FeedItem>]) -> Result<BTreeMap<AccountId, Option<i64>>> {
        let mut affected = BTreeMap::new();
        for event in events {
            match event {
                Ok(FeedItem::Event(event)) if event.kind == EventKind::PresenceChanged => {
                    let user = AccountId(event.subject);
                    let is_for_viewer = event.detail.is_none_or(|other| other == self.viewer.account.0);
                    if is_for_viewer && self.users.contains(&user) {
                        affected.insert(user, Some(event.number));
                    }
                }
                Ok(FeedItem::Event(_)) => {}
                Ok(FeedItem::Reset { .. }) => affected = self.users.iter().map(|user| (*user, None)).collect(),
                Err(error) => return Err(error.clone()),
            }
        }
        Ok(affected)
    }

    /// Loads the presence of users again, and returns those whose presence differs from what was last reported. A user
    /// that has a block with the viewer since then, or was deleted, is reported as offline once, without the profile.
    async fn load_changes(&mut self, affected: BTreeMap<AccountId, Option<i64>>) -> Result<Vec<(User, Presence)>> {
        let mut changes = Vec::new();
        for (id, number) in affected {
            let snapshot = match number {
                Some(number) => presence_snapshot(&self.app, id, number).await?,
                None => Arc::new(load_snapshot(self.app.clone(), id).await?),
            };
            let presence = snapshot.visible_to(self.viewer);
            match (&snapshot.user, presence.is_online) {
                (Some(user), true) => {
                    if self.online.insert(id, LastKnown::of(user)).is_none() {
                        changes.push((user.clone(), presence));
                    }
                }
                (user, _) => {
                    let Some(last) = self.online.remove(&id) else { continue };
                    let user = match user {
                        Some(user) if snapshot.is_blocked(self.viewer) => user.withheld(),
                        Some(user) => user.clone(),
                        None => last.into_user(id),
                    };
                    changes.push((user, presence));
                }
            }
        }
        Ok(changes)
    }
}

/// The snapshots that this node has loaded within the last second.
type PresenceSnapshots = SharedLookup<i64, PresenceSnapshot>;

/// Returns the snapshot for an event, loaded once for all followers on this node.
async fn presence_snapshot(app: &App, user: AccountId, number: i64) -> Result<Arc<PresenceSnapshot>> {
    app.state::<PresenceSnapshots>().get(number, number, || load_snapshot(app.clone(), user)).await
}

async fn load_snapshot(app: App, user: AccountId) -> Result<PresenceSnapshot> {
    let state = store::presence_state(&app.db, user, app.clock.now()).await?;
    let blocked = relations::hidden_from(&app.db, user).await?.into_iter().map(|(other,)| other).collect();
    Ok(PresenceSnapshot {
        user: users::by_id_unfiltered(&app.db, user).await?,
        presence: state.as_ref().map_or(Presence::HIDDEN, |state| state.presence),
        is_shown: state.as_ref().is_some_and(|state| state.is_shown),
        is_in_lobby: state.is_some_and(|state| state.is_in_lobby),
        blocked,
    })
}

/// Publishes that the presence of a user, or who may see it, has changed. All followers of the user check again.
pub fn publish_change(effects: &mut Effects, user: AccountId) {
    effects.append(Feed::PRESENCE, EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail: None });
}

/// Publishes that what two users may see of each other has changed. Only these two check again.
pub fn publish_change_between(effects: &mut Effects, one: AccountId, other: AccountId) {
    for (user, viewer) in [(one, other), (other, one)] {
        let detail = Some(viewer.0);
        effects.append(Feed::PRESENCE, EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail });
    }
}
