//! Password hashing on a pool of dedicated threads.
//!
//! A hash takes some 40 ms of one core and 19 MiB of memory on purpose. On the threads that serve requests it would
//! block them; on one thread per login it would exhaust the machine. So a fixed number of threads, each with its own
//! memory, takes jobs from a short queue. When the queue is full, a job is rejected at once.

mod foreign;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;

use crate::config::CampusNetworks;
use crate::error::{Error, Result};
use crate::figures::PASSWORDS_REJECTED;
use crate::limiter::address_key;
use foreign::ForeignHash;

/// A job that has waited longer is dropped: its client has given up, or soon will.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// When a client can retry after its job was rejected.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The maximum memory of a stored hash, a guard against a damaged row.
const MAX_MEMORY_KIB: u32 = 256 * 1024;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What is stored instead of the hash of a member who was imported without a password. No password is correct; a mailed
/// link sets one.
pub const NO_PASSWORD: &str = "none";

/// Returns true if a hash of another system can be verified.
#[must_use]
pub fn is_supported_foreign_hash(hash: &str) -> bool {
    ForeignHash::parse(hash).is_some()
}

/// The parameters of a hash. The default is the minimum that OWASP recommends for Argon2id.
#[derive(Clone, Copy, Debug)]
pub struct HashCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for HashCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// The result of verifying a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    pub is_correct: bool,
    /// The hash has another cost than the current one and should be replaced.
    pub needs_rehash: bool,
}

/// The room of the queue.
#[derive(Clone, Debug)]
pub struct QueueLimits {
    pub total: usize,
    pub per_address: usize,
    /// One of their addresses can use half of the queue.
    pub campus: CampusNetworks,
}

impl QueueLimits {
    #[must_use]
    pub fn new(total: usize, per_address: usize) -> Self {
        Self { total, per_address, campus: CampusNetworks::default() }
    }

    fn capacity_from(&self, address: IpAddr) -> usize {
        if self.campus.contains(address) { self.per_address.max(self.total / 2) } else { self.per_address }
    }
}

/// The threads and their queue. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct PasswordPool(Arc<PoolHandle>);

#[derive(Debug)]
struct PoolHandle(Arc<PoolState>);

impl PasswordPool {
    /// Starts the threads; 0 means one less than the number of cores. The queue has room for `queue` jobs, of which at
    /// most `per_address` are from one network address.
    ///
    /// # Errors
    /// Internal if a thread cannot be started.
    pub fn start(threads: usize, queue: usize, per_address: usize) -> Result<Self> {
        Self::start_with_cost(HashCost::default(), threads, QueueLimits::new(queue, per_address))
    }

    /// Like [`PasswordPool::start`], with another cost.
    ///
    /// # Errors
    /// Internal if the cost is invalid, or if a thread cannot be started.
    pub fn start_with_cost(cost: HashCost, threads: usize, limits: QueueLimits) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH_BYTES)).map_err(internal)?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { cores.saturating_sub(1).max(1) } else { threads };
        let pool = Arc::new(PoolState { params, limits, queue: Mutex::default(), changed: Condvar::new() });
        // From here on an early return closes the queue, which ends the threads that have started.
        let handle = PoolHandle(Arc::clone(&pool));
        for number in 0..threads {
            let pool = Arc::clone(&pool);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || pool.run_worker())
                .map_err(Error::internal)?;
        }
        Ok(Self(Arc::new(handle)))
    }

    /// Returns the hash of a new password as a PHC string, which contains its cost and salt.
    ///
    /// # Errors
    /// Unavailable if the queue is full, in total or for this network address.
    pub async fn hash(&self, address: IpAddr, password: SecretString) -> Result<String> {
        self.submit(address, None, |reply| HashTask::Hash { password, reply }).await
    }

    /// Verifies a password against a hash. Without a hash it takes the same time and the password is not correct.
    ///
    /// # Errors
    /// Unavailable if the queue is full, in total or for this network address, or if a password for the same `subject`
    /// is already queued.
    pub async fn verify(
        &self,
        address: IpAddr,
        subject: Option<i64>,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<Verification> {
        self.submit(address, subject, |reply| HashTask::Verify { password, hash, reply }).await
    }

    /// Returns how many passwords wait for a thread.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.0.lock().jobs.len()
    }

    async fn submit<T>(
        &self,
        address: IpAddr,
        subject: Option<i64>,
        task: impl FnOnce(oneshot::Sender<Result<T>>) -> HashTask,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let capacity = self.0.0.limits.capacity_from(address);
        let job =
            Job { address: address_key(address), capacity, subject, queued_at: Instant::now(), task: task(reply) };
        self.0.0.push(job)?;
        // The job was dropped because it waited too long.
        answer.await.unwrap_or(Err(Error::Unavailable(RETRY_AFTER)))
    }
}

