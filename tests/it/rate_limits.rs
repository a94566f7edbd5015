//! Rate limits of users over several nodes, and how responses show limits.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;
use studyhall::node;

use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const SEARCH: &str = "{ searchUsers(filter: {}) { totalCount } }";
const SEND: &str = "mutation { sendLobbyMessage(input: { text: \"hi\" }) { userErrors { code } } }";
const SETTINGS: &str = "mutation { updateSettings(input: { showsPresence: true }) { userErrors { code } } }";
/// More than a thousand points.
const EXPENSIVE: &str = "{ posts(first: 100) { edges { node { author { posts(first: 10) { edges { cursor } } } } } } }";

/// Sends an operation to nodes in turn until each rejects it. Returns how often it was accepted.
async fn send_until_rejected(nodes: &[&Person], query: &str) -> usize {
    let mut accepted = 0;
    let mut rejected = 0;
    for node in nodes.iter().cycle() {
        let codes = node.execute(query, json!({})).await.codes();
        if codes.is_empty() {
            (accepted, rejected) = (accepted + 1, 0);
        } else {
            assert_eq!(codes, ["RATE_LIMITED"], "{query}");
            rejected += 1;
        }
        if rejected == nodes.len() {
            break;
        }
    }
    accepted
}

/// Returns how often an operation fits into the points of a minute.
async fn affordable(campus: &Campus, query: &str) -> usize {
    let request = campus.anonymous().request(reqwest::Method::POST, "/graphql").header("graphql-show-cost", "1");
    let response = Person::send(request.json(&json!({ "query": query }))).await;
    let cost = response.body["extensions"]["cost"]["requested"].as_u64().expect("a cost");
    usize::try_from(50_000 / cost).expect("a small number")
}

async fn shared_buckets(campus: &Campus, name: &str) -> i64 {
    let sql = "select count(*) from rate_limits where name = $1";
    let (count,): (i64,) = campus.app.db.one(sql, &[&name.to_owned()]).await.expect("the buckets are counted");
    count
}

#[rstest]
#[case::searches(SEARCH, Some(60))]
#[case::messages(SEND, Some(60))]
#[case::changes(SETTINGS, Some(30))]
#[case::points(EXPENSIVE, None)]
#[tokio::test]
async fn a_user_of_two_nodes_gets_at_most_a_tenth_of_a_limit_more_from_each(
    #[case] query: &str,
    #[case] limit: Option<usize>,
) {
    let campus = Campus::start(Engine::Postgres).await;
    let limit = match limit {
        Some(limit) => limit,
        None => affordable(&campus, query).await,
    };
    let other_node = campus.another_node(&[]).await;
    for username in ["in_turn", "one_after_the_other"] {
        let here = campus.member(username).await;
        let there = other_node.client_for(&here);
        here.query("mutation { enterLobby(input: {}) { userErrors { code } } }").await;
        let accepted = match username {
            "in_turn" => send_until_rejected(&[&here, &there], query).await,
            _ => send_until_rejected(&[&here], query).await + send_until_rejected(&[&there], query).await,
        };
        let part = limit.div_ceil(10);
        // Points are also taken for documents and responses, so a few operations fewer fit.
        let fewest = if query == EXPENSIVE { limit - 2 * part } else { limit };
        assert!((fewest..=limit + 2 * part).contains(&accepted), "{username}: {accepted} of {limit}");
    }
    other_node.stop().await;
}

#[tokio::test]
async fn only_a_burst_is_counted_in_the_database() {
    let campus = Campus::start(Engine::Postgres).await;
    let ada = campus.member("ada").await;
    for _ in 0..2 {
        ada.query(SEARCH).await;
    }
    assert_eq!(shared_buckets(&campus, "searches").await, 0, "less than a twentieth");
    for _ in 0..5 {
        ada.query(SEARCH).await;
    }
    assert_eq!(shared_buckets(&campus, "searches").await, 1, "more than a tenth");
    campus.advance(std::time::Duration::from_mins(2));
    node::sweep(&campus.app).await.expect("full buckets are deleted");
    assert_eq!(shared_buckets(&campus, "searches").await, 0);
}

