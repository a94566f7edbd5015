//! Registering in both modes, and deleting an account.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::store::Pending;
use super::{NewMember, Registration, store};
use crate::accounts::mail_tokens::{self, Purpose};
use crate::accounts::names::{self, Email, Username};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::sessions::{Issued, rules as sessions, tokens};
use crate::accounts::{AccountId, Client, Role, Viewer, attempts, store as accounts, strength};
use crate::app::App;
use crate::config::Registration as Mode;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::live::{self, Feed};
use crate::mail::{self, Letter, LinkToken};
use crate::search;

static REGISTRATIONS: RateLimit =
    RateLimit { name: "registrations", amount: 30, per: Duration::from_hours(1), burst: 10 };

/// Nobody else takes the name of a deleted account for so long.
const RETIREMENT: Duration = Duration::from_hours(720);
/// A registration in `confirmed` mode waits so long for its link.
const PENDING: Duration = Duration::from_hours(24);

/// Registers a newcomer, or turns the guest who asks into a member. In `confirmed` mode there is no session yet, and
/// nothing tells whether the address was free.
///
/// # Errors
/// Refused with everything that is wrong with the form.
pub async fn register(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    form: Registration,
) -> Result<Option<Issued>> {
    app.limiter.take(&REGISTRATIONS, client.address, 1)?;
    if viewer.is_some_and(|viewer| !viewer.is_guest()) {
        return Err(Error::refused(Code::Forbidden, "You are a member already. Log out first."));
    }
    let (new_member, password) = check(app, client, viewer, &form).await?;
    let hash = app.passwords.hash(client.address, password).await?;
    match app.config.registration {
        Mode::Open => register_now(app, client, viewer, new_member, &hash, &form).await.map(Some),
        Mode::Confirmed => register_later(app, viewer, new_member, hash).await.map(|()| None),
    }
}

/// Tells whether a name could be registered now. An invalid one cannot.
///
/// # Errors
/// When the database does not answer.
pub async fn username_available(app: &App, viewer: Option<Viewer>, username: &str) -> Result<bool> {
    let asks = Asks { account: viewer.map(|viewer| viewer.account), email_fold: None };
    Ok(free_username(app, username, asks).await?.is_ok())
}

async fn check(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    form: &Registration,
) -> Result<(NewMember, SecretString)> {
    let now = app.clock.now();
    let mut problems = Problems::default();
    if let Err(Error::Refused(found)) = sessions::check_transport(client, form.transport) {
        problems.extend(found);
    }
    let mut email = problems.check(names::check_email(&form.email, "email"));
    problems.check(strength::check_password("password", form.password.expose_secret(), &form.username, &form.email));
    let profile = form.profile.checked(&mut problems);
    if app.config.registration == Mode::Open
        && let Some(found) = &email
        && accounts::is_email_taken(&app.db, &found.fold, None, now).await?
    {
        problems.extend([email_taken()]);
        email = None;
    }
    let asks =
        Asks { account: viewer.map(|viewer| viewer.account), email_fold: email.as_ref().map(|email| &*email.fold) };
    let username = problems.check(free_username(app, &form.username, asks).await?);
    problems.finish()?;
    let (email, username) = email.zip(username).ok_or_else(|| Error::internal("a form without a fault was refused"))?;
    Ok((NewMember { email, username, profile }, form.password.clone()))
}

/// Who wants a name: what is their own already is not taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asks<'a> {
    pub account: Option<AccountId>,
    pub email_fold: Option<&'a str>,
}

/// Checks that a name is allowed and free. One that is not allowed but looks like somebody's is taken, not invalid: so
/// nobody learns how to come closer to it.
///
/// # Errors
/// When the database does not answer.
pub async fn free_username(app: &App, name: &str, asks: Asks<'_>) -> Result<Result<Username, Problem>> {
    free(app, name, names::check_username(name, "username"), "username", asks).await
}

/// The same for a guest's pseudonym.
///
/// # Errors
/// When the database does not answer.
pub async fn free_pseudonym(app: &App, name: &str, asks: Asks<'_>) -> Result<Result<Username, Problem>> {
    free(app, name, names::check_pseudonym(name, "pseudonym"), "pseudonym", asks).await
}

