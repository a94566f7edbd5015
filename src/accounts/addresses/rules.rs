//! Confirming an address, changing it, taking a change back.
//!
//! A new address counts for nothing until its link was used. The old one is told and keeps a link that undoes the change
//! for a week, so that a stolen session does not become a stolen account.

use secrecy::SecretString;

use super::store;
use crate::accounts::credentials::rules::{MAILS, TOKENS};
use crate::accounts::mail_tokens::{self, MailToken, Purpose, refused};
use crate::accounts::names::{self, Email};
use crate::accounts::notices::{self, Notice};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::rules as registration;
use crate::accounts::sessions::rules as sessions;
use crate::accounts::{AccountId, Client, Viewer, attempts, store as accounts};
use crate::app::App;
use crate::config::Registration as Mode;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::mail::{self, Letter, LinkToken};

/// Mails a link to the new address; nothing changes until it is used.
///
/// # Errors
/// Refused with `CredentialsWrong` at `password`, or with what is wrong with the address. In `confirmed` mode a taken
/// address is answered like a free one, and its holder gets a mail.
pub async fn change_email(
    app: &App,
    client: &Client,
    viewer: Viewer,
    new_email: &str,
    password: &SecretString,
) -> Result<()> {
    app.limiter.take(&MAILS, client.address, 1)?;
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let key = AttemptKey::account(app, &account, client).await?;
    let mut problems = Problems::default();
    if !password_check::is_right(app, client, &key, Some(&account), password).await? {
        problems.extend([password_check::wrong_at("password")]);
    }
    let email = problems.check(names::check_email(new_email, "newEmail"));
    problems.finish()?;
    let Some(email) = email else { return Ok(()) };
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    password_check::lock(&mut tx, &account, "password").await?;
    count_mail(app, &mut tx, account.id, &email).await?;
    let is_taken = accounts::is_email_taken(&mut tx, &email.fold, Some(account.id), now).await?;
    if is_taken && app.config.registration == Mode::Open {
        return Err(Error::member("newEmail", Code::EmailTaken, "Another account has this address."));
    }
    let link = LinkToken::new(&app.mail)?;
    let letter = if is_taken {
        Letter::AddressInUse
    } else {
        mail_tokens::insert(&mut tx, &link.token, account.id, Purpose::ChangeEmail, &email, now).await?;
        Letter::ConfirmNewEmail { username: account.username, nonce: link.nonce }
    };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &email.text, &letter).await?);
    app.commit(tx, effects).await
}

async fn count_mail(app: &App, tx: &mut Tx, account: AccountId, email: &Email) -> Result<()> {
    attempts::take(app, tx, attempts::MAILS_OF_ACCOUNT, &attempts::account(account)).await?;
    attempts::take(app, tx, attempts::MAILS, &attempts::address(&email.fold)).await
}

/// Mails the link for the address given at registration once more.
///
/// # Errors
/// Rate limited.
pub async fn resend_confirmation(app: &App, client: &Client, viewer: Viewer) -> Result<()> {
    app.limiter.take(&MAILS, client.address, 1)?;
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
    mail_tokens::insert(&mut tx, &link.token, account.id, Purpose::ConfirmEmail, &email, now).await?;
    let letter = Letter::ConfirmEmail { username: account.username, nonce: link.nonce };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &email.text, &letter).await?);
    app.commit(tx, effects).await
}

/// Uses a confirmation link up: of a registration, of the first address, or of a new one.
///
/// # Errors
/// Refused with `TokenInvalid`, alike for every reason.
pub async fn confirm_email(app: &App, client: &Client, token: &SecretString) -> Result<()> {
    app.limiter.take(&TOKENS, client.address, 1)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(found) = mail_tokens::take(&mut tx, token, Purpose::ConfirmEmail, now).await? {
        let fold = found.email_fold.as_deref().unwrap_or_default();
        if accounts::confirm_email(&mut tx, found.account_id, fold, now).await? == 0 {
            return Err(refused());
        }
    } else if let Some(found) = mail_tokens::take(&mut tx, token, Purpose::ChangeEmail, now).await? {
        replace_email(app, &mut tx, &mut effects, found).await?;
    } else if registration::confirm(app, &mut tx, &mut effects, token).await?.is_none() {
        return Err(refused());
    }
    app.commit(tx, effects).await
}

async fn replace_email(app: &App, tx: &mut Tx, effects: &mut Effects, found: MailToken) -> Result<()> {
    let now = app.clock.now();
    let account = accounts::by_id(&mut *tx, found.account_id).await?.ok_or_else(refused)?;
    let new = address(found.email, found.email_fold)?;
    set_email(tx, account.id, &new, now).await?;
    mail_tokens::revoke(tx, account.id).await?;
    effects.publish(notices::append(tx, now, account.id, Notice::EmailChanged).await?);
    let old = address(account.email, account.email_fold)?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(tx, &link.token, account.id, Purpose::UndoEmail, &old, now).await?;
    let letter = Letter::EmailChanged { username: account.username, new_address: new.text, nonce: link.nonce };
    effects.mail(mail::enqueue(tx, &app.clock, &old.text, &letter).await?);
    Ok(())
}

/// Brings the old address back and ends every session: whoever changed it may still be signed in.
///
/// # Errors
/// Refused with `TokenInvalid`, alike for every reason.
pub async fn undo_change(app: &App, client: &Client, token: &SecretString) -> Result<()> {
    app.limiter.take(&TOKENS, client.address, 1)?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let found = mail_tokens::take(&mut tx, token, Purpose::UndoEmail, now).await?.ok_or_else(refused)?;
    let old = address(found.email, found.email_fold)?;
    set_email(&mut tx, found.account_id, &old, now).await?;
    // The undo links too: one of a change in between may lie in the wrong hands.
    mail_tokens::revoke_all(&mut tx, found.account_id).await?;
    sessions::end_all(app, &mut tx, &mut effects, found.account_id, None).await?;
    effects.publish(notices::append(&mut tx, now, found.account_id, Notice::EmailChanged).await?);
    app.commit(tx, effects).await
}

async fn set_email(tx: &mut Tx, id: AccountId, email: &Email, now: crate::clock::Timestamp) -> Result<()> {
    match store::set_email(tx, id, email, now).await {
        Ok(1) => Ok(()),
        Ok(_) => Err(refused()),
        Err(error) if error.is_constraint() => Err(refused()),
        Err(error) => Err(error.into()),
    }
}

fn address(text: Option<String>, fold: Option<String>) -> Result<Email> {
    text.zip(fold).map(|(text, fold)| Email { text, fold }).ok_or_else(refused)
}
