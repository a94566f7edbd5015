//! Digests: what is in them, when they are sent, and that each item is in one of them.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::delivery::digests::rules::send_due;

use super::{digest, header, lines_of};
use crate::support::{Campus, Engine};

const MINUTE: Duration = Duration::from_mins(1);

#[rstest]
#[tokio::test]
async fn a_digest_lists_what_is_unread_for_15_minutes_and_each_item_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) =
        (campus.confirmed_member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    mary.react(&post, "👍").await;
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "One").await;
    grace.send_message(&pair, "Two").await;
    let group = grace.create_group("Knots", &[&ada, &mary], false).await;
    grace.send_message(&group, "@ada, three").await;
    campus.advance(MINUTE * 10);
    let (grace, mary) = (grace.login().await, mary.login().await);
    mary.send_message(&group, "Four").await;
    campus.advance(MINUTE * 6);
    let lines = digest(&campus, &ada, 2).await;
    // Reactions and changes of groups are not mailed by default, and the last message is not unread for long enough.
    let expected = [
        "Messages: 1 unread message in the group Knots.",
        "Messages: 2 unread messages from grace.",
        "Mention: grace mentioned you.",
        "Comment: grace commented on your post.",
    ];
    assert_eq!(sorted(&lines), sorted(&expected.map(str::to_owned)));

    // An hour later there is only what is new.
    let grace = grace.login().await;
    grace.comment(&post, "Another comment").await;
    campus.advance(MINUTE * 59);
    campus.advance(MINUTE * 2);
    let lines = digest(&campus, &ada, 3).await;
    let expected = ["Messages: 1 unread message in the group Knots.", "Comment: grace commented on your post."];
    assert_eq!(sorted(&lines), sorted(&expected.map(str::to_owned)));
    let letters = campus.letters_to(&ada.email(), 3).await;
    let ids: Vec<_> = letters.iter().map(|letter| header(letter, "Message-ID").expect("an id")).collect();
    assert!(ids[1] != ids[2]);
}

fn sorted(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    lines
}

