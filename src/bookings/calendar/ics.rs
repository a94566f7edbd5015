//! Writes iCalendar (RFC 5545), the part of it that bookings need.
//!
//! Times are in UTC, so that calendar programs do not depend on our definitions of time zones. The same bookings always
//! result in the same text. The crates for iCalendar generate ids and timestamps of their own: every read would return
//! a new text, and one booking would become several events.

use crate::clock::Timestamp;

/// How often calendar programs should read a feed.
const REFRESH_INTERVAL: &str = "PT15M";

/// Longer lines are folded (section 3.1).
const MAX_LINE_BYTES: usize = 75;

/// A booking as a calendar event.
#[derive(Clone, Debug)]
pub struct CalendarEvent {
    /// Constant for a booking, and the same for mentor and student.
    pub uid: String,
    /// Grows whenever the event changes.
    pub sequence: i64,
    pub changed_at: Timestamp,
    pub created_at: Timestamp,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub summary: String,
    pub description: Option<String>,
    pub location: Option<String>,
    /// The web page of the booking.
    pub url: String,
    pub meeting_url: Option<String>,
    pub status: EventStatus,
}

/// Whether an event takes place (section 3.8.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventStatus {
    /// A request.
    Tentative,
    Confirmed,
    /// Cancelled events stay in the calendar: some programs would keep an event that just disappeared.
    Cancelled,
}

impl EventStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tentative => "TENTATIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Returns a calendar with this name.
pub fn write_calendar(name: &str, events: &[CalendarEvent]) -> String {
    let mut writer = LineWriter::default();
    writer.add("BEGIN", "VCALENDAR");
    writer.add("VERSION", "2.0");
    writer.add("PRODID", "-//Studyhall//Bookings//EN");
    writer.add("CALSCALE", "GREGORIAN");
    writer.add("METHOD", "PUBLISH");
    writer.add("X-WR-CALNAME", &escape(name));
    // RFC 7986, section 5.7, and what older programs read.
    writer.add("REFRESH-INTERVAL;VALUE=DURATION", REFRESH_INTERVAL);
    writer.add("X-PUBLISHED-TTL", REFRESH_INTERVAL);
    for event in events {
        writer.add_event(event);
    }
    writer.add("END", "VCALENDAR");
    writer.0
}

#[derive(Default)]
struct LineWriter(String);

impl LineWriter {
    fn add_event(&mut self, event: &CalendarEvent) {
        self.add("BEGIN", "VEVENT");
        self.add("UID", &escape(&event.uid));
        self.add("SEQUENCE", &event.sequence.to_string());
        self.add("DTSTAMP", &format_utc(event.changed_at));
        self.add("CREATED", &format_utc(event.created_at));
        self.add("LAST-MODIFIED", &format_utc(event.changed_at));
        self.add("DTSTART", &format_utc(event.starts_at));
        self.add("DTEND", &format_utc(event.ends_at));
        self.add("SUMMARY", &escape(&event.summary));
        if let Some(description) = &event.description {
            self.add("DESCRIPTION", &escape(description));
        }
        if let Some(location) = &event.location {
            self.add("LOCATION", &escape(location));
        }
        self.add("URL", &event.url);
        if let Some(url) = &event.meeting_url {
            // RFC 7986, section 5.11.
            self.add("CONFERENCE;VALUE=URI;FEATURE=VIDEO", url);
        }
        self.add("STATUS", event.status.name());
        self.add("TRANSP", if event.status == EventStatus::Cancelled { "TRANSPARENT" } else { "OPAQUE" });
        self.add("END", "VEVENT");
    }

    /// Adds a line and folds it if it is long. Lengths are in bytes; characters are never split.
    fn add(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if length + character.len_utf8() > MAX_LINE_BYTES {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(character);
            length += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Formats an instant in UTC (section 3.3.5).
fn format_utc(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.unix_seconds())
        .map_or_else(|_| "99991231T235959Z".to_owned(), |at| at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// Escapes a text (section 3.3.11). Drops control characters, which are not allowed in it.
fn escape(text: &str) -> String {
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
        let mut writer = LineWriter::default();
        writer.add("SUMMARY", &escape(&format!("a;b,c\\d\ne\r\u{7}{}", "é🙂".repeat(60))));
        assert!(writer.0.starts_with("SUMMARY:a\\;b\\,c\\\\d\\ne"));
        assert!(writer.0.split("\r\n").all(|line| line.len() <= MAX_LINE_BYTES), "{}", writer.0);
        let unfolded = writer.0.replace("\r\n ", "");
        assert!(unfolded.trim_end().ends_with(&"é🙂".repeat(60)));
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        assert_eq!(format_utc(Timestamp(1_795_253_400_999_999)), "20261121T093000Z");
    }
}
