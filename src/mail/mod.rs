//! Mail: the letters to users, the outbox that stores them, and the worker that sends them.
//!
//! A letter is inserted into the outbox in the transaction of the change that causes it. So a change that is rolled
//! back sends no mail, and a committed one always does. The worker sends each letter at least once, always with the
//! same Message-ID. No request waits for a mail server.

mod bookings;
mod digests;
mod entry;
mod letters;
mod notices;
mod outbox;
mod subscriptions;
mod text;
mod transport;
mod worker;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use url::Url;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::locale::Locale;

pub use bookings::BookingNotice;
pub use digests::{DigestItem, DigestTopic};
pub use entry::EntryNotice;
pub use letters::{BookingDetails, Letter};
use letters::{LetterRef, Writer};
pub use notices::AccountNotice;
pub use subscriptions::Subscription;
use subscriptions::SubscriptionKey;
use transport::MailTransport;
pub use worker::Tally;
use worker::Worker;

/// How long closing waits for the worker. Letters that are still being sent then are sent again after the next start.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The page where invitations lead.
pub const SIGN_UP_PAGE: &str = "signup";

/// A handle to the outbox and its worker. Cheap to clone.
#[derive(Clone)]
pub struct Mail(Arc<MailInner>);

impl fmt::Debug for Mail {
    // The fields contain the password of the mail server.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail")
    }
}

struct MailInner {
    links: LinkKey,
    subscriptions: SubscriptionKey,
    wake_up: Arc<Notify>,
    stop: watch::Sender<bool>,
    tally: watch::Receiver<Tally>,
    /// The worker until it is started.
    unstarted: Mutex<Option<Worker>>,
    running: Mutex<Option<JoinHandle<()>>>,
    is_silent: AtomicBool,
}

impl Mail {
    /// Opens the outbox. The tokens of mailed links are derived from `link_secret`, those of links to unsubscribe from
    /// `subscription_secret`; the ids of mails contain the id of the installation.
    ///
    /// # Errors
    /// One line for the operator if a setting is wrong.
    pub fn open(
        config: &Config,
        installation: &str,
        db: Db,
        clock: Clock,
        link_secret: [u8; 32],
        subscription_secret: [u8; 32],
    ) -> Result<Self, String> {
        let links = LinkKey(hmac::Key::new(hmac::HMAC_SHA256, &link_secret));
        let subscriptions = SubscriptionKey::new(&subscription_secret);
        let writer =
            Writer::new(config.public_url(), installation, &config.mail_from(), links.clone(), subscriptions.clone())?;
        let transport = MailTransport::new(config)?;
        let wake_up = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let (count, tally) = watch::channel(Tally::default());
        let worker = Worker { db, clock, writer, transport, wake_up: Arc::clone(&wake_up), stopped, count };
        let unstarted = Mutex::new(Some(worker));
        Ok(Self(Arc::new(MailInner {
            links,
            subscriptions,
            wake_up,
            stop,
            tally,
            unstarted,
            running: Mutex::default(),
            is_silent: AtomicBool::new(false),
        })))
    }

