//! Notifies mentor and student of changes: an event in both feeds, a mail to the user who did not make the change. Also
//! updates until when the two are booking partners.

use std::time::Duration;

use super::calendar::{events, ics};
use super::waitlist::{WaitlistChange, WaitlistEntry};
use super::{Booking, BookingChange, store, times};
use crate::accounts::{AccountId, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{EventBody, EventKind, Feed};
use crate::mail::{BookingDetails, BookingNotice, Letter};
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationKind, NotificationType, Subject, SubjectKind};
use crate::profiles::relations::store as relations;
use crate::profiles::settings::store as settings;
use crate::profiles::store as users;
use crate::topics::appointments::store as appointments;
use crate::topics::store as topics;

/// How long mentor and student stay booking partners after the end or the cancellation of a booking.
const PARTNER_PERIOD: Duration = Duration::from_hours(7 * 24);

/// A booking after a change, and the change.
#[derive(Clone, Debug)]
pub struct BookingNotification {
    pub booking: Booking,
    pub change: BookingChange,
    /// When the booking started and ended before it was moved.
    pub before: Option<(Timestamp, Timestamp)>,
}

impl BookingNotification {
    /// A change that does not move the booking.
    pub fn new(booking: Booking, change: BookingChange) -> Self {
        Self { booking, change, before: None }
    }
}

/// Notifies mentor and student of each change: both by an event, and by mail all but `by`, who made it. A student who
/// books gets a mail too, which confirms the booking and contains its calendar.
pub async fn notify(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    changes: &[BookingNotification],
    by: Option<AccountId>,
) -> Result<()> {
    for notification in changes {
        let BookingNotification { booking, change, .. } = notification;
        // The completion at the end of a session, which no user makes, is no news.
        if *change == BookingChange::Completed && by.is_none() {
            continue;
        }
        add_notifications(app, tx, effects, notification, by).await?;
        if !matches!(change, BookingChange::Completed | BookingChange::NoShow) {
            update_partnership(tx, booking).await?;
        }
        for account in booking.participants() {
            let notice = match change {
                BookingChange::Created if Some(account) == by => BookingNotice::Booked,
                BookingChange::Requested if Some(account) == by => BookingNotice::Requesting,
                _ if Some(account) == by => continue,
                BookingChange::Created => BookingNotice::Created,
                BookingChange::Rescheduled => BookingNotice::Rescheduled,
                BookingChange::Relocated => BookingNotice::Relocated,
                BookingChange::Requested => BookingNotice::Requested,
                BookingChange::Approved => BookingNotice::Approved,
                BookingChange::Declined => BookingNotice::Declined,
                BookingChange::Expired => BookingNotice::Expired,
                BookingChange::Cancelled => BookingNotice::Cancelled,
                BookingChange::Completed => BookingNotice::Completed,
                BookingChange::NoShow if booking.no_show_id == Some(account) => BookingNotice::NoShow,
                BookingChange::NoShow => BookingNotice::OtherNoShow,
            };
            enqueue_mail(app, tx, effects, account, notification, notice).await?;
        }
    }
    let events = changes
        .iter()
        .map(|notification| (&notification.booking, EventKind::BookingChanged, notification.change.number()));
    append_events(effects, events);
    Ok(())
}

/// Reminds mentor and student of a booking that starts in `hours` hours, by an event and by mail.
pub async fn remind(app: &App, tx: &mut Tx, effects: &mut Effects, booking: &Booking, hours: i64) -> Result<()> {
    let notification = BookingNotification::new(booking.clone(), BookingChange::Created);
    for account in booking.participants() {
        enqueue_mail(app, tx, effects, account, &notification, BookingNotice::Reminder).await?;
    }
    let subject = Subject::new(SubjectKind::Booking, booking.id);
    let reminder = |recipient| NewNotification {
        detail: Some(hours),
        ..NewNotification::new(NotificationType::Reminder, recipient, subject)
    };
    let reminders: Vec<NewNotification> = booking.participants().into_iter().map(reminder).collect();
    notifications::notify(app, tx, effects, &reminders).await?;
    append_events(effects, [(booking, EventKind::BookingReminder, hours)]);
    Ok(())
}

/// Notifies a participant that one of their calendars has an event at the time of a booking, by mail too.
pub async fn notify_conflict(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    booking: &Booking,
) -> Result<()> {
    let subject = Subject::new(SubjectKind::Booking, booking.id);
    let notification = NewNotification::new(NotificationType::CalendarConflict, account, subject);
    notifications::notify(app, tx, effects, &[notification]).await?;
    let notification = BookingNotification::new(booking.clone(), BookingChange::Created);
    enqueue_mail(app, tx, effects, account, &notification, BookingNotice::Conflict).await
}

/// The web page of the waitlists of a student.
const WAITLISTS_PAGE: &str = "/mentoring/waitlists";

