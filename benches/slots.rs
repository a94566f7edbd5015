//! The slots in 31 days of a mentor with five appointments and 500 booked sessions.
//!
//! `derive` is the function that computes the slots, alone; `query` the whole operation on SQLite, from the validated
//! document to its data, for one appointment; `five` the same for all five at once.

use std::time::Duration;

use criterion::{BatchSize, Criterion};
use futures_util::FutureExt;
use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;
use studyhall::topics::AppointmentId;
use studyhall::topics::appointments::store as appointments;
use studyhall::topics::availability::slots;
use studyhall::topics::occupancies::{Occupancy, store as occupancies};
use tokio::runtime::Runtime;

use crate::campus::{CHEAP_HASHING, Campus, Member, request};

const APPOINTMENTS: usize = 5;
const SESSIONS: i64 = 500;
const DAYS: u64 = 31;

const CREATE_TOPIC: &str = "mutation($input: CreateTopicInput!) {
    createTopic(input: $input) { topicEdge { node { id } } userErrors { message } }
}";
const CREATE_APPOINTMENT: &str = "mutation($input: CreateAppointmentInput!) {
    createAppointment(input: $input) { appointmentEdge { node { id } } userErrors { message } }
}";
const ONE: &str = "query($id: ID!, $from: DateTime!, $to: DateTime!) {
    appointment(id: $id) { slots(from: $from, to: $to) { startsAt endsAt seatsLeft } }
}";
const FIVE: &str = "query($user: ID!, $from: DateTime!, $to: DateTime!) {
    user(by: { id: $user }) { appointments { edges { node { slots(from: $from, to: $to) { startsAt } } } } }
}";

async fn create_appointment(campus: &Campus, mentor: &Member, number: usize) -> String {
    let topic =
        campus.execute(&mentor.caller, CREATE_TOPIC, json!({ "input": { "title": format!("Topic {number}") } })).await;
    let topic = &topic["data"]["createTopic"]["topicEdge"]["node"]["id"];
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let hours: Vec<Value> = days.iter().map(|day| json!({ "weekday": day, "from": "08:00", "to": "20:00" })).collect();
    let input = json!({
        "topicId": topic, "timeZone": "Europe/Berlin", "sessionMinutes": 15 * (number + 1), "weeklyHours": hours,
    });
    let response = campus.execute(&mentor.caller, CREATE_APPOINTMENT, json!({ "input": input })).await;
    response["data"]["createAppointment"]["appointmentEdge"]["node"]["id"].as_str().expect("an id").to_owned()
}

pub fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("the runtime starts");
    let (campus, mentor, global_ids) = runtime.block_on(async {
        let campus = Campus::open(CHEAP_HASHING).await;
        let mentor = campus.member("ada").await;
        let mut global_ids = Vec::new();
        for number in 0..APPOINTMENTS {
            global_ids.push(create_appointment(&campus, &mentor, number).await);
        }
        (campus, mentor, global_ids)
    });
    let now = campus.app.clock.now();
    let to = now.plus(Duration::from_hours(24 * DAYS));
    let account = AccountId::from_global(&mentor.id.as_str().into()).expect("a user");
    let ids: Vec<AppointmentId> =
        global_ids.iter().filter_map(|id| AppointmentId::from_global(&id.as_str().into())).collect();
    let (appointment, occupied) = runtime.block_on(async {
        let insert = "insert into occupancies
            (id, person_id, appointment_id, starts_at, ends_at, busy_until, seats, seats_taken)
            values ($1, $2, $3, $4, $5, $5, 1, 1)";
        let mut tx = campus.app.db.write().await.expect("a transaction begins");
        for number in 0..SESSIONS {
            let from = now.plus(Duration::from_mins(60 + 85 * number.unsigned_abs()));
            let until = from.plus(Duration::from_mins(30));
            let id = ids[usize::try_from(number).unwrap_or_default() % APPOINTMENTS];
            tx.run(insert, &[&campus.app.clock.new_id(), &account, &id, &from, &until]).await.expect("a session");
        }
        tx.commit().await.expect("they are written");
        let loaded = appointments::visible_by_ids(&campus.app.db, account, &ids[1..2]).await;
        let appointment = loaded.expect("the query succeeds").remove(0);
        let found = occupancies::around(&campus.app.db, &[account], now..to).await.expect("they are read");
        let occupied: Vec<Occupancy> = found.into_iter().map(|found| found.occupancy).collect();
        (appointment, occupied)
    });
    let slot_count = slots::open_slots(&appointment, now..to, now, &occupied).len();
    println!("{slot_count} slots beside {} booked sessions", occupied.len());

    let mut group = criterion.benchmark_group("slots");
    group.bench_function("derive", |b| b.iter(|| slots::open_slots(&appointment, now..to, now, &occupied)));
    let text = |at: Timestamp| studyhall::graphql::scalars::write_date_time(at);
    let range = json!({ "from": text(now), "to": text(to), "id": global_ids[1], "user": mentor.id });
    for (name, query, unused) in [("query", ONE, "user"), ("five", FIVE, "id")] {
        let mut variables = range.clone();
        variables.as_object_mut().expect("an object").remove(unused);
        let prepared = || async {
            campus
                .executor
                .prepare(request(query, variables.clone()), &mentor.caller)
                .await
                .expect("the request is valid")
        };
        let response = runtime.block_on(async { campus.executor.run(prepared().await).await });
        assert!(response.errors.is_empty(), "{response:?}");
        let prepare = || prepared().now_or_never().expect("a cached document needs no wait");
        group.bench_function(name, |b| {
            b.to_async(&runtime).iter_batched(
                prepare,
                |prepared| campus.executor.run(prepared),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}
