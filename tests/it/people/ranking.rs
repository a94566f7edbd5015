//! What is found by words, and in what order: the same people, the same answers on both databases.

use rstest::rstest;
use serde_json::json;

use super::{finds, member_with};
use crate::support::{Campus, Engine, Person};

/// A campus whose people have much in common, and somebody who looks for them.
async fn campus(engine: Engine) -> (Campus, Person) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for (username, profile) in [
        (
            "jose.garcia",
            json!({ "firstName": "José", "lastName": "García", "fieldOfStudy": "Computer Science", "year": 2,
                    "skills": ["Java", "SQL"], "about": "Plays chess." }),
        ),
        (
            "josefine",
            json!({ "firstName": "Josefine", "lastName": "Müller", "fieldOfStudy": "Mathematics", "year": 2,
                    "skills": ["JavaScript", "C++"] }),
        ),
        (
            "joseph_m",
            json!({ "firstName": "Joseph", "lastName": "Miller", "fieldOfStudy": "Physics",
                    "skills": ["C", "Machine Learning"], "about": "Knows JOSÉ well" }),
        ),
        (
            "mueller.k",
            json!({ "firstName": "Karl", "lastName": "Muller", "fieldOfStudy": "computer science", "skills": ["C#"] }),
        ),
        ("anna_s", json!({ "firstName": "Anna", "lastName": "Straße", "fieldOfStudy": "Law" })),
        ("nana", json!({ "firstName": "Nana", "lastName": "Osei-Tutu", "skills": ["Latin"] })),
        ("percy", json!({ "firstName": "100%", "lastName": "Under_Score", "about": "3.5 % of *everything*" })),
        ("jiho", json!({ "firstName": "지호", "lastName": "Ивано́в", "fieldOfStudy": "हिन्दी" })),
    ] {
        member_with(&campus, username, profile).await;
    }
    let reader = campus.member("reader").await;
    (campus, reader)
}

#[rstest]
#[tokio::test]
async fn words_find_the_same_people_in_the_same_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (_campus, reader) = campus(engine).await;
    let all: &[&str] = &["anna_s", "jiho", "jose.garcia", "josefine", "joseph_m", "mueller.k", "nana", "percy"];
    let golden: &[(&str, &[&str])] = &[
        // Accents and case; a word itself, then its beginnings, each in names before elsewhere.
        ("jose", &["jose.garcia", "joseph_m", "josefine"]),
        ("JOSÉ", &["jose.garcia", "joseph_m", "josefine"]),
        ("Jose\u{301}", &["jose.garcia", "joseph_m", "josefine"]),
        ("jos", &["jose.garcia", "josefine", "joseph_m"]),
        ("jo", &[]),
        ("ose", &["nana", "jose.garcia", "joseph_m"]),
        ("sef", &[]),
        ("muller", &["josefine", "mueller.k", "joseph_m"]),
        ("Müller", &["josefine", "mueller.k", "joseph_m"]),
        ("mueller", &["mueller.k", "josefine"]),
        ("strasse", &["anna_s"]),
        ("STRAẞE", &["anna_s"]),
        ("иванов", &["jiho"]),
        ("지호", &["jiho"]),
        ("हिन्दी", &["jiho"]),
        // One mistake: a letter changed, missing, too many, or changed with its neighbour; from four letters on.
        ("garcya", &["jose.garcia"]),
        ("grcia", &["jose.garcia"]),
        ("garciaa", &["jose.garcia"]),
        ("jsoe", &["jose.garcia", "joseph_m"]),
        ("gracya", &[]),
        ("anna", &["anna_s", "nana"]),
        ("ann", &["anna_s"]),
        ("lxw", &[]),
        ("law", &["anna_s"]),
        // Several words: all of them, wherever.
        ("garcia jose", &["jose.garcia"]),
        ("jose chess", &["jose.garcia"]),
        ("jose physics", &["joseph_m"]),
        ("jose jose", &["jose.garcia", "joseph_m", "josefine"]),
        ("jose nobody", &[]),
        ("tutu osei", &["nana"]),
        // Signs part words and mean nothing; those of C++ and C# belong to them.
        ("%", &[]),
        ("_", &[]),
        ("*", &[]),
        ("", &[]),
        ("j%", &[]),
        ("j_se", &[]),
        ("jos*", &["jose.garcia", "josefine", "joseph_m"]),
        ("100%", &["percy"]),
        ("under_score", &["percy"]),
        ("' or 1=1 --", &[]),
        ("java", &["jose.garcia", "josefine"]),
        ("c", &["joseph_m"]),
        ("c++", &["josefine"]),
        ("c#", &["mueller.k"]),
        ("C++ javascript", &["josefine"]),
        ("reader", &[]),
    ];
    for (text, expected) in golden {
        assert_eq!(finds(&reader, json!({ "text": text })).await, *expected, "{text:?}");
    }
    assert_eq!(finds(&reader, json!({})).await, all);
    let names: &[(&str, &[&str])] = &[
        ("jose", &["jose.garcia", "josefine", "joseph_m"]),
        ("garcai", &["jose.garcia"]),
        ("k mull", &["mueller.k"]),
        ("chess", &[]),
        ("java", &[]),
        ("science", &[]),
    ];
    for (name, expected) in names {
        assert_eq!(finds(&reader, json!({ "name": name })).await, *expected, "{name:?}");
    }
}

