//! The commands of operators: backups, copies between databases, checks, accounts, imports.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`backup`] | `backup`, `backup verify` and `restore` |
//! | [`admin`] | `admin`: accounts, roles, reports |
//! | [`check`] | `check`: everything that a start needs, one line each |
//! | [`copy`] | `copy`: all rows from one database into another one |
//! | [`import`] | `import`: the data of other systems |

pub mod admin;
pub mod backup;
pub mod check;
pub mod copy;
pub mod import;
mod progress;

use std::fmt::Display;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

pub use progress::Progress;

/// How a command prints its result.
#[derive(Args, Clone, Copy, Debug)]
pub struct Output {
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

impl Output {
    #[must_use]
    pub fn is_json(self) -> bool {
        self.json
    }
}

/// Why a command failed: one line for the operator, and the exit code.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    code: u8,
}

impl Failure {
    /// The command ran, and what it looked at is not in order: exit code 1.
    pub fn negative(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// Names what the error is about.
    #[must_use]
    pub fn at(self, subject: impl Display) -> Self {
        Self { message: format!("{subject}: {}", self.message), ..self }
    }
}

/// The command could not run or complete: exit code 2.
impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self { message, code: 2 }
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

impl From<crate::db::Error> for Failure {
    fn from(error: crate::db::Error) -> Self {
        error.to_string().into()
    }
}

impl From<crate::error::Error> for Failure {
    fn from(error: crate::error::Error) -> Self {
        error.for_operator().into()
    }
}

/// Prints the result of a command on standard output: as one JSON document, or as text.
///
/// # Errors
/// When the result cannot be serialised.
pub fn print(is_json: bool, result: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
    let output = if is_json { serde_json::to_string(result).map_err(|error| error.to_string())? } else { text() };
    println!("{output}");
    Ok(())
}

/// Returns a count with its noun: `1 image`, `2,000 images`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", with_commas(count), if count == 1 { "" } else { "s" })
}

/// Returns a number with a comma before each three digits.
#[must_use]
pub fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_commas_and_a_plural() {
        assert_eq!(counted(0, "row"), "0 rows");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(999, "row"), "999 rows");
        assert_eq!(counted(1_000, "row"), "1,000 rows");
        assert_eq!(counted(12_345_678, "row"), "12,345,678 rows");
    }
}
