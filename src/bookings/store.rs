//! Statements about bookings.

use super::{Booking, BookingId, BookingRole, BookingStatus};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, Scan, Statement, Tx, count_rows, count_subquery};
use crate::page::Page;
use crate::topics::{AppointmentId, TopicId};

/// The API has no larger pages. That of a calendar is larger.
const MAX_API_PAGE: i64 = 100;

/// The columns of [`Booking`].
macro_rules! booking {
    () => {
        "bookings.id, appointment_id, topic_id, mentor_id, bookings.student_id, starts_at, ends_at, time_zone, location,
         meeting_url, utc_offset, bookings.seats, changeable_until, status, question, booked_at, changed_at, sequence,
         cancelled_at, cancelled_by, cancel_reason, no_show_id"
    };
}

/// Returns those of these bookings in which the viewer is mentor or student.
pub async fn own_by_ids(db: impl Query, viewer: AccountId, ids: &[BookingId]) -> Result<Vec<Booking>> {
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

/// Which bookings of an account a list contains. `None` does not filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingFilter {
    pub account: AccountId,
    pub role: Option<BookingRole>,
    pub status: Option<BookingStatus>,
}

/// A condition: the booking has the status `$4` at `$3`, or `$4` is empty. See [`Booking::status_at`].
macro_rules! has_status {
    () => {
        "($4 = '' or $4 = case when status = 'upcoming' and ends_at <= $3 then 'completed' else status end)"
    };
}

macro_rules! select_filtered {
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

impl BookingFilter {
    fn binds(&self) -> (AccountId, &'static str, &'static str) {
        let role = match self.role {
            None => "",
            Some(BookingRole::Student) => "student",
            Some(BookingRole::Mentor) => "mentor",
        };
        (self.account, role, as_text(self.status))
    }
}

fn as_text(status: Option<BookingStatus>) -> &'static str {
    status.map_or("", BookingStatus::as_str)
}

/// The bounds of a page of bookings. One statement loads the pages of several appointments that have equal bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookingBounds {
    pub status: Option<BookingStatus>,
    above: (Timestamp, BookingId),
    below: (Timestamp, BookingId),
    limit: i64,
    is_ascending: bool,
}

