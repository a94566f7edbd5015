//! Rows as lines of text, the same for both engines.
//!
//! A line is what PostgreSQL's `copy .. to stdout` writes: values separated by tabs, `\N` for null, control characters and
//! backslashes escaped. Booleans are the integers 0 and 1, and bytes are hexadecimal, as SQLite and PostgreSQL can both
//! produce them.

use serde::{Deserialize, Serialize};

use crate::db::sqlite::Value;

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of the primary key, the order of the rows.
    pub key: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ColumnKind {
    Integer,
    /// On PostgreSQL; SQLite has an integer instead.
    Boolean,
    Text,
    Blob,
}

impl TableShape {
    /// Returns the position of a column.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|other| other.name == column)
    }

    /// Returns this shape with its columns in the order of another one; `None` if the columns differ.
    #[must_use]
    pub fn ordered_like(&self, other: &Self) -> Option<Self> {
        let columns = other.columns.iter().map(|column| self.columns.get(self.position(&column.name)?).cloned());
        let columns = columns.collect::<Option<Vec<_>>>()?;
        (columns.len() == self.columns.len()).then(|| Self { columns, ..self.clone() })
    }

    /// Returns true if all names are those of tables and columns: statements contain them.
    #[must_use]
    pub fn has_plain_names(&self) -> bool {
        let is_plain = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        is_plain(&self.name)
            && !self.columns.is_empty()
            && self.columns.iter().map(|column| &column.name).chain(&self.key).all(|name| is_plain(name))
    }

    /// Returns the names of the columns for a statement. They are quoted, because some are words of SQL.
    pub(super) fn column_list(&self) -> String {
        list(self.columns.iter().map(|column| column.name.as_str()))
    }

    /// Returns the columns of the primary key for `order by`.
    pub(super) fn order(&self) -> String {
        list(self.key.iter().map(String::as_str))
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Complete lines, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub lines: Vec<u8>,
    pub rows: u64,
}

impl Batch {
    /// Removes the first `count` lines.
    pub fn skip(&mut self, count: u64) {
        let mut rest = count;
        let end = self.lines.iter().position(|byte| {
            rest -= u64::from(rest > 0 && *byte == b'\n');
            rest == 0
        });
        if count > 0 {
            self.lines.drain(..end.map_or(self.lines.len(), |end| end + 1));
            self.rows = self.rows.saturating_sub(count);
        }
    }

    /// Returns the lines, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
    }
}

/// Appends a value to a line.
pub(in crate::db) fn write_value(line: &mut Vec<u8>, value: rusqlite::types::ValueRef<'_>) -> Result<(), String> {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => line.extend_from_slice(b"\\N"),
        ValueRef::Integer(value) => line.extend_from_slice(value.to_string().as_bytes()),
        ValueRef::Text(text) => {
            for byte in text {
                match byte {
                    b'\\' => line.extend_from_slice(b"\\\\"),
                    b'\x08' => line.extend_from_slice(b"\\b"),
                    b'\x0b' => line.extend_from_slice(b"\\v"),
                    b'\x0c' => line.extend_from_slice(b"\\f"),
                    b'\n' => line.extend_from_slice(b"\\n"),
                    b'\r' => line.extend_from_slice(b"\\r"),
                    b'\t' => line.extend_from_slice(b"\\t"),
                    other => line.push(*other),
                }
            }
        }
        ValueRef::Blob(bytes) => {
            line.extend_from_slice(b"\\\\x");
            line.extend_from_slice(hex(bytes).as_bytes());
        }
        ValueRef::Real(_) => return Err("a column contains a fraction, which no column has".to_owned()),
    }
    Ok(())
}

/// Returns the bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Returns the bytes of hexadecimal digits; `None` if the text is something else.
#[must_use]
pub fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Returns the values of a line.
///
/// # Errors
/// When the line does not match the columns.
pub(in crate::db) fn read_values(line: &[u8], columns: &[Column]) -> Result<Vec<Value>, String> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    if fields.len() != columns.len() {
        return Err(format!("a row has {} values for {} columns", fields.len(), columns.len()));
    }
    fields.into_iter().zip(columns).map(|(field, column)| read_value(field, column)).collect()
}

