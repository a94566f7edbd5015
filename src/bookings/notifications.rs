//! Notifies mentor and student of changes: an event in both feeds, a mail to the user who did not make the change. Also
//! updates until when the two are booking partners.

use std::time::Duration;

use super::{Booking, BookingChange, store};
use crate::accounts::{AccountId, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{EventBody, EventKind, Feed};
use crate::mail::{BookingNotice, Letter};
use crate::profiles::relations::store as relations;
use crate::topics::availability::intervals::zone;
use crate::topics::store as topics;

/// How long mentor and student stay booking partners after the end or the cancellation of a booking.
const PARTNER_PERIOD: Duration = Duration::from_hours(7 * 24);

/// A booking after a change, and the change.
#[derive(Clone, Debug)]
pub struct BookingNotification {
    pub booking: Booking,
    pub change: BookingChange,
}

/// Notifies mentor and student of each change: both by an event, and by mail all but `by`, who made it.
pub async fn notify(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    notifications: &[BookingNotification],
    by: Option<AccountId>,
) -> Result<()> {
    for BookingNotification { booking, change } in notifications {
        let notice = match change {
            BookingChange::Created => BookingNotice::Created,
            BookingChange::Rescheduled => BookingNotice::Rescheduled,
            BookingChange::Cancelled => BookingNotice::Cancelled,
            BookingChange::Completed | BookingChange::NoShow => continue,
        };
        update_partnership(tx, booking).await?;
        for account in participants(booking).filter(|account| Some(*account) != by) {
            enqueue_mail(app, tx, effects, account, booking, notice).await?;
        }
    }
    let events = notifications
        .iter()
        .map(|notification| (&notification.booking, EventKind::BookingChanged, notification.change.number()));
    append_events(effects, events);
    Ok(())
}

/// Reminds mentor and student of a booking that starts in `hours` hours, by an event and by mail.
pub async fn remind(app: &App, tx: &mut Tx, effects: &mut Effects, booking: &Booking, hours: i64) -> Result<()> {
    for account in participants(booking) {
        enqueue_mail(app, tx, effects, account, booking, BookingNotice::Reminder).await?;
    }
    append_events(effects, [(booking, EventKind::BookingReminder, hours)]);
    Ok(())
}

/// Returns the accounts of mentor and student that still exist.
fn participants(booking: &Booking) -> impl Iterator<Item = AccountId> + use<> {
    [booking.mentor_id, booking.student_id].into_iter().flatten()
}

/// Appends events to the feeds of mentor and student.
fn append_events<'a>(effects: &mut Effects, events: impl IntoIterator<Item = (&'a Booking, EventKind, i64)>) {
    for (booking, kind, detail) in events {
        let body = EventBody { kind, subject: booking.id.0, detail: Some(detail) };
        participants(booking).for_each(|account| effects.append(Feed(account.0), body));
    }
}

/// Stores until when mentor and student are booking partners.
async fn update_partnership(tx: &mut Tx, booking: &Booking) -> Result<()> {
    let (Some(mentor), Some(student)) = (booking.mentor_id, booking.student_id) else { return Ok(()) };
    let last_end = store::last_end_between(tx, mentor, student).await?;
    let until = last_end.map_or(Timestamp(0), |end| end.plus(PARTNER_PERIOD));
    relations::set_partners_until(tx, mentor, student, until).await?;
    Ok(())
}

/// Enqueues a mail to an account. Does nothing if the account has no confirmed address.
async fn enqueue_mail(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    recipient: AccountId,
    booking: &Booking,
    notice: BookingNotice,
) -> Result<()> {
    let Some(account) = accounts::by_id(&mut *tx, recipient).await? else { return Ok(()) };
    if account.confirmed_email().is_none() {
        return Ok(());
    }
    let topic = topics::by_id(tx, booking.topic_id).await?.map(|topic| topic.title).unwrap_or_default();
    let other = match participants(booking).find(|other| *other != recipient) {
        Some(other) => accounts::by_id(&mut *tx, other).await?.map(|account| account.username),
        None => None,
    };
    let username = account.username.clone();
    let letter = Letter::Booking { username, notice, topic, other, at: format_time(booking) };
    mailing::notify(app, tx, effects, &account, &letter).await
}

/// Formats the time of a booking in its own time zone.
fn format_time(booking: &Booking) -> String {
    let at = |instant: Timestamp| {
        let zone = zone(&booking.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        jiff::Timestamp::from_microsecond(instant.0).map(|instant| instant.to_zoned_datetime(zone)).ok()
    };
    let (Some(from), Some(to)) = (at(booking.starts_at), at(booking.ends_at)) else { return String::new() };
    let (from, to) = (from.strftime("%A, %-d %B %Y, %H:%M"), to.strftime("%H:%M"));
    format!("{from} to {to} ({})", booking.time_zone)
}
