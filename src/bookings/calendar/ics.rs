//! iCalendar (RFC 5545), as much of it as a booking needs.
//!
//! Times are in UTC, so no calendar has to know, or believe, what we think of a zone. The same rows make the same text.
//! Written here and not by a crate: those that write it draw ids and stamps of their own, which would make two events of
//! one and a new text each time.

use crate::clock::Timestamp;

/// Longer lines are folded (section 3.1).
const LONGEST_LINE: usize = 75;

/// What takes place.
#[derive(Clone, Debug)]
pub struct CalendarEvent {
    /// The same for as long as the booking exists, whoever reads it.
    pub uid: String,
    /// Grows whenever the booking is moved or cancelled.
    pub sequence: i64,
    pub changed_at: Timestamp,
    pub created_at: Timestamp,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub summary: String,
    pub description: Option<String>,
    pub location: Option<String>,
    /// Kept as cancelled: what merely vanished would stay in some calendars.
    pub is_cancelled: bool,
}

/// Writes a calendar of this name.
pub fn write(name: &str, events: &[CalendarEvent]) -> String {
    let mut lines = Lines::default();
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", "-//Studyhall//Bookings//EN");
    lines.add("CALSCALE", "GREGORIAN");
    lines.add("METHOD", "PUBLISH");
    lines.add("X-WR-CALNAME", &escaped(name));
    for event in events {
        lines.event(event);
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn event(&mut self, event: &CalendarEvent) {
        self.add("BEGIN", "VEVENT");
        self.add("UID", &escaped(&event.uid));
        self.add("SEQUENCE", &event.sequence.to_string());
        self.add("DTSTAMP", &instant(event.changed_at));
        self.add("CREATED", &instant(event.created_at));
        self.add("LAST-MODIFIED", &instant(event.changed_at));
        self.add("DTSTART", &instant(event.starts_at));
        self.add("DTEND", &instant(event.ends_at));
        self.add("SUMMARY", &escaped(&event.summary));
        if let Some(description) = &event.description {
            self.add("DESCRIPTION", &escaped(description));
        }
        if let Some(location) = &event.location {
            self.add("LOCATION", &escaped(location));
        }
        self.add("STATUS", if event.is_cancelled { "CANCELLED" } else { "CONFIRMED" });
        self.add("TRANSP", if event.is_cancelled { "TRANSPARENT" } else { "OPAQUE" });
        self.add("END", "VEVENT");
    }

    /// Adds a line, folded where it is long: counted in bytes, and never within a character.
    fn add(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if length + character.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Section 3.3.5, the form with UTC time.
fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.unix_seconds())
        .map_or_else(|_| "99991231T235959Z".to_owned(), |at| at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// Section 3.3.11. Control characters have no place in a text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_texts_are_escaped() {
        let mut lines = Lines::default();
        lines.add("SUMMARY", &escaped(&format!("a;b,c\\d\ne\r\u{7}{}", "é🙂".repeat(60))));
        assert!(lines.0.starts_with("SUMMARY:a\\;b\\,c\\\\d\\ne"));
        assert!(lines.0.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{}", lines.0);
        let unfolded = lines.0.replace("\r\n ", "");
        assert!(unfolded.trim_end().ends_with(&"é🙂".repeat(60)));
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        assert_eq!(instant(Timestamp(1_795_253_400_999_999)), "20261121T093000Z");
    }
}
