//! Backups: one consistent state of rows, images, files and keys, as a directory or a tar archive.
//!
//! A backup contains `manifest.json` (the tables, and how many rows each has), the rows as text (`rows/`), the images
//! and files (`media/`), `keys.json`, and `SHA256SUMS` with the checksum of every file, which `sha256sum --check` reads too. It does
//! not depend on the engine: a backup of SQLite can be restored to PostgreSQL and the other way round.

mod archive;
mod create;
mod hold;
mod manifest;
mod restore;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) use archive::ArchiveWriter;

use super::{Failure, counted, print};
use crate::config::Config;
use crate::text::readable_size;
use manifest::Summary;

/// The arguments of `studyhall backup`.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  studyhall backup /backup/monday.tar\n  studyhall backup verify /backup/monday.tar --json\n\n\
                  Exit codes: 0 the backup is complete; 1 it is damaged (verify); 2 the command failed"
)]
pub struct BackupArgs {
    #[command(subcommand)]
    verify: Option<Verify>,
    /// Where the backup is written: a new directory, or a file that ends with `.tar`
    #[arg(required = true)]
    destination: Option<PathBuf>,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Verify {
    /// Checks that a backup is complete: every checksum, and that its rows form a database. Changes nothing
    #[command(after_help = "Example:\n  studyhall backup verify /backup/monday.tar\n\n\
                      Exit codes: 0 the backup is complete; 1 it is damaged; 2 it cannot be read")]
    Verify {
        /// The directory or the tar archive
        backup: PathBuf,
        /// Prints the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// The arguments of `studyhall restore`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  studyhall restore /backup/monday.tar --data-dir /var/lib/studyhall\n\n\
                  Exit codes: 0 everything is restored; 1 the backup is damaged, nothing was changed; 2 the command failed; \
                  run it again")]
pub struct RestoreArgs {
    /// The directory or the tar archive
    backup: PathBuf,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs `studyhall backup`.
///
/// # Errors
/// When the backup cannot be written, or is damaged.
pub async fn run(config: &Config, args: BackupArgs) -> Result<(), Failure> {
    match (args.verify, args.destination) {
        (Some(Verify::Verify { backup, json }), _) => {
            let summary = verify::verify(&backup).await?;
            print(json, &summary, || format!("The backup is complete: {}.", describe(&summary)))
        }
        (None, Some(destination)) => {
            let summary = create::create(config, &destination).await?;
            let warning = missing(&summary);
            print(args.json, &summary, || format!("Wrote {}: {}.{warning}", destination.display(), describe(&summary)))
        }
        (None, None) => Err("name the directory or file of the backup".into()),
    }
}

/// Runs `studyhall restore`.
///
/// # Errors
/// When the backup is damaged, of a newer version, or the place is not empty.
pub async fn run_restore(config: &Config, args: &RestoreArgs) -> Result<(), Failure> {
    let summary = restore::restore(config, &args.backup).await?;
    let warning = missing(&summary);
    print(args.json, &summary, || format!("Restored {}.{warning}", describe(&summary)))
}

fn describe(summary: &Summary) -> String {
    let Summary { schema_version, taken_at, rows, images, uploaded_files, bytes, .. } = summary;
    let size = readable_size(usize::try_from(*bytes).unwrap_or(usize::MAX));
    format!(
        "{}, {} and {} of {taken_at}, {size}, schema version {schema_version}",
        counted(*rows, "row"),
        counted(*images, "image"),
        counted(*uploaded_files, "file")
    )
}

fn missing(summary: &Summary) -> String {
    let missing = [(summary.missing_images, "image"), (summary.missing_uploaded_files, "file")];
    let missing = missing.into_iter().filter(|(count, _)| *count > 0);
    missing.map(|(count, kind)| format!("\nThe bytes of {} were missing already.", counted(count, kind))).collect()
}
