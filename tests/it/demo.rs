//! The demo campus.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::demo;

use crate::support::{Campus, Engine, Person};

/// What a member sees of the campus, without what is new each time: ids, instants, signed addresses.
async fn look(campus: &Campus, filled: &demo::Campus) -> (Person, Value) {
    let mut person = campus.nobody();
    let answer = person.try_login(&filled.username, demo::PASSWORD).await;
    person.take_session(&answer.field("login"));
    let seen = person
        .see(
            "{ searchUsers(filter: {}, first: 50) {
                 totalCount edges { node { username displayName fieldOfStudy skills about avatar { placeholder } } }
               }
               posts(first: 100) {
                 totalCount edges { node { text author { username } images { placeholder width } } }
               } }",
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
    let instants = person.see("{ posts(first: 100) { edges { node { publishedAt } } } }").await;
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
