//! The structure of the code: which module may use which, and the maximum length of a file. Each failure names the
//! rule.

use std::fs;
use std::path::{Path, PathBuf};

/// The slices, in reading order: rules and stores use only earlier ones.
const SLICES: [&str; 16] = [
    "notifications",
    "accounts",
    "images",
    "files",
    "profiles",
    "posts",
    "conversations",
    "reactions",
    "reports",
    "lobby",
    "topics",
    "bookings",
    "delivery",
    "inbox",
    "exports",
    "moderation",
];

/// Modules that every other module may use.
const FOUNDATION: [&str; 10] =
    ["clock", "config", "error", "figures", "ids", "locale", "page", "sentences", "text", "time_zones"];

/// Services, which use no slice.
const SERVICES: [&str; 10] =
    ["cache", "db", "keys", "live", "limiter", "mail", "media", "network", "passwords", "search"];

/// The context of rules: all services in one place, and the effects of a transaction. They use no slice either, so that
/// a rule cannot reach another slice through them.
const CONTEXT: [&str; 2] = ["app", "effects"];

const MAX_FILE_LINES: usize = 600;

struct SourceFile {
    /// Such as `accounts/sessions/rules.rs`.
    name: String,
    lines: Vec<String>,
}

fn source_files(dir: &str) -> Vec<SourceFile> {
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
                found.push(SourceFile { name, lines: text.lines().map(str::to_owned).collect() });
            }
        }
    }
    found
}

impl SourceFile {
    /// Returns the first component of the name, which is the top-level module of the file.
    fn module(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_graphql(&self) -> bool {
        self.name.ends_with("graphql.rs")
    }

    /// Returns the paths after `crate::` in the code, such as `accounts::sessions::rules`.
    fn used_paths(&self) -> Vec<String> {
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

/// Returns why the file must not use the path; `None` if it may.
fn violation(file: &SourceFile, path: &str) -> Option<String> {
    let (module, target) = (file.module(), path.split("::").next().unwrap_or_default());
    let is_slice = |name: &str| SLICES.contains(&name);
    let position = |name: &str| SLICES.iter().position(|slice| *slice == name);
    let violates = |rule: &str| Some(format!("{}: crate::{path}: {rule}", file.name));
    if module == target || target.starts_with(char::is_uppercase) {
        return None;
    }
    match module {
        _ if target == "demo" && module != "main" => violates("only `main` uses the demo campus"),
        "demo" if ["graphql", "http", "schema"].contains(&target) => violates("the demo campus uses rules"),
        _ if FOUNDATION.contains(&module) && !FOUNDATION.contains(&target) => {
            violates("the foundation uses no other module")
        }
        _ if SERVICES.contains(&module)
            && (is_slice(target)
                || CONTEXT.contains(&target)
                || ["graphql", "http", "node", "schema"].contains(&target)) =>
        {
            violates("services use no slice and nothing above the slices")
        }
        _ if CONTEXT.contains(&module)
            && (is_slice(target) || ["graphql", "http", "node", "schema"].contains(&target)) =>
        {
            violates("the app and its effects use no slice: state is found by type, reactions are in `node`")
        }
        _ if target == "operate" && module != "main" => violates("only `main` runs the commands of operators"),
        _ if target == "node" && !["main", "demo", "operate"].contains(&module) => {
            violates("only `main`, the commands and the demo campus use `node`: raise a domain event instead")
        }
        "graphql" if is_slice(target) && !["accounts::Viewer", "accounts", "accounts::AccountId"].contains(&path) => {
            violates("the only slice types of the kit are the viewer and the account id")
        }
        "graphql" if ["http", "schema"].contains(&target) => violates("the kit uses nothing above it"),
        _ if is_slice(module) && ["http", "schema"].contains(&target) => violates("slices use nothing above them"),
        _ if is_slice(module) && !file.is_graphql() && target == "graphql" => {
            violates("rules and stores use no GraphQL")
        }
        _ if is_slice(module) && !file.is_graphql() && is_slice(target) && position(target) > position(module) => {
            violates("rules and stores use only slices earlier in the list")
        }
        "http"
            if is_slice(target)
                && !["accounts", "images", "files", "exports", "bookings", "delivery"].contains(&target) =>
        {
            violates(
                "the edge uses the viewer, and the images, files, exports, calendars and links of mails that it serves, but no other slice",
            )
        }
        _ => None,
    }
}

#[test]
fn modules_use_only_the_layers_below_them() {
    let files = source_files("src");
    assert!(files.len() > 40, "only {} files were found", files.len());
    let violations: Vec<String> =
        files.iter().flat_map(|file| file.used_paths().into_iter().filter_map(|path| violation(file, &path))).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn only_the_database_module_runs_statements_and_only_the_settings_read_the_environment() {
    let forbidden = [
        ("sqlx::query", "db", "statements run through `db`"),
        ("sqlx::raw_sql", "db", "statements run through `db`"),
        ("rusqlite::", "db", "statements run through `db`"),
        ("env::var", "config", "settings are read in `config`"),
        ("async_nats", "live", "the bus belongs to `live`"),
    ];
    for file in source_files("src") {
        for line in &file.lines {
            for (text, module, rule) in forbidden {
                assert!(!line.contains(text) || file.module() == module, "{}: {text}: {rule}", file.name);
            }
        }
    }
}

#[test]
fn files_have_at_most_600_lines_and_a_specific_name() {
    for dir in ["src", "tests/it", "benches", "examples"] {
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join(dir).is_dir() {
            continue;
        }
        for file in source_files(dir) {
            let count = file.lines.len();
            assert!(count <= MAX_FILE_LINES, "{dir}/{} has {count} lines; split it by subject", file.name);
            let is_vague = ["util", "common", "helper"].iter().any(|word| file.name.contains(word));
            assert!(!is_vague, "{dir}/{}: name the file after its subject", file.name);
        }
    }
}

#[test]
fn letters_to_accounts_have_one_door() {
    for file in source_files("src").iter().filter(|file| file.module() != "mail" && file.name != "accounts/mailing.rs")
    {
        let rule = "letters are counted for their address, and unconfirmed addresses get few: send them by `accounts::mailing`";
        let has_call = file.lines.iter().any(|line| line.contains("mail::enqueue"));
        assert!(!has_call, "{}: mail::enqueue: {rule}", file.name);
    }
}
