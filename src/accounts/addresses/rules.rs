//! Confirming an email address, changing it, undoing a change.
//!
//! A new address has no effect until its link is used. The old address then receives a mail with a link that undoes the
//! change for a week, so that a stolen session does not become a stolen account.

use secrecy::SecretString;

use crate::accounts::credentials::rules::{MAILS_PER_CLIENT, TOKENS_PER_CLIENT};
use crate::accounts::mail_tokens::{self, LinkPurpose, MailToken, token_invalid};
use crate::accounts::names::{self, Email};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::rules as registration;
use crate::accounts::sessions::rules as sessions;
use crate::accounts::{AccountId, Client, Viewer, attempts, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Registration as RegistrationMode;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::mail::{self, Letter, LinkToken};

/// Mails a link to the new address. The address changes when the link is used.
///
/// # Errors
/// Refused with `CredentialsWrong` at `password`, or with the problems of the new address. In `confirmed` mode a taken
/// address gets the same answer as a free one, and its owner receives a mail.
pub async fn change_email(
    app: &App,
    client: &Client,
    viewer: Viewer,
    new_email: &str,
    password: &SecretString,
) -> Result<()> {
    app.limiter.take(&MAILS_PER_CLIENT, client.address, 1)?;
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let key = AttemptKey::for_account(app, &account, client).await?;
    let mut problems = Problems::default();
    if !password_check::verify(app, client, &key, Some(&account), password).await? {
        problems.extend([password_check::wrong_password("password")]);
    }
    let email = problems.check(names::check_email(new_email, "newEmail"));
    problems.finish()?;
    let Some(email) = email else { return Ok(()) };
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    password_check::lock_account(&mut tx, &account, "password").await?;
    count_mail(app, &mut tx, account.id, &email).await?;
    let is_taken = accounts::is_email_taken(&mut tx, &email.fold, Some(account.id), now).await?;
    if is_taken && app.config.registration == RegistrationMode::Open {
        return Err(Error::member("newEmail", Code::EmailTaken, "Another account has this address."));
    }
    let link = LinkToken::new(&app.mail)?;
    let letter = if is_taken {
        Letter::AddressInUse
    } else {
        mail_tokens::insert(&mut tx, &link.token, account.id, LinkPurpose::ChangeEmail, &email, now).await?;
        Letter::ConfirmNewEmail { username: account.username, nonce: link.nonce }
    };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &email.text, &letter).await?);
    app.commit(tx, effects).await
}

async fn count_mail(app: &App, tx: &mut Tx, account: AccountId, email: &Email) -> Result<()> {
    attempts::take(app, tx, attempts::MAILS_PER_ACCOUNT, &attempts::account_subject(account)).await?;
    attempts::take(app, tx, attempts::MAILS_PER_EMAIL, &attempts::email_subject(&email.fold)).await
}

/// Mails the link that confirms the current address again.
pub async fn resend_email_confirmation(app: &App, client: &Client, viewer: Viewer) -> Result<()> {
    app.limiter.take(&MAILS_PER_CLIENT, client.address, 1)?;
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let address = account.email.zip(account.email_fold).filter(|_| account.email_confirmed_at.is_none());
    let Some((text, fold)) = address else { return Ok(()) };
    let email = Email { text, fold };
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, account.id).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    count_mail(app, &mut tx, account.id, &email).await?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(&mut tx, &link.token, account.id, LinkPurpose::ConfirmEmail, &email, now).await?;
    let letter = Letter::ConfirmEmail { username: account.username, nonce: link.nonce };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &email.text, &letter).await?);
    app.commit(tx, effects).await
}

/// Confirms the address of a link: the first one of an account, a new one, or that of a pending registration.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason; or with `UsernameTaken` at `token`, if another
/// account took the username of the pending registration.
pub async fn confirm_email(app: &App, client: &Client, token: &SecretString) -> Result<()> {
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::ConfirmEmail, now).await? {
        let fold = stored.email_fold.as_deref().unwrap_or_default();
        if accounts::confirm_email(&mut tx, stored.account_id, fold, now).await? == 0 {
            return Err(token_invalid());
        }
    } else if let Some(stored) = mail_tokens::consume(&mut tx, token, LinkPurpose::ChangeEmail, now).await? {
        replace_email(app, &mut tx, &mut effects, stored).await?;
    } else if registration::confirm_registration(app, &mut tx, &mut effects, token).await?.is_none() {
        return Err(token_invalid());
    }
    app.commit(tx, effects).await
}

async fn replace_email(app: &App, tx: &mut Tx, effects: &mut Effects, stored: MailToken) -> Result<()> {
    let now = app.clock.now();
    let account = accounts::by_id(&mut *tx, stored.account_id).await?.ok_or_else(token_invalid)?;
    let new = stored_email(stored.email, stored.email_fold)?;
    set_email(tx, account.id, &new, now).await?;
    mail_tokens::revoke_except_undo(tx, account.id).await?;
    effects.publish(notices::append(tx, now, account.id, NoticeKind::EmailChanged).await?);
    let old = stored_email(account.email, account.email_fold)?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(tx, &link.token, account.id, LinkPurpose::UndoEmail, &old, now).await?;
    let letter = Letter::EmailChanged { username: account.username, new_address: new.text, nonce: link.nonce };
    effects.mail(mail::enqueue(tx, &app.clock, &old.text, &letter).await?);
    Ok(())
}

/// Restores the old address and ends every session, because the one that changed the address may be an attacker's.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason.
pub async fn undo_email_change(app: &App, client: &Client, token: &SecretString) -> Result<()> {
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let stored = mail_tokens::consume(&mut tx, token, LinkPurpose::UndoEmail, now).await?.ok_or_else(token_invalid)?;
    let old = stored_email(stored.email, stored.email_fold)?;
    set_email(&mut tx, stored.account_id, &old, now).await?;
    // Undo tokens too: an attacker may have the one of a change in between.
    mail_tokens::revoke_all(&mut tx, stored.account_id).await?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, stored.account_id, None).await?;
    effects.publish(notices::append(&mut tx, now, stored.account_id, NoticeKind::EmailChanged).await?);
    app.commit(tx, effects).await
}

async fn set_email(tx: &mut Tx, id: AccountId, email: &Email, now: Timestamp) -> Result<()> {
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
