//! Registrations whose email address must be confirmed first: in the modes `confirmed` and `approval`.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::approval::rules as approval;
use super::rules::{create_member, username_taken};
use super::store::{self, PendingRegistration, PendingRow};
use super::{NewMember, ValidRegistration, student_numbers};
use crate::accounts::addresses::Confirmed;
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::invitations::rules as invitations;
use crate::accounts::mail_tokens;
use crate::accounts::mailing::{self, Requester};
use crate::accounts::names::{Email, Username};
use crate::accounts::sessions::rules as sessions;
use crate::accounts::sessions::tokens;
use crate::accounts::{AccountId, Client, Viewer, attempts, devices, store as accounts, strength};
use crate::app::App;
use crate::config::Registration as RegistrationMode;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Result};
use crate::mail::{EntryNotice, Letter, LinkToken};
use crate::search;
use crate::sentences::say;

/// How long a registration can be confirmed. As long, its unconfirmed address is not given to another registration in
/// `open` mode.
pub(super) const PENDING_LIFETIME: Duration = Duration::from_hours(24);

/// How many registrations of one address a password is compared with.
const MAX_COMPARED: i64 = 5;

impl PendingRegistration {
    pub(super) fn new(valid: ValidRegistration, password_hash: String, viewer: Option<Viewer>) -> Result<Self> {
        let invitation_id = valid.invitation_id();
        let NewMember { email, username, profile, locale } = valid.new_member;
        Ok(Self {
            email: email.text,
            email_fold: email.fold,
            password_hash,
            username: username.text,
            username_fold: username.fold,
            guest_id: viewer.map(|viewer| viewer.account),
            profile: serde_json::to_string(&profile).map_err(Error::internal)?,
            invitation_id,
            note: valid.note,
            locale,
        })
    }

    /// Returns the data of the member, and the hash of the password.
    pub(super) fn into_member(self) -> Result<(NewMember, String)> {
        let new_member = NewMember {
            email: Email { text: self.email, fold: self.email_fold },
            username: Username { text: self.username, fold: self.username_fold },
            profile: serde_json::from_str(&self.profile).map_err(Error::internal)?,
            locale: self.locale,
        };
        Ok((new_member, self.password_hash))
    }
}

/// Stores a pending registration. The same rows are written and a mail is sent whether or not the address is taken.
pub(super) async fn register_later(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    valid: ValidRegistration,
    password_hash: String,
) -> Result<()> {
    let now = app.clock.now();
    let pending = PendingRegistration::new(valid, password_hash, viewer)?;
    let link = LinkToken::new(&app.mail)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = pending.guest_id
        && !accounts::lock_guest(&mut tx, guest).await?
    {
        return Err(Error::Unauthenticated);
    }
    let counted = mailing::count_request(app, &mut tx, &pending.email_fold, Requester::Stranger).await?;
    store::insert_pending(&mut tx, &tokens::hash_secret(&link.token), &pending, now, now.plus(PENDING_LIFETIME))
        .await?;
    let owner = accounts::by_email(&mut tx, &pending.email_fold).await?;
    let owner = owner.filter(|owner| owner.email_confirmed_at.is_some());
    let waiting = approval::username_by_email(app, &mut tx, &pending.email_fold).await?;
    let locale = owner.as_ref().map_or(pending.locale, |owner| owner.locale).unwrap_or(app.config.locale);
    let letter = match (owner, waiting) {
        (Some(owner), _) => Letter::AlreadyRegistered { username: owner.username },
        (None, Some(username)) => Letter::Entry { username, notice: EntryNotice::Waiting },
        (None, None) => Letter::ConfirmRegistration {
            username: pending.username,
            nonce: link.nonce,
            device: devices::device_name(None, client.user_agent.as_deref()),
            at: Some(now),
            needs_approval: app.config.registration == RegistrationMode::Approval,
        },
    };
    counted.send(app, &mut tx, &mut effects, &pending.email, (&letter, locale)).await?;
    app.commit(tx, effects).await
}

