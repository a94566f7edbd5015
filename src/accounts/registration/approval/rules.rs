//! Creating requests, and deciding them.

use tracing::warn;

use super::store;
use super::{DecidedRequest, LIFETIME, RegistrationRequest, RegistrationRequestId};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::invitations::rules as invitations;
use crate::accounts::names::Identifier;
use crate::accounts::registration::confirming::{create_account, username_taken_since};
use crate::accounts::registration::retired;
use crate::accounts::registration::rules::NameClaimant;
use crate::accounts::registration::store::PendingRegistration;
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::staff::rules::check_staff;
use crate::accounts::{AccountId, Client, Viewer, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{SWEEP_BATCH_SIZE, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::Feed;
use crate::mail::{EntryNotice, Letter};
use crate::page::Page;
use crate::sentences::say;
use crate::text::{Lines, check_text};

const MAX_NOTE_LENGTH: usize = 500;
const MAX_REASON_LENGTH: usize = 500;

/// Checks the note of a registration to the moderators.
pub fn check_note(note: &str) -> Result<String, Problem> {
    check_text("note", note, 1, MAX_NOTE_LENGTH, Lines::Many)
}

/// Creates the request of a registration whose address is confirmed, by a mailed token or by an invitation.
///
/// # Errors
/// `UsernameTaken` at `username_field` if another account has taken the username since; `TokenInvalid` at
/// `invitation_field` if the invitation cannot be used any more.
pub async fn create(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    registration: &PendingRegistration,
    token_hash: Option<Vec<u8>>,
    username_field: &'static str,
    invitation_field: &'static str,
) -> Result<()> {
    let now = app.clock.now();
    let PendingRegistration { email_fold, username_fold, guest_id, .. } = registration;
    let guest = guest_id.unwrap_or(AccountId(0));
    let claimant = NameClaimant { account: *guest_id, email_fold: Some(email_fold) };
    let id = RegistrationRequestId(app.clock.new_id());
    // The list begins with those who wait for longest, whatever the clock says.
    let created_at = store::latest_created(tx).await?.map_or(now, |latest| now.after(latest));
    if store::is_username_used(tx, username_fold, guest).await?
        || retired::is_retired(app, tx, username_fold, claimant).await?
        || store::insert(tx, id, registration, token_hash, created_at, now.plus(LIFETIME)).await? == 0
    {
        return Err(username_taken_since(username_field));
    }
    // After the request, as in decisions: the other order could deadlock with one about the same username.
    invitations::hold_use(app, tx, effects, registration.invitation_id, invitation_field).await?;
    effects.append(Feed::MODERATION, id.changed());
    Ok(())
}

/// Returns the username of the request with this address.
pub async fn username_by_email(app: &App, tx: &mut Tx, email_fold: &str) -> Result<Option<String>> {
    let found = store::username_by_email(tx, email_fold, app.clock.now()).await?;
    Ok(found.map(|(username,)| username))
}

/// Returns the hash of the password of the request that a login names.
pub async fn find_password(app: &App, identifier: &Identifier) -> Result<Option<String>> {
    let now = app.clock.now();
    let found = match identifier {
        Identifier::Email(fold) => store::password_by_email(&app.db, fold, now).await?,
        Identifier::Username(fold) => store::password_by_username(&app.db, fold, now).await?,
        Identifier::TooLong(_) => None,
    };
    Ok(found.map(|(hash,)| hash))
}

/// Returns a page of the requests that wait, oldest first, and their number if the page needs it.
pub async fn requests(
    app: &App,
    page: &Page<(Timestamp, RegistrationRequestId)>,
) -> Result<(Vec<RegistrationRequest>, Option<i64>)> {
    let now = app.clock.now();
    let rows = store::page(&app.db, now, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, now).await?) } else { None };
    Ok((rows, total))
}

