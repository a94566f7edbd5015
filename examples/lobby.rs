//! The lobby in a terminal: what others say is printed, what you type is said. Ctrl-C or the end of the input leaves.
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
    /// What to be called there: 3 to 15 letters, digits or underscores
    pseudonym: String,
    /// Where the API is
    #[arg(long, env = "STUDYHALL_URL", default_value = "http://127.0.0.1:8000/graphql")]
    url: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut lobby = Lobby::enter(&args.url, &args.pseudonym).await?;
    println!("* you are {}, one of {} here", lobby.username, lobby.online_count);

    let mut lines = typed_lines();
    // One for all turns of the loop: a new one each time would miss what comes in between.
    let mut interrupted = pin!(ctrl_c());
    loop {
        tokio::select! {
            event = lobby.next() => match event? {
                // It stands in the terminal already.
                Event::Said { is_mine: true, .. } => {}
                event => println!("{event}"),
            },
            // Nothing more is read while there is much to say: whoever pipes a file into this has to wait.
            line = lines.recv(), if lobby.has_room() => match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => lobby.say(line),
                None => break,
            },
            _ = &mut interrupted => break,
        }
    }
    lobby.leave().await
}

/// Reads the standard input in a thread of its own: nothing can interrupt a read, and the program must end without it.
fn typed_lines() -> mpsc::Receiver<String> {
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
