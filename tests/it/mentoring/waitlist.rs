//! Waitlists of full slots.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler::rules::run_due;
use studyhall::db::Query;

use super::{advance_and_login, monday, topic_of, user_id};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

const JOIN: &str = "mutation Join($input: JoinWaitlistInput!) {
    joinWaitlist(input: $input) {
        waitlistEntry { id position offerExpiresAt startsAt endsAt joinedAt appointment { id } }
        userErrors { code message path }
    }
}";

const LEAVE: &str = "mutation Leave($id: ID!) {
    leaveWaitlist(input: { waitlistEntryId: $id }) { leftWaitlistEntryId userErrors { code message path } }
}";

const FULL_SLOTS: &str = "query($id: ID!) { appointment(id: $id) {
    slots(from: \"2026-11-21T00:00:00Z\", to: \"2026-11-28T00:00:00Z\", includeFull: true) {
        startsAt seatsLeft waitlistCount
    }
} }";

pub async fn try_join(person: &Person, appointment: &Value, at: &str) -> Response {
    person.execute(JOIN, json!({ "input": { "appointmentId": appointment, "startsAt": at } })).await
}

/// Joins a waitlist and returns the id of the entry.
pub async fn join(person: &Person, appointment: &Value, at: &str) -> Value {
    let payload = try_join(person, appointment, at).await.field("joinWaitlist");
    assert_eq!(payload["userErrors"], json!([]));
    payload["waitlistEntry"]["id"].clone()
}

pub async fn leave(person: &Person, id: &Value) -> Response {
    person.execute(LEAVE, json!({ "id": id })).await
}

/// Returns when the offer of the person's only entry ends, and its place; nothing without an entry.
pub async fn entry(person: &Person) -> Option<(Value, Value)> {
    let viewer = person.query("{ viewer { waitlistEntries { offerExpiresAt position } } }").await["viewer"].clone();
    let entries = viewer["waitlistEntries"].as_array().cloned().expect("a list");
    assert!(entries.len() <= 1, "{entries:?}");
    entries.first().map(|entry| (entry["offerExpiresAt"].clone(), entry["position"].clone()))
}

fn waits(position: i64) -> (Value, Value) {
    (Value::Null, json!(position))
}

fn held_until(instant: &str) -> (Value, Value) {
    (json!(instant), Value::Null)
}

async fn own_entry(person: &Person) -> Value {
    let query = "{ viewer { waitlistEntries { id } } }";
    person.query(query).await["viewer"]["waitlistEntries"][0]["id"].clone()
}

/// Returns true if a seat is held for the person.
async fn is_offered(person: &Person) -> bool {
    entry(person).await.is_some_and(|(until, _)| until.is_string())
}

/// Returns the sentences of the person's notifications about waitlists, newest first.
async fn news(person: &Person) -> Vec<String> {
    let query = "{ viewer { notifications { nodes { ... on WaitlistNotification { text } } } } }";
    let nodes = person.query(query).await["viewer"]["notifications"]["nodes"].clone();
    let texts = nodes.as_array().cloned().expect("nodes");
    texts.iter().filter_map(|node| node["text"].as_str().map(str::to_owned)).collect()
}

