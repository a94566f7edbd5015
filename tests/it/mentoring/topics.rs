//! Topics: creating, changing, finding and archiving them.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;

use super::{monday, user_id};
use crate::support::people::Response;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

const UPDATE: &str = "mutation Update($input: UpdateTopicInput!) {
    updateTopic(input: $input) {
        topic { id title description isArchived image { id } } userErrors { code message path }
    }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deleteTopic(input: { topicId: $id }) {
        deletedTopicId archivedTopic { id isArchived } userErrors { code message path }
    }
}";

async fn update(person: &Person, input: Value) -> Response {
    person.execute(UPDATE, json!({ "input": input })).await
}

async fn delete(person: &Person, topic: &Value) -> Response {
    person.execute(DELETE, json!({ "id": topic })).await
}

async fn titles(person: &Person, search: Value) -> Vec<String> {
    let query = "query($search: String) { topics(search: $search) { edges { node { title } } totalCount } }";
    let topics = person.execute(query, json!({ "search": search })).await.field("topics");
    let edges = topics["edges"].as_array().cloned().expect("edges");
    assert_eq!(topics["totalCount"], edges.len());
    edges.iter().map(|edge| edge["node"]["title"].as_str().expect("a title").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_topic_is_created_edited_and_deleted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(9, 8)).await["id"].clone();
    let input = json!({ "title": " Knots ", "description": "Ropes,\r\nloops", "imageId": image });
    let node = ada.try_create_topic(input).await.field("createTopic")["topicEdge"]["node"].clone();
    assert_eq!(
        node,
        json!({
            "id": node["id"], "title": "Knots", "description": "Ropes,\nloops", "image": { "id": image },
            "creator": { "username": "ada" }, "createdAt": "2026-11-21T09:30:00.000Z", "isArchived": false,
            "mentorCount": 0, "bookingCount": 0, "viewerCanEdit": true,
        })
    );
    // Every member can see the images of topics.
    let query = "query($id: ID!) { node(id: $id) { __typename ... on Topic { title image { id } viewerCanEdit } } }";
    let seen = grace.execute(query, json!({ "id": node["id"] })).await.field("node");
    assert_eq!(
        seen,
        json!({ "__typename": "Topic", "title": "Knots", "image": { "id": image }, "viewerCanEdit": false })
    );

    let payload = update(&ada, json!({ "topicId": node["id"], "title": "Hitches" })).await.field("updateTopic");
    let expected = json!({
        "id": node["id"], "title": "Hitches", "description": "Ropes,\nloops", "isArchived": false,
        "image": { "id": image },
    });
    assert_eq!(payload, json!({ "topic": expected, "userErrors": [] }));
    let cleared = json!({ "topicId": node["id"], "description": null, "imageId": null });
    let topic = update(&ada, cleared).await.field("updateTopic")["topic"].clone();
    assert_eq!((&topic["description"], &topic["image"]), (&Value::Null, &Value::Null));

    let payload = delete(&ada, &node["id"]).await.field("deleteTopic");
    assert_eq!(payload, json!({ "deletedTopicId": node["id"], "archivedTopic": null, "userErrors": [] }));
    let query = "query($id: ID!) { topic(id: $id) { id } node(id: $id) { id } }";
    assert_eq!(ada.execute(query, json!({ "id": node["id"] })).await.data(), json!({ "topic": null, "node": null }));
}

