//! The parts of the program, built once. The only place that knows them all.

use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::warn;

use crate::accounts::keys::KeyRing;
use crate::accounts::live_sessions::LiveSessions;
use crate::accounts::passwords::{Cost, Passwords};
use crate::accounts::{self, AccountId};
use crate::bookings;
use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::following::Scene;
use crate::conversations::typing::now::Typing;
use crate::conversations::{self, rules::Shared};
use crate::db::{self, Db, Tx};
use crate::error::Result;
use crate::images::{self, rights::Rights};
use crate::limiter::Limiter;
use crate::live::{Event, Feed, Live, LookedUp};
use crate::lobby::{self, following::Entrance};
use crate::mail::{Enqueued, Mail};
use crate::media::Media;
use crate::posts;
use crate::posts::following::Published;
use crate::profiles::{self, presence::Sighting};
use crate::search;

/// How often what has run out is swept away.
const SWEEP_INTERVAL: Duration = Duration::from_mins(5);

/// Two clocks may differ so much.
const LARGEST_SKEW: Duration = Duration::from_secs(2);

/// Everything that a rule may need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    pub live: Live,
    pub mail: Mail,
    pub media: Media,
    pub image_rights: Rights,
    pub keys: KeyRing,
    pub passwords: Passwords,
    pub sessions: LiveSessions,
    pub limiter: Limiter,
    pub scenes: LookedUp<Option<Arc<Scene>>>,
    pub entrances: LookedUp<Entrance>,
    pub published: LookedUp<Published>,
    pub sightings: LookedUp<Sighting>,
    pub typing: Typing,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Builds every part and starts what works in the background: a node.
    ///
    /// # Errors
    /// The sentence to print when something is missing or wrong.
    pub async fn start(config: Config, clock: Clock, cost: Cost) -> Result<Self, String> {
        let app = Self::open(config, clock, cost).await?;
        app.mail.begin();
        app.spawn(app.sessions.clone().follow(app.live.clone()));
        app.spawn(app.typing.clone().follow(app.live.clone()));
        app.spawn(images::removal::keep_removing(app.clone()));
        app.spawn(lobby::leaving::keep_tidy(app.clone()));
        app.spawn(bookings::due::rules::keep_doing(app.clone()));
        app.spawn(sweep(app.clone()));
        Ok(app)
    }

    /// Builds every part, for a command that does one thing and ends. What it leaves to do (letters, bytes of images) is
    /// done by the nodes, by their settings.
    ///
    /// # Errors
    /// The sentence to print when something is missing or wrong.
    pub async fn open(config: Config, clock: Clock, cost: Cost) -> Result<Self, String> {
        prepare(&config)?;
        let keys = KeyRing::load_or_create(&config.keys_file())?;
        let db = open_database(&config).await?;
        db.migrate().await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
        let live = Live::open(db.clone(), clock.clone()).await.map_err(|error| format!("the feeds: {error:?}"))?;
        let mail = Mail::open(&config, db.clone(), clock.clone(), keys.derive("mailed links", &[]))?;
        let media = Media::open(&config)?;
        // Who sees the images of other people's things is for the slices to say that have them.
        let image_rights = Rights {
            owner: |app, viewer, owner| Box::pin(profiles::rules::sees(app, viewer, AccountId(owner))),
            message: |app, user, message| Box::pin(conversations::rules::shows_message(app, user, message)),
            booking: bookings::rules::may_see,
        };
        let limits = &config.limits;
        // One core is left for everything that is not a password.
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
        let passwords = Passwords::start_at(cost, threads, limits.password_queue, limits.password_queue_per_address)
            .map_err(|error| format!("the password threads: {error:?}"))?;
        let limiter = Limiter::new(clock.clone(), config.has_rate_limits());
        let sessions = LiveSessions::default();
        let parts = Parts {
            config,
            clock,
            db,
            live,
            mail,
            media,
            image_rights,
            keys,
            passwords,
            sessions,
            limiter,
            scenes: LookedUp::default(),
            entrances: LookedUp::default(),
            published: LookedUp::default(),
            sightings: LookedUp::default(),
            typing: Typing::default(),
            tasks: Mutex::default(),
        };
        Ok(Self(Arc::new(parts)))
    }

    /// Refuses a node whose clock would put its events and tokens out of order.
    ///
    /// # Errors
    /// The sentence to print when the clocks differ by more than 2 seconds, or the database does not answer.
    pub async fn check_clock(&self) -> Result<(), String> {
        let before = self.clock.now();
        let server = self.db.server_time().await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
        let is_near = before.minus(LARGEST_SKEW) <= server && server <= self.clock.now().plus(LARGEST_SKEW);
        if is_near {
            return Ok(());
        }
        Err("this machine's clock is more than 2 seconds off the database server's; set the clocks first".to_owned())
    }

    /// Commits, and then tells whoever has to know. Nothing is told of what was rolled back.
    ///
    /// # Errors
    /// When the commit fails; nothing has happened then.
    pub async fn commit(&self, tx: Tx, told: Told) -> Result<()> {
        tx.commit().await?;
        told.events.iter().filter(|event| event.feed == Feed::SESSIONS).for_each(|event| self.sessions.hear(event));
        self.live.publish(&told.events);
        if told.has_mail {
            self.mail.wake();
        }
        if told.has_fewer_images {
            self.media.wake();
        }
        Ok(())
    }

    /// Does what else goes with an account, in the transaction that deletes it and before it does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_leaves(&self, tx: &mut Tx, told: &mut Told, account: AccountId) -> Result<()> {
        posts::rules::author_leaves(tx, told, account, self.clock.now()).await?;
        conversations::rules::member_leaves(tx, account, self.clock.now()).await?;
        lobby::leaving::take_out(tx, told, &[account], self.clock.now()).await?;
        bookings::ending::rules::person_leaves(self, tx, told, account).await?;
        Ok(search::forget(tx, account.0).await?)
    }

    /// Does what else goes with the sessions of guests, in the transaction that ends some and after it did.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn guests_leave(&self, tx: &mut Tx, told: &mut Told) -> Result<()> {
        lobby::leaving::let_guests_go(tx, told, self.clock.now()).await
    }

    /// Prepares what else changes when one of two people blocks the other, or ends a block, in the transaction that does
    /// so and before it does. Hand what it returns to [`App::relation_changed`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relation_changes(&self, tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Shared> {
        conversations::rules::hold_shared(tx, one, other).await
    }

    /// Does what else changes when one of two people has blocked the other, or ended a block.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relation_changed(&self, tx: &mut Tx, shared: Shared) -> Result<()> {
        conversations::rules::recount(tx, shared).await
    }

    /// Removes what has run out. Done every few minutes by itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep(&self) -> Result<()> {
        accounts::rules::sweep(self).await?;
        bookings::due::rules::sweep(self).await?;
        lobby::leaving::sweep(self).await?;
        conversations::rules::sweep(self).await?;
        images::removal::sweep(self).await
    }

    /// Stops what works in the background and closes the database.
    pub async fn close(&self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
        self.mail.close().await;
        self.live.close().await;
        self.db.close().await;
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(tokio::spawn(task));
    }
}

