//! The first page of a search among 10,000 and 100,000 users. Its cost must not grow with their number.

use std::time::Instant;

use serde_json::{Value, json};
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::demo;
use tokio::runtime::Runtime;

use crate::campus::{CHEAP_HASHING, Campus, LOGIN, anonymous};
use crate::comparison::quantile;

const USER_COUNTS: [usize; 2] = [10_000, 100_000];
const ROUNDS: usize = 300;
const GOAL: &str = "p99 10 ms, maximum 30";

const SEARCH: &str = "query($filter: UserFilter!) { searchUsers(filter: $filter, first: 20) {
    edges { cursor node { id username displayName fieldOfStudy skills } }
    pageInfo { hasNextPage endCursor }
} }";

const SEARCH_WITH_COUNT: &str = "query($filter: UserFilter!) { searchUsers(filter: $filter, first: 20) {
    edges { cursor node { id username displayName fieldOfStudy skills } }
    totalCount
} }";

/// Typical searches: for words of one user up to words of every tenth user, alone and combined.
fn searches() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("a username", SEARCH, json!({ "text": "ada.muller" })),
        ("first and last name", SEARCH, json!({ "text": "josé garcía" })),
        ("a last name with a typo", SEARCH, json!({ "text": "schnieder" })),
        ("two words with typos", SEARCH, json!({ "text": "oksar zimerman" })),
        ("three letters that many names start with", SEARCH, json!({ "name": "mar" })),
        ("a very common word", SEARCH, json!({ "text": "science" })),
        ("three very common words", SEARCH, json!({ "text": "computer science library" })),
        ("a name within a field", SEARCH, json!({ "text": "maria", "fieldOfStudy": "mathematics" })),
        (
            "a name, a field, a skill, a year",
            SEARCH,
            json!({ "text": "ada", "fieldOfStudy": "physics", "skills": ["optics"], "year": 2 }),
        ),
        ("skills and a year, no words", SEARCH, json!({ "skills": ["CAD", "drawing"], "year": 3 })),
        ("a word without results", SEARCH, json!({ "text": "xylophonist" })),
        ("all users", SEARCH, json!({})),
        ("all users of a field, with count", SEARCH_WITH_COUNT, json!({ "fieldOfStudy": "mathematics" })),
        ("all users, with count", SEARCH_WITH_COUNT, json!({})),
    ]
}

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    for user_count in USER_COUNTS {
        runtime.block_on(measure(user_count));
    }
}

async fn measure(user_count: usize) {
    let campus = Campus::open(CHEAP_HASHING).await;
    let filled = demo::fill(&campus.app, user_count, 1).await.expect("the campus is filled");
    let login = json!({ "input": { "identifier": filled.username, "password": demo::PASSWORD } });
    let session = campus.execute(&anonymous(), LOGIN, login).await["data"]["login"]["session"].clone();
    let token = session["accessToken"].as_str().expect("the login is accepted").to_owned();
    let viewer = authenticate(&campus.app, &Credential::Bearer(token.into())).await.expect("the token is valid");
    let caller = studyhall::graphql::Caller { viewer: Some(viewer), ..anonymous() };

    println!("\nsearch, first page of 20 among {user_count} users, in ms");
    println!("{:<40} {:>8} {:>8}  goal", "", "p50", "p99");
    for (name, query, filter) in searches() {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let started_at = Instant::now();
            let response = campus.execute(&caller, query, json!({ "filter": filter })).await;
            times.push(started_at.elapsed().as_secs_f64() * 1_000.0);
            assert!(response["data"]["searchUsers"]["edges"].is_array(), "{response}");
        }
        println!("{name:<40} {:>8.2} {:>8.2}  {GOAL}", quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    }
}
