//! Statements about bookings.

use super::{Booking, BookingId, BookingRole, BookingStatus};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, Tx};
use crate::page::Page;
use crate::topics::{AppointmentId, TopicId};

/// The columns of [`Booking`].
macro_rules! booking {
    () => {
        "bookings.id, appointment_id, topic_id, mentor_id, bookings.student_id, starts_at, ends_at, time_zone, location,
         changeable_until, status, question, booked_at, changed_at, sequence, cancelled_at, cancelled_by, cancel_reason,
         no_show_id"
    };
}

/// Those of these bookings that are somebody's.
pub async fn seen_by_ids(db: impl Query, viewer: AccountId, ids: &[BookingId]) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where id in (select value from json_each($2)) and (mentor_id = $1 or student_id = $1)"
    );
    db.all(sql, &[&viewer, &List::new(ids.iter().copied())]).await
}

pub async fn by_id(tx: &mut Tx, id: BookingId) -> Result<Option<Booking>> {
    tx.opt(concat!("select ", booking!(), " from bookings where id = $1"), &[&id]).await
}

/// A list of somebody's own bookings, in one of the two roles or in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub of: AccountId,
    pub role: Option<BookingRole>,
    pub status: Option<BookingStatus>,
}

/// A condition: the booking has the status `$4` now, `$3`. What is upcoming is completed from its end on.
macro_rules! has_status {
    () => {
        "($4 = '' or $4 = case when status = 'upcoming' and ends_at <= $3 then 'completed' else status end)"
    };
}

macro_rules! listed {
    ($columns:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from bookings
              where ((mentor_id = $1 and $2 <> 'student') or (student_id = $1 and $2 <> 'mentor')) and ",
            has_status!(),
            $rest
        )
    };
}

impl Listed {
    fn binds(&self) -> (AccountId, &'static str, &'static str) {
        let role = match self.role {
            None => "",
            Some(BookingRole::Student) => "student",
            Some(BookingRole::Mentor) => "mentor",
        };
        (self.of, role, as_text(self.status))
    }
}

fn as_text(status: Option<BookingStatus>) -> &'static str {
    status.map_or("", BookingStatus::as_str)
}

/// A window into a list of bookings, as statements want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub status: Option<BookingStatus>,
    above: (Timestamp, BookingId),
    below: (Timestamp, BookingId),
    limit: i64,
    is_ascending: bool,
}

impl Part {
    /// What is upcoming comes the soonest first, everything else the latest first.
    pub fn new(status: Option<BookingStatus>, page: &Page<(Timestamp, BookingId)>) -> Self {
        let soonest_first = status == Some(BookingStatus::Upcoming);
        let (above, below) = if soonest_first { (page.after, page.before) } else { (page.before, page.after) };
        Self {
            status,
            above: above.unwrap_or((Timestamp(i64::MIN), BookingId(i64::MIN))),
            below: below.unwrap_or((Timestamp(i64::MAX), BookingId(i64::MAX))),
            limit: page.limit(),
            is_ascending: soonest_first != page.is_backward,
        }
    }
}

/// A page of a list.
pub async fn page(
    db: impl Query,
    listed: Listed,
    now: Timestamp,
    page: &Page<(Timestamp, BookingId)>,
) -> Result<Vec<Booking>> {
    let part = Part::new(listed.status, page);
    let sql = if part.is_ascending {
        listed!(
            booking!(),
            " and (starts_at, id) > ($5, $6) and (starts_at, id) < ($7, $8) order by starts_at, id limit $9"
        )
    } else {
        listed!(
            booking!(),
            " and (starts_at, id) > ($5, $6) and (starts_at, id) < ($7, $8) order by starts_at desc, id desc limit $9"
        )
    };
    let ((whose, role, status), (above, above_id), (below, below_id)) = (listed.binds(), part.above, part.below);
    let binds: [&dyn Bind; 9] = [&whose, &role, &now, &status, &above, &above_id, &below, &below_id, &part.limit];
    db.all(sql, &binds).await
}

pub async fn count(db: impl Query, listed: Listed, now: Timestamp) -> Result<i64> {
    let (whose, role, status) = listed.binds();
    let (count,): (i64,) = db.one(listed!("count(*)", ""), &[&whose, &role, &now, &status]).await?;
    Ok(count)
}

/// The same part of the lists of several offers.
macro_rules! of_offers {
    ($order:literal) => {
        concat!(
            "select ",
            booking!(),
            " from bookings join (
                 select id as listed_id, row_number() over (
                     partition by appointment_id order by starts_at ",
            $order,
            ", id ",
            $order,
            ") as place
                 from bookings
                 where appointment_id in (select value from json_each($1)) and $2 = '' and ",
            has_status!(),
            " and (starts_at, id) > ($5, $6) and (starts_at, id) < ($7, $8)
             ) as listed on listed_id = bookings.id
             where place <= $9 order by starts_at ",
            $order,
            ", bookings.id ",
            $order
        )
    };
}

pub async fn pages_of_offers(
    db: impl Query,
    offers: &[AppointmentId],
    now: Timestamp,
    part: Part,
) -> Result<Vec<Booking>> {
    let sql = if part.is_ascending { of_offers!("asc") } else { of_offers!("desc") };
    let (offers, status) = (List::new(offers.iter().copied()), as_text(part.status));
    let ((above, above_id), (below, below_id)) = (part.above, part.below);
    let binds: [&dyn Bind; 9] = [&offers, &"", &now, &status, &above, &above_id, &below, &below_id, &part.limit];
    db.all(sql, &binds).await
}

