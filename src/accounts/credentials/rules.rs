//! Changing and resetting what somebody signs in with.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::accounts::mail_tokens::{self, Purpose};
use crate::accounts::names::{self, Email};
use crate::accounts::notices::{self, Notice};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::rules::{Asks, free_username, username_taken};
use crate::accounts::sessions::{Issued, rules as sessions};
use crate::accounts::store::{self, Account};
use crate::accounts::{AccountId, Client, Viewer, attempts, strength};
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::limiter::RateLimit;
use crate::mail::{self, Letter, LinkToken};
use crate::search;

/// After so long a login no longer stands for the password.
const RECENT_LOGIN: Duration = Duration::from_mins(10);

/// Mails asked for from one address.
pub static MAILS: RateLimit = RateLimit { name: "mails", amount: 30, per: HOUR, burst: 30 };
/// Mailed tokens tried from one address.
pub static TOKENS: RateLimit = RateLimit { name: "mailed tokens", amount: 60, per: HOUR, burst: 60 };

const HOUR: Duration = Duration::from_hours(1);

async fn account_of(app: &App, viewer: Viewer) -> Result<Account> {
    store::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)
}

/// Changes the password. Every other session ends; this one goes on with new tokens.
///
/// # Errors
/// Refused with `CredentialsWrong` at `currentPassword` and `PasswordWeak` at `newPassword`, both at once where both are.
pub async fn change_password(
    app: &App,
    client: &Client,
    viewer: Viewer,
    current: &SecretString,
    new: SecretString,
) -> Result<Issued> {
    let account = account_of(app, viewer).await?;
    let key = AttemptKey::account(app, &account, client).await?;
    let mut problems = Problems::default();
    if !password_check::is_right(app, client, &key, Some(&account), current).await? {
        problems.extend([password_check::wrong_at("currentPassword")]);
    }
    let email = account.email.as_deref().unwrap_or_default();
    problems.check(strength::check_password("newPassword", new.expose_secret(), &account.username, email));
    problems.finish()?;
    let hash = app.passwords.hash(client.address, new).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    password_check::lock(&mut tx, &account, "currentPassword").await?;
    attempts::take(app, &mut tx, attempts::CHANGES, &attempts::account(account.id)).await?;
    attempts::reset(&mut tx, key.subject()).await?;
    store::set_password(&mut tx, account.id, &hash).await?;
    let issued = sessions::renew(app, &mut tx, viewer.session).await?;
    sessions::end_all(app, &mut tx, &mut effects, account.id, Some(viewer.session)).await?;
    mail_tokens::revoke(&mut tx, account.id).await?;
    effects.publish(notices::append(&mut tx, now, account.id, Notice::PasswordChanged).await?);
    let letter = Letter::PasswordChanged { username: account.username };
    effects.mail(mail::enqueue(&mut tx, &app.clock, email, &letter).await?);
    app.commit(tx, effects).await?;
    Ok(issued)
}

/// Changes the username. Asks for the password when the login was long ago.
///
/// # Errors
/// Refused with `ReauthenticationRequired` or `CredentialsWrong` at `password`, or with what is wrong with the name.
pub async fn change_username(
    app: &App,
    client: &Client,
    viewer: Viewer,
    username: &str,
    password: Option<&SecretString>,
) -> Result<()> {
    let account = account_of(app, viewer).await?;
    let now = app.clock.now();
    let mut problems = Problems::default();
    if let Some(password) = password {
        let key = AttemptKey::account(app, &account, client).await?;
        if !password_check::is_right(app, client, &key, Some(&account), password).await? {
            problems.extend([password_check::wrong_at("password")]);
        }
    } else if now.since(viewer.authenticated_at) > RECENT_LOGIN {
        return Err(Error::member("password", Code::ReauthenticationRequired, "Give your password along."));
    }
    let asks = Asks { account: Some(account.id), email_fold: account.email_fold.as_deref() };
    let username = problems.check(free_username(app, username, asks).await?);
    problems.finish()?;
    let Some(username) = username else { return Ok(()) };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if password.is_some() {
        password_check::lock(&mut tx, &account, "password").await?;
    } else if store::lock(&mut tx, account.id).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    attempts::take(app, &mut tx, attempts::CHANGES, &attempts::account(account.id)).await?;
    // Somebody may take the name between the check and here; the index decides.
    match store::set_username(&mut tx, account.id, &username.text, &username.fold).await {
        Err(error) if error.is_constraint() => return Err(Error::Refused(vec![username_taken("username")])),
        other => other?,
    };
    // Its owner may have left since the check.
    if store::is_retired(&mut tx, &username.fold, now).await? {
        return Err(Error::Refused(vec![username_taken("username")]));
    }
    effects.publish(notices::append(&mut tx, now, account.id, Notice::UsernameChanged).await?);
    if let Some(email) = &account.email {
        let letter = Letter::UsernameChanged { username: username.text };
        effects.mail(mail::enqueue(&mut tx, &app.clock, email, &letter).await?);
    }
    search::refresh(&mut tx, account.id.0).await?;
    app.commit(tx, effects).await
}

