//! Entering, leaving, speaking, sending away.

use std::time::Duration;

use super::{leaving, store};
use crate::accounts::registration::rules::{Asks, free_pseudonym, username_taken};
use crate::accounts::registration::store as registration;
use crate::accounts::sessions::rules::{self as sessions, NewSession, check_transport};
use crate::accounts::sessions::{Issued, Transport};
use crate::accounts::{AccountId, Client, Role, Viewer, store as accounts};
use crate::app::{App, Told};
use crate::clock::Timestamp;
use crate::conversations::Room;
use crate::conversations::messages::rules::{add, check, claim, in_room};
use crate::conversations::messages::{Draft, Message, MessageId};
use crate::conversations::rules::hold;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::Rule;
use crate::live::EventKind;
use crate::profiles::store as people;
use crate::search::words;

/// Guests at once, in all: whoever wants a name of their own for longer registers.
const MOST_GUESTS: i64 = 2_000;
const FULL_WAIT: Duration = Duration::from_mins(1);

static ENTRIES_PER_MINUTE: Rule = Rule { name: "guests a minute", amount: 20, per: Duration::from_mins(1), burst: 20 };
static ENTRIES_PER_HOUR: Rule = Rule { name: "guests an hour", amount: 200, per: Duration::from_hours(1), burst: 200 };

/// Coming and going is told to everybody.
static ENTRIES_OF_ACCOUNT: Rule = Rule::per_minutes("entries", 30, 1);

/// On top of what holds for everybody's messages.
static MESSAGES_OF_GUEST: Rule = Rule::per_minutes("messages of a guest", 20, 1);

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
    transport: Transport,
) -> Result<Option<Issued>> {
    let now = app.clock.now();
    let mut told = Told::default();
    if let Some(viewer) = viewer {
        app.limiter.take(&ENTRIES_OF_ACCOUNT, viewer.account.0, 1)?;
        let mut tx = app.db.write().await?;
        if store::is_departed(&mut tx, viewer.account).await? {
            return Err(Error::Unauthenticated);
        }
        let user = people::by_id_unseen(&mut tx, viewer.account).await?.ok_or(Error::Unauthenticated)?;
        come_in(&mut tx, &mut told, viewer.account, &user.username, now).await?;
        app.commit(tx, told).await?;
        return Ok(None);
    }
    app.limiter.take(&ENTRIES_PER_MINUTE, client.address, 1)?;
    app.limiter.take(&ENTRIES_PER_HOUR, client.address, 1)?;
    check_transport(client, transport)?;
    let mut problems = Problems::default();
    let pseudonym = problems.check(match pseudonym {
        Some(pseudonym) => free_pseudonym(app, pseudonym, Asks::default()).await?,
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
    let issued = sessions::open(app, &mut tx, &mut told, new).await?;
    come_in(&mut tx, &mut told, id, &pseudonym.text, now).await?;
    app.commit(tx, told).await?;
    Ok(Some(issued))
}

async fn come_in(tx: &mut Tx, told: &mut Told, user: AccountId, username: &str, now: Timestamp) -> Result<()> {
    if store::insert(tx, user, &words::fold(username), now).await? == 1 {
        return leaving::tell(tx, told, EventKind::LobbyJoined, vec![(user,)], now).await;
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
    let mut told = Told::default();
    let mut tx = app.db.write().await?;
    if viewer.is_guest() {
        sessions::end_all(&mut tx, &mut told, viewer.account, None, now).await?;
        leaving::let_guests_go(&mut tx, &mut told, now).await?;
    } else {
        leaving::take_out(&mut tx, &mut told, &[viewer.account], now).await?;
    }
    app.commit(tx, told).await
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
    let draft = check(&Draft { text: Some(text), images: Vec::new(), client_key })?;
    let id = MessageId(app.clock.new_id());
    let mut told = Told::default();
    let mut tx = app.db.write().await?;
    if let Some(before) = claim(&mut tx, viewer, &draft, id).await? {
        return in_room(before, Some(Room::LOBBY));
    }
    if viewer.is_guest() {
        app.limiter.take(&MESSAGES_OF_GUEST, viewer.account.0, 1)?;
    }
    hold(&mut tx, viewer.account, Room::LOBBY.id).await?;
    let message = add(app, &mut tx, &mut told, viewer, Room::LOBBY, (id, &draft)).await?;
    app.commit(tx, told).await?;
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
    let now = app.clock.now();
    let mut told = Told::default();
    let mut tx = app.db.write().await?;
    if accounts::hold_guest(&mut tx, guest).await? == 0 {
        return Err(not_found());
    }
    if sessions::end_all(&mut tx, &mut told, guest, None, now).await? == 0 {
        return Err(not_found());
    }
    leaving::let_guests_go(&mut tx, &mut told, now).await?;
    app.commit(tx, told).await?;
    Ok(guest)
}
