//! The inbox over a WebSocket and over server-sent events, and how both close when a session ends.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, EventStream, PASSWORD, Person, Socket};

const INBOX: &str = "subscription Inbox($after: String) {
    inboxChanged(after: $after) {
        __typename ... on SecurityNotice { cursor happenedAt kind } ... on FeedReset { cursor }
    }
}";

const RENAME: &str = "mutation Rename($name: String!) {
    changeUsername(input: { username: $name }) { user { username } userErrors { code } }
}";

const CHANGE_PASSWORD: &str = "mutation Change($current: String!, $new: String!) {
    changePassword(input: { currentPassword: $current, newPassword: $new }) {
        session { accessToken refreshToken } userErrors { code }
    }
}";

const REVOKE: &str = "mutation Revoke($id: ID!) { revokeSession(input: { sessionId: $id }) { userErrors { code } } }";

const REVOKE_OTHERS: &str = "mutation { revokeOtherSessions { revokedCount } }";

/// The cursor of the latest event in the user's inbox.
async fn cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

async fn socket_after(person: &Person, cursor: &Value) -> Socket {
    let mut socket = Socket::connect(person).await;
    socket.subscribe(INBOX, json!({ "after": cursor })).await;
    socket
}

/// The next notice on a socket. Each is followed by the event of its notification.
async fn next(socket: &mut Socket) -> Value {
    loop {
        let event = socket.receive().await["payload"]["data"]["inboxChanged"].clone();
        if event["__typename"] != "NotificationAdded" {
            return event;
        }
    }
}

async fn kinds(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut kinds = Vec::new();
    for _ in 0..count {
        kinds.push(next(socket).await["kind"].as_str().expect("a kind").to_owned());
    }
    kinds
}

async fn session_id(person: &Person) -> Value {
    let seen = person.query("{ viewer { sessions { edges { node { id isCurrent } } } } }").await;
    let edges = seen["viewer"]["sessions"]["edges"].as_array().cloned().expect("edges");
    let own = edges.iter().find(|edge| edge["node"]["isCurrent"] == true).expect("the own session");
    own["node"]["id"].clone()
}

#[rstest]
#[tokio::test]
async fn a_login_is_delivered_to_every_device(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let phone = ada.login().await;
    let after = cursor(&ada).await;
    let mut desk = socket_after(&ada, &after).await;
    let mut pocket = socket_after(&phone, &after).await;
    let mut page = EventStream::open(&phone, INBOX, json!({ "after": after })).await;

    ada.login().await;
    let notice = next(&mut desk).await;
    assert_eq!(notice["kind"], "LOGGED_IN");
    assert_eq!(notice["happenedAt"], "2026-11-21T09:30:00.000Z");
    let added = desk.receive().await["payload"]["data"]["inboxChanged"].clone();
    assert_eq!(added, json!({ "__typename": "NotificationAdded" }));
    assert_eq!(next(&mut pocket).await, notice);
    assert_eq!(page.receive().await.expect("an event")["data"]["inboxChanged"], notice);
}

#[rstest]
#[tokio::test]
async fn a_follower_who_resumes_receives_missed_notices_once_and_in_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let after = cursor(&ada).await;
    ada.login().await;
    ada.execute(RENAME, json!({ "name": "countess" })).await.data();
    ada.query(REVOKE_OTHERS).await;
    let missed = ["LOGGED_IN", "USERNAME_CHANGED", "SESSION_REVOKED"];

    let mut socket = socket_after(&ada, &after).await;
    let first = next(&mut socket).await;
    assert_eq!(first["kind"], missed[0]);
    assert_eq!(kinds(&mut socket, 2).await, missed[1..]);
    drop(socket);

    ada.execute(CHANGE_PASSWORD, json!({ "current": PASSWORD, "new": "an even quieter attic" })).await.data();
    let mut socket = socket_after(&ada, &first["cursor"]).await;
    assert_eq!(kinds(&mut socket, 3).await, ["USERNAME_CHANGED", "SESSION_REVOKED", "PASSWORD_CHANGED"]);
    ada.execute(RENAME, json!({ "name": "ada" })).await.data();
    assert_eq!(kinds(&mut socket, 1).await, ["USERNAME_CHANGED"], "live events follow");

    let mut page = EventStream::open(&ada, INBOX, json!({ "after": after })).await;
    for kind in ["LOGGED_IN", "USERNAME_CHANGED", "SESSION_REVOKED", "PASSWORD_CHANGED", "USERNAME_CHANGED"] {
        assert_eq!(page.receive().await.expect("an event")["data"]["inboxChanged"]["kind"], kind);
        assert_eq!(page.receive().await.expect("an event")["data"]["inboxChanged"]["__typename"], "NotificationAdded");
    }
}

