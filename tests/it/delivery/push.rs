//! Web Push: subscriptions of sessions, and what is sent to their browsers when.

use std::time::Duration;

use futures_util::future::{join, join_all};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler::rules::run_due;
use studyhall::delivery::push::worker::send_due;

use crate::support::push_service::{Browser, PushService};
use crate::support::{Campus, Engine, Person, Socket};

const NOTHING: [Value; 0] = [];
const SECOND: Duration = Duration::from_secs(1);

/// Moves the clock without waking the node's own task, so that the test alone sends what is due.
fn pass(campus: &Campus, time: Duration) {
    campus.app.clock.set(campus.app.clock.now().plus(time));
}

async fn are_registered(person: &Person) -> Vec<bool> {
    let query = "{ viewer { sessions { nodes { hasPushSubscription } } } }";
    let sessions = person.query(query).await["viewer"]["sessions"]["nodes"].clone();
    let nodes = sessions.as_array().expect("a list").iter();
    nodes.map(|node| node["hasPushSubscription"].as_bool().expect("a flag")).collect()
}

#[rstest]
#[tokio::test]
async fn a_session_has_one_subscription_which_ends_with_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let ada = campus.member("ada").await;
    let phone = ada.login().await;
    assert_eq!(are_registered(&ada).await, [false, false]);
    let earlier = ada.register_push().await;
    let (laptop, pocket) = (ada.register_push().await, phone.register_push().await);
    assert_eq!(are_registered(&ada).await, [true, true]);
    let post = ada.publish("A post").await;
    let grace = campus.member("grace").await;
    grace.comment(&post, "A comment").await;
    pass(&campus, SECOND * 11);
    send_due(&campus.app).await.expect("pushes are sent");
    assert_eq!(service.take(&earlier), NOTHING, "replaced");
    assert_eq!((service.take(&laptop).len(), service.take(&pocket).len()), (1, 1));

    // The browser of another member who signs in there.
    let subscription = laptop.subscription();
    grace.try_register_push(subscription).await.data();
    assert_eq!(are_registered(&ada).await.iter().filter(|registered| **registered).count(), 1);
    phone.query("mutation { logout { userErrors { code } } }").await;
    assert_eq!(are_registered(&ada).await, [false]);
    // Without a subscription, and twice.
    for _ in 0..2 {
        let removed = grace.query("mutation { removePushSubscription { isRemoved userErrors { code } } }").await;
        assert_eq!(removed["removePushSubscription"], json!({ "isRemoved": true, "userErrors": [] }));
    }
    assert_eq!(are_registered(&grace).await, [false]);
    grace.comment(&post, "Another").await;
    pass(&campus, SECOND * 11);
    send_due(&campus.app).await.expect("pushes are sent");
    assert_eq!((service.take(&laptop), service.take(&pocket)), (Vec::new(), Vec::new()));
}

#[rstest]
#[tokio::test]
async fn an_unusable_subscription_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let ada = campus.member("ada").await;
    for (host, address) in [("inside.example", "10.0.0.7"), ("here.example", "127.0.0.1"), ("six.example", "::1")] {
        service.set_address(host, address);
    }
    let good = Browser::new().subscription();
    for endpoint in [
        "http://push.example/1",
        "https://inside.example/1",
        "https://here.example/1",
        "https://six.example/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://169.254.169.254/1",
        "https://10.1.2.3/1",
        "https://0/1",
        "https://user:pass@push.example/1",
        "push.example/1",
        "",
        "ftp://push.example/1",
    ] {
        let mut subscription = good.clone();
        subscription["endpoint"] = json!(endpoint);
        let refused = ada.try_register_push(subscription).await;
        assert_eq!(refused.refusals("registerPushSubscription"), ["INVALID input.endpoint"], "{endpoint}");
    }
    let faulty = json!({
        "endpoint": "https://inside.example", "auth": "c2hvcnQ",
        "p256dh": "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    });
    let all = ["INVALID input.auth", "INVALID input.endpoint", "INVALID input.p256dh"];
    assert_eq!(ada.try_register_push(faulty).await.refusals("registerPushSubscription"), all);
    assert_eq!(are_registered(&ada).await, [false]);
    let guest = campus.guest("visitor").await;
    assert_eq!(guest.try_register_push(good.clone()).await.codes(), ["FORBIDDEN"]);
    assert_eq!(campus.anonymous().try_register_push(good).await.codes(), ["UNAUTHENTICATED"]);
    let key = campus.anonymous().query("{ server { pushPublicKey } }").await["server"]["pushPublicKey"].clone();
    assert_eq!(key.as_str().map(str::len), Some(87), "an uncompressed point");
}

#[rstest]
#[tokio::test]
async fn a_server_without_push_refuses_subscriptions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--push=off"]).await;
    let ada = campus.member("ada").await;
    assert_eq!(ada.query("{ server { pushPublicKey } }").await["server"]["pushPublicKey"], Value::Null);
    let refused = ada.try_register_push(Browser::new().subscription()).await;
    assert_eq!(refused.refusals("registerPushSubscription"), ["FORBIDDEN"]);
}