/// Returns a text of a line; `None` if it is null.
#[must_use]
pub fn read_text(line: &[u8], position: usize) -> Option<String> {
    let field = line.split(|byte| *byte == b'\t').nth(position)?;
    if field == b"\\N" { None } else { String::from_utf8(unescape(field)).ok() }
}

fn read_value(field: &[u8], column: &Column) -> Result<Value, String> {
    if field == b"\\N" {
        return Ok(Value::Null);
    }
    let invalid = || format!("a value of the column {} is not valid", column.name);
    let bytes = unescape(field);
    match column.kind {
        ColumnKind::Integer | ColumnKind::Boolean => {
            let number = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
            number.map(Value::Integer).ok_or_else(invalid)
        }
        ColumnKind::Text => String::from_utf8(bytes).map(Value::Text).map_err(|_| invalid()),
        ColumnKind::Blob => bytes.strip_prefix(b"\\x").and_then(from_hex).map(Value::Blob).ok_or_else(invalid),
    }
}

/// Replaces the escapes of a field.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(field.len());
    let mut bytes = field.iter();
    while let Some(byte) = bytes.next() {
        text.push(match (byte, (*byte == b'\\').then(|| bytes.next()).flatten()) {
            (_, Some(b'b')) => b'\x08',
            (_, Some(b'v')) => b'\x0b',
            (_, Some(b'f')) => b'\x0c',
            (_, Some(b'n')) => b'\n',
            (_, Some(b'r')) => b'\r',
            (_, Some(b't')) => b'\t',
            (_, Some(other)) => *other,
            (byte, None) => *byte,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use rusqlite::types::ValueRef;

    use super::*;

    fn column(kind: ColumnKind) -> Column {
        Column { name: "value".to_owned(), kind }
    }

    #[test]
    fn a_value_is_read_as_it_was_written() {
        for text in ["", "\\N", "a\tb\nc\rd\\e", "\u{8}\u{b}\u{c}", "\\.", "é 漢字 🎓"] {
            let mut line = Vec::new();
            write_value(&mut line, ValueRef::Text(text.as_bytes())).expect("it is written");
            assert!(!line.contains(&b'\n') && !line.contains(&b'\t'));
            let Value::Text(read) = read_value(&line, &column(ColumnKind::Text)).expect("it is read") else {
                panic!("no text")
            };
            assert_eq!(read, text);
            assert_eq!(read_text(&line, 0).as_deref(), Some(text));
        }
        let mut line = Vec::new();
        write_value(&mut line, ValueRef::Blob(&[0, 0xff, 0x1a])).expect("it is written");
        assert_eq!(line, b"\\\\x00ff1a");
        assert!(
            matches!(read_value(&line, &column(ColumnKind::Blob)), Ok(Value::Blob(bytes)) if bytes == [0, 0xff, 0x1a])
        );
        assert!(matches!(read_value(b"\\N", &column(ColumnKind::Text)), Ok(Value::Null)));
        assert!(matches!(read_value(b"-7", &column(ColumnKind::Integer)), Ok(Value::Integer(-7))));
        assert!(read_value(b"seven", &column(ColumnKind::Integer)).is_err());
        assert!(read_values(b"1\t2", &[column(ColumnKind::Integer)]).is_err());
    }

    #[test]
    fn the_first_lines_of_a_batch_are_skipped() {
        let batch = || Batch { lines: b"a\nb\nc\n".to_vec(), rows: 3 };
        for (count, rest) in [(0, "a\nb\nc\n"), (1, "b\nc\n"), (3, ""), (5, "")] {
            let mut batch = batch();
            batch.skip(count);
            assert_eq!(String::from_utf8_lossy(&batch.lines), rest);
            assert_eq!(batch.rows, 3_u64.saturating_sub(count));
        }
    }
}
