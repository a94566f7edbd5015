//! Copies all rows from one database into another one: from SQLite to PostgreSQL, and back.
//!
//! The rows of a table are copied in the order of its primary key, a batch in each transaction, which also records how far
//! the copy is. A copy that was interrupted continues there. At its end it compares the number and the checksum of the rows
//! of every table, and only then servers may use the database.

use clap::Args;
use secrecy::SecretString;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Failure, Progress, counted, print};
use crate::db::transfer::{Batch, Loader, Snapshot, TableShape, table_names};
use crate::db::{self, sqlite_file};

/// The table in which the progress of a copy is recorded, in the target only.
const PROGRESS_TABLE: &str = "copied_tables";

/// The arguments of `studyhall copy`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  studyhall copy --from sqlite:///var/lib/studyhall/studyhall.sqlite \
                  --to postgres://studyhall@db.campus.example/studyhall\n\n\
                  Stop the servers first. Images, files and keys stay where they are.\n\
                  Exit codes: 0 all rows are copied and compared; 1 the databases differ; 2 the command failed; run it again")]
pub struct CopyArgs {
    /// The database to read: `sqlite://FILE` or `postgres://..`
    #[arg(long, value_name = "URL")]
    from: SecretString,
    /// The database to fill, empty or with an unfinished copy
    #[arg(long, value_name = "URL")]
    to: SecretString,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

/// What was copied.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Copied {
    tables: u64,
    rows: u64,
    /// Rows of an earlier, interrupted copy.
    resumed_rows: u64,
}

/// Runs `studyhall copy`.
///
/// # Errors
/// When a database cannot be used, or the copy differs from the original.
pub async fn run(args: &CopyArgs) -> Result<(), Failure> {
    let from = |error: db::Error| Failure::from(error).at("--from");
    let mut source = Snapshot::open(&args.from).await.map_err(from)?;
    check_source(&mut source).await?;
    let (mut target, resumed) = open_target(&args.to, source.schema_version).await?;
    let tables: Vec<TableShape> = source.tables.iter().filter(|table| table.name != PROGRESS_TABLE).cloned().collect();
    let mut total = 0;
    for table in &tables {
        total += source.count(table).await?;
    }
    let mut resumed_rows = 0;
    let mut progress = Progress::new("rows copied", total);
    for table in &tables {
        resumed_rows += copy_table(&mut source, &mut target, table, &mut progress).await?;
    }
    drop(progress);
    compare(&mut source, &args.to, &tables, total).await?;
    source.close().await;
    target.delete_copied_tables().await?;
    target.finish().await?;
    let tables = u64::try_from(tables.len()).unwrap_or(u64::MAX);
    let copied = Copied { tables, rows: total, resumed_rows };
    print(args.json, &copied, || {
        let resumed =
            if resumed { format!(", {} of them before", counted(resumed_rows, "row")) } else { String::new() };
        format!("Copied and compared {} of {}{resumed}.", counted(total, "row"), counted(tables, "table"))
    })
}

async fn check_source(source: &mut Snapshot) -> Result<(), Failure> {
    if source.schema_version > db::schema_version() {
        return Err(Failure::from(db::Error::NewerSchema).at("--from"));
    }
    if source.schema_version < db::schema_version() {
        return Err("--from: the database is of an older version; run `studyhall migrate` on it first".into());
    }
    if source.running_nodes().await? > 0 {
        return Err("--from: a server uses this database, or used it until some seconds ago; stop it first".into());
    }
    Ok(())
}

/// Opens the database to fill. Returns whether it contains a part of a copy.
async fn open_target(url: &SecretString, schema_version: i64) -> Result<(Loader, bool), Failure> {
    let at_target = |error: db::Error| Failure::from(error).at("--to");
    sqlite_file(url).map_err(at_target)?;
    let mut target = Loader::open(url).await.map_err(at_target)?;
    let version = target.schema_version().await.map_err(at_target)?;
    if version.is_some_and(|version| version > schema_version) {
        return Err("--to: the database has tables of a newer version; name an empty one".into());
    }
    if version == Some(schema_version) && target.copied_tables().await? > 0 {
        return Ok((target, true));
    }
    if version.is_some() && target.count("accounts").await? > 0 {
        return Err("--to: the database contains accounts; name an empty one".into());
    }
    // An interrupted command may have left some of the tables.
    target.migrate(Some(schema_version)).await.map_err(at_target)?;
    target.begin().await?;
    target.clear().await?;
    for name in table_names().filter(|name| *name != PROGRESS_TABLE) {
        target.set_copied_rows(name, 0, false).await?;
    }
    target.commit().await?;
    Ok((target, false))
}

/// Copies the rows that are not there yet. Returns how many were.
async fn copy_table(
    source: &mut Snapshot,
    target: &mut Loader,
    table: &TableShape,
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let name = table_names().find(|name| *name == table.name).unwrap_or_default();
    let existing = target.copied_rows(name).await?;
    let mut position = 0;
    source
        .read(table, async |mut batch: Batch| {
            progress.add(batch.rows);
            let rows = batch.rows;
            batch.skip(existing.saturating_sub(position).min(rows));
            position += rows;
            if batch.rows > 0 {
                target.begin().await?;
                target.load(table, batch).await?;
                target.set_copied_rows(name, position, false).await?;
                target.commit().await?;
            }
            Ok::<(), Failure>(())
        })
        .await
        .map_err(|failure| failure.at(format!("the table {name}")))?;
    target.set_copied_rows(name, position, true).await?;
    Ok(existing)
}

/// Compares the rows of all tables.
async fn compare(
    source: &mut Snapshot,
    target: &SecretString,
    tables: &[TableShape],
    total: u64,
) -> Result<(), Failure> {
    let mut copy = Snapshot::open(target).await?;
    let mut progress = Progress::new("rows compared", total);
    for table in tables {
        let other = copy.tables.iter().find(|other| other.name == table.name);
        let other = other.and_then(|other| other.ordered_like(table));
        let other = other.ok_or_else(|| format!("the columns of the table {} differ", table.name))?;
        let (original, copied) = (checksum(source, table).await?, checksum(&mut copy, &other).await?);
        if original != copied {
            return Err(Failure::negative(format!(
                "the table {} differs after the copy: {} and {}; the source was changed during the copy, or another source was \
                 copied before. Copy into an empty database",
                table.name,
                counted(original.0, "row"),
                counted(copied.0, "row")
            )));
        }
        progress.add(original.0);
    }
    copy.close().await;
    Ok(())
}

/// Returns the number of rows, and a checksum that does not depend on their order, which is not the same on both engines.
async fn checksum(snapshot: &mut Snapshot, table: &TableShape) -> Result<(u64, u128), Failure> {
    let (mut rows, mut sum) = (0_u64, 0_u128);
    snapshot
        .read(table, async |batch: Batch| {
            rows += batch.rows;
            for line in batch.lines() {
                let digest = Sha256::digest(line);
                let (first, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
                sum = sum.wrapping_add(u128::from_be_bytes(*first));
            }
            Ok::<(), Failure>(())
        })
        .await?;
    Ok((rows, sum))
}
