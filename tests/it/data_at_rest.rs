//! What the server stores: no secret in the database, its files or the log, and no data of a deleted account.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{Db, Query, Sql};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::people::{LOGIN, REGISTER, Response};
use crate::support::pictures::png;
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Returns every row of every table as text.
async fn tables(db: &Db) -> BTreeMap<String, String> {
    let columns: Vec<(String, String)> = db
        .all(
            Sql {
                sqlite: "select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c on true
                         where t.type = 'table' and t.name not like 'sqlite_%'",
                postgres: "select cast(table_name as text), cast(column_name as text) from information_schema.columns
                           where table_schema = current_schema()",
            },
            &[],
        )
        .await
        .expect("the catalogue is read");
    let mut by_table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in columns {
        by_table.entry(table).or_default().push(column);
    }
    let mut rows = BTreeMap::new();
    for (table, columns) in by_table.into_iter().filter(|(table, _)| table != "_sqlx_migrations") {
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let sqlite = format!("select {} from \"{table}\"", quoted.join(" || '|' || "));
        let postgres = format!("select cast(t as text) from \"{table}\" t");
        let sql = Sql { sqlite: String::leak(sqlite), postgres: String::leak(postgres) };
        let found: Vec<(String,)> = db.all(sql, &[]).await.expect("the rows are read");
        rows.insert(table, found.into_iter().map(|(row,)| row).collect::<Vec<_>>().join("\n"));
    }
    rows
}

/// The log of the server, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn cookies(answer: &Response) -> Vec<String> {
    let headers = answer.headers.get_all("set-cookie").iter();
    let pairs = headers.filter_map(|header| header.to_str().ok()?.split(';').next()?.split_once('='));
    pairs.map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty()).collect()
}

fn session_tokens(answer: &Value) -> Vec<String> {
    ["accessToken", "refreshToken"]
        .iter()
        .filter_map(|name| answer["session"][name].as_str().map(str::to_owned))
        .collect()
}

