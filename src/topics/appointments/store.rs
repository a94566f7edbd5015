//! Statements about appointments.

use super::Appointment;
use crate::accounts::AccountId;
use crate::db::{Bind, Error, List, Query, Result, Scan, Sql, Tx, count_subquery};
use crate::topics::{AppointmentId, TopicId};

macro_rules! select_appointment {
    (wanted: $list:literal, $($rest:expr),+) => {
        select_appointment!(from: concat!("json_each(", $list, ") as wanted cross join "), $($rest),+)
    };
    (from: $before_appointments:expr, $($rest:expr),+) => {
        concat!(
            "select appointments.id, topic_id, mentor_id, appointments.description, location, meeting_url,
                    questions, time_zone, session_minutes, seats, availability, minimum_notice_minutes, cancellation_notice_minutes,
                    horizon_days, buffer_minutes, max_bookings_per_day, is_active, is_approval_required,
                    appointments.created_at,
                    is_archived as is_topic_archived,
                    (select locked_at from accounts where accounts.id = mentor_id) as locked_at,
                    (select lock_ends_at from accounts where accounts.id = mentor_id) as lock_ends_at
             from ",
            $before_appointments,
            "appointments join topics on topics.id = topic_id ",
            $($rest),+
        )
    };
    ($($rest:expr),+) => {
        select_appointment!(from: "", $($rest),+)
    };
}

/// A condition: there is no block between the viewer, `$1`, and the mentor.
macro_rules! is_visible {
    () => {
        "not exists (select 1 from relations where user_id = $1 and other_id = mentor_id and is_hidden)"
    };
}

/// Returns those of these appointments that the viewer can see.
pub async fn visible_by_ids(db: impl Query, viewer: AccountId, ids: &[AppointmentId]) -> Result<Vec<Appointment>> {
    let sql = select_appointment!(wanted: "$2", "where appointments.id = wanted.value and ", is_visible!());
    db.all(sql, &[&viewer, &List::new(ids.iter().copied())]).await
}

/// Returns an appointment regardless of blocks.
pub async fn by_id(db: impl Query, id: AppointmentId) -> Result<Option<Appointment>> {
    db.opt(select_appointment!("where appointments.id = $1"), &[&id]).await
}

pub async fn visible_by_id(tx: &mut Tx, viewer: AccountId, id: AppointmentId) -> Result<Option<Appointment>> {
    tx.opt(select_appointment!("where appointments.id = $2 and ", is_visible!()), &[&viewer, &id]).await
}

/// Returns the active appointments of a topic that the viewer can see, by id.
pub async fn active_of_topic(db: impl Query, viewer: AccountId, topic: TopicId) -> Result<Vec<Appointment>> {
    let sql = select_appointment!("where topic_id = $2 and is_active and ", is_visible!(), " order by appointments.id");
    db.all(sql, &[&viewer, &topic]).await
}

/// Returns the active appointments of a mentor for topics that are not archived, newest first.
pub async fn bookable_of_mentor(db: impl Query, mentor: AccountId) -> Result<Vec<Appointment>> {
    let sql =
        select_appointment!("where mentor_id = $1 and is_active and not is_archived order by appointments.id desc");
    db.all(sql, &[&mentor]).await
}

pub async fn ids_of_mentor(tx: &mut Tx, mentor: AccountId) -> Result<Vec<(AppointmentId,)>> {
    tx.all("select id from appointments where mentor_id = $1 order by id", &[&mentor]).await
}

/// The topic or mentor whose appointments a list contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    Topic(TopicId),
    Mentor(AccountId),
}

/// The bounds of a page of appointments. One statement loads the pages of several owners that have equal bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppointmentBounds {
    pub after: i64,
    pub before: i64,
    pub limit: i64,
    pub is_backward: bool,
}

/// The pages of several owners with equal bounds, newest first, or oldest first if they are read backwards.
macro_rules! pages {
    ($owner:literal, $order:literal) => {
        select_appointment!(
            "join (
                 select id as listed_id, row_number() over (partition by ",
            $owner,
            " order by id ",
            $order,
            ") as place
                 from appointments
                 where ",
            $owner,
            " in (select value from json_each($2)) and id < $3 and id > $4 and ",
            is_visible!(),
            "
             ) as listed on listed_id = appointments.id
             where place <= $5 order by appointments.id ",
            $order
        )
    };
}

pub async fn pages(
    db: impl Query,
    viewer: AccountId,
    owners: &[Owner],
    bounds: AppointmentBounds,
) -> Result<Vec<Appointment>> {
    let is_of_topics = owners.iter().any(|owner| matches!(owner, Owner::Topic(_)));
    let sql = match (is_of_topics, bounds.is_backward) {
        (true, false) => pages!("topic_id", "desc"),
        (true, true) => pages!("topic_id", "asc"),
        (false, false) => pages!("mentor_id", "desc"),
        (false, true) => pages!("mentor_id", "asc"),
    };
    db.all(sql, &[&viewer, &ids(owners), &bounds.after, &bounds.before, &bounds.limit]).await
}

