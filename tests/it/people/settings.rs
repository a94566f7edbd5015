//! The settings of a user.

use rstest::rstest;
use serde_json::{Value, json};

use super::{change, update};
use crate::support::{Campus, Engine, Person};

const SETTINGS: &str = "{ viewer { settings {
    messagePolicy emailVisibility addressVisibility studentNumberVisibility showsPresence sendsReadReceipts timeZone
} } }";

async fn settings(person: &Person) -> Value {
    person.query(SETTINGS).await["viewer"]["settings"].clone()
}

#[rstest]
#[tokio::test]
async fn settings_are_changed_one_at_a_time_and_null_restores_the_default(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let defaults = json!({
        "messagePolicy": "EVERYONE", "emailVisibility": "ONLY_ME", "addressVisibility": "ONLY_ME",
        "studentNumberVisibility": "ONLY_ME", "showsPresence": true, "sendsReadReceipts": true, "timeZone": "UTC",
    });
    assert_eq!(settings(&ada).await, defaults);
    update(&ada, "updateSettings", json!({})).await;
    assert_eq!(settings(&ada).await, defaults);

    let chosen = json!({
        "messagePolicy": "NOBODY", "emailVisibility": "MEMBERS", "addressVisibility": "BOOKING_PARTNERS",
        "studentNumberVisibility": "MEMBERS", "showsPresence": false, "sendsReadReceipts": false,
        "timeZone": "Europe/Berlin",
    });
    let mutation = "mutation Update($input: UpdateSettingsInput!) {
        updateSettings(input: $input) {
            viewer { settings {
                messagePolicy emailVisibility addressVisibility studentNumberVisibility showsPresence sendsReadReceipts
                timeZone
            } }
            userErrors { code }
        }
    }";
    let payload = ada.execute(mutation, json!({ "input": chosen })).await.field("updateSettings");
    assert_eq!(payload, json!({ "viewer": { "settings": chosen }, "userErrors": [] }));
    assert_eq!(settings(&ada).await, chosen);

    update(&ada, "updateSettings", json!({ "messagePolicy": "BOOKING_PARTNERS", "showsPresence": null })).await;
    let now = settings(&ada).await;
    assert_eq!((&now["messagePolicy"], &now["showsPresence"]), (&json!("BOOKING_PARTNERS"), &json!(true)));
    assert_eq!((&now["timeZone"], &now["sendsReadReceipts"]), (&json!("Europe/Berlin"), &json!(false)));
    let mut nulls = defaults.clone();
    nulls.as_object_mut().expect("members").values_mut().for_each(|value| *value = Value::Null);
    update(&ada, "updateSettings", nulls).await;
    assert_eq!(settings(&ada).await, defaults);
    assert_eq!(settings(&campus.member("grace").await).await, defaults);
}

#[rstest]
#[tokio::test]
async fn an_invalid_setting_is_a_top_level_error(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let before = settings(&ada).await;
    for zone in ["Mars/Olympus", "europe/berlin", "", "+01:00", "../UTC", "UTC\0"] {
        let answer = change(&ada, "updateSettings", json!({ "timeZone": zone, "showsPresence": false })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{zone:?}");
    }
    for wrong in [
        json!({ "messagePolicy": "FRIENDS" }),
        json!({ "emailVisibility": "EVERYONE" }),
        json!({ "showsPresence": "no" }),
        json!({ "role": "ADMIN" }),
        json!({ "userId": "usr_0000000000001" }),
    ] {
        let answer = change(&ada, "updateSettings", wrong.clone()).await;
        assert_eq!(answer.codes().len(), 1, "{wrong}: {}", answer.body);
    }
    assert_eq!(settings(&ada).await, before);
}
