//! The end of a server.

use super::server::Server;
use super::socket::Socket;

#[tokio::test]
async fn accepted_requests_finish_and_sockets_are_told() {
    let server = Server::start().await;
    let mut socket = Socket::greeted(&server).await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.until_waiting().await;
        server.signal().await;
        // Not ready at once, and still accepting.
        while server.get("/readyz", "").await.status != 503 {}
        server.assert_alive().await;
        assert_eq!(socket.closed().await, 1012);
        server.world.gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(waits, rest);
    assert_eq!(answer.json()["data"]["waits"], true);
    server.end().await;
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let server = Server::start().await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.until_waiting().await;
        server.signal().await;
        server.signal().await;
    };
    tokio::select! {
        _ = waits => panic!("nothing lets it pass"),
        () = rest => {}
    }
    server.end().await;
}
