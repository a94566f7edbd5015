use super::*;

const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

fn elsewhere(n: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, n])
}

fn is_unavailable<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Unavailable(wait)) if *wait == RETRY_AFTER)
}

/// Returns a pool without threads, whose queue is never emptied.
fn without_threads(capacity: usize, capacity_per_address: usize) -> Result<PasswordPool> {
    let params = Params::new(64, 1, 1, Some(HASH_BYTES)).map_err(internal)?;
    let queue = Mutex::default();
    let limits = QueueLimits::new(capacity, capacity_per_address);
    let pool = PoolState { params, limits, queue, changed: Condvar::new() };
    Ok(PasswordPool(Arc::new(PoolHandle(Arc::new(pool)))))
}

fn queued(passwords: &PasswordPool) -> usize {
    passwords.0.0.lock().jobs.len()
}

#[tokio::test]
async fn a_hash_is_salted_and_verifies_only_its_own_password() -> Result<()> {
    let passwords = PasswordPool::start_with_cost(CHEAP, 2, QueueLimits::new(64, 8))?;
    let hash = passwords.hash(HERE, secret("quiet river stone")).await?;
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert_ne!(passwords.hash(HERE, secret("quiet river stone")).await?, hash);
    let verify = |password, hash| passwords.verify(HERE, Some(1), secret(password), hash);
    let right = Verification { is_correct: true, needs_rehash: false };
    assert_eq!(verify("quiet river stone", Some(hash.clone())).await?, right);
    assert!(!verify("quiet river stones", Some(hash)).await?.is_correct);
    assert!(!verify("", None).await?.is_correct);
    assert!(matches!(verify("x", Some("$argon2id$nonsense".to_owned())).await, Err(Error::Internal(_))));
    Ok(())
}

#[tokio::test]
async fn a_password_is_the_same_on_keyboards_that_write_its_letters_differently() -> Result<()> {
    let passwords = PasswordPool::start_with_cost(CHEAP, 1, QueueLimits::new(64, 8))?;
    for (one, other) in [
        ("br\u{fb}l\u{e9}s de Nantes", "bru\u{302}le\u{301}s de Nantes"),
        ("\u{ac00}\u{b098}", "\u{1100}\u{1161}\u{1102}\u{1161}"),
    ] {
        for (set, typed) in [(one, other), (other, one)] {
            let hash = passwords.hash(HERE, secret(set)).await?;
            let verified = passwords.verify(HERE, None, secret(typed), Some(hash)).await?;
            assert_eq!(verified, Verification { is_correct: true, needs_rehash: false });
        }
        // A hash of the text as it was typed.
        let params = Params::new(CHEAP.memory_kib, CHEAP.passes, CHEAP.lanes, Some(HASH_BYTES)).map_err(internal)?;
        let mut salt = [7; SALT_BYTES];
        salt[0] = 1;
        let mut output = [0; HASH_BYTES];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        argon2.hash_password_into(other.as_bytes(), &salt, &mut output).map_err(internal)?;
        let old = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(internal)?,
            salt: Some(Salt::new(&salt).map_err(internal)?),
            hash: Some(Output::new(&output).map_err(internal)?),
        };
        let verified = passwords.verify(HERE, None, secret(other), Some(old.to_string())).await?;
        assert_eq!(verified, Verification { is_correct: true, needs_rehash: true });
        assert!(!passwords.verify(HERE, None, secret("other"), Some(old.to_string())).await?.is_correct);
    }
    Ok(())
}

#[tokio::test]
async fn a_hash_of_another_cost_still_verifies_and_needs_a_rehash() -> Result<()> {
    let hash = PasswordPool::start_with_cost(HashCost { memory_kib: 128, ..CHEAP }, 1, QueueLimits::new(64, 8))?
        .hash(HERE, secret("old"))
        .await?;
    let passwords = PasswordPool::start_with_cost(CHEAP, 1, QueueLimits::new(64, 8))?;
    let verified = passwords.verify(HERE, None, secret("old"), Some(hash)).await?;
    assert_eq!(verified, Verification { is_correct: true, needs_rehash: true });
    Ok(())
}

#[tokio::test]
async fn the_default_cost_is_the_recommended_minimum() -> Result<()> {
    let hash = PasswordPool::start(0, 64, 8)?.hash(HERE, secret("quiet river stone")).await?;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    Ok(())
}

/// Submits a job and returns its future; `None` if the queue rejected it.
async fn submit(passwords: &PasswordPool, address: IpAddr, subject: Option<i64>) -> Option<impl Future> {
    let passwords = passwords.clone();
    let mut job = Box::pin(async move { passwords.verify(address, subject, secret("x"), None).await });
    match futures_util::poll!(&mut job) {
        std::task::Poll::Pending => Some(job),
        std::task::Poll::Ready(result) => {
            assert!(is_unavailable(&result));
            None
        }
    }
}

#[tokio::test]
async fn a_full_queue_rejects_jobs_at_once() -> Result<()> {
    let passwords = without_threads(4, 2)?;
    let mut jobs = vec![submit(&passwords, HERE, None).await, submit(&passwords, HERE, Some(7)).await];
    assert!(submit(&passwords, HERE, None).await.is_none(), "a third from one address");
    assert!(submit(&passwords, elsewhere(1), Some(7)).await.is_none(), "a second for one subject");
    jobs.push(submit(&passwords, elsewhere(1), Some(8)).await);
    jobs.push(submit(&passwords, elsewhere(2), None).await);
    assert!(jobs.iter().all(Option::is_some));
    assert!(submit(&passwords, elsewhere(3), None).await.is_none(), "a fifth in total");
    assert_eq!(queued(&passwords), 4);
    Ok(())
}

#[tokio::test]
async fn a_job_that_is_abandoned_or_too_old_leaves_the_queue() -> Result<()> {
    let passwords = without_threads(2, 2)?;
    let abandoned = submit(&passwords, elsewhere(1), None).await;
    let late = submit(&passwords, elsewhere(2), None).await;
    assert!(submit(&passwords, elsewhere(3), None).await.is_none());
    drop(abandoned);
    let next = submit(&passwords, elsewhere(3), None).await;
    assert!(next.is_some() && late.is_some());
    for job in &mut passwords.0.0.lock().jobs {
        job.queued_at -= MAX_WAIT;
    }
    let last = submit(&passwords, elsewhere(4), None).await;
    assert!(last.is_some());
    assert_eq!(queued(&passwords), 1);
    Ok(())
}

#[test]
fn the_threads_end_when_the_pool_is_dropped() -> Result<()> {
    let passwords = without_threads(2, 2)?;
    let pool = Arc::clone(&passwords.0.0);
    let worker = thread::spawn(move || pool.run_worker());
    drop(passwords);
    assert!(worker.join().is_ok());
    Ok(())
}
