//! Compares what the server stores and lists with what follows from bookings, times off and hours.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use studyhall::bookings::BookingId;
use studyhall::bookings::waitlist::MAX_ANNOUNCED_PLACE;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;

use super::{AHEAD, AccountId, Term, instant};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// What is nearer than the minimum notice, an offer and a safety margin is not compared.
const NEAR: Duration = Duration::from_mins(80);

/// A session: appointment, start and end.
type Session = (i64, i64, i64);

type Interval = (i64, i64);

fn overlap(one: Interval, other: Interval) -> bool {
    one.0 < other.1 && other.0 < one.1
}

#[derive(Clone, Copy, Debug, sqlx::FromRow)]
struct Booking {
    appointment_id: i64,
    mentor_id: i64,
    student_id: i64,
    starts_at: i64,
    ends_at: i64,
}

impl Booking {
    fn session(&self) -> Session {
        (self.appointment_id, self.starts_at, self.ends_at)
    }
}

#[derive(Clone, Copy, Debug, sqlx::FromRow)]
struct Entry {
    id: i64,
    appointment_id: i64,
    mentor_id: i64,
    student_id: i64,
    starts_at: i64,
    ends_at: i64,
    offer_expires_at: Option<i64>,
    announced_place: i64,
}

impl Entry {
    fn session(&self) -> Session {
        (self.appointment_id, self.starts_at, self.ends_at)
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Appointment {
    id: i64,
    mentor_id: i64,
    seats: i64,
    availability: String,
    max_bookings_per_day: i64,
}

impl Appointment {
    /// Returns the slots of the grid that start in a range.
    fn grid(&self, range: Interval) -> Vec<i64> {
        let availability: Value = serde_json::from_str(&self.availability).expect("JSON");
        let hours = &availability["weekly"][0];
        let minutes = |name: &str| hours[name].as_i64().expect("minutes") * HOUR / 60;
        let (from, to) = (minutes("from"), minutes("to"));
        let first_day = range.0.div_euclid(DAY);
        let days = first_day..=range.1.div_euclid(DAY);
        let of_day = move |day: i64| (0..(to - from) / HOUR).map(move |hour| day * DAY + from + hour * HOUR);
        let starts = days.flat_map(of_day);
        starts.filter(|at| (range.0..range.1).contains(at)).collect()
    }
}

/// Everything that is stored about the sessions ahead.
struct Stored {
    bookings: Vec<Booking>,
    entries: Vec<Entry>,
    appointments: HashMap<i64, Appointment>,
    times_off: Vec<(i64, i64, i64)>,
    /// When each person is busy as a student.
    studies: HashMap<i64, Vec<Interval>>,
    /// The sessions of each mentor with the seats that are taken, those of offers included.
    teaches: HashMap<i64, BTreeMap<Session, i64>>,
}

impl Stored {
    async fn load(term: &Term, now: Timestamp) -> Self {
        let db = term.server.db();
        let bookings: Vec<Booking> = db
            .all(
                "select appointment_id, mentor_id, student_id, starts_at, ends_at from bookings
                 where status = 'upcoming' and ends_at > $1 order by id",
                &[&now],
            )
            .await
            .expect("the bookings are read");
        let entries: Vec<Entry> = db
            .all(
                "select id, appointment_id, mentor_id, student_id, starts_at, ends_at, offer_expires_at, announced_place
                 from waitlist_entries order by joined_at, id",
                &[],
            )
            .await
            .expect("the entries are read");
        let sql = "select id, mentor_id, seats, availability, max_bookings_per_day from appointments";
        let appointments: Vec<Appointment> = db.all(sql, &[]).await.expect("the appointments are read");
        let sql = "select mentor_id, starts_at, ends_at from times_off";
        let times_off = db.all(sql, &[]).await.expect("the times off are read");
        let mut studies: HashMap<i64, Vec<Interval>> = HashMap::new();
        let mut teaches: HashMap<i64, BTreeMap<Session, i64>> = HashMap::new();
        for booking in &bookings {
            studies.entry(booking.student_id).or_default().push((booking.starts_at, booking.ends_at));
            *teaches.entry(booking.mentor_id).or_default().entry(booking.session()).or_default() += 1;
        }
        for entry in entries.iter().filter(|entry| entry.offer_expires_at.is_some()) {
            *teaches.entry(entry.mentor_id).or_default().entry(entry.session()).or_default() += 1;
        }
        let appointments = appointments.into_iter().map(|one| (one.id, one)).collect();
        Self { bookings, entries, appointments, times_off, studies, teaches }
    }

    /// Returns when a person is busy, as a student and as a mentor.
    fn busy(&self, person: i64) -> Vec<Interval> {
        let taught =
            self.teaches.get(&person).into_iter().flatten().map(|((_, starts_at, ends_at), _)| (*starts_at, *ends_at));
        self.studies.get(&person).into_iter().flatten().copied().chain(taught).collect()
    }

    /// Returns true if the student of an entry could book its slot if a seat were free.
    fn could_book(&self, entry: &Entry) -> bool {
        let day = entry.starts_at.div_euclid(DAY);
        let is_of_day = |booking: &&Booking| {
            booking.student_id == entry.student_id
                && booking.appointment_id == entry.appointment_id
                && booking.starts_at.div_euclid(DAY) == day
        };
        let on_day = self.bookings.iter().filter(is_of_day).count();
        let limit = self.appointments[&entry.appointment_id].max_bookings_per_day;
        let session = (entry.starts_at, entry.ends_at);
        // A seat that is offered to a mentor is held in a session of another one.
        let is_busy = self.busy(entry.student_id).into_iter().any(|busy| overlap(busy, session));
        !is_busy && i64::try_from(on_day).expect("a small number") < limit
    }

    /// Returns the seats that are left in a slot of the grid; `None` if it is no slot.
    fn seats_left(&self, appointment: &Appointment, starts_at: i64) -> Option<i64> {
        let slot = (starts_at, starts_at + HOUR);
        let session = (appointment.id, slot.0, slot.1);
        let mentor = appointment.mentor_id;
        let sessions = self.teaches.get(&mentor);
        let is_elsewhere =
            sessions.into_iter().flatten().any(|(other, _)| *other != session && overlap((other.1, other.2), slot));
        let studies = self.studies.get(&mentor).into_iter().flatten().any(|busy| overlap(*busy, slot));
        let is_off = self.times_off.iter().any(|off| off.0 == mentor && overlap((off.1, off.2), slot));
        let taken = sessions.and_then(|sessions| sessions.get(&session)).copied().unwrap_or_default();
        (!is_elsewhere && !studies && !is_off).then_some((appointment.seats - taken).max(0))
    }
}

/// What the checks before found.
#[derive(Default)]
pub struct Audit {
    /// The entries that waited and whose student could have booked.
    waiting: HashSet<i64>,
    held: HashSet<i64>,
    /// All entries for which a seat was held at some time.
    offered: HashSet<i64>,
    most_bookings: usize,
    checks: usize,
}

impl Audit {
    /// Compares everything. `acted` are those whose time may have been taken since the check before.
    pub async fn check(&mut self, term: &Term, acted: &BTreeSet<AccountId>, at: &str) {
        // Everything that has ended is settled by the first request that looks.
        term.list_all().await;
        let now = term.server.now();
        let listed = term.list_all().await;
        let stored = Stored::load(term, now).await;
        self.checks += 1;
        self.most_bookings = self.most_bookings.max(stored.bookings.len());
        check_overlaps(&stored, at);
        check_occupancies(term, &stored, now, at).await;
        check_listing(term, &stored, &listed, now, at);
        check_waiting(&stored, now, at);
        check_places(&stored, at);
        self.check_order(&stored, acted, at);
        self.check_offers(term, at).await;
    }

    /// A student who could book is not passed over by one who joined later.
    fn check_order(&mut self, stored: &Stored, acted: &BTreeSet<AccountId>, at: &str) {
        let mut by_session: BTreeMap<Session, Vec<&Entry>> = BTreeMap::new();
        for entry in &stored.entries {
            by_session.entry(entry.session()).or_default().push(entry);
        }
        let could_always = |entry: &Entry| {
            self.waiting.contains(&entry.id)
                && !acted.contains(&AccountId(entry.student_id))
                && stored.could_book(entry)
        };
        for entries in by_session.values() {
            let is_new = |entry: &Entry| entry.offer_expires_at.is_some() && !self.held.contains(&entry.id);
            let last_offered = entries.iter().rposition(|entry| is_new(entry));
            for entry in &entries[..last_offered.unwrap_or_default()] {
                let is_passed_over = entry.offer_expires_at.is_none() && could_always(entry);
                assert!(!is_passed_over, "{at}: {entry:?} is passed over: {entries:?}");
            }
        }
        let waits = |entry: &&Entry| entry.offer_expires_at.is_none() && stored.could_book(entry);
        self.waiting = stored.entries.iter().filter(waits).map(|entry| entry.id).collect();
        self.held =
            stored.entries.iter().filter(|entry| entry.offer_expires_at.is_some()).map(|entry| entry.id).collect();
        self.offered.extend(&self.held);
    }

    /// Each offer is made once.
    async fn check_offers(&self, term: &Term, at: &str) {
        let sql =
            "select subject_id, count(*) from notifications where type = 'waitlist' and detail = 1 group by subject_id";
        let made: Vec<(i64, i64)> = term.server.db().all(sql, &[]).await.expect("the offers are counted");
        let made: HashMap<i64, i64> = made.into_iter().collect();
        let repeated: Vec<_> = made.iter().filter(|(_, count)| **count != 1).collect();
        assert!(repeated.is_empty(), "{at}: offered more than once: {repeated:?}");
        let silent: Vec<_> = self.offered.iter().filter(|entry| !made.contains_key(entry)).collect();
        assert!(silent.is_empty(), "{at}: held without an offer: {silent:?}");
    }

    /// Prints what happened, and checks that enough did.
    pub async fn finish(&self, term: &Term) {
        let sql = "select id from bookings";
        let kept: Vec<(i64,)> = term.server.db().all(sql, &[]).await.expect("the bookings are read");
        let kept: HashSet<i64> = kept.into_iter().map(|(id,)| id).collect();
        for id in term.acknowledged.lock().expect("a set").iter() {
            let BookingId(number) = BookingId::from_global(&id.as_str().into()).expect("an id");
            assert!(kept.contains(&number), "the acknowledged booking {id} is lost");
        }
        let count = |number: &std::sync::atomic::AtomicUsize| number.load(Ordering::Relaxed);
        let sql = "select count(*) from notifications where type = 'waitlist' and detail = 1";
        let (offers,): (i64,) = term.server.db().one(sql, &[]).await.expect("the offers are counted");
        println!(
            "{} students, {} mentors: {} requests, {} bookings acknowledged, {} stored, {} at once, {} places in waitlists, \
             {offers} offers, {} taken, {} kills, {} checks",
            term.students.len(),
            term.mentors.len(),
            count(&term.counts.requests),
            count(&term.counts.bookings),
            kept.len(),
            self.most_bookings,
            count(&term.counts.joins),
            count(&term.counts.offers_taken),
            count(&term.counts.kills),
            self.checks,
        );
        assert!(count(&term.counts.bookings) > 0, "students book");
    }
}

/// No one is in two places.
fn check_overlaps(stored: &Stored, at: &str) {
    let people: BTreeSet<i64> = stored.studies.keys().chain(stored.teaches.keys()).copied().collect();
    for person in people {
        let mut busy = stored.busy(person);
        busy.sort_unstable();
        let together = busy.windows(2).find(|pair| overlap(pair[0], pair[1]));
        assert_eq!(together, None, "{at}: {person} is in two places");
    }
}

/// The stored seats are those of the bookings and of the offers.
async fn check_occupancies(term: &Term, stored: &Stored, now: Timestamp, at: &str) {
    let sql = "select person_id, appointment_id, starts_at, ends_at, seats_taken from occupancies where ends_at > $1";
    let rows: Vec<(i64, i64, i64, i64, Option<i64>)> =
        term.server.db().all(sql, &[&now]).await.expect("the occupancies are read");
    let mentor_of = |appointment: i64| stored.appointments[&appointment].mentor_id;
    let (mut taught, mut studied) = (BTreeMap::new(), BTreeSet::new());
    for (person, appointment, starts_at, ends_at, taken) in rows {
        match taken {
            Some(taken) => {
                assert_eq!(mentor_of(appointment), person, "{at}");
                assert_eq!(taught.insert((appointment, starts_at, ends_at), taken), None, "{at}");
            }
            None => assert!(studied.insert((person, (appointment, starts_at, ends_at))), "{at}"),
        }
    }
    let sessions: BTreeMap<Session, i64> =
        stored.teaches.values().flatten().map(|(session, taken)| (*session, *taken)).collect();
    assert_eq!(taught, sessions, "{at}: the seats that are taken");
    let of_students: BTreeSet<(i64, Session)> =
        stored.bookings.iter().map(|booking| (booking.student_id, booking.session())).collect();
    assert_eq!(of_students.len(), stored.bookings.len(), "{at}: a student has a seat twice");
    assert_eq!(studied, of_students, "{at}: the times of students");
}

/// The server lists what hours, bookings and times off leave, and nothing else.
fn check_listing(term: &Term, stored: &Stored, listed: &[Vec<Value>], now: Timestamp, at: &str) {
    let range = (now.plus(NEAR).0, now.plus(AHEAD).0 - HOUR);
    for (offer, slots) in term.offers.iter().zip(listed) {
        let appointment = &stored.appointments[&offer.id.0];
        let expected: Vec<(i64, i64)> = appointment
            .grid(range)
            .into_iter()
            .filter_map(|starts_at| Some((starts_at, stored.seats_left(appointment, starts_at)?)))
            .collect();
        let found: Vec<(i64, i64)> = slots
            .iter()
            .map(|slot| (instant(&slot["startsAt"]).0, slot["seatsLeft"].as_i64().expect("a number")))
            .filter(|(starts_at, _)| (range.0..range.1).contains(starts_at))
            .collect();
        assert_eq!(found, expected, "{at}: the slots of {appointment:?}");
    }
}

/// The last event of each student who waits reported the place that the student has now.
fn check_places(stored: &Stored, at: &str) {
    let mut waiting: BTreeMap<Session, i64> = BTreeMap::new();
    for entry in &stored.entries {
        let place = if entry.offer_expires_at.is_some() {
            0
        } else {
            let count = waiting.entry(entry.session()).or_default();
            *count += 1;
            (*count).min(MAX_ANNOUNCED_PLACE + 1)
        };
        assert_eq!(entry.announced_place, place, "{at}: the place of {entry:?}");
    }
}

/// No one waits while a seat stands free, nor for a slot that is gone.
fn check_waiting(stored: &Stored, now: Timestamp, at: &str) {
    for entry in stored.entries.iter().filter(|entry| entry.starts_at > now.plus(NEAR).0) {
        let appointment = &stored.appointments[&entry.appointment_id];
        let is_on_grid = appointment.grid((entry.starts_at, entry.starts_at + 1)).len() == 1;
        let left = stored.seats_left(appointment, entry.starts_at).filter(|_| is_on_grid);
        assert!(left.is_some(), "{at}: {entry:?} is for a slot that is gone");
        if entry.offer_expires_at.is_none() && left != Some(0) {
            assert!(!stored.could_book(entry), "{at}: {entry:?} waits while {left:?} seats are free");
        }
    }
}
