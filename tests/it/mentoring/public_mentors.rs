//! Mentors as callers see them who are not signed in.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{advance_and_login, monday};
use crate::enumeration::observable;
use crate::people::block;
use crate::statements;
use crate::support::people::Response;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

const MENTOR: &str = "query Mentor($name: String!) {
    publicMentor(username: $name) {
        username displayName about avatar { url(size: SMALL) }
        offers {
            appointmentId topicTitle topicDescription description sessionMinutes timeZone horizonDays isApprovalRequired
            slots(from: \"2026-11-21T00:00:00Z\", to: \"2026-11-28T00:00:00Z\") { startsAt endsAt }
        }
    }
}";

const OFFER: &str = "query Offer($name: String!, $id: ID!) {
    publicMentor(username: $name) { offer(appointmentId: $id) { topicTitle } }
}";

const LOCK: &str = "mutation Lock($user: ID!, $until: DateTime) {
    lockMember(input: { userId: $user, endsAt: $until, reason: \"Spam\" }) { userErrors { code path } }
}";

async fn read(caller: &Person, name: &str) -> Response {
    caller.execute(MENTOR, json!({ "name": name })).await
}

async fn mentor(caller: &Person, name: &str) -> Value {
    read(caller, name).await.field("publicMentor")
}

/// Chooses whether everyone sees the person as a mentor.
async fn show(person: &Person, is_public: bool) {
    let mutation = "mutation Show($is: Boolean!) {
        updateSettings(input: { isMentorPagePublic: $is }) { viewer { settings { isMentorPagePublic } } userErrors { code } }
    }";
    let payload = person.execute(mutation, json!({ "is": is_public })).await.field("updateSettings");
    assert_eq!(payload, json!({ "viewer": { "settings": { "isMentorPagePublic": is_public } }, "userErrors": [] }));
}

