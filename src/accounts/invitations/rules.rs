//! Creating, revoking and using invitations.

use std::time::Duration;

use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::store::{self, KeyedInvitation, NewInvitation};
use super::{Invitation, InvitationId, ValidInvitation};
use crate::accounts::mailing::{self, Requester};
use crate::accounts::names::{self, Email};
use crate::accounts::sessions::tokens;
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::staff::rules::check_staff;
use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Inviters;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::Feed;
use crate::mail::{EntryNotice, Letter, LinkToken, SIGN_UP_PAGE};
use crate::page::Page;
use crate::sentences::{Sentence, Value, say};
use crate::text::{Lines, check_client_key, check_text};

/// How many invitations that can be used a member can have.
const MAX_USABLE: i64 = 100;

const DEFAULT_LIFETIME: Duration = Duration::from_hours(7 * 24);
const MAX_LIFETIME: Duration = Duration::from_hours(90 * 24);
const MAX_USES: i64 = 500;
const MAX_NOTE_LENGTH: usize = 200;

/// The input of a new invitation, not validated.
#[derive(Clone, Debug)]
pub struct InvitationDraft {
    pub email: Option<String>,
    pub note: Option<String>,
    pub max_uses: Option<i32>,
    pub expires_at: Option<Timestamp>,
    pub client_key: Option<String>,
}

/// A new invitation, and the URL to pass on unless it is mailed.
#[derive(Debug)]
pub struct CreatedInvitation {
    pub invitation: Invitation,
    pub url: Option<SecretString>,
}

/// Returns whether the viewer can create invitations.
pub fn can_invite(app: &App, viewer: Viewer) -> bool {
    match (app.config.admission.inviters, viewer.role) {
        (_, Role::Admin) | (Inviters::Member | Inviters::Moderator, Role::Moderator) => true,
        (inviters, Role::Member) => inviters == Inviters::Member,
        (Inviters::Admin, Role::Moderator) | (_, Role::Guest) => false,
    }
}

/// Creates an invitation, and mails it if it is for one address. A draft that repeats an earlier one with the same client
/// key returns the earlier invitation.
///
/// # Errors
/// All problems of the draft at once; `Forbidden` for a viewer who cannot invite; `IdempotencyMismatch` at `clientKey`
/// if the key was used for other content; `QuotaExceeded`; rate limited for too many letters to one address.
pub async fn create_invitation(app: &App, viewer: Viewer, draft: InvitationDraft) -> Result<CreatedInvitation> {
    let (now, creator) = (app.clock.now(), viewer.account);
    let mut problems = Problems::default();
    if !can_invite(app, viewer) {
        problems.extend([Problem::refused(Code::Forbidden, say::InvitationsNotPermitted)]);
    }
    let email = draft.email.as_deref().map(|email| names::check_email(email, "email")).transpose();
    let email = problems.check(email).flatten();
    let note = draft.note.as_deref().map(|note| check_text("note", note, 1, MAX_NOTE_LENGTH, Lines::One)).transpose();
    let note = problems.check(note).flatten();
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose()).flatten();
    let max_uses = problems.check(check_max_uses(draft.max_uses, draft.email.is_some()));
    let expires_at = draft.expires_at.unwrap_or_else(|| now.plus(DEFAULT_LIFETIME));
    if expires_at > now.plus(MAX_LIFETIME) {
        problems.extend([Problem::member("expiresAt", Code::Invalid, say::InvitationExpiresLate)]);
    }
    let is_over = || Problem::member("expiresAt", Code::Invalid, say::InvitationExpiredAlready);
    // A key stands for an invitation that was valid when it was created.
    if expires_at <= now && key.is_none() {
        problems.extend([is_over()]);
    }
    problems.finish()?;
    let max_uses = max_uses.ok_or_else(|| Error::internal("an invitation without a problem was rejected"))?;
    let content = (email.as_ref().map(|email| &email.fold), &note, max_uses, draft.expires_at);
    let fingerprint = Sha256::digest(serde_json::to_vec(&content).map_err(Error::internal)?);
    let (text, fold) = email.map(|Email { text, fold }| (text, fold)).unzip();
    let link = LinkToken::new(&app.mail)?;
    let invitation = Invitation {
        id: InvitationId(app.clock.new_id()),
        creator_id: creator,
        email: text,
        note,
        max_uses,
        use_count: 0,
        held_count: 0,
        created_at: now,
        expires_at,
        revoked_at: None,
    };
    let mut effects = Effects::default();
    let mut tx = lock_viewer(app, viewer).await?;
    if let Some(key) = &key
        && let Some(earlier) = store::by_key(&mut tx, creator, key).await?
    {
        // On SQLite the row of the first request is visible before it is durable. The commit waits until it is.
        tx.commit().await?;
        return replay(app, earlier, &fingerprint);
    }
    if expires_at <= now {
        return Err(is_over().into());
    }
    if store::count_usable(&mut tx, creator, now).await? >= MAX_USABLE {
        let message = say::TooManyInvitations;
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_USABLE).into());
    }
    let new = NewInvitation {
        invitation: &invitation,
        token_hash: &tokens::hash_secret(&link.token),
        nonce: &link.nonce,
        email_fold: fold.clone(),
        fingerprint: key.as_ref().map(|_| fingerprint.to_vec()),
        client_key: key,
    };
    store::insert(&mut tx, &new).await?;
    effects.append(Feed(creator.0), invitation.id.changed());
    let mut url = None;
    if let Some((to, fold)) = invitation.email.as_ref().zip(fold.as_ref()) {
        // Strangers choose the address: letters to it are counted with the others that they request.
        let counted = mailing::count_request(app, &mut tx, fold, Requester::Stranger).await?;
        let inviter = accounts::by_id(&mut tx, creator).await?.ok_or(Error::Unauthenticated)?;
        let notice = EntryNotice::Invited { inviter: inviter.username, nonce: link.nonce, expires_at };
        let letter = Letter::Entry { username: String::new(), notice };
        counted.send(app, &mut tx, &mut effects, to, (&letter, app.config.locale)).await?;
    } else {
        url = Some(link.url(app.config.public_url(), SIGN_UP_PAGE));
    }
    app.commit(tx, effects).await?;
    Ok(CreatedInvitation { invitation, url })
}

