//! The servers of external calendars, without the internet.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use studyhall::network::{Method, Network, PublicNetwork, Request, Response};
use tokio::sync::Notify;

use super::Campus;

/// A network with the calendars of a test.
#[derive(Default)]
pub struct CalendarServer {
    /// The addresses of hosts; all others have a public one.
    addresses: Mutex<HashMap<String, IpAddr>>,
    /// The responses by URL; all others are not found. `None` for no response.
    responses: Mutex<HashMap<String, Option<Response>>>,
    /// The URLs of all requests, with the version that they know.
    requests: Mutex<Vec<(String, Option<String>)>>,
    /// The URLs whose requests are never answered, however long they wait.
    silent: Mutex<HashSet<String>>,
    /// A request for one of them has arrived.
    arrived: Notify,
}

impl Network for CalendarServer {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<IpAddr>> {
        let known = self.addresses.lock().expect("a lock").get(host).copied();
        let address = known.unwrap_or_else(|| "93.184.216.34".parse().expect("an address"));
        async move { vec![address] }.boxed()
    }

    fn send(&self, request: Request) -> BoxFuture<'_, Option<Response>> {
        assert_eq!(request.method, Method::Get);
        let known = request.header("if-none-match").map(str::to_owned);
        self.requests.lock().expect("a lock").push((request.url.to_string(), known.clone()));
        if self.silent.lock().expect("a lock").contains(request.url.as_str()) {
            self.arrived.notify_one();
            return pending().boxed();
        }
        let found = self.responses.lock().expect("a lock").get(request.url.as_str()).cloned();
        let found = found.unwrap_or_else(|| Some(Response { status: 404, ..Response::default() }));
        let response = found.map(|response| {
            if known.is_some() && response.etag == known {
                return Response { status: 304, ..Response::default() };
            }
            let body = response.body.filter(|body| body.len() <= request.max_bytes);
            Response { body, ..response }
        });
        async move { response }.boxed()
    }
}

impl CalendarServer {
    /// Starts the servers for these nodes, before their first request.
    pub fn start(nodes: &[&Campus]) -> Arc<Self> {
        let server = Arc::new(Self::default());
        for node in nodes {
            node.app.state::<PublicNetwork>().set(server.clone());
        }
        server
    }

    pub fn set_address(&self, host: &str, address: &str) {
        self.addresses.lock().expect("a lock").insert(host.to_owned(), address.parse().expect("an address"));
    }

    /// Publishes a calendar with these lines at a URL.
    pub fn publish(&self, url: &str, etag: &str, lines: &[&str]) {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"));
        self.publish_bytes(url, etag, text.into_bytes());
    }

    pub fn publish_bytes(&self, url: &str, etag: &str, body: Vec<u8>) {
        self.respond(
            url,
            Some(Response { status: 200, etag: Some(etag.to_owned()), body: Some(body), location: None }),
        );
    }

    /// Redirects a URL to another one.
    pub fn redirect(&self, url: &str, to: &str) {
        self.respond(url, Some(Response { status: 302, location: Some(to.to_owned()), ..Response::default() }));
    }

    pub fn respond(&self, url: &str, response: Option<Response>) {
        self.responses.lock().expect("a lock").insert(url.to_owned(), response);
    }

    /// Answers no request for this URL, or answers again.
    pub fn set_silent(&self, url: &str, is_silent: bool) {
        let mut silent = self.silent.lock().expect("a lock");
        if is_silent {
            silent.insert(url.to_owned())
        } else {
            silent.remove(url)
        };
    }

    /// Waits for a request that is not answered.
    pub async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// Returns the requests since the last call.
    pub fn take_requests(&self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut self.requests.lock().expect("a lock"))
    }
}
