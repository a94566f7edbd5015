//! The edge from outside: real HTTP and real sockets to a server on a port of its own.

mod attacks;
mod documents;
mod events;
mod http;
mod lifecycle;
mod metrics;
mod pages;
mod schema;
mod server;
mod socket;
mod uploads;
