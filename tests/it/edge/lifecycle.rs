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
