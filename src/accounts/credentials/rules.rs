//! Changing the password and the username, and resetting the password by mail.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::mail_tokens::{self, LinkPurpose};
use crate::accounts::mailing::Requester;
use crate::accounts::names::{self, Email};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::retired;
use crate::accounts::registration::rules::{NameClaimant, username_taken, validate_username};
use crate::accounts::sessions::{IssuedSession, rules as sessions};
use crate::accounts::store::{self, Account};
use crate::accounts::{AccountId, Client, Viewer, attempts, mailing, strength};
use crate::app::App;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::mail::{Letter, LinkToken};
use crate::search;

/// Mails requested from one network address.
pub static MAILS_PER_CLIENT: RateLimit = RateLimit { name: "mails", amount: 30, per: HOUR, burst: 30 };
/// Mailed tokens submitted from one network address.
pub static TOKENS_PER_CLIENT: RateLimit = RateLimit { name: "mailed tokens", amount: 60, per: HOUR, burst: 60 };

const HOUR: Duration = Duration::from_hours(1);

async fn account_of(app: &App, viewer: Viewer) -> Result<Account> {
    store::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)
}

/// Changes the password, or sets the first one after a recent sign-in at a provider. Every other session ends; the current one continues with new tokens.
///
/// # Errors
/// Refused with `CredentialsWrong` or `ReauthenticationRequired` at `currentPassword`, `PasswordWeak` or `TooLong` at `newPassword`, or both.
pub async fn change_password(
    app: &App,
    client: &Client,
    viewer: Viewer,
    current: Option<&SecretString>,
    new: SecretString,
) -> Result<IssuedSession> {
    password_check::require_passwords(app)?;
    let account = account_of(app, viewer).await?;
    let key = AttemptKey::for_session(viewer);
    let mut problems = Problems::default();
    problems.check(password_check::require_current(app, client, viewer, &account, current, "currentPassword").await?);
    problems.check(check_new_password(&account, &new));
    problems.finish()?;
    let hash = app.passwords.hash(client.address, new).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    password_check::lock_account(app, &mut tx, &account, "currentPassword").await?;
    attempts::take(app, &mut tx, attempts::CHANGES_PER_ACCOUNT, &attempts::account_subject(account.id)).await?;
    attempts::reset(&mut tx, key.subject()).await?;
    store::set_password(&mut tx, account.id, &hash).await?;
    let issued = sessions::renew_tokens(app, &mut tx, viewer.session).await?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, account.id, Some(viewer.session)).await?;
    sessions::forget_other_devices(&mut tx, client, account.id).await?;
    mail_tokens::revoke_except_undo(&mut tx, account.id).await?;
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::PasswordChanged, None).await?;
    let letter = Letter::PasswordChanged { username: account.username.clone() };
    mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    let cause = Cause::owner(account.id, client);
    AuditEvent::PasswordChanged.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await?;
    Ok(issued)
}

/// Returns the account of the viewer after checking the password, or without one that it was verified lately.
///
/// # Errors
/// Refused with `ReauthenticationRequired` or `CredentialsWrong` at `password`.
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    viewer: Viewer,
    password: Option<&SecretString>,
) -> Result<Account> {
    let account = account_of(app, viewer).await?;
    password_check::require_recent(app, client, viewer, &account, password).await?;
    Ok(account)
}

/// Locks an account after [`reauthenticate`], if its password is still the one that was checked.
pub async fn lock_reauthenticated(app: &App, tx: &mut Tx, account: &Account, has_password: bool) -> Result<()> {
    if has_password {
        return password_check::lock_account(app, tx, account, "password").await;
    }
    if store::lock(tx, account.id).await? { Ok(()) } else { Err(Error::Unauthenticated) }
}

