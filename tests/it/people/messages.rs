//! Who may write to whom, as far as a profile tells.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use super::{block, contact, sees, set, unblock};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_policy_says_who_may_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let partner = campus.member("partner").await;
    contact::bind(&campus, &ada, &partner, campus.app.clock.now().plus(Duration::from_mins(5))).await;
    let guest = campus.guest("lobbyist").await;
    let id = ada.user_id().await;
    for (policy, may_grace, may_partner) in
        [("EVERYONE", true, true), ("BOOKING_PARTNERS", false, true), ("NOBODY", false, true)]
    {
        set(&ada, "updateSettings", json!({ "messagePolicy": policy })).await;
        for (person, may) in [(&ada, false), (&grace, may_grace), (&partner, may_partner), (&guest, false)] {
            let seen = sees(person, &id, "viewerCanMessage").await;
            assert_eq!(seen["viewerCanMessage"], may, "{policy} {}", person.username);
        }
    }
    // A policy is about who writes first: ada may still write to whoever lets her.
    assert_eq!(sees(&ada, &grace.user_id().await, "viewerCanMessage").await["viewerCanMessage"], true);
    campus.advance(Duration::from_mins(5));
    assert_eq!(sees(&partner, &id, "viewerCanMessage").await["viewerCanMessage"], false);
}

#[rstest]
#[tokio::test]
async fn nobody_writes_across_a_block(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let partner = campus.member("partner").await;
    contact::bind(&campus, &ada, &partner, campus.app.clock.now().plus(Duration::from_mins(5))).await;
    let id = partner.user_id().await;
    block(&ada, &id).await.data();
    let blocked = ada
        .query("{ viewer { blockedUsers { edges { node { viewerCanMessage viewerHasBlocked } } } } }")
        .await["viewer"]["blockedUsers"]["edges"][0]["node"]
        .clone();
    assert_eq!(blocked, json!({ "viewerCanMessage": false, "viewerHasBlocked": true }));
    unblock(&ada, &id).await.data();
    let seen = sees(&ada, &id, "viewerCanMessage viewerHasBlocked").await;
    assert_eq!(seen, json!({ "viewerCanMessage": true, "viewerHasBlocked": false }), "the booking binds them still");
}
