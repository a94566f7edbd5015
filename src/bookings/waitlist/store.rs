//! Statements about waitlists.

use super::{WaitlistEntry, WaitlistEntryId};
use crate::accounts::AccountId;
use crate::bookings::Booking;
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, Scan, Tx};
use crate::is_locked;
use crate::topics::AppointmentId;

/// Whether, at the instant `$now`, a block parts student and mentor, or the student's account is locked.
macro_rules! is_barred {
    ($now:literal) => {
        concat!(
            "(exists (select 1 from relations
                      where user_id = waitlist_entries.student_id and other_id = waitlist_entries.mentor_id and is_hidden)
              or exists (select 1 from accounts where accounts.id = waitlist_entries.student_id and ",
            is_locked!($now),
            "))"
        )
    };
}

/// Entries as they are at the instant `$1`.
macro_rules! select_entries {
    ($rest:literal) => {
        concat!(
            "select id, appointment_id, mentor_id, student_id, starts_at, ends_at, joined_at, bookable_until,
                    offer_expires_at, announced_place, ",
            is_barred!("$1"),
            " as is_barred from waitlist_entries where ",
            $rest
        )
    };
}

/// Returns all entries of the slots of a mentor, by slot, those who joined first first.
pub async fn of_mentor(tx: &mut Tx, mentor: AccountId, now: Timestamp) -> Result<Vec<WaitlistEntry>> {
    tx.all(select_entries!("mentor_id = $2 order by appointment_id, starts_at, joined_at, id"), &[&now, &mentor]).await
}

/// Returns the entries of a student, also those that have ended and are not settled yet, the soonest slot first.
pub async fn of_student(db: impl Query, student: AccountId, now: Timestamp) -> Result<Vec<WaitlistEntry>> {
    db.all(select_entries!("student_id = $2 order by starts_at, id"), &[&now, &student]).await
}

/// Returns those of these entries that belong to the student.
pub async fn own_by_ids(
    db: impl Query,
    student: AccountId,
    ids: &[WaitlistEntryId],
    now: Timestamp,
) -> Result<Vec<WaitlistEntry>> {
    let sql = select_entries!("student_id = $2 and id in (select value from json_each($3))");
    db.all(sql, &[&now, &student, &List::new(ids.iter().copied())]).await
}

/// Returns the entry of a student for a slot.
pub async fn of_slot(
    tx: &mut Tx,
    appointment: AppointmentId,
    starts_at: Timestamp,
    student: AccountId,
    now: Timestamp,
) -> Result<Option<WaitlistEntry>> {
    let sql = select_entries!("appointment_id = $2 and starts_at = $3 and student_id = $4");
    tx.opt(sql, &[&now, &appointment, &starts_at, &student]).await
}

/// Returns when the last student joined the waitlist of a slot.
pub async fn latest_joined(tx: &mut Tx, appointment: AppointmentId, starts_at: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "select max(joined_at) from waitlist_entries where appointment_id = $1 and starts_at = $2";
    let (latest,): (Option<Timestamp>,) = tx.one(sql, &[&appointment, &starts_at]).await?;
    Ok(latest)
}

/// A condition: the topic of the entry's appointment is archived. The entry ends when the slot is looked at next, and with
/// the next sweep.
macro_rules! is_archived {
    () => {
        "exists (select 1 from appointments join topics on topics.id = topic_id
                 where appointments.id = appointment_id and is_archived)"
    };
}

/// Returns those of these mentors who have entries to settle.
pub async fn due_of(db: impl Query, mentors: &[AccountId], now: Timestamp) -> Result<Vec<(AccountId,)>> {
    let sql = concat!(
        "select distinct mentor_id from waitlist_entries
         where mentor_id in (select value from json_each($2))
           and (offer_expires_at <= $1 or bookable_until < $1 or ",
        is_archived!(),
        ")
         union
         select mentor_id from waitlist_checks where mentor_id in (select value from json_each($2))
         order by mentor_id"
    );
    db.all(sql, &[&now, &List::new(mentors.iter().map(|mentor| mentor.0))]).await
}

/// Returns mentors behind `after` who have entries whose offer or slot has ended with time, or to be looked at again.
pub async fn due(db: impl Query, now: Timestamp, after: AccountId, limit: i64) -> Result<Vec<(AccountId,)>> {
    // Found by the instants first: few entries are due, and many mentors are behind `after`.
    db.all(
        Scan(
            "with due as materialized (
             select mentor_id from waitlist_entries where offer_expires_at <= $1 and offer_expires_at is not null
             union
             select mentor_id from waitlist_entries where bookable_until < $1
             union
             select mentor_id from waitlist_checks)
         select mentor_id from due where mentor_id > $2 order by mentor_id limit $3",
        ),
        &[&now, &after, &limit],
    )
    .await
}

