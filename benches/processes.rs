//! The process with the servers, and the processor cores of the servers and the load.
//!
//! The servers run on one core and the load on another, where `taskset` is available. Processor time is the more stable
//! of the two results: throughput also depends on other load of the machine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::comparison::{Candidate, Measurement, as_f64};
use crate::load::Load;
use crate::servers::{SERVERS_FLAG, ServerInfo};

pub const ROUNDS: usize = 7;
const ROUND_DURATION: Duration = Duration::from_millis(700);
pub const CONNECTIONS: usize = 16;

/// The process with the servers.
pub struct Servers {
    process: Child,
    pub info: ServerInfo,
}

impl Servers {
    pub fn start(cores: &Cores) -> Self {
        let program = std::env::current_exe().expect("this program has a file");
        let mut command = cores.on_server_core(&program);
        let command = command.arg(SERVERS_FLAG).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the servers start");
        let mut line = String::new();
        let output = process.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("the servers print their addresses");
        let info = serde_json::from_str(&line).expect("the addresses are JSON");
        Self { process, info }
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Returns a candidate that sends requests to one of the servers, and measures the processor time of the process.
    pub fn candidate<'a>(
        &'a self,
        runtime: &'a Runtime,
        name: &'static str,
        goal: &'static str,
        mut load: Load,
    ) -> Candidate<'a> {
        let round = move || measure(self.process.id(), || load.run(runtime, ROUND_DURATION));
        Candidate { name, goal, round: Box::new(round) }
    }
}

/// Runs some operations, of which `run` returns the number, and measures their processor time in the process.
pub fn measure(process_id: u32, run: impl FnOnce() -> u64) -> Measurement {
    let (started_at, cpu) = (Instant::now(), cpu_nanos(process_id));
    let count = run();
    let elapsed = started_at.elapsed();
    let cpu = cpu_nanos(process_id).zip(cpu).map(|(after, before)| after - before);
    let cpu_micros = cpu.map(|nanos| as_f64(nanos) / 1000.0 / as_f64(count));
    Measurement { cpu_micros, ..Measurement::new(count, elapsed) }
}

/// Returns the processor time of all threads in nanoseconds, where the system reports it.
pub fn cpu_nanos(process_id: u32) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{process_id}/task")).ok()?;
    let of_thread = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    threads.map(|thread| of_thread(thread.ok()?.path())).sum()
}

/// Returns the resident memory of a process, where the system reports it.
pub fn resident_kib(process_id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

impl Drop for Servers {
    /// Closes the input of the process, which ends it.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// A core for each side; `None` where there is only one core, or no `taskset`.
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
        let can_pin = has_taskset && load.is_some();
        println!("\nservers and load on {}", if can_pin { "a core each" } else { "the same cores" });
        Self { all, server: server.filter(|_| can_pin), load: load.filter(|_| can_pin) }
    }

    /// Returns the command of a program that runs on the core of the servers.
    pub fn on_server_core(&self, program: &Path) -> Command {
        let Some(core) = &self.server else { return Command::new(program) };
        let mut command = Command::new("taskset");
        command.args(["-c", core]).arg(program);
        command
    }

    /// Pins this process to the core of the load until the guard is dropped.
    pub fn pin_load(&self) -> Option<PinGuard<'_>> {
        self.load.as_deref().map(pin_to)?;
        Some(PinGuard(&self.all))
    }
}

pub struct PinGuard<'a>(&'a str);

impl Drop for PinGuard<'_> {
    fn drop(&mut self) {
        pin_to(self.0);
    }
}

/// Pins all threads of this process to these cores.
fn pin_to(cores: &str) {
    let process = std::process::id().to_string();
    let _ = Command::new("taskset").args(["-acp", cores, &process]).stdout(Stdio::null()).status();
}
