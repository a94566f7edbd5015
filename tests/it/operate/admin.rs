//! `studyhall admin`, as an operator types it.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::{command, run};
use crate::support::pictures::png;
use crate::support::push_service::PushService;
use crate::support::{Campus, Engine, PASSWORD, Socket};

/// Runs `studyhall admin` beside the running server.
async fn admin(campus: &Campus, words: &[&str]) -> super::Finished {
    use secrecy::ExposeSecret;
    let config = &campus.app.config;
    let words = ["admin"].into_iter().chain(words.iter().copied());
    run(command(words, &config.data_dir, config.database_url().expose_secret())).await
}

#[rstest]
#[tokio::test]
async fn an_operator_creates_a_member_who_signs_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let created = admin(
        &campus,
        &["user", "create", "ada", "ada@campus.example", "--confirmed", "--role", "moderator", "--json"],
    )
    .await
    .json();
    let password = created["password"].as_str().expect("a password").to_owned();
    let mut ada = campus.anonymous();
    ada.use_session(&ada.try_login("ada@campus.example", &password).await.field("login"));
    assert_eq!(
        ada.query("{ viewer { role email isEmailConfirmed } }").await["viewer"],
        json!({ "role": "MODERATOR", "email": "ada@campus.example", "isEmailConfirmed": true })
    );
    let taken = admin(&campus, &["user", "create", "ADA", "ada@campus.example", "--confirmed"]).await;
    assert!(taken.failure(2).contains("Another account has this email address"), "{taken:?}");
    let shown = admin(&campus, &["user", "show", "ada@campus.example", "--json"]).await.json();
    assert_eq!(
        (&shown["username"], &shown["role"], &shown["sessions"]),
        (&json!("ada"), &json!("moderator"), &json!(1))
    );

    // Without `--confirmed` a link is mailed, at the time of the command.
    admin(&campus, &["user", "create", "grace", "grace@campus.example"]).await.text();
    campus.app.clock.set(studyhall::clock::Clock::system().now());
    campus.app.mail.wake();
    let grace = campus.anonymous();
    grace.confirm_email(&campus.mailed_token("grace@campus.example", 1).await).await;
}

/// The time in which a command reaches the sessions of the running server: 2 seconds until it compares its feeds with the
/// log, and as much again for a busy machine. A cached session is loaded again only after half a minute.
const REACHES_SESSIONS: Duration = Duration::from_secs(4);

#[rstest]
#[tokio::test]
async fn a_command_applies_to_the_open_sessions_of_the_running_server(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(
        &["role", "ada", "moderator"],
        &["lock", "ada"],
        &["user", "lock", "ada"],
        &["user", "password", "ada"],
        &["user", "delete", "ada", "--yes"],
    )]
    words: &[&str],
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let inbox = "subscription { inboxChanged { __typename } }";
    let mut socket = Socket::subscribed(&ada, inbox, json!({})).await;
    let viewer = "{ viewer { role } }";
    assert_eq!(ada.query(viewer).await["viewer"]["role"], json!("MEMBER"));

    admin(&campus, words).await.text();
    let close_code = timeout(REACHES_SESSIONS, socket.close_code()).await.expect("the socket is closed in time");
    assert_eq!(close_code, 4403);
    let now = ada.execute(viewer, json!({})).await;
    if words[0] == "role" {
        assert_eq!(now.field("viewer")["role"], json!("MODERATOR"));
        // The loss of a role as well.
        let moderation = "subscription { moderationChanged { __typename } }";
        let mut socket = Socket::subscribed(&ada, moderation, json!({})).await;
        admin(&campus, &["role", "ada", "member"]).await.text();
        let refused = timeout(REACHES_SESSIONS, socket.error_code()).await.expect("the subscription ends in time");
        assert_eq!(refused, "FORBIDDEN");
        assert_eq!(ada.query(viewer).await["viewer"]["role"], json!("MEMBER"));
    } else {
        assert_eq!(now.status, 401);
    }
}