#[rstest]
#[tokio::test]
async fn everyone_sees_topics_and_free_times_of_a_mentor_who_chose_so(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, owl) = (campus.member("ada").await, campus.member("grace").await, campus.guest("owl_7").await);
    let profile =
        "mutation { updateProfile(input: { firstName: \"Ada\", lastName: \"Byron\", about: \"Ties knots.\" }) {
        userErrors { code }
    } }";
    ada.query(profile).await;
    let knots = ada
        .teaches(
            "Knots",
            &json!({
                "description": "Bring a rope.", "location": "Room 7", "meetingUrl": "https://meet.example/secret",
                "seats": 2, "questions": [{ "label": "Which knot?", "kind": "TEXT", "isRequired": true }],
                "isApprovalRequired": true,
            }),
        )
        .await;
    let closed = ada.teaches("Hitches", &json!({})).await;
    ada.update_appointment(&closed, &json!({ "isActive": false })).await.data();
    let everyone = [campus.anonymous(), owl, grace.clone(), ada.clone()];
    for caller in &everyone {
        assert_eq!(mentor(caller, "ada").await, Value::Null, "profiles are for members");
    }
    show(&ada, true).await;
    let slot = |from: &str, to: &str| json!({ "startsAt": monday(from), "endsAt": monday(to) });
    let expected = json!({
        "username": "ada", "displayName": "Ada Byron", "about": "Ties knots.", "avatar": null,
        "offers": [{
            "appointmentId": knots, "topicTitle": "Knots", "topicDescription": null, "description": "Bring a rope.",
            "sessionMinutes": 60, "timeZone": "UTC", "horizonDays": 60, "isApprovalRequired": true,
            "slots": [slot("09:00", "10:00"), slot("10:00", "11:00"), slot("11:00", "12:00")],
        }],
    });
    for caller in &everyone {
        assert_eq!(mentor(caller, "ada").await, expected);
        assert_eq!(mentor(caller, "ADA").await, expected);
    }
    let offer = async |id: &Value| {
        let found = campus.anonymous().execute(OFFER, json!({ "name": "ada", "id": id })).await;
        found.field("publicMentor")["offer"].clone()
    };
    assert_eq!(offer(&knots).await, json!({ "topicTitle": "Knots" }));
    for id in [closed, json!("apt_0000000000001"), json!("usr_1"), json!("")] {
        assert_eq!(offer(&id).await, Value::Null, "{id}");
    }

    // A seat that is taken does not show. A slot without a seat is none.
    let answers = json!([{ "label": "Which knot?", "values": ["Bowline"] }]);
    let book =
        "mutation Book($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code path } } }";
    let mary = campus.member("mary").await;
    let mut left = expected.clone();
    for student in [&grace, &mary] {
        assert_eq!(mentor(&campus.anonymous(), "ada").await, expected);
        let input = json!({ "appointmentId": knots, "startsAt": monday("10:00"), "answers": answers });
        let payload = student.execute(book, json!({ "input": input })).await.field("createBooking");
        assert_eq!(payload["userErrors"], json!([]));
    }
    left["offers"][0]["slots"].as_array_mut().expect("slots").remove(1);
    for caller in &everyone {
        assert_eq!(mentor(caller, "ada").await, left);
    }
    // The requests expire after a day, and their seats are free again, also for those who are not signed in.
    campus.advance(Duration::from_hours(24));
    assert_eq!(mentor(&campus.anonymous(), "ada").await, expected);
    show(&ada.login().await, false).await;
    assert_eq!(mentor(&campus.anonymous(), "ada").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn mentors_who_are_not_shown_look_like_unknown_names(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let staff = campus.moderator("staff").await;
    campus.guest("owl_7").await;
    let names = ["hidden", "idle", "closed", "archived", "locked", "gone"];
    for name in names {
        let person = campus.member(name).await;
        if name != "hidden" {
            show(&person, true).await;
        }
        if name == "idle" {
            continue;
        }
        let topic = person.create_topic(name).await;
        let appointment = person.create_appointment(&topic, &json!({})).await;
        match name {
            "closed" => {
                person.update_appointment(&appointment, &json!({ "isActive": false })).await.data();
            }
            "archived" => {
                let archive = "mutation($id: ID!) {
                    updateTopic(input: { topicId: $id, isArchived: true }) { userErrors { code } }
                }";
                person.execute(archive, json!({ "id": topic })).await.data();
            }
            "locked" => {
                assert_ne!(mentor(&campus.anonymous(), name).await, Value::Null);
                let lock = staff.execute(LOCK, json!({ "user": person.user_id().await })).await;
                assert_eq!(lock.field("lockMember")["userErrors"], json!([]));
            }
            "gone" => {
                let delete =
                    "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
                person.execute(delete, json!({ "password": crate::support::PASSWORD })).await.data();
            }
            _ => {}
        }
    }
    let anonymous = campus.anonymous();
    let unknown = observable(&read(&anonymous, "no-such-name").await);
    let long = "x".repeat(300);
    for name in names.into_iter().chain(["owl_7", "", "a", "ada@campus.example", "usr_1", "\0", &long]) {
        assert_eq!(observable(&read(&anonymous, name).await), unknown, "{name:?}");
    }
    let mut counts = Vec::new();
    for name in ["no-such-name", "hidden", "locked", "gone", "owl_7"] {
        counts.push(statements::run(&campus, &campus.anonymous(), MENTOR, &json!({ "name": name })).await.1);
    }
    assert_eq!(counts, [1; 5], "no name costs more");
}

#[rstest]
#[tokio::test]
async fn a_lock_with_an_end_hides_a_mentor_until_then(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, staff) = (campus.member("ada").await, campus.moderator("staff").await);
    ada.teaches("Knots", &json!({})).await;
    show(&ada, true).await;
    let until = "2026-11-21T12:00:00Z";
    let lock = staff.execute(LOCK, json!({ "user": ada.user_id().await, "until": until })).await;
    assert_eq!(lock.field("lockMember")["userErrors"], json!([]));
    assert_eq!(mentor(&campus.anonymous(), "ada").await, Value::Null);
    campus.advance(Duration::from_mins(150));
    assert_eq!(mentor(&campus.anonymous(), "ada").await["username"], "ada");
}

#[rstest]
#[tokio::test]
async fn a_block_counts_for_those_who_are_signed_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    ada.teaches("Knots", &json!({})).await;
    show(&ada, true).await;
    block(&ada, &grace.user_id().await).await.data();
    block(&mary, &ada.user_id().await).await.data();
    for person in [&grace, &mary] {
        assert_eq!(mentor(person, "ada").await, Value::Null);
    }
    assert_eq!(mentor(&campus.anonymous(), "ada").await["username"], "ada");
}

