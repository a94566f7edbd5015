//! Statements about busy calendars.

use super::{BusyCalendar, BusyCalendarId, BusyTime, ReadFailure};
use crate::accounts::AccountId;
use crate::bookings::BookingId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Texts, Tx};

macro_rules! select_calendar {
    ($rest:literal) => {
        concat!(
            "select id, account_id, name, url, etag, last_read_at, computed_at, failure from busy_calendars where ",
            $rest
        )
    };
}

/// Returns the calendars of an account, the oldest first.
pub async fn of_account(db: impl Query, account: AccountId) -> Result<Vec<BusyCalendar>> {
    db.all(select_calendar!("account_id = $1 order by id"), &[&account]).await
}

/// Returns those of these calendars that belong to the account.
pub async fn own_by_ids(db: impl Query, account: AccountId, ids: &[BusyCalendarId]) -> Result<Vec<BusyCalendar>> {
    let sql = select_calendar!("account_id = $1 and id in (select value from json_each($2))");
    db.all(sql, &[&account, &List::new(ids.iter().copied())]).await
}

pub async fn by_id(db: impl Query, id: BusyCalendarId) -> Result<Option<BusyCalendar>> {
    db.opt(select_calendar!("id = $1"), &[&id]).await
}

/// Returns how many busy times each of these calendars has that are not over.
pub async fn counts(
    db: impl Query,
    calendars: &[BusyCalendarId],
    now: Timestamp,
) -> Result<Vec<(BusyCalendarId, i64)>> {
    db.all(
        Scan(
            "select calendar_id, count(*) from busy_times
             where calendar_id in (select value from json_each($1)) and ends_at > $2 group by calendar_id",
        ),
        &[&List::new(calendars.iter().copied()), &now],
    )
    .await
}

pub async fn insert(tx: &mut Tx, calendar: &BusyCalendar, due_at: Timestamp) -> Result<u64> {
    tx.run(
        "insert into busy_calendars (id, account_id, name, url, due_at) values ($1, $2, $3, $4, $5)",
        &[&calendar.id, &calendar.account_id, &calendar.name, &calendar.url, &due_at],
    )
    .await
}

/// Stores a successful read.
pub async fn set_read(
    tx: &mut Tx,
    id: BusyCalendarId,
    etag: Option<String>,
    computed_at: Option<Timestamp>,
    (now, due_at): (Timestamp, Timestamp),
) -> Result<u64> {
    tx.run(
        "update busy_calendars set etag = $2, computed_at = $3, last_read_at = $4, due_at = $5, failure = null
         where id = $1",
        &[&id, &etag, &computed_at, &now, &due_at],
    )
    .await
}

/// Stores a read that failed.
pub async fn set_failure(tx: &mut Tx, id: BusyCalendarId, failure: ReadFailure, due_at: Timestamp) -> Result<u64> {
    tx.run("update busy_calendars set failure = $2, due_at = $3 where id = $1", &[&id, &failure, &due_at]).await
}

/// Replaces the busy times of a calendar.
pub async fn replace_times(tx: &mut Tx, calendar: &BusyCalendar, times: &[BusyTime]) -> Result<()> {
    delete_times(tx, calendar.id).await?;
    // A list binds one column only: the numbers have 20 places each. Times are after 1970.
    let rows = Texts::new(times.iter().map(|time| format!("{:020}{:020}", time.starts_at.0.max(0), time.ends_at.0)));
    tx.run(
        "insert into busy_times (calendar_id, account_id, starts_at, ends_at)
         select $1, $2, cast(substr(value, 1, 20) as bigint), cast(substr(value, 21, 20) as bigint) from json_each($3)
         where true on conflict do nothing",
        &[&calendar.id, &calendar.account_id, &rows],
    )
    .await?;
    Ok(())
}

pub async fn delete_times(tx: &mut Tx, calendar: BusyCalendarId) -> Result<u64> {
    tx.run("delete from busy_times where calendar_id = $1", &[&calendar]).await
}

/// Returns the busy times of a calendar, in order.
pub async fn times(tx: &mut Tx, calendar: BusyCalendarId) -> Result<Vec<BusyTime>> {
    tx.all("select starts_at, ends_at from busy_times where calendar_id = $1 order by starts_at, ends_at", &[&calendar])
        .await
}

pub async fn delete(tx: &mut Tx, account: AccountId, id: BusyCalendarId) -> Result<u64> {
    tx.run("delete from busy_calendars where id = $2 and account_id = $1", &[&account, &id]).await
}

/// Returns calendars that are due, behind the calendar `after` in this order: the longest overdue first.
pub async fn due(
    db: impl Query,
    now: Timestamp,
    (after, after_id): (Timestamp, BusyCalendarId),
    limit: i64,
) -> Result<Vec<(BusyCalendarId, Timestamp)>> {
    db.all(
        "select id, due_at from busy_calendars where due_at <= $1 and (due_at, id) > ($2, $3)
         order by due_at, id limit $4",
        &[&now, &after, &after_id, &limit],
    )
    .await
}

/// Claims a calendar that is due until an instant. Returns 0 if another node has claimed it.
pub async fn claim(db: impl Query, id: BusyCalendarId, due_at: Timestamp, until: Timestamp) -> Result<u64> {
    db.run("update busy_calendars set due_at = $3 where id = $1 and due_at = $2", &[&id, &due_at, &until]).await
}

/// A condition: the account `$1` is busy at the time of the booking.
macro_rules! conflicts {
    () => {
        "exists (select 1 from busy_times
                 where account_id = $1 and busy_times.ends_at > bookings.starts_at
                   and busy_times.starts_at < bookings.ends_at)"
    };
}

/// Returns those of these bookings at whose time the account is busy.
pub async fn conflicting(db: impl Query, account: AccountId, ids: &[BookingId]) -> Result<Vec<(BookingId,)>> {
    let sql = concat!(
        "select bookings.id from bookings
         where (mentor_id = $1 or student_id = $1) and id in (select value from json_each($2)) and ",
        conflicts!()
    );
    db.all(sql, &[&account, &List::new(ids.iter().copied())]).await
}

/// Stores that an account is notified of the conflicts of its upcoming bookings and requests, and returns those of which it
/// was not notified before.
pub async fn insert_conflicts(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<(BookingId,)>> {
    let sql = concat!(
        "insert into calendar_conflicts (booking_id, account_id)
         select bookings.id, cast($1 as bigint) from bookings
         where (mentor_id = $1 or student_id = $1) and status = 'upcoming' and bookings.ends_at > $2
           and (approval_expires_at is null or approval_expires_at > $2) and ",
        conflicts!(),
        " on conflict do nothing returning booking_id"
    );
    let mut found: Vec<(BookingId,)> = tx.all(sql, &[&account, &now]).await?;
    found.sort_unstable();
    Ok(found)
}
