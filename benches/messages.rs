//! Sending messages, each on disk before the mutation returns, and delivering them to followers.
//!
//! Sending is the whole mutation: the document is looked up, checked and executed, the conversation and its members
//! receive events. Following is measured up to the bytes of the response, without the sockets that carry it. The
//! `unshared` document selects a field that depends on the follower, so it is executed for each follower.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use studyhall::graphql::sharing::shared_json;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::campus::{CHEAP_HASHING, Campus, Member, request};
use crate::comparison::{self, Candidate, Measurement};

const ROUNDS: usize = 5;
const ROUND_DURATION: Duration = Duration::from_millis(600);

/// The number of messages that are delivered in one round.
const MESSAGES_PER_ROUND: u64 = 20;

/// The number of members of the followed conversation, each on many devices.
const MEMBERS: usize = 50;

const START: &str = "mutation($users: [ID!]!) {
    startConversation(input: { userIds: $users }) { conversation { id } userErrors { message } }
}";

const SEND: &str = "mutation($id: ID!, $text: String!, $key: String) {
    sendMessage(input: { conversationId: $id, text: $text, clientKey: $key }) {
        messageEdge { cursor node { id text sentAt } } userErrors { message }
    }
}";

const FOLLOW: &str =
    "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
    __typename ... on MessageAdded { cursor messageEdge { cursor node { id text sentAt author { id username } } } }
} }";

const FOLLOW_UNSHARED: &str =
    "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
    __typename ... on MessageAdded {
        cursor conversation { unreadCount } messageEdge { cursor node { id text sentAt author { id username } } }
    }
} }";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    let campus = Arc::new(runtime.block_on(Campus::open(CHEAP_HASHING)));
    let people = runtime.block_on(async {
        let mut people = Vec::new();
        // One at a time: the queue for password hashes is limited by address.
        for n in 0..64 {
            people.push(Arc::new(campus.member(&format!("person{n}")).await));
        }
        people
    });
    bench_sending(&runtime, &campus, &people);
    bench_following(&runtime, &campus, &people);
}

/// Starts a conversation and returns its id.
async fn start(campus: &Campus, starter: &Member, others: &[&Member]) -> Value {
    let users: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
    let response = campus.execute(&starter.caller, START, json!({ "users": users })).await;
    response["data"]["startConversation"]["conversation"]["id"].clone()
}

/// Sends a message and returns its cursor.
async fn send(campus: &Campus, sender: &Member, id: &Value, key: Option<String>) -> Value {
    let text = "I left a blue notebook in the reading room on the second floor. Has it been found?";
    let response = campus.execute(&sender.caller, SEND, json!({ "id": id, "text": text, "key": key })).await;
    assert_eq!(response["data"]["sendMessage"]["userErrors"], json!([]), "{response}");
    response["data"]["sendMessage"]["messageEdge"]["cursor"].clone()
}

fn bench_sending(runtime: &Runtime, campus: &Arc<Campus>, people: &[Arc<Member>]) {
    let pairs = runtime.block_on(join_all((0..people.len()).map(|n| async move {
        let id = start(campus, &people[n], &[&people[(n + 1) % people.len()]]).await;
        (Arc::clone(&people[n]), id)
    })));
    let (pairs, next_key) = (&pairs, &Arc::new(AtomicU64::new(0)));
    let candidate = |name, senders: usize, has_key: bool, goal| {
        let round = move || {
            let started_at = Instant::now();
            let until = started_at + ROUND_DURATION;
            // Each sender in a task of its own, as requests are.
            let tasks = pairs[..senders].iter().cloned().map(|(sender, id)| {
                let (campus, next_key) = (Arc::clone(campus), Arc::clone(next_key));
                runtime.spawn(async move {
                    let mut count = 0;
                    while Instant::now() < until {
                        let key = has_key.then(|| next_key.fetch_add(1, Ordering::Relaxed).to_string());
                        send(&campus, &sender, &id, key).await;
                        count += 1;
                    }
                    count
                })
            });
            let counts = runtime.block_on(join_all(tasks.collect::<Vec<_>>()));
            let count = counts.into_iter().map(|count| count.expect("the task ends well")).sum();
            Measurement::new(count, started_at.elapsed())
        };
        Candidate { name, goal, round: Box::new(round) }
    };
    comparison::run(
        "sendMessage on SQLite",
        ROUNDS,
        vec![
            candidate("1 sender", 1, false, ""),
            candidate("64 senders", 64, false, "5,000/s and more"),
            candidate("64 senders, with keys", 64, true, ""),
        ],
    );
}

/// Followers of a conversation, which stop when this is dropped.
struct Followers {
    /// The number of responses that all of them received.
    received: Arc<AtomicU64>,
    has_received: Arc<Notify>,
    count: u64,
    _tasks: JoinSet<()>,
}

impl Followers {
    /// Starts followers after the cursor in `variables`.
    async fn start(campus: &Campus, members: &[&Member], query: &str, variables: &Value, count: usize) -> Self {
        let (received, has_received) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let mut tasks = JoinSet::new();
        for n in 0..count {
            let caller = &members[n % members.len()].caller;
            let prepared = campus.executor.prepare(request(query, variables.clone()), caller).await;
            let mut responses = campus.executor.stream(prepared.expect("the document is valid"));
            let (received, has_received) = (received.clone(), has_received.clone());
            tasks.spawn(async move {
                while let Some(response) = responses.next().await {
                    let length = shared_json(&response).map_or_else(|| serialized_length(&response), Bytes::len);
                    assert!(length > 100, "the response has a message");
                    received.fetch_add(1, Ordering::Relaxed);
                    has_received.notify_one();
                }
            });
        }
        Self { received, has_received, count: u64::try_from(count).expect("a number"), _tasks: tasks }
    }

    /// Waits until each follower has received this many messages.
    async fn wait_for(&self, messages: u64) {
        while self.received.load(Ordering::Relaxed) < messages * self.count {
            self.has_received.notified().await;
        }
    }
}

fn serialized_length(response: &async_graphql::Response) -> usize {
    serde_json::to_vec(response).map_or(0, |json| json.len())
}

fn bench_following(runtime: &Runtime, campus: &Campus, people: &[Arc<Member>]) {
    let (sender, others) = people.split_first().expect("people");
    let others: Vec<&Member> = others.iter().take(MEMBERS - 1).map(Arc::as_ref).collect();
    let id = runtime.block_on(start(campus, sender, &others));
    let candidate = |name, count: usize, query: &'static str, goal| {
        let (others, id) = (&others, &id);
        let round = move || {
            runtime.block_on(async {
                let after = send(campus, sender, id, None).await;
                let variables = json!({ "id": id, "after": after });
                let followers = Followers::start(campus, others, query, &variables, count).await;
                send(campus, sender, id, None).await;
                followers.wait_for(1).await;
                let started_at = Instant::now();
                for message in 1..=MESSAGES_PER_ROUND {
                    send(campus, sender, id, None).await;
                    followers.wait_for(1 + message).await;
                }
                Measurement::new(MESSAGES_PER_ROUND * followers.count, started_at.elapsed())
            })
        };
        Candidate { name, goal, round: Box::new(round) }
    };
    comparison::run(
        "deliveries of messages, one message at a time",
        ROUNDS,
        vec![
            candidate("1,000 followers, unshared", 1_000, FOLLOW_UNSHARED, ""),
            candidate("100 followers", 100, FOLLOW, ""),
            candidate("1,000 followers", 1_000, FOLLOW, ""),
            candidate("5,000 followers", 5_000, FOLLOW, "200,000/s and more"),
        ],
    );
}
