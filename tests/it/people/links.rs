//! Links to other sites.

use rstest::rstest;
use serde_json::{Value, json};

use super::{change, update, view_user};
use crate::support::{Campus, Engine};

const LINKS: &str = "socialLinks { linkedin facebook github instagram twitter youtube website description }";

#[rstest]
#[tokio::test]
async fn links_are_set_and_cleared_one_at_a_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let id = ada.user_id().await;
    let empty = json!({
        "linkedin": null, "facebook": null, "github": null, "instagram": null, "twitter": null, "youtube": null,
        "website": null, "description": null,
    });
    assert_eq!(view_user(&grace, &id, LINKS).await["socialLinks"], empty);
    let links = json!({
        "linkedin": "https://www.linkedin.com/in/ada", "facebook": "https://fb.com/ada",
        "github": "https://github.com/ada", "instagram": "https://instagram.com/ada", "twitter": "https://x.com/ada",
        "youtube": "https://youtu.be/ada", "website": "https://ada.example/?a=b#c", "description": "Mine,\nall of it",
    });
    update(&ada, "updateSocialLinks", links.clone()).await;
    assert_eq!(view_user(&grace, &id, LINKS).await["socialLinks"], links);
    update(&ada, "updateSocialLinks", json!({ "twitter": "https://twitter.com/ada", "website": null })).await;
    let seen = view_user(&grace, &id, LINKS).await["socialLinks"].clone();
    assert_eq!((&seen["twitter"], &seen["website"]), (&json!("https://twitter.com/ada"), &Value::Null));
    assert_eq!(seen["github"], links["github"]);
    let mut clear = empty.clone();
    clear.as_object_mut().expect("members").remove("description");
    update(&ada, "updateSocialLinks", clear).await;
    assert_eq!(view_user(&grace, &id, LINKS).await["socialLinks"]["description"], "Mine,\nall of it");
    update(&ada, "updateSocialLinks", json!({ "description": null })).await;
    assert_eq!(view_user(&grace, &id, LINKS).await["socialLinks"], empty);
}

#[rstest]
#[tokio::test]
async fn a_link_that_leads_to_another_site_is_rejected(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let id = ada.user_id().await;
    update(&ada, "updateSocialLinks", json!({ "github": "https://github.com/ada" })).await;
    let wrong = json!({
        "linkedin": "http://linkedin.com/in/ada", "facebook": "https://facebook.com.evil.example/",
        "github": "https://gitlab.com/ada", "instagram": "https://evil.example/instagram.com",
        "twitter": "https://nottwitter.com/ada", "youtube": "https://127.0.0.1/", "website": "http://ada.example/",
        "description": " ",
    });
    let mut refusals = change(&ada, "updateSocialLinks", wrong).await.refusals("updateSocialLinks");
    refusals.sort();
    let links = ["facebook", "github", "instagram", "linkedin", "twitter", "website", "youtube"];
    let mut expected: Vec<String> = links.iter().map(|link| format!("INVALID input.{link}")).collect();
    expected.push("TOO_SHORT input.description".to_owned());
    assert_eq!(refusals, expected);
    let long = change(&ada, "updateSocialLinks", json!({ "description": "d".repeat(2_001) })).await;
    assert_eq!(long.refusals("updateSocialLinks"), ["TOO_LONG input.description"]);
    let one = change(&ada, "updateSocialLinks", json!({ "github": null, "website": "http://ada.example/" })).await;
    assert_eq!(one.refusals("updateSocialLinks"), ["INVALID input.website"]);

    let long = format!("https://ada.example/{}", "x".repeat(2_000));
    for text in ["javascript:alert(1)", "github.com/ada", "https://a:b@github.com", "", "https://github.com/\0", &long]
    {
        let answer = change(&ada, "updateSocialLinks", json!({ "github": text })).await;
        assert_eq!(answer.refusals("updateSocialLinks"), ["INVALID input.github"], "{text:?}");
    }
    assert_eq!(view_user(&ada, &id, "socialLinks { github }").await["socialLinks"]["github"], "https://github.com/ada");
}
