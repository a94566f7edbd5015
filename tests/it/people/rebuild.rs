//! After an upgrade, what an earlier version indexed is indexed again in the background.

use rstest::rstest;
use serde_json::json;
use studyhall::db::Query;

use super::{member_with, search_usernames};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_node_that_starts_indexes_members_and_topics_of_an_earlier_version_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let profile = json!({ "firstName": "Karim", "lastName": "Ben Ali" });
    let karim = member_with(&campus, "karim", profile).await;
    karim.create_topic("Node.js").await;
    let reader = campus.member("reader").await;
    for earlier in [
        "delete from search_words where word <> '' and word <> 'karim' and word <> 'ali'",
        "update topics set words = ' node js'",
    ] {
        campus.app.db.run(earlier, &[]).await.expect("the database changes");
    }
    assert_eq!(search_usernames(&reader, json!({ "text": "ali" })).await, ["karim"]);
    assert_eq!(search_usernames(&reader, json!({ "text": "benali" })).await, [""; 0]);

    let upgraded = campus.another_node(&["--rate-limits=off"]).await;
    let reader = upgraded.client_for(&reader);
    let search = "{ topics(search: \"nodejs\") { totalCount } }";
    for attempt in 0.. {
        let members = search_usernames(&reader, json!({ "text": "benali" })).await;
        let topics = reader.query(search).await["topics"]["totalCount"].clone();
        if members == ["karim"] && topics == 1 {
            break;
        }
        assert!(attempt < 1_000, "{members:?} {topics}");
    }
}
