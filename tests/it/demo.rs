//! The demo campus.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler::rules::run_due;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::demo;

use crate::support::{Campus, Engine, Person};

/// Returns what a member sees of the campus, without what differs each time: ids, times, signed URLs, and the place of the
/// reminders among the notifications, because the scheduler sends them while the campus is filled.
async fn load_campus(campus: &Campus, filled: &demo::DemoCampus) -> (Person, Value) {
    // By itself the scheduler completes bookings some time later.
    run_due(&campus.app).await.expect("the scheduler runs");
    let mut person = campus.anonymous();
    let answer = person.try_login(&filled.username, demo::PASSWORD).await;
    person.use_session(&answer.field("login"));
    let mut seen = person
        .query(
            "{ searchUsers(filter: {}, first: 50) {
                 totalCount edges { node { username displayName fieldOfStudy skills about avatar { placeholder } } }
               }
               posts(first: 100) {
                 totalCount edges { node { text author { username } images { placeholder width } } }
               }
               discussed: posts(first: 3) { edges { node {
                 reactionGroups { emoji userCount } comments(first: 5) { nodes { text author { username } replyTo { text } } }
               } } }
               topics(first: 9) { edges { node { title mentorCount bookingCount image { width } } } }
               conversations(first: 5) { edges { node {
                 title unreadCount messages(last: 6) { edges { node {
                   text author { username } replyTo { text } mentions { username } files { name mediaType } reactionGroups { emoji userCount }
                 } } }
               } } }
               viewer { notifications(first: 50) { nodes { kind } } }
               mine: bookings(role: MENTOR, first: 9) { edges { node { status question files { name } student { username } } } }
               booked: bookings(role: STUDENT, first: 9) { edges { node { status topic { title } } } } }",
        )
        .await;
    let notifications = seen["viewer"]["notifications"]["nodes"].as_array_mut().expect("a list");
    notifications.retain(|notification| notification["kind"] != json!("REMINDER"));
    (person, seen)
}

#[rstest]
#[tokio::test]
async fn a_demo_campus_is_filled_once_and_is_the_same_for_the_same_seed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    assert!(!demo::has_accounts(&campus.app).await.expect("the database answers"));
    let filled = demo::fill(&campus.app, 12, 7).await.expect("an empty database");
    assert_eq!((filled.members, filled.posts), (12, 24));
    let (person, seen) = load_campus(&campus, &filled).await;
    assert_eq!((&seen["searchUsers"]["totalCount"], &seen["posts"]["totalCount"]), (&json!(11), &json!(24)));
    let posts = seen["posts"]["edges"].as_array().expect("posts");
    assert!(posts.iter().any(|post| post["node"]["images"][0]["width"] == json!(480)));
    let people = seen["searchUsers"]["edges"].as_array().expect("people");
    assert!(people.iter().all(|person| person["node"]["avatar"]["placeholder"].is_string()));
    // There are topics, bookings and conversations, and no mail to the addresses, which do not exist.
    let count = |list: &str| seen[list]["edges"].as_array().expect("a list").len();
    assert_eq!([count("topics"), count("mine"), count("booked")], [5, 2, 2]);
    let conversations = seen["conversations"]["edges"].as_array().expect("conversations");
    let unread = conversations.iter().filter(|edge| edge["node"]["unreadCount"] != json!(0)).count();
    assert_eq!((conversations.len(), unread), (4, 2));
    // There are a group, comments, replies, mentions, files, reactions, and notifications of them.
    let all = seen.to_string();
    for present in
        ["Analysis on Thursdays", "Count me in.", "\u{2764}\u{fe0f}", "REACTION", "REPLY", "Exercise 7, my attempt.pdf"]
    {
        assert!(all.contains(present), "{present} is missing");
    }
    let messages = |field: &str| {
        let lists = conversations.iter().filter_map(|edge| edge["node"]["messages"]["edges"].as_array());
        lists
            .flatten()
            .filter(|edge| !matches!(&edge["node"][field], Value::Null) && edge["node"][field] != json!([]))
            .count()
    };
    assert_eq!(["replyTo", "mentions", "files", "reactionGroups"].map(messages), [2, 1, 1, 5]);
    // Reminders and digests of the campus are mailed from now on.
    let earlier = "select count(*) from outbox where created_at < $1";
    let mails = campus.app.db.one::<(i64,)>(earlier, &[&campus.app.clock.now()]).await.expect("the database answers");
    assert_eq!(mails, (0,));
    let posts = person.query("{ posts(first: 100) { edges { node { publishedAt } } } }").await;
    let published_at: Vec<String> = posts["posts"]["edges"]
        .as_array()
        .expect("posts")
        .iter()
        .map(|edge| edge["node"]["publishedAt"].as_str().expect("an instant").to_owned())
        .collect();
    assert!(published_at.is_sorted_by(|later, earlier| later >= earlier), "newest first");

    assert_eq!(
        demo::find_login(&campus.app, 7).await.expect("the database answers").as_deref(),
        Some(&*filled.username)
    );
    assert_eq!(
        demo::find_login(&campus.app, 8).await.expect("the database answers"),
        None,
        "another seed has other members"
    );
    let again = demo::fill(&campus.app, 12, 7).await.expect_err("the database is not empty");
    assert!(again.for_operator().contains("not empty"));
    let other = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let filled = demo::fill(&other.app, 12, 7).await.expect("an empty database");
    assert_eq!(load_campus(&other, &filled).await.1, seen);
}

/// The next free slots depend on the weekday and the hour, and across two time zones on the season.
#[rstest]
#[case::a_mentor_is_a_student_at_the_same_hour("2026-11-30T14:40:00Z")]
#[case::only_one_zone_has_changed_to_summer_time("2027-03-15T18:00:00Z")]
#[tokio::test]
async fn every_booking_finds_a_slot_at_any_date(#[case] started_at: jiff::Timestamp) {
    let campus = Campus::start_with(Engine::Sqlite, &["--rate-limits=off"]).await;
    campus.app.clock.set(Timestamp(started_at.as_microsecond()));
    demo::fill(&campus.app, 8, 7).await.expect("the campus is filled");
    let bookings = campus.app.db.one::<(i64,)>("select count(*) from bookings", &[]).await.expect("a count");
    assert_eq!(bookings, (6,));
}
