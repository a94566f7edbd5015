//! The decisions of moderators about registrations.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::Role;
use studyhall::db::Query;

use super::CONFIRM;
use crate::support::{Campus, Engine, PASSWORD, Person};

const APPROVAL: &str = "--registration=approval";
const MISSING: [&str; 1] = ["NOT_FOUND input.registrationRequestId"];

#[rstest]
#[tokio::test]
async fn approving_creates_the_account_and_informs_its_owner(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    campus.request("ada", json!({ "fieldOfStudy": "Mathematics", "skills": ["engines"], "note": "Please" })).await;
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let id = mod_.requests().await[0]["id"].clone();
    let approved = mod_.approve(&id).await.field("approveRegistration");
    let user = json!({ "username": "ada", "fieldOfStudy": "Mathematics" });
    assert_eq!(approved, json!({ "user": user, "userErrors": [] }));
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("approved") && letters[1].contains("/login"), "{}", letters[1]);

    let ada = Person { username: "ada".to_owned(), ..campus.anonymous() }.login().await;
    let viewer = ada.query("{ viewer { isEmailConfirmed role user { skills } } }").await;
    assert_eq!(
        viewer["viewer"],
        json!({ "isEmailConfirmed": true, "role": "MEMBER", "user": { "skills": ["engines"] } })
    );
    let again = campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(again.field("confirmEmail")["isConfirmed"], json!(true), "its purpose is met");
    assert_eq!(mod_.requests().await, [""; 0]);
    assert_eq!(mod_.approve(&id).await.refusals("approveRegistration"), MISSING);
    assert_eq!(mod_.decline(&id, None).await.refusals("declineRegistration"), MISSING);
    let action = json!({
        "kind": "REGISTRATION_APPROVED", "note": null, "actor": { "username": "mod" }, "user": { "username": "ada" },
    });
    assert_eq!(mod_.logged().await[0], action);
    let found = mod_.query("{ searchUsers(filter: { text: \"Mathematics\" }) { nodes { username } } }").await;
    assert_eq!(found["searchUsers"]["nodes"], json!([{ "username": "ada" }]));
}

#[rstest]
#[tokio::test]
async fn declining_deletes_the_data_and_informs_its_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    campus.request("ada", json!({ "note": "crinoline" })).await;
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let id = mod_.requests().await[0]["id"].clone();
    for (reason, fault) in [(" ", "TOO_SHORT"), (&"x".repeat(501), "TOO_LONG")] {
        let refused = mod_.decline(&id, Some(reason)).await.refusals("declineRegistration");
        assert_eq!(refused, [format!("{fault} input.reason")]);
    }
    let both = mod_.decline(&json!("rubbish"), Some("")).await.refusals("declineRegistration");
    assert_eq!(both, ["TOO_SHORT input.reason", MISSING[0]]);
    assert_eq!(mod_.requests().await.len(), 1, "nothing was changed");

    let declined = mod_.decline(&id, Some(" Not of this campus.\nSorry ")).await.field("declineRegistration");
    assert_eq!(declined, json!({ "declinedRegistrationRequestId": id, "userErrors": [] }));
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("was declined") && letters[1].contains("Not of this campus. Sorry"), "{}", letters[1]);
    assert_eq!(mod_.decline(&id, None).await.refusals("declineRegistration"), MISSING);
    let action = json!({
        "kind": "REGISTRATION_DECLINED", "note": "Not of this campus.\nSorry", "actor": { "username": "mod" },
        "user": null,
    });
    assert_eq!(mod_.logged().await[0], action);
    let count = "select (select count(*) from registration_requests) + (select count(*) from pending_registrations)
                        + (select count(*) from users where username = 'ada')";
    let (rows,): (i64,) = campus.app.db.one(count, &[]).await.expect("a count");
    assert_eq!(rows, 0);
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, ["CREDENTIALS_WRONG"]);
    let again = campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(again.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    // Name and address are free at once.
    campus.sign_up("ada", json!({})).await.data();
    campus.letters_to("ada@campus.example", 3).await;
    assert_eq!(campus.confirm("ada").await.field("confirmEmail")["isConfirmed"], json!(true));
}

