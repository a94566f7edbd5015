//! `studyhall backup`, `backup verify` and `restore`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::transfer::{Loader, NOT_EXPORTED, TABLES, table_names};
use studyhall::db::{self, Db, Query, Sql};
use tempfile::TempDir;

use super::{command, delays, run, spawn};
use crate::crash;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, EventStream, Person};

/// An empty place to restore to: a directory, and a database that does not exist or is empty.
async fn empty_place(engine: Engine) -> (TempDir, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_empty_database(dir.path()).await;
    (dir, database)
}

/// The place of a running campus.
fn place_of(campus: &Campus) -> (PathBuf, String) {
    use secrecy::ExposeSecret;
    (campus.app.config.data_dir.clone(), campus.app.config.database_url().expose_secret().to_owned())
}

async fn back_up(campus: &Campus, destination: &Path) -> Value {
    let (dir, database) = place_of(campus);
    let destination = destination.display().to_string();
    run(command(["backup", &destination, "--json"], &dir, &database)).await.json()
}

async fn restore(backup: &Path, dir: &Path, database: &str) -> super::Finished {
    run(command(["restore", &backup.display().to_string(), "--json"], dir, database)).await
}

async fn verify(backup: &Path) -> super::Finished {
    run(["backup", "verify", "--json", &backup.display().to_string()]).await
}

async fn post_with_image(person: &Person, text: &str) -> Value {
    let image = person.upload_image(&png(40, 30)).await;
    let mutation = "mutation C($input: CreatePostInput!) { createPost(input: $input) { postEdge { node { id } } } }";
    let file = person.file_id(text).await;
    let input = json!({ "text": text, "imageIds": [image["id"]], "fileIds": [file] });
    let created = person.execute(mutation, json!({ "input": input })).await;
    created.field("createPost")["postEdge"]["node"]["id"].clone()
}

async fn posts(person: &Person) -> Vec<Value> {
    let list = "{ posts(last: 100) { nodes { id text images { url } files { url } } } }";
    person.query(list).await["posts"]["nodes"].as_array().expect("a list").clone()
}

