//! Turning mails off by the token of a mail.

use std::net::IpAddr;

use crate::accounts::store as accounts;
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Code, Error, Result};
use crate::limiter::RateLimit;
use crate::notifications::NotificationKind;
use crate::notifications::preferences::{Channels, rules as preferences, store};
use crate::sentences::say;

/// For each IP address. Providers of mail send the requests of many users.
pub static UNSUBSCRIPTIONS: RateLimit = RateLimit::per_minutes("ended subscriptions", 240, 1);

/// Turns mail off for the kinds that a mail was about. A token works as often as it is used.
///
/// # Errors
/// `TokenInvalid` at `token`; rate limited.
pub async fn unsubscribe(app: &App, client: IpAddr, token: &str) -> Result<()> {
    app.limiter.take(&UNSUBSCRIPTIONS, client, 1).await?;
    let invalid = || Error::member("token", Code::TokenInvalid, say::UnsubscribeLinkInvalid);
    let subscription = app.mail.open_subscription(token).ok_or_else(invalid)?;
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, subscription.account).await? {
        return Err(invalid());
    }
    let current = preferences::preferences(&mut tx, subscription.account).await?;
    for kind in NotificationKind::of_bits(subscription.kinds) {
        let channels = current.channels(kind);
        if channels.mail && kind != NotificationKind::Account {
            store::upsert(&mut tx, subscription.account, kind, Channels { mail: false, ..channels }).await?;
        }
    }
    app.commit(tx, Effects::default()).await
}