/// Opens every kind of address that contains a secret, and returns the secrets.
async fn secret_addresses(campus: &Campus, ada: &Person) -> Vec<String> {
    let grace = campus.member("grace").await;
    let appointment = grace.teaches("Knots", &json!({})).await;
    let booking = ada.book(&appointment, "2026-11-23T09:00:00Z").await["id"].clone();
    let query = "query B($id: ID!) { booking(id: $id) { calendarUrl } }";
    let of_booking = ada.execute(query, json!({ "id": booking })).await.field("booking")["calendarUrl"].clone();
    let feed = ada.query("mutation { createCalendarFeed { url } }").await["createCalendarFeed"]["url"].clone();
    let picture = ada.upload_image(&png(64, 64)).await["full"].clone();
    let mut secrets = Vec::new();
    for url in [of_booking, feed, picture] {
        let url = url.as_str().expect("an address").to_owned();
        for known in [&url, &format!("{url}x")] {
            reqwest::get(known).await.expect("an answer");
        }
        let last = url.rsplit('/').next().unwrap_or_default().trim_end_matches(".ics");
        secrets.push(last.rsplit(['.', '=']).next().unwrap_or_default().to_owned());
    }
    assert!(secrets.iter().all(|secret| secret.len() > 20), "{secrets:?}");
    secrets
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[rstest]
#[tokio::test]
async fn a_secret_is_never_stored_or_logged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let log = Log::default();
    let filter = EnvFilter::new("studyhall=trace,sqlx=debug,info");
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let outbox = campus.app.config.outbox_dir();
    // A file in place of the directory prevents delivery, so the mails stay in their table.
    std::fs::remove_dir_all(&outbox).expect("the directory is empty");
    std::fs::write(&outbox, "").expect("a file in its place");

    let (new, wrong) = ("an even quieter attic", "a guess that is not right");
    let mut secrets: Vec<String> = [PASSWORD, new, wrong].map(str::to_owned).into();
    let anonymous = campus.anonymous();
    let input = json!({ "email": "ada@campus.example", "password": PASSWORD, "username": "ada" });
    let registered = anonymous.execute(REGISTER, json!({ "input": input })).await;
    secrets.extend(session_tokens(&registered.field("register")));
    let mut ada = campus.anonymous();
    ada.use_session(&registered.field("register"));
    anonymous.try_login("ada", wrong).await;
    for transport in ["TOKEN", "COOKIE"] {
        let input = json!({ "identifier": "ada", "password": PASSWORD, "transport": transport });
        let answer = anonymous.execute(LOGIN, json!({ "input": input })).await;
        secrets.extend(session_tokens(&answer.field("login")));
        secrets.extend(cookies(&answer));
    }
    let refresh = "mutation R($token: String!) {
        refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken } userErrors { code } }
    }";
    let refreshed = anonymous.execute(refresh, json!({ "token": ada.refresh_token })).await;
    secrets.extend(session_tokens(&refreshed.field("refreshSession")));
    let email = "mutation E($password: String!) {
        changeEmail(input: { newEmail: \"new@campus.example\", password: $password }) { isRequested }
    }";
    ada.execute(email, json!({ "password": PASSWORD })).await.data();
    anonymous
        .query("mutation { requestPasswordReset(input: { email: \"ada@campus.example\" }) { isRequested } }")
        .await;
    let change = "mutation C($current: String!, $new: String!) {
        changePassword(input: { currentPassword: $current, newPassword: $new }) { session { accessToken refreshToken } userErrors { code } }
    }";
    let waiting = tables(&campus.app.db).await;
    assert!(
        ["ConfirmEmail", "ConfirmNewEmail", "ResetPassword"]
            .iter()
            .all(|kind| { waiting["outbox"].to_lowercase().replace('_', "").contains(&kind.to_lowercase()) }),
        "{}",
        waiting["outbox"]
    );
    let pages = ["studyhall.sqlite", "studyhall.sqlite-wal"];
    let files: Vec<u8> =
        pages.iter().filter_map(|page| std::fs::read(campus.app.config.data_dir.join(page)).ok()).flatten().collect();
    assert_eq!(files.is_empty(), engine == Engine::Postgres);

    // Each of the three was tried once and waits for a retry; the worker has leased none of them.
    let mut tally = campus.app.mail.tally();
    tally.wait_for(|tally| tally.failed == 3).await.expect("the mail worker runs");
    // Now the mails are delivered, with the tokens that the database did not contain.
    std::fs::remove_file(&outbox).expect("the file is removed");
    std::fs::create_dir(&outbox).expect("the directory is created");
    campus.advance(Duration::from_mins(2));
    campus.app.mail.wake();
    for (address, count) in [("new@campus.example", 1), ("ada@campus.example", 2)] {
        let letters = campus.letters_to(address, count).await;
        let lines = letters.iter().flat_map(|letter| letter.lines().map(str::trim));
        let is_token =
            |line: &&str| line.len() == 43 && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let tokens: Vec<String> = lines.filter(is_token).map(str::to_owned).collect();
        assert_eq!(tokens.len(), count);
        secrets.extend(tokens);
    }
    let changed = ada.execute(change, json!({ "current": PASSWORD, "new": new })).await;
    secrets.extend(session_tokens(&changed.field("changePassword")));
    let key_file = std::fs::read(campus.app.config.keys_file()).expect("the key file");
    let key_file: Value = serde_json::from_slice(&key_file).expect("JSON");
    for secret in [&key_file["derivation"], &key_file["keys"][0]["secret"]] {
        secrets.push(secret.as_str().expect("a secret").to_owned());
    }
    assert!(secrets.len() >= 18, "{}", secrets.len());

    let after = tables(&campus.app.db).await;
    let logged = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    assert!(logged.contains("could not be sent"), "the log is captured");
    let debug_output = format!("{:?} {:?}", campus.app, campus.app.config);
    let files = String::from_utf8_lossy(&files).into_owned();
    for secret in &secrets {
        let raw = hex(secret.as_bytes());
        for (table, rows) in waiting.iter().chain(&after) {
            let is_stored = rows.contains(secret) || rows.to_lowercase().contains(&raw);
            assert!(!is_stored, "{table} contains {secret}");
        }
        assert!(!files.contains(secret), "a file contains {secret}");
        assert!(!logged.contains(secret), "the log contains {secret}");
        assert!(!debug_output.contains(secret), "Debug prints {secret}");
    }
    for private in ["ada@campus.example", "new@campus.example"] {
        assert!(!logged.contains(private), "the log contains {private}");
    }
}

