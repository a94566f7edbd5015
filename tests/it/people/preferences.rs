//! How a member wants to be reached: channels by kind, digests and quiet hours.

use rstest::rstest;
use serde_json::{Value, json};

use super::{change, update};
use crate::support::{Campus, Engine, Person};

const KINDS: [&str; 10] =
    ["ACCOUNT", "BOOKING", "COMMENT", "GROUP", "MENTION", "MESSAGE", "MODERATION", "REACTION", "REMINDER", "REPLY"];

async fn settings(person: &Person) -> Value {
    let query = "{ viewer { settings {
        digestFrequency quietHours { from to } notificationPreferences { kind channels }
    } } }";
    person.query(query).await["viewer"]["settings"].clone()
}

/// The channels of a kind, as a member sees them.
async fn channels(person: &Person, kind: &str) -> Value {
    let settings = settings(person).await;
    let preferences = settings["notificationPreferences"].as_array().expect("a list");
    preferences.iter().find(|one| one["kind"] == kind).expect("every kind")["channels"].clone()
}

#[rstest]
#[tokio::test]
async fn preferences_have_defaults_and_change_one_kind_at_a_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let defaults = settings(&ada).await;
    assert_eq!((&defaults["digestFrequency"], &defaults["quietHours"]), (&json!("HOURLY"), &Value::Null));
    let expected: Vec<Value> = KINDS
        .iter()
        .map(|kind| {
            let channels = match *kind {
                "REACTION" => json!([]),
                "GROUP" => json!(["PUSH"]),
                _ => json!(["MAIL", "PUSH"]),
            };
            json!({ "kind": kind, "channels": channels })
        })
        .collect();
    assert_eq!(defaults["notificationPreferences"], json!(expected));

    let chosen = json!({
        "digestFrequency": "WEEKLY", "quietHours": { "from": "22:00", "to": "07:30" },
        "notificationPreferences": [
            { "kind": "COMMENT", "channels": [] },
            { "kind": "REACTION", "channels": ["PUSH", "MAIL", "PUSH"] },
            { "kind": "ACCOUNT", "channels": ["MAIL"] },
        ],
    });
    update(&ada, "updateSettings", chosen).await;
    let now = settings(&ada).await;
    assert_eq!(now["digestFrequency"], "WEEKLY");
    assert_eq!(now["quietHours"], json!({ "from": "22:00", "to": "07:30" }));
    assert_eq!(channels(&ada, "COMMENT").await, json!([]));
    assert_eq!(channels(&ada, "REACTION").await, json!(["MAIL", "PUSH"]));
    assert_eq!(channels(&ada, "ACCOUNT").await, json!(["MAIL"]));
    assert_eq!(channels(&ada, "REPLY").await, json!(["MAIL", "PUSH"]));

    // Absent members and an empty list change nothing; one kind changes alone.
    update(&ada, "updateSettings", json!({ "notificationPreferences": [] })).await;
    assert_eq!(settings(&ada).await, now);
    update(&ada, "updateSettings", json!({ "notificationPreferences": [{ "kind": "COMMENT", "channels": ["MAIL"] }] }))
        .await;
    assert_eq!(channels(&ada, "COMMENT").await, json!(["MAIL"]));
    assert_eq!(channels(&ada, "REACTION").await, json!(["MAIL", "PUSH"]));
    assert_eq!(settings(&ada).await["quietHours"], now["quietHours"]);
    update(&ada, "updateSettings", json!({ "quietHours": { "from": "00:00", "to": "00:01" } })).await;
    assert_eq!(settings(&ada).await["quietHours"], json!({ "from": "00:00", "to": "00:01" }));

    let nulls = json!({ "digestFrequency": null, "quietHours": null, "notificationPreferences": null });
    update(&ada, "updateSettings", nulls).await;
    assert_eq!(settings(&ada).await, defaults);
    assert_eq!(settings(&campus.member("grace").await).await, defaults);
}

#[rstest]
#[tokio::test]
async fn unusable_preferences_are_refused_together_and_change_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let before = settings(&ada).await;
    let input = json!({
        "digestFrequency": "DAILY", "quietHours": { "from": "07:00", "to": "07:00" },
        "notificationPreferences": [
            { "kind": "REPLY", "channels": [] },
            { "kind": "ACCOUNT", "channels": ["PUSH"] },
            { "kind": "REPLY", "channels": ["MAIL"] },
        ],
    });
    let refused = change(&ada, "updateSettings", input).await;
    let expected = [
        "INVALID input.notificationPreferences.1.channels",
        "INVALID input.notificationPreferences.2.kind",
        "INVALID input.quietHours.to",
    ];
    assert_eq!(refused.refusals("updateSettings"), expected);
    for midnight in [json!({ "from": "24:00", "to": "00:00" }), json!({ "from": "00:00", "to": "24:00" })] {
        let refused = change(&ada, "updateSettings", json!({ "quietHours": midnight })).await;
        assert_eq!(refused.refusals("updateSettings"), ["INVALID input.quietHours.to"], "{midnight}");
    }
    for malformed in [
        json!({ "quietHours": { "from": "7:00", "to": "08:00" } }),
        json!({ "quietHours": { "from": "07:00", "to": "24:01" } }),
        json!({ "quietHours": { "from": "07:00" } }),
        json!({ "digestFrequency": "NEVER" }),
        json!({ "notificationPreferences": [{ "kind": "SPAM", "channels": [] }] }),
        json!({ "notificationPreferences": [{ "kind": "REPLY", "channels": ["SMS"] }] }),
        json!({ "notificationPreferences": [{ "kind": "REPLY" }] }),
        json!({ "notificationPreferences": [null] }),
    ] {
        let answer = change(&ada, "updateSettings", malformed.clone()).await;
        assert_eq!(answer.codes().len(), 1, "{malformed}: {}", answer.body);
    }
    assert_eq!(settings(&ada).await, before);
}
