//! Presence across nodes: users change nodes, and nodes crash, freeze and stop.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Watch;
use crate::crash::start;
use crate::support::{Campus, Engine, Person, Socket};

const GRACE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_user_on_two_nodes_goes_offline_once() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, bob, grace) = (here.member("ada").await, here.member("bob").await, here.member("grace").await);
    let (mut one, _) = Watch::start(&grace, &[&ada, &bob]).await;
    let (mut two, _) = Watch::start(&there.client_for(&grace), &[&ada, &bob]).await;
    let desk = Socket::connect(&ada).await;
    let phone = Socket::connect(&there.client_for(&ada)).await;
    assert_eq!((one.next().await, two.next().await), (vec!["ada ONLINE".to_owned()], vec!["ada ONLINE".to_owned()]));

    desk.close().await;
    here.advance(GRACE);
    let page = Socket::connect(&there.client_for(&bob)).await;
    assert_eq!((one.next().await, two.next().await), (vec!["bob ONLINE".to_owned()], vec!["bob ONLINE".to_owned()]));
    phone.close().await;
    there.advance(GRACE);
    assert_eq!((one.next().await, two.next().await), (vec!["ada OFFLINE".to_owned()], vec!["ada OFFLINE".to_owned()]));
    page.close().await;
    there.advance(GRACE);
    assert_eq!((one.next().await, two.next().await), (vec!["bob OFFLINE".to_owned()], vec!["bob OFFLINE".to_owned()]));
}

#[tokio::test]
async fn many_users_who_leave_both_nodes_at_the_same_time_go_offline_once_each() {
    let here = Campus::start_with(Engine::Postgres, &["--rate-limits=off"]).await;
    let there = here.another_node(&["--rate-limits=off"]).await;
    let grace = here.member("grace").await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(here.member(&format!("per{number}")).await);
    }
    let mut pages = Vec::new();
    for person in &people {
        pages.push(Socket::connect(person).await);
        pages.push(Socket::connect(&there.client_for(person)).await);
    }
    let all: Vec<&Person> = people.iter().collect();
    let (mut watch, first) = Watch::start(&grace, &all).await;
    assert!(first.iter().all(|person| person.ends_with(" ONLINE")), "{first:?}");
    for page in pages {
        page.close().await;
    }
    here.advance(GRACE);
    there.advance(GRACE);
    let mut gone = Vec::new();
    while gone.len() < people.len() {
        gone.extend(watch.next().await);
    }
    gone.sort();
    gone.dedup();
    assert_eq!(gone.len(), people.len());
    assert!(gone.iter().all(|person| person.ends_with(" OFFLINE")), "{gone:?}");
}

#[tokio::test]
async fn a_node_that_freezes_loses_its_users_and_restores_them_when_it_continues() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let page = Socket::connect(&there.client_for(&ada)).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada]).await;
    assert_eq!(first, ["ada ONLINE"]);
    // The clock of the other node stands still, so this node has not seen a renewal of its lease for 14 seconds.
    here.advance(Duration::from_secs(14));
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
    assert_eq!(watch.next().await, ["ada ONLINE"], "the node renews its lease within five seconds");
    page.close().await;
    there.advance(GRACE);
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
}

#[tokio::test]
async fn the_users_of_a_killed_node_go_offline_within_fifteen_seconds() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let (mut child, address) = start(dir.path(), &database).await;
    let (mut other, there) = start(dir.path(), &database).await;
    let ada = Person::new(address).register("ada").await;
    let bob = Person::new(address).register("bob").await;
    let grace = Person::new(there).register("grace").await;
    let _pages = (Socket::connect(&ada).await, Socket::connect(&bob).await);
    let bob_elsewhere = Person { address: there, ..bob.clone() };
    let _stays = Socket::connect(&bob_elsewhere).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob ONLINE"]);

    let killed_at = Instant::now();
    child.kill().await.expect("the process is killed");
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
    assert!(killed_at.elapsed() < Duration::from_secs(16), "{:?}", killed_at.elapsed());
    assert_eq!(grace.presence_of("bob").await["status"], "ONLINE", "bob is also connected to the other node");
    assert_ne!(grace.presence_of("ada").await["lastSeenAt"], json!(null));
    other.kill().await.expect("the process is killed");
}

#[tokio::test]
async fn a_user_of_a_stopping_node_stays_online_by_reconnecting_in_time() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, bob, grace) = (here.member("ada").await, here.member("bob").await, here.member("grace").await);
    let _pages = (Socket::connect(&there.client_for(&ada)).await, Socket::connect(&there.client_for(&bob)).await);
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob ONLINE"]);
    let app = there.app.clone();
    there.stop().await;
    app.close().await;
    here.advance(GRACE.saturating_sub(Duration::from_millis(1)));
    let _page = Socket::connect(&ada).await;
    here.advance(Duration::from_secs(1));
    assert_eq!(watch.next().await, ["bob OFFLINE"], "ada has reconnected in time");
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE");
}

#[rstest::rstest]
#[tokio::test]
async fn a_new_node_removes_the_users_of_an_expired_lease(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let here = Campus::start(engine).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let _page = Socket::connect(&ada).await;
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE");
    let there = here.another_node(&[]).await;
    // As after a crash and a restart: the rows of the first node are still there, and its lease has expired.
    there.advance(Duration::from_secs(14));
    let (mut watch, first) = Watch::start(&there.client_for(&grace), &[&ada]).await;
    if first == ["ada ONLINE"] {
        assert_eq!(watch.next().await, ["ada OFFLINE"]);
    }
    let seen_at = there.client_for(&grace).presence_of("ada").await["lastSeenAt"].clone();
    assert_eq!(seen_at, "2026-11-21T09:30:00.000Z");
}