async fn free(
    app: &App,
    name: &str,
    checked: Result<Username, Problem>,
    member: &'static str,
    asks: Asks<'_>,
) -> Result<Result<Username, Problem>> {
    let fold = match &checked {
        Ok(username) => username.fold.clone(),
        Err(problem) if problem.code == Code::Invalid => names::fold_username(name.trim()),
        Err(_) => return Ok(checked),
    };
    let now = app.clock.now();
    if accounts::is_username_taken(&app.db, &fold, asks.account, asks.email_fold, now).await? {
        return Ok(Err(username_taken(member)));
    }
    Ok(checked)
}

fn email_taken() -> Problem {
    Problem::member("email", Code::EmailTaken, "Another account has this address.")
}

/// What a taken name is answered with.
pub fn username_taken(member: &'static str) -> Problem {
    Problem::member(member, Code::UsernameTaken, "Another account has this name, or one that looks like it.")
}

async fn register_now(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    new_member: NewMember,
    hash: &str,
    form: &Registration,
) -> Result<Issued> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = viewer
        && accounts::lock_guest(&mut tx, guest.account).await? == 0
    {
        return Err(Error::Unauthenticated);
    }
    attempts::take(app, &mut tx, attempts::REGISTRATIONS, &attempts::address(&new_member.email.fold)).await?;
    let id = create_member(app, &mut tx, viewer.map(|viewer| viewer.account), &new_member, hash, false).await?;
    let link = LinkToken::new(&app.mail)?;
    mail_tokens::insert(&mut tx, &link.token, id, Purpose::ConfirmEmail, &new_member.email, now).await?;
    let letter = Letter::ConfirmEmail { username: new_member.username.text.clone(), nonce: link.nonce };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &new_member.email.text, &letter).await?);
    if let Some(guest) = viewer {
        sessions::end_one(app, &mut tx, &mut effects, guest).await?;
    }
    let new = sessions::NewSession::new(id, Role::Member, client, form.transport, form.device_name.as_deref());
    let issued = sessions::open(app, &mut tx, &mut effects, new).await?;
    search::refresh(&mut tx, id.0).await?;
    app.commit(tx, effects).await?;
    Ok(issued)
}

/// Makes the member, of a guest where there is one. The unique indexes decide races; the loser is refused here.
async fn create_member(
    app: &App,
    tx: &mut Tx,
    guest: Option<AccountId>,
    new_member: &NewMember,
    hash: &str,
    is_confirmed: bool,
) -> Result<AccountId> {
    let now = app.clock.now();
    let confirmed_at = is_confirmed.then_some(now);
    let Username { text, fold } = &new_member.username;
    let (id, has_account, has_name) = if let Some(guest) = guest {
        let has_account = unless_taken(store::convert_guest(tx, guest, new_member, hash, confirmed_at).await)?;
        (guest, has_account, has_account && unless_taken(store::convert_user(tx, guest, text, fold).await)?)
    } else {
        let id = AccountId(app.clock.new_id());
        let has_account = store::insert_account(tx, id, new_member, hash, confirmed_at, now).await? == 1;
        (id, has_account, has_account && store::insert_user(tx, id, text, fold, false, now).await? == 1)
    };
    if !has_account {
        return Err(Error::Refused(vec![email_taken()]));
    }
    // The holder of a name or address may have given it up since the check, and it is kept for them.
    if !has_name || accounts::is_retired(&mut *tx, fold, now).await? {
        return Err(Error::Refused(vec![username_taken("username")]));
    }
    if accounts::is_email_taken(&mut *tx, &new_member.email.fold, Some(id), now).await? {
        return Err(Error::Refused(vec![email_taken()]));
    }
    new_member.profile.write(tx, id).await?;
    Ok(id)
}

