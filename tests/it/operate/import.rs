//! `studyhall import`, with files as the old systems leave them.

use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Finished, command, run};
use crate::crash;
use crate::support::pictures::png;
use crate::support::{Engine, Person};

/// Of werkzeug, for `old secret`.
const SCRYPT: &str = "scrypt:32768:8:1$4NlOhzOVZhBKUVuZ$83dbcf7bf4805d86ffcb161d7f7baed09e4db574a3e0651ca65a59cca664c25ee4bfeeb836ee1f58afe928ca76523769e1fcd9f12e0be73cdbc90fb5e6504c4b";
const PBKDF2: &str =
    "pbkdf2:sha256:1000$4NlOhzOVZhBKUVuZ$9f1b03aae9087c15bc691883c3e84b8d05ed8636ab345fa54c1c42b44f7991b4";
/// Of bcrypt, for the same password.
const BCRYPT: &str = "$2b$04$MA4BMz7O3HY6cjf46z2j/edKKfWmMF7BqBNZ1l7/FAqvB6PMGsY9G";

const OLD_PASSWORD: &str = "old secret";

struct Place {
    dir: TempDir,
    database: String,
}

impl Place {
    async fn new(engine: Engine) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let database = engine.create_database(dir.path()).await;
        Self { dir, database }
    }

    fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, contents).expect("the file is written");
        path
    }

    async fn import(&self, file: &Path, more: &[&str]) -> Finished {
        let file = file.display().to_string();
        let words = ["import", &file, "--json"].into_iter().chain(more.iter().copied());
        run(command(words, self.dir.path(), &self.database)).await
    }
}

/// Returns the counts of a table: taken, merged, present, refused.
fn counts(finished: &Finished, table: &str) -> [u64; 4] {
    let result: Value = serde_json::from_str(&finished.output).unwrap_or_else(|_| panic!("{finished:?}"));
    let table = &result["tables"][table];
    ["taken", "merged", "present", "refused"].map(|name| table[name].as_u64().unwrap_or_else(|| panic!("{result}")))
}

fn reason(finished: &Finished, table: &str, key: &str) -> String {
    let result: Value = serde_json::from_str(&finished.output).expect("JSON");
    let rows = result["rows"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["table"] == table && row["key"] == key);
    row.unwrap_or_else(|| panic!("no line about {table} {key}: {result}"))["reason"]
        .as_str()
        .expect("a reason")
        .to_owned()
}

async fn sign_in(address: std::net::SocketAddr, identifier: &str) -> Person {
    let mut person = Person::new(address);
    person.use_session(&person.try_login(identifier, OLD_PASSWORD).await.field("login"));
    person
}

/// The student network, with its French or its English names.
fn network(place: &Place, name: &str, is_french: bool) -> PathBuf {
    let path = place.dir.path().join(name);
    let (users, first, last, password, field, skills) = if is_french {
        ("utilisateurs", "prenom", "nom", "mot_de_passe", "filiere", "competences")
    } else {
        ("users", "first_name", "last_name", "password", "field_of_study", "skills")
    };
    rusqlite::Connection::open(&path)
        .expect("a file")
        .execute_batch(&format!(
            "create table {users} (id integer primary key, {last} text, {first} text, email text, {password} text,
                                   {field} text, {skills} text, photo text);
             create table posts (id integer primary key, content text, created_at text, user_id integer);
             create table messages (id integer primary key, content text, created_at text, sender_id integer,
                                    receiver_id integer);
             insert into {users} values
                (1, 'Hopper', 'Grace', 'grace@campus.example', '{SCRYPT}', 'Mathematics', 'COBOL, compilers,cobol', 'g.png'),
                (2, 'Lovelace', 'Ada', 'ada@campus.example', '{PBKDF2}', null, '', null),
                (3, 'Nobody', 'Nemo', 'no address', 'x', null, null, null),
                (4, 'Hopper', 'Grace', 'other.grace@campus.example', 'plain', null, null, null);
             insert into posts values (1, 'Hello campus', '2023-05-01 10:00:00.123456', 1), (2, '', '2023-05-02', 1),
                                      (3, 'of a stranger', '2023-05-03', 77);
             insert into messages values (1, 'Dear Grace', '2023-05-02 08:00:00', 2, 1),
                                         (2, 'Dear Ada', '2023-05-02 09:00:00', 1, 2),
                                         (3, 'to myself', '2023-05-02 09:00:00', 1, 1);"
        ))
        .expect("the tables are filled");
    path
}

