//! Back-channel logout: a provider reports that a session there has ended.

use std::time::Duration;

use secrecy::SecretString;

use super::provider::{ProviderError, Providers};
use super::store;
use crate::accounts::sessions::{rules as sessions, tokens};
use crate::app::App;
use crate::effects::Effects;
use crate::error::Result;

/// How long a logout token is remembered: longer than it can be valid.
const RETENTION: Duration = Duration::from_mins(20);

/// The outcome of a logout token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutOutcome {
    Done,
    /// The token is not valid, or was used before.
    Refused,
    /// The keys of the provider cannot be loaded.
    Unavailable,
    /// There is no such provider.
    UnknownProvider,
}

/// Ends the sessions that a logout token names, on all nodes.
///
/// # Errors
/// Those of the database.
pub async fn log_out(app: &App, slug: &str, token: &str) -> Result<LogoutOutcome> {
    let Some(provider) = app.config.identity_providers().find(slug) else { return Ok(LogoutOutcome::UnknownProvider) };
    let now = app.clock.now();
    let logout = match app.state::<Providers>().verify_logout(provider, token, now).await {
        Ok(logout) => logout,
        Err(error) => {
            tracing::warn!(provider = provider.slug, ?error, "a logout token was refused");
            let is_unavailable = matches!(error, ProviderError::Unavailable(_));
            return Ok(if is_unavailable { LogoutOutcome::Unavailable } else { LogoutOutcome::Refused });
        }
    };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let id = tokens::hash_secret(&SecretString::from(format!("{}\n{}", logout.issuer, logout.token_id)));
    if store::insert_logout(&mut tx, &id, now.plus(RETENTION)).await? == 0 {
        return Ok(LogoutOutcome::Refused);
    }
    let ended = store::sessions_to_end(&mut tx, &logout.issuer, logout.subject, logout.session).await?;
    sessions::end_sessions(app, &mut tx, &mut effects, &ended).await?;
    app.commit(tx, effects).await?;
    Ok(LogoutOutcome::Done)
}
