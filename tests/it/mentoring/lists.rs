//! Lists of bookings and topics: filters, orders and their cursors.

use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

use super::{monday, user_id};
use crate::support::{Campus, Engine, Person};

const BOOKINGS: &str = "query($role: BookingRole, $status: BookingStatus, $filter: BookingFilter,
        $orderBy: BookingOrder, $first: Int, $after: String, $last: Int, $before: String) {
    bookings(role: $role, status: $status, filter: $filter, orderBy: $orderBy,
             first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id startsAt } } pageInfo { hasNextPage hasPreviousPage } totalCount
    }
}";

const TOPICS: &str = "query($search: String, $filter: TopicFilter, $orderBy: TopicOrder,
        $first: Int, $after: String, $last: Int, $before: String) {
    topics(search: $search, filter: $filter, orderBy: $orderBy,
           first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage } totalCount
    }
}";

/// Returns one field of each node.
fn nodes(page: &Value, field: &str) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"][field].as_str().expect("a text").to_owned()).collect()
}

/// Lists bookings and returns the hours of their starts. The total count is that of the list.
async fn hours(person: &Person, variables: Value) -> Vec<String> {
    let page = person.execute(BOOKINGS, variables).await.field("bookings");
    let starts = nodes(&page, "startsAt");
    assert_eq!(page["totalCount"], starts.len());
    starts.iter().map(|start| start[8..13].to_owned()).collect()
}

async fn titles(person: &Person, variables: Value) -> Vec<String> {
    let page = person.execute(TOPICS, variables).await.field("topics");
    let titles = nodes(&page, "title");
    assert_eq!(page["totalCount"], titles.len());
    titles
}

/// Reads a list page by page, forwards and backwards, and returns both.
async fn read_both_ways(person: &Person, query: &str, list: &str, field: &str, order: &Value) -> [Vec<String>; 2] {
    let mut read: [Vec<String>; 2] = Default::default();
    let (mut after, mut before) = (Value::Null, Value::Null);
    for _ in 0..10 {
        let page = person.execute(query, json!({ "orderBy": order, "first": 1, "after": after })).await.field(list);
        let Some(edge) = page["edges"].get(0) else { break };
        after = edge["cursor"].clone();
        read[0].extend(nodes(&page, field));
    }
    for _ in 0..10 {
        let page = person.execute(query, json!({ "orderBy": order, "last": 1, "before": before })).await.field(list);
        let Some(edge) = page["edges"].get(0) else { break };
        before = edge["cursor"].clone();
        read[1].splice(0..0, nodes(&page, field));
    }
    read
}