#[rstest]
#[tokio::test]
async fn the_student_network_is_imported_once_however_often_it_is_tried(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] is_french: bool,
) {
    let place = Place::new(engine).await;
    let file = network(&place, "network.sqlite", is_french);
    let first = place.import(&file, &[]).await;
    assert_eq!(first.code, Some(1), "{first:?}");
    assert_eq!(counts(&first, "members"), [3, 0, 0, 1]);
    assert_eq!(counts(&first, "posts"), [1, 0, 0, 2]);
    assert_eq!(counts(&first, "messages"), [2, 0, 0, 1]);
    assert!(reason(&first, "posts", "3").contains("author was not imported"));
    assert!(reason(&first, "members", "4").contains("no supported format"));
    let again = place.import(&file, &[]).await;
    assert_eq!(counts(&again, "members"), [0, 0, 3, 1]);
    assert_eq!(counts(&again, "posts"), [0, 0, 1, 2]);
    assert_eq!(counts(&again, "messages"), [0, 0, 2, 1]);
    // No mail waits.
    let db = studyhall::db::Db::open(&place.database.clone().into(), 1).await.expect("the database opens");
    let (letters,): (i64,) = studyhall::db::Query::one(&db, "select count(*) from outbox", &[]).await.expect("a count");
    assert_eq!(letters, 0);
    db.close().await;

    let (_server, address) = crash::start(place.dir.path(), &place.database).await;
    // The old password works, and is stored as Argon2id from then on.
    let grace = sign_in(address, "grace@campus.example").await;
    let ada = sign_in(address, "ada@campus.example").await;
    let viewer = grace.query("{ viewer { user { username firstName fieldOfStudy skills } unreadCount } }").await;
    assert_eq!(
        viewer["viewer"],
        json!({ "user": { "username": "grace.hopper", "firstName": "Grace", "fieldOfStudy": "Mathematics",
                          "skills": ["COBOL", "compilers"] }, "unreadCount": 1 })
    );
    let post = "{ posts(last: 5) { nodes { text publishedAt author { username } } } }";
    assert_eq!(
        ada.query(post).await["posts"]["nodes"],
        json!([{ "text": "Hello campus", "publishedAt": "2023-05-01T10:00:00.123Z", "author": { "username": "grace.hopper" } }])
    );
    let letters = "{ conversations(first: 5) { nodes { messages(last: 5) { nodes { text } } } } }";
    assert_eq!(
        ada.query(letters).await["conversations"]["nodes"],
        json!([{ "messages": { "nodes": [{ "text": "Dear Grace" }, { "text": "Dear Ada" }] } }])
    );
    let hash = || {
        let path = place.dir.path().join("studyhall.sqlite");
        let sql = "select password_hash from accounts where email = 'grace@campus.example'";
        rusqlite::Connection::open(path)
            .expect("a file")
            .query_row(sql, [], |row| row.get::<_, String>(0))
            .expect("a hash")
    };
    if engine == Engine::Sqlite {
        while !hash().starts_with("$argon2id$") {
            tokio::task::yield_now().await;
        }
    }
    sign_in(address, "grace.hopper").await;
}

