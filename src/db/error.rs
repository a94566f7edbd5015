//! What can go wrong with a statement, as far as a rule has to tell it apart.

use std::time::Duration;

use sqlx::error::BoxDynError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    /// A unique index, foreign key or other constraint refused the row.
    Constraint(sqlx::Error),
    /// The database is gone, busy beyond the wait, full or read-only. Nothing was changed.
    Unavailable(sqlx::Error),
    /// A commit after a failed statement, or a statement after the end of its turn. Nothing was changed.
    Abandoned,
    /// The database was made by a newer version of this program.
    Newer,
    /// Everything else: a fault of ours.
    Broken(sqlx::Error),
}

impl Error {
    pub(super) fn encoding(cause: BoxDynError) -> Self {
        Self::Broken(sqlx::Error::Encode(cause))
    }

    /// Something that a store writes cannot be written down.
    pub fn unreadable(cause: serde_json::Error) -> Self {
        Self::encoding(Box::new(cause))
    }

    #[must_use]
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Constraint(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(cause) => match (cause.kind(), cause.code().as_deref()) {
                (sqlx::error::ErrorKind::Other, Some(code)) if is_unavailable(code) => Self::Unavailable(error),
                (sqlx::error::ErrorKind::Other, Some("23P01" | "1811")) => Self::Constraint(error),
                (sqlx::error::ErrorKind::Other, _) => Self::Broken(error),
                _ => Self::Constraint(error),
            },
            _ => Self::Broken(error),
        }
    }
}

/// PostgreSQL: read-only, shutting down, starting up, no connection left, time-outs, also for a lock, deadlock, disk full.
/// SQLite (primary or extended codes): busy, locked, read-only, input/output error, full, cannot open.
fn is_unavailable(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() != 5 => matches!(sqlite & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => {
            ["25006", "40P01", "40001", "55P03", "57014", "53100", "53300", "25P03"].contains(&code)
                || code.starts_with("57P")
                || code.starts_with("08")
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Constraint(cause) | Self::Unavailable(cause) | Self::Broken(cause) => write!(f, "database: {cause}"),
            Self::Newer => f.write_str("the database was made by a newer version of studyhall"),
            Self::Abandoned => f.write_str("database: a turn that is over"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is not available");
                Self::Unavailable(Duration::from_secs(1))
            }
            other => Self::internal(other),
        }
    }
}
