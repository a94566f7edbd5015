//! Which users a search by words finds, and in which order: the same on both databases.

use rstest::rstest;
use serde_json::json;

use super::{member_with, search_usernames};
use crate::support::{Campus, Engine, Person};

/// A campus whose members have similar profiles, and a member who searches.
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
async fn a_search_finds_the_same_users_in_the_same_order_on_both_databases(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (_campus, reader) = campus(engine).await;
    let all: &[&str] = &["anna_s", "jiho", "jose.garcia", "josefine", "joseph_m", "mueller.k", "nana", "percy"];
    let golden: &[(&str, &[&str])] = &[
        // Accents and case do not matter; exact words before prefixes, each in names before other fields.
        ("jose", &["jose.garcia", "joseph_m", "josefine"]),
        ("JOSÉ", &["jose.garcia", "joseph_m", "josefine"]),
        ("Jose\u{301}", &["jose.garcia", "joseph_m", "josefine"]),
        ("jos", &["jose.garcia", "josefine", "joseph_m"]),
        ("jo", &["jose.garcia", "josefine", "joseph_m"]),
        ("josefine m", &["josefine"]),
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
        // One typing error from four letters on: a wrong, missing or additional letter, or two letters swapped.
        ("garcya", &["jose.garcia"]),
        ("grcia", &["jose.garcia"]),
        ("garciaa", &["jose.garcia"]),
        ("jsoe", &["jose.garcia", "joseph_m"]),
        ("gracya", &[]),
        ("anna", &["anna_s", "nana"]),
        ("ann", &["anna_s"]),
        ("lxw", &[]),
        ("law", &["anna_s"]),
        // Several words all match, in any field.
        ("garcia jose", &["jose.garcia"]),
        ("jose chess", &["jose.garcia"]),
        ("jose physics", &["joseph_m"]),
        ("jose jose", &["jose.garcia", "joseph_m", "josefine"]),
        // If no member matches all words, one may be missing.
        ("jose zzyzx", &["jose.garcia", "joseph_m", "josefine"]),
        ("zzyzx jose physics", &["joseph_m"]),
        ("zzyzx anywhere jose", &[]),
        ("tutu osei", &["nana"]),
        // Punctuation separates words and has no meaning; the signs of C++ and C# belong to the word.
        ("%", &[]),
        ("_", &[]),
        ("*", &[]),
        ("", &[]),
        ("j%", &["jiho", "jose.garcia", "josefine", "joseph_m"]),
        ("j_se", &[]),
        ("jos*", &["jose.garcia", "josefine", "joseph_m"]),
        ("100%", &["percy"]),
        ("under_score", &["percy"]),
        ("' or 1=1 --", &[]),
        ("java", &["jose.garcia", "josefine"]),
        ("c", &["joseph_m", "jose.garcia", "mueller.k", "josefine"]),
        ("c++", &["josefine"]),
        ("c#", &["mueller.k"]),
        ("C++ javascript", &["josefine"]),
        ("reader", &[]),
    ];
    for (text, expected) in golden {
        assert_eq!(search_usernames(&reader, json!({ "text": text })).await, *expected, "{text:?}");
    }
    assert_eq!(search_usernames(&reader, json!({})).await, all);
    let names: &[(&str, &[&str])] = &[
        ("jose", &["jose.garcia", "josefine", "joseph_m"]),
        ("garcai", &["jose.garcia"]),
        ("k mull", &["mueller.k"]),
        ("chess", &[]),
        ("java", &[]),
        ("science", &[]),
    ];
    for (name, expected) in names {
        assert_eq!(search_usernames(&reader, json!({ "name": name })).await, *expected, "{name:?}");
    }
}

#[rstest]
#[tokio::test]
async fn results_are_ranked_by_match_then_field_then_username(
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
    assert_eq!(search_usernames(&reader, json!({ "text": "quartz" })).await, order);
    assert_eq!(search_usernames(&reader, json!({ "name": "quartz" })).await, ["amber", "pearl", "topaz", "beryl"]);
}

#[rstest]
#[tokio::test]
async fn a_changed_profile_is_found_by_its_new_words_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let profile = json!({ "firstName": "Augusta", "skills": ["Weaving"], "about": "Poetical science" });
    let ada = member_with(&campus, "lovelace", profile).await;
    let reader = campus.member("reader").await;
    let found = |text: &'static str| {
        let reader = &reader;
        async move { !search_usernames(reader, json!({ "text": text })).await.is_empty() }
    };
    for word in ["augusta", "agusta", "weaving", "poetical", "lovelace"] {
        assert!(found(word).await, "{word}");
    }
    super::update(&ada, "updateProfile", json!({ "firstName": "Ada", "skills": null })).await;
    assert!(found("ada").await && found("poetical").await);
    for word in ["augusta", "agusta", "weaving"] {
        assert!(!found(word).await, "{word}");
    }
    let rename = "mutation { changeUsername(input: { username: \"countess\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(rename, json!({})).await.refusals("changeUsername"), [""; 0]);
    assert_eq!(search_usernames(&reader, json!({ "text": "countess" })).await, ["countess"]);
    assert_eq!(search_usernames(&reader, json!({ "name": "countses" })).await, ["countess"]);
    assert!(!found("lovelace").await && !found("lovelaec").await);

    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    let deleted = ada.execute(delete, json!({ "password": crate::support::PASSWORD })).await;
    assert_eq!(deleted.field("deleteAccount")["isDeleted"], true);
    for word in ["countess", "countses", "ada", "poetical"] {
        assert!(!found(word).await, "{word}");
    }
    assert_eq!(search_usernames(&reader, json!({})).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn guests_are_found_only_after_they_register(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let reader = campus.member("reader").await;
    let guest = campus.guest("lobbyist").await;
    assert_eq!(search_usernames(&reader, json!({ "text": "lobbyist" })).await, [""; 0]);
    assert_eq!(search_usernames(&reader, json!({})).await, [""; 0]);
    let input = json!({
        "email": "l@campus.example", "password": crate::support::PASSWORD, "username": "lobbyist",
        "firstName": "Lou", "skills": ["Talking"],
    });
    let registered = guest.execute(crate::support::people::REGISTER, json!({ "input": input })).await;
    assert_eq!(registered.refusals("register"), [""; 0]);
    for filter in [json!({ "text": "lobbyist" }), json!({ "name": "lou" }), json!({ "skills": ["talking"] }), json!({})]
    {
        assert_eq!(search_usernames(&reader, filter.clone()).await, ["lobbyist"], "{filter}");
    }
}