#[rstest]
#[tokio::test]
async fn the_mentoring_platform_is_imported_without_what_overlaps(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let place = Place::new(engine).await;
    let dump = format!(
        "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\n\
         CREATE TABLE public.users (id integer NOT NULL, name text, email text, year integer, student_id text, \
           password text, access_token text, userbio text, image text);\n\
         COPY public.users (id, name, email, year, student_id, password, access_token, userbio, image) FROM stdin;\n\
         1\tGrace Hopper\tgrace@campus.example\t4\tS-1\t{BCRYPT}\tsecret-token\tI teach\\nCOBOL\t/img/1.png\n\
         2\tAda Lovelace\tada@campus.example\t1\t\\N\t{BCRYPT}\t\\N\t\\N\t\\N\n\
         3\tEmmy Noether\temmy@campus.example\t2\t\\N\t{BCRYPT}\t\\N\t\\N\t\\N\n\\.\n\n\
         COPY public.topics (id, img, topic, tas, booked) FROM stdin;\n\
         1\tx.png\tCompilers\t[1]\t0\n2\tx.png\tAlgebra\t[3]\t0\n3\t\\N\tUntaught\t\\N\t0\n\\.\n\n\
         COPY public.appointments (id, topic_id, ta_id, date, timeslots) FROM stdin;\n\
         1\t1\t1\t[\"Monday\"]\t{{\"Monday\": [{{\"from\": \"9:00 AM\", \"to\": \"9:30 AM\"}}, \
         {{\"from\": \"09:30 AM\", \"to\": \"10:00 AM\"}}, {{\"from\": \"noon\", \"to\": \"1:00 PM\"}}]}}\n\
         2\t2\t3\t[\"Monday\"]\t{{\"Monday\": [{{\"from\": \"09:00 AM\", \"to\": \"10:00 AM\"}}]}}\n\\.\n\n\
         COPY public.bookings (id, topic_id, student_id, ta_id, status, date, timeslot) FROM stdin;\n\
         1\t1\t2\t1\tCOMPLETED\t2024-03-04\t{{\"from\": \"9:00 AM\", \"to\": \"9:30 AM\"}}\n\
         2\t1\t3\t1\tCOMPLETED\t2024-03-04\t{{\"from\": \"09:00 AM\", \"to\": \"9:30 AM\"}}\n\
         3\t2\t2\t3\tCOMPLETED\t2024-03-04\t{{\"from\": \"9:00 AM\", \"to\": \"10:00 AM\"}}\n\
         4\t1\t2\t1\tPENDING\t2024-03-04\t{{\"from\": \"3:00 PM\", \"to\": \"3:30 PM\"}}\n\
         5\t1\t3\t1\tPENDING\t2024-03-11\t{{\"from\": \"9:30 AM\", \"to\": \"10:00 AM\"}}\n\\.\n\n\
         COPY public.messages (id, from_user_id, to_user_id, message, \"timestamp\", status, type) FROM stdin;\n\
         1\t2\t1\tSee you on Monday\t2024-03-01 12:00:00\tread\ttext\n\
         2\t2\t1\t/uploads/1.png\t2024-03-01 12:01:00\tsent\timage\n\\.\n"
    );
    let file = place.file("mentoring.sql", dump);
    let without_zone = place.import(&file, &[]).await;
    assert!(without_zone.failure(2).contains("--time-zone"));
    let zone = ["--time-zone", "Europe/Paris"];
    let first = place.import(&file, &zone).await;
    assert_eq!(first.code, Some(1), "{first:?}");
    assert_eq!(counts(&first, "members"), [3, 0, 0, 0]);
    assert_eq!(counts(&first, "topics"), [2, 0, 0, 1], "{}", first.output);
    assert_eq!(counts(&first, "appointments"), [2, 0, 0, 0], "{}", first.output);
    assert_eq!(counts(&first, "bookings"), [2, 0, 0, 3], "{}", first.output);
    assert_eq!(counts(&first, "messages"), [1, 0, 0, 1]);
    assert!(reason(&first, "appointments", "1").contains("noon"));
    assert!(reason(&first, "bookings", "2").contains("no longer available"));
    assert!(reason(&first, "bookings", "3").contains("another booking at this time"));
    assert!(reason(&first, "bookings", "4").contains("No slot starts at this time"));
    let again = place.import(&file, &zone).await;
    assert_eq!(counts(&again, "bookings"), [0, 0, 2, 3], "{}", again.output);
    assert_eq!(counts(&again, "appointments"), [0, 0, 2, 0]);

    let (_server, address) = crash::start(place.dir.path(), &place.database).await;
    let grace = sign_in(address, "grace@campus.example").await;
    let bookings = "{ bookings(first: 5) { nodes { startsAt status } } }";
    let bookings = grace.query(bookings).await["bookings"]["nodes"].clone();
    let starts: Vec<&str> =
        bookings.as_array().expect("a list").iter().filter_map(|one| one["startsAt"].as_str()).collect();
    // Nine o'clock in Paris.
    assert_eq!(starts, ["2024-03-11T08:30:00.000Z", "2024-03-04T08:00:00.000Z"], "{bookings}");
    assert!(bookings.as_array().expect("a list").iter().all(|booking| booking["status"] == "COMPLETED"), "{bookings}");
}

