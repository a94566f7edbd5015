//! From what a provider says about a person to a member: the one of the identity, or a new one.
//!
//! Issuer and subject decide alone. An email address does not, unless the operator trusts the provider with it: who can
//! choose an address at a provider could otherwise choose an account.

use super::{IdentityId, Person, store};
use crate::accounts::names::{self, Email, Username};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::registration::profile::NewProfile;
use crate::accounts::registration::rules::{NameClaimant, validate_username};
use crate::accounts::registration::{store as registration, student_numbers};
use crate::accounts::sessions::rules as sessions;
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problems, Result};
use crate::search;
use crate::sentences::say;

/// The member of a sign-in, whose account is locked by the transaction.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub account: AccountId,
    pub identity: IdentityId,
    pub is_new: bool,
    /// Whether an earlier member got the identity now.
    pub is_linked: bool,
}

/// Returns the member of an identity, and creates the member at the first sign-in.
///
/// # Errors
/// Refused with `EmailTaken` if the address belongs to a member and the operator does not link by address.
pub async fn find_or_create(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Option<Viewer>,
    provider: &str,
    person: &Person,
) -> Result<Member> {
    if let Some(found) = store::by_subject(&mut *tx, &person.issuer, &person.subject).await? {
        if !accounts::lock(tx, found.account_id).await? {
            return Err(Error::Unauthenticated);
        }
        return Ok(Member { account: found.account_id, identity: found.id, is_new: false, is_linked: false });
    }
    let email = person.email.as_deref().and_then(|email| names::check_email(email, "email").ok());
    let (account, is_new) = match owner_of(app, tx, email.as_ref()).await? {
        Some(owner) => (owner, false),
        None => (create(app, tx, effects, viewer.filter(Viewer::is_guest), email, person).await?, true),
    };
    let identity = IdentityId(app.clock.new_id());
    if store::insert(tx, identity, account, provider, person, app.clock.now()).await? == 0 {
        // A concurrent sign-in of the same person was faster.
        return Err(Error::refused(Code::Conflict, say::SignInElsewhere));
    }
    if !is_new {
        notices::publish(app, tx, effects, account, NoticeKind::IdentityChanged, None).await?;
    }
    Ok(Member { account, identity, is_new, is_linked: !is_new })
}

/// Returns the member who has confirmed the address, if the operator links by address.
async fn owner_of(app: &App, tx: &mut Tx, email: Option<&Email>) -> Result<Option<AccountId>> {
    let Some(email) = email else { return Ok(None) };
    let owner = accounts::by_email(&mut *tx, &email.fold).await?;
    let owner = owner.filter(|owner| owner.email_confirmed_at.is_some());
    if let Some(owner) = owner.filter(|_| app.config.oidc_link_by_email) {
        return Ok(accounts::lock(tx, owner.id).await?.then_some(owner.id));
    }
    if accounts::is_email_taken(&mut *tx, &email.fold, None, None, app.clock.now()).await? {
        let message = say::EmailTakenAtProvider;
        return Err(Error::refused(Code::EmailTaken, message));
    }
    Ok(None)
}

/// Creates the member, or turns the guest into it.
async fn create(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    guest: Option<Viewer>,
    email: Option<Email>,
    person: &Person,
) -> Result<AccountId> {
    let now = app.clock.now();
    if let Some(email) = &email {
        // An account that has it without having confirmed it gives way.
        accounts::release_unconfirmed_email(tx, &email.fold, None).await?;
    }
    let taken = || Error::refused(Code::EmailTaken, say::EmailTaken);
    let id = if let Some(guest) = guest {
        if !accounts::lock_guest(tx, guest.account).await? {
            return Err(Error::Unauthenticated);
        }
        if store::convert_guest(tx, guest.account, email.as_ref(), now).await? == 0 {
            return Err(taken());
        }
        guest.account
    } else {
        let id = AccountId(app.clock.new_id());
        if store::insert_account(tx, id, email.as_ref(), now).await? == 0 {
            return Err(taken());
        }
        id
    };
    take_free_username(app, tx, id, guest.is_some(), email.as_ref(), person).await?;
    let mut profile = profile(person);
    student_numbers::clear_taken(app, tx, &mut profile, Some(id)).await?;
    profile.save(tx, id).await?;
    if let Some(guest) = guest {
        sessions::end_session(app, tx, effects, guest).await?;
        app.raise(tx, effects, DomainEvent::UserChanged(id)).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(id)
}

/// Gives the member a free username like the one at the provider.
async fn take_free_username(
    app: &App,
    tx: &mut Tx,
    id: AccountId,
    is_guest: bool,
    email: Option<&Email>,
    person: &Person,
) -> Result<()> {
    let base = base_of(person);
    let claimant = NameClaimant { account: Some(id), email_fold: email.map(|email| &*email.fold) };
    for attempt in 0..MAX_NAME_ATTEMPTS {
        let Ok(Username { text, fold }) = validate_username(app, &nth_name(&base, attempt)?, claimant).await? else {
            continue;
        };
        let inserted = if is_guest {
            registration::convert_guest_user(tx, id, &text, &fold).await?
        } else {
            registration::insert_user(tx, id, &text, &fold, false, app.clock.now()).await?
        };
        if inserted == 1 {
            return Ok(());
        }
    }
    Err(Error::internal("no free username was found"))
}

/// How many names are tried: the name itself, it with a small number, then with a random one.
const MAX_NAME_ATTEMPTS: u32 = 20;
const NUMBERED_ATTEMPTS: u32 = 10;

/// Returns a valid username like the one at the provider, short enough for a number.
fn base_of(person: &Person) -> String {
    let local_part = |text: &String| text.split('@').next().unwrap_or_default().to_owned();
    let full_name =
        [&person.first_name, &person.last_name].into_iter().flatten().cloned().collect::<Vec<_>>().join(".");
    let candidates = [person.username.as_ref().map(local_part), person.email.as_ref().map(local_part), Some(full_name)];
    let valid = candidates.into_iter().flatten().find_map(|candidate| {
        let allowed: String =
            candidate.chars().filter(|c| names::is_name_character(*c)).take(MAX_BASE_LENGTH).collect();
        let trimmed = allowed.trim_start_matches(['_', '.', '-']).trim_end_matches(['.', '-']);
        // Taken and reserved names are fine: they get a number.
        let is_usable = names::check_username(trimmed, "username").is_ok() || trimmed.chars().count() >= 3;
        (is_usable && names::check_username(&format!("{trimmed}1"), "username").is_ok()).then(|| trimmed.to_owned())
    });
    valid.unwrap_or_else(|| "student".to_owned())
}

const MAX_BASE_LENGTH: usize = 22;

fn nth_name(base: &str, attempt: u32) -> Result<String> {
    match attempt {
        0 => Ok(base.to_owned()),
        1..NUMBERED_ATTEMPTS => Ok(format!("{base}{}", attempt + 1)),
        _ => {
            let mut random = [0; 4];
            getrandom::fill(&mut random).map_err(Error::internal)?;
            Ok(format!("{base}{:06}", u32::from_ne_bytes(random) % 1_000_000))
        }
    }
}

/// Returns the profile with what is valid of the provider's texts.
fn profile(person: &Person) -> NewProfile {
    let whole = NewProfile {
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        field_of_study: person.field_of_study.clone(),
        student_number: person.student_number.clone(),
        ..NewProfile::default()
    };
    whole.validate(&mut Problems::default())
}
