//! Changes of roles by admins.

use std::time::Duration;

use futures_util::future::join;
use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine, PASSWORD, Socket};

#[rstest]
#[tokio::test]
async fn an_admin_changes_roles_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (mut admin, ada) = (campus.admin("adela").await, campus.member("ada").await);
    let id = ada.user_id().await;
    assert_eq!(ada.execute("{ moderation { id } }", json!({})).await.codes(), ["FORBIDDEN"]);
    let promote = json!({ "userId": id, "role": "MODERATOR" });
    for _ in 0..2 {
        let payload = admin.set_role(promote.clone()).await.field("setRole");
        assert_eq!(payload, json!({ "user": { "moderation": { "role": "MODERATOR" } }, "userErrors": [] }));
    }
    assert_eq!(ada.execute("{ moderation { id } }", json!({})).await.codes(), [""; 0]);
    let actions = admin.staff_actions(json!({ "userId": id })).await;
    assert_eq!(actions.len(), 1, "the second change was none");
    assert_eq!(actions[0]["text"], "\u{2068}adela\u{2069} changed the role of \u{2068}ada\u{2069} to moderator.");
    for (input, faults) in [
        (json!({ "userId": id, "role": "GUEST" }), vec!["INVALID input.role"]),
        (
            json!({ "userId": "rubbish", "role": "GUEST", "password": "wrong" }),
            vec!["CREDENTIALS_WRONG input.password", "INVALID input.role", "NOT_FOUND input.userId"],
        ),
        (json!({ "userId": admin.user_id().await, "role": "MEMBER" }), vec!["WRONG_STATE input.userId"]),
    ] {
        assert_eq!(admin.set_role(input.clone()).await.refusals("setRole"), faults, "{input}");
    }
    assert_eq!(ada.set_role(promote.clone()).await.codes(), ["FORBIDDEN"]);
    // Never over a socket.
    let mut socket = Socket::connect(&admin).await;
    socket.subscribe(super::SET_ROLE, json!({ "input": promote })).await;
    assert_eq!(socket.error_code().await, "BAD_REQUEST");
    campus.advance(Duration::from_mins(9));
    let refresh = "mutation($token: String!) {
        refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code } }
    }";
    let refreshed = campus.anonymous().execute(refresh, json!({ "token": admin.refresh_token })).await;
    admin.use_session(&refreshed.field("refreshSession"));
    campus.advance(Duration::from_mins(2));
    let demote = json!({ "userId": id, "role": "MEMBER" });
    let late = admin.set_role(demote.clone()).await;
    assert_eq!(late.refusals("setRole"), ["REAUTHENTICATION_REQUIRED input.password"]);
    let with_password = json!({ "userId": id, "role": "MEMBER", "password": PASSWORD });
    assert_eq!(admin.set_role(with_password).await.refusals("setRole"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn one_admin_always_remains(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (one, two) = (campus.admin("one").await, campus.admin("two").await);
    let (first, second) = (one.user_id().await, two.user_id().await);
    let own = one.set_role(json!({ "userId": first, "role": "MEMBER" })).await;
    assert_eq!(own.refusals("setRole"), ["FORBIDDEN input.userId"]);
    // Each takes the role from the other.
    join(
        one.set_role(json!({ "userId": second, "role": "MEMBER" })),
        two.set_role(json!({ "userId": first, "role": "MEMBER" })),
    )
    .await;
    let mut roles = Vec::new();
    for person in [&one, &two] {
        roles.push(person.query("{ viewer { role } }").await["viewer"]["role"].clone());
    }
    roles.sort_by_key(ToString::to_string);
    assert_eq!(roles, ["ADMIN", "MEMBER"]);
}
