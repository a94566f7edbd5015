//! A list of users that is kept by events alone equals a fresh one.

use std::collections::BTreeMap;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::staff;

use super::Follower;
use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

const USERS: &str = "{ lobby { eventsCursor users(first: 100) { edges { node { id username isGuest } } } } }";

/// A client that reads the list once and follows the events.
struct Client {
    person: Person,
    follower: Follower,
    users: BTreeMap<String, Value>,
}

impl Client {
    async fn start(person: &Person) -> Self {
        let (cursor, users) = Self::fresh(person).await;
        Self { person: person.clone(), follower: Follower::after(person, &cursor).await, users }
    }

    async fn fresh(person: &Person) -> (Value, BTreeMap<String, Value>) {
        let lobby = person.query(USERS).await["lobby"].clone();
        let edges = lobby["users"]["edges"].as_array().expect("edges").clone();
        let user = |edge: Value| {
            let node = &edge["node"];
            let shown = json!({ "username": node["username"], "isGuest": node["isGuest"] });
            (node["id"].as_str().expect("an id").to_owned(), shown)
        };
        (lobby["eventsCursor"].clone(), edges.into_iter().map(user).collect())
    }

    /// Applies the events up to a message of the marker, and compares the list with a fresh one.
    async fn check(&mut self, marker: &Person, what: &str) {
        marker.send_lobby_message(what).await;
        loop {
            let event = self.follower.event().await;
            let id = || event["userId"].as_str().expect("an id").to_owned();
            match event["__typename"].as_str() {
                Some("LobbyJoined") => drop(self.users.insert(id(), event["user"].clone())),
                Some("LobbyLeft") => drop(self.users.remove(&id())),
                _ if event["messageEdge"]["node"]["text"] == what => break,
                _ => {}
            }
        }
        let (_, fresh) = Self::fresh(&self.person).await;
        assert_eq!(self.users, fresh, "{} after {what}", self.person.username);
    }
}

#[rstest]
#[tokio::test]
async fn a_list_that_is_kept_by_events_equals_a_fresh_one_after_every_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, bob, eve) = (campus.member("ada").await, campus.member("bob").await, campus.member("eve").await);
    let (marker, owl) = (campus.member("marker").await, campus.guest("owl_7").await);
    let _pages = [Socket::connect(&ada).await, Socket::connect(&bob).await, Socket::connect(&eve).await];
    let mut clients = Vec::new();
    for person in [&ada, &bob, &eve, &owl, &marker] {
        clients.push(Client::start(person).await);
    }
    let check = async |clients: &mut Vec<Client>, what: &str| {
        for (number, client) in clients.iter_mut().enumerate() {
            client.check(&marker, &format!("{what}, {number}")).await;
        }
    };
    for person in [&ada, &bob, &eve] {
        person.enter_lobby().await;
    }
    check(&mut clients, "entering").await;
    // Bob knows her by it, so that he can block back.
    ada.send_lobby_message("Hello").await;
    for (one, other) in [(&ada, &bob), (&bob, &ada), (&eve, &owl)] {
        one.change_block("blockUser", other).await;
        check(&mut clients, "blocking").await;
    }
    bob.leave_lobby().await;
    bob.enter_lobby().await;
    check(&mut clients, "returning behind a block").await;
    for (one, other) in [(&bob, &ada), (&ada, &bob), (&eve, &owl)] {
        one.change_block("unblockUser", other).await;
        check(&mut clients, "unblocking").await;
    }
    let rename = "mutation { changeUsername(input: { username: \"zoe\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(rename, json!({})).await.refusals("changeUsername"), [""; 0]);
    check(&mut clients, "renaming").await;
    assert_eq!(bob.lobby_usernames().await, ["bob", "eve", "owl_7", "zoe"], "the row is in its new place");
    clients.retain(|client| client.person.username != owl.username);
    let input = json!({ "email": "owl@campus.example", "password": PASSWORD, "username": "athene" });
    owl.execute(REGISTER, json!({ "input": input })).await.data();
    check(&mut clients, "registering").await;
    staff::lock_account(&campus.app, "eve").await.expect("eve is locked");
    clients.retain(|client| client.person.username != "eve");
    check(&mut clients, "locking").await;
    assert_eq!(bob.lobby_usernames().await, ["athene", "bob", "zoe"], "a locked user has left at once");
}

#[rstest]
#[tokio::test]
async fn a_departure_before_a_block_reaches_a_follower_who_resumes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    bob.enter_lobby().await;
    let before = ada.lobby_cursor().await;
    bob.leave_lobby().await;
    campus.advance(Duration::from_secs(1));
    bob.change_block("blockUser", &ada).await;
    bob.enter_lobby().await;
    let mut resumed = Follower::after(&ada, &before).await;
    let left = resumed.event().await;
    assert_eq!((&left["__typename"], &left["userId"]), (&json!("LobbyLeft"), &bob.user_id().await));
    assert_eq!(left["user"], Value::Null);
    ada.send_lobby_message("Nothing else").await;
    assert_eq!(resumed.next().await, "ada: Nothing else");
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_keeps_no_user_who_is_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let (page, stays) = (Socket::connect(&ada).await, Socket::connect(&grace).await);
    ada.enter_lobby().await;
    grace.enter_lobby().await;
    bob.enter_lobby().await;
    let mut follower = Follower::now(&grace).await;
    campus.app.clock.set(campus.app.clock.now().minus(Duration::from_mins(5)));
    page.close().await;
    campus.advance(Duration::from_secs(5));
    assert_eq!(follower.next().await, "ada left");
    assert_eq!(grace.presence_of("ada").await["status"], "OFFLINE");
    // One who never connected has a minute, as before.
    campus.advance(Duration::from_mins(1));
    assert_eq!(follower.next().await, "bob left");
    assert_eq!(grace.lobby_usernames().await, ["grace"]);
    drop(stays);
}
