//! Tests of the HTTP edge: real HTTP requests and WebSocket connections to a server on its own port.

mod attacks;
mod bodies;
mod compression;
mod documents;
mod events;
mod framework;
mod http;
mod http2;
mod lifecycle;
mod malformed;
mod metrics;
mod pages;
mod rules;
mod schema;
mod server;
mod socket;
mod transports;
mod uploads;
