//! Statements about who is busy when.

use std::ops::Range;
use std::time::Duration;

use super::{Occupancy, Session};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};

/// The longest session with the longest rest after it: what begins so long after a range can collide with nothing in it.
const REACH: Duration = Duration::from_hours(8 + 4);

/// So many rows that are over are removed by one statement.
const BATCH: i64 = 500;

/// An occupancy and whose it is.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct OccupiedBy {
    pub person_id: AccountId,
    #[sqlx(flatten)]
    pub occupancy: Occupancy,
}

/// What several people have to do around a range of time, each person's in order.
pub async fn around(db: impl Query, people: &[AccountId], range: Range<Timestamp>) -> Result<Vec<OccupiedBy>> {
    let people = List::new(people.iter().map(|person| person.0));
    db.all(
        "select person_id, appointment_id, starts_at, ends_at, busy_until, seats_taken from occupancies
         where person_id in (select value from json_each($1)) and busy_until > $2 and starts_at < $3
         order by starts_at",
        &[&people, &range.start, &range.end.plus(REACH)],
    )
    .await
}

/// Tells whether somebody is in another place at some time between these instants.
pub async fn is_elsewhere(tx: &mut Tx, person: AccountId, from: Timestamp, to: Timestamp) -> Result<bool> {
    let (busy,): (bool,) = tx
        .one(
            "select exists (select 1 from occupancies
                 where person_id = $1 and busy_until > $2 and starts_at < $3 and ends_at > $2)",
            &[&person, &from, &to],
        )
        .await?;
    Ok(busy)
}

/// Takes one more seat of a session that takes place already; 0 rows when there is none, or none left.
pub async fn take_seat(tx: &mut Tx, session: Session, seats: i64) -> Result<u64> {
    tx.run(
        "update occupancies set seats = $4, seats_taken = seats_taken + 1
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null and seats_taken < $4",
        &[&session.appointment, &session.starts_at, &session.ends_at, &seats],
    )
    .await
}

/// Gives the mentor's time away to a session with one seat taken. The database refuses it where they are busy.
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

/// Gives a student's time away. The database refuses it where they are busy.
pub async fn insert_of_student(tx: &mut Tx, id: i64, student: AccountId, session: Session) -> Result<u64> {
    tx.run(
        "insert into occupancies (id, person_id, appointment_id, starts_at, ends_at, busy_until)
         values ($1, $2, $3, $4, $5, $5)",
        &[&id, &student, &session.appointment, &session.starts_at, &session.ends_at],
    )
    .await
}

pub async fn delete_of_student(tx: &mut Tx, student: AccountId, session: Session) -> Result<u64> {
    tx.run(
        "delete from occupancies
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and person_id = $4 and seats is null",
        &[&session.appointment, &session.starts_at, &session.ends_at, &student],
    )
    .await
}

/// Gives a seat back. The mentor is free again when it was the last one.
pub async fn free_seat(tx: &mut Tx, session: Session) -> Result<()> {
    let Session { appointment, starts_at, ends_at } = session;
    let sql = "delete from occupancies
         where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null and seats_taken = 1";
    if tx.run(sql, &[&appointment, &starts_at, &ends_at]).await? == 0 {
        tx.run(
            "update occupancies set seats_taken = seats_taken - 1
             where appointment_id = $1 and starts_at = $2 and ends_at = $3 and seats is not null",
            &[&appointment, &starts_at, &ends_at],
        )
        .await?;
    }
    Ok(())
}

/// Removes some of what is over, until there is none.
pub async fn delete_over(db: impl Query, before: Timestamp) -> Result<u64> {
    db.run(
        "delete from occupancies where id in (
             select id from occupancies where busy_until <= $1 order by busy_until limit $2)",
        &[&before, &BATCH],
    )
    .await
}
