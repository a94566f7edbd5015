//! Benchmarks: `make bench` runs all, `cargo bench -- writes` those with a name.
//!
//! | name | what it measures |
//! | --- | --- |
//! | [`request`] | the cost of an operation, part by part |
//! | [`slots`] | the slots of a busy mentor in 31 days |
//! | [`statements`] | two statements alone, on the caller's thread and through sqlx's driver |
//! | [`point_read`] | the whole server beside the baseline, over real connections |
//! | [`pages`] | a profile and the feed of posts, in the same way |
//! | [`search`] | the first page of a search among 10,000 people and among 100,000 |
//! | [`writes`] | durable writes on SQLite, with and without group commit |
//! | [`messages`] | sending messages, and delivering them to followers |
//! | [`sockets`] | deliveries over real sockets, and the memory of an idle socket |
//! | [`program`] | the whole program over real sockets: processor time of typical requests and of deliveries |
//! | [`login`] | logins per second, and the latency of other requests during them |
//!
//! Criterion times parts one after the other. Candidates that are compared run side by side instead ([`comparison`]):
//! on a machine that is not idle a result varies by a factor of 2 within minutes, and only neighbouring runs have a
//! ratio.

#![expect(clippy::expect_used, reason = "a benchmark that fails panics with the reason")]

mod baseline;
mod campus;
mod comparison;
mod load;
mod login;
mod messages;
mod pages;
mod point_read;
mod processes;
mod program;
mod program_data;
mod request;
mod search;
mod servers;
mod slots;
mod sockets;
mod statements;
mod writes;

use criterion::Criterion;
use mimalloc::MiMalloc;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == servers::SERVERS_FLAG) {
        return servers::run();
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_selected = |name: &str| filter.is_none_or(|filter| name.contains(filter.as_str()));
    if filter.is_none_or(|filter| filter.starts_with("request")) {
        request::bench(&mut Criterion::default().configure_from_args());
    }
    if filter.is_none_or(|filter| filter.starts_with("slots")) {
        slots::bench(&mut Criterion::default().configure_from_args());
    }
    let comparisons: [(&str, fn()); 10] = [
        ("statements", statements::bench),
        ("point_read", point_read::bench),
        ("profile", pages::profile),
        ("feed", pages::feed),
        ("search", search::bench),
        ("writes", writes::bench),
        ("messages", messages::bench),
        ("sockets", sockets::bench),
        ("program", program::bench),
        ("login", login::bench),
    ];
    for (name, bench) in comparisons {
        if is_selected(name) {
            bench();
        }
    }
}
