//! The services that every rule uses.
//!
//! The app knows no slice. The state that a slice keeps in memory is found by its type ([`App::state`]), and the
//! reactions of slices to each other's events are in `node`.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::clock::{Clock, MAX_CLOCK_SKEW};
use crate::config::Config;
use crate::db::{self, Db, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Error, Result};
use crate::keys::KeyRing;
use crate::limiter::Limiter;
use crate::live::{self, Event, Live};
use crate::mail::Mail;
use crate::media::Media;
use crate::passwords::{HashCost, PasswordPool, QueueLimits};
use crate::time_zones;

/// All services of a node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<AppInner>);

#[derive(Debug)]
pub struct AppInner {
    pub config: Config,
    /// The id of the installation, the same on all nodes and for good.
    pub installation: String,
    pub clock: Clock,
    pub db: Db,
    pub live: Live,
    pub mail: Mail,
    pub media: Media,
    pub keys: KeyRing,
    pub passwords: PasswordPool,
    pub limiter: Limiter,
    reactions: &'static dyn Reactions,
    states: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Deref for App {
    type Target = AppInner;

    fn deref(&self) -> &AppInner {
        &self.0
    }
}

/// The reactions of the slices to events. `node` implements it, because it alone knows all slices.
pub(crate) trait Reactions: Debug + Send + Sync {
    /// Runs the reactions to `event` in `tx`.
    fn react<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        effects: &'a mut Effects,
        event: &'a DomainEvent,
    ) -> BoxFuture<'a, Result<()>>;

    /// Updates the in-memory state of this node's slices. The other nodes receive the events over the bus.
    fn committed(&self, app: &App, events: &[Event]);
}

impl App {
    /// Opens all services. `node` calls it, with the reactions of the slices.
    ///
    /// # Errors
    /// The message to print when a setting is invalid or a service cannot be opened.
    pub(crate) async fn open(
        config: Config,
        clock: Clock,
        cost: HashCost,
        reactions: &'static dyn Reactions,
    ) -> Result<Self, String> {
        prepare(&config)?;
        let had_keys = config.keys_file().exists();
        let keys = KeyRing::load_or_create(&config.keys_file())?;
        let media = Media::open(&config)?;
        let db = open_database(&config).await?;
        db.migrate().await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
        if db.has_unfinished_copy().await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))? {
            return Err(
                "STUDYHALL_DATABASE_URL: a copy into this database is not finished; run `studyhall copy` again"
                    .to_owned(),
            );
        }
        let installation = installation_id(&config, &db).await;
        let (installation, is_new) = installation.map_err(|error| format!("the database: {error:?}"))?;
        if !had_keys && !is_new {
            warn!(
                "the key file was missing beside a database in use: sessions that use tokens end, and mailed links become \
                 invalid; restore {} if there is a backup",
                config.keys_file().display()
            );
        }
        let live = Live::open(db.clone(), clock.clone()).await.map_err(|error| format!("the feeds: {error:?}"))?;
        let link_secret = keys.derive_secret("mailed links", &[]);
        let subscription_secret = keys.derive_secret("unsubscribe links", &[]);
        let mail = Mail::open(&config, &installation, db.clone(), clock.clone(), link_secret, subscription_secret)?;
        let limits = &config.limits;
        // All cores but one hash passwords.
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
        let queue = QueueLimits {
            campus: config.campus_networks.clone(),
            ..QueueLimits::new(limits.password_queue, limits.password_queue_per_address)
        };
        let passwords = PasswordPool::start_with_cost(cost, threads, queue)
            .map_err(|error| format!("the password threads: {error:?}"))?;
        let limiter =
            Limiter::new(clock.clone(), config.has_rate_limits(), config.campus_networks.clone(), Some(db.clone()));
        Ok(Self(Arc::new(AppInner {
            config,
            installation,
            clock,
            db,
            live,
            mail,
            media,
            keys,
            passwords,
            limiter,
            reactions,
            states: RwLock::default(),
            tasks: Mutex::default(),
        })))
    }

    /// Returns the in-memory state of type `T`, which belongs to the slice that defines `T`. The first call creates it.
    pub fn state<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        let id = TypeId::of::<T>();
        let existing = self.states.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let state = existing.unwrap_or_else(|| {
            let mut states = self.states.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(states.entry(id).or_insert_with(|| Arc::new(T::default())))
        });
        // The key is the type of the value, so the downcast succeeds.
        state.downcast_ref::<T>().cloned().unwrap_or_default()
    }

    /// Runs the reactions of the other slices to `event` in this transaction.
    ///
    /// # Errors
    /// Those of the reactions. A debug build also rejects an event that was raised before in the same transaction.
    pub async fn raise(&self, tx: &mut Tx, effects: &mut Effects, event: DomainEvent) -> Result<()> {
        effects.record_raised(&event)?;
        self.reactions.react(self, tx, effects, &event).await
    }

    /// Appends the remaining events, commits the transaction, then publishes its events and wakes the workers.
    ///
    /// # Errors
    /// When the commit fails. Nothing has changed then.
    pub async fn commit(&self, mut tx: Tx, mut effects: Effects) -> Result<()> {
        let (appends, deleted) = effects.take_feed_changes();
        for feed in deleted {
            live::delete(&mut tx, feed).await?;
        }
        if !appends.is_empty() {
            effects.publish_all(live::append_all(&mut tx, self.clock.now(), appends).await?);
        }
        tx.commit().await?;
        effects.lines().iter().for_each(|line| line.write());
        self.reactions.committed(self, effects.events());
        self.live.publish(effects.events());
        effects.signals().iter().for_each(|signal| self.live.publish_signal(*signal));
        if effects.has_mail() {
            self.mail.wake();
        }
        if effects.has_deleted_images() {
            self.media.wake();
        }
        Ok(())
    }

    /// Checks that this machine's clock agrees with the database server's: otherwise events and tokens of this node
    /// would have wrong times.
    ///
    /// # Errors
    /// The message to print when the clocks differ by more than 2 seconds, or the database does not answer.
    pub async fn check_clock(&self) -> Result<(), String> {
        let before = self.clock.now();
        let server = self.db.server_time().await.map_err(|error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
        let is_in_sync = before.minus(MAX_CLOCK_SKEW) <= server && server <= self.clock.now().plus(MAX_CLOCK_SKEW);
        if is_in_sync {
            return Ok(());
        }
        Err("this machine's clock differs from the database server's by more than 2 seconds; \
             synchronise the clocks, then start again"
            .to_owned())
    }

    /// Spawns a task that is aborted when the app closes.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(tokio::spawn(task));
    }

    /// Stops the background tasks and closes the database.
    pub async fn close(&self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
        self.mail.close().await;
        self.live.close().await;
        self.db.close().await;
    }
}