#[rstest]
#[tokio::test]
async fn the_old_lobby_is_imported_under_its_pseudonyms(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new(engine).await;
    let path = place.dir.path().join("lobby.db");
    rusqlite::Connection::open(&path)
        .expect("a file")
        .execute_batch(
            "create table users (id integer primary key, pseudonym text, connected_at text, is_connected integer);
             create table messages (id integer primary key, sender_id integer, content text, timestamp text);
             insert into users values (1, 'owl', '2022-01-01', 0), (2, null, null, 1);
             insert into messages values (1, 1, 'second', '2022-01-01 10:01:00'), (2, 1, 'first', '2022-01-01 10:00:00'),
                                         (3, 2, 'nameless', '2022-01-01 10:02:00'), (4, 1, '   ', '2022-01-01 10:03:00');",
        )
        .expect("the tables are filled");
    let first = place.import(&path, &[]).await;
    assert_eq!(counts(&first, "messages"), [2, 0, 0, 2], "{}", first.output);
    assert_eq!(counts(&place.import(&path, &[]).await, "messages"), [0, 0, 2, 2]);
    let (_server, address) = crash::start(place.dir.path(), &place.database).await;
    let ada = Person::new(address).register("ada").await;
    let room = "{ lobby { messages(last: 5) { nodes { text sentAt } } } }";
    assert_eq!(
        ada.query(room).await["lobby"]["messages"]["nodes"],
        json!([{ "text": "first", "sentAt": "2022-01-01T10:00:00.000Z" }, { "text": "second", "sentAt": "2022-01-01T10:01:00.000Z" }])
    );
}

