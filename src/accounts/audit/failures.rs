//! Wrong passwords and refused logins: counted in memory, and written once a minute as one row for each event, account and address.
//!
//! An attacker decides how many there are. So they cause no statement, the groups of a minute are few, and what has no place
//! among them is counted without account and address. A node that is killed loses those of its last minute; the log has a
//! line of each.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::warn;

use super::{AuditEvent, Cause, Origin, store};
use crate::accounts::{AccountId, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;

const WRITE_INTERVAL: Duration = Duration::from_mins(1);

/// How many groups of failures are kept apart until they are written, by each node.
const MAX_GROUPS: usize = 100;

/// The failures of this node that are not written yet. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct FailureCounts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    groups: Mutex<HashMap<Failure, Count>>,
    /// Held while groups are written, so that the last write of a node waits for one that runs.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Failure {
    event: AuditEvent,
    account: Option<AccountId>,
    /// `None` for failures that have no group of their own.
    network: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    first_at: Timestamp,
    count: i64,
}

impl FailureCounts {
    fn add(&self, failure: Failure, added: Count) {
        let mut groups = self.lock();
        let is_full = groups.len() >= MAX_GROUPS && !groups.contains_key(&failure);
        let failure = if is_full { Failure { account: None, network: None, ..failure } } else { failure };
        let group = groups.entry(failure).or_insert(Count { count: 0, ..added });
        group.count = group.count.saturating_add(added.count);
    }

    /// Writes what was counted since the last call. What cannot be written is kept for the next one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self, app: &App) -> Result<()> {
        let _writing = self.0.writing.lock().await;
        let groups: Vec<(Failure, Count)> = self.lock().drain().collect();
        let written = if groups.is_empty() { Ok(()) } else { insert(app, &groups).await };
        if written.is_err() {
            for (failure, count) in groups {
                self.add(failure, count);
            }
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Failure, Count>> {
        self.0.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn insert(app: &App, groups: &[(Failure, Count)]) -> Result<()> {
    let mut ids: Vec<AccountId> = groups.iter().filter_map(|(failure, _)| failure.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = app.db.write().await?;
    // An account that is deleted in between must not be named again.
    let existing = accounts::lock_all(&mut tx, &ids).await?;
    for (Failure { event, account, network }, Count { first_at, count }) in groups {
        let is_kept = account.is_none_or(|account| existing.contains(&account));
        let row = store::NewRow {
            event: *event,
            account: account.filter(|_| is_kept),
            actor: None,
            origin: Origin::Client,
            address: network.filter(|_| is_kept).map(write_network),
            happened_at: *first_at,
            count: *count,
        };
        store::insert(&mut tx, app.clock.new_id(), &row).await?;
    }
    Ok(tx.commit().await?)
}

impl AuditEvent {
    /// Counts a wrong password or a refused login, and logs it. `account` is `None` if there is none with the name.
    pub fn count_failure(self, app: &App, account: Option<AccountId>, address: IpAddr) {
        let failure = Failure { event: self, account, network: Some(network_of(address)) };
        app.state::<FailureCounts>().add(failure, Count { first_at: app.clock.now(), count: 1 });
        self.line(account, Cause::Client { actor: None, address }).write();
    }
}

/// Returns the network of a subscriber: an IPv6 subscriber has a whole /64.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

fn write_network(network: IpAddr) -> String {
    if network.is_ipv6() { format!("{network}/64") } else { network.to_string() }
}

/// Writes the failures of this node once a minute. Never returns.
pub async fn run_failure_writer(app: App) {
    loop {
        app.clock.reach(app.clock.elapsed().plus(WRITE_INTERVAL)).await;
        if let Err(cause) = app.state::<FailureCounts>().write(&app).await {
            warn!(?cause, "failed logins could not be stored in the audit log; it is retried in a minute");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_failures_of_a_million_accounts_are_a_few_groups() {
        let counts = FailureCounts::default();
        let now = Timestamp(0);
        for number in 0..1_000_000 {
            let network = IpAddr::V4(u32::to_be_bytes(number).into());
            let account = Some(AccountId(number.into()));
            counts.add(
                Failure { event: AuditEvent::PasswordWrong, account, network: Some(network) },
                Count { first_at: now, count: 1 },
            );
        }
        let groups = counts.lock();
        assert_eq!(groups.len(), MAX_GROUPS + 1);
        assert_eq!(groups.values().map(|group| group.count).sum::<i64>(), 1_000_000);
    }

    #[test]
    fn the_addresses_of_an_ipv6_subscriber_are_one_network() {
        let network = |text: &str| write_network(network_of(text.parse().expect("an address")));
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
    }
}
