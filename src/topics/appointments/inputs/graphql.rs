//! GraphQL inputs of appointments.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::clock::Timestamp;
use crate::graphql::DateTime;
use crate::graphql::scalars::{Date, LocalTime, TimeZone, WebUrl};
use crate::topics::appointments::{
    AppointmentChange, DEFAULT_BUFFER, DEFAULT_CANCELLATION_NOTICE, DEFAULT_HORIZON, DEFAULT_MAX_PER_DAY,
    DEFAULT_MINIMUM_NOTICE, DEFAULT_SEATS,
};
use crate::topics::availability::{DateException, Hours, Weekday, WeeklyHours, Window};
use crate::topics::questions::graphql::BookingQuestionInput;

/// An interval of hours on one day of every week.
#[derive(InputObject)]
pub struct WeeklyHoursInput {
    /// The day of the week.
    weekday: Weekday,
    /// The start, in the time zone of the appointment.
    from: LocalTime,
    /// The end: on the next day if it is earlier than `from`, as in 22:30 to 02:00. `24:00` is the end of the day.
    to: LocalTime,
}

/// An interval of hours on one day.
#[derive(InputObject)]
pub struct HoursInput {
    /// The start, in the time zone of the appointment.
    from: LocalTime,
    /// The end: on the next day if it is earlier than `from`, as in 22:30 to 02:00. `24:00` is the end of the day.
    to: LocalTime,
}

/// A day on which other hours apply than the weekly ones.
#[derive(InputObject)]
pub struct DateExceptionInput {
    /// The day, in the time zone of the appointment. At most one exception per day.
    on: Date,
    /// The hours that replace the weekly ones that begin on this day: not overlapping, at most 50. An empty list
    /// closes the day, except for hours that began on the day before.
    hours: Vec<HoursInput>,
}

/// A single interval in addition to the hours.
#[derive(InputObject)]
pub struct WindowInput {
    /// The start. Fractions of a millisecond are dropped.
    starts_at: DateTime,
    /// The end, later than the start and not in the past.
    ends_at: DateTime,
}

/// The input of `createAppointment`.
#[derive(InputObject)]
pub struct CreateAppointmentInput {
    /// The id of the topic to teach. A mentor can have one appointment per topic.
    pub topic_id: ID,
    /// The time zone of the hours.
    time_zone: TimeZone,
    /// The length of a session in minutes: 5 to 480, a multiple of 5.
    session_minutes: i32,
    /// A description for students: 1 to 2,000 characters after trimming, line breaks allowed.
    description: Option<String>,
    /// The location of the sessions: 1 to 300 characters, without line breaks.
    location: Option<String>,
    /// The URL of the online meeting, which only the mentor and the students who booked can see: `https`, at most 2,000
    /// characters.
    meeting_url: Option<WebUrl>,
    /// The questions that students answer when they book, in order: at most 10.
    questions: Option<Vec<BookingQuestionInput>>,
    /// How many students can book the same session: 1 to 100. Default: 1.
    seats: Option<i32>,
    /// The hours of every week: not overlapping, at most 50 intervals. Those that touch are one interval.
    weekly_hours: Option<Vec<WeeklyHoursInput>>,
    /// Days on which other hours apply: at most 366.
    exceptions: Option<Vec<DateExceptionInput>>,
    /// Single intervals in addition to the hours: not overlapping each other, at most 200. Those that touch are one.
    windows: Option<Vec<WindowInput>>,
    /// The notice to book: how many minutes before its start a slot can still be booked. 0 to 43,200. Default: 60.
    minimum_notice_minutes: Option<i32>,
    /// The notice to cancel: how many minutes before the start students can still cancel or reschedule. 0 to 43,200.
    /// Default: 120.
    cancellation_notice_minutes: Option<i32>,
    /// How many days ahead slots can be booked: 1 to 365. Default: 60.
    horizon_days: Option<i32>,
    /// The break after each session in minutes: 0 to 240. Default: 0.
    buffer_minutes: Option<i32>,
    /// How many upcoming bookings of this appointment a student can have per day of its time zone. 1 to 50. Default: 1.
    max_bookings_per_student_per_day: Option<i32>,
    /// Whether bookings need the mentor's approval. Default: false.
    is_approval_required: Option<bool>,
    /// An idempotency key, 1 to 100 characters, unique per mentor and never released. Repeating the mutation with the same
    /// key and content returns the appointment that the first one created; with other content, `IDEMPOTENCY_MISMATCH`.
    pub client_key: Option<String>,
}

