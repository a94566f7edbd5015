//! Removes users from the lobby who did not leave explicitly: users who lost their last connection for longer than the
//! grace period of presence, and users who did not connect within a minute after entering.
//!
//! Every node runs this. Each user's row is deleted once, so that each departure becomes one event, even when a node
//! fails.

use std::time::Duration;

use futures_util::StreamExt;
use tracing::warn;

use super::store;
use crate::accounts::{AccountId, SessionId, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::Room;
use crate::conversations::messages::store as messages;
use crate::db::{List, SWEEP_BATCH_SIZE, Tx};
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::presence::rules as presence;
use crate::profiles::store as people;
use crate::search;

/// A user who enters must connect within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_mins(1);

/// An entry that lies ahead by more than the clocks of nodes may differ was stored before the clock was set back.
const MAX_LEAD: Duration = Duration::from_secs(3);

/// The interval between checks. Changes of presence trigger a check too.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The maximum number of presence changes handled by one check.
const MAX_CHANGES_PER_CHECK: usize = 256;

/// A departed guest is deleted after this time. Until then other users can read the guest's name, and no other user can
/// have it.
const DEPARTED_GUEST_RETENTION: Duration = Duration::from_mins(10);

/// Removes absent users from the lobby until the node shuts down.
pub async fn run_lobby_reaper(app: App) {
    let mut changes = std::pin::pin!(app.live.follow(Feed::PRESENCE, None).ready_chunks(MAX_CHANGES_PER_CHECK));
    loop {
        let next_check = app.clock.elapsed().plus(CHECK_INTERVAL);
        if let Err(cause) = remove_absent_users(&app).await {
            warn!(?cause, "absent users could not be removed from the lobby; the next check tries again");
        }
        tokio::select! {
            Some(_) = changes.next() => {}
            () = app.clock.reach(next_check) => {}
        }
    }
}

async fn remove_absent_users(app: &App) -> Result<()> {
    let now = app.clock.now();
    let bounds = store::EntryBounds { before: now.minus(CONNECT_TIMEOUT), after: now.plus(MAX_LEAD) };
    if !store::has_absent_users(&app.db, bounds).await? {
        return Ok(());
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    store::correct_entries(&mut tx, bounds.after, now, now.minus(CONNECT_TIMEOUT)).await?;
    let removed = store::delete_absent(&mut tx, bounds.before).await?;
    announce(&mut effects, EventKind::LobbyLeft, removed);
    app.commit(tx, effects).await
}

/// Removes those of these users who are in the lobby.
pub async fn remove_users(tx: &mut Tx, effects: &mut Effects, users: &[AccountId]) -> Result<()> {
    let removed = store::delete(tx, &List::new(users.iter().map(|user| user.0))).await?;
    announce(effects, EventKind::LobbyLeft, removed);
    Ok(())
}

/// Appends an event for each of these users to the lobby's feed, and one to the presence feed: guests see the presence
/// of users in the lobby only, so that it changes for them when a user enters or leaves.
pub(super) fn announce(effects: &mut Effects, kind: EventKind, users: Vec<(AccountId,)>) {
    for (user,) in users {
        effects.append(Feed::LOBBY, EventBody { kind, subject: user.0, detail: None });
        presence::publish_change(effects, user);
    }
}

/// Removes an account that is being deleted from the lobby. Followers also learn of it if the account has only written
/// there.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let removed = store::delete(tx, &List::new([account.0])).await?;
    if !removed.is_empty() || messages::has_written(&mut *tx, account, Room::LOBBY.id).await? {
        announce(effects, EventKind::LobbyLeft, vec![(account,)]);
    }
    Ok(())
}

/// Publishes the new name or profile of a user in the lobby, and moves the user in the list.
pub async fn on_user_changed(tx: &mut Tx, effects: &mut Effects, user: AccountId) -> Result<()> {
    let Some(changed) = people::by_id_unfiltered(&mut *tx, user).await? else { return Ok(()) };
    if store::set_name(tx, user, &search::fold(&changed.username)).await? == 1 {
        announce(effects, EventKind::LobbyJoined, vec![(user,)]);
    }
    Ok(())
}

/// Publishes to two users that they no longer see each other in the lobby, or that they do again.
pub async fn on_block_changed(
    tx: &mut Tx,
    effects: &mut Effects,
    (one, other): (AccountId, AccountId),
    is_hidden: bool,
) -> Result<()> {
    let kind = if is_hidden { EventKind::LobbyLeft } else { EventKind::LobbyJoined };
    for (user, viewer) in [(one, other), (other, one)] {
        if store::is_present(&mut *tx, user).await? {
            effects.append(Feed::LOBBY, EventBody { kind, subject: user.0, detail: Some(viewer.0) });
        }
    }
    Ok(())
}

/// Removes guests whose last session has ended from the lobby. Their names stay reserved until they are deleted, so that
/// no other user has a name that is still shown beside messages.
pub async fn on_sessions_ended(
    tx: &mut Tx,
    effects: &mut Effects,
    ended: &[(AccountId, SessionId)],
    now: Timestamp,
) -> Result<()> {
    let accounts = List::new(ended.iter().map(|(account, _)| account.0));
    let departed = store::insert_departed(tx, &accounts, now).await?;
    let guests: Vec<AccountId> = departed.into_iter().map(|(guest,)| guest).collect();
    if guests.is_empty() { Ok(()) } else { remove_users(tx, effects, &guests).await }
}

/// Deletes guests who departed ten minutes ago or earlier, each in a transaction of its own. Their messages stay, without an
/// author. A guest that cannot be deleted is left for the next sweep, and does not keep the others from it.
pub async fn sweep(app: &App) -> Result<()> {
    let left_before = app.clock.now().minus(DEPARTED_GUEST_RETENTION);
    let mut after = None;
    loop {
        let departed = store::departed_before(&app.db, left_before, after, SWEEP_BATCH_SIZE).await?;
        let Some(last) = departed.last() else { return Ok(()) };
        after = Some(*last);
        for (_, guest) in departed {
            if let Err(cause) = delete_departed(app, guest, left_before).await {
                warn!(guest = guest.0, ?cause, "a guest could not be deleted; the next sweep tries again");
            }
        }
    }
}

/// Deletes a guest who departed. If the guest has become a member since, only the departure is deleted.
async fn delete_departed(app: &App, guest: AccountId, left_before: Timestamp) -> Result<()> {
    let mut tx = app.db.write().await?;
    let is_guest = accounts::lock_guest(&mut tx, guest).await?;
    if store::delete_departure(&mut tx, guest, left_before).await? == 1 && is_guest {
        messages::anonymize_author(&mut tx, guest, app.clock.now()).await?;
        live::delete(&mut tx, Feed(guest.0)).await?;
        store::delete_guest(&mut tx, guest).await?;
    }
    Ok(tx.commit().await?)
}
