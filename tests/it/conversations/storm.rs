//! Many senders at once, and many followers that disconnect and resume: every follower receives the whole history in
//! order.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::following::FOLLOW;
use crate::support::database::random_u64;
use crate::support::{Campus, Engine, Person, Socket};

const SENDERS: usize = 20;
const CONVERSATIONS: usize = 10;
const FOLLOWERS: usize = 30;
/// Messages that each sender sends.
const MESSAGES: usize = 15;

/// Follows a conversation over one socket after another, each closed after a random number of events, until the last
/// message. Returns the received cursors and texts, and the number of sockets.
async fn follow(person: Person, id: Value, start: Value, count: usize) -> (Vec<(String, String)>, usize) {
    let (mut after, mut received, mut sockets) = (start, Vec::new(), 0);
    while received.len() < count {
        sockets += 1;
        let mut socket = Socket::subscribed(&person, FOLLOW, json!({ "id": id, "after": after })).await;
        let events = usize::try_from(random_u64() % 12).expect("a small number");
        for _ in 0..=events {
            if received.len() == count {
                break;
            }
            let event = socket.next().await["conversationChanged"].clone();
            after = event["cursor"].clone();
            if event["__typename"] == "MessageAdded" {
                let edge = &event["messageEdge"];
                assert_eq!(edge["cursor"], event["cursor"]);
                let text = edge["node"]["text"].as_str().expect("a text").to_owned();
                received.push((after.as_str().expect("a cursor").to_owned(), text));
            }
        }
    }
    (received, sockets)
}

/// The whole history, page by page.
pub async fn history(person: &Person, id: &Value) -> Vec<(String, String)> {
    let query = "query($id: ID!, $after: String) { conversation(by: { id: $id }) {
        messages(first: 100, after: $after) { edges { cursor node { text } } pageInfo { hasNextPage endCursor } }
    } }";
    let (mut after, mut all) = (Value::Null, Vec::new());
    loop {
        let page =
            person.execute(query, json!({ "id": id, "after": after })).await.field("conversation")["messages"].clone();
        for edge in page["edges"].as_array().expect("edges") {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            all.push((text(&edge["cursor"]), text(&edge["node"]["text"])));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_that_disconnect_and_resume_receive_the_whole_history(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    // Under this load a client can send into a connection that the server is about to close because it was never used.
    let flags = ["--rate-limits=off", "--header-timeout=60"];
    let campus = Campus::start_with(engine, &flags).await;
    // On PostgreSQL half of the followers are connected to another node.
    let other = match engine {
        Engine::Postgres => Some(campus.another_node(&flags).await),
        Engine::Sqlite => None,
    };
    let mut people = Vec::new();
    for n in 0..SENDERS {
        people.push(campus.member(&format!("sender{n}")).await);
    }
    let mut conversations = Vec::new();
    for n in 0..CONVERSATIONS {
        // Four senders each: every user sends to two conversations.
        let members: Vec<&Person> = (0..4).map(|m| &people[(2 * n + m) % SENDERS]).collect();
        let id = members[0].start_conversation(&members[1..]).await;
        let first = members[0].send_message(&id, "first").await["cursor"].clone();
        conversations.push((id, first, members));
    }
    // The number of messages in each conversation: every member sends.
    let count = 4 * MESSAGES;
    let followers: Vec<_> = (0..FOLLOWERS)
        .map(|n| {
            let (id, first, members) = &conversations[n % CONVERSATIONS];
            let person = members[n % members.len()];
            let person = match &other {
                Some(other) if n % 2 == 0 => other.client_for(person),
                _ => person.clone(),
            };
            tokio::spawn(follow(person, id.clone(), first.clone(), count))
        })
        .collect();
    let senders = conversations.iter().flat_map(|(id, _, members)| members.iter().map(move |member| (id, *member)));
    join_all(senders.map(|(id, member)| async move {
        for n in 0..MESSAGES {
            let message = member.send_message_id(id, &format!("{} {n}", member.username)).await;
            match random_u64() % 4 {
                // Edits that keep the text, and read markers, are events between the messages.
                0 => drop(member.edit_message(&message, &format!("{} {n}", member.username)).await.data()),
                1 => member.mark_read_up_to(id, &message).await,
                _ => {}
            }
        }
    }))
    .await;
    let mut resumed = 0;
    for (n, follower) in followers.into_iter().enumerate() {
        let (received, sockets) =
            tokio::time::timeout(Duration::from_mins(1), follower).await.expect("in time").expect("it ends");
        let (id, _, members) = &conversations[n % CONVERSATIONS];
        let history = history(members[0], id).await;
        assert_eq!(history.len(), count + 1);
        assert_eq!(received, history[1..], "follower {n}");
        resumed += sockets - 1;
    }
    println!(
        "{engine:?}: {FOLLOWERS} followers resumed {resumed} times; each received all {count} messages of its \
         conversation once and in order"
    );
}
