//! Statements about bookings.

use super::{Booking, BookingId, BookingStatus};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Error, List, Query, Result, Scan, Tx};
use crate::topics::{AppointmentId, TopicId};

/// The status, from the columns that it is stored in; see the migration.
macro_rules! stored_status {
    () => {
        "case when approval_expires_at is not null then 'requested'
              when refusal in ('declined', 'expired') then refusal
              else status end"
    };
}

pub(super) use stored_status;

/// The columns of [`Booking`].
macro_rules! booking {
    () => {
        concat!(
            "bookings.id, appointment_id, topic_id, mentor_id, bookings.student_id, starts_at, ends_at, time_zone, location,
         meeting_url, utc_offset, bookings.seats, changeable_until, ",
            stored_status!(),
            " as status, approval_expires_at, question, answers, booked_at, changed_at,
         sequence, cancelled_at, cancelled_by, cancel_reason, no_show_id"
        )
    };
}
pub(super) use booking;

/// The status at an instant; see [`Booking::status_at`].
macro_rules! status_at {
    ($now:literal) => {
        concat!(
            "case when approval_expires_at <= ",
            $now,
            " then 'expired'
                  when approval_expires_at is not null then 'requested'
                  when refusal in ('declined', 'expired') then refusal
                  when status = 'upcoming' and ends_at <= ",
            $now,
            " then 'completed' else status end"
        )
    };
}
pub(super) use status_at;

/// Returns those of these bookings in which the viewer is mentor or student.
pub async fn own_by_ids(db: impl Query, viewer: AccountId, ids: &[BookingId]) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from json_each($2) as wanted cross join bookings
          where bookings.id = wanted.value and (mentor_id = $1 or student_id = $1)"
    );
    db.all(sql, &[&viewer, &List::new(ids.iter().copied())]).await
}

pub async fn by_id(tx: &mut Tx, id: BookingId) -> Result<Option<Booking>> {
    tx.opt(concat!("select ", booking!(), " from bookings where id = $1"), &[&id]).await
}

/// Returns how many bookings each of these topics has, without cancelled ones and requests.
pub async fn counts_of_topics(db: impl Query, topics: &[TopicId]) -> Result<Vec<(TopicId, i64)>> {
    db.all(
        Scan(
            "select topic_id, count(*) from bookings
         where topic_id in (select value from json_each($1)) and status <> 'cancelled' and approval_expires_at is null
         group by topic_id",
        ),
        &[&List::new(topics.iter().copied())],
    )
    .await
}

/// Returns true if a topic was ever booked.
pub async fn exist_for_topic(tx: &mut Tx, topic: TopicId) -> Result<bool> {
    let (exists,): (bool,) = tx.one("select exists (select 1 from bookings where topic_id = $1)", &[&topic]).await?;
    Ok(exists)
}

pub async fn insert(tx: &mut Tx, booking: &Booking, fingerprint: &[u8]) -> Result<u64> {
    let answers = serde_json::to_string(&booking.answers).map_err(Error::serialization)?;
    tx.run(
        "insert into bookings (id, appointment_id, topic_id, mentor_id, student_id, starts_at, ends_at, time_zone,
             location, changeable_until, status, question, booked_at, changed_at, sequence, fingerprint,
             meeting_url, utc_offset, seats, answers, approval_expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        &[
            &booking.id,
            &booking.appointment_id,
            &booking.topic_id,
            &booking.mentor_id,
            &booking.student_id,
            &booking.starts_at,
            &booking.ends_at,
            &booking.time_zone,
            &booking.location,
            &booking.changeable_until,
            &stored(booking.status),
            &booking.question,
            &booking.booked_at,
            &booking.changed_at,
            &booking.sequence,
            &fingerprint,
            &booking.meeting_url,
            &booking.utc_offset,
            &booking.seats,
            &answers,
            &booking.approval_expires_at,
        ],
    )
    .await
}