/// Changes the username. Requires the password if its last verification is older than 10 minutes.
///
/// # Errors
/// Refused with `ReauthenticationRequired` or `CredentialsWrong` at `password`, or with the problems of the name.
pub async fn change_username(
    app: &App,
    client: &Client,
    viewer: Viewer,
    username: &str,
    password: Option<&SecretString>,
) -> Result<()> {
    let account = account_of(app, viewer).await?;
    let mut problems = Problems::default();
    problems.collect(password_check::require_recent(app, client, viewer, &account, password).await)?;
    let claimant = NameClaimant { account: Some(account.id), email_fold: account.email_fold.as_deref() };
    let username = problems.check(validate_username(app, username, claimant).await?);
    problems.finish()?;
    let Some(username) = username else { return Ok(()) };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_reauthenticated(app, &mut tx, &account, password.is_some()).await?;
    attempts::take(app, &mut tx, attempts::CHANGES_PER_ACCOUNT, &attempts::account_subject(account.id)).await?;
    let current = store::by_id(&mut tx, account.id).await?.ok_or(Error::Unauthenticated)?;
    // The unique index decides a race with another account after the check.
    match store::set_username(&mut tx, account.id, &username.text, &username.fold).await {
        Err(error) if error.is_constraint() => return Err(Error::Refused(vec![username_taken("username")])),
        other => other?,
    };
    // The previous owner of this name may have given it up after the check.
    if retired::is_retired(app, &mut tx, &username.fold, claimant).await? {
        return Err(Error::Refused(vec![username_taken("username")]));
    }
    if username.fold != current.username_fold {
        retired::retire(app, &mut tx, &current).await?;
    }
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::UsernameChanged, None).await?;
    let letter = Letter::UsernameChanged { username: username.text };
    mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    search::refresh(&mut tx, account.id.0).await?;
    app.raise(&mut tx, &mut effects, DomainEvent::UserChanged(account.id)).await?;
    let cause = Cause::viewer(viewer, client);
    AuditEvent::UsernameChanged.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await
}

/// Mails a link that resets the password, if the address belongs to an account. Otherwise the answer and the wait for
/// the commit are the same, and only the statements that insert the token and the mail are left out.
///
/// # Errors
/// Refused if the address is malformed; rate limited, in the same way for known and unknown addresses. The requests of
/// the owner's sessions and devices are counted apart from those of strangers.
pub async fn request_password_reset(app: &App, client: &Client, viewer: Option<Viewer>, email: &str) -> Result<()> {
    app.limiter.take(&MAILS_PER_CLIENT, client.address, 1).await?;
    let email = names::check_email(email, "email").map_err(|problem| Error::Refused(vec![problem]))?;
    if !app.config.has_passwords() {
        return Ok(());
    }
    let now = app.clock.now();
    let link = LinkToken::new(&app.mail)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let account = store::by_email(&mut tx, &email.fold).await?;
    let is_locked = store::lock(&mut tx, account.as_ref().map_or(AccountId(0), |account| account.id)).await?;
    let requester = Requester::identify(&mut tx, client, viewer, account.as_ref()).await?;
    let counted = mailing::count_request(app, &mut tx, &email.fold, requester).await?;
    // The mail goes to the stored spelling of the address, not to the submitted one.
    if let Some(account) = account.filter(|_| is_locked)
        && let Some(text) = account.email
    {
        let stored = Email { text, fold: email.fold };
        mail_tokens::insert(&mut tx, &link.token, account.id, LinkPurpose::ResetPassword, &stored, now).await?;
        let locale = account.locale.unwrap_or(app.config.locale);
        let letter = Letter::ResetPassword { username: account.username, nonce: link.nonce };
        counted.send(app, &mut tx, &mut effects, &stored.text, (&letter, locale)).await?;
    }
    app.commit(tx, effects).await
}