/// Validates the settings and creates the data directory. Nothing is migrated with settings that are not valid.
///
/// # Errors
/// The message to print when a setting is invalid or the directory cannot be created.
pub fn prepare(config: &Config) -> Result<(), String> {
    config.check()?;
    time_zones::use_directory(config.time_zones.as_deref())
        .map_err(|reason| format!("STUDYHALL_TIME_ZONES: {reason}"))?;
    create_private_dir(&config.data_dir)?;
    Mail::check(config)
}

/// Locks the data directory for this process, if it contains the database: a second server would not know of what the
/// first one has in memory. The lock ends with the process, or when the file is dropped.
///
/// # Errors
/// The message to print when another server has the lock.
pub fn lock_data_dir(config: &Config) -> Result<Option<File>, String> {
    if !config.is_sqlite() {
        return Ok(None);
    }
    create_private_dir(&config.data_dir)?;
    let path = config.data_dir.join("studyhall.lock");
    let cannot = |error: &dyn Display| format!("STUDYHALL_DATA_DIR: {} cannot be locked: {error}", path.display());
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path).map_err(|error| cannot(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "STUDYHALL_DATA_DIR: another server uses {}; several nodes need PostgreSQL",
            config.data_dir.display()
        )),
        Err(TryLockError::Error(error)) => Err(cannot(&error)),
    }
}

/// Opens the database of the settings.
///
/// # Errors
/// The message to print.
pub async fn open_database(config: &Config) -> Result<Db, String> {
    let limits = &config.limits;
    let db = Db::open_with_cache(&config.database_url(), limits.database_connections, limits.database_cache).await;
    let db = db.map_err(|error: db::Error| format!("STUDYHALL_DATABASE_URL: {error}"))?;
    match config.separate_direct_url() {
        Some(url) => {
            db.with_direct_url(url).map_err(|error: db::Error| format!("STUDYHALL_DATABASE_DIRECT_URL: {error}"))
        }
        None => Ok(db),
    }
}

/// Returns the id of the installation, which is drawn at the first start, and whether this is the first start.
async fn installation_id(config: &Config, db: &Db) -> Result<(String, bool)> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let host = config.public_url().host_str().unwrap_or("localhost");
    let new = format!("{:032x}", u128::from_ne_bytes(random));
    let id = db.installation_id(&new, host).await?;
    let is_new = id == new;
    Ok((id, is_new))
}

fn create_private_dir(dir: &Path) -> Result<(), String> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|error| format!("STUDYHALL_DATA_DIR: {} cannot be created: {error}", dir.display()))
}
