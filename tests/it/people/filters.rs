//! The filters of a search, alone and combined, and their limits.

use rstest::rstest;
use serde_json::json;

use super::{SEARCH, member_with, search_usernames};
use crate::support::{Campus, Engine, Person};

async fn campus(engine: Engine) -> (Campus, Person) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for (username, profile) in [
        (
            "ada",
            json!({ "firstName": "Ada", "fieldOfStudy": "Applied Mathématics", "year": 3,
                    "skills": ["Java", "Machine Learning", "C++"], "about": "Looms" }),
        ),
        (
            "alan",
            json!({ "firstName": "Alan", "fieldOfStudy": "Mathematics", "year": 2,
                    "skills": ["JavaScript", "machine  learning"], "about": "Java, looms" }),
        ),
        ("grace", json!({ "firstName": "Grace", "fieldOfStudy": "Physics", "year": 3, "skills": ["JAVA", "C"] })),
        (
            "edsger",
            json!({ "fieldOfStudy": "Mathematics and Physics", "year": 3, "skills": ["C#", "3", "5 javelins"] }),
        ),
    ] {
        member_with(&campus, username, profile).await;
    }
    let reader = member_with(&campus, "reader", json!({ "year": 3, "skills": ["Java"] })).await;
    (campus, reader)
}

#[rstest]
#[tokio::test]
async fn a_result_matches_all_filters(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (_campus, reader) = campus(engine).await;
    let golden: &[(serde_json::Value, &[&str])] = &[
        (json!({ "skills": ["java"] }), &["ada", "grace"]),
        (json!({ "skills": ["JAVASCRIPT"] }), &["alan"]),
        (json!({ "skills": ["machine learning"] }), &["ada", "alan"]),
        (json!({ "skills": ["learning"] }), &["ada", "alan"]),
        (json!({ "skills": ["machine-learning"] }), &["ada", "alan"]),
        (json!({ "skills": ["jav"] }), &[]),
        (json!({ "skills": ["jaba"] }), &[]),
        (json!({ "skills": ["c"] }), &["grace"]),
        (json!({ "skills": ["C++"] }), &["ada"]),
        (json!({ "skills": ["c#"] }), &["edsger"]),
        (json!({ "skills": ["java", " Machine Learning "] }), &["ada"]),
        (json!({ "skills": ["java", "java"] }), &["ada", "grace"]),
        (json!({ "skills": ["java", "c#"] }), &[]),
        (json!({ "skills": [""] }), &[]),
        (json!({ "skills": ["%"] }), &[]),
        (json!({ "skills": ["a\0b"] }), &[]),
        (json!({ "skills": [] }), &["ada", "alan", "edsger", "grace"]),
        (json!({ "fieldOfStudy": "mathematics" }), &["ada", "alan", "edsger"]),
        (json!({ "fieldOfStudy": "MATHÉMATICS applied" }), &["ada"]),
        (json!({ "fieldOfStudy": "mathematic" }), &[]),
        (json!({ "fieldOfStudy": "matehmatics" }), &[]),
        (json!({ "fieldOfStudy": "-" }), &[]),
        (json!({ "year": 3 }), &["ada", "edsger", "grace"]),
        (json!({ "year": 30 }), &[]),
        (json!({ "year": -3 }), &[]),
        (json!({ "year": 3, "skills": ["java"] }), &["ada", "grace"]),
        (json!({ "year": 3, "skills": ["java"], "fieldOfStudy": "physics" }), &["grace"]),
        (json!({ "text": "java" }), &["ada", "grace", "alan"]),
        (json!({ "text": "java", "year": 3 }), &["ada", "grace"]),
        (json!({ "text": "java", "fieldOfStudy": "mathematics" }), &["ada", "alan"]),
        (json!({ "text": "looms", "name": "ala" }), &["alan"]),
        (
            json!({ "text": "looms", "name": "ada", "fieldOfStudy": "mathematics", "skills": ["java", "c++"], "year": 3 }),
            &["ada"],
        ),
        (
            json!({ "text": "looms", "name": "ada", "fieldOfStudy": "mathematics", "skills": ["java", "c++"], "year": 2 }),
            &[],
        ),
        (json!({ "text": "", "skills": ["java"] }), &[]),
        (json!({ "text": null, "name": null, "skills": null, "year": null }), &["ada", "alan", "edsger", "grace"]),
    ];
    for (filter, expected) in golden {
        assert_eq!(search_usernames(&reader, filter.clone()).await, *expected, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn a_search_rejects_filters_beyond_the_limits(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (_campus, reader) = campus(engine).await;
    let words = |count: usize| (0..count).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    for valid in [
        json!({ "text": words(10), "name": words(10), "fieldOfStudy": words(10), "skills": vec!["x"; 30] }),
        json!({ "text": "é".repeat(200) }),
        json!({ "text": "a\0b \u{10FFFF} \u{1}" }),
        json!({ "text": "x ".repeat(100) }),
        json!({ "skills": ["é".repeat(200)] }),
    ] {
        assert_eq!(search_usernames(&reader, valid.clone()).await, [""; 0], "{valid}");
    }
    for wrong in [
        json!({ "text": words(11) }),
        json!({ "name": words(11) }),
        json!({ "fieldOfStudy": words(11) }),
        json!({ "text": "é".repeat(201) }),
        json!({ "skills": vec!["x"; 31] }),
        json!({ "skills": ["x".repeat(201)] }),
    ] {
        let answer = reader.execute(SEARCH, json!({ "filter": wrong })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{wrong}");
        assert_eq!(answer.body["data"], json!({ "searchUsers": null }));
    }
}

#[rstest]
#[tokio::test]
async fn a_member_can_search_again_a_minute_after_the_rate_limit(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let reader = campus.member("reader").await;
    let search = || reader.execute(SEARCH, json!({ "filter": { "text": "quartz" } }));
    let mut done = 0;
    let limited = loop {
        let answer = search().await;
        if !answer.codes().is_empty() {
            break answer;
        }
        done += 1;
        assert!(done <= 1_000, "the rate limit is never reached");
    };
    assert_eq!(limited.codes(), ["RATE_LIMITED"]);
    assert!(done >= 60, "{done}");
    campus.advance(std::time::Duration::from_mins(1));
    assert_eq!(search().await.codes(), [""; 0]);
}
