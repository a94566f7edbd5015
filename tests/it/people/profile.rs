//! Changing a profile, and who sees a user.

use rstest::rstest;
use serde_json::{Value, json};

use super::{change, update, view_user};
use crate::support::{Campus, Engine, PASSWORD};

const PROFILE: &str = "username firstName lastName displayName fieldOfStudy year skills about";

#[rstest]
#[tokio::test]
async fn an_absent_field_stays_unchanged_and_null_clears_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let id = ada.user_id().await;
    let bare = json!({
        "username": "ada", "firstName": null, "lastName": null, "displayName": "ada", "fieldOfStudy": null,
        "year": null, "skills": [], "about": null,
    });
    assert_eq!(view_user(&grace, &id, PROFILE).await, bare);

    let change = "mutation Change($input: UpdateProfileInput!) {
        updateProfile(input: $input) {
            user { username firstName lastName displayName fieldOfStudy year skills about } userErrors { code path }
        }
    }";
    let input = json!({
        "firstName": "  Augusta ", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 3,
        "skills": [" Weaving ", "Notes"], "about": "Counts\r\nand rhymes 🙂",
    });
    let payload = ada.execute(change, json!({ "input": input })).await.field("updateProfile");
    let full = json!({
        "username": "ada", "firstName": "Augusta", "lastName": "Lovelace", "displayName": "Augusta Lovelace",
        "fieldOfStudy": "Mathematics", "year": 3, "skills": ["Weaving", "Notes"], "about": "Counts\nand rhymes 🙂",
    });
    assert_eq!(payload, json!({ "user": full, "userErrors": [] }));
    assert_eq!(view_user(&grace, &id, PROFILE).await, full);

    update(&ada, "updateProfile", json!({})).await;
    assert_eq!(view_user(&grace, &id, PROFILE).await, full);
    update(&ada, "updateProfile", json!({ "firstName": null, "skills": ["Notes", "Looms"], "year": 4 })).await;
    let seen = view_user(&grace, &id, PROFILE).await;
    assert_eq!((&seen["displayName"], &seen["skills"]), (&json!("Lovelace"), &json!(["Notes", "Looms"])));
    assert_eq!((&seen["year"], &seen["about"]), (&json!(4), &full["about"]));
    let all = json!({
        "firstName": null, "lastName": null, "fieldOfStudy": null, "year": null, "skills": null, "about": null,
    });
    update(&ada, "updateProfile", all).await;
    assert_eq!(view_user(&grace, &id, PROFILE).await, bare);
}

#[rstest]
#[tokio::test]
async fn a_form_receives_all_of_its_errors_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = ada.user_id().await;
    let good = json!({
        "firstName": "é".repeat(50), "lastName": "x", "fieldOfStudy": "f".repeat(100), "year": 2200,
        "skills": vec!["s".repeat(40); 30], "about": "a".repeat(1_000),
    });
    update(&ada, "updateProfile", good).await;
    let before = view_user(&ada, &id, PROFILE).await;
    let errors = |input| async { change(&ada, "updateProfile", input).await.refusals("updateProfile") };

    let mut too_many = errors(json!({
        "firstName": "é".repeat(51), "lastName": " ", "fieldOfStudy": "f".repeat(101), "year": 0,
        "skills": ["good", "", "s".repeat(41), "a\nb"], "about": "a".repeat(1_001),
    }))
    .await;
    too_many.sort();
    let expected = [
        "INVALID input.skills.3",
        "INVALID input.year",
        "TOO_LONG input.about",
        "TOO_LONG input.fieldOfStudy",
        "TOO_LONG input.firstName",
        "TOO_LONG input.skills.2",
        "TOO_SHORT input.lastName",
        "TOO_SHORT input.skills.1",
    ];
    assert_eq!(too_many, expected);
    assert_eq!(errors(json!({ "skills": vec!["s"; 31] })).await, ["TOO_LONG input.skills"]);
    assert_eq!(errors(json!({ "year": 2201, "firstName": "Good" })).await, ["INVALID input.year"]);
    for field in ["firstName", "lastName", "fieldOfStudy", "about"] {
        for text in ["a\0b", "a\u{1b}b", "a\u{9f}b"] {
            assert_eq!(errors(json!({ field: text })).await, [format!("INVALID input.{field}")], "{text:?}");
        }
    }
    assert_eq!(errors(json!({ "firstName": "a\nb" })).await, ["INVALID input.firstName"]);
    assert_eq!(view_user(&ada, &id, PROFILE).await, before, "nothing was changed");
}

