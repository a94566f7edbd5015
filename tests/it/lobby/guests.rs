//! Guests: how long they stay, how they leave, and what they can see.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};

use super::Follower;
use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD, Socket};

#[rstest]
#[tokio::test]
async fn a_guest_who_leaves_is_deleted_and_the_pseudonym_is_released(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut follower = Follower::now(&ada).await;
    let owl = campus.guest("owl_7").await;
    let id = owl.user_id().await;
    owl.send_lobby_message("Good night").await;
    let mut socket = Socket::connect(&owl).await;
    assert_eq!(owl.leave_lobby().await, json!({ "viewerIsPresent": false, "onlineCount": 0 }));
    assert_eq!(socket.close_code().await, 4403);
    assert_eq!(owl.execute("{ viewer { role } }", json!({})).await.status, 401);
    assert_eq!([follower.next().await, follower.next().await], ["owl_7 joined", "owl_7: Good night"]);
    let left = follower.event().await;
    assert_eq!((&left["__typename"], &left["userId"]), (&json!("LobbyLeft"), &id));
    assert_eq!(left["user"], json!({ "username": "owl_7", "isGuest": true }));

    let early = campus.anonymous().execute(super::ENTER, json!({ "pseudonym": "owl_7" })).await;
    assert_eq!(early.refusals("enterLobby"), ["USERNAME_TAKEN input.pseudonym"], "its messages still have the name");
    campus.advance(Duration::from_mins(10));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    let other = campus.guest("owl_7").await;
    assert_ne!(other.user_id().await, id);
    assert_eq!(follower.next().await, "owl_7 joined");
    let node = ada.execute("query N($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.field("node");
    assert_eq!(node, Value::Null, "the guest is deleted");
    let mut replay = Follower::after(&ada, &left["cursor"]).await;
    assert_eq!(replay.next().await, "owl_7 joined", "the second guest of that name");
    let messages = ada.query("{ lobby { messages { edges { node { text guestName author { username } } } } } }").await;
    assert_eq!(
        messages["lobby"]["messages"]["edges"][0]["node"],
        json!({ "text": "Good night", "guestName": "owl_7", "author": null }),
        "messages stay, with the name under which they were written"
    );
}

#[rstest]
#[tokio::test]
async fn a_guest_who_logs_out_or_expires_leaves_the_lobby(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let owl = campus.guest("owl_7").await;
    let heron = campus.guest("heron").await;
    let _page = Socket::connect(&heron).await;
    let mut follower = Follower::now(&ada).await;
    owl.query("mutation { logout { isLoggedOut } }").await;
    assert_eq!(follower.next().await, "owl_7 left");
    // A connection keeps the session in use, for twelve hours at most.
    campus.advance(Duration::from_hours(12));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(follower.next().await, "heron left");
    campus.advance(Duration::from_mins(10));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    campus.guest("heron").await;
    assert_eq!(follower.next().await, "heron joined");
}

#[rstest]
#[tokio::test]
async fn a_guest_who_registers_stays_in_the_lobby(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let owl = campus.guest("owl_7").await;
    owl.send_lobby_message("I like it here").await;
    let mut follower = Follower::now(&ada).await;
    let input = json!({ "email": "owl@campus.example", "password": PASSWORD, "username": "owl_7" });
    let mut member = campus.anonymous();
    member.use_session(&owl.execute(REGISTER, json!({ "input": input })).await.field("register"));
    assert_eq!(member.query("{ lobby { viewerIsPresent } }").await["lobby"]["viewerIsPresent"], true);
    member.send_lobby_message("Now I am one of you").await;
    let changed = follower.event().await;
    assert_eq!((&changed["__typename"], &changed["user"]["isGuest"]), (&json!("LobbyJoined"), &json!(false)));
    assert_eq!(follower.next().await, "owl_7: Now I am one of you");
    let messages = ada.query("{ lobby { messages { edges { node { author { isGuest } } } } } }").await;
    let edges = messages["lobby"]["messages"]["edges"].as_array().expect("edges").clone();
    assert!(edges.iter().all(|edge| edge["node"]["author"]["isGuest"] == false), "{edges:?}");
    member.leave_lobby().await;
    assert_eq!(follower.next().await, "owl_7 left");
    assert_eq!(member.query("{ viewer { role } }").await["viewer"]["role"], "MEMBER");
}

#[rstest]
#[tokio::test]
async fn a_moderator_removes_a_guest(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob, owl) = (campus.member("ada").await, campus.member("bob").await, campus.guest("owl_7").await);
    let mut socket = Socket::connect(&owl).await;
    let remove = "mutation R($id: ID!) {
        removeGuest(input: { userId: $id }) { removedUserId userErrors { code path } }
    }";
    let id = owl.user_id().await;
    assert_eq!(bob.execute(remove, json!({ "id": id })).await.codes(), ["FORBIDDEN"]);
    assert_eq!(owl.execute(remove, json!({ "id": id })).await.codes(), ["FORBIDDEN"]);
    staff::set_role(&campus.app, "ada", Role::Moderator).await.expect("a member");
    let mut follower = Follower::now(&ada).await;
    for other in [bob.user_id().await, json!("rubbish"), json!("usr_0000000000000")] {
        let rejected = ada.execute(remove, json!({ "id": other })).await;
        assert_eq!(rejected.refusals("removeGuest"), ["NOT_FOUND input.userId"]);
    }
    let removed = ada.execute(remove, json!({ "id": id })).await.field("removeGuest");
    assert_eq!(removed, json!({ "removedUserId": id, "userErrors": [] }));
    assert_eq!(socket.close_code().await, 4403);
    assert_eq!(follower.next().await, "owl_7 left");
    assert_eq!(ada.execute(remove, json!({ "id": id })).await.refusals("removeGuest"), ["NOT_FOUND input.userId"]);
}

#[rstest]
#[tokio::test]
async fn a_guest_sees_the_presence_of_users_in_the_lobby_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, owl) = (campus.member("ada").await, campus.guest("owl_7").await);
    let _page = Socket::connect(&ada).await;
    let watch = "subscription W($ids: [ID!]!) {
        presenceChanged(userIds: $ids) { changes { user { username } presence { status } } }
    }";
    let mut socket = Socket::subscribed(&owl, watch, json!({ "ids": [ada.user_id().await] })).await;
    let next =
        async |socket: &mut Socket| socket.next().await["presenceChanged"]["changes"][0]["presence"]["status"].clone();
    assert_eq!(next(&mut socket).await, "OFFLINE");
    ada.enter_lobby().await;
    assert_eq!(next(&mut socket).await, "ONLINE");
    let seen = owl.query("{ user(by: { username: \"ada\" }) { presence { status } } }").await;
    assert_eq!(seen["user"]["presence"]["status"], "ONLINE");
    ada.leave_lobby().await;
    assert_eq!(next(&mut socket).await, "OFFLINE");
    let seen = owl.query("{ user(by: { username: \"ada\" }) { presence { status } } }").await;
    assert_eq!(seen["user"]["presence"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_member_whose_account_is_deleted_leaves_the_lobby(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    bob.enter_lobby().await;
    let id = bob.user_id().await;
    let mut follower = Follower::now(&ada).await;
    let delete = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    bob.execute(delete, json!({ "password": PASSWORD })).await.data();
    let left = follower.event().await;
    assert_eq!((&left["__typename"], &left["userId"], &left["user"]), (&json!("LobbyLeft"), &id, &Value::Null));
    assert!(ada.lobby_usernames().await.is_empty());
}
