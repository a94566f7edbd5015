//! Guests: their pseudonyms, and how they become members.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::{REGISTER, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

const ENTER: &str = "mutation Enter($pseudonym: String) {
    enterLobby(input: { pseudonym: $pseudonym }) {
        viewer { isGuest role email user { username isGuest } }
        session { accessToken refreshToken accessTokenExpiresAt }
        userErrors { code path }
    }
}";

async fn enter(person: &Person, pseudonym: Option<&str>) -> Response {
    person.execute(ENTER, json!({ "pseudonym": pseudonym })).await
}

async fn guest(campus: &Campus, pseudonym: &str) -> Person {
    let mut guest = campus.anonymous();
    guest.use_session(&enter(&guest, Some(pseudonym)).await.field("enterLobby"));
    guest
}

#[rstest]
#[tokio::test]
async fn a_guest_needs_only_a_pseudonym(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let answer = enter(&campus.anonymous(), Some("owl_7")).await.field("enterLobby");
    let user = json!({ "username": "owl_7", "isGuest": true });
    assert_eq!(answer["viewer"], json!({ "isGuest": true, "role": "GUEST", "email": null, "user": user }));
    let guest = guest(&campus, "heron").await;
    let data = guest.query("{ viewer { user { username } } user(by: { username: \"owl_7\" }) { isGuest } }").await;
    assert_eq!(data, json!({ "viewer": { "user": { "username": "heron" } }, "user": { "isGuest": true } }));

    let sessions = guest.execute("{ viewer { email sessions { totalCount } } }", json!({})).await;
    assert_eq!(sessions.codes(), ["FORBIDDEN"]);
    assert_eq!(sessions.body["data"]["viewer"], json!({ "email": null, "sessions": null }));
    let member = campus.member("ada").await;
    let entered = enter(&member, None).await.field("enterLobby");
    assert_eq!((&entered["viewer"]["isGuest"], &entered["session"]), (&json!(false), &Value::Null));
}

#[rstest]
#[tokio::test]
async fn a_pseudonym_that_looks_like_another_name_is_rejected(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    campus.member("Moira").await;
    guest(&campus, "owl_7").await;
    let anonymous = campus.anonymous();
    let taken =
        ["moira", "MOIRA", "Mo1ra", "m\u{43e}ira", "moi\u{200b}ra", "\u{ff4d}oira", "OWL_7", "admin", "rn\u{43e}ira"];
    for pseudonym in taken {
        let refusals = enter(&anonymous, Some(pseudonym)).await.refusals("enterLobby");
        assert_eq!(refusals, ["USERNAME_TAKEN input.pseudonym"], "{pseudonym}");
    }
    for (pseudonym, refusal) in [
        (Some("ab"), "TOO_SHORT input.pseudonym"),
        (Some("sixteen_letters_"), "TOO_LONG input.pseudonym"),
        (Some("with space"), "INVALID input.pseudonym"),
        (Some("with.dot"), "INVALID input.pseudonym"),
        (None, "INVALID input.pseudonym"),
    ] {
        assert_eq!(enter(&anonymous, pseudonym).await.refusals("enterLobby"), [refusal], "{pseudonym:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_pseudonym_is_free_again_ten_minutes_after_its_session_has_ended(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let owl = guest(&campus, "owl_7").await;
    owl.query("mutation { logout { isLoggedOut } }").await;
    let early = enter(&campus.anonymous(), Some("owl_7")).await;
    assert_eq!(early.refusals("enterLobby"), ["USERNAME_TAKEN input.pseudonym"]);
    campus.advance(Duration::from_mins(10));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    let owl = guest(&campus, "owl_7").await;
    // The end of a session that is not used is found by a sweep.
    campus.advance(Duration::from_mins(31));
    assert_eq!(owl.execute("{ viewer { email } }", json!({})).await.status, 401);
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    campus.advance(Duration::from_mins(10));
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    guest(&campus, "owl_7").await;
}

#[rstest]
#[tokio::test]
async fn a_guest_who_registers_becomes_a_member_with_the_same_id(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let owl = guest(&campus, "owl_7").await;
    let id = owl.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();
    let input = json!({ "email": "owl@campus.example", "password": PASSWORD, "username": "owl_7" });
    let answer = owl.execute(REGISTER, json!({ "input": input })).await;
    let mut member = campus.anonymous();
    member.use_session(&answer.field("register"));
    let data = member.query("{ viewer { isGuest role user { id isGuest } } }").await;
    assert_eq!(data["viewer"], json!({ "isGuest": false, "role": "MEMBER", "user": { "id": id, "isGuest": false } }));
    assert_eq!(owl.execute("{ viewer { email } }", json!({})).await.status, 401, "the guest's session has ended");
    assert_eq!(campus.anonymous().try_login("owl_7", PASSWORD).await.refusals("login"), Vec::<String>::new());
    let again = member.execute(REGISTER, json!({ "input": input })).await;
    assert_eq!(again.refusals("register"), ["FORBIDDEN"]);
}

#[rstest]
#[tokio::test]
async fn the_points_of_a_caller_run_out_and_refill(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let page = "edges { cursor node { id deviceName createdAt lastUsedAt isCurrent } }";
    let dear = format!("{{ viewer {{ a: sessions(first: 100) {{ {page} }} b: sessions(first: 100) {{ {page} }} }} }}");
    let mut spent = 0;
    let refused = loop {
        let answer = ada.execute(&dear, json!({})).await;
        if answer.status != 200 {
            break answer;
        }
        spent += 1;
        assert!(spent < 100, "the points never run out");
    };
    assert_eq!((refused.status, refused.codes()), (429, vec!["RATE_LIMITED".to_owned()]));
    assert!(refused.headers.contains_key("retry-after"));
    campus.advance(Duration::from_mins(1));
    assert_eq!(ada.execute(&dear, json!({})).await.status, 200);
}
