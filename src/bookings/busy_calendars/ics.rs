//! Busy times in iCalendar data (RFC 5545).
//!
//! `calcard` parses it, and knows the names of time zones that other programs use. The zones themselves, and the
//! recurrences, are the server's own.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::time::Duration;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency, ICalendarPeriod,
    ICalendarProperty, ICalendarRecurrenceRule, ICalendarStatus, ICalendarTransparency, ICalendarValue,
    ICalendarWeekday,
};
use calcard::{Entry, Parser};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::recurrence::{self, Budget, Frequency, Rule};
use super::{BusyTime, ReadFailure};
use crate::clock::Timestamp;
use crate::time_zones;

/// How far ahead recurrences are computed.
const REACH: Duration = Duration::from_hours(365 * 24);

/// How many busy times of a calendar are kept, the soonest first.
pub const MAX_BUSY_TIMES: usize = 5_000;

/// How many days and occurrences one calendar may have the server look at: about a second.
const BUDGET: u64 = 2_000_000;

/// The longest event whose recurrences reach into the range.
const MAX_EVENT_HOURS: i64 = 366 * 24;

/// What busy times depend on besides the calendar.
#[derive(Clone, Debug)]
pub struct Circumstances {
    pub now: Timestamp,
    /// The zone of the owner, for times without one.
    pub zone: String,
    /// The end of the ids of this server's own events, which its bookings stand for already.
    pub own_suffix: String,
}

/// Returns the busy times from now on, in order: of events that are neither transparent nor cancelled.
///
/// # Errors
/// `NoCalendar` and `TooComplex`.
pub fn busy_times(data: &[u8], circumstances: &Circumstances) -> Result<Vec<BusyTime>, ReadFailure> {
    let text = String::from_utf8_lossy(data);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(ReadFailure::NoCalendar);
    }
    let mut parser = Parser::new(text);
    let mut budget = Budget(BUDGET);
    let mut found = BTreeSet::new();
    let mut has_calendar = false;
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                has_calendar = true;
                Reader::new(&calendar, circumstances, &mut budget).read(&mut found)?;
            }
            Entry::TooManyComponents => return Err(ReadFailure::TooComplex),
            Entry::Eof => break,
            _ => budget.spend(1).map_err(|_| ReadFailure::NoCalendar)?,
        }
    }
    if !has_calendar {
        return Err(ReadFailure::NoCalendar);
    }
    Ok(found.into_iter().take(MAX_BUSY_TIMES).collect())
}

/// A date, or a time on a clock.
#[derive(Clone, Debug)]
struct Moment {
    at: DateTime,
    is_date: bool,
    zone: TimeZone,
}

impl Moment {
    fn instant(&self) -> Option<Timestamp> {
        instant(self.at, &self.zone)
    }
}

/// Returns the instant at which a clock shows a time: of two, the first; a skipped one is that of the clock before.
fn instant(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let instant = zone.to_ambiguous_timestamp(at).compatible().ok()?;
    Some(Timestamp(instant.as_microsecond()))
}

/// Reads the events of one calendar.
struct Reader<'a> {
    calendar: &'a ICalendar,
    zones: TzResolver<&'a str>,
    /// For dates, and for times without a zone.
    default_zone: TimeZone,
    own_suffix: &'a str,
    range: Range<Timestamp>,
    budget: &'a mut Budget,
}

impl<'a> Reader<'a> {
    fn new(calendar: &'a ICalendar, circumstances: &'a Circumstances, budget: &'a mut Budget) -> Self {
        let zones = calendar.build_tz_resolver();
        let own = calendar.components.iter().find_map(|component| {
            let entry = component.entries.iter().find(|entry| is_named(entry, "X-WR-TIMEZONE"))?;
            find_zone(&zones, entry.values.first()?.as_text()?)
        });
        let default_zone = own.or_else(|| time_zones::find(&circumstances.zone)).unwrap_or(TimeZone::UTC);
        let range = circumstances.now..circumstances.now.plus(REACH);
        Self { calendar, zones, default_zone, own_suffix: &circumstances.own_suffix, range, budget }
    }

