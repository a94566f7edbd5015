//! Statements that can scan a table but are not marked with [`Scan`](crate::db::Scan). SQLite's planner knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The statements that ran on a thread of the runtime, by text, with the line of their plan that scans.
static CHECKED: Mutex<BTreeMap<&'static str, Option<String>>> = Mutex::new(BTreeMap::new());

/// Returns the statements of this process that can scan a table and ran on a thread of the runtime, with the line of the
/// plan. Always empty in release builds, which do not look.
#[must_use]
pub fn unmarked_scans() -> Vec<(&'static str, String)> {
    checked().iter().filter_map(|(sql, scan)| Some((*sql, scan.clone()?))).collect()
}

pub(super) fn check(connection: &rusqlite::Connection, sql: &'static str) {
    if !checked().contains_key(sql) {
        // A text of several statements, or of one that has no plan, is not one of a store.
        let scan = find_scan(connection, sql).unwrap_or(None);
        checked().insert(sql, scan);
    }
}

/// Returns the line of the plan that reads a table or an index from its beginning, if no `limit` ends it.
fn find_scan(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Option<String>> {
    if sql.contains(" limit ") {
        return Ok(None);
    }
    let mut plan = connection.prepare(&format!("explain query plan {sql}"))?;
    let mut rows = plan.raw_query();
    let mut derived = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let detail: String = row.get("detail")?;
        let mut words = detail.split(' ');
        match (words.next(), words.next()) {
            (Some("MATERIALIZE" | "CO-ROUTINE"), Some(name)) => drop(derived.insert(name.to_owned())),
            (Some("SCAN"), Some(name)) => {
                let is_table = !name.starts_with('(') && !derived.contains(name);
                let is_bounded =
                    ["VIRTUAL TABLE", "CONSTANT ROW", "VALUES CLAUSE"].iter().any(|kind| detail.contains(kind));
                if is_table && !is_bounded {
                    return Ok(Some(detail));
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

fn checked() -> MutexGuard<'static, BTreeMap<&'static str, Option<String>>> {
    // No code panics while it holds the lock.
    CHECKED.lock().unwrap_or_else(PoisonError::into_inner)
}
