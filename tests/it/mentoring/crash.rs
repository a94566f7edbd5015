//! The program is killed while it sends reminders: each reminder event occurs once, cancelled bookings have none, and
//! every letter has one Message-ID.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{Db, Query};

use crate::crash::start;
use crate::support::database::random_u64;
use crate::support::{Campus, Engine, Person, Socket};

const STUDENTS: usize = 6;
const BOOKINGS: usize = 60;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

const REMINDED: &str = "subscription Reminded($after: String) { inboxChanged(after: $after) {
    ... on BookingChanged { cursor change }
    ... on BookingReminder { cursor booking { id } }
} }";

fn in_days(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).to_string()
}

/// Books sessions that start in two days, cancels one and moves one to another week. Returns the others.
async fn book_all(ada: &Person, students: &[Person]) -> BTreeSet<String> {
    let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let hours = weekdays.map(|weekday| json!({ "weekday": weekday, "from": "00:00", "to": "23:00" }));
    let more = json!({ "sessionMinutes": 5, "maxBookingsPerStudentPerDay": 50, "weeklyHours": hours });
    let appointment = ada.teaches("Knots", &more).await;
    let near = ada.slots(&appointment, &in_days(2), &in_days(4)).await;
    let far = ada.slots(&appointment, &in_days(20), &in_days(22)).await;
    let instant = |slot: &Value| slot["startsAt"].as_str().expect("an instant").to_owned();
    let mut booked = Vec::new();
    for (number, slot) in near.iter().take(BOOKINGS).enumerate() {
        booked.push(students[number % STUDENTS].book(&appointment, &instant(slot)).await["id"].clone());
    }
    ada.cancel(&booked.pop().expect("a booking")).await.data();
    let moved = ada.reschedule(&booked.pop().expect("a booking"), &instant(&far[0])).await;
    assert_eq!(moved.field("rescheduleBooking")["userErrors"], json!([]));
    booked.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
}

/// Returns the Message-IDs of the reminders in an outbox directory.
fn reminders_in(outbox: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(outbox).expect("the outbox");
    let letters = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
    let letters = letters.filter(|letter| letter.contains("Subject: Your session starts soon"));
    let message_id = |letter: String| Some(letter.lines().find(|line| line.starts_with("Message-ID:"))?.to_owned());
    letters.map(|letter| message_id(letter).expect("every letter has one")).collect()
}

#[rstest]
#[tokio::test]
async fn reminders_occur_once_although_the_program_is_killed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_database(dir.path()).await;
    let (mut child, address) = start(dir.path(), &database).await;
    let mut ada = Person::new(address).register("ada").await;
    let mut students = Vec::new();
    for number in 0..STUDENTS {
        students.push(Person::new(address).register(&format!("student{number}")).await);
    }
    let booked = book_all(&ada, &students).await;
    let after = ada.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    child.kill().await.expect("it is killed");

    // The clock of a separate process cannot be moved. So the reminders become due three days earlier: now.
    let db = Db::open(&database.clone().into(), 2).await.expect("the database opens");
    // Only confirmed addresses receive reminders.
    db.run("update accounts set email_confirmed_at = created_at", &[]).await.expect("the addresses are confirmed");
    let soon = Timestamp::now().as_microsecond() + 10 * DAY;
    let sql = "update booking_reminders set due_at = due_at - $1 where due_at < $2";
    let due = db.run(sql, &[&(3 * DAY), &soon]).await.expect("time passes");
    assert_eq!(usize::try_from(due), Ok(2 * booked.len()));

    let left = async || {
        let sql = "select count(*) from booking_reminders where due_at < $1";
        let (left,): (i64,) = db.one(sql, &[&soon]).await.expect("the rows are counted");
        usize::try_from(left).expect("a count")
    };
    // It is killed as soon as it has sent a few more.
    let mut kills = 0;
    while left().await > 0 {
        let target = left().await.saturating_sub(1 + usize::try_from(random_u64() % 20).expect("a small number"));
        let (mut child, _) = start(dir.path(), &database).await;
        while left().await > target {
            tokio::task::yield_now().await;
        }
        child.kill().await.expect("it is killed");
        kills += i32::from(left().await > 0);
    }
    assert!(kills > 0, "the program was killed before it had sent all reminders");
    let (mut child, address) = start(dir.path(), &database).await;
    ada.address = address;
    let mut socket = Socket::subscribed(&ada, REMINDED, json!({ "after": after })).await;
    let mut received = Vec::new();
    while received.len() < booked.len() {
        let event = socket.next().await["inboxChanged"].clone();
        received.extend(event["booking"]["id"].as_str().map(str::to_owned));
    }
    child.kill().await.expect("it is killed");
    received.sort();
    assert!(
        received.iter().eq(&booked),
        "of the two reminders of a booking that are late the nearer one, and no others"
    );
    let events: Vec<(i64,)> = db
        .all("select count(*) from feed_events where kind = 'booking_reminder' group by feed, subject, detail", &[])
        .await
        .expect("the rows are counted");
    assert_eq!(events, vec![(1,); 2 * booked.len()], "one reminder for two users");
    let (left,): (i64,) = db.one("select count(*) from booking_reminders", &[]).await.expect("the rows are counted");
    assert_eq!(left, 2, "those of the booking that was moved");

    // The claims of the killed program expire after two minutes. Here they expire at once.
    db.run("update outbox set due_at = 0", &[]).await.expect("time passes");
    let other = Campus::start_on(&database).await;
    let mut tally = other.app.mail.tally();
    while db.one::<(i64,)>("select count(*) from outbox", &[]).await.expect("the rows are counted").0 > 0 {
        tally.changed().await.expect("the mail worker runs");
    }
    let mut letters = reminders_in(&dir.path().join("outbox"));
    letters.extend(reminders_in(&other.app.config.outbox_dir()));
    assert_eq!(letters.len(), 2 * booked.len());
    other.stop().await;
}
