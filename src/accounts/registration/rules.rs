//! Registering in both modes (`open` and `confirmed`), and deleting an account.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::profile::NewProfile;
use super::receipts::{DeletionReceipt, Inventory};
use super::store::{PendingRegistration, PendingRow};
use super::{NewMember, Registration, retired, store};
use crate::accounts::audit::AuditEvent;
use crate::accounts::mail_tokens::{self, LinkPurpose};
use crate::accounts::mailing::{self, Requester};
use crate::accounts::names::{self, Email, Username};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::sessions::rules::{self as sessions, SignedIn};
use crate::accounts::sessions::tokens;
use crate::accounts::store::Account;
use crate::accounts::{AccountId, Client, Role, Viewer, attempts, devices, store as accounts, strength};
use crate::app::App;
use crate::config::Registration as RegistrationMode;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::live::Feed;
use crate::locale::check_locale;
use crate::mail::{self, Letter, LinkToken};
use crate::search;
use crate::sentences::say;

static REGISTRATIONS_PER_CLIENT: RateLimit =
    RateLimit { name: "registrations", amount: 30, per: Duration::from_hours(1), burst: 10 };

/// How long a registration can be confirmed. As long, its unconfirmed address is not given to another registration in
/// `open` mode.
const PENDING_LIFETIME: Duration = Duration::from_hours(24);

/// What the password queue counts an operator's command under: it has a queue of its own.
const OPERATOR_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// How many registrations of one address a password is compared with.
const MAX_COMPARED: i64 = 5;

/// Registers a new member; a viewer who is a guest becomes the member. In `confirmed` mode no session starts yet, and
/// the result does not reveal whether the email address is taken.
///
/// # Errors
/// Refused with all problems of the registration.
pub async fn register(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    form: Registration,
) -> Result<Option<SignedIn>> {
    password_check::require_passwords(app)?;
    app.limiter.take(&REGISTRATIONS_PER_CLIENT, client.address, 1).await?;
    if viewer.is_some_and(|viewer| !viewer.is_guest()) {
        return Err(Error::refused(Code::Forbidden, say::AlreadyAMember));
    }
    let (new_member, password) = check(app, client, viewer, &form).await?;
    let hash = app.passwords.hash(client.address, password).await?;
    match app.config.registration {
        RegistrationMode::Open => register_open(app, client, viewer, new_member, &hash, &form).await.map(Some),
        RegistrationMode::Confirmed => register_confirmed(app, client, viewer, new_member, hash).await.map(|()| None),
    }
}

/// Returns whether a username can be registered now. An invalid one cannot.
pub async fn username_available(app: &App, viewer: Option<Viewer>, username: &str) -> Result<bool> {
    let claimant = NameClaimant { account: viewer.map(|viewer| viewer.account), email_fold: None };
    Ok(validate_username(app, username, claimant).await?.is_ok())
}

async fn check(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    form: &Registration,
) -> Result<(NewMember, SecretString)> {
    let now = app.clock.now();
    let mut problems = Problems::default();
    if let Err(Error::Refused(transport)) = sessions::check_transport(client, form.transport) {
        problems.extend(transport);
    }
    let checked = names::check_email(&form.email, "email");
    let allowed = |email| names::check_email_domain(&app.config.email_domains, email, "email");
    let mut email = problems.check(checked.and_then(allowed));
    problems.check(strength::check_password("password", form.password.expose_secret(), &form.username, &form.email));
    let profile = form.profile.validate(&mut problems);
    let locale = form.locale.as_deref().map_or(Ok(client.locale), |tag| check_locale(tag, "locale"));
    let locale = problems.check(locale);
    if app.config.registration == RegistrationMode::Open
        && let Some(valid) = &email
        && accounts::is_email_taken(&app.db, &valid.fold, None, Some(now.minus(PENDING_LIFETIME)), now).await?
    {
        problems.extend([email_taken()]);
        email = None;
    }
    let claimant = NameClaimant {
        account: viewer.map(|viewer| viewer.account),
        email_fold: email.as_ref().map(|email| &*email.fold),
    };
    let username = problems.check(validate_username(app, &form.username, claimant).await?);
    problems.finish()?;
    let (email, username) =
        email.zip(username).ok_or_else(|| Error::internal("a registration without a problem was rejected"))?;
    Ok((NewMember { email, username, profile, locale }, form.password.clone()))
}

