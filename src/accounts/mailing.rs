//! The one way to send a letter to an account or an address. Every letter is counted for its address, and an address
//! that is not confirmed receives only letters that were requested for it: confirmations and resets.

use super::attempts::{self, HourlyLimit};
use super::names::Email;
use super::sessions::{store as sessions, tokens};
use super::store::Account;
use super::{AccountId, Client, Viewer};
use crate::app::App;
use crate::db::{Query, Tx};
use crate::effects::Effects;
use crate::error::Result;
use crate::locale::Locale;
use crate::mail::{self, Letter, Subscription};
use crate::notifications::NotificationKind;
use crate::notifications::preferences::rules as preferences;

/// Requested letters to one address, from all strangers together.
const REQUESTED: HourlyLimit = HourlyLimit { kind: "mail", amount: 3 };
/// Registrations with one address. Counted apart, so that a new member can still request a reset.
const REGISTRATIONS: HourlyLimit = HourlyLimit { kind: "registration", amount: 3 };
/// Letters that an account requests for other addresses than its own.
const FOREIGN: HourlyLimit = HourlyLimit { kind: "mails", amount: 5 };
/// Notices about the security of an account, and decisions about registrations. More than their owner can cause within the
/// limits on changes.
const SECURITY_NOTICES: HourlyLimit = HourlyLimit { kind: "security", amount: 30 };
/// Letters about notifications: bookings, and digests. The list of notifications has those that are left out.
const NOTIFICATIONS: HourlyLimit = HourlyLimit { kind: "booking", amount: 60 };

/// The limits that are counted for an account and deleted with it.
pub const ACCOUNT_LIMITS: [HourlyLimit; 1] = [FOREIGN];

/// Who requests a letter. The requests of strangers do not use up those of the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    /// Anyone who knows the address.
    Stranger,
    /// A device that has signed in to the account, by the hash of its secret.
    Device([u8; 8]),
    /// A session of the account.
    Session(Viewer),
}

impl Requester {
    /// Returns who requests a letter to the address of `account`. The owner is recognised only if the address is
    /// confirmed: before that, the account may have the address of another person.
    ///
    /// Runs the same statements whether or not the address has an account.
    pub async fn identify(
        db: impl Query,
        client: &Client,
        viewer: Option<Viewer>,
        account: Option<&Account>,
    ) -> Result<Self> {
        let confirmed = account.filter(|account| account.email_confirmed_at.is_some());
        let id = confirmed.map_or(AccountId(0), |account| account.id);
        if let Some(viewer) = viewer.filter(|viewer| viewer.account == id) {
            return Ok(Self::Session(viewer));
        }
        let Some(device) = &client.device else { return Ok(Self::Stranger) };
        let hash = tokens::hash_secret(device);
        let is_known = sessions::is_known_device(db, &hash, id).await?;
        let prefix = hash.first_chunk().filter(|_| is_known);
        Ok(prefix.map_or(Self::Stranger, |prefix| Self::Device(*prefix)))
    }

    fn subject(self, fold: &str) -> String {
        let address = attempts::email_subject(fold);
        match self {
            Self::Stranger => address,
            Self::Device(hash) => format!("{address}:{}", attempts::hex(&hash)),
            Self::Session(viewer) => format!("{address}:s{:x}", viewer.session.0),
        }
    }
}

/// Proof that a requested letter was counted for its address.
#[derive(Debug)]
#[must_use]
pub struct Counted(());

/// Counts a letter that was requested for an address, whether or not the address has an account.
///
/// # Errors
/// Rate limited.
pub async fn count_request(app: &App, tx: &mut Tx, fold: &str, requester: Requester) -> Result<Counted> {
    attempts::take(app, tx, REQUESTED, &requester.subject(fold)).await?;
    Ok(Counted(()))
}

/// Counts the letter of a registration.
///
/// # Errors
/// Rate limited.
pub async fn count_registration(app: &App, tx: &mut Tx, fold: &str) -> Result<Counted> {
    attempts::take(app, tx, REGISTRATIONS, &attempts::email_subject(fold)).await?;
    Ok(Counted(()))
}

/// Counts a letter that an account requests for an address that is not confirmed.
///
/// # Errors
/// Rate limited.
pub async fn count_foreign(app: &App, tx: &mut Tx, account: AccountId, email: &Email) -> Result<Counted> {
    attempts::take(app, tx, FOREIGN, &attempts::account_subject(account)).await?;
    count_request(app, tx, &email.fold, Requester::Stranger).await
}

impl Counted {
    /// Sends the requested letter, in this language.
    pub async fn send(
        self,
        app: &App,
        tx: &mut Tx,
        effects: &mut Effects,
        to: &str,
        letter: (&Letter, Locale),
    ) -> Result<()> {
        effects.mail(mail::enqueue(tx, &app.clock, to, letter, None).await?);
        Ok(())
    }
}

/// Sends a letter about the security of an account. Does nothing if the address is not confirmed, or has received too
/// many letters this hour.
pub async fn notify(app: &App, tx: &mut Tx, effects: &mut Effects, account: &Account, letter: &Letter) -> Result<()> {
    send_counted(app, tx, effects, account, letter, None, SECURITY_NOTICES).await
}

/// Sends a letter about notifications of these kinds, like [`notify`], if the account receives mail about one of them. A
/// link in it turns mail of the kinds off.
pub async fn notify_of_kinds(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: &Account,
    letter: &Letter,
    kinds: &[NotificationKind],
) -> Result<()> {
    let preferences = preferences::preferences(&mut *tx, account.id).await?;
    let wanted: Vec<_> = kinds.iter().copied().filter(|kind| preferences.channels(*kind).mail).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let subscription = Subscription { account: account.id, kinds: NotificationKind::bits_of(&wanted) };
    send_counted(app, tx, effects, account, letter, Some(subscription), NOTIFICATIONS).await
}

/// Sends the decision about a registration to its address, given as it was entered and folded, which was confirmed. Does
/// nothing if the address has received too many letters this hour.
pub async fn send_decision(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    (email, fold): (&str, &str),
    (letter, locale): (&Letter, Option<Locale>),
) -> Result<()> {
    if attempts::try_take(app, tx, SECURITY_NOTICES, &attempts::email_subject(fold)).await? {
        let letter = (letter, locale.unwrap_or(app.config.locale));
        effects.mail(mail::enqueue(tx, &app.clock, email, letter, None).await?);
    }
    Ok(())
}

async fn send_counted(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: &Account,
    letter: &Letter,
    subscription: Option<Subscription>,
    limit: HourlyLimit,
) -> Result<()> {
    let Some((email, fold)) = account.confirmed_email().filter(|_| !app.mail.is_silent()) else { return Ok(()) };
    if attempts::try_take(app, tx, limit, &attempts::email_subject(fold)).await? {
        let letter = (letter, account.locale.unwrap_or(app.config.locale));
        effects.mail(mail::enqueue(tx, &app.clock, email, letter, subscription).await?);
    }
    Ok(())
}
