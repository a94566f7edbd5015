//! The map of the code holds: who may name whom, and how long a file may be. Each refusal says which rule it broke.

use std::fs;
use std::path::{Path, PathBuf};

/// The slices, in reading order: rules and stores know only earlier ones.
const SLICES: [&str; 10] =
    ["accounts", "images", "profiles", "posts", "conversations", "reports", "lobby", "topics", "bookings", "inbox"];

/// What every part may know.
const GROUND: [&str; 6] = ["clock", "config", "error", "ids", "page", "text"];

/// Parts that know no slice.
const PARTS: [&str; 8] = ["db", "keys", "live", "limiter", "mail", "media", "passwords", "search"];

/// What rules work with: the parts in one place, and what a transaction leads to. They know no slice either, so that no
/// import leads from a rule through them to another slice.
const CONTEXT: [&str; 2] = ["app", "effects"];

const LONGEST_FILE: usize = 600;

struct Source {
    /// As `accounts/sessions/rules.rs`.
    name: String,
    lines: Vec<String>,
}

fn sources(dir: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    let mut pending = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir).expect("the directory is there") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("the file is text");
                let name = path.strip_prefix(&root).expect("below the root").display().to_string();
                found.push(Source { name, lines: text.lines().map(str::to_owned).collect() });
            }
        }
    }
    found
}

impl Source {
    /// The first part of the name: the slice or part that the file belongs to.
    fn room(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_graphql(&self) -> bool {
        self.name.ends_with("graphql.rs")
    }

    /// The paths below `crate::` that the code names, as `accounts::sessions::rules`.
    fn names(&self) -> Vec<String> {
        let code = self.lines.iter().filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| {
            line.split("crate::").skip(1).map(|rest| {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
                rest[..end].trim_end_matches(':').to_owned()
            })
        })
        .collect()
    }
}

/// Returns why a file may not name a path; `None` where it may.
fn refusal(source: &Source, path: &str) -> Option<String> {
    let (room, target) = (source.room(), path.split("::").next().unwrap_or_default());
    let is_slice = |name: &str| SLICES.contains(&name);
    let place = |name: &str| SLICES.iter().position(|slice| *slice == name);
    let refuse = |why: &str| Some(format!("{}: crate::{path}: {why}", source.name));
    if room == target || target.starts_with(char::is_uppercase) {
        return None;
    }
    match room {
        _ if target == "demo" && room != "main" => refuse("nothing stands on the demo campus"),
        "demo" if ["graphql", "http", "schema"].contains(&target) => refuse("the demo campus goes through rules"),
        _ if GROUND.contains(&room) && !GROUND.contains(&target) => refuse("the ground knows nothing above it"),
        _ if PARTS.contains(&room)
            && (is_slice(target)
                || CONTEXT.contains(&target)
                || ["graphql", "http", "node", "schema"].contains(&target)) =>
        {
            refuse("parts know no slice and nothing above")
        }
        _ if CONTEXT.contains(&room)
            && (is_slice(target) || ["graphql", "http", "node", "schema"].contains(&target)) =>
        {
            refuse("the app and its effects know no slice: what slices keep is found by type, reactions are in `node`")
        }
        _ if target == "node" && !["main", "demo"].contains(&room) => {
            refuse("only what starts a node knows it: raise a domain event instead")
        }
        "graphql" if is_slice(target) && !["accounts::Viewer", "accounts", "accounts::AccountId"].contains(&path) => {
            refuse("the kit knows one slice type, the viewer")
        }
        "graphql" if ["http", "schema"].contains(&target) => refuse("the kit knows nothing above it"),
        _ if is_slice(room) && ["http", "schema"].contains(&target) => refuse("slices know nothing above them"),
        _ if is_slice(room) && !source.is_graphql() && target == "graphql" => {
            refuse("rules and stores know no GraphQL")
        }
        _ if is_slice(room) && !source.is_graphql() && is_slice(target) && place(target) > place(room) => {
            refuse("rules and stores know only slices earlier in the list")
        }
        "http" if is_slice(target) && !["accounts", "images", "bookings"].contains(&target) => {
            refuse("the edge knows who asks, the pictures and calendars it serves, and no other slice")
        }
        _ => None,
    }
}

#[test]
fn calls_go_downwards_only() {
    let sources = sources("src");
    assert!(sources.len() > 40, "only {} files were found", sources.len());
    let refusals: Vec<String> = sources
        .iter()
        .flat_map(|source| source.names().into_iter().filter_map(|path| refusal(source, &path)))
        .collect();
    assert!(refusals.is_empty(), "{}", refusals.join("\n"));
}

#[test]
fn only_the_database_module_runs_statements_and_only_the_settings_read_the_environment() {
    let forbidden = [
        ("sqlx::query", "db", "statements run through `db`"),
        ("sqlx::raw_sql", "db", "statements run through `db`"),
        ("env::var", "config", "settings are read in `config`"),
        ("async_nats", "live", "the bus is one part of `live`"),
    ];
    for source in sources("src") {
        for line in &source.lines {
            for (text, room, why) in forbidden {
                assert!(!line.contains(text) || source.room() == room, "{}: {text}: {why}", source.name);
            }
        }
    }
}

#[test]
fn no_file_has_grown_too_long_and_none_is_called_util() {
    for dir in ["src", "tests/it", "benches", "examples"] {
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join(dir).is_dir() {
            continue;
        }
        for source in sources(dir) {
            let count = source.lines.len();
            assert!(count <= LONGEST_FILE, "{dir}/{} has {count} lines; split it by subject", source.name);
            let is_vague = ["util", "common", "helper"].iter().any(|word| source.name.contains(word));
            assert!(!is_vague, "{dir}/{}: say what it is for", source.name);
        }
    }
}
