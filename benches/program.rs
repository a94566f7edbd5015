//! The whole program over real sockets: processor time for each request and each delivery, and memory of an idle socket.
//!
//! The program runs on one core and the load on another, where `taskset` is available. Only processor time counts: other
//! load on the machine changes it little, while it changes throughput by a factor of 2. `--program=PATH`, given once or
//! more, measures other builds of the program instead of the one of this benchmark, side by side in each round:
//!
//!     cargo bench -- program --program=/tmp/before/studyhall --program=target/release/studyhall

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::comparison::{Measurement, as_f64, median};
use crate::load::{Load, post};
use crate::processes::{CONNECTIONS, Cores, cpu_nanos, measure, resident_kib};
use crate::program_data::{Data, Person};
use crate::sockets::{Followers, SEND};

/// The argument that names another build of the program.
const PROGRAM: &str = "--program=";

const ROUNDS: usize = 5;
const ROUND_DURATION: Duration = Duration::from_millis(800);

/// Users of the demo campus, among which a search finds its page.
const USERS: &str = "1000";

/// How long a program may take until it serves.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Sockets that follow the lobby.
const FOLLOWER_COUNTS: [u32; 2] = [100, 1_000];
/// The messages that all followers receive in a round.
const MESSAGES_PER_ROUND: u32 = 30;
/// Deliveries are measured on programs of their own, so few rounds are enough.
const DELIVERY_ROUNDS: usize = 3;

const PROFILE: &str = "query($id: ID!) { user(by: { id: $id }) {
    id username displayName fieldOfStudy year about joinedAt skills
    avatar { id url(size: SMALL) width height } contact { country county homeAddress occupation }
} }";

const POSTS: &str = "query($id: ID!) { user(by: { id: $id }) { posts(first: 20) {
    edges { cursor node { id text publishedAt editedAt author { id username displayName skills } } }
    pageInfo { hasNextPage endCursor }
} } }";

const SEARCH: &str = "query($filter: UserFilter!) { searchUsers(filter: $filter, first: 10) {
    totalCount edges { cursor node { id username displayName fieldOfStudy skills } } pageInfo { hasNextPage endCursor }
} }";

const MESSAGES: &str = "query($id: ID!) { conversation(by: { id: $id }) { messages(last: 30) {
    edges { cursor node { id text sentAt editedAt author { id username displayName } } }
    pageInfo { hasPreviousPage startCursor }
} } }";

const SEND_MESSAGE: &str = "mutation($id: ID!, $text: String!) {
    sendMessage(input: { conversationId: $id, text: $text }) {
        messageEdge { cursor node { id text sentAt } } userErrors { message }
    }
}";

const BOOKINGS: &str = "{ bookings(first: 10) {
    edges { cursor node {
        id startsAt endsAt status location topic { id title }
        appointment { id sessionMinutes mentor { id username } }
        mentor { id username displayName skills } student { id username displayName }
    } }
    pageInfo { hasNextPage endCursor }
} }";

/// A program that serves a campus of its own.
struct Program {
    process: Child,
    address: SocketAddr,
    _dir: TempDir,
}

impl Program {
    /// Fills a new campus and serves it.
    fn start(path: &Path, cores: &Cores) -> Self {
        let dir = tempfile::tempdir().expect("a directory is made");
        let settings = |command: &mut Command| {
            command.arg("--data-dir").arg(dir.path()).arg("--rate-limits=off").stderr(Stdio::null());
        };
        let mut demo = Command::new(path);
        settings(&mut demo);
        let filled = demo.args(["demo", "--users", USERS]).stdout(Stdio::null()).status();
        assert!(filled.expect("the program starts").success(), "the campus is filled");
        let address = free_address();
        let mut command = cores.on_server_core(path);
        settings(&mut command);
        let process = command.arg("--listen").arg(address.to_string()).spawn().expect("the program starts");
        let program = Self { process, address, _dir: dir };
        let deadline = Instant::now() + START_LIMIT;
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "the program does not serve");
            std::thread::sleep(Duration::from_millis(20));
        }
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("the listener has an address")
}

/// The builds to measure, the first one being the baseline.
fn builds() -> Vec<PathBuf> {
    let named: Vec<PathBuf> =
        env::args().filter_map(|argument| argument.strip_prefix(PROGRAM).map(PathBuf::from)).collect();
    if named.is_empty() { vec![env!("CARGO_BIN_EXE_studyhall").into()] } else { named }
}

pub fn bench() {
    let cores = Cores::of_this_process();
    let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
    let builds = builds();
    println!("\nthe whole program, processor time of the server in µs for each operation, the minimum of the rounds");
    for (number, build) in builds.iter().enumerate() {
        println!("  {number}: {}", build.display());
    }
    bench_requests(&runtime, &cores, &builds);
    for count in FOLLOWER_COUNTS {
        bench_deliveries(&runtime, &cores, &builds, count);
    }
}

