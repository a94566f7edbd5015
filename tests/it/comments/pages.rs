//! Pages of comments: the oldest first, in both directions, and of many posts at once.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const PAGE: &str = "query Page($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    post(id: $id) { comments(first: $first, after: $after, last: $last, before: $before) {
        nodes { text } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
    } }
}";

async fn page(person: &Person, post: &Value, mut arguments: Value) -> Value {
    arguments["id"] = post.clone();
    person.execute(PAGE, arguments).await.field("post")["comments"].clone()
}

fn texts(page: &Value) -> Vec<&str> {
    page["nodes"].as_array().expect("a list").iter().filter_map(|node| node["text"].as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn comments_page_in_both_directions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    let mut ids = Vec::new();
    for text in ["1", "2", "3", "4", "5"] {
        ids.push(ada.comment(&post, text).await);
    }
    let first = page(&ada, &post, json!({ "first": 2 })).await;
    assert_eq!((texts(&first), &first["totalCount"]), (vec!["1", "2"], &json!(5)));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let end = &first["pageInfo"]["endCursor"];
    ada.delete_comment(&ids[1]).await.data();
    ada.comment(&post, "6").await;
    let rest = page(&ada, &post, json!({ "after": end })).await;
    assert_eq!((texts(&rest), &rest["pageInfo"]["hasNextPage"]), (vec!["3", "4", "5", "6"], &json!(false)));
    let last = page(&ada, &post, json!({ "last": 2 })).await;
    assert_eq!((texts(&last), &last["pageInfo"]["hasPreviousPage"]), (vec!["5", "6"], &json!(true)));
    let before = page(&ada, &post, json!({ "last": 2, "before": last["pageInfo"]["startCursor"] })).await;
    assert_eq!(texts(&before), ["3", "4"]);

    // A cursor of another post.
    let other = ada.publish("Another").await;
    let cursor = ada.comment_edge(&other, "x").await["cursor"].clone();
    let answer = ada.execute(PAGE, json!({ "id": post, "after": cursor })).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
}

#[rstest]
#[tokio::test]
async fn the_comments_of_a_page_of_posts_come_together(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for post in 0..3 {
        let id = ada.publish(&format!("Post {post}")).await;
        for comment in 0..=post {
            ada.comment(&id, &format!("{post}.{comment}")).await;
        }
    }
    let query = "{ posts { nodes { commentCount comments(last: 2) { nodes { text } } } } }";
    let posts = ada.query(query).await["posts"]["nodes"].clone();
    let found: Vec<(i64, Vec<&str>)> = posts
        .as_array()
        .expect("a list")
        .iter()
        .map(|post| (post["commentCount"].as_i64().expect("a number"), texts(&post["comments"])))
        .collect();
    assert_eq!(found, [(3, vec!["2.1", "2.2"]), (2, vec!["1.0", "1.1"]), (1, vec!["0.0"])]);
}
