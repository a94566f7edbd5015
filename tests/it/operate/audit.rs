//! The audit log, as an operator reads it.

use std::collections::BTreeSet;
use std::time::Duration;

use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use studyhall::accounts::audit::{self, AuditEvent, AuditFilter};
use studyhall::accounts::{Role, staff};
use studyhall::node;

use super::{Finished, command, run};
use crate::identities::provider::{Provider, VERIFIER};
use crate::support::people::{LOGIN, Response};
use crate::support::{Campus, Engine, PASSWORD, Person};

const WRONG: &str = "not the password";
const DELETE: &str = "mutation D($password: String!) {
    deleteAccount(input: { password: $password }) { receipt { items { kind deletedCount anonymisedCount } } userErrors { code } }
}";

async fn audit(campus: &Campus, words: &[&str]) -> Finished {
    let config = &campus.app.config;
    let words = ["admin", "audit"].into_iter().chain(words.iter().copied());
    run(command(words, &config.data_dir, config.database_url().expose_secret())).await
}

/// Returns the events that a command with these flags prints.
async fn events(campus: &Campus, words: &[&str]) -> Vec<Value> {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    audit(campus, &words).await.json()["events"].as_array().expect("a list").clone()
}

/// Waits until the node has written this number of rows of a kind: failures are written once a minute.
async fn written(campus: &Campus, kind: AuditEvent, count: usize) {
    campus.advance(Duration::from_mins(1));
    let filter = AuditFilter { kinds: vec![kind], ..AuditFilter::default() };
    while audit::page(&campus.app, &filter, None, 1_000).await.expect("the rows are read").len() < count {}
}

async fn succeeds(person: &Person, mutation: &str, variables: Value) {
    let data = person.execute(mutation, variables).await.data();
    let payload = data.as_object().and_then(|data| data.values().next()).expect("a payload");
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
}

/// What the log says about an event: whose account it is, who acted, from where, how often.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    username: Option<String>,
    actor: Option<String>,
    address: Option<&'static str>,
    count: i64,
}

impl Expected {
    fn of(event: &Value) -> Self {
        let text = |name: &str| event[name].as_str().map(str::to_owned);
        let address = text("address").map(|address| if address == "127.0.0.1" { "127.0.0.1" } else { "another one" });
        let count = event["count"].as_i64().expect("a number");
        Self { username: text("username"), actor: text("actorUsername"), address, count }
    }

    /// What the owner of an account does.
    fn by(actor: &str, username: &str) -> Self {
        let (actor, username) = (Some(actor.to_owned()), Some(username.to_owned()));
        Self { username, actor, address: Some("127.0.0.1"), count: 1 }
    }

    /// What may be done by another person.
    fn failure(username: &str, count: i64) -> Self {
        Self { actor: None, count, ..Self::by(username, username) }
    }
}

/// A campus with an admin and an identity provider.
struct Scene {
    campus: Campus,
    provider: Provider,
    admin: Person,
}

impl Scene {
    async fn start(engine: Engine) -> Self {
        let provider = Provider::start().await;
        // Twenty members register from one address.
        let campus = provider.campus(engine, &["--campus-networks=127.0.0.0/8"]).await;
        let admin = campus.member("hypatia").await;
        staff::set_role(&campus.app, "hypatia", Role::Admin).await.expect("a member");
        Self { campus, provider, admin }
    }

    async fn fail(&self, name: &str, count: i64) {
        for _ in 0..count {
            let refused = self.campus.anonymous().try_login(name, WRONG).await;
            assert_eq!(refused.refusals("login"), ["CREDENTIALS_WRONG"]);
        }
    }