impl BookingBounds {
    /// Upcoming bookings are listed with the soonest first, all other lists with the latest first.
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

/// Returns a page of an account's bookings.
pub async fn page(
    db: impl Query,
    filter: BookingFilter,
    now: Timestamp,
    page: &Page<(Timestamp, BookingId)>,
) -> Result<Vec<Booking>> {
    let bounds = BookingBounds::new(filter.status, page);
    let sql = if bounds.is_ascending {
        select_filtered!(
            booking!(),
            " and (starts_at, id) > ($5, $6) and (starts_at, id) < ($7, $8) order by starts_at, id limit $9"
        )
    } else {
        select_filtered!(
            booking!(),
            " and (starts_at, id) > ($5, $6) and (starts_at, id) < ($7, $8) order by starts_at desc, id desc limit $9"
        )
    };
    let ((account, role, status), (above, above_id), (below, below_id)) = (filter.binds(), bounds.above, bounds.below);
    let binds: [&dyn Bind; 9] = [&account, &role, &now, &status, &above, &above_id, &below, &below_id, &bounds.limit];
    let sql = Statement::scan_if(page.size > MAX_API_PAGE, sql);
    db.all(sql, &binds).await
}

pub async fn count(db: impl Query, filter: BookingFilter, now: Timestamp) -> Result<i64> {
    let (account, role, status) = filter.binds();
    let (count,): (i64,) = db.one(count_rows!(select_filtered!("1", "")), &[&account, &role, &now, &status]).await?;
    Ok(count)
}

/// The pages of several appointments with equal bounds.
macro_rules! select_pages {
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

pub async fn pages_of_appointments(
    db: impl Query,
    appointments: &[AppointmentId],
    now: Timestamp,
    bounds: BookingBounds,
) -> Result<Vec<Booking>> {
    let sql = if bounds.is_ascending { select_pages!("asc") } else { select_pages!("desc") };
    let (ids, status) = (List::new(appointments.iter().copied()), as_text(bounds.status));
    let ((above, above_id), (below, below_id)) = (bounds.above, bounds.below);
    let binds: [&dyn Bind; 9] = [&ids, &"", &now, &status, &above, &above_id, &below, &below_id, &bounds.limit];
    db.all(sql, &binds).await
}

/// Returns how many bookings with this status each of these appointments has.
pub async fn counts_of_appointments(
    db: impl Query,
    appointments: &[AppointmentId],
    now: Timestamp,
    status: Option<BookingStatus>,
) -> Result<Vec<(AppointmentId, i64)>> {
    let sql = Scan(concat!(
        "select owner.value, (",
        count_subquery!(concat!(
            "select 1 from bookings where appointment_id = owner.value and $2 = '' and ",
            has_status!()
        )),
        ") from json_each($1) as owner"
    ));
    db.all(sql, &[&List::new(appointments.iter().copied()), &"", &now, &as_text(status)]).await
}

/// Returns how many bookings each of these topics has, without cancelled ones.
pub async fn counts_of_topics(db: impl Query, topics: &[TopicId]) -> Result<Vec<(TopicId, i64)>> {
    db.all(
        Scan(
            "select topic_id, count(*) from bookings
         where topic_id in (select value from json_each($1)) and status <> 'cancelled' group by topic_id",
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
    tx.run(
        "insert into bookings (id, appointment_id, topic_id, mentor_id, student_id, starts_at, ends_at, time_zone,
             location, changeable_until, status, question, booked_at, changed_at, sequence, fingerprint,
             meeting_url, utc_offset, seats)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
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
            &booking.meeting_url,
            &booking.utc_offset,
            &booking.seats,
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

/// Updates a booking that still has the status `before`. Returns 0 if it does not.
pub async fn update(tx: &mut Tx, booking: &Booking, before: BookingStatus) -> Result<u64> {
    tx.run(
        "update bookings set starts_at = $3, ends_at = $4, time_zone = $5, location = $6, changeable_until = $7,
             status = $8, changed_at = $9, sequence = $10, cancelled_at = $11, cancelled_by = $12, cancel_reason = $13,
             no_show_id = $14, meeting_url = $15, utc_offset = $16, seats = $17
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
            &booking.meeting_url,
            &booking.utc_offset,
            &booking.seats,
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

/// Returns how many seats of a booking's session are taken.
pub async fn seats_taken(db: impl Query, booking: &Booking) -> Result<i64> {
    let (count,): (i64,) = db
        .one(
            "select count(*) from bookings
             where mentor_id = $1 and topic_id = $2 and starts_at = $3 and ends_at = $4 and seats > 1
               and status <> 'cancelled'",
            &[&booking.mentor_id, &booking.topic_id, &booking.starts_at, &booking.ends_at],
        )
        .await?;
    Ok(count)
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

/// Returns when the upcoming bookings of an appointment start that a student has between `from` and `to`, without
/// `except`.
pub async fn starts_between(
    db: impl Query,
    appointment: AppointmentId,
    student: AccountId,
    (from, to): (Timestamp, Timestamp),
    except: BookingId,
    now: Timestamp,
) -> Result<Vec<Timestamp>> {
    let starts: Vec<(Timestamp,)> = db
        .all(
            "select starts_at from bookings
             where student_id = $2 and starts_at >= $3 and starts_at < $4 and appointment_id = $1 and id <> $5
               and status = 'upcoming' and ends_at > $6",
            &[&appointment, &student, &from, &to, &except, &now],
        )
        .await?;
    Ok(starts.into_iter().map(|(starts_at,)| starts_at).collect())
}

/// Returns the latest end or cancellation of the bookings between two accounts.
pub async fn last_end_between(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Option<Timestamp>> {
    let (until,): (Option<Timestamp>,) = tx
        .one(
            "select max(case when status = 'cancelled' then cancelled_at else ends_at end) from bookings
             where (mentor_id = $1 and student_id = $2) or (mentor_id = $2 and student_id = $1)",
            &[&one, &other],
        )
        .await?;
    Ok(until)
}

/// Returns the upcoming bookings of an appointment, the soonest first.
pub async fn upcoming_of_appointment(tx: &mut Tx, appointment: AppointmentId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where appointment_id = $1 and status = 'upcoming' and ends_at > $2 order by starts_at, id"
    );
    tx.all(sql, &[&appointment, &now]).await
}

/// Returns the upcoming bookings of an account in both roles.
pub async fn upcoming_of_account(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where (mentor_id = $1 or student_id = $1) and status = 'upcoming' and ends_at > $2 order by id"
    );
    tx.all(sql, &[&account, &now]).await
}

/// Erases the questions and reasons that an account wrote. The bookings stay visible to the other user.
pub async fn erase_texts_of(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.run("update bookings set question = null where student_id = $1 and question is not null", &[&account]).await?;
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