/// The account or the pending registration that wants a username. A name that it already has does not count as taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameClaimant<'a> {
    pub account: Option<AccountId>,
    pub email_fold: Option<&'a str>,
}

impl NameClaimant<'_> {
    /// Returns the account, and the hash of its address, for which names are reserved.
    pub(super) fn owner(&self, app: &App) -> (AccountId, Vec<u8>) {
        let hash = self.email_fold.map(|fold| retired::owner_hash(app, fold));
        (self.account.unwrap_or(AccountId(0)), hash.unwrap_or_default())
    }
}

/// Checks that a username is allowed and free. An invalid name that looks like an existing one counts as taken, so that
/// the answer does not help to find a valid look-alike.
pub async fn validate_username(app: &App, name: &str, claimant: NameClaimant<'_>) -> Result<Result<Username, Problem>> {
    validate_name(app, name, names::check_username(name, "username"), "username", claimant).await
}

/// Like [`validate_username`], for the pseudonym of a guest.
pub async fn validate_pseudonym(
    app: &App,
    name: &str,
    claimant: NameClaimant<'_>,
) -> Result<Result<Username, Problem>> {
    validate_name(app, name, names::check_pseudonym(name, "pseudonym"), "pseudonym", claimant).await
}

async fn validate_name(
    app: &App,
    name: &str,
    checked: Result<Username, Problem>,
    input_field: &'static str,
    claimant: NameClaimant<'_>,
) -> Result<Result<Username, Problem>> {
    let fold = match &checked {
        Ok(username) => username.fold.clone(),
        Err(problem) if problem.code == Code::Invalid => names::fold_username(name.trim()),
        Err(_) => return Ok(checked),
    };
    let now = app.clock.now();
    let (account, owner) = claimant.owner(app);
    if accounts::is_username_taken(&app.db, &fold, account, claimant.email_fold, now).await?
        || store::is_username_retired(&app.db, &fold, account, &owner, now).await?
    {
        return Ok(Err(username_taken(input_field)));
    }
    Ok(checked)
}

fn email_taken() -> Problem {
    Problem::member("email", Code::EmailTaken, say::EmailTakenAtRegistration)
}

/// Returns the problem of a taken username, at the input field `name`.
pub fn username_taken(name: &'static str) -> Problem {
    let message = say::UsernameTaken;
    Problem::member(name, Code::UsernameTaken, message)
}

async fn register_open(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    new_member: NewMember,
    hash: &str,
    form: &Registration,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = viewer
        && !accounts::lock_guest(&mut tx, guest.account).await?
    {
        return Err(Error::Unauthenticated);
    }
    let counted = mailing::count_registration(app, &mut tx, &new_member.email.fold).await?;
    let guest = viewer.map(|viewer| viewer.account);
    let id = create_member(app, &mut tx, &mut effects, guest, &new_member, hash, false).await?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(&mut tx, &link.token, id, LinkPurpose::ConfirmEmail, &new_member.email, now).await?;
    let letter = Letter::ConfirmEmail { username: new_member.username.text.clone(), nonce: link.nonce };
    let locale = new_member.locale.unwrap_or(app.config.locale);
    counted.send(app, &mut tx, &mut effects, &new_member.email.text, (&letter, locale)).await?;
    if let Some(guest) = viewer {
        sessions::end_session(app, &mut tx, &mut effects, guest).await?;
    }
    let new = sessions::NewSession::new(id, Role::Member, client, form.transport, form.device_name.as_deref());
    let issued = sessions::open_session(app, &mut tx, &mut effects, new).await?;
    let device = sessions::remember_device(&mut tx, client, id, now).await?;
    search::refresh(&mut tx, id.0).await?;
    app.commit(tx, effects).await?;
    Ok(SignedIn { account: id, issued, device })
}

