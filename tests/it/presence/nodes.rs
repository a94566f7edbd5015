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
    let (mut two, _) = Watch::start(&there.host(&grace), &[&ada, &bob]).await;
    let desk = Socket::of(&ada).await;
    let phone = Socket::of(&there.host(&ada)).await;
    assert_eq!((one.next().await, two.next().await), (vec!["ada ONLINE".to_owned()], vec!["ada ONLINE".to_owned()]));

    desk.leave().await;
    here.wait(GRACE);
    let page = Socket::of(&there.host(&bob)).await;
    assert_eq!((one.next().await, two.next().await), (vec!["bob ONLINE".to_owned()], vec!["bob ONLINE".to_owned()]));
    phone.leave().await;
    there.wait(GRACE);
    assert_eq!((one.next().await, two.next().await), (vec!["ada OFFLINE".to_owned()], vec!["ada OFFLINE".to_owned()]));
    page.leave().await;
    there.wait(GRACE);
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
        pages.push(Socket::of(person).await);
        pages.push(Socket::of(&there.host(person)).await);
    }
    let all: Vec<&Person> = people.iter().collect();
    let (mut watch, first) = Watch::start(&grace, &all).await;
    assert!(first.iter().all(|person| person.ends_with(" ONLINE")), "{first:?}");
    for page in pages {
        page.leave().await;
    }
    here.wait(GRACE);
    there.wait(GRACE);
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
    let page = Socket::of(&there.host(&ada)).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada]).await;
    assert_eq!(first, ["ada ONLINE"]);
    // The clock of the other node stands still, so this node has not seen a renewal of its lease for 14 seconds.
    here.wait(Duration::from_secs(14));
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
    assert_eq!(watch.next().await, ["ada ONLINE"], "the node renews its lease within five seconds");
    page.leave().await;
    there.wait(GRACE);
    assert_eq!(watch.next().await, ["ada OFFLINE"]);
}

#[tokio::test]
async fn the_users_of_a_killed_node_go_offline_within_fifteen_seconds() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.fresh_database(dir.path()).await;
    let (mut child, address) = start(dir.path(), &database).await;
    let (mut other, there) = start(dir.path(), &database).await;
    let ada = Person::new(address).registered("ada").await;
    let bob = Person::new(address).registered("bob").await;
    let grace = Person::new(there).registered("grace").await;
    let _pages = (Socket::of(&ada).await, Socket::of(&bob).await);
    let bob_elsewhere = Person { address: there, ..bob.clone() };
    let _stays = Socket::of(&bob_elsewhere).await;
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
    let _pages = (Socket::of(&there.host(&ada)).await, Socket::of(&there.host(&bob)).await);
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada ONLINE", "bob ONLINE"]);
    let app = there.app.clone();
    there.stop().await;
    app.close().await;
    here.wait(GRACE.saturating_sub(Duration::from_millis(1)));
    let _page = Socket::of(&ada).await;
    here.wait(Duration::from_secs(1));
    assert_eq!(watch.next().await, ["bob OFFLINE"], "ada has reconnected in time");
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE");
}

#[rstest::rstest]
#[tokio::test]
async fn a_new_node_removes_the_users_of_an_expired_lease(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let here = Campus::start(engine).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let _page = Socket::of(&ada).await;
    assert_eq!(grace.presence_of("ada").await["status"], "ONLINE");
    let there = here.another_node(&[]).await;
    // As after a crash and a restart: the rows of the first node are still there, and its lease has expired.
    there.wait(Duration::from_secs(14));
    let (mut watch, first) = Watch::start(&there.host(&grace), &[&ada]).await;
    if first == ["ada ONLINE"] {
        assert_eq!(watch.next().await, ["ada OFFLINE"]);
    }
    let seen_at = there.host(&grace).presence_of("ada").await["lastSeenAt"].clone();
    assert_eq!(seen_at, "2026-11-21T09:30:00.000Z");
}
