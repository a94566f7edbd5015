//! Concurrent bookings: no time is booked twice, no free time is lost, and every rejection has its code.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{self, Query};
use tokio::sync::Barrier;

use super::monday;
use crate::support::{Campus, Engine, Person};

const STUDENTS: usize = 20;
const TASKS: usize = 300;

/// A booking as the API returns it.
#[derive(Clone, Debug)]
struct StoredBooking {
    appointment: String,
    people: [String; 2],
    from: String,
    to: String,
}

async fn stored_bookings(campus: &Campus, person: &Person) -> Vec<StoredBooking> {
    let query = "query($after: String) { bookings(status: UPCOMING, first: 100, after: $after) {
        edges { node { startsAt endsAt appointment { id } mentor { username } student { username } } }
        pageInfo { hasNextPage endCursor }
    } }";
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = person.execute(query, json!({ "after": after })).await.field("bookings");
        for edge in page["edges"].as_array().expect("edges") {
            let node = &edge["node"];
            let people = [text(&node["mentor"]["username"]), text(&node["student"]["username"])];
            let appointment = text(&node["appointment"]["id"]);
            found.push(StoredBooking { appointment, people, from: text(&node["startsAt"]), to: text(&node["endsAt"]) });
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    let (rows,): (i64,) = campus
        .app
        .db
        .one("select count(*) from bookings join users on users.id in (mentor_id, student_id) where username = $1 and status = 'upcoming'", &[&person.username])
        .await
        .expect("the rows are counted");
    assert_eq!(i64::try_from(found.len()).ok(), Some(rows), "the list is complete");
    found
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_concurrent_bookings_of_overlapping_slots_never_collide(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    // The limits of concurrency are raised, so that every request reaches the database.
    let settings = ["--rate-limits=off", "--max-operations=512", "--max-operations-per-address=512"];
    let campus = Campus::start_with(engine, &settings).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (knots, sails) = (ada.create_topic("Knots").await, ada.create_topic("Sails").await);
    // Sessions of different lengths in the same hours, some with several seats, some with a buffer.
    let hours = json!([{ "weekday": "MONDAY", "from": "06:00", "to": "20:00" }]);
    let mut appointments = Vec::new();
    for (mentor, topic, minutes, seats, buffer) in [
        (&ada, &knots, 45, 1, 0),
        (&ada, &sails, 60, 3, 0),
        (&grace, &knots, 30, 1, 15),
        (&grace, &sails, 50, 1, 0),
        (&mary, &knots, 60, 1, 0),
        (&mary, &sails, 40, 2, 5),
    ] {
        let more = json!({
            "weeklyHours": hours, "sessionMinutes": minutes, "seats": seats, "bufferMinutes": buffer,
            "maxBookingsPerStudentPerDay": 4,
        });
        appointments.push((mentor.create_appointment(topic, &more).await, seats, i64::from(minutes + buffer)));
    }
    let mut slots = Vec::new();
    for (appointment, ..) in &appointments {
        slots.extend(ada.slot_starts(appointment).await.into_iter().map(|start| (appointment.clone(), start)));
    }
    let mut students = Vec::new();
    for number in 0..STUDENTS {
        students.push(campus.member(&format!("student{number}")).await);
    }
    // Mentors book as well.
    students.extend([ada.clone(), mary.clone()]);

    let start = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let student = students[task % students.len()].clone();
            let (appointment, starts_at) = slots[(task * 7) % slots.len()].clone();
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let answer = student.try_book(&appointment, &starts_at).await;
                (answer.refusals("createBooking"), student.username, appointment, starts_at)
            })
        })
        .collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut successful = Vec::new();
    for task in tasks {
        let (refusals, student, appointment, starts_at) = task.await.expect("the task ends");
        *outcomes.entry(refusals.join(" and ")).or_default() += 1;
        if refusals.is_empty() {
            successful.push((student, appointment.as_str().expect("an id").to_owned(), starts_at));
        }
    }
    println!("{engine:?}: {outcomes:?}");
    let expected = ["", "SLOT_TAKEN", "OVERLAP", "BOOKING_LIMIT", "FORBIDDEN"];
    for outcome in outcomes.keys() {
        assert!(expected.contains(&outcome.split(' ').next().unwrap_or_default()), "{outcomes:?}");
    }

    // Exactly the acknowledged bookings are stored.
    let mut all = Vec::new();
    for person in students.iter().chain([&grace]) {
        all.extend(stored_bookings(&campus, person).await.into_iter().map(|stored| (person.username.clone(), stored)));
    }
    let of_students: BTreeSet<(&str, &str, &str)> = all
        .iter()
        .filter(|(person, stored)| stored.people[1] == *person)
        .map(|(person, stored)| (person.as_str(), stored.appointment.as_str(), stored.from.as_str()))
        .collect();
    let acknowledged: BTreeSet<(&str, &str, &str)> = successful
        .iter()
        .map(|(student, appointment, start)| (student.as_str(), appointment.as_str(), start.as_str()))
        .collect();
    assert_eq!(of_students, acknowledged);

    // No user has overlapping bookings, except for sessions that students share, and no session exceeds its seats.
    let mut sessions: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (_, appointment, start) in &acknowledged {
        *sessions.entry((appointment, start)).or_default() += 1;
    }
    for ((appointment, _), count) in &sessions {
        let seats = appointments.iter().find(|(id, ..)| id == appointment).map(|(_, seats, _)| i64::from(*seats));
        assert!(Some(*count) <= seats, "{sessions:?}");
    }
    for (person, one) in &all {
        for (_, other) in all.iter().filter(|(other, _)| other == person) {
            let is_same = one.appointment == other.appointment && (&one.from, &one.to) == (&other.from, &other.to);
            let overlaps = one.from < other.to && other.from < one.to;
            assert!(is_same || !overlaps, "{person}: {one:?} {other:?}");
        }
    }

    // No slot is lost: every slot that is still listed can be booked.
    let last = campus.member("last").await;
    for (appointment, ..) in &appointments {
        for start in last.slot_starts(appointment).await {
            let helper = campus.member(&format!("h{}", campus.app.clock.new_id())).await;
            assert_eq!(helper.try_book(appointment, &start).await.refusals("createBooking"), [""; 0], "{start}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_booked_as_often_as_it_has_seats(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut students = Vec::new();
    for number in 0..16 {
        students.push(campus.member(&format!("student{number}")).await);
    }
    for seats in [1, 3] {
        let appointment = ada
            .teaches(
                "Knots",
                &json!({ "seats": seats, "weeklyHours": [
            { "weekday": "MONDAY", "from": "09:00", "to": if seats == 1 { "10:00" } else { "11:00" } },
        ] }),
            )
            .await;
        let at = if seats == 1 { monday("09:00") } else { monday("10:00") };
        let tasks = students.iter().map(|student| student.try_book(&appointment, &at));
        let answers = futures_util::future::join_all(tasks).await;
        let refusals: Vec<_> = answers.iter().flat_map(|answer| answer.refusals("createBooking")).collect();
        assert_eq!(refusals.len(), students.len() - seats, "{refusals:?}");
        assert!(refusals.iter().all(|refusal| refusal == "SLOT_TAKEN input.startsAt"), "{refusals:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_creating_rescheduling_and_cancelling_leave_no_occupancy_behind(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    let mut students = Vec::new();
    for number in 0..3 {
        students.push(campus.member(&format!("student{number}")).await);
    }
    let times = ["09:00", "10:00", "11:00"].map(monday);
    for round in 0..6 {
        let mut mine = Vec::new();
        for (student, time) in students.iter().zip(&times) {
            mine.push(student.book(&appointment, time).await["id"].clone());
        }
        let work = students.iter().zip(&mine).enumerate().map(|(number, (student, booking))| {
            let to = times[(number + round) % 3].clone();
            let ada = ada.clone();
            async move {
                let (one, two, three) = tokio::join!(
                    student.reschedule(booking, &to),
                    ada.cancel(booking),
                    student.try_book(booking, &to),
                );
                for answer in [one.data(), two.data(), three.data()] {
                    let errors = answer.as_object().and_then(|data| data.values().next()).expect("a payload");
                    assert!(errors["userErrors"].is_array(), "{answer}");
                }
            }
        });
        futures_util::future::join_all(work).await;
        assert_eq!(ada.query("{ bookings(status: UPCOMING) { totalCount } }").await["bookings"]["totalCount"], 0);
        assert_eq!(ada.slot_starts(&appointment).await, times, "every slot is free again");
    }
    let (left,): (i64,) =
        campus.app.db.one("select count(*) from occupancies", &[]).await.expect("the rows are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn the_database_rejects_overlapping_occupancies_of_an_account(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.teaches("Knots", &json!({})).await;
    let insert =
        "insert into occupancies (id, person_id, appointment_id, starts_at, ends_at, busy_until, seats, seats_taken)
        select $1, mentor_id, id, $2, $3, $4, $5, $6 from appointments";
    let one: Option<i64> = Some(1);
    // In the future: a sweep deletes what is over at any time.
    let monday = monday("00:00").parse::<jiff::Timestamp>().expect("a time").as_microsecond();
    let add = async |id: i64, from: i64, to: i64, until: i64, seats: Option<i64>| {
        let [from, to, until] = [from, to, until].map(|offset| monday + offset);
        campus.app.db.run(insert, &[&id, &from, &to, &until, &seats, &seats.and(one)]).await
    };
    add(1, 100, 200, 250, Some(2)).await.expect("the time is free");
    add(2, 250, 300, 300, Some(1)).await.expect("it touches the buffer");
    add(3, 200, 250, 250, None).await.expect("a buffer does not collide with the mentor's own booking");
    let refused: Vec<Result<u64, db::Error>> = vec![
        add(4, 199, 201, 201, None).await,
        add(5, 50, 101, 101, None).await,
        add(6, 120, 130, 130, None).await,
        add(7, 90, 400, 400, None).await,
        add(8, 60, 90, 101, Some(1)).await,
        campus.app.db.run("update occupancies set starts_at = starts_at - 1 where id = 3", &[]).await,
        campus.app.db.run("update occupancies set seats_taken = 3 where id = 1", &[]).await,
        campus
            .app
            .db
            .run("update occupancies set ends_at = ends_at + 10, busy_until = busy_until + 10 where id = 3", &[])
            .await,
    ];
    for (index, outcome) in refused.iter().enumerate() {
        assert!(outcome.as_ref().is_err_and(db::Error::is_constraint), "{index}: {outcome:?}");
    }
}
