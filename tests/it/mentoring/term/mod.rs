//! A term: students book, wait, cancel and move, mentors approve, take time off and change their hours, all at once.
//!
//! After each round, everything that the server lists and stores is compared with what the bookings, times off and hours
//! alone say ([`audit`]). In one test the clock is moved between the rounds, in the other one the program is killed in each.
//!
//! `TEST_STUDENTS`, `TEST_MENTORS` and `TEST_ROUNDS` set the size of the term, and
//! `TEST_SEED` the seed.

mod actions;
mod audit;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::clock::Timestamp;
use studyhall::db::{Db, Query};
use studyhall::graphql::GlobalId;
use studyhall::topics::AppointmentId;
use tempfile::TempDir;
use tokio::process::Child;
use tokio::sync::Semaphore;

use self::audit::Audit;
use crate::crash::start_with;
use crate::support::random::{Random, seed, setting};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// How many requests run at once.
const CONCURRENCY: usize = 16;

/// After this time an access token is replaced.
const TOKEN_AGE: Duration = Duration::from_mins(8);

/// Each mentor offers this many topics.
const OFFERS: usize = 2;

const DAY: Duration = Duration::from_hours(24);

/// How far ahead the actors look.
const AHEAD: Duration = Duration::from_hours(4 * 24);

#[derive(Clone, Copy)]
struct Size {
    students: usize,
    mentors: usize,
    rounds: usize,
    /// How many students act in a round.
    acting: usize,
}

impl Size {
    /// The size of the suite, unless it is set.
    fn chosen(rounds: u64) -> Self {
        let chosen = |name, default| usize::try_from(setting(name, default)).expect("a small number");
        let students = chosen("TEST_STUDENTS", 60);
        Self {
            students,
            mentors: chosen("TEST_MENTORS", 4),
            rounds: chosen("TEST_ROUNDS", rounds),
            acting: (students / 2).min(400),
        }
    }
}

/// A user who signs in again when the access token is old.
struct Actor {
    id: AccountId,
    person: Mutex<(Person, Timestamp)>,
}

/// An appointment of a mentor.
struct Offer {
    id: AppointmentId,
    global_id: Value,
    mentor: usize,
}

enum Server {
    /// In this process, with a clock that can be moved.
    Own { campus: Box<Campus>, _dir: TempDir },
    /// The program.
    Program { dir: TempDir, database: String, child: Option<Box<Child>>, address: SocketAddr, db: Db },
}

/// A campus during a term.
struct Term {
    server: Server,
    size: Size,
    students: Vec<Actor>,
    mentors: Vec<Actor>,
    topics: Vec<Value>,
    offers: Vec<Offer>,
    /// The bookings that the server acknowledged.
    acknowledged: Mutex<BTreeSet<String>>,
    counts: Counts,
}

/// What happened.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicUsize,
    bookings: AtomicUsize,
    joins: AtomicUsize,
    offers_taken: AtomicUsize,
    kills: AtomicUsize,
}

impl Server {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Own { campus, .. } => campus.address,
            Self::Program { address, .. } => *address,
        }
    }

    fn db(&self) -> &Db {
        match self {
            Self::Own { campus, .. } => &campus.app.db,
            Self::Program { db, .. } => db,
        }
    }

    fn now(&self) -> Timestamp {
        match self {
            Self::Own { campus, .. } => campus.app.clock.now(),
            Self::Program { .. } => real_now(),
        }
    }

    /// Returns whether requests can fail, because the program is being killed.
    fn is_killed(&self) -> bool {
        matches!(self, Self::Program { .. })
    }

    fn keys(dir: &TempDir) -> PathBuf {
        dir.path().join("keys.json")
    }

    async fn start_program(&mut self) {
        let Self::Program { dir, database, child, address, .. } = self else { return };
        let keys = format!("--keys-file={}", Self::keys(dir).display());
        let started = start_with(dir.path(), database, &[&keys, "--max-sessions=100"]).await;
        (*child, *address) = (Some(Box::new(started.0)), started.1);
    }
}

fn real_now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

impl Actor {
    async fn new(campus: &Campus, username: String) -> Self {
        let person = campus.member(&username).await;
        let id = person.user_id().await.as_str().expect("an id").into();
        let id = AccountId::from_global(&id).expect("a user");
        Self { id, person: Mutex::new((person, campus.app.clock.now())) }
    }
}

