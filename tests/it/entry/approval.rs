//! Registrations that wait for the approval of a moderator.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::Role;
use studyhall::db::Query;
use studyhall::node;

use super::CONFIRM;
use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD, Socket};

const APPROVAL: &str = "--registration=approval";

const FOLLOW: &str = "subscription($after: String) { moderationChanged(after: $after) {
    __typename ... on Event { cursor }
    ... on RegistrationRequestChanged { registrationRequestId registrationRequest { username note } }
} }";

#[rstest]
#[tokio::test]
async fn a_confirmed_registration_waits_for_a_moderator(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--email-domains=campus.example"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let mode = campus.anonymous().query("{ server { registrationMode } }").await;
    assert_eq!(mode["server"]["registrationMode"], json!("APPROVAL"));
    let input = json!({
        "firstName": "Ada", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 2, "studentNumber": "s-1815",
        "note": " I work in the lab.\nRoom 12 ",
    });
    let answer = campus.sign_up("ada", input).await;
    assert_eq!(answer.field("register"), json!({ "viewer": null, "session": null, "userErrors": [] }));
    assert_eq!(mod_.requests().await, [""; 0], "the address is not confirmed");
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, ["CREDENTIALS_WRONG"]);
    let letter = &campus.letters_to("ada@campus.example", 1).await[0];
    assert!(letter.contains("a moderator decides") && !letter.contains("Then you can sign in"), "{letter}");

    let token = campus.mailed_token("ada@campus.example", 1).await;
    let wrong = campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": "a wrong guess" })).await;
    assert_eq!(wrong.refusals("confirmEmail"), ["CREDENTIALS_WRONG input.password"]);
    // A link is pressed twice, and without the password the second time.
    for password in [json!(PASSWORD), json!(PASSWORD), Value::Null] {
        let answer = campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": password })).await;
        assert_eq!(answer.field("confirmEmail"), json!({ "isConfirmed": true, "viewer": null, "userErrors": [] }));
    }
    let requests = mod_.requests().await;
    assert_eq!(
        requests,
        [json!({
            "id": requests[0]["id"], "createdAt": "2026-11-21T09:30:00.000Z", "email": "ada@campus.example",
            "username": "ada", "firstName": "Ada", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 2,
            "studentNumber": "s-1815", "note": "I work in the lab.\nRoom 12",
        })]
    );
    for identifier in ["ada", "ADA@campus.example"] {
        assert_eq!(campus.login_refusals(identifier, PASSWORD).await, ["APPROVAL_PENDING"], "{identifier}");
        assert_eq!(campus.login_refusals(identifier, "a wrong guess").await, ["CREDENTIALS_WRONG"], "{identifier}");
    }
}

