//! Limits connections per address, and long-lived ones also per node and account. Sockets and event streams are counted
//! together.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::response::HttpError;
use crate::accounts::{AccountId, Viewer};
use crate::config::Config;
use crate::graphql::concurrency_limiter::{ConcurrencyLimiter, Permit, network};

/// The part of all TCP connections that one address can have open. A proxy on the list of trusted ones is not limited.
const ADDRESS_SHARE: usize = 4;

/// A connection that was heard from within this time does not make room for another one of its account. Without it, the
/// clients of an account with one connection too many would close each other's in turn.
const PROTECTED_FOR: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct ConnectionLimiter {
    tcp: ConcurrencyLimiter<IpAddr>,
    node: ConcurrencyLimiter<()>,
    address: ConcurrencyLimiter<IpAddr>,
    accounts: Accounts,
}

/// The permit of a TCP connection, released when it is dropped.
#[derive(Debug)]
pub(super) struct TcpPermit {
    _address: Option<Permit<IpAddr>>,
}

/// The permit of a long-lived connection, released when it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    _node: Permit<()>,
    _address: Option<Permit<IpAddr>>,
}

impl ConnectionLimiter {
    /// Returns the number of long-lived connections of this node.
    pub(super) fn open_connections(&self) -> usize {
        self.node.held(&())
    }

    /// Acquires a permit for a TCP connection from `peer`. Returns `None` if the peer has too many.
    pub(super) fn acquire_tcp(&self, peer: IpAddr, config: &Config) -> Option<TcpPermit> {
        // Behind a proxy or the address of a campus there are many clients.
        let is_shared = config.campus_networks.contains(peer)
            || config.trusted_proxies.iter().any(|network| network.contains(peer.to_canonical()));
        if is_shared || !config.has_rate_limits() {
            return Some(TcpPermit { _address: None });
        }
        let permit = self.tcp.try_acquire(network(peer), config.limits.max_connections / ADDRESS_SHARE);
        permit.map(|permit| TcpPermit { _address: Some(permit) })
    }

    /// Acquires a permit for a connection from `address`.
    ///
    /// # Errors
    /// 503 when the limit of the node is reached, 429 when that of the address is.
    pub(super) fn acquire(&self, address: IpAddr, config: &Config) -> Result<ConnectionPermit, HttpError> {
        let Some(node) = self.node.try_acquire((), config.limits.max_sockets) else {
            let message = "The server has reached its maximum number of connections. Try again later.";
            return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, message));
        };
        if !config.has_rate_limits() {
            return Ok(ConnectionPermit { _node: node, _address: None });
        }
        let limit = config.campus_networks.scale(address, config.limits.max_sockets_per_address);
        match self.address.try_acquire(network(address), limit) {
            Some(address) => Ok(ConnectionPermit { _node: node, _address: Some(address) }),
            None => Err(too_many_connections()),
        }
    }

    /// Acquires a permit of the viewer's account. At the limit, the connection of the account that was silent for longest
    /// makes room. Returns `None` for anonymous callers and without rate limits.
    ///
    /// # Errors
    /// 429 when the limit of the account is reached, and all its connections were heard from lately.
    pub(super) fn acquire_for_viewer(
        &self,
        viewer: Option<Viewer>,
        config: &Config,
    ) -> Result<Option<AccountPermit>, HttpError> {
        let Some(viewer) = viewer.filter(|_| config.has_rate_limits()) else { return Ok(None) };
        let limits = &config.limits;
        let limit = if viewer.is_guest() { limits.max_sockets_per_guest } else { limits.max_sockets_per_user };
        self.accounts.acquire(viewer.account, limit).map(Some).ok_or_else(too_many_connections)
    }
}

/// The connections of each account. The map has an entry only for accounts with connections.
#[derive(Clone, Debug, Default)]
struct Accounts(Arc<Mutex<HashMap<AccountId, Vec<Arc<AccountConnection>>>>>);

#[derive(Debug)]
struct AccountConnection {
    last_heard: Mutex<Instant>,
    evicted: Notify,
}

/// The permit of a connection of an account, released when it is dropped, or when the connection has to make room.
#[derive(Debug)]
pub(super) struct AccountPermit {
    account: AccountId,
    connection: Arc<AccountConnection>,
    accounts: Accounts,
}

impl Accounts {
    fn acquire(&self, account: AccountId, limit: usize) -> Option<AccountPermit> {
        let mut accounts = lock(&self.0);
        let connections = accounts.entry(account).or_default();
        if connections.len() >= limit.max(1) {
            let (index, last_heard) = connections
                .iter()
                .map(|connection| *lock(&connection.last_heard))
                .enumerate()
                .min_by_key(|(_, heard)| *heard)?;
            if last_heard.elapsed() < PROTECTED_FOR {
                return None;
            }
            connections.swap_remove(index).evicted.notify_one();
        }
        let connection = Arc::new(AccountConnection { last_heard: Mutex::new(Instant::now()), evicted: Notify::new() });
        connections.push(connection.clone());
        Some(AccountPermit { account, connection, accounts: self.clone() })
    }
}

impl AccountPermit {
    /// Records that the client did more than answer a ping.
    pub(super) fn record_activity(&self) {
        *lock(&self.connection.last_heard) = Instant::now();
    }

    /// Waits until the connection has to make room for another one of its account.
    pub(super) async fn evicted(&self) {
        self.connection.evicted.notified().await;
    }
}

impl Drop for AccountPermit {
    fn drop(&mut self) {
        let mut accounts = lock(&self.accounts.0);
        if let Some(connections) = accounts.get_mut(&self.account) {
            connections.retain(|connection| !Arc::ptr_eq(connection, &self.connection));
            if connections.is_empty() {
                accounts.remove(&self.account);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No code panics while a lock is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn too_many_connections() -> HttpError {
    let message = "Too many open connections. Close one, or try again later.";
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_connection_that_was_silent_for_longest_makes_room() {
        let (accounts, ada) = (Accounts::default(), AccountId(1));
        let acquire = || accounts.acquire(ada, 2);
        let (first, second) = (acquire().expect("free"), acquire().expect("free"));
        assert!(acquire().is_none(), "both were just heard from");
        for permit in [&first, &second] {
            *lock(&permit.connection.last_heard) -= PROTECTED_FOR;
        }
        first.record_activity();
        let third = acquire().expect("the second makes room");
        second.evicted().await;
        // The permit of an evicted connection is free already.
        drop(second);
        assert!(acquire().is_none());
        drop((first, third));
        assert!(lock(&accounts.0).is_empty());
    }
}