#[rstest]
#[tokio::test]
async fn a_new_password_ends_all_sessions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let text = admin(&campus, &["user", "password", "ada"]).await;
    let password = text.text().trim().rsplit(' ').next().expect("a password").to_owned();
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    assert_eq!(campus.anonymous().try_login("ada", &password).await.refusals("login"), Vec::<String>::new());
    while ada.execute("{ viewer { email } }", json!({})).await.status != 401 {}

    // A password from standard input, which is checked like any other.
    for (input, code) in [("short\n", 2), ("an even quieter room\n", 0)] {
        use secrecy::ExposeSecret;
        let (config, words) = (&campus.app.config, ["admin", "user", "password", "ada", "--password-stdin"]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_studyhall"))
            .args(command(words, &config.data_dir, config.database_url().expose_secret()))
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("an input").write_all(input.as_bytes()).await.expect("it is written");
        let output = child.wait_with_output().await.expect("it ends");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
    assert_eq!(
        campus.anonymous().try_login("ada", "an even quieter room").await.refusals("login"),
        Vec::<String>::new()
    );
}

#[rstest]
#[tokio::test]
async fn members_are_listed_locked_and_unlocked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    for name in ["grace", "ada", "emmy"] {
        campus.member(name).await;
    }
    let names = async |words: &[&str]| {
        let listed = admin(&campus, words).await.json();
        let members = listed.as_array().expect("a list").iter().map(|member| member["username"].clone());
        members.collect::<Value>()
    };
    assert_eq!(names(&["user", "list", "--json"]).await, json!(["ada", "emmy", "grace"]));
    admin(&campus, &["lock", "ada"]).await.text();
    assert_eq!(admin(&campus, &["user", "lock", "emmy", "--json"]).await.json()["isLocked"], true);
    assert_eq!(names(&["user", "list", "--locked", "--json"]).await, json!(["ada", "emmy"]));
    admin(&campus, &["user", "unlock", "ada"]).await.text();
    admin(&campus, &["role", "ada", "admin"]).await.text();
    assert_eq!(names(&["user", "list", "--role", "admin", "--json"]).await, json!(["ada"]));
    let line = admin(&campus, &["user", "list"]).await;
    assert!(line.text().lines().any(|line| line.starts_with("emmy") && line.ends_with("locked")), "{line:?}");
    let unknown = admin(&campus, &["user", "show", "unknown@campus.example"]).await;
    assert!(unknown.failure(2).contains("there is no member"));
    assert_eq!(admin(&campus, &["reports", "--json"]).await.json(), json!([]));
}

#[rstest]
#[tokio::test]
async fn an_export_contains_what_belongs_to_the_member_and_no_hash(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    PushService::start(&[&campus]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let browser = ada.register_push().await;
    let image = ada.upload_image(&png(40, 30)).await;
    let post = "mutation C($input: CreatePostInput!) { createPost(input: $input) { postEdge { node { id } } } }";
    ada.execute(post, json!({ "input": { "text": "a post of Ada", "imageIds": [image["id"]] } })).await.data();
    grace.execute(post, json!({ "input": { "text": "a post of Grace" } })).await.data();
    let dir = tempfile::tempdir().expect("a directory");
    let destination = dir.path().join("ada");
    let exported =
        admin(&campus, &["user", "export", "ada", &destination.display().to_string(), "--json"]).await.json();
    assert_eq!(exported["images"], 1);
    let text = fs::read_to_string(destination.join("data.json")).expect("a document");
    assert!(text.contains("a post of Ada") && text.contains("ada@campus.example"), "{text}");
    let endpoint = browser.subscription()["endpoint"].as_str().expect("a URL").to_owned();
    assert!(text.contains("push_subscriptions"), "{text}");
    for secret in ["Grace", "argon2", &endpoint] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(fs::read_dir(destination.join("images")).expect("a directory").count(), 1);
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let archive = dir.path().join("ada.zip").display().to_string();
    let written = admin(&campus, &["export", "ada", &archive, "--json"]).await.json();
    assert_eq!((&written["images"], &written["files"]), (&json!(1), &json!(0)));
    assert!(fs::read(&archive).expect("the archive").starts_with(b"PK\x03\x04"));
    assert!(admin(&campus, &["export", "ada", &archive]).await.failure(2).contains("ada.zip"));
    let published = document["data"]["posts"][0]["published_at"].as_str().expect("an instant").to_owned();
    assert!(published.ends_with('Z'), "{published}");
}

#[rstest]
#[tokio::test]
async fn an_account_is_deleted_on_confirmation_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let refused = admin(&campus, &["user", "delete", "ada"]).await;
    assert!(refused.failure(2).contains("--yes"));
    assert_eq!(ada.query("{ viewer { email } }").await["viewer"]["email"], "ada@campus.example");
    let deleted = admin(&campus, &["user", "delete", "ada", "--yes"]).await;
    assert!(deleted.text().contains("Sessions: 1 deleted"), "{deleted:?}");
    assert_eq!(campus.anonymous().try_login("ada", PASSWORD).await.refusals("login"), ["CREDENTIALS_WRONG"]);
    let gone = admin(&campus, &["user", "show", "ada"]).await;
    gone.failure(2);
}