/// A member that the operator creates, or imports from another system.
#[derive(Debug)]
pub struct OperatorRegistration {
    pub email: String,
    pub username: String,
    pub credential: Credential,
    pub profile: NewProfile,
    pub confirmation: Confirmation,
}

/// Whether the address of a member who did not register is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    Confirmed,
    /// A link is mailed to it.
    Mailed,
    /// The member requests the link.
    Later,
}

/// How a member who did not register can sign in.
#[derive(Debug)]
pub enum Credential {
    Password(SecretString),
    /// A hash of another system, which the first login replaces.
    Hash(String),
}

/// Creates a member for the operator. Rules, reserved names and mails are those of a registration; rate limits are not.
///
/// # Errors
/// Refused with all problems of the registration.
pub async fn register_by_operator(app: &App, form: OperatorRegistration) -> Result<AccountId> {
    let now = app.clock.now();
    let OperatorRegistration { email, username, credential, profile, confirmation } = form;
    let is_confirmed = confirmation == Confirmation::Confirmed;
    let mut problems = Problems::default();
    let valid_email = problems.check(names::check_email(&email, "email"));
    if let Credential::Password(password) = &credential {
        problems.check(strength::check_password("password", password.expose_secret(), &username, &email));
    }
    let profile = profile.validate(&mut problems);
    if let Some(valid) = &valid_email
        && accounts::is_email_taken(&app.db, &valid.fold, None, Some(now.minus(PENDING_LIFETIME)), now).await?
    {
        problems.extend([email_taken()]);
    }
    let claimant = NameClaimant { account: None, email_fold: valid_email.as_ref().map(|email| &*email.fold) };
    let username = problems.check(validate_username(app, &username, claimant).await?);
    problems.finish()?;
    let (email, username) =
        valid_email.zip(username).ok_or_else(|| Error::internal("a registration without a problem was rejected"))?;
    let hash = match credential {
        Credential::Password(password) => app.passwords.hash(OPERATOR_ADDRESS, password).await?,
        Credential::Hash(hash) => hash,
    };
    let new_member = NewMember { email, username, profile, locale: None };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if is_confirmed {
        accounts::release_unconfirmed_email(&mut tx, &new_member.email.fold, None).await?;
    }
    let id = create_member(app, &mut tx, &mut effects, None, &new_member, &hash, is_confirmed).await?;
    if confirmation == Confirmation::Mailed {
        let counted = mailing::count_registration(app, &mut tx, &new_member.email.fold).await?;
        let link = LinkToken::new(&app.mail)?;
        mail_tokens::insert(&mut tx, &link.token, id, LinkPurpose::ConfirmEmail, &new_member.email, now).await?;
        let letter = Letter::ConfirmEmail { username: new_member.username.text.clone(), nonce: link.nonce };
        let locale = app.config.locale;
        counted.send(app, &mut tx, &mut effects, &new_member.email.text, (&letter, locale)).await?;
    }
    search::refresh(&mut tx, id.0).await?;
    app.commit(tx, effects).await?;
    AuditEvent::AccountCreated.log(Some(id), None);
    Ok(id)
}