/// The input of `updateAppointment`. An absent field stays unchanged. Null clears a text or a list, restores the
/// default of a setting, and leaves a setting without a default unchanged. Lists are replaced as a whole.
#[derive(InputObject)]
pub struct UpdateAppointmentInput {
    /// The id of the appointment.
    pub appointment_id: ID,
    /// The time zone of the hours.
    time_zone: Option<TimeZone>,
    /// The length of a session in minutes: 5 to 480, a multiple of 5. Existing bookings keep their length.
    session_minutes: Option<i32>,
    /// A description for students: 1 to 2,000 characters after trimming, line breaks allowed.
    description: MaybeUndefined<String>,
    /// The location of the sessions: 1 to 300 characters, without line breaks. Existing bookings keep their location.
    location: MaybeUndefined<String>,
    /// The URL of the online meeting, which only the mentor and the students who booked can see: `https`, at most 2,000
    /// characters. Existing bookings keep theirs.
    meeting_url: MaybeUndefined<WebUrl>,
    /// The questions that students answer when they book, in order: at most 10. Existing answers stay.
    questions: MaybeUndefined<Vec<BookingQuestionInput>>,
    /// How many students can book the same session: 1 to 100. Default: 1.
    seats: MaybeUndefined<i32>,
    /// The hours of every week: not overlapping, at most 50 intervals. Those that touch are one interval.
    weekly_hours: MaybeUndefined<Vec<WeeklyHoursInput>>,
    /// Days on which other hours apply: at most 366.
    exceptions: MaybeUndefined<Vec<DateExceptionInput>>,
    /// Single intervals in addition to the hours: not overlapping each other, at most 200. Those that touch are one.
    windows: MaybeUndefined<Vec<WindowInput>>,
    /// The notice to book: how many minutes before its start a slot can still be booked. 0 to 43,200. Default: 60.
    minimum_notice_minutes: MaybeUndefined<i32>,
    /// The notice to cancel: how many minutes before the start students can still cancel or reschedule. 0 to 43,200.
    /// Default: 120. Existing bookings keep theirs.
    cancellation_notice_minutes: MaybeUndefined<i32>,
    /// How many days ahead slots can be booked: 1 to 365. Default: 60.
    horizon_days: MaybeUndefined<i32>,
    /// The break after each session in minutes: 0 to 240. Default: 0. It also applies to existing bookings, but never
    /// beyond the start of the next one.
    buffer_minutes: MaybeUndefined<i32>,
    /// How many upcoming bookings of this appointment a student can have per day of its time zone. 1 to 50. Default: 1.
    max_bookings_per_student_per_day: MaybeUndefined<i32>,
    /// Whether slots can be booked. Default: true. Existing bookings stay.
    is_active: MaybeUndefined<bool>,
    /// Whether bookings need the mentor's approval. Default: false. Existing bookings keep their status.
    is_approval_required: MaybeUndefined<bool>,
}

impl From<CreateAppointmentInput> for AppointmentChange {
    fn from(input: CreateAppointmentInput) -> Self {
        Self {
            description: input.description.map(Some),
            location: input.location.map(Some),
            meeting_url: input.meeting_url.map(|url| Some(url.0)),
            questions: input.questions.map(convert_all),
            time_zone: Some(input.time_zone.0),
            session_minutes: Some(input.session_minutes.into()),
            seats: input.seats.map(i64::from),
            weekly_hours: input.weekly_hours.map(convert_all),
            exceptions: input.exceptions.map(convert_all),
            windows: input.windows.map(convert_all),
            minimum_notice_minutes: input.minimum_notice_minutes.map(i64::from),
            cancellation_notice_minutes: input.cancellation_notice_minutes.map(i64::from),
            horizon_days: input.horizon_days.map(i64::from),
            buffer_minutes: input.buffer_minutes.map(i64::from),
            max_bookings_per_day: input.max_bookings_per_student_per_day.map(i64::from),
            is_active: None,
            is_approval_required: input.is_approval_required,
        }
    }
}

impl From<UpdateAppointmentInput> for AppointmentChange {
    fn from(input: UpdateAppointmentInput) -> Self {
        Self {
            description: input.description.into(),
            location: input.location.into(),
            meeting_url: input.meeting_url.map_value(|url| url.0).into(),
            questions: or_default(input.questions.map_value(convert_all), Vec::new()),
            time_zone: input.time_zone.map(|zone| zone.0),
            session_minutes: input.session_minutes.map(i64::from),
            seats: or_default(input.seats, DEFAULT_SEATS),
            weekly_hours: or_default(input.weekly_hours.map_value(convert_all), Vec::new()),
            exceptions: or_default(input.exceptions.map_value(convert_all), Vec::new()),
            windows: or_default(input.windows.map_value(convert_all), Vec::new()),
            minimum_notice_minutes: or_default(input.minimum_notice_minutes, DEFAULT_MINIMUM_NOTICE),
            cancellation_notice_minutes: or_default(input.cancellation_notice_minutes, DEFAULT_CANCELLATION_NOTICE),
            horizon_days: or_default(input.horizon_days, DEFAULT_HORIZON),
            buffer_minutes: or_default(input.buffer_minutes, DEFAULT_BUFFER),
            max_bookings_per_day: or_default(input.max_bookings_per_student_per_day, DEFAULT_MAX_PER_DAY),
            is_active: or_default(input.is_active, true),
            is_approval_required: or_default(input.is_approval_required, false),
        }
    }
}

fn or_default<I, T: From<I>>(input: MaybeUndefined<I>, default: T) -> Option<T> {
    match input {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default),
        MaybeUndefined::Value(value) => Some(value.into()),
    }
}

fn convert_all<I, T: From<I>>(inputs: Vec<I>) -> Vec<T> {
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
        Self { on: input.on.0, hours: convert_all(input.hours) }
    }
}

impl From<WindowInput> for Window {
    fn from(input: WindowInput) -> Self {
        let truncated = |at: DateTime| Timestamp(at.0.0.div_euclid(1_000) * 1_000);
        Self { starts_at: truncated(input.starts_at), ends_at: truncated(input.ends_at) }
    }
}
