//! Entering and leaving, explicitly or by connecting and disconnecting.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{ENTER, Follower};
use crate::support::{Campus, Engine, EventStream, Person, Socket};

const MILLI: Duration = Duration::from_millis(1);
const GRACE: Duration = Duration::from_secs(5);

#[rstest]
#[tokio::test]
async fn guests_and_members_are_listed_after_they_enter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let query = "{ lobby { viewerIsPresent onlineCount users { edges { node { username } } totalCount } } }";
    let empty = json!({ "viewerIsPresent": false, "onlineCount": 0, "users": { "edges": [], "totalCount": 0 } });
    assert_eq!(ada.query(query).await["lobby"], empty);
    let mut follower = Follower::now(&ada).await;

    let owl = campus.anonymous().execute(ENTER, json!({ "pseudonym": "owl_7" })).await.field("enterLobby");
    assert_eq!(owl["viewer"]["user"]["username"], "owl_7");
    assert_eq!((&owl["lobby"]["viewerIsPresent"], &owl["lobby"]["onlineCount"]), (&json!(true), &json!(1)));
    assert_eq!(owl["lobby"]["users"]["edges"][0]["node"]["username"], "owl_7");
    assert_eq!(follower.next().await, "owl_7 joined");
    let lobby = ada.enter_lobby().await;
    assert_eq!((&lobby["viewerIsPresent"], &lobby["onlineCount"]), (&json!(true), &json!(2)));
    let joined = follower.event().await;
    assert_eq!((&joined["userId"], &joined["user"]["isGuest"]), (&ada.user_id().await, &json!(false)));
    assert_eq!(joined["cursor"], lobby["eventsCursor"]);

    // Entering again changes nothing.
    ada.enter_lobby().await;
    assert_eq!(ada.leave_lobby().await, json!({ "viewerIsPresent": false, "onlineCount": 1 }));
    assert_eq!(follower.next().await, "ada left");
    ada.leave_lobby().await;
    ada.enter_lobby().await;
    assert_eq!(follower.next().await, "ada joined");
    assert_eq!(ada.lobby_usernames().await, ["ada", "owl_7"]);
}

#[rstest]
#[tokio::test]
async fn a_user_who_does_not_connect_within_a_minute_leaves(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut follower = Follower::now(&grace).await;
    ada.enter_lobby().await;
    campus.guest("owl_7").await;
    assert_eq!([follower.next().await, follower.next().await], ["ada joined", "owl_7 joined"]);
    campus.advance(Duration::from_secs(30));
    ada.enter_lobby().await;
    campus.advance(Duration::from_secs(30).saturating_sub(MILLI));
    assert_eq!(grace.lobby_usernames().await, ["ada", "owl_7"]);
    campus.advance(MILLI);
    // The reaper checks every second.
    campus.advance(Duration::from_secs(1));
    assert_eq!(follower.next().await, "owl_7 left");
    assert_eq!(ada.query("{ lobby { viewerIsPresent } }").await["lobby"]["viewerIsPresent"], true, "she entered again");
    campus.advance(Duration::from_secs(30));
    assert_eq!(follower.next().await, "ada left");
    assert!(grace.lobby_usernames().await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_user_stays_while_connected_and_leaves_after_disconnecting(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let mut follower = Follower::now(&grace).await;
    let desk = Socket::connect(&ada).await;
    ada.enter_lobby().await;
    bob.enter_lobby().await;
    assert_eq!([follower.next().await, follower.next().await], ["ada joined", "bob joined"]);
    let phone = Socket::connect(&ada.login().await).await;
    let page = EventStream::open(&bob, "subscription { lobbyChanged { __typename } }", json!({})).await;
    assert_eq!(grace.lobby_usernames().await, ["ada", "bob"], "each user is listed once");
    desk.close().await;
    campus.advance(Duration::from_mins(5));
    assert_eq!(grace.lobby_usernames().await, ["ada", "bob"]);

    // A reload of the page.
    phone.close().await;
    campus.advance(GRACE.saturating_sub(MILLI));
    let phone = Socket::connect(&ada).await;
    campus.advance(GRACE);
    grace.send_lobby_message("Still there?").await;
    assert_eq!(follower.next().await, "grace: Still there?");
    phone.close().await;
    campus.advance(GRACE);
    assert_eq!(follower.next().await, "ada left");
    assert_eq!(grace.lobby_usernames().await, ["bob"]);
    let reconnected = Socket::connect(&ada).await;
    assert_eq!(ada.query("{ lobby { viewerIsPresent } }").await["lobby"]["viewerIsPresent"], false, "until she enters");
    drop((page, reconnected));
}

const USERS: &str = "query Users($sort: LobbySort, $first: Int, $after: String, $last: Int, $before: String) {
    lobby {
        users(sort: $sort, first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { username } } pageInfo { hasNextPage hasPreviousPage }
        }
    }
}";

async fn pages(person: &Person, sort: &str, size: (&str, &str)) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "sort": sort, size.0: 2, size.1: cursor });
        let page = person.execute(USERS, variables).await.field("lobby")["users"].clone();
        let mut edges = page["edges"].as_array().expect("edges").clone();
        if size.0 == "last" {
            edges.reverse();
        }
        names.extend(edges.iter().map(|edge| edge["node"]["username"].as_str().expect("a name").to_owned()));
        let more = if size.0 == "last" { "hasPreviousPage" } else { "hasNextPage" };
        if page["pageInfo"][more] == false {
            return names;
        }
        cursor = edges.last().expect("an edge")["cursor"].clone();
    }
}

#[rstest]
#[tokio::test]
async fn users_are_sorted_by_name_or_by_time_of_entering(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for name in ["Zoe", "anna", "Bert", "carl", "Dora"] {
        let person = campus.member(name).await;
        campus.advance(MILLI);
        person.enter_lobby().await;
    }
    let reader = campus.member("reader").await;
    let by_name = ["anna", "Bert", "carl", "Dora", "Zoe"];
    let by_time = ["Zoe", "anna", "Bert", "carl", "Dora"];
    for (sort, mut expected) in [("NAME", by_name), ("JOINED_AT", by_time)] {
        assert_eq!(pages(&reader, sort, ("first", "after")).await, expected, "{sort}");
        expected.reverse();
        assert_eq!(pages(&reader, sort, ("last", "before")).await, expected, "{sort}");
    }
    let page = reader.execute(USERS, json!({ "sort": "NAME", "first": 1 })).await.field("lobby");
    let cursor = &page["users"]["edges"][0]["cursor"];
    let other_order = reader.execute(USERS, json!({ "sort": "JOINED_AT", "after": cursor })).await;
    assert_eq!(other_order.codes(), ["BAD_USER_INPUT"]);
}

#[rstest]
#[tokio::test]
async fn a_caller_without_a_session_is_unauthenticated(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let caller = campus.anonymous();
    for operation in [
        "{ lobby { onlineCount } }",
        "mutation { leaveLobby { userErrors { code } } }",
        "mutation { sendLobbyMessage(input: { text: \"Hello\" }) { userErrors { code } } }",
        "mutation { removeGuest(input: { userId: \"usr_0000000000000\" }) { userErrors { code } } }",
    ] {
        let answer = caller.execute(operation, json!({})).await;
        assert_eq!((answer.status, answer.codes()), (200, vec!["UNAUTHENTICATED".to_owned()]), "{operation}");
    }
    let mut socket = Socket::subscribed(&caller, super::FOLLOW, json!({})).await;
    assert_eq!(socket.error_code().await, "UNAUTHENTICATED");
}
