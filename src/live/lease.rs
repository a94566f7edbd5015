//! The lease of a node's number, which keeps the ids of this node apart from those of the others.
//!
//! A lease is renewed every five seconds and over after fifteen. Nodes compare each other's instants, so their clocks
//! must agree within a few seconds. A node that slept through its lease may make a few ids under a number that is
//! another's by then; they collide only within the same millisecond, and a primary key refuses the second.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, info, warn};

use super::presence;
use crate::clock::Clock;
use crate::db::{Db, Query};
use crate::error::{Error, Result};

pub(super) const LENGTH: Duration = Duration::from_secs(15);
const RENEWAL: Duration = Duration::from_secs(5);

/// What fits into an id.
const NUMBERS: std::ops::RangeInclusive<u16> = 1..=1023;

/// So many races for a number are lost before a start gives up. In each round somebody wins.
const MOST_RACES: usize = 64;

/// One node's hold on its number.
#[derive(Debug)]
pub struct Lease {
    db: Db,
    clock: Clock,
    number: u16,
    /// Names the lease in the database. Another one with every claim.
    token: watch::Sender<i64>,
}

impl Lease {
    /// Takes the lowest number that nobody holds, and has the clock make ids with it.
    ///
    /// # Errors
    /// When the database does not answer, or every number is held.
    pub async fn claim(db: &Db, clock: &Clock) -> Result<Self> {
        let mut token = [0; 8];
        getrandom::fill(&mut token).map_err(|cause| Error::internal(cause.to_string()))?;
        let token = i64::from_ne_bytes(token);
        for _ in 0..MOST_RACES {
            let now = clock.now();
            let held: Vec<(i64,)> =
                db.all("select number from nodes where renewed_until > $1 order by number", &[&now]).await?;
            let Some(number) = NUMBERS.into_iter().find(|number| held.binary_search(&(i64::from(*number),)).is_err())
            else {
                break;
            };
            let sql = "insert into nodes (number, token, renewed_until) values ($1, $2, $3)
                on conflict (number) do update set token = excluded.token, renewed_until = excluded.renewed_until
                where nodes.renewed_until <= $4";
            if db.run(sql, &[&i64::from(number), &token, &now.plus(LENGTH), &now]).await? == 1 {
                clock.set_node(number);
                info!(number, "this node has its number");
                return Ok(Self { db: db.clone(), clock: clock.clone(), number, token: watch::Sender::new(token) });
            }
        }
        warn!("no number is free for this node");
        Err(Error::Unavailable(LENGTH))
    }

    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Returns what names this lease in the database, as it changes: a lost lease is followed by one of another name.
    pub(super) fn token(&self) -> watch::Receiver<i64> {
        self.token.subscribe()
    }

    fn current(&self) -> i64 {
        *self.token.borrow()
    }

    /// Holds the number for another fifteen seconds. If somebody else took it meanwhile, takes another one.
    ///
    /// # Errors
    /// When the database does not answer; then the number is this node's as long as nobody else takes it.
    pub async fn renew(&mut self) -> Result<()> {
        let until = self.clock.now().plus(LENGTH);
        let sql = "update nodes set renewed_until = $3 where number = $1 and token = $2";
        if self.db.run(sql, &[&i64::from(self.number), &self.current(), &until]).await? == 0 {
            error!(
                number = self.number,
                "another node took this node's number or ended its lease, because it was not renewed in time"
            );
            let next = Self::claim(&self.db, &self.clock).await?;
            self.number = next.number;
            self.token.send_replace(next.current());
        }
        Ok(())
    }

    /// Gives the number back. Where people were connected until now, the lease goes on for the time of grace, so that
    /// they may come to another node.
    ///
    /// # Errors
    /// When the database does not answer; then the lease runs out.
    pub async fn release(self) -> Result<()> {
        let (number, token) = (i64::from(self.number), self.current());
        let sql = "delete from nodes where number = $1 and token = $2
            and not exists (select 1 from node_users where node = $2)";
        if self.db.run(sql, &[&number, &token]).await? == 0 {
            let sql = "update nodes set renewed_until = $3 where number = $1 and token = $2";
            self.db.run(sql, &[&number, &token, &self.clock.now().plus(presence::LAST_LEASE)]).await?;
        }
        Ok(())
    }

    /// Renews until told to stop, then gives the number back.
    pub(super) async fn keep(mut self, over: impl Future<Output = ()>) {
        let mut renewal = interval(RENEWAL);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let renewals = async {
            loop {
                renewal.tick().await;
                if self.renew().await.is_err() {
                    warn!(number = self.number, "this node's number could not be renewed");
                }
            }
        };
        tokio::select! {
            () = over => {}
            () = renewals => {}
        }
        if self.release().await.is_err() {
            warn!("this node's number could not be given back; it is free again in a while");
        }
    }
}
