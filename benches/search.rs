//! The first page of a search, among few and among many: it must not cost more the more people there are.

use std::time::Instant;

use serde_json::{Value, json};
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::demo;
use tokio::runtime::Runtime;

use crate::campus::{CHEAP, Campus, LOGIN, nobody};
use crate::contest::quantile;

const PEOPLE: [usize; 2] = [10_000, 100_000];
const ROUNDS: usize = 300;
const GOAL: &str = "p99 10 ms, at most 30";

const SEARCH: &str = "query($filter: UserFilter!) { searchUsers(filter: $filter, first: 20) {
    edges { cursor node { id username displayName fieldOfStudy skills } }
    pageInfo { hasNextPage endCursor }
} }";

const COUNTED: &str = "query($filter: UserFilter!) { searchUsers(filter: $filter, first: 20) {
    edges { cursor node { id username displayName fieldOfStudy skills } }
    totalCount
} }";

/// What people look for: from what one has to what every tenth has, alone and together.
fn searches() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("a username", SEARCH, json!({ "text": "ada.muller" })),
        ("first and last name", SEARCH, json!({ "text": "josé garcía" })),
        ("a last name with a mistake", SEARCH, json!({ "text": "schnieder" })),
        ("two words with mistakes", SEARCH, json!({ "text": "oksar zimerman" })),
        ("three letters of many names", SEARCH, json!({ "name": "mar" })),
        ("a word of very many", SEARCH, json!({ "text": "science" })),
        ("three words of very many", SEARCH, json!({ "text": "computer science library" })),
        ("a name among those of a field", SEARCH, json!({ "text": "maria", "fieldOfStudy": "mathematics" })),
        (
            "a name, a field, a skill, a year",
            SEARCH,
            json!({ "text": "ada", "fieldOfStudy": "physics", "skills": ["optics"], "year": 2 }),
        ),
        ("skills and a year, no words", SEARCH, json!({ "skills": ["CAD", "drawing"], "year": 3 })),
        ("nobody", SEARCH, json!({ "text": "xylophonist" })),
        ("everybody", SEARCH, json!({})),
        ("everybody of a field, counted", COUNTED, json!({ "fieldOfStudy": "mathematics" })),
        ("everybody, counted", COUNTED, json!({})),
    ]
}

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    for people in PEOPLE {
        runtime.block_on(measure(people));
    }
}

async fn measure(people: usize) {
    let campus = Campus::open(CHEAP).await;
    let filled = demo::fill(&campus.app, people, 1).await.expect("the campus is filled");
    let login = json!({ "input": { "identifier": filled.username, "password": demo::PASSWORD } });
    let session = campus.ask(&nobody(), LOGIN, login).await["data"]["login"]["session"].clone();
    let token = session["accessToken"].as_str().expect("the login is accepted").to_owned();
    let viewer = authenticate(&campus.app, &Credential::Bearer(token.into())).await.expect("the token is good");
    let caller = studyhall::graphql::Caller { viewer: Some(viewer), ..nobody() };

    println!("\nsearch, first page of 20 among {people} people, in ms");
    println!("{:<40} {:>8} {:>8}  goal", "", "p50", "p99");
    for (name, query, filter) in searches() {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let answer = campus.ask(&caller, query, json!({ "filter": filter })).await;
            times.push(began.elapsed().as_secs_f64() * 1_000.0);
            assert!(answer["data"]["searchUsers"]["edges"].is_array(), "{answer}");
        }
        println!("{name:<40} {:>8.2} {:>8.2}  {GOAL}", quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    }
}
