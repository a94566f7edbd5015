//! Roles and locks, set by the operator.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::accounts::{Role, staff};
use tokio::time::timeout;

use crate::support::{Campus, Engine, PASSWORD};

#[rstest]
#[tokio::test]
async fn a_role_applies_from_the_next_request_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    assert_eq!(ada.query("{ viewer { role } }").await["viewer"]["role"], json!("MEMBER"));
    staff::set_role(&campus.app, "ADA", Role::Moderator).await.expect("a member");
    assert_eq!(ada.query("{ viewer { role } }").await["viewer"]["role"], json!("MODERATOR"));
    let unknown = staff::set_role(&campus.app, "unknown", Role::Admin).await.expect_err("no member has this username");
    assert!(unknown.for_operator().contains("unknown"));
}

#[rstest]
#[tokio::test]
async fn a_locked_account_has_no_session_and_cannot_sign_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    staff::lock_account(&campus.app, "ada").await.expect("a member");
    assert_eq!(ada.execute("{ viewer { email } }", json!({})).await.status, 401);
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    staff::unlock_account(&campus.app, "ada").await.expect("a member");
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_role_set_on_another_node_applies_here_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let other_node = campus.another_node(&[]).await;
    let ada = campus.member("ada").await;
    let role = async || ada.query("{ viewer { role } }").await["viewer"]["role"].clone();
    assert_eq!(role().await, json!("MEMBER"));
    staff::set_role(&other_node.app, "ada", Role::Admin).await.expect("a member");
    // The cached session expires only after half a minute, so the event must arrive before.
    let updated = async { while role().await != json!("ADMIN") {} };
    timeout(Duration::from_secs(10), updated).await.expect("the event of the other node arrives");
    other_node.stop().await;
}