fn check_max_uses(max_uses: Option<i32>, has_email: bool) -> Result<i64, Problem> {
    let max_uses = max_uses.map_or(1, i64::from);
    let invalid = |message: Sentence| Err(Problem::member("maxUses", Code::Invalid, message));
    match max_uses {
        2.. if has_email => invalid(say::InvitationAdmitsOne.into()),
        1..=MAX_USES => Ok(max_uses),
        _ => invalid(say::NumberOutOfRange { max: Value::number(MAX_USES), min: Value::number(1) }.into()),
    }
}

/// Returns the invitation of an earlier request with the same key, and its URL again: the first response may be lost.
fn replay(app: &App, earlier: KeyedInvitation, fingerprint: &[u8]) -> Result<CreatedInvitation> {
    let KeyedInvitation { invitation, nonce, fingerprint: content } = earlier;
    if content.as_deref() != Some(fingerprint) {
        let message = say::KeyOfOtherInvitation;
        return Err(Error::member("clientKey", Code::IdempotencyMismatch, message));
    }
    let link = LinkToken::restore(&app.mail, nonce);
    let url = invitation.email.is_none().then(|| link.url(app.config.public_url(), SIGN_UP_PAGE));
    Ok(CreatedInvitation { invitation, url })
}

/// Revokes an invitation of the viewer; moderators revoke those of all members. One that was revoked before stays as it
/// is.
///
/// # Errors
/// `NotFound` at `invitationId`.
pub async fn revoke_invitation(app: &App, viewer: Viewer, id: Option<InvitationId>) -> Result<Invitation> {
    let missing = || Error::member("invitationId", Code::NotFound, say::NoSuchInvitation);
    let id = id.ok_or_else(missing)?;
    let mut tx = lock_viewer(app, viewer).await?;
    let found = store::by_ids(&mut tx, &[id]).await?.pop();
    let found = found.filter(|invitation| can_see(viewer, invitation)).ok_or_else(missing)?;
    let mut effects = Effects::default();
    if store::revoke(&mut tx, id, app.clock.now()).await? == 1 {
        effects.append(Feed(found.creator_id.0), id.changed());
        if found.creator_id != viewer.account {
            let (kind, actor) = (StaffActionKind::InvitationRevoked, Some(viewer.account));
            log::record(app, &mut tx, NewStaffAction::new(kind, actor, Some(found.creator_id))).await?;
        }
    }
    let revoked = store::by_ids(&mut tx, &[id]).await?.pop().ok_or_else(missing)?;
    app.commit(tx, effects).await?;
    Ok(revoked)
}

