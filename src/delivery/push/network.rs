//! Requests to push services. A member chooses the address, so only public ones are used: otherwise the server could be
//! made to send requests into its own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// How long a push service can take to respond.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

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

/// What sends requests: the internet, or the network of a test.
pub trait Network: Send + Sync {
    /// Returns the addresses of a host name.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<IpAddr>>;

    /// Sends a request, and returns the status of the response; `None` if there is none.
    fn send(&self, request: PushRequest) -> BoxFuture<'_, Option<u16>>;
}

/// The network of an app. Cheap to clone.
#[derive(Clone, Default)]
pub struct PushNetwork(Arc<OnceLock<Arc<dyn Network>>>);

impl PushNetwork {
    /// Replaces the internet. Only the first call counts, before the first request.
    pub fn set(&self, network: Arc<dyn Network>) {
        self.0.get_or_init(|| network);
    }

    fn get(&self) -> &dyn Network {
        &**self.0.get_or_init(|| Arc::new(Internet::new()))
    }

    /// Returns true if the host of a URL has public addresses only.
    pub async fn is_public(&self, url: &Url) -> bool {
        let addresses = match url.host() {
            Some(Host::Domain(name)) => self.get().resolve(name).await,
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            None => Vec::new(),
        };
        !addresses.is_empty() && addresses.into_iter().all(is_public)
    }

    /// Sends a request; `None` if there is no response, or the address is not public any more.
    pub async fn send(&self, request: PushRequest) -> Option<u16> {
        if !self.is_public(&request.endpoint).await {
            return None;
        }
        self.get().send(request).await
    }
}

/// Returns true if an address belongs to the internet.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || matches!((a, b, c), (0 | 240..=255, _, _) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99))
        || matches!((a, b), (198, 18 | 19));
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Only 2000::/3 is assigned, and parts of it contain or translate to other addresses.
    (segments[0] & 0xE000) == 0x2000
        && segments[0] != 0x2002
        && !(segments[0] == 0x2001 && segments[1] < 0x0200)
        && !(segments[0] == 0x2001 && segments[1] == 0x0DB8)
        && (segments[0] & 0xFFF0) != 0x3FF0
}

/// The internet. Names are resolved once for each connection, by a resolver that drops what is not public.
struct Internet {
    client: Option<reqwest::Client>,
}

impl Internet {
    fn new() -> Self {
        let builder = reqwest::Client::builder()
            .dns_resolver(Arc::new(PublicResolver))
            .redirect(Policy::none())
            .no_proxy()
            .https_only(true)
            .timeout(REQUEST_TIMEOUT);
        let client = builder.build().inspect_err(|cause| tracing::error!(%cause, "pushes cannot be sent")).ok();
        Self { client }
    }
}

impl Network for Internet {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<IpAddr>> {
        async move {
            let found = tokio::time::timeout(REQUEST_TIMEOUT, tokio::net::lookup_host((host, 443))).await;
            found.ok().and_then(Result::ok).into_iter().flatten().map(|address| address.ip()).collect()
        }
        .boxed()
    }

    fn send(&self, request: PushRequest) -> BoxFuture<'_, Option<u16>> {
        async move {
            let sent = self
                .client
                .as_ref()?
                .post(request.endpoint)
                .header("authorization", request.authorization)
                .header("content-encoding", "aes128gcm")
                .header("content-type", "application/octet-stream")
                .header("ttl", request.ttl)
                .header("topic", request.topic)
                .header("urgency", if request.is_urgent { "high" } else { "normal" })
                .body(request.body)
                .send()
                .await;
            // The error is dropped: it contains the endpoint, which is secret.
            sent.ok().map(|response| response.status().as_u16())
        }
        .boxed()
    }
}

/// A name can resolve to another address than when it was checked.
struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() || !found.iter().all(|address| is_public(address.ip())) {
                return Err("the host has no public address".into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_are_public_and_others_are_not() {
        for public in ["93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for other in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }

    #[tokio::test]
    async fn no_request_is_sent_to_a_name_that_resolves_to_this_machine() {
        let internet = Internet::new();
        let request = PushRequest {
            endpoint: Url::parse("https://localhost/push").unwrap(),
            authorization: String::new(),
            ttl: 0,
            topic: String::new(),
            is_urgent: false,
            body: Vec::new(),
        };
        assert_eq!(internet.send(request).await, None);
        assert!(PublicResolver.resolve("localhost".parse().unwrap()).await.is_err());
    }
}
