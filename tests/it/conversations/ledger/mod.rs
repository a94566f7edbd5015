//! Unread counts are true after every sequence of changes.
//!
//! A [`Model`] of messages, markers, mutes, members, owners, blocks and locks makes the same random changes as the server,
//! and what the users see is compared with it. Now and then stored counts are made wrong: no change may fail by it, and they
//! are corrected. `TEST_STEPS` is the number of changes and `TEST_SEED` the seed.

mod changes;
mod checks;
mod model;

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::conversations::reading::counts::correct_all;
use studyhall::db::{List, Query};
use studyhall::graphql::Executor;
use studyhall::{node, schema};

use self::changes::{MARK_UNREAD, READ};
use self::model::{Model, User};
use crate::support::direct::Direct;
use crate::support::random::{Random, seed, steps};
use crate::support::{Campus, Engine, Person};

/// How many changes the suite makes on each engine.
const STEPS: usize = 600;

/// The number of users at a time. A deleted account is replaced by a new one.
const USERS: usize = 7;

/// After this many changes the stored counts are compared, and after this many what the users see.
const STORED_INTERVAL: usize = 20;
const API_INTERVAL: usize = 100;

/// After this many changes some stored counts are made wrong, and after this many more they are corrected.
const SPOIL_INTERVAL: usize = 150;
const CHANGES_AFTER_SPOIL: usize = 10;

/// No limits per time. A busy machine makes long runs slow, not wrong.
const FLAGS: [&str; 4] =
    ["--rate-limits=off", "--max-images-per-user=1000000", "--query-timeout=600", "--mutation-timeout=600"];

/// A user with a session.
struct Account {
    person: Person,
    /// The global id.
    id: Value,
    session: Direct,
    /// Whether a lock has ended the session.
    is_signed_out: bool,
}

/// A campus and the model of it.
struct Ledger {
    campus: Campus,
    executor: Executor,
    moderator: Direct,
    random: Random,
    accounts: BTreeMap<User, Account>,
    next_user: User,
    model: Model,
    /// Whether stored counts are wrong on purpose.
    is_spoiled: bool,
    trace: Trace,
}

/// The changes since the last comparison. They are printed when a comparison fails.
#[derive(Default)]
struct Trace {
    made: usize,
    changes: Vec<String>,
}

impl Drop for Trace {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("after {} changes, the last ones are:\n{}", self.made, self.changes.join("\n"));
        }
    }
}

impl Ledger {
    async fn start(engine: Engine, seed: u64) -> Self {
        let campus = Campus::start_with(engine, &FLAGS).await;
        let executor = schema::executor(&campus.app);
        let moderator = campus.moderator("mod").await;
        let mut ledger = Self {
            moderator: Direct::new(&campus, &executor, &moderator).await,
            model: Model::new(campus.app.clock.now()),
            campus,
            executor,
            random: Random::new(seed),
            accounts: BTreeMap::new(),
            next_user: 0,
            is_spoiled: false,
            trace: Trace::default(),
        };
        for _ in 0..USERS {
            ledger.register().await;
        }
        ledger
    }

    async fn register(&mut self) {
        let person = self.campus.member(&format!("user{}", self.next_user)).await;
        let id = person.user_id().await;
        let session = Direct::new(&self.campus, &self.executor, &person).await;
        self.accounts.insert(self.next_user, Account { person, id, session, is_signed_out: false });
        self.next_user += 1;
    }

    /// Signs a user in whose session a lock has ended.
    async fn sign_in(&mut self, user: User) {
        let account = self.accounts.get_mut(&user).expect("a user");
        if account.is_signed_out {
            account.person = account.person.login().await;
            account.session = Direct::new(&self.campus, &self.executor, &account.person).await;
            account.is_signed_out = false;
        }
    }

    fn note(&mut self, change: String) {
        self.trace.changes.push(change);
    }

    /// Makes a change as a user. Returns its payload; `None` if it is refused as expected.
    async fn try_change(&self, user: User, mutation: &str, variables: Value, refusal: Option<String>) -> Option<Value> {
        let answer = self.accounts[&user].session.execute(mutation, variables).await;
        let data = answer.data();
        let (name, payload) = data.as_object().and_then(|data| data.iter().next()).expect("one field");
        let is_refused = refusal.is_some();
        assert_eq!(answer.refusals(name), refusal.into_iter().collect::<Vec<_>>(), "{name}");
        (!is_refused).then(|| payload.clone())
    }
}

