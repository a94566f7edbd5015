//! The process with the servers, and the cores on which they and the load run.
//!
//! The servers run on one core and the load on another, where `taskset` can see to it. Processor time is the steadier
//! of the two figures: throughput also tells how busy the machine was otherwise.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::contest::{Contender, Figure, as_f64};
use crate::load::Load;
use crate::servers::{Invitation, ROLE};

pub const ROUNDS: usize = 7;
const TURN: Duration = Duration::from_millis(700);
pub const CONNECTIONS: usize = 16;

/// The process with the servers.
pub struct Servers {
    process: Child,
    pub invitation: Invitation,
}

impl Servers {
    pub fn start(cores: &Cores) -> Self {
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

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Somebody who sends requests to one of the servers, whose processor time is taken.
    pub fn contender<'a>(
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
pub struct Cores {
    all: String,
    server: Option<String>,
    load: Option<String>,
}

impl Cores {
    pub fn of_this_process() -> Self {
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
    pub fn pin_load(&self) -> Option<Pinned<'_>> {
        self.load.as_deref().map(move_to)?;
        Some(Pinned(&self.all))
    }
}

pub struct Pinned<'a>(&'a str);

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
