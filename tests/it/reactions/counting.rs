//! Who reacted: pages of users, and blocks.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const USERS: &str = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    node(id: $id) { ... on Reactable { reactionGroups {
        emoji userCount viewerHasReacted
        users(first: $first, after: $after, last: $last, before: $before) {
            totalCount nodes { username } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
    } } }
}";

async fn groups(person: &Person, id: &Value, mut arguments: Value) -> Value {
    arguments["id"] = id.clone();
    person.execute(USERS, arguments).await.field("node")["reactionGroups"].clone()
}

fn names(group: &Value) -> Vec<&str> {
    group["users"]["nodes"].as_array().expect("a list").iter().filter_map(|user| user["username"].as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn the_users_of_each_emoji_are_pages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    for name in ["b", "c", "d", "e"].map(|letter| format!("{letter}{letter}{letter}")) {
        let person = campus.member(&name).await;
        person.react(&post, "👍").await;
        if name != "ccc" {
            person.react(&post, "🎉").await;
        }
    }
    let first = groups(&ada, &post, json!({ "first": 2 })).await;
    assert_eq!((names(&first[0]), names(&first[1])), (vec!["bbb", "ccc"], vec!["bbb", "ddd"]));
    assert_eq!((&first[0]["users"]["totalCount"], &first[1]["userCount"]), (&json!(4), &json!(3)));
    let info = &first[0]["users"]["pageInfo"];
    assert_eq!((&info["hasNextPage"], &first[0]["viewerHasReacted"]), (&json!(true), &json!(false)));
    let rest = groups(&ada, &post, json!({ "first": 9, "after": info["endCursor"] })).await;
    assert_eq!(names(&rest[0]), ["ddd", "eee"]);
    let last = groups(&ada, &post, json!({ "last": 1 })).await;
    assert_eq!(names(&last[0]), ["eee"]);
    let before = groups(&ada, &post, json!({ "last": 2, "before": last[0]["users"]["pageInfo"]["startCursor"] })).await;
    assert_eq!(names(&before[0]), ["ccc", "ddd"]);
}

#[rstest]
#[tokio::test]
async fn users_across_a_block_are_neither_counted_nor_listed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    grace.react(&post, "👍").await;
    mary.react(&post, "👍").await;
    mary.react(&post, "🎉").await;
    mary.block(&grace).await;
    let seen = groups(&grace, &post, json!({})).await;
    assert_eq!(seen.as_array().map(Vec::len), Some(1));
    assert_eq!((names(&seen[0]), &seen[0]["userCount"]), (vec!["grace"], &json!(1)));
    let seen = groups(&mary, &post, json!({})).await;
    assert_eq!((names(&seen[0]), names(&seen[1])), (vec!["mary"], vec!["mary"]));
    assert_eq!(ada.reactions(&post).await, [("👍".to_owned(), 2), ("🎉".to_owned(), 1)]);
    mary.unblock(&grace).await;
    assert_eq!(names(&groups(&grace, &post, json!({})).await[0]), ["grace", "mary"]);
}
