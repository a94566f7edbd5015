//! The commands of operators, run as the program itself.

mod admin;
mod audit;
mod backup;
mod check;
mod copy;
mod help;
mod import;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::{Child, Command};

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub output: String,
    pub errors: String,
}

impl Finished {
    /// Returns the result of a command with `--json`, which succeeded.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.errors);
        serde_json::from_str(&self.output).expect("the output is JSON")
    }

    /// Returns what a command printed that succeeded.
    pub fn text(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.errors);
        &self.output
    }

    /// Returns the one line with which a command failed with this code.
    pub fn failure(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{}{}", self.output, self.errors);
        let line = self.errors.lines().last().expect("a line");
        line.strip_prefix("studyhall: ").expect("the line of a failure")
    }
}

/// Starts the program.
pub fn spawn(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Child {
    Command::new(env!("CARGO_BIN_EXE_studyhall"))
        .args(arguments)
        .arg("--log=warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts")
}

/// Runs the program to its end.
pub async fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Finished {
    let output = spawn(arguments).wait_with_output().await.expect("the program ends");
    Finished {
        code: output.status.code(),
        output: String::from_utf8(output.stdout).expect("text"),
        errors: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Returns after how many milliseconds a command is killed, from its start to long after its end.
pub fn delays() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(20), |millis| Some(millis * 4 / 3))
}

/// Returns the flags for the data directory and the database.
pub fn place(dir: &Path, database: &str) -> [String; 2] {
    [format!("--data-dir={}", dir.display()), format!("--database-url={database}")]
}

/// Returns the arguments of a command with those flags.
pub fn command<'a>(words: impl IntoIterator<Item = &'a str>, dir: &Path, database: &str) -> Vec<String> {
    words.into_iter().map(str::to_owned).chain(place(dir, database)).collect()
}