    fn read(&mut self, found: &mut BTreeSet<BusyTime>) -> Result<(), ReadFailure> {
        let calendar = self.calendar;
        let events: Vec<&ICalendarComponent> = calendar
            .components
            .iter()
            .filter(|component| component.component_type == ICalendarComponentType::VEvent)
            .filter(|event| !event.uid().is_some_and(|uid| uid.ends_with(self.own_suffix)))
            .collect();
        // An occurrence that was changed is an event of its own, and replaces the one of the rule.
        let mut replaced: HashMap<&str, HashSet<Timestamp>> = HashMap::new();
        for event in &events {
            let at = event.property(&ICalendarProperty::RecurrenceId).and_then(|entry| self.moment(entry));
            if let (Some(uid), Some(at)) = (event.uid(), at.and_then(|at| at.instant())) {
                replaced.entry(uid).or_default().insert(at);
            }
        }
        for event in events {
            let is_free = event.status() == Some(&ICalendarStatus::Cancelled)
                || event.transparency() == Some(&ICalendarTransparency::Transparent);
            if !is_free {
                let replaced = event.uid().and_then(|uid| replaced.get(uid));
                self.read_event(event, replaced, found)?;
            }
        }
        Ok(())
    }

    fn read_event(
        &mut self,
        event: &ICalendarComponent,
        replaced: Option<&HashSet<Timestamp>>,
        found: &mut BTreeSet<BusyTime>,
    ) -> Result<(), ReadFailure> {
        self.spend(1)?;
        let Some(start) = event.property(&ICalendarProperty::Dtstart).and_then(|entry| self.moment(entry)) else {
            return Ok(());
        };
        let Some(length) = self.length(event, &start) else { return Ok(()) };
        let rule = event.property(&ICalendarProperty::Rrule).and_then(|entry| match entry.values.first() {
            Some(ICalendarValue::RecurrenceRule(rule)) => Some(rule),
            _ => None,
        });
        let is_replacement = event.has_property(&ICalendarProperty::RecurrenceId);
        let (except, except_dates) = self.exceptions(event);
        let is_excepted = |at: DateTime, instant: Timestamp| {
            except.contains(&instant)
                || except_dates.contains(&at.date())
                || (!is_replacement && replaced.is_some_and(|replaced| replaced.contains(&instant)))
        };
        let mut starts = vec![start.at];
        if let (Some(rule), false) = (rule, is_replacement) {
            starts = self.recur(rule, &start, length)?;
        }
        for at in starts {
            let (Some(from), Some(to)) = (instant(at, &start.zone), length.end(at, &start.zone)) else { continue };
            if !is_excepted(at, from) {
                self.add(from, to, found);
            }
        }
        for (at, end) in self.additions(event) {
            let (Some(from), Some(to)) = (at.instant(), end.or_else(|| length.end(at.at, &at.zone))) else { continue };
            if !is_excepted(at.at, from) {
                self.spend(1)?;
                self.add(from, to, found);
            }
        }
        Ok(())
    }

    fn spend(&mut self, amount: usize) -> Result<(), ReadFailure> {
        self.budget.spend(amount).map_err(|_| ReadFailure::TooComplex)
    }

    fn add(&self, from: Timestamp, to: Timestamp, found: &mut BTreeSet<BusyTime>) {
        if from < to && to > self.range.start && from < self.range.end {
            found.insert(BusyTime { starts_at: from, ends_at: to });
            if found.len() > MAX_BUSY_TIMES {
                found.pop_last();
            }
        }
    }

    /// Returns the starts of a recurring event that reach into the range.
    fn recur(
        &mut self,
        rule: &ICalendarRecurrenceRule,
        start: &Moment,
        length: Length,
    ) -> Result<Vec<DateTime>, ReadFailure> {
        let local = |at: Timestamp| {
            let at = jiff::Timestamp::from_microsecond(at.0).map_err(|_| ReadFailure::NoCalendar)?;
            Ok(start.zone.to_datetime(at))
        };
        let reach = SignedDuration::from_hours(length.hours().clamp(0, MAX_EVENT_HOURS) + 24);
        let from = local(self.range.start)?.checked_sub(reach).map_err(|_| ReadFailure::NoCalendar)?;
        let range = from..local(self.range.end)?;
        let Some(rule) = rule_of(rule, &start.zone) else { return Ok(vec![start.at]) };
        recurrence::starts(&rule, start.at, &range, self.budget).map_err(|_| ReadFailure::TooComplex)
    }