#[rstest]
#[tokio::test]
async fn the_account_service_completes_accounts_that_exist(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new(engine).await;
    let people = place.file(
        "people.csv",
        "email;username;first_name;last_name;year\nada@campus.example;ada;Ada;Lovelace;1\nbroken;x;y;z;1\n",
    );
    let imported = place.import(&people, &["--confirmed-addresses"]).await;
    assert_eq!(counts(&imported, "members"), [1, 0, 0, 1], "{}", imported.output);
    let image: String = png(40, 30).iter().map(|byte| format!("{byte:02X}")).collect();
    let dump = format!(
        "-- MySQL dump 10.13  Distrib 8.0\n/*!40101 SET NAMES utf8mb4 */;\n\
         CREATE TABLE `user` (`id` bigint NOT NULL AUTO_INCREMENT, `username` varchar(50), `email` varchar(99), \
           `last_name` varchar(50), `first_name` varchar(50), `password` varchar(60), PRIMARY KEY (`id`)) ENGINE=InnoDB;\n\
         INSERT INTO `user` VALUES (1,'ada_l','ada@campus.example','Byron','Augusta','{BCRYPT}'),\
           (2,'o\\'neil','neil@campus.example','O\\'Neil','N/A','{BCRYPT}');\n\
         CREATE TABLE `session` (`id` int, `token` text);\nINSERT INTO `session` VALUES (1,'secret');\n\
         CREATE TABLE `profile_card` (`id` int, `user_id` bigint, `occupation` text, `homeaddress` text, `country` text, \
           `county` text, `image` longblob);\n\
         INSERT INTO `profile_card` VALUES (1,1,'Analyst','N/A','United Kingdom','Surrey',0x{image}),\
           (2,1,'Other','','','',NULL),(3,2,'n/a','todo','-','',NULL),(4,9,'x','x','x','x',NULL);\n\
         CREATE TABLE `social_links` (`id` int, `user_id` bigint, `linkedin` text, `facebook` text, `github` text, \
           `instagram` text, `twitter` text, `youtube` text, `description` text);\n\
         INSERT INTO `social_links` VALUES (1,1,'https://linkedin.com/in/ada','https://evil.example/','github.com/ada',\
           NULL,'','','Numbers');\n"
    );
    let file = place.file("accounts.sql", dump);
    let first = place.import(&file, &[]).await;
    assert_eq!(counts(&first, "members"), [1, 1, 0, 0], "{}", first.output);
    assert_eq!(counts(&first, "cards"), [0, 2, 0, 2], "{}", first.output);
    assert_eq!(counts(&first, "links"), [0, 1, 0, 0], "{}", first.output);
    assert!(reason(&first, "cards", "3").contains("placeholders"));
    assert!(reason(&first, "links", "1").contains("facebook"));
    assert_eq!(counts(&place.import(&file, &[]).await, "members"), [0, 0, 2, 0]);

    let (_server, address) = crash::start(place.dir.path(), &place.database).await;
    let neil = sign_in(address, "neil@campus.example").await;
    assert_eq!(
        neil.query("{ viewer { user { username lastName firstName } } }").await["viewer"]["user"],
        json!({ "username": "o.neil", "lastName": "O'Neil", "firstName": null })
    );
    let ada = "{ user(by: { username: \"ada\" }) { firstName avatar { width } socialLinks { linkedin facebook github description }
                 contact { occupation country county } } }";
    assert_eq!(
        neil.query(ada).await["user"],
        json!({ "firstName": "Ada", "avatar": { "width": 40 },
                "socialLinks": { "linkedin": "https://linkedin.com/in/ada", "facebook": null, "github": "https://github.com/ada",
                           "description": "Numbers" },
                "contact": { "occupation": "Analyst", "country": "United Kingdom", "county": "Surrey" } })
    );
    // The owner of an account that was imported without a password asks for a link.
    let wrong = Person::new(address).try_login("ada", OLD_PASSWORD).await;
    assert_eq!(wrong.refusals("login"), ["CREDENTIALS_WRONG"]);
}

#[tokio::test]
async fn a_file_that_is_no_dump_is_refused() {
    let place = Place::new(Engine::Sqlite).await;
    for (name, contents) in [
        ("nothing.sql", &b""[..]),
        ("text.sql", b"Dear diary"),
        ("custom.dump", b"PGDMP\x01\x02"),
        ("half.sql", b"CREATE TABLE users (id int); INSERT INTO users VALUES ('a"),
        ("other.sql", b"CREATE TABLE shoes (id int);\nINSERT INTO shoes VALUES (1);"),
    ] {
        let file = place.file(name, contents);
        let refused = place.import(&file, &[]).await;
        assert!(refused.failure(2).contains(name), "{refused:?}");
    }
    let missing = place.import(&place.dir.path().join("missing.sql"), &[]).await;
    assert!(missing.failure(2).contains("cannot be read"));
}