#[rstest]
#[tokio::test]
async fn later_fields_of_an_operation_see_the_changes_of_earlier_fields(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let data = ada
        .query(
            "mutation {
                one: updateProfile(input: { firstName: \"One\", skills: [\"one\"] }) { user { firstName skills } }
                two: updateProfile(input: { firstName: \"Two\", skills: [\"two\"] }) { user { firstName skills } }
            }",
        )
        .await;
    assert_eq!(data["one"]["user"], json!({ "firstName": "One", "skills": ["one"] }));
    assert_eq!(data["two"]["user"], json!({ "firstName": "Two", "skills": ["two"] }));
}

#[rstest]
#[tokio::test]
async fn only_members_can_change_a_profile_and_search(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = ada.user_id().await;
    let operations = [
        "mutation { updateProfile(input: { firstName: \"A\" }) { userErrors { code } } }",
        "mutation { updateContactDetails(input: { county: \"A\" }) { userErrors { code } } }",
        "mutation { updateSocialLinks(input: { description: \"A\" }) { userErrors { code } } }",
        "mutation { updateSettings(input: { showsPresence: false }) { userErrors { code } } }",
        "{ searchUsers(filter: {}) { totalCount } }",
    ];
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        for operation in operations {
            let answer = person.execute(operation, json!({})).await;
            assert_eq!((answer.status, answer.codes()), (200, vec![code.to_owned()]), "{operation}");
            let data = answer.body["data"].as_object().expect("the fields");
            assert!(data.values().all(Value::is_null), "{operation}: {}", answer.body);
        }
    }
    for mutation in ["blockUser", "unblockUser"] {
        assert_eq!(change(&campus.anonymous(), mutation, json!({ "userId": id })).await.codes(), ["UNAUTHENTICATED"]);
    }
    let user = "query($id: ID!) { user(by: { id: $id }) { username } }";
    assert_eq!(campus.anonymous().execute(user, json!({ "id": id })).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(view_user(&campus.guest("curious").await, &id, "username").await["username"], "ada");
    let node = campus.anonymous().execute("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(node.data(), json!({ "node": null }));
}

#[rstest]
#[tokio::test]
async fn a_user_is_selected_by_id_or_username_and_an_unknown_user_is_null(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("Ada_1815").await;
    let post = ada.publish("Not a person").await;
    let by_name = "query($name: String!) { user(by: { username: $name }) { username } }";
    for name in ["Ada_1815", "ADA_1815", "ada_1815", "Ａda_1815", "\u{430}da_1815"] {
        let user = ada.execute(by_name, json!({ "name": name })).await.field("user");
        assert_eq!(user["username"], "Ada_1815", "{name:?}");
    }
    for name in ["", "nobody", "Ada_", "%", "a\0b", "Ada_1815\0", &*"x".repeat(7_000)] {
        let user = ada.execute(by_name, json!({ "name": name })).await.field("user");
        assert_eq!(user, Value::Null, "{name:?}");
    }
    // Signing in with such a name is an ordinary failure.
    for name in ["a\0b", "a\0b@campus.example"] {
        assert_eq!(ada.try_login(name, PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"], "{name:?}");
    }
    for id in [json!("usr_0000000000000"), json!("usr_1"), json!(""), json!("\0"), post] {
        assert_eq!(view_user(&ada, &id, "username").await, Value::Null, "{id}");
    }
}

#[rstest]
#[tokio::test]
async fn the_owner_a_member_and_a_guest_see_the_public_side(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let guest = campus.guest("lobbyist").await;
    let id = ada.user_id().await;
    update(&ada, "updateProfile", json!({ "firstName": "Augusta", "skills": ["Weaving"] })).await;
    update(&ada, "updateSocialLinks", json!({ "github": "https://github.com/ada" })).await;
    let fields = "displayName isGuest skills joinedAt socialLinks { github website }
                  viewerCanMessage viewerHasBlocked contact { email }";
    let seen = |can_message: bool, contact: Value| {
        json!({
            "displayName": "Augusta", "isGuest": false, "skills": ["Weaving"], "joinedAt": "2026-11-21T09:30:00.000Z",
            "socialLinks": { "github": "https://github.com/ada", "website": null },
            "viewerCanMessage": can_message, "viewerHasBlocked": false, "contact": contact,
        })
    };
    let own = json!({ "email": "ada@campus.example" });
    assert_eq!(view_user(&ada, &id, fields).await, seen(false, own));
    assert_eq!(view_user(&grace, &id, fields).await, seen(true, Value::Null));
    assert_eq!(view_user(&guest, &id, fields).await, seen(false, Value::Null));
    let of_guest = view_user(&grace, &guest.user_id().await, fields).await;
    assert_eq!((&of_guest["isGuest"], &of_guest["displayName"]), (&json!(true), &json!("lobbyist")));
    assert_eq!((&of_guest["viewerCanMessage"], &of_guest["contact"]), (&json!(false), &Value::Null));
}
