//! The lobby over real sockets: the latency of messages to all followers, and the memory of an idle socket.
//!
//! The servers run in a process of their own, so that the memory of a socket is measured without that of its client.
//! Latencies start before the message is sent, so they include the commit to disk. One core runs all clients: with
//! thousands of them they limit the results as much as the server does.

use std::fs;
use std::net::SocketAddr;
use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::campus::PASSWORD;
use crate::comparison::{as_f64, quantile};
use crate::processes::{Cores, Servers};
use crate::servers::ServerInfo;

const FOLLOWER_COUNTS: [u32; 3] = [100, 1_000, 5_000];
const MESSAGES: usize = 20;

const REGISTER: &str = "mutation($input: RegisterInput!) {
    register(input: $input) { session { accessToken } userErrors { message } }
}";

const ENTER: &str = "mutation { enterLobby(input: {}) { lobby { eventsCursor } userErrors { message } } }";

const SEND: &str = "mutation($text: String!) {
    sendLobbyMessage(input: { text: $text }) { messageEdge { cursor } userErrors { message } }
}";

const FOLLOW: &str = "subscription($after: String) { lobbyChanged(after: $after) {
    __typename ... on MessageAdded { cursor messageEdge { node { id text sentAt author { id username } } } }
} }";

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
    let client = LobbyClient::new(&servers.info).await;
    let lobby = client.execute(Some(&client.sender), ENTER, json!({})).await;
    let cursor = &lobby["enterLobby"]["lobby"]["eventsCursor"];
    // The first follower allocates what all of them share.
    let (sender, mut received) = mpsc::unbounded_channel();
    let mut followers = JoinSet::new();
    followers.spawn(run_follower(client.follow(cursor).await, sender.clone()));
    client.send(&mut received, 1).await;

    let lobby = client.execute(Some(&client.sender), "{ lobby { eventsCursor } }", json!({})).await;
    let cursor = lobby["lobby"]["eventsCursor"].clone();
    let before = servers.resident_kib();
    for _ in 1..count {
        followers.spawn(run_follower(client.follow(&cursor).await, sender.clone()));
    }
    let kib_per_socket =
        before.zip(servers.resident_kib()).map(|(before, after)| as_f64(after - before) / f64::from(count - 1));
    // All followers have subscribed when all have received a message.
    client.send(&mut received, count).await;

    let (mut rates, mut millis) = (Vec::new(), Vec::new());
    for _ in 0..MESSAGES {
        let latencies = client.send(&mut received, count).await;
        rates.push(f64::from(count) / latencies.iter().copied().fold(0.0, f64::max));
        millis.extend(latencies.iter().map(|seconds| seconds * 1e3));
    }
    println!(
        "{count:<16} {:>14.0} {:>9.2} {:>9.2} {:>16}  {}",
        quantile(&mut rates, 0.5),
        quantile(&mut millis, 0.5),
        quantile(&mut millis, 0.99),
        kib_per_socket.map_or_else(String::new, |kib| format!("{kib:.1}")),
        if count == 5_000 { "200,000/s, floor 100,000; 4 KiB" } else { "" },
    );
}

/// A client with two members: one sends messages, and the other follows the lobby on many devices.
struct LobbyClient {
    address: SocketAddr,
    sender: String,
    follower: String,
    http: reqwest::Client,
}

impl LobbyClient {
    async fn new(info: &ServerInfo) -> Self {
        let (address, sender) = (info.studyhall, info.token.clone());
        let client = Self { address, sender, follower: String::new(), http: reqwest::Client::new() };
        // Another member follows: events of a member's own messages are executed for each device.
        let input = json!({ "email": "follower@campus.example", "password": PASSWORD, "username": "follower" });
        let session = client.execute(None, REGISTER, json!({ "input": input })).await["register"]["session"].clone();
        let token = session["accessToken"].as_str().expect("the registration is accepted");
        Self { follower: token.to_owned(), ..client }
    }

    async fn execute(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        let mut request = self.http.post(format!("http://{}/graphql", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await;
        let body: Value = response.expect("the server answers").json().await.expect("the body is JSON");
        assert_eq!(body.get("errors"), None, "{body}");
        body["data"].clone()
    }

    /// Sends a message and returns the seconds until each of the followers received it.
    async fn send(&self, received: &mut UnboundedReceiver<Instant>, followers: u32) -> Vec<f64> {
        let started_at = Instant::now();
        let text = "I left a blue notebook in the reading room on the second floor. Has it been found?";
        self.execute(Some(&self.sender), SEND, json!({ "text": text })).await;
        let mut latencies = Vec::new();
        for _ in 0..followers {
            let at = received.recv().await.expect("a follower runs");
            latencies.push(at.duration_since(started_at).as_secs_f64());
        }
        latencies
    }

    async fn follow(&self, after: &Value) -> Socket {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.set_nodelay(true).expect("the socket has the option");
        let config = WebSocketConfig::default().read_buffer_size(2_048);
        let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.expect("a handshake");
        let payload = json!({ "authorization": format!("Bearer {}", self.follower) });
        send(&mut socket, &json!({ "type": "connection_init", "payload": payload })).await;
        socket.next().await.expect("a message").expect("the connection is accepted");
        let payload = json!({ "query": FOLLOW, "variables": { "after": after } });
        send(&mut socket, &json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        socket
    }
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

impl Servers {
    /// Returns the resident memory of the servers, where the system reports it.
    fn resident_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}
