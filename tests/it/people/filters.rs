//! The filters of a search, alone and combined, and their limits.

use expect_test::expect;
use rstest::rstest;
use serde_json::{Value, json};

use super::{SEARCH, member_with, search_usernames};
use crate::support::{Campus, Engine, Person, transcript};

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
    let golden = expect![[r#"
        { "skills": ["java"] }
            → ada grace
        { "skills": ["JAVASCRIPT"] }
            → alan
        { "skills": ["machine learning"] }
            → ada alan
        { "skills": ["learning"] }
            → ada alan
        { "skills": ["machine-learning"] }
            → ada alan
        { "skills": ["jav"] }
        { "skills": ["jaba"] }
        { "skills": ["c"] }
            → grace
        { "skills": ["C++"] }
            → ada
        { "skills": ["c#"] }
            → edsger
        { "skills": ["java", " Machine Learning "] }
            → ada
        { "skills": ["java", "java"] }
            → ada grace
        { "skills": ["java", "c#"] }
        { "skills": [""] }
        { "skills": ["%"] }
        { "skills": ["a\u0000b"] }
        { "skills": [] }
            → ada alan edsger grace
        { "fieldOfStudy": "mathematics" }
            → ada alan edsger
        { "fieldOfStudy": "MATHÉMATICS applied" }
            → ada
        { "fieldOfStudy": "mathematic" }
        { "fieldOfStudy": "matehmatics" }
        { "fieldOfStudy": "-" }
        { "year": 3 }
            → ada edsger grace
        { "year": 30 }
        { "year": -3 }
        { "year": 3, "skills": ["java"] }
            → ada grace
        { "year": 3, "skills": ["java"], "fieldOfStudy": "physics" }
            → grace
        { "text": "java" }
            → ada grace alan
        { "text": "java", "year": 3 }
            → ada grace
        { "text": "java", "fieldOfStudy": "mathematics" }
            → ada alan
        { "text": "looms", "name": "ala" }
            → alan
        { "text": "looms", "name": "ada", "fieldOfStudy": "mathematics", "skills": ["java", "c++"], "year": 3 }
            → ada
        { "text": "looms", "name": "ada", "fieldOfStudy": "mathematics", "skills": ["java", "c++"], "year": 2 }
        { "text": "", "skills": ["java"] }
        { "text": null, "name": null, "skills": null, "year": null }
            → ada alan edsger grace
    "#]];
    transcript::compare_all(&golden, async |filter| {
        let filter: Value = serde_json::from_str(filter).expect("JSON");
        search_usernames(&reader, filter).await.join(" ")
    })
    .await;
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