#[rstest]
#[tokio::test]
async fn a_foreign_cursor_and_a_caller_without_a_session_are_rejected(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    grace.login().await;
    let sessions = ada.query("{ viewer { sessions { pageInfo { endCursor } } } }").await;
    let cursors =
        [cursor(&grace).await, json!("rubbish"), sessions["viewer"]["sessions"]["pageInfo"]["endCursor"].clone()];
    for cursor in cursors {
        let mut socket = socket_after(&ada, &cursor).await;
        let message = socket.receive().await;
        assert_eq!(message["type"], "error", "{cursor}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{cursor}");
        let mut page = EventStream::open(&ada, INBOX, json!({ "after": cursor })).await;
        let event = page.receive().await.expect("an event");
        assert_eq!(event["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{event}");
        assert_eq!(page.receive().await, None);
    }
    let mut socket = socket_after(&campus.anonymous(), &Value::Null).await;
    let message = socket.receive().await;
    assert_eq!(
        (&message["type"], &message["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("UNAUTHENTICATED"))
    );
    assert!(socket.is_alive().await, "a socket needs no session");
    let mut page = EventStream::open(&campus.anonymous(), INBOX, json!({})).await;
    assert_eq!(page.receive().await.expect("an event")["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

/// The ways in which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Logout,
    Revoke,
    RevokeOthers,
    ChangePassword,
    ResetPassword,
    UndoEmail,
    Delete,
}

/// Ends sessions of `ada` on the device `phone`, or from her current device.
async fn end(campus: &Campus, how: End, ada: &Person, phone: &Person) {
    let anonymous = campus.anonymous();
    let answer = match how {
        End::Logout => phone.execute("mutation { logout { isLoggedOut } }", json!({})).await,
        End::Revoke => ada.execute(REVOKE, json!({ "id": session_id(phone).await })).await,
        End::RevokeOthers => ada.execute(REVOKE_OTHERS, json!({})).await,
        End::ChangePassword => {
            ada.execute(CHANGE_PASSWORD, json!({ "current": PASSWORD, "new": "an even quieter attic" })).await
        }
        End::ResetPassword => {
            let request = "mutation { requestPasswordReset(input: { email: \"ada@campus.example\" }) { isRequested } }";
            anonymous.query(request).await;
            let token = campus.mailed_token("ada@campus.example", 2).await;
            let reset = "mutation R($token: String!) {
                resetPassword(input: { token: $token, newPassword: \"an even quieter attic\" }) { isReset userErrors { code } }
            }";
            anonymous.execute(reset, json!({ "token": token })).await
        }
        End::UndoEmail => {
            let change = "mutation C($password: String!) {
                changeEmail(input: { newEmail: \"new@campus.example\", password: $password }) { isRequested }
            }";
            ada.execute(change, json!({ "password": PASSWORD })).await.data();
            let confirm = "mutation C($token: String!) { confirmEmail(input: { token: $token }) { isConfirmed } }";
            anonymous
                .execute(confirm, json!({ "token": campus.mailed_token("new@campus.example", 1).await }))
                .await
                .data();
            let undo = "mutation U($token: String!) { undoEmailChange(input: { token: $token }) { isUndone } }";
            anonymous.execute(undo, json!({ "token": campus.mailed_token("ada@campus.example", 2).await })).await
        }
        End::Delete => {
            let delete =
                "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
            ada.execute(delete, json!({ "password": PASSWORD })).await
        }
    };
    answer.data();
}

#[rstest]
#[tokio::test]
async fn an_ended_session_closes_its_own_sockets_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(
        End::Logout,
        End::Revoke,
        End::RevokeOthers,
        End::ChangePassword,
        End::ResetPassword,
        End::UndoEmail,
        End::Delete
    )]
    how: End,
) {
    let campus = Campus::start(engine).await;
    // Only a confirmed address can be restored.
    let ada = if how == End::UndoEmail { campus.confirmed_member("ada").await } else { campus.member("ada").await };
    let phone = ada.login().await;
    let grace = campus.member("grace").await;
    let after = cursor(&ada).await;
    let mut own = socket_after(&ada, &after).await;
    let mut other = socket_after(&phone, &after).await;
    let mut page = EventStream::open(&phone, INBOX, json!({ "after": after })).await;
    let mut unaffected = socket_after(&grace, &cursor(&grace).await).await;

    end(&campus, how, &ada, &phone).await;
    let (events, code) = other.read_to_close().await;
    assert_eq!(code, 4403);
    // A session does not receive events that are committed together with its end, or later.
    let before_end = events.iter().map(|data| &data["inboxChanged"]["kind"]);
    let kinds_before_end: Vec<&Value> = before_end.filter(|kind| !kind.is_null()).collect();
    let expected: &[&str] = if how == End::UndoEmail { &["EMAIL_CHANGED"] } else { &[] };
    assert_eq!(kinds_before_end, expected);
    loop {
        let event = page.receive().await.expect("an error ends the stream");
        if event["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED" {
            break;
        }
        let event = &event["data"]["inboxChanged"];
        let is_notified = event["__typename"] == "NotificationAdded" || event["kind"] == "EMAIL_CHANGED";
        assert!(how == End::UndoEmail && is_notified, "{event}");
    }
    assert_eq!(page.receive().await, None);
    match how {
        End::ResetPassword | End::UndoEmail | End::Delete => assert_eq!(own.close_code().await, 4403),
        End::Logout => assert!(own.is_alive().await),
        End::Revoke | End::RevokeOthers => assert_eq!(kinds(&mut own, 1).await, ["SESSION_REVOKED"]),
        End::ChangePassword => {
            assert_eq!(kinds(&mut own, 1).await, ["PASSWORD_CHANGED"]);
            assert!(own.is_alive().await);
        }
    }
    assert!(unaffected.is_alive().await);
}

#[rstest]
#[tokio::test]
async fn a_session_ended_on_one_node_closes_its_sockets_on_another(
    #[values(End::Logout, End::Revoke, End::RevokeOthers, End::ChangePassword, End::ResetPassword, End::Delete)]
    how: End,
) {
    let campus = Campus::start(Engine::Postgres).await;
    let other_node = campus.another_node(&[]).await;
    let ada = campus.member("ada").await;
    let phone = other_node.client_for(&ada.login().await);
    let desk = other_node.client_for(&ada);
    let after = cursor(&ada).await;
    let mut own = socket_after(&desk, &after).await;
    let mut other = socket_after(&phone, &after).await;

    // The other node has cached the session now, and would not query the database again for half a minute.
    end(&campus, how, &ada, &campus.client_for(&phone)).await;
    assert_eq!(other.close_code().await, 4403);
    let answer = phone.execute("{ viewer { email } }", json!({})).await;
    assert_eq!((answer.status, answer.codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    match how {
        End::ResetPassword | End::Delete => assert_eq!(own.close_code().await, 4403),
        End::Logout => assert!(own.is_alive().await),
        End::Revoke | End::RevokeOthers => assert_eq!(kinds(&mut own, 1).await, ["SESSION_REVOKED"]),
        _ => assert_eq!(kinds(&mut own, 1).await, ["PASSWORD_CHANGED"]),
    }
    other_node.stop().await;
}

#[rstest]
#[tokio::test]
async fn an_idle_socket_closes_when_its_session_expires(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mut ada = campus.member("ada").await;
    let day = std::time::Duration::from_hours(24);
    let refresh = "mutation R($token: String!) {
        refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code } }
    }";
    for days in [10, 10, 9] {
        campus.advance(day * days);
        let answer = campus.anonymous().execute(refresh, json!({ "token": ada.refresh_token })).await;
        ada.use_session(&answer.field("refreshSession"));
    }
    campus.advance(day.saturating_sub(std::time::Duration::from_millis(1)));
    let answer = campus.anonymous().execute(refresh, json!({ "token": ada.refresh_token })).await;
    ada.use_session(&answer.field("refreshSession"));
    let mut socket = socket_after(&ada, &Value::Null).await;
    assert!(socket.is_alive().await);
    campus.advance(std::time::Duration::from_millis(1));
    assert_eq!(socket.close_code().await, 4403);
}
