//! The list: pages, filters, what is read, limits.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;
use studyhall::node;

use crate::support::{Campus, Engine};

fn texts(page: &Value) -> Vec<String> {
    let nodes = page["notifications"]["nodes"].as_array().expect("a list");
    nodes.iter().map(|node| node["comment"]["text"].as_str().unwrap_or("-").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn notifications_page_newest_first_and_are_filtered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    for text in ["1", "2", "3", "4", "5"] {
        grace.comment(&post, text).await;
    }
    let first = ada.notification_page(json!({ "first": 2 })).await;
    assert_eq!((texts(&first), &first["unreadNotificationCount"]), (vec!["5".to_owned(), "4".to_owned()], &json!(5)));
    let info = first["notifications"]["pageInfo"].clone();
    let rest = ada.notification_page(json!({ "after": info["endCursor"] })).await;
    assert_eq!(texts(&rest), ["3", "2", "1"]);
    let last = ada.notification_page(json!({ "last": 2 })).await;
    assert_eq!(texts(&last), ["2", "1"]);
    let start = &last["notifications"]["pageInfo"]["startCursor"];
    assert_eq!(texts(&ada.notification_page(json!({ "last": 1, "before": start })).await), ["3"]);

    let id = rest["notifications"]["nodes"][0]["id"].clone();
    let marked = ada.mark_notifications(json!({ "notificationIds": [id, "rubbish", post] })).await;
    let expected = json!({ "viewer": { "unreadNotificationCount": 4 }, "userErrors": [] });
    assert_eq!(marked.field("markNotificationsRead"), expected);
    let unread = ada.notification_page(json!({ "filter": { "isUnread": true } })).await;
    assert_eq!(
        (texts(&unread), &unread["notifications"]["totalCount"]),
        (vec!["5", "4", "2", "1"].into_iter().map(str::to_owned).collect(), &json!(4))
    );
    assert_eq!(texts(&ada.notification_page(json!({ "filter": { "isUnread": false } })).await), ["3"]);
    for (kinds, count) in
        [(json!(["COMMENT"]), 5), (json!(["REPLY", "REACTION"]), 0), (json!(["MESSAGE"]), 0), (json!([]), 5)]
    {
        let page = ada.notification_page(json!({ "filter": { "kinds": kinds } })).await;
        assert_eq!(page["notifications"]["totalCount"], count, "{kinds}");
    }
    let many = vec!["COMMENT"; 21];
    let codes = ada.execute(super::LIST, json!({ "filter": { "kinds": many } })).await.codes();
    assert_eq!(codes, ["BAD_USER_INPUT"]);

    ada.mark_notifications(json!({ "upToNotificationId": id })).await.data();
    assert_eq!(texts(&ada.notification_page(json!({ "filter": { "isUnread": true } })).await), ["5", "4"]);
    let node = "query($id: ID!) { node(id: $id) { id ... on Notification { kind readAt } } }";
    let own = ada.execute(node, json!({ "id": id })).await.field("node");
    assert_eq!((&own["id"], &own["kind"], own["readAt"].is_string()), (&id, &json!("COMMENT"), true));
    assert_eq!(grace.execute(node, json!({ "id": id })).await.field("node"), Value::Null);
    for (input, faults) in [
        (json!({ "upToNotificationId": post }), ["NOT_FOUND input.upToNotificationId"]),
        (json!({ "upToNotificationId": "ntf_0000000000000" }), ["NOT_FOUND input.upToNotificationId"]),
        (json!({ "notificationIds": vec![&id; 101] }), ["TOO_LONG input.notificationIds"]),
    ] {
        assert_eq!(ada.mark_notifications(input).await.refusals("markNotificationsRead"), faults);
    }
    // The notification of another member does not exist.
    let foreign = grace.mark_notifications(json!({ "upToNotificationId": id })).await;
    assert_eq!(foreign.refusals("markNotificationsRead"), ["NOT_FOUND input.upToNotificationId"]);
    let guest = campus.guest("lobbyist").await;
    let answer = guest.execute("{ viewer { unreadNotificationCount notifications { totalCount } } }", json!({})).await;
    assert_eq!(answer.codes(), ["FORBIDDEN"]);
    assert_eq!(answer.body["data"]["viewer"], json!({ "unreadNotificationCount": 0, "notifications": null }));
}

#[rstest]
#[tokio::test]
async fn the_newest_1000_notifications_are_kept_for_90_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = ada.publish("A post").await;
    grace.comment(&post, "The first one").await;
    // Stands for 998 older ones.
    let copied = campus
        .app
        .db
        .run(
            "insert into notifications (id, account_id, type, subject_kind, subject_id, happened_at, unread_since)
             select 1000 + counted.number, account_id, 'reminder', 'booking', 1, counted.number, 0
             from notifications join (
                 with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 998)
                 select happens.number + $1 as number from numbers as happens
             ) as counted on true where type = 'comment'",
            &[&(campus.app.clock.now().0 - 10_000)],
        )
        .await
        .expect("rows are inserted");
    assert_eq!(copied, 998);
    let count = async |person: &crate::support::Person| -> Value {
        person.notification_page(json!({ "first": 1 })).await["notifications"]["totalCount"].clone()
    };
    assert_eq!(count(&ada).await, 999);
    let inbox = "subscription { inboxChanged { __typename } }";
    let mut stream = crate::support::Socket::subscribed(&ada, inbox, json!({})).await;
    for (text, is_beyond) in [("One more", false), ("Another", true), ("A third", true)] {
        grace.comment(&post, text).await;
        let mut events = vec!["NotificationAdded"];
        events.extend(is_beyond.then_some("NotificationsChanged"));
        for event in events {
            assert_eq!(stream.next().await["inboxChanged"]["__typename"], event, "{text}");
        }
    }
    assert_eq!(count(&ada).await, 1_000);
    let rows: (i64,) =
        campus.app.db.one("select count(*) from notifications where type = 'comment'", &[]).await.expect("a count");
    assert_eq!(rows.0, 4, "the oldest are deleted first");

    campus.advance(Duration::from_hours(90 * 24) + Duration::from_secs(1));
    let ada = ada.login().await;
    let left = ada.notification_page(json!({ "filter": { "kinds": ["COMMENT", "REMINDER"] } })).await;
    assert_eq!(left["notifications"]["totalCount"], 0, "they disappear at their instant");
    node::sweep(&campus.app).await.expect("expired rows are deleted");
    let rows: (i64,) =
        campus.app.db.one("select count(*) from notifications where type <> 'security'", &[]).await.expect("a count");
    assert_eq!(rows.0, 0);
}
