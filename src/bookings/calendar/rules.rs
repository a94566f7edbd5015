//! Creates, revokes and opens calendar URLs.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use super::events::{self, Entry};
use super::{ics, store};
use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::bookings::{Booking, BookingId, store as bookings};
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::sentences::{Sentence, Value, say};

/// How many events a feed contains.
const MAX_EVENTS: i64 = 1_000;

/// How long a feed contains bookings after their end or their cancellation.
const RETENTION: Duration = Duration::from_hours(30 * 24);

const SECRET_BYTES: usize = 32;

/// Returns the URL of a booking's calendar for its mentor or its student, in the account's current generation of URLs.
pub fn booking_url(app: &App, account: AccountId, booking: BookingId, generation: i64) -> Url {
    let signature = URL_SAFE_NO_PAD.encode(signature(app, account, booking, generation));
    calendar_url(app, &format!("{:x}.{:x}.{signature}", booking.0, account.0))
}

fn calendar_url(app: &App, name: &str) -> Url {
    let mut url = app.config.public_url().clone();
    url.set_path(&format!("/calendar/{name}.ics"));
    url
}

/// URLs from before an account first revoked any, generation 0, carry no number.
fn signature(app: &App, account: AccountId, booking: BookingId, generation: i64) -> [u8; 32] {
    let parts = [booking.0, account.0, generation].map(i64::to_be_bytes);
    let parts = if generation == 0 { &parts[..2] } else { &parts };
    app.keys.derive_secret("calendar links", parts.as_flattened())
}

/// Creates a calendar feed of the viewer at a new secret URL, which replaces an earlier one and all URLs of single
/// bookings. The URL cannot be returned again: only its hash is stored.
pub async fn create_feed(app: &App, viewer: Viewer) -> Result<Url> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let secret = URL_SAFE_NO_PAD.encode(random);
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    store::set_feed(&mut tx, viewer.account, &Sha256::digest(&secret), app.clock.now()).await?;
    store::advance_generation(&mut tx, viewer.account).await?;
    tx.commit().await?;
    Ok(calendar_url(app, &secret))
}

/// Revokes the viewer's feed and the URLs of single bookings. Succeeds if there is no feed.
pub async fn revoke_feed(app: &App, viewer: Viewer) -> Result<()> {
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    store::delete_feed(&mut tx, viewer.account).await?;
    store::advance_generation(&mut tx, viewer.account).await?;
    Ok(tx.commit().await?)
}

/// Returns true if the viewer has a feed.
pub async fn has_feed(app: &App, viewer: Viewer) -> Result<bool> {
    Ok(store::has_feed(&app.db, viewer.account).await?)
}

/// A calendar, in the language of its owner.
#[derive(Debug)]
pub struct Calendar {
    pub text: String,
    pub locale: Locale,
}

/// Returns the calendar at a URL, by the last segment without `.ics`; `None` if the URL is unknown or no longer valid.
pub async fn find_calendar(app: &App, name: &str) -> Result<Option<Calendar>> {
    let (account, booking) = match parse_link(app, name).await? {
        Some((account, booking)) => (account, Some(booking)),
        None => match store::owner_of_feed(&app.db, &Sha256::digest(name)).await? {
            Some((account,)) => (account, None),
            None => return Ok(None),
        },
    };
    let account = accounts::by_id(&app.db, account).await?;
    let now = app.clock.now();
    let Some(account) = account.filter(|account| !account.lock.is_active(now) && account.role != Role::Guest) else {
        return Ok(None);
    };
    let entries = match booking {
        Some(booking) => match events::entry_of(app, account.id, booking).await? {
            Some(entry) => vec![entry],
            None => return Ok(None),
        },
        None => feed_entries(app, account.id).await?,
    };
    let locale = account.locale.unwrap_or(app.config.locale);
    let events = events::read_events(app, (account.id, locale), &entries).await?;
    let name: Sentence = say::CalendarName { name: Value::name_for_others(&account.username, locale) }.into();
    let text = ics::write_calendar(&name.in_language(locale), &events);
    Ok(Some(Calendar { text, locale }))
}

/// Returns what a feed contains: first everything that is not over, the soonest first; then what ended recently; last
/// what was cancelled recently. So neither the past nor cancellations take the place of what is next.
async fn feed_entries(app: &App, account: AccountId) -> Result<Vec<Entry>> {
    let now = app.clock.now();
    let since = now.minus(RETENTION);
    let mut listed = store::upcoming(&app.db, account, now, MAX_EVENTS).await?;
    let mut room = MAX_EVENTS.saturating_sub_unsigned(listed.len() as u64);
    let ended = store::ended(&app.db, account, since, now, room).await?;
    room = room.saturating_sub_unsigned(ended.len() as u64);
    listed.extend(ended);
    listed.extend(store::cancelled(&app.db, account, since, room).await?);
    let ids: Vec<BookingId> = listed.iter().map(|event| event.id).collect();
    let found = bookings::own_by_ids(&app.db, account, &ids).await?;
    let mut found: HashMap<BookingId, Booking> = found.into_iter().map(|booking| (booking.id, booking)).collect();
    let entry = |store::ListedEvent { id, seats }| found.remove(&id).map(|booking| Entry { booking, seats });
    Ok(listed.into_iter().filter_map(entry).collect())
}

/// Returns the account and the booking of a signed link.
async fn parse_link(app: &App, name: &str) -> Result<Option<(AccountId, BookingId)>> {
    let Some((account, booking, received)) = split_link(name) else { return Ok(None) };
    let generation = store::generation(&app.db, account).await?;
    let expected = signature(app, account, booking, generation);
    Ok(bool::from(received.ct_eq(&expected)).then_some((account, booking)))
}

fn split_link(name: &str) -> Option<(AccountId, BookingId, Vec<u8>)> {
    let mut parts = name.splitn(3, '.');
    let mut number = || i64::from_str_radix(parts.next()?, 16).ok();
    let (booking, account) = (BookingId(number()?), AccountId(number()?));
    Some((account, booking, URL_SAFE_NO_PAD.decode(parts.next()?).ok()?))
}
