//! Puts load on a server and prints how it fares. Against a server of yours, which lifts its limits for it:
//!
//!     STUDYHALL_RATE_LIMITS=off cargo run --release
//!     STUDYHALL_IDENTIFIER=ada STUDYHALL_PASSWORD=.. cargo run --release --example load -- --clients 32
//!
//! Each client asks again when it has its answer. So the figures say what this many clients get, and not what happens
//! when more come in than the server can take.

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

/// Puts load on a server and prints how it fares
#[derive(Parser)]
struct Args {
    /// How many ask at once
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// For how long; an access token lasts for ten minutes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=540))]
    seconds: u64,
    /// How often at most, all of them together
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Username or address
    #[arg(long, env = "STUDYHALL_IDENTIFIER")]
    identifier: String,
    #[arg(long, env = "STUDYHALL_PASSWORD", hide_env_values = true)]
    password: String,
    /// Where the API is
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

/// What all clients share.
struct Load {
    http: Client,
    url: String,
    token: String,
    /// What is asked, in turn.
    mix: Vec<Bytes>,
    requests_left: AtomicU64,
    deadline: Instant,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let http = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let login = login::Variables { identifier: args.identifier, password: args.password };
    let answer = http.post(&args.url).json(&Login::build_query(login)).send().await?;
    let login = answer.json::<Response<login::ResponseData>>().await?.data.and_then(|data| data.login);
    let session = login.context("the login was not answered")?.session.context("identifier or password is wrong")?;

    let mut load = Load {
        http,
        url: args.url,
        token: session.access_token.context("no access token")?,
        mix: Vec::new(),
        requests_left: AtomicU64::new(args.requests),
        deadline: Instant::now() + Duration::from_secs(args.seconds),
    };
    load.prepare().await?;

    // Every client may use it for as long as the program runs.
    let load: &'static Load = Box::leak(Box::new(load));
    let began = Instant::now();
    let clients: Vec<_> = (0..args.clients).map(|number| tokio::spawn(load.client(number))).collect();
    let (mut times, mut errors) = (Vec::new(), BTreeMap::<String, usize>::new());
    for client in clients {
        for outcome in client.await? {
            match outcome {
                Ok(time) => times.push(time),
                Err(code) => *errors.entry(code).or_default() += 1,
            }
        }
    }
    let took = began.elapsed();

    times.sort_unstable();
    let at = |percent| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let a_second = f64::from(u32::try_from(times.len())?) / took.as_secs_f64();
    println!("{} requests in {took:.1?}, {a_second:.1} a second", times.len());
    println!("p50 {:.2?}, p99 {:.2?}", at(50), at(99));
    println!("{} errors {errors:?}", errors.values().sum::<usize>());
    Ok(())
}

impl Load {
    /// Fills the mix with every query as it is, and by its hash alone (an automatic persisted query).
    async fn prepare(&mut self) -> Result<()> {
        let people = people::Variables { text: "an".to_owned() };
        for mut body in [json!(People::build_query(people)), json!(Posts::build_query(posts::Variables))] {
            self.mix.push(body.to_string().into());
            let query = body["query"].as_str().context("a query")?;
            let hash: String = Sha256::digest(query).iter().map(|byte| format!("{byte:02x}")).collect();
            body["extensions"] = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
            self.ask(body.to_string().into()).await.map_err(|code| anyhow!("refused: {code}"))?;
            body["query"].take();
            self.mix.push(body.to_string().into());
        }
        Ok(())
    }

    /// Asks one thing after the other, until the time is up or enough was asked. Each client begins elsewhere in the
    /// mix. Returns how long each good answer took, and the code of each error.
    async fn client(&self, number: usize) -> Vec<Result<Duration, String>> {
        let mut outcomes = Vec::new();
        for body in self.mix.iter().cycle().skip(number % self.mix.len()) {
            let take = |left: u64| left.checked_sub(1);
            let asked_at = Instant::now();
            if asked_at >= self.deadline || self.requests_left.fetch_update(Relaxed, Relaxed, take).is_err() {
                break;
            }
            outcomes.push(self.ask(body.clone()).await.map(|()| asked_at.elapsed()));
        }
        outcomes
    }

    /// Returns the code of the first error.
    async fn ask(&self, body: Bytes) -> Result<(), String> {
        let request = self.http.post(&self.url).header(CONTENT_TYPE, "application/json").bearer_auth(&self.token);
        let answer = async { request.body(body).send().await?.json::<Response<Value>>().await }.await;
        let errors = answer.map_err(|_| "NO_ANSWER".to_owned())?.errors.unwrap_or_default();
        let code = |error: &graphql_client::Error| Some(error.extensions.as_ref()?.get("code")?.as_str()?.to_owned());
        errors.first().map_or(Ok(()), |error| Err(code(error).unwrap_or_else(|| "NO_CODE".to_owned())))
    }
}
