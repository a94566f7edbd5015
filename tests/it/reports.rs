//! Reporting messages, posts, comments and users.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{List, Query};
use studyhall::reports::rules::latest_reports;

use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

async fn report(person: &Person, id: &Value, reason: &str) -> Response {
    let report = "mutation($id: ID!, $reason: String!) {
        reportContent(input: { id: $id, reason: $reason }) { isReported userErrors { code message path } }
    }";
    person.execute(report, json!({ "id": id, "reason": reason })).await
}

async fn send(person: &Person, to: &Person, text: &str) -> Value {
    let send = "mutation($user: ID!, $text: String!) {
        sendMessage(input: { userId: $user, text: $text }) { messageEdge { node { id } } }
    }";
    let answer = person.execute(send, json!({ "user": to.user_id().await, "text": text })).await;
    answer.field("sendMessage")["messageEdge"]["node"]["id"].clone()
}

#[rstest]
#[tokio::test]
async fn the_operator_reads_the_latest_reports_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let message = send(&ada, &grace, "Rude").await;
    let post = ada.publish("Spam").await;
    let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
    let user = ada.user_id().await;
    for id in [&message, &post, &user] {
        if id == &user {
            // A user who is blocked by the reporter can be reported.
            grace.execute(block, json!({ "id": user })).await.data();
        }
        campus.advance(Duration::from_secs(1));
        let answer = report(&grace, id, " No manners ").await;
        assert_eq!(answer.field("reportContent"), json!({ "isReported": true, "userErrors": [] }));
    }
    campus.advance(Duration::from_secs(1));
    report(&grace, &message, "Worse than I thought").await.data();
    let reports = latest_reports(&campus.app).await.expect("the reports");
    let seen: Vec<_> = reports
        .iter()
        .map(|report| {
            (
                report.reporter.as_deref().expect("a reporter"),
                report.reason.as_str(),
                report.text.as_deref(),
                report.author.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("grace", "Worse than I thought", Some("Rude"), Some("ada")),
            ("grace", "No manners", Some("ada"), Some("ada")),
            ("grace", "No manners", Some("Spam"), Some("ada")),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn an_object_that_the_viewer_cannot_see_cannot_be_reported(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let guest = campus.guest("lobbyist").await;
    let message = send(&ada, &grace, "Private").await;
    let post = ada.publish("For members").await;
    for (person, id) in [
        (&eve, &message),
        (&guest, &message),
        (&guest, &post),
        (&eve, &json!("msg_0000000000009")),
        (&eve, &json!("img_0000000000009")),
        (&eve, &json!("rubbish")),
    ] {
        assert_eq!(report(person, id, "x").await.refusals("reportContent"), ["NOT_FOUND input.id"], "{id}");
    }
    for (reason, code) in [("", "TOO_SHORT"), (&*"x".repeat(501), "TOO_LONG"), ("a\u{0}", "INVALID")] {
        assert_eq!(report(&grace, &message, reason).await.refusals("reportContent"), [format!("{code} input.reason")]);
    }
    assert_eq!(report(&eve, &eve.user_id().await, "x").await.refusals("reportContent"), ["INVALID input.id"]);
    assert_eq!(report(&campus.anonymous(), &post, "x").await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(report(&guest, &ada.user_id().await, "x").await.refusals("reportContent"), [""; 0]);
    assert_eq!(latest_reports(&campus.app).await.expect("the reports").len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_user_can_send_twenty_reports_an_hour(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.user_id().await;
    for _ in 0..20 {
        report(&grace, &id, "x").await.data();
    }
    assert_eq!(report(&grace, &id, "x").await.codes(), ["RATE_LIMITED"]);
}

#[rstest]
#[tokio::test]
async fn a_user_at_the_limit_can_still_change_the_reason_of_a_report(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let first = ada.publish("Spam").await;
    report(&grace, &first, "Spam").await.data();
    let mut others = Vec::new();
    for number in 0..5 {
        others.push(ada.publish(&format!("More {number}")).await);
    }
    let fill = "insert into reports (id, kind, subject_id, created_at, last_complaint_at)
        select value, 'post', value, 0, 0 from json_each($1)";
    let complain = "insert into complaints (id, report_id, reporter_id, reason, made_at)
        select value, value, (select id from users where username = 'grace'), 'Spam', 0
        from json_each($1)";
    let list = List::new(1..=998_i64);
    campus.app.db.run(fill, &[&list]).await.expect("998 reports");
    campus.app.db.run(complain, &[&list]).await.expect("999 complaints");
    // One place is left, whatever number of requests race for it.
    let answers = join_all(others.iter().map(|id| report(&grace, id, "Spam"))).await;
    let stored = answers.iter().filter(|answer| answer.field("reportContent")["isReported"] == true).count();
    assert_eq!(stored, 1);
    let changed = report(&grace, &first, "Really spam").await.field("reportContent");
    assert_eq!(changed, json!({ "isReported": true, "userErrors": [] }));
}

#[rstest]
#[tokio::test]
async fn a_report_keeps_what_it_is_about(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let message = send(&ada, &grace, "Rude").await;
    report(&grace, &message, "Rude").await.data();
    let delete = "mutation($id: ID!) { deleteMessage(input: { messageId: $id }) { userErrors { code } } }";
    ada.execute(delete, json!({ "id": message })).await.data();
    let gone = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.execute(gone, json!({ "password": PASSWORD })).await.data();
    let reports = latest_reports(&campus.app).await.expect("the reports");
    assert_eq!((reports[0].text.as_deref(), reports[0].author.as_deref()), (Some("Rude"), Some("ada")));
    assert!(!reports[0].is_present);
}

#[rstest]
#[tokio::test]
async fn a_comment_can_be_reported_also_across_a_block(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    let comment = ada.comment(&post, "Rude").await;
    ada.block(&grace).await;
    let answer = report(&grace, &comment, "No manners").await;
    assert_eq!(answer.field("reportContent"), json!({ "isReported": true, "userErrors": [] }));
    ada.delete_post(&post).await.data();
    assert_eq!(report(&ada, &comment, "Mine").await.refusals("reportContent"), ["NOT_FOUND input.id"]);
    let reports = latest_reports(&campus.app).await.expect("the reports");
    let (text, author, is_present) = (reports[0].text.as_deref(), reports[0].author.as_deref(), reports[0].is_present);
    assert_eq!((text, author, is_present), (Some("Rude"), Some("ada"), false));
}
