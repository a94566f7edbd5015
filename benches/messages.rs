//! Sending messages, each of them on disk before it is answered, and telling those who follow.
//!
//! The whole mutation: the document is found, checked and run, the conversation and its members are told. Following is
//! measured up to the bytes of an answer, without the sockets that carry them: `apart` selects something that depends on
//! who follows, and is executed for each.

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

use crate::campus::{CHEAP, Campus, Member, request};
use crate::contest::{self, Contender, Figure};

const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(600);

/// Messages that are followed in one round.
const FOLLOWED: u64 = 20;

/// People in the conversation that is followed, each on many devices.
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

const FOLLOW_APART: &str =
    "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
    __typename ... on MessageAdded {
        cursor conversation { unreadCount } messageEdge { cursor node { id text sentAt author { id username } } }
    }
} }";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    let campus = Arc::new(runtime.block_on(Campus::open(CHEAP)));
    let people = runtime.block_on(async {
        let mut people = Vec::new();
        // One after the other: only so many passwords of one address may wait.
        for n in 0..64 {
            people.push(Arc::new(campus.member(&format!("person{n}")).await));
        }
        people
    });
    sending(&runtime, &campus, &people);
    following(&runtime, &campus, &people);
}

/// Starts a conversation and returns its id.
async fn start(campus: &Campus, starter: &Member, others: &[&Member]) -> Value {
    let users: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
    let answer = campus.ask(&starter.caller, START, json!({ "users": users })).await;
    answer["data"]["startConversation"]["conversation"]["id"].clone()
}

/// Sends a message and returns its cursor.
async fn send(campus: &Campus, sender: &Member, id: &Value, key: Option<String>) -> Value {
    let text = "Is anybody in the reading room on the second floor? I left a blue notebook there.";
    let answer = campus.ask(&sender.caller, SEND, json!({ "id": id, "text": text, "key": key })).await;
    assert_eq!(answer["data"]["sendMessage"]["userErrors"], json!([]), "{answer}");
    answer["data"]["sendMessage"]["messageEdge"]["cursor"].clone()
}

fn sending(runtime: &Runtime, campus: &Arc<Campus>, people: &[Arc<Member>]) {
    let pairs = runtime.block_on(join_all((0..people.len()).map(|n| async move {
        let id = start(campus, &people[n], &[&people[(n + 1) % people.len()]]).await;
        (Arc::clone(&people[n]), id)
    })));
    let (pairs, next) = (&pairs, &Arc::new(AtomicU64::new(0)));
    let contender = |name, senders: usize, has_key: bool, goal| {
        let round = move || {
            let began = Instant::now();
            let until = began + TURN;
            // Each in a task of its own, as requests are.
            let work = pairs[..senders].iter().cloned().map(|(sender, id)| {
                let (campus, next) = (Arc::clone(campus), Arc::clone(next));
                runtime.spawn(async move {
                    let mut count = 0;
                    while Instant::now() < until {
                        let key = has_key.then(|| next.fetch_add(1, Ordering::Relaxed).to_string());
                        send(&campus, &sender, &id, key).await;
                        count += 1;
                    }
                    count
                })
            });
            let counts = runtime.block_on(join_all(work.collect::<Vec<_>>()));
            let count = counts.into_iter().map(|count| count.expect("the task ends well")).sum();
            Figure::new(count, began.elapsed())
        };
        Contender { name, goal, round: Box::new(round) }
    };
    contest::run(
        "sendMessage on SQLite",
        ROUNDS,
        vec![
            contender("1 sender", 1, false, ""),
            contender("64 senders", 64, false, "5,000/s and more"),
            contender("64 senders, with keys", 64, true, ""),
        ],
    );
}

/// Those who follow, and how much they have heard together. They stop when it is dropped.
struct Crowd {
    heard: Arc<AtomicU64>,
    told: Arc<Notify>,
    count: u64,
    _followers: JoinSet<()>,
}

impl Crowd {
    /// Lets so many follow from after the cursor on.
    async fn gather(campus: &Campus, members: &[&Member], query: &str, variables: &Value, count: usize) -> Self {
        let (heard, told) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let mut followers = JoinSet::new();
        for n in 0..count {
            let caller = &members[n % members.len()].caller;
            let prepared = campus.executor.prepare(request(query, variables.clone()), caller).await;
            let mut answers = campus.executor.stream(prepared.expect("the document is good"));
            let (heard, told) = (heard.clone(), told.clone());
            followers.spawn(async move {
                while let Some(answer) = answers.next().await {
                    let length = shared_json(&answer).map_or_else(|| written(&answer), Bytes::len);
                    assert!(length > 100, "an answer has something to say");
                    heard.fetch_add(1, Ordering::Relaxed);
                    told.notify_one();
                }
            });
        }
        Self { heard, told, count: u64::try_from(count).expect("a number"), _followers: followers }
    }

    /// Waits until everybody has heard so many messages.
    async fn has_heard(&self, messages: u64) {
        while self.heard.load(Ordering::Relaxed) < messages * self.count {
            self.told.notified().await;
        }
    }
}

fn written(answer: &async_graphql::Response) -> usize {
    serde_json::to_vec(answer).map_or(0, |json| json.len())
}

fn following(runtime: &Runtime, campus: &Campus, people: &[Arc<Member>]) {
    let (sender, others) = people.split_first().expect("people");
    let others: Vec<&Member> = others.iter().take(MEMBERS - 1).map(Arc::as_ref).collect();
    let id = runtime.block_on(start(campus, sender, &others));
    let contender = |name, followers: usize, query: &'static str, goal| {
        let (others, id) = (&others, &id);
        let round = move || {
            runtime.block_on(async {
                let after = send(campus, sender, id, None).await;
                let variables = json!({ "id": id, "after": after });
                let crowd = Crowd::gather(campus, others, query, &variables, followers).await;
                send(campus, sender, id, None).await;
                crowd.has_heard(1).await;
                let began = Instant::now();
                for message in 1..=FOLLOWED {
                    send(campus, sender, id, None).await;
                    crowd.has_heard(1 + message).await;
                }
                Figure::new(FOLLOWED * crowd.count, began.elapsed())
            })
        };
        Contender { name, goal, round: Box::new(round) }
    };
    contest::run(
        "deliveries of messages, one at a time",
        ROUNDS,
        vec![
            contender("1,000 followers, apart", 1_000, FOLLOW_APART, ""),
            contender("100 followers", 100, FOLLOW, ""),
            contender("1,000 followers", 1_000, FOLLOW, ""),
            contender("5,000 followers", 5_000, FOLLOW, "200,000/s and more"),
        ],
    );
}