/// Returns whether the viewer can see and revoke an invitation: its creator and moderators.
pub fn can_see(viewer: Viewer, invitation: &Invitation) -> bool {
    invitation.creator_id == viewer.account || matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Begins a transaction and locks the viewer's account, so that a lock of the account or another role comes before it or
/// after it.
///
/// # Errors
/// Forbidden if the viewer's role has changed, or if the account is locked or deleted.
async fn lock_viewer(app: &App, viewer: Viewer) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    accounts::lock(&mut tx, viewer.account).await?;
    check_staff(app, &mut tx, viewer).await?;
    Ok(tx)
}

/// Returns a page of the invitations of a member, or of all members, newest first, and their number if the page needs it.
pub async fn invitations(
    app: &App,
    creator: Option<AccountId>,
    page: &Page<(Timestamp, InvitationId)>,
) -> Result<(Vec<Invitation>, Option<i64>)> {
    let rows = store::page(&app.db, creator, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, creator).await?) } else { None };
    Ok((rows, total))
}

/// Checks the invitation of a registration with this address; with `None` for an address that is not valid, its own is
/// not compared. The outcome does not depend on whether the address has an account.
pub async fn check_invitation(
    app: &App,
    token: Option<&SecretString>,
    email: Option<&Email>,
) -> Result<Result<Option<ValidInvitation>, Problem>> {
    let Some(token) = token else {
        if app.config.admission.invitation_required {
            let message = say::InvitationRequired;
            return Ok(Err(Problem::member("invitation", Code::InvitationRequired, message)));
        }
        return Ok(Ok(None));
    };
    let found = store::usable_by_token(&app.db, &tokens::hash_secret(token), app.clock.now()).await?;
    let is_for = |fold: &str| email.is_none_or(|email| email.fold == fold);
    let found = found.filter(|invitation| invitation.email_fold.as_deref().is_none_or(is_for));
    Ok(found.map(Some).ok_or_else(|| unusable("invitation")))
}

/// Counts the account that is created with an invitation.
///
/// # Errors
/// `TokenInvalid` at the input field `name` if it cannot be used any more.
pub async fn take_use(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    id: Option<InvitationId>,
    name: &'static str,
) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let creator = store::take_use(tx, id, app.clock.now()).await?;
    announce_use(effects, id, creator, name)
}

/// Holds a use for a registration that waits for approval.
///
/// # Errors
/// `TokenInvalid` at the input field `name` if it cannot be used any more.
pub async fn hold_use(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    id: Option<InvitationId>,
    name: &'static str,
) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let creator = store::hold_use(tx, id, app.clock.now()).await?;
    announce_use(effects, id, creator, name)
}

/// Announces a use to the creator of the invitation; `None` if it has no use left.
fn announce_use(
    effects: &mut Effects,
    id: InvitationId,
    creator: Option<(AccountId,)>,
    name: &'static str,
) -> Result<()> {
    let (creator,) = creator.ok_or_else(|| unusable(name))?;
    effects.append(Feed(creator.0), id.changed());
    Ok(())
}

/// Counts the account of a registration whose use is held, if it was approved, and releases the use otherwise. Does nothing
/// if the invitation was deleted.
pub async fn settle_held_use(
    tx: &mut Tx,
    effects: &mut Effects,
    id: Option<InvitationId>,
    is_approved: bool,
) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let settled =
        if is_approved { store::take_held_use(tx, id).await? } else { store::release_held_use(tx, id).await? };
    if let Some((creator,)) = settled {
        effects.append(Feed(creator.0), id.changed());
    }
    Ok(())
}

fn unusable(name: &'static str) -> Problem {
    let message = say::InvitationUnusable;
    Problem::member(name, Code::TokenInvalid, message)
}
