//! Statements about occupancies.

use std::ops::Range;
use std::time::Duration;

use super::{Occupancy, Session};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, SWEEP_BATCH_SIZE, Scan, Sql, Tx};

/// The longest buffer.
const MAX_BUFFER: Duration = Duration::from_hours(4);

/// The longest session plus the longest buffer. A session that starts in a range is over at most this long after it.
const MAX_OCCUPANCY: Duration = Duration::from_hours(8 + 4);

/// An occupancy and its account.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct AccountOccupancy {
    pub person_id: AccountId,
    #[sqlx(flatten)]
    pub occupancy: Occupancy,
}

/// Locks the schedules of accounts until the transaction ends: their sessions, the seats in them, and who waits for one. In
/// the order of the ids, so that two transactions cannot deadlock. On SQLite a transaction that writes is alone anyway.
pub async fn lock(tx: &mut Tx, accounts: &[AccountId]) -> Result<u64> {
    let sql = Sql {
        sqlite: "select 1 where $1 is null",
        postgres: "select pg_advisory_xact_lock(id) from (
                       select distinct value as id from json_each($1) order by id) as schedules",
    };
    tx.run(sql, &[&List::new(accounts.iter().map(|account| account.0))]).await
}

/// Returns the occupancies, times off and busy times of several accounts that can collide with sessions that start in a range, by
/// start.
pub async fn around(db: impl Query, accounts: &[AccountId], range: Range<Timestamp>) -> Result<Vec<AccountOccupancy>> {
    let accounts = List::new(accounts.iter().map(|account| account.0));
    db.all(
        "select person_id, appointment_id, starts_at, ends_at, busy_until, seats_taken, false as is_time_off
         from occupancies
         where person_id in (select value from json_each($1)) and busy_until > $2 and starts_at < $3
         union all
         select mentor_id, cast(0 as bigint), starts_at, ends_at, ends_at, cast(null as bigint), true
         from times_off
         where mentor_id in (select value from json_each($1)) and ends_at > $2 and starts_at < $3
         union all
         select account_id, cast(0 as bigint), starts_at, ends_at, ends_at, cast(null as bigint), true
         from busy_times
         where account_id in (select value from json_each($1)) and ends_at > $2 and starts_at < $3
         order by starts_at",
        &[&accounts, &range.start, &range.end.plus(MAX_OCCUPANCY)],
    )
    .await
}

/// Returns true if an account is in a session at some time between two instants. A buffer does not count.
pub async fn is_busy(tx: &mut Tx, account: AccountId, from: Timestamp, to: Timestamp) -> Result<bool> {
    let (busy,): (bool,) = tx
        .one(
            "select exists (select 1 from occupancies
                 where person_id = $1 and busy_until > $2 and starts_at < $3 and ends_at > $2)",
            &[&account, &from, &to],
        )
        .await?;
    Ok(busy)
}

/// Reserves one more seat of an existing session. Returns 0 if there is no such session, or no seat left.
pub async fn reserve_seat(tx: &mut Tx, session: Session, seats: i64) -> Result<u64> {
    tx.run(
        "update occupancies set seats = $4, seats_taken = seats_taken + 1
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null and seats_taken < $4",
        &[&session.appointment, &session.starts_at, &session.ends_at, &seats],
    )
    .await
}

/// Inserts the mentor's occupancy of a session with one seat taken. Fails with a constraint if the mentor is busy.
pub async fn insert_of_mentor(
    tx: &mut Tx,
    id: i64,
    mentor: AccountId,
    session: Session,
    busy_until: Timestamp,
    seats: i64,
) -> Result<u64> {
    tx.run(
        "insert into occupancies (id, person_id, appointment_id, starts_at, ends_at, busy_until, seats, seats_taken)
         values ($1, $2, $3, $4, $5, $6, $7, 1)",
        &[&id, &mentor, &session.appointment, &session.starts_at, &session.ends_at, &busy_until, &seats],
    )
    .await
}

/// Inserts a student's occupancy of a session. Fails with a constraint if the student is busy.
pub async fn insert_of_student(tx: &mut Tx, id: i64, student: AccountId, session: Session) -> Result<u64> {
    tx.run(
        "insert into occupancies (id, person_id, appointment_id, starts_at, ends_at, busy_until)
         values ($1, $2, $3, $4, $5, $5)",
        &[&id, &student, &session.appointment, &session.starts_at, &session.ends_at],
    )
    .await
}

/// Applies the current buffers of an account's appointments to its sessions that end after `since`, until `until`. A
/// buffer ends at the latest when the next session starts: sessions that are booked stay.
pub async fn refresh_buffers(tx: &mut Tx, mentor: AccountId, since: Timestamp, until: Timestamp) -> Result<u64> {
    // The sessions of a mentor do not overlap, so the first to end is also the first to start.
    tx.run(
        "update occupancies set busy_until = (
             select min(bound) from (
                 select occupancies.ends_at + buffer_minutes * 60000000 as bound
                 from appointments where appointments.id = occupancies.appointment_id
                 union all
                 select starts_at from (
                     select later.starts_at from occupancies as later
                     where later.person_id = $1 and later.busy_until > occupancies.ends_at
                       and later.starts_at >= occupancies.ends_at and later.seats is not null
                     order by later.busy_until limit 1) as next
             ) as bounds)
         where person_id = $1 and seats is not null and busy_until > $2 and ends_at > $2 and ends_at <= $3",
        &[&mentor, &since, &until],
    )
    .await
}

/// Applies the current buffers to the sessions of an account whose buffer a session at `at` can have cut short.
pub async fn refresh_buffers_before(tx: &mut Tx, mentor: AccountId, at: Timestamp) -> Result<u64> {
    refresh_buffers(tx, mentor, at.minus(MAX_BUFFER), at).await
}

pub async fn delete_of_student(tx: &mut Tx, student: AccountId, session: Session) -> Result<u64> {
    tx.run(
        "delete from occupancies
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and person_id = $4 and seats is null",
        &[&session.appointment, &session.starts_at, &session.ends_at, &student],
    )
    .await
}

/// Releases a seat of a session. With the last seat, the mentor's occupancy is deleted. Returns true if it was.
pub async fn release_seat(tx: &mut Tx, session: Session) -> Result<bool> {
    let Session { appointment, starts_at, ends_at } = session;
    let sql = "delete from occupancies
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null and seats_taken = 1";
    if tx.run(sql, &[&appointment, &starts_at, &ends_at]).await? > 0 {
        return Ok(true);
    }
    tx.run(
        "update occupancies set seats_taken = seats_taken - 1
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null",
        &[&appointment, &starts_at, &ends_at],
    )
    .await?;
    Ok(false)
}

/// Deletes a batch of occupancies that are over. Returns 0 when none is left.
pub async fn delete_ended(db: impl Query, before: Timestamp) -> Result<u64> {
    db.run(
        Scan(
            "delete from occupancies where busy_until <= $1 and id in (
             select id from occupancies where busy_until <= $1 order by busy_until limit $2)",
        ),
        &[&before, &SWEEP_BATCH_SIZE],
    )
    .await
}
