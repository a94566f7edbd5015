//! Searching users by presence.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

const SEARCH: &str = "query Search($filter: UserFilter!, $first: Int, $after: String, $last: Int) {
    searchUsers(filter: $filter, first: $first, after: $after, last: $last) {
        edges { cursor node { username } } totalCount
    }
}";

async fn search(person: &Person, filter: Value) -> (Vec<String>, Value) {
    let answer = person.execute(SEARCH, json!({ "filter": filter })).await.field("searchUsers");
    (names(&answer), answer["totalCount"].clone())
}

fn names(answer: &Value) -> Vec<String> {
    let edges = answer["edges"].as_array().cloned().unwrap_or_default();
    edges.iter().map(|edge| edge["node"]["username"].as_str().unwrap_or_default().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_search_by_presence_finds_users_who_show_that_they_are_online(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let reader = campus.member("reader").await;
    let mut pages = vec![Socket::connect(&reader).await];
    for name in ["anna_one", "anna_two", "anna_three", "anna_four"] {
        let person = campus.member(name).await;
        if name != "anna_two" {
            pages.push(Socket::connect(&person).await);
        }
        if name == "anna_three" {
            person.set_shows_presence(false).await;
        }
        if name == "anna_four" {
            person.change_block("blockUser", &reader).await;
        }
    }
    let offline = ["anna_three", "anna_two"].map(str::to_owned).to_vec();
    for words in [json!({}), json!({ "text": "anna" })] {
        let with = |is_online: Value| {
            let mut filter = words.clone();
            filter["isOnline"] = is_online;
            filter
        };
        assert_eq!(search(&reader, with(json!(true))).await, (vec!["anna_one".to_owned()], json!(1)), "{words}");
        assert_eq!(search(&reader, with(json!(false))).await, (offline.clone(), json!(2)), "{words}");
        assert_eq!(search(&reader, with(Value::Null)).await.1, json!(3), "{words}");
    }
    drop(pages);
}

#[rstest]
#[tokio::test]
async fn the_pages_of_a_search_by_presence_contain_all_users(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let reader = campus.member("reader").await;
    let mut pages = Vec::new();
    for number in 0..9 {
        let person = campus.member(&format!("per{number}")).await;
        if number % 2 == 0 {
            pages.push(Socket::connect(&person).await);
        }
    }
    for (is_online, all) in
        [(true, vec!["per0", "per2", "per4", "per6", "per8"]), (false, vec!["per1", "per3", "per5", "per7"])]
    {
        let filter = json!({ "isOnline": is_online });
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = reader.execute(SEARCH, json!({ "filter": filter, "first": 2, "after": after })).await;
            let page = answer.field("searchUsers");
            let Some(edge) = page["edges"].as_array().and_then(|edges| edges.last()) else { break };
            after = edge["cursor"].clone();
            seen.extend(names(&page));
        }
        assert_eq!(seen, all);
        let last = reader.execute(SEARCH, json!({ "filter": filter, "last": 2 })).await.field("searchUsers");
        assert_eq!(names(&last), all[all.len() - 2..]);
    }
}
