//! Following who is online.

use std::collections::{BTreeSet, HashMap};

use futures_util::{Stream, StreamExt, stream};

use super::{Presence, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::{App, Told};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::live::{self, EventBody, EventKind, Feed, Followed};
use crate::profiles::{Sight, User, store as people};

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
/// Each look asks anew what the viewer may know, so nothing is told that was hidden since.
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
    let mut watch = Watch { app: app.clone(), viewer: viewer.account, users, known: HashMap::new() };
    let snapshot = watch.begin().await?;
    let followed = Box::pin(app.live.follow(Feed::PRESENCE, Some(head)).ready_chunks(EVENTS_AT_ONCE));
    let changes = stream::unfold((watch, followed), |(mut watch, mut followed)| async {
        loop {
            let news = match watch.concerned(&followed.next().await?) {
                Ok(users) if users.is_empty() => continue,
                Ok(users) => watch.look(&users).await,
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
    viewer: AccountId,
    users: BTreeSet<AccountId>,
    /// Nobody stands here of whom nothing was told yet.
    known: HashMap<AccountId, Presence>,
}

impl Watch {
    async fn begin(&mut self) -> Result<Vec<(User, Presence)>> {
        let users: Vec<AccountId> = self.users.iter().copied().collect();
        let people = people::by_ids(&self.app.db, self.viewer, &users).await?;
        let seen = self.seen(&users).await?;
        let with_presence = |user: User| {
            let presence = seen.get(&user.id).copied().unwrap_or(Presence::ABSENT);
            (user, presence)
        };
        let changes: Vec<(User, Presence)> = people.into_iter().map(with_presence).collect();
        self.known = changes.iter().map(|(user, presence)| (user.id, *presence)).collect();
        Ok(changes)
    }

    /// Returns whom these events are about, as far as they are followed.
    fn concerned(&self, followed: &[Result<Followed>]) -> Result<Vec<AccountId>> {
        let mut concerned = BTreeSet::new();
        for followed in followed {
            match followed {
                Ok(Followed::Event(event)) if event.kind == EventKind::PresenceChanged => {
                    let user = AccountId(event.subject);
                    let is_for_viewer = event.detail.is_none_or(|other| other == self.viewer.0);
                    if is_for_viewer && self.users.contains(&user) {
                        concerned.insert(user);
                    }
                }
                Ok(Followed::Event(_)) => {}
                Ok(Followed::Reset { .. }) => concerned.extend(&self.users),
                Err(error) => return Err(error.clone()),
            }
        }
        Ok(concerned.into_iter().collect())
    }

    /// Looks at these people again, and returns whose presence is another than what was told last.
    async fn look(&mut self, users: &[AccountId]) -> Result<Vec<(User, Presence)>> {
        let seen = self.seen(users).await?;
        let mut moved: HashMap<AccountId, Presence> = HashMap::new();
        for user in users {
            let now = seen.get(user).copied().unwrap_or(Presence::ABSENT);
            let before = self.known.get(user).copied().unwrap_or(Presence::ABSENT);
            if now.is_online != before.is_online {
                moved.insert(*user, now);
            }
        }
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<AccountId> = moved.keys().copied().collect();
        let mut people = people::by_ids(&self.app.db, self.viewer, &ids).await?;
        // Whoever is hidden by a block since was seen a moment ago: that they seem to go is the last that is told of them.
        for id in ids.iter().filter(|id| self.known.contains_key(id)) {
            if !people.iter().any(|user| user.id == *id) {
                people.extend(people::by_id_unseen(&self.app.db, *id).await?);
            }
        }
        let changes: Vec<(User, Presence)> =
            people.into_iter().filter_map(|user| moved.get(&user.id).map(|presence| (user, *presence))).collect();
        self.known.extend(changes.iter().map(|(user, presence)| (user.id, *presence)));
        Ok(changes)
    }

    async fn seen(&self, users: &[AccountId]) -> Result<HashMap<AccountId, Presence>> {
        let rows = store::seen_by(&self.app.db, self.viewer, users).await?;
        Ok(rows.into_iter().map(|row| (row.user_id, row.presence)).collect())
    }
}

/// Has everybody look at somebody's presence again: it may be known to others than before.
///
/// # Errors
/// When the database does not answer.
pub async fn look_again(tx: &mut Tx, told: &mut Told, user: AccountId, now: Timestamp) -> Result<()> {
    let body = EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail: None };
    told.event(live::append(tx, now, Feed::PRESENCE, body).await?);
    Ok(())
}

/// The same for two people who may see less or more of each other now.
///
/// # Errors
/// When the database does not answer.
pub async fn look_again_at_each_other(tx: &mut Tx, told: &mut Told, pair: Sight, now: Timestamp) -> Result<()> {
    for (user, other) in [(pair.viewer, pair.user), (pair.user, pair.viewer)] {
        let body = EventBody { kind: EventKind::PresenceChanged, subject: user.0, detail: Some(other.0) };
        told.event(live::append(tx, now, Feed::PRESENCE, body).await?);
    }
    Ok(())
}