/// Sets a new password with a mailed token. Every session ends, and no new one starts.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason, or with `PasswordWeak`, which does not consume the
/// token. Succeeds again with the token and the password of an earlier call, whose answer may have been lost.
pub async fn reset_password(app: &App, client: &Client, token: &SecretString, new: SecretString) -> Result<()> {
    password_check::require_passwords(app)?;
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1).await?;
    let now = app.clock.now();
    let Some(stored) = mail_tokens::find(&app.db, token, LinkPurpose::ResetPassword, now).await? else {
        return confirm_earlier_reset(app, client, token, new).await;
    };
    let account = store::by_id(&app.db, stored.account_id).await?.ok_or_else(mail_tokens::token_invalid)?;
    count_token_attempt(app, account.id).await?;
    let mut problems = Problems::default();
    problems.check(check_new_password(&account, &new));
    problems.finish()?;
    let hash = app.passwords.hash(client.address, new).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::ResetPassword, now).await? else {
        return Err(mail_tokens::token_invalid());
    };
    store::set_password(&mut tx, account.id, &hash).await?;
    // The token was in a mail to this address, so using it confirms the address.
    let fold = stored.email_fold.unwrap_or_default();
    store::confirm_email(&mut tx, account.id, &fold, now).await?;
    let account = store::by_id(&mut tx, account.id).await?.ok_or_else(mail_tokens::token_invalid)?;
    attempts::reset(&mut tx, &attempts::account_subject(account.id)).await?;
    attempts::reset(&mut tx, AttemptKey::for_email(&fold).subject()).await?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, account.id, None).await?;
    sessions::forget_other_devices(&mut tx, client, account.id).await?;
    mail_tokens::revoke_except_undo(&mut tx, account.id).await?;
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::PasswordChanged, None).await?;
    let letter = Letter::PasswordChanged { username: account.username.clone() };
    mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    let cause = Cause::owner(account.id, client);
    AuditEvent::PasswordChanged.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await
}

/// Sets a new password for the operator. Every session ends, no device is known any more, and mailed links become invalid.
///
/// # Errors
/// Refused with `PasswordWeak`; not found if the account was deleted since.
pub async fn set_password_by_operator(app: &App, account: &Account, new: SecretString) -> Result<()> {
    let mut problems = Problems::default();
    problems.check(check_new_password(account, &new));
    problems.finish()?;
    let hash = app.passwords.hash(std::net::Ipv4Addr::LOCALHOST.into(), new).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !store::lock(&mut tx, account.id).await? {
        return Err(Error::NotFound);
    }
    store::set_password(&mut tx, account.id, &hash).await?;
    attempts::reset(&mut tx, &attempts::account_subject(account.id)).await?;
    if let Some(fold) = &account.email_fold {
        attempts::reset(&mut tx, AttemptKey::for_email(fold).subject()).await?;
    }
    sessions::end_all_sessions(app, &mut tx, &mut effects, account.id, None).await?;
    sessions::forget_all_devices(&mut tx, account.id).await?;
    mail_tokens::revoke_except_undo(&mut tx, account.id).await?;
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::PasswordChanged, None).await?;
    let letter = Letter::PasswordChanged { username: account.username.clone() };
    mailing::notify(app, &mut tx, &mut effects, account, &letter).await?;
    AuditEvent::PasswordChanged.record(app, &mut tx, &mut effects, account.id, Cause::Command).await?;
    app.commit(tx, effects).await
}

/// Succeeds if the token was used before to set this password.
async fn confirm_earlier_reset(app: &App, client: &Client, token: &SecretString, new: SecretString) -> Result<()> {
    let used = mail_tokens::find_used(&app.db, token, LinkPurpose::ResetPassword).await?;
    let (id, _) = used.ok_or_else(mail_tokens::token_invalid)?;
    count_token_attempt(app, id).await?;
    let account = store::by_id(&app.db, id).await?.ok_or_else(mail_tokens::token_invalid)?;
    if new.expose_secret().len() > strength::MAX_PASSWORD_BYTES {
        return Err(mail_tokens::token_invalid());
    }
    let verified = app.passwords.verify(client.address, None, new, account.password_hash).await?;
    if verified.is_correct { Ok(()) } else { Err(mail_tokens::token_invalid()) }
}

fn check_new_password(account: &Account, new: &SecretString) -> Result<(), Problem> {
    let email = account.email.as_deref().unwrap_or_default();
    strength::check_password("newPassword", new.expose_secret(), &account.username, email)
}

/// Counts a password submitted with a valid token, because a weak password does not consume the token.
async fn count_token_attempt(app: &App, account: AccountId) -> Result<()> {
    let mut tx = app.db.write().await?;
    attempts::take(app, &mut tx, attempts::TOKENS, &attempts::account_subject(account)).await?;
    Ok(tx.commit().await?)
}
