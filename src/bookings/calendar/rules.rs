//! Whose calendar an address opens, and what stands in it.

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
use crate::profiles::{User, store as people};
use crate::topics::{TopicId, store as topics};

/// So many bookings stand in a feed, the latest ones.
const MOST_EVENTS: i64 = 1_000;

const SECRET_BYTES: usize = 32;

/// Returns the address of a booking for one of the two.
pub fn booking_url(app: &App, account: AccountId, booking: BookingId) -> Url {
    let signature = URL_SAFE_NO_PAD.encode(signature(app, account, booking));
    address(app, &format!("{:x}.{:x}.{signature}", booking.0, account.0))
}

fn address(app: &App, name: &str) -> Url {
    let mut url = app.config.public_url().clone();
    url.set_path(&format!("/calendar/{name}.ics"));
    url
}

fn signature(app: &App, account: AccountId, booking: BookingId) -> [u8; 32] {
    app.keys.derive_secret("calendar links", [booking.0, account.0].map(i64::to_be_bytes).as_flattened())
}

/// Gives the viewer a feed at a new secret address. The old address stops. Nobody can be told this one again.
///
/// # Errors
/// When the account is gone, or the system gives no random bytes.
pub async fn create_feed(app: &App, viewer: Viewer) -> Result<Url> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let secret = URL_SAFE_NO_PAD.encode(random);
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, viewer.account).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    store::set_feed(&mut tx, viewer.account, &Sha256::digest(&secret), app.clock.now()).await?;
    tx.commit().await?;
    Ok(address(app, &secret))
}

/// Ends the viewer's feed. Where there is none, there is none then.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_feed(app: &App, viewer: Viewer) -> Result<()> {
    store::delete_feed(&app.db, viewer.account).await?;
    Ok(())
}

/// Tells whether the viewer has a feed.
///
/// # Errors
/// When the database does not answer.
pub async fn has_feed(app: &App, viewer: Viewer) -> Result<bool> {
    Ok(store::has_feed(&app.db, viewer.account).await?)
}

/// Returns the calendar of an address by what stands before `.ics`; `None` alike for one that never was and one that
/// stopped.
///
/// # Errors
/// When the database does not answer.
pub async fn open(app: &App, name: &str) -> Result<Option<String>> {
    let (account, booking) = match read_link(app, name) {
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
        Some(booking) => bookings::seen_by_ids(&app.db, account.id, &[booking]).await?,
        None => store::latest(&app.db, account.id, app.clock.now(), MOST_EVENTS).await?,
    };
    if booking.is_some() && found.is_empty() {
        return Ok(None);
    }
    let events = events(app, account.id, found).await?;
    Ok(Some(ics::write(&format!("Studyhall of {}", account.username), &events)))
}

fn read_link(app: &App, name: &str) -> Option<(AccountId, BookingId)> {
    let mut parts = name.splitn(3, '.');
    let mut number = || i64::from_str_radix(parts.next()?, 16).ok();
    let (booking, account) = (BookingId(number()?), AccountId(number()?));
    let given = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    bool::from(given.ct_eq(&signature(app, account, booking))).then_some((account, booking))
}

async fn events(app: &App, reader: AccountId, found: Vec<Booking>) -> Result<Vec<CalendarEvent>> {
    let ids: Vec<TopicId> = found.iter().map(|booking| booking.topic_id).collect();
    let titles: HashMap<TopicId, String> =
        topics::by_ids(&app.db, &ids).await?.into_iter().map(|topic| (topic.id, topic.title)).collect();
    let ids: Vec<AccountId> =
        found.iter().flat_map(|booking| [booking.mentor_id, booking.student_id]).flatten().collect();
    let names: HashMap<AccountId, String> =
        people::by_ids(&app.db, reader, &ids).await?.into_iter().map(|user| (user.id, called(&user))).collect();
    let host = app.config.public_url().host_str().unwrap_or("localhost").to_owned();
    let event = |booking: Booking| {
        let title = titles.get(&booking.topic_id).map_or("", String::as_str);
        let other = match booking.role_of(reader) {
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
    Ok(found.into_iter().map(event).collect())
}

fn called(user: &User) -> String {
    let names: Vec<&str> = [&user.first_name, &user.last_name].into_iter().filter_map(Option::as_deref).collect();
    if names.is_empty() { user.username.clone() } else { names.join(" ") }
}
