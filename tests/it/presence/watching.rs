//! Going online, going offline and reconnecting.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::staff;

use super::{WATCH, Watch};
use crate::support::{Campus, Engine, EventStream, PASSWORD, Person, Socket};

const MILLI: Duration = Duration::from_millis(1);
const GRACE: Duration = Duration::from_secs(5);

#[rstest]
#[tokio::test]
async fn a_user_is_online_while_a_connection_is_open_and_for_five_seconds_after(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    assert_eq!(grace.presence_of("ada").await, json!({ "status": "OFFLINE", "lastSeenAt": null }));
    let (mut watch, first) = Watch::start(&grace, &[&ada, &grace]).await;
    assert_eq!(first, ["ada OFFLINE", "grace ONLINE"]);

    let desk = Socket::connect(&ada).await;
    assert_eq!(grace.presence_of("ada").await, json!({ "status": "ONLINE", "lastSeenAt": null }));
    assert_eq!(watch.next().await, ["ada ONLINE"]);
    let phone = Socket::connect(&ada.login().await).await;
    let page = EventStream::open(&ada, "subscription { inboxChanged { __typename } }", json!({})).await;
    desk.close().await;
    campus.advance(2 * GRACE);
    phone.close().await;
    campus.advance(2 * GRACE);
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE", "the event stream is still open");

    let phone = Socket::connect(&ada).await;
    drop(page);
    campus.advance(2 * GRACE);
    phone.close().await;
    campus.advance(GRACE.saturating_sub(MILLI));
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE");
    campus.advance(MILLI);
    let seen_at = watch.next_seen_at().await;
    assert_eq!(seen_at, "2026-11-21T09:30:30.000Z");
    assert_eq!(grace.presence_of("ada").await, json!({ "status": "OFFLINE", "lastSeenAt": seen_at }));
}

#[rstest]
#[tokio::test]
async fn a_page_reload_causes_no_event(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let mut page = Socket::connect(&ada).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob OFFLINE"]);
    for _ in 0..3 {
        page.close().await;
        campus.advance(GRACE.saturating_sub(MILLI));
        page = Socket::connect(&ada).await;
        campus.advance(GRACE);
    }
    let _bob = Socket::connect(&bob).await;
    assert_eq!(watch.next().await, ["bob ONLINE"], "ada has not changed");
}

#[rstest]
#[tokio::test]
async fn a_client_that_stops_answering_pings_goes_offline(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--ping-interval=0.2"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let frozen = Socket::connect(&ada).await;
    let mut watch = EventStream::open(&grace, WATCH, json!({ "ids": [ada.id().await] })).await;
    let mut next = async || watch.receive().await.expect("an event")["data"]["presenceChanged"].clone();
    assert_eq!(super::changes(&next().await), ["ada ONLINE"]);
    frozen.ignore_pings_until_closed().await;
    // The node notices the end of the socket a moment after the client does. Each request waits for such a moment.
    let mut event = std::pin::pin!(next());
    let event = loop {
        tokio::select! {
            biased;
            event = &mut event => break event,
            _ = grace.query("{ viewer { isGuest } }") => campus.advance(GRACE),
        }
    };
    assert_eq!(super::changes(&event), ["ada OFFLINE"]);
}

#[rstest]
#[tokio::test]
async fn a_presence_stream_ignores_unknown_ids_and_rejects_more_than_a_hundred(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = ada.id().await;
    let session = ada.query("{ viewer { sessions { edges { node { id } } } } }").await;
    let session = &session["viewer"]["sessions"]["edges"][0]["node"]["id"];
    let ids = json!(["rubbish", "", "usr_0000000000000", session, id, id]);
    let mut socket = Socket::subscribed(&ada, WATCH, json!({ "ids": ids })).await;
    let event = socket.next().await["presenceChanged"].clone();
    assert_eq!(super::changes(&event), ["ada ONLINE"]);

    let rejection = async |person: &Person, ids: Vec<Value>| {
        let mut socket = Socket::subscribed(person, WATCH, json!({ "ids": ids })).await;
        socket.error_code().await
    };
    assert_eq!(rejection(&ada, vec![id.clone(); 101]).await, "BAD_USER_INPUT");
    assert_eq!(rejection(&campus.anonymous(), vec![id]).await, "UNAUTHENTICATED");
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_does_not_extend_the_grace_period(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let page = Socket::connect(&ada).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada]).await;
    assert_eq!(first, ["ada ONLINE"]);
    page.close().await;
    campus.app.clock.set(campus.app.clock.now().minus(Duration::from_mins(5)));
    campus.advance(Duration::from_secs(5));
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
    let seen_at = grace.presence_of("ada").await["lastSeenAt"].clone();
    assert!(seen_at.as_str() <= Some("2026-11-21T09:25:05.000Z"), "{seen_at} lies ahead");
}

#[rstest]
#[tokio::test]
async fn a_user_whose_account_is_locked_or_deleted_is_offline_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let _pages = [Socket::connect(&ada).await, Socket::connect(&bob).await];
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob ONLINE"]);
    staff::lock_account(&campus.app, "ada").await.expect("ada is locked");
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
    let delete = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    bob.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(watch.next().await, ["bob OFFLINE"]);
}
