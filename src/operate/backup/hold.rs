//! Keeps the files of deleted images while a backup is made: its rows may refer to them.

use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::warn;

use crate::db::{Db, Query, Result};

/// The migration that creates the table. Before it, no server waits.
const MIN_SCHEMA_VERSION: i64 = 21;

/// A backup that was killed holds files for no longer than this.
const DURATION: Duration = Duration::from_mins(1);
const RENEWAL_INTERVAL: Duration = Duration::from_secs(10);

/// A hold, which ends when it is released.
#[derive(Debug)]
pub(super) struct MediaHold {
    db: Db,
    id: i64,
    renewal: JoinHandle<()>,
}

impl MediaHold {
    /// Begins a hold; `None` where the database is older, or cannot be written, as a standby cannot.
    pub(super) async fn begin(db: Db, schema_version: i64) -> Option<Self> {
        let mut id = [0; 8];
        getrandom::fill(&mut id).ok()?;
        let id = i64::from_ne_bytes(id);
        if schema_version < MIN_SCHEMA_VERSION {
            return None;
        }
        if let Err(error) = renew(&db, id).await {
            warn!(%error, "the files of images that are deleted during the backup may be missing in it");
            return None;
        }
        let renewal = tokio::spawn({
            let db = db.clone();
            async move {
                loop {
                    tokio::time::sleep(RENEWAL_INTERVAL).await;
                    if let Err(error) = renew(&db, id).await {
                        warn!(%error, "the files of deleted images could not be held; it is retried");
                    }
                }
            }
        });
        Some(Self { db, id, renewal })
    }

    pub(super) async fn release(self) {
        self.renewal.abort();
        // Otherwise it expires.
        let _ = self.db.run("delete from media_holds where id = $1", &[&self.id]).await;
    }
}

async fn renew(db: &Db, id: i64) -> Result<u64> {
    let until = db.server_time().await?.plus(DURATION);
    let sql =
        "insert into media_holds (id, until) values ($1, $2) on conflict (id) do update set until = excluded.until";
    db.run(sql, &[&id, &until]).await
}
