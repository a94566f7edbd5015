//! Mails about the account and about decisions of moderators, which are sent at once.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use studyhall::delivery::digests;

use super::header;
use crate::support::mailbox::part;
use crate::support::people::LOGIN;
use crate::support::push_service::PushService;
use crate::support::{Campus, Engine, PASSWORD, Person};

const RENAME: &str = "mutation { changeUsername(input: { username: \"countess\" }) { userErrors { code } } }";

/// The subjects of the letters to an address, the earliest first, as soon as there are `count`.
async fn subjects(campus: &Campus, address: &str, count: usize) -> Vec<String> {
    let letters = campus.all_letters_to(address, count).await;
    letters.iter().map(|letter| header(letter, "Subject").expect("a subject").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_sign_in_from_an_unknown_device_is_mailed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let input = json!({ "identifier": "ada", "password": PASSWORD, "deviceName": "A laptop <3" });
    let first = campus.anonymous().execute(LOGIN, json!({ "input": input })).await;
    first.field("login");
    let letter = campus.all_letters_to("ada@campus.example", 2).await.pop().expect("a letter");
    assert_eq!(header(&letter, "Subject"), Some("New sign-in to your account"));
    assert_eq!(header(&letter, "List-Unsubscribe"), None, "it cannot be turned off");
    assert!(part(&letter, "text/plain").contains("Device: A laptop <3"), "{letter}");
    assert!(part(&letter, "text/html").contains("A laptop &lt;3"), "{letter}");
    // The device is known now, and the address of the other member is not confirmed.
    let cookies = first.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next()).collect();
    assert!(!cookies.is_empty(), "a cookie marks the device");
    let again = campus.anonymous().request(Method::POST, "/graphql").header("cookie", cookies.join("; "));
    Person::send(again.json(&json!({ "query": LOGIN, "variables": { "input": input } }))).await.field("login");
    grace.login().await;
    ada.query(RENAME).await;
    let expected = ["Please confirm your email address", "New sign-in to your account", "Your username was changed"];
    assert_eq!(subjects(&campus, "ada@campus.example", 3).await, expected);
    assert_eq!(campus.delivered_letters("grace@campus.example").len(), 1);
}

#[rstest]
#[tokio::test]
async fn every_notification_about_the_account_is_mailed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    ada.login().await;
    ada.query("mutation { revokeOtherSessions { userErrors { code } } }").await;
    let export = "mutation($password: String) {
        requestDataExport(input: { password: $password }) { userErrors { code } }
    }";
    let requested = ada.execute(export, json!({ "password": PASSWORD })).await;
    assert_eq!(requested.field("requestDataExport"), json!({ "userErrors": [] }));
    campus.all_letters_to("ada@campus.example", 5).await;
    ada.query(RENAME).await;
    let expected = [
        "Please confirm your email address",
        "New sign-in to your account",
        "A device was signed out",
        "An export of your data was requested",
        "Your data export is ready",
        "Your username was changed",
    ];
    assert_eq!(subjects(&campus, "ada@campus.example", 6).await, expected);
    let listed = "{ viewer { notifications(filter: { kinds: [ACCOUNT] }) { totalCount } } }";
    let count = ada.query(listed).await["viewer"]["notifications"]["totalCount"].clone();
    assert_eq!(count, expected.len() - 1, "one mail for each, and the one that confirms the address");
}

#[rstest]
#[tokio::test]
async fn decisions_of_moderators_are_mailed_as_members_prefer(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let mary = campus.confirmed_member("mary").await;
    let silent = json!({ "notificationPreferences": [{ "kind": "MODERATION", "channels": ["PUSH"] }] });
    mary.change_settings(silent).await;
    let mod_ = campus.moderator("mod").await;
    let decide = async |input: Value| {
        let post = ada.publish("Spam").await;
        let report = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"x\" }) { userErrors { code } } }";
        for reporter in [&grace, &mary] {
            reporter.execute(report, json!({ "id": post })).await.data();
        }
        let open = "{ moderation { reports(filter: { statuses: [OPEN] }) { nodes { id } } } }";
        let id = mod_.query(open).await["moderation"]["reports"]["nodes"][0]["id"].clone();
        let mut input = input;
        input["reportId"] = id;
        let resolve = "mutation($input: ResolveReportInput!) { resolveReport(input: $input) { userErrors { code } } }";
        assert_eq!(mod_.execute(resolve, json!({ "input": input })).await.refusals("resolveReport"), [""; 0]);
    };
    decide(json!({ "actions": [] })).await;
    decide(json!({ "actions": ["WARN"], "message": "Please stop." })).await;
    decide(json!({ "actions": ["REMOVE", "WARN"], "message": "Once more." })).await;
    let expected = ["Please confirm your email address", "The moderators warned you", "A text of yours was removed"];
    assert_eq!(subjects(&campus, "ada@campus.example", 3).await, expected);
    let letters = campus.letters_to("ada@campus.example", 3).await;
    assert!(part(&letters[1], "text/plain").contains("Message of the moderators: Please stop."), "{}", letters[1]);
    assert!(letters.iter().all(|letter| !letter.contains("grace") && !letter.contains("Hello mod")));
    let of_reporter = campus.letters_to("grace@campus.example", 4).await;
    assert!(header(&of_reporter[1], "List-Unsubscribe").is_some(), "{}", of_reporter[1]);
    let sentences = ["took no action", "acted on a report", "acted on a report"];
    for (letter, sentence) in of_reporter[1..].iter().zip(sentences) {
        assert!(part(letter, "text/plain").contains(sentence), "{letter}");
    }
    // A lock has a mail of its own, and the author gets no second one.
    let ends_at = "2026-11-22T09:30:00Z";
    decide(json!({ "actions": ["LOCK"], "lockEndsAt": ends_at, "message": "Enough." })).await;
    campus.letters_to("grace@campus.example", 5).await;
    assert_eq!(subjects(&campus, "ada@campus.example", 4).await[3..], ["Your account was locked"]);
    assert_eq!(campus.delivered_letters("mary@campus.example").len(), 1);
}

#[rstest]
#[tokio::test]
async fn pushes_and_mails_are_in_the_language_of_their_member(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    ada.change_settings(json!({ "locale": "fr" })).await;
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    campus.app.clock.set(campus.app.clock.now().plus(Duration::from_mins(16)));
    let pushes = service.deliver(&campus, &browser).await;
    assert_eq!(pushes.len(), 1);
    assert_eq!(pushes[0]["body"], "grace a commenté votre publication.");
    digests::rules::send_due(&campus.app).await.expect("digests are sent");
    ada.login().await;
    let letters = campus.all_letters_to("ada@campus.example", 3).await;
    for letter in &letters[1..] {
        assert_eq!(header(letter, "Content-Language"), Some("fr"), "{letter}");
        assert!(part(letter, "text/plain").starts_with("Bonjour"), "{letter}");
    }
}
