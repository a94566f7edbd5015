//! The stream of the queues.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};

use crate::support::{Campus, Engine, Socket};

const FOLLOW: &str = "subscription F($after: String) { moderationChanged(after: $after) {
    __typename ... on Event { cursor } ... on ReportChanged { report { id status complaintCount } }
} }";

#[rstest]
#[tokio::test]
async fn changes_of_reports_are_delivered_in_order_and_resumed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let mod_ = campus.moderator("mod").await;
    let head = mod_.query("{ moderation { eventsCursor } }").await["moderation"]["eventsCursor"].clone();
    let post = ada.publish("Spam").await;
    grace.report(&post, "Spam").await;
    let mut socket = Socket::subscribed(&mod_, FOLLOW, json!({ "after": head })).await;
    let first = socket.next().await["moderationChanged"].clone();
    assert_eq!((&first["__typename"], &first["report"]["status"]), (&json!("ReportChanged"), &json!("OPEN")));
    mary.report(&post, "Rude").await;
    assert_eq!(socket.next().await["moderationChanged"]["report"]["complaintCount"], json!(2));
    let id = first["report"]["id"].clone();
    mod_.assign(json!({ "reportId": id, "assigneeId": mod_.user_id().await })).await.data();
    assert_eq!(socket.next().await["moderationChanged"]["report"]["status"], "ASSIGNED");
    mod_.resolve(json!({ "reportId": id, "actions": [] })).await.data();
    assert_eq!(socket.next().await["moderationChanged"]["report"]["status"], "RESOLVED");
    let mut again = Socket::subscribed(&mod_, FOLLOW, json!({ "after": first["cursor"] })).await;
    for _ in 0..3 {
        assert_eq!(again.next().await["moderationChanged"]["report"]["id"], id);
    }
    assert!(again.is_alive().await);
}

#[rstest]
#[tokio::test]
async fn only_moderators_follow_the_queues(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for person in [&ada, &campus.guest("owl").await] {
        let mut socket = Socket::subscribed(person, FOLLOW, json!({ "after": Value::Null })).await;
        assert_eq!(socket.error_code().await, "FORBIDDEN");
    }
    let mod_ = campus.moderator("mod").await;
    let mut socket = Socket::subscribed(&mod_, FOLLOW, json!({})).await;
    let mut elsewhere = Socket::subscribed(&mod_, FOLLOW, json!({ "after": "rubbish" })).await;
    assert_eq!(elsewhere.error_code().await, "BAD_USER_INPUT");
    staff::set_role(&campus.app, "mod", Role::Member).await.expect("a member");
    // The stream ends with the role; the client connects again, as a member.
    assert_eq!(socket.error_code().await, "FORBIDDEN");
    assert_eq!(socket.close_code().await, 4403);
    let mut socket = Socket::subscribed(&mod_, FOLLOW, json!({})).await;
    assert_eq!(socket.error_code().await, "FORBIDDEN");
}

#[rstest]
#[tokio::test]
async fn moderators_learn_that_a_reported_text_or_account_is_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mod_, other) = (campus.moderator("mod").await, campus.moderator("other").await);
    let (own, moved) = (ada.publish("One").await, ada.publish("Two").await);
    for post in [&own, &moved] {
        grace.report(post, "Spam").await;
    }
    let reports = mod_.reports(json!({})).await;
    let [second, first] = [&reports[0]["id"], &reports[1]["id"]];
    other.assign(json!({ "reportId": second, "assigneeId": other.user_id().await })).await.data();
    let head = mod_.query("{ moderation { eventsCursor } }").await["moderation"]["eventsCursor"].clone();
    let mut socket = Socket::subscribed(&mod_, FOLLOW, json!({ "after": head })).await;
    let mut next = async || socket.next().await["moderationChanged"]["report"].clone();
    ada.delete_post(&own).await.data();
    assert_eq!(next().await["id"], *first);
    // The report is free again when its moderator leaves.
    other.delete_account().await;
    let freed = next().await;
    assert_eq!((&freed["id"], &freed["status"]), (second, &json!("OPEN")));
    grace.delete_account().await;
    let mut named = [next().await["id"].clone(), next().await["id"].clone()];
    named.sort_by_key(Value::to_string);
    let mut both = [first.clone(), second.clone()];
    both.sort_by_key(Value::to_string);
    assert_eq!(named, both);
}
