//! Identifies the client of a request: address, request id and credential.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::SecretString;

use super::HttpState;
use super::origin::RequestOrigin;
use super::response::HttpError;
use crate::accounts::authentication::{Credential, authenticate, viewer_of_session};
use crate::accounts::cookies;
use crate::config::Network;
use crate::error::Error;
use crate::graphql::error::incident_id;
use crate::graphql::{Authentication, Caller, GraphqlTransport};
use crate::locale::{self, Locale};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The longest request id that is accepted from a proxy, in bytes.
const MAX_REQUEST_ID_LENGTH: usize = 64;
/// Longer user agents are cut, in characters.
const MAX_USER_AGENT_LENGTH: usize = 200;

/// The client's address and the request id. The middleware inserts it into the extensions of every request.
#[derive(Clone, Debug)]
pub(super) struct RequestInfo {
    pub(super) address: IpAddr,
    pub(super) request_id: Arc<str>,
    /// Whether a trusted proxy sent the request.
    pub(super) is_proxied: bool,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    Address(IpAddr),
    /// A process on this machine that may use the Unix socket: a proxy, which is trusted.
    UnixSocket,
}

impl Peer {
    fn address(self) -> IpAddr {
        match self {
            Self::Address(address) => address.to_canonical(),
            Self::UnixSocket => Ipv4Addr::LOCALHOST.into(),
        }
    }
}

impl RequestInfo {
    pub(super) fn from_headers(peer: Peer, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_proxied = peer == Peer::UnixSocket || trusted.iter().any(|network| network.contains(peer.address()));
        let peer = peer.address();
        let proxy_id =
            headers.get(REQUEST_ID).filter(|_| is_proxied).and_then(|id| valid_request_id(id.to_str().ok()?));
        Self {
            address: if is_proxied { forwarded_address(headers, trusted).unwrap_or(peer) } else { peer },
            request_id: proxy_id.map_or_else(|| incident_id().into(), Arc::from),
            is_proxied,
        }
    }
}

fn valid_request_id(id: &str) -> Option<&str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    Some(id).filter(|id| (1..=MAX_REQUEST_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_allowed))
}

/// Returns the right-most hop that is not a trusted proxy. A client can forge every hop left of it.
///
/// `Forwarded` is read only without `X-Forwarded-For`: common proxies write the latter and pass the former on unchanged.
fn forwarded_address(headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let (name, is_list) =
        if headers.contains_key(&FORWARDED_FOR) { (FORWARDED_FOR, true) } else { (header::FORWARDED, false) };
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut addresses = hops.map(|hop| if is_list { address(hop) } else { forwarded_for(hop) });
    addresses.find(|hop| hop.is_none_or(|hop| !trusted.iter().any(|network| network.contains(hop)))).flatten()
}

fn forwarded_for(hop: &str) -> Option<IpAddr> {
    let mut pairs = hop.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| name.eq_ignore_ascii_case("for")).and_then(|(_, value)| address(value))
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = || text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let address = bare().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

/// Returns the credential of a request: its bearer token, or its session cookie if the request may use it.
///
/// # Errors
/// 401 when `Authorization` is not a bearer token.
pub(super) fn credential(
    state: &HttpState,
    headers: &HeaderMap,
    origin: RequestOrigin,
    transport: GraphqlTransport,
) -> Result<Option<Credential>, HttpError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        return match token {
            Some(token) => Ok(Some(Credential::Bearer(token.into()))),
            None => Err(Error::Unauthenticated.into()),
        };
    }
    // Browsers send `Origin` with every handshake, so a socket without an allowed one does not get a browser's cookie.
    if transport == GraphqlTransport::Socket && origin != RequestOrigin::Allowed {
        return Ok(None);
    }
    Ok(cookies::session_cookie_name(&state.app.config).and_then(|name| cookie(headers, &name)).map(Credential::Cookie))
}