#[tokio::test]
async fn a_node_with_a_database_of_its_own_counts_in_memory() {
    let campus = Campus::start(Engine::Sqlite).await;
    let ada = campus.member("ada").await;
    assert_eq!(send_until_rejected(&[&ada], SEARCH).await, 60);
    assert_eq!(shared_buckets(&campus, "searches").await, 0);
}

#[tokio::test]
async fn a_user_who_waits_has_the_limit_again_on_every_node() {
    let campus = Campus::start(Engine::Postgres).await;
    let other_node = campus.another_node(&[]).await;
    let here = campus.member("ada").await;
    let there = other_node.client_for(&here);
    send_until_rejected(&[&here, &there], SEARCH).await;
    for node in [&campus, &other_node] {
        node.advance(std::time::Duration::from_mins(2));
    }
    assert!((60..=72).contains(&send_until_rejected(&[&there, &here], SEARCH).await));
    other_node.stop().await;
}

/// Returns a response header.
fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[rstest]
#[tokio::test]
async fn responses_show_the_points_that_the_caller_has_left(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, anonymous) = (campus.member("ada").await, campus.anonymous());
    ada.query("{ __typename }").await;
    campus.advance(std::time::Duration::from_mins(2));
    let answer = ada.execute("{ __typename }", json!({})).await;
    assert_eq!(header(&answer, "ratelimit-policy"), "\"points\";q=50000;w=60");
    assert_eq!(header(&answer, "ratelimit"), "\"points\";r=49999;t=1");
    let answer = anonymous.execute("{ nonsense", json!({})).await;
    assert_eq!(header(&answer, "ratelimit-policy"), "\"anonymous points\";q=100000;w=60");
    assert!(header(&answer, "ratelimit").starts_with("\"anonymous points\";r=99"));
    let from_page = ada.request(reqwest::Method::POST, "/graphql").header("origin", format!("http://{}", ada.address));
    let answer = Person::send(from_page.json(&json!({ "query": "{ __typename }" }))).await;
    let exposed = header(&answer, "access-control-expose-headers");
    assert!(exposed.contains("ratelimit, ratelimit-policy, retry-after"), "{exposed}");
}

#[rstest]
#[tokio::test]
async fn a_limit_that_is_used_up_is_named_with_its_reset(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for (query, name, amount, per, status) in [
        // The search is counted where it runs, the change before it runs.
        (SEARCH, "searches", 60, 60, 200),
        (SETTINGS, "changes of settings", 30, 600, 429),
    ] {
        send_until_rejected(&[&ada], query).await;
        let rejected = ada.execute(query, json!({})).await;
        let wait = rejected.body["errors"][0]["extensions"]["retryAfterSeconds"].as_u64().expect("a number");
        assert_eq!(rejected.status, status);
        assert_eq!(
            rejected.body["errors"][0]["extensions"]["rateLimit"],
            json!({ "name": name, "amount": amount, "perSeconds": per })
        );
        assert_eq!(header(&rejected, "retry-after"), wait.to_string());
        assert!(header(&rejected, "ratelimit").ends_with(&format!(", \"{name}\";r=0;t={wait}")));
        let policy = header(&rejected, "ratelimit-policy");
        assert_eq!(policy, format!("\"points\";q=50000;w=60, \"{name}\";q={amount};w={per}"));
    }
    while ada.execute(EXPENSIVE, json!({})).await.codes().is_empty() {}
    let rejected = ada.execute(EXPENSIVE, json!({})).await;
    let (limit, wait) = (header(&rejected, "ratelimit"), header(&rejected, "retry-after"));
    assert_eq!(rejected.status, 429);
    assert!(limit.starts_with("\"points\";r=") && limit.ends_with(&format!(";t={wait}")), "{limit}");
}

#[rstest]
#[tokio::test]
async fn without_rate_limits_responses_show_none(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let answer = campus.anonymous().execute("{ __typename }", Value::Null).await;
    assert_eq!((header(&answer, "ratelimit"), header(&answer, "ratelimit-policy")), ("", ""));
}
