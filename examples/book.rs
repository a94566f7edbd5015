//! Books the first slot that a mentor has for a topic.
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

/// What the schema's scalars are here. `jiff` reads and writes them as they are.
type DateTime = Timestamp;

// The types of variables and answers are made from `book.graphql`: what does not fit the schema does not compile.
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

const PATIENCE: Duration = Duration::from_secs(15);
const MAX_TRIES: usize = 10;
const DAY_AND_TIME: &str = "%A, %-d %B %Y, %H:%M";

/// Books the first slot that a mentor has for a topic
#[derive(Parser)]
struct Args {
    /// Words of the topic's title; any topic when not given
    topic: Option<String>,
    /// Username or address
    #[arg(long, env = "STUDYHALL_IDENTIFIER")]
    identifier: String,
    #[arg(long, env = "STUDYHALL_PASSWORD", hide_env_values = true)]
    password: String,
    /// How many days from now on
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=31))]
    days: u64,
    /// In which zone times are printed, as Europe/Lisbon; that of this machine when not given
    #[arg(long)]
    time_zone: Option<String>,
    /// What to ask the mentor
    #[arg(long)]
    question: Option<String>,
    /// Cancels the booking again
    #[arg(long)]
    cancel: bool,
    /// Where the API is
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let zone = args.time_zone.as_deref().map_or_else(|| Ok(TimeZone::system()), TimeZone::get)?;
    let write = |time: Timestamp, form: &str| time.to_zoned_datetime(zone.clone()).strftime(form).to_string();
    let mut api = Api { http: Client::builder().timeout(PATIENCE).build()?, url: args.url, token: None };

    let variables = login::Variables { identifier: args.identifier, password: args.password };
    let login = api.ask::<Login>(variables).await?.login.context("no answer")?;
    if let Some(error) = login.user_errors.first() {
        bail!("{}", error.message);
    }
    // Good for ten minutes: enough for a script.
    api.token = login.session.context("no session")?.access_token;

    let from = Timestamp::now();
    let variables = offers::Variables { topic: args.topic, from, to: from + Duration::from_hours(24 * args.days) };
    let topics = api.ask::<Offers>(variables).await?.topics.context("no answer")?;
    let offers = topics.edges.into_iter().filter_map(|topic| topic.node.appointments).flat_map(|page| page.edges);
    let offers = offers.map(|edge| edge.node).filter(|offer| offer.viewer_can_book);
    let slots = offers.flat_map(|offer| offer.slots.into_iter().map(move |slot| (slot.starts_at, offer.id.clone())));
    let slots: BTreeSet<_> = slots.collect();
    println!("{} slots in {} days", slots.len(), args.days);

    // Somebody may be faster, and one may be busy oneself: then the next slot will do.
    for (starts_at, appointment) in slots.into_iter().take(MAX_TRIES) {
        let key = format!("{:016x}", getrandom::u64()?);
        let variables = book::Variables { appointment, starts_at, question: args.question.clone(), key };
        let booked = api.ask::<Book>(variables).await?.create_booking.context("no answer")?;
        match booked.user_errors.first() {
            Some(error) if [SLOT_TAKEN, SLOT_UNAVAILABLE, OVERLAP, BOOKING_LIMIT].contains(&error.code) => {
                println!("{}: {}", write(starts_at, DAY_AND_TIME), error.message);
                continue;
            }
            Some(error) => bail!("{}", error.message),
            None => {}
        }
        let booking = booked.booking_edge.context("no booking")?.node;
        let mentor = booking.mentor.map_or_else(String::new, |mentor| mentor.display_name);
        let (begin, end) = (write(booking.starts_at, DAY_AND_TIME), write(booking.ends_at, "%H:%M (%Z)"));
        println!("booked: {} with {mentor}, {begin} to {end}", booking.topic.title);

        if args.cancel {
            let variables = cancel::Variables { booking: booking.id };
            let cancelled = api.ask::<Cancel>(variables).await?.cancel_booking.context("no answer")?;
            match cancelled.user_errors.first() {
                Some(error) => bail!("{}", error.message),
                None => println!("cancelled again"),
            }
        }
        return Ok(());
    }
    bail!("there is no slot for you");
}

struct Api {
    http: Client,
    url: String,
    token: Option<String>,
}

impl Api {
    /// Asks again where no answer came. That does no harm here: a booking has a `clientKey`, by which it is made once,
    /// and everything else may be done twice.
    async fn ask<Q: GraphQLQuery>(&self, variables: Q::Variables) -> Result<Q::ResponseData> {
        let mut request = self.http.post(&self.url).json(&Q::build_query(variables));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut sent = request.try_clone().context("a body of its own")?.send().await;
        if sent.is_err() {
            sent = request.send().await;
        }
        let answer: Response<Q::ResponseData> = sent?.json().await?;
        if let Some(error) = answer.errors.into_iter().flatten().next() {
            bail!("{}", error.message);
        }
        answer.data.context("an answer without data")
    }
}