#[rstest]
#[tokio::test]
async fn a_free_seat_is_held_for_the_first_student_who_waits(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.confirmed_member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 2 })).await;
    let nine = monday("09:00");
    assert_eq!(try_join(&mary, &appointment, &nine).await.refusals("joinWaitlist"), ["WRONG_STATE input.startsAt"]);
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    let payload = try_join(&mary, &appointment, &nine).await.field("joinWaitlist");
    let first = payload["waitlistEntry"].clone();
    assert_eq!(
        first,
        json!({
            "id": first["id"], "position": 1, "offerExpiresAt": null, "startsAt": nine, "endsAt": monday("10:00"),
            "joinedAt": "2026-11-21T09:30:00.000Z", "appointment": { "id": appointment },
        })
    );
    campus.advance(Duration::from_secs(1));
    join(&joan, &appointment, &nine).await;
    // Joining twice keeps the place.
    assert_eq!(join(&mary, &appointment, &nine).await, first["id"]);
    assert_eq!((entry(&mary).await, entry(&joan).await), (Some(waits(1)), Some(waits(2))));
    let full = mary.execute(FULL_SLOTS, json!({ "id": appointment })).await.field("appointment")["slots"].clone();
    assert_eq!(full[0], json!({ "startsAt": nine, "seatsLeft": 0, "waitlistCount": 2 }));
    assert_eq!(full.as_array().map(Vec::len), Some(3));
    assert_eq!(mary.slot_starts(&appointment).await.len(), 2);

    grace.cancel(&booking).await.data();
    assert_eq!(
        (entry(&mary).await, entry(&joan).await),
        (Some(held_until("2026-11-21T10:30:01.000Z")), Some(waits(1)))
    );
    assert_eq!(news(&mary).await, ["A seat is held for you. Book it before the offer ends."]);
    let letter = campus.letters_to(&mary.email(), 2).await.pop().expect("a mail");
    assert!(letter.contains("Subject: A seat is held for you"), "{letter}");
    // For all others the slot is taken.
    assert_eq!(grace.slot_starts(&appointment).await.len(), 2);
    for person in [&grace, &joan] {
        let refused = person.try_book(&appointment, &nine).await;
        assert_eq!(refused.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    }
    let second = mary.book(&appointment, &nine).await["id"].clone();
    assert_eq!((entry(&mary).await, entry(&joan).await), (None, Some(waits(1))));
    // Also a move passes the seat on.
    mary.reschedule(&second, &monday("10:00")).await.data();
    assert_eq!(entry(&joan).await, Some(held_until("2026-11-21T10:30:01.000Z")));
    joan.book(&appointment, &nine).await;
}

#[rstest]
#[tokio::test]
async fn an_offer_ends_at_its_instant_and_goes_to_the_next(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    ada.cancel(&booking).await.data();
    let people = [&grace, &mary, &joan];
    let [grace, mary, joan] = advance_and_login(&campus, Duration::from_hours(1), people).await;
    assert_eq!(entry(&mary).await, None);
    // Before any other action on the slot the seat goes to the next student.
    assert_eq!(mary.try_book(&appointment, &nine).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    assert_eq!(entry(&joan).await, Some(held_until("2026-11-21T11:30:02.000Z")));
    assert_eq!(news(&mary).await.len(), 2);
    assert_eq!(grace.slot_starts(&appointment).await.len(), 2);
    let [grace, joan] = advance_and_login(&campus, Duration::from_hours(1), [&grace, &joan]).await;
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    assert_eq!(entry(&joan).await, None);
    assert_eq!(news(&joan).await.len(), 2);
    grace.book(&appointment, &nine).await;
}

#[rstest]
#[tokio::test]
async fn a_seat_that_can_be_booked_for_less_than_ten_minutes_is_free_for_all(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let window = |from: &str, to: &str| json!({ "windows": [{ "startsAt": from, "endsAt": to }], "seats": 1 });
    // The notice is an hour: an offer can last 30 minutes, or 5.
    let soon = ada.teaches("Knots", &window("2026-11-21T11:00:00Z", "2026-11-21T12:00:00Z")).await;
    let booking = grace.book(&soon, "2026-11-21T11:00:00Z").await["id"].clone();
    join(&mary, &soon, "2026-11-21T11:00:00Z").await;
    ada.cancel(&booking).await.data();
    assert_eq!(entry(&mary).await, Some(held_until("2026-11-21T10:00:00.000Z")));
    mary.book(&soon, "2026-11-21T11:00:00Z").await;

    let sooner = grace.teaches("Sails", &window("2026-11-21T10:35:00Z", "2026-11-21T10:55:00Z")).await;
    grace.update_appointment(&sooner, &json!({ "sessionMinutes": 20 })).await.data();
    let booking = ada.book(&sooner, "2026-11-21T10:35:00Z").await["id"].clone();
    join(&mary, &sooner, "2026-11-21T10:35:00Z").await;
    grace.cancel(&booking).await.data();
    assert_eq!(entry(&mary).await, Some(waits(1)));
    assert_eq!(mary.slot_starts(&sooner).await[0], "2026-11-21T10:35:00.000Z");
    // Booking it ends the entry too.
    mary.book(&sooner, "2026-11-21T10:35:00Z").await;
    assert_eq!(entry(&mary).await, None);
}

#[rstest]
#[tokio::test]
async fn students_who_cannot_book_are_skipped_and_keep_their_place(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, jean) = (campus.member("ada").await, campus.member("grace").await, campus.member("jean").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let other = jean.teaches("Sails", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    mary.book(&other, &nine).await;
    grace.cancel(&booking).await.data();
    assert_eq!((entry(&mary).await, is_offered(&joan).await), (Some(waits(1)), true));
    // A block passes the seat on, and as no one can take it, it is free.
    let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
    ada.execute(block, json!({ "id": user_id(&joan).await })).await.data();
    assert_eq!(entry(&joan).await, None);
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    assert_eq!(entry(&mary).await, Some(waits(1)));
}

#[rstest]
#[tokio::test]
async fn a_lock_passes_the_seat_on_and_hides_the_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let moderator = campus.moderator("mod").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    grace.cancel(&booking).await.data();
    let lock = |id: Value| json!({ "userId": id, "reason": "Calm down.", "endsAt": "2026-11-22T00:00:00Z" });
    let lock_member = "mutation($input: LockMemberInput!) { lockMember(input: $input) { userErrors { code } } }";
    moderator.execute(lock_member, json!({ "input": lock(user_id(&mary).await) })).await.data();
    assert!(is_offered(&joan).await);
    // The slots of a locked mentor disappear.
    moderator.execute(lock_member, json!({ "input": lock(user_id(&ada).await) })).await.data();
    assert_eq!(entry(&joan).await, None);
    assert_eq!(news(&joan).await[0], "Your place in a waitlist ended.");
}

#[rstest]
#[tokio::test]
async fn a_student_who_was_passed_over_while_locked_is_offered_the_free_seat(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let moderator = campus.moderator("mod").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    let locked = user_id(&joan).await;
    let lock = "mutation($id: ID!) { lockMember(input: { userId: $id, reason: \"Calm down.\", endsAt: \"2026-11-22T00:00:00Z\" }) {
        userErrors { code }
    } }";
    moderator.execute(lock, json!({ "id": locked })).await.data();
    grace.cancel(&booking).await.data();
    leave(&mary, &own_entry(&mary).await).await.data();
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    let unlock = "mutation($id: ID!) { unlockMember(input: { userId: $id }) { userErrors { code } } }";
    moderator.execute(unlock, json!({ "id": locked })).await.data();
    assert_eq!(grace.slot_starts(&appointment).await.len(), 2);
    assert!(is_offered(&joan.login().await).await);
}

