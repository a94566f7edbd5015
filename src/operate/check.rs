//! Checks everything that a start needs, without changing anything: one line each.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use rustix::fs::{Access, access, statvfs};
use serde::Serialize;

use super::{Failure, counted, print};
use crate::clock::{Clock, MAX_CLOCK_SKEW};
use crate::config::{Config, IneffectiveVariables, MediaLocation};
use crate::db::transfer::Snapshot;
use crate::db::{self, Db};
use crate::keys::KeyRing;
use crate::mail::Mail;
use crate::media::Media;
use crate::text::readable_size;
use crate::time_zones;

/// With less free space on the disk of the data directory there is a warning.
const MIN_FREE_BYTES: u64 = 1024 * 1024 * 1024;

/// The arguments of `studyhall check`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  studyhall check --data-dir /var/lib/studyhall\n\n\
                  Exit codes: 0 the server can start (there may be warnings); 1 something is wrong")]
pub struct CheckArgs {
    /// Prints the results as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Warning,
    Failed,
}

/// One line of the result.
#[derive(Debug, Serialize)]
struct Finding {
    subject: &'static str,
    level: Level,
    message: String,
}

#[derive(Debug, Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, subject: &'static str, level: Level, message: impl Into<String>) {
        self.0.push(Finding { subject, level, message: message.into() });
    }

    /// Adds a failure, or what `Ok` contains.
    fn add_result(&mut self, subject: &'static str, result: Result<(Level, String), String>) {
        match result {
            Ok((level, message)) => self.add(subject, level, message),
            Err(message) => self.add(subject, Level::Failed, message),
        }
    }
}

