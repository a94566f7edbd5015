//! A bot in the lobby. It answers lines that begin with `!`, until Ctrl-C.
//!
//!     cargo run --example lobby_bot
//!
//! Three rules keep it out of endless talks: it does not answer itself, no answer of its is a command, and whoever asks
//! for too much in a minute, as a bot that takes each answer for a question does, is not answered for the rest of it.

mod lobby_client;

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use jiff::Timestamp;
use tokio::signal::ctrl_c;
use tokio::time::Instant;

use crate::lobby_client::{Event, Lobby};

/// A guest says at most 20 messages a minute, so there is no use in more.
const MAX_ANSWERS: usize = 15;
const MAX_ANSWERS_TO_ONE: usize = 5;

/// A bot in the lobby
#[derive(Parser)]
struct Args {
    /// What it is called there: 3 to 15 letters, digits or underscores
    #[arg(default_value = "clock_bot")]
    pseudonym: String,
    /// Where the API is
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut lobby = Lobby::enter(&args.url, &args.pseudonym).await?;
    println!("* {} answers, to one of {} here", lobby.username, lobby.online_count);

    let mut patience = Patience::new();
    // One for all turns of the loop: a new one each time would miss what comes in between.
    let mut interrupted = pin!(ctrl_c());
    loop {
        let event = tokio::select! {
            event = lobby.next() => event?,
            _ = &mut interrupted => break,
        };
        println!("{event}");
        if let Event::Said { author, is_mine: false, text } = event
            && let Some(answer) = answer(&text)
            && lobby.has_room()
            && patience.allows(&author)
        {
            lobby.say(answer);
        }
    }
    lobby.leave().await
}

/// What there is to say to a line, if it is a command. Unknown ones get no answer: there may be other bots.
fn answer(line: &str) -> Option<String> {
    let (command, argument) = match line.strip_prefix('!')?.split_once(char::is_whitespace) {
        Some((command, argument)) => (command, argument.trim()),
        None => (line.strip_prefix('!')?, ""),
    };
    match command {
        "help" => Some("I know !help and !time, and the time elsewhere: !time Europe/Lisbon".to_owned()),
        "time" => Some(time_in(if argument.is_empty() { "UTC" } else { argument })),
        _ => None,
    }
}

fn time_in(zone: &str) -> String {
    // What was asked is not repeated where it means nothing: nobody puts words into this bot's mouth.
    match Timestamp::now().in_tz(zone) {
        Ok(now) => now.strftime("It is %A, %H:%M (%Q).").to_string(),
        Err(_) => "I do not know that time zone. Its name is like Europe/Lisbon.".to_owned(),
    }
}

/// How many answers each got in the current minute. Together they are few, so the list is short.
struct Patience {
    since: Instant,
    answers: HashMap<String, usize>,
}

impl Patience {
    fn new() -> Self {
        Self { since: Instant::now(), answers: HashMap::new() }
    }

    fn allows(&mut self, author: &str) -> bool {
        if self.since.elapsed() >= Duration::from_mins(1) {
            *self = Self::new();
        }
        if self.answers.values().sum::<usize>() >= MAX_ANSWERS {
            return false;
        }
        let answers = self.answers.entry(author.to_owned()).or_default();
        let is_allowed = *answers < MAX_ANSWERS_TO_ONE;
        *answers += usize::from(is_allowed);
        is_allowed
    }
}