    /// Returns how long an event lasts; `None` if it takes no time.
    fn length(&self, event: &ICalendarComponent, start: &Moment) -> Option<Length> {
        if let Some(end) = event.property(&ICalendarProperty::Dtend).and_then(|entry| self.moment(entry)) {
            if start.is_date {
                let days = start.at.date().until(end.at.date()).ok()?.get_days();
                return Some(Length::Days(i64::from(days.max(1))));
            }
            let micros = end.instant()?.0 - start.instant()?.0;
            return (micros > 0).then_some(Length::Exact(micros));
        }
        let duration = event.property(&ICalendarProperty::Duration).and_then(|entry| entry.values.first());
        match duration {
            Some(ICalendarValue::Duration(duration)) if !duration.neg => {
                let seconds = duration.as_seconds();
                if start.is_date {
                    return Some(Length::Days((seconds / 86_400).max(1)));
                }
                (seconds > 0).then(|| Length::Exact(seconds.saturating_mul(1_000_000)))
            }
            _ => start.is_date.then_some(Length::Days(1)),
        }
    }

    /// Returns the occurrences that do not take place: instants, and whole days.
    fn exceptions(&self, event: &ICalendarComponent) -> (HashSet<Timestamp>, HashSet<Date>) {
        let (mut instants, mut dates) = (HashSet::new(), HashSet::new());
        for entry in event.properties(&ICalendarProperty::Exdate) {
            for at in entry.values.iter().filter_map(|value| self.value(entry, value)) {
                if at.is_date {
                    dates.insert(at.at.date());
                } else if let Some(instant) = at.instant() {
                    instants.insert(instant);
                }
            }
        }
        (instants, dates)
    }

    /// Returns additional occurrences, and their ends if they have their own.
    fn additions(&self, event: &ICalendarComponent) -> Vec<(Moment, Option<Timestamp>)> {
        let mut found = Vec::new();
        for entry in event.properties(&ICalendarProperty::Rdate) {
            for value in &entry.values {
                let (at, end) = match value {
                    ICalendarValue::Period(ICalendarPeriod::Range { start, end }) => {
                        (self.partial(entry, start), self.partial(entry, end).and_then(|end| end.instant()))
                    }
                    ICalendarValue::Period(ICalendarPeriod::Duration { start, duration }) => {
                        let at = self.partial(entry, start);
                        let seconds = u64::try_from(duration.as_seconds()).unwrap_or_default();
                        let from = at.as_ref().and_then(Moment::instant);
                        (at, from.map(|from| from.plus(Duration::from_secs(seconds))))
                    }
                    other => (self.value(entry, other), None),
                };
                found.extend(at.map(|at| (at, end)));
            }
        }
        found
    }

    fn moment(&self, entry: &ICalendarEntry) -> Option<Moment> {
        self.value(entry, entry.values.first()?)
    }

    fn value(&self, entry: &ICalendarEntry, value: &ICalendarValue) -> Option<Moment> {
        match value {
            ICalendarValue::PartialDateTime(at) => self.partial(entry, at),
            _ => None,
        }
    }

    fn partial(&self, entry: &ICalendarEntry, at: &PartialDateTime) -> Option<Moment> {
        let zone = match (at.tz_hour, entry.tz_id()) {
            // An offset stands for UTC, as `Z` does; other offsets are not in the standard.
            (Some(_), _) => TimeZone::UTC,
            (None, Some(name)) => find_zone(&self.zones, name).unwrap_or_else(|| self.default_zone.clone()),
            (None, None) => self.default_zone.clone(),
        };
        let (at, is_date) = civil(at)?;
        Some(Moment { at, is_date, zone })
    }
}

/// How long an event lasts.
#[derive(Clone, Copy, Debug)]
enum Length {
    /// Days of the calendar, which are longer and shorter when clocks change.
    Days(i64),
    /// Microseconds.
    Exact(i64),
}

impl Length {
    fn hours(self) -> i64 {
        match self {
            Self::Days(days) => days.saturating_mul(24),
            Self::Exact(micros) => micros / 3_600_000_000,
        }
    }

    fn end(self, at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Days(days) => instant(at.checked_add(days.min(MAX_EVENT_HOURS).days()).ok()?, zone),
            Self::Exact(micros) => Some(Timestamp(instant(at, zone)?.0.checked_add(micros)?)),
        }
    }
}

