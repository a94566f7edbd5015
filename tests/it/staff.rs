//! What those who run the place do: roles and locks.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::accounts::{Role, staff};
use tokio::time::timeout;

use crate::support::{Campus, Engine, PASSWORD};

#[rstest]
#[tokio::test]
async fn a_role_holds_from_the_next_request_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    assert_eq!(ada.query("{ viewer { role } }").await["viewer"]["role"], json!("MEMBER"));
    staff::set_role(&campus.app, "ADA", Role::Moderator).await.expect("a member");
    assert_eq!(ada.query("{ viewer { role } }").await["viewer"]["role"], json!("MODERATOR"));
    let unknown = staff::set_role(&campus.app, "nobody", Role::Admin).await.expect_err("there is nobody");
    assert!(unknown.for_operator().contains("nobody"));
}

#[rstest]
#[tokio::test]
async fn a_locked_account_has_no_session_and_gets_none(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    staff::lock(&campus.app, "ada").await.expect("a member");
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
    let nobody = campus.anonymous();
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    assert_eq!(nobody.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    staff::unlock(&campus.app, "ada").await.expect("a member");
    assert_eq!(nobody.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_role_given_elsewhere_holds_here_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let elsewhere = campus.another_node(&[]).await;
    let ada = campus.member("ada").await;
    let role = async || ada.query("{ viewer { role } }").await["viewer"]["role"].clone();
    assert_eq!(role().await, json!("MEMBER"));
    staff::set_role(&elsewhere.app, "ada", Role::Admin).await.expect("a member");
    // What this node knows of the session is good for half a minute.
    let told = async { while role().await != json!("ADMIN") {} };
    timeout(Duration::from_secs(10), told).await.expect("the other node told");
    elsewhere.stop().await;
}