/// Approves a registration: creates the account and informs its owner.
///
/// # Errors
/// At `registrationRequestId`: `NotFound` if it was decided before, `UsernameTaken` or `EmailTaken` if another account
/// got the name or the address in spite of the reservation.
pub async fn approve(
    app: &App,
    client: &Client,
    viewer: Viewer,
    id: Option<RegistrationRequestId>,
) -> Result<AccountId> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let DecidedRequest { id, registration, token_hash } = decide(app, &mut tx, viewer, id).await?;
    invitations::settle_held_use(&mut tx, &mut effects, registration.invitation_id, true).await?;
    let (email, fold) = (registration.email.clone(), registration.email_fold.clone());
    let (username, locale) = (registration.username.clone(), registration.locale);
    let used_tokens: Vec<_> = token_hash.into_iter().collect();
    let created = create_account(app, &mut tx, &mut effects, registration, &used_tokens).await;
    let account = created.map_err(|error| match error {
        Error::Refused(problems) => {
            let code = problems.first().map_or(Code::Conflict, |problem| problem.code);
            let message = say::RegistrationNameTaken;
            Error::member("registrationRequestId", code, message)
        }
        error => error,
    })?;
    let action = NewStaffAction::new(StaffActionKind::RegistrationApproved, Some(viewer.account), Some(account));
    log::record(app, &mut tx, action).await?;
    let cause = Cause::viewer(viewer, client);
    AuditEvent::AccountCreated.record(app, &mut tx, &mut effects, account, cause).await?;
    let letter = Letter::Entry { username, notice: EntryNotice::Approved };
    mailing::send_decision(app, &mut tx, &mut effects, (&email, &fold), (&letter, locale)).await?;
    effects.append(Feed::MODERATION, id.changed());
    app.commit(tx, effects).await?;
    Ok(account)
}

/// Declines a registration: deletes its data and informs its owner.
///
/// # Errors
/// Problems with `reason`; `NotFound` at `registrationRequestId` if it was decided before.
pub async fn decline(
    app: &App,
    viewer: Viewer,
    id: Option<RegistrationRequestId>,
    reason: Option<&str>,
) -> Result<RegistrationRequestId> {
    let mut problems = Problems::default();
    let reason = reason.map(|reason| check_text("reason", reason, 1, MAX_REASON_LENGTH, Lines::Many)).transpose();
    let reason = problems.check(reason).flatten();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let decided = problems.collect(decide(app, &mut tx, viewer, id).await)?;
    problems.finish()?;
    let decided = decided.ok_or_else(not_found)?;
    let id = decided.id;
    let action = NewStaffAction {
        note: reason.clone(),
        ..NewStaffAction::new(StaffActionKind::RegistrationDeclined, Some(viewer.account), None)
    };
    log::record(app, &mut tx, action).await?;
    finish_declined(app, &mut tx, &mut effects, decided, reason).await?;
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Deletes and returns the request that a moderator decides. Accounts are locked first, in the order of their ids.
///
/// # Errors
/// Forbidden if the viewer is no longer a moderator; `NotFound` at `registrationRequestId`.
async fn decide(app: &App, tx: &mut Tx, viewer: Viewer, id: Option<RegistrationRequestId>) -> Result<DecidedRequest> {
    let now = app.clock.now();
    let found = match id {
        Some(id) => store::guest_of(tx, id, now).await?.map(|(guest,)| (id, guest)),
        None => None,
    };
    let guest = found.and_then(|(_, guest)| guest).unwrap_or(viewer.account);
    for account in [viewer.account.min(guest), viewer.account.max(guest)] {
        accounts::lock(tx, account).await?;
    }
    check_staff(app, tx, viewer).await?;
    let (id, _) = found.ok_or_else(not_found)?;
    store::take(tx, id, now).await?.ok_or_else(not_found)
}

/// Completes the decline of a request that was deleted.
async fn finish_declined(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    decided: DecidedRequest,
    reason: Option<String>,
) -> Result<()> {
    let DecidedRequest { id, registration, .. } = decided;
    invitations::settle_held_use(tx, effects, registration.invitation_id, false).await?;
    let to = (registration.email.as_str(), registration.email_fold.as_str());
    let letter = Letter::Entry { username: registration.username, notice: EntryNotice::Declined { reason } };
    mailing::send_decision(app, tx, effects, to, (&letter, registration.locale)).await?;
    effects.append(Feed::MODERATION, id.changed());
    Ok(())
}

/// Declines the requests that have waited for 30 days, each in a transaction of its own. One that fails is left for the next
/// sweep, and does not keep the others from it.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut after = None;
    loop {
        let expired = store::expired(&app.db, now, after, SWEEP_BATCH_SIZE).await?;
        let Some(last) = expired.last() else { return Ok(()) };
        after = Some(*last);
        for (_, id) in expired {
            if let Err(cause) = decline_expired(app, id, now).await {
                warn!(request = id.0, ?cause, "a registration request could not be ended; the next sweep tries again");
            }
        }
    }
}

/// Declines a request that has expired. Does nothing if another node did.
async fn decline_expired(app: &App, id: RegistrationRequestId, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(decided) = store::take_expired(&mut tx, id, now).await? {
        finish_declined(app, &mut tx, &mut effects, decided, None).await?;
    }
    app.commit(tx, effects).await
}

fn not_found() -> Error {
    let message = say::NoSuchRegistration;
    Error::member("registrationRequestId", Code::NotFound, message)
}
