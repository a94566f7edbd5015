//! Hidden presence: by the setting, by a block, and from guests outside the lobby.

use rstest::rstest;
use serde_json::{Value, json};

use super::Watch;
use crate::support::{Campus, Engine, Socket};

#[rstest]
#[tokio::test]
async fn a_member_who_hides_their_presence_never_appears_online(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    ada.set_shows_presence(false).await;
    let (mut watch, first) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(first, ["ada OFFLINE", "bob OFFLINE"]);
    let page = Socket::connect(&ada).await;
    assert_eq!(ada.presence_of("ada").await["status"], "ONLINE", "the member sees their own presence");
    assert_eq!(grace.presence_of("ada").await, Value::Null);
    let _bob = Socket::connect(&bob).await;
    assert_eq!(watch.next().await, ["bob ONLINE"], "ada has not changed for grace");

    ada.set_shows_presence(true).await;
    assert_eq!(watch.next().await, ["ada ONLINE"]);
    ada.set_shows_presence(false).await;
    assert_eq!(watch.next_seen_at().await, Value::Null, "ada appears offline, without a time");
    page.close().await;
    campus.advance(std::time::Duration::from_secs(5));
    let (_, again) = Watch::start(&grace, &[&ada]).await;
    assert_eq!(again, ["ada OFFLINE"]);
    assert_eq!(grace.presence_of("ada").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_block_hides_both_from_each_other_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob, grace) = (campus.member("ada").await, campus.member("bob").await, campus.member("grace").await);
    let (mut adas, _) = Watch::start(&ada, &[&grace]).await;
    let (mut graces, _) = Watch::start(&grace, &[&ada, &bob]).await;
    assert_eq!(adas.next().await, ["grace ONLINE"]);
    ada.change_block("blockUser", &grace).await;
    assert_eq!(adas.next().await, ["grace OFFLINE"]);
    assert_eq!(graces.next().await, ["ada OFFLINE"]);
    let (_, snapshot) = Watch::start(&grace, &[&ada]).await;
    assert!(snapshot.is_empty(), "{snapshot:?}");

    // Grace receives no further changes of ada.
    Socket::connect(&ada.login().await).await.close().await;
    let _bob = Socket::connect(&bob).await;
    assert_eq!(graces.next().await, ["bob ONLINE"]);
    ada.change_block("unblockUser", &grace).await;
    assert_eq!(adas.next().await, ["grace ONLINE"]);
    assert_eq!(graces.next().await, ["ada ONLINE"]);
}

#[rstest]
#[tokio::test]
async fn a_guest_sees_no_member_online_outside_the_lobby(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let _page = Socket::connect(&ada).await;
    let mut owl = campus.anonymous();
    let enter =
        "mutation { enterLobby(input: { pseudonym: \"owl_7\" }) { session { accessToken } userErrors { code } } }";
    owl.use_session(&owl.execute(enter, json!({})).await.field("enterLobby"));
    assert_eq!(owl.presence_of("ada").await, Value::Null);
    let (_watch, first) = Watch::start(&owl, &[&ada, &owl]).await;
    assert_eq!(first, ["ada OFFLINE", "owl_7 ONLINE"]);
    assert_eq!(ada.presence_of("owl_7").await["status"], "ONLINE");
}
