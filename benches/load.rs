//! A cheap load generator: keep-alive connections that send the same requests again and again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Connections to one address that all send the same requests in turn.
pub struct Load {
    requests: Vec<Vec<u8>>,
    connections: Vec<Connection>,
}

impl Load {
    /// Connects, and checks that each response is a success and the one to the first request contains `expected`.
    pub fn open(
        runtime: &Runtime,
        address: SocketAddr,
        requests: Vec<Vec<u8>>,
        connections: usize,
        expected: &str,
    ) -> Self {
        runtime.block_on(async {
            let mut open = Vec::new();
            for _ in 0..connections {
                let mut connection = Connection::open(address).await;
                for (number, request) in requests.iter().enumerate() {
                    connection.exchange(request).await;
                    let response = String::from_utf8_lossy(&connection.response);
                    let is_expected = !response.contains("\"errors\":") && (number > 0 || response.contains(expected));
                    assert!(response.starts_with("HTTP/1.1 200") && is_expected, "{response}");
                }
                open.push(connection);
            }
            Self { requests, connections: open }
        })
    }

    /// Sends requests for this long and returns the number of responses. Each connection begins with another request.
    pub fn run(&mut self, runtime: &Runtime, time: Duration) -> u64 {
        let until = Instant::now() + time;
        let requests = &self.requests;
        let senders = self.connections.iter_mut().enumerate().map(|(number, connection)| async move {
            let mut count = 0;
            for request in requests.iter().cycle().skip(number % requests.len()) {
                if Instant::now() >= until {
                    break;
                }
                connection.exchange(request).await;
                count += 1;
            }
            count
        });
        runtime.block_on(futures_util::future::join_all(senders)).into_iter().sum()
    }
}

struct Connection {
    stream: TcpStream,
    response: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        stream.set_nodelay(true).expect("small requests leave at once");
        Self { stream, response: Vec::new() }
    }

    /// Sends a request and reads the complete response.
    async fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("the server reads");
        self.response.clear();
        while !is_complete(&self.response) {
            let read = self.stream.read_buf(&mut self.response).await.expect("the server answers");
            assert!(read > 0, "the server closed the connection");
        }
    }
}

/// Returns true if the response has as many bytes as its `Content-Length` states.
fn is_complete(response: &[u8]) -> bool {
    let Some(end) = response.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = std::str::from_utf8(&response[..end]).expect("headers are text");
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).expect("the length is announced");
    response.len() >= end + 4 + length
}

/// Returns a POST of a JSON body.
pub fn post(path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: bench\r\naccept: application/json\r\n\
         content-type: application/json\r\n{authorization}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