#[rstest]
#[tokio::test]
async fn how_a_word_fits_counts_first_then_where_it_stands_then_the_username(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for (username, profile) in [
        ("pearl", json!({ "firstName": "Quartz" })),
        ("amber", json!({ "lastName": "quartz" })),
        ("onyx", json!({ "fieldOfStudy": "Quartz Studies" })),
        ("jade", json!({ "skills": ["old quartz"] })),
        ("agate", json!({ "about": "I collect quartz, quartz and quartz." })),
        ("topaz", json!({ "firstName": "Quartzman", "about": "quartzite" })),
        ("ruby", json!({ "about": "quartzes" })),
        ("beryl", json!({ "firstName": "Quarts" })),
        ("coral", json!({ "about": "quarz" })),
    ] {
        member_with(&campus, username, profile).await;
    }
    let reader = campus.member("reader").await;
    let order = ["amber", "pearl", "onyx", "jade", "agate", "topaz", "ruby", "beryl", "coral"];
    assert_eq!(finds(&reader, json!({ "text": "quartz" })).await, order);
    assert_eq!(finds(&reader, json!({ "name": "quartz" })).await, ["amber", "pearl", "topaz", "beryl"]);
}

#[rstest]
#[tokio::test]
async fn what_changes_counts_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let profile = json!({ "firstName": "Augusta", "skills": ["Weaving"], "about": "Poetical science" });
    let ada = member_with(&campus, "lovelace", profile).await;
    let reader = campus.member("reader").await;
    let found = |text: &'static str| {
        let reader = &reader;
        async move { !finds(reader, json!({ "text": text })).await.is_empty() }
    };
    for word in ["augusta", "agusta", "weaving", "poetical", "lovelace"] {
        assert!(found(word).await, "{word}");
    }
    super::set(&ada, "updateProfile", json!({ "firstName": "Ada", "skills": null })).await;
    assert!(found("ada").await && found("poetical").await);
    for word in ["augusta", "agusta", "weaving"] {
        assert!(!found(word).await, "{word}");
    }
    let rename = "mutation { changeUsername(input: { username: \"countess\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(rename, json!({})).await.refusals("changeUsername"), [""; 0]);
    assert_eq!(finds(&reader, json!({ "text": "countess" })).await, ["countess"]);
    assert_eq!(finds(&reader, json!({ "name": "countses" })).await, ["countess"]);
    assert!(!found("lovelace").await && !found("lovelaec").await);

    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    let deleted = ada.execute(delete, json!({ "password": crate::support::PASSWORD })).await;
    assert_eq!(deleted.field("deleteAccount")["isDeleted"], true);
    for word in ["countess", "countses", "ada", "poetical"] {
        assert!(!found(word).await, "{word}");
    }
    assert_eq!(finds(&reader, json!({})).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn guests_are_found_once_they_are_members(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let reader = campus.member("reader").await;
    let guest = campus.guest("lobbyist").await;
    assert_eq!(finds(&reader, json!({ "text": "lobbyist" })).await, [""; 0]);
    assert_eq!(finds(&reader, json!({})).await, [""; 0]);
    let input = json!({
        "email": "l@campus.example", "password": crate::support::PASSWORD, "username": "lobbyist",
        "firstName": "Lou", "skills": ["Talking"],
    });
    let registered = guest.execute(crate::support::people::REGISTER, json!({ "input": input })).await;
    assert_eq!(registered.refusals("register"), [""; 0]);
    for filter in [json!({ "text": "lobbyist" }), json!({ "name": "lou" }), json!({ "skills": ["talking"] }), json!({})]
    {
        assert_eq!(finds(&reader, filter.clone()).await, ["lobbyist"], "{filter}");
    }
}
