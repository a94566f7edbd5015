//! `studyhall admin`: accounts, roles and reports. Every change is the rule of a slice, as if the API had called it.

mod audit;
mod export;
mod users;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::{Failure, Output, counted, print};
use crate::accounts::{Role, staff};
use crate::app::App;
use crate::bookings::{Booking, rules as bookings};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::conversations::reading::counts;
use crate::graphql::GlobalId;
use crate::graphql::scalars::write_date_time;
use crate::node;
use crate::passwords::HashCost;
use crate::reports::{self, ListedComplaint};
use audit::AuditArgs;
use users::UserCommand;

/// The commands of `studyhall admin`.
#[derive(Subcommand, Debug)]
pub enum Admin {
    /// Lists, creates, changes, exports and deletes members
    #[command(subcommand)]
    User(UserCommand),
    /// Changes the role of a member
    #[command(
        after_help = "Example:\n  studyhall admin role ada moderator\n\nExit codes: 0 done; 2 failed, nothing was changed"
    )]
    Role {
        /// Username or email address
        name: String,
        role: RoleArg,
        #[command(flatten)]
        output: Output,
    },
    /// Locks an account: ends its sessions and prevents logins; the same as `admin user lock`
    #[command(after_help = "Example:\n  studyhall admin lock ada")]
    Lock {
        /// Username or email address
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Unlocks an account; the same as `admin user unlock`
    #[command(after_help = "Example:\n  studyhall admin unlock ada")]
    Unlock {
        /// Username or email address
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Writes the archive that a member gets by `requestDataExport` to a new file; `admin user export` writes all rows
    #[command(after_help = "Example:\n  studyhall admin export ada /root/ada.zip")]
    Export {
        /// Username or email address
        name: String,
        /// A new file
        file: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// Prints the audit log: logins and their failures, changes, exports and deletions of accounts, the latest first
    #[command(after_help = "Examples:\n  studyhall admin audit --user ada --since 7d\n  \
                      studyhall admin audit --kind password_wrong --kind password_delayed --limit 1000 --json")]
    Audit(AuditArgs),
    /// Prints reports, the latest first
    #[command(after_help = "Example:\n  studyhall admin reports --json")]
    Reports {
        #[command(flatten)]
        output: Output,
    },
    /// Prints the upcoming bookings that new rules of time zones have moved on the clock
    #[command(after_help = "Example:\n  studyhall admin moved-bookings --json")]
    MovedBookings {
        #[command(flatten)]
        output: Output,
    },
    /// Counts all unread messages again and corrects wrong counts; running nodes do so little by little
    #[command(after_help = "Example:\n  studyhall admin recount")]
    Recount {
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleArg {
    Member,
    Moderator,
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Member => Self::Member,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Admin => Self::Admin,
        }
    }
}

/// Runs a command.
///
/// # Errors
/// Those of the rule that it calls.
pub async fn run(config: Config, command: Admin) -> Result<(), Failure> {
    let app = node::open(config, Clock::system(), HashCost::default()).await?;
    let done = match command {
        Admin::User(command) => users::run(&app, command).await,
        Admin::Role { name, role, output } => set_role(&app, &name, role.into(), output).await,
        Admin::Lock { name, output } => users::lock(&app, &name, output).await,
        Admin::Unlock { name, output } => users::unlock(&app, &name, output).await,
        Admin::Export { name, file, output } => export::write_archive(&app, &name, &file, output).await,
        Admin::Audit(args) => audit::list(&app, args).await,
        Admin::Reports { output } => print_reports(&app, output).await,
        Admin::MovedBookings { output } => match bookings::moved_on_the_clock(&app).await {
            Ok(moved) => print_moved_bookings(&moved, output),
            Err(error) => Err(error.into()),
        },
        Admin::Recount { output } => match counts::correct_all(&app).await {
            Ok(corrected) => {
                let result = serde_json::json!({ "corrected": corrected });
                print(output.json, &result, || format!("{corrected} unread counts were corrected."))
            }
            Err(error) => Err(error.into()),
        },
    };
    app.close().await;
    done
}

async fn set_role(app: &App, name: &str, role: Role, output: Output) -> Result<(), Failure> {
    let account = staff::member(app, name).await?;
    staff::set_role(app, &account.username, role).await?;
    let changed = serde_json::json!({ "username": account.username, "role": role.as_str() });
    print(output.json, &changed, || format!("{:?} has the role {}.", account.username, role.as_str()))
}

fn print_moved_bookings(moved: &[Booking], output: Output) -> Result<(), Failure> {
    let fields = |booking: &Booking| (booking.id.to_global().to_string(), text_of(booking.starts_at));
    let result = moved.iter().map(|booking| {
        let (id, starts_at) = fields(booking);
        serde_json::json!({ "id": id, "startsAt": starts_at, "timeZone": booking.time_zone })
    });
    print(output.json, &result.collect::<Vec<_>>(), || {
        let count = counted(u64::try_from(moved.len()).unwrap_or(u64::MAX), "booking");
        let lines = moved.iter().map(|booking| {
            let (id, at) = fields(booking);
            format!("{id} starts at {at} and is at another time of the day in {}\n", booking.time_zone)
        });
        format!("{}{count} moved.", lines.collect::<String>())
    })
}

/// A report as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportOutput<'a> {
    reported_at: String,
    reporter: Option<&'a str>,
    kind: &'static str,
    subject_id: String,
    author: Option<&'a str>,
    reason: &'a str,
    text: Option<&'a str>,
    is_present: bool,
}

async fn print_reports(app: &App, output: Output) -> Result<(), Failure> {
    let reports = reports::rules::latest_reports(app).await?;
    if output.json {
        let reports: Vec<ReportOutput<'_>> = reports.iter().map(report_output).collect();
        return print(true, &reports, String::new);
    }
    if reports.is_empty() {
        println!("There are no reports.");
    }
    reports.iter().for_each(print_report);
    Ok(())
}

fn report_output(report: &ListedComplaint) -> ReportOutput<'_> {
    ReportOutput {
        reported_at: text_of(report.reported_at),
        reporter: report.reporter.as_deref(),
        kind: report.kind.as_str(),
        subject_id: report.subject_id.to_string(),
        author: report.author.as_deref(),
        reason: &report.reason,
        text: report.text.as_deref(),
        is_present: report.is_present,
    }
}

fn print_report(report: &ListedComplaint) {
    let ListedComplaint { reported_at, reporter, kind, reason, text, author, is_present, .. } = report;
    let (at, author) = (text_of(*reported_at), author.as_deref().unwrap_or("(deleted user)"));
    let reporter = reporter.as_deref().unwrap_or("(deleted user)");
    let (text, state) = (text.as_deref().unwrap_or("(no text)"), if *is_present { "" } else { " (deleted since)" });
    println!("{at} {reporter:?} reports a {kind:?} of {author:?}: {reason:?}\n    {text:?}{state}");
}

/// Returns an instant as the API writes it.
fn text_of(instant: Timestamp) -> String {
    write_date_time(instant)
}