#[rstest]
#[tokio::test]
async fn a_push_comes_ten_seconds_after_its_cause_unless_it_was_read_deleted_or_not_wanted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let browser = ada.register_push().await;
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    pass(&campus, SECOND * 9);
    assert_eq!(service.deliver(&campus, &browser).await, NOTHING);
    pass(&campus, SECOND);
    let pushes = service.deliver(&campus, &browser).await;
    let id = ada.notifications().await[0]["id"].clone();
    let expected = json!({
        "kind": "COMMENT", "title": "Studyhall", "body": "grace commented on your post.", "tag": id,
        "notificationId": id, "url": format!("http://{}/posts/{}", campus.address, post.as_str().expect("an id")), "ttl": 86_400,
    });
    assert_eq!(pushes, [expected]);

    // Messages of a conversation are one push, under one tag.
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "One").await;
    grace.send_message(&pair, "Two").await;
    pass(&campus, SECOND * 10);
    let pushes = service.deliver(&campus, &browser).await;
    assert_eq!((pushes.len(), &pushes[0]["tag"], &pushes[0]["notificationId"]), (1, &pair, &Value::Null));
    assert_eq!(pushes[0]["body"], "2 unread messages from grace.");
    assert_eq!(pushes[0]["kind"], "MESSAGE");

    // Read, deleted, muted, across a block, and a kind without push.
    let message = grace.send_message_id(&pair, "Three").await;
    ada.mark_read_up_to(&pair, &message).await;
    let deleted = grace.comment(&post, "Deleted").await;
    grace.delete_comment(&deleted).await.data();
    let muted = grace.create_group("Muted", &[&ada, &mary], false).await;
    ada.set_muted(&muted, true).await;
    grace.send_message(&muted, "@ada").await;
    mary.comment(&post, "Hidden").await;
    ada.block(&mary).await;
    grace.react(&post, "👍").await;
    pass(&campus, SECOND * 10);
    let pushes = service.deliver(&campus, &browser).await;
    assert_eq!(pushes, NOTHING);
    // What was sent or dropped is not sent later.
    pass(&campus, SECOND * 300);
    assert_eq!(service.deliver(&campus, &browser).await, NOTHING);
}

#[rstest]
#[tokio::test]
async fn a_push_opens_the_page_of_what_it_is_about(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    ada.change_settings(json!({ "notificationPreferences": [{ "kind": "REACTION", "channels": ["PUSH"] }] })).await;
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    let post = id(&ada.publish("A post").await);
    grace.react(&json!(post), "👍").await;
    grace.comment(&json!(post), "@ada, a comment").await;
    let group = grace.create_group("Knots", &[&ada], false).await;
    let message = id(&grace.send_message_id(&group, "@ada, hello").await);
    let left = grace.create_group("Ropes", &[&ada], false).await;
    let remove = "mutation($id: ID!, $user: ID!) {
        removeGroupMember(input: { conversationId: $id, userId: $user }) { userErrors { code } }
    }";
    grace.execute(remove, json!({ "id": left, "user": ada.user_id().await })).await.data();
    ada.enter_lobby().await;
    grace.send_lobby_message("@ada, hello").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = id(&grace.book(&appointment, "2026-11-23T09:00:00.000Z").await["id"]);
    ada.query("mutation { changeUsername(input: { username: \"augusta\" }) { userErrors { code } } }").await;
    pass(&campus, SECOND * 11);
    let mut opened: Vec<(String, String)> = Vec::new();
    for push in service.deliver(&campus, &browser).await {
        let url = push["url"].as_str().expect("an address");
        let path = url.strip_prefix(&format!("http://{}", campus.address)).expect("the public URL");
        opened.push((id(&push["kind"]), path.to_owned()));
    }
    opened.sort_unstable();
    let group = id(&group);
    let mut expected: Vec<(&str, String)> = vec![
        ("ACCOUNT", "/settings/sessions".to_owned()),
        ("BOOKING", format!("/mentoring/bookings/{booking}")),
        ("GROUP", "/notifications".to_owned()),
        ("GROUP", "/notifications".to_owned()),
        ("GROUP", format!("/messages/{group}")),
        ("MENTION", "/lobby".to_owned()),
        ("MENTION", format!("/messages/{group}?message={message}")),
        ("MENTION", format!("/posts/{post}")),
        ("MESSAGE", format!("/messages/{group}")),
        ("REACTION", format!("/posts/{post}")),
    ];
    expected.sort_unstable();
    let expected: Vec<(String, String)> = expected.into_iter().map(|(kind, path)| (kind.to_owned(), path)).collect();
    assert_eq!(opened, expected);
}

