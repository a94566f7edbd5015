//! Compares this machine's clock with the database server's. Nodes compare their leases in the time of the server, so a
//! clock that is wrong does not make a node look dead, and does not make it take other nodes for dead.

use std::time::Duration;

use tracing::{info, warn};

use crate::clock::{Clock, MAX_CLOCK_SKEW, Timestamp};
use crate::db::{self, Db};

/// How often the clocks are compared.
const INTERVAL: Duration = Duration::from_secs(1);

/// How often a clock that is wrong is logged.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Returns the database server's time, and remembers how far this machine's clock is ahead of it.
pub(super) async fn server_now(db: &Db, clock: &Clock) -> db::Result<Timestamp> {
    if clock.is_system() {
        let before = clock.now();
        let server = db.server_time().await?;
        // The server read its clock at some time in between.
        let after = clock.now().max(before);
        clock.set_drift(server.clamp(before, after).0.saturating_sub(server.0));
    }
    Ok(clock.server_now())
}

/// Compares the clocks, and logs when they differ too much. Never returns.
pub(super) async fn run_comparison(db: Db, clock: Clock) {
    let mut next_log = clock.elapsed();
    let mut was_wrong = false;
    loop {
        // Where the database does not answer, the last comparison holds.
        let _ = server_now(&db, &clock).await;
        let has_drifted = clock.has_drifted();
        if has_drifted && next_log <= clock.elapsed() {
            next_log = clock.elapsed().plus(LOG_INTERVAL);
            warn!(
                milliseconds = clock.drift() / 1_000,
                "this machine's clock differs from the database server's by more than {} seconds; synchronise the \
                 clocks: until then this node is not ready",
                MAX_CLOCK_SKEW.as_secs()
            );
        } else if was_wrong && !has_drifted {
            next_log = clock.elapsed();
            info!("this machine's clock agrees with the database server's again");
        }
        was_wrong = has_drifted;
        tokio::time::sleep(INTERVAL).await;
    }
}
