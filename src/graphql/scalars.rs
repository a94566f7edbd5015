//! Custom scalars. Each has one exact form, which is validated before execution, so an invalid value rejects the whole
//! operation. Its description states form and limits: messages about other values quote it.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use url::Url;

use crate::clock::Timestamp;
pub use crate::clock::write_date_time;
use crate::locale::Locale;
use crate::time_zones;

/// An instant, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

impl From<Timestamp> for DateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }
}

/// An instant in RFC 3339 format with seconds and an offset, `Z` or at most 23:59, like `2026-11-21T09:30:00Z` or
/// `2026-11-21T10:30:00.000+01:00`. Responses always use `Z` and milliseconds.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => read_date_time(text).map(Self).ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if read_date_time(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(write_date_time(self.0))
    }
}

/// Parses strict RFC 3339: `T` as the separator, with seconds and an offset, without leap seconds.
pub fn read_date_time(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let has_shape = bytes.len() >= 20
        && bytes.len() <= 35
        && b"dddd-dd-ddTdd:dd:dd".iter().zip(bytes).all(|(shape, byte)| match shape {
            b'd' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b't'),
            other => other == byte,
        });
    if !has_shape || &bytes[17..19] == b"60" {
        return None;
    }
    let rest = &text.get(19..)?;
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let end = fraction.find(|letter: char| !letter.is_ascii_digit())?;
            if !(1..=9).contains(&end) {
                return None;
            }
            &fraction[end..]
        }
        None => rest,
    };
    let is_offset = matches!(offset, "Z" | "z")
        || (offset.len() == 6
            && matches!(offset.as_bytes()[0], b'+' | b'-')
            && offset.as_bytes()[3] == b':'
            && offset.bytes().enumerate().all(|(index, byte)| matches!(index, 0 | 3) || byte.is_ascii_digit())
            && &offset[1..3] <= "23"
            && &offset[4..] <= "59");
    if !is_offset || text.starts_with("0000") {
        return None;
    }
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp(instant.as_microsecond()))
}

/// The text of a URL. Which ones are accepted is checked by the rule that stores it: its refusal names the member of the
/// input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl(pub String);

impl From<Url> for WebUrl {
    fn from(url: Url) -> Self {
        Self(url.into())
    }
}

/// An absolute `http` or `https` URL of at most 2,000 characters, without user name and password, like
/// `https://campus.example/ana`.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for WebUrl {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(pub String);

/// The name of a time zone in the IANA database, like `Europe/Berlin`, with its capital letters.
#[Scalar(name = "TimeZone", specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if time_zones::is_name(&text) => Ok(Self(text)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if time_zones::is_name(text))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A language tag in its canonical form. Which ones are spoken is checked by the rule that stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocaleTag(pub String);

impl From<Locale> for LocaleTag {
    fn from(locale: Locale) -> Self {
        Self(locale.as_str().to_owned())
    }
}

/// A BCP 47 language tag in its canonical form, like `en` or `fr`.
#[Scalar(name = "Locale", specified_by_url = "https://www.rfc-editor.org/rfc/rfc5646")]
impl ScalarType for LocaleTag {
    fn parse(value: Value) -> InputValueResult<Self> {
        let tag = match &value {
            Value::String(text) => read_locale(text),
            _ => None,
        };
        tag.map(Self).ok_or_else(|| InputValueError::expected_type(value))
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if read_locale(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// The longest language tag, in bytes: RFC 5646 recommends room for 35, and extensions make them longer.
const MAX_LOCALE_LENGTH: usize = 100;

/// Returns a well-formed language tag in its canonical form.
fn read_locale(text: &str) -> Option<String> {
    // The parser also accepts underscores.
    let tag = Some(text).filter(|text| (1..=MAX_LOCALE_LENGTH).contains(&text.len()) && !text.contains('_'))?;
    icu_locale_core::Locale::try_from_str(tag).ok().map(|locale| locale.to_string())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub jiff::civil::Date);

/// A calendar date like `2026-11-21`, without time and time zone.
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => read_date(text).map(Self).ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if read_date(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

fn read_date(text: &str) -> Option<jiff::civil::Date> {
    (has_shape(text, b"dddd-dd-dd") && !text.starts_with("0000")).then(|| text.parse().ok()).flatten()
}

/// In minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime(pub u16);

/// A local time of day, `00:00` to `23:59` with two digits each, or `24:00` for midnight at the end of the day.
#[Scalar(name = "LocalTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#appendix-A")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => read_local_time(text).map(Self).ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if read_local_time(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(format!("{:02}:{:02}", self.0 / 60, self.0 % 60))
    }
}

fn read_local_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':').filter(|_| has_shape(text, b"dd:dd"))?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= 24 * 60).then_some(time)
}

