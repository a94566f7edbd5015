//! Concurrent changes of accounts: one succeeds, the others get an error, and no inconsistent state remains.

use futures_util::future::{join, join_all};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::registration::rules::register;
use studyhall::accounts::registration::{Registration, profile::NewProfile};
use studyhall::accounts::sessions::TokenTransport;
use studyhall::accounts::{AccountId, Client, Role, SessionId, Viewer};
use studyhall::db::Query;
use studyhall::error::{Code, Error};
use studyhall::locale::Locale;

use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const ROUNDS: usize = 6;
const NO_LIMITS: [&str; 1] = ["--rate-limits=off"];

const RESET: &str = "mutation R($token: String!, $new: String!) {
    resetPassword(input: { token: $token, newPassword: $new }) { isReset userErrors { code path } }
}";
const CONFIRM: &str = "mutation C($token: String!, $password: String) {
    confirmEmail(input: { token: $token, password: $password }) { isConfirmed userErrors { code path } }
}";
const DELETE: &str = "mutation D($password: String!) {
    deleteAccount(input: { password: $password }) { isDeleted userErrors { code path } }
}";
const REFRESH: &str = "mutation R($token: String!) {
    refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code path } }
}";
const RENAME: &str = "mutation R($name: String!) {
    changeUsername(input: { username: $name }) { user { username } userErrors { code path } }
}";
const REQUEST_RESET: &str = "mutation R($email: String!) {
    requestPasswordReset(input: { email: $email }) { isRequested userErrors { code path } }
}";

/// Checks that a response is a success or has a documented code. A full queue is no server error.
fn assert_no_server_error(answer: &Response) {
    let allowed = ["UNAUTHENTICATED", "UNAVAILABLE"];
    assert!(answer.codes().iter().all(|code| allowed.contains(&code.as_str())), "{}", answer.body);
}

async fn is_signed_in(person: &Person) -> bool {
    person.execute("{ viewer { email } }", json!({})).await.status == 200
}

/// Returns a client with the session of a successful response.
fn signed_in(campus: &Campus, answer: &Response, field: &str) -> Option<Person> {
    let token = answer.body["data"][field]["session"]["accessToken"].as_str()?;
    Some(Person { access_token: Some(token.to_owned()), ..campus.anonymous() })
}

async fn count(campus: &Campus, sql: &'static str) -> i64 {
    let (count,): (i64,) = campus.app.db.one(sql, &[]).await.expect("the count");
    count
}

#[rstest]
#[tokio::test]
async fn a_login_with_the_old_password_does_not_survive_a_concurrent_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    campus.member("ada").await;
    let anonymous = campus.anonymous();
    let mut password = PASSWORD.to_owned();
    for round in 0..ROUNDS {
        anonymous.execute(REQUEST_RESET, json!({ "email": "ada@campus.example" })).await;
        let token = campus.mailed_token("ada@campus.example", 2 + 2 * round).await;
        let new = format!("an attic with number {round}");
        let logins = join_all((0..6).map(|_| anonymous.try_login("ada", &password)));
        let (logins, reset) = join(logins, anonymous.execute(RESET, json!({ "token": token, "new": new }))).await;
        assert_eq!(reset.field("resetPassword")["isReset"], json!(true));
        for login in logins {
            assert_no_server_error(&login);
            if let Some(device) = signed_in(&campus, &login, "login") {
                assert!(!is_signed_in(&device).await, "a session with the old password is left");
            }
        }
        password = new;
    }
    assert_eq!(count(&campus, "select count(*) from sessions").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_deletion_with_concurrent_requests_leaves_no_session_and_no_server_error(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let anonymous = campus.anonymous();
    for round in 0..ROUNDS {
        let ada = campus.member(&format!("ada{round}")).await;
        let refresh = ada.refresh_token.clone();
        let logins = join_all((0..4).map(|_| anonymous.try_login(&ada.username, PASSWORD)));
        let others = join_all([
            anonymous.execute(REFRESH, json!({ "token": refresh })),
            ada.execute(RENAME, json!({ "name": format!("countess{round}") })),
            anonymous.execute(REQUEST_RESET, json!({ "email": ada.email() })),
            ada.execute("mutation { resendEmailConfirmation { isRequested } }", json!({})),
            ada.execute("mutation { revokeOtherSessions { revokedCount } }", json!({})),
            ada.execute(DELETE, json!({ "password": PASSWORD })),
        ]);
        let (logins, others) = join(logins, join_all([others])).await;
        for answer in logins.iter().chain(others.iter().flatten()) {
            assert!(answer.status == 401 || answer.status == 200, "{}", answer.body);
            assert_no_server_error(answer);
        }
        // The deletion may have been rejected by a full queue: repeat it.
        let mut late = ada.execute(DELETE, json!({ "password": PASSWORD })).await;
        while late.codes() == ["UNAVAILABLE"] {
            late = ada.execute(DELETE, json!({ "password": PASSWORD })).await;
        }
        for login in &logins {
            if let Some(device) = signed_in(&campus, login, "login") {
                assert!(!is_signed_in(&device).await, "a session of the deleted account is left");
            }
        }
    }
    for table in [
        "select count(*) from accounts",
        "select count(*) from sessions",
        "select count(*) from mail_tokens",
        "select count(*) from feeds where id > 100",
        "select count(*) from feed_events where feed > 100",
    ] {
        assert_eq!(count(&campus, table).await, 0, "{table}");
    }
}

#[rstest]
#[tokio::test]
async fn a_refresh_that_races_with_a_revocation_leaves_no_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let ada = campus.member("ada").await;
    for _ in 0..ROUNDS {
        let phone = ada.login().await;
        let refreshes = join_all((0..4).map(|_| campus.anonymous().clone()).map(|anonymous| {
            let token = phone.refresh_token.clone();
            async move { anonymous.execute(REFRESH, json!({ "token": token })).await }
        }));
        let revoke = ada.execute("mutation { revokeOtherSessions { revokedCount } }", json!({}));
        let (refreshes, revoked) = join(refreshes, revoke).await;
        assert_eq!(revoked.field("revokeOtherSessions")["revokedCount"], json!(1));
        for refresh in refreshes {
            assert_no_server_error(&refresh);
            if let Some(device) = signed_in(&campus, &refresh, "refreshSession") {
                assert!(!is_signed_in(&device).await, "a refresh restored a revoked session");
            }
        }
    }
    assert!(is_signed_in(&ada).await);
}