/// Tells whether a row changed, where a unique index may have refused it for somebody who was faster.
fn unless_taken(changed: crate::db::Result<u64>) -> Result<bool> {
    match changed {
        Ok(rows) => Ok(rows == 1),
        Err(error) if error.is_constraint() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The same rows are written and a letter leaves whether or not the address is taken.
async fn register_later(app: &App, viewer: Option<Viewer>, new_member: NewMember, password_hash: String) -> Result<()> {
    let now = app.clock.now();
    let NewMember { email, username, profile } = new_member;
    let pending = Pending {
        email: email.text.clone(),
        email_fold: email.fold,
        password_hash,
        username: username.text.clone(),
        username_fold: username.fold,
        guest_id: viewer.map(|viewer| viewer.account),
        profile: serde_json::to_string(&profile).map_err(Error::internal)?,
    };
    let link = LinkToken::new(&app.mail)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(guest) = pending.guest_id
        && accounts::lock_guest(&mut tx, guest).await? == 0
    {
        return Err(Error::Unauthenticated);
    }
    attempts::take(app, &mut tx, attempts::MAILS, &attempts::address(&pending.email_fold)).await?;
    store::insert_pending(&mut tx, &tokens::hash(&link.token), &pending, now, now.plus(PENDING)).await?;
    let letter = match accounts::by_email(&mut tx, &pending.email_fold).await? {
        Some(holder) => Letter::AlreadyRegistered { username: holder.username },
        None => Letter::ConfirmRegistration { username: username.text, nonce: link.nonce },
    };
    effects.mail(mail::enqueue(&mut tx, &app.clock, &email.text, &letter).await?);
    app.commit(tx, effects).await
}

/// Makes the member whose link came back; `None` when the token belongs to no registration.
///
/// # Errors
/// Refused when the name went to somebody else meanwhile.
pub async fn confirm(app: &App, tx: &mut Tx, effects: &mut Effects, token: &SecretString) -> Result<Option<AccountId>> {
    let now = app.clock.now();
    let Some(pending) = store::take_pending(tx, &tokens::hash(token), now).await? else { return Ok(None) };
    // The guest may have left, or become a member by another registration. Then this makes somebody new.
    let guest = match pending.guest_id {
        Some(guest) if accounts::lock_guest(tx, guest).await? == 1 => Some(guest),
        _ => None,
    };
    if accounts::is_email_taken(&mut *tx, &pending.email_fold, None, now).await? {
        return Ok(None);
    }
    let new_member = NewMember {
        email: Email { text: pending.email, fold: pending.email_fold },
        username: Username { text: pending.username, fold: pending.username_fold },
        profile: serde_json::from_str(&pending.profile).map_err(Error::internal)?,
    };
    let id = match create_member(app, tx, guest, &new_member, &pending.password_hash, true).await {
        Ok(id) => id,
        // The form is long gone: what is at fault now is the link.
        Err(Error::Refused(problems)) if problems.iter().any(|problem| problem.code == Code::UsernameTaken) => {
            let message = "Somebody else has taken this name meanwhile. Register once more with another one.";
            return Err(Error::member("token", Code::UsernameTaken, message));
        }
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if guest.is_some() {
        // A session from before the password is not carried over; its owner signs in.
        sessions::end_all(app, tx, effects, id, None).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(Some(id))
}

/// Deletes the viewer's account with everything that is theirs alone.
///
/// # Errors
/// Refused with `CredentialsWrong` at `password`.
pub async fn delete(app: &App, client: &Client, viewer: Viewer, password: &SecretString) -> Result<()> {
    let account = accounts::by_id(&app.db, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let key = AttemptKey::account(app, &account, client).await?;
    if !password_check::is_right(app, client, &key, Some(&account), password).await? {
        return Err(Error::Refused(vec![password_check::wrong_at("password")]));
    }
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // Held first, so that no login in between opens a session whose end nobody would be told.
    password_check::lock(&mut tx, &account, "password").await?;
    // Name and address may have changed since.
    let account = accounts::by_id(&mut tx, account.id).await?.ok_or(Error::Unauthenticated)?;
    sessions::end_all(app, &mut tx, &mut effects, account.id, None).await?;
    attempts::forget(&mut tx, account.id).await?;
    if let Some(fold) = &account.email_fold {
        attempts::reset(&mut tx, AttemptKey::address(fold).subject()).await?;
        store::delete_pending_of(&mut tx, fold).await?;
    }
    store::retire_username(&mut tx, &account.username_fold, now.plus(RETIREMENT)).await?;
    // Last of what others wait for: whoever registers meanwhile has done the same things in this order.
    app.raise(&mut tx, &mut effects, DomainEvent::AccountDeleted(account.id)).await?;
    live::delete(&mut tx, Feed(account.id.0)).await?;
    store::delete_account(&mut tx, account.id).await?;
    effects.images_deleted();
    if let Some(email) = &account.email {
        mail::withdraw(&mut tx, email).await?;
        let letter = Letter::AccountDeleted { username: account.username };
        effects.mail(mail::enqueue(&mut tx, &app.clock, email, &letter).await?);
    }
    app.commit(tx, effects).await
}

/// Removes what only waited: registrations without an answer, names kept long enough.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    store::clear_old(&app.db, now).await?;
    store::clear_retired(&app.db, now).await?;
    Ok(())
}
