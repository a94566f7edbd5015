//! The subscriptions of sessions.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::{Subscription, crypto, store};
use crate::accounts::Viewer;
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::network::PublicNetwork;
use crate::sentences::{Sentence, say};

const MAX_ENDPOINT_LENGTH: usize = 2_000;

/// The subscription that a browser returned, not yet validated.
#[derive(Clone, Debug)]
pub struct SubscriptionDraft {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

/// Registers the viewer's session, and replaces its earlier subscription.
///
/// # Errors
/// `Forbidden` if push is disabled; `Invalid` at each member that cannot be used; unauthenticated if the session has ended.
pub async fn register(app: &App, viewer: Viewer, draft: &SubscriptionDraft) -> Result<()> {
    if !app.config.has_push() {
        return Err(Error::refused(Code::Forbidden, say::PushDisabled));
    }
    let invalid = |field, message: Sentence| Problem::member(field, Code::Invalid, message);
    let mut problems = Problems::default();
    let auth = decode(&draft.auth).filter(|auth| auth.len() == crypto::AUTH_BYTES);
    if auth.is_none() {
        problems.extend([invalid("auth", say::PushSecretInvalid.into())]);
    }
    let endpoint = match read_endpoint(&draft.endpoint) {
        Some(url) if app.state::<PublicNetwork>().is_public(&url).await => Some(url),
        _ => None,
    };
    if endpoint.is_none() {
        problems.extend([invalid("endpoint", say::PushEndpointInvalid.into())]);
    }
    let p256dh = decode(&draft.p256dh).filter(|key| key.len() == crypto::POINT_BYTES);
    let p256dh = match p256dh {
        Some(key) if crypto::encrypt(b"", &key, &[0; crypto::AUTH_BYTES])?.is_some() => Some(key),
        _ => None,
    };
    if p256dh.is_none() {
        problems.extend([invalid("p256dh", say::PushKeyInvalid.into())]);
    }
    problems.finish()?;
    let (Some(endpoint), Some(p256dh), Some(auth)) = (endpoint, p256dh, auth) else {
        return Err(Error::internal("a subscription without problems was rejected"));
    };
    let (session_id, account_id) = (viewer.session, viewer.account);
    let subscription = Subscription { session_id, account_id, endpoint: endpoint.into(), p256dh, auth };
    let mut tx = app.db.write().await?;
    if store::upsert(&mut tx, &subscription, app.clock.now()).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    app.commit(tx, Effects::default()).await
}

/// Removes the subscription of the viewer's session, if it has one.
pub async fn remove(app: &App, viewer: Viewer) -> Result<()> {
    store::delete(&app.db, viewer.session).await?;
    Ok(())
}

fn read_endpoint(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_ENDPOINT_LENGTH)?;
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    (url.scheme() == "https" && url.host().is_some() && !has_credentials).then_some(url)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
