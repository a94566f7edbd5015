//! The shutdown of a server.

use super::server::Server;
use super::socket::Socket;

#[tokio::test]
async fn a_shutdown_finishes_requests_and_closes_sockets() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.wait_for_resolver().await;
        server.signal().await;
        // The server is no longer ready, but still accepts connections.
        while server.get("/readyz", "").await.status != 503 {}
        server.assert_alive().await;
        assert_eq!(socket.close_code().await, 1012);
        server.world.gate.add_permits(1);
    };
    let (response, ()) = tokio::join!(waits, rest);
    assert_eq!(response.json()["data"]["waits"], true);
    server.stopped().await;
}

#[tokio::test]
async fn a_second_signal_stops_the_server_at_once() {
    let server = Server::start().await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.wait_for_resolver().await;
        server.signal().await;
        server.signal().await;
    };
    tokio::select! {
        _ = waits => panic!("the resolver still waits"),
        () = rest => {}
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_connection_without_a_request_is_served_when_the_server_stops() {
    use tokio::io::AsyncWriteExt;

    use super::server::read_response;
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    let (mut silent, mut used) = (server.connect().await, server.connect().await);
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    used.write_all(request.as_bytes()).await.expect("a request");
    assert_eq!(read_response(&mut used).await.status, 200);
    server.signal().await;
    // The server closes sockets when it no longer accepts connections.
    assert_eq!(socket.close_code().await, 1012);
    tokio::net::TcpStream::connect(server.address).await.expect_err("the listener is closed");
    for stream in [&mut silent, &mut used] {
        stream.write_all(request.as_bytes()).await.expect("a request");
        let response = read_response(stream).await;
        assert_eq!((response.status, response.header("connection")), (200, Some("close")));
    }
    server.stopped().await;
}