#[rstest]
#[tokio::test]
async fn bookings_are_filtered_by_all_members_of_the_filter_and_by_the_deprecated_arguments(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (knots, sails) = (ada.create_topic("Knots").await, ada.create_topic("Sails").await);
    let of_ada = ada.create_appointment(&knots, &json!({ "maxBookingsPerStudentPerDay": 5 })).await;
    let window = json!([{ "startsAt": "2026-11-24T11:00:00Z", "endsAt": "2026-11-24T12:00:00Z" }]);
    let of_mary = mary.create_appointment(&sails, &json!({ "weeklyHours": [], "windows": window })).await;
    grace.book(&of_ada, &monday("11:00")).await;
    let nine = grace.book(&of_ada, &monday("09:00")).await["id"].clone();
    mary.book(&of_ada, &monday("10:00")).await;
    ada.book(&of_mary, "2026-11-24T11:00:00Z").await;
    grace.cancel(&nine).await.data();

    let [ada_id, grace_id, mary_id] = [user_id(&ada).await, user_id(&grace).await, user_id(&mary).await];
    for (filter, expected) in [
        (json!(null), vec!["24T11", "23T11", "23T10", "23T09"]),
        (json!({}), vec!["24T11", "23T11", "23T10", "23T09"]),
        (json!({ "statuses": [], "role": null, "from": null }), vec!["24T11", "23T11", "23T10", "23T09"]),
        (json!({ "statuses": ["UPCOMING"] }), vec!["23T10", "23T11", "24T11"]),
        (json!({ "statuses": ["UPCOMING", "CANCELLED"], "userId": grace_id }), vec!["23T11", "23T09"]),
        (json!({ "statuses": ["CANCELLED"] }), vec!["23T09"]),
        (json!({ "statuses": ["NO_SHOW"] }), vec![]),
        (json!({ "role": "STUDENT" }), vec!["24T11"]),
        (json!({ "role": "MENTOR", "userId": mary_id }), vec!["23T10"]),
        (json!({ "userId": mary_id }), vec!["24T11", "23T10"]),
        (json!({ "userId": ada_id }), vec![]),
        (json!({ "topicId": sails }), vec!["24T11"]),
        (json!({ "topicId": knots, "statuses": ["UPCOMING"], "userId": grace_id }), vec!["23T11"]),
        // Bookings that overlap the range, without those that only touch it.
        (json!({ "from": monday("10:00"), "to": monday("11:00") }), vec!["23T10"]),
        (json!({ "from": monday("10:30") }), vec!["24T11", "23T11", "23T10"]),
        (json!({ "to": monday("10:30") }), vec!["23T10", "23T09"]),
        (json!({ "from": monday("10:30"), "to": monday("10:30") }), vec!["23T10"]),
        // Unknown and malformed ids.
        (json!({ "userId": "usr_0000000000000" }), vec![]),
        (json!({ "topicId": "tpc_0000000000000" }), vec![]),
        (json!({ "topicId": grace_id }), vec![]),
        (json!({ "userId": "rubbish", "statuses": ["UPCOMING"] }), vec![]),
    ] {
        assert_eq!(hours(&ada, json!({ "filter": filter })).await, expected, "{filter}");
    }
    for (variables, expected) in [
        (json!({ "status": "UPCOMING", "role": "MENTOR" }), vec!["23T10", "23T11"]),
        (
            json!({ "status": "UPCOMING", "filter": { "statuses": ["UPCOMING", "CANCELLED"] } }),
            vec!["23T10", "23T11", "24T11"],
        ),
        (json!({ "status": "UPCOMING", "filter": { "statuses": ["CANCELLED"] } }), vec![]),
        (json!({ "role": "STUDENT", "filter": { "role": "MENTOR" } }), vec![]),
        (json!({ "role": "STUDENT", "filter": { "role": "STUDENT" } }), vec!["24T11"]),
    ] {
        assert_eq!(hours(&ada, variables.clone()).await, expected, "{variables}");
    }
    for filter in [
        json!({ "from": monday("11:00"), "to": monday("10:00") }),
        json!({ "statuses": vec!["UPCOMING"; 11] }),
        json!({ "from": "yesterday" }),
        json!({ "statuses": ["OVER"] }),
    ] {
        assert_eq!(ada.execute(BOOKINGS, json!({ "filter": filter })).await.codes(), ["BAD_USER_INPUT"], "{filter}");
    }

    // A user across a block is like one who does not exist.
    let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
    mary.execute(block, json!({ "id": ada_id })).await.data();
    assert_eq!(hours(&ada, json!({ "filter": { "userId": mary_id } })).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn bookings_of_an_appointment_have_the_same_filters_and_orders(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    grace.book(&appointment, &monday("10:00")).await;
    campus.advance(Duration::from_secs(1));
    mary.book(&appointment, &monday("09:00")).await;
    let query =
        "query($id: ID!, $status: BookingStatus, $filter: BookingFilter, $orderBy: BookingOrder, $after: String) {
        appointment(id: $id) { bookings(status: $status, filter: $filter, orderBy: $orderBy, after: $after) {
            edges { cursor node { startsAt } } totalCount
        } }
    }";
    let list = async |more: Value| {
        let page = ada.execute(query, super::merge(json!({ "id": appointment }), &more)).await.field("appointment");
        let starts = nodes(&page["bookings"], "startsAt");
        assert_eq!(page["bookings"]["totalCount"], starts.len());
        starts.iter().map(|start| start[11..13].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(json!({})).await, ["10", "09"]);
    assert_eq!(list(json!({ "filter": { "userId": user_id(&mary).await } })).await, ["09"]);
    assert_eq!(list(json!({ "filter": { "statuses": ["UPCOMING"] } })).await, ["09", "10"]);
    assert_eq!(list(json!({ "filter": { "statuses": ["UPCOMING"] }, "status": "CANCELLED" })).await, [""; 0]);
    assert_eq!(list(json!({ "filter": { "role": "STUDENT" } })).await, [""; 0]);
    assert_eq!(list(json!({ "filter": { "topicId": "rubbish" } })).await, [""; 0]);
    let booked_at = |direction| json!({ "field": "BOOKED_AT", "direction": direction });
    assert_eq!(list(json!({ "orderBy": booked_at("ASC") })).await, ["10", "09"]);
    assert_eq!(list(json!({ "orderBy": booked_at("DESC") })).await, ["09", "10"]);

    let first = ada.execute(query, json!({ "id": appointment, "orderBy": booked_at("ASC") })).await;
    let cursor = first.field("appointment")["bookings"]["edges"][0]["cursor"].clone();
    let next = json!({ "orderBy": booked_at("ASC"), "after": cursor });
    let page = ada.execute(query, super::merge(json!({ "id": appointment }), &next)).await.field("appointment");
    assert_eq!(nodes(&page["bookings"], "startsAt"), [monday("09:00")]);
    let other = super::merge(json!({ "id": appointment, "after": cursor }), &json!({ "orderBy": booked_at("DESC") }));
    assert_eq!(ada.execute(query, other).await.codes(), ["BAD_USER_INPUT"]);
    // Only the mentor sees the list.
    let seen = grace.execute(query, json!({ "id": appointment, "filter": {} })).await.field("appointment");
    assert_eq!(seen["bookings"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn bookings_are_ordered_by_start_or_by_the_time_of_booking_and_paged_both_ways(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 5 })).await;
    for hour in ["10:00", "09:00", "11:00"] {
        grace.book(&appointment, &monday(hour)).await;
        campus.advance(Duration::from_secs(1));
    }
    let order = |field: &str, direction: &str| json!({ "field": field, "direction": direction });
    for (order, expected) in [
        (order("STARTS_AT", "ASC"), ["09:00", "10:00", "11:00"]),
        (order("STARTS_AT", "DESC"), ["11:00", "10:00", "09:00"]),
        (order("BOOKED_AT", "ASC"), ["10:00", "09:00", "11:00"]),
        (order("BOOKED_AT", "DESC"), ["11:00", "09:00", "10:00"]),
        // Without an order of the client, the latest come first.
        (Value::Null, ["11:00", "10:00", "09:00"]),
    ] {
        for read in read_both_ways(&grace, BOOKINGS, "bookings", "startsAt", &order).await {
            assert_eq!(read, expected.map(monday), "{order}");
        }
    }
    let cursor_in = async |order: Value| {
        grace.execute(BOOKINGS, json!({ "orderBy": order })).await.field("bookings")["edges"][0]["cursor"].clone()
    };
    for (of, used_in) in [
        (order("STARTS_AT", "ASC"), order("STARTS_AT", "DESC")),
        (order("STARTS_AT", "ASC"), order("BOOKED_AT", "ASC")),
        (order("STARTS_AT", "DESC"), Value::Null),
        (Value::Null, order("STARTS_AT", "DESC")),
    ] {
        let cursor = cursor_in(of.clone()).await;
        for side in ["after", "before"] {
            let mut variables = json!({ "orderBy": used_in });
            variables[side] = cursor.clone();
            assert_eq!(grace.execute(BOOKINGS, variables).await.codes(), ["BAD_USER_INPUT"], "{of} {used_in}");
        }
    }
    // A filter does not change cursors.
    let cursor = cursor_in(order("STARTS_AT", "ASC")).await;
    let more = json!({ "orderBy": order("STARTS_AT", "ASC"), "after": cursor, "filter": { "role": "STUDENT" } });
    assert_eq!(
        nodes(&grace.execute(BOOKINGS, more).await.field("bookings"), "startsAt"),
        ["10:00", "11:00"].map(monday)
    );
}

#[rstest]
#[tokio::test]
async fn topics_are_filtered_and_ordered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut ids = Vec::new();
    for title in ["zebra", "Éclair", "apple", "Echo", "!"] {
        ids.push(ada.create_topic(title).await);
        campus.advance(Duration::from_secs(1));
    }
    let offer = grace.create_appointment(&ids[0], &json!({})).await;
    let order = |field: &str, direction: &str| json!({ "field": field, "direction": direction });
    for (order, expected) in [
        (order("TITLE", "ASC"), ["!", "apple", "Echo", "Éclair", "zebra"]),
        (order("TITLE", "DESC"), ["zebra", "Éclair", "Echo", "apple", "!"]),
        (order("CREATED_AT", "ASC"), ["zebra", "Éclair", "apple", "Echo", "!"]),
        (order("CREATED_AT", "DESC"), ["!", "Echo", "apple", "Éclair", "zebra"]),
        (Value::Null, ["!", "Echo", "apple", "Éclair", "zebra"]),
    ] {
        assert_eq!(titles(&ada, json!({ "orderBy": order })).await, expected, "{order}");
        for read in read_both_ways(&ada, TOPICS, "topics", "title", &order).await {
            assert_eq!(read, expected, "{order}");
        }
    }
    let archive =
        "mutation($id: ID!) { updateTopic(input: { topicId: $id, isArchived: true }) { userErrors { code } } }";
    ada.execute(archive, json!({ "id": ids[2] })).await.data();
    let grace_id = user_id(&grace).await;
    for (variables, expected) in [
        (json!({ "filter": {} }), vec!["!", "Echo", "Éclair", "zebra"]),
        (json!({ "filter": { "isArchived": null, "text": null } }), vec!["!", "Echo", "Éclair", "zebra"]),
        (json!({ "filter": { "isArchived": false } }), vec!["!", "Echo", "Éclair", "zebra"]),
        (json!({ "filter": { "isArchived": true } }), vec!["apple"]),
        (json!({ "filter": { "text": "ec" } }), vec!["Echo", "Éclair"]),
        (json!({ "filter": { "text": "ec" }, "search": "ecl" }), vec!["Éclair"]),
        (json!({ "filter": { "text": "echo" }, "search": "zebra" }), vec![]),
        (json!({ "filter": { "text": "?!" } }), vec![]),
        (json!({ "filter": { "text": " " } }), vec!["!", "Echo", "Éclair", "zebra"]),
        (json!({ "filter": { "mentorId": grace_id } }), vec!["zebra"]),
        (json!({ "filter": { "mentorId": grace_id, "text": "ec" } }), vec![]),
        (json!({ "filter": { "mentorId": user_id(&ada).await } }), vec![]),
        (json!({ "filter": { "mentorId": "usr_0000000000000" } }), vec![]),
        (json!({ "filter": { "mentorId": ids[0] }, "orderBy": order("TITLE", "ASC") }), vec![]),
    ] {
        assert_eq!(titles(&ada, variables.clone()).await, expected, "{variables}");
    }
    for variables in [
        json!({ "filter": { "text": "x".repeat(201) } }),
        json!({ "filter": { "text": "a b c d e f g h i j k" } }),
        json!({ "orderBy": { "field": "TITLE" } }),
    ] {
        assert_eq!(ada.execute(TOPICS, variables.clone()).await.codes(), ["BAD_USER_INPUT"], "{variables}");
    }
    for (of, used_in) in [
        (order("TITLE", "ASC"), order("TITLE", "DESC")),
        (order("TITLE", "ASC"), order("CREATED_AT", "ASC")),
        (order("CREATED_AT", "DESC"), Value::Null),
        (Value::Null, order("CREATED_AT", "DESC")),
    ] {
        let page = ada.execute(TOPICS, json!({ "orderBy": of })).await.field("topics");
        let variables = json!({ "orderBy": used_in, "after": page["edges"][0]["cursor"] });
        assert_eq!(ada.execute(TOPICS, variables).await.codes(), ["BAD_USER_INPUT"], "{of} {used_in}");
    }

    // Of an inactive appointment, and across a block, a mentor has no topics.
    grace.update_appointment(&offer, &json!({ "isActive": false })).await.data();
    assert_eq!(titles(&ada, json!({ "filter": { "mentorId": grace_id } })).await, [""; 0]);
    grace.update_appointment(&offer, &json!({ "isActive": true })).await.data();
    assert_eq!(titles(&ada, json!({ "filter": { "mentorId": grace_id } })).await, ["zebra"]);
    let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
    grace.execute(block, json!({ "id": user_id(&ada).await })).await.data();
    assert_eq!(titles(&ada, json!({ "filter": { "mentorId": grace_id } })).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn topics_from_before_an_upgrade_are_ordered_by_title_too(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    use studyhall::db::Query;
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for title in ["Éclair", "zebra", "apple"] {
        ada.create_topic(title).await;
    }
    // As an earlier version of the program writes them.
    campus.app.db.run("update topics set title_key = ''", &[]).await.expect("the keys are gone");
    studyhall::topics::rules::rebuild_texts(&campus.app).await.expect("the topics are written again");
    let by_title = json!({ "orderBy": { "field": "TITLE", "direction": "ASC" } });
    assert_eq!(titles(&ada, by_title).await, ["apple", "Éclair", "zebra"]);
}
