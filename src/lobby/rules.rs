//! Entering and leaving the lobby, sending messages, and removing guests.

use std::net::IpAddr;
use std::time::Duration;

use super::{reaper, store};
use crate::accounts::registration::rules::{NameClaimant, username_taken, validate_pseudonym};
use crate::accounts::registration::store as registration;
use crate::accounts::sessions::rules::{self as sessions, NewSession, check_transport};
use crate::accounts::sessions::{IssuedSession, TokenTransport};
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::{AccountId, Client, Role, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::Room;
use crate::conversations::messages::rules::{MESSAGE_LIMIT, add_message, claim_key, require_in_room, validate_draft};
use crate::conversations::messages::{Message, MessageDraft, MessageId};
use crate::conversations::rules::lock;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::live::EventKind;
use crate::profiles::store as people;
use crate::search;
use crate::sentences::say;

/// The maximum number of guests at the same time, and how many of them can come from other networks than the campus, if
/// the operator has named its networks. The rest is kept for the campus.
const MAX_GUESTS: i64 = 2_000;
const MAX_FOREIGN_GUESTS: i64 = 1_500;
/// The share of one network outside of the campus: a subscriber with a /48 of IPv6 addresses, or a /24 of IPv4 addresses.
const MAX_GUESTS_PER_NETWORK: i64 = 200;

/// The client retries after this delay when there are too many guests.
const FULL_RETRY_AFTER: Duration = Duration::from_mins(1);

static GUESTS_PER_MINUTE: RateLimit =
    RateLimit { name: "guests a minute", amount: 20, per: Duration::from_mins(1), burst: 20 };
static GUESTS_PER_HOUR: RateLimit =
    RateLimit { name: "guests an hour", amount: 200, per: Duration::from_hours(1), burst: 200 };

/// Bounds the events that one account can cause by entering and leaving: all followers receive them.
pub static ENTRIES_PER_ACCOUNT: RateLimit = RateLimit::per_minutes("entries", 30, 1);

/// Applies in addition to the limit for all messages.
pub static GUEST_MESSAGE_LIMIT: RateLimit = RateLimit::per_minutes("messages of a guest", 20, 1);

/// Enters the lobby. A signed-in viewer enters as themselves; anyone else becomes a guest with a new session, which is
/// returned and reserves the pseudonym until it ends. A user who is in the lobby already gets another minute to
/// connect.
///
/// # Errors
/// Problems with the pseudonym; rate limited per account or per address; unavailable if there are too many guests.
pub async fn enter_lobby(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    pseudonym: Option<&str>,
    transport: TokenTransport,
) -> Result<Option<IssuedSession>> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    if let Some(viewer) = viewer {
        app.limiter.take(&ENTRIES_PER_ACCOUNT, viewer.account.0, 1).await?;
        let mut tx = app.db.write().await?;
        if store::is_departed(&mut tx, viewer.account).await? {
            return Err(Error::Unauthenticated);
        }
        let user = people::by_id_unfiltered(&mut tx, viewer.account).await?.ok_or(Error::Unauthenticated)?;
        join(&mut tx, &mut effects, viewer.account, &user.username, now).await?;
        app.commit(tx, effects).await?;
        return Ok(None);
    }
    app.limiter.take(&GUESTS_PER_MINUTE, client.address, 1).await?;
    app.limiter.take(&GUESTS_PER_HOUR, client.address, 1).await?;
    check_transport(client, transport)?;
    let mut problems = Problems::default();
    let pseudonym = problems.check(match pseudonym {
        Some(pseudonym) => validate_pseudonym(app, pseudonym, NameClaimant::default()).await?,
        None => Err(Problem::member("pseudonym", Code::Invalid, say::PseudonymMissing)),
    });
    problems.finish()?;
    let Some(pseudonym) = pseudonym else { return Ok(None) };
    let network = GuestNetwork::of(app, client);
    let id = AccountId(app.clock.new_id());
    let mut tx = app.db.write().await?;
    check_room(app, &mut tx, id, network).await?;
    store::insert_guest(&mut tx, id, now).await?;
    store::insert_network(&mut tx, id, network.key, network.is_campus).await?;
    if registration::insert_user(&mut tx, id, &pseudonym.text, &pseudonym.fold, true, now).await? == 0 {
        return Err(Error::Refused(vec![username_taken("pseudonym")]));
    }
    let new = NewSession::new(id, Role::Guest, client, transport, None);
    let issued = sessions::open_session(app, &mut tx, &mut effects, new).await?;
    join(&mut tx, &mut effects, id, &pseudonym.text, now).await?;
    app.commit(tx, effects).await?;
    Ok(Some(issued))
}

