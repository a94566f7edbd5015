//! Inputs about offers.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::clock::Timestamp;
use crate::graphql::DateTime;
use crate::graphql::scalars::{Date, LocalTime, TimeZone};
use crate::topics::appointments::{
    AppointmentChange, DEFAULT_BUFFER, DEFAULT_CANCELLATION_NOTICE, DEFAULT_HORIZON, DEFAULT_MINIMUM_NOTICE,
    DEFAULT_MOST_PER_DAY, DEFAULT_SEATS,
};
use crate::topics::availability::{DateException, Hours, Weekday, WeeklyHours, Window};

/// Hours of every week.
#[derive(InputObject)]
pub struct WeeklyHoursInput {
    /// The day of the week.
    weekday: Weekday,
    /// When they begin, in the time zone of the offer.
    from: LocalTime,
    /// When they end, later than they begin; `24:00` for the end of the day.
    to: LocalTime,
}

/// Hours of one day.
#[derive(InputObject)]
pub struct HoursInput {
    /// When they begin, in the time zone of the offer.
    from: LocalTime,
    /// When they end, later than they begin; `24:00` for the end of the day.
    to: LocalTime,
}

/// A day that differs from its week.
#[derive(InputObject)]
pub struct DateExceptionInput {
    /// Which day, in the time zone of the offer; at most one exception for each.
    on: Date,
    /// The hours of that day in the place of its weekly ones, not overlapping, at most 50; none to close it.
    hours: Vec<HoursInput>,
}

/// A single stretch of time beside the hours.
#[derive(InputObject)]
pub struct WindowInput {
    /// When it begins. Fractions of a millisecond are dropped.
    starts_at: DateTime,
    /// When it ends, later than it begins and not in the past.
    ends_at: DateTime,
}

/// What to offer.
#[derive(InputObject)]
pub struct CreateAppointmentInput {
    /// The topic to teach. One offer for each topic.
    pub topic_id: ID,
    /// The zone in which the hours are meant.
    time_zone: TimeZone,
    /// How long a session takes: 5 to 480, in steps of 5.
    session_minutes: i32,
    /// What students should know: 1 to 2,000 characters after trimming, line breaks allowed.
    description: Option<String>,
    /// Where sessions take place: 1 to 300 characters on one line.
    location: Option<String>,
    /// How many students come to one session: 1 to 100; 1 by default.
    seats: Option<i32>,
    /// Hours of every week, not overlapping, at most 50.
    weekly_hours: Option<Vec<WeeklyHoursInput>>,
    /// Days that differ from their week, at most 366.
    exceptions: Option<Vec<DateExceptionInput>>,
    /// Single stretches beside the hours, not overlapping each other, at most 200.
    windows: Option<Vec<WindowInput>>,
    /// How long before its beginning a slot can be booked at the latest: 0 to 43,200; 60 by default.
    minimum_notice_minutes: Option<i32>,
    /// How long before its beginning a student may cancel or move a booking at the latest: 0 to 43,200; 120 by default.
    cancellation_notice_minutes: Option<i32>,
    /// How far ahead slots can be booked: 1 to 365; 60 by default.
    horizon_days: Option<i32>,
    /// The rest after each session: 0 to 240; none by default.
    buffer_minutes: Option<i32>,
    /// How many upcoming bookings one student may have on one day of the offer's zone: 1 to 50; 1 by default.
    max_bookings_per_student_per_day: Option<i32>,
}

