//! What operations cost and how often they can run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, TypeKind, TypeSystemDefinition};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::schema::{self, prices};

use crate::support::{Campus, Engine, Person};

/// Returns the fields of all objects that `is_wanted`, as pairs of type and field.
fn object_fields(is_wanted: impl Fn(&str, &BaseType) -> bool) -> BTreeSet<(String, String)> {
    let document = parse_schema(schema::sdl()).expect("the schema is GraphQL");
    let mut found = BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        let parent = definition.node.name.node.to_string();
        for field in &object.fields {
            if is_wanted(&parent, &field.node.ty.node.base) {
                found.insert((parent.clone(), field.node.name.node.to_string()));
            }
        }
    }
    found
}

#[test]
fn every_list_without_pages_has_a_largest_size() {
    let is_list = |parent: &str, base: &BaseType| !parent.ends_with("Connection") && matches!(base, BaseType::List(_));
    let mut lists = object_fields(is_list);
    // The errors of an input are at most one for each of its members.
    lists.retain(|(_, field)| field != "userErrors");
    let rows = prices::PRICES.lists.iter().map(|size| (size.parent.to_owned(), size.field.to_owned())).collect();
    assert_eq!(lists, rows);
}

#[test]
fn every_mutation_has_a_rate_limit_or_a_reason_for_none() {
    let mutations = object_fields(|parent, _| parent == "Mutation");
    let rows: BTreeSet<(String, String)> =
        prices::PRICES.mutations.iter().map(|(name, _)| ("Mutation".to_owned(), (*name).to_owned())).collect();
    assert_eq!(mutations, rows);
}

#[test]
fn every_price_belongs_to_a_field() {
    let fields = object_fields(|_, _| true);
    for price in prices::PRICES.fields {
        let field = (price.parent.to_owned(), price.field.to_owned());
        assert!(fields.contains(&field) && price.points > 1, "{field:?}");
    }
}

#[test]
fn the_documented_limits_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/clients/limits.md");
    let page = fs::read_to_string(path).expect("the page exists");
    assert!(page.contains(&prices::markdown()), "docs/clients/limits.md is stale: run `make schema`");
}

#[rstest]
#[tokio::test]
async fn a_mutation_beyond_its_rate_is_rejected_and_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let update = "mutation Update($about: String) { updateProfile(input: { about: $about }) { user { about } } }";
    for number in 0..120 {
        let answer = ada.execute(update, json!({ "about": number.to_string() })).await;
        assert_eq!(answer.field("updateProfile")["user"]["about"], number.to_string());
    }
    let rejected = ada.execute(update, json!({ "about": "too often" })).await;
    assert_eq!((rejected.status, rejected.codes()), (429, vec!["RATE_LIMITED".to_owned()]));
    let about = ada.query("{ viewer { user { about } } }").await;
    assert_eq!(about["viewer"]["user"]["about"], "119");
    // Another mutation takes from the same bucket, and another member has their own.
    let avatar = ada.execute("mutation { removeAvatar { userErrors { code } } }", json!({})).await;
    assert_eq!(avatar.codes(), ["RATE_LIMITED"]);
    assert_eq!(grace.execute(update, json!({ "about": "first" })).await.codes(), Vec::<String>::new());
    campus.advance(std::time::Duration::from_secs(30));
    assert_eq!(ada.execute(update, json!({ "about": "later" })).await.codes(), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn total_counts_stop_at_a_thousand(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let counts = "{ viewer { user { posts(first: 0) { totalCount totalCountIsCapped } } }
                    posts(first: 0) { totalCount totalCountIsCapped } }";
    ada.publish("first").await;
    for (copies, expected) in [(999, (1_000, false)), (1, (1_000, true))] {
        insert_copies(&campus, copies).await;
        let data = ada.query(counts).await;
        for list in [&data["posts"], &data["viewer"]["user"]["posts"]] {
            let (count, is_capped) = (&list["totalCount"], &list["totalCountIsCapped"]);
            assert_eq!((count, is_capped), (&json!(expected.0), &json!(expected.1)));
        }
    }
    let only_capped = ada.query("{ posts(first: 0) { totalCountIsCapped } }").await;
    assert_eq!(only_capped["posts"]["totalCountIsCapped"], true);
}

