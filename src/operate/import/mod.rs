//! `studyhall import`: takes over the data of other systems.
//!
//! Every row goes through the rule that the API uses, at the time of the row: what a member could not have done is
//! refused, with the reason. Rows that are there already are found by their keys, so an import can be repeated, and one
//! that was interrupted is run again.

mod cards;
mod dump;
mod lobby;
mod members;
mod mentoring;
mod network;
mod source;
mod store;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Failure, Progress, counted, print};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Switch};
use crate::error::{Code, Error};
use crate::node;
use crate::passwords::HashCost;
use crate::time_zones;
use source::Source;

/// The arguments of `studyhall import`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  studyhall import network.sqlite\n  \
                  studyhall import mentoring.sql --time-zone Europe/Paris --report mentoring.jsonl\n  \
                  studyhall import people.csv --confirmed-addresses\n\n\
                  Exit codes: 0 all rows are there; 1 some rows were refused, the report says why; 2 the import failed; run \
                  it again")]
pub struct ImportArgs {
    /// A SQLite file, an SQL dump of PostgreSQL or MySQL, or a CSV file
    file: PathBuf,
    /// The system that the file is from; by default its tables tell
    #[arg(long)]
    system: Option<System>,
    /// The time zone of local times, like `Europe/Paris`; the mentoring platform needs it, elsewhere the default is UTC
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The old system has confirmed its email addresses; otherwise members confirm theirs again
    #[arg(long)]
    confirmed_addresses: bool,
    /// Writes the outcome of each row to this file, as one line of JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

/// A system whose data is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// Members with posts and private messages
    Network,
    /// Topics, appointments and bookings
    Mentoring,
    /// A public room with pseudonyms
    Lobby,
    /// Accounts with cards and links
    Accounts,
    /// A CSV file of people
    People,
}

impl System {
    /// Finds the system by its tables.
    fn detect(source: &Source) -> Option<Self> {
        let users: &[&str] = &["users", "utilisateurs"];
        if source.has(&["people"], &[&["email", "mail", "e-mail"]]) {
            Some(Self::People)
        } else if source.has(&["appointments"], &[&["timeslots"]]) || source.has(&["topics"], &[&["topic"]]) {
            Some(Self::Mentoring)
        } else if source.has(&["profile_card", "profile_cards"], &[]) || source.has(&["social_links"], &[]) {
            Some(Self::Accounts)
        } else if source.has(users, &[&["pseudonym", "pseudo", "pseudonyme"]]) {
            Some(Self::Lobby)
        } else if source.has(users, &[&["email"]]) {
            Some(Self::Network)
        } else {
            None
        }
    }

    /// The name in keys and in the report.
    fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Mentoring => "mentoring",
            Self::Lobby => "lobby",
            Self::Accounts => "accounts",
            Self::People => "people",
        }
    }
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It is new here.
    Taken,
    /// It completes something that exists here.
    Merged,
    /// An earlier import has taken it.
    Present,
    Refused,
}

/// A line of the report.
#[derive(Debug, Serialize)]
struct RowOutcome {
    table: &'static str,
    key: String,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// One import.
struct Import<'a> {
    app: &'a App,
    system: System,
    zone: TimeZone,
    zone_name: String,
    has_confirmed_addresses: bool,
    started_at: Timestamp,
    outcomes: Vec<RowOutcome>,
    progress: Progress,
}

/// The counts of a table.
#[derive(Debug, Default, Serialize)]
struct TableCounts {
    taken: u64,
    merged: u64,
    present: u64,
    refused: u64,
}

/// Runs `studyhall import`.
///
/// # Errors
/// When the file cannot be read, and after rows were refused.
pub async fn run(mut config: Config, args: &ImportArgs) -> Result<(), Failure> {
    let source = Source::open(&args.file)?;
    let system = args
        .system
        .or_else(|| System::detect(&source))
        .ok_or_else(|| format!("{} has no tables of a known system; name it with --system", args.file.display()))?;
    if system == System::Mentoring && args.time_zone.is_none() {
        return Err(
            "the days and hours of the mentoring platform are local times; name their zone with --time-zone".into()
        );
    }
    let zone_name = args.time_zone.clone().unwrap_or_else(|| "UTC".to_owned());
    config.rate_limits = Switch::Off;
    let started_at = Clock::system().now();
    let app = node::open(config, Clock::manual(started_at), HashCost::default()).await?;
    let zone = time_zones::find(&zone_name).ok_or_else(|| format!("--time-zone: {zone_name:?} is unknown"));
    let imported = match zone {
        Ok(zone) => {
            app.mail.silence();
            let mut import = Import {
                app: &app,
                system,
                zone,
                zone_name,
                has_confirmed_addresses: args.confirmed_addresses,
                started_at,
                outcomes: Vec::new(),
                progress: Progress::new("rows", source.count()),
            };
            let done = import.run(&source).await;
            // Also after an error: what was imported until then stays.
            done.map(|()| import.outcomes)
        }
        Err(reason) => Err(reason.into()),
    };
    app.close().await;
    report(args, system, &imported?)
}

