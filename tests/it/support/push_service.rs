//! A push service, and browsers that decrypt what it receives: what members see of Web Push, without the internet.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use studyhall::delivery::push::worker::send_due;
use studyhall::network::{Network, PublicNetwork, Request, Response as NetworkResponse};
use tokio::sync::Notify;

use super::database::random_u64;
use super::people::Response;
use super::{Campus, Person};

const REGISTER: &str = "mutation($input: RegisterPushSubscriptionInput!) {
    registerPushSubscription(input: $input) { isRegistered userErrors { code path } }
}";

/// A network with the hosts of a test. All requests go to one push service.
#[derive(Default)]
pub struct PushService {
    /// The addresses of hosts; all others have a public one.
    addresses: Mutex<HashMap<String, IpAddr>>,
    /// The status of the response, by the path of an endpoint; 201 by default, 0 for no response.
    statuses: Mutex<HashMap<String, u16>>,
    received: Mutex<Vec<Request>>,
    /// Signals a request that was received.
    arrived: Notify,
    /// The paths of the endpoints whose requests are neither received nor answered.
    silent: Mutex<HashSet<String>>,
    /// While it is true, requests are neither received nor answered.
    is_stuck: AtomicBool,
    /// Signals a request that is not answered.
    stuck: Notify,
}

impl Network for PushService {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<IpAddr>> {
        let known = self.addresses.lock().expect("a lock").get(host).copied();
        let address = known.unwrap_or_else(|| "93.184.216.34".parse().expect("an address"));
        async move { vec![address] }.boxed()
    }

    fn send(&self, request: Request) -> BoxFuture<'_, Option<NetworkResponse>> {
        let is_silent = self.silent.lock().expect("a lock").contains(request.url.path());
        if is_silent || self.is_stuck.load(Ordering::Relaxed) {
            self.stuck.notify_one();
            return std::future::pending().boxed();
        }
        let status = self.statuses.lock().expect("a lock").get(request.url.path()).copied().unwrap_or(201);
        self.received.lock().expect("a lock").push(request);
        self.arrived.notify_one();
        async move { (status > 0).then(|| NetworkResponse { status, ..NetworkResponse::default() }) }.boxed()
    }
}

impl PushService {
    /// Starts the push service of these nodes, before their first request.
    pub fn start(nodes: &[&Campus]) -> Arc<Self> {
        let service = Arc::new(Self::default());
        for node in nodes {
            service.serve(node);
        }
        service
    }

    /// Receives the pushes of another node.
    pub fn serve(self: &Arc<Self>, node: &Campus) {
        node.app.state::<PublicNetwork>().set(self.clone());
    }

    /// Stops to answer, or answers again.
    pub fn set_stuck(&self, is_stuck: bool) {
        self.is_stuck.store(is_stuck, Ordering::Relaxed);
    }

    /// Answers no request to a browser, or answers again.
    pub fn set_silent(&self, browser: &Browser, is_silent: bool) {
        let mut silent = self.silent.lock().expect("a lock");
        if is_silent {
            silent.insert(browser.path())
        } else {
            silent.remove(&browser.path())
        };
    }

    /// Waits for a request that is not answered.
    pub async fn stuck(&self) {
        self.stuck.notified().await;
    }

    pub fn set_address(&self, host: &str, address: &str) {
        self.addresses.lock().expect("a lock").insert(host.to_owned(), address.parse().expect("an address"));
    }

    pub fn set_status(&self, browser: &Browser, status: u16) {
        self.statuses.lock().expect("a lock").insert(browser.path(), status);
    }

    /// Returns what was sent to a browser since the last call, decrypted, without the isolates around names.
    pub fn take(&self, browser: &Browser) -> Vec<Value> {
        let mut pushes = self.take_unchanged(browser);
        for push in &mut pushes {
            push["body"] = json!(push["body"].as_str().expect("a body").replace(['\u{2068}', '\u{2069}'], ""));
        }
        pushes
    }

    /// Waits until something was sent to a browser since the last call, and returns it, decrypted.
    pub async fn next(&self, browser: &Browser) -> Vec<Value> {
        loop {
            let pushes = self.take(browser);
            if !pushes.is_empty() {
                return pushes;
            }
            self.arrived.notified().await;
        }
    }

