//! Confirming an email address, changing it, undoing a change.
//!
//! A new address has no effect until its link is used. The old address then receives a mail with a link that undoes the
//! change for a week, so that a stolen session does not become a stolen account.

use secrecy::SecretString;

use super::Confirmed;
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::credentials::rules::{MAILS_PER_CLIENT, TOKENS_PER_CLIENT};
use crate::accounts::mail_tokens::{self, LinkPurpose, MailToken, token_invalid};
use crate::accounts::names::{self, Email};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::approval::store as approval;
use crate::accounts::registration::confirming as registration;
use crate::accounts::sessions::{rules as sessions, tokens};
use crate::accounts::{AccountId, Client, Viewer, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Registration as RegistrationMode;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::mail::{AccountNotice, Letter, LinkToken};
use crate::sentences::say;

/// Mails a link to the new address. The address changes when the link is used.
///
/// # Errors
/// Refused with `CredentialsWrong` or `ReauthenticationRequired` at `password`, or with the problems of the new address. Except in `open` mode a taken
/// address gets the same answer as a free one, and its owner receives a mail.
pub async fn change_email(
    app: &App,
    client: &Client,
    viewer: Viewer,
    new_email: &str,
    password: Option<&SecretString>,
) -> Result<()> {
    app.limiter.take(&MAILS_PER_CLIENT, client.address, 1).await?;
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let mut problems = Problems::default();
    problems.check(password_check::require_current(app, client, viewer, &account, password, "password").await?);
    let checked = names::check_email(new_email, "newEmail");
    let allowed = |email| names::check_email_domain(&app.config.email_domains, email, "newEmail");
    let email = problems.check(checked.and_then(allowed));
    problems.finish()?;
    let Some(email) = email else { return Ok(()) };
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    password_check::lock_account(app, &mut tx, &account, "password").await?;
    let counted = mailing::count_foreign(app, &mut tx, account.id, &email).await?;
    let is_taken = accounts::is_email_taken(&mut tx, &email.fold, Some(account.id), None, now).await?;
    if is_taken && app.config.registration == RegistrationMode::Open {
        return Err(Error::member("newEmail", Code::EmailTaken, say::EmailOfOtherAccount));
    }
    let link = LinkToken::new(&app.mail)?;
    let locale = account.locale.unwrap_or(app.config.locale);
    let letter = if is_taken {
        Letter::AddressInUse
    } else {
        mail_tokens::insert(&mut tx, &link.token, account.id, LinkPurpose::ChangeEmail, &email, now).await?;
        Letter::ConfirmNewEmail { username: account.username, nonce: link.nonce }
    };
    counted.send(app, &mut tx, &mut effects, &email.text, (&letter, locale)).await?;
    app.commit(tx, effects).await
}

/// Mails the link that confirms the current address again.
pub async fn resend_email_confirmation(app: &App, client: &Client, viewer: Viewer) -> Result<()> {
    app.limiter.take(&MAILS_PER_CLIENT, client.address, 1).await?;
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let address = account.email.zip(account.email_fold).filter(|_| account.email_confirmed_at.is_none());
    let Some((text, fold)) = address else { return Ok(()) };
    let email = Email { text, fold };
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, account.id).await? {
        return Err(Error::Unauthenticated);
    }
    let counted = mailing::count_foreign(app, &mut tx, account.id, &email).await?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(&mut tx, &link.token, account.id, LinkPurpose::ConfirmEmail, &email, now).await?;
    let locale = account.locale.unwrap_or(app.config.locale);
    let letter = Letter::ConfirmEmail { username: account.username, nonce: link.nonce };
    counted.send(app, &mut tx, &mut effects, &email.text, (&letter, locale)).await?;
    app.commit(tx, effects).await
}

/// Confirms the address of a link: the first one of an account, a new one, or that of a pending registration, which
/// requires its password. Where registrations must be confirmed, a new address requires the password of its account, or its session. An
/// account that has the address without having confirmed it loses it. Succeeds if the address of an earlier link is
/// confirmed already.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason; with `ReauthenticationRequired` or `CredentialsWrong`
/// at `password`; or with `UsernameTaken` at `token`, if another account took the username of the pending registration.
pub async fn confirm_email(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    token: &SecretString,
    password: Option<&SecretString>,
) -> Result<Confirmed> {
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1).await?;
    let pending = registration::find_pending(app, client, token, password).await?;
    check_changes_own_account(app, client, viewer, token, password).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let confirmed = if let Some(pending) = pending {
        // None: a concurrent call was faster.
        registration::confirm_registration(app, client, &mut tx, &mut effects, &pending, token).await?
    } else if let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::ConfirmEmail, now).await? {
        confirm_first_email(&mut tx, stored, now).await?;
        Some(Confirmed::Account)
    } else if let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::ChangeEmail, now).await? {
        replace_email(app, client, &mut tx, &mut effects, stored).await?;
        Some(Confirmed::Account)
    } else {
        None
    };
    if let Some(confirmed) = confirmed {
        app.commit(tx, effects).await?;
        return Ok(confirmed);
    }
    if approval::is_confirmed_by(&mut tx, &tokens::hash_secret(token), now).await? {
        return Ok(Confirmed::Request);
    }
    check_already_met(tx, token, &[LinkPurpose::ConfirmEmail, LinkPurpose::ChangeEmail]).await?;
    Ok(Confirmed::Account)
}

