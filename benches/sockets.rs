//! The lobby over real sockets: the latency of messages to all followers, and the memory of an idle socket.
//!
//! The servers run in a process of their own, so that the memory of a socket is measured without that of its client.
//! Latencies start before the message is sent, so they include the commit to disk. One core runs all clients: with
//! thousands of them they limit the results as much as the server does.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::comparison::{as_f64, quantile};
use crate::processes::{Cores, Servers, resident_kib};
use crate::program_data::Person;

const FOLLOWER_COUNTS: [u32; 3] = [100, 1_000, 5_000];
const MESSAGES: usize = 20;

/// After this time a socket that was just opened is idle.
const SETTLING_TIME: Duration = Duration::from_millis(300);

const ENTER: &str = "mutation { enterLobby(input: {}) { lobby { eventsCursor } userErrors { message } } }";

pub const SEND: &str = "mutation($text: String!) {
    sendLobbyMessage(input: { text: $text }) { messageEdge { cursor } userErrors { message } }
}";

const FOLLOW: &str = "subscription($after: String) { lobbyChanged(after: $after) {
    __typename ... on MessageAdded { cursor messageEdge { node { id text sentAt author { id username } } } }
} }";

const TEXT: &str = "I left a blue notebook in the reading room on the second floor. Has it been found?";

type Socket = WebSocketStream<TcpStream>;

pub fn bench() {
    let cores = Cores::of_this_process();
    println!("\nlobby, followed over real sockets");
    println!(
        "{:<16} {:>14} {:>9} {:>9} {:>16}  goal",
        "followers", "deliveries/s", "p50 ms", "p99 ms", "KiB per socket"
    );
    for count in FOLLOWER_COUNTS {
        let servers = Servers::start(&cores);
        let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
        let _pinned = cores.pin_load();
        runtime.block_on(measure(&servers, count));
    }
}

async fn measure(servers: &Servers, count: u32) {
    let address = servers.info.studyhall;
    let sender = Person::signed_in(address, &servers.info.user, &servers.info.token);
    // Another member follows: events of a member's own messages are executed for each device.
    let follower = Person::register(address, "follower").await;
    let mut followers = Followers::join(&sender, &follower, count, || resident_kib(servers.process_id())).await;
    let (mut rates, mut millis) = (Vec::new(), Vec::new());
    for _ in 0..MESSAGES {
        let started_at = Instant::now();
        sender.execute(SEND, json!({ "text": TEXT })).await;
        let received = followers.wait_for_all().await;
        let latencies = received.into_iter().map(|at| at.duration_since(started_at).as_secs_f64());
        let before = millis.len();
        millis.extend(latencies.map(|seconds| seconds * 1e3));
        rates.push(f64::from(count) * 1e3 / millis[before..].iter().copied().fold(0.0, f64::max));
    }
    println!(
        "{count:<16} {:>14.0} {:>9.2} {:>9.2} {:>16}  {}",
        quantile(&mut rates, 0.5),
        quantile(&mut millis, 0.5),
        quantile(&mut millis, 0.99),
        followers.kib_per_socket.map_or_else(String::new, |kib| format!("{kib:.1}")),
        if count == 5_000 { "200,000/s, floor 100,000; 4 KiB" } else { "" },
    );
}

/// Sockets of one member that follow the lobby.
pub struct Followers {
    count: u32,
    received: UnboundedReceiver<Instant>,
    /// The memory of the server for each idle socket, where the system reports it.
    pub kib_per_socket: Option<f64>,
    _tasks: JoinSet<()>,
}

impl Followers {
    /// Opens the sockets. Each has received a message when this returns.
    pub async fn join(sender: &Person, follower: &Person, count: u32, memory: impl Fn() -> Option<u64>) -> Self {
        let lobby = sender.execute(ENTER, json!({})).await;
        let cursor = lobby["enterLobby"]["lobby"]["eventsCursor"].clone();
        let (reports, received) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        // The first follower allocates what all of them share.
        tasks.spawn(run_follower(follow(follower, &cursor).await, reports.clone()));
        let mut followers = Self { count: 1, received, kib_per_socket: None, _tasks: JoinSet::new() };
        sender.execute(SEND, json!({ "text": TEXT })).await;
        followers.wait_for_all().await;

        let lobby = sender.execute("{ lobby { eventsCursor } }", json!({})).await;
        let cursor = lobby["lobby"]["eventsCursor"].clone();
        let before = memory();
        for _ in 1..count {
            tasks.spawn(run_follower(follow(follower, &cursor).await, reports.clone()));
        }
        followers.count = count;
        sender.execute(SEND, json!({ "text": TEXT })).await;
        followers.wait_for_all().await;
        sleep(SETTLING_TIME).await;
        let grown = before.zip(memory()).map(|(before, after)| as_f64(after.saturating_sub(before)));
        Self { kib_per_socket: grown.map(|kib| kib / f64::from(count - 1)), _tasks: tasks, ..followers }
    }

    /// Waits until each follower has received one more message, and returns when.
    pub async fn wait_for_all(&mut self) -> Vec<Instant> {
        let mut received = Vec::new();
        for _ in 0..self.count {
            received.push(self.received.recv().await.expect("a follower runs"));
        }
        received
    }
}

/// Opens a socket that follows the lobby.
async fn follow(person: &Person, after: &Value) -> Socket {
    let mut request = format!("ws://{}/graphql", person.address).into_client_request().expect("a request");
    let protocol = "graphql-transport-ws".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let stream = TcpStream::connect(person.address).await.expect("a connection");
    stream.set_nodelay(true).expect("the socket has the option");
    let config = WebSocketConfig::default().read_buffer_size(2_048);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.expect("a handshake");
    let payload = json!({ "authorization": format!("Bearer {}", person.token) });
    send(&mut socket, &json!({ "type": "connection_init", "payload": payload })).await;
    socket.next().await.expect("a message").expect("the connection is accepted");
    let payload = json!({ "query": FOLLOW, "variables": { "after": after } });
    send(&mut socket, &json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    socket
}

async fn send(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("the server reads");
}

/// Reports when messages arrive, and answers pings.
async fn run_follower(mut socket: Socket, received: UnboundedSender<Instant>) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            // An error means that the measurement has ended.
            Message::Text(text) if text.contains("MessageAdded") => drop(received.send(Instant::now())),
            Message::Text(text) if text.contains("\"ping\"") => send(&mut socket, &json!({ "type": "pong" })).await,
            Message::Text(text) => assert!(!text.contains("\"error\""), "{text}"),
            _ => {}
        }
    }
}
