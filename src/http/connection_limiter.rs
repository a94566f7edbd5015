//! Limits long-lived connections per node, address and account. Sockets and event streams are counted together.

use std::net::IpAddr;

use axum::http::StatusCode;

use super::response::HttpError;
use crate::accounts::{AccountId, Viewer};
use crate::config::Config;
use crate::graphql::concurrency_limiter::{ConcurrencyLimiter, Permit, network};

#[derive(Debug, Default)]
pub(super) struct ConnectionLimiter {
    node: ConcurrencyLimiter<()>,
    address: ConcurrencyLimiter<IpAddr>,
    account: ConcurrencyLimiter<AccountId>,
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

    /// Acquires a permit of the viewer's account. Returns `None` for anonymous callers and without rate limits.
    ///
    /// # Errors
    /// 429 when the limit of the account is reached.
    pub(super) fn acquire_for_viewer(
        &self,
        viewer: Option<Viewer>,
        config: &Config,
    ) -> Result<Option<Permit<AccountId>>, HttpError> {
        let Some(viewer) = viewer.filter(|_| config.has_rate_limits()) else { return Ok(None) };
        let limits = &config.limits;
        let limit = if viewer.is_guest() { limits.max_sockets_per_guest } else { limits.max_sockets_per_user };
        self.account.try_acquire(viewer.account, limit).map(Some).ok_or_else(too_many_connections)
    }
}

fn too_many_connections() -> HttpError {
    let message = "Too many open connections. Close one, or try again later.";
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, message)
}