/// Adds copies of the newest post.
async fn insert_copies(campus: &Campus, copies: i64) {
    use studyhall::db::Query;
    let mut tx = campus.app.db.write().await.expect("a transaction");
    for _ in 0..copies {
        tx.run(
            "insert into posts (id, author_id, number, text, published_at, fingerprint)
             select id + 1, author_id, number + 1, text, published_at, fingerprint from posts
             order by number desc limit 1",
            &[],
        )
        .await
        .expect("a copy");
    }
    tx.commit().await.expect("the commit");
}

#[rstest]
#[tokio::test]
async fn the_cost_is_shown_on_request(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let with = |query: &str, variables: Value| json!({ "query": query, "variables": variables, "extensions": { "showCost": true } });
    let query = "query Posts($first: Int) { posts(first: $first) { edges { node { id text } } totalCount } }";
    let answer = ada.post(&with(query, json!({ "first": 10 }))).await.body;
    let cost = &answer["extensions"]["cost"];
    // The field, ten times an edge with its post and two fields, and the count.
    assert_eq!(cost["requested"], 1 + 1 + 10 * 3 + 5);
    assert!(cost["remaining"].as_u64().is_some_and(|left| left < 50_000 - 37) && cost["resetsAt"].is_string());
    let nested = "{ posts(first: 100) { edges { node { author { posts(first: 100) { edges { cursor } } } } } } }";
    let rejected = ada.post(&with(nested, json!({}))).await.body;
    assert!(rejected["extensions"]["cost"]["requested"].as_u64().is_some_and(|points| points > 5_000));
    let request = ada.request(reqwest::Method::POST, "/graphql").header("graphql-show-cost", "1");
    let by_header = Person::send(request.json(&json!({ "query": "{ __typename }" }))).await.body;
    assert_eq!(by_header["extensions"]["cost"]["requested"], 1);
    assert_eq!(ada.execute("{ __typename }", json!({})).await.body.get("extensions"), None);
}

#[rstest]
#[tokio::test]
async fn applications_with_many_fragments_fit(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let spreads: String = (0..100).map(|n| format!("...F{n} ")).collect();
    let fragments: String =
        (0..100).map(|n| format!("fragment F{n} on User {{ id displayName a{n}: about }} ")).collect();
    let data = ada.query(&format!("{{ viewer {{ user {{ {spreads} }} }} }} {fragments}")).await;
    assert_eq!(data["viewer"]["user"]["displayName"], "ada");
    let roots: String = (0..60).map(|n| format!("r{n}: usernameAvailable(username: \"name{n}\") ")).collect();
    assert_eq!(ada.query(&format!("{{ {roots} }}")).await["r59"], true);
    let one_more = ada.execute(&format!("{{ {roots} viewer {{ role }} }}"), json!({})).await;
    assert_eq!(one_more.codes(), ["QUERY_TOO_COMPLEX"]);
}

#[rstest]
#[tokio::test]
async fn callers_without_a_session_send_smaller_documents(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, anonymous) = (campus.member("ada").await, campus.anonymous());
    let long = format!("{{ __typename }} # {}", "x".repeat(20_000));
    assert_eq!(ada.execute(&long, json!({})).await.codes(), Vec::<String>::new());
    // The member's document is in the cache now; the limit holds for others all the same.
    assert_eq!(anonymous.execute(&long, json!({})).await.codes(), ["QUERY_TOO_COMPLEX"]);
    assert_eq!(anonymous.execute(&long[..16_000], json!({})).await.codes(), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn new_documents_cost_points_before_they_are_parsed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    let fields = "id ".repeat(1_900);
    let document = |number: usize| format!("{{ viewer {{ user {{ {fields} }} }} }} # {number}");
    // 50 points and one for each 16 bytes of 5.7 kB, and 1,902 for the operation: 100,000 points last for 43.
    let mut answered = 0;
    for number in 0..60 {
        let codes = anonymous.execute(&document(number), json!({})).await.codes();
        answered += usize::from(codes.is_empty());
        assert!(codes.is_empty() || codes == ["RATE_LIMITED"], "{codes:?}");
    }
    assert_eq!(answered, 43);
    // What is in use stays in the cache, and only its own points are missing.
    campus.advance(std::time::Duration::from_secs(3));
    assert_eq!(anonymous.execute(&document(0), json!({})).await.codes(), Vec::<String>::new());
}

