//! The smallest useful request through the whole server, beside a bare handler that does the same work.
//!
//! The servers run on one core and the load on another, where `taskset` can see to it. Processor time is the steadier
//! of the two figures: throughput also tells how busy the machine was otherwise.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::contest::{self, Contender, Figure, as_f64};
use crate::load::{Load, post};
use crate::servers::{Invitation, ROLE};

const ROUNDS: usize = 7;
const TURN: Duration = Duration::from_millis(700);
const CONNECTIONS: usize = 16;

const USER: &str = "query($id: ID!) { user(by: { id: $id }) {
    id username isGuest firstName lastName fieldOfStudy year about joinedAt
} }";

pub fn bench() {
    let cores = Cores::of_this_process();
    let servers = Servers::start(&cores);
    let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
    let _pinned = cores.pin_load();

    let Invitation { ours, bare, stock, user, token } = &servers.invitation;
    let by_id = json!({ "query": USER, "variables": { "id": user } }).to_string();
    let by_id = post("/graphql", Some(token), &by_id);
    let rest = post("/user", Some(token), &json!({ "id": user }).to_string());
    let open =
        |address, request: &Vec<u8>, expected| Load::open(&runtime, address, request.clone(), CONNECTIONS, expected);
    contest::run(
        "user by id, over loopback",
        ROUNDS,
        vec![
            servers.contender(&runtime, "bare handler, same statement", "", open(*bare, &rest, "ada")),
            servers.contender(&runtime, "Studyhall", ">= 0.70, floor 0.50", open(*ours, &by_id, "ada")),
            servers.contender(&runtime, "async-graphql-axum, same schema", "", open(*stock, &by_id, "ada")),
        ],
    );

    let typename = post("/graphql", None, r#"{"query":"{__typename}"}"#);
    let fixed = post("/static", None, r#"{"query":"{__typename}"}"#);
    contest::run(
        "{__typename}, over loopback",
        ROUNDS,
        vec![
            servers.contender(&runtime, "bare handler, fixed answer", "", open(*bare, &fixed, "Query")),
            servers.contender(&runtime, "Studyhall", ">= 0.90", open(*ours, &typename, "Query")),
            servers.contender(&runtime, "async-graphql-axum, same schema", "", open(*stock, &typename, "Query")),
        ],
    );
}

/// The process with the servers.
struct Servers {
    process: Child,
    invitation: Invitation,
}

impl Servers {
    fn start(cores: &Cores) -> Self {
        let program = std::env::current_exe().expect("this program has a file");
        let mut command = match &cores.server {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["-c", core]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let command = command.arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the servers start");
        let mut line = String::new();
        let output = process.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("the servers say where they are");
        let invitation = serde_json::from_str(&line).expect("the servers say it in JSON");
        Self { process, invitation }
    }

    fn contender<'a>(
        &'a self,
        runtime: &'a Runtime,
        name: &'static str,
        goal: &'static str,
        mut load: Load,
    ) -> Contender<'a> {
        let round = move || {
            let (began, cpu) = (Instant::now(), self.cpu());
            let count = load.run(runtime, TURN);
            let took = began.elapsed();
            let cpu = self.cpu().zip(cpu).map(|(after, before)| after - before);
            let cpu_micros = cpu.map(|nanos| as_f64(nanos) / 1000.0 / as_f64(count));
            Figure { cpu_micros, ..Figure::new(count, took) }
        };
        Contender { name, goal, round: Box::new(round) }
    }

    /// Processor time of all threads in nanoseconds, where the system tells.
    fn cpu(&self) -> Option<u64> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process.id())).ok()?;
        let of_thread = |path: std::path::PathBuf| {
            let text = fs::read_to_string(path.join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        threads.map(|thread| of_thread(thread.ok()?.path())).sum()
    }
}

impl Drop for Servers {
    /// The end of its input is the end of the process.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// One core for each side; none where there is only one, or nobody to hand them out.
struct Cores {
    all: String,
    server: Option<String>,
    load: Option<String>,
}

impl Cores {
    fn of_this_process() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let all = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let all = all.map(str::trim).unwrap_or_default().to_owned();
        let mut numbers = all.split([',', '-']).map(str::to_owned);
        let (server, load) = (numbers.next(), numbers.next_back());
        let has_taskset = Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok();
        let is_enough = has_taskset && load.is_some();
        println!("\nservers and load on {}", if is_enough { "a core each" } else { "the same cores" });
        Self { all, server: server.filter(|_| is_enough), load: load.filter(|_| is_enough) }
    }

    /// Keeps this process on the load's core until the answer is dropped.
    fn pin_load(&self) -> Option<Pinned<'_>> {
        self.load.as_deref().map(move_to)?;
        Some(Pinned(&self.all))
    }
}

struct Pinned<'a>(&'a str);

impl Drop for Pinned<'_> {
    fn drop(&mut self) {
        move_to(self.0);
    }
}

/// Moves every thread of this process to these cores.
fn move_to(cores: &str) {
    let process = std::process::id().to_string();
    let _ = Command::new("taskset").args(["-acp", cores, &process]).stdout(Stdio::null()).status();
}