/// Returns true if there is a booking between two users.
pub async fn have_booked(db: impl Query, one: AccountId, other: AccountId) -> Result<bool> {
    let (have_booked,): (bool,) = db
        .one(
            "select exists (select 1 from bookings where mentor_id = $1 and student_id = $2)
                 or exists (select 1 from bookings where mentor_id = $2 and student_id = $1)",
            &[&one, &other],
        )
        .await?;
    Ok(have_booked)
}

/// Returns the text in the column `status`; see the migration.
fn stored(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Requested => BookingStatus::Upcoming.as_str(),
        BookingStatus::Declined | BookingStatus::Expired => BookingStatus::Cancelled.as_str(),
        status => status.as_str(),
    }
}

/// Returns the text in the column `refusal` of a booking that had the status `before`.
fn refusal(status: BookingStatus, before: BookingStatus) -> Option<&'static str> {
    match (before, status) {
        (_, BookingStatus::Declined | BookingStatus::Expired) => Some(status.as_str()),
        (BookingStatus::Requested, BookingStatus::Cancelled) => Some("withdrawn"),
        _ => None,
    }
}

/// Updates a booking that still has the status `before`. Returns 0 if it does not.
pub async fn update(tx: &mut Tx, booking: &Booking, before: BookingStatus) -> Result<u64> {
    let approval_expires_at = booking.approval_expires_at.filter(|_| booking.status == BookingStatus::Requested);
    let sql = concat!(
        "update bookings set starts_at = $3, ends_at = $4, time_zone = $5, location = $6, changeable_until = $7,
             status = $8, changed_at = $9, sequence = $10, cancelled_at = $11, cancelled_by = $12, cancel_reason = $13,
             no_show_id = $14, meeting_url = $15, utc_offset = $16, seats = $17,
             approval_expires_at = $18, refusal = $19
         where id = $1 and $2 = ",
        stored_status!()
    );
    tx.run(
        sql,
        &[
            &booking.id,
            &before.as_str(),
            &booking.starts_at,
            &booking.ends_at,
            &booking.time_zone,
            &booking.location,
            &booking.changeable_until,
            &stored(booking.status),
            &booking.changed_at,
            &booking.sequence,
            &booking.cancelled_at,
            &booking.cancelled_by,
            &booking.cancel_reason,
            &booking.no_show_id,
            &booking.meeting_url,
            &booking.utc_offset,
            &booking.seats,
            &approval_expires_at,
            &refusal(booking.status, before),
        ],
    )
    .await
}

/// Returns the upcoming bookings of all accounts whose offset from UTC is stored, the soonest first.
pub async fn upcoming_with_offset(db: impl Query, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where status = 'upcoming' and ends_at > $1 and utc_offset is not null order by starts_at, id"
    );
    db.all(sql, &[&now]).await
}

/// How many seats of a session are taken.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct TakenSeats {
    /// By bookings and requests.
    pub taken: i64,
    /// By bookings only.
    pub approved: i64,
}

/// Returns how many seats of a booking's session are taken at `now`.
pub async fn seats_taken(db: impl Query, booking: &Booking, now: Timestamp) -> Result<TakenSeats> {
    db.one(
        "select count(*) as taken, count(case when approval_expires_at is null then 1 end) as approved from bookings
             where mentor_id = $1 and topic_id = $2 and starts_at = $3 and ends_at = $4 and seats > 1
               and status <> 'cancelled' and (approval_expires_at is null or approval_expires_at > $5)",
        &[&booking.mentor_id, &booking.topic_id, &booking.starts_at, &booking.ends_at, &now],
    )
    .await
}

/// Applies the seats of an appointment to its upcoming bookings.
pub async fn set_seats(tx: &mut Tx, appointment: AppointmentId, seats: i64, now: Timestamp) -> Result<u64> {
    tx.run(
        "update bookings set seats = $2
         where appointment_id = $1 and status = 'upcoming' and ends_at > $3 and seats <> $2",
        &[&appointment, &seats, &now],
    )
    .await
}

