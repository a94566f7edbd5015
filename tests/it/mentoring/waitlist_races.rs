//! Waitlists under many requests at once, on several nodes, and against a model.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::monday;
use super::waitlist::{entry, join, leave, try_join};
use crate::support::{Campus, Engine, Person};

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_seats_are_offered_in_order_and_none_is_given_twice(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    grace.book(&appointment, &nine).await;
    let students = join_all(["mary", "joan", "jean", "anita"].map(|name| campus.member(name))).await;
    for student in &students {
        join(student, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    ada.update_appointment(&appointment, &json!({ "seats": 3 })).await.data();
    let offered = async || {
        let entries = join_all(students.iter().map(entry)).await;
        entries.iter().flatten().filter(|(until, _)| until.is_string()).count()
    };
    assert_eq!(offered().await, 2);
    let responses = join_all(students.iter().map(|student| student.try_book(&appointment, &nine))).await;
    let booked = responses.iter().filter(|response| response.refusals("createBooking").is_empty()).count();
    assert_eq!(booked, 2);
    assert_eq!(offered().await, 0);
    // However many requests come first after the hour, a freed seat is offered once.
    let bookings = "{ bookings(filter: { statuses: [UPCOMING] }) { nodes { id } } }";
    let id = grace.query(bookings).await["bookings"]["nodes"][0]["id"].clone();
    grace.cancel(&id).await.data();
    assert_eq!(offered().await, 1);
    campus.advance(Duration::from_hours(1));
    let students = join_all(students.iter().map(Person::login)).await;
    join_all(students.iter().map(|student| student.slots(&appointment, &nine, "2026-11-24T00:00:00Z"))).await;
    let entries = join_all(students.iter().map(entry)).await;
    let held = entries.iter().flatten().filter(|(until, _)| until.is_string()).count();
    assert_eq!((held, entries.iter().flatten().count()), (1, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_that_is_freed_on_several_nodes_at_once_is_offered_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let other = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(campus.another_node(&["--rate-limits=off"]).await),
    };
    let nodes: Vec<&Campus> = [Some(&campus), other.as_ref()].into_iter().flatten().collect();
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    let nine = monday("09:00");
    let booked = join_all(["grace", "hedy"].map(|name| campus.member(name))).await;
    let mut bookings = Vec::new();
    for student in &booked {
        bookings.push(student.book(&appointment, &nine).await["id"].clone());
    }
    let waiting = join_all(["mary", "joan", "jean"].map(|name| campus.member(name))).await;
    let mut ids = Vec::new();
    for student in &waiting {
        ids.push(join(student, &appointment, &nine).await);
        campus.advance(Duration::from_secs(1));
    }
    // Two seats are freed while one of three students leaves, and others try to take them.
    let on = |node: usize, person: &Person| nodes[node % nodes.len()].client_for(person);
    let (one, two) = (on(0, &booked[0]), on(1, &booked[1]));
    let cancellations = join_all([one.cancel(&bookings[0]), two.cancel(&bookings[1])]);
    let leaving = on(1, &waiting[0]);
    let strangers = join_all((0..4).map(|number| {
        let stranger = on(number, &booked[number % 2]);
        let (appointment, nine) = (appointment.clone(), nine.clone());
        async move { stranger.try_book(&appointment, &nine).await.refusals("createBooking") }
    }));
    let (cancelled, left, taken) = tokio::join!(cancellations, leave(&leaving, &ids[0]), strangers);
    for response in &cancelled {
        assert_eq!(response.refusals("cancelBooking"), [""; 0]);
    }
    assert_eq!(left.refusals("leaveWaitlist"), [""; 0]);
    for refusals in taken {
        let code = refusals.join(" ");
        assert!(code.starts_with("SLOT_TAKEN") || code.starts_with("OVERLAP"), "{code}");
    }
    let entries = join_all(waiting.iter().map(entry)).await;
    let held = entries.iter().map(|entry| entry.as_ref().map(|(until, _)| until.is_string()));
    assert_eq!(held.collect::<Vec<_>>(), [None, Some(true), Some(true)]);
    join_all(waiting[1..].iter().map(|student| student.book(&appointment, &nine))).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_one_who_waits_is_passed_over_while_accounts_are_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({ "seats": 3 })).await;
    let nine = monday("09:00");
    let booked = join_all(["grace", "hedy", "anita"].map(|name| campus.member(name))).await;
    for student in &booked {
        student.book(&appointment, &nine).await;
    }
    let students = join_all(["mary", "joan", "jean"].map(|name| campus.member(name))).await;
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    let password = json!({ "password": crate::support::PASSWORD });
    let deletions = join_all(booked.iter().map(|student| student.execute(delete, password.clone())));
    let joins = join_all(students.iter().map(|student| try_join(student, &appointment, &nine)));
    let (deleted, joined) = tokio::join!(deletions, joins);
    for response in &deleted {
        assert_eq!(response.field("deleteAccount")["isDeleted"], true);
    }
    // Each student waited before a seat was free and has an offer now, or was sent to the free seat.
    for (student, response) in students.iter().zip(joined) {
        let refusals = response.refusals("joinWaitlist");
        let is_held = entry(student).await.is_some_and(|(until, _)| until.is_string());
        assert!(is_held || refusals == ["WRONG_STATE input.startsAt"], "{refusals:?}");
        student.book(&appointment, &nine).await;
    }
}

/// What the model knows of a session with two seats.
#[derive(Debug, Default)]
struct Model {
    booked: BTreeSet<usize>,
    /// Students with an offer, and when it ends, in seconds.
    held: Vec<(usize, u64)>,
    waiting: Vec<usize>,
}

impl Model {
    const SEATS: usize = 2;

    fn free(&self) -> usize {
        Self::SEATS - self.booked.len() - self.held.len()
    }

    fn settle(&mut self, now: u64) {
        self.held.retain(|(_, until)| *until > now);
        while self.free() > 0 && !self.waiting.is_empty() {
            self.held.push((self.waiting.remove(0), now + 3_600));
        }
    }
}

#[rstest]
#[tokio::test]
async fn seats_and_waitlists_follow_the_model(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({ "seats": Model::SEATS })).await;
    let nine = monday("09:00");
    let mut students = join_all(["grace", "hedy", "mary", "joan", "jean"].map(|name| campus.member(name))).await;
    let mut bookings = vec![Value::Null; students.len()];
    let mut entries = vec![Value::Null; students.len()];
    let (mut model, mut now, mut random) = (Model::default(), 0_u64, 20_261_121_u64);
    for step in 0..120 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (action, who) = ((random >> 33) % 5, usize::try_from((random >> 40) % 5).expect("a small number"));
        let student = &students[who];
        let is_held = model.held.iter().any(|(one, _)| *one == who);
        let is_waiting = model.waiting.contains(&who);
        match action {
            0 => {
                let response = student.try_book(&appointment, &nine).await;
                if model.booked.contains(&who) {
                    assert!(!response.refusals("createBooking").is_empty(), "step {step}");
                } else if is_held || model.free() > 0 {
                    assert_eq!(response.refusals("createBooking"), [""; 0], "step {step}");
                    bookings[who] = response.field("createBooking")["bookingEdge"]["node"]["id"].clone();
                    model.held.retain(|(one, _)| *one != who);
                    model.booked.insert(who);
                } else {
                    assert_eq!(response.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"], "step {step}");
                }
            }
            1 if model.booked.remove(&who) => {
                assert_eq!(student.cancel(&bookings[who]).await.refusals("cancelBooking"), [""; 0], "step {step}");
            }
            2 => {
                let response = try_join(student, &appointment, &nine).await;
                let expected: &[&str] = match () {
                    () if is_held || is_waiting => &[],
                    () if model.free() > 0 => &["WRONG_STATE input.startsAt"],
                    () if model.booked.contains(&who) => &["OVERLAP input.startsAt"],
                    () => &[],
                };
                assert_eq!(response.refusals("joinWaitlist"), expected, "step {step}");
                if expected.is_empty() && !is_held && !is_waiting {
                    model.waiting.push(who);
                }
                if expected.is_empty() {
                    entries[who] = response.field("joinWaitlist")["waitlistEntry"]["id"].clone();
                }
            }
            3 if is_held || is_waiting => {
                assert_eq!(leave(student, &entries[who]).await.refusals("leaveWaitlist"), [""; 0], "step {step}");
                model.held.retain(|(one, _)| *one != who);
                model.waiting.retain(|one| *one != who);
            }
            _ => {}
        }
        model.settle(now);
        // The minimum notice stays more than an hour away.
        let passed = if action == 4 && now < 80_000 { 601 } else { 1 };
        now += passed;
        campus.advance(Duration::from_secs(passed));
        model.settle(now);
        if passed > 1 {
            students = join_all(students.iter().map(Person::login)).await;
            ada = ada.login().await;
        }
        for (who, student) in students.iter().enumerate() {
            let found = entry(student).await;
            let place = model.waiting.iter().position(|one| *one == who).map(|place| json!(place + 1));
            let is_held = model.held.iter().any(|(one, _)| *one == who);
            assert_eq!(found.is_some(), is_held || place.is_some(), "step {step}: {model:?}");
            if let Some((until, position)) = found {
                assert_eq!((until.is_string(), position), (is_held, place.unwrap_or_default()), "step {step}");
            }
        }
        let left = ada.slots(&appointment, &nine, &monday("09:30")).await;
        let left = left.first().map_or(0, |slot| slot["seatsLeft"].as_u64().expect("a number"));
        assert_eq!(left, u64::try_from(model.free()).expect("a number"), "step {step}: {model:?}");
    }
}
