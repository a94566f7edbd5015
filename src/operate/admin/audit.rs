//! `studyhall admin audit`.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{Output, text_of};
use crate::accounts::audit::{self, AuditEvent, AuditFilter, AuditRow, Origin};
use crate::accounts::{AccountId, staff};
use crate::app::App;
use crate::clock::Timestamp;
use crate::graphql::GlobalId;
use crate::graphql::scalars::read_date_time;
use crate::operate::{Failure, print};

/// Which events are printed.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// Only events of this account, and what it did to others: username or email address
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only events of this kind, such as `password_wrong`; several times for several
    #[arg(long = "kind", value_name = "KIND", value_parser = read_kind)]
    kinds: Vec<AuditEvent>,
    /// Only events since then: `30m`, `24h`, `7d`, or an instant like `2026-11-21T09:30:00Z`
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// The number of events, 1 to 1,000
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Continues a list: the events before this cursor, which the list before it has printed
    #[arg(long, value_name = "CURSOR")]
    before: Option<Cursor>,
    #[command(flatten)]
    output: Output,
}

fn read_kind(text: &str) -> Result<AuditEvent, String> {
    AuditEvent::ALL.iter().copied().find(|event| event.as_str() == text).ok_or_else(|| {
        let names: Vec<&str> = AuditEvent::ALL.iter().map(|event| event.as_str()).collect();
        format!("the kinds are {}", names.join(", "))
    })
}

#[derive(Clone, Copy, Debug)]
enum Since {
    At(Timestamp),
    Ago(Duration),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(instant) = read_date_time(text) {
            return Ok(Self::At(instant));
        }
        let seconds = |unit| match unit {
            'm' => Some(60),
            'h' => Some(60 * 60),
            'd' => Some(24 * 60 * 60),
            _ => None,
        };
        let ago = text.char_indices().next_back().and_then(|(position, unit)| {
            let number: u32 = text[..position].parse().ok()?;
            Some(Duration::from_secs(u64::from(number) * seconds(unit)?))
        });
        ago.map(Self::Ago).ok_or("write it like 30m, 24h, 7d or 2026-11-21T09:30:00Z")
    }
}

/// The position of an event in the list.
#[derive(Clone, Copy, Debug)]
struct Cursor(Timestamp, i64);

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
        parts.map(|(at, id)| Self(Timestamp(at), id)).ok_or("no list has printed this cursor")
    }
}

/// An event as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventOutput<'a> {
    happened_at: String,
    kind: &'static str,
    /// Null for names that no account has, and once the account is deleted.
    user_id: Option<String>,
    username: Option<&'a str>,
    /// The member who acted; null for commands and failures, and once the account is deleted.
    actor_id: Option<String>,
    actor_username: Option<&'a str>,
    origin: &'static str,
    address: Option<&'a str>,
    count: i64,
}

impl<'a> EventOutput<'a> {
    fn of(row: &'a AuditRow) -> Self {
        let id_of = |account: AccountId| account.to_global().to_string();
        Self {
            happened_at: text_of(row.happened_at),
            kind: row.kind.as_str(),
            user_id: row.account_id.map(id_of),
            username: row.account_name.as_deref(),
            actor_id: row.actor_id.map(id_of),
            actor_username: row.actor_name.as_deref(),
            origin: row.origin.as_str(),
            address: row.address.as_deref(),
            count: row.count,
        }
    }

    fn line(&self) -> String {
        let user = self.username.unwrap_or("-");
        let by = match self.actor_username {
            _ if self.origin == Origin::Command.as_str() => " by a command".to_owned(),
            Some(actor) if self.actor_id != self.user_id => format!(" by {actor}"),
            _ => String::new(),
        };
        let from = self.address.map_or_else(String::new, |address| format!(" from {address}"));
        let times = if self.count == 1 { String::new() } else { format!(", {} times within a minute", self.count) };
        format!("{}  {:<16}  {user}{by}{from}{times}", self.happened_at, self.kind)
    }
}

/// Prints a page of the audit log, the latest first.
pub(super) async fn list(app: &App, args: AuditArgs) -> Result<(), Failure> {
    let AuditArgs { user, kinds, since, limit, before, output } = args;
    let user = match user {
        Some(name) => Some(staff::member(app, &name).await?.id),
        None => None,
    };
    let since = since.map(|since| match since {
        Since::At(instant) => instant,
        Since::Ago(time) => app.clock.now().minus(time),
    });
    let before = before.map(|Cursor(at, id)| (at, id));
    // One more, to know whether there are more.
    let mut rows = audit::page(app, &AuditFilter { user, kinds, since }, before, limit + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    if has_more {
        rows.pop();
    }
    let next = rows.last().filter(|_| has_more).map(|last| format!("{}.{}", last.happened_at.0, last.id));
    let events: Vec<EventOutput<'_>> = rows.iter().map(EventOutput::of).collect();
    let result = serde_json::json!({ "events": events, "next": next });
    print(output.json, &result, || {
        let mut lines: Vec<String> = events.iter().map(EventOutput::line).collect();
        if lines.is_empty() {
            lines.push("There are no such events.".to_owned());
        }
        lines.extend(next.iter().map(|cursor| format!("Earlier events: --before {cursor}")));
        lines.join("\n")
    })
}