#[rstest]
#[tokio::test]
async fn an_address_that_contains_a_secret_is_never_logged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let log = Log::default();
    let filter = EnvFilter::new("studyhall=trace,debug");
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let secrets = secret_addresses(&campus, &ada).await;
    let logged = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    for route in ["/calendar", "/media"] {
        assert!(logged.contains(route), "requests of {route} are logged");
    }
    for secret in &secrets {
        assert!(!logged.contains(secret), "the log contains {secret}");
    }
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_leaves_no_data(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    let input = json!({
        "email": "ada.byron@campus.example", "password": PASSWORD, "username": "Lovelace", "firstName": "Augusta",
        "lastName": "Kingstone", "fieldOfStudy": "Notation", "skills": ["Weaving"], "studentNumber": "s-1815",
        "deviceName": "The Loom",
    });
    let registered = anonymous.execute(REGISTER, json!({ "input": input })).await;
    let mut ada = campus.anonymous();
    ada.use_session(&registered.field("register"));
    let (id,): (i64,) = campus.app.db.one("select id from accounts", &[]).await.expect("an account");

    // Every kind of row that an account can have.
    for identifier in ["Lovelace", "ada.byron@campus.example"] {
        anonymous.try_login(identifier, "not the password").await;
        anonymous.try_login(identifier, PASSWORD).await;
        anonymous.try_login(identifier, "not the password").await;
    }
    let known = anonymous.try_login("Lovelace", PASSWORD).await;
    let device = cookies(&known).pop().expect("a device cookie");
    let wrong = json!({ "identifier": "Lovelace", "password": "not the password" });
    let request = anonymous.request(reqwest::Method::POST, "/graphql").header("cookie", campus.device_cookie(&device));
    crate::support::Person::send(request.json(&json!({ "query": LOGIN, "variables": { "input": wrong } }))).await;
    anonymous
        .query("mutation { requestPasswordReset(input: { email: \"ada.byron@campus.example\" }) { isRequested } }")
        .await;
    ada.query("mutation { resendEmailConfirmation { isRequested } }").await;
    let email = "mutation E($password: String!) {
        changeEmail(input: { newEmail: \"countess@campus.example\", password: $password }) { isRequested }
    }";
    ada.execute(email, json!({ "password": PASSWORD })).await.data();
    let token = campus.mailed_token("countess@campus.example", 1).await;
    let confirm = "mutation C($token: String!) { confirmEmail(input: { token: $token }) { isConfirmed } }";
    anonymous.execute(confirm, json!({ "token": token })).await.data();
    ada.query("mutation { changeUsername(input: { username: \"Countess\" }) { userErrors { code } } }").await;

    let grace = campus.member("grace").await;
    let hers = grace.teaches("Sails", &json!({})).await;
    let topic = ada.create_topic("Knots").await;
    let own = ada.create_appointment(&topic, &json!({ "description": "Bring crinoline." })).await;
    grace.book(&own, "2026-11-30T09:00:00Z").await;
    let book = "mutation B($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code } } }";
    let input = json!({
        "appointmentId": hers, "startsAt": "2026-11-23T09:00:00Z", "question": "And whalebone?", "clientKey": "bobbin",
    });
    ada.execute(book, json!({ "input": input })).await.data();
    ada.query("mutation { createCalendarFeed { url } }").await;

    let personal_data = [
        "crinoline",
        "whalebone",
        "bobbin",
        "ada.byron",
        "countess@",
        "augusta",
        "kingstone",
        "notation",
        "weaving",
        "s-1815",
        "the loom",
    ];
    let (id, names) = (id.to_string(), ["lovelace", "countess"]);
    let before: String = tables(&campus.app.db).await.into_values().collect::<Vec<_>>().join("\n").to_lowercase();
    assert!(personal_data.iter().all(|text| before.contains(text)) && before.contains(&id), "{before}");

    let delete = "mutation D($password: String!) { deleteAccount(input: { password: $password }) { isDeleted userErrors { code } } }";
    let deleted = ada.execute(delete, json!({ "password": PASSWORD })).await;
    assert_eq!(deleted.field("deleteAccount")["isDeleted"], json!(true));
    // The last mail is still being sent. Its row is deleted after that.
    let mut tally = campus.app.mail.tally();
    loop {
        let rows = tables(&campus.app.db).await;
        if rows["outbox"].is_empty() {
            break;
        }
        tally.changed().await.expect("the mail worker runs");
    }
    // That the user is offline is an event, which is kept for ten minutes.
    campus.advance(Duration::from_mins(11));
    while tables(&campus.app.db).await["feed_events"].contains(&id) {}
    for (table, rows) in tables(&campus.app.db).await {
        let rows = rows.to_lowercase();
        for text in personal_data {
            assert!(!rows.contains(text), "{table} contains {text}: {rows}");
        }
        assert!(!rows.contains(&id), "{table} contains the id: {rows}");
        let is_kept = table == "retired_usernames";
        assert!(is_kept || names.iter().all(|name| !rows.contains(name)), "{table} contains the name: {rows}");
    }
    campus.app.close().await;
    if engine == Engine::Sqlite {
        let file = std::fs::read(campus.app.config.data_dir.join("studyhall.sqlite")).expect("the database file");
        let file = String::from_utf8_lossy(&file).to_lowercase();
        for text in personal_data {
            assert!(!file.contains(text), "the file contains {text}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_database_error_is_printed_without_the_values_of_rows(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    campus.member("grace").await;
    let sql = "update accounts set email_fold = 'ada@campus.example' where email_fold = 'grace@campus.example'";
    let taken = campus.app.db.run(sql, &[]).await.expect_err("the address is taken");
    let cast = Sql { sqlite: "select json('grace@campus')", postgres: "select cast('grace@campus' as json)" };
    let malformed = campus.app.db.run(cast, &[]).await.expect_err("it is not JSON");
    for error in [taken, malformed] {
        let rule_error = studyhall::error::Error::internal(error);
        for printed in [format!("{rule_error:?}"), rule_error.for_operator()] {
            assert!(printed.contains("database: "), "{printed}");
            assert!(!printed.contains("ada@campus") && !printed.contains("grace@campus"), "{printed}");
        }
    }
}