impl Drop for PoolHandle {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

#[derive(Debug)]
struct PoolState {
    params: Params,
    limits: QueueLimits,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

#[derive(Debug)]
struct Job {
    address: u64,
    /// How many jobs of this address the queue has room for.
    capacity: usize,
    subject: Option<i64>,
    queued_at: Instant,
    task: HashTask,
}

#[derive(Debug)]
enum HashTask {
    Hash { password: SecretString, reply: oneshot::Sender<Result<String>> },
    Verify { password: SecretString, hash: Option<String>, reply: oneshot::Sender<Result<Verification>> },
}

impl Job {
    /// Returns whether a client still waits for the result, and has not waited too long.
    fn is_awaited(&self) -> bool {
        let is_abandoned = match &self.task {
            HashTask::Hash { reply, .. } => reply.is_closed(),
            HashTask::Verify { reply, .. } => reply.is_closed(),
        };
        !is_abandoned && self.queued_at.elapsed() < MAX_WAIT
    }
}

impl PoolState {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> Result<()> {
        let mut queue = self.lock();
        queue.jobs.retain(Job::is_awaited);
        let from_address = queue.jobs.iter().filter(|other| other.address == job.address).count();
        let is_subject_queued = job.subject.is_some() && queue.jobs.iter().any(|other| other.subject == job.subject);
        if queue.jobs.len() >= self.limits.total || from_address >= job.capacity || is_subject_queued {
            PASSWORDS_REJECTED.add(1);
            return Err(Error::Unavailable(RETRY_AFTER));
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for the next job whose client still waits; `None` when the queue is closed.
    fn pop(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.is_closed {
                return None;
            }
            match queue.jobs.pop_front() {
                Some(job) if job.is_awaited() => return Some(job),
                Some(_) => {}
                None => queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Runs one thread until the queue is closed.
    fn run_worker(&self) {
        let mut hasher = Hasher { params: &self.params, memory: vec![Block::new(); self.params.block_count()] };
        while let Some(job) = self.pop() {
            // Sending fails if the client has disconnected and needs no result.
            match job.task {
                HashTask::Hash { password, reply } => drop(reply.send(hasher.hash(&password))),
                HashTask::Verify { password, hash, reply } => {
                    drop(reply.send(hasher.verify(&password, hash.as_deref())));
                }
            }
        }
    }
}

/// The state of one thread. It reuses its memory, because allocating it takes a tenth of the time of a hash.
struct Hasher<'a> {
    params: &'a Params,
    memory: Vec<Block>,
}

impl Hasher<'_> {
    fn hash(&mut self, password: &SecretString) -> Result<String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(Error::internal)?;
        let output = self.compute(self.params, &salt, &composed(password))?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.params).map_err(internal)?,
            salt: Some(Salt::new(&salt).map_err(internal)?),
            hash: Some(Output::new(&output).map_err(internal)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&mut self, password: &SecretString, hash: Option<&str>) -> Result<Verification> {
        let composed = composed(password);
        let is_typed_composed = composed.expose_secret() == password.expose_secret();
        let verified = self.verify_as_typed(&composed, hash)?;
        if verified.is_correct || is_typed_composed {
            return Ok(verified);
        }
        // Hashes of earlier versions are of the text as it was typed.
        let verified = self.verify_as_typed(password, hash)?;
        Ok(Verification { needs_rehash: true, ..verified })
    }

    /// Verifies exactly this text.
    fn verify_as_typed(&mut self, password: &SecretString, hash: Option<&str>) -> Result<Verification> {
        let Some(hash) = hash.filter(|hash| *hash != NO_PASSWORD) else {
            // The same work as with a hash, so that the time does not reveal whether an account exists.
            self.compute(self.params, &[0; SALT_BYTES], password)?;
            return Ok(Verification { is_correct: false, needs_rehash: false });
        };
        if let Some(foreign) = ForeignHash::parse(hash) {
            let is_correct = foreign.verify(password.expose_secret().as_bytes());
            return Ok(Verification { is_correct, needs_rehash: true });
        }
        let hash = PasswordHash::new(hash).map_err(internal)?;
        let params = Params::try_from(&hash).map_err(internal)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
            return Err(Error::internal("a stored password hash has no salt or no hash"));
        };
        if hash.algorithm != ARGON2ID_IDENT || params.m_cost() > MAX_MEMORY_KIB || expected.len() != HASH_BYTES {
            return Err(Error::internal("a stored password hash has an unsupported algorithm, memory size or length"));
        }
        let output = self.compute(&params, &salt, password)?;
        let is_correct = output.ct_eq(expected.as_bytes()).into();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(Verification { is_correct, needs_rehash: cost(&params) != cost(self.params) })
    }

    fn compute(&mut self, params: &Params, salt: &[u8], password: &SecretString) -> Result<[u8; HASH_BYTES]> {
        let blocks = params.block_count();
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::new());
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut output = [0; HASH_BYTES];
        let memory = self.memory.get_mut(..blocks).unwrap_or_default();
        argon2
            .hash_password_into_with_memory(password.expose_secret().as_bytes(), salt, &mut output, memory)
            .map_err(internal)?;
        Ok(output)
    }
}

/// Returns the password in normalization form C: keyboards differ in how they write the same letters (RFC 8265, 4.2.2).
fn composed(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

/// The errors of the crates contain nothing of the password. Some of them do not implement `std::error::Error`.
fn internal(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("password hash: {cause}"))
}

#[cfg(test)]
mod tests;