#[rstest]
#[tokio::test]
async fn what_is_read_muted_hidden_or_not_wanted_is_in_no_digest(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    let (grace, mary) = (campus.member("grace").await, campus.member("mary").await);
    let eve = campus.confirmed_member("eve").await;
    let post = ada.publish("A post").await;
    // Read.
    grace.comment(&post, "Read").await;
    let read = ada.notifications().await[0]["id"].clone();
    ada.execute(
        "mutation($id: ID!) { markNotificationsRead(input: { upToNotificationId: $id }) { userErrors { code } } }",
        json!({ "id": read }),
    )
    .await
    .data();
    let pair = grace.start_conversation(&[&ada]).await;
    let message = grace.send_message_id(&pair, "Read").await;
    ada.mark_read_up_to(&pair, &message).await;
    // Muted, with its mention.
    let muted = grace.create_group("Muted", &[&ada, &mary], false).await;
    ada.set_muted(&muted, true).await;
    grace.send_message(&muted, "@ada").await;
    // Left, with its mention.
    let left = grace.create_group("Left", &[&ada, &mary], false).await;
    grace.send_message(&left, "@ada").await;
    ada.leave_conversation(&left).await.data();
    // Across a block.
    mary.comment(&post, "Hidden").await;
    let hidden = mary.start_conversation(&[&ada]).await;
    mary.send_message(&hidden, "Hidden").await;
    ada.block(&mary).await;
    // Deleted.
    let deleted = grace.comment(&post, "Deleted").await;
    grace.delete_comment(&deleted).await.data();
    // Not wanted, and wanted.
    grace.comment(&post, "From grace").await;
    ada.change_settings(json!({ "notificationPreferences": [
        { "kind": "COMMENT", "channels": ["PUSH"] }, { "kind": "REACTION", "channels": ["MAIL"] },
    ] }))
    .await;
    grace.react(&post, "👍").await;
    // A member without mail of any of these kinds, and one whose address is not confirmed.
    let kinds = ["COMMENT", "MENTION", "MESSAGE", "REPLY"].map(|kind| json!({ "kind": kind, "channels": [] }));
    eve.change_settings(json!({ "notificationPreferences": kinds })).await;
    for reader in [&eve, &mary] {
        let pair = grace.start_conversation(&[reader]).await;
        grace.send_message(&pair, "Hello").await;
    }
    campus.advance(Duration::from_mins(16));
    assert_eq!(digest(&campus, &ada, 2).await, ["Reaction: grace reacted to your post."]);
    // The end of a mute brings nothing back: its messages were left out.
    let (ada, grace) = (ada.refreshed().await, grace.login().await);
    ada.set_muted(&muted, false).await;
    grace.send_message(&muted, "After the mute").await;
    campus.advance(Duration::from_mins(61));
    assert_eq!(digest(&campus, &ada, 3).await, ["Messages: 1 unread message in the group Muted."]);
    send_due(&campus.app).await.expect("digests are sent");
    assert_eq!(campus.letters_to(&eve.email(), 1).await.len(), 1, "only the letter that confirms the address");
    assert_eq!(campus.letters_to(&mary.email(), 1).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_daily_digest_comes_at_eight_and_after_quiet_hours(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    // It is 10:30 in Berlin.
    ada.change_settings(json!({
        "digestFrequency": "DAILY", "timeZone": "Europe/Berlin", "quietHours": { "from": "22:00", "to": "09:00" },
    }))
    .await;
    let pair = grace.start_conversation(&[&ada]).await;
    grace.send_message(&pair, "Yesterday").await;
    campus.advance(Duration::from_mins(20));
    send_due(&campus.app).await.expect("digests are sent");
    // 08:30, within the quiet hours: a message comes too late for the digest of today.
    campus.advance(Duration::from_mins(21 * 60 + 40));
    let grace = grace.login().await;
    grace.send_message(&pair, "Today").await;
    campus.advance(Duration::from_mins(29));
    send_due(&campus.app).await.expect("digests are sent");
    assert_eq!(campus.letters_to(&ada.email(), 1).await.len(), 1);
    campus.advance(Duration::from_mins(2));
    assert_eq!(digest(&campus, &ada, 2).await, ["Messages: 1 unread message from grace."]);
    // Another choice takes effect at once.
    let ada = ada.refreshed().await;
    ada.change_settings(json!({ "digestFrequency": null, "quietHours": null })).await;
    campus.advance(Duration::from_mins(61));
    assert_eq!(digest(&campus, &ada, 3).await, ["Messages: 1 unread message from grace."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_share_the_digests_and_send_each_once() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let grace = campus.member("grace").await;
    let mut readers = Vec::new();
    for n in 0..6_u64 {
        let reader = campus.anonymous().register(&format!("reader{n}")).await;
        let mut tally = (campus.app.mail.tally(), other.app.mail.tally());
        while (tally.0.borrow().delivered + tally.1.borrow().delivered) < n + 2 {
            tokio::select! { changed = tally.0.changed() => changed, changed = tally.1.changed() => changed }
                .expect("the workers run");
        }
        let token = both(&campus, &other, &reader.email()).last().expect("a letter").clone();
        reader.confirm_email(&token_of(&token)).await;
        let pair = grace.start_conversation(&[&reader]).await;
        grace.send_message(&pair, "Hello").await;
        readers.push(reader);
    }
    campus.app.clock.set(campus.app.clock.now().plus(Duration::from_mins(16)));
    other.app.clock.set(campus.app.clock.now());
    let rounds = futures_util::future::join_all([&campus, &other, &campus, &other].map(|node| send_due(&node.app)));
    assert!(rounds.await.into_iter().all(|round| round.is_ok()));
    let mut tally = (campus.app.mail.tally(), other.app.mail.tally());
    while (tally.0.borrow().delivered + tally.1.borrow().delivered) < 13 {
        tokio::select! { changed = tally.0.changed() => changed, changed = tally.1.changed() => changed }
            .expect("the workers run");
    }
    for reader in readers {
        let letters = both(&campus, &other, &reader.email());
        let digests: Vec<_> = letters.iter().filter(|letter| !lines_of(letter).is_empty()).collect();
        assert_eq!(digests.len(), 1, "{}", reader.username);
    }
}

/// The letters to an address that either node has sent.
fn both(one: &Campus, other: &Campus, address: &str) -> Vec<String> {
    let mut letters = one.delivered_letters(address);
    letters.extend(other.delivered_letters(address));
    letters
}

fn token_of(letter: &str) -> String {
    let is_token = |line: &&str| line.len() == 43 && !line.contains([' ', ':']);
    letter.lines().map(str::trim).find(is_token).expect("a token").to_owned()
}