#[rstest]
#[tokio::test]
async fn the_avatar_of_a_public_mentor_can_be_opened_by_everyone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, owl) = (campus.member("ada").await, campus.member("grace").await, campus.guest("owl_7").await);
    ada.teaches("Knots", &json!({})).await;
    let image = ada.upload_image(&png(8, 8)).await;
    let set = "mutation($id: ID!) { setAvatar(input: { imageId: $id }) { userErrors { code } } }";
    ada.execute(set, json!({ "id": image["id"] })).await.data();
    show(&ada, true).await;
    let url = async |caller: &Person| mentor(caller, "ada").await["avatar"]["url"].clone();
    let public = url(&campus.anonymous()).await;
    assert_eq!(url(&owl).await, public);
    assert!(!public.as_str().expect("an address").contains("viewer="), "{public}");
    assert!(url(&grace).await.as_str().expect("an address").contains("viewer="));
    campus.anonymous().download(&public).await;
    // The link of a member is not one for everyone, and the other way round.
    let own = url(&grace).await.as_str().expect("an address").to_owned();
    let (start, rest) = own.split_once("viewer=").expect("a viewer");
    let without = format!("{start}{}", rest.split_once('&').expect("more").1);
    let viewer = rest.split_once('&').expect("more").0;
    let with = public.as_str().expect("an address").replace('?', &format!("?viewer={viewer}&"));
    let missing = public.as_str().expect("an address").replace('?', "?viewer=usr_0000000000000&");
    for forged in [without, with, missing] {
        assert_eq!(campus.anonymous().fetch(&json!(forged)).await.status(), 404, "{forged}");
    }
    grace.download(&json!(own)).await;
    for hide in [false, true] {
        show(&ada, hide).await;
        let status = campus.anonymous().fetch(&public).await.status();
        assert_eq!(status, if hide { 200 } else { 404 });
    }
    let remove = "mutation { removeAvatar { userErrors { code } } }";
    ada.query(remove).await;
    assert_eq!(campus.anonymous().fetch(&public).await.status(), 404);
    campus.advance(Duration::from_mins(10));
    assert_eq!(url(&campus.anonymous()).await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_public_mentor_is_priced_and_counted_for_the_address(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.teaches("Knots", &json!({})).await;
    show(&ada, true).await;
    let request = campus.anonymous().request(reqwest::Method::POST, "/graphql").header("graphql-show-cost", "1");
    let body = json!({ "query": MENTOR, "variables": { "name": "ada" } });
    let response = Person::send(request.json(&body)).await;
    // Five offers are counted, each with a slot a day.
    assert_eq!(response.body["extensions"]["cost"]["requested"], 151);
    let policy = response.headers["ratelimit-policy"].to_str().expect("text");
    assert!(policy.starts_with("\"anonymous points\""), "{policy}");
    let too_far = "{ publicMentor(username: \"ada\") { offers {
        slots(from: \"2026-11-21T00:00:00Z\", to: \"2026-12-31T00:00:00Z\") { startsAt }
    } } }";
    assert_eq!(campus.anonymous().execute(too_far, json!({})).await.codes(), ["BAD_USER_INPUT"]);
    // A caller cannot ask for many mentors at once.
    let aliases: Vec<String> =
        (0..400).map(|n| format!("m{n}: publicMentor(username: \"ada{n}\") {{ username }}")).collect();
    let many = format!("{{ {} }}", aliases.join(" "));
    assert_eq!(campus.anonymous().execute(&many, json!({})).await.codes(), ["QUERY_TOO_COMPLEX"]);
}

#[rstest]
#[tokio::test]
async fn a_public_mentor_costs_as_many_statements_with_few_offers_as_with_many(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    show(&ada, true).await;
    let mut counts = Vec::new();
    for number in 0..6 {
        let offer = ada.teaches(&format!("Topic {number}"), &json!({ "maxBookingsPerStudentPerDay": 50 })).await;
        if number % 2 == 0 {
            let hour = monday(["09:00", "10:00", "11:00"][number / 2]);
            grace.book(&offer, &hour).await;
        }
        for caller in [&campus.anonymous(), &grace] {
            counts.push(statements::run(&campus, caller, MENTOR, &json!({ "name": "ada" })).await.1);
        }
    }
    // The mentor, the offers, their topics, the avatar, what has expired (two), the occupancies.
    assert_eq!(counts, [7; 12]);
    let [ada] = advance_and_login(&campus, Duration::from_secs(1), [&ada]).await;
    assert_eq!(mentor(&ada, "ada").await["offers"].as_array().map(Vec::len), Some(6));
}
