//! Books the first free slot for a topic.
//!
//!     STUDYHALL_IDENTIFIER=ada STUDYHALL_PASSWORD=.. cargo run --example book -- knots --time-zone Europe/Lisbon

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use graphql_client::{GraphQLQuery, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Client;

use self::book::UserErrorCode::{BOOKING_LIMIT, OVERLAP, SLOT_TAKEN, SLOT_UNAVAILABLE};

/// The Rust type of the schema's scalar. `jiff` parses and prints its format.
type DateTime = Timestamp;

// The types of variables and responses are generated from `book.graphql`: an operation that does not match the schema
// does not compile.
#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/book.graphql")]
struct Login;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/book.graphql")]
struct Offers;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/book.graphql", response_derives = "PartialEq")]
struct Book;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "schema.graphql", query_path = "examples/book.graphql")]
struct Cancel;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_TRIES: usize = 10;
const DATE_FORMAT: &str = "%A, %-d %B %Y, %H:%M";

/// Books the first free slot for a topic
#[derive(Parser)]
struct Args {
    /// Words of the topic's title; all topics if omitted
    topic: Option<String>,
    /// Username or mail address
    #[arg(long, env = "STUDYHALL_IDENTIFIER")]
    identifier: String,
    #[arg(long, env = "STUDYHALL_PASSWORD", hide_env_values = true)]
    password: String,
    /// The number of days from now in which slots are searched
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=31))]
    days: u64,
    /// The time zone of printed times, such as Europe/Lisbon; this machine's if omitted
    #[arg(long)]
    time_zone: Option<String>,
    /// A question to the mentor
    #[arg(long)]
    question: Option<String>,
    /// Cancel the booking again
    #[arg(long)]
    cancel: bool,
    /// The URL of the API
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let zone = args.time_zone.as_deref().map_or_else(|| Ok(TimeZone::system()), TimeZone::get)?;
    let format = |time: Timestamp, format: &str| time.to_zoned_datetime(zone.clone()).strftime(format).to_string();
    let mut api = Api { http: Client::builder().timeout(REQUEST_TIMEOUT).build()?, url: args.url, token: None };

    let variables = login::Variables { identifier: args.identifier, password: args.password };
    let login = api.execute::<Login>(variables).await?.login.context("no payload")?;
    if let Some(error) = login.user_errors.first() {
        bail!("{}", error.message);
    }
    // Valid for ten minutes, which is enough for a script.
    api.token = login.session.context("no session")?.access_token;

    let from = Timestamp::now();
    let variables = offers::Variables { topic: args.topic, from, to: from + Duration::from_hours(24 * args.days) };
    let topics = api.execute::<Offers>(variables).await?.topics.context("no payload")?;
    let offers = topics.edges.into_iter().filter_map(|topic| topic.node.appointments).flat_map(|page| page.edges);
    let offers = offers.map(|edge| edge.node).filter(|offer| offer.viewer_can_book);
    let slots =
        offers.flat_map(|offer| offer.slots.into_iter().flatten().map(move |slot| (slot.starts_at, offer.id.clone())));
    let slots: BTreeSet<_> = slots.collect();
    println!("{} slots in {} days", slots.len(), args.days);

    // The slot may be taken by now, or the student may be busy at that time. Then the next slot is tried.
    for (starts_at, appointment) in slots.into_iter().take(MAX_TRIES) {
        let key = format!("{:016x}", getrandom::u64()?);
        let variables = book::Variables { appointment, starts_at, question: args.question.clone(), key };
        let payload = api.execute::<Book>(variables).await?.create_booking.context("no payload")?;
        match payload.user_errors.first() {
            Some(error) if [SLOT_TAKEN, SLOT_UNAVAILABLE, OVERLAP, BOOKING_LIMIT].contains(&error.code) => {
                println!("{}: {}", format(starts_at, DATE_FORMAT), error.message);
                continue;
            }
            Some(error) => bail!("{}", error.message),
            None => {}
        }
        let booking = payload.booking_edge.context("no booking")?.node;
        let mentor = booking.mentor.map_or_else(String::new, |mentor| mentor.display_name);
        let (start, end) = (format(booking.starts_at, DATE_FORMAT), format(booking.ends_at, "%H:%M (%Z)"));
        println!("booked: {} with {mentor}, {start} to {end}", booking.topic.title);

        if args.cancel {
            let variables = cancel::Variables { booking: booking.id };
            let payload = api.execute::<Cancel>(variables).await?.cancel_booking.context("no payload")?;
            match payload.user_errors.first() {
                Some(error) => bail!("{}", error.message),
                None => println!("cancelled again"),
            }
        }
        return Ok(());
    }
    bail!("no slot could be booked");
}

struct Api {
    http: Client,
    url: String,
    token: Option<String>,
}

impl Api {
    /// Executes an operation, and retries once without a response. That is safe: the `clientKey` makes `createBooking`
    /// idempotent, and the other operations may be repeated.
    async fn execute<Q: GraphQLQuery>(&self, variables: Q::Variables) -> Result<Q::ResponseData> {
        let mut request = self.http.post(&self.url).json(&Q::build_query(variables));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut sent = request.try_clone().context("the body can be cloned")?.send().await;
        if sent.is_err() {
            sent = request.send().await;
        }
        let response: Response<Q::ResponseData> = sent?.json().await?;
        if let Some(error) = response.errors.into_iter().flatten().next() {
            bail!("{}", error.message);
        }
        response.data.context("a response without data")
    }
}
