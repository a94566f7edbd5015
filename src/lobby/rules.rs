//! Entering the lobby.

use std::time::Duration;

use super::store;
use crate::accounts::registration::rules::{Asks, free_pseudonym, username_taken};
use crate::accounts::registration::store as registration;
use crate::accounts::sessions::rules::{self as sessions, NewSession, check_transport};
use crate::accounts::sessions::{Issued, Transport};
use crate::accounts::{AccountId, Client, Role, Viewer};
use crate::app::{App, Told};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::Rule;

/// Guests at once, in all: whoever wants a name of their own for longer registers.
const MOST_GUESTS: i64 = 2_000;
const FULL_WAIT: Duration = Duration::from_mins(1);

static ENTRIES_PER_MINUTE: Rule = Rule { name: "guests a minute", amount: 20, per: Duration::from_mins(1), burst: 20 };
static ENTRIES_PER_HOUR: Rule = Rule { name: "guests an hour", amount: 200, per: Duration::from_hours(1), burst: 200 };

/// Lets somebody in. Whoever is signed in enters as themselves; everybody else becomes a guest with a session of their
/// own, which holds the pseudonym as long as it lives.
///
/// # Errors
/// Refused with what is wrong with the pseudonym; rate limited per address; unavailable when the room is full.
pub async fn enter(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    pseudonym: Option<&str>,
    transport: Transport,
) -> Result<Option<Issued>> {
    if viewer.is_some() {
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
    let now = app.clock.now();
    let id = AccountId(app.clock.new_id());
    let mut told = Told::default();
    let mut tx = app.db.write().await?;
    store::insert_guest(&mut tx, id, now).await?;
    if registration::insert_user(&mut tx, id, &pseudonym.text, &pseudonym.fold, true, now).await? == 0 {
        return Err(Error::Refused(vec![username_taken("pseudonym")]));
    }
    let new = NewSession::new(id, Role::Guest, client, transport, None);
    let issued = sessions::open(app, &mut tx, &mut told, new).await?;
    app.commit(tx, told).await?;
    Ok(Some(issued))
}
