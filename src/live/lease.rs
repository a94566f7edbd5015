//! The lease of a node's number, which keeps the ids that nodes generate distinct.
//!
//! A lease is renewed every 5 seconds and expires after 15, in the time of the database server: the clocks of the nodes
//! may differ and may be set. A node that was suspended beyond its lease may generate a few ids with a number that
//! another node has by then. They collide only within the same millisecond, and a primary key rejects the second.

use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::{error, info, warn};

use super::{drift, presence};
use crate::clock::Clock;
use crate::db::{Db, Query, Scan, WriteHealth};
use crate::error::{Error, Result};

pub(super) const LEASE_DURATION: Duration = Duration::from_secs(15);
const RENEWAL_INTERVAL: Duration = Duration::from_secs(5);
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The node numbers that fit into an id.
const NODE_NUMBERS: std::ops::RangeInclusive<u16> = 1..=1023;

/// The number of claims that may fail against other nodes before the start fails. In each round one node succeeds.
const MAX_CLAIM_ATTEMPTS: usize = 64;

/// Returns how many nodes have a lease.
pub(super) async fn count(db: &Db, clock: &Clock) -> Result<u64> {
    let now = drift::server_now(db, clock).await?;
    let (nodes,): (i64,) = db.one(Scan("select count(*) from nodes where renewed_until > $1"), &[&now]).await?;
    Ok(u64::try_from(nodes).unwrap_or(0))
}

/// The lease that this node has of its number.
#[derive(Debug)]
pub struct Lease {
    db: Db,
    clock: Clock,
    number: u16,
    /// Identifies the lease in the database. Every claim has another one.
    token: watch::Sender<i64>,
}

impl Lease {
    /// Claims the lowest free number and lets the clock generate ids with it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] also when no number is free.
    pub async fn claim(db: &Db, clock: &Clock) -> Result<Self> {
        let mut token = [0; 8];
        getrandom::fill(&mut token).map_err(|cause| Error::internal(cause.to_string()))?;
        let token = i64::from_ne_bytes(token);
        for _ in 0..MAX_CLAIM_ATTEMPTS {
            let now = drift::server_now(db, clock).await?;
            let leased: Vec<(i64,)> =
                db.all(Scan("select number from nodes where renewed_until > $1 order by number"), &[&now]).await?;
            let is_free = |number: &u16| leased.binary_search(&(i64::from(*number),)).is_err();
            let Some(number) = NODE_NUMBERS.into_iter().find(is_free) else { break };
            let sql = "insert into nodes (number, token, renewed_until) values ($1, $2, $3)
                on conflict (number) do update set token = excluded.token, renewed_until = excluded.renewed_until
                where nodes.renewed_until <= $4";
            if db.run(sql, &[&i64::from(number), &token, &now.plus(LEASE_DURATION), &now]).await? == 1 {
                clock.set_node(number);
                info!(number, "this node claimed its number");
                return Ok(Self { db: db.clone(), clock: clock.clone(), number, token: watch::Sender::new(token) });
            }
        }
        warn!("no node number is free");
        Err(Error::Unavailable(LEASE_DURATION))
    }

    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Returns the token of the lease. It changes when a lost lease is replaced by a new one.
    pub(super) fn token(&self) -> watch::Receiver<i64> {
        self.token.subscribe()
    }

    fn current_token(&self) -> i64 {
        *self.token.borrow()
    }

    /// Renews the lease for another 15 seconds. Claims another number if the lease is lost.
    ///
    /// # Errors
    /// When the database does not answer. The node keeps its number until another node claims it.
    pub async fn renew(&mut self) -> Result<()> {
        let until = drift::server_now(&self.db, &self.clock).await?.plus(LEASE_DURATION);
        let sql = "update nodes set renewed_until = $3 where number = $1 and token = $2";
        if self.db.run(sql, &[&i64::from(self.number), &self.current_token(), &until]).await? == 0 {
            error!(
                number = self.number,
                "this node's lease was not renewed in time: another node claimed its number or ended the lease"
            );
            let replacement = Self::claim(&self.db, &self.clock).await?;
            self.number = replacement.number;
            self.token.send_replace(replacement.current_token());
        }
        Ok(())
    }

    /// Releases the number. Where users were connected until now, the lease lasts for the grace period, so that they
    /// can connect to another node.
    ///
    /// # Errors
    /// When the database does not answer. The lease expires then.
    pub async fn release(self) -> Result<()> {
        let (number, token) = (i64::from(self.number), self.current_token());
        let sql = "delete from nodes where number = $1 and token = $2
            and not exists (select 1 from node_users where node = $2)";
        if self.db.run(sql, &[&number, &token]).await? == 0 {
            let sql = "update nodes set renewed_until = $3 where number = $1 and token = $2";
            let until = drift::server_now(&self.db, &self.clock).await?.plus(presence::FINAL_LEASE_DURATION);
            self.db.run(sql, &[&number, &token, &until]).await?;
        }
        Ok(())
    }

    /// Renews the lease until `closing` resolves, then releases the number. Each renewal shows whether the database
    /// accepts writes.
    pub(super) async fn run_renewal(mut self, write_health: WriteHealth, closing: impl Future<Output = ()>) {
        let mut ticks = interval(RENEWAL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let renewals = async {
            loop {
                ticks.tick().await;
                loop {
                    let started_at = Instant::now();
                    let is_renewed = self.renew().await.is_ok();
                    write_health.record(started_at, is_renewed);
                    if is_renewed {
                        break;
                    }
                    warn!(number = self.number, "the lease of this node's number could not be renewed; it is retried");
                    sleep(RETRY_INTERVAL).await;
                }
            }
        };
        tokio::select! {
            () = closing => {}
            () = renewals => {}
        }
        if self.release().await.is_err() {
            warn!("the lease of this node's number could not be released; it expires within 15 seconds");
        }
    }
}
