//! Locks with and without an end.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::mentoring::monday;
use crate::support::mailbox::part;
use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

async fn slot_count(person: &Person, appointment: &Value) -> usize {
    let slots = "query($id: ID!) { appointment(id: $id) {
        slots(from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") { startsAt }
    } }";
    let found = person.execute(slots, json!({ "id": appointment })).await.field("appointment");
    found["slots"].as_array().expect("a list").len()
}

async fn send(person: &Person, to: &Value) -> Vec<String> {
    let send =
        "mutation($user: ID!) { sendMessage(input: { userId: $user, text: \"Hi\" }) { userErrors { code path } } }";
    person.execute(send, json!({ "user": to })).await.refusals("sendMessage")
}

async fn book(person: &Person, appointment: &Value, time: &str) -> Vec<String> {
    let book = "mutation($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code path } } }";
    let input = json!({ "appointmentId": appointment, "startsAt": monday(time) });
    person.execute(book, json!({ "input": input })).await.refusals("createBooking")
}

#[rstest]
#[tokio::test]
async fn a_lock_ends_at_its_instant_for_every_reader(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let id = ada.user_id().await;
    let mut socket = Socket::subscribed(&ada, "subscription { inboxChanged { __typename } }", json!({})).await;
    let ends_at = "2026-11-22T09:30:00.000Z";
    let payload =
        mod_.lock(json!({ "userId": id, "reason": "Calm down.", "endsAt": ends_at })).await.field("lockMember");
    let state = json!({
        "isLocked": true, "lockEndsAt": ends_at, "lockReason": "Calm down.", "role": "MEMBER",
        "viewerCanLock": true, "viewerCanSetRole": false,
    });
    assert_eq!(payload, json!({ "user": { "username": "ada", "moderation": state }, "userErrors": [] }));
    assert_eq!(socket.close_code().await, 4403);
    assert_eq!(ada.execute("{ viewer { id } }", json!({})).await.status, 401);
    let letter = campus.letters_to("ada@campus.example", 3).await.pop().expect("a letter");
    assert!(letter.contains("Your account was locked") && letter.contains("Calm down"), "{letter}");

    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    assert_eq!(slot_count(&grace, &appointment).await, 0);
    assert_eq!(book(&grace, &appointment, "10:00").await, ["SLOT_UNAVAILABLE input.startsAt"]);
    assert_eq!(send(&grace, &id).await, ["RECIPIENT_UNAVAILABLE input.userId"]);
    let status = "query($id: ID!) { booking(id: $id) { status } }";
    assert_eq!(grace.execute(status, json!({ "id": booking })).await.field("booking")["status"], "UPCOMING");
    // Other members do not see it.
    let seen = "query($id: ID!) { user(by: { id: $id }) { moderation { isLocked } } }";
    assert_eq!(grace.execute(seen, json!({ "id": id })).await.field("user"), json!({ "moderation": null }));

    campus.advance(Duration::from_hours(24));
    let (grace, mod_) = (grace.login().await, mod_.login().await);
    let seen = mod_.execute(seen, json!({ "id": id })).await.field("user");
    assert_eq!(seen, json!({ "moderation": { "isLocked": false } }));
    assert_eq!(slot_count(&grace, &appointment).await, 2);
    assert_eq!(send(&grace, &id).await, [""; 0]);
    assert_eq!(book(&grace, &appointment, "10:00").await, ["BOOKING_LIMIT input.startsAt"]);
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), [""; 0]);
    // The end of a lock is no action of a moderator.
    assert_eq!(mod_.staff_kinds().await, ["MEMBER_LOCKED"]);
}

#[rstest]
#[tokio::test]
async fn a_lock_without_an_end_cancels_bookings_and_passes_groups_on(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let mod_ = campus.moderator("mod").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let own = grace.teaches("Sails", &json!({})).await;
    let taught = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let attended = ada.book(&own, &monday("11:00")).await["id"].clone();
    let reviewed = ada.teaches("Maps", &json!({ "isApprovalRequired": true })).await;
    let requested = mary.book(&reviewed, &monday("10:00")).await["id"].clone();
    let create = "mutation($users: [ID!]!) {
        createGroup(input: { title: \"Crew\", userIds: $users }) { conversation { id } userErrors { code path } }
    }";
    let users = json!([grace.user_id().await, mary.user_id().await]);
    let group = ada.execute(create, json!({ "users": users })).await.field("createGroup");
    let group = group["conversation"]["id"].clone();
    let id = ada.user_id().await;
    let owner = "query($id: ID!) { conversation(by: { id: $id }) { owner { username } } }";
    let owner_of =
        async || grace.execute(owner, json!({ "id": group })).await.field("conversation")["owner"]["username"].clone();
    mod_.lock(json!({ "userId": id, "reason": "x", "endsAt": "2026-12-01T00:00:00Z" })).await.data();
    assert_eq!(owner_of().await, "ada", "a lock for a time changes nothing");
    mod_.lock(json!({ "userId": id, "reason": "For good" })).await.data();
    assert_ne!(owner_of().await, "ada");
    let booking = "query($id: ID!) { booking(id: $id) { status cancelledBy { username } } }";
    for id in [&taught, &attended] {
        let found = grace.execute(booking, json!({ "id": id })).await.field("booking");
        assert_eq!(found, json!({ "status": "CANCELLED", "cancelledBy": null }));
    }
    let found = mary.execute(booking, json!({ "id": requested })).await.field("booking");
    assert_eq!(found, json!({ "status": "DECLINED", "cancelledBy": null }));
    let notices = "{ viewer { notifications(filter: { kinds: [BOOKING] }) { nodes { text } } } }";
    let texts = async |person: &Person| -> Vec<Value> {
        let found = person.query(notices).await["viewer"]["notifications"]["nodes"].clone();
        found.as_array().expect("a list").iter().map(|one| one["text"].clone()).collect()
    };
    let cancelled = "A member cancelled your session.";
    assert_eq!(texts(&grace).await.iter().filter(|text| *text == cancelled).count(), 2);
    assert_eq!(texts(&mary).await, ["A member declined your request for a session."]);
    campus.advance(Duration::from_hours(24 * 365));
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);

    let mod_ = mod_.login().await;
    let payload = mod_.unlock(json!({ "userId": id, "note": "Apologised" })).await.field("unlockMember");
    assert_eq!(payload, json!({ "user": { "moderation": { "isLocked": false } }, "userErrors": [] }));
    // Repeated, it changes nothing.
    assert_eq!(mod_.unlock(json!({ "userId": id })).await.refusals("unlockMember"), [""; 0]);
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), [""; 0]);
    assert_eq!(mod_.staff_kinds().await, ["MEMBER_UNLOCKED", "MEMBER_LOCKED", "MEMBER_LOCKED"]);
}