#[rstest]
#[tokio::test]
async fn a_topic_in_use_is_archived(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let topic = ada.create_topic("Knots").await;
    let appointment = grace.create_appointment(&topic, &json!({})).await;
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    let payload = delete(&ada, &topic).await.field("deleteTopic");
    let archived = json!({ "id": topic, "isArchived": true });
    assert_eq!(payload, json!({ "deletedTopicId": null, "archivedTopic": archived, "userErrors": [] }));
    assert_eq!(titles(&ada, Value::Null).await, [""; 0]);
    assert_eq!(grace.slot_starts(&appointment).await, [""; 0]);
    assert_eq!(
        ada.try_book(&appointment, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
    assert_eq!(
        ada.try_create_appointment(&topic, &json!({})).await.refusals("createAppointment"),
        ["WRONG_STATE input.topicId"]
    );
    update(&ada, json!({ "topicId": topic, "isArchived": false })).await.data();
    assert_eq!(titles(&ada, Value::Null).await, ["Knots"]);
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn a_topic_can_be_changed_by_its_creator_and_by_moderators(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let topic = ada.create_topic("Knots").await;
    assert_eq!(
        update(&grace, json!({ "topicId": topic, "title": "Mine" })).await.refusals("updateTopic"),
        ["FORBIDDEN input.topicId"]
    );
    assert_eq!(delete(&grace, &topic).await.refusals("deleteTopic"), ["FORBIDDEN input.topicId"]);
    for id in [json!("tpc_0000000000000"), json!("rubbish"), user_id(&ada).await] {
        assert_eq!(delete(&grace, &id).await.refusals("deleteTopic"), ["NOT_FOUND input.topicId"]);
        assert_eq!(update(&grace, json!({ "topicId": id })).await.refusals("updateTopic"), ["NOT_FOUND input.topicId"]);
        assert_eq!(
            grace.try_create_appointment(&id, &json!({})).await.refusals("createAppointment"),
            ["NOT_FOUND input.topicId"]
        );
    }
    let id = user_id(&grace).await.as_str().expect("an id").into();
    let id = AccountId::from_global(&id).expect("a user");
    campus
        .app
        .db
        .run("update accounts set role = 'moderator' where id = $1", &[&id])
        .await
        .expect("the role is changed");
    let grace = grace.login().await;
    assert_eq!(update(&grace, json!({ "topicId": topic, "title": "Ours" })).await.refusals("updateTopic"), [""; 0]);
    assert_eq!(delete(&grace, &topic).await.field("deleteTopic")["deletedTopicId"], topic);

    let response = campus.anonymous().execute("{ topics { totalCount } bookings { totalCount } }", json!({})).await;
    assert_eq!(response.codes(), ["UNAUTHENTICATED", "UNAUTHENTICATED"]);
}

#[rstest]
#[tokio::test]
async fn an_invalid_topic_is_rejected_with_all_errors(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let foreign = grace.upload_image(&png(9, 8)).await["id"].clone();
    for (input, refusals) in [
        (json!({ "title": " " }), vec!["TOO_SHORT input.title"]),
        (
            json!({ "title": "x".repeat(121), "description": "\u{0}" }),
            vec!["TOO_LONG input.title", "INVALID input.description"],
        ),
        (json!({ "title": "a\nb" }), vec!["INVALID input.title"]),
        (json!({ "title": "a", "description": "x".repeat(2_001) }), vec!["TOO_LONG input.description"]),
        (json!({ "title": "a", "imageId": foreign }), vec!["NOT_FOUND input.imageId"]),
        (json!({ "title": "a", "imageId": "rubbish" }), vec!["NOT_FOUND input.imageId"]),
    ] {
        assert_eq!(ada.try_create_topic(input).await.refusals("createTopic"), refusals);
    }
    assert_eq!(titles(&ada, Value::Null).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn topics_are_found_by_words_and_paged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for title in ["พีชคณิตเชิงเส้น", "数据库系统", "Node.js", "الهندسة"] {
        ada.create_topic(title).await;
        ada.create_topic("Other").await;
    }
    for search in ["เชิงเส้น", "พีช", "据库", "数", "nodejs", "node", "node.j", "هندسة", "الهندسه"]
    {
        assert_eq!(titles(&ada, json!(search)).await.len(), 1, "{search}");
    }
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for title in ["Linear algebra", "Álgebra básica", "100 % cotton", "C++ for beginners", "Under_score"] {
        ada.create_topic(title).await;
    }
    for (search, found) in [
        (json!(null), 5),
        (json!(" "), 5),
        (json!("ALGEB"), 2),
        (json!("algebra lin"), 1),
        (json!("basica álgebra"), 1),
        (json!("gebra"), 0),
        (json!("%"), 0),
        (json!("_"), 0),
        (json!("1%0"), 0),
        (json!("c++"), 1),
    ] {
        assert_eq!(titles(&ada, search.clone()).await.len(), found, "{search}");
    }
    let page = "query($first: Int, $after: String, $last: Int, $before: String) {
        topics(first: $first, after: $after, last: $last, before: $before) {
            edges { node { title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
    }";
    let first = ada.execute(page, json!({ "first": 2 })).await.field("topics");
    assert_eq!(first["edges"][0]["node"]["title"], "Under_score", "the newest comes first");
    let next = ada.execute(page, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await.field("topics");
    assert_eq!(next["edges"][0]["node"]["title"], "100 % cotton");
    let back = ada.execute(page, json!({ "last": 2, "before": next["pageInfo"]["startCursor"] })).await.field("topics");
    assert_eq!(back["edges"], first["edges"]);
    let long =
        ada.execute("query($s: String) { topics(search: $s) { totalCount } }", json!({ "s": "x".repeat(201) })).await;
    assert_eq!(long.codes(), ["BAD_USER_INPUT"]);
}

#[rstest]
#[tokio::test]
async fn members_are_found_by_what_they_teach(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (knots, sails) = (ada.create_topic("Knots").await, ada.create_topic("Sails").await);
    let appointment = grace.create_appointment(&knots, &json!({})).await;
    mary.create_appointment(&knots, &json!({})).await;
    mary.create_appointment(&sails, &json!({})).await;
    let found = async |topic: &Value| {
        let query =
            "query($filter: UserFilter!) { searchUsers(filter: $filter) { edges { node { username } } totalCount } }";
        let users = ada.execute(query, json!({ "filter": { "topicId": topic } })).await.field("searchUsers");
        let names = users["edges"].as_array().cloned().expect("edges");
        assert_eq!(users["totalCount"], names.len());
        names.iter().map(|edge| edge["node"]["username"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&knots).await, ["grace", "mary"]);
    assert_eq!(found(&sails).await, ["mary"]);
    assert_eq!(found(&json!("rubbish")).await, [""; 0]);
    // A change of the profile does not affect the topics.
    mary.query("mutation { updateProfile(input: { about: \"sailor\" }) { user { id } } }").await;
    assert_eq!(found(&sails).await, ["mary"]);
    grace.update_appointment(&appointment, &json!({ "isActive": false })).await.data();
    assert_eq!(found(&knots).await, ["mary"]);
    let counts = "query($id: ID!) { topic(id: $id) { mentorCount appointments { totalCount } } }";
    let topic = ada.execute(counts, json!({ "id": knots })).await.field("topic");
    assert_eq!(topic, json!({ "mentorCount": 1, "appointments": { "totalCount": 2 } }));
    grace.update_appointment(&appointment, &json!({ "isActive": null })).await.data();
    assert_eq!(found(&knots).await, ["grace", "mary"]);
}
