//! `User.viewerCanMessage`.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use super::{block, contact, unblock, update, view_user};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_message_policy_decides_who_may_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let partner = campus.member("partner").await;
    contact::make_partners(&campus, &ada, &partner, campus.app.clock.now().plus(Duration::from_mins(5))).await;
    let guest = campus.guest("lobbyist").await;
    let id = ada.user_id().await;
    for (policy, grace_may, partner_may) in
        [("EVERYONE", true, true), ("BOOKING_PARTNERS", false, true), ("NOBODY", false, true)]
    {
        update(&ada, "updateSettings", json!({ "messagePolicy": policy })).await;
        for (person, may) in [(&ada, false), (&grace, grace_may), (&partner, partner_may), (&guest, false)] {
            let seen = view_user(person, &id, "viewerCanMessage").await;
            assert_eq!(seen["viewerCanMessage"], may, "{policy} {}", person.username);
        }
    }
    // The policy restricts only incoming messages: ada may still write to grace, who allows it.
    assert_eq!(view_user(&ada, &grace.user_id().await, "viewerCanMessage").await["viewerCanMessage"], true);
    campus.advance(Duration::from_mins(5));
    assert_eq!(view_user(&partner, &id, "viewerCanMessage").await["viewerCanMessage"], false);
}

#[rstest]
#[tokio::test]
async fn a_block_stops_messages_even_between_booking_partners(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let partner = campus.member("partner").await;
    contact::make_partners(&campus, &ada, &partner, campus.app.clock.now().plus(Duration::from_mins(5))).await;
    let id = partner.user_id().await;
    block(&ada, &id).await.data();
    let blocked = ada
        .query("{ viewer { blockedUsers { edges { node { viewerCanMessage viewerHasBlocked } } } } }")
        .await["viewer"]["blockedUsers"]["edges"][0]["node"]
        .clone();
    assert_eq!(blocked, json!({ "viewerCanMessage": false, "viewerHasBlocked": true }));
    unblock(&ada, &id).await.data();
    let seen = view_user(&ada, &id, "viewerCanMessage viewerHasBlocked").await;
    assert_eq!(
        seen,
        json!({ "viewerCanMessage": true, "viewerHasBlocked": false }),
        "the two are still booking partners"
    );
}
