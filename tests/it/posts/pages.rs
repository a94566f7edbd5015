//! Pages of posts: the newest first, in both directions, while posts are added and deleted.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const PAGE: &str = "query Page($author: ID, $first: Int, $after: String, $last: Int, $before: String) {
    posts(authorId: $author, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { text } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    }
}";

async fn page(person: &Person, arguments: Value) -> Value {
    person.execute(PAGE, arguments).await.field("posts")
}

fn texts(page: &Value) -> Vec<&str> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().filter_map(|edge| edge["node"]["text"].as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn posts_page_in_both_directions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for text in ["1", "2", "3", "4", "5"] {
        ada.publish(text).await;
    }
    let first = page(&ada, json!({ "first": 2 })).await;
    assert_eq!((texts(&first), &first["totalCount"]), (vec!["5", "4"], &json!(5)));
    let info = &first["pageInfo"];
    assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(true), &json!(false)));
    assert_eq!(info["startCursor"], first["edges"][0]["cursor"]);

    let second = page(&ada, json!({ "first": 2, "after": info["endCursor"] })).await;
    assert_eq!(texts(&second), ["3", "2"]);
    let third = page(&ada, json!({ "first": 2, "after": second["pageInfo"]["endCursor"] })).await;
    assert_eq!((texts(&third), &third["pageInfo"]["hasNextPage"]), (vec!["1"], &json!(false)));

    let last = page(&ada, json!({ "last": 2 })).await;
    assert_eq!(texts(&last), ["2", "1"]);
    assert_eq!(last["pageInfo"]["hasPreviousPage"], true);
    let before = page(&ada, json!({ "last": 2, "before": last["pageInfo"]["startCursor"] })).await;
    assert_eq!(texts(&before), ["4", "3"]);
    let between = json!({ "after": info["startCursor"], "before": last["pageInfo"]["endCursor"] });
    assert_eq!(texts(&page(&ada, between).await), ["4", "3", "2"]);
    assert_eq!(page(&ada, json!({ "first": 0 })).await["edges"], json!([]));
}

#[rstest]
#[tokio::test]
async fn added_and_deleted_posts_neither_repeat_nor_skip_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut ids = Vec::new();
    for text in ["1", "2", "3", "4", "5", "6"] {
        ids.push(ada.publish(text).await);
    }
    let first = page(&ada, json!({ "first": 2 })).await;
    assert_eq!(texts(&first), ["6", "5"]);
    ada.publish("7").await;
    // The post of the cursor, and one of a later page.
    ada.delete_post(&ids[4]).await.data();
    ada.delete_post(&ids[2]).await.data();
    ada.edit_post(&ids[0], "1, edited").await.data();
    let cursor = &first["pageInfo"]["endCursor"];
    assert_eq!(texts(&page(&ada, json!({ "first": 2, "after": cursor })).await), ["4", "2"]);
    assert_eq!(texts(&page(&ada, json!({ "first": 9, "after": cursor })).await), ["4", "2", "1, edited"]);
    assert_eq!(texts(&page(&ada, json!({ "last": 9, "before": cursor })).await), ["7", "6"]);
}

#[rstest]
#[tokio::test]
async fn posts_can_be_limited_to_one_author(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    for round in 1..=3 {
        ada.publish(&format!("ada {round}")).await;
        grace.publish(&format!("grace {round}")).await;
    }
    let author = grace.user_id().await;
    let first = page(&ada, json!({ "author": author, "first": 2 })).await;
    assert_eq!((texts(&first), &first["totalCount"]), (vec!["grace 3", "grace 2"], &json!(3)));
    let rest = page(&ada, json!({ "author": author, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(texts(&rest), ["grace 1"]);
    assert_eq!(texts(&page(&ada, json!({ "author": author, "last": 1 })).await), ["grace 1"]);
    let query = "query($id: ID!) { user(by: { id: $id }) { posts(first: 1) { edges { node { text } } totalCount } } }";
    let posts = ada.execute(query, json!({ "id": author })).await.field("user")["posts"].clone();
    assert_eq!((texts(&posts), &posts["totalCount"]), (vec!["grace 3"], &json!(3)));
}

#[rstest]
#[tokio::test]
async fn invalid_page_arguments_are_bad_user_input(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.publish("Something").await;
    let own = ada.query("{ viewer { inboxCursor sessions { edges { cursor } } } }").await;
    let foreign = [&own["viewer"]["inboxCursor"], &own["viewer"]["sessions"]["edges"][0]["cursor"]];
    let mut wrong = vec![
        json!({ "first": -1 }),
        json!({ "first": 101 }),
        json!({ "last": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "rubbish" }),
        json!({ "before": "\0" }),
    ];
    wrong.extend(foreign.map(|cursor| json!({ "after": cursor })));
    for arguments in wrong {
        let answer = ada.execute(PAGE, arguments.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{arguments}");
        assert_eq!(answer.body["data"], json!({ "posts": null }));
    }
    for arguments in [json!({ "after": "" }), json!({ "before": "", "last": 1 })] {
        assert_eq!(texts(&ada.execute(PAGE, arguments.clone()).await.field("posts")), ["Something"], "{arguments}");
    }
}
