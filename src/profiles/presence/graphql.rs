//! GraphQL for presence.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt};

use super::rules::{self, PresenceUpdate};
use super::{Presence, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::profiles::graphql::split_keys;
use crate::profiles::{User, ViewerAndUser};

/// Loads whether users are online. Users whose presence is hidden from the viewer are absent.
pub struct PresenceOf;

impl Loaded for PresenceOf {
    type Key = ViewerAndUser;
    type Value = Presence;

    async fn load(app: &App, keys: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Presence>> {
        let (viewer, users) = split_keys(keys);
        let rows = store::visible_to(&app.db, viewer, &users, app.clock.now()).await?;
        Ok(rows.into_iter().map(|row| (ViewerAndUser { viewer, user: row.user_id }, row.presence)).collect())
    }
}

/// Whether a user is online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum PresenceStatus {
    /// The user has an open WebSocket or event stream, or the last one ended less than 5 seconds ago.
    Online,
    /// The user has no open connection.
    Offline,
}

/// The presence of a user.
#[Object]
impl Presence {
    /// Whether the user is online.
    fn status(&self) -> PresenceStatus {
        if self.is_online { PresenceStatus::Online } else { PresenceStatus::Offline }
    }

    /// When the user was last online. Null while the user is online, and if they never were.
    fn last_seen_at(&self) -> Option<DateTime> {
        self.last_seen_at.map(DateTime::from)
    }
}

/// A user and their presence.
#[derive(SimpleObject)]
struct UserPresence {
    /// The global id of the user.
    user_id: ID,
    /// The user. After a block between the user and the viewer the last event has only the id and the username.
    user: User,
    /// The presence. A user whose presence is hidden from the viewer is always offline here.
    presence: Presence,
}

/// A snapshot of the presence of the followed users, or a change.
#[derive(SimpleObject)]
struct PresenceEvent {
    /// True in the first event, which contains all followed users. False in later ones, which contain those whose
    /// presence has changed.
    is_snapshot: bool,
    /// The users and their presence. Each user is listed once.
    changes: Vec<UserPresence>,
}

impl From<PresenceUpdate> for PresenceEvent {
    fn from(update: PresenceUpdate) -> Self {
        let changes = update.changes.into_iter().map(|(user, presence)| UserPresence {
            user_id: user.id.to_global(),
            user,
            presence,
        });
        let changes = changes.collect();
        Self { is_snapshot: update.is_snapshot, changes }
    }
}

#[derive(Debug, Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Follows whether users are online. The first event is a snapshot of all of them; later events contain changes.
    /// The stream cannot be resumed: a new subscription starts with a new snapshot. Ids of users that do not exist or
    /// that the viewer may not see are ignored. For guests, users outside the lobby are always offline.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn presence_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The ids of the users to follow, at most 100.")] user_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = Result<PresenceEvent, EdgeError>>, EdgeError> {
        let viewer = context.signed_in()?;
        let users: Vec<Option<AccountId>> = user_ids.iter().map(AccountId::from_global).collect();
        let updates = rules::follow_presence(context.app(), viewer, &users).await?;
        Ok(updates.map(|update| update.map(PresenceEvent::from).map_err(EdgeError::from)))
    }
}
