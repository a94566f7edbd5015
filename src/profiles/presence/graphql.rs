//! Presence in the graph.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt};

use super::rules::{self, News};
use super::{Presence, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::profiles::graphql::by_viewer;
use crate::profiles::{User, ViewerAndUser};

/// Loads whether people are online, as far as the viewer may know.
pub struct PresenceOf;

impl Loaded for PresenceOf {
    type Key = ViewerAndUser;
    type Value = Presence;

    async fn load(app: &App, sights: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Presence>> {
        let (viewer, users) = by_viewer(sights);
        let rows = store::seen_by(&app.db, viewer, &users).await?;
        Ok(rows.into_iter().map(|row| (ViewerAndUser { viewer, user: row.user_id }, row.presence)).collect())
    }
}

/// Whether somebody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum PresenceStatus {
    /// A socket or event stream of theirs is open, or was until 5 seconds ago.
    Online,
    /// Nothing of theirs is open.
    Offline,
}

/// Whether somebody is online.
#[Object]
impl Presence {
    /// Online or not.
    async fn status(&self) -> PresenceStatus {
        if self.is_online { PresenceStatus::Online } else { PresenceStatus::Offline }
    }

    /// When they were last online; null while they are, and when they never were.
    async fn last_seen_at(&self) -> Option<DateTime> {
        self.last_seen_at.map(DateTime::from)
    }
}

/// Somebody and whether they are online.
#[derive(SimpleObject)]
struct UserPresence {
    /// Who.
    user: User,
    /// Whether they are online. Those who do not show it are always offline here.
    presence: Presence,
}

/// Who is online, or who came and went.
#[derive(SimpleObject)]
struct PresenceEvent {
    /// This is how it is with everybody who is followed; otherwise only those are here with whom it changed.
    is_snapshot: bool,
    /// Each of them, once.
    changes: Vec<UserPresence>,
}

impl From<News> for PresenceEvent {
    fn from(news: News) -> Self {
        let changes = news.changes.into_iter().map(|(user, presence)| UserPresence { user, presence }).collect();
        Self { is_snapshot: news.is_snapshot, changes }
    }
}

#[derive(Debug, Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Who of these people is online. A state: the first event tells it of all of them, later ones what changed. People
    /// whom the viewer does not see, and ids of nobody, are left out; guests follow people in the lobby only.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn presence_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom to follow: global ids, at most 100.")] user_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = Result<PresenceEvent, EdgeError>>, EdgeError> {
        let viewer = context.signed_in()?;
        let users: Vec<Option<AccountId>> = user_ids.iter().map(AccountId::from_global).collect();
        let news = rules::follow(context.app(), viewer, &users).await?;
        Ok(news.map(|news| news.map(PresenceEvent::from).map_err(EdgeError::from)))
    }
}