    /// Has the API or a person cause an event for a member with this name.
    async fn cause(&self, event: AuditEvent, name: &str) -> Expected {
        let Self { campus, provider, admin } = self;
        let person = campus.member(name).await;
        let own = Expected::by(name, name);
        let id = person.user_id().await;
        let lock = "mutation($id: ID!) { lockMember(input: { userId: $id, reason: \"x\" }) { userErrors { code } } }";
        match event {
            AuditEvent::AccountCreated => own,
            AuditEvent::LoggedIn => {
                person.login().await;
                own
            }
            AuditEvent::PasswordWrong => {
                self.fail(name, 3).await;
                written(campus, event, 1).await;
                Expected::failure(name, 3)
            }
            AuditEvent::PasswordDelayed => {
                self.fail(name, 10).await;
                let delayed = campus.anonymous().try_login(name, PASSWORD).await;
                assert_eq!(delayed.codes(), ["RATE_LIMITED"]);
                written(campus, event, 1).await;
                Expected::failure(name, 1)
            }
            AuditEvent::LoginLocked => {
                staff::lock_account(&campus.app, name).await.expect("a member");
                assert_eq!(campus.anonymous().try_login(name, PASSWORD).await.refusals("login"), ["FORBIDDEN"]);
                written(campus, event, 1).await;
                Expected::failure(name, 1)
            }
            AuditEvent::TokenReused => {
                person.refreshed().await.refreshed().await;
                campus.advance(Duration::from_mins(2));
                let refresh = "mutation R($token: String!) { refreshSession(input: { refreshToken: $token }) { userErrors { code } } }";
                let refused = person.execute(refresh, json!({ "token": person.refresh_token })).await;
                assert_eq!(refused.refusals("refreshSession"), ["TOKEN_INVALID"]);
                Expected::failure(name, 1)
            }
            AuditEvent::PasswordChanged => {
                let change = "mutation C($old: String!) {
                    changePassword(input: { currentPassword: $old, newPassword: \"an even quieter room\" }) { userErrors { code } } }";
                succeeds(&person, change, json!({ "old": PASSWORD })).await;
                own
            }
            AuditEvent::EmailChanged => {
                let change = "mutation C($email: String!, $password: String!) {
                    changeEmail(input: { newEmail: $email, password: $password }) { userErrors { code } } }";
                let email = format!("new.{name}@campus.example");
                succeeds(&person, change, json!({ "email": email, "password": PASSWORD })).await;
                let confirm =
                    "mutation($token: String!) { confirmEmail(input: { token: $token }) { userErrors { code } } }";
                let token = campus.mailed_token(&email, 1).await;
                succeeds(&campus.anonymous(), confirm, json!({ "token": token })).await;
                own
            }
            AuditEvent::UsernameChanged => {
                let rename =
                    "mutation($name: String!) { changeUsername(input: { username: $name }) { userErrors { code } } }";
                let new = format!("{name}x");
                succeeds(&person, rename, json!({ "name": new })).await;
                Expected::by(&new, &new)
            }
            AuditEvent::IdentityChanged => {
                let code = provider.sign_in(&person, campus, name).await;
                let link =
                    "mutation($input: LinkIdentityInput!) { linkIdentity(input: $input) { userErrors { code } } }";
                succeeds(&person, link, json!({ "input": { "code": code, "codeVerifier": VERIFIER } })).await;
                own
            }
            AuditEvent::AccountDeleted => {
                succeeds(&person, DELETE, json!({ "password": PASSWORD })).await;
                Expected { username: None, actor: None, address: None, count: 1 }
            }
            AuditEvent::AccountExported => {
                succeeds(&person, "mutation { requestDataExport(input: {}) { userErrors { code } } }", json!({})).await;
                own
            }
            AuditEvent::RoleChanged => {
                let set = "mutation($id: ID!, $password: String!) {
                    setRole(input: { userId: $id, role: MODERATOR, password: $password }) { userErrors { code } } }";
                succeeds(admin, set, json!({ "id": id, "password": PASSWORD })).await;
                Expected::by("hypatia", name)
            }
            AuditEvent::AccountLocked => {
                succeeds(admin, lock, json!({ "id": id })).await;
                Expected::by("hypatia", name)
            }
            AuditEvent::AccountUnlocked => {
                succeeds(admin, lock, json!({ "id": id })).await;
                let unlock = "mutation($id: ID!) { unlockMember(input: { userId: $id }) { userErrors { code } } }";
                succeeds(admin, unlock, json!({ "id": id })).await;
                Expected::by("hypatia", name)
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn every_event_is_written_by_what_it_is_about(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut scene = Scene::start(engine).await;
    for (number, event) in AuditEvent::ALL.iter().enumerate() {
        let expected = scene.cause(*event, &format!("member{number}")).await;
        let found = events(&scene.campus, &["--kind", event.as_str()]).await;
        let found: Vec<Expected> = found.iter().map(Expected::of).collect();
        assert!(found.contains(&expected), "{event:?}: {expected:?} is not among {found:?}");
        // The clock may have moved.
        scene.admin = scene.admin.login().await;
    }
    let page = include_str!("../../../docs/operators/operating.md");
    let missing: Vec<_> =
        AuditEvent::ALL.iter().filter(|event| !page.contains(&format!("`{}`", event.as_str()))).collect();
    assert!(missing.is_empty(), "docs/operators/operating.md explains no {missing:?}");
}

#[rstest]
#[tokio::test]
async fn a_lock_by_the_decision_on_a_report_and_commands_are_events_too(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let Scene { campus, admin, .. } = Scene::start(engine).await;
    let ada = campus.member("ada").await;
    let report = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"x\" }) { userErrors { code } } }";
    succeeds(&campus.member("grace").await, report, json!({ "id": ada.user_id().await })).await;
    let reports = admin.query("{ moderation { reports(first: 1) { nodes { id } } } }").await;
    let resolve = "mutation($id: ID!) {
        resolveReport(input: { reportId: $id, actions: [LOCK], message: \"x\" }) { userErrors { code } } }";
    succeeds(&admin, resolve, json!({ "id": reports["moderation"]["reports"]["nodes"][0]["id"] })).await;
    let locked = events(&campus, &["--user", "ada", "--kind", "account_locked"]).await;
    assert_eq!(locked.iter().map(Expected::of).collect::<Vec<_>>(), [Expected::by("hypatia", "ada")]);

    let config = &campus.app.config;
    let place =
        |words: &[&str]| command(words.iter().copied(), &config.data_dir, config.database_url().expose_secret());
    let archive = config.data_dir.join("emmy.zip").display().to_string();
    for words in [
        &["admin", "user", "create", "emmy", "emmy@campus.example"][..],
        &["admin", "role", "emmy", "moderator"],
        &["admin", "lock", "emmy"],
        &["admin", "unlock", "emmy"],
        &["admin", "user", "password", "emmy"],
        &["admin", "export", "emmy", &archive],
    ] {
        run(place(words)).await.text();
    }
    let by_command = events(&campus, &["--user", "emmy"]).await;
    let kinds: Vec<&str> = by_command.iter().rev().filter_map(|event| event["kind"].as_str()).collect();
    let expected = [
        "account_created",
        "role_changed",
        "account_locked",
        "account_unlocked",
        "password_changed",
        "account_exported",
    ];
    assert_eq!(kinds, expected);
    for event in &by_command {
        assert_eq!(
            (&event["origin"], &event["actorId"], &event["address"]),
            (&json!("command"), &json!(null), &json!(null))
        );
    }
    let text = audit(&campus, &["--user", "emmy", "--kind", "role_changed"]).await;
    assert!(text.text().trim_end().ends_with("role_changed      emmy by a command"), "{text:?}");
    run(place(&["admin", "user", "delete", "emmy", "--yes"])).await.text();
    assert_eq!(events(&campus, &["--kind", "account_deleted"]).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn the_log_has_pages_and_filters(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, _) = (campus.member("ada").await, campus.member("grace").await);
    for _ in 0..4 {
        campus.advance(Duration::from_mins(1));
        ada.login().await;
    }
    let all = events(&campus, &[]).await;
    assert_eq!(all.len(), 6);
    let (mut pages, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let words: Vec<&str> = ["--limit=4", "--json"].into_iter().collect();
        let before = cursor.as_ref().map(|cursor| format!("--before={cursor}"));
        let words: Vec<&str> = words.into_iter().chain(before.as_deref()).collect();
        let page = audit(&campus, &words).await.json();
        pages.extend(page["events"].as_array().expect("a list").clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = Some(next.to_owned());
    }
    assert_eq!(pages, all);
    let times: Vec<&str> = all.iter().filter_map(|event| event["happenedAt"].as_str()).collect();
    assert!(times.is_sorted_by(|earlier, later| earlier >= later), "{times:?}");

    let since = events(&campus, &["--since", times[1]]).await;
    assert_eq!(since, all[..2]);
    let of_grace = events(&campus, &["--user", "grace@campus.example"]).await;
    assert_eq!(of_grace.iter().map(Expected::of).collect::<Vec<_>>(), [Expected::by("grace", "grace")]);
    assert_eq!(events(&campus, &["--kind=logged_in", "--kind=account_created"]).await, all);
    assert_eq!(events(&campus, &["--kind", "account_deleted"]).await, Vec::<Value>::new());
    let text = audit(&campus, &["--limit=1"]).await;
    assert!(text.text().contains("logged_in         ada from 127.0.0.1\nEarlier events: --before "), "{text:?}");
    for words in
        [["--kind", "nothing"], ["--since", "yesterday"], ["--before", "1"], ["--limit", "1001"], ["--user", "emmy"]]
    {
        let refused = audit(&campus, &words).await;
        assert_eq!((refused.code, refused.output.as_str()), (Some(2), ""), "{words:?}");
    }
}

async fn login_from(campus: &Campus, address: &str, identifier: &str) -> Response {
    let request = campus.anonymous().request(reqwest::Method::POST, "/graphql").header("x-forwarded-for", address);
    let variables = json!({ "input": { "identifier": identifier, "password": WRONG } });
    Person::send(request.json(&json!({ "query": LOGIN, "variables": variables }))).await
}

#[rstest]
#[tokio::test]
async fn wrong_passwords_of_many_addresses_are_few_rows(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    const ADDRESSES: i64 = 130;
    let campus = Campus::start_with(engine, &["--trusted-proxies=127.0.0.1", "--rate-limits=off"]).await;
    campus.member("ada").await;
    for number in 0..ADDRESSES {
        let name = if number % 2 == 0 { "ada" } else { "nothing" };
        let refused = login_from(&campus, &format!("203.0.113.{number}"), name).await;
        assert_eq!(refused.refusals("login"), ["CREDENTIALS_WRONG"]);
    }
    written(&campus, AuditEvent::PasswordWrong, 101).await;
    let rows = events(&campus, &["--kind", "password_wrong", "--limit", "1000"]).await;
    assert_eq!(rows.len(), 101);
    assert_eq!(rows.iter().filter_map(|row| row["count"].as_i64()).sum::<i64>(), ADDRESSES);
    let rest: Vec<&Value> = rows.iter().filter(|row| row["address"].is_null()).collect();
    assert_eq!(
        rest.iter().map(|row| (&row["username"], &row["count"])).collect::<Vec<_>>(),
        [(&json!(null), &json!(30))]
    );
    let named = rows.iter().filter(|row| row["username"] == "ada").count();
    assert_eq!(named, 50, "the name of no account is not stored");
}

#[rstest]
#[tokio::test]
async fn failures_of_the_last_minute_are_written_when_the_node_stops(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.anonymous().try_login("ada", WRONG).await;
    node::close(&campus.app).await;
    let rows = events(&campus, &["--kind", "password_wrong"]).await;
    assert_eq!(rows.iter().map(Expected::of).collect::<Vec<_>>(), [Expected::failure("ada", 1)]);
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_is_taken_from_the_log_and_old_events_are_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let Scene { campus, admin, .. } = Scene::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    for person in [&ada, &grace] {
        let lock = "mutation($id: ID!) { lockMember(input: { userId: $id, reason: \"x\" }) { userErrors { code } } }";
        succeeds(&admin, lock, json!({ "id": person.user_id().await })).await;
        staff::unlock_account(&campus.app, &person.username).await.expect("a member");
    }
    let ada = ada.login().await;
    for _ in 0..3 {
        campus.anonymous().try_login("ada", WRONG).await;
    }
    written(&campus, AuditEvent::PasswordWrong, 1).await;
    campus.anonymous().try_login("ada", WRONG).await;

    // Created, locked, unlocked, logged in, and the failures.
    let deleted = ada.execute(DELETE, json!({ "password": PASSWORD })).await.field("deleteAccount");
    let items = deleted["receipt"]["items"].as_array().expect("a list").clone();
    let sessions = items.iter().find(|item| item["kind"] == "SESSIONS").expect("sessions");
    assert_eq!(sessions, &json!({ "kind": "SESSIONS", "deletedCount": 1, "anonymisedCount": 5 }));
    written(&campus, AuditEvent::PasswordWrong, 2).await;
    let of = |rows: &[Value]| -> BTreeSet<String> {
        rows.iter()
            .map(|row| format!("{} {} {} {}", row["kind"], row["username"], row["actorUsername"], row["address"]))
            .collect()
    };
    let about_none: Vec<Value> = events(&campus, &[]).await.into_iter().filter(|row| row["userId"].is_null()).collect();
    let expected = [
        r#""account_created" null null null"#,
        r#""account_deleted" null null null"#,
        r#""account_locked" null "hypatia" "127.0.0.1""#,
        r#""account_unlocked" null null null"#,
        r#""logged_in" null null null"#,
        r#""password_wrong" null null null"#,
    ];
    assert_eq!(of(&about_none), expected.map(str::to_owned).into());
    assert_eq!(about_none.len(), 7, "the failures were written twice");

    // The admin goes too: the addresses of what they did to others are theirs.
    succeeds(&admin.login().await, DELETE, json!({ "password": PASSWORD })).await;
    let of_grace = events(&campus, &["--user", "grace", "--kind", "account_locked"]).await;
    assert_eq!(of(&of_grace), [r#""account_locked" "grace" null null"#.to_owned()].into());

    campus.advance(Duration::from_hours(24 * 181));
    node::sweep(&campus.app).await.expect("it sweeps");
    assert_eq!(events(&campus, &[]).await, Vec::<Value>::new());
}