#[rstest]
#[tokio::test]
async fn a_mentor_with_fewer_seats_takes_offers_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    grace.book(&appointment, &nine).await;
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    ada.update_appointment(&appointment, &json!({ "seats": 3 })).await.data();
    assert!(is_offered(&mary).await && is_offered(&joan).await);
    ada.update_appointment(&appointment, &json!({ "seats": 2 })).await.data();
    assert_eq!((is_offered(&mary).await, entry(&joan).await), (true, Some(waits(1))));
    mary.book(&appointment, &nine).await;
    assert_eq!(joan.try_book(&appointment, &nine).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
}

#[rstest]
#[tokio::test]
async fn followers_of_full_slots_see_who_waits(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    let slots = "subscription($id: ID!) {
        slotsChanged(appointmentId: $id, from: \"2026-11-23T09:00:00Z\", to: \"2026-11-23T10:00:00Z\", includeFull: true) {
            slots { seatsLeft waitlistCount }
        }
    }";
    let mut stream = Socket::subscribed(&mary, slots, json!({ "id": appointment })).await;
    let counts = |left: i64, waiting: i64| json!([{ "seatsLeft": left, "waitlistCount": waiting }]);
    assert_eq!(stream.next().await["slotsChanged"]["slots"], counts(0, 0));
    let id = join(&mary, &appointment, &nine).await;
    assert_eq!(stream.next().await["slotsChanged"]["slots"], counts(0, 1));
    grace.cancel(&booking).await.data();
    assert!(is_offered(&mary).await);
    leave(&mary, &id).await.data();
    assert_eq!(stream.next().await["slotsChanged"]["slots"], counts(1, 0));
}

