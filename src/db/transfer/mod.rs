//! Whole tables as text, read from one database and loaded into another one: backups, and copies between the engines.
//!
//! [`Snapshot`] reads all tables as they are at one moment, [`Loader`] inserts their rows, and [`TABLES`] is the one list of
//! tables. The rows are the same text on both engines (`rows`), so what was read from one can be loaded into
//! the other.

mod foreign;
mod loader;
mod personal;
mod rows;
mod section;
mod snapshot;
mod tables;

pub use foreign::{ForeignTable, ForeignValue, read_sqlite};
pub use loader::Loader;
pub use personal::{LEFT_OUT, SECTIONS};
pub use rows::{Batch, Column, ColumnKind, TableShape, from_hex, hex, read_text};
pub(super) use rows::{read_values, write_value};
pub use section::{DataKind, Form, Section};
pub use snapshot::Snapshot;
pub use tables::{NOT_EXPORTED, TABLES, Table, table_names};

/// A batch ends with the row that reaches this size.
pub(super) const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// The page cache of SQLite while it reads or loads tables.
const CACHE_MIB: u32 = 64;
