//! A client that costs little: keep-alive connections that send the same bytes over and over.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Some connections to one address, all sending the same request.
pub struct Load {
    request: Vec<u8>,
    connections: Vec<Connection>,
}

impl Load {
    /// Connects, and makes sure that the answer to the request is the one that is meant to be measured.
    pub fn open(runtime: &Runtime, address: SocketAddr, request: Vec<u8>, connections: usize, expected: &str) -> Self {
        runtime.block_on(async {
            let mut open = Vec::new();
            for _ in 0..connections {
                let mut connection = Connection::open(address).await;
                connection.exchange(&request).await;
                let answer = String::from_utf8_lossy(&connection.answer);
                assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(expected), "{answer}");
                open.push(connection);
            }
            Self { request, connections: open }
        })
    }

    /// Sends for this long and returns how many answers came.
    pub fn run(&mut self, runtime: &Runtime, time: Duration) -> u64 {
        let until = Instant::now() + time;
        let request = &self.request;
        let senders = self.connections.iter_mut().map(|connection| async move {
            let mut count = 0;
            while Instant::now() < until {
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
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        stream.set_nodelay(true).expect("small requests leave at once");
        Self { stream, answer: Vec::new() }
    }

    /// Sends a request and reads its whole answer.
    async fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("the server reads");
        self.answer.clear();
        while !is_whole(&self.answer) {
            let read = self.stream.read_buf(&mut self.answer).await.expect("the server answers");
            assert!(read > 0, "the server closed the connection");
        }
    }
}

/// Tells whether an answer has arrived with as many bytes as its header announces.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = std::str::from_utf8(&answer[..end]).expect("headers are text");
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).expect("the length is announced");
    answer.len() >= end + 4 + length
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
