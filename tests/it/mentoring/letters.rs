//! Mails about bookings.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler;

use super::calendar::read;
use super::waitlist::join;
use super::{COMPLETE, CREATE_BOOKING, MARK_NO_SHOW, advance_and_login, monday, user_id};
use crate::support::mailbox::part;
use crate::support::{Campus, Engine, Person};

/// A mail as a reader sees it: the plain text, and the calendar that is attached.
struct Letter {
    subject: String,
    text: String,
    calendar: String,
}

/// Decodes the parts of a mail.
fn open(letter: &str) -> Letter {
    let subject = letter.lines().find_map(|line| line.strip_prefix("Subject: ")).expect("a subject").to_owned();
    Letter { subject, text: part(letter, "text/plain"), calendar: part(letter, "text/calendar") }
}

async fn newest(campus: &Campus, person: &Person, count: usize) -> Letter {
    open(campus.letters_to(&person.email(), count).await.last().expect("a letter"))
}

async fn set_time_zone(person: &Person, zone: &str) {
    let change = "mutation Z($zone: TimeZone!) { updateSettings(input: { timeZone: $zone }) { userErrors { code } } }";
    person.execute(change, json!({ "zone": zone })).await.data();
}

#[rstest]
#[tokio::test]
async fn a_mail_about_a_booking_says_when_where_and_why_on_the_readers_clock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    set_time_zone(&ada, "Europe/Berlin").await;
    set_time_zone(&grace, "Asia/Bangkok").await;
    let offer = json!({
        "timeZone": "Europe/Berlin", "location": "Boathouse", "meetingUrl": "https://meet.example/a-b?c=d",
        "weeklyHours": [{ "weekday": "MONDAY", "from": "10:00", "to": "20:00" }],
    });
    let appointment = ada.teaches("Knots", &offer).await;
    let input =
        json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "question": "Why?\nSee evil.example" });
    let payload = grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking");
    let booking = payload["bookingEdge"]["node"]["id"].clone();
    let page = format!("http://{}/mentoring/bookings/{}", campus.address, booking.as_str().expect("an id"));

    let (to_mentor, to_student) = (newest(&campus, &ada, 2).await, newest(&campus, &grace, 2).await);
    let here = "Monday, 23 November 2026, 10:00 to 11:00 (Europe/Berlin)";
    let there = "Monday, 23 November 2026, 16:00 to 17:00 (Asia/Bangkok)";
    assert_eq!(to_mentor.subject, "A session with you was booked");
    assert!(to_mentor.text.contains(&format!("on {here}.")), "{}", to_mentor.text);
    assert_eq!(to_student.subject, "You booked a session");
    assert!(to_student.text.contains(&format!("on {there}, that is {here}.")), "{}", to_student.text);
    for letter in [&to_mentor, &to_student] {
        let lines: Vec<&str> = letter.text.lines().collect();
        for line in [
            "Location: Boathouse",
            "Online meeting: https://meet.example/a-b?c=d",
            "Question: Why? See evil.\u{200B}example",
            "Open the booking:",
            &page,
        ] {
            assert!(lines.contains(&line), "{line}: {}", letter.text);
        }
        let event = read(&letter.calendar).remove(0);
        assert_eq!((event.starts_at, event.sequence, event.url.as_str()), (1_795_424_400, 0, page.as_str()));
    }

    grace.reschedule(&booking, &monday("15:00")).await.data();
    let moved = newest(&campus, &ada, 3).await;
    assert_eq!(moved.subject, "Your session was moved");
    for part in ["Monday, 23 November 2026, 16:00 to 17:00 (Europe/Berlin)", &format!("Before: {here}")] {
        assert!(moved.text.contains(part), "{part}: {}", moved.text);
    }
    assert_eq!(read(&moved.calendar)[0].sequence, 1);

    let cancel = "mutation C($id: ID!) { cancelBooking(input: { bookingId: $id, reason: \"I am ill.\" }) { userErrors { code } } }";
    ada.execute(cancel, json!({ "id": booking })).await.data();
    let cancelled = newest(&campus, &grace, 3).await;
    assert_eq!(cancelled.subject, "Your session was cancelled");
    assert!(cancelled.text.contains("Reason: I am ill."), "{}", cancelled.text);
    assert!(!cancelled.text.contains("meet.example"), "{}", cancelled.text);
    assert_eq!(read(&cancelled.calendar)[0].status, "CANCELLED");
}

