//! Who is at the other end: address, request id, credential.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::SecretString;

use super::HttpState;
use super::origin::Page;
use super::response::HttpError;
use crate::accounts::authentication::{Credential, authenticate};
use crate::accounts::cookies;
use crate::graphql::loader::Loaders;
use crate::graphql::{Caller, GraphqlTransport};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Longest request id that is taken from a proxy, and longest user agent that is kept.
const MAX_REQUEST_ID: usize = 64;
const MAX_USER_AGENT: usize = 200;

/// What is known of a request before its route; every handler finds it among the request's extensions.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) request_id: Arc<str>,
}

impl Client {
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let peer = peer.to_canonical();
        let is_proxied = trusted.contains(&peer);
        let given = headers.get(REQUEST_ID).filter(|_| is_proxied).and_then(|id| sane(id.to_str().ok()?));
        Self {
            address: if is_proxied { behind_proxies(headers, trusted).unwrap_or(peer) } else { peer },
            request_id: given.map_or_else(|| crate::graphql::error::incident().into(), Arc::from),
        }
    }
}

fn sane(id: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    Some(id).filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()) && id.bytes().all(is_plain))
}

/// Returns the right-most hop that is no proxy of ours: everything left of it is what the client claims.
///
/// `Forwarded` counts only where there is no `X-Forwarded-For`, since the usual proxies pass on what they do not write.
fn behind_proxies(headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let (name, is_list) =
        if headers.contains_key(&FORWARDED_FOR) { (FORWARDED_FOR, true) } else { (header::FORWARDED, false) };
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut addresses = hops.map(|hop| if is_list { address(hop) } else { forwarded_for(hop) });
    addresses.find(|hop| hop.is_none_or(|hop| !trusted.contains(&hop))).flatten()
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

/// Returns the credential of a request: its token, or its cookie where the page is one that may use it.
///
/// # Errors
/// 401 when there is an `Authorization` that is no bearer token.
pub(super) fn credential(
    state: &HttpState,
    headers: &HeaderMap,
    page: Page,
    transport: GraphqlTransport,
) -> Result<Option<Credential>, HttpError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        return match token {
            Some(token) => Ok(Some(Credential::Bearer(token.into()))),
            None => Err(crate::error::Error::Unauthenticated.into()),
        };
    }
    // A socket without an Origin comes from no browser, and is no place for a browser's cookie.
    if transport == GraphqlTransport::Socket && page != Page::Listed {
        return Ok(None);
    }
    Ok(cookies::session_cookie_name(&state.app.config).and_then(|name| cookie(headers, name)).map(Credential::Cookie))
}

/// Returns the token of a bearer credential.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Makes the caller of an operation, or of a socket's operations.
///
/// # Errors
/// 401 for a wrong token. A wrong cookie is taken away with it, so that the next request is nobody's.
pub(super) async fn caller(
    state: &HttpState,
    headers: &HeaderMap,
    client: &Client,
    page: Page,
    transport: GraphqlTransport,
) -> Result<Caller, HttpError> {
    let credential = credential(state, headers, page, transport)?;
    let viewer = match &credential {
        None => None,
        Some(credential) => match authenticate(&state.app, credential).await {
            Ok(viewer) => Some(viewer),
            Err(error) => {
                let expired = matches!(credential, Credential::Cookie(_)).then(|| expired_cookie(state)).flatten();
                return Err(HttpError::from(error).with_value(header::SET_COOKIE, expired));
            }
        },
    };
    Ok(Caller {
        viewer,
        address: client.address,
        request_id: client.request_id.clone(),
        transport,
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
        device: cookies::device_cookie_name(&state.app.config).and_then(|name| cookie(headers, name)),
        may_set_cookies: cookies::session_cookie_name(&state.app.config).is_some()
            && transport == GraphqlTransport::Http,
        loaders: Loaders::default(),
    })
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

fn expired_cookie(state: &HttpState) -> Option<HeaderValue> {
    HeaderValue::from_str(&cookies::expired_session_cookie(&state.app.config)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, header: (&'static str, &'static str)) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header.0, HeaderValue::from_static(header.1));
        let trusted = ["10.0.0.1".parse().expect("an address"), "10.0.0.2".parse().expect("an address")];
        Client::of(peer.parse().expect("an address"), &headers, &trusted).address.to_string()
    }

    #[test]
    fn only_a_trusted_peer_is_believed_and_only_for_its_own_hop() {
        assert_eq!(client("192.0.2.7", ("x-forwarded-for", "1.2.3.4")), "192.0.2.7");
        assert_eq!(client("10.0.0.1", ("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2")), "1.2.3.4");
        assert_eq!(client("10.0.0.1", ("x-forwarded-for", "1.2.3.4, nonsense")), "10.0.0.1");
        assert_eq!(
            client("10.0.0.1", ("forwarded", "for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=https")),
            "2001:db8::1"
        );
    }

    #[test]
    fn a_request_id_is_kept_from_a_proxy_where_it_is_sane() {
        let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static("abc-1"))]);
        let peer: IpAddr = [10, 0, 0, 1].into();
        assert_eq!(&*Client::of(peer, &headers, &[peer]).request_id, "abc-1");
        assert_ne!(&*Client::of(peer, &headers, &[]).request_id, "abc-1");
        assert_eq!(sane("a\nb"), None);
    }
}
