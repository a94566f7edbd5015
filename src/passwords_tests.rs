use super::*;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

fn elsewhere(n: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, n])
}

fn is_unavailable<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Unavailable(wait)) if *wait == TRY_AGAIN)
}

/// A queue that nobody works at.
fn stalled(queue: usize, per_address: usize) -> Result<Passwords> {
    let params = Params::new(64, 1, 1, Some(HASH_BYTES)).map_err(internal)?;
    let shared = PoolState { params, queue, per_address, state: Mutex::default(), changed: Condvar::new() };
    Ok(Passwords(Arc::new(Handle(Arc::new(shared)))))
}

fn waiting(passwords: &Passwords) -> usize {
    passwords.0.0.lock().jobs.len()
}

#[tokio::test]
async fn a_hash_is_salted_and_verifies_only_its_own_password() -> Result<()> {
    let passwords = Passwords::start_at(CHEAP, 2, 64, 8)?;
    let hash = passwords.hash(HERE, secret("quiet river stone")).await?;
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert_ne!(passwords.hash(HERE, secret("quiet river stone")).await?, hash);
    let verify = |password, hash| passwords.verify(HERE, Some(1), secret(password), hash);
    let right = Verified { is_right: true, needs_rehash: false };
    assert_eq!(verify("quiet river stone", Some(hash.clone())).await?, right);
    assert!(!verify("quiet river stones", Some(hash)).await?.is_right);
    assert!(!verify("", None).await?.is_right);
    assert!(matches!(verify("x", Some("$argon2id$nonsense".to_owned())).await, Err(Error::Internal(_))));
    Ok(())
}

#[tokio::test]
async fn a_hash_of_another_cost_still_verifies_and_asks_to_be_made_anew() -> Result<()> {
    let hash = Passwords::start_at(Cost { memory_kib: 128, ..CHEAP }, 1, 64, 8)?.hash(HERE, secret("old")).await?;
    let passwords = Passwords::start_at(CHEAP, 1, 64, 8)?;
    let found = passwords.verify(HERE, None, secret("old"), Some(hash)).await?;
    assert_eq!(found, Verified { is_right: true, needs_rehash: true });
    Ok(())
}

#[tokio::test]
async fn the_default_cost_is_the_real_one() -> Result<()> {
    let hash = Passwords::start(0, 64, 8)?.hash(HERE, secret("quiet river stone")).await?;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    Ok(())
}

/// Asks, and returns the waiter if there was room.
async fn wait_in(passwords: &Passwords, address: IpAddr, account: Option<i64>) -> Option<impl Future> {
    let passwords = passwords.clone();
    let mut waiter = Box::pin(async move { passwords.verify(address, account, secret("x"), None).await });
    match futures_util::poll!(&mut waiter) {
        std::task::Poll::Pending => Some(waiter),
        std::task::Poll::Ready(refusal) => {
            assert!(is_unavailable(&refusal));
            None
        }
    }
}

#[tokio::test]
async fn beyond_its_bounds_the_queue_refuses_at_once() -> Result<()> {
    let passwords = stalled(4, 2)?;
    let mut waiters = vec![wait_in(&passwords, HERE, None).await, wait_in(&passwords, HERE, Some(7)).await];
    assert!(wait_in(&passwords, HERE, None).await.is_none(), "a third from one address");
    assert!(wait_in(&passwords, elsewhere(1), Some(7)).await.is_none(), "a second for one account");
    waiters.push(wait_in(&passwords, elsewhere(1), Some(8)).await);
    waiters.push(wait_in(&passwords, elsewhere(2), None).await);
    assert!(waiters.iter().all(Option::is_some));
    assert!(wait_in(&passwords, elsewhere(3), None).await.is_none(), "a fifth in all");
    assert_eq!(waiting(&passwords), 4);
    Ok(())
}

#[tokio::test]
async fn who_has_gone_or_waited_too_long_makes_room() -> Result<()> {
    let passwords = stalled(2, 2)?;
    let gone = wait_in(&passwords, elsewhere(1), None).await;
    let late = wait_in(&passwords, elsewhere(2), None).await;
    assert!(wait_in(&passwords, elsewhere(3), None).await.is_none());
    drop(gone);
    let next = wait_in(&passwords, elsewhere(3), None).await;
    assert!(next.is_some() && late.is_some());
    for job in &mut passwords.0.0.lock().jobs {
        job.since -= LONGEST_WAIT;
    }
    let last = wait_in(&passwords, elsewhere(4), None).await;
    assert!(last.is_some());
    assert_eq!(waiting(&passwords), 1);
    Ok(())
}

#[test]
fn a_dropped_handle_ends_the_threads() -> Result<()> {
    let passwords = stalled(2, 2)?;
    let shared = Arc::clone(&passwords.0.0);
    let worker = thread::spawn(move || shared.work());
    drop(passwords);
    assert!(worker.join().is_ok());
    Ok(())
}
