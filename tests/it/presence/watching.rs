//! Coming, going and coming back.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{WATCH, Watch};
use crate::support::{Campus, Engine, EventStream, Person, Socket};

const MILLI: Duration = Duration::from_millis(1);
const GRACE: Duration = Duration::from_secs(5);

#[rstest]
#[tokio::test]
async fn somebody_is_online_while_anything_of_theirs_is_open_and_five_seconds_beyond(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    assert_eq!(grace.presence_of("ada").await, json!({ "status": "OFFLINE", "lastSeenAt": null }));
    let (mut watch, first) = Watch::begin(&grace, &[&ada, &grace]).await;
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
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE", "the stream is left");

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
async fn a_reload_is_not_noticed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let mut page = Socket::connect(&ada).await;
    let (mut watch, first) = Watch::begin(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob OFFLINE"]);
    for _ in 0..3 {
        page.close().await;
        campus.advance(GRACE.saturating_sub(MILLI));
        page = Socket::connect(&ada).await;
        campus.advance(GRACE);
    }
    let _bob = Socket::connect(&bob).await;
    assert_eq!(watch.next().await, ["bob ONLINE"], "of ada there was nothing to tell");
}

#[rstest]
#[tokio::test]
async fn a_client_that_is_cut_off_goes_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--ping-interval=0.2"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let frozen = Socket::connect(&ada).await;
    let mut watch = EventStream::open(&grace, WATCH, json!({ "ids": [ada.id().await] })).await;
    let mut next = async || watch.receive().await.expect("an event")["data"]["presenceChanged"].clone();
    assert_eq!(super::changes(&next().await), ["ada ONLINE"]);
    frozen.ignore_pings_until_closed().await;
    // The node takes note of the end a moment after the client has seen it; each answer is such a moment.
    let mut told = std::pin::pin!(next());
    let told = loop {
        tokio::select! {
            biased;
            told = &mut told => break told,
            _ = grace.query("{ viewer { isGuest } }") => campus.advance(GRACE),
        }
    };
    assert_eq!(super::changes(&told), ["ada OFFLINE"]);
}

#[rstest]
#[tokio::test]
async fn who_is_followed_is_bounded_and_nobody_is_told_of_what_is_not_there(
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

    let refused = async |person: &Person, ids: Vec<Value>| {
        let mut socket = Socket::subscribed(person, WATCH, json!({ "ids": ids })).await;
        socket.error_code().await
    };
    assert_eq!(refused(&ada, vec![id.clone(); 101]).await, "BAD_USER_INPUT");
    assert_eq!(refused(&campus.anonymous(), vec![id]).await, "UNAUTHENTICATED");
}
