//! The lobby across nodes.

use std::time::Duration;

use super::Follower;
use crate::support::{Campus, Engine, Socket};

#[tokio::test]
async fn the_users_of_a_failed_node_leave_once() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut follower = Follower::now(&grace).await;
    let _page = Socket::connect(&other.client_for(&ada)).await;
    other.client_for(&ada).enter_lobby().await;
    assert_eq!(follower.next().await, "ada joined");
    // The other node's clock does not move, so from here its lease has expired.
    campus.advance(Duration::from_secs(14));
    assert_eq!(follower.next().await, "ada left");
    grace.send_lobby_message("Where is she?").await;
    assert_eq!(follower.next().await, "grace: Where is she?");
    assert!(grace.lobby_usernames().await.is_empty());
}

#[tokio::test]
async fn a_pseudonym_is_assigned_once_across_nodes() {
    let campus = Campus::start_with(Engine::Postgres, &["--rate-limits=off"]).await;
    let other = campus.another_node(&["--rate-limits=off"]).await;
    for round in 0..5 {
        let name = format!("owl_{round}");
        let variables = serde_json::json!({ "pseudonym": name });
        let (one, two) = (campus.anonymous(), other.anonymous());
        let (one, two) =
            tokio::join!(one.execute(super::ENTER, variables.clone()), two.execute(super::ENTER, variables));
        let refusals = [one.refusals("enterLobby"), two.refusals("enterLobby")].concat();
        assert_eq!(refusals, ["USERNAME_TAKEN input.pseudonym"], "{name}");
    }
}
