//! `studyhall copy`.

use std::path::Path;
use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::db::transfer::{Loader, table_names};
use studyhall::db::{Db, List, Query, Scan};

use super::{command, delays, run, spawn};
use crate::crash;
use crate::support::{Campus, Engine, PASSWORD, Person};

fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

/// Fills a new database. Returns its URL and a member.
async fn filled(engine: Engine, dir: &Path) -> (String, Person) {
    let database = engine.create_database(dir).await;
    let campus = Campus::start_on(&database).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = grace.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();
    let send = "mutation S($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
    let text = "tab\tline\nbackslash \\ \u{1f393}";
    ada.execute(send, json!({ "input": { "userId": id, "text": text } })).await.data();
    let sql = "insert into messages (id, conversation_id, number, text, sent_at)
        select value, (select conversation_id from messages where conversation_id <> 3 limit 1), value, 'text', value
        from json_each($1)";
    let ids = List::new(1_000_i64..21_000);
    campus.app.db.run(Scan(sql), &[&ids]).await.expect("rows are inserted");
    campus.stop().await;
    (database, ada)
}

fn arguments(from: &str, to: &str) -> Vec<String> {
    ["copy", "--json", "--from", from, "--to", to].map(str::to_owned).to_vec()
}

#[rstest]
#[tokio::test]
async fn a_database_is_copied_to_the_other_engine_and_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (first, second, third) = (tempdir(), tempdir(), tempdir());
    let (from, ada) = filled(engine, first.path()).await;
    let to = other(engine).create_empty_database(second.path()).await;
    let copied = run(arguments(&from, &to)).await.json();
    assert!(copied["rows"].as_u64().expect("a number") > 20_000, "{copied}");
    let back = engine.create_empty_database(third.path()).await;
    assert_eq!(run(arguments(&to, &back)).await.json(), copied);
    // The copy is complete, so the database is not empty.
    assert!(run(arguments(&from, &to)).await.failure(2).contains("contains accounts"));

    for (dir, database) in [(second.path(), &to), (third.path(), &back)] {
        let (mut server, address) = crash::start(dir, database).await;
        let ada = Person { address, ..ada.clone() }.login().await;
        let conversations = ada.query("{ conversations(first: 1) { nodes { lastMessage { text } } } }").await;
        assert_eq!(conversations["conversations"]["nodes"].as_array().map(Vec::len), Some(1), "{conversations}");
        Person::new(address).register("newcomer").await;
        server.kill().await.expect("it is killed");
    }
}

#[rstest]
#[tokio::test]
async fn an_interrupted_copy_keeps_servers_out_and_is_continued(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (first, second) = (tempdir(), tempdir());
    let (from, _) = filled(engine, first.path()).await;
    let to = other(engine).create_empty_database(second.path()).await;
    let arguments = arguments(&from, &to);
    let mut interrupted = 0;
    for millis in delays() {
        let mut child = spawn(&arguments);
        if tokio::time::timeout(Duration::from_millis(millis), child.wait()).await.is_ok() {
            break;
        }
        child.kill().await.expect("it is killed");
        interrupted += 1;
        let db = Db::open(&to.clone().into(), 1).await.expect("the database opens");
        let begun = db.has_unfinished_copy().await;
        db.close().await;
        if begun.is_ok_and(|begun| begun) {
            let refused = run(command(["admin", "reports"], second.path(), &to)).await;
            assert!(refused.failure(2).contains("a copy into this database is not finished"));
        }
    }
    assert!(interrupted > 0);
    // Either the last attempt was complete, or the one before it, when it was killed.
    assert!(run(&arguments).await.failure(2).contains("contains accounts"));
    let count = async |url: &str| {
        let db = Db::open(&url.to_owned().into(), 1).await.expect("the database opens");
        let (count,): (i64,) = db.one("select count(*) from messages", &[]).await.expect("a count");
        db.close().await;
        count
    };
    assert_eq!(count(&from).await, count(&to).await);
}

#[rstest]
#[tokio::test]
async fn a_copy_that_differs_from_the_original_is_not_used(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (first, second) = (tempdir(), tempdir());
    let (from, _) = filled(engine, first.path()).await;
    let to = other(engine).create_empty_database(second.path()).await;
    run(arguments(&from, &to)).await.json();
    // As if the copy had been interrupted at its end, and its source been written since.
    let db = Db::open(&to.clone().into(), 1).await.expect("the database opens");
    let sql = "insert into copied_tables (name, row_count, is_complete)
               select 'users', count(*), true from users union all select 'accounts', count(*), true from accounts";
    db.run(sql, &[]).await.expect("rows");
    for table in table_names().filter(|table| !["users", "accounts", "copied_tables"].contains(table)) {
        let sql = "insert into copied_tables (name, row_count, is_complete) values ($1, 1000000000, true)";
        db.run(sql, &[&table]).await.expect("a row");
    }
    db.close().await;
    let source = Db::open(&from.clone().into(), 1).await.expect("the database opens");
    source.run("update users set first_name = 'Changed' where not is_guest", &[]).await.expect("rows");
    source.close().await;
    let failed = run(arguments(&from, &to)).await;
    assert!(failed.failure(1).contains("the table users differs"), "{failed:?}");
    let refused = run(command(["admin", "reports"], second.path(), &to)).await;
    assert!(refused.failure(2).contains("not finished"));
}

#[rstest]
#[tokio::test]
async fn a_database_that_a_server_uses_is_not_copied(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (first, second) = (tempdir(), tempdir());
    let from = engine.create_database(first.path()).await;
    let (_server, address) = crash::start(first.path(), &from).await;
    Person::new(address).try_login("unknown", PASSWORD).await;
    let to = other(engine).create_empty_database(second.path()).await;
    let refused = run(arguments(&from, &to)).await;
    assert!(refused.failure(2).contains("a server uses this database"), "{refused:?}");
    assert_eq!(json!(refused.output), json!(""));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_commands_do_not_fill_one_database(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (first, second) = (tempdir(), tempdir());
    let from = other(engine).create_database(first.path()).await;
    let to = engine.create_empty_database(second.path()).await;
    let running = Loader::open(&to.clone().into()).await.expect("the database opens");
    let refused = run(arguments(&from, &to)).await;
    assert!(refused.failure(2).contains("--to: another command fills this database"), "{refused:?}");
    drop(running);
    while run(arguments(&from, &to)).await.code != Some(0) {}
}

fn tempdir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}