/// What to change about an offer. An absent member stays as it is; null clears a text or list, brings a default back, and
/// leaves what has none.
#[derive(InputObject)]
pub struct UpdateAppointmentInput {
    /// The offer.
    pub appointment_id: ID,
    /// The zone in which the hours are meant.
    time_zone: Option<TimeZone>,
    /// How long a session takes: 5 to 480, in steps of 5. Bookings that are made keep their length.
    session_minutes: Option<i32>,
    /// What students should know: 1 to 2,000 characters after trimming, line breaks allowed.
    description: MaybeUndefined<String>,
    /// Where sessions take place: 1 to 300 characters on one line. Bookings that are made keep their place.
    location: MaybeUndefined<String>,
    /// How many students come to one session: 1 to 100; 1 by default.
    seats: MaybeUndefined<i32>,
    /// Hours of every week, not overlapping, at most 50.
    weekly_hours: MaybeUndefined<Vec<WeeklyHoursInput>>,
    /// Days that differ from their week, at most 366.
    exceptions: MaybeUndefined<Vec<DateExceptionInput>>,
    /// Single stretches beside the hours, not overlapping each other, at most 200.
    windows: MaybeUndefined<Vec<WindowInput>>,
    /// How long before its beginning a slot can be booked at the latest: 0 to 43,200; 60 by default.
    minimum_notice_minutes: MaybeUndefined<i32>,
    /// How long before its beginning a student may cancel or move a booking at the latest: 0 to 43,200; 120 by default.
    /// Bookings that are made keep theirs.
    cancellation_notice_minutes: MaybeUndefined<i32>,
    /// How far ahead slots can be booked: 1 to 365; 60 by default.
    horizon_days: MaybeUndefined<i32>,
    /// The rest after each session: 0 to 240; none by default.
    buffer_minutes: MaybeUndefined<i32>,
    /// How many upcoming bookings one student may have on one day of the offer's zone: 1 to 50; 1 by default.
    max_bookings_per_student_per_day: MaybeUndefined<i32>,
    /// It can be booked; true by default. Bookings that are made stay.
    is_active: MaybeUndefined<bool>,
}

impl From<CreateAppointmentInput> for AppointmentChange {
    fn from(input: CreateAppointmentInput) -> Self {
        Self {
            description: input.description.map(Some),
            location: input.location.map(Some),
            time_zone: Some(input.time_zone.0),
            session_minutes: Some(input.session_minutes.into()),
            seats: input.seats.map(i64::from),
            weekly_hours: input.weekly_hours.map(all),
            exceptions: input.exceptions.map(all),
            windows: input.windows.map(all),
            minimum_notice_minutes: input.minimum_notice_minutes.map(i64::from),
            cancellation_notice_minutes: input.cancellation_notice_minutes.map(i64::from),
            horizon_days: input.horizon_days.map(i64::from),
            buffer_minutes: input.buffer_minutes.map(i64::from),
            max_bookings_per_day: input.max_bookings_per_student_per_day.map(i64::from),
            is_active: None,
        }
    }
}

impl From<UpdateAppointmentInput> for AppointmentChange {
    fn from(input: UpdateAppointmentInput) -> Self {
        Self {
            description: input.description.into(),
            location: input.location.into(),
            time_zone: input.time_zone.map(|zone| zone.0),
            session_minutes: input.session_minutes.map(i64::from),
            seats: chosen(input.seats, DEFAULT_SEATS),
            weekly_hours: chosen(input.weekly_hours.map_value(all), Vec::new()),
            exceptions: chosen(input.exceptions.map_value(all), Vec::new()),
            windows: chosen(input.windows.map_value(all), Vec::new()),
            minimum_notice_minutes: chosen(input.minimum_notice_minutes, DEFAULT_MINIMUM_NOTICE),
            cancellation_notice_minutes: chosen(input.cancellation_notice_minutes, DEFAULT_CANCELLATION_NOTICE),
            horizon_days: chosen(input.horizon_days, DEFAULT_HORIZON),
            buffer_minutes: chosen(input.buffer_minutes, DEFAULT_BUFFER),
            max_bookings_per_day: chosen(input.max_bookings_per_student_per_day, DEFAULT_MOST_PER_DAY),
            is_active: chosen(input.is_active, true),
        }
    }
}

fn chosen<I, T: From<I>>(given: MaybeUndefined<I>, default: T) -> Option<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default),
        MaybeUndefined::Value(value) => Some(value.into()),
    }
}

fn all<I, T: From<I>>(inputs: Vec<I>) -> Vec<T> {
    inputs.into_iter().map(T::from).collect()
}

impl From<WeeklyHoursInput> for WeeklyHours {
    fn from(input: WeeklyHoursInput) -> Self {
        Self { weekday: input.weekday, hours: Hours { from: input.from.0, to: input.to.0 } }
    }
}

impl From<HoursInput> for Hours {
    fn from(input: HoursInput) -> Self {
        Self { from: input.from.0, to: input.to.0 }
    }
}

impl From<DateExceptionInput> for DateException {
    fn from(input: DateExceptionInput) -> Self {
        Self { on: input.on.0, hours: all(input.hours) }
    }
}

impl From<WindowInput> for Window {
    fn from(input: WindowInput) -> Self {
        let whole = |at: DateTime| Timestamp(at.0.0.div_euclid(1_000) * 1_000);
        Self { starts_at: whole(input.starts_at), ends_at: whole(input.ends_at) }
    }
}
