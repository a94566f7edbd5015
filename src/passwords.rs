//! Password hashes, made by a few threads of their own.
//!
//! A hash takes some 40 ms of one core and 19 MiB of memory on purpose. Made where requests are served, it would stop
//! them; made on as many threads as there are logins, it would take the machine. So a fixed number of threads, each
//! with memory that it keeps, takes jobs from a short queue, and whoever does not fit is told at once to come again.

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

use crate::error::{Error, Result};
use crate::limiter::address_key;

/// Whoever waited longer has given up, or soon will: the turn goes to somebody who still waits.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What the client is told when there is no room.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The most memory that a stored hash may ask for: a guard against a damaged row.
const MAX_MEMORY_KIB: u32 = 256 * 1024;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// How much work a hash is. The default is what OWASP names as the least for Argon2id.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// What a check found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub is_right: bool,
    /// The hash was made at another cost than today's: make a new one while the password is at hand.
    pub needs_rehash: bool,
}

/// The threads and their queue. Cheap to clone; when the last clone is gone, the threads end.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Handle>);

#[derive(Debug)]
struct Handle(Arc<PoolState>);

impl Passwords {
    /// Starts so many threads (0 takes all cores but one) with a queue for so many jobs, in all and from one address.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(threads: usize, queue: usize, per_address: usize) -> Result<Self> {
        Self::start_at(Cost::default(), threads, queue, per_address)
    }

    /// As [`Passwords::start`], at another cost.
    ///
    /// # Errors
    /// When the cost makes no sense, or the system gives no thread.
    pub fn start_at(cost: Cost, threads: usize, queue: usize, per_address: usize) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH_BYTES)).map_err(internal)?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { cores.saturating_sub(1).max(1) } else { threads };
        let shared =
            Arc::new(PoolState { params, queue, per_address, state: Mutex::default(), changed: Condvar::new() });
        // From here on an early return closes the queue, which ends the threads that did start.
        let handle = Handle(Arc::clone(&shared));
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || shared.work())
                .map_err(Error::internal)?;
        }
        Ok(Self(Arc::new(handle)))
    }

    /// Returns the hash of a new password as a PHC string, which names its cost and salt.
    ///
    /// # Errors
    /// Unavailable when too many wait, in all or from this address.
    pub async fn hash(&self, address: IpAddr, password: SecretString) -> Result<String> {
        self.ask(address, None, |reply| HashTask::Hash { password, reply }).await
    }

    /// Checks a password against a hash. Without a hash it takes as long, and is never right.
    ///
    /// # Errors
    /// Unavailable when too many wait: in all, from this address, or one already under this number, which stands for whose
    /// password it is.
    pub async fn verify(
        &self,
        address: IpAddr,
        account: Option<i64>,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<Verified> {
        self.ask(address, account, |reply| HashTask::Verify { password, hash, reply }).await
    }

    async fn ask<T>(
        &self,
        address: IpAddr,
        account: Option<i64>,
        work: impl FnOnce(oneshot::Sender<Result<T>>) -> HashTask,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = Job { address: address_key(address), account, since: Instant::now(), work: work(reply) };
        self.0.0.push(job)?;
        // A job that is dropped unanswered waited too long.
        answer.await.unwrap_or(Err(Error::Unavailable(TRY_AGAIN)))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

#[derive(Debug)]
struct PoolState {
    params: Params,
    queue: usize,
    per_address: usize,
    state: Mutex<Queue>,
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
    account: Option<i64>,
    since: Instant,
    work: HashTask,
}

#[derive(Debug)]
enum HashTask {
    Hash { password: SecretString, reply: oneshot::Sender<Result<String>> },
    Verify { password: SecretString, hash: Option<String>, reply: oneshot::Sender<Result<Verified>> },
}

impl Job {
    /// Tells whether somebody still waits for the answer and may still get it in time.
    fn is_wanted(&self) -> bool {
        let has_gone = match &self.work {
            HashTask::Hash { reply, .. } => reply.is_closed(),
            HashTask::Verify { reply, .. } => reply.is_closed(),
        };
        !has_gone && self.since.elapsed() < LONGEST_WAIT
    }
}

impl PoolState {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> Result<()> {
        let mut state = self.lock();
        state.jobs.retain(Job::is_wanted);
        let from_address = state.jobs.iter().filter(|other| other.address == job.address).count();
        let is_account_waiting = job.account.is_some() && state.jobs.iter().any(|other| other.account == job.account);
        if state.jobs.len() >= self.queue || from_address >= self.per_address || is_account_waiting {
            return Err(Error::Unavailable(TRY_AGAIN));
        }
        state.jobs.push_back(job);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Returns the next job whose client still waits; `None` when the threads shall end.
    fn pop(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            match state.jobs.pop_front() {
                Some(job) if job.is_wanted() => return Some(job),
                Some(_) => {}
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// The life of one thread.
    fn work(&self) {
        let mut hasher = Hasher { params: &self.params, memory: vec![Block::new(); self.params.block_count()] };
        while let Some(job) = self.pop() {
            // A client that has gone meanwhile needs no answer.
            match job.work {
                HashTask::Hash { password, reply } => drop(reply.send(hasher.hash(&password))),
                HashTask::Verify { password, hash, reply } => {
                    drop(reply.send(hasher.verify(&password, hash.as_deref())));
                }
            }
        }
    }
}

/// One thread's tools. The memory is kept, since asking the system for it costs as much as a tenth of the hash.
struct Hasher<'a> {
    params: &'a Params,
    memory: Vec<Block>,
}

impl Hasher<'_> {
    fn hash(&mut self, password: &SecretString) -> Result<String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(Error::internal)?;
        let output = self.fill(self.params, &salt, password)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.params).map_err(internal)?,
            salt: Some(Salt::new(&salt).map_err(internal)?),
            hash: Some(Output::new(&output).map_err(internal)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&mut self, password: &SecretString, hash: Option<&str>) -> Result<Verified> {
        let Some(hash) = hash else {
            // The same work as for somebody who exists, so that time tells nothing.
            self.fill(self.params, &[0; SALT_BYTES], password)?;
            return Ok(Verified { is_right: false, needs_rehash: false });
        };
        let hash = PasswordHash::new(hash).map_err(internal)?;
        let params = Params::try_from(&hash).map_err(internal)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
            return Err(Error::internal("a stored password hash has no salt or no hash"));
        };
        if hash.algorithm != ARGON2ID_IDENT || params.m_cost() > MAX_MEMORY_KIB || expected.len() != HASH_BYTES {
            return Err(Error::internal("a stored password hash is of no kind that is made here"));
        }
        let output = self.fill(&params, &salt, password)?;
        let is_right = output.ct_eq(expected.as_bytes()).into();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(Verified { is_right, needs_rehash: cost(&params) != cost(self.params) })
    }

    fn fill(&mut self, params: &Params, salt: &[u8], password: &SecretString) -> Result<[u8; HASH_BYTES]> {
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

/// The crates' errors say nothing about the password; some of them are no `std` errors.
fn internal(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("password hash: {cause}"))
}

#[cfg(test)]
#[path = "passwords_tests.rs"]
mod tests;