#[rstest]
#[tokio::test]
async fn a_member_with_a_connection_gets_a_push_two_minutes_later(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    let _socket = Socket::connect(&ada).await;
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "Hello").await;
    pass(&campus, SECOND * 119);
    assert_eq!(service.deliver(&campus, &browser).await, NOTHING);
    pass(&campus, SECOND);
    assert_eq!(service.deliver(&campus, &browser).await.len(), 1);
    // The security of the account cannot wait.
    ada.query("mutation { changeUsername(input: { username: \"augusta\" }) { userErrors { code } } }").await;
    let pushes = service.deliver(&campus, &browser).await;
    assert_eq!((pushes.len(), &pushes[0]["kind"]), (1, &json!("ACCOUNT")));
}

#[rstest]
#[tokio::test]
async fn quiet_hours_hold_pushes_except_those_about_the_account_and_sessions_before_their_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    // It is 09:30.
    ada.change_settings(json!({ "quietHours": { "from": "09:00", "to": "09:35" } })).await;
    let post = ada.publish("A post").await;
    grace.comment(&post, "Held").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, "2026-11-23T09:00:00.000Z").await;
    ada.query("mutation { changeUsername(input: { username: \"augusta\" }) { userErrors { code } } }").await;
    pass(&campus, SECOND * 60);
    let pushes = service.deliver(&campus, &browser).await;
    assert_eq!((pushes.len(), &pushes[0]["kind"]), (1, &json!("ACCOUNT")));
    pass(&campus, SECOND * 240);
    let pushes = service.deliver(&campus, &browser).await;
    let mut kinds: Vec<_> = pushes.iter().map(|push| push["kind"].as_str().expect("a kind")).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["BOOKING", "COMMENT"]);
}