#[rstest]
#[tokio::test]
async fn leaving_and_deleting_the_account_pass_the_seat_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan, jean) = (campus.member("mary").await, campus.member("joan").await, campus.member("jean").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    grace.book(&appointment, &nine).await;
    let mut ids = Vec::new();
    for person in [&mary, &joan, &jean] {
        ids.push(join(person, &appointment, &nine).await);
        campus.advance(Duration::from_secs(1));
    }
    for id in [&ids[1], &json!("wle_0000000000000"), &json!("rubbish"), &appointment] {
        assert_eq!(leave(&mary, id).await.refusals("leaveWaitlist"), ["NOT_FOUND input.waitlistEntryId"]);
    }
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    grace.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert!(is_offered(&mary).await);
    assert_eq!(leave(&mary, &ids[0]).await.field("leaveWaitlist")["leftWaitlistEntryId"], ids[0]);
    assert_eq!(leave(&mary, &ids[0]).await.refusals("leaveWaitlist"), ["NOT_FOUND input.waitlistEntryId"]);
    assert!(is_offered(&joan).await);
    joan.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(ada.slot_starts(&appointment).await.len(), 2);
    assert!(is_offered(&jean).await);
    jean.book(&appointment, &nine).await;
}

#[rstest]
#[tokio::test]
async fn entries_end_with_a_notification_when_the_slot_disappears(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    for (number, hour) in ["09:00", "10:00", "11:00"].into_iter().enumerate() {
        grace.book(&appointment, &monday(hour)).await;
        join(&mary, &appointment, &monday(hour)).await;
        match number {
            0 => {
                let input = json!({ "startsAt": monday("09:00"), "endsAt": monday("10:00"), "cancelUpcoming": true });
                let off =
                    "mutation($input: CreateTimeOffInput!) { createTimeOff(input: $input) { userErrors { code } } }";
                ada.execute(off, json!({ "input": input })).await.data();
            }
            1 => {
                ada.update_appointment(&appointment, &json!({ "isActive": false })).await.data();
                ada.update_appointment(&appointment, &json!({ "isActive": true })).await.data();
                let bookings = "{ bookings(filter: { statuses: [UPCOMING] }) { nodes { id } } }";
                let id = grace.query(bookings).await["bookings"]["nodes"][0]["id"].clone();
                grace.cancel(&id).await.data();
            }
            _ => {
                let delete = "mutation($id: ID!) {
                    deleteAppointment(input: { appointmentId: $id, cancelUpcoming: true }) { deletedAppointmentId }
                }";
                ada.execute(delete, json!({ "id": appointment })).await.data();
            }
        }
        assert_eq!(entry(&mary).await, None, "{hour}");
        assert_eq!(news(&mary).await, vec!["Your place in a waitlist ended."; number + 1], "{hour}");
    }
}

#[rstest]
#[tokio::test]
async fn waitlists_end_when_their_topic_is_archived(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    join(&mary, &appointment, &monday("09:00")).await;
    ada.set_archived(&topic_of(&ada, &appointment).await, true).await;
    // Before anyone looks at the slot.
    run_due(&campus.app).await.expect("the scheduler runs");
    let (left,): (i64,) =
        campus.app.db.one("select count(*) from waitlist_entries", &[]).await.expect("the rows are counted");
    assert_eq!(left, 0);
    assert_eq!(news(&mary).await, ["Your place in a waitlist ended."]);
}

#[rstest]
#[tokio::test]
async fn a_waitlist_is_joined_for_full_slots_of_others_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 1 })).await;
    let sails = ada.teaches("Sails", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    mary.book(&appointment, &monday("11:00")).await;
    for (person, appointment, at, refusal) in [
        (&ada, &appointment, monday("09:00"), "FORBIDDEN input.appointmentId"),
        (&mary, &json!("rubbish"), monday("09:00"), "NOT_FOUND input.appointmentId"),
        (&mary, &json!("apt_0000000000000"), monday("09:00"), "NOT_FOUND input.appointmentId"),
        (&mary, &appointment, monday("09:30"), "SLOT_UNAVAILABLE input.startsAt"),
        // The mentor teaches something else then: that is no full slot.
        (&mary, &sails, monday("09:00"), "SLOT_UNAVAILABLE input.startsAt"),
        (&mary, &appointment, monday("09:00"), "BOOKING_LIMIT input.startsAt"),
        (&mary, &appointment, monday("11:00"), "OVERLAP input.startsAt"),
        (&mary, &appointment, monday("10:00"), "WRONG_STATE input.startsAt"),
    ] {
        assert_eq!(try_join(person, appointment, &at).await.refusals("joinWaitlist"), [refusal], "{at}");
    }
    assert_eq!(
        campus
            .anonymous()
            .execute(JOIN, json!({ "input": { "appointmentId": appointment, "startsAt": monday("09:00") } }))
            .await
            .codes(),
        ["UNAUTHENTICATED"]
    );
    let windows: Vec<Value> = (1..=11)
        .map(|day| json!({ "startsAt": format!("2026-12-{day:02}T06:00:00Z"), "endsAt": format!("2026-12-{day:02}T07:00:00Z") }))
        .collect();
    let daily = ada.teaches("Ropes", &json!({ "windows": windows, "weeklyHours": [] })).await;
    for day in 1..=11 {
        let at = format!("2026-12-{day:02}T06:00:00Z");
        grace.book(&daily, &at).await;
        let refusals = try_join(&mary, &daily, &at).await.refusals("joinWaitlist");
        assert_eq!(refusals, if day == 11 { vec!["QUOTA_EXCEEDED"] } else { vec![] });
    }
}

