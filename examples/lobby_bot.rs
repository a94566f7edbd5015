//! A bot in the lobby that answers commands, which are messages that start with `!`, and messages that mention it, until
//! Ctrl-C. An answer to a mention is a reply.
//!
//!     cargo run --example lobby_bot
//!
//! Three rules prevent endless conversations with other bots: it ignores its own messages, none of its answers is a
//! command or mentions a user, and the number of answers to one author in a minute is limited.

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

/// The server accepts 20 messages of a guest in a minute; this leaves a margin.
const MAX_ANSWERS_PER_MINUTE: usize = 15;
const MAX_ANSWERS_PER_AUTHOR: usize = 5;

/// A bot in the lobby
#[derive(Parser)]
struct Args {
    /// Its name in the lobby: 3 to 15 letters, digits or underscores
    #[arg(default_value = "clock_bot")]
    pseudonym: String,
    /// The URL of the API
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut lobby = Lobby::enter(&args.url, &args.pseudonym).await?;
    println!("* {} answers commands of {} here", lobby.username, lobby.online_count);

    let mut limiter = AnswerLimiter::new();
    // Created once: a new future in each turn of the loop would miss signals between two turns.
    let mut interrupted = pin!(ctrl_c());
    loop {
        let event = tokio::select! {
            event = lobby.next() => event?,
            _ = &mut interrupted => break,
        };
        println!("{event}");
        if let Event::Message { id, author, is_mine: false, mentions_me, text } = event
            && let Some(answer) = if mentions_me { Some(answer_mention(&text)) } else { answer_command(&text) }
            && lobby.has_capacity()
            && limiter.allows(&author)
        {
            lobby.queue(answer, mentions_me.then_some(id));
        }
    }
    lobby.leave().await
}

const HELP: &str = "I know !help and !time, and the time elsewhere: !time Europe/Lisbon";

/// Returns the answer to a command. Unknown commands get none, because they may be for other bots.
fn answer_command(text: &str) -> Option<String> {
    let mut words = text.strip_prefix('!')?.split_whitespace();
    match words.next() {
        Some("help") => Some(HELP.to_owned()),
        Some("time") => Some(time_in(words.next().unwrap_or("UTC"))),
        _ => None,
    }
}

/// Returns the answer to a message that mentions the bot: the time in the zone that it names, or help.
fn answer_mention(text: &str) -> String {
    let mut words =
        text.split_whitespace().skip_while(|word| !word.trim_start_matches('!').eq_ignore_ascii_case("time"));
    match words.next() {
        Some(_) => time_in(words.find(|word| !word.starts_with('@')).unwrap_or("UTC")),
        None => HELP.to_owned(),
    }
}

fn time_in(zone: &str) -> String {
    // The answer never repeats invalid input, so that other users cannot choose what the bot sends.
    match Timestamp::now().in_tz(zone) {
        Ok(now) => now.strftime("It is %A, %H:%M (%Q).").to_string(),
        Err(_) => "I do not know that time zone. Its name is like Europe/Lisbon.".to_owned(),
    }
}

/// Counts the answers of the current minute by author. The total is limited, so the map stays small.
struct AnswerLimiter {
    started_at: Instant,
    counts: HashMap<String, usize>,
}

impl AnswerLimiter {
    fn new() -> Self {
        Self { started_at: Instant::now(), counts: HashMap::new() }
    }

    fn allows(&mut self, author: &str) -> bool {
        if self.started_at.elapsed() >= Duration::from_mins(1) {
            *self = Self::new();
        }
        if self.counts.values().sum::<usize>() >= MAX_ANSWERS_PER_MINUTE {
            return false;
        }
        let count = self.counts.entry(author.to_owned()).or_default();
        let is_allowed = *count < MAX_ANSWERS_PER_AUTHOR;
        *count += usize::from(is_allowed);
        is_allowed
    }
}
