//! How many long connections one caller may hold: sockets and event streams, counted together.

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

/// A long connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    _node: Permit<()>,
    _address: Option<Permit<IpAddr>>,
}

impl ConnectionLimiter {
    /// Returns how many long connections there are on this node.
    pub(super) fn taken(&self) -> usize {
        self.node.held(&())
    }

    /// Takes a place on this node for a connection from `address`.
    ///
    /// # Errors
    /// 503 when the node is full, 429 when the address is.
    pub(super) fn take(&self, address: IpAddr, config: &Config) -> Result<ConnectionPermit, HttpError> {
        let Some(node) = self.node.take((), config.limits.max_sockets) else {
            return Err(HttpError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server holds as many connections as it may.",
            ));
        };
        if !config.has_rate_limits() {
            return Ok(ConnectionPermit { _node: node, _address: None });
        }
        match self.address.take(network(address), config.limits.max_sockets_per_address) {
            Some(address) => Ok(ConnectionPermit { _node: node, _address: Some(address) }),
            None => Err(too_many()),
        }
    }

    /// Takes a place of whoever is signed in; `None` where nobody is, or nothing is counted.
    ///
    /// # Errors
    /// 429 when they hold as many as they may.
    pub(super) fn take_for(
        &self,
        viewer: Option<Viewer>,
        config: &Config,
    ) -> Result<Option<Permit<AccountId>>, HttpError> {
        let Some(viewer) = viewer.filter(|_| config.has_rate_limits()) else { return Ok(None) };
        let limits = &config.limits;
        let most = if viewer.is_guest() { limits.max_sockets_per_guest } else { limits.max_sockets_per_user };
        self.account.take(viewer.account, most).map(Some).ok_or_else(too_many)
    }
}

fn too_many() -> HttpError {
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, "Too many connections at once.")
}
