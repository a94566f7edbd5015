//! The lobby in a terminal: it prints messages and sends the lines that you type. A line that starts with `>` replies to the
//! last message that mentioned you. Ctrl-C or the end of the input leaves.
//!
//!     cargo run --example lobby -- grace_h

mod lobby_client;

use std::pin::pin;
use std::thread;

use anyhow::Result;
use clap::Parser;
use tokio::signal::ctrl_c;
use tokio::sync::mpsc;

use crate::lobby_client::{Event, Lobby};

/// The lobby in a terminal
#[derive(Parser)]
struct Args {
    /// Your name in the lobby: 3 to 15 letters, digits or underscores
    pseudonym: String,
    /// The URL of the API
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut lobby = Lobby::enter(&args.url, &args.pseudonym).await?;
    println!("* you are {}, one of {} here", lobby.username, lobby.online_count);

    let mut last_mention: Option<String> = None;
    let mut lines = spawn_line_reader();
    // Created once: a new future in each turn of the loop would miss signals between two turns.
    let mut interrupted = pin!(ctrl_c());
    loop {
        tokio::select! {
            event = lobby.next() => match event? {
                // The terminal shows the line that was typed.
                Event::Message { is_mine: true, .. } => {}
                event => {
                    println!("{event}");
                    if let Event::Message { id, mentions_me: true, .. } = event {
                        last_mention = Some(id);
                    }
                }
            },
            // A full queue stops the reading, so that a file can be piped into this program.
            line = lines.recv(), if lobby.has_capacity() => match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => match line.strip_prefix('>') {
                    Some(reply) => lobby.queue(reply.trim().to_owned(), last_mention.clone()),
                    None => lobby.queue(line, None),
                },
                None => break,
            },
            _ = &mut interrupted => break,
        }
    }
    lobby.leave().await
}

/// Reads the standard input in a thread: a read cannot be cancelled, and the program must be able to end during one.
fn spawn_line_reader() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}