/// All files below a directory.
fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("the directory is read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[rstest]
#[tokio::test]
async fn every_table_is_transferred_after_those_that_it_refers_to(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (_dir, database) = empty_place(engine).await;
    let db = Db::open(&database.into(), 2).await.expect("the database opens");
    db.migrate().await.expect("it migrates");
    let tables: Vec<(String,)> = db
        .all(
            Sql {
                sqlite: "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
                         and name <> '_sqlx_migrations' order by name",
                postgres: "select cast(table_name as text) from information_schema.tables
                           where table_schema = current_schema() and table_name <> '_sqlx_migrations'
                           order by table_name collate \"C\"",
            },
            &[],
        )
        .await
        .expect("the catalog is read");
    let tables: Vec<String> = tables.into_iter().map(|(name,)| name).collect();
    for name in &tables {
        assert!(
            table_names().any(|other| other == name),
            "the table {name} is in no backup and no copy: add it to `src/db/transfer/tables.rs`, after the tables that \
             its foreign keys refer to"
        );
    }
    let position = |name: &str| table_names().position(|other| other == name);
    for name in table_names() {
        assert!(
            tables.iter().any(|other| other == name),
            "`src/db/transfer/tables.rs` names {name}, which does not exist"
        );
    }
    let references: Vec<(String, String, String)> = db
        .all(
            Sql {
                sqlite:
                    "select t.name, k.\"table\", k.\"from\" from sqlite_schema t join pragma_foreign_key_list(t.name) k
                         where t.type = 'table'",
                postgres: "select cast(cast(conrelid as regclass) as text), cast(cast(confrelid as regclass) as text),
                                  cast(attname as text)
                           from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
                           where contype = 'f' and connamespace = cast(current_schema() as regnamespace)",
            },
            &[],
        )
        .await
        .expect("the catalog is read");
    assert!(!references.is_empty());
    for (table, target, column) in references {
        let is_exported = TABLES.iter().any(|own| own.name == table && own.person.contains(&column.as_str()));
        let path = format!("{table}.{column}");
        assert!(
            !["accounts", "users"].contains(&target.as_str())
                || is_exported != NOT_EXPORTED.iter().any(|(other, _)| *other == path),
            "is {path} part of the export of a person? Either the table's line in `src/db/transfer/tables.rs` names the \
             column, or NOT_EXPORTED says why not"
        );
        assert!(
            position(&target) <= position(&table),
            "in `src/db/transfer/tables.rs`, {table} must come after {target}, to which it refers"
        );
    }
    db.close().await;
}

#[rstest]
#[tokio::test]
async fn a_backup_under_writes_is_one_state_that_either_engine_restores(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] other: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    post_with_image(&ada, "tab\tnewline\nbackslash \\ and \u{1f393}").await;
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join("monday.tar");
    let writing = async {
        for number in 0..20 {
            let id = post_with_image(&ada, &format!("post {number}")).await;
            if number % 3 == 0 {
                let delete = "mutation D($input: DeletePostInput!) { deletePost(input: $input) { deletedPostId } }";
                ada.execute(delete, json!({ "input": { "postId": id } })).await.data();
            }
        }
    };
    let (summary, ()) = tokio::join!(back_up(&campus, &backup), writing);
    assert_eq!(summary["schemaVersion"], json!(db::schema_version()));
    assert_eq!(fs::metadata(&backup).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(verify(&backup).await.json(), summary);
    campus.stop().await;

    let (dir, database) = empty_place(other).await;
    assert_eq!(restore(&backup, dir.path(), &database).await.json()["rows"], summary["rows"]);
    let (_server, address) = crash::start(dir.path(), &database).await;
    // The images are reached at addresses that the restored keys sign.
    let restored = Person { address, ..ada.clone() }.login().await;
    let posts = posts(&restored).await;
    assert!(posts.iter().any(|post| post["text"] == "tab\tnewline\nbackslash \\ and \u{1f393}"), "{posts:?}");
    for post in &posts {
        let restored_url = |url: &Value, path: &str| {
            let rest = url.as_str().expect("an address").split_once(path).expect("the path").1;
            json!(format!("http://{address}{path}{rest}"))
        };
        let image = restored_url(&post["images"][0]["url"], "/media/");
        assert!(!restored.download(&image).await.is_empty());
        let file = restored_url(&post["files"][0]["url"], "/files/");
        assert_eq!(restored.download(&file).await, post["text"].as_str().expect("a text").as_bytes());
    }
    post_with_image(&restored, "afterwards").await;
}

#[rstest]
#[tokio::test]
async fn a_damaged_backup_is_recognised_and_not_restored(#[values("monday", "monday.tar")] name: &str) {
    let campus = Campus::start(Engine::Sqlite).await;
    let ada = campus.member("ada").await;
    post_with_image(&ada, "hello").await;
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join(name);
    back_up(&campus, &backup).await;
    let (dir, database) = empty_place(Engine::Sqlite).await;
    if Path::new(name).extension().is_some_and(|extension| extension == "tar") {
        let intact = fs::read(&backup).expect("the backup is read");
        let middle = intact.len() / 2;
        let mut flipped = intact.clone();
        // A byte of a file, not of the zeros behind it.
        let position = (middle..flipped.len()).find(|position| flipped[*position] != 0).expect("a byte");
        flipped[position] ^= 1;
        for damaged in [&flipped[..], &intact[..middle], &intact[..1_000], b"", b"no archive"] {
            fs::write(&backup, damaged).expect("it is written");
            verify(&backup).await.failure(1);
            restore(&backup, dir.path(), &database).await.failure(1);
        }
    } else {
        for file in files_below(&backup) {
            let intact = fs::read(&file).expect("the file is read");
            let mut damaged = intact.clone();
            let middle = damaged.len() / 2;
            damaged[middle] ^= 1;
            fs::write(&file, &damaged).expect("it is written");
            verify(&backup).await.failure(1);
            fs::remove_file(&file).expect("it is removed");
            verify(&backup).await.failure(1);
            fs::write(&file, intact).expect("it is written");
        }
        verify(&backup).await.json();
        fs::write(backup.join("more"), "a file without a checksum").expect("it is written");
        assert!(verify(&backup).await.failure(1).contains("more"));
        restore(&backup, dir.path(), &database).await.failure(1);
    }
    assert!(!dir.path().join("studyhall.sqlite").exists());
    assert!(!dir.path().join("keys.json").exists());
}

#[rstest]
#[tokio::test]
async fn a_backup_is_restored_into_an_empty_place_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join("monday");
    back_up(&campus, &backup).await;
    let (dir, database) = place_of(&campus);
    let again = backup.display().to_string();
    assert!(run(command(["backup", &again], &dir, &database)).await.failure(2).contains("exists already"));
    let refused = restore(&backup, &dir, &database).await;
    assert!(refused.failure(2).contains("empty place"), "{refused:?}");
    assert_eq!(
        campus.member("grace").await.query("{ viewer { user { username } } }").await["viewer"]["user"]["username"],
        "grace"
    );

    // Another key file.
    let (dir, database) = empty_place(engine).await;
    fs::write(dir.path().join("keys.json"), "{}").expect("a file");
    assert!(restore(&backup, dir.path(), &database).await.failure(2).contains("keys.json"));
}