#[rstest]
#[tokio::test]
async fn concurrent_uses_of_a_confirmation_link_confirm_one_account(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    for mode in ["--registration=open", "--registration=confirmed"] {
        let campus = Campus::start_with(engine, &[mode, "--rate-limits=off"]).await;
        let anonymous = campus.anonymous();
        let register = "mutation R($input: RegisterInput!) { register(input: $input) { userErrors { code } } }";
        // In confirmed mode two registrations of one address are pending, each with its own link.
        let tokens = if mode.ends_with("open") { 1 } else { 2 };
        let mut links = Vec::new();
        for number in 0..tokens {
            let input =
                json!({ "email": "ada@campus.example", "password": PASSWORD, "username": format!("ada{number}") });
            anonymous.execute(register, json!({ "input": input })).await.data();
            links.push(campus.mailed_token("ada@campus.example", number + 1).await);
        }
        let attempts = (0..8)
            .map(|number| anonymous.execute(CONFIRM, json!({ "token": links[number % tokens], "password": PASSWORD })));
        for answer in join_all(attempts).await {
            assert_eq!(answer.field("confirmEmail")["isConfirmed"], json!(true), "{mode}: {}", answer.body);
        }
        assert_eq!(count(&campus, "select count(*) from accounts").await, 1);
    }
}

#[rstest]
#[tokio::test]
async fn one_of_many_concurrent_renames_gets_the_username(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let people = join_all((0..6).map(|number| {
        let anonymous = campus.anonymous();
        async move { anonymous.register(&format!("person{number}")).await }
    }));
    let people = people.await;
    let answers = join_all(people.iter().map(|person| person.execute(RENAME, json!({ "name": "Wanted" })))).await;
    let refusals: Vec<_> = answers.iter().map(|answer| answer.refusals("changeUsername")).collect();
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 1);
    let mut losers = refusals.iter().filter(|refusals| !refusals.is_empty());
    assert!(losers.all(|refusals| refusals == &["USERNAME_TAKEN input.username"]), "{refusals:?}");
}

#[rstest]
#[tokio::test]
async fn one_of_many_concurrent_password_changes_succeeds(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let ada = campus.member("ada").await;
    let change = "mutation C($current: String!, $new: String!) {
        changePassword(input: { currentPassword: $current, newPassword: $new }) {
            session { accessToken refreshToken } userErrors { code path }
        }
    }";
    let new: Vec<String> = (0..6).map(|number| format!("an attic with number {number}")).collect();
    let answers = join_all(new.iter().map(|new| ada.execute(change, json!({ "current": PASSWORD, "new": new })))).await;
    answers.iter().for_each(assert_no_server_error);
    let winners: Vec<usize> =
        (0..6).filter(|place| signed_in(&campus, &answers[*place], "changePassword").is_some()).collect();
    assert_eq!(winners.len(), 1);
    let token = answers[winners[0]].field("changePassword")["session"]["refreshToken"].clone();
    let refreshed = campus.anonymous().execute(REFRESH, json!({ "token": token })).await;
    assert_eq!(
        refreshed.refusals("refreshSession"),
        Vec::<String>::new(),
        "the successful change returned valid tokens"
    );
    assert_eq!(campus.anonymous().try_login("ada", &new[winners[0]]).await.refusals("login"), Vec::<String>::new());
}