#[rstest]
#[tokio::test]
async fn pushes_that_are_held_come_when_the_member_shortens_the_quiet_hours(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    let post = ada.publish("A post").await;
    // It is 09:30, 16:30 in Bangkok and 23:30 in Honolulu.
    let quiet_hours = |from: &str, to: &str| json!({ "quietHours": { "from": from, "to": to } });
    for (kept, ended) in [
        (quiet_hours("09:00", "19:00"), json!({ "quietHours": null })),
        (json!({ "timeZone": "Asia/Bangkok" }), json!({ "timeZone": "Pacific/Honolulu" })),
    ] {
        ada.change_settings(quiet_hours("09:00", "20:00")).await;
        for (change, released) in [(kept, 0), (ended, 2)] {
            grace.comment(&post, "A comment").await;
            pass(&campus, SECOND * 11);
            assert_eq!(service.deliver(&campus, &browser).await, NOTHING);
            ada.change_settings(change.clone()).await;
            assert_eq!(service.deliver(&campus, &browser).await.len(), released, "{change}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_reminder_comes_in_quiet_hours_and_expires_at_the_start_of_its_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    ada.change_settings(json!({ "quietHours": { "from": "07:00", "to": "12:00" } })).await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, "2026-11-23T09:00:00.000Z").await;
    pass(&campus, SECOND * 10);
    assert_eq!(service.deliver(&campus, &browser).await, NOTHING, "held until noon");
    // An hour before the session.
    pass(&campus, Duration::from_secs(46 * 3_600 + 1_800 - 10));
    run_due(&campus.app).await.expect("reminders are sent");
    pass(&campus, SECOND * 10);
    let pushes = service.deliver(&campus, &browser).await;
    let reminder = pushes.iter().find(|push| push["kind"] == "REMINDER").expect("a reminder");
    assert_eq!((&reminder["body"], &reminder["ttl"]), (&json!("Your session starts in 1 hour."), &json!(3_590)));
}

#[rstest]
#[tokio::test]
async fn a_subscription_ends_when_the_push_service_says_so_and_others_are_retried(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let phone = ada.login().await;
    let (gone, failing) = (ada.register_push().await, phone.register_push().await);
    service.set_status(&gone, 410);
    service.set_status(&failing, 503);
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    pass(&campus, SECOND * 10);
    send_due(&campus.app).await.expect("pushes are sent");
    assert_eq!((service.take(&gone).len(), service.take(&failing).len()), (1, 1));
    assert_eq!(are_registered(&ada).await.iter().filter(|registered| **registered).count(), 1);
    service.set_status(&failing, 0);
    pass(&campus, SECOND * 30);
    assert_eq!(service.deliver(&campus, &failing).await.len(), 1, "another attempt");
    service.set_status(&failing, 201);
    pass(&campus, SECOND * 120);
    assert_eq!(service.deliver(&campus, &failing).await.len(), 1);
    pass(&campus, SECOND * 600);
    assert_eq!(service.deliver(&campus, &failing).await, NOTHING);
    assert_eq!(service.take(&gone), NOTHING);
    // A host that was public moves into the network of the server.
    let grace = grace.login().await;
    grace.comment(&post, "Another").await;
    service.set_address("push.example", "192.168.0.1");
    pass(&campus, SECOND * 10);
    assert_eq!(service.deliver(&campus, &failing).await, NOTHING);
}

#[rstest]
#[tokio::test]
async fn a_push_service_that_never_answers_delays_no_other_browser_and_is_tried_again_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let phone = ada.login().await;
    let (silent, good) = (ada.register_push().await, phone.register_push().await);
    service.set_silent(&silent, true);
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "One").await;
    pass(&campus, SECOND * 10);
    let mut sending = Box::pin(send_due(&campus.app));
    tokio::select! {
        pushes = service.next(&good) => assert_eq!(pushes.len(), 1),
        _ = &mut sending => panic!("a service has answered that never answers"),
    }
    // It is waited for no longer than 20 seconds, and counts as one that has refused the push for now.
    campus.app.clock.advance(SECOND * 20);
    sending.await.expect("pushes are sent");
    service.set_silent(&silent, false);
    pass(&campus, SECOND * 29);
    assert_eq!(service.deliver(&campus, &silent).await, NOTHING);
    pass(&campus, SECOND);
    send_due(&campus.app).await.expect("pushes are sent");
    // Moving the clock by `advance` woke the node's own task, which may send it instead.
    assert_eq!(service.next(&silent).await.len(), 1);
    assert_eq!(service.take(&good), NOTHING, "it has the push");

    // A message that comes before the next attempt is news for both.
    service.set_status(&silent, 503);
    grace.send_message(&pair, "Two").await;
    pass(&campus, SECOND * 10);
    assert_eq!(service.deliver(&campus, &good).await.len(), 1);
    service.set_status(&silent, 201);
    grace.send_message(&pair, "Three").await;
    pass(&campus, SECOND * 30);
    service.take(&silent);
    let pushes = service.deliver(&campus, &good).await;
    assert_eq!((pushes.len(), &pushes[0]["body"]), (1, &json!("3 unread messages from grace.")));
    assert_eq!(service.take(&silent), pushes);
    pass(&campus, SECOND * 600);
    assert_eq!((service.deliver(&campus, &good).await, service.take(&silent)), (Vec::new(), Vec::new()));
}

#[rstest]
#[tokio::test]
async fn a_push_service_that_never_answers_delays_no_other_member(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (silent, good) = (ada.register_push().await, mary.register_push().await);
    service.set_silent(&silent, true);
    let (first, second) = (ada.publish("A post").await, mary.publish("Another").await);
    grace.comment(&first, "A comment").await;
    grace.comment(&second, "A comment").await;
    // The node's own task sends.
    campus.app.clock.advance(SECOND * 10);
    service.stuck().await;
    assert_eq!(service.next(&good).await.len(), 1);
    // What becomes due while the service is waited for.
    grace.comment(&second, "Another").await;
    campus.app.clock.advance(SECOND * 10);
    assert_eq!(service.next(&good).await.len(), 1);
    assert_eq!(service.take(&silent), NOTHING);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiet_hours_that_end_while_a_push_is_held_back_do_not_hold_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let service = PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    let post = ada.publish("A post").await;
    for round in 0..20 {
        // It is 09:30.
        ada.change_settings(json!({ "quietHours": { "from": "09:00", "to": "20:00" } })).await;
        grace.comment(&post, "A comment").await;
        pass(&campus, SECOND * 11);
        let (sent, ()) = join(send_due(&campus.app), async {
            ada.change_settings(json!({ "quietHours": null })).await;
        })
        .await;
        sent.expect("pushes are sent");
        assert_eq!(service.deliver(&campus, &browser).await.len(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_share_the_key_and_the_pushes_and_send_each_once() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let service = PushService::start(&[&campus, &other]);
    let mut keys = Vec::new();
    for node in [&campus, &other] {
        keys.push(node.anonymous().query("{ server { pushPublicKey } }").await);
    }
    assert_eq!(keys[0], keys[1]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    let post = ada.publish("A post").await;
    for n in 0..8 {
        grace.comment(&post, &format!("Comment {n}")).await;
    }
    campus.app.clock.set(campus.app.clock.now().plus(SECOND * 10));
    other.app.clock.set(campus.app.clock.now());
    let rounds = join_all([&campus, &other, &campus, &other].map(|node| send_due(&node.app))).await;
    assert!(rounds.into_iter().all(|round| round.is_ok()));
    assert_eq!(service.take(&browser).len(), 8);
}
