//! What speed is measured with: `make bench`, or a part of it by name: `cargo bench -- writes`.
//!
//! | name | what it tells |
//! | --- | --- |
//! | [`request`] | what an operation costs, part by part |
//! | [`slots`] | what can be booked in 31 days of a busy mentor |
//! | [`point_read`] | the whole server beside a bare handler, over real connections |
//! | [`pages`] | a profile and the feed, likewise |
//! | [`search`] | the first page of a search among 10,000 people and among 100,000 |
//! | [`writes`] | durable writes on SQLite, alone and together |
//! | [`messages`] | sending messages, and telling those who follow |
//! | [`sockets`] | the same over real sockets, and what an idle one costs |
//! | [`login`] | logins per second, and what they do to everybody else |
//!
//! Parts are timed by criterion, one after the other. Whatever is compared runs in turns instead ([`contest`]): on a
//! machine that is not idle a figure swings twofold within minutes, and only what ran side by side has a ratio.

#![expect(clippy::expect_used, reason = "a measurement that fails has nothing better to do than to say so")]

mod bare;
mod campus;
mod contest;
mod load;
mod login;
mod messages;
mod pages;
mod point_read;
mod processes;
mod request;
mod search;
mod servers;
mod slots;
mod sockets;
mod writes;

use criterion::Criterion;
use mimalloc::MiMalloc;

/// The program's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == servers::ROLE) {
        return servers::run();
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_wanted = |name: &str| filter.is_none_or(|filter| name.contains(filter.as_str()));
    if filter.is_none_or(|filter| filter.starts_with("request")) {
        request::bench(&mut Criterion::default().configure_from_args());
    }
    if filter.is_none_or(|filter| filter.starts_with("slots")) {
        slots::bench(&mut Criterion::default().configure_from_args());
    }
    let contests: [(&str, fn()); 8] = [
        ("point_read", point_read::bench),
        ("profile", pages::profile),
        ("feed", pages::feed),
        ("search", search::bench),
        ("writes", writes::bench),
        ("messages", messages::bench),
        ("sockets", sockets::bench),
        ("login", login::bench),
    ];
    for (name, bench) in contests {
        if is_wanted(name) {
            bench();
        }
    }
}
