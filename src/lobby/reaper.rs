//! Who is not in the lobby any more. Nobody has to say so: whoever lost every connection for longer than the grace of
//! presence has left, and whoever was not connected within a minute after entering.
//!
//! Every node looks, and the row of each person goes once: so each leaving is told once, whichever node died.

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

/// Whoever enters has this long to connect.
const CONNECT_WITHIN: Duration = Duration::from_mins(1);

/// How often the room is looked over, besides at every change of somebody's presence.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// So many changes of presence are answered by one look.
const CHANGES_AT_ONCE: usize = 256;

/// What a guest was called can be read for so long after they left.
const REMEMBERED: Duration = Duration::from_mins(10);

/// Takes out whoever is not here any more, for ever.
pub async fn run_lobby_reaper(app: App) {
    let mut changes = std::pin::pin!(app.live.follow(Feed::PRESENCE, None).ready_chunks(CHANGES_AT_ONCE));
    loop {
        let next = app.clock.now().plus(LOOK_INTERVAL);
        if let Err(cause) = tidy(&app).await {
            warn!(?cause, "the lobby could not be looked over; it is tried again");
        }
        tokio::select! {
            Some(_) = changes.next() => {}
            () = app.clock.reach(next) => {}
        }
    }
}

async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    let entered_before = now.minus(CONNECT_WITHIN);
    if !store::is_anybody_absent(&app.db, entered_before).await? {
        return Ok(());
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let gone = store::delete_absent(&mut tx, entered_before).await?;
    tell(&mut tx, &mut effects, EventKind::LobbyLeft, gone, now).await?;
    app.commit(tx, effects).await
}

/// Takes these people out of the lobby, as far as they are in it.
///
/// # Errors
/// When the database does not answer.
pub async fn take_out(tx: &mut Tx, effects: &mut Effects, users: &[AccountId], now: Timestamp) -> Result<()> {
    let gone = store::delete(tx, &List::new(users.iter().map(|user| user.0))).await?;
    tell(tx, effects, EventKind::LobbyLeft, gone, now).await
}

/// Tells that these people came or left; and guests, who know the presence of people in the lobby, to look at it again.
pub(super) async fn tell(
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

/// Takes a deleted account out of the lobby.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, account: AccountId, now: Timestamp) -> Result<()> {
    take_out(tx, effects, &[account], now).await
}

/// Takes guests whose last session ended out of the lobby and frees their names.
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
    store::free_names(tx, &List::new(guests.iter().map(|guest| guest.0))).await?;
    take_out(tx, effects, &guests, now).await
}

/// Forgets guests who left a while ago. What they said stays, and is nobody's.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let left_before = app.clock.now().minus(REMEMBERED);
    let mut tx = app.db.write().await?;
    for (guest,) in store::departed_before(&mut tx, left_before).await? {
        messages::anonymize_author(&mut tx, guest).await?;
        live::delete(&mut tx, Feed(guest.0)).await?;
    }
    store::delete_departed(&mut tx, left_before).await?;
    Ok(tx.commit().await?)
}