/// Mails a link that resets the password, if the address belongs to an account. The answer is the same if not, and so
/// is the wait for the commit; only the statements that write down the token and the letter are left out.
///
/// # Errors
/// Refused for what is no address; rate limited, alike for known and unknown ones.
pub async fn request_reset(app: &App, client: &Client, email: &str) -> Result<()> {
    app.limiter.take(&MAILS, client.address, 1)?;
    let key = names::check_email(email, "email").map_err(|problem| Error::Refused(vec![problem]))?;
    let now = app.clock.now();
    let link = LinkToken::new(&app.mail)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let account = store::by_email(&mut tx, &key.fold).await?;
    let is_locked = store::lock(&mut tx, account.as_ref().map_or(AccountId(0), |account| account.id)).await? == 1;
    attempts::take(app, &mut tx, attempts::MAILS, &attempts::address(&key.fold)).await?;
    // To the stored address, never to the typed one.
    if let Some(account) = account.filter(|_| is_locked)
        && let Some(text) = account.email
    {
        let stored = Email { text, fold: key.fold };
        mail_tokens::insert(&mut tx, &link.token, account.id, Purpose::ResetPassword, &stored, now).await?;
        let letter = Letter::ResetPassword { username: account.username, nonce: link.nonce };
        effects.mail(mail::enqueue(&mut tx, &app.clock, &stored.text, &letter).await?);
    }
    app.commit(tx, effects).await
}

/// Sets a new password by a mailed token. Every session ends and nobody is signed in by it.
///
/// # Errors
/// Refused with `TokenInvalid`, alike for every reason, or `PasswordWeak`; a weak password does not use the token up.
pub async fn reset_password(app: &App, client: &Client, token: &SecretString, new: SecretString) -> Result<()> {
    app.limiter.take(&TOKENS, client.address, 1)?;
    let now = app.clock.now();
    let found = mail_tokens::peek(&app.db, token, Purpose::ResetPassword, now).await?;
    let account = match &found {
        Some(found) => store::by_id(&app.db, found.account_id).await?,
        None => None,
    };
    let account = account.ok_or_else(mail_tokens::refused)?;
    count_try(app, account.id).await?;
    let email = account.email.as_deref().unwrap_or_default();
    let mut problems = Problems::default();
    problems.check(strength::check_password("newPassword", new.expose_secret(), &account.username, email));
    problems.finish()?;
    let hash = app.passwords.hash(client.address, new).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let Some(found) = mail_tokens::take(&mut tx, token, Purpose::ResetPassword, now).await? else {
        return Err(mail_tokens::refused());
    };
    store::set_password(&mut tx, account.id, &hash).await?;
    // Whoever read the mail owns the address.
    let fold = found.email_fold.unwrap_or_default();
    store::confirm_email(&mut tx, account.id, &fold, now).await?;
    attempts::reset(&mut tx, &attempts::account(account.id)).await?;
    attempts::reset(&mut tx, AttemptKey::address(&fold).subject()).await?;
    sessions::end_all(app, &mut tx, &mut effects, account.id, None).await?;
    mail_tokens::revoke(&mut tx, account.id).await?;
    effects.publish(notices::append(&mut tx, now, account.id, Notice::PasswordChanged).await?);
    let letter = Letter::PasswordChanged { username: account.username };
    effects.mail(mail::enqueue(&mut tx, &app.clock, email, &letter).await?);
    app.commit(tx, effects).await
}

/// Counts a try with a link that somebody holds: a weak password does not use it up.
async fn count_try(app: &App, account: AccountId) -> Result<()> {
    let mut tx = app.db.write().await?;
    attempts::take(app, &mut tx, attempts::TOKENS, &attempts::account(account)).await?;
    Ok(tx.commit().await?)
}