#[rstest]
#[tokio::test]
async fn the_other_participant_gets_a_mail_about_an_absence_and_an_early_completion(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let choose = "mutation L($locale: Locale) { updateSettings(input: { locale: $locale }) { userErrors { code } } }";
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 3 })).await;
    let mut bookings = Vec::new();
    for time in ["09:00", "10:00", "11:00"] {
        bookings.push(grace.book(&appointment, &monday(time)).await["id"].clone());
    }
    let [missed, own, early] = &bookings[..] else { panic!("three bookings") };
    // 11:30: the first two have ended, which is no reason for a mail.
    let [ada, grace] = advance_and_login(&campus, Duration::from_hours(50), [&ada, &grace]).await;
    scheduler::rules::run_due(&campus.app).await.expect("the scheduler runs");
    assert_eq!(ada.booking_field(missed, "status").await, "COMPLETED");

    let no_show = async |person: &Person, booking: &Value, user: &Value| {
        let answer = person.execute(MARK_NO_SHOW, json!({ "id": booking, "user": user })).await;
        assert_eq!(answer.refusals("markNoShow"), [""; 0]);
    };
    let student = user_id(&grace).await;
    no_show(&ada, missed, &student).await;
    let letter = newest(&campus, &grace, 5).await;
    assert_eq!(letter.subject, "An absence was recorded");
    let text =
        "ada recorded that you missed your session about \"Knots\" on Monday, 23 November 2026, 09:00 to 10:00 (UTC).";
    assert!(letter.text.contains(text), "{}", letter.text);
    assert!(letter.text.contains("please write to the other participant"), "{}", letter.text);

    grace.execute(choose, json!({ "locale": "fr" })).await.data();
    let answer = ada.execute(COMPLETE, json!({ "id": early })).await;
    assert_eq!(answer.refusals("completeBooking"), [""; 0]);
    let letter = newest(&campus, &grace, 6).await;
    let text = "\u{2068}ada\u{2069} a terminé votre séance sur «\u{a0}\u{2068}Knots\u{2069}\u{a0}» le";
    assert!(letter.text.contains(text), "{}", letter.text);

    // Who makes the change gets no mail.
    no_show(&grace, own, &student).await;
    let letter = newest(&campus, &ada, 5).await;
    assert_eq!(letter.subject, "An absence was recorded");
    let text = "grace recorded that they missed your session about \"Knots\" on Monday, 23 November 2026, 10:00 to 11:00 (UTC).";
    assert!(letter.text.contains(text), "{}", letter.text);
    let counts = [&ada, &grace].map(|person| campus.delivered_letters(&person.email()).len());
    assert_eq!(counts, [5, 6]);
}

#[rstest]
#[tokio::test]
async fn a_mail_across_a_block_has_no_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    assert!(newest(&campus, &ada, 2).await.text.contains("grace"));
    ada.block(&grace).await;
    grace.cancel(&booking).await.data();
    let letter = newest(&campus, &ada, 3).await;
    assert_eq!(letter.subject, "Your session was cancelled");
    assert!(!letter.text.contains("grace") && !letter.calendar.contains("grace"), "{}", letter.text);
    assert!(letter.text.contains("Monday, 23 November 2026"), "{}", letter.text);
}

