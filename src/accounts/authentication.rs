//! Authenticates requests: from an access token or session cookie to the viewer.

use secrecy::{ExposeSecret, SecretString};

use super::sessions::{Session, TokenTransport, store, tokens};
use super::{SessionId, Viewer};
use crate::accounts::session_cache::SessionCache;
use crate::app::App;
use crate::error::{Error, Result};

/// The credential of a request.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An access token.
    Bearer(SecretString),
    /// A session cookie, sent by a page of an allowed origin.
    Cookie(SecretString),
}

/// Returns the viewer that a credential belongs to.
///
/// # Errors
/// Unauthenticated if it is not the credential of an active session. The error does not reveal the reason.
pub async fn authenticate(app: &App, credential: &Credential) -> Result<Viewer> {
    let session = match credential {
        Credential::Bearer(token) => {
            let claims =
                app.keys.verify_access_token(token.expose_secret(), app.clock.now()).ok_or(Error::Unauthenticated)?;
            app.state::<SessionCache>()
                .get(app, claims.session)
                .await?
                .filter(|session| session.account_id == claims.account && session.transport == TokenTransport::Token)
        }
        Credential::Cookie(cookie) => {
            let epoch = app.state::<SessionCache>().epoch();
            let session = store::by_cookie(&app.db, &tokens::hash_secret(cookie), app.clock.now()).await?;
            session.and_then(|session| app.state::<SessionCache>().insert(app, session, epoch))
        }
    };
    session.map(|session| viewer_from(&session)).ok_or(Error::Unauthenticated)
}

/// Returns the viewer of a session that the current operation has opened.
pub async fn viewer_of_session(app: &App, session: SessionId) -> Result<Option<Viewer>> {
    Ok(app.state::<SessionCache>().get(app, session).await?.map(|session| viewer_from(&session)))
}

/// Returns the viewer of an open socket as their session and role are now; `None` if the session has ended.
pub async fn viewer_of_socket(app: &App, session: SessionId) -> Result<Option<Viewer>> {
    Ok(app.state::<SessionCache>().get_watched(app, session).await?.map(|session| viewer_from(&session)))
}

fn viewer_from(session: &Session) -> Viewer {
    Viewer {
        account: session.account_id,
        session: session.id,
        role: session.role,
        authenticated_at: session.authenticated_at,
        locale: session.locale,
    }
}
