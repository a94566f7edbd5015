//! The recurrences of an event (RFC 5545, 3.3.10), on the clock of its time zone.
//!
//! # Why not the crate rrule
//!
//! It and its copy in `calcard` begin at the first occurrence, try up to 100,000 periods without one, and read the end of a
//! rule in UTC as local time. A calendar is written by strangers, so what is computed here is bounded by a range of time and
//! by a budget, and time zones are those that slots are computed with.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};

/// How often a rule repeats, by its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
    Secondly,
}

/// A recurrence rule. Empty lists restrict nothing.
#[derive(Clone, Debug)]
pub struct Rule {
    pub frequency: Frequency,
    pub interval: i64,
    /// How many occurrences there are, the first one included.
    pub count: Option<u32>,
    /// The last instant at which an occurrence can start.
    pub until: Option<DateTime>,
    pub week_start: Weekday,
    pub months: Vec<i8>,
    pub weeks: Vec<i8>,
    pub year_days: Vec<i16>,
    pub month_days: Vec<i8>,
    /// Weekdays, each alone or as the nth of the month or year, counted from the end if negative.
    pub weekdays: Vec<(Option<i16>, Weekday)>,
    pub hours: Vec<i8>,
    pub minutes: Vec<i8>,
    pub seconds: Vec<i8>,
    /// Which occurrences of a period count, counted from the end if negative.
    pub positions: Vec<i32>,
}

/// The rule of a calendar takes more work than a calendar may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex;

/// How much work is left: days and occurrences to look at.
#[derive(Debug)]
pub struct Budget(pub u64);

impl Budget {
    pub fn spend(&mut self, amount: usize) -> Result<(), TooComplex> {
        let amount = u64::try_from(amount).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(amount).ok_or(TooComplex)?;
        Ok(())
    }
}

/// Returns the starts in a range, in order. The start of the event is the first occurrence, whatever the rule says.
///
/// # Errors
/// `TooComplex` if the budget is used up.
pub fn starts(
    rule: &Rule,
    start: DateTime,
    range: &Range<DateTime>,
    budget: &mut Budget,
) -> Result<Vec<DateTime>, TooComplex> {
    let rule = &with_defaults(rule.clone(), start);
    let mut found = Vec::new();
    let mut seen = 1;
    if range.contains(&start) {
        found.push(start);
    }
    // Without a count, what is before the range does not matter.
    let skipped =
        if rule.count.is_some() { 0 } else { periods_between(rule, start, range.start).saturating_sub(1).max(0) };
    for number in skipped.. {
        budget.spend(1)?;
        let Some(period) = nth_period(rule, start, number) else { break };
        if rule.until.is_some_and(|until| period > until) || period >= range.end {
            break;
        }
        for at in in_period(rule, start, period, budget)? {
            if at <= start {
                continue;
            }
            if rule.count.is_some_and(|count| seen >= count)
                || rule.until.is_some_and(|until| at > until)
                || at >= range.end
            {
                return Ok(found);
            }
            seen += 1;
            if at >= range.start {
                found.push(at);
            }
        }
    }
    Ok(found)
}

/// Adds what a rule takes from the start of the event.
fn with_defaults(mut rule: Rule, start: DateTime) -> Rule {
    let has_days =
        !(rule.year_days.is_empty() && rule.month_days.is_empty() && rule.weekdays.is_empty() && rule.weeks.is_empty());
    match rule.frequency {
        Frequency::Yearly if !has_days => {
            if rule.months.is_empty() {
                rule.months = vec![start.month()];
            }
            rule.month_days = vec![start.day()];
        }
        Frequency::Yearly if !rule.weeks.is_empty() && rule.weekdays.is_empty() => {
            rule.weekdays = vec![(None, start.weekday())];
        }
        Frequency::Monthly if !has_days => rule.month_days = vec![start.day()],
        Frequency::Weekly if rule.weekdays.is_empty() => rule.weekdays = vec![(None, start.weekday())],
        _ => {}
    }
    if rule.frequency < Frequency::Hourly && rule.hours.is_empty() {
        rule.hours = vec![start.hour()];
    }
    if rule.frequency < Frequency::Minutely && rule.minutes.is_empty() {
        rule.minutes = vec![start.minute()];
    }
    if rule.frequency < Frequency::Secondly && rule.seconds.is_empty() {
        rule.seconds = vec![start.second()];
    }
    for list in [&mut rule.hours, &mut rule.minutes, &mut rule.seconds] {
        list.sort_unstable();
        list.dedup();
    }
    rule
}

/// Returns about how many periods lie between two times; too few by one at most.
fn periods_between(rule: &Rule, from: DateTime, to: DateTime) -> i64 {
    let seconds = to.duration_since(from).as_secs();
    let units = match rule.frequency {
        Frequency::Yearly => i64::from(to.year()) - i64::from(from.year()),
        Frequency::Monthly => {
            let months = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month());
            months(to) - months(from)
        }
        Frequency::Weekly => seconds.div_euclid(7 * 86_400) - 1,
        Frequency::Daily => seconds.div_euclid(86_400),
        Frequency::Hourly => seconds.div_euclid(3_600),
        Frequency::Minutely => seconds.div_euclid(60),
        Frequency::Secondly => seconds,
    };
    units.div_euclid(rule.interval)
}