/// Returns the pending registration that a mailed token and a password confirm; `None` if the token belongs to none.
///
/// The token only shows that its user reads the mail of the address. Others may have registered with the same address
/// and have chosen their own passwords, so the password decides which of the registrations is the user's.
///
/// # Errors
/// Refused with `ReauthenticationRequired` or `CredentialsWrong` at `password`; rate limited.
pub async fn find_pending(
    app: &App,
    client: &Client,
    token: &SecretString,
    password: Option<&SecretString>,
) -> Result<Option<PendingRow>> {
    let now = app.clock.now();
    let found = store::pending_of_address(&app.db, &tokens::hash_secret(token), now, MAX_COMPARED).await?;
    let Some(first) = found.first() else { return Ok(None) };
    let Some(password) = password else {
        let message = say::PasswordOfRegistrationMissing;
        return Err(Error::member("password", Code::ReauthenticationRequired, message));
    };
    let mut tx = app.db.write().await?;
    attempts::take(app, &mut tx, attempts::TOKENS, &attempts::email_subject(&first.pending.email_fold)).await?;
    tx.commit().await?;
    if password.expose_secret().len() <= strength::MAX_PASSWORD_BYTES {
        for row in found {
            let hash = Some(row.pending.password_hash.clone());
            if app.passwords.verify(client.address, None, password.clone(), hash).await?.is_correct {
                return Ok(Some(row));
            }
        }
    }
    let message = say::PasswordOfRegistrationWrong;
    Err(Error::member("password", Code::CredentialsWrong, message))
}

/// Creates the member of a pending registration, or the request for approval; `None` if the token of another one was used
/// first. `token` is the one that was used, which may belong to another registration with the same address.
///
/// # Errors
/// At `token`: `UsernameTaken` if another account has taken the username since, `TokenInvalid` if the invitation cannot
/// be used any more.
pub async fn confirm_registration(
    app: &App,
    client: &Client,
    tx: &mut Tx,
    effects: &mut Effects,
    chosen: &PendingRow,
    token: &SecretString,
) -> Result<Option<Confirmed>> {
    let now = app.clock.now();
    let consumed = store::consume_pending(tx, &chosen.pending.email_fold).await?;
    let (chosen, others): (Vec<_>, Vec<_>) = consumed.into_iter().partition(|row| row.token_hash == chosen.token_hash);
    let Some(PendingRow { token_hash, pending }) = chosen.into_iter().next() else { return Ok(None) };
    if accounts::is_email_taken(&mut *tx, &pending.email_fold, None, None, now).await? {
        return Ok(None);
    }
    if app.config.registration == RegistrationMode::Approval {
        let token_hash = Some(tokens::hash_secret(token));
        approval::create(app, tx, effects, &pending, token_hash, "token", "token").await?;
        return Ok(Some(Confirmed::Request));
    }
    invitations::take_use(app, tx, effects, pending.invitation_id, "token").await?;
    let tokens: Vec<_> = others.into_iter().map(|row| row.token_hash).chain([token_hash]).collect();
    match create_account(app, tx, effects, pending, &tokens).await {
        Ok(id) => {
            AuditEvent::AccountCreated.record(app, tx, effects, id, Cause::owner(id, client)).await?;
            Ok(Some(Confirmed::Account))
        }
        // The problem is reported at the token, because the input has no username.
        Err(Error::Refused(problems)) if problems.iter().any(|problem| problem.code == Code::UsernameTaken) => {
            Err(username_taken_since("token"))
        }
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The refusal of a registration whose username was free when it was made.
pub(super) fn username_taken_since(name: &'static str) -> Error {
    let message = say::UsernameTakenSince;
    crate::error::Problem { message: message.into(), ..username_taken(name) }.into()
}

/// Creates the member of a registration whose address is confirmed, and remembers the tokens of its mails as used.
///
/// # Errors
/// Refused with `EmailTaken` or `UsernameTaken`.
pub(super) async fn create_account(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    pending: PendingRegistration,
    used_tokens: &[Vec<u8>],
) -> Result<AccountId> {
    // The guest may have been deleted, or have become a member by another registration. Then this creates a new
    // account.
    let guest = match pending.guest_id {
        Some(guest) if accounts::lock_guest(tx, guest).await? => Some(guest),
        _ => None,
    };
    accounts::release_unconfirmed_email(tx, &pending.email_fold, None).await?;
    let (mut new_member, password_hash) = pending.into_member()?;
    student_numbers::clear_taken(app, tx, &mut new_member.profile, guest).await?;
    let id = create_member(app, tx, effects, guest, &new_member, &password_hash, true).await?;
    if guest.is_some() {
        // A guest's session, from before there was a password, does not become a member's session.
        sessions::end_all_sessions(app, tx, effects, id, None).await?;
    }
    for hash in used_tokens {
        mail_tokens::insert_used(tx, hash, id, &new_member.email.fold, app.clock.now()).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(id)
}
