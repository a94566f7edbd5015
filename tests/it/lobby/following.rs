//! Every follower receives the same order, and a follower who resumes misses nothing and receives nothing twice.

use rstest::rstest;
use serde_json::{Value, json};

use super::{FOLLOW, Follower, describe};
use crate::support::{Campus, Engine, EventStream, Person};

const ACTORS: usize = 6;
const ROUNDS: usize = 5;
/// Each round is three events: joined, sent a message, left.
const EVENTS: usize = ACTORS * ROUNDS * 3;

async fn act(person: Person) {
    for round in 0..ROUNDS {
        person.enter_lobby().await;
        person.send_lobby_message(&format!("Round {round}")).await;
        person.leave_lobby().await;
    }
}

async fn receive(mut follower: Follower, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        events.push(follower.event().await);
    }
    events
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_receive_joins_leaves_and_messages_in_the_same_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let second = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(campus.another_node(&["--rate-limits=off"]).await),
    };
    let other_node = second.as_ref().unwrap_or(&campus);
    let reader = campus.member("reader").await;
    let after = reader.lobby_cursor().await;
    let mut followers = Vec::new();
    for node in [&campus, other_node, &campus, other_node] {
        let follower = Follower::after(&node.client_for(&reader), &after).await;
        followers.push(tokio::spawn(receive(follower, EVENTS)));
    }
    let mut actors = Vec::new();
    for number in 0..ACTORS {
        let person = campus.member(&format!("actor{number}")).await;
        let node = if number % 2 == 0 { &campus } else { other_node };
        actors.push(tokio::spawn(act(node.client_for(&person))));
    }
    for actor in actors {
        actor.await.expect("the actor ends");
    }
    let mut received = Vec::new();
    for follower in followers {
        received.push(follower.await.expect("the follower ends"));
    }
    let all = received.pop().expect("a follower");
    assert!(received.iter().all(|events| *events == all));
    for number in 0..ACTORS {
        let name = format!("actor{number}");
        let own: Vec<String> = all.iter().map(describe).filter(|event| event.starts_with(&name)).collect();
        let expected = (0..ROUNDS)
            .flat_map(|round| [format!("{name} joined"), format!("{name}: Round {round}"), format!("{name} left")]);
        assert!(own.iter().cloned().eq(expected), "{own:?}");
    }
    // A follower who resumes on either node receives the rest.
    for position in [0, 1, EVENTS / 2, EVENTS - 2] {
        let mut rest = Follower::after(&other_node.client_for(&reader), &all[position]["cursor"]).await;
        for event in &all[position + 1..] {
            assert_eq!(rest.event().await, *event);
        }
    }
    let mut page = EventStream::open(&reader, FOLLOW, json!({ "after": all[EVENTS / 2]["cursor"] })).await;
    for event in &all[EVENTS / 2 + 1..] {
        assert_eq!(page.receive().await.expect("an event")["data"]["lobbyChanged"], *event);
    }
}

#[rstest]
#[tokio::test]
async fn a_cursor_of_another_stream_is_rejected(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let cursors = ada.query("{ postsCursor viewer { inboxCursor } }").await;
    for cursor in [json!("rubbish"), cursors["postsCursor"].clone(), cursors["viewer"]["inboxCursor"].clone()] {
        let mut follower = Follower::after(&ada, &cursor).await;
        assert_eq!(follower.0.error_code().await, "BAD_USER_INPUT", "{cursor}");
    }
}