fn report(args: &ImportArgs, system: System, outcomes: &[RowOutcome]) -> Result<(), Failure> {
    if let Some(path) = &args.report {
        write_report(path, outcomes).map_err(|cause| format!("{} cannot be written: {cause}", path.display()))?;
    }
    let mut tables: BTreeMap<&str, TableCounts> = BTreeMap::new();
    for row in outcomes {
        let counts = tables.entry(row.table).or_default();
        match row.outcome {
            Outcome::Taken => counts.taken += 1,
            Outcome::Merged => counts.merged += 1,
            Outcome::Present => counts.present += 1,
            Outcome::Refused => counts.refused += 1,
        }
    }
    let refused = tables.values().map(|counts| counts.refused).sum();
    let notable: Vec<&RowOutcome> = outcomes.iter().filter(|row| row.reason.is_some()).collect();
    let result = serde_json::json!({ "system": system.name(), "tables": tables, "rows": notable });
    print(args.json, &result, || {
        let line = |(table, counts): (&&str, &TableCounts)| {
            let TableCounts { taken, merged, present, refused } = counts;
            format!("{table}: {taken} taken, {merged} merged, {present} present, {refused} refused")
        };
        let row = |row: &&RowOutcome| {
            let outcome = match row.outcome {
                Outcome::Taken => "taken",
                Outcome::Merged => "merged",
                Outcome::Present => "present",
                Outcome::Refused => "refused",
            };
            format!("  {} {}: {outcome}: {}", row.table, row.key, row.reason.as_deref().unwrap_or_default())
        };
        tables.iter().map(line).chain(notable.iter().map(row)).collect::<Vec<_>>().join("\n")
    })?;
    match refused {
        0 => Ok(()),
        refused => Err(Failure::negative(format!("{} refused; the reasons are above", counted(refused, "row")))),
    }
}

fn write_report(path: &Path, outcomes: &[RowOutcome]) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for row in outcomes {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

impl Import<'_> {
    async fn run(&mut self, source: &Source) -> Result<(), Failure> {
        match self.system {
            System::Network => self.network(source).await,
            System::Mentoring => self.mentoring(source).await,
            System::Lobby => self.lobby(source).await,
            System::Accounts => self.cards(source).await,
            System::People => self.people(source).await,
        }
    }

    async fn imported(&self, kind: &str, key: &str) -> Result<Option<i64>, Failure> {
        Ok(store::imported(&self.app.db, self.system.name(), kind, key).await?)
    }

    async fn record_imported(&self, kind: &str, key: &str, id: i64) -> Result<(), Failure> {
        store::insert(&self.app.db, self.system.name(), kind, key, id).await?;
        Ok(())
    }

    /// Returns the account that a row of a table of members became.
    async fn account(&self, kind: &str, key: Option<&str>) -> Result<Option<AccountId>, Failure> {
        match key {
            Some(key) => Ok(self.imported(kind, key).await?.map(AccountId)),
            None => Ok(None),
        }
    }

    /// Returns the key with which a repeated request is recognised.
    fn client_key(&self, kind: &str, key: &str) -> String {
        format!("import:{}:{kind}:{key}", self.system.name())
    }

    /// Lets the next change happen at this time: that of the row, or now without one.
    fn set_time(&self, at: Option<Timestamp>) {
        self.app.clock.set(at.map_or(self.started_at, |at| at.min(self.started_at)));
    }

    fn take(&mut self, table: &'static str, key: String, notes: &[String]) {
        self.record(table, key, Outcome::Taken, (!notes.is_empty()).then(|| notes.join("; ")));
    }

    fn merge(&mut self, table: &'static str, key: String, note: String) {
        self.record(table, key, Outcome::Merged, Some(note));
    }

    fn present(&mut self, table: &'static str, key: String) {
        self.record(table, key, Outcome::Present, None);
    }

    fn refuse(&mut self, table: &'static str, key: String, reason: impl Into<String>) {
        self.record(table, key, Outcome::Refused, Some(reason.into()));
    }

    fn record(&mut self, table: &'static str, key: String, outcome: Outcome, reason: Option<String>) {
        self.progress.add(1);
        self.outcomes.push(RowOutcome { table, key, outcome, reason });
    }

    /// Records the outcome of a rule that recognises a repeated client key: what it returns, it has created now or before.
    fn record_result<T>(
        &mut self,
        table: &'static str,
        key: String,
        was_present: bool,
        result: Result<T, Error>,
    ) -> Result<Option<T>, Failure> {
        match result {
            Ok(created) => {
                if was_present {
                    self.present(table, key);
                } else {
                    self.take(table, key, &[]);
                }
                Ok(Some(created))
            }
            Err(Error::Refused(problems)) => {
                // The key was used, and what it named is gone: a member has deleted it here.
                let is_deleted = problems.iter().all(|problem| {
                    problem.code == Code::NotFound
                        && problem.path.as_ref().is_some_and(|path| path.iter().any(|part| part == "clientKey"))
                });
                if is_deleted {
                    self.record(table, key, Outcome::Present, Some("was deleted here after the import".to_owned()));
                } else {
                    self.refuse(table, key, Error::Refused(problems).for_operator());
                }
                Ok(None)
            }
            Err(error @ (Error::Forbidden(_) | Error::BadInput(_) | Error::NotFound | Error::Unauthenticated)) => {
                self.refuse(table, key, error.for_operator());
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
