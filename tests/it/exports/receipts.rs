//! The receipt of a deleted account.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::registration::rules::delete_by_operator;
use studyhall::accounts::staff;
use studyhall::accounts::store::Account;
use studyhall::db::transfer::DataKind;
use studyhall::db::{List, Query, Scan, count_statements};

use super::{INVITE, TAKE_TIME_OFF, link_identity, post_with_attachments, run};
use crate::identities::provider::Provider;
use crate::mentoring::{monday, waitlist};
use crate::support::push_service::PushService;
use crate::support::{Campus, Engine, PASSWORD};

const DELETE: &str = "mutation Delete($password: String!) {
    deleteAccount(input: { password: $password }) {
        isDeleted
        receipt { deletedAt items { kind deletedCount anonymisedCount keptCount keptReason } }
        userErrors { code path }
    }
}";

#[rstest]
#[tokio::test]
async fn a_receipt_counts_what_was_deleted_and_what_stays_without_the_name(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &["--inviters=member"]).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    post_with_attachments(&ada, "first").await;
    let second = post_with_attachments(&ada, "second").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    ada.send_message(&conversation, "stays").await;
    let send = "mutation S($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
    let file = ada.file_id("without a text").await;
    ada.execute(send, json!({ "input": { "conversationId": conversation, "fileIds": [file] } })).await.data();
    grace.send_message(&conversation, "of another member").await;
    let appointment = ada.teaches("Analysis", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    let mary = campus.member("mary").await;
    let offer = grace.teaches("Topology", &json!({})).await;
    mary.book(&offer, &monday("10:00")).await;
    waitlist::join(&ada, &offer, &monday("10:00")).await;
    let (from, to) = ("2026-11-24T08:00:00Z", "2026-11-24T12:00:00Z");
    run(&ada, TAKE_TIME_OFF, json!({ "startsAt": from, "endsAt": to })).await;
    run(&ada, INVITE, json!({ "email": "eve@campus.example" })).await;
    PushService::start(&[&campus]);
    ada.register_push().await;
    link_identity(&provider, &campus, &ada, "lovelace").await;
    let report = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"x\" }) { userErrors { code } } }";
    assert_eq!(grace.execute(report, json!({ "id": second })).await.refusals("reportContent"), [""; 0]);

    let refused = ada.execute(DELETE, json!({ "password": "wrong" })).await;
    assert_eq!(refused.field("deleteAccount")["receipt"], Value::Null);
    let deleted = ada.execute(DELETE, json!({ "password": PASSWORD })).await.field("deleteAccount");
    assert_eq!((&deleted["isDeleted"], &deleted["userErrors"]), (&json!(true), &json!([])));
    let receipt = &deleted["receipt"];
    assert_eq!(receipt["deletedAt"], "2026-11-21T09:30:00.000Z");
    let items = receipt["items"].as_array().expect("a list");
    let counts: BTreeMap<&str, [i64; 3]> = items
        .iter()
        .map(|item| {
            let count = |name: &str| item[name].as_i64().expect("a number");
            let counts = ["deletedCount", "anonymisedCount", "keptCount"].map(count);
            assert_eq!(item["keptReason"].is_null(), counts[1] + counts[2] == 0, "{item}");
            (item["kind"].as_str().expect("a kind"), counts)
        })
        .collect();
    let expected = BTreeMap::from([
        ("APPOINTMENTS", [1, 0, 0]),
        ("BOOKINGS", [0, 1, 0]),
        ("FILES", [2, 0, 1]),
        ("IMAGES", [1, 0, 1]),
        ("INVITATIONS", [1, 0, 0]),
        ("MESSAGES", [1, 1, 0]),
        ("POSTS", [2, 0, 0]),
        ("PROFILE", [1, 0, 0]),
        ("REPORTS", [0, 0, 1]),
        // A session, its push subscription and an identity; the events of the account stay without its name.
        ("SESSIONS", [3, 2, 0]),
        ("TIMES_OFF", [1, 0, 0]),
        ("TOPICS", [0, 1, 0]),
        ("WAITLIST_ENTRIES", [1, 0, 0]),
    ]);
    assert_eq!(counts, expected);

    let letters = campus.letters_so_far("ada@campus.example").await;
    let letter = letters.iter().find(|letter| letter.contains("Your account was deleted")).expect("a receipt");
    assert!(letter.contains("Posts: 2 deleted") && letter.contains("Messages: 1 deleted, 1 anonymised"), "{letter}");
}

#[rstest]
#[tokio::test]
async fn the_messages_of_many_years_lose_their_author_in_small_transactions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const MESSAGES: i64 = 2_600;
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    ada.send_message(&conversation, "the first").await;
    let sql = "insert into messages (conversation_id, number, id, author_id, text, sent_at)
        select conversation_id, number + value, messages.id + value, author_id, 'another', sent_at
        from messages, json_each($1) where text = 'the first'";
    campus.app.db.run(sql, &[&List::new(1..MESSAGES)]).await.expect("the messages are inserted");
    let (deleted, statements) =
        Box::pin(count_statements(delete_by_operator(&campus.app, &account(&campus, "ada").await))).await;
    let receipt = deleted.expect("the account is deleted");
    let messages = receipt.items.iter().find(|item| item.kind == DataKind::Messages).expect("messages");
    assert_eq!((messages.deleted, messages.anonymised), (0, MESSAGES));
    let sql = "select count(*) from messages where author_id is null and text is not null";
    let (anonymised,): (i64,) = campus.app.db.one(Scan(sql), &[]).await.expect("the messages are counted");
    assert_eq!(anonymised, MESSAGES);

    // A member without messages.
    let (deleted, fewest) =
        Box::pin(count_statements(delete_by_operator(&campus.app, &account(&campus, "grace").await))).await;
    deleted.expect("the account is deleted");
    let batches = 4;
    assert!(statements >= fewest + 2 * batches, "{statements} statements, {fewest} without messages");
}

async fn account(campus: &Campus, username: &str) -> Account {
    staff::member(&campus.app, username).await.expect("a member")
}