#[rstest]
#[tokio::test]
async fn unread_counts_equal_those_of_a_model_after_random_changes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut ledger = Ledger::start(engine, seed()).await;
    for step in 1..=steps(STEPS) {
        ledger.change().await;
        ledger.trace.made = step;
        if step % SPOIL_INTERVAL == 0 {
            ledger.spoil().await;
        }
        if ledger.is_spoiled && step % SPOIL_INTERVAL == CHANGES_AFTER_SPOIL {
            ledger.correct().await;
        }
        if !ledger.is_spoiled && step % STORED_INTERVAL == 0 {
            ledger.check_stored().await;
        }
        if !ledger.is_spoiled && step % API_INTERVAL == 0 {
            ledger.check_api().await;
            ledger.trace.changes.clear();
        }
    }
    ledger.correct().await;
    ledger.check_api().await;
    assert_eq!(correct_all(&ledger.campus.app).await.expect("the counts are checked"), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_counts_are_true_after_changes_that_race(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for name in ["ada", "grace", "mary", "eve", "joan"] {
        people.push(campus.member(name).await);
    }
    let group = people[0].start_conversation(&people[1..].iter().collect::<Vec<_>>()).await;
    people[0].send_message(&group, "First").await;
    let changes = people.iter().enumerate().map(|(number, person)| {
        let (group, other) = (&group, &people[(number + 1) % people.len()]);
        async move {
            for round in 0..12 {
                let id = person.send_message_id(group, "Hello").await;
                match round % 4 {
                    0 => person.block(other).await,
                    1 => person.mark_read_up_to(group, &id).await,
                    2 => person.unblock(other).await,
                    _ => drop(person.delete_message(&id).await.data()),
                }
            }
        }
    });
    join_all(changes).await;
    assert_eq!(correct_all(&campus.app).await.expect("the counts are checked"), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_counts_are_true_after_members_come_and_go_in_a_race(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for name in ["ada", "grace", "mary", "eve", "joan"] {
        people.push(campus.member(name).await);
    }
    let group = people[0].create_group("A group", &people[1..].iter().collect::<Vec<_>>(), false).await;
    let (group, owner, guest, other) = (&group, &people[0], &people[3], &people[1]);
    let membership = async {
        for _ in 0..8 {
            owner.remove_member(group, guest).await.data();
            owner.send_message(group, "Without").await;
            owner.add_members(group, &[guest]).await.data();
            owner.send_message(group, "With").await;
        }
    };
    // A change of a member who is removed at the same time is refused, and nothing else happens.
    let writing = people[1..].iter().map(|person| async move {
        for round in 0..8 {
            let input = json!({ "conversationId": group, "text": "Hello" });
            let sent = person.try_send(input).await.field("sendMessage")["messageEdge"]["node"]["id"].clone();
            let place = json!({ "id": group, "message": sent });
            match (round % 4, sent.is_null()) {
                (_, true) => {}
                (0, _) => drop(person.execute(MARK_UNREAD, place).await.data()),
                (1, _) => drop(person.delete_message(&sent).await.data()),
                (2, _) if person.username == "mary" => person.block(other).await,
                (_, _) => drop(person.execute(READ, place).await.data()),
            }
        }
        if person.username == "joan" {
            person.delete_account().await;
        }
    });
    join(membership, join_all(writing)).await;
    assert_eq!(correct_all(&campus.app).await.expect("the counts are checked"), 0);
}

#[rstest]
#[tokio::test]
async fn a_group_whose_first_message_a_block_hides_appears_when_nothing_hides_it_any_more(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.start_conversation(&[&grace, &mary]).await;
    grace.block(&ada).await;
    mary.block(&ada).await;
    ada.send_message(&group, "First").await;
    let list = async |person: &Person| {
        let query = "{ viewer { unreadCount } conversations { nodes { id unreadCount lastMessage { text } } } }";
        let data = person.query(query).await;
        (data["viewer"]["unreadCount"].clone(), data["conversations"]["nodes"].clone())
    };
    let (hidden, shown) = (json!([]), json!([{ "id": group, "unreadCount": 1, "lastMessage": { "text": "First" } }]));
    for person in [&grace, &mary] {
        assert_eq!(list(person).await, (json!(0), hidden.clone()));
    }
    let mut events = grace.follow_inbox("... on GroupChanged { groupChange conversationId }").await;
    grace.unblock(&ada).await;
    assert_eq!(list(&grace).await, (json!(1), shown.clone()));
    let event = events.next().await["inboxChanged"].clone();
    assert_eq!((&event["groupChange"], &event["conversationId"]), (&json!("VISIBILITY_CHANGED"), &group));
    // A block does not hide the messages of a deleted account.
    let mut events = mary.follow_inbox("... on GroupChanged { groupChange conversationId }").await;
    ada.delete_account().await;
    assert_eq!(list(&mary).await, (json!(1), shown));
    let event = events.next().await["inboxChanged"].clone();
    assert_eq!((&event["groupChange"], &event["conversationId"]), (&json!("MEMBER_REMOVED"), &group));
}

#[rstest]
#[tokio::test]
async fn the_many_messages_of_a_former_member_count_once_their_account_is_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    // The deletion itself takes the author from the last thousand. Those of the group are taken before.
    const IN_GROUP: i64 = 300;
    const ELSEWHERE: i64 = 1_300;
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let mary = campus.member("mary").await;
    let group = eve.start_conversation(&[&ada, &grace]).await;
    let pair = eve.start_conversation(&[&mary]).await;
    eve.send_message(&group, "In the group").await;
    eve.send_message(&pair, "Elsewhere").await;
    let sql = "insert into messages (conversation_id, number, id, author_id, text, sent_at)
        select conversation_id, number + value, messages.id + value, author_id, text, sent_at
        from messages, json_each($1) where text = $2";
    for (text, count) in [("In the group", IN_GROUP), ("Elsewhere", ELSEWHERE)] {
        campus.app.db.run(sql, &[&List::new(1..count), &text]).await.expect("the messages are inserted");
    }
    correct_all(&campus.app).await.expect("the messages are counted");
    eve.leave_conversation(&group).await.data();
    grace.block(&eve).await;
    assert_eq!((ada.unread_count(&group).await, grace.unread_count(&group).await), (IN_GROUP, 0));
    let mut events = grace.follow_inbox("... on GroupChanged { groupChange conversationId }").await;
    eve.delete_account().await;
    assert_eq!((ada.unread_count(&group).await, grace.unread_count(&group).await), (IN_GROUP, IN_GROUP));
    let event = events.next().await["inboxChanged"].clone();
    assert_eq!((&event["groupChange"], &event["conversationId"]), (&json!("VISIBILITY_CHANGED"), &group));
}

#[rstest]
#[tokio::test]
async fn wrong_unread_counts_are_corrected_and_reject_no_request(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let first = ada.send_message_id(&id, "1").await;
    ada.send_message(&id, "2").await;
    let spoil = "update conversation_members set unread = 0 where unread > 0";
    campus.app.db.run(spoil, &[]).await.expect("the counts are wrong");
    ada.delete_message(&first).await.data();
    // The node's own first sweep may correct it already.
    assert!([0, 1].contains(&grace.unread_count(&id).await), "a count is never negative");
    // The first of two may begin behind this conversation, where the node's own has ended.
    for _ in 0..2 {
        node::sweep(&campus.app).await.expect("the sweep runs");
    }
    assert_eq!(grace.unread_count(&id).await, 1);
    campus.app.db.run("update conversation_members set unread = 9", &[]).await.expect("the counts are wrong");
    correct_all(&campus.app).await.expect("the counts are corrected");
    assert_eq!((ada.unread_count(&id).await, grace.unread_count(&id).await), (0, 1));
    // A conversation with an unread message is listed.
    campus.app.db.run("update conversation_members set is_shown = false", &[]).await.expect("it is in no list");
    for _ in 0..2 {
        node::sweep(&campus.app).await.expect("the sweep runs");
    }
    assert_eq!((ada.conversations().await.len(), grace.conversations().await.len()), (0, 1));
}

#[rstest]
#[tokio::test]
async fn the_first_unread_message_and_the_marker_lead_to_the_unread_messages(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let read = ada.send_message_id(&id, "Read").await;
    grace.mark_read_up_to(&id, &read).await;
    let deleted = ada.send_message_id(&id, "Deleted").await;
    ada.send_message(&id, "1").await;
    grace.send_message(&id, "Mine").await;
    ada.send_message(&id, "2").await;
    ada.delete_message(&deleted).await.data();
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        unreadCount firstUnread { text } readMarkers { cursor user { username } }
    } }";
    let seen = grace.execute(query, json!({ "id": id })).await.field("conversation");
    assert_eq!((&seen["unreadCount"], &seen["firstUnread"]["text"]), (&json!(2), &json!("1")));
    let after = "query($id: ID!, $after: String) { conversation(by: { id: $id }) {
        messages(after: $after) { edges { node { text } } }
    } }";
    let cursor = &seen["readMarkers"][0]["cursor"];
    let page = grace.execute(after, json!({ "id": id, "after": cursor })).await.field("conversation");
    let texts: Vec<&Value> =
        page["messages"]["edges"].as_array().expect("edges").iter().map(|edge| &edge["node"]["text"]).collect();
    assert_eq!(texts, [&Value::Null, &json!("1"), &json!("Mine"), &json!("2")]);
    let own = ada.execute(query, json!({ "id": id })).await.field("conversation");
    assert_eq!(own["firstUnread"], json!({ "text": "Mine" }));
}
