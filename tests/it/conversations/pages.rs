//! Pages of a history and of the list of conversations.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const PAGE: &str = "query Page($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    conversation(by: { id: $id }) {
        messages(first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { text } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            totalCount
        }
        eventsCursor
    }
}";

async fn page(person: &Person, id: &Value, arguments: Value) -> Value {
    let mut variables = arguments;
    variables["id"] = id.clone();
    person.execute(PAGE, variables).await.field("conversation")["messages"].clone()
}

fn texts(page: &Value) -> Vec<&str> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"]["text"].as_str().unwrap_or("-")).collect()
}

#[rstest]
#[tokio::test]
async fn a_history_pages_in_both_directions_from_any_message(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let mut edges = Vec::new();
    for n in 1..=25 {
        let person = if n % 2 == 0 { &ada } else { &grace };
        edges.push(if n == 1 {
            ada.send_message(&id, "1").await
        } else {
            person.send_message(&id, &n.to_string()).await
        });
        // Edits take numbers in the feed too.
        ada.edit_message(&edges[0]["node"]["id"], "1").await.data();
    }
    ada.delete_message(&edges[0]["node"]["id"]).await.data();
    let expected = |range: std::ops::RangeInclusive<i32>| {
        range.map(|n| if n == 1 { "-".to_owned() } else { n.to_string() }).collect::<Vec<_>>()
    };
    let newest = page(&grace, &id, json!({})).await;
    assert_eq!(
        (texts(&newest), &newest["totalCount"]),
        (expected(6..=25).iter().map(String::as_str).collect(), &json!(25))
    );
    let info = &newest["pageInfo"];
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(false)));
    assert_eq!(newest["edges"][19]["cursor"], edges[24]["cursor"]);
    let earlier = page(&grace, &id, json!({ "before": info["startCursor"] })).await;
    assert_eq!(texts(&earlier), expected(1..=5));
    assert_eq!(texts(&page(&ada, &id, json!({ "after": edges[2]["cursor"] })).await), expected(4..=23));
    let around = &edges[11]["cursor"];
    assert_eq!(texts(&page(&ada, &id, json!({ "last": 2, "before": around })).await), ["10", "11"]);
    assert_eq!(texts(&page(&ada, &id, json!({ "first": 2, "after": around })).await), ["13", "14"]);
    assert_eq!(texts(&page(&ada, &id, json!({ "first": 2 })).await), ["-", "2"]);
    let between = json!({ "after": edges[1]["cursor"], "before": edges[5]["cursor"] });
    assert_eq!(texts(&page(&ada, &id, between).await), ["3", "4", "5"]);
}

#[rstest]
#[tokio::test]
async fn invalid_page_arguments_are_bad_user_input(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (id, other) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&mary]).await);
    ada.send_message(&id, "Hello").await;
    let foreign = ada.send_message(&other, "Hello").await["cursor"].clone();
    for arguments in [
        json!({ "first": -1 }),
        json!({ "last": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "rubbish" }),
        json!({ "before": foreign }),
    ] {
        let mut variables = arguments.clone();
        variables["id"] = id.clone();
        let answer = ada.execute(PAGE, variables).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{arguments}");
        assert_eq!(answer.body["data"]["conversation"]["messages"], Value::Null);
    }
}

#[rstest]
#[tokio::test]
async fn the_list_is_sorted_by_the_latest_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let other = campus.member(&format!("other{n}")).await;
        let id = ada.start_conversation(&[&other]).await;
        other.try_send(json!({ "userId": ada.user_id().await, "text": n.to_string() })).await.data();
        ids.push((other, id));
        campus.advance(Duration::from_secs(1));
    }
    let query = "query($first: Int, $after: String, $last: Int, $before: String) {
        conversations(first: $first, after: $after, last: $last, before: $before) {
            edges { node { lastMessage { text } updatedAt } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
        }
    }";
    let list = async |arguments: Value| ada.execute(query, arguments).await.field("conversations");
    let lasts = |page: &Value| {
        let edges = page["edges"].as_array().cloned().unwrap_or_default();
        edges
            .iter()
            .map(|edge| edge["node"]["lastMessage"]["text"].as_str().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    let first = list(json!({ "first": 2 })).await;
    assert_eq!((lasts(&first), &first["totalCount"]), (vec!["4".to_owned(), "3".to_owned()], &json!(5)));
    let next = list(json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(lasts(&next), ["2", "1"]);
    let back = list(json!({ "last": 2, "before": next["pageInfo"]["endCursor"] })).await;
    assert_eq!(
        (lasts(&back), &back["pageInfo"]["hasPreviousPage"]),
        (vec!["3".to_owned(), "2".to_owned()], &json!(true))
    );
    // A new message moves its conversation to the front.
    ada.send_message(&ids[0].1, "5").await;
    let front = list(json!({ "first": 1 })).await;
    assert_eq!(lasts(&front), ["5"]);
    assert_eq!(front["edges"][0]["node"]["updatedAt"], "2026-11-21T09:30:05.000Z");
}
