//! Sessions: login, refresh, logout, the list of devices.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const REFRESH: &str = "mutation Refresh($token: String!) {
    refreshSession(input: { refreshToken: $token }) {
        session { accessToken refreshToken accessTokenExpiresAt } userErrors { code path }
    }
}";

const REVOKE: &str = "mutation Revoke($id: ID!) {
    revokeSession(input: { sessionId: $id }) { revokedSessionId userErrors { code path } }
}";

async fn refresh(person: &Person, token: &str) -> Response {
    let anonymous = Person { access_token: None, ..person.clone() };
    anonymous.execute(REFRESH, json!({ "token": token })).await
}

fn refresh_token(answer: &Response) -> String {
    answer.field("refreshSession")["session"]["refreshToken"].as_str().expect("a refresh token").to_owned()
}

async fn is_signed_in(person: &Person) -> bool {
    let answer = person.execute("{ viewer { user { username } } }", json!({})).await;
    match answer.status {
        200 => answer.field("viewer") != Value::Null,
        401 => false,
        other => panic!("status {other}: {}", answer.body),
    }
}

#[rstest]
#[tokio::test]
async fn a_username_and_an_email_address_sign_in_and_failures_look_the_same(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("Ada").await;
    let anonymous = campus.anonymous();
    for identifier in ["ada", " ADA ", "ADA@campus.EXAMPLE"] {
        assert_eq!(anonymous.try_login(identifier, PASSWORD).await.refusals("login"), Vec::<String>::new());
    }
    let wrong = anonymous.try_login("ada", "not the password").await;
    let unknown = anonymous.try_login("unknown", "not the password").await;
    assert_eq!(wrong.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
}

#[rstest]
#[tokio::test]
async fn ten_wrong_passwords_delay_the_next_attempt(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let anonymous = campus.anonymous();
    for name in ["ada", "unknown"] {
        for _ in 0..10 {
            assert_eq!(anonymous.try_login(name, "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
        }
        let answer = anonymous.try_login(name, PASSWORD).await;
        assert_eq!((answer.status, answer.codes()), (200, vec!["RATE_LIMITED".to_owned()]), "{}", answer.body);
        assert_eq!(answer.body["errors"][0]["extensions"]["retryAfterSeconds"], json!(1));
        assert_eq!(answer.headers["retry-after"], "1");
    }
    assert!(is_signed_in(&ada).await);
    campus.advance(Duration::from_secs(1));
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
    campus.advance(Duration::from_secs(2));
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
}

#[rstest]
#[tokio::test]
async fn ten_wrong_passwords_delay_only_within_a_quarter_of_an_hour(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    for _ in 0..9 {
        assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    }
    campus.advance(Duration::from_secs(15 * 60 + 1));
    assert_eq!(anonymous.try_login("ada", "not the password").await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(anonymous.try_login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn an_access_token_expires_after_ten_minutes_and_a_refresh_returns_the_next(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mut ada = campus.member("ada").await;
    campus.advance(Duration::from_secs(10 * 60 + 6));
    assert!(!is_signed_in(&ada).await);
    let answer = refresh(&ada, ada.refresh_token.as_deref().expect("a token")).await;
    ada.use_session(&answer.field("refreshSession"));
    assert!(is_signed_in(&ada).await);
}

#[rstest]
#[tokio::test]
async fn a_repeated_refresh_gets_the_same_answer_and_an_old_one_ends_the_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    let first = ada.refresh_token.clone().expect("a token");
    let second = refresh_token(&refresh(&ada, &first).await);
    assert_ne!(first, second);
    campus.advance(Duration::from_secs(50));
    assert_eq!(refresh_token(&refresh(&ada, &first).await), second);
    let third = refresh_token(&refresh(&ada, &second).await);
    assert_eq!(refresh_token(&refresh(&ada, &first).await), third, "another tab still has the first token");
    assert_eq!(refresh_token(&refresh(&ada, &second).await), third);
    campus.advance(Duration::from_secs(11));
    assert_eq!(refresh_token(&refresh(&ada, &second).await), third, "it was replaced 11 seconds ago");

    assert_eq!(refresh(&ada, &first).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    assert_eq!(refresh(&ada, &third).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    assert!(!is_signed_in(&ada).await);
    let letters = campus.letters_to("ada@campus.example", 2).await;
    assert!(letters[1].contains("signed"), "{}", letters[1]);
}

#[rstest]
#[tokio::test]
async fn a_refresh_token_that_is_repeated_late_ends_the_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let first = ada.refresh_token.clone().expect("a token");
    let second = refresh_token(&refresh(&ada, &first).await);
    campus.advance(Duration::from_secs(61));
    assert_eq!(refresh(&ada, &first).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    assert_eq!(refresh(&ada, &second).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}

#[rstest]
#[tokio::test]
async fn concurrent_refreshes_return_the_same_successor(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let first = ada.refresh_token.clone().expect("a token");
    let answers = futures_util::future::join_all((0..32).map(|_| refresh(&ada, &first))).await;
    let children: std::collections::HashSet<String> = answers.iter().map(refresh_token).collect();
    assert_eq!(children.len(), 1);
    let child = children.into_iter().next().expect("a child");
    assert_eq!(refresh(&ada, &child).await.refusals("refreshSession"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_text_that_the_server_did_not_issue_is_no_refresh_token(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let real = ada.refresh_token.clone().expect("a token");
    let flipped = format!("{}{}", &real[..real.len() - 2], if real.ends_with("AA") { "BA" } else { "AA" });
    let garbage = ["", "sh_r1_", "sh_r1_ses_0000000000000_AAAA", "\u{1f4da}", &flipped, &real[..40]];
    for token in garbage {
        let answer = refresh(&ada, token).await;
        assert_eq!(answer.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"], "{token}");
    }
    assert_eq!(refresh(&ada, &real).await.refusals("refreshSession"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_logout_ends_the_session_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let phone = ada.login().await;
    let answer = ada.execute("mutation { logout { isLoggedOut userErrors { code } } }", json!({})).await;
    assert_eq!(answer.field("logout")["isLoggedOut"], json!(true));
    assert!(!is_signed_in(&ada).await);
    assert!(is_signed_in(&phone).await);
    let token = ada.refresh_token.as_deref().expect("a token");
    assert_eq!(refresh(&ada, token).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}

#[rstest]
#[tokio::test]
async fn sessions_are_listed_and_revoked_by_their_owner_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let phone = ada.login().await;
    let tablet = ada.login().await;
    let grace = campus.member("grace").await;

    let list = ada.query("{ viewer { sessions(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { id isCurrent } } } } }").await;
    let sessions = &list["viewer"]["sessions"];
    assert_eq!((&sessions["totalCount"], &sessions["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    let rest = ada
        .execute(
            "query Rest($after: String) { viewer { sessions(after: $after) { pageInfo { hasPreviousPage hasNextPage } edges { node { id isCurrent } } } } }",
            json!({ "after": sessions["pageInfo"]["endCursor"] }),
        )
        .await;
    let rest = &rest.field("viewer")["sessions"];
    assert_eq!(rest["edges"].as_array().map(Vec::len), Some(1));
    assert_eq!(rest["edges"][0]["node"]["isCurrent"], json!(true));
    assert_eq!(rest["pageInfo"], json!({ "hasPreviousPage": true, "hasNextPage": false }));

    let tablet_id = sessions["edges"][0]["node"]["id"].clone();
    let foreign = grace.execute(REVOKE, json!({ "id": tablet_id })).await;
    assert_eq!(foreign.refusals("revokeSession"), ["NOT_FOUND input.sessionId"]);
    assert_eq!(
        grace.execute("query Node($id: ID!) { node(id: $id) { id } }", json!({ "id": tablet_id })).await.field("node"),
        Value::Null
    );
    let revoked = ada.execute(REVOKE, json!({ "id": tablet_id })).await;
    assert_eq!(revoked.field("revokeSession")["revokedSessionId"], tablet_id);
    assert!(!is_signed_in(&tablet).await);

    let others = ada.execute("mutation { revokeOtherSessions { revokedCount userErrors { code } } }", json!({})).await;
    assert_eq!(others.field("revokeOtherSessions")["revokedCount"], json!(1));
    assert!(!is_signed_in(&phone).await);
    assert!(is_signed_in(&ada).await);
}

#[rstest]
#[tokio::test]
async fn pages_of_sessions_are_the_same_from_both_ends(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for _ in 0..4 {
        ada.login().await;
    }
    let all = ada.query("{ viewer { sessions { edges { cursor node { id } } } } }").await;
    let edges = all["viewer"]["sessions"]["edges"].as_array().cloned().expect("edges");
    assert_eq!(edges.len(), 5);
    let page = ada
        .execute(
            "query Page($before: String) { viewer { sessions(last: 2, before: $before) { pageInfo { hasPreviousPage hasNextPage } edges { node { id } } } } }",
            json!({ "before": edges[4]["cursor"] }),
        )
        .await;
    let page = &page.field("viewer")["sessions"];
    let ids: Vec<&Value> = page["edges"].as_array().into_iter().flatten().map(|edge| &edge["node"]["id"]).collect();
    assert_eq!(ids, [&edges[2]["node"]["id"], &edges[3]["node"]["id"]]);
    assert_eq!(page["pageInfo"], json!({ "hasPreviousPage": true, "hasNextPage": true }));

    for arguments in ["first: 101", "first: -1", "first: 1, last: 1", "after: \"rubbish\""] {
        let answer =
            ada.execute(&format!("{{ viewer {{ email sessions({arguments}) {{ totalCount }} }} }}"), json!({})).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{arguments}");
        assert_eq!(
            answer.body["data"]["viewer"]["email"],
            json!("ada@campus.example"),
            "the rest of the response is complete"
        );
    }
}

#[rstest]
#[tokio::test]
async fn an_unused_session_ends_after_two_weeks_and_any_after_thirty_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let day = Duration::from_hours(24);
    let idle = campus.member("ada").await;
    let mut busy = idle.login().await;
    for _ in 0..3 {
        campus.advance(9 * day);
        let answer = refresh(&busy, busy.refresh_token.as_deref().expect("a token")).await;
        busy.use_session(&answer.field("refreshSession"));
    }
    let token = idle.refresh_token.as_deref().expect("a token");
    assert_eq!(refresh(&idle, token).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    campus.advance(3 * day);
    let token = busy.refresh_token.as_deref().expect("a token");
    assert_eq!(refresh(&busy, token).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}

#[rstest]
#[tokio::test]
async fn the_least_recently_used_session_ends_when_an_account_has_too_many(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--max-sessions=3"]).await;
    let oldest = campus.member("ada").await;
    campus.advance(Duration::from_secs(1));
    let second = oldest.login().await;
    campus.advance(Duration::from_secs(1));
    oldest.login().await;
    campus.advance(Duration::from_secs(1));
    oldest.login().await;
    assert!(!is_signed_in(&oldest).await);
    assert!(is_signed_in(&second).await);
}

#[rstest]
#[tokio::test]
async fn the_viewer_is_null_without_a_session_and_an_invalid_token_is_rejected(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.query("{ viewer { email } }").await, json!({ "viewer": null }));
    let answer = anonymous.execute("mutation { logout { isLoggedOut } }", json!({})).await;
    assert_eq!((answer.status, answer.codes()), (200, vec!["UNAUTHENTICATED".to_owned()]));
    assert_eq!(answer.body["data"], json!({ "logout": null }));
    let forged = Person { access_token: Some("rubbish".to_owned()), ..campus.anonymous() };
    let answer = forged.execute("{ usernameAvailable(username: \"ada\") }", json!({})).await;
    assert_eq!((answer.status, answer.codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
}

#[rstest]
#[tokio::test]
async fn a_login_returns_its_fields_as_the_new_viewer_sees_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.publish("Hello").await;
    let login = "mutation Login($input: LoginInput!) {
        login(input: $input) {
            viewer {
                settings { timeZone }
                sessions { totalCount }
                user { contact { email } viewerCanMessage posts { edges { node { text viewerCanEdit } } } }
            }
        }
    }";
    let input = json!({ "identifier": "ada", "password": PASSWORD });
    let answer = campus.anonymous().execute(login, json!({ "input": input })).await;
    assert_eq!(
        answer.field("login")["viewer"],
        json!({
            "settings": { "timeZone": "UTC" },
            "sessions": { "totalCount": 2 },
            "user": {
                "contact": { "email": ada.email() }, "viewerCanMessage": false,
                "posts": { "edges": [{ "node": { "text": "Hello", "viewerCanEdit": true } }] },
            },
        })
    );
}

#[rstest]
#[tokio::test]
async fn the_third_last_refresh_token_ends_the_session(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let first = ada.refresh_token.clone().expect("a token");
    let mut newest = first.clone();
    for _ in 0..3 {
        newest = refresh_token(&refresh(&ada, &newest).await);
    }
    assert_eq!(refresh(&ada, &first).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
    assert_eq!(refresh(&ada, &newest).await.refusals("refreshSession"), ["TOKEN_INVALID input.refreshToken"]);
}
