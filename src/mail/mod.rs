//! Letters to people: what they say, the outbox they wait in, and how they leave.
//!
//! A letter is written down in the transaction of the change it tells of, so there is none for a change that was rolled
//! back and no change without its letter. A worker sends it afterwards: at least once, always under the same
//! Message-ID. No request waits for a mail server.

mod letters;
mod outbox;
mod transport;
mod worker;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

use letters::Writer;
pub use letters::{BookingNews, Letter};
use transport::MailTransport;
pub use worker::Tally;
use worker::Worker;

/// The outbox is closed without waiting longer; what was being sent then is sent again after the next start.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The outbox's handle. Cheap to clone; all clones share one worker.
#[derive(Clone)]
pub struct Mail(Arc<MailInner>);

impl fmt::Debug for Mail {
    // It holds the password of the mail server.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail")
    }
}

struct MailInner {
    links: LinkKey,
    awake: Arc<Notify>,
    stop: watch::Sender<bool>,
    tally: watch::Receiver<Tally>,
    /// The worker before it began.
    idle: Mutex<Option<Worker>>,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Mail {
    /// Opens the outbox. The tokens of mailed links follow from `link_secret`.
    ///
    /// # Errors
    /// One line for the operator, when the settings do not say how to send.
    pub fn open(config: &Config, db: Db, clock: Clock, link_secret: [u8; 32]) -> Result<Self, String> {
        let links = LinkKey(hmac::Key::new(hmac::HMAC_SHA256, &link_secret));
        let writer = Writer::new(config.public_url(), &config.mail_from(), links.clone())?;
        let transport = MailTransport::new(config)?;
        let awake = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let (count, tally) = watch::channel(Tally::default());
        let worker = Worker { db, clock, writer, transport, awake: Arc::clone(&awake), stopped, count };
        let idle = Mutex::new(Some(worker));
        Ok(Self(Arc::new(MailInner { links, awake, stop, tally, idle, running: Mutex::default() })))
    }

    /// Starts the worker that sends. Until then letters are written down only.
    pub fn begin(&self) {
        if let Some(worker) = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).take() {
            *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokio::spawn(worker.run()));
        }
    }

    /// Tells the worker that something was committed. Forgotten, it would find out by itself some seconds later.
    pub fn wake(&self) {
        self.0.awake.notify_one();
    }

    /// Returns what this node has sent so far, as a value that can be waited on.
    #[must_use]
    pub fn tally(&self) -> watch::Receiver<Tally> {
        self.0.tally.clone()
    }

    /// Lets the worker finish the letters in its hands, and ends it.
    pub async fn close(&self) {
        self.0.stop.send_replace(true);
        let worker = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut worker) = worker else { return };
        if tokio::time::timeout(CLOSE_TIMEOUT, &mut worker).await.is_err() {
            worker.abort();
        }
    }
}

/// Proof that a letter was written down: whoever holds one wakes the worker after the commit.
#[derive(Debug)]
#[must_use]
pub struct Enqueued(());

/// Writes a letter into the outbox, as a part of `tx`.
///
/// # Errors
/// When the statement fails.
pub async fn enqueue(tx: &mut Tx, clock: &Clock, to: &str, letter: &Letter) -> Result<Enqueued> {
    let letter = serde_json::to_string(letter).map_err(Error::internal)?;
    outbox::insert(tx, clock.new_id(), to, &letter, clock.now()).await?;
    Ok(Enqueued(()))
}

/// Takes back what still waits for an address, because its owner is deleted.
///
/// # Errors
/// When the statement fails.
pub async fn withdraw(tx: &mut Tx, recipient: &str) -> Result<()> {
    Ok(outbox::delete_of(tx, recipient).await?)
}

/// What a mailed link carries. Only `nonce` goes into the outbox, and only the hash of `token` into the database: a
/// thief of the database cannot use any link.
#[derive(Clone, Debug)]
pub struct LinkToken {
    pub nonce: String,
    pub token: SecretString,
}

impl LinkToken {
    /// Draws a new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new(mail: &Mail) -> Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(Error::internal)?;
        let nonce = URL_SAFE_NO_PAD.encode(random);
        let token = mail.0.links.token(&nonce);
        Ok(Self { nonce, token })
    }
}

/// Turns nonces into tokens.
#[derive(Clone)]
struct LinkKey(hmac::Key);

impl LinkKey {
    fn token(&self, nonce: &str) -> SecretString {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, nonce.as_bytes())).into()
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(..)")
    }
}

/// A link as a letter shows it.
#[derive(Clone, Debug)]
struct Link {
    address: SecretString,
    token: SecretString,
}

impl Link {
    fn new(origin: &str, page: &str, token: SecretString) -> Self {
        // Behind the `#`, so that it reaches no server's log and no mail scanner that follows links uses it up.
        let address = format!("{origin}/{page}#token={}", token.expose_secret()).into();
        Self { address, token }
    }
}