/// The network that a guest comes from.
#[derive(Clone, Copy, Debug)]
struct GuestNetwork {
    /// A keyed hash: the database does not store where a guest was.
    key: i64,
    is_campus: bool,
}

impl GuestNetwork {
    fn of(app: &App, client: &Client) -> Self {
        let prefix = match client.address.to_canonical() {
            IpAddr::V4(address) => u128::from(address.to_bits() >> 8),
            IpAddr::V6(address) => address.to_bits() >> 80,
        };
        let hash = app.keys.derive_secret("guest networks", &prefix.to_be_bytes());
        let key = hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
        Self { key, is_campus: app.config.campus_networks.contains(client.address) }
    }
}

/// Checks that there is room for another guest of this network. Locks the lobby, so that guests are counted one after
/// another.
///
/// # Errors
/// Unavailable if there is none.
async fn check_room(app: &App, tx: &mut Tx, guest: AccountId, network: GuestNetwork) -> Result<()> {
    lock(tx, guest, Room::LOBBY.id).await?;
    let guests = store::count_guests(tx, network.key).await?;
    let max_foreign = if app.config.campus_networks.is_empty() { MAX_GUESTS } else { MAX_FOREIGN_GUESTS };
    let is_foreign_full = guests.foreign >= max_foreign || guests.in_network >= MAX_GUESTS_PER_NETWORK;
    if guests.total >= MAX_GUESTS || (!network.is_campus && app.config.has_rate_limits() && is_foreign_full) {
        return Err(Error::Unavailable(FULL_RETRY_AFTER));
    }
    Ok(())
}

/// Inserts the user and appends the event, or extends the time to connect of a user who is in the lobby already.
async fn join(tx: &mut Tx, effects: &mut Effects, user: AccountId, username: &str, now: Timestamp) -> Result<()> {
    if store::insert(tx, user, &search::fold(username), now).await? == 1 {
        reaper::announce(effects, EventKind::LobbyJoined, vec![(user,)]);
        return Ok(());
    }
    store::refresh_entry(tx, user, now).await?;
    Ok(())
}

/// Leaves the lobby, which also ends all sessions of a guest. Does nothing for a member who is not in the lobby.
pub async fn leave_lobby(app: &App, viewer: Viewer) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if viewer.is_guest() {
        sessions::end_all_sessions(app, &mut tx, &mut effects, viewer.account, None).await?;
    } else {
        reaper::remove_users(&mut tx, &mut effects, &[viewer.account]).await?;
    }
    app.commit(tx, effects).await
}

/// Sends a message to the lobby. A request that repeats an earlier one, with the same key and content, gets the earlier
/// message.
///
/// # Errors
/// Problems with text, key and the message to reply to; rate limited.
pub async fn send_lobby_message(app: &App, viewer: Viewer, draft: &MessageDraft) -> Result<Message> {
    let draft = validate_draft(draft)?;
    let id = MessageId(app.clock.new_id());
    let limit = if viewer.is_guest() { &GUEST_MESSAGE_LIMIT } else { &MESSAGE_LIMIT };
    let allowance = app.limiter.reserve(limit, viewer.account.0, 1).await;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock(&mut tx, viewer.account, Room::LOBBY.id).await?;
    if let Some(earlier) = claim_key(&mut tx, viewer, &draft, id).await? {
        // The commit waits until the first request's commit is on disk: on SQLite its rows are visible before that.
        tx.commit().await?;
        return require_in_room(earlier, Room::LOBBY);
    }
    let message = add_message(app, &mut tx, &mut effects, viewer, Room::LOBBY, (id, &draft), allowance).await?;
    app.commit(tx, effects).await?;
    Ok(message)
}

/// Ends all sessions of a guest, on behalf of a moderator or admin. This removes the guest from the lobby and releases
/// the pseudonym.
///
/// # Errors
/// Forbidden for other viewers; `NotFound` at `userId` if the user is not a guest with a session.
pub async fn remove_guest(app: &App, viewer: Viewer, guest: Option<AccountId>) -> Result<AccountId> {
    if !matches!(viewer.role, Role::Moderator | Role::Admin) {
        return Err(Error::Forbidden("Only moderators and admins can remove guests."));
    }
    let not_found = || Error::member("userId", Code::NotFound, say::GuestMissing);
    let guest = guest.ok_or_else(not_found)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !accounts::lock_guest(&mut tx, guest).await? {
        return Err(not_found());
    }
    if sessions::end_all_sessions(app, &mut tx, &mut effects, guest, None).await? == 0 {
        return Err(not_found());
    }
    let action = NewStaffAction::new(StaffActionKind::GuestRemoved, Some(viewer.account), Some(guest));
    log::record(app, &mut tx, action).await?;
    app.commit(tx, effects).await?;
    Ok(guest)
}
