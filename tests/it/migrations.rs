//! Migrations: one per engine, with the same tables on both engines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rstest::rstest;
use sqlx::migrate::Migrator;
use studyhall::clock::Timestamp;
use studyhall::db::{self, Db, Query, Sql};

use crate::support::Engine;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

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

/// Creates a SQLite database as the migrations before `version` leave it.
fn migrate_until(path: &Path, version: i64) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    let table = "create table _sqlx_migrations (version bigint primary key, description text not null,
        installed_on timestamp not null default current_timestamp, success boolean not null,
        checksum blob not null, execution_time bigint not null)";
    connection.execute_batch(table).expect("the table is created");
    for migration in SQLITE.iter().filter(|migration| migration.version < version) {
        connection.execute_batch(migration.sql.as_str()).expect("it migrates");
        let row = (migration.version, &*migration.description, &*migration.checksum);
        let insert = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            values ($1, $2, true, $3, 1)";
        connection.execute(insert, row).expect("the migration is recorded");
    }
    connection
}

/// A message in all columns that it had before it lay in the order in which it is read.
type StoredMessage = (i64, i64, i64, Option<i64>, Option<String>, Option<String>, i64, Option<i64>, Option<String>);

#[tokio::test]
async fn messages_and_their_keys_survive_the_new_order_of_the_table() {
    const FILL: &str = "
        insert into accounts (id, role, email, email_fold, password_hash, created_at)
            select value, 'member', 'p' || value, 'p' || value, 'x', 1 from json_each('[11, 12, 13]');
        insert into users (id, username, username_fold, is_guest, joined_at)
            select id, 'p' || id, 'p' || id, false, 1 from accounts;
        insert into conversations (id, kind, created_at) values (21, 'direct', 1), (22, 'group', 1);
        insert into conversation_members (conversation_id, user_id, is_shown, updated_at)
            select conversations.id, users.id, true, 1 from conversations, users where kind <> 'lobby';
        with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 400)
            insert into messages (id, conversation_id, number, author_id, guest_name, text, sent_at, deleted_at, client_key)
            select conversations.id * 10000 - number, conversations.id, number,
                   case when number % 5 = 0 then null else 11 + number % 3 end,
                   case when number % 5 = 0 then 'guest' end,
                   case when number % 7 <> 0 then printf('%.*c', number * 10, 'm') end,
                   number, case when number % 7 = 0 then number end, case when number % 3 = 0 then 'k' || number end
            from numbers, conversations;
        insert into message_keys (author_id, client_key, message_id)
            select 11, 'k' || id, id from messages;";
    const MESSAGES: &str =
        "select id, conversation_id, number, author_id, guest_name, text, sent_at, deleted_at, client_key
        from messages order by id";

    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("studyhall.sqlite");
    let before: Vec<StoredMessage> = {
        let connection = migrate_until(&path, 18);
        connection.execute_batch(FILL).expect("the tables are filled");
        let mut statement = connection.prepare(MESSAGES).expect("a statement");
        let rows = statement.query_map([], |row| row.try_into()).expect("the messages");
        rows.map(|row| row.expect("a message")).collect()
    };
    assert_eq!(before.len(), 1_200);

    let db = Db::open(&format!("sqlite://{}", path.display()).into(), 2).await.expect("the database opens");
    db.migrate().await.expect("it migrates");
    let after: Vec<StoredMessage> = db.all(MESSAGES, &[]).await.expect("the messages");
    assert_eq!(after, before);
    let (keys,): (i64,) = db.one("select count(*) from message_keys", &[]).await.expect("the keys");
    assert_eq!(keys, 1_200);
    let broken: Vec<(String,)> = db.all("select \"table\" from pragma_foreign_key_check", &[]).await.expect("a check");
    assert_eq!(broken, []);

    // The references of the old table are those of the new one.
    db.run("delete from accounts where id = 12", &[]).await.expect("the account is deleted");
    db.run("delete from conversations where id = 22", &[]).await.expect("the conversation is deleted");
    let sql = "select count(*), count(author_id), sum(author_id = 12), sum(conversation_id = 22) from messages";
    let counts: (i64, i64, i64, i64) = db.one(sql, &[]).await.expect("the messages are counted");
    let remaining = before.iter().filter(|message| message.1 != 22);
    let authored = remaining.clone().filter(|message| message.3.is_some_and(|author| author != 12));
    let expected = (remaining.count(), authored.count());
    assert_eq!(counts, (i64::try_from(expected.0).unwrap(), i64::try_from(expected.1).unwrap(), 0, 0));
}

/// A report in the columns that its migration fills.
type MigratedReport = (i64, i64, Option<i64>, Option<String>, Option<String>, i64, i64);

#[tokio::test]
async fn reports_of_earlier_versions_become_the_complaints_of_one_report_each() {
    const FILL: &str = "
        insert into accounts (id, role, email, email_fold, password_hash, created_at)
            select value, 'member', 'p' || value, 'p' || value, 'x', 1 from json_each('[11, 12, 13]');
        insert into users (id, username, username_fold, is_guest, joined_at)
            select id, 'p' || id, 'p' || id, false, 1 from accounts;
        insert into posts (id, author_id, number, text, published_at, fingerprint) values (21, 11, 1, 'Edited', 1, x'00');
        insert into reports (id, reporter_id, kind, subject_id, reason, reported_at, copied_text, copied_author)
            values (31, 12, 'post', 21, 'Spam', 5, 'Spam', 'old'), (32, 13, 'post', 21, 'Rude', 7, 'Edited', 'p11'),
                   (33, 12, 'user', 13, 'Rude', 6, null, null), (34, 13, 'post', 99, 'Gone', 4, 'Gone', 'former');";

    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("studyhall.sqlite");
    migrate_until(&path, 28).execute_batch(FILL).expect("the tables are filled");
    let db = Db::open(&format!("sqlite://{}", path.display()).into(), 2).await.expect("the database opens");
    db.migrate().await.expect("it migrates");
    let reports: Vec<MigratedReport> = db
        .all(
            "select id, subject_id, user_id, copied_username, copied_text, created_at, last_complaint_at
             from reports order by id",
            &[],
        )
        .await
        .expect("the reports");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        reports,
        [
            (31, 21, Some(11), text("old"), text("Spam"), 5, 7),
            (33, 13, Some(13), text("p13"), None, 6, 6),
            (34, 99, None, text("former"), text("Gone"), 4, 4),
        ]
    );
    let complaints: Vec<(i64, i64, Option<i64>, String)> =
        db.all("select id, report_id, reporter_id, reason from complaints order by id", &[]).await.expect("complaints");
    let expected = [(31, 31, 12, "Spam"), (32, 31, 13, "Rude"), (33, 33, 12, "Rude"), (34, 34, 13, "Gone")];
    assert_eq!(
        complaints,
        expected.map(|(id, report, reporter, reason)| (id, report, Some(reporter), reason.to_owned()))
    );
    // A complaint stays when its reporter leaves.
    db.run("delete from accounts where id = 12", &[]).await.expect("the account is deleted");
    let (count,): (i64,) =
        db.one("select count(*) from complaints where reporter_id is null", &[]).await.expect("a count");
    assert_eq!(count, 2);
    let broken: Vec<(String,)> = db.all("select \"table\" from pragma_foreign_key_check", &[]).await.expect("a check");
    assert_eq!(broken, []);
}
