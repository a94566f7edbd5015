//! Removes users from the lobby who did not leave explicitly: users who lost their last connection for longer than the
//! grace period of presence, and users who did not connect within a minute after entering.
//!
//! Every node runs this. Each user's row is deleted once, so that each departure becomes one event, even when a node
//! fails.

use std::time::Duration;

use futures_util::StreamExt;
use tracing::warn;

use super::store;
use crate::accounts::{AccountId, SessionId};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::messages::store as messages;
use crate::db::{List, Tx};
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{self, EventKind, Feed};

/// A user who enters must connect within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_mins(1);

/// The interval between checks. Changes of presence trigger a check too.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The maximum number of presence changes handled by one check.
const MAX_CHANGES_PER_CHECK: usize = 256;

/// A departed guest is deleted after this time. Until then other users can read the guest's name.
const DEPARTED_GUEST_RETENTION: Duration = Duration::from_mins(10);

/// Removes absent users from the lobby until the node shuts down.
pub async fn run_lobby_reaper(app: App) {
    let mut changes = std::pin::pin!(app.live.follow(Feed::PRESENCE, None).ready_chunks(MAX_CHANGES_PER_CHECK));
    loop {
        let next = app.clock.now().plus(CHECK_INTERVAL);
        if let Err(cause) = remove_absent_users(&app).await {
            warn!(?cause, "absent users could not be removed from the lobby; the next check tries again");
        }
        tokio::select! {
            Some(_) = changes.next() => {}
            () = app.clock.reach(next) => {}
        }
    }
}

async fn remove_absent_users(app: &App) -> Result<()> {
    let now = app.clock.now();
    let entered_before = now.minus(CONNECT_TIMEOUT);
    if !store::has_absent_users(&app.db, entered_before).await? {
        return Ok(());
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let removed = store::delete_absent(&mut tx, entered_before).await?;
    append_events(&mut tx, &mut effects, EventKind::LobbyLeft, removed, now).await?;
    app.commit(tx, effects).await
}

/// Removes those of these users who are in the lobby.
pub async fn remove_users(tx: &mut Tx, effects: &mut Effects, users: &[AccountId], now: Timestamp) -> Result<()> {
    let removed = store::delete(tx, &List::new(users.iter().map(|user| user.0))).await?;
    append_events(tx, effects, EventKind::LobbyLeft, removed, now).await
}

/// Appends an event for each of these users to the lobby's feed, and one to the presence feed: guests see the presence
/// of users in the lobby only, so that it changes for them when a user enters or leaves.
pub(super) async fn append_events(
    tx: &mut Tx,
    effects: &mut Effects,
    kind: EventKind,
    users: Vec<(AccountId,)>,
    now: Timestamp,
) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let users: Vec<i64> = users.into_iter().map(|(user,)| user.0).collect();
    for (feed, kind) in [(Feed::LOBBY, kind), (Feed::PRESENCE, EventKind::PresenceChanged)] {
        effects.publish_all(live::append_for_subjects(tx, now, feed, kind, users.clone(), None).await?);
    }
    Ok(())
}

/// Removes an account that is being deleted from the lobby.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, account: AccountId, now: Timestamp) -> Result<()> {
    remove_users(tx, effects, &[account], now).await
}

/// Removes guests whose last session has ended from the lobby, and releases their pseudonyms.
pub async fn on_sessions_ended(
    tx: &mut Tx,
    effects: &mut Effects,
    ended: &[(AccountId, SessionId)],
    now: Timestamp,
) -> Result<()> {
    let accounts = List::new(ended.iter().map(|(account, _)| account.0));
    let departed = store::insert_departed(tx, &accounts, now).await?;
    if departed.is_empty() {
        return Ok(());
    }
    let guests: Vec<AccountId> = departed.into_iter().map(|(guest,)| guest).collect();
    store::release_names(tx, &List::new(guests.iter().map(|guest| guest.0))).await?;
    remove_users(tx, effects, &guests, now).await
}

/// Deletes guests who departed ten minutes ago or earlier. Their messages stay, without an author.
pub async fn sweep(app: &App) -> Result<()> {
    let left_before = app.clock.now().minus(DEPARTED_GUEST_RETENTION);
    let mut tx = app.db.write().await?;
    for (guest,) in store::departed_before(&mut tx, left_before).await? {
        messages::anonymize_author(&mut tx, guest).await?;
        live::delete(&mut tx, Feed(guest.0)).await?;
    }
    store::delete_departed(&mut tx, left_before).await?;
    Ok(tx.commit().await?)
}