/// Creates the member, or converts the guest to the member. The unique indexes decide races; the loser is refused here.
async fn create_member(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    guest: Option<AccountId>,
    new_member: &NewMember,
    hash: &str,
    is_confirmed: bool,
) -> Result<AccountId> {
    let now = app.clock.now();
    let confirmed_at = is_confirmed.then_some(now);
    let Username { text, fold } = &new_member.username;
    let (id, has_account, has_name) = if let Some(guest) = guest {
        let has_account =
            changed_unless_taken(store::convert_guest_account(tx, guest, new_member, hash, confirmed_at).await)?;
        (
            guest,
            has_account,
            has_account && changed_unless_taken(store::convert_guest_user(tx, guest, text, fold).await)?,
        )
    } else {
        let id = AccountId(app.clock.new_id());
        let has_account = store::insert_account(tx, id, new_member, hash, confirmed_at, now).await? == 1;
        (id, has_account, has_account && store::insert_user(tx, id, text, fold, false, now).await? == 1)
    };
    if !has_account {
        return Err(Error::Refused(vec![email_taken()]));
    }
    // A name or address that was released after the check stays reserved for its previous owner.
    let claimant = NameClaimant { account: Some(id), email_fold: Some(&new_member.email.fold) };
    if !has_name || retired::is_retired(app, tx, fold, claimant).await? {
        return Err(Error::Refused(vec![username_taken("username")]));
    }
    let recent = Some(now.minus(PENDING_LIFETIME));
    if accounts::is_email_taken(&mut *tx, &new_member.email.fold, Some(id), recent, now).await? {
        return Err(Error::Refused(vec![email_taken()]));
    }
    new_member.profile.save(tx, id).await?;
    if new_member.locale.is_some() {
        accounts::set_locale(tx, id, new_member.locale).await?;
    }
    if guest.is_some() {
        app.raise(tx, effects, DomainEvent::UserChanged(id)).await?;
    }
    Ok(id)
}

