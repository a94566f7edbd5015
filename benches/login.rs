//! Logins per second at the default cost of a password hash, and the latency of other requests during them.
//!
//! A password hash is expensive by design. It must not block other requests: their latency must not become that of the
//! hash.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use studyhall::graphql::Caller;
use studyhall::passwords::HashCost;
use tokio::runtime::Runtime;

use crate::campus::{Campus, Member, anonymous};
use crate::comparison::{as_f64, quantile};

/// The number of members who log in again and again, each from a different address.
const MEMBERS: u8 = 8;
const DURATION: Duration = Duration::from_secs(3);
/// The pause of the reader between two requests.
const READ_PAUSE: Duration = Duration::from_millis(1);

const USER: &str = "query($id: ID!) { user(by: { id: $id }) { id username displayName joinedAt } }";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    runtime.block_on(async {
        let campus = Arc::new(Campus::open(HashCost::default()).await);
        let reader = campus.member("reader").await;
        for number in 0..MEMBERS {
            campus.member(&name(number)).await;
        }
        let mut idle = latencies(&campus, &reader).await;
        let logins = Logins::start(&campus);
        let mut busy = latencies(&campus, &reader).await;
        let per_second = logins.stop().await / DURATION.as_secs_f64();

        println!("\nlogins at the default cost of a password hash: {per_second:.1}/s");
        println!("{:<44} {:>9} {:>9}", "user by id, by another client", "p50 µs", "p99 µs");
        for (name, micros) in [("without logins", &mut idle), ("while 8 members log in", &mut busy)] {
            println!("{name:<44} {:>9.0} {:>9.0}", quantile(micros, 0.5), quantile(micros, 0.99));
        }
    });
}

fn name(number: u8) -> String {
    format!("student{number}")
}

/// Queries a user again and again, and returns the latency of each response in microseconds.
async fn latencies(campus: &Campus, reader: &Member) -> Vec<f64> {
    let until = Instant::now() + DURATION;
    let mut micros = Vec::new();
    while Instant::now() < until {
        tokio::time::sleep(READ_PAUSE).await;
        let started_at = Instant::now();
        campus.execute(&reader.caller, USER, json!({ "id": reader.id })).await;
        micros.push(started_at.elapsed().as_secs_f64() * 1e6);
    }
    micros
}

struct Logins {
    is_stopped: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    members: Vec<tokio::task::JoinHandle<()>>,
}

impl Logins {
    fn start(campus: &Arc<Campus>) -> Self {
        let (is_stopped, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let members = (0..MEMBERS).map(|number| {
            let (campus, is_stopped, count) = (campus.clone(), is_stopped.clone(), count.clone());
            let caller = Caller { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)), ..anonymous() };
            tokio::spawn(async move {
                while !is_stopped.load(Ordering::Relaxed) {
                    campus.login(&caller, &name(number)).await;
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        Self { members: members.collect(), is_stopped, count }
    }

    /// Returns the number of logins.
    async fn stop(self) -> f64 {
        let count = self.count.load(Ordering::Relaxed);
        self.is_stopped.store(true, Ordering::Relaxed);
        for member in self.members {
            member.await.expect("every login succeeds");
        }
        as_f64(count)
    }
}