/// Runs `studyhall check`.
///
/// # Errors
/// When something is wrong.
pub async fn run(config: &Config, args: &CheckArgs, variables: &IneffectiveVariables) -> Result<(), Failure> {
    let mut report = Report::default();
    report.add_result("settings", check_settings(config));
    for name in &variables.unknown {
        report.add("settings", Level::Failed, format!("{name} is not a setting; is it misspelt?"));
    }
    for name in &variables.empty {
        report.add("settings", Level::Warning, format!("{name} is empty and counts as absent"));
    }
    report.add_result("data directory", check_directory(&config.data_dir));
    let has_rows = check_database(config, &mut report).await;
    report.add_result("keys", check_keys(config, has_rows));
    report.add_result("images and files", check_media(config).await);
    report.add_result("mail", check_mail(config).await);
    check_proxies(config, &mut report);
    report.add_result("address", check_address(config));
    let (level, message) = check_time_zones();
    report.add("time zones", level, message);
    let worst = report.0.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    print(args.json, &report.0, || {
        let line = |Finding { subject, level, message }: &Finding| {
            let level = match level {
                Level::Ok => "ok",
                Level::Warning => "warning",
                Level::Failed => "FAILED",
            };
            format!("{level:<8} {subject}: {message}")
        };
        report.0.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    match worst {
        Level::Failed => Err(Failure::negative("the server cannot start, or would not work; see the lines above")),
        Level::Ok | Level::Warning => Ok(()),
    }
}

fn check_settings(config: &Config) -> Result<(Level, String), String> {
    config.check()?;
    config.log_filter()?;
    time_zones::use_directory(config.time_zones.as_deref())
        .map_err(|reason| format!("STUDYHALL_TIME_ZONES: {reason}"))?;
    Ok((Level::Ok, "all values are valid".to_owned()))
}

fn check_directory(dir: &Path) -> Result<(Level, String), String> {
    let metadata = match fs::metadata(dir) {
        Ok(metadata) => metadata,
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let parent = dir.ancestors().skip(1).find(|parent| parent.is_dir()).unwrap_or(Path::new("."));
            return match access(parent, Access::WRITE_OK) {
                Ok(()) => Ok((Level::Ok, format!("{} will be created at the first start", dir.display()))),
                Err(cause) => Err(format!("{} cannot be created in {}: {cause}", dir.display(), parent.display())),
            };
        }
        Err(cause) => return Err(format!("{} cannot be read: {cause}", dir.display())),
    };
    access(dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|cause| format!("{} cannot be written: {cause}", dir.display()))?;
    if metadata.mode() & 0o077 != 0 {
        let mode = metadata.mode() & 0o777;
        return Ok((Level::Warning, format!("{} is open to other users (mode {mode:o}); chmod 700", dir.display())));
    }
    let disk = statvfs(dir).map_err(|cause| format!("the disk of {}: {cause}", dir.display()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let level = if free < MIN_FREE_BYTES { Level::Warning } else { Level::Ok };
    let free = readable_size(usize::try_from(free).unwrap_or(usize::MAX));
    Ok((level, format!("{} can be written; {free} are free", dir.display())))
}

/// Checks the database and its clock. Returns whether it contains accounts.
async fn check_database(config: &Config, report: &mut Report) -> bool {
    const SUBJECT: &str = "database";
    let url = config.database_url();
    let named = |error: db::Error| format!("STUDYHALL_DATABASE_URL: {error}");
    match db::sqlite_file(&url) {
        Ok(Some(file)) if !file.exists() => {
            report.add(SUBJECT, Level::Ok, format!("{} will be created at the first start", file.display()));
            return false;
        }
        Ok(Some(file)) => {
            if let Err(cause) = access(&file, Access::READ_OK | Access::WRITE_OK) {
                report.add(SUBJECT, Level::Failed, format!("{} cannot be written: {cause}", file.display()));
                return true;
            }
        }
        Ok(None) => {}
        Err(error) => {
            report.add(SUBJECT, Level::Failed, named(error));
            return false;
        }
    }
    let mut has_rows = false;
    match Snapshot::open(&config.direct_database_url()).await {
        Ok(mut snapshot) => {
            report.add_result(SUBJECT, describe_schema(&mut snapshot, &mut has_rows).await.map_err(named));
            snapshot.close().await;
        }
        Err(db::Error::NoSchema) => report.add(SUBJECT, Level::Ok, "is empty; the first start creates its tables"),
        Err(error) => {
            report.add(SUBJECT, Level::Failed, named(error));
            return false;
        }
    }
    report.add_result("clock", check_clock(config).await);
    has_rows
}

async fn describe_schema(snapshot: &mut Snapshot, has_rows: &mut bool) -> db::Result<(Level, String)> {
    let (found, own) = (snapshot.schema_version, db::schema_version());
    let rows_of = |name: &str| snapshot.tables.iter().find(|table| table.name == name).cloned();
    let (accounts, copied) = (rows_of("accounts"), rows_of("copied_tables"));
    let accounts = match accounts {
        Some(table) => snapshot.count(&table).await?,
        None => 0,
    };
    let is_copying = match copied {
        Some(table) => snapshot.count(&table).await? > 0,
        None => false,
    };
    *has_rows = accounts > 0;
    let accounts = counted(accounts, "account");
    Ok(if found > own {
        (Level::Failed, db::Error::NewerSchema.to_string())
    } else if is_copying {
        (Level::Failed, "a copy into this database is not finished; run `studyhall copy` again".to_owned())
    } else if found < own {
        (Level::Warning, format!("{accounts}; the next start migrates it from version {found} to {own}; make a backup"))
    } else {
        (Level::Ok, format!("{accounts}; schema version {found}"))
    })
}

/// Compares the clock of this machine with that of the database server.
async fn check_clock(config: &Config) -> Result<(Level, String), String> {
    if config.is_sqlite() {
        return Ok((Level::Ok, "the database has the same".to_owned()));
    }
    let db = Db::open(&config.database_url(), 1).await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
    let before = Clock::system().now();
    let server = db.server_time().await;
    db.close().await;
    let server = server.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
    let difference = if server > before { server.since(before) } else { before.since(server) };
    if difference > MAX_CLOCK_SKEW {
        return Err(format!(
            "differs from the database server's by {} seconds; synchronise the clocks (chrony, systemd-timesyncd)",
            difference.as_secs()
        ));
    }
    Ok((Level::Ok, "agrees with the database server's".to_owned()))
}

fn check_keys(config: &Config, has_rows: bool) -> Result<(Level, String), String> {
    let path = config.keys_file();
    if KeyRing::check_file(&path).map_err(|reason| format!("STUDYHALL_KEYS_FILE: {reason}"))? {
        return Ok((Level::Ok, format!("{} is valid", path.display())));
    }
    if has_rows {
        return Ok((
            Level::Warning,
            format!(
                "{} does not exist, but the database has accounts: with new keys, sessions that use tokens end and mailed \
                 links become invalid",
                path.display()
            ),
        ));
    }
    Ok((Level::Ok, format!("{} will be created at the first start", path.display())))
}

/// Writes, reads and removes a small object where images and files are stored.
async fn check_media(config: &Config) -> Result<(Level, String), String> {
    match config.media_location().map_err(|reason| format!("STUDYHALL_MEDIA_URL: {reason}"))? {
        MediaLocation::Directory(dir) if !dir.exists() => {
            Ok((Level::Ok, format!("{} will be created at the first start", dir.display())))
        }
        MediaLocation::Directory(dir) => access(&dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
            .map(|()| (Level::Ok, format!("{} can be written", dir.display())))
            .map_err(|cause| format!("{} cannot be written: {cause}", dir.display())),
        MediaLocation::Bucket { url, .. } => {
            let media = Media::open(config)?;
            let probed = tokio::time::timeout(Duration::from_secs(20), media.probe()).await;
            match probed {
                Ok(Ok(())) => Ok((Level::Ok, format!("{url} can be written"))),
                _ => Err(format!("STUDYHALL_MEDIA_URL: {url} cannot be written; the log names the cause")),
            }
        }
    }
}

async fn check_mail(config: &Config) -> Result<(Level, String), String> {
    match Mail::check_server(config).await {
        Ok(true) => Ok((Level::Ok, format!("the server accepts a login; the sender is {}", config.mail_from()))),
        Ok(false) => Ok((
            Level::Warning,
            format!("STUDYHALL_SMTP_URL is not set: mails are written to {}", config.outbox_dir().display()),
        )),
        Err(reason) => Err(format!("STUDYHALL_SMTP_URL: {reason}")),
    }
}

fn check_proxies(config: &Config, report: &mut Report) {
    const SUBJECT: &str = "proxy";
    let public = config.public_url();
    let is_public = !config.is_loopback();
    if !config.has_public_url() {
        let message = format!("STUDYHALL_PUBLIC_URL is not set: links begin with {public}");
        report.add(SUBJECT, Level::Warning, message);
    } else if is_public && public.scheme() == "http" {
        report.add(SUBJECT, Level::Warning, format!("{public} has no TLS: passwords can be read on the network"));
    }
    if public.scheme() == "https" && config.trusted_proxies.is_empty() {
        let message =
            "STUDYHALL_TRUSTED_PROXIES is not set: all clients of a proxy share the rate limits of one address";
        report.add(SUBJECT, Level::Warning, message);
    }
    if is_public && public.scheme() == "https" && !config.trusted_proxies.is_empty() {
        let proxies = counted(u64::try_from(config.trusted_proxies.len()).unwrap_or(u64::MAX), "trusted network");
        report.add(SUBJECT, Level::Ok, format!("clients use {public}; {proxies}"));
    }
}

fn check_address(config: &Config) -> Result<(Level, String), String> {
    match TcpListener::bind(config.listen) {
        Ok(_) => Ok((Level::Ok, format!("{} is free", config.listen))),
        Err(cause) if cause.kind() == ErrorKind::AddrInUse => {
            Ok((Level::Warning, format!("{} is in use, perhaps by this server", config.listen)))
        }
        Err(cause) => Err(format!("STUDYHALL_LISTEN: cannot listen on {}: {cause}", config.listen)),
    }
}

fn check_time_zones() -> (Level, String) {
    let (version, built_in) = (time_zones::version(), time_zones::built_in_version());
    if version < built_in {
        return (Level::Warning, format!("{version} is older than the rules that are built in, {built_in}"));
    }
    (Level::Ok, format!("version {version}"))
}
