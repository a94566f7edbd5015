//! The errors of statements and transactions, as far as a rule must distinguish them.

use std::time::Duration;

use sqlx::error::BoxDynError;

use super::postgres::{record_connection_failure, report_unreachable};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is printed of it, also as `Debug`, contains no values of rows: PostgreSQL puts them into the details of its errors.
pub enum Error {
    /// A unique index, a foreign key or another constraint rejected the row.
    Constraint(sqlx::Error),
    /// The database cannot be reached, is busy beyond the time-out, full or read-only. Nothing was changed.
    Unavailable(sqlx::Error),
    /// A commit after a failed statement, or a statement after the end of the transaction. Nothing was changed.
    TransactionAborted,
    /// A pooler in front of PostgreSQL gives the transactions of one connection to different sessions of the server.
    TransactionPooling,
    /// The schema of the database is newer than this program.
    NewerSchema,
    /// The database has no tables of this program.
    NoSchema,
    /// Another command fills the database.
    Loading,
    /// Everything else: a bug of this program.
    Internal(sqlx::Error),
}

impl Error {
    pub(super) fn encoding(cause: BoxDynError) -> Self {
        Self::Internal(sqlx::Error::Encode(cause))
    }

    /// Returns the error for a value that a store cannot serialize.
    pub fn serialization(cause: serde_json::Error) -> Self {
        Self::encoding(Box::new(cause))
    }

    /// Returns the error of a caller that waited for the database in vain.
    #[must_use]
    pub fn timed_out() -> Self {
        Self::Unavailable(sqlx::Error::PoolTimedOut)
    }

    #[must_use]
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Constraint(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_) => {
                record_connection_failure();
                Self::Unavailable(error)
            }
            sqlx::Error::PoolTimedOut => {
                report_unreachable();
                Self::Unavailable(error)
            }
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(cause) => match (cause.kind(), cause.code().as_deref()) {
                (sqlx::error::ErrorKind::Other, Some(code)) if is_connection_failure(code) => {
                    record_connection_failure();
                    Self::Unavailable(error)
                }
                // A prepared statement that exists already, or does not exist.
                (sqlx::error::ErrorKind::Other, Some("42P05" | "26000")) => Self::TransactionPooling,
                (sqlx::error::ErrorKind::Other, Some(code)) if is_unavailable(code) => Self::Unavailable(error),
                // An exclusion constraint of PostgreSQL, and `raise(abort)` in a trigger of SQLite.
                (sqlx::error::ErrorKind::Other, Some("23P01" | "1811")) => Self::Constraint(error),
                (sqlx::error::ErrorKind::Other, _) => Self::Internal(error),
                _ => Self::Constraint(error),
            },
            _ => Self::Internal(error),
        }
    }
}

/// PostgreSQL: a session that is read-only or was ended, and a lost connection. Another connection can succeed.
fn is_connection_failure(code: &str) -> bool {
    code.len() == 5 && (["25006", "25P03"].contains(&code) || code.starts_with("57P") || code.starts_with("08"))
}

/// PostgreSQL: no free connection, time-outs (also of a lock), deadlock, disk full. SQLite (primary or extended codes):
/// busy, locked, read-only, interrupted (a statement that took too long), input/output error, full, cannot open.
fn is_unavailable(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() != 5 => matches!(sqlite & 0xff, 5 | 6 | 8..=10 | 13 | 14),
        _ => ["40P01", "40001", "55P03", "57014", "53100", "53300"].contains(&code),
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Constraint(_) => "Constraint",
            Self::Unavailable(_) => "Unavailable",
            Self::TransactionAborted => "TransactionAborted",
            Self::TransactionPooling => "TransactionPooling",
            Self::NewerSchema => "NewerSchema",
            Self::NoSchema => "NoSchema",
            Self::Loading => "Loading",
            Self::Internal(_) => "Internal",
        };
        write!(f, "{kind}({self})")
    }
}

/// PostgreSQL's class of errors about values, whose messages quote them: `invalid input syntax for type json: ".."`.
const DATA_EXCEPTIONS: &str = "22";

/// Writes an error of the driver without the values of the statement and its rows.
fn write_cause(f: &mut std::fmt::Formatter<'_>, cause: &sqlx::Error) -> std::fmt::Result {
    let sqlx::Error::Database(database) = cause else {
        return match cause {
            sqlx::Error::PoolTimedOut => f.write_str("database: no connection was free within 3 seconds"),
            _ => write!(f, "database: {cause}"),
        };
    };
    let code = database.code().unwrap_or_default();
    let is_quoted = code.len() == 5 && code.starts_with(DATA_EXCEPTIONS);
    let message = if is_quoted { "a value is not valid" } else { database.message() };
    write!(f, "database: {message} (code {code})")?;
    match database.table() {
        Some(table) => write!(f, " in table {table}"),
        None => Ok(()),
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Constraint(cause) | Self::Unavailable(cause) | Self::Internal(cause) => write_cause(f, cause),
            Self::NewerSchema => f.write_str(
                "the database was migrated by a newer version of studyhall; run that version or a later one",
            ),
            Self::NoSchema => f.write_str("the database contains no tables of studyhall"),
            Self::Loading => f.write_str("another command fills this database; wait for its end, or end it"),
            Self::TransactionPooling => f.write_str(
                "the pooler in front of PostgreSQL is in transaction mode; use session mode (`pool_mode = session`), \
                 or connect without a pooler",
            ),
            Self::TransactionAborted => f.write_str("database: the transaction has already ended or failed"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        match error {
            error @ Error::Unavailable(_) => {
                tracing::warn!(%error, "the database is not available");
                Self::Unavailable(Duration::from_secs(1))
            }
            other => Self::internal(other),
        }
    }
}