#[rstest]
#[tokio::test]
async fn a_meeting_url_is_shown_to_the_mentor_and_the_students_who_booked_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let url = json!("https://meet.example/room");
    let appointment = ada.teaches("Knots", &json!({ "meetingUrl": url })).await;
    let query = "query A($id: ID!) { appointment(id: $id) { meetingUrl } }";
    for (person, seen) in [(&ada, &url), (&grace, &Value::Null), (&mary, &Value::Null)] {
        let found = person.execute(query, json!({ "id": appointment })).await.field("appointment");
        assert_eq!(&found["meetingUrl"], seen, "{}", person.username);
    }
    for invalid in ["http://meet.example", "https://user:pass@meet.example", "meet.example"] {
        let answer = ada.update_appointment(&appointment, &json!({ "meetingUrl": invalid })).await;
        assert_eq!(answer.refusals("updateAppointment"), ["INVALID input.meetingUrl"], "{invalid}");
    }
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    // Existing bookings keep theirs, and take the new one when they are moved.
    ada.update_appointment(&appointment, &json!({ "meetingUrl": null })).await.data();
    for person in [&ada, &grace] {
        assert_eq!(person.booking_field(&booking, "meetingUrl").await, url);
    }
    ada.update_appointment(&appointment, &json!({ "meetingUrl": "https://meet.example/two" })).await.data();
    grace.reschedule(&booking, &monday("10:00")).await.data();
    assert_eq!(grace.booking_field(&booking, "meetingUrl").await, json!("https://meet.example/two"));
    grace.cancel(&booking).await.data();
    assert_eq!(grace.booking_field(&booking, "meetingUrl").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_mail_and_a_calendar_are_in_the_language_of_their_reader(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let choose = "mutation L($locale: Locale) { updateSettings(input: { locale: $locale }) { userErrors { code } } }";
    ada.execute(choose, json!({ "locale": "ar" })).await.data();
    grace.execute(choose, json!({ "locale": "th" })).await.data();
    let appointment = ada.teaches("عُقد", &json!({ "location": "Boathouse" })).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();

    let letter = newest(&campus, &ada, 2).await;
    let when = "الاثنين 23 نوفمبر 2026، 09:00 إلى 10:00 (UTC)";
    for part in [
        "مرحبًا \u{2068}ada\u{2069}،".to_owned(),
        format!("حجز \u{2068}grace\u{2069} جلسة معك عن «\u{2068}عُقد\u{2069}» في {when}."),
        "المكان: \u{2068}Boathouse\u{2069}".to_owned(),
    ] {
        assert!(letter.text.contains(&part), "{part}: {}", letter.text);
    }
    let summary = "\u{2068}عُقد\u{2069} مع \u{2068}grace\u{2069}";
    assert_eq!(read(&letter.calendar)[0].summary, summary);
    let raw = campus.letters_to(&ada.email(), 2).await.pop().expect("a letter");
    assert!(raw.contains("Content-Language: ar"), "{raw}");

    let letter = newest(&campus, &grace, 2).await;
    let when = "วันจันทร์ที่ 23 พฤศจิกายน ค.ศ. 2026 เวลา 09:00 น. ถึง 10:00 (UTC)";
    let part = format!("คุณจองเวลาปรึกษากับ \u{2068}ada\u{2069} เรื่อง \"\u{2068}عُقد\u{2069}\" ใน{when}");
    assert!(letter.text.contains(&part), "{part}: {}", letter.text);

    // The calendar changes with the setting.
    let url = grace.booking_field(&booking, "calendarUrl").await;
    let path = url.as_str().and_then(|url| url.find("/calendar").map(|at| url[at..].to_owned())).expect("a path");
    let open = async || Person::send(grace.request(reqwest::Method::GET, &path)).await;
    let thai = open().await;
    assert_eq!(thai.headers["content-language"], "th");
    let event = read(thai.body.as_str().expect("a calendar")).remove(0);
    assert_eq!((event.summary.as_str(), event.sequence), ("\u{2068}عُقد\u{2069} กับ \u{2068}ada\u{2069}", 0));
    grace.execute(choose, json!({ "locale": "fr" })).await.data();
    let french = open().await;
    assert_ne!(french.headers["etag"], thai.headers["etag"]);
    let event = read(french.body.as_str().expect("a calendar")).remove(0);
    assert_eq!((event.summary.as_str(), event.sequence), ("\u{2068}عُقد\u{2069} avec \u{2068}ada\u{2069}", 1));
}

#[rstest]
#[tokio::test]
async fn a_mail_and_a_calendar_contain_the_answers_to_the_questions_of_the_mentor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let questions = json!([
        { "label": "Which knots?", "kind": "CHOICES", "choices": ["Bowline", "Clove hitch"] },
        { "label": "What else? See evil.example" },
    ]);
    let appointment = ada.teaches("Knots", &json!({ "questions": questions })).await;
    let answers = json!([
        { "label": "What else? See evil.example", "values": ["  - one\n  - two; three"] },
        { "label": "Which knots?", "values": ["Clove hitch", " Bowline "] },
    ]);
    let input =
        json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "question": "Why?", "answers": answers });
    let payload = grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking");
    assert_eq!(payload["userErrors"], json!([]));
    let booking = payload["bookingEdge"]["node"]["id"].clone();
    let query = "query($id: ID!) { booking(id: $id) { answers { values } } }";
    let stored = grace.execute(query, json!({ "id": booking })).await.field("booking")["answers"].clone();
    assert_eq!(stored, json!([{ "values": ["Bowline", "Clove hitch"] }, { "values": ["  - one\n  - two; three"] }]));

    for person in [&ada, &grace] {
        let letter = newest(&campus, person, 2).await;
        let lines: Vec<&str> = letter.text.lines().collect();
        for line in [
            "Question: Why?",
            "Which knots?: Bowline, Clove hitch",
            "What else? See evil.\u{200B}example:   - one   - two; three",
        ] {
            assert!(lines.contains(&line), "{line}: {}", letter.text);
        }
        let event = read(&letter.calendar).remove(0);
        let described =
            "Why?\nWhich knots?: Bowline, Clove hitch\nWhat else? See evil.example:   - one\n  - two; three";
        assert_eq!(event.description.as_deref(), Some(described));
    }
}

#[rstest]
#[tokio::test]
async fn a_mail_about_a_seat_says_until_when_it_is_held_on_the_readers_clock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let mary = campus.confirmed_member("mary").await;
    set_time_zone(&mary, "Asia/Bangkok").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    join(&mary, &appointment, &monday("09:00")).await;
    grace.cancel(&booking).await.data();
    let raw = campus.letters_to(&mary.email(), 2).await.pop().expect("a letter");
    let text = part(&raw, "text/plain");
    for line in [
        "Held until: Saturday, 21 November 2026, 17:30 (Asia/Bangkok)",
        "Open your waitlists:",
        &format!("http://{}/mentoring/waitlists", campus.address),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert!(text.contains("Monday, 23 November 2026, 16:00 to 17:00 (Asia/Bangkok), that is"), "{text}");
}