/// Notifies a student of what happened to their place in a waitlist, by mail too.
pub async fn notify_waitlist(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    entry: &WaitlistEntry,
    change: WaitlistChange,
) -> Result<()> {
    let student = entry.student_id;
    let held_until = match change {
        WaitlistChange::Offered => entry.offer_expires_at,
        WaitlistChange::Ended => None,
    };
    let subject = Subject::new(SubjectKind::WaitlistEntry, entry.id);
    let notification = NewNotification {
        detail: Some(change.number()),
        ..NewNotification::new(NotificationType::Waitlist, student, subject)
    };
    notifications::notify(app, tx, effects, &[notification]).await?;
    let Some(account) = accounts::by_id(&mut *tx, student).await? else { return Ok(()) };
    let appointment = appointments::by_id(&mut *tx, entry.appointment_id).await?;
    let Some(appointment) = appointment.filter(|_| account.confirmed_email().is_some()) else { return Ok(()) };
    let topic = topics::by_id(tx, appointment.topic_id).await?.map(|topic| topic.title).unwrap_or_default();
    let other = accounts::by_id(&mut *tx, entry.mentor_id).await?.map(|account| account.username);
    let zone = settings::settings_of(&mut *tx, student).await?.unwrap_or_default().time_zone;
    let locale = account.locale.unwrap_or(app.config.locale);
    let letter = Letter::Booking {
        username: account.username.clone(),
        notice: match change {
            WaitlistChange::Offered => BookingNotice::SeatOffered,
            WaitlistChange::Ended => BookingNotice::WaitlistEnded,
        },
        topic,
        other,
        at: times::describe(entry.starts_at, entry.ends_at, &zone, &appointment.time_zone).in_language(locale),
        details: Box::new(BookingDetails {
            held_until: held_until.map(|until| times::describe_instant(until, &zone).in_language(locale)),
            page: WAITLISTS_PAGE.to_owned(),
            ..BookingDetails::default()
        }),
    };
    mailing::notify_of_kinds(app, tx, effects, &account, &letter, &[NotificationKind::Booking]).await
}

/// Notifies the participants other than `by`.
async fn add_notifications(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    BookingNotification { booking, change, .. }: &BookingNotification,
    by: Option<AccountId>,
) -> Result<()> {
    let subject = Subject::new(SubjectKind::Booking, booking.id);
    let notification = |recipient| NewNotification {
        actor: by,
        detail: Some(change.number()),
        ..NewNotification::new(NotificationType::Booking, recipient, subject)
    };
    let others = booking.participants().into_iter().filter(|account| Some(*account) != by);
    notifications::notify(app, tx, effects, &others.map(notification).collect::<Vec<_>>()).await
}

/// Appends events to the feeds of mentor and student.
fn append_events<'a>(effects: &mut Effects, events: impl IntoIterator<Item = (&'a Booking, EventKind, i64)>) {
    for (booking, kind, detail) in events {
        let body = EventBody { kind, subject: booking.id.0, detail: Some(detail) };
        booking.participants().into_iter().for_each(|account| effects.append(Feed(account.0), body));
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
    notification: &BookingNotification,
    notice: BookingNotice,
) -> Result<()> {
    let BookingNotification { booking, before, .. } = notification;
    let Some(account) = accounts::by_id(&mut *tx, recipient).await? else { return Ok(()) };
    if account.confirmed_email().is_none() {
        return Ok(());
    }
    let topic = topics::by_id(tx, booking.topic_id).await?.map(|topic| topic.title).unwrap_or_default();
    let other = match booking.participants().into_iter().find(|other| *other != recipient) {
        // Without a name across a block, as in the API and in the enclosed event.
        Some(other) => users::by_ids(&mut *tx, recipient, &[other]).await?.pop().map(|user| user.username.clone()),
        None => None,
    };
    let zone = settings::settings_of(&mut *tx, recipient).await?.unwrap_or_default().time_zone;
    let locale = account.locale.unwrap_or(app.config.locale);
    let describe =
        |(starts_at, ends_at)| times::describe(starts_at, ends_at, &zone, &booking.time_zone).in_language(locale);
    let event = events::event_in(app, tx, (recipient, locale), booking).await?;
    let details = BookingDetails {
        before: before.map(describe),
        location: booking.location.clone(),
        meeting_url: booking.meeting_url_at(app.clock.now()).map(str::to_owned),
        question: booking.question.clone(),
        answers: booking.answers.in_lines(locale),
        held_until: None,
        reason: booking.cancel_reason.clone(),
        page: booking.page(),
        calendar: Some(ics::write_calendar("Studyhall", &[event])),
    };
    let username = account.username.clone();
    let at = describe((booking.starts_at, booking.ends_at));
    let letter = Letter::Booking { username, notice, topic, other, at, details: Box::new(details) };
    let kind = match notice {
        BookingNotice::Reminder => NotificationKind::Reminder,
        _ => NotificationKind::Booking,
    };
    mailing::notify_of_kinds(app, tx, effects, &account, &letter, &[kind]).await
}
