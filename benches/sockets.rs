//! The lobby over real sockets: how soon a message reaches all who follow, and what a socket costs that waits.
//!
//! The servers are in a process of their own, so that what a socket holds there can be told from what its client holds
//! here. Latencies are taken from before the message is sent, so the commit on disk is part of them. One core carries all
//! clients: with thousands of them the figures are theirs as much as the server's.

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
use crate::contest::{as_f64, quantile};
use crate::processes::{Cores, Servers};
use crate::servers::Invitation;

const CROWDS: [u32; 3] = [100, 1_000, 5_000];
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
    println!("\nthe lobby, followed by real sockets");
    println!(
        "{:<16} {:>14} {:>9} {:>9} {:>16}  goal",
        "followers", "deliveries/s", "p50 ms", "p99 ms", "KiB per socket"
    );
    for count in CROWDS {
        let servers = Servers::start(&cores);
        let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
        let _pinned = cores.pin_load();
        runtime.block_on(measure(&servers, count));
    }
}

async fn measure(servers: &Servers, count: u32) {
    let host = Host::of(&servers.invitation).await;
    let lobby = host.ask(Some(&host.speaker), ENTER, json!({})).await;
    let cursor = &lobby["enterLobby"]["lobby"]["eventsCursor"];
    // The first one pays for what all share.
    let (heard, mut ears) = mpsc::unbounded_channel();
    let mut followers = JoinSet::new();
    followers.spawn(listen(host.follow(cursor).await, heard.clone()));
    host.send(&mut ears, 1).await;

    let lobby = host.ask(Some(&host.speaker), "{ lobby { eventsCursor } }", json!({})).await;
    let cursor = lobby["lobby"]["eventsCursor"].clone();
    let before = servers.resident_kib();
    for _ in 1..count {
        followers.spawn(listen(host.follow(&cursor).await, heard.clone()));
    }
    let each = before.zip(servers.resident_kib()).map(|(before, after)| as_f64(after - before) / f64::from(count - 1));
    // Whoever hears it, follows.
    host.send(&mut ears, count).await;

    let (mut rates, mut millis) = (Vec::new(), Vec::new());
    for _ in 0..MESSAGES {
        let latencies = host.send(&mut ears, count).await;
        rates.push(f64::from(count) / latencies.iter().copied().fold(0.0, f64::max));
        millis.extend(latencies.iter().map(|seconds| seconds * 1e3));
    }
    println!(
        "{count:<16} {:>14.0} {:>9.2} {:>9.2} {:>16}  {}",
        quantile(&mut rates, 0.5),
        quantile(&mut millis, 0.5),
        quantile(&mut millis, 0.99),
        each.map_or_else(String::new, |kib| format!("{kib:.1}")),
        if count == 5_000 { "200,000/s, floor 100,000; 4 KiB" } else { "" },
    );
}

/// The server as seen by its clients: one member who speaks, and another who listens on many devices.
struct Host {
    address: SocketAddr,
    speaker: String,
    listener: String,
    http: reqwest::Client,
}

impl Host {
    async fn of(invitation: &Invitation) -> Self {
        let (address, speaker) = (invitation.ours, invitation.token.clone());
        let host = Self { address, speaker, listener: String::new(), http: reqwest::Client::new() };
        // A message is its author's own: what they are told of it is shared with nobody.
        let input = json!({ "email": "listener@campus.example", "password": PASSWORD, "username": "listener" });
        let session = host.ask(None, REGISTER, json!({ "input": input })).await["register"]["session"].clone();
        let token = session["accessToken"].as_str().expect("the registration is accepted");
        Self { listener: token.to_owned(), ..host }
    }

    async fn ask(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        let mut request = self.http.post(format!("http://{}/graphql", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await;
        let answer: Value = response.expect("the server answers").json().await.expect("in JSON");
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// Sends a message and returns after how many seconds each of so many followers heard it.
    async fn send(&self, ears: &mut UnboundedReceiver<Instant>, followers: u32) -> Vec<f64> {
        let began = Instant::now();
        let text = "Is anybody in the reading room on the second floor? I left a blue notebook there.";
        self.ask(Some(&self.speaker), SEND, json!({ "text": text })).await;
        let mut latencies = Vec::new();
        for _ in 0..followers {
            let at = ears.recv().await.expect("somebody follows");
            latencies.push(at.duration_since(began).as_secs_f64());
        }
        latencies
    }

    async fn follow(&self, after: &Value) -> Socket {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.set_nodelay(true).expect("small messages leave at once");
        let config = WebSocketConfig::default().read_buffer_size(2_048);
        let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.expect("a handshake");
        let payload = json!({ "authorization": format!("Bearer {}", self.listener) });
        say(&mut socket, &json!({ "type": "connection_init", "payload": payload })).await;
        socket.next().await.expect("an answer").expect("it is accepted");
        let payload = json!({ "query": FOLLOW, "variables": { "after": after } });
        say(&mut socket, &json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        socket
    }
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("the server listens");
}

/// Notes when messages arrive, and answers pings.
async fn listen(mut socket: Socket, heard: UnboundedSender<Instant>) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            // An error means that nobody measures any more.
            Message::Text(text) if text.contains("MessageAdded") => drop(heard.send(Instant::now())),
            Message::Text(text) if text.contains("\"ping\"") => say(&mut socket, &json!({ "type": "pong" })).await,
            Message::Text(text) => assert!(!text.contains("\"error\""), "{text}"),
            _ => {}
        }
    }
}

impl Servers {
    /// Memory of the servers that is in use, where the system tells.
    fn resident_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}
