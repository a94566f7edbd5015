//! Usernames that an account has given up, by renaming or by being deleted. Each is reserved for its former owner for 30
//! days, so that no other user can pose as them and they can go back.

use std::time::Duration;

use super::rules::NameClaimant;
use super::store;
use crate::accounts::store::Account;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;

const RETENTION: Duration = Duration::from_hours(30 * 24);

/// How many names of one account are reserved, the latest ones.
const MAX_NAMES: i64 = 5;

/// Returns the hash by which the owner of a deleted account is recognised when they register again. It is keyed, so that
/// it does not reveal the address.
pub fn owner_hash(app: &App, email_fold: &str) -> Vec<u8> {
    app.keys.derive_secret("former owners", email_fold.as_bytes()).to_vec()
}

/// Returns whether a username is reserved for another user.
pub async fn is_retired(app: &App, tx: &mut Tx, fold: &str, claimant: NameClaimant<'_>) -> Result<bool> {
    let (account, owner) = claimant.owner(app);
    Ok(store::is_username_retired(tx, fold, account, &owner, app.clock.now()).await?)
}

/// Reserves the current name of an account that changes it.
pub async fn retire(app: &App, tx: &mut Tx, account: &Account) -> Result<()> {
    let until = app.clock.now().plus(RETENTION);
    store::retire_username(tx, &account.username_fold, Some(account.id), None, until).await?;
    store::delete_surplus_retirements(tx, account.id, MAX_NAMES).await?;
    Ok(())
}

/// Reserves all names of an account that is deleted, for the next registration with its address.
pub async fn retire_deleted(app: &App, tx: &mut Tx, account: &Account) -> Result<()> {
    let until = app.clock.now().plus(RETENTION);
    let owner = account.email_fold.as_deref().map(|fold| owner_hash(app, fold));
    store::transfer_retirements(tx, account.id, owner.clone()).await?;
    store::retire_username(tx, &account.username_fold, None, owner, until).await?;
    Ok(())
}
