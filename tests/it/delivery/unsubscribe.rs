//! Links in mails that turn mails off, by one click and by the page.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::{digest, header};
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person, Socket};

const UNSUBSCRIBE: &str = "mutation($token: String!) {
    unsubscribeMail(input: { token: $token }) { isUnsubscribed userErrors { code path } }
}";

async fn unsubscribe(person: &Person, token: &str) -> Response {
    person.execute(UNSUBSCRIBE, json!({ "token": token })).await
}

/// The path of the header `List-Unsubscribe` of the newest mail to a member.
async fn one_click_path(campus: &Campus, person: &Person, count: usize) -> String {
    let letters = campus.letters_to(&person.email(), count).await;
    let letter = letters.last().expect("a mail");
    assert_eq!(header(letter, "List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let url = header(letter, "List-Unsubscribe").expect("a header").trim_matches(['<', '>']).to_owned();
    let path = url.strip_prefix(&format!("http://{}", campus.address)).expect("the public URL").to_owned();
    let token = path.strip_prefix("/unsubscribe/").expect("the path").to_owned();
    let text = letter.replace("=\r\n", "").replace("=3D", "=");
    assert!(text.contains(&format!("http://{}/unsubscribe#token={token}", campus.address)), "{text}");
    path
}

#[rstest]
#[tokio::test]
async fn one_click_turns_off_the_kinds_of_a_mail_and_a_get_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let all = ada.mailed_kinds().await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, "2026-11-23T09:00:00.000Z").await["id"].clone();
    let path = one_click_path(&campus, &ada, 2).await;
    let anonymous = campus.anonymous();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]);
    let client = client.build().expect("a client");
    let url = format!("http://{}{path}", campus.address);
    let page = client.get(&url).send().await.expect("a response");
    let token = path.trim_start_matches("/unsubscribe/");
    assert_eq!(page.status(), 303);
    assert_eq!(page.headers()["location"], format!("/unsubscribe#token={token}").as_str());
    assert_eq!(client.head(&url).send().await.expect("a response").status(), 303);
    assert_eq!(ada.mailed_kinds().await, all, "a program that scans mails changes nothing");

    let one_click = async |path: &str| {
        let request = anonymous.request(Method::POST, path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Person::send(request.body("List-Unsubscribe=One-Click")).await.status
    };
    for path in ["/unsubscribe/rubbish", &format!("{path}A"), &path[..path.len() - 1], "/unsubscribe/%ff"] {
        assert_eq!(one_click(path).await, 404, "{path}");
    }
    assert_eq!(ada.mailed_kinds().await, all);
    for _ in 0..2 {
        assert_eq!(one_click(&path).await, 200);
    }
    let response = client.post(&url).header("accept-language", "fr-CA").send().await.expect("a response");
    assert_eq!(response.headers()["content-language"], "fr");
    assert_eq!(response.text().await.expect("a text"), "Vous ne recevrez plus d’e-mails de ce type.\n");
    let left: Vec<_> = all.iter().filter(|kind| *kind != "BOOKING").cloned().collect();
    assert_eq!(ada.mailed_kinds().await, left);
    // No further mail of the kind; reminders are another kind.
    grace.reschedule(&booking, "2026-11-23T10:00:00.000Z").await.data();
    campus.advance(Duration::from_hours(25));
    let letters = campus.letters_to(&ada.email(), 3).await;
    assert!(letters[2].contains("Subject: Your session starts soon"), "{}", letters[2]);
    assert!(letters.iter().all(|letter| !letter.contains("Subject: Your session was moved")));
    // The other channel stays, and the settings revert it.
    let ada = ada.refreshed().await;
    ada.change_settings(json!({ "notificationPreferences": null })).await;
    assert_eq!(ada.mailed_kinds().await, all);
}

#[rstest]
#[tokio::test]
async fn the_token_of_a_mail_turns_off_its_kinds_without_a_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "Hello").await;
    campus.advance(Duration::from_mins(16));
    assert_eq!(digest(&campus, &ada, 2).await.len(), 2);
    let path = one_click_path(&campus, &ada, 2).await;
    let token = path.trim_start_matches("/unsubscribe/");
    let anonymous = campus.anonymous();
    for wrong in ["", "rubbish", &token[1..], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(unsubscribe(&anonymous, wrong).await.refusals("unsubscribeMail"), ["TOKEN_INVALID input.token"]);
    }
    let expected = json!({ "isUnsubscribed": true, "userErrors": [] });
    for _ in 0..2 {
        assert_eq!(unsubscribe(&anonymous, token).await.field("unsubscribeMail"), expected);
    }
    let ada = ada.refreshed().await;
    assert_eq!(ada.mailed_kinds().await, ["ACCOUNT", "BOOKING", "MENTION", "MODERATION", "REMINDER", "REPLY"]);
    // A token counts as a credential: one in a request, and none over a socket.
    let twice = "mutation($token: String!) {
        a: unsubscribeMail(input: { token: $token }) { isUnsubscribed }
        b: unsubscribeMail(input: { token: $token }) { isUnsubscribed }
    }";
    assert_eq!(anonymous.execute(twice, json!({ "token": token })).await.codes().len(), 1);
    let mut socket = Socket::connect(&anonymous).await;
    socket.subscribe(UNSUBSCRIBE, json!({ "token": token })).await;
    assert_ne!(socket.error_code().await, "none");
    ada.delete_account().await;
    assert_eq!(unsubscribe(&anonymous, token).await.refusals("unsubscribeMail"), ["TOKEN_INVALID input.token"]);
}

#[rstest]
#[tokio::test]
async fn mails_about_the_account_cannot_be_turned_off(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    ada.query("mutation { changeUsername(input: { username: \"augusta\" }) { userErrors { code } } }").await;
    let letters = campus.letters_to("ada@campus.example", 2).await;
    for letter in &letters {
        assert_eq!(header(letter, "List-Unsubscribe"), None, "{letter}");
        assert!(!letter.contains("/unsubscribe"), "{letter}");
    }
}
