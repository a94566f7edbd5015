//! The tables of an old system, whatever file they come from.

use std::fs;
use std::path::Path;

use jiff::civil;
use jiff::tz::TimeZone;

use super::dump;
use crate::clock::Timestamp;
use crate::db::transfer::{ForeignTable, ForeignValue, read_sqlite};
use crate::operate::Failure;

/// A larger file is refused: it is read into memory.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The tables of a file.
#[derive(Debug)]
pub(super) struct Source(Vec<ForeignTable>);

/// A row of an old system. Columns are found by any of their names.
#[derive(Clone, Copy, Debug)]
pub(super) struct OldRow<'a> {
    table: &'a ForeignTable,
    values: &'a [ForeignValue],
}

impl Source {
    /// Reads a SQLite file, an SQL dump or a CSV file, which its contents tell apart.
    ///
    /// # Errors
    /// When it cannot be read, or is something else.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let cannot = |cause: std::io::Error| Failure::from(format!("{} cannot be read: {cause}", path.display()));
        let size = fs::metadata(path).map_err(cannot)?.len();
        if size > MAX_FILE_BYTES {
            return Err(format!("{} is larger than 4 GiB", path.display()).into());
        }
        let contents = fs::read(path).map_err(cannot)?;
        if contents.starts_with(b"SQLite format 3\0") {
            return Ok(Self(read_sqlite(path).map_err(|error| Failure::from(error).at(path.display()))?));
        }
        if contents.starts_with(b"PGDMP") {
            let reason = "is a dump in the custom format of pg_dump; make a plain one, with `pg_restore --file`";
            return Err(format!("{} {reason}", path.display()).into());
        }
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            let text = String::from_utf8(contents).map_err(|_| format!("{} is not UTF-8", path.display()))?;
            return Ok(Self(vec![read_csv(&text).map_err(|reason| format!("{}: {reason}", path.display()))?]));
        }
        let tables = dump::read(&contents).map_err(|reason| format!("{}: {reason}", path.display()))?;
        if tables.is_empty() {
            return Err(format!("{} is neither a SQLite file nor an SQL dump nor a CSV file", path.display()).into());
        }
        Ok(Self(tables))
    }

    /// Returns true if there is a table with one of these names and all of these columns, each given by its names.
    pub(super) fn has(&self, names: &[&str], columns: &[&[&str]]) -> bool {
        self.table(names).is_some_and(|table| columns.iter().all(|names| position(table, names).is_some()))
    }

    /// Returns how many rows there are.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|table| u64::try_from(table.rows.len()).unwrap_or(u64::MAX)).sum()
    }

    /// Returns the rows of the table with one of these names.
    pub(super) fn rows(&self, names: &[&str]) -> Vec<OldRow<'_>> {
        let Some(table) = self.table(names) else { return Vec::new() };
        table.rows.iter().map(|values| OldRow { table, values }).collect()
    }

    fn table(&self, names: &[&str]) -> Option<&ForeignTable> {
        names.iter().find_map(|name| self.0.iter().find(|table| table.name.eq_ignore_ascii_case(name)))
    }
}

fn position(table: &ForeignTable, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| table.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
}

impl<'a> OldRow<'a> {
    /// Returns the trimmed text of a column; `None` if it is null or blank.
    pub(super) fn text(&self, names: &[&str]) -> Option<&'a str> {
        match self.value(names)? {
            ForeignValue::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            ForeignValue::Bytes(bytes) => {
                std::str::from_utf8(bytes).ok().map(str::trim).filter(|text| !text.is_empty())
            }
            ForeignValue::Null => None,
        }
    }

    pub(super) fn owned(&self, names: &[&str]) -> Option<String> {
        self.text(names).map(str::to_owned)
    }

    pub(super) fn bytes(&self, names: &[&str]) -> Option<&'a [u8]> {
        match self.value(names)? {
            ForeignValue::Bytes(bytes) if !bytes.is_empty() => Some(bytes),
            _ => None,
        }
    }

    /// Returns the key of the row: its column `id`, or one of the others.
    pub(super) fn key(&self, names: &[&str]) -> String {
        self.text(&["id"]).or_else(|| self.text(names)).unwrap_or("?").to_owned()
    }

    fn value(&self, names: &[&str]) -> Option<&'a ForeignValue> {
        self.values.get(position(self.table, names)?)
    }
}