impl Term {
    /// Registers all members, and creates what the mentors teach. On a program that is killed, the members are registered
    /// beforehand: hashing their passwords is not what the test is about.
    async fn begin(engine: Engine, size: Size, is_program: bool) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let database = engine.create_database(dir.path()).await;
        let campus = Campus::start_at(&database, &["--rate-limits=off", "--max-sessions=100"]).await;
        if is_program {
            campus.app.clock.set(real_now());
        }
        let register = |kind: &'static str, count: usize| {
            let campus = &campus;
            stream::iter(0..count)
                .map(move |number| Actor::new(campus, format!("{kind}{number}")))
                .buffered(CONCURRENCY)
        };
        let mentors: Vec<Actor> = register("mentor", size.mentors).collect().await;
        let students: Vec<Actor> = register("student", size.students).collect().await;
        let mut topics = Vec::new();
        let mut offers = Vec::new();
        for number in 0..size.mentors.div_ceil(2) * OFFERS {
            let person = mentors[0].person.lock().expect("a person").0.clone();
            topics.push(person.create_topic(&format!("Topic {number}")).await);
        }
        for (mentor, actor) in mentors.iter().enumerate() {
            let person = actor.person.lock().expect("a person").0.clone();
            for offer in 0..OFFERS {
                // Two mentors teach each topic, so that both can be assigned.
                let topic = &topics[mentor / 2 * OFFERS + offer];
                let more = json!({
                    "weeklyHours": actions::hours(9, 15), "seats": 1 + offer, "maxBookingsPerStudentPerDay": 2,
                    "isApprovalRequired": mentor % 2 == 1, "cancellationNoticeMinutes": 0,
                });
                let global_id = person.create_appointment(topic, &more).await;
                let id = AppointmentId::from_global(&global_id.as_str().expect("an id").into()).expect("an id");
                offers.push(Offer { id, global_id, mentor });
            }
        }
        let server = if is_program {
            std::fs::copy(campus.app.config.keys_file(), Server::keys(&dir)).expect("the keys are copied");
            campus.stop().await;
            let db = Db::open(&database.clone().into(), 2).await.expect("the database opens");
            let mut server =
                Server::Program { dir, database, child: None, address: SocketAddr::from(([127, 0, 0, 1], 0)), db };
            server.start_program().await;
            server
        } else {
            Server::Own { campus: Box::new(campus), _dir: dir }
        };
        let (acknowledged, counts) = (Mutex::default(), Counts::default());
        Self { server, size, students, mentors, topics, offers, acknowledged, counts }
    }

    /// Sends an operation as this actor. Returns the payload of a field; `None` if the server did not answer, because it was
    /// killed, or refused the request.
    async fn send(&self, actor: &Actor, field: &str, query: &str, variables: Value) -> Option<Value> {
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let (mut person, since) = actor.person.lock().expect("a person").clone();
        person.address = self.server.address();
        if self.server.now() > since.plus(TOKEN_AGE) {
            let login = "mutation Login($input: LoginInput!) {
                login(input: $input) { session { accessToken } userErrors { code } }
            }";
            person.access_token = None;
            let input = json!({ "identifier": person.username, "password": PASSWORD });
            let mut answer = Self::post(&person, login, json!({ "input": input })).await?;
            // The queue of passwords is short.
            while answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE" {
                answer = Self::post(&person, login, json!({ "input": input })).await?;
            }
            person.access_token = answer["data"]["login"]["session"]["accessToken"].as_str().map(str::to_owned);
            assert!(person.access_token.is_some() || self.server.is_killed(), "{answer}");
            *actor.person.lock().expect("a person") = (person.clone(), self.server.now());
        }
        let answer = Self::post(&person, query, variables).await?;
        let payload = answer["data"][field].clone();
        assert!(answer.get("errors").is_none() || self.server.is_killed(), "{query}: {answer}");
        (!payload.is_null()).then_some(payload)
    }

    async fn post(person: &Person, query: &str, variables: Value) -> Option<Value> {
        let request = person.request(reqwest::Method::POST, "/graphql");
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await.ok()?;
        response.json().await.ok()
    }

    /// Has mentors and students act at once. Returns those whose time may have been taken.
    async fn run_round(&self, random: &mut Random, done: &Semaphore) -> BTreeSet<AccountId> {
        let listed = self.list_all().await;
        let acting: BTreeSet<usize> = (0..self.size.acting).map(|_| random.below(self.size.students)).collect();
        // The time of a mentor is also taken by others.
        let mentors = self.mentors.iter().map(|mentor| mentor.id);
        let acted = acting.iter().map(|student| self.students[*student].id).chain(mentors).collect();
        let actors = acting.into_iter().map(|student| (true, student));
        let actors = actors.chain((0..self.size.mentors).map(|mentor| (false, mentor)));
        let seeds: Vec<(bool, usize, u64)> = actors.map(|(is_student, who)| (is_student, who, random.next())).collect();
        let listed = &listed;
        stream::iter(seeds)
            .for_each_concurrent(CONCURRENCY, |(is_student, who, seed)| async move {
                let random = Random::new(seed);
                if is_student {
                    self.act_as_student(&self.students[who], listed, random).await;
                } else {
                    self.act_as_mentor(who, listed, random).await;
                }
                done.add_permits(1);
            })
            .await;
        acted
    }

    /// Returns the slots of each offer, full ones included.
    async fn list_all(&self) -> Vec<Vec<Value>> {
        let (from, to) = (self.server.now(), self.server.now().plus(AHEAD));
        let query = "query($id: ID!, $from: DateTime!, $to: DateTime!) { appointment(id: $id) {
            slots(from: $from, to: $to, includeFull: true) { startsAt endsAt seatsLeft }
        } }";
        let lists = stream::iter(&self.offers).map(|offer| async move {
            let variables = json!({ "id": offer.global_id, "from": text(from), "to": text(to) });
            let found = self.send(&self.mentors[offer.mentor], "appointment", query, variables).await;
            found.and_then(|found| found["slots"].as_array().cloned()).unwrap_or_default()
        });
        lists.buffered(CONCURRENCY).collect().await
    }
}

