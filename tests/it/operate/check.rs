//! `studyhall check`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;
use studyhall::db::Db;

use super::{Finished, command, run};
use crate::support::Engine;

fn finding(checked: &Finished, subject: &str) -> (String, String) {
    let findings: Value = serde_json::from_str(&checked.output).expect("the output is JSON");
    let found = findings.as_array().expect("a list").iter().find(|finding| finding["subject"] == subject);
    let found = found.unwrap_or_else(|| panic!("no line about {subject}: {findings}"));
    let text = |name: &str| found[name].as_str().expect("a text").to_owned();
    (text("level"), text("message"))
}

#[rstest]
#[tokio::test]
async fn a_check_says_what_the_next_start_does_and_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let database = match engine {
        Engine::Sqlite => format!("sqlite://{}", data.join("studyhall.sqlite").display()),
        Engine::Postgres => engine.create_empty_database(dir.path()).await,
    };
    let check = || run(command(["check", "--json", "--listen=127.0.0.1:0"], &data, &database));
    let checked = check().await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert_eq!(finding(&checked, "data directory").0, "ok");
    let (level, message) = finding(&checked, "database");
    assert!(level == "ok" && (message.contains("first start")), "{message}");
    assert!(!data.exists());

    run(command(["migrate"], &data, &database)).await.text();
    let checked = check().await;
    let (level, message) = finding(&checked, "database");
    assert!(level == "ok" && message.contains("schema version"), "{message}");
    let text = run(command(["check", "--listen=127.0.0.1:0"], &data, &database)).await;
    assert!(text.text().lines().any(|line| line.starts_with("ok       database:")), "{text:?}");

    // A database without its keys.
    let db = Db::open(&database.clone().into(), 1).await.expect("the database opens");
    let sql = "insert into accounts (id, role, email, email_fold, password_hash, created_at)
               values (1000, 'member', 'ada@campus.example', 'ada@campus.example', 'x', 1)";
    studyhall::db::Query::run(&db, sql, &[]).await.expect("an account");
    db.close().await;
    let (level, message) = finding(&check().await, "keys");
    assert!(level == "warning" && message.contains("keys.json does not exist"), "{message}");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("the mode is set");
    assert_eq!(finding(&check().await, "data directory").0, "warning");
}

#[rstest]
#[case::keys("keys", &[])]
#[case::mail("mail", &["--smtp-url=smtp://127.0.0.1:1"])]
#[case::database("database", &["--database-url=postgres://127.0.0.1:1/nothing"])]
#[case::settings("settings", &["--public-url=ftp://campus.example"])]
#[tokio::test]
async fn what_is_wrong_is_named(#[case] subject: &str, #[case] flags: &[&str]) {
    let dir = tempfile::tempdir().expect("a directory");
    if subject == "keys" {
        fs::write(dir.path().join("keys.json"), "not keys").expect("a file");
    }
    let data = format!("--data-dir={}", dir.path().display());
    let words = ["check", "--json", "--listen=127.0.0.1:0", &data];
    let checked = run(words.iter().chain(flags)).await;
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let (level, message) = finding(&checked, subject);
    assert_eq!(level, "failed", "{message}");
    assert!(!dir.path().join("studyhall.sqlite").exists());
}

#[test]
fn unknown_and_empty_variables_are_reported() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = Command::new(env!("CARGO_BIN_EXE_studyhall"))
        .args(["check", "--listen=127.0.0.1:0"])
        .env_clear()
        .env("STUDYHALL_DATA_DIR", dir.path())
        .env("STUDYHALL_SMTP_ULR", "smtp://mail.example")
        .env("STUDYHALL_MEDIA_URL", "")
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("FAILED   settings: STUDYHALL_SMTP_ULR is not a setting"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("warning  settings: STUDYHALL_MEDIA_URL is empty"), "{text}");
}
