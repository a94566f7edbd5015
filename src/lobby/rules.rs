//! Entering, leaving, speaking, sending away.

use std::time::Duration;

use super::{reaper, store};
use crate::accounts::registration::rules::{NameClaimant, username_taken, validate_pseudonym};
use crate::accounts::registration::store as registration;
use crate::accounts::sessions::rules::{self as sessions, NewSession, check_transport};
use crate::accounts::sessions::{IssuedSession, TokenTransport};
use crate::accounts::{AccountId, Client, Role, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::Room;
use crate::conversations::messages::rules::{add, check, claim, in_room};
use crate::conversations::messages::{Message, MessageDraft, MessageId};
use crate::conversations::rules::lock;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::live::EventKind;
use crate::profiles::store as people;
use crate::search::words;

/// Guests at once, in all: whoever wants a name of their own for longer registers.
const MOST_GUESTS: i64 = 2_000;
const FULL_WAIT: Duration = Duration::from_mins(1);

static ENTRIES_PER_MINUTE: RateLimit =
    RateLimit { name: "guests a minute", amount: 20, per: Duration::from_mins(1), burst: 20 };
static ENTRIES_PER_HOUR: RateLimit =
    RateLimit { name: "guests an hour", amount: 200, per: Duration::from_hours(1), burst: 200 };

/// Coming and going is told to everybody.
static ENTRIES_OF_ACCOUNT: RateLimit = RateLimit::per_minutes("entries", 30, 1);

/// On top of what holds for everybody's messages.
static MESSAGES_OF_GUEST: RateLimit = RateLimit::per_minutes("messages of a guest", 20, 1);

/// Lets somebody in. Whoever is signed in enters as themselves; everybody else becomes a guest with a session of their
/// own, which holds the pseudonym as long as it lives. Whoever is in already has another minute to connect.
///
/// # Errors
/// Refused with what is wrong with the pseudonym; rate limited per address, and per account; unavailable when the room
/// is full.
pub async fn enter(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    pseudonym: Option<&str>,
    transport: TokenTransport,
) -> Result<Option<IssuedSession>> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    if let Some(viewer) = viewer {
        app.limiter.take(&ENTRIES_OF_ACCOUNT, viewer.account.0, 1)?;
        let mut tx = app.db.write().await?;
        if store::is_departed(&mut tx, viewer.account).await? {
            return Err(Error::Unauthenticated);
        }
        let user = people::by_id_unseen(&mut tx, viewer.account).await?.ok_or(Error::Unauthenticated)?;
        come_in(&mut tx, &mut effects, viewer.account, &user.username, now).await?;
        app.commit(tx, effects).await?;
        return Ok(None);
    }
    app.limiter.take(&ENTRIES_PER_MINUTE, client.address, 1)?;
    app.limiter.take(&ENTRIES_PER_HOUR, client.address, 1)?;
    check_transport(client, transport)?;
    let mut problems = Problems::default();
    let pseudonym = problems.check(match pseudonym {
        Some(pseudonym) => validate_pseudonym(app, pseudonym, NameClaimant::default()).await?,
        None => Err(Problem::member("pseudonym", Code::Invalid, "Choose a pseudonym, or sign in.")),
    });
    problems.finish()?;
    let Some(pseudonym) = pseudonym else { return Ok(None) };
    if store::count_guests(&app.db).await? >= MOST_GUESTS {
        return Err(Error::Unavailable(FULL_WAIT));
    }
    let id = AccountId(app.clock.new_id());
    let mut tx = app.db.write().await?;
    store::insert_guest(&mut tx, id, now).await?;
    if registration::insert_user(&mut tx, id, &pseudonym.text, &pseudonym.fold, true, now).await? == 0 {
        return Err(Error::Refused(vec![username_taken("pseudonym")]));
    }
    let new = NewSession::new(id, Role::Guest, client, transport, None);
    let issued = sessions::open_session(app, &mut tx, &mut effects, new).await?;
    come_in(&mut tx, &mut effects, id, &pseudonym.text, now).await?;
    app.commit(tx, effects).await?;
    Ok(Some(issued))
}

async fn come_in(tx: &mut Tx, effects: &mut Effects, user: AccountId, username: &str, now: Timestamp) -> Result<()> {
    if store::insert(tx, user, &words::fold(username), now).await? == 1 {
        return reaper::tell(tx, effects, EventKind::LobbyJoined, vec![(user,)], now).await;
    }
    store::enter_again(tx, user, now).await?;
    Ok(())
}

/// Lets somebody out. A guest's session ends with it. Whoever is not in is out.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(app: &App, viewer: Viewer) -> Result<()> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if viewer.is_guest() {
        sessions::end_all_sessions(app, &mut tx, &mut effects, viewer.account, None).await?;
    } else {
        reaper::take_out(&mut tx, &mut effects, &[viewer.account], now).await?;
    }
    app.commit(tx, effects).await
}

/// Says something to everybody in the lobby. Once more under the same key it answers with the same message.
///
/// # Errors
/// Refused with what is wrong with text and key; rate limited.
pub async fn send_lobby_message(
    app: &App,
    viewer: Viewer,
    text: String,
    client_key: Option<String>,
) -> Result<Message> {
    let draft = check(&MessageDraft { text: Some(text), images: Vec::new(), client_key })?;
    let id = MessageId(app.clock.new_id());
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock(&mut tx, viewer.account, Room::LOBBY.id).await?;
    if let Some(before) = claim(&mut tx, viewer, &draft, id).await? {
        // Only once the first request's commit is on disk: on SQLite its rows are seen before.
        tx.commit().await?;
        return in_room(before, Room::LOBBY);
    }
    if viewer.is_guest() {
        app.limiter.take(&MESSAGES_OF_GUEST, viewer.account.0, 1)?;
    }
    let message = add(app, &mut tx, &mut effects, viewer, Room::LOBBY, (id, &draft)).await?;
    app.commit(tx, effects).await?;
    Ok(message)
}

/// Sends a guest away, for those who keep order: their sessions end, and with them their place and their name.
///
/// # Errors
/// Forbidden for everybody else; refused at `userId` with `NotFound` where there is no such guest, a member included.
pub async fn remove_guest(app: &App, viewer: Viewer, guest: Option<AccountId>) -> Result<AccountId> {
    if !matches!(viewer.role, Role::Moderator | Role::Admin) {
        return Err(Error::Forbidden("Only those who keep order send guests away."));
    }
    let not_found = || Error::member("userId", Code::NotFound, "There is no such guest.");
    let guest = guest.ok_or_else(not_found)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if accounts::lock_guest(&mut tx, guest).await? == 0 {
        return Err(not_found());
    }
    if sessions::end_all_sessions(app, &mut tx, &mut effects, guest, None).await? == 0 {
        return Err(not_found());
    }
    app.commit(tx, effects).await?;
    Ok(guest)
}
