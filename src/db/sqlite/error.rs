//! SQLite's errors, as sqlx reports those of a driver.

use std::error::Error as StdError;
use std::fmt;

use rusqlite::ffi;
use sqlx::error::{DatabaseError, ErrorKind};

/// An error of a statement.
#[derive(Debug)]
pub(super) struct SqliteError {
    /// The extended result code.
    code: i32,
    message: String,
}

/// Returns the error as one of sqlx.
pub(in crate::db) fn failed(error: rusqlite::Error) -> sqlx::Error {
    let (code, message) = match &error {
        rusqlite::Error::SqliteFailure(cause, message) => (cause.extended_code, message.clone()),
        rusqlite::Error::SqlInputError { error: cause, msg, .. } => (cause.extended_code, Some(msg.clone())),
        _ => return sqlx::Error::Encode(error.into()),
    };
    let message = message.unwrap_or_else(|| ffi::code_to_str(code).to_owned());
    sqlx::Error::Database(Box::new(SqliteError { code, message }))
}

/// Returns true if the statement can succeed later: it was interrupted, or another process has the lock that it needs.
pub(super) fn is_interrupted_or_busy(error: &sqlx::Error) -> bool {
    let code = match error {
        sqlx::Error::Database(cause) => cause.try_downcast_ref::<SqliteError>().map_or(0, |cause| cause.code & 0xff),
        _ => return false,
    };
    matches!(code, ffi::SQLITE_INTERRUPT | ffi::SQLITE_BUSY)
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(code: {}) {}", self.code, self.message)
    }
}

impl StdError for SqliteError {}

impl DatabaseError for SqliteError {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        match self.code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                ErrorKind::UniqueViolation
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        }
    }
}
