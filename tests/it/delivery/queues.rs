//! The daily mail to moderators while something waits for them.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::accounts::{Role, staff};
use studyhall::delivery::queues::rules::send_due;

use super::header;
use crate::support::{Campus, Engine, Person};

const DAY: Duration = Duration::from_hours(24);

async fn moderator(campus: &Campus, username: &str) -> Person {
    let person = campus.confirmed_member(username).await;
    staff::set_role(&campus.app, username, Role::Moderator).await.expect("a member");
    person
}

#[rstest]
#[tokio::test]
async fn moderators_who_want_mail_get_one_a_day_while_a_report_waits(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    // The first ones are looked at first, so their mails would be the first ones, too.
    let (silent, member) = (moderator(&campus, "silent").await, campus.confirmed_member("member").await);
    silent
        .change_settings(json!({ "notificationPreferences": [{ "kind": "MODERATION", "channels": ["PUSH"] }] }))
        .await;
    let mod_ = moderator(&campus, "mod").await;
    send_due(&campus.app).await.expect("nothing waits");
    let post = member.publish("Spam").await;
    let report = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"x\" }) { userErrors { code } } }";
    mod_.execute(report, json!({ "id": post })).await.data();
    for _ in 0..2 {
        send_due(&campus.app).await.expect("the queues are read");
    }
    let letters = campus.letters_to("mod@campus.example", 2).await;
    assert!(letters[1].contains("1 report, 0 registrations"), "{}", letters[1]);
    assert!(header(&letters[1], "List-Unsubscribe").is_some(), "{}", letters[1]);
    campus.advance(DAY.saturating_sub(Duration::from_secs(1)));
    send_due(&campus.app).await.expect("the queues are read");
    campus.advance(Duration::from_secs(1));
    send_due(&campus.app).await.expect("the queues are read");
    assert_eq!(campus.letters_to("mod@campus.example", 3).await.len(), 3, "one a day");

    let mod_ = mod_.refreshed().await;
    let query = "{ moderation { reports { nodes { id } } } }";
    let id = mod_.query(query).await["moderation"]["reports"]["nodes"][0]["id"].clone();
    let resolve = "mutation($id: ID!) { resolveReport(input: { reportId: $id, actions: [] }) { userErrors { code } } }";
    mod_.execute(resolve, json!({ "id": id })).await.data();
    campus.advance(DAY);
    send_due(&campus.app).await.expect("nothing waits");
    let reset = "mutation { requestPasswordReset(input: { email: \"mod@campus.example\" }) { isRequested } }";
    campus.anonymous().query(reset).await;
    let letters = campus.letters_to("mod@campus.example", 4).await;
    assert!(letters[3].contains("reset-password"), "{}", letters[3]);
    for person in [&silent, &member] {
        assert_eq!(campus.delivered_letters(&person.email()).len(), 1, "{}", person.username);
    }
}