/// Inserts a guest with a session, as `enterLobby` does.
async fn guest(campus: &Campus, number: i64) -> Viewer {
    let (account, session) = (AccountId(1_000 + number), SessionId(2_000 + number));
    let now = campus.app.clock.now();
    let mut tx = campus.app.db.write().await.expect("a transaction");
    tx.run("insert into accounts (id, role, created_at) values ($1, 'guest', $2)", &[&account, &now])
        .await
        .expect("an account");
    let (name, is_guest) = (format!("owl{number}"), true);
    tx.run(
        "insert into users (id, username, username_fold, is_guest, joined_at) values ($1, $2, $2, $3, $4)",
        &[&account, &name, &is_guest, &now],
    )
    .await
    .expect("a user");
    let (secret, end) = (number.to_be_bytes().to_vec(), now.plus(std::time::Duration::from_hours(12)));
    tx.run(
        "insert into sessions (id, account_id, device_name, transport, secret_hash, generation, rotated_at, created_at,
                               last_used_at, authenticated_at, idle_seconds, expires_at)
         values ($1, $2, 'a door', 'token', $3, 1, $4, $4, $4, $4, 1800, $5)",
        &[&session, &account, &secret, &now, &end],
    )
    .await
    .expect("a session");
    tx.commit().await.expect("the commit");
    Viewer { account, session, role: Role::Guest, authenticated_at: now, locale: None }
}

fn form(number: usize, email: &str, username: &str) -> (Client, Registration) {
    let client = Client {
        address: [127, 0, 0, 1].into(),
        user_agent: None,
        device: None,
        may_set_cookies: false,
        locale: Locale::En,
    };
    let form = Registration {
        email: email.to_owned(),
        password: PASSWORD.into(),
        username: username.to_owned(),
        profile: NewProfile { year: i32::try_from(number).ok().map(|year| year + 1), ..NewProfile::default() },
        transport: TokenTransport::Token,
        device_name: None,
        invitation: None,
        note: None,
        locale: None,
    };
    (client, form)
}

fn codes(error: &Error) -> Vec<Code> {
    match error {
        Error::Refused(problems) => problems.iter().map(|problem| problem.code).collect(),
        Error::Unauthenticated => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_guest_becomes_one_member_despite_concurrent_registrations(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let owl = guest(&campus, 1).await;
    let attempts = (0..6).map(|number| {
        let app = campus.app.clone();
        let (client, form) = form(number, &format!("p{number}@campus.example"), &format!("person{number}"));
        async move { register(&app, &client, Some(owl), form).await }
    });
    let results = join_all(attempts).await;
    let (succeeded, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((succeeded.len(), failed.len()), (1, 5));
    assert!(
        failed.iter().all(|failed| failed.as_ref().err().map(codes) == Some(Vec::new())),
        "the guest's session has ended"
    );
    assert_eq!(count(&campus, "select count(*) from accounts").await, 1);
    assert_eq!(count(&campus, "select count(*) from sessions").await, 1);
}

#[rstest]
#[tokio::test]
async fn guests_and_new_users_who_want_the_same_name_or_address_get_it_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] is_address: bool,
) {
    let campus = Campus::start_with(engine, &NO_LIMITS).await;
    let mut guests = Vec::new();
    for number in 0..4 {
        guests.push(guest(&campus, number).await);
    }
    let attempts = (0..8).map(|number| {
        let app = campus.app.clone();
        let guest = guests.get(number).copied();
        let (email, username) = if is_address {
            ("one@campus.example".to_owned(), format!("person{number}"))
        } else {
            (format!("p{number}@campus.example"), "wanted".to_owned())
        };
        let (client, form) = form(number, &email, &username);
        async move { register(&app, &client, guest, form).await }
    });
    let results = join_all(attempts).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let expected = if is_address { Code::EmailTaken } else { Code::UsernameTaken };
    for failed in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(codes(failed), [expected]);
    }
}

#[rstest]
#[tokio::test]
async fn a_guest_who_confirms_later_has_to_sign_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] is_guest_deleted: bool,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let owl = guest(&campus, 1).await;
    let (client, form) = form(1, "ada@campus.example", "ada");
    assert!(register(&campus.app, &client, Some(owl), form).await.expect("the registration is accepted").is_none());
    if is_guest_deleted {
        campus.app.db.run("delete from accounts where id = $1", &[&owl.account]).await.expect("the guest is deleted");
    }
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let answer = campus.anonymous().execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(answer.field("confirmEmail"), json!({ "isConfirmed": true, "userErrors": [] }));
    assert_eq!(count(&campus, "select count(*) from sessions").await, 0, "no session from before the registration");
    let answer = campus.anonymous().try_login("ada", PASSWORD).await;
    assert_eq!(answer.refusals("login"), Vec::<String>::new());
    let (id,): (i64,) = campus.app.db.one("select id from accounts", &[]).await.expect("one account");
    assert_eq!(id == owl.account.0, !is_guest_deleted, "the guest became the member if the guest still existed");
    assert_ne!(answer.field("login")["viewer"], Value::Null);
}
