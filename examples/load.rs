//! A load generator that prints throughput and latency. Run it against a server of yours without rate limits:
//!
//!     STUDYHALL_RATE_LIMITS=off cargo run --release
//!     STUDYHALL_IDENTIFIER=ada STUDYHALL_PASSWORD=.. cargo run --release --example load -- --clients 32
//!
//! Each client sends its next request when it has the response (a closed loop). So the results are those of this many
//! clients, and do not show what happens when more requests arrive than the server can handle.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use clap::Parser;
use graphql_client::{GraphQLQuery, Response};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/load.graphql")]
struct Login;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/load.graphql")]
struct People;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/load.graphql")]
struct Posts;

/// A load generator that prints throughput and latency
#[derive(Parser)]
struct Args {
    /// The number of concurrent clients
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// The duration; an access token is valid for ten minutes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=540))]
    seconds: u64,
    /// The maximum number of requests of all clients together
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Username or mail address
    #[arg(long, env = "STUDYHALL_IDENTIFIER")]
    identifier: String,
    #[arg(long, env = "STUDYHALL_PASSWORD", hide_env_values = true)]
    password: String,
    /// The URL of the API
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

/// The state that all clients share.
struct Load {
    http: Client,
    url: String,
    token: String,
    /// The request bodies that each client sends in turn.
    bodies: Vec<Bytes>,
    requests_left: AtomicU64,
    deadline: Instant,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let http = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let login = login::Variables { identifier: args.identifier, password: args.password };
    let response = http.post(&args.url).json(&Login::build_query(login)).send().await?;
    let login = response.json::<Response<login::ResponseData>>().await?.data.and_then(|data| data.login);
    let session =
        login.context("the login returned no data")?.session.context("the identifier or the password is wrong")?;

    let mut load = Load {
        http,
        url: args.url,
        token: session.access_token.context("no access token")?,
        bodies: Vec::new(),
        requests_left: AtomicU64::new(args.requests),
        deadline: Instant::now() + Duration::from_secs(args.seconds),
    };
    load.prepare_bodies().await?;

    // Leaked once, so that all tasks can borrow it.
    let load: &'static Load = Box::leak(Box::new(load));
    let started_at = Instant::now();
    let clients: Vec<_> = (0..args.clients).map(|number| tokio::spawn(load.run_client(number))).collect();
    let (mut times, mut errors) = (Vec::new(), BTreeMap::<String, usize>::new());
    for client in clients {
        for outcome in client.await? {
            match outcome {
                Ok(time) => times.push(time),
                Err(code) => *errors.entry(code).or_default() += 1,
            }
        }
    }
    let elapsed = started_at.elapsed();

    times.sort_unstable();
    let percentile = |percent| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let rate = f64::from(u32::try_from(times.len())?) / elapsed.as_secs_f64();
    println!("{} requests in {elapsed:.1?}, {rate:.1} a second", times.len());
    println!("p50 {:.2?}, p99 {:.2?}", percentile(50), percentile(99));
    println!("{} errors {errors:?}", errors.values().sum::<usize>());
    Ok(())
}

impl Load {
    /// Adds each query in full, and by its hash alone (an automatic persisted query).
    async fn prepare_bodies(&mut self) -> Result<()> {
        let people = people::Variables { text: "an".to_owned() };
        for mut body in [json!(People::build_query(people)), json!(Posts::build_query(posts::Variables))] {
            self.bodies.push(body.to_string().into());
            let query = body["query"].as_str().context("a query")?;
            let hash: String = Sha256::digest(query).iter().map(|byte| format!("{byte:02x}")).collect();
            body["extensions"] = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
            self.send(body.to_string().into()).await.map_err(|code| anyhow!("a query was rejected: {code}"))?;
            body["query"].take();
            self.bodies.push(body.to_string().into());
        }
        Ok(())
    }

    /// Sends one request after the other until the deadline, or until no requests are left. Each client starts with
    /// another body. Returns the latency of each response, or the code of its error.
    async fn run_client(&self, number: usize) -> Vec<Result<Duration, String>> {
        let mut outcomes = Vec::new();
        for body in self.bodies.iter().cycle().skip(number % self.bodies.len()) {
            let decrement = |left: u64| left.checked_sub(1);
            let sent_at = Instant::now();
            if sent_at >= self.deadline || self.requests_left.fetch_update(Relaxed, Relaxed, decrement).is_err() {
                break;
            }
            outcomes.push(self.send(body.clone()).await.map(|()| sent_at.elapsed()));
        }
        outcomes
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The code of the first error.
    async fn send(&self, body: Bytes) -> Result<(), String> {
        let request = self.http.post(&self.url).header(CONTENT_TYPE, "application/json").bearer_auth(&self.token);
        let response = async { request.body(body).send().await?.json::<Response<Value>>().await }.await;
        let errors = response.map_err(|_| "NO_RESPONSE".to_owned())?.errors.unwrap_or_default();
        let code = |error: &graphql_client::Error| Some(error.extensions.as_ref()?.get("code")?.as_str()?.to_owned());
        errors.first().map_or(Ok(()), |error| Err(code(error).unwrap_or_else(|| "NO_CODE".to_owned())))
    }
}