/// Returns whether a row changed; false if a unique index rejected the change because of a faster transaction.
fn changed_unless_taken(changed: crate::db::Result<u64>) -> Result<bool> {
    match changed {
        Ok(rows) => Ok(rows == 1),
        Err(error) if error.is_constraint() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Stores a pending registration. The same rows are written and a mail is sent whether or not the address is taken.
async fn register_confirmed(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    new_member: NewMember,
    password_hash: String,
) -> Result<()> {
    let now = app.clock.now();
    let NewMember { email, username, profile, locale } = new_member;
    let pending = PendingRegistration {
        email: email.text.clone(),
        email_fold: email.fold,
        password_hash,
        username: username.text.clone(),
        username_fold: username.fold,
        guest_id: viewer.map(|viewer| viewer.account),
        profile: serde_json::to_string(&profile).map_err(Error::internal)?,
        locale,
    };
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
    let locale = match &owner {
        Some(owner) => owner.locale,
        None => locale,
    };
    let locale = locale.unwrap_or(app.config.locale);
    let letter = match owner {
        Some(owner) => Letter::AlreadyRegistered { username: owner.username },
        None => Letter::ConfirmRegistration {
            username: username.text,
            nonce: link.nonce,
            device: devices::device_name(None, client.user_agent.as_deref()),
            at: Some(now),
        },
    };
    counted.send(app, &mut tx, &mut effects, &email.text, (&letter, locale)).await?;
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

/// Creates the member of a pending registration; `None` if the token of another one was used first.
///
/// # Errors
/// Refused with `UsernameTaken` if another account has taken the username since.
pub async fn confirm_registration(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    chosen: &PendingRow,
) -> Result<Option<AccountId>> {
    let now = app.clock.now();
    let consumed = store::consume_pending(tx, &chosen.pending.email_fold).await?;
    let (chosen, others): (Vec<_>, Vec<_>) = consumed.into_iter().partition(|row| row.token_hash == chosen.token_hash);
    let Some(PendingRow { token_hash, pending }) = chosen.into_iter().next() else { return Ok(None) };
    // The guest may have been deleted, or have become a member by another registration. Then this creates a new
    // account.
    let guest = match pending.guest_id {
        Some(guest) if accounts::lock_guest(tx, guest).await? => Some(guest),
        _ => None,
    };
    if accounts::is_email_taken(&mut *tx, &pending.email_fold, None, None, now).await? {
        return Ok(None);
    }
    accounts::release_unconfirmed_email(tx, &pending.email_fold, None).await?;
    let new_member = NewMember {
        email: Email { text: pending.email, fold: pending.email_fold },
        username: Username { text: pending.username, fold: pending.username_fold },
        profile: serde_json::from_str(&pending.profile).map_err(Error::internal)?,
        locale: pending.locale,
    };
    let id = match create_member(app, tx, effects, guest, &new_member, &pending.password_hash, true).await {
        Ok(id) => id,
        // The problem is reported at the token, because the input has no username.
        Err(Error::Refused(problems)) if problems.iter().any(|problem| problem.code == Code::UsernameTaken) => {
            let message = say::UsernameTakenSince;
            return Err(Error::member("token", Code::UsernameTaken, message));
        }
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if guest.is_some() {
        // A guest's session, from before there was a password, does not become a member's session.
        sessions::end_all_sessions(app, tx, effects, id, None).await?;
    }
    for hash in others.iter().map(|row| &row.token_hash).chain([&token_hash]) {
        mail_tokens::insert_used(tx, hash, id, &new_member.email.fold, now).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(Some(id))
}

/// Deletes the viewer's account and all data that belongs to the viewer alone.
///
/// # Errors
/// Refused with `CredentialsWrong` or `ReauthenticationRequired` at `password`.
pub async fn delete_account(
    app: &App,
    client: &Client,
    viewer: Viewer,
    password: Option<&SecretString>,
) -> Result<DeletionReceipt> {
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    password_check::require_current(app, client, viewer, &account, password, "password").await??;
    let mut tx = app.db.write().await?;
    // Locked first, so that no concurrent login opens a session whose end would not be published.
    password_check::lock_account(app, &mut tx, &account, "password").await?;
    let receipt = delete_locked(app, tx, &account).await?;
    AuditEvent::AccountDeleted.log(Some(account.id), Some(client.address));
    Ok(receipt)
}

/// Deletes an account like its owner can, for the operator.
///
/// # Errors
/// Not found if it was deleted since.
pub async fn delete_by_operator(app: &App, account: &Account) -> Result<DeletionReceipt> {
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, account.id).await? {
        return Err(Error::NotFound);
    }
    let receipt = delete_locked(app, tx, account).await?;
    AuditEvent::AccountDeleted.log(Some(account.id), None);
    Ok(receipt)
}

/// Deletes an account whose row the transaction has locked.
async fn delete_locked(app: &App, mut tx: Tx, account: &Account) -> Result<DeletionReceipt> {
    let inventory = Inventory::take(&mut tx, account.id).await?;
    let mut effects = Effects::default();
    // Username and email address may have changed since the check.
    let account = accounts::by_id(&mut tx, account.id).await?.ok_or(Error::Unauthenticated)?;
    sessions::end_all_sessions(app, &mut tx, &mut effects, account.id, None).await?;
    attempts::delete_by_account(&mut tx, account.id).await?;
    if let Some(fold) = &account.email_fold {
        attempts::reset(&mut tx, AttemptKey::for_email(fold).subject()).await?;
        store::delete_pending_by_email(&mut tx, fold).await?;
    }
    retired::retire_deleted(app, &mut tx, &account).await?;
    // After the statements above, because a concurrent registration locks the same rows in this order.
    app.raise(&mut tx, &mut effects, DomainEvent::AccountDeleted(account.id)).await?;
    effects.delete_feed(Feed(account.id.0));
    store::delete_account(&mut tx, account.id).await?;
    effects.images_deleted();
    if let Some(email) = &account.email {
        mail::withdraw(&mut tx, email).await?;
    }
    let receipt = inventory.compare(&mut tx, app.clock.now()).await?;
    let locale = account.locale.unwrap_or(app.config.locale);
    let letter = Letter::AccountDeleted { username: account.username.clone(), receipt: receipt.lines(locale) };
    mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    app.commit(tx, effects).await?;
    Ok(receipt)
}

/// Deletes expired pending registrations and retired usernames.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    store::delete_expired(&app.db, now).await?;
    store::delete_expired_retirements(&app.db, now).await?;
    Ok(())
}