#[rstest]
#[tokio::test]
async fn username_and_address_are_reserved_until_the_decision(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let member = campus.created_member("member", Role::Member).await;
    campus.request("ada", json!({})).await;
    let available = "query($name: String!) { usernameAvailable(username: $name) }";
    let seen = campus.anonymous().execute(available, json!({ "name": "ADA" })).await;
    assert_eq!(seen.field("usernameAvailable"), json!(false));
    for email in ["ada@campus.example", "eve@campus.example"] {
        let refused = campus.sign_up("ada", json!({ "email": email })).await.refusals("register");
        assert_eq!(refused, ["USERNAME_TAKEN input.username"], "{email}");
    }
    let rename = "mutation { changeUsername(input: { username: \"ada\" }) { userErrors { code path } } }";
    assert_eq!(member.execute(rename, json!({})).await.refusals("changeUsername"), ["USERNAME_TAKEN input.username"]);

    // The answer does not reveal that the address is reserved; its owner receives a mail.
    let free = campus.sign_up("free", json!({})).await;
    let taken = campus.sign_up("other", json!({ "email": "ada@campus.example" })).await;
    assert_eq!((taken.status, &taken.body), (free.status, &free.body));
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("waits for the approval"), "{}", letters[1]);
    let change = "mutation($password: String) {
        changeEmail(input: { newEmail: \"ada@campus.example\", password: $password }) { isRequested userErrors { code } }
    }";
    let change = member.execute(change, json!({ "password": PASSWORD })).await;
    assert_eq!(change.field("changeEmail"), json!({ "isRequested": true, "userErrors": [] }));
    assert_eq!(mod_.requests().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_note_is_checked_where_moderators_read_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    for (note, fault) in [(" ", "TOO_SHORT"), (&"x".repeat(501), "TOO_LONG"), ("a\u{7}", "INVALID")] {
        let refused = campus.sign_up("ada", json!({ "note": note })).await.refusals("register");
        assert_eq!(refused, [format!("{fault} input.note")]);
    }
    assert_eq!(campus.sign_up("ada", json!({ "note": "x".repeat(500) })).await.refusals("register"), [""; 0]);
    let open = Campus::start(engine).await;
    assert_eq!(open.sign_up("ada", json!({ "note": " " })).await.refusals("register"), [""; 0], "ignored");
}

#[rstest]
#[tokio::test]
async fn a_request_that_none_decides_is_declined_after_30_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    campus.created_member("mod", Role::Moderator).await;
    campus.request("ada", json!({})).await;
    campus.advance(Duration::from_hours(30 * 24) - Duration::from_secs(1));
    let mod_ = campus.created_member("mary", Role::Moderator).await;
    let id = mod_.requests().await[0]["id"].clone();
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, ["APPROVAL_PENDING"]);
    campus.advance(Duration::from_secs(1));
    // At this instant, for every reader, before the row is deleted.
    assert_eq!(mod_.requests().await, [""; 0]);
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, ["CREDENTIALS_WRONG"]);
    assert_eq!(mod_.approve(&id).await.refusals("approveRegistration"), ["NOT_FOUND input.registrationRequestId"]);
    let logged = mod_.logged().await.len();
    node::sweep(&campus.app).await.expect("the rows are deleted");
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("was declined") && !letters[1].contains("Reason"), "{}", letters[1]);
    node::sweep(&campus.app).await.expect("nothing is left");
    assert_eq!(campus.delivered_letters("ada@campus.example").len(), 2);
    assert_eq!(mod_.logged().await.len(), logged, "no action of a moderator");
    assert_eq!(campus.sign_up("ada", json!({})).await.refusals("register"), [""; 0]);
    campus.letters_to("ada@campus.example", 3).await;
    assert_eq!(campus.confirm("ada").await.refusals("confirmEmail"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn an_expired_request_that_cannot_be_declined_keeps_no_other_one_waiting(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--rate-limits=off"]).await;
    let names = ["ada", "grace", "mary"];
    for name in names {
        campus.request(name, json!({})).await;
    }
    let spoil = |locale: &'static str| {
        let sql = "update registration_requests set locale = $1 where username = 'ada'";
        let db = &campus.app.db;
        async move { db.run(sql, &[&locale]).await.expect("the row changes") }
    };
    // No version of the program knows this language.
    spoil("xx").await;
    campus.advance(Duration::from_hours(30 * 24));
    node::sweep(&campus.app).await.expect("the sweep runs");
    let left = async || {
        let sql = "select username from registration_requests";
        let rows: Vec<(String,)> = campus.app.db.all(sql, &[]).await.expect("the rows are read");
        rows.into_iter().map(|(username,)| username).collect::<Vec<_>>()
    };
    assert_eq!(left().await, ["ada"]);
    spoil("en").await;
    node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(left().await, [""; 0]);
    for name in names {
        let letters = campus.letters_to(&format!("{name}@campus.example"), 2).await;
        assert!(letters[1].contains("was declined"), "{}", letters[1]);
    }
}

#[rstest]
#[tokio::test]
async fn moderators_follow_requests_live_and_page_through_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--rate-limits=off"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let head = mod_.query("{ moderation { eventsCursor } }").await["moderation"]["eventsCursor"].clone();
    let mut socket = Socket::subscribed(&mod_, FOLLOW, json!({ "after": head })).await;
    for username in ["ada", "grace", "mary"] {
        campus.request(username, json!({ "note": username })).await;
        let event = socket.next().await["moderationChanged"].clone();
        assert_eq!(event["__typename"], json!("RegistrationRequestChanged"));
        assert_eq!(event["registrationRequest"], json!({ "username": username, "note": username }));
    }
    let ids: Vec<Value> = mod_.requests().await.iter().map(|request| request["id"].clone()).collect();
    mod_.approve(&ids[0]).await.data();
    mod_.decline(&ids[1], None).await.data();
    for id in &ids[..2] {
        let event = socket.next().await["moderationChanged"].clone();
        assert_eq!((&event["registrationRequestId"], &event["registrationRequest"]), (id, &Value::Null));
    }
    // The log has every event; a request that is decided by now is null.
    let mut again = Socket::subscribed(&mod_, FOLLOW, json!({ "after": head })).await;
    for id in [&ids[0], &ids[1], &ids[2], &ids[0], &ids[1]] {
        let event = again.next().await["moderationChanged"].clone();
        assert_eq!(&event["registrationRequestId"], id);
        assert_eq!(event["registrationRequest"].is_object(), id == &ids[2]);
    }

    campus.request("alan", json!({})).await;
    let page = async |variables: Value| {
        let page = mod_.execute(super::REQUESTS, variables).await.field("moderation")["registrationRequests"].clone();
        let names: Vec<String> =
            page["nodes"].as_array().expect("a list").iter().map(|n| n["username"].to_string()).collect();
        (names, page["pageInfo"].clone())
    };
    let (first, info) = page(json!({ "first": 1 })).await;
    assert_eq!((first, &info["hasNextPage"]), (vec!["\"mary\"".to_owned()], &json!(true)), "oldest first");
    assert_eq!(page(json!({ "after": info["endCursor"] })).await.0, ["\"alan\""]);
    assert_eq!(page(json!({ "last": 1 })).await.0, ["\"alan\""]);
}

