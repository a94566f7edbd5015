//! Which row of an old system became which row here.

use crate::db::{Query, Result};

/// Returns the id of what a row was imported as.
pub(super) async fn imported(db: impl Query, source: &str, kind: &str, old_key: &str) -> Result<Option<i64>> {
    let found: Option<(i64,)> = db
        .opt(
            "select new_id from imported_rows where source = $1 and kind = $2 and old_key = $3",
            &[&source, &kind, &old_key],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}

/// Records what a row was imported as.
pub(super) async fn insert(db: impl Query, source: &str, kind: &str, old_key: &str, new_id: i64) -> Result<u64> {
    db.run(
        "insert into imported_rows (source, kind, old_key, new_id) values ($1, $2, $3, $4) on conflict do nothing",
        &[&source, &kind, &old_key, &new_id],
    )
    .await
}
