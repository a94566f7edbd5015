//! Logins per second at the true cost of a password, and how long everybody else waits meanwhile.
//!
//! A hash is work on purpose. What counts is that it is done beside the requests: their latency must not become the
//! hash's.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use studyhall::graphql::Caller;
use studyhall::passwords::HashCost;
use tokio::runtime::Runtime;

use crate::campus::{Campus, Member, nobody};
use crate::contest::{as_f64, quantile};

/// People who log in again and again, each from an address of their own.
const PEOPLE: u8 = 8;
const TIME: Duration = Duration::from_secs(3);
/// The reader leaves the processor alone in between.
const PAUSE: Duration = Duration::from_millis(1);

const USER: &str = "query($id: ID!) { user(by: { id: $id }) { id username displayName joinedAt } }";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    runtime.block_on(async {
        let campus = Arc::new(Campus::open(HashCost::default()).await);
        let reader = campus.member("reader").await;
        for number in 0..PEOPLE {
            campus.member(&name(number)).await;
        }
        let mut quiet = latencies(&campus, &reader).await;
        let logins = Logins::start(&campus);
        let mut busy = latencies(&campus, &reader).await;
        let per_second = logins.stop().await / TIME.as_secs_f64();

        println!("\nlogins at the default cost of a password: {per_second:.1}/s");
        println!("{:<44} {:>9} {:>9}", "a user by id, of another client", "p50 µs", "p99 µs");
        for (name, micros) in [("nobody logs in", &mut quiet), ("8 people log in all the time", &mut busy)] {
            println!("{name:<44} {:>9.0} {:>9.0}", quantile(micros, 0.5), quantile(micros, 0.99));
        }
    });
}

fn name(number: u8) -> String {
    format!("student{number}")
}

/// Asks for a user now and then, and returns how many microseconds each answer took.
async fn latencies(campus: &Campus, reader: &Member) -> Vec<f64> {
    let until = Instant::now() + TIME;
    let mut micros = Vec::new();
    while Instant::now() < until {
        tokio::time::sleep(PAUSE).await;
        let began = Instant::now();
        campus.ask(&reader.caller, USER, json!({ "id": reader.id })).await;
        micros.push(began.elapsed().as_secs_f64() * 1e6);
    }
    micros
}

struct Logins {
    is_over: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    people: Vec<tokio::task::JoinHandle<()>>,
}

impl Logins {
    fn start(campus: &Arc<Campus>) -> Self {
        let (is_over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let people = (0..PEOPLE).map(|number| {
            let (campus, is_over, count) = (campus.clone(), is_over.clone(), count.clone());
            let caller = Caller { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)), ..nobody() };
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    campus.login(&caller, &name(number)).await;
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        Self { people: people.collect(), is_over, count }
    }

    /// Returns how many logins succeeded.
    async fn stop(self) -> f64 {
        let count = self.count.load(Ordering::Relaxed);
        self.is_over.store(true, Ordering::Relaxed);
        for person in self.people {
            person.await.expect("every login succeeds");
        }
        as_f64(count)
    }
}