/// Returns an instant as requests have it.
fn text(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).expect("an instant").to_string()
}

fn instant(text: &Value) -> Timestamp {
    let text = text.as_str().expect("an instant");
    Timestamp(text.parse::<jiff::Timestamp>().expect("an instant").as_microsecond())
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_has_no_overlap_no_lost_seat_and_no_student_who_is_passed_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let term = Term::begin(engine, Size::chosen(24), false).await;
    let Server::Own { campus, .. } = &term.server else { panic!("the clock cannot be moved") };
    let mut random = Random::new(seed());
    let (mut audit, done) = (Audit::default(), Semaphore::new(0));
    for round in 0..term.size.rounds {
        let acted = term.run_round(&mut random, &done).await;
        audit.check(&term, &acted, &format!("round {round}")).await;
        // Some offers end, or requests, or neither.
        let passed = [Duration::from_mins(5), Duration::from_mins(20), Duration::from_mins(61), DAY / 3, DAY];
        campus.advance(passed[random.below(passed.len())]);
        audit.check(&term, &BTreeSet::new(), &format!("after round {round}")).await;
    }
    audit.finish(&term).await;
    assert!(term.counts.joins.load(Ordering::Relaxed) > 0, "students wait");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_stays_consistent_although_the_program_is_killed_in_each_round(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut term = Term::begin(engine, Size::chosen(8), true).await;
    let mut random = Random::new(seed());
    let mut audit = Audit::default();
    for round in 0..term.size.rounds {
        let Server::Program { child, .. } = &mut term.server else { panic!("the program cannot be killed") };
        let mut child = child.take().expect("the program runs");
        let done = Semaphore::new(0);
        // Killed while requests run: after some have finished, before all have.
        let finished = u32::try_from(1 + random.below(term.size.acting / 2)).expect("a small number");
        let kill = async {
            drop(done.acquire_many(finished).await);
            child.kill().await.expect("SIGKILL is sent");
            term.counts.kills.fetch_add(1, Ordering::Relaxed);
        };
        let (acted, ()) = tokio::join!(term.run_round(&mut random, &done), kill);
        term.server.start_program().await;
        audit.check(&term, &acted, &format!("after kill {round}")).await;
        // The clock of the program cannot be moved. Instead, half of the offers and requests end now.
        let half = i64::try_from(random.below(2)).expect("a small number");
        for sql in [
            "update waitlist_entries set offer_expires_at = $1 where offer_expires_at is not null and id % 2 = $2",
            "update bookings set approval_expires_at = $1
             where approval_expires_at is not null and status = 'upcoming' and id % 2 = $2",
        ] {
            term.server.db().run(sql, &[&real_now(), &half]).await.expect("time passes");
        }
        audit.check(&term, &BTreeSet::new(), &format!("after time has passed in round {round}")).await;
    }
    audit.finish(&term).await;
}
