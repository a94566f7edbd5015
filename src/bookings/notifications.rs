//! Who learns of a change: both people's feeds, the other one's mailbox, and what else depends on whom bookings bind.

use std::time::Duration;

use super::{Booking, BookingChange, store};
use crate::accounts::{AccountId, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::mail::{self, BookingNews, Letter};
use crate::profiles::relations::store as relations;
use crate::topics::availability::intervals::zone;
use crate::topics::store as topics;

/// Two people have to do with each other for so long after a booking.
const AFTERWARDS: Duration = Duration::from_hours(7 * 24);

/// A booking as it is now, and what made it so.
#[derive(Clone, Debug)]
pub struct News {
    pub booking: Booking,
    pub change: BookingChange,
}

/// Tells both people of each change, by an event, and by mail whoever did not make it. Call it last in its transaction:
/// whoever tells the same people waits for its end.
///
/// # Errors
/// When the database does not answer.
pub async fn tell(app: &App, tx: &mut Tx, effects: &mut Effects, news: &[News], by: Option<AccountId>) -> Result<()> {
    for News { booking, change } in news {
        let letter = match change {
            BookingChange::Created => BookingNews::IdempotentRecord,
            BookingChange::Rescheduled => BookingNews::Moved,
            BookingChange::Cancelled => BookingNews::Cancelled,
            BookingChange::Completed | BookingChange::NoShow => continue,
        };
        bind(tx, booking).await?;
        for person in people(booking).filter(|person| Some(*person) != by) {
            write_to(app, tx, effects, person, booking, letter).await?;
        }
    }
    let events = news.iter().map(|news| (&news.booking, EventKind::BookingChanged, news.change.number()));
    append(app, tx, effects, events).await
}

/// Reminds both people of a booking, by an event and by mail.
///
/// # Errors
/// When the database does not answer.
pub async fn remind(app: &App, tx: &mut Tx, effects: &mut Effects, booking: &Booking, hours: i64) -> Result<()> {
    for person in people(booking) {
        write_to(app, tx, effects, person, booking, BookingNews::Near).await?;
    }
    append(app, tx, effects, [(booking, EventKind::BookingReminder, hours)]).await
}

fn people(booking: &Booking) -> impl Iterator<Item = AccountId> + use<> {
    [booking.mentor_id, booking.student_id].into_iter().flatten()
}

/// Appends events to everybody's feeds, in the order of the feeds.
async fn append(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    events: impl IntoIterator<Item = (&Booking, EventKind, i64)>,
) -> Result<()> {
    let now = app.clock.now();
    let each = events.into_iter().flat_map(|(booking, kind, detail)| {
        let body = EventBody { kind, subject: booking.id.0, detail: Some(detail) };
        people(booking).map(move |person| (Feed(person.0), body))
    });
    let mut each: Vec<(Feed, EventBody)> = each.collect();
    each.sort_by_key(|(feed, _)| *feed);
    for (feed, body) in each {
        effects.publish(live::append(tx, now, feed, body).await?);
    }
    Ok(())
}

/// Notes until when bookings bind two people.
async fn bind(tx: &mut Tx, booking: &Booking) -> Result<()> {
    let (Some(mentor), Some(student)) = (booking.mentor_id, booking.student_id) else { return Ok(()) };
    let until = store::bound_until(tx, mentor, student).await?.map_or(Timestamp(0), |end| end.plus(AFTERWARDS));
    relations::set_partners_until(tx, mentor, student, until).await?;
    Ok(())
}

/// Writes a letter to one of the two, if they have an address.
async fn write_to(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    person: AccountId,
    booking: &Booking,
    news: BookingNews,
) -> Result<()> {
    let Some(account) = accounts::by_id(&mut *tx, person).await? else { return Ok(()) };
    let Some(email) = account.email else { return Ok(()) };
    let topic = topics::by_id(tx, booking.topic_id).await?.map(|topic| topic.title).unwrap_or_default();
    let other = people(booking).find(|other| *other != person);
    let other = match other {
        Some(other) => accounts::by_id(&mut *tx, other).await?.map(|account| account.username),
        None => None,
    };
    let letter = Letter::Booking { username: account.username, news, topic, other, at: when(booking) };
    effects.mail(mail::enqueue(tx, &app.clock, &email, &letter).await?);
    Ok(())
}

/// Returns when a booking takes place as people say it, where the mentor is.
fn when(booking: &Booking) -> String {
    let at = |instant: Timestamp| {
        let zone = zone(&booking.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        jiff::Timestamp::from_microsecond(instant.0).map(|instant| instant.to_zoned_datetime(zone)).ok()
    };
    let (Some(from), Some(to)) = (at(booking.starts_at), at(booking.ends_at)) else { return String::new() };
    let (from, to) = (from.strftime("%A, %-d %B %Y, %H:%M"), to.strftime("%H:%M"));
    format!("{from} to {to} ({})", booking.time_zone)
}