    /// Checks the settings without opening anything.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn check(config: &Config) -> Result<(), String> {
        MailTransport::new(config).map(drop)
    }

    /// Signs in to the mail server without sending anything. Returns false if mails are written to files.
    ///
    /// # Errors
    /// One line for the operator.
    pub async fn check_server(config: &Config) -> Result<bool, String> {
        if config.smtp_url().is_none() {
            return Ok(false);
        }
        MailTransport::new(config)?.check().await.map(|()| true)
    }

    /// Keeps what has happened to accounts from being mailed by this process: an import repeats what happened long ago.
    pub fn silence(&self) {
        self.0.is_silent.store(true, Ordering::Relaxed);
    }

    /// Returns true after [`Mail::silence`].
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.0.is_silent.load(Ordering::Relaxed)
    }

    /// Returns the subscription that a link to unsubscribe ends; `None` if this server did not sign the token.
    #[must_use]
    pub fn open_subscription(&self, token: &str) -> Option<Subscription> {
        self.0.subscriptions.open(token)
    }

    /// Starts the worker. Until then letters are only stored.
    pub fn start(&self) {
        if let Some(worker) = self.0.unstarted.lock().unwrap_or_else(PoisonError::into_inner).take() {
            *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokio::spawn(worker.run()));
        }
    }

    /// Wakes the worker after a commit. Without this call it notices new letters some seconds later.
    pub fn wake(&self) {
        self.0.wake_up.notify_one();
    }

    /// Returns the counts of this node, as a channel that signals changes.
    #[must_use]
    pub fn tally(&self) -> watch::Receiver<Tally> {
        self.0.tally.clone()
    }

    /// Returns when the oldest letter that waits to be sent was written; `None` if none waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn oldest(db: &Db) -> Result<Option<Timestamp>> {
        Ok(outbox::oldest(db).await?)
    }

    /// Stops the worker after the letters that it is sending.
    pub async fn close(&self) {
        self.0.stop.send_replace(true);
        let worker = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut worker) = worker else { return };
        if tokio::time::timeout(CLOSE_TIMEOUT, &mut worker).await.is_err() {
            worker.abort();
        }
    }
}

/// Proof that a letter was enqueued. Pass it to `Effects::mail`, which wakes the worker after the commit.
#[derive(Debug)]
#[must_use]
pub struct Enqueued(());

/// Inserts a letter into the outbox, in the language of its recipient. `subscription` is what the recipient can end with a link in it; `None` for letters
/// that every account receives.
pub async fn enqueue(
    tx: &mut Tx,
    clock: &Clock,
    to: &str,
    (letter, locale): (&Letter, Locale),
    subscription: Option<Subscription>,
) -> Result<Enqueued> {
    let letter = serde_json::to_string(&LetterRef { letter, locale }).map_err(Error::internal)?;
    let subscription = subscription.map(Subscription::to_text);
    outbox::insert(tx, clock.new_id(), to, &letter, subscription, clock.now()).await?;
    Ok(Enqueued(()))
}

/// Deletes the letters to an address that are not sent yet.
pub async fn withdraw(tx: &mut Tx, recipient: &str) -> Result<()> {
    Ok(outbox::delete_to(tx, recipient).await?)
}

/// The token of a mailed link. The outbox stores only the nonce, and other tables only the hash of the token, so a
/// stolen database does not contain usable links.
#[derive(Clone, Debug)]
pub struct LinkToken {
    pub nonce: String,
    pub token: SecretString,
}

impl LinkToken {
    /// Creates a random token.
    pub fn new(mail: &Mail) -> Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(Error::internal)?;
        Ok(Self::restore(mail, URL_SAFE_NO_PAD.encode(random)))
    }

    /// Returns the token of a nonce that was stored.
    #[must_use]
    pub fn restore(mail: &Mail, nonce: String) -> Self {
        let token = mail.0.links.token(&nonce);
        Self { nonce, token }
    }

    /// Returns the URL of a page that uses the token, like the one in a letter.
    #[must_use]
    pub fn url(&self, public_url: &Url, page: &str) -> SecretString {
        Link::new(&public_url.origin().ascii_serialization(), page, self.token.clone()).url
    }
}

/// The key that derives tokens from nonces.
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

/// A link in a letter, and the token in it that also works as a code.
#[derive(Clone, Debug)]
struct Link {
    url: SecretString,
    token: Option<SecretString>,
}

impl Link {
    fn new(origin: &str, page: &str, token: SecretString) -> Self {
        // A fragment is not sent to servers: it does not appear in their logs, and mail scanners that open links do not
        // use up the token.
        let url = format!("{origin}/{page}#token={}", token.expose_secret()).into();
        Self { url, token: Some(token) }
    }

    /// A link to a page that needs a session.
    fn page(origin: &str, path: &str) -> Self {
        Self { url: format!("{origin}{path}").into(), token: None }
    }
}