#[rstest]
#[tokio::test]
async fn a_block_hides_an_entry_and_makes_no_room_for_another_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let joan = campus.member("joan").await;
    let hour = |day: usize| [6, 7].map(|hour| format!("2026-12-{day:02}T{hour:02}:00:00Z"));
    let window = |day: usize| json!({ "startsAt": hour(day)[0], "endsAt": hour(day)[1] });
    let windows: Vec<Value> = (1..=10).map(window).collect();
    let daily = ada.teaches("Ropes", &json!({ "windows": windows, "weeklyHours": [] })).await;
    let other = joan.teaches("Sails", &json!({ "windows": [window(11)], "weeklyHours": [] })).await;
    for day in 1..=11 {
        grace.book(if day == 11 { &other } else { &daily }, &hour(day)[0]).await;
    }
    join(&mary, &other, &hour(11)[0]).await;
    for day in 1..=9 {
        join(&mary, &daily, &hour(day)[0]).await;
    }
    joan.block(&mary).await;
    let count = async || {
        let viewer = mary.query("{ viewer { waitlistEntries { id } } }").await["viewer"].clone();
        viewer["waitlistEntries"].as_array().map(Vec::len)
    };
    assert_eq!(count().await, Some(9));
    assert_eq!(try_join(&mary, &daily, &hour(10)[0]).await.refusals("joinWaitlist"), ["QUOTA_EXCEEDED"]);
    joan.unblock(&mary).await;
    assert_eq!(count().await, Some(10));
    leave(&mary, &own_entry(&mary).await).await.data();
    join(&mary, &daily, &hour(10)[0]).await;
}

#[rstest]
#[tokio::test]
async fn a_student_who_becomes_free_is_offered_a_seat_that_was_not_offered_before(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, jean) = (campus.member("ada").await, campus.member("grace").await, campus.member("jean").await);
    let mary = campus.member("mary").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let other = jean.teaches("Sails", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    join(&mary, &appointment, &nine).await;
    // The seat becomes free while the student has another booking at that time, with another mentor.
    let elsewhere = mary.book(&other, &nine).await["id"].clone();
    grace.cancel(&booking).await.data();
    assert_eq!(entry(&mary).await, Some(waits(1)));
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    // A move to another time frees the student, too.
    let moved = mary.reschedule(&elsewhere, &monday("10:00")).await;
    assert_eq!(moved.refusals("rescheduleBooking"), [""; 0]);
    let held = Some(held_until("2026-11-21T10:30:00.000Z"));
    // Before any other action on the slot.
    assert_eq!(grace.try_book(&appointment, &nine).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    assert_eq!(entry(&mary).await, held);
    assert_eq!(news(&mary).await.len(), 1, "one offer");
    // Nothing is left to look at.
    let sql = "select count(*) from waitlist_checks";
    let (left,): (i64,) = campus.app.db.one(sql, &[]).await.expect("the rows are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn nobody_overtakes_when_the_clock_is_set_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let start = campus.app.clock.now();
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    campus.advance(Duration::from_mins(10));
    join(&mary, &appointment, &nine).await;
    campus.app.clock.set(start);
    join(&joan, &appointment, &nine).await;
    assert_eq!((entry(&mary).await, entry(&joan).await), (Some(waits(1)), Some(waits(2))));
    grace.cancel(&booking).await.data();
    assert_eq!((is_offered(&mary).await, entry(&joan).await), (true, Some(waits(1))));
}
