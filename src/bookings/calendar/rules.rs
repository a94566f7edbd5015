//! Creates, revokes and opens calendar URLs.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use super::ics::{self, CalendarEvent};
use super::store;
use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::bookings::{Booking, BookingId, BookingRole, BookingStatus, store as bookings};
use crate::error::{Error, Result};
use crate::profiles::{User, store as users};
use crate::topics::{TopicId, store as topics};

/// How many bookings a feed contains, the latest ones.
const MAX_EVENTS: i64 = 1_000;

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

/// Returns the calendar at a URL, by the last segment without `.ics`; `None` if the URL is unknown or no longer valid.
pub async fn find_calendar(app: &App, name: &str) -> Result<Option<String>> {
    let (account, booking) = match parse_link(app, name).await? {
        Some((account, booking)) => (account, Some(booking)),
        None => match store::owner_of_feed(&app.db, &Sha256::digest(name)).await? {
            Some((account,)) => (account, None),
            None => return Ok(None),
        },
    };
    let account = accounts::by_id(&app.db, account).await?;
    let Some(account) = account.filter(|account| account.locked_at.is_none() && account.role != Role::Guest) else {
        return Ok(None);
    };
    let found = match booking {
        Some(booking) => bookings::own_by_ids(&app.db, account.id, &[booking]).await?,
        None => store::latest_bookings(&app.db, account.id, app.clock.now(), MAX_EVENTS).await?,
    };
    if booking.is_some() && found.is_empty() {
        return Ok(None);
    }
    let events = calendar_events(app, account.id, found).await?;
    Ok(Some(ics::write_calendar(&format!("Studyhall of {}", account.username), &events)))
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

async fn calendar_events(app: &App, account: AccountId, bookings: Vec<Booking>) -> Result<Vec<CalendarEvent>> {
    let ids: Vec<TopicId> = bookings.iter().map(|booking| booking.topic_id).collect();
    let titles: HashMap<TopicId, String> =
        topics::by_ids(&app.db, &ids).await?.into_iter().map(|topic| (topic.id, topic.title)).collect();
    let ids: Vec<AccountId> =
        bookings.iter().flat_map(|booking| [booking.mentor_id, booking.student_id]).flatten().collect();
    let names: HashMap<AccountId, String> =
        users::by_ids(&app.db, account, &ids).await?.into_iter().map(|user| (user.id, display_name(&user))).collect();
    let host = app.config.public_url().host_str().unwrap_or("localhost").to_owned();
    let event = |booking: Booking| {
        let title = titles.get(&booking.topic_id).map_or("", String::as_str);
        let other = match booking.role_of(account) {
            Some(BookingRole::Mentor) => booking.student_id,
            _ => booking.mentor_id,
        };
        let summary = match other.and_then(|other| names.get(&other)) {
            Some(name) => format!("{title} with {name}"),
            None => title.to_owned(),
        };
        CalendarEvent {
            uid: format!("booking-{:x}@{host}", booking.id.0),
            sequence: booking.sequence,
            changed_at: booking.changed_at,
            created_at: booking.booked_at,
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
            summary,
            description: booking.question,
            location: booking.location,
            is_cancelled: booking.status == BookingStatus::Cancelled,
        }
    };
    Ok(bookings.into_iter().map(event).collect())
}

fn display_name(user: &User) -> String {
    let names: Vec<&str> = [&user.first_name, &user.last_name].into_iter().filter_map(Option::as_deref).collect();
    if names.is_empty() { user.username.clone() } else { names.join(" ") }
}