#[rstest]
#[tokio::test]
async fn a_lock_that_is_not_possible_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, mod_, other) =
        (campus.member("ada").await, campus.moderator("mod").await, campus.moderator("other").await);
    let admin = campus.admin("adela").await;
    let guest = campus.guest("owl").await;
    let id = ada.user_id().await;
    for (input, faults) in [
        (json!({ "userId": id, "reason": " " }), vec!["TOO_SHORT input.reason"]),
        (
            json!({ "userId": "rubbish", "reason": "x".repeat(1_001), "endsAt": "2026-11-21T09:30:00Z" }),
            vec!["TOO_LONG input.reason", "INVALID input.endsAt", "NOT_FOUND input.userId"],
        ),
        (json!({ "userId": guest.user_id().await, "reason": "x" }), vec!["NOT_FOUND input.userId"]),
        (json!({ "userId": mod_.user_id().await, "reason": "x" }), vec!["FORBIDDEN input.userId"]),
        (json!({ "userId": other.user_id().await, "reason": "x" }), vec!["FORBIDDEN input.userId"]),
        (json!({ "userId": admin.user_id().await, "reason": "x" }), vec!["FORBIDDEN input.userId"]),
    ] {
        assert_eq!(mod_.lock(input.clone()).await.refusals("lockMember"), faults, "{input}");
    }
    assert_eq!(ada.lock(json!({ "userId": other.user_id().await, "reason": "x" })).await.codes(), ["FORBIDDEN"]);
    assert_eq!(ada.unlock(json!({ "userId": id })).await.codes(), ["FORBIDDEN"]);
    let long = json!({ "userId": id, "note": "x".repeat(1_001) });
    assert_eq!(mod_.unlock(long).await.refusals("unlockMember"), ["TOO_LONG input.note"]);
    assert_eq!(mod_.staff_kinds().await, ["ROLE_CHANGED"]);
    // An admin acts on moderators.
    let payload = admin.lock(json!({ "userId": other.user_id().await, "reason": "x" })).await.field("lockMember");
    assert_eq!(payload["user"]["moderation"]["isLocked"], json!(true));
    assert_eq!(other.execute("{ viewer { id } }", json!({})).await.status, 401);
}

#[rstest]
#[tokio::test]
async fn the_mail_about_a_lock_names_its_end_on_the_readers_clock_in_their_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mod_ = campus.moderator("mod").await;
    let change = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { code } } }";
    for (name, settings, end) in [
        ("ada", json!({ "timeZone": "Asia/Bangkok" }), "until Tuesday, 1 December 2026, 03:00 (Asia/Bangkok)"),
        ("grace", json!({}), "until Monday, 30 November 2026, 20:00 (UTC)"),
        (
            "mary",
            json!({ "timeZone": "Europe/Paris", "locale": "fr" }),
            "jusqu’au lundi 30 novembre 2026 à 21:00 (Europe/Paris)",
        ),
    ] {
        let member = campus.confirmed_member(name).await;
        member.execute(change, json!({ "input": settings })).await.data();
        let lock = json!({ "userId": member.user_id().await, "reason": "x", "endsAt": "2026-11-30T20:00:00Z" });
        mod_.lock(lock).await.data();
        let letter = campus.letters_to(&member.email(), 2).await.pop().expect("a letter");
        let text = part(&letter, "text/plain");
        assert!(text.contains(end), "{text}");
    }
    // The log names it in UTC.
    let actions = mod_.staff_actions(json!({ "kinds": ["MEMBER_LOCKED"] })).await;
    let until = "\u{2068}mod\u{2069} locked \u{2068}mary\u{2069} until Monday, 30 November 2026, 20:00 (UTC).";
    assert_eq!(actions[0]["text"], until);
}
