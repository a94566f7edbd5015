//! Migrations: one per engine, with the same tables on both engines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rstest::rstest;
use studyhall::clock::Timestamp;
use studyhall::db::{self, Db, Query, Sql};

use crate::support::Engine;

fn files(engine: &str) -> BTreeSet<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let entries = fs::read_dir(dir).expect("the directory exists");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

async fn open(engine: Engine, dir: &Path) -> Db {
    let db = Db::open(&engine.create_empty_database(dir).await.into(), 2).await.expect("the database opens");
    db.migrate().await.expect("it migrates");
    db
}

/// Returns the tables with their columns, and whether each column is nullable.
async fn columns(db: &Db) -> BTreeMap<String, BTreeSet<(String, bool)>> {
    let rows: Vec<(String, String, bool)> = db
        .all(
            Sql {
                sqlite: "select t.name, c.name, c.\"notnull\" = 0 and c.pk = 0 from sqlite_schema t
                         join pragma_table_info(t.name) c on true
                         where t.type = 'table' and t.name not like 'sqlite_%' and t.name <> '_sqlx_migrations'",
                postgres: "select cast(table_name as text), cast(column_name as text), is_nullable = 'YES'
                           from information_schema.columns
                           where table_schema = current_schema() and table_name <> '_sqlx_migrations'",
            },
            &[],
        )
        .await
        .expect("the catalog is read");
    let mut tables: BTreeMap<String, BTreeSet<(String, bool)>> = BTreeMap::new();
    for (table, column, is_nullable) in rows {
        tables.entry(table).or_default().insert((column, is_nullable));
    }
    tables
}

#[test]
fn every_migration_exists_for_both_engines() {
    assert_eq!(files("sqlite"), files("postgres"));
    assert!(!files("sqlite").is_empty());
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let dir = tempfile::tempdir().expect("a directory");
    let sqlite = columns(&open(Engine::Sqlite, dir.path()).await).await;
    let postgres = columns(&open(Engine::Postgres, dir.path()).await).await;
    assert_eq!(sqlite, postgres);
    assert!(sqlite.contains_key("accounts"));
}

#[rstest]
#[tokio::test]
async fn a_database_of_a_newer_version_is_rejected(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    db.run(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         select 9999, 'from the future', success, checksum, 1 from _sqlx_migrations where version = 1",
        &[],
    )
    .await
    .expect("a row is inserted");
    let error = db.migrate().await.expect_err("an older program must not migrate it");
    assert!(matches!(error, db::Error::NewerSchema), "{error}");
}

#[rstest]
#[tokio::test]
async fn a_second_migration_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    let before = columns(&db).await;
    db.migrate().await.expect("it migrates again");
    assert_eq!(columns(&db).await, before);
    let server = db.server_time().await.expect("the server has a clock");
    assert!(server > Timestamp(1_700_000_000_000_000));
}