/// The introspection of common tools, with every option.
const INTROSPECTION: &str = "query IntrospectionQuery {
  __schema {
    description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
    kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";

#[rstest]
#[tokio::test]
async fn introspection_fits_once_and_does_not_nest(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    let answer = anonymous.execute(INTROSPECTION, json!({})).await;
    assert!(answer.data()["__schema"]["types"].as_array().is_some_and(|types| types.len() > 200));
    let twice =
        INTROSPECTION.replacen("types { ...FullType }", "types { ...FullType } again: types { ...FullType }", 1);
    let nested = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    for query in [&twice, nested] {
        let rejected = anonymous.execute(query, json!({})).await;
        assert_eq!((rejected.status, rejected.codes()), (400, vec!["QUERY_TOO_COMPLEX".to_owned()]));
    }
}

#[rstest]
#[tokio::test]
async fn a_response_above_the_limit_is_replaced_by_an_error(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let settings = ["--max-response-bytes=20000", "--max-anonymous-response-bytes=2000"];
    let campus = Campus::start_with(engine, &settings).await;
    let (ada, anonymous) = (campus.member("ada").await, campus.anonymous());
    let types = "{ __schema { types { name } } }";
    assert_eq!(anonymous.execute(types, json!({})).await.codes(), ["QUERY_TOO_COMPLEX"]);
    assert_eq!(ada.execute(types, json!({})).await.codes(), Vec::<String>::new());
    for _ in 0..5 {
        ada.publish(&"é".repeat(2_000)).await;
    }
    let posts = "query Posts($first: Int) { posts(first: $first) { edges { node { text } } } }";
    assert_eq!(ada.execute(posts, json!({ "first": 4 })).await.codes(), Vec::<String>::new());
    let rejected = ada.execute(posts, json!({ "first": 5 })).await;
    assert_eq!((rejected.codes(), &rejected.body["data"]), (vec!["QUERY_TOO_COMPLEX".to_owned()], &Value::Null));
}

#[rstest]
#[tokio::test]
async fn what_a_response_has_beyond_its_cost_is_charged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for _ in 0..4 {
        ada.publish(&"x".repeat(5_000)).await;
    }
    campus.advance(std::time::Duration::from_mins(1));
    let query = json!({
        "query": "{ posts { edges { node { text } } } }",
        "variables": {},
        "extensions": { "showCost": true },
    });
    let remaining = |body: &Value| body["extensions"]["cost"]["remaining"].as_i64().expect("a number");
    let first = ada.post(&query).await.body;
    assert_eq!(first["extensions"]["cost"]["requested"], 42);
    let second = ada.post(&query).await.body;
    // A point includes 256 bytes, and the response has 20 kB.
    assert_eq!(remaining(&first) - remaining(&second), 78);
}

#[rstest]
#[tokio::test]
async fn an_operation_returns_the_slots_of_one_full_appointment_and_not_of_two(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (mentor, student) = (campus.member("mentor").await, campus.member("student").await);
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let hours: Vec<Value> = days.iter().map(|day| json!({ "weekday": day, "from": "00:00", "to": "24:00" })).collect();
    let mut offers = Vec::new();
    for title in ["One", "Two"] {
        let topic = mentor.create_topic(title).await;
        let settings =
            json!({ "sessionMinutes": 5, "weeklyHours": hours, "timeZone": "UTC", "minimumNoticeMinutes": 0 });
        offers.push(mentor.create_appointment(&topic, &settings).await);
    }
    let query = "query Slots($ids: [ID!]!) {
        nodes(ids: $ids) {
            ... on Appointment { slots(from: \"2026-11-22T00:00:00Z\", to: \"2026-12-23T00:00:00Z\") { startsAt } }
        }
    }";
    let one = student.execute(query, json!({ "ids": [offers[0]] })).await.data();
    assert_eq!(one["nodes"][0]["slots"].as_array().map(Vec::len), Some(31 * 24 * 12));
    assert_eq!(student.execute(query, json!({ "ids": offers })).await.codes(), ["QUERY_TOO_COMPLEX"]);
}