#[rstest]
#[tokio::test]
async fn of_concurrent_decisions_the_first_one_counts(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--rate-limits=off"]).await;
    let moderators =
        [campus.created_member("mod", Role::Moderator).await, campus.created_member("other", Role::Moderator).await];
    for round in 0..4 {
        let username = format!("ada{round}");
        campus.request(&username, json!({})).await;
        let id = moderators[0].requests().await[0]["id"].clone();
        let decisions = (0..6).map(|number| {
            let (moderator, id) = (&moderators[number % 2], &id);
            async move {
                if number % 3 == 0 {
                    (true, moderator.decline(id, None).await.refusals("declineRegistration"))
                } else {
                    (false, moderator.approve(id).await.refusals("approveRegistration"))
                }
            }
        });
        let answers = join_all(decisions).await;
        let winners: Vec<bool> = answers.iter().filter(|(_, refusals)| refusals.is_empty()).map(|one| one.0).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        assert!(answers.iter().all(|(_, refusals)| refusals.is_empty() || refusals == &MISSING), "{answers:?}");
        let login = campus.login_refusals(&username, PASSWORD).await;
        assert_eq!(login.is_empty(), !winners[0], "{login:?}");
        let letters = campus.letters_to(&format!("{username}@campus.example"), 2).await;
        assert_eq!(letters.len(), 2, "one decision, one letter");
        let kind = if winners[0] { "REGISTRATION_DECLINED" } else { "REGISTRATION_APPROVED" };
        assert_eq!(moderators[0].logged().await[0]["kind"], json!(kind));
    }
}

#[rstest]
#[tokio::test]
async fn one_of_two_confirmed_registrations_gets_a_username(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[APPROVAL, "--rate-limits=off"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let emails: Vec<String> = (0..4).map(|number| format!("p{number}@campus.example")).collect();
    // A pending registration reserves the name, unless both are made at the same time.
    let sign_ups = emails.iter().map(|email| campus.sign_up("wanted", json!({ "email": email })));
    let accepted: Vec<&String> = join_all(sign_ups)
        .await
        .iter()
        .zip(&emails)
        .filter(|(answer, _)| answer.refusals("register").is_empty())
        .map(|(_, email)| email)
        .collect();
    let mut tokens = Vec::new();
    for email in accepted {
        tokens.push(campus.mailed_token(email, 1).await);
    }
    let confirmations = tokens.iter().map(|token| {
        let anonymous = campus.anonymous();
        async move { anonymous.execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await }
    });
    let refusals: Vec<Vec<String>> =
        join_all(confirmations).await.iter().map(|answer| answer.refusals("confirmEmail")).collect();
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 1, "{refusals:?}");
    let mut losers = refusals.iter().filter(|refusals| !refusals.is_empty());
    assert!(losers.all(|refusals| refusals == &["USERNAME_TAKEN input.token"]), "{refusals:?}");
    let requests = mod_.requests().await;
    assert_eq!(requests.len(), 1);
    assert_eq!(mod_.approve(&requests[0]["id"]).await.field("approveRegistration")["userErrors"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_moderator_who_lost_the_role_decides_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[APPROVAL]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let admin = campus.created_member("adela", Role::Admin).await;
    campus.request("ada", json!({})).await;
    let id = admin.requests().await[0]["id"].clone();
    // The row alone, as another node changes it a moment before this one learns of it.
    campus.app.db.run("update accounts set role = 'member' where role = 'moderator'", &[]).await.expect("a member");
    for codes in [mod_.approve(&id).await.codes(), mod_.decline(&id, None).await.codes()] {
        assert_eq!(codes, ["FORBIDDEN"]);
    }
    assert_eq!(admin.approve(&id).await.field("approveRegistration")["user"]["username"], json!("ada"));
    assert_ne!(admin.logged().await[0]["actor"], Value::Null);
}
