//! The lobby across nodes.

use std::time::Duration;

use super::Follower;
use crate::support::{Campus, Engine, Socket};

#[tokio::test]
async fn the_people_of_a_dead_node_leave_once() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let mut follower = Follower::now(&grace).await;
    let _page = Socket::connect(&there.client_for(&ada)).await;
    there.client_for(&ada).enters().await;
    assert_eq!(follower.next().await, "ada joined");
    // The other node's clock stands still, so here it was not heard of for so long.
    here.advance(Duration::from_secs(14));
    assert_eq!(follower.next().await, "ada left");
    grace.says("Where is she?").await;
    assert_eq!(follower.next().await, "grace: Where is she?");
    assert!(grace.sees_in_lobby().await.is_empty());
}

#[tokio::test]
async fn a_pseudonym_is_given_once_whichever_node_is_asked() {
    let here = Campus::start_with(Engine::Postgres, &["--rate-limits=off"]).await;
    let there = here.another_node(&["--rate-limits=off"]).await;
    for round in 0..5 {
        let name = format!("owl_{round}");
        let variables = serde_json::json!({ "pseudonym": name });
        let (one, two) = (here.anonymous(), there.anonymous());
        let (one, two) =
            tokio::join!(one.execute(super::ENTER, variables.clone()), two.execute(super::ENTER, variables));
        let refusals = [one.refusals("enterLobby"), two.refusals("enterLobby")].concat();
        assert_eq!(refusals, ["USERNAME_TAKEN input.pseudonym"], "{name}");
    }
}