/// Returns the beginning of a period of the rule; `None` beyond the calendar.
fn nth_period(rule: &Rule, start: DateTime, number: i64) -> Option<DateTime> {
    let amount = number.checked_mul(rule.interval)?;
    let midnight = start.date().to_datetime(Time::midnight());
    let add = |at: DateTime, span: Result<Span, jiff::Error>| at.checked_add(span.ok()?).ok();
    match rule.frequency {
        Frequency::Yearly => {
            add(start.date().first_of_year().to_datetime(Time::midnight()), Span::new().try_years(amount))
        }
        Frequency::Monthly => {
            add(start.date().first_of_month().to_datetime(Time::midnight()), Span::new().try_months(amount))
        }
        Frequency::Weekly => {
            let days = i64::from(start.weekday().since(rule.week_start));
            add(midnight, Span::new().try_days(amount.checked_mul(7)?.checked_sub(days)?))
        }
        Frequency::Daily => add(midnight, Span::new().try_days(amount)),
        Frequency::Hourly => add(start.date().at(start.hour(), 0, 0, 0), Span::new().try_hours(amount)),
        Frequency::Minutely => {
            add(start.date().at(start.hour(), start.minute(), 0, 0), Span::new().try_minutes(amount))
        }
        Frequency::Secondly => {
            add(start.date().at(start.hour(), start.minute(), start.second(), 0), Span::new().try_seconds(amount))
        }
    }
}

/// Returns the occurrences of a period, in order.
fn in_period(rule: &Rule, start: DateTime, period: DateTime, budget: &mut Budget) -> Result<Vec<DateTime>, TooComplex> {
    let days = match rule.frequency {
        Frequency::Yearly => usize::try_from(period.date().days_in_year()).unwrap_or_default(),
        Frequency::Monthly => usize::try_from(period.date().days_in_month()).unwrap_or_default(),
        Frequency::Weekly => 7,
        _ => 1,
    };
    budget.spend(days)?;
    let hours = if rule.frequency < Frequency::Hourly { rule.hours.clone() } else { kept(&rule.hours, period.hour()) };
    let minutes =
        if rule.frequency < Frequency::Minutely { rule.minutes.clone() } else { kept(&rule.minutes, period.minute()) };
    let seconds =
        if rule.frequency < Frequency::Secondly { rule.seconds.clone() } else { kept(&rule.seconds, period.second()) };
    let mut found = Vec::new();
    for date in period.date().series(1.day()).take(days).filter(|date| is_day(rule, *date)) {
        budget.spend(hours.len() * minutes.len() * seconds.len())?;
        for &hour in &hours {
            for &minute in &minutes {
                for &second in &seconds {
                    if let Ok(time) = Time::new(hour, minute, second.min(59), 0) {
                        found.push(date.to_datetime(time));
                    }
                }
            }
        }
    }
    if rule.positions.is_empty() {
        return Ok(found);
    }
    // The first period can begin before the event: its occurrences count for the positions.
    let length = i64::try_from(found.len()).unwrap_or_default();
    let mut chosen: Vec<DateTime> = rule
        .positions
        .iter()
        .filter_map(|position| {
            let position = i64::from(*position);
            let index = if position > 0 { position - 1 } else { length + position };
            found.get(usize::try_from(index).ok()?).copied()
        })
        .filter(|at| *at >= start)
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

/// Returns the value if the list allows it.
fn kept(list: &[i8], value: i8) -> Vec<i8> {
    if list.is_empty() || list.contains(&value) { vec![value] } else { Vec::new() }
}

/// Returns true if the rule allows occurrences on a day.
fn is_day(rule: &Rule, date: Date) -> bool {
    let is_allowed = |list: &[i16], value: i16, length: i16| {
        list.is_empty() || list.contains(&value) || list.contains(&(value - length - 1))
    };
    let month_days: Vec<i16> = rule.month_days.iter().copied().map(i16::from).collect();
    (rule.months.is_empty() || rule.months.contains(&date.month()))
        && is_allowed(&month_days, i16::from(date.day()), i16::from(date.days_in_month()))
        && is_allowed(&rule.year_days, date.day_of_year(), date.days_in_year())
        && is_week(rule, date)
        && (rule.weekdays.is_empty() || rule.weekdays.iter().any(|weekday| is_weekday(rule, *weekday, date)))
}

fn is_weekday(rule: &Rule, (nth, weekday): (Option<i16>, Weekday), date: Date) -> bool {
    if date.weekday() != weekday {
        return false;
    }
    let is_of_month =
        rule.frequency == Frequency::Monthly || (rule.frequency == Frequency::Yearly && !rule.months.is_empty());
    let (day, days) = match rule.frequency {
        _ if is_of_month => (i16::from(date.day()), i16::from(date.days_in_month())),
        Frequency::Yearly => (date.day_of_year(), date.days_in_year()),
        _ => return true,
    };
    nth.is_none_or(|nth| if nth > 0 { (day - 1) / 7 + 1 == nth } else { (days - day) / 7 + 1 == -nth })
}

/// Returns true if the day is in one of the weeks of the rule. The first week of a year has at least four of its days.
fn is_week(rule: &Rule, date: Date) -> bool {
    if rule.weeks.is_empty() {
        return true;
    }
    // The year of the week is that of its fourth day.
    let days = i64::from(date.weekday().since(rule.week_start));
    let Ok(fourth) = date.checked_add((3 - days).days()) else { return false };
    let last = |days: i16| (days - 1) / 7 + 1;
    let week = last(fourth.day_of_year());
    let rest = fourth.days_in_year() - fourth.day_of_year();
    let from_end = -last(rest + 1);
    rule.weeks.iter().any(|wanted| i16::from(*wanted) == week || i16::from(*wanted) == from_end)
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
