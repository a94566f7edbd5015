//! The server is killed while users send messages: acknowledged messages are stored once, counters agree, streams
//! resume.

use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{Db, Query};
use tokio::sync::Notify;

use super::SEND;
use super::following::FOLLOW;
use super::storm::history;
use crate::crash::start;
use crate::support::database::random_u64;
use crate::support::{Engine, Person, Socket};

const ROUNDS: u64 = 4;
const SENDERS: usize = 6;

type Sent = Arc<Mutex<Vec<String>>>;

/// Sends numbered messages with client keys until the server is gone, and records the acknowledged ones. Returns the
/// input that got no answer.
async fn send(person: Person, id: Value, name: String, sent: Sent, progress: Arc<Notify>) -> Value {
    for number in 0.. {
        let text = format!("{name} {number}");
        let input = json!({ "conversationId": id, "text": text, "clientKey": text });
        let body = json!({ "query": SEND, "variables": { "input": input } });
        let request = person.request(reqwest::Method::POST, "/graphql").json(&body);
        let Ok(response) = request.send().await else { return input };
        let Ok(answer) = response.json::<Value>().await else { return input };
        if answer["data"]["sendMessage"]["messageEdge"].is_object() {
            sent.lock().expect("a list").push(text);
            progress.notify_one();
        }
    }
    Value::Null
}

#[rstest]
#[tokio::test]
async fn acknowledged_messages_survive_a_kill(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_database(dir.path()).await;
    let sent = Sent::default();
    let (mut child, address) = start(dir.path(), &database).await;
    let mut people = Vec::new();
    for n in 0..SENDERS {
        people.push(Person::new(address).register(&format!("sender{n}")).await);
    }
    let id = people[0].start_conversation(&people[1..].iter().collect::<Vec<_>>()).await;
    let mut after = people[0].send_message(&id, "first").await["cursor"].clone();
    let mut received = Vec::new();
    for round in 0..ROUNDS {
        if round > 0 {
            let (restarted, address) = start(dir.path(), &database).await;
            child = restarted;
            for person in &mut people {
                person.address = address;
            }
        }
        let progress = Arc::new(Notify::new());
        let senders: Vec<_> = people
            .iter()
            .map(|person| {
                let name = format!("{} {round}", person.username);
                tokio::spawn(send(person.clone(), id.clone(), name, sent.clone(), progress.clone()))
            })
            .collect();
        let mut socket = Socket::subscribed(&people[0], FOLLOW, json!({ "id": id, "after": after })).await;
        for _ in 0..5 + random_u64() % 20 {
            progress.notified().await;
            let event = socket.next().await["conversationChanged"].clone();
            after = event["cursor"].clone();
            received.push(event["messageEdge"]["node"]["text"].as_str().expect("a text").to_owned());
        }
        // SIGKILL.
        child.kill().await.expect("the server is killed");
        let mut unanswered = Vec::new();
        for sender in senders {
            unanswered.push(sender.await.expect("the sender ends"));
        }
        // Messages without an answer are sent again, and are stored once.
        let (mut restarted, address) = start(dir.path(), &database).await;
        for (person, input) in people.iter_mut().zip(unanswered) {
            person.address = address;
            let payload = person.try_send(input.clone()).await.field("sendMessage");
            assert_eq!(payload["userErrors"], json!([]));
            sent.lock().expect("a list").push(input["text"].as_str().expect("a text").to_owned());
        }
        restarted.kill().await.expect("the server is killed");
    }
    let (mut child, address) = start(dir.path(), &database).await;
    for person in &mut people {
        person.address = address;
    }
    let history: Vec<String> = history(&people[0], &id).await.into_iter().map(|(_, text)| text).collect();
    let mut socket = Socket::subscribed(&people[0], FOLLOW, json!({ "id": id, "after": after })).await;
    while received.len() + 1 < history.len() {
        let event = socket.next().await["conversationChanged"].clone();
        received.push(event["messageEdge"]["node"]["text"].as_str().expect("a text").to_owned());
    }
    assert_eq!(received, history[1..]);
    let mut expected = sent.lock().expect("a list").clone();
    expected.push("first".to_owned());
    expected.sort();
    let mut found = history.clone();
    found.sort();
    assert_eq!(found, expected, "every acknowledged message is stored exactly once");
    let unread = "query($id: ID!) { conversation(by: { id: $id }) { unreadCount } }";
    for person in &people {
        let seen = person.execute(unread, json!({ "id": id })).await.field("conversation")["unreadCount"].clone();
        let own = history.iter().filter(|text| text.starts_with(&format!("{} ", person.username))).count();
        let own = own + usize::from(person.username == "sender0");
        assert_eq!(seen, json!(history.len() - own), "{}", person.username);
    }
    child.kill().await.expect("the server is killed");

    let db = Db::open(&database.into(), 2).await.expect("the database opens");
    let (feeds_with_gaps,): (i64,) = db
        .one("select count(*) from feeds where head <> (select count(*) from feed_events where feed = feeds.id)", &[])
        .await
        .expect("a count");
    assert_eq!(feeds_with_gaps, 0);
    let (messages_without_event,): (i64,) = db
        .one(
            "select count(*) from messages where not exists (
                 select 1 from feed_events where feed = conversation_id and feed_events.number = messages.number
                 and kind = 'message_added' and subject = messages.id)",
            &[],
        )
        .await
        .expect("a count");
    assert_eq!(messages_without_event, 0);
}