#[rstest]
#[tokio::test]
async fn only_moderators_see_and_decide_registrations(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let member = campus.created_member("member", Role::Member).await;
    let guest = campus.guest("owl").await;
    campus.request("ada", json!({})).await;
    let id = mod_.requests().await[0]["id"].clone();
    let query = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(mod_.execute(query, json!({ "id": id })).await.field("node"), json!({ "id": id }));
    for (person, code) in [(&member, "FORBIDDEN"), (&guest, "FORBIDDEN"), (&campus.anonymous(), "UNAUTHENTICATED")] {
        assert_eq!(person.approve(&id).await.codes(), [code]);
        assert_eq!(person.decline(&id, None).await.codes(), [code]);
        assert_eq!(person.execute(super::REQUESTS, json!({})).await.codes(), [code]);
        assert_eq!(person.execute(query, json!({ "id": id })).await.field("node"), Value::Null);
    }
    for id in [json!("rrq_0000000000000"), json!("rubbish"), member.user_id().await] {
        let missing = ["NOT_FOUND input.registrationRequestId"];
        assert_eq!(mod_.approve(&id).await.refusals("approveRegistration"), missing);
        assert_eq!(mod_.decline(&id, None).await.refusals("declineRegistration"), missing);
    }
    assert_eq!(mod_.requests().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn an_invitation_holds_a_use_for_a_registration_that_waits(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--invitation-required=true"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (invitation, token) = mod_.invitation(json!({})).await;
    for username in ["ada", "grace"] {
        assert_eq!(campus.sign_up(username, json!({ "invitation": token })).await.refusals("register"), [""; 0]);
    }
    assert_eq!(campus.confirm("ada").await.refusals("confirmEmail"), [""; 0]);
    let held = json!({ "useCount": 0, "maxUses": 1, "isUsable": false, "revokedAt": null });
    assert_eq!(mod_.see_invitation(&invitation["id"]).await, held, "it counts when the account is created");
    assert_eq!(campus.confirm("grace").await.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    let ada = mod_.requests().await[0]["id"].clone();
    mod_.decline(&ada, None).await.data();
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["isUsable"], json!(true), "the use is released");
    assert_eq!(campus.confirm("grace").await.refusals("confirmEmail"), [""; 0]);
    let grace = mod_.requests().await[0]["id"].clone();
    assert_eq!(mod_.approve(&grace).await.refusals("approveRegistration"), [""; 0]);
    let used = json!({ "useCount": 1, "maxUses": 1, "isUsable": false, "revokedAt": null });
    assert_eq!(mod_.see_invitation(&invitation["id"]).await, used);
}

#[rstest]
#[tokio::test]
async fn a_mailed_invitation_confirms_the_address_of_a_request(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    mod_.invite(json!({ "email": "ada@campus.example" })).await.data();
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let answer = campus.sign_up("ada", json!({ "invitation": token })).await;
    assert_eq!(answer.field("register"), json!({ "viewer": null, "session": null, "userErrors": [] }));
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, ["APPROVAL_PENDING"]);
    let again = campus.sign_up("ada2", json!({ "invitation": token, "email": "ada@campus.example" })).await;
    assert_eq!(again.refusals("register"), ["TOKEN_INVALID input.invitation"]);
    let id = mod_.requests().await[0]["id"].clone();
    mod_.approve(&id).await.data();
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, [""; 0]);
    assert_eq!(campus.letters_to("ada@campus.example", 2).await.len(), 2, "the invitation and the decision");
}

#[rstest]
#[tokio::test]
async fn a_guest_becomes_the_member_with_the_approval(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let guest = campus.guest("owl").await;
    let id = guest.user_id().await;
    let input = json!({ "email": "owl@campus.example", "password": PASSWORD, "username": "owl" });
    guest.execute(REGISTER, json!({ "input": input })).await.data();
    let token = campus.mailed_token("owl@campus.example", 1).await;
    let confirmed = guest.execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(confirmed.field("confirmEmail"), json!({ "isConfirmed": true, "viewer": null, "userErrors": [] }));
    assert_eq!(guest.query("{ viewer { isGuest } }").await["viewer"]["isGuest"], json!(true));
    let request = mod_.requests().await[0]["id"].clone();
    mod_.approve(&request).await.data();
    let owl = crate::support::Person { username: "owl".to_owned(), ..campus.anonymous() }.login().await;
    assert_eq!(owl.user_id().await, id);
    assert_eq!(guest.execute("{ viewer { isGuest } }", json!({})).await.status, 401, "its session has ended");
}