fn is_named(entry: &ICalendarEntry, name: &str) -> bool {
    matches!(&entry.name, ICalendarProperty::Other(other) if other.eq_ignore_ascii_case(name))
}

/// Returns the zone with a name of this calendar, of the IANA database, or of another program.
fn find_zone(zones: &TzResolver<&str>, name: &str) -> Option<TimeZone> {
    time_zones::find(name).or_else(|| match zones.resolve(name)? {
        zone @ Tz::Tz(_) => time_zones::find(&zone.name()?),
        _ => None,
    })
}

/// Returns a time on a clock, and whether it is a date.
fn civil(at: &PartialDateTime) -> Option<(DateTime, bool)> {
    let part = |value: Option<u8>| i8::try_from(value?).ok();
    let date = Date::new(i16::try_from(at.year?).ok()?, part(at.month)?, part(at.day)?).ok()?;
    if at.hour.is_none() {
        return Some((date.to_datetime(Time::midnight()), true));
    }
    // A leap second counts as the one before.
    let time = Time::new(part(at.hour)?, part(at.minute)?, part(at.second).unwrap_or_default().min(59), 0).ok()?;
    Some((date.to_datetime(time), false))
}

/// Converts a rule; its end is in UTC, and becomes a time of the event's zone.
fn rule_of(rule: &ICalendarRecurrenceRule, zone: &TimeZone) -> Option<Rule> {
    let signed = |values: &[u8]| values.iter().filter_map(|value| i8::try_from(*value).ok()).collect::<Vec<i8>>();
    let until = match &rule.until {
        None => None,
        Some(until) => Some(match civil(until)? {
            (date, true) => date.date().to_datetime(Time::constant(23, 59, 59, 0)),
            (at, false) if until.tz_hour.is_some() => zone.to_datetime(TimeZone::UTC.to_timestamp(at).ok()?),
            (at, false) => at,
        }),
    };
    Some(Rule {
        frequency: match rule.freq {
            ICalendarFrequency::Yearly => Frequency::Yearly,
            ICalendarFrequency::Monthly => Frequency::Monthly,
            ICalendarFrequency::Weekly => Frequency::Weekly,
            ICalendarFrequency::Daily => Frequency::Daily,
            ICalendarFrequency::Hourly => Frequency::Hourly,
            ICalendarFrequency::Minutely => Frequency::Minutely,
            ICalendarFrequency::Secondly => Frequency::Secondly,
        },
        interval: i64::from(rule.interval.unwrap_or(1).max(1)),
        count: rule.count,
        until,
        week_start: rule.wkst.map_or(Weekday::Monday, weekday),
        months: rule.bymonth.iter().filter_map(|month| i8::try_from(month.month()).ok()).collect(),
        weeks: rule.byweekno.clone(),
        year_days: rule.byyearday.clone(),
        month_days: rule.bymonthday.clone(),
        weekdays: rule.byday.iter().map(|day| (day.ordwk.filter(|nth| *nth != 0), weekday(day.weekday))).collect(),
        hours: signed(&rule.byhour),
        minutes: signed(&rule.byminute),
        seconds: signed(&rule.bysecond),
        positions: rule.bysetpos.clone(),
    })
}

fn weekday(day: ICalendarWeekday) -> Weekday {
    match day {
        ICalendarWeekday::Sunday => Weekday::Sunday,
        ICalendarWeekday::Monday => Weekday::Monday,
        ICalendarWeekday::Tuesday => Weekday::Tuesday,
        ICalendarWeekday::Wednesday => Weekday::Wednesday,
        ICalendarWeekday::Thursday => Weekday::Thursday,
        ICalendarWeekday::Friday => Weekday::Friday,
        ICalendarWeekday::Saturday => Weekday::Saturday,
    }
}

/// Parses the text of a rule, whose end is a local time.
#[cfg(test)]
pub fn parse_rule(text: &str) -> Option<Rule> {
    let calendar = format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE:{text}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let Entry::ICalendar(calendar) = Parser::new(&calendar).entry() else { return None };
    let entry = calendar.components.iter().find_map(|component| component.property(&ICalendarProperty::Rrule))?;
    match entry.values.first()? {
        ICalendarValue::RecurrenceRule(rule) => rule_of(rule, &TimeZone::UTC),
        _ => None,
    }
}

#[cfg(test)]
#[path = "ics_tests.rs"]
mod tests;