#[rstest]
#[tokio::test]
async fn a_backup_of_a_newer_version_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let sql = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
               select 9999, 'from the future', success, checksum, 1 from _sqlx_migrations where version = 1";
    campus.app.db.run(sql, &[]).await.expect("a row is inserted");
    let backups = tempfile::tempdir().expect("a directory");
    let (dir, database) = place_of(&campus);
    let destination = backups.path().join("monday").display().to_string();
    assert!(run(command(["backup", &destination], &dir, &database)).await.failure(2).contains("newer version"));
    assert!(files_below(backups.path()).is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_an_older_version_is_migrated(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (dir, database) = empty_place(engine).await;
    let mut old = Loader::open(&database.clone().into()).await.expect("the database opens");
    old.migrate(Some(17)).await.expect("it migrates");
    old.finish().await.expect("it is complete");
    fs::write(dir.path().join("keys.json"), "{}").expect("a file");
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join("old.tar");
    let destination = backup.display().to_string();
    let made = run(command(["backup", &destination, "--json"], dir.path(), &database)).await.json();
    assert_eq!(made["schemaVersion"], json!(17));
    // The database that was backed up is as it was.
    let mut old = Loader::open(&database.into()).await.expect("the database opens");
    assert_eq!(old.schema_version().await.expect("a version"), Some(17));
    verify(&backup).await.json();
    let (dir, database) = empty_place(engine).await;
    restore(&backup, dir.path(), &database).await.json();
    let mut restored = Loader::open(&database.into()).await.expect("the database opens");
    assert_eq!(restored.schema_version().await.expect("a version"), Some(db::schema_version()));
}

#[rstest]
#[tokio::test]
async fn a_command_that_is_killed_leaves_nothing_half_and_can_be_repeated(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("monday", "monday.tar")] name: &str,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    for number in 0..12 {
        post_with_image(&ada, &format!("post {number}")).await;
    }
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join(name);
    let (dir, database) = place_of(&campus);
    let arguments = command(["backup", &backup.display().to_string()], &dir, &database);
    for millis in delays() {
        let mut child = spawn(&arguments);
        if let Ok(ended) = tokio::time::timeout(Duration::from_millis(millis), child.wait()).await {
            assert!(ended.expect("it ends").success());
            break;
        }
        child.kill().await.expect("it is killed");
        if backup.exists() {
            break;
        }
    }
    // Once a backup has its name it is complete.
    verify(&backup).await.json();
    assert_eq!(fs::read_dir(backups.path()).expect("the directory is read").count(), 1);

    let (dir, database) = empty_place(engine).await;
    let arguments = command(["restore", &backup.display().to_string()], dir.path(), &database);
    for millis in delays() {
        let mut child = spawn(&arguments);
        if let Ok(ended) = tokio::time::timeout(Duration::from_millis(millis), child.wait()).await {
            let output = child.wait_with_output().await.expect("its output");
            // The attempt before may have been complete when it was killed.
            let refused = String::from_utf8_lossy(&output.stderr).contains("empty place");
            assert!(ended.expect("it ends").success() || refused, "{output:?}");
            break;
        }
        child.kill().await.expect("it is killed");
    }
    let (_server, address) = crash::start(dir.path(), &database).await;
    let restored = Person { address, ..ada }.login().await;
    assert_eq!(posts(&restored).await.len(), 12);
}