/// Returns true if a text has a digit for each `d` of the shape and equals it elsewhere.
fn has_shape(text: &str, shape: &[u8]) -> bool {
    let matches = |(shape, byte): (&u8, u8)| if *shape == b'd' { byte.is_ascii_digit() } else { *shape == byte };
    text.len() == shape.len() && shape.iter().zip(text.bytes()).all(matches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn offsets_are_converted_to_utc() {
        let read = |text| read_date_time(text).map(write_date_time);
        assert_eq!(read("2026-11-21T09:30:00+01:00").as_deref(), Some("2026-11-21T08:30:00.000Z"));
        assert_eq!(read("2026-11-21t09:30:00.123456z").as_deref(), Some("2026-11-21T09:30:00.123Z"));
        assert_eq!(read("2026-11-21T09:30:00-23:59").as_deref(), Some("2026-11-22T09:29:00.000Z"));
        assert_eq!(read("2026-11-21T09:30:00+23:59").as_deref(), Some("2026-11-20T09:31:00.000Z"));
    }

    #[test]
    fn other_date_time_formats_are_rejected() {
        for text in [
            "2026-11-21",
            "2026-11-21T09:30:00",
            "2026-11-21 09:30:00Z",
            "2026-11-21T09:30Z",
            "2026-11-21T23:59:60Z",
            "2026-02-30T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-11-21T09:30:00.Z",
            "2026-11-21T09:30:00+1:00",
            "2026-11-21T09:30:00+24:00",
            "2026-11-21T09:30:00-25:59",
            "2026-11-21T09:30:00+00:60",
            "2026-11-21T09:30:00Z\0",
            "\u{feff}2026-11-21T09:30:00Z",
            "2026-11-21T09:30:00Z ",
            "2026-11-21T09:30:00Z[UTC]",
            "20261121T093000Z",
            "",
            "now",
        ] {
            assert_eq!(read_date_time(text), None, "{text} was accepted");
        }
    }

    #[test]
    fn a_time_zone_is_spelled_as_in_the_database() {
        for name in ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"] {
            assert!(time_zones::is_name(name), "{name}");
        }
        for name in ["", "europe/berlin", "Berlin", "CEST", "+01:00", "Europe/Berlin ", "../etc/passwd", "Mars/Olympus"]
        {
            assert!(!time_zones::is_name(name), "{name}");
        }
    }

    #[test]
    fn dates_and_local_times_have_one_format() {
        let time = |text| read_local_time(text).map(|time| LocalTime(time).to_value());
        for text in ["00:00", "09:30", "23:59", "24:00"] {
            assert_eq!(time(text), Some(Value::String(text.to_owned())));
        }
        for text in
            ["", "9:30", "09:60", "24:01", "25:00", "09:30:00", "-1:00", "+9:30", "09.30", "0930", "09:3x", "é:30"]
        {
            assert_eq!(time(text), None, "{text} was accepted");
        }
        assert_eq!(read_date("2028-02-29").map(|day| day.to_string()).as_deref(), Some("2028-02-29"));
        for text in
            ["", "2027-02-29", "2026-1-1", "0000-01-01", "+2026-01-01", "2026-13-01", "20261121", "2026-11-21T00:00"]
        {
            assert_eq!(read_date(text), None, "{text} was accepted");
        }
    }

    proptest! {
        #[test]
        fn no_text_causes_a_panic(text: String) {
            let _ = (read_date_time(&text), read_date(&text), read_local_time(&text));
        }

        #[test]
        fn formatted_instants_parse_to_the_same_value(millis in 0_i64..253_402_300_800_000) {
            let timestamp = Timestamp(millis * 1000);
            prop_assert_eq!(read_date_time(&write_date_time(timestamp)), Some(timestamp));
        }
    }
}
