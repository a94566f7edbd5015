//! Blocks: both users are hidden from each other.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::{block, search_usernames, unblock, usernames, view_user};
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person, Socket};

const BLOCKED: &str = "query Blocked($first: Int, $after: String, $last: Int, $before: String) {
    viewer { blockedUsers(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { username } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    } }
}";

async fn blocked(person: &Person, arguments: Value) -> Value {
    person.execute(BLOCKED, arguments).await.field("viewer")["blockedUsers"].clone()
}

/// Looks for a user in every field that could return them.
async fn look_everywhere(person: &Person, other: &Person, other_id: &Value, post: &Value) -> Value {
    let query = "query LookEverywhere($id: ID!, $name: String!, $post: ID!) {
        user(by: { id: $id }) { username posts { totalCount } }
        named: user(by: { username: $name }) { username }
        node(id: $id) { id }
        nodes(ids: [$id, $post]) { id }
        post(id: $post) { text }
        posts { edges { node { text } } totalCount }
        theirs: posts(authorId: $id) { totalCount }
        searchUsers(filter: {}) { edges { node { username } } totalCount }
        found: searchUsers(filter: { text: $name }) { edges { node { username } } totalCount }
    }";
    person.execute(query, json!({ "id": other_id, "name": other.username, "post": post })).await.data()
}

#[rstest]
#[tokio::test]
async fn a_block_hides_both_users_at_once_and_an_unblock_shows_them_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let (ada_id, grace_id) = (ada.user_id().await, grace.user_id().await);
    let (ada_post, grace_post) = (ada.publish("By ada").await, grace.publish("By grace").await);
    let before = [
        look_everywhere(&ada, &grace, &grace_id, &grace_post).await,
        look_everywhere(&grace, &ada, &ada_id, &ada_post).await,
    ];
    assert_eq!(before[0]["user"], json!({ "username": "grace", "posts": { "totalCount": 1 } }));
    assert_eq!(before[1]["found"]["totalCount"], 1);

    let query = "mutation Block($id: ID!) {
        blockUser(input: { userId: $id }) { user { username viewerHasBlocked } userErrors { code } }
    }";
    let payload = ada.execute(query, json!({ "id": grace_id })).await.field("blockUser");
    assert_eq!(payload, json!({ "user": { "username": "grace", "viewerHasBlocked": true }, "userErrors": [] }));
    let hidden = |own: &str| {
        json!({
            "user": null, "named": null, "node": null, "nodes": [null, null], "post": null,
            "posts": { "edges": [{ "node": { "text": own } }], "totalCount": 1 }, "theirs": null,
            "searchUsers": { "edges": [], "totalCount": 0 }, "found": { "edges": [], "totalCount": 0 },
        })
    };
    assert_eq!(look_everywhere(&ada, &grace, &grace_id, &grace_post).await, hidden("By ada"));
    assert_eq!(look_everywhere(&grace, &ada, &ada_id, &ada_post).await, hidden("By grace"));
    assert_eq!(usernames(&blocked(&ada, json!({})).await), ["grace"]);
    assert_eq!(blocked(&grace, json!({})).await["totalCount"], 0);

    let query = "mutation Unblock($id: ID!) {
        unblockUser(input: { userId: $id }) { user { username viewerHasBlocked } userErrors { code } }
    }";
    let payload = ada.execute(query, json!({ "id": grace_id })).await.field("unblockUser");
    assert_eq!(payload, json!({ "user": { "username": "grace", "viewerHasBlocked": false }, "userErrors": [] }));
    let after = [
        look_everywhere(&ada, &grace, &grace_id, &grace_post).await,
        look_everywhere(&grace, &ada, &ada_id, &ada_post).await,
    ];
    assert_eq!(after, before);
}

#[rstest]
#[tokio::test]
async fn a_blocked_user_sees_no_difference_and_two_blocks_need_two_unblocks(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let (ada_id, grace_id) = (ada.user_id().await, grace.user_id().await);
    block(&ada, &grace_id).await.data();
    let errors = |answer: Response, field: &str| answer.field(field)["userErrors"].clone();
    let missing = json!("usr_0000000000001");
    let blocked = errors(block(&grace, &ada_id).await, "blockUser");
    assert_eq!(blocked[0]["code"], "NOT_FOUND");
    assert_eq!(blocked, errors(block(&grace, &missing).await, "blockUser"));
    let unblocked = errors(unblock(&grace, &ada_id).await, "unblockUser");
    assert_eq!(unblocked, errors(unblock(&grace, &missing).await, "unblockUser"));
    assert_eq!(view_user(&grace, &ada_id, "id").await, Value::Null, "the block still exists");

    // Both users block each other at the same time.
    unblock(&ada, &grace_id).await.data();
    let (one, other) = tokio::join!(block(&ada, &grace_id), block(&grace, &ada_id));
    let succeeded =
        [one, other].map(|answer| answer.refusals("blockUser").is_empty()).iter().filter(|done| **done).count();
    assert!(succeeded >= 1);
    unblock(&ada, &grace_id).await;
    unblock(&grace, &ada_id).await;
    assert_eq!(view_user(&grace, &ada_id, "username").await["username"], "ada");
    assert_eq!(view_user(&ada, &grace_id, "username").await["username"], "grace");
}