macro_rules! counts {
    ($owner:literal) => {
        Scan(concat!(
            "select owner.value, (",
            count_subquery!(concat!("select 1 from appointments where ", $owner, " = owner.value and ", is_visible!())),
            ") from json_each($2) as owner"
        ))
    };
}

/// Returns how many appointments each of these owners has. The owners must be all topics or all mentors.
pub async fn counts(db: impl Query, viewer: AccountId, owners: &[Owner]) -> Result<Vec<(i64, i64)>> {
    let is_of_topics = owners.iter().any(|owner| matches!(owner, Owner::Topic(_)));
    let sql = if is_of_topics { counts!("topic_id") } else { counts!("mentor_id") };
    db.all(sql, &[&viewer, &ids(owners)]).await
}

fn ids(owners: &[Owner]) -> List {
    List::new(owners.iter().map(|owner| match owner {
        Owner::Topic(topic) => topic.0,
        Owner::Mentor(mentor) => mentor.0,
    }))
}

pub async fn count_of_mentor(tx: &mut Tx, mentor: AccountId) -> Result<i64> {
    let (count,): (i64,) = tx.one("select count(*) from appointments where mentor_id = $1", &[&mentor]).await?;
    Ok(count)
}

/// Returns 0 if the mentor already has an appointment for the topic.
pub async fn insert(tx: &mut Tx, appointment: &Appointment) -> Result<u64> {
    write(
        tx,
        "insert into appointments (id, description, location, time_zone, session_minutes, seats, availability,
             minimum_notice_minutes, cancellation_notice_minutes, horizon_days, buffer_minutes, max_bookings_per_day,
             is_active, meeting_url, questions, is_approval_required, topic_id, mentor_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) on conflict do nothing",
        appointment,
        &[&appointment.topic_id, &appointment.mentor_id, &appointment.created_at],
    )
    .await
}

pub async fn update(tx: &mut Tx, appointment: &Appointment) -> Result<u64> {
    write(
        tx,
        "update appointments set description = $2, location = $3, time_zone = $4, session_minutes = $5, seats = $6,
             availability = $7, minimum_notice_minutes = $8, cancellation_notice_minutes = $9, horizon_days = $10,
             buffer_minutes = $11, max_bookings_per_day = $12, is_active = $13, meeting_url = $14, questions = $15,
             is_approval_required = $16
         where id = $1",
        appointment,
        &[],
    )
    .await
}

async fn write(tx: &mut Tx, sql: &'static str, appointment: &Appointment, more: &[&dyn Bind]) -> Result<u64> {
    let availability = serde_json::to_string(&appointment.availability).map_err(Error::serialization)?;
    let questions = serde_json::to_string(&appointment.questions).map_err(Error::serialization)?;
    let mut binds: Vec<&dyn Bind> = vec![
        &appointment.id,
        &appointment.description,
        &appointment.location,
        &appointment.time_zone,
        &appointment.session_minutes,
        &appointment.seats,
        &availability,
        &appointment.minimum_notice_minutes,
        &appointment.cancellation_notice_minutes,
        &appointment.horizon_days,
        &appointment.buffer_minutes,
        &appointment.max_bookings_per_day,
        &appointment.is_active,
        &appointment.meeting_url,
        &questions,
        &appointment.is_approval_required,
    ];
    binds.extend(more);
    tx.run(Sql::from(sql), &binds).await
}

/// Stores that a user had an appointment.
pub async fn set_was_mentor(tx: &mut Tx, mentor: AccountId) -> Result<u64> {
    tx.run("update users set was_mentor = true where id = $1 and not was_mentor", &[&mentor]).await
}

/// Claims a client key for a new appointment. Returns 0 if the mentor has used it. A concurrent claim of the same key waits
/// until the first transaction ends.
pub async fn claim_key(
    tx: &mut Tx,
    mentor: AccountId,
    key: &str,
    appointment: AppointmentId,
    fingerprint: &[u8],
) -> Result<u64> {
    tx.run(
        "insert into appointment_keys (mentor_id, client_key, appointment_id, fingerprint) values ($1, $2, $3, $4)
         on conflict do nothing",
        &[&mentor, &key, &appointment, &fingerprint],
    )
    .await
}

/// Returns the appointment of a client key, which may be deleted, and the fingerprint of its content.
pub async fn by_key(tx: &mut Tx, mentor: AccountId, key: &str) -> Result<Option<(AppointmentId, Vec<u8>)>> {
    tx.opt(
        "select appointment_id, fingerprint from appointment_keys where mentor_id = $1 and client_key = $2",
        &[&mentor, &key],
    )
    .await
}

pub async fn delete(tx: &mut Tx, id: AppointmentId) -> Result<u64> {
    tx.run("delete from appointments where id = $1", &[&id]).await
}
