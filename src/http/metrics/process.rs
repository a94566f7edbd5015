//! The figures of the process, under the names that the client libraries of Prometheus give them.

use std::fs;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use rustix::process::{Resource, getrlimit};

/// The unit of times in `/proc`: Linux shows all programs the same one, whatever its own clock does.
const TICKS_PER_SECOND: f64 = 100.0;

/// Registers what `/proc` says; nothing where it says nothing.
pub(super) fn register(registry: &mut Registry) {
    if let Some(times) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Times::parse) {
        let cpu: Counter<f64, AtomicU64> = Counter::default();
        cpu.inc_by(times.cpu_seconds);
        registry.register_with_unit("process_cpu", "Time of the processor", Unit::Seconds, cpu);
        if let Some(booted_at) = booted_at() {
            let started_at: Gauge<f64, AtomicU64> = Gauge::default();
            started_at.set(booted_at + times.started_after_boot);
            let help = "When the process started, in seconds since 1970";
            registry.register_with_unit("process_start_time", help, Unit::Seconds, started_at);
        }
    }
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        let threads = field(&status, "Threads:").unwrap_or(0);
        gauge(registry, "process_threads", "Threads", threads);
        let resident = field(&status, "VmRSS:").unwrap_or(0).saturating_mul(1024);
        gauge(registry, "process_resident_memory_bytes", "Memory in use", resident);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        let open = u64::try_from(files.count()).unwrap_or(u64::MAX);
        gauge(registry, "process_open_fds", "Open files and connections", open);
    }
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    gauge(registry, "process_max_fds", "The limit of open files and connections", limit);
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}

/// Returns the number behind a name, such as `VmRSS:   1024 kB`.
fn field(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// When the machine started, in seconds since 1970.
fn booted_at() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

#[derive(Debug, PartialEq)]
struct Times {
    cpu_seconds: f64,
    started_after_boot: f64,
}

impl Times {
    /// Reads the line of `proc_pid_stat(5)`. The name of the program, in parentheses, can contain anything.
    fn parse(stat: &str) -> Option<Self> {
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // The manual counts from 1, and two fields are before these.
        let seconds = |number: usize| Some(fields.get(number - 3)?.parse::<f64>().ok()? / TICKS_PER_SECOND);
        Some(Self { cpu_seconds: seconds(14)? + seconds(15)?, started_after_boot: seconds(22)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_read_whatever_the_program_is_called() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 9 0 1250 99 250 18446744073709551615";
        assert_eq!(Times::parse(stat), Some(Times { cpu_seconds: 2.0, started_after_boot: 12.5 }));
        assert_eq!(Times::parse("7 (a"), None);
        assert_eq!(field("Threads:\t9\nVmRSS:\t  1024 kB\n", "VmRSS:"), Some(1024));
    }
}
