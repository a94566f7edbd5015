//! Registering, and deleting an account. What waits for a mailed link is in `confirming`, what waits for a moderator in
//! `approval`.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::approval::rules as approval;
use super::confirming::{PENDING_LIFETIME, register_later};
use super::profile::NewProfile;
use super::receipts::{DeletionReceipt, Inventory};
use super::store::PendingRegistration;
use super::{NewMember, Registration, ValidRegistration, retired, store, student_numbers};
use crate::accounts::audit::{self, AuditEvent, Cause};
use crate::accounts::invitations::rules::{self as invitations, check_invitation};
use crate::accounts::invitations::{ValidInvitation, store as invitation_store};
use crate::accounts::mail_tokens::{self, LinkPurpose};
use crate::accounts::mailing;
use crate::accounts::names::{self, Username};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::sessions::rules::{self as sessions, SignedIn};
use crate::accounts::store::Account;
use crate::accounts::{AccountId, Client, Role, Viewer, attempts, store as accounts, strength};
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

/// What the password queue counts an operator's command under: it has a queue of its own.
const OPERATOR_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Registers a new member; a viewer who is a guest becomes the member. If the address must be confirmed, or a moderator
/// approves accounts, no session starts yet, and the result does not reveal whether the email address is taken.
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
    let valid = check(app, client, viewer, &form).await?;
    let hash = app.passwords.hash(client.address, valid.password.clone()).await?;
    match app.config.registration {
        RegistrationMode::Open => register_now(app, client, viewer, valid, &hash, &form).await.map(Some),
        RegistrationMode::Confirmed if valid.has_confirmed_email() => {
            register_now(app, client, viewer, valid, &hash, &form).await.map(Some)
        }
        RegistrationMode::Approval if valid.has_confirmed_email() => {
            request_approval(app, viewer, valid, hash).await.map(|()| None)
        }
        RegistrationMode::Confirmed | RegistrationMode::Approval => {
            register_later(app, client, viewer, valid, hash).await.map(|()| None)
        }
    }
}

/// Returns whether a username can be registered now. An invalid one cannot.
pub async fn username_available(app: &App, viewer: Option<Viewer>, username: &str) -> Result<bool> {
    let claimant = NameClaimant { account: viewer.map(|viewer| viewer.account), email_fold: None };
    Ok(validate_username(app, username, claimant).await?.is_ok())
}

