//! The topics, appointments and bookings of the demo campus.

use std::time::Duration;

use super::random::Random;
use super::{as_viewer, papers};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::create::{BookingDraft, rules as bookings};
use crate::error::{Error, Result};
use crate::files::Attachments;
use crate::images::rules as images;
use crate::topics::appointments::{AppointmentChange, rules as offers};
use crate::topics::availability::{Hours, Weekday, WeeklyHours, slots};
use crate::topics::rules::{self as topics, TopicDraft};

/// A topic with one appointment.
struct Lesson {
    /// The number of the mentor in the order of registration.
    mentor: usize,
    title: &'static str,
    description: &'static str,
    location: &'static str,
    time_zone: &'static str,
    session_minutes: i64,
    seats: i64,
    /// The weekdays with office hours, as indices into [`WEEKDAYS`].
    days: &'static [usize],
    hours: Hours,
}

const LESSONS: &[Lesson] = &[
    Lesson {
        mentor: 0,
        title: "Calculus without fear",
        description: "Bring the exercise you are stuck on. We find the step that went wrong and take it from there.",
        location: "Library, second floor, the desk by the window",
        time_zone: "Europe/Paris",
        session_minutes: 45,
        seats: 1,
        days: &[0, 2, 4],
        hours: Hours { from: 14 * 60, to: 18 * 60 },
    },
    Lesson {
        mentor: 1,
        title: "Your first scientific paper",
        description: "From a folder of plots to a story that others can follow. One session for the outline, one for the figures.",
        location: "Writing centre, room 1.03",
        time_zone: "Europe/Paris",
        session_minutes: 60,
        seats: 1,
        days: &[1, 3],
        hours: Hours { from: 9 * 60, to: 12 * 60 },
    },
    Lesson {
        mentor: 2,
        title: "Rust from the first borrow",
        description: "For people who already program. We read compiler errors together until they make sense.",
        location: "https://meet.campus.example/rust",
        time_zone: "Europe/Berlin",
        session_minutes: 30,
        seats: 1,
        days: &[0, 1, 2, 3, 4],
        hours: Hours { from: 17 * 60, to: 20 * 60 },
    },
    Lesson {
        mentor: 4,
        title: "French conversation",
        description: "Four people, one hour, no English. Mistakes are welcome, silence is not.",
        location: "The garden, or under the stairs if it rains",
        time_zone: "Europe/Paris",
        session_minutes: 60,
        seats: 4,
        days: &[1, 4, 5],
        hours: Hours { from: 16 * 60, to: 19 * 60 },
    },
    Lesson {
        mentor: 5,
        title: "Statistics for your thesis",
        description: "Which test to choose, how large a sample you need, and what you can conclude from it.",
        location: "Room 2.14",
        time_zone: "America/New_York",
        session_minutes: 30,
        seats: 1,
        days: &[0, 1, 2, 3],
        hours: Hours { from: 9 * 60, to: 13 * 60 },
    },
];

/// A booking: the number of the student, of the lesson, and of the slot among the free ones, and the question. The first one
/// has a file.
const BOOKINGS: &[(usize, usize, usize, Option<&str>)] = &[
    (3, 0, 0, Some("Exercise 7. I have been stuck on it since Sunday.")),
    (6, 0, 5, None),
    (0, 2, 1, Some("Two threads, one list. The compiler says no, and I would like to understand why.")),
    (0, 3, 4, None),
    (7, 3, 4, None),
    (3, 4, 9, Some("Twelve people answered my survey. Is that enough?")),
];

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// How far ahead students book.
const BOOKING_WINDOW: Duration = Duration::from_hours(14 * 24);

/// Creates the topics and appointments of the mentors, and the bookings of the students.
pub async fn fill(app: &App, random: &mut Random, accounts: &[AccountId]) -> Result<()> {
    let mut appointments = Vec::new();
    for lesson in LESSONS {
        let Some(mentor) = accounts.get(lesson.mentor).copied() else { continue };
        let image = images::store_image(app, mentor, super::images::landscape(random)?).await?;
        let draft = TopicDraft {
            title: lesson.title.to_owned(),
            description: Some(lesson.description.to_owned()),
            image: Some(Some(image.id)),
            client_key: None,
        };
        let topic = topics::create_topic(app, as_viewer(mentor), draft).await?;
        let weekly = lesson.days.iter().map(|day| WeeklyHours { weekday: WEEKDAYS[*day], hours: lesson.hours });
        let change = AppointmentChange {
            location: Some(Some(lesson.location.to_owned())),
            time_zone: Some(lesson.time_zone.to_owned()),
            session_minutes: Some(lesson.session_minutes),
            seats: Some(lesson.seats),
            weekly_hours: Some(weekly.collect()),
            ..AppointmentChange::default()
        };
        appointments.push(offers::create_appointment(app, as_viewer(mentor), Some(topic.id), change, None).await?);
    }
    for (number, (student, lesson, slot, question)) in BOOKINGS.iter().enumerate() {
        let (Some(student), Some(appointment)) = (accounts.get(*student), appointments.get(*lesson)) else { continue };
        let attachments = match number {
            0 => papers::attach(app, *student, &papers::ATTEMPT).await?,
            _ => Attachments::default(),
        };
        let now = app.clock.now();
        let free = slots::open_slots(appointment, slots::checked_range(now, now.plus(BOOKING_WINDOW))?, now, &[]);
        // At some weekdays, hours and seasons the slot overlaps another booking of the student or the mentor. Then the
        // student takes the next one.
        for slot in free.iter().skip(*slot) {
            let draft = BookingDraft {
                appointment: Some(appointment.id),
                starts_at: slot.starts_at,
                question: question.map(str::to_owned),
                attachments: attachments.clone(),
                answers: Vec::new(),
                client_key: None,
            };
            match bookings::create_booking(app, as_viewer(*student), &draft).await {
                Err(Error::Refused(_)) => {}
                booked => {
                    booked?;
                    break;
                }
            }
        }
    }
    Ok(())
}