#[rstest]
#[tokio::test]
async fn a_second_block_and_a_second_unblock_change_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let id = grace.user_id().await;
    for _ in 0..2 {
        assert_eq!(block(&ada, &id).await.refusals("blockUser"), [""; 0]);
    }
    assert_eq!(blocked(&ada, json!({})).await["totalCount"], 1);
    for _ in 0..2 {
        assert_eq!(unblock(&ada, &id).await.refusals("unblockUser"), [""; 0]);
    }
    let both = ada
        .execute(
            "mutation Both($id: ID!) {
                on: blockUser(input: { userId: $id }) { user { viewerHasBlocked } }
                off: unblockUser(input: { userId: $id }) { user { viewerHasBlocked } }
            }",
            json!({ "id": id }),
        )
        .await
        .data();
    let (rows,): (i64,) = campus.app.db.one("select count(*) from relations", &[]).await.expect("the database answers");
    assert_eq!(rows, 0, "an unblock leaves no rows");
    assert_eq!(
        (&both["on"]["user"], &both["off"]["user"]["viewerHasBlocked"]),
        (&json!({ "viewerHasBlocked": true }), &json!(false))
    );
}

#[rstest]
#[tokio::test]
async fn a_member_cannot_block_themselves_or_an_unknown_user(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("Not a person").await;
    let own = ada.user_id().await;
    for (mutation, answer) in [("blockUser", block(&ada, &own).await), ("unblockUser", unblock(&ada, &own).await)] {
        assert_eq!(answer.refusals(mutation), ["INVALID input.userId"]);
    }
    for id in [json!("usr_0000000000001"), json!("usr_x"), json!(""), json!("\0"), json!("🙂"), post] {
        assert_eq!(block(&ada, &id).await.refusals("blockUser"), ["NOT_FOUND input.userId"], "{id}");
        assert_eq!(unblock(&ada, &id).await.refusals("unblockUser"), ["NOT_FOUND input.userId"], "{id}");
    }
    assert_eq!(blocked(&ada, json!({})).await["totalCount"], 0);
}

#[rstest]
#[tokio::test]
async fn guests_can_block_and_be_blocked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let guest = campus.guest("lobbyist").await;
    let (ada_id, guest_id) = (ada.user_id().await, guest.user_id().await);
    assert_eq!(block(&guest, &ada_id).await.refusals("blockUser"), [""; 0]);
    assert_eq!(view_user(&ada, &guest_id, "username").await, Value::Null);
    assert_eq!(usernames(&blocked(&guest, json!({})).await), ["ada"]);
    assert_eq!(unblock(&guest, &ada_id).await.refusals("unblockUser"), [""; 0]);
    assert_eq!(block(&ada, &guest_id).await.refusals("blockUser"), [""; 0]);
    assert_eq!(view_user(&guest, &ada_id, "username").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn blocked_users_are_listed_latest_first_in_both_directions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three", "four", "five"] {
        ids.push(campus.member(name).await.user_id().await);
    }
    for id in &ids {
        block(&ada, id).await.data();
        // The last two blocks have the same time.
        if *id != ids[3] {
            campus.advance(Duration::from_secs(1));
        }
    }
    let all = blocked(&ada, json!({})).await;
    assert_eq!(
        (usernames(&all), &all["totalCount"]),
        (["five", "four", "three", "two", "one"].map(str::to_owned).into(), &json!(5))
    );
    let first = blocked(&ada, json!({ "first": 2 })).await;
    assert_eq!(
        (usernames(&first), &first["pageInfo"]["hasNextPage"]),
        (vec!["five".into(), "four".into()], &json!(true))
    );
    let cursor = first["pageInfo"]["endCursor"].clone();
    // The user of the cursor, and one on the next page.
    unblock(&ada, &ids[3]).await.data();
    unblock(&ada, &ids[1]).await.data();
    let rest = blocked(&ada, json!({ "first": 9, "after": cursor })).await;
    assert_eq!(usernames(&rest), ["three", "one"]);
    assert_eq!(usernames(&blocked(&ada, json!({ "last": 2 })).await), ["three", "one"]);
    assert_eq!(usernames(&blocked(&ada, json!({ "last": 9, "before": cursor })).await), ["five"]);
    for wrong in [json!({ "first": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "rubbish" })] {
        let answer = ada.execute(BLOCKED, wrong.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{wrong}");
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_of_posts_contains_nothing_across_a_block(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    let start = grace.query("{ postsCursor }").await["postsCursor"].clone();
    let query = "subscription($after: String) { postPublished(after: $after) {
        ... on PostAdded { postEdge { node { text } } } ... on PostChanged { post { text } }
    } }";
    let mut socket = Socket::subscribed(&grace, query, json!({ "after": start })).await;
    let post = ada.publish("Before").await;
    assert_eq!(socket.next().await["postPublished"], json!({ "postEdge": { "node": { "text": "Before" } } }));
    block(&ada, &grace.user_id().await).await.data();
    ada.publish("After").await;
    assert_eq!(socket.next().await["postPublished"], json!({ "postEdge": null }));
    let update = "mutation($id: ID!) { updatePost(input: { postId: $id, text: \"Changed\" }) { post { text } } }";
    assert_eq!(ada.execute(update, json!({ "id": post })).await.field("updatePost")["post"]["text"], "Changed");
    assert_eq!(socket.next().await["postPublished"], json!({ "post": null }));
}

