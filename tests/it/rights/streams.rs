//! Each right against the streams that could keep it: a change reaches sockets and event streams that are already open.
//!
//! | right | where it is looked up | test |
//! | --- | --- | --- |
//! | role | session cache, at each operation; streams of the account end | `a_role_*`, `a_change_of_role_*` |
//! | lock | the sessions end | `a_lock_*` |
//! | guest or member | the guest's session ends | `a_guest_who_registers_*` |
//! | confirmed address | database, at each letter and operation | `a_confirmed_address_*` |
//! | block | database, at each event | `a_block_*` |
//! | settings | database, at each event | `a_setting_*` |

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};
use studyhall::schema;

use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, EventStream, PASSWORD, Person, Socket};

const PRESENCE: &str = "subscription P($ids: [ID!]!) {
    presenceChanged(userIds: $ids) { changes { user { username } presence { status } } }
}";

/// Returns every subscription of the schema with a document and variables that open it.
async fn subscriptions(ada: &Person, grace: &Person) -> BTreeMap<&'static str, (String, Value)> {
    let conversation = ada.start_conversation(&[grace]).await;
    let appointment = grace.teaches("Knots", &json!({})).await;
    let post = grace.publish("Followed").await;
    let id = grace.user_id().await;
    let range = "from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\"";
    BTreeMap::from([
        ("conversationChanged", "conversationId: $id"),
        ("inboxChanged", ""),
        ("lobbyChanged", ""),
        ("moderationChanged", ""),
        ("postChanged", "postId: $id"),
        ("postPublished", ""),
        ("postsChanged", ""),
        ("presenceChanged", "userIds: [$id]"),
        ("slotsChanged", "appointmentId: $id, RANGE"),
        ("typingChanged", "conversationId: $id"),
    ])
    .into_iter()
    .map(|(name, arguments)| {
        let arguments = arguments.replace("RANGE", range);
        let id = match name {
            "postChanged" => post.clone(),
            "presenceChanged" => id.clone(),
            "slotsChanged" => appointment.clone(),
            _ => conversation.clone(),
        };
        let document = if arguments.is_empty() {
            format!("subscription {{ {name} {{ __typename }} }}")
        } else {
            format!("subscription S($id: ID!) {{ {name}({arguments}) {{ __typename }} }}")
        };
        (name, (document, json!({ "id": id })))
    })
    .collect()
}

/// Returns the names of the subscriptions in the schema.
fn names_in_schema() -> Vec<String> {
    let sdl = schema::sdl();
    let start = sdl.find("type Subscription {").expect("subscriptions");
    let body = sdl[start..].split("\n}").next().expect("a body");
    let is_field = |line: &&str| line.starts_with('\t') && line.chars().nth(1).is_some_and(char::is_lowercase);
    let fields = body.lines().filter(is_field).filter(|line| line.contains('('));
    fields.map(|line| line.trim().split('(').next().unwrap_or_default().to_owned()).collect()
}

async fn set_role(campus: &Campus, role: Role) {
    staff::set_role(&campus.app, "ada", role).await.expect("a member");
}

#[rstest]
#[tokio::test]
async fn a_change_of_role_closes_every_stream_of_the_account(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let other_node = campus.another_node(&[]).await;
    let subscriptions = subscriptions(&ada, &grace).await;
    let mut listed: Vec<&str> = subscriptions.keys().copied().collect();
    listed.sort_unstable();
    assert_eq!(names_in_schema(), listed, "each subscription of the schema is tested");
    for (name, (document, variables)) in subscriptions {
        set_role(&campus, Role::Moderator).await;
        let mut here = Socket::connect(&ada).await;
        let mut there = Socket::connect(&other_node.client_for(&ada)).await;
        let mut bystander = Socket::connect(&grace).await;
        for socket in [&mut here, &mut there] {
            socket.subscribe(&document, variables.clone()).await;
        }
        set_role(&campus, Role::Member).await;
        assert_eq!(here.close_code().await, 4403, "{name}");
        assert_eq!(there.close_code().await, 4403, "{name} on the other node");
        assert!(bystander.is_alive().await, "{name}");
    }
    assert_eq!(ada.query("{ viewer { role } }").await["viewer"]["role"], json!("MEMBER"), "the session goes on");
    other_node.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_role_that_was_taken_away_has_no_effect_on_an_open_socket(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    set_role(&campus, Role::Moderator).await;
    let mut socket = Socket::connect(&ada).await;
    socket.subscribe("{ viewer { role } }", json!({})).await;
    assert_eq!(socket.next().await["viewer"]["role"], json!("MODERATOR"));
    assert_eq!(socket.receive().await["type"], "complete");
    set_role(&campus, Role::Member).await;
    // Either the socket is closed before it reads the operation, or the operation runs as a member.
    socket.subscribe("mutation { removeGuest(input: { userId: \"usr_0\" }) { removedUserId } }", json!({})).await;
    let (data, code) = socket.read_to_close().await;
    assert_eq!(code, 4403);
    assert!(data.iter().all(|data| data["removeGuest"].is_null()), "{data:?}");
}

#[rstest]
#[tokio::test]
async fn an_event_stream_ends_at_a_change_of_role_and_can_be_resumed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let document = "subscription { presenceChanged(userIds: []) { isSnapshot } }";
    let mut stream = EventStream::open(&ada, document, json!({})).await;
    assert_eq!(stream.receive().await.expect("a snapshot")["data"]["presenceChanged"]["isSnapshot"], json!(true));
    set_role(&campus, Role::Admin).await;
    assert!(stream.ended().await, "no error asks the client to sign in again");
    let mut again = EventStream::open(&ada, document, json!({})).await;
    assert!(again.receive().await.is_some());
}

