//! Requests to push services (RFC 8030).

use url::Url;

use crate::network::{Method, PublicNetwork, Request};

/// A request to a push service.
#[derive(Clone, Debug)]
pub struct PushRequest {
    pub endpoint: Url,
    pub authorization: String,
    /// How long the push service keeps the message, in seconds.
    pub ttl: u64,
    /// Replaces an earlier message with the same topic that the browser has not received.
    pub topic: String,
    pub is_urgent: bool,
    pub body: Vec<u8>,
}

/// Sends a request, and returns the status of the response; `None` if there is none, or the address is not public any more.
pub async fn send(network: &PublicNetwork, push: PushRequest) -> Option<u16> {
    let headers = vec![
        ("authorization", push.authorization),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", push.ttl.to_string()),
        ("topic", push.topic),
        ("urgency", if push.is_urgent { "high" } else { "normal" }.to_owned()),
    ];
    let request = Request { method: Method::Post, url: push.endpoint, headers, body: push.body, max_bytes: 0 };
    network.send(request).await.map(|response| response.status)
}