/// What a transaction has to tell once it is on disk.
#[derive(Debug, Default)]
#[must_use]
pub struct Told {
    events: Vec<Event>,
    has_mail: bool,
    has_fewer_images: bool,
}

impl Told {
    /// Tells the followers of a feed.
    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Wakes the worker that sends mail.
    pub fn mail(&mut self, _: Enqueued) {
        self.has_mail = true;
    }

    /// Wakes the worker that removes the bytes of deleted images. Untold, it finds out within half a minute.
    pub fn fewer_images(&mut self) {
        self.has_fewer_images = true;
    }
}

/// Checks the settings and makes the directory that they name.
///
/// # Errors
/// The sentence to print when a setting is wrong or the directory cannot be made.
pub fn prepare(config: &Config) -> Result<(), String> {
    config.check()?;
    make_private_dir(&config.data_dir)
}

/// Opens the database that the settings name.
///
/// # Errors
/// The sentence to print.
pub async fn open_database(config: &Config) -> Result<Db, String> {
    let db = Db::open(&config.database_url(), config.limits.database_connections).await;
    db.map_err(|error: db::Error| format!("STUDYHALL_DATABASE_URL: {error}"))
}

fn make_private_dir(dir: &Path) -> Result<(), String> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|error| format!("STUDYHALL_DATA_DIR: {} cannot be made: {error}", dir.display()))
}

async fn sweep(app: App) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    loop {
        ticks.tick().await;
        if let Err(cause) = app.sweep().await {
            warn!(?cause, "sweeping failed; it is tried again");
        }
    }
}