/// Returns the appointments and the starts of the upcoming bookings that a student has between `from` and `to`, without
/// `except`.
pub async fn starts_between(
    db: impl Query,
    student: AccountId,
    (from, to): (Timestamp, Timestamp),
    except: BookingId,
    now: Timestamp,
) -> Result<Vec<(AppointmentId, Timestamp)>> {
    db.all(
        "select appointment_id, starts_at from bookings
         where student_id = $1 and starts_at >= $2 and starts_at < $3 and appointment_id is not null and id <> $4
           and status = 'upcoming' and ends_at > $5
           and (approval_expires_at is null or approval_expires_at > $5)",
        &[&student, &from, &to, &except, &now],
    )
    .await
}

/// Returns the latest end or cancellation of the bookings between two accounts. Requests do not count, nor what became of
/// them without an approval.
pub async fn last_end_between(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Option<Timestamp>> {
    let (until,): (Option<Timestamp>,) = tx
        .one(
            "select max(case when status = 'cancelled' then cancelled_at else ends_at end) from bookings
             where ((mentor_id = $1 and student_id = $2) or (mentor_id = $2 and student_id = $1))
               and approval_expires_at is null and refusal is null",
            &[&one, &other],
        )
        .await?;
    Ok(until)
}

/// A condition: the booking is upcoming or a request at an instant.
macro_rules! is_open {
    ($now:literal) => {
        concat!(
            "status = 'upcoming' and ends_at > ",
            $now,
            " and (approval_expires_at is null or approval_expires_at > ",
            $now,
            ")"
        )
    };
}

/// Returns the upcoming bookings and the requests of an appointment, the soonest first.
pub async fn upcoming_of_appointment(tx: &mut Tx, appointment: AppointmentId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where appointment_id = $1 and ",
        is_open!("$2"),
        " order by starts_at, id"
    );
    tx.all(sql, &[&appointment, &now]).await
}

/// Returns the upcoming bookings and the requests of a mentor that overlap a period, the soonest first.
pub async fn open_of_mentor(
    tx: &mut Tx,
    mentor: AccountId,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where mentor_id = $1 and starts_at < $3 and ends_at > $2 and ",
        is_open!("$4"),
        " order by starts_at, id"
    );
    tx.all(sql, &[&mentor, &from, &to, &now]).await
}

/// Returns the upcoming bookings and the requests that have a seat in the session of this one.
pub async fn upcoming_of_session(tx: &mut Tx, booking: &Booking, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where appointment_id = $1 and starts_at = $2 and ends_at = $3 and mentor_id = $4
             and ",
        is_open!("$5"),
        " order by id"
    );
    tx.all(sql, &[&booking.appointment_id, &booking.starts_at, &booking.ends_at, &booking.mentor_id, &now]).await
}

/// Returns the upcoming bookings and the requests of an account in both roles.
pub async fn upcoming_of_account(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where (mentor_id = $1 or student_id = $1) and ",
        is_open!("$2"),
        " order by id"
    );
    tx.all(sql, &[&account, &now]).await
}

/// Erases the questions, answers and reasons that an account wrote. The bookings stay visible to the other user.
pub async fn erase_texts_of(tx: &mut Tx, account: AccountId) -> Result<()> {
    let sql = "update bookings set question = null, answers = '[]'
         where student_id = $1 and (question is not null or answers <> '[]')";
    tx.run(sql, &[&account]).await?;
    tx.run("update bookings set cancel_reason = null where cancelled_by = $1", &[&account]).await?;
    Ok(())
}

/// Claims a client key for a new booking. Returns 0 if the student has used it. A concurrent claim of the same key
/// waits until the first transaction ends.
pub async fn claim_key(tx: &mut Tx, student: AccountId, key: &str, booking: BookingId) -> Result<u64> {
    tx.run(
        "insert into booking_keys (student_id, client_key, booking_id) values ($1, $2, $3) on conflict do nothing",
        &[&student, &key, &booking],
    )
    .await
}

/// A booking with the fingerprint of the input that created it.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub fingerprint: Vec<u8>,
}

pub async fn by_key(tx: &mut Tx, student: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = concat!(
        "select ",
        booking!(),
        ", fingerprint from booking_keys join bookings on bookings.id = booking_id
         where booking_keys.student_id = $1 and client_key = $2"
    );
    tx.opt(sql, &[&student, &key]).await
}