#[rstest]
#[tokio::test]
async fn a_block_survives_a_change_of_username(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let grace = campus.member("grace").await;
    block(&ada, &grace.user_id().await).await.data();
    let rename = "mutation { changeUsername(input: { username: \"hopper\" }) { userErrors { code } } }";
    assert_eq!(grace.execute(rename, json!({})).await.refusals("changeUsername"), [""; 0]);
    assert_eq!(usernames(&blocked(&ada, json!({})).await), ["hopper"]);
    assert_eq!(search_usernames(&ada, json!({ "text": "hopper" })).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_user_who_is_blocked_by_an_acquaintance_can_block_and_report_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, eve) = (campus.member("ada").await, campus.member("eve").await);
    let (owl, booker) = (campus.guest("owl_7").await, campus.member("booker").await);
    let (ada_id, eve_id) = (ada.user_id().await, eve.user_id().await);
    let report =
        "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"Rude\" }) { userErrors { code path } } }";
    let write = "mutation($id: ID!) { sendMessage(input: { userId: $id, text: \"Boo\" }) { userErrors { code } } }";
    eve.execute(write, json!({ "id": ada_id })).await.data();
    block(&eve, &ada_id).await.data();
    let query = "mutation Block($id: ID!) {
        blockUser(input: { userId: $id }) { user { username about viewerHasBlocked } userErrors { code } }
    }";
    let payload = ada.execute(query, json!({ "id": eve_id })).await.field("blockUser");
    let user = json!({ "username": "eve", "about": null, "viewerHasBlocked": true });
    assert_eq!(payload, json!({ "user": user, "userErrors": [] }));
    assert_eq!(ada.execute(report, json!({ "id": eve_id })).await.refusals("reportContent"), [""; 0]);
    unblock(&eve, &ada_id).await.data();
    let seen = eve.execute(write, json!({ "id": ada_id })).await;
    assert_eq!(seen.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE"], "the second block still holds");
    assert_eq!(usernames(&blocked(&ada, json!({})).await), ["eve"]);
    assert_eq!(unblock(&ada, &eve_id).await.refusals("unblockUser"), [""; 0]);

    // A message in the lobby and a booking make two users acquainted too.
    eve.query("mutation { sendLobbyMessage(input: { text: \"Boo\" }) { userErrors { code } } }").await;
    block(&eve, &owl.user_id().await).await.data();
    assert_eq!(block(&owl, &eve_id).await.refusals("blockUser"), [""; 0]);
    let offer = eve.teaches("Manners", &json!({})).await;
    booker.book(&offer, "2026-11-23T09:00:00Z").await;
    block(&booker, &eve_id).await.data();
    assert_eq!(block(&eve, &booker.user_id().await).await.refusals("blockUser"), [""; 0]);

    // A user without anything in common looks as if they did not exist.
    let stranger = campus.member("stranger").await;
    block(&stranger, &ada_id).await.data();
    let stranger_id = stranger.user_id().await;
    assert_eq!(block(&ada, &stranger_id).await.refusals("blockUser"), ["NOT_FOUND input.userId"]);
    assert_eq!(
        ada.execute(report, json!({ "id": stranger_id })).await.refusals("reportContent"),
        ["NOT_FOUND input.id"]
    );
}

#[rstest]
#[tokio::test]
async fn the_latest_block_is_first_although_the_clock_was_set_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for name in ["one", "two", "three"] {
        let id = campus.member(name).await.user_id().await;
        block(&ada, &id).await.data();
        campus.app.clock.set(campus.app.clock.now().minus(Duration::from_mins(1)));
    }
    assert_eq!(usernames(&blocked(&ada, json!({})).await), ["three", "two", "one"]);
}