fn bench_requests(runtime: &Runtime, cores: &Cores, builds: &[PathBuf]) {
    let programs: Vec<Program> = builds.iter().map(|build| Program::start(build, cores)).collect();
    let mut loads: Vec<Vec<(&'static str, Load)>> = programs
        .iter()
        .map(|program| {
            let data = runtime.block_on(Data::create(program.address));
            works(&data)
                .into_iter()
                .map(|(name, requests)| (name, Load::open(runtime, program.address, requests, CONNECTIONS, "\"id\"")))
                .collect()
        })
        .collect();
    let _pinned = cores.pin_load();
    for work in 0..loads.first().map_or(0, Vec::len) {
        let mut results = vec![Vec::new(); programs.len()];
        for _ in 0..ROUNDS {
            for (number, program) in programs.iter().enumerate() {
                let (_, load) = &mut loads[number][work];
                results[number].push(measure(program.process.id(), || load.run(runtime, ROUND_DURATION)));
            }
        }
        let cpu = |round: &Measurement| round.cpu_micros;
        print_row(loads[0][work].0, results.iter().map(|rounds| minimum(rounds.iter().filter_map(cpu))));
        if loads[0][work].0 == DURABLE {
            print_row("  messages/s", results.iter().map(|rounds| median(rounds.iter().map(|round| round.per_second))));
        }
    }
}

const DURABLE: &str = "durable message";

/// The work, each with its requests, which every connection sends in turn.
fn works(data: &Data) -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let request = |query: &str, variables| {
        let body = json!({ "query": query, "variables": variables }).to_string();
        post("/graphql", Some(&data.ada.token), &body)
    };
    let profile = request(PROFILE, json!({ "id": data.grace.id }));
    let posts = request(POSTS, json!({ "id": data.grace.id }));
    let search = request(SEARCH, json!({ "filter": { "text": "mathematics" } }));
    let messages = request(MESSAGES, json!({ "id": data.conversation }));
    let text = "I left a blue notebook in the reading room on the second floor. Has it been found?";
    let send = request(SEND_MESSAGE, json!({ "id": data.conversation, "text": text }));
    let bookings = request(BOOKINGS, json!({}));
    let mut mix = Vec::new();
    for read in [&profile, &posts, &messages, &bookings] {
        mix.extend([read.clone(), read.clone()]);
    }
    mix.extend([search.clone(), send.clone()]);
    vec![
        ("profile by id, with skills, address, avatar", vec![profile]),
        ("20 posts of a user with authors and skills", vec![posts]),
        ("search page of 10 with total", vec![search]),
        ("30 messages with senders", vec![messages]),
        ("10 bookings, deep", vec![bookings]),
        (DURABLE, vec![send]),
        ("mix, 90 % reads", mix),
    ]
}

/// Measures deliveries of lobby messages, with the cost of sending them, and the memory of sockets that follow the lobby.
fn bench_deliveries(runtime: &Runtime, cores: &Cores, builds: &[PathBuf], count: u32) {
    let programs: Vec<Program> = builds.iter().map(|build| Program::start(build, cores)).collect();
    let _pinned = cores.pin_load();
    let (mut followers, mut memory) = (Vec::new(), Vec::new());
    for program in &programs {
        let (sender, follower) = runtime.block_on(async {
            let sender = Person::register(program.address, "sender").await;
            // Another member follows: events of a member's own messages are executed for each device.
            (sender, Person::register(program.address, "follower").await)
        });
        let joined =
            runtime.block_on(Followers::join(&sender, &follower, count, || resident_kib(program.process.id())));
        memory.push(joined.kib_per_socket.unwrap_or(f64::NAN));
        followers.push((sender, joined));
    }
    let mut micros = vec![Vec::new(); programs.len()];
    for _ in 0..DELIVERY_ROUNDS {
        for (number, program) in programs.iter().enumerate() {
            let (sender, joined) = &mut followers[number];
            let before = cpu_nanos(program.process.id());
            runtime.block_on(async {
                for _ in 0..MESSAGES_PER_ROUND {
                    sender.execute(SEND, json!({ "text": "Is the reading room open on Sunday?" })).await;
                    joined.wait_for_all().await;
                }
            });
            let used = cpu_nanos(program.process.id()).zip(before).map(|(after, before)| after - before);
            let deliveries = f64::from(MESSAGES_PER_ROUND * count);
            micros[number].extend(used.map(|nanos| as_f64(nanos) / 1_000.0 / deliveries));
        }
    }
    print_row(&format!("a delivery to {count} sockets"), micros.iter().map(|rounds| minimum(rounds.iter().copied())));
    print_row(&format!("KiB per idle socket, {count} sockets"), memory.into_iter());
}

fn minimum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NAN, f64::min)
}

/// Prints the results of all programs, and how many times less the later ones need than the first.
fn print_row(name: &str, results: impl Iterator<Item = f64>) {
    let results: Vec<f64> = results.collect();
    print!("{name:<46}");
    for result in &results {
        print!(" {result:>9.1}");
    }
    for result in results.iter().skip(1) {
        print!("   x{:.2}", results[0] / result);
    }
    println!();
}
