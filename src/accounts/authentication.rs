//! From what a request carries to who asks.

use secrecy::{ExposeSecret, SecretString};

use super::sessions::{Session, TokenTransport, store, tokens};
use super::{SessionId, Viewer};
use crate::accounts::live_sessions::LiveSessions;
use crate::app::App;
use crate::error::{Error, Result};

/// What a request shows to say who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An access token.
    Bearer(SecretString),
    /// A session cookie, from an origin that may use it.
    Cookie(SecretString),
}

/// Tells who asks.
///
/// # Errors
/// Unauthenticated for anything that is not the secret of a living session, alike for every reason.
pub async fn authenticate(app: &App, credential: &Credential) -> Result<Viewer> {
    let session = match credential {
        Credential::Bearer(token) => {
            let claims =
                app.keys.verify_access(token.expose_secret(), app.clock.now()).ok_or(Error::Unauthenticated)?;
            app.state::<LiveSessions>()
                .get(app, claims.session)
                .await?
                .filter(|session| session.account_id == claims.account && session.transport == TokenTransport::Token)
        }
        Credential::Cookie(cookie) => {
            let epoch = app.state::<LiveSessions>().epoch();
            let session = store::by_cookie(&app.db, &tokens::hash(cookie)).await?;
            session.and_then(|session| app.state::<LiveSessions>().insert(app, session, epoch))
        }
    };
    session.map(|session| viewer(&session)).ok_or(Error::Unauthenticated)
}

/// Returns the viewer of a session that was just opened.
///
/// # Errors
/// When the database does not answer.
pub async fn viewer_of(app: &App, session: SessionId) -> Result<Option<Viewer>> {
    Ok(app.state::<LiveSessions>().get(app, session).await?.map(|session| viewer(&session)))
}

fn viewer(session: &Session) -> Viewer {
    Viewer {
        account: session.account_id,
        session: session.id,
        role: session.role,
        authenticated_at: session.authenticated_at,
    }
}