async fn check(app: &App, client: &Client, viewer: Option<Viewer>, form: &Registration) -> Result<ValidRegistration> {
    let now = app.clock.now();
    let mut problems = Problems::default();
    if let Err(Error::Refused(transport)) = sessions::check_transport(client, form.transport) {
        problems.extend(transport);
    }
    let address = problems.check(names::check_email(&form.email, "email"));
    let invitation = check_invitation(app, form.invitation.as_ref(), address.as_ref()).await?;
    let invitation = problems.check(invitation).flatten();
    let mut email = match address {
        Some(email) if invitation.as_ref().is_some_and(ValidInvitation::waives_domains) => Some(email),
        Some(email) => problems.check(names::check_email_domain(&app.config.email_domains, email, "email")),
        None => None,
    };
    problems.check(strength::check_password("password", form.password.expose_secret(), &form.username, &form.email));
    let profile = form.profile.validate(&mut problems);
    let note = form.note.as_deref().filter(|_| app.config.registration == RegistrationMode::Approval);
    let note = problems.check(note.map(approval::check_note).transpose()).flatten();
    // An unconfirmed address gives way to one that an invitation confirms.
    let is_confirmed = invitation.as_ref().is_some_and(ValidInvitation::confirms_email);
    let recent = (!is_confirmed).then(|| now.minus(PENDING_LIFETIME));
    let locale = form.locale.as_deref().map_or(Ok(client.locale), |tag| check_locale(tag, "locale"));
    let locale = problems.check(locale);
    if app.config.registration == RegistrationMode::Open
        && let Some(valid) = &email
        && accounts::is_email_taken(&app.db, &valid.fold, None, recent, now).await?
    {
        problems.extend([email_taken()]);
        email = None;
    }
    let claimant = NameClaimant {
        account: viewer.map(|viewer| viewer.account),
        email_fold: email.as_ref().map(|email| &*email.fold),
    };
    let username = problems.check(validate_username(app, &form.username, claimant).await?);
    let number = profile.student_number.as_deref();
    problems.extend(student_numbers::find_problem(app, &app.db, number, claimant.account).await?);
    problems.finish()?;
    let (email, username) =
        email.zip(username).ok_or_else(|| Error::internal("a registration without a problem was rejected"))?;
    let new_member = NewMember { email, username, profile, locale };
    Ok(ValidRegistration { new_member, password: form.password.clone(), invitation, note })
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

/// Creates the member and signs in. A link to confirm the address is mailed, unless an invitation confirms it.
async fn register_now(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    valid: ValidRegistration,
    hash: &str,
    form: &Registration,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let is_confirmed = valid.has_confirmed_email();
    let new_member = &valid.new_member;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = viewer
        && !accounts::lock_guest(&mut tx, guest.account).await?
    {
        return Err(Error::Unauthenticated);
    }
    let counted = mailing::count_registration(app, &mut tx, &new_member.email.fold).await?;
    invitations::take_use(app, &mut tx, &mut effects, valid.invitation_id(), "invitation").await?;
    if is_confirmed {
        accounts::release_unconfirmed_email(&mut tx, &new_member.email.fold, None).await?;
    }
    let guest = viewer.map(|viewer| viewer.account);
    let id = create_member(app, &mut tx, &mut effects, guest, new_member, hash, is_confirmed).await?;
    if !is_confirmed {
        let link = LinkToken::new(&app.mail)?;
        mail_tokens::insert(&mut tx, &link.token, id, LinkPurpose::ConfirmEmail, &new_member.email, now).await?;
        let letter = Letter::ConfirmEmail { username: new_member.username.text.clone(), nonce: link.nonce };
        let locale = new_member.locale.unwrap_or(app.config.locale);
        counted.send(app, &mut tx, &mut effects, &new_member.email.text, (&letter, locale)).await?;
    }
    if let Some(guest) = viewer {
        sessions::end_session(app, &mut tx, &mut effects, guest).await?;
    }
    let new = sessions::NewSession::new(id, Role::Member, client, form.transport, form.device_name.as_deref());
    let issued = sessions::open_session(app, &mut tx, &mut effects, new).await?;
    let device = sessions::remember_device(&mut tx, client, id, now).await?;
    search::refresh(&mut tx, id.0).await?;
    AuditEvent::AccountCreated.record(app, &mut tx, &mut effects, id, Cause::owner(id, client)).await?;
    app.commit(tx, effects).await?;
    Ok(SignedIn { account: id, issued, device })
}

/// Creates the request for approval of a registration whose address an invitation confirms.
async fn request_approval(app: &App, viewer: Option<Viewer>, valid: ValidRegistration, hash: String) -> Result<()> {
    let pending = PendingRegistration::new(valid, hash, viewer)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = pending.guest_id
        && !accounts::lock_guest(&mut tx, guest).await?
    {
        return Err(Error::Unauthenticated);
    }
    if accounts::is_email_taken(&mut tx, &pending.email_fold, None, None, app.clock.now()).await? {
        return Err(email_taken().into());
    }
    approval::create(app, &mut tx, &mut effects, &pending, None, "username", "invitation").await?;
    app.commit(tx, effects).await
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
    AuditEvent::AccountCreated.record(app, &mut tx, &mut effects, id, Cause::Command).await?;
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Creates the member, or converts the guest to the member. The unique indexes decide races; the loser is refused here.
pub(super) async fn create_member(
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
    if let Some(problem) =
        student_numbers::claim(app, tx, new_member.profile.student_number.as_deref(), Some(id)).await?
    {
        return Err(problem.into());
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
    delete_checked(app, &account, Cause::viewer(viewer, client)).await
}

/// Deletes an account like its owner can, for the operator.
///
/// # Errors
/// Not found if it was deleted since.
pub async fn delete_by_operator(app: &App, account: &Account) -> Result<DeletionReceipt> {
    delete_checked(app, account, Cause::Command).await
}

async fn delete_checked(app: &App, account: &Account, cause: Cause) -> Result<DeletionReceipt> {
    let prepared = prepare_deletion(app, account, cause).await?;
    // Locked first, so that no concurrent login opens a session whose end would not be published.
    let tx = lock_for_deletion(app, account, cause).await?;
    delete_locked(app, tx, account, prepared, cause).await
}

/// Begins a transaction in which the account can be deleted: its owner has not changed the password since it was checked,
/// and the account is not locked.
async fn lock_for_deletion(app: &App, account: &Account, cause: Cause) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    match cause {
        Cause::Client { .. } => password_check::lock_account(app, &mut tx, account, "password").await?,
        Cause::Command if accounts::lock(&mut tx, account.id).await? => {}
        Cause::Command => return Err(Error::NotFound),
    }
    Ok(tx)
}

/// The number of messages from which the transaction of the deletion itself takes the author.
const MAX_MESSAGES_AT_ONCE: i64 = 1_000;

/// What the transaction of a deletion has to know of those before it.
#[derive(Clone, Copy, Debug)]
struct PreparedDeletion {
    /// How many messages the account had.
    messages: i64,
    /// From how many events of the audit log it was taken.
    events: i64,
}

/// Takes the author from the messages of an account that has many, and the account from an audit log with many of its
/// events, in small transactions: what one person leaves in years is too much for one, for which everyone else would wait.
/// If the deletion fails afterwards, it can be repeated.
async fn prepare_deletion(app: &App, account: &Account, cause: Cause) -> Result<PreparedDeletion> {
    let id = account.id;
    let messages = store::count_messages(&app.db, id).await?;
    while store::has_more_messages(&app.db, id, MAX_MESSAGES_AT_ONCE).await? {
        let mut tx = lock_for_deletion(app, account, cause).await?;
        let mut effects = Effects::default();
        app.raise(&mut tx, &mut effects, DomainEvent::AccountLeaving(id)).await?;
        app.commit(tx, effects).await?;
    }
    let mut events = 0;
    while audit::has_many_events(&app.db, id).await? {
        let mut tx = lock_for_deletion(app, account, cause).await?;
        events += audit::forget(&mut tx, id).await?.events;
        tx.commit().await?;
    }
    Ok(PreparedDeletion { messages, events })
}

/// Deletes an account whose row the transaction has locked.
async fn delete_locked(
    app: &App,
    mut tx: Tx,
    account: &Account,
    prepared: PreparedDeletion,
    cause: Cause,
) -> Result<DeletionReceipt> {
    let inventory = Inventory::take(&mut tx, account.id, prepared.messages).await?;
    let mut effects = Effects::default();
    // Username and email address may have changed since the check.
    let account = accounts::by_id(&mut tx, account.id).await?.ok_or(Error::Unauthenticated)?;
    // Directly after the account: registrations that use one of them lock it before anything else.
    invitation_store::delete_by_creator(&mut tx, account.id).await?;
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
    let mut events = prepared.events;
    loop {
        let forgotten = audit::forget(&mut tx, account.id).await?;
        events += forgotten.events;
        if !forgotten.has_more {
            break;
        }
    }
    AuditEvent::AccountDeleted.record(app, &mut tx, &mut effects, account.id, cause).await?;
    let receipt = inventory.compare(&mut tx, app.clock.now()).await?.with_anonymised_events(events);
    let locale = account.locale.unwrap_or(app.config.locale);
    let letter = Letter::AccountDeleted { username: account.username.clone(), receipt: receipt.lines(locale) };
    mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    app.commit(tx, effects).await?;
    Ok(receipt)
}

/// Deletes expired pending registrations and retired usernames.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    while store::delete_expired(&app.db, now).await? > 0 {}
    while store::delete_expired_retirements(&app.db, now).await? > 0 {}
    Ok(())
}