#[rstest]
#[tokio::test]
async fn a_lock_closes_every_stream_of_the_account(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut socket = Socket::subscribed(&ada, "subscription { inboxChanged { __typename } }", json!({})).await;
    staff::lock_account(&campus.app, "ada").await.expect("a member");
    assert_eq!(socket.close_code().await, 4403);
}

#[rstest]
#[tokio::test]
async fn a_guest_who_registers_loses_the_streams_of_the_guest(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mut owl = campus.anonymous();
    let enter =
        "mutation { enterLobby(input: { pseudonym: \"owl_7\" }) { session { accessToken } userErrors { code } } }";
    owl.use_session(&owl.execute(enter, json!({})).await.field("enterLobby"));
    let mut socket = Socket::subscribed(&owl, "subscription { lobbyChanged { __typename } }", json!({})).await;
    let input = json!({ "email": "owl@campus.example", "password": PASSWORD, "username": "owl_7" });
    owl.execute(REGISTER, json!({ "input": input })).await.data();
    assert_eq!(socket.close_code().await, 4403);
}

#[rstest]
#[tokio::test]
async fn a_confirmed_address_counts_on_open_sockets_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut socket = Socket::connect(&ada).await;
    ada.confirm_email(&campus.mailed_token("ada@campus.example", 1).await).await;
    socket.subscribe("{ viewer { isEmailConfirmed } }", json!({})).await;
    assert_eq!(socket.next().await["viewer"]["isEmailConfirmed"], json!(true));
}

#[rstest]
#[tokio::test]
async fn a_block_hides_the_profile_from_open_streams(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let profile = "mutation { updateProfile(input: { firstName: \"Grace\", about: \"Ships\", skills: [\"COBOL\"] }) { userErrors { code } } }";
    assert_eq!(grace.execute(profile, json!({})).await.refusals("updateProfile"), [""; 0]);
    let (page, id) = (Socket::connect(&grace).await, grace.user_id().await);
    let document = "subscription P($ids: [ID!]!) {
        presenceChanged(userIds: $ids) { changes { userId user { username firstName about skills } presence { status } } }
    }";
    let mut socket = Socket::subscribed(&ada, document, json!({ "ids": [id] })).await;
    let snapshot = socket.next().await["presenceChanged"]["changes"][0].clone();
    assert_eq!((&snapshot["user"]["username"], &snapshot["presence"]["status"]), (&json!("grace"), &json!("ONLINE")));
    grace.change_block("blockUser", &ada).await;
    let last = socket.next().await["presenceChanged"]["changes"].clone();
    let user = json!({ "username": "grace", "firstName": null, "about": null, "skills": [] });
    assert_eq!(last, json!([{ "userId": id, "user": user, "presence": { "status": "OFFLINE" } }]));
    drop(page);
}

#[rstest]
#[tokio::test]
async fn a_setting_hides_the_presence_from_open_streams(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let _page = Socket::connect(&grace).await;
    let mut socket = Socket::subscribed(&ada, PRESENCE, json!({ "ids": [grace.user_id().await] })).await;
    assert_eq!(socket.next().await["presenceChanged"]["changes"][0]["presence"]["status"], json!("ONLINE"));
    grace.set_shows_presence(false).await;
    assert_eq!(socket.next().await["presenceChanged"]["changes"][0]["presence"]["status"], json!("OFFLINE"));
}
