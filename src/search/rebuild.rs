//! Indexes again the members whose words an earlier version of the program wrote: a migration cannot split texts.
//!
//! The words of a member include the version that wrote them. Until a member has been indexed again, they are found by
//! their earlier words. The members are passed once at the start, and then at intervals, because a node that has not
//! been upgraded yet still writes earlier words.

use std::time::Duration;

use tracing::{info, warn};

use super::{INDEX_VERSION, index, store};
use crate::clock::Clock;
use crate::db::{Db, Result};

/// How many members one statement passes, and how many are indexed in one transaction: on PostgreSQL, other
/// transactions that change words wait for it.
const MEMBERS_PER_PAGE: i64 = 500;
const MEMBERS_PER_TRANSACTION: usize = 20;

/// The pause between transactions, in which others write.
const PAUSE: Duration = Duration::from_millis(20);

const INTERVAL: Duration = Duration::from_hours(1);

/// Keeps the index at the current version until the node shuts down.
pub async fn run_search_rebuild(db: Db, clock: Clock) {
    loop {
        let next_round = clock.elapsed().plus(INTERVAL);
        match rebuild(&db).await {
            Ok(0) => {}
            Ok(count) => info!(count, "members were indexed again"),
            Err(cause) => warn!(?cause, "members could not be indexed again; it is retried in an hour"),
        }
        clock.reach(next_round).await;
    }
}

/// Indexes all members again whose words are of another version, and returns their number.
async fn rebuild(db: &Db) -> Result<usize> {
    let mut count = 0;
    let mut after = (String::new(), i64::MIN);
    loop {
        let members = store::index_versions(db, INDEX_VERSION, &after.0, after.1, MEMBERS_PER_PAGE).await?;
        let Some(last) = members.last() else { return Ok(count) };
        after = (last.name.clone(), last.user_id);
        let outdated: Vec<i64> = members.iter().filter(|user| !user.is_current).map(|user| user.user_id).collect();
        for users in outdated.chunks(MEMBERS_PER_TRANSACTION) {
            let mut tx = db.write().await?;
            for user in users {
                index::refresh(&mut tx, *user).await?;
            }
            tx.commit().await?;
            count += users.len();
            tokio::time::sleep(PAUSE).await;
        }
    }
}