/// How many bookings of this status now each of these offers has.
pub async fn counts_of_offers(
    db: impl Query,
    offers: &[AppointmentId],
    now: Timestamp,
    status: Option<BookingStatus>,
) -> Result<Vec<(AppointmentId, i64)>> {
    let sql = concat!(
        "select appointment_id, count(*) from bookings
         where appointment_id in (select value from json_each($1)) and $2 = '' and ",
        has_status!(),
        " group by appointment_id"
    );
    db.all(sql, &[&List::new(offers.iter().copied()), &"", &now, &as_text(status)]).await
}

/// How many bookings of each of these topics were not cancelled.
pub async fn counts_of_topics(db: impl Query, topics: &[TopicId]) -> Result<Vec<(TopicId, i64)>> {
    db.all(
        "select topic_id, count(*) from bookings
         where topic_id in (select value from json_each($1)) and status <> 'cancelled' group by topic_id",
        &[&List::new(topics.iter().copied())],
    )
    .await
}

pub async fn has_topic(tx: &mut Tx, topic: TopicId) -> Result<bool> {
    let (has,): (bool,) = tx.one("select exists (select 1 from bookings where topic_id = $1)", &[&topic]).await?;
    Ok(has)
}

pub async fn insert(tx: &mut Tx, booking: &Booking, fingerprint: &[u8]) -> Result<u64> {
    tx.run(
        "insert into bookings (id, appointment_id, topic_id, mentor_id, student_id, starts_at, ends_at, time_zone,
             location, changeable_until, status, question, booked_at, changed_at, sequence, fingerprint)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
            &booking.status.as_str(),
            &booking.question,
            &booking.booked_at,
            &booking.changed_at,
            &booking.sequence,
            &fingerprint,
        ],
    )
    .await
}

/// Writes down what may change of a booking, unless it is not as it was read any more.
pub async fn update(tx: &mut Tx, booking: &Booking, before: BookingStatus) -> Result<u64> {
    tx.run(
        "update bookings set starts_at = $3, ends_at = $4, time_zone = $5, location = $6, changeable_until = $7,
             status = $8, changed_at = $9, sequence = $10, cancelled_at = $11, cancelled_by = $12, cancel_reason = $13,
             no_show_id = $14
         where id = $1 and status = $2",
        &[
            &booking.id,
            &before.as_str(),
            &booking.starts_at,
            &booking.ends_at,
            &booking.time_zone,
            &booking.location,
            &booking.changeable_until,
            &booking.status.as_str(),
            &booking.changed_at,
            &booking.sequence,
            &booking.cancelled_at,
            &booking.cancelled_by,
            &booking.cancel_reason,
            &booking.no_show_id,
        ],
    )
    .await
}

/// How many upcoming bookings of an offer a student has that begin between two instants, without one.
pub async fn count_of_day(
    tx: &mut Tx,
    appointment: AppointmentId,
    student: AccountId,
    (from, to): (Timestamp, Timestamp),
    except: BookingId,
    now: Timestamp,
) -> Result<i64> {
    let (count,): (i64,) = tx
        .one(
            "select count(*) from bookings
             where student_id = $2 and starts_at >= $3 and starts_at < $4 and appointment_id = $1 and id <> $5
               and status = 'upcoming' and ends_at > $6",
            &[&appointment, &student, &from, &to, &except, &now],
        )
        .await?;
    Ok(count)
}

/// When the last booking of two people ends, or was cancelled.
pub async fn bound_until(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Option<Timestamp>> {
    let (until,): (Option<Timestamp>,) = tx
        .one(
            "select max(case when status = 'cancelled' then cancelled_at else ends_at end) from bookings
             where (mentor_id = $1 and student_id = $2) or (mentor_id = $2 and student_id = $1)",
            &[&one, &other],
        )
        .await?;
    Ok(until)
}

/// What is upcoming of an offer, the soonest first.
pub async fn upcoming_of(tx: &mut Tx, appointment: AppointmentId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where appointment_id = $1 and status = 'upcoming' and ends_at > $2 order by starts_at, id"
    );
    tx.all(sql, &[&appointment, &now]).await
}

/// What is upcoming for somebody in either role.
pub async fn upcoming_with(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where (mentor_id = $1 or student_id = $1) and status = 'upcoming' and ends_at > $2 order by id"
    );
    tx.all(sql, &[&account, &now]).await
}

/// Takes back what somebody wrote into bookings. That there were any stays with the other of the two.
pub async fn erase_words_of(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.run("update bookings set question = null where student_id = $1 and question is not null", &[&account]).await?;
    tx.run("update bookings set cancel_reason = null where cancelled_by = $1", &[&account]).await?;
    Ok(())
}

/// Takes a key for a new booking; 0 rows when the student has used it. Whoever wants the same key meanwhile waits here.
pub async fn claim_key(tx: &mut Tx, student: AccountId, key: &str, booking: BookingId) -> Result<u64> {
    tx.run(
        "insert into booking_keys (student_id, client_key, booking_id) values ($1, $2, $3) on conflict do nothing",
        &[&student, &key, &booking],
    )
    .await
}

/// A booking with what it was made of.
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