/// Stores that the waitlists in which a student waits are to be looked at again, because a booking was moved or has ended.
pub async fn request_checks(tx: &mut Tx, booking: &Booking, student: AccountId) -> Result<u64> {
    tx.run(
        "insert into waitlist_checks (mentor_id, booking_id, sequence)
         select distinct mentor_id, cast($1 as bigint), cast($2 as bigint) from waitlist_entries
         where student_id = $3 and offer_expires_at is null",
        &[&booking.id, &booking.sequence, &student],
    )
    .await
}

/// Deletes the requests to look at the waitlists of a mentor. Those of transactions that have not committed stay.
pub async fn take_checks(tx: &mut Tx, mentor: AccountId) -> Result<u64> {
    tx.run("delete from waitlist_checks where mentor_id = $1", &[&mentor]).await
}

/// Returns mentors behind `after` who have entries for archived topics.
pub async fn archived(db: impl Query, after: AccountId, limit: i64) -> Result<Vec<(AccountId,)>> {
    let sql = concat!(
        "select distinct mentor_id from waitlist_entries where mentor_id > $1 and ",
        is_archived!(),
        " order by mentor_id limit $2"
    );
    db.all(Scan(sql), &[&after, &limit]).await
}

/// Applies the minimum notice of an appointment to its waitlists.
pub async fn set_notice(tx: &mut Tx, appointment: AppointmentId, minutes: i64) -> Result<u64> {
    tx.run(
        "update waitlist_entries set bookable_until = starts_at - $2 * 60000000 where appointment_id = $1",
        &[&appointment, &minutes],
    )
    .await
}

/// Returns the place of an entry among those of its slot who wait, starting at 1.
pub async fn position(db: impl Query, entry: &WaitlistEntry, now: Timestamp) -> Result<i64> {
    let sql = concat!(
        "select count(*) from waitlist_entries
         where appointment_id = $2 and starts_at = $3 and offer_expires_at is null and (joined_at, id) <= ($4, $5)
           and not ",
        is_barred!("$1")
    );
    let binds: [&dyn Bind; 5] = [&now, &entry.appointment_id, &entry.starts_at, &entry.joined_at, &entry.id];
    let (position,): (i64,) = db.one(sql, &binds).await?;
    Ok(position)
}

/// Returns how many students are in the waitlist of each slot of these appointments.
pub async fn counts(
    db: impl Query,
    appointments: &[AppointmentId],
    now: Timestamp,
) -> Result<Vec<(AppointmentId, Timestamp, i64)>> {
    let sql = concat!(
        "select appointment_id, starts_at, count(*) from waitlist_entries
         where appointment_id in (select value from json_each($2))
           and (offer_expires_at is null or offer_expires_at > $1) and not ",
        is_barred!("$1"),
        " group by appointment_id, starts_at"
    );
    db.all(sql, &[&now, &List::new(appointments.iter().copied())]).await
}

pub async fn insert(tx: &mut Tx, entry: &WaitlistEntry) -> Result<u64> {
    tx.run(
        "insert into waitlist_entries (id, appointment_id, mentor_id, student_id, starts_at, ends_at, joined_at,
             bookable_until, announced_place)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &entry.id,
            &entry.appointment_id,
            &entry.mentor_id,
            &entry.student_id,
            &entry.starts_at,
            &entry.ends_at,
            &entry.joined_at,
            &entry.bookable_until,
            &entry.announced_place,
        ],
    )
    .await
}

/// Stores until when a seat is held for an entry; `None` if it waits again.
pub async fn set_offer(tx: &mut Tx, id: WaitlistEntryId, until: Option<Timestamp>) -> Result<u64> {
    tx.run("update waitlist_entries set offer_expires_at = $2 where id = $1", &[&id, &until]).await
}

/// Stores the place that the student's clients know from events.
pub async fn set_announced_place(tx: &mut Tx, id: WaitlistEntryId, place: i64) -> Result<u64> {
    tx.run("update waitlist_entries set announced_place = $2 where id = $1", &[&id, &place]).await
}

pub async fn delete(tx: &mut Tx, id: WaitlistEntryId) -> Result<u64> {
    tx.run("delete from waitlist_entries where id = $1", &[&id]).await
}