#[rstest]
#[tokio::test]
async fn files_of_deleted_images_stay_while_a_backup_holds_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let image = ada.upload_image(&png(40, 30)).await;
    let until = campus.app.clock.now().plus(Duration::from_mins(1));
    campus.app.db.run("insert into media_holds (id, until) values (1, $1)", &[&until]).await.expect("a hold");
    let count = || files_below(&campus.app.config.data_dir.join("media")).len();
    let before = count();
    campus.app.db.run("delete from images", &[]).await.expect("it is deleted");
    studyhall::images::gc::remove_bytes(&campus.app).await.expect("it runs");
    assert_eq!(count(), before, "{image}");
    campus.advance(Duration::from_mins(2));
    studyhall::images::gc::remove_bytes(&campus.app).await.expect("it runs");
    assert_eq!(count(), 0);
}

#[rstest]
#[tokio::test]
async fn a_stream_whose_cursor_is_newer_than_the_backup_is_reset_and_goes_on(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const STREAM: &str = "subscription S($after: String) { postPublished(after: $after) {
        __typename ... on PostAdded { cursor postEdge { node { text } } } ... on FeedReset { cursor } } }";
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let cursor = async || ada.query("{ postsCursor }").await["postsCursor"].clone();
    post_with_image(&ada, "before").await;
    let before = cursor().await;
    let backups = tempfile::tempdir().expect("a directory");
    let backup = backups.path().join("monday");
    back_up(&campus, &backup).await;
    for text in ["lost", "also lost"] {
        post_with_image(&ada, text).await;
    }
    let lost = cursor().await;
    campus.stop().await;

    let (dir, database) = empty_place(engine).await;
    restore(&backup, dir.path(), &database).await.json();
    let (_server, address) = crash::start(dir.path(), &database).await;
    let ada = Person { address, ..ada }.login().await;
    let next = async |after: &Value| {
        let mut stream = EventStream::open(&ada, STREAM, json!({ "after": after })).await;
        stream.receive().await.expect("an event")["data"]["postPublished"].clone()
    };
    // The cursor lies beyond the log.
    let reset = next(&lost).await;
    assert_eq!(reset["__typename"], "FeedReset");
    for text in ["first", "second", "third"] {
        post_with_image(&ada, text).await;
    }
    assert_eq!(next(&reset["cursor"]).await["postEdge"]["node"]["text"], "first");
    // The log has grown past it, with other events.
    assert_eq!(next(&lost).await["__typename"], "FeedReset");
    // A cursor from before the backup is still one.
    assert_eq!(next(&before).await["postEdge"]["node"]["text"], "first");
    // So is one that an earlier version wrote, without a mark.
    let plain = json!(base64("[1,1]"));
    assert_eq!(next(&plain).await["postEdge"]["node"]["text"], "first");
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
async fn a_backup_names_what_it_cannot_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = format!("sqlite://{}", dir.path().join("nothing.sqlite").display());
    let destination = dir.path().join("monday").display().to_string();
    let arguments = command(["backup", &destination], dir.path(), &database);
    let failed = run(&arguments).await;
    assert!(failed.failure(2).contains("nothing.sqlite does not exist"), "{failed:?}");
    assert!(files_below(dir.path()).is_empty());
    rusqlite::Connection::open(dir.path().join("nothing.sqlite"))
        .expect("a file")
        .execute_batch("create table t (a)")
        .expect("a table");
    assert!(run(&arguments).await.failure(2).contains("no tables of studyhall"));
    let refused = run(["restore", &destination]).await;
    assert!(refused.failure(2).contains("cannot be read"), "{refused:?}");
    let unreachable = command(["backup", &destination], dir.path(), "postgres://127.0.0.1:1/nothing");
    assert!(run(unreachable).await.failure(2).contains("STUDYHALL_DATABASE_URL"));
}
