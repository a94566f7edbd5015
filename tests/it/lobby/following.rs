//! One order for everybody, and nothing lost or doubled for those who come back.

use rstest::rstest;
use serde_json::{Value, json};

use super::{FOLLOW, Follower, spelled};
use crate::support::{Campus, Engine, EventStream, Person};

const ACTORS: usize = 6;
const ROUNDS: usize = 5;
/// Joined, said something, left.
const EVENTS: usize = ACTORS * ROUNDS * 3;

async fn act(person: Person) {
    for round in 0..ROUNDS {
        person.enters().await;
        person.says(&format!("Round {round}")).await;
        person.leaves().await;
    }
}

async fn heard(mut follower: Follower, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        events.push(follower.event().await);
    }
    events
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_comings_goings_and_messages_in_one_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let here = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let there = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(here.another_node(&["--rate-limits=off"]).await),
    };
    let elsewhere = there.as_ref().unwrap_or(&here);
    let reader = here.member("reader").await;
    let after = reader.lobby_cursor().await;
    let mut followers = Vec::new();
    for node in [&here, elsewhere, &here, elsewhere] {
        let follower = Follower::after(&node.client_for(&reader), &after).await;
        followers.push(tokio::spawn(heard(follower, EVENTS)));
    }
    let mut actors = Vec::new();
    for number in 0..ACTORS {
        let person = here.member(&format!("actor{number}")).await;
        let node = if number % 2 == 0 { &here } else { elsewhere };
        actors.push(tokio::spawn(act(node.client_for(&person))));
    }
    for actor in actors {
        actor.await.expect("it acts");
    }
    let mut heard = Vec::new();
    for follower in followers {
        heard.push(follower.await.expect("it hears"));
    }
    let all = heard.pop().expect("a follower");
    assert!(heard.iter().all(|one| *one == all));
    for number in 0..ACTORS {
        let name = format!("actor{number}");
        let own: Vec<String> = all.iter().map(spelled).filter(|event| event.starts_with(&name)).collect();
        let expected = (0..ROUNDS)
            .flat_map(|round| [format!("{name} joined"), format!("{name}: Round {round}"), format!("{name} left")]);
        assert!(own.iter().cloned().eq(expected), "{own:?}");
    }
    // Whoever comes back anywhere gets the rest.
    for place in [0, 1, EVENTS / 2, EVENTS - 2] {
        let mut rest = Follower::after(&elsewhere.client_for(&reader), &all[place]["cursor"]).await;
        for event in &all[place + 1..] {
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
async fn cursors_of_other_streams_are_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let cursors = ada.query("{ postsCursor viewer { inboxCursor } }").await;
    for cursor in
        [json!("rubbish"), json!(""), cursors["postsCursor"].clone(), cursors["viewer"]["inboxCursor"].clone()]
    {
        let mut follower = Follower::after(&ada, &cursor).await;
        assert_eq!(follower.0.error_code().await, "BAD_USER_INPUT", "{cursor}");
    }
}