/// Checks that a new address is confirmed for the account of the user who reads its mail. Where registrations must be
/// confirmed, a link by itself gives no address to an account: a stranger may have requested it, who knows the password of that account.
async fn check_changes_own_account(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    token: &SecretString,
    password: Option<&SecretString>,
) -> Result<()> {
    if app.config.registration == RegistrationMode::Open {
        return Ok(());
    }
    let stored = mail_tokens::find(&app.db, token, LinkPurpose::ChangeEmail, app.clock.now()).await?;
    let foreign = stored.filter(|stored| viewer.is_none_or(|viewer| viewer.account != stored.account_id));
    let Some(stored) = foreign else { return Ok(()) };
    let Some(password) = password else {
        let message = say::PasswordOrSessionRequired;
        return Err(Error::member("password", Code::ReauthenticationRequired, message));
    };
    let account = accounts::by_id(&app.db, stored.account_id).await?.ok_or_else(token_invalid)?;
    let email = stored_email(stored.email, stored.email_fold)?;
    let key = AttemptKey::for_email(&email.fold);
    if password_check::verify(app, client, &key, Some(&account), password).await? {
        Ok(())
    } else {
        Err(Error::Refused(vec![password_check::wrong_password("password")]))
    }
}

/// Succeeds if the account of a used link has its address, confirmed. The transaction has looked for the link: it sees
/// the one that was faster, whose commit a read outside could still miss.
async fn check_already_met(mut tx: Tx, token: &SecretString, purposes: &[LinkPurpose]) -> Result<()> {
    for purpose in purposes {
        if let Some((account, Some(fold))) = mail_tokens::find_used(&mut tx, token, *purpose).await?
            && let Some(account) = accounts::by_id(&mut tx, account).await?
            && account.confirmed_email().is_some_and(|(_, current)| current == fold)
        {
            return Ok(());
        }
    }
    Err(token_invalid())
}

/// Confirms the address that an account was registered with. The account has none yet if another one had it unconfirmed.
async fn confirm_first_email(tx: &mut Tx, stored: MailToken, now: Timestamp) -> Result<()> {
    let account = accounts::by_id(&mut *tx, stored.account_id).await?.ok_or_else(token_invalid)?;
    let email = stored_email(stored.email, stored.email_fold)?;
    if account.email_fold.as_ref().is_some_and(|current| *current != email.fold) {
        return Err(token_invalid());
    }
    set_email(tx, account.id, &email, now).await
}

async fn replace_email(
    app: &App,
    client: &Client,
    tx: &mut Tx,
    effects: &mut Effects,
    stored: MailToken,
) -> Result<()> {
    let now = app.clock.now();
    let account = accounts::by_id(&mut *tx, stored.account_id).await?.ok_or_else(token_invalid)?;
    let new = stored_email(stored.email, stored.email_fold)?;
    set_email(tx, account.id, &new, now).await?;
    mail_tokens::revoke_except_undo(tx, account.id).await?;
    notices::publish(app, tx, effects, account.id, NoticeKind::EmailChanged, None).await?;
    let cause = Cause::owner(account.id, client);
    AuditEvent::EmailChanged.record(app, tx, effects, account.id, cause).await?;
    // An address that was never confirmed may belong to another person: it gets no letter, and is not reserved.
    let Some((text, fold)) = account.confirmed_email() else { return Ok(()) };
    let old = Email { text: text.to_owned(), fold: fold.to_owned() };
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(tx, &link.token, account.id, LinkPurpose::UndoEmail, &old, now).await?;
    let username = account.username.clone();
    let letter = Letter::EmailChanged { username, new_address: new.text, nonce: link.nonce };
    mailing::notify(app, tx, effects, &account, &letter).await
}

/// Restores the old address and ends every session, because the one that changed the address may be an attacker's.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason. Succeeds if the address is restored already.
pub async fn undo_email_change(app: &App, client: &Client, token: &SecretString) -> Result<()> {
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::UndoEmail, now).await? else {
        return check_already_met(tx, token, &[LinkPurpose::UndoEmail]).await;
    };
    let old = stored_email(stored.email, stored.email_fold)?;
    set_email(&mut tx, stored.account_id, &old, now).await?;
    // Undo tokens too: an attacker may have the one of a change in between.
    mail_tokens::revoke_all(&mut tx, stored.account_id).await?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, stored.account_id, None).await?;
    sessions::forget_other_devices(&mut tx, client, stored.account_id).await?;
    notices::publish(app, &mut tx, &mut effects, stored.account_id, NoticeKind::EmailChanged, None).await?;
    notices::mail(app, &mut tx, &mut effects, stored.account_id, AccountNotice::EmailRestored).await?;
    let cause = Cause::owner(stored.account_id, client);
    AuditEvent::EmailChanged.record(app, &mut tx, &mut effects, stored.account_id, cause).await?;
    app.commit(tx, effects).await
}

/// Sets a confirmed address. An account that has it unconfirmed gives way.
async fn set_email(tx: &mut Tx, id: AccountId, email: &Email, now: Timestamp) -> Result<()> {
    accounts::release_unconfirmed_email(tx, &email.fold, Some(id)).await?;
    match accounts::set_email(tx, id, email, now).await {
        Ok(1) => Ok(()),
        Ok(_) => Err(token_invalid()),
        Err(error) if error.is_constraint() => Err(token_invalid()),
        Err(error) => Err(error.into()),
    }
}

fn stored_email(text: Option<String>, fold: Option<String>) -> Result<Email> {
    text.zip(fold).map(|(text, fold)| Email { text, fold }).ok_or_else(token_invalid)
}