    /// Returns what was sent to a browser since the last call, decrypted.
    pub fn take_unchanged(&self, browser: &Browser) -> Vec<Value> {
        let mut received = self.received.lock().expect("a lock");
        let (own, others): (Vec<_>, Vec<_>) =
            received.drain(..).partition(|request| request.url.path() == browser.path());
        *received = others;
        drop(received);
        own.iter().map(|request| browser.decrypt(request)).collect()
    }

    /// Sends what is due, and returns what a browser receives.
    pub async fn deliver(&self, campus: &Campus, browser: &Browser) -> Vec<Value> {
        send_due(&campus.app).await.expect("pushes are sent");
        self.take(browser)
    }
}

/// A browser with a subscription.
pub struct Browser {
    private: PrivateKey,
    auth: [u8; 16],
    name: u64,
    host: String,
}

impl Browser {
    pub fn new() -> Self {
        Self::at("push.example")
    }

    /// A browser whose push service has this host.
    pub fn at(host: &str) -> Self {
        let mut auth = [0; 16];
        getrandom::fill(&mut auth).expect("randomness");
        let private = PrivateKey::generate(&ECDH_P256).expect("a key");
        Self { private, auth, name: random_u64(), host: host.to_owned() }
    }

    fn path(&self) -> String {
        format!("/{}", self.name)
    }

    fn public(&self) -> Vec<u8> {
        self.private.compute_public_key().expect("a key").as_ref().to_vec()
    }

    /// The subscription as `PushManager` returns it.
    pub fn subscription(&self) -> Value {
        let endpoint = format!("https://{}{}", self.host, self.path());
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "endpoint": endpoint, "p256dh": encode(&self.public()), "auth": encode(&self.auth) })
    }

    /// Checks the headers of a request, and decrypts its body.
    fn decrypt(&self, request: &Request) -> Value {
        let header = |name: &str| request.header(name).expect("a header");
        check_signature(header("authorization"), &format!("https://{}", self.host));
        assert!(request.body.len() <= 4_096 && header("topic").len() == 32);
        let (salt, rest) = request.body.split_at(16);
        assert_eq!(rest[..5], [0, 0, 16, 0, 65], "one record");
        let (server, sealed) = rest[5..].split_at(65);
        let peer = UnparsedPublicKey::new(&ECDH_P256, server);
        let secret = agree(&self.private, peer, (), |secret| Ok(secret.to_vec())).expect("a secret");
        let info = [b"WebPush: info\0", &self.public()[..], server].concat();
        let input = hkdf(&self.auth, &secret, &info);
        let (key, nonce) =
            (hkdf(salt, &input, b"Content-Encoding: aes128gcm\0"), hkdf(salt, &input, b"Content-Encoding: nonce\0"));
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).expect("a nonce");
        let mut sealed = sealed.to_vec();
        let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed).expect("the browser decrypts it");
        let payload = opened.strip_suffix(&[2]).expect("the last record");
        assert!(payload.len() <= 3 * 1_024);
        let mut content: Value = serde_json::from_slice(payload).expect("JSON");
        content["ttl"] = json!(header("ttl").parse::<u64>().expect("seconds"));
        content
    }
}

fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> Vec<u8> {
    let extracted = sign(&Key::new(HMAC_SHA256, salt), secret);
    sign(&Key::new(HMAC_SHA256, extracted.as_ref()), &[info, &[1]].concat()).as_ref().to_vec()
}

/// Verifies a signature as a push service does (RFC 8292).
fn check_signature(authorization: &str, origin: &str) {
    let parts = authorization.strip_prefix("vapid t=").expect("the scheme");
    let (token, key) = parts.split_once(", k=").expect("a key");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (message, sealed) = token.rsplit_once('.').expect("a signature");
    let key = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key));
    key.verify(message.as_bytes(), &decode(sealed)).expect("a valid signature");
    let claims: Value = serde_json::from_slice(&decode(message.split('.').nth(1).expect("claims"))).expect("JSON");
    assert_eq!(claims["aud"], origin);
    assert!(claims["sub"].as_str().is_some_and(|contact| contact.starts_with("http")));
}

impl Person {
    pub async fn try_register_push(&self, subscription: Value) -> Response {
        self.execute(REGISTER, json!({ "input": subscription })).await
    }

    /// Registers this session for push, and returns its browser.
    pub async fn register_push(&self) -> Browser {
        let browser = Browser::new();
        let registered = self.try_register_push(browser.subscription()).await;
        let expected = json!({ "isRegistered": true, "userErrors": [] });
        assert_eq!(registered.field("registerPushSubscription"), expected);
        browser
    }
}
