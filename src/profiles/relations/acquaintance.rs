//! Whether two users have dealt with each other. Such users can block and report each other although a block hides them:
//! otherwise a user who blocks first could not be blocked.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;

use crate::accounts::AccountId;
use crate::app::App;
use crate::error::{Error, Result};

/// Returns whether two users share something of a slice.
pub type AreAcquainted = for<'a> fn(&'a App, AccountId, AccountId) -> BoxFuture<'a, Result<bool>>;

/// The checks of later slices: conversations with the lobby, and bookings. `node` sets them when the app opens.
#[derive(Clone, Default)]
pub struct Acquaintances(Arc<OnceLock<[AreAcquainted; 2]>>);

impl Acquaintances {
    /// Sets the checks. Only the first call counts.
    pub fn set(&self, checks: [AreAcquainted; 2]) {
        self.0.get_or_init(|| checks);
    }
}

/// Returns whether two users share a conversation, a booking, or the history of the lobby.
pub async fn are_acquainted(app: &App, one: AccountId, other: AccountId) -> Result<bool> {
    let acquaintances = app.state::<Acquaintances>();
    let checks = acquaintances.0.get().ok_or_else(|| Error::internal("the acquaintances are not set"))?;
    for check in checks {
        if check(app, one, other).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
