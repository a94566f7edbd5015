//! Statements about lists of bookings.

use super::{BookingBounds, BookingFilter, BookingOrderField};
use crate::accounts::AccountId;
use crate::bookings::store::{booking, status_at, stored_status};
use crate::bookings::{Booking, BookingRole};
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, Scan, Statement, Texts, count_rows, count_subquery};
use crate::topics::AppointmentId;

/// The API has no larger pages. That of a calendar is larger.
const MAX_API_PAGE: i64 = 100;

/// A condition: the booking of `$1` matches the [`BookingFilter`] at `$2`, in `$3` to `$8`.
macro_rules! matches_filter {
    () => {
        concat!(
            "((mentor_id = $1 and $3 <> 'student') or (student_id = $1 and $3 <> 'mentor'))
             and ($4 is null or ",
            status_at!("$2"),
            " in (select value from json_each($4)))
             and ends_at > $5 and starts_at < $6
             and ($7 is null or topic_id = $7)
             and ($8 is null or (
                 ((mentor_id = $1 and student_id = $8) or (student_id = $1 and mentor_id = $8))
                 and not exists (select 1 from relations where user_id = $1 and other_id = $8 and is_hidden)))"
        )
    };
}

/// The values of a filter, as statements read them.
struct FilterBinds {
    viewer: AccountId,
    now: Timestamp,
    role: &'static str,
    statuses: Option<Texts>,
    filter: BookingFilter,
}

impl FilterBinds {
    fn new(viewer: AccountId, now: Timestamp, filter: BookingFilter) -> Self {
        let role = match filter.role {
            None => "",
            Some(BookingRole::Student) => "student",
            Some(BookingRole::Mentor) => "mentor",
        };
        Self { viewer, now, role, statuses: filter.statuses.texts(), filter }
    }

    fn binds(&self) -> Vec<&dyn Bind> {
        let Self { viewer, now, role, statuses, filter } = self;
        vec![viewer, now, role, statuses, &filter.from, &filter.to, &filter.topic, &filter.user]
    }
}

impl BookingBounds {
    fn binds(&self) -> [&dyn Bind; 5] {
        let ((above, above_id), (below, below_id)) = (&self.above, &self.below);
        [above, above_id, below, below_id, &self.limit]
    }
}

macro_rules! select_page {
    ($field:literal, $order:literal) => {
        concat!(
            "select ",
            booking!(),
            " from bookings where ",
            matches_filter!(),
            " and (",
            $field,
            ", id) > ($9, $10) and (",
            $field,
            ", id) < ($11, $12) order by ",
            $field,
            " ",
            $order,
            ", id ",
            $order,
            " limit $13"
        )
    };
}

/// Returns a page of an account's bookings.
pub async fn page(db: impl Query, viewer: AccountId, now: Timestamp, bounds: BookingBounds) -> Result<Vec<Booking>> {
    let sql = match (bounds.field, bounds.is_ascending) {
        (BookingOrderField::StartsAt, true) => select_page!("starts_at", "asc"),
        (BookingOrderField::StartsAt, false) => select_page!("starts_at", "desc"),
        (BookingOrderField::BookedAt, true) => select_page!("booked_at", "asc"),
        (BookingOrderField::BookedAt, false) => select_page!("booked_at", "desc"),
    };
    let filter = FilterBinds::new(viewer, now, bounds.filter);
    let mut binds = filter.binds();
    binds.extend(bounds.binds());
    // No index has the order of the times of booking.
    let scans = bounds.limit > MAX_API_PAGE || bounds.field == BookingOrderField::BookedAt;
    db.all(Statement::scan_if(scans, sql), &binds).await
}

pub async fn count(db: impl Query, viewer: AccountId, now: Timestamp, filter: BookingFilter) -> Result<i64> {
    let filter = FilterBinds::new(viewer, now, filter);
    let sql = count_rows!(concat!("select 1 from bookings where ", matches_filter!()));
    let (count,): (i64,) = db.one(sql, &filter.binds()).await?;
    Ok(count)
}

/// The pages of several appointments of the viewer with equal bounds.
macro_rules! select_pages {
    ($field:literal, $order:literal) => {
        concat!(
            "select ",
            booking!(),
            " from bookings join (
                 select id as listed_id, row_number() over (
                     partition by appointment_id order by ",
            $field,
            " ",
            $order,
            ", id ",
            $order,
            ") as place
                 from bookings
                 where appointment_id in (select value from json_each($14)) and ",
            matches_filter!(),
            " and (",
            $field,
            ", id) > ($9, $10) and (",
            $field,
            ", id) < ($11, $12)
             ) as listed on listed_id = bookings.id
             where place <= $13 order by ",
            $field,
            " ",
            $order,
            ", bookings.id ",
            $order
        )
    };
}

pub async fn pages_of_appointments(
    db: impl Query,
    viewer: AccountId,
    appointments: &[AppointmentId],
    now: Timestamp,
    bounds: BookingBounds,
) -> Result<Vec<Booking>> {
    let sql = match (bounds.field, bounds.is_ascending) {
        (BookingOrderField::StartsAt, true) => select_pages!("starts_at", "asc"),
        (BookingOrderField::StartsAt, false) => select_pages!("starts_at", "desc"),
        (BookingOrderField::BookedAt, true) => select_pages!("booked_at", "asc"),
        (BookingOrderField::BookedAt, false) => select_pages!("booked_at", "desc"),
    };
    let (filter, ids) = (FilterBinds::new(viewer, now, bounds.filter), List::new(appointments.iter().copied()));
    let mut binds = filter.binds();
    binds.extend(bounds.binds());
    binds.push(&ids);
    db.all(sql, &binds).await
}

/// Returns how many bookings that match a filter each of these appointments of the viewer has.
pub async fn counts_of_appointments(
    db: impl Query,
    viewer: AccountId,
    appointments: &[AppointmentId],
    now: Timestamp,
    filter: BookingFilter,
) -> Result<Vec<(AppointmentId, i64)>> {
    let sql = Scan(concat!(
        "select owner.value, (",
        count_subquery!(concat!("select 1 from bookings where appointment_id = owner.value and ", matches_filter!())),
        ") from json_each($9) as owner"
    ));
    let (filter, ids) = (FilterBinds::new(viewer, now, filter), List::new(appointments.iter().copied()));
    let mut binds = filter.binds();
    binds.push(&ids);
    db.all(sql, &binds).await
}
