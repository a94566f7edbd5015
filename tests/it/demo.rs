//! The demo campus.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;
use studyhall::demo;

use crate::support::{Campus, Engine, Person};

/// What a member sees of the campus, without what is new each time: ids, instants, signed addresses.
async fn look(campus: &Campus, filled: &demo::Campus) -> (Person, Value) {
    let mut person = campus.anonymous();
    let answer = person.try_login(&filled.username, demo::PASSWORD).await;
    person.use_session(&answer.field("login"));
    let seen = person
        .query(
            "{ searchUsers(filter: {}, first: 50) {
                 totalCount edges { node { username displayName fieldOfStudy skills about avatar { placeholder } } }
               }
               posts(first: 100) {
                 totalCount edges { node { text author { username } images { placeholder width } } }
               }
               topics(first: 9) { edges { node { title mentorCount bookingCount image { width } } } }
               conversations(first: 9) { edges { node {
                 unreadCount messages(last: 9) { edges { node { text author { username } } } }
               } } }
               mine: bookings(role: MENTOR, first: 9) { edges { node { status question student { username } } } }
               booked: bookings(role: STUDENT, first: 9) { edges { node { status topic { title } } } } }",
        )
        .await;
    (person, seen)
}

#[rstest]
#[tokio::test]
async fn a_campus_is_filled_once_and_the_same_for_the_same_seed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    assert!(!demo::is_inhabited(&campus.app).await.expect("the database answers"));
    let filled = demo::fill(&campus.app, 12, 7).await.expect("an empty database");
    assert_eq!((filled.people, filled.posts), (12, 24));
    let (person, seen) = look(&campus, &filled).await;
    assert_eq!((&seen["searchUsers"]["totalCount"], &seen["posts"]["totalCount"]), (&json!(11), &json!(24)));
    let posts = seen["posts"]["edges"].as_array().expect("posts");
    assert!(posts.iter().any(|post| post["node"]["images"][0]["width"] == json!(720)));
    let people = seen["searchUsers"]["edges"].as_array().expect("people");
    assert!(people.iter().all(|person| person["node"]["avatar"]["placeholder"].is_string()));
    // People lately said, taught and booked something, and nothing of it is mailed to addresses that nobody has.
    let lately = |list: &str| seen[list]["edges"].as_array().expect("a list").len();
    assert_eq!([lately("topics"), lately("mine"), lately("booked")], [5, 2, 2]);
    let conversations = seen["conversations"]["edges"].as_array().expect("conversations");
    let unread = conversations.iter().filter(|edge| edge["node"]["unreadCount"] != json!(0)).count();
    assert_eq!((conversations.len(), unread), (4, 2));
    let letters = campus.app.db.one::<(i64,)>("select count(*) from outbox", &[]).await.expect("they are counted");
    assert_eq!(letters, (0,));
    let instants = person.query("{ posts(first: 100) { edges { node { publishedAt } } } }").await;
    let instants: Vec<String> = instants["posts"]["edges"]
        .as_array()
        .expect("posts")
        .iter()
        .map(|edge| edge["node"]["publishedAt"].as_str().expect("an instant").to_owned())
        .collect();
    assert!(instants.is_sorted_by(|later, earlier| later >= earlier), "newest first");

    assert_eq!(demo::resident(&campus.app, 7).await.expect("it answers").as_deref(), Some(&*filled.username));
    assert_eq!(demo::resident(&campus.app, 8).await.expect("it answers"), None, "another seed, other people");
    let again = demo::fill(&campus.app, 12, 7).await.expect_err("somebody studies here already");
    assert!(again.for_operator().contains("not empty"));
    let other = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let filled = demo::fill(&other.app, 12, 7).await.expect("an empty database");
    assert_eq!(look(&other, &filled).await.1, seen);
}
