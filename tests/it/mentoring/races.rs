//! Many who want the same time at once: everybody gets what is free, nobody gets what is taken, and each is told why.

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

/// A booking as it was read back.
#[derive(Clone, Debug)]
struct Kept {
    offer: String,
    people: [String; 2],
    from: String,
    to: String,
}

async fn kept(campus: &Campus, person: &Person) -> Vec<Kept> {
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
            let offer = text(&node["appointment"]["id"]);
            found.push(Kept { offer, people, from: text(&node["startsAt"]), to: text(&node["endsAt"]) });
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
        .expect("they are counted");
    assert_eq!(i64::try_from(found.len()).ok(), Some(rows), "the list is whole");
    found
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_who_race_for_overlapping_slots_never_collide(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    // Nobody is turned away at the door: what is tried here is what happens behind it.
    let doors = ["--rate-limits=off", "--max-operations=512", "--max-operations-per-address=512"];
    let campus = Campus::start_with(engine, &doors).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (knots, sails) = (ada.topic("Knots").await, ada.topic("Sails").await);
    // Sessions of unequal lengths in the same hours; one is for three, one has a rest.
    let hours = json!([{ "weekday": "MONDAY", "from": "06:00", "to": "20:00" }]);
    let mut offers = Vec::new();
    for (mentor, topic, minutes, seats, rest) in [
        (&ada, &knots, 45, 1, 0),
        (&ada, &sails, 60, 3, 0),
        (&grace, &knots, 30, 1, 15),
        (&grace, &sails, 50, 1, 0),
        (&mary, &knots, 60, 1, 0),
        (&mary, &sails, 40, 2, 5),
    ] {
        let more = json!({
            "weeklyHours": hours, "sessionMinutes": minutes, "seats": seats, "bufferMinutes": rest,
            "maxBookingsPerStudentPerDay": 4,
        });
        offers.push((mentor.offer(topic, &more).await, seats, i64::from(minutes + rest)));
    }
    let mut slots = Vec::new();
    for (offer, ..) in &offers {
        slots.extend(ada.starts(offer).await.into_iter().map(|start| (offer.clone(), start)));
    }
    let mut students = Vec::new();
    for number in 0..STUDENTS {
        students.push(campus.member(&format!("student{number}")).await);
    }
    // Mentors learn, too.
    students.extend([ada.clone(), mary.clone()]);

    let start = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let student = students[task % students.len()].clone();
            let (offer, starts_at) = slots[(task * 7) % slots.len()].clone();
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let answer = student.try_book(&offer, &starts_at).await;
                (answer.refusals("createBooking"), student.username, offer, starts_at)
            })
        })
        .collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut won = Vec::new();
    for task in tasks {
        let (refusals, student, offer, starts_at) = task.await.expect("the task ends");
        *outcomes.entry(refusals.join(" and ")).or_default() += 1;
        if refusals.is_empty() {
            won.push((student, offer.as_str().expect("an id").to_owned(), starts_at));
        }
    }
    println!("{engine:?}: {outcomes:?}");
    let known = ["", "SLOT_TAKEN", "OVERLAP", "BOOKING_LIMIT", "FORBIDDEN"];
    for outcome in outcomes.keys() {
        assert!(known.contains(&outcome.split(' ').next().unwrap_or_default()), "{outcomes:?}");
    }

    // What was acknowledged is there, and nothing else.
    let mut all = Vec::new();
    for person in students.iter().chain([&grace]) {
        all.extend(kept(&campus, person).await.into_iter().map(|kept| (person.username.clone(), kept)));
    }
    let of_students: BTreeSet<(&str, &str, &str)> = all
        .iter()
        .filter(|(person, kept)| kept.people[1] == *person)
        .map(|(person, kept)| (person.as_str(), kept.offer.as_str(), kept.from.as_str()))
        .collect();
    let acknowledged: BTreeSet<(&str, &str, &str)> =
        won.iter().map(|(student, offer, start)| (student.as_str(), offer.as_str(), start.as_str())).collect();
    assert_eq!(of_students, acknowledged);

    // Nobody is in two places; those who come to one session share it, as far as it seats.
    let mut sessions: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (_, offer, start) in &acknowledged {
        *sessions.entry((offer, start)).or_default() += 1;
    }
    for ((offer, _), count) in &sessions {
        let seats = offers.iter().find(|(id, ..)| id == offer).map(|(_, seats, _)| i64::from(*seats));
        assert!(Some(*count) <= seats, "{sessions:?}");
    }
    for (person, one) in &all {
        for (_, other) in all.iter().filter(|(other, _)| other == person) {
            let is_same = one.offer == other.offer && (&one.from, &one.to) == (&other.from, &other.to);
            let overlaps = one.from < other.to && other.from < one.to;
            assert!(is_same || !overlaps, "{person}: {one:?} {other:?}");
        }
    }

    // No slot is lost: whatever is listed still is given away, and in the end nothing is listed.
    let last = campus.member("last").await;
    for (offer, ..) in &offers {
        for start in last.starts(offer).await {
            let helper = campus.member(&format!("h{}", campus.app.clock.new_id())).await;
            assert_eq!(helper.try_book(offer, &start).await.refusals("createBooking"), [""; 0], "{start}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_seat_has_one_winner_and_three_have_three(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut students = Vec::new();
    for number in 0..16 {
        students.push(campus.member(&format!("student{number}")).await);
    }
    for seats in [1, 3] {
        let offer = ada
            .teaches(
                "Knots",
                &json!({ "seats": seats, "weeklyHours": [
            { "weekday": "MONDAY", "from": "09:00", "to": if seats == 1 { "10:00" } else { "11:00" } },
        ] }),
            )
            .await;
        let at = if seats == 1 { monday("09:00") } else { monday("10:00") };
        let tasks = students.iter().map(|student| student.try_book(&offer, &at));
        let answers = futures_util::future::join_all(tasks).await;
        let refusals: Vec<_> = answers.iter().flat_map(|answer| answer.refusals("createBooking")).collect();
        assert_eq!(refusals.len(), students.len() - seats, "{refusals:?}");
        assert!(refusals.iter().all(|refusal| refusal == "SLOT_TAKEN input.startsAt"), "{refusals:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn booking_moving_and_cancelling_at_once_leave_everything_consistent(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let offer = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    let mut students = Vec::new();
    for number in 0..3 {
        students.push(campus.member(&format!("student{number}")).await);
    }
    let times = ["09:00", "10:00", "11:00"].map(monday);
    for round in 0..6 {
        let mut mine = Vec::new();
        for (student, time) in students.iter().zip(&times) {
            mine.push(student.book(&offer, time).await["id"].clone());
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
        assert_eq!(ada.starts(&offer).await, times, "every slot is back");
    }
    let (left,): (i64,) = campus.app.db.one("select count(*) from occupancies", &[]).await.expect("they are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn the_database_itself_refuses_a_person_in_two_places(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.teaches("Knots", &json!({})).await;
    let insert =
        "insert into occupancies (id, person_id, appointment_id, starts_at, ends_at, busy_until, seats, seats_taken)
        select $1, mentor_id, id, $2, $3, $4, $5, $6 from appointments";
    let one: Option<i64> = Some(1);
    let add = async |id: i64, from: i64, to: i64, until: i64, seats: Option<i64>| {
        campus.app.db.run(insert, &[&id, &from, &to, &until, &seats, &seats.and(one)]).await
    };
    add(1, 100, 200, 250, Some(2)).await.expect("the time is free");
    add(2, 250, 300, 300, Some(1)).await.expect("it touches the rest");
    add(3, 200, 250, 250, None).await.expect("a mentor's rest is no session");
    let refused: Vec<Result<u64, db::Error>> = vec![
        add(4, 199, 201, 201, None).await,
        add(5, 50, 101, 101, None).await,
        add(6, 120, 130, 130, None).await,
        add(7, 90, 400, 400, None).await,
        add(8, 60, 90, 101, Some(1)).await,
        campus.app.db.run("update occupancies set starts_at = 199 where id = 3", &[]).await,
        campus.app.db.run("update occupancies set seats_taken = 3 where id = 1", &[]).await,
        campus.app.db.run("update occupancies set ends_at = 260, busy_until = 260 where id = 3", &[]).await,
    ];
    for (place, outcome) in refused.iter().enumerate() {
        assert!(outcome.as_ref().is_err_and(db::Error::is_constraint), "{place}: {outcome:?}");
    }
}