/// Reads an instant: RFC 3339, `2024-03-01 12:30:00.5+00`, a local time of `zone`, or seconds since 1970.
pub(super) fn read_instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let micros = |instant: jiff::Timestamp| Timestamp(instant.as_microsecond());
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(micros(instant));
    }
    // PostgreSQL writes the offset as `+00`.
    let padded = format!("{text}:00");
    if let Ok(instant) = padded.parse::<jiff::Timestamp>() {
        return Some(micros(instant));
    }
    if let Ok(local) = text.parse::<civil::DateTime>() {
        return local.to_zoned_datetime(zone.clone()).ok().map(|zoned| micros(zoned.timestamp()));
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)?;
    let seconds = if number > 1e11 { number / 1e3 } else { number };
    jiff::Timestamp::from_duration(jiff::SignedDuration::try_from_secs_f64(seconds).ok()?).ok().map(micros)
}

/// Reads a day: `2024-03-01`, or the beginning of an instant.
pub(super) fn read_date(text: &str) -> Option<civil::Date> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.get(..10)?.parse().ok())
}

/// Reads a time of day in minutes since midnight: `9:00 AM`, `09:00 PM`, `14:30`.
pub(super) fn read_minutes(text: &str) -> Option<u16> {
    let text = text.trim().to_ascii_uppercase();
    let (time, half) = match (text.strip_suffix("AM"), text.strip_suffix("PM")) {
        (Some(time), _) => (time.trim_end(), Some(0)),
        (_, Some(time)) => (time.trim_end(), Some(12)),
        _ => (text.as_str(), None),
    };
    let mut parts = time.split(':');
    let hours: u16 = parts.next()?.trim().parse().ok()?;
    let minutes: u16 = parts.next().unwrap_or("0").trim().parse().ok()?;
    let hours = match half {
        Some(half) if (1..=12).contains(&hours) => hours % 12 + half,
        None if hours <= 24 => hours,
        _ => return None,
    };
    (minutes < 60 && hours * 60 + minutes <= 1_440).then_some(hours * 60 + minutes)
}

/// Reads a CSV file (RFC 4180) with a line of names, separated by commas or semicolons.
fn read_csv(text: &str) -> Result<ForeignTable, String> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = if head.matches(';').count() > head.matches(',').count() { ';' } else { ',' };
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if is_quoted || field.is_empty() => is_quoted = !is_quoted,
            '\r' if !is_quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            character if character == separator && !is_quoted => row.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    if is_quoted {
        return Err("a quotation mark is not closed".to_owned());
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    let mut rows = rows.into_iter().filter(|row| row.iter().any(|field| !field.trim().is_empty()));
    let columns: Vec<String> = rows.next().unwrap_or_default().iter().map(|name| name.trim().to_lowercase()).collect();
    let values = |row: Vec<String>| {
        let mut values: Vec<ForeignValue> = row.into_iter().map(ForeignValue::Text).collect();
        values.resize(columns.len(), ForeignValue::Null);
        values
    };
    Ok(ForeignTable { name: "people".to_owned(), rows: rows.map(values).collect(), columns: columns.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read_in_every_form() {
        for (text, minutes) in
            [("9:00 AM", 540), ("09:00 AM", 540), ("12:00 AM", 0), ("12:30 pm", 750), ("9:15PM", 1_275), ("14:30", 870)]
        {
            assert_eq!(read_minutes(text), Some(minutes), "{text}");
        }
        for text in ["25:00", "13:00 PM", "0:00 AM", "9:60", "noon", ""] {
            assert_eq!(read_minutes(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_read_in_every_form() {
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        for text in
            ["2024-03-01T11:30:00Z", "2024-03-01 11:30:00+00", "2024-03-01 12:30:00", "1709292600", "1709292600000"]
        {
            assert_eq!(read_instant(text, &zone), Some(Timestamp(1_709_292_600_000_000)), "{text}");
        }
        assert_eq!(read_instant("yesterday", &zone), None);
    }

    #[test]
    fn a_csv_file_has_quoted_fields() {
        let table = read_csv("\u{feff}Email;Name\r\na@b.example;\"Ada; \"\"L\"\"\nx\"\r\n\r\nc@d.example\n")
            .expect("it is read");
        assert_eq!(table.columns, ["email", "name"]);
        assert_eq!(table.rows[0][1], ForeignValue::Text("Ada; \"L\"\nx".to_owned()));
        assert_eq!(table.rows[1], [ForeignValue::Text("c@d.example".to_owned()), ForeignValue::Null]);
        assert!(read_csv("a,\"b").is_err());
    }
}