/// Returns the token of an `Authorization` value with the scheme `Bearer`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Authenticates a request and returns its caller. With a dead credential the caller is anonymous; the executor rejects
/// what needs a session, and [`expire_cookie`] deletes a dead cookie in the response.
///
/// # Errors
/// 401 when `Authorization` is not a bearer token; 503 when the session cannot be loaded.
pub(super) async fn caller(
    state: &HttpState,
    headers: &HeaderMap,
    info: &RequestInfo,
    origin: RequestOrigin,
    transport: GraphqlTransport,
) -> Result<Caller, HttpError> {
    let credential = credential(state, headers, origin, transport)?;
    let viewer = match &credential {
        None => None,
        Some(credential) => match authenticate(&state.app, credential).await {
            Ok(viewer) => Some(viewer),
            Err(Error::Unauthenticated) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let authentication = match (&credential, viewer) {
        (None, _) => Authentication::None,
        (Some(Credential::Bearer(_)), Some(_)) => Authentication::Token,
        (Some(Credential::Bearer(_)), None) => Authentication::DeadToken,
        (Some(Credential::Cookie(_)), Some(_)) => Authentication::Cookie,
        (Some(Credential::Cookie(_)), None) => Authentication::DeadCookie,
    };
    Ok(Caller {
        viewer,
        authentication,
        address: info.address,
        request_id: info.request_id.clone(),
        transport,
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .map(|agent| agent.chars().take(MAX_USER_AGENT_LENGTH).collect()),
        device: cookies::device_cookie_name(&state.app.config).and_then(|name| cookie(headers, &name)),
        may_set_cookies: cookies::session_cookie_name(&state.app.config).is_some()
            && transport == GraphqlTransport::Http,
        locale: accepted_locale(headers, state.app.config.locale),
    })
}

/// Returns the language that a request asks for.
pub(super) fn accepted_locale(headers: &HeaderMap, default: Locale) -> Locale {
    let accepted = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    locale::negotiate(accepted, default)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let mut values = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
    values.next().map(|(_, value)| value.into())
}

/// Deletes the session cookie of the request if its session is no longer active, unless the response sets another one.
///
/// The only place that deletes it, so that no operation takes away the cookie of a session that it did not end: a request
/// can carry the cookie of one session and the token of another.
pub(super) async fn expire_cookie(state: &HttpState, caller: &Caller, headers: &mut HeaderMap) {
    let is_dead = match (caller.authentication, caller.viewer) {
        (Authentication::DeadCookie, _) => true,
        (Authentication::Cookie, Some(viewer)) => {
            matches!(viewer_of_session(&state.app, viewer.session).await, Ok(None))
        }
        _ => false,
    };
    let Some(name) = cookies::session_cookie_name(&state.app.config).filter(|_| is_dead) else { return };
    let is_own =
        |value: &HeaderValue| value.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|v| v.starts_with(b"="));
    if headers.get_all(header::SET_COOKIE).iter().any(is_own) {
        return;
    }
    let expired = cookies::expired_session_cookie(&state.app.config);
    headers.extend(expired.and_then(|value| Some((header::SET_COOKIE, HeaderValue::from_str(&value).ok()?))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_address(peer: &str, header: (&'static str, &'static str)) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header.0, HeaderValue::from_static(header.1));
        let trusted = ["10.0.0.1".parse().expect("an address"), "10.2.0.0/16".parse().expect("a network")];
        RequestInfo::from_headers(Peer::Address(peer.parse().expect("an address")), &headers, &trusted)
            .address
            .to_string()
    }

    #[test]
    fn forwarded_addresses_count_only_from_trusted_proxies() {
        assert_eq!(client_address("192.0.2.7", ("x-forwarded-for", "1.2.3.4")), "192.0.2.7");
        assert_eq!(client_address("10.0.0.1", ("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.2.7.7")), "1.2.3.4");
        assert_eq!(client_address("10.0.0.1", ("x-forwarded-for", "1.2.3.4, nonsense")), "10.0.0.1");
        assert_eq!(
            client_address("10.0.0.1", ("forwarded", "for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=https")),
            "2001:db8::1"
        );
    }

    #[test]
    fn a_valid_request_id_of_a_trusted_proxy_is_kept() {
        let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static("abc-1"))]);
        let peer = Peer::Address([10, 0, 0, 1].into());
        assert_eq!(
            &*RequestInfo::from_headers(peer, &headers, &["10.0.0.1".parse().expect("an address")]).request_id,
            "abc-1"
        );
        assert_ne!(&*RequestInfo::from_headers(peer, &headers, &[]).request_id, "abc-1");
        assert_eq!(valid_request_id("a\nb"), None);
    }
}
