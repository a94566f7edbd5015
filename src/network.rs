//! Requests to addresses that members choose: push services, calendars. Only public addresses are used: otherwise the server
//! could be made to send requests into its own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// How long a server can take to respond.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// A request to an address that a member chose.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The largest body of the response; 0 if the body does not matter.
    pub max_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Request {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| *one == name).map(|(_, value)| value.as_str())
    }
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    pub location: Option<String>,
    pub etag: Option<String>,
    /// `None` if it is larger than the request allows.
    pub body: Option<Vec<u8>>,
}

/// What sends requests: the internet, or the network of a test. It follows no redirects.
pub trait Network: Send + Sync {
    /// Returns the addresses of a host name.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<IpAddr>>;

    /// Sends a request; `None` if there is no response.
    fn send(&self, request: Request) -> BoxFuture<'_, Option<Response>>;
}

/// The network of an app. Cheap to clone.
#[derive(Clone, Default)]
pub struct PublicNetwork(Arc<OnceLock<Arc<dyn Network>>>);

impl PublicNetwork {
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
    pub async fn send(&self, request: Request) -> Option<Response> {
        if !self.is_public(&request.url).await {
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
        let client = builder.build().inspect_err(|cause| tracing::error!(%cause, "no requests can be sent")).ok();
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

    fn send(&self, request: Request) -> BoxFuture<'_, Option<Response>> {
        async move {
            let client = self.client.as_ref()?;
            let mut builder = match request.method {
                Method::Get => client.get(request.url),
                Method::Post => client.post(request.url),
            };
            for (name, value) in request.headers {
                builder = builder.header(name, value);
            }
            // Errors are dropped: they contain the address, which is secret.
            let mut response = builder.body(request.body).send().await.ok()?;
            let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
            let (location, etag) = (header("location"), header("etag"));
            let status = response.status().as_u16();
            let mut body = Vec::new();
            while body.len() <= request.max_bytes && request.max_bytes > 0 {
                let Some(chunk) = response.chunk().await.ok()? else { break };
                body.extend_from_slice(&chunk);
            }
            Some(Response { status, location, etag, body: (body.len() <= request.max_bytes).then_some(body) })
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
        let request = Request {
            method: Method::Post,
            url: Url::parse("https://localhost/push").unwrap(),
            headers: Vec::new(),
            body: Vec::new(),
            max_bytes: 0,
        };
        assert!(internet.send(request).await.is_none());
        assert!(PublicResolver.resolve("localhost".parse().unwrap()).await.is_err());
    }
}
