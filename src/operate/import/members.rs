//! Members of old systems: created, or merged with the account that has their address.

use unicode_normalization::UnicodeNormalization;

use super::Import;
use crate::accounts::registration::profile::NewProfile;
use crate::accounts::registration::rules::{Confirmation, Credential, OperatorRegistration, register_by_operator};
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{AccountId, Viewer, names};
use crate::clock::Timestamp;
use crate::error::{Error, Problems};
use crate::operate::Failure;
use crate::passwords::{NO_PASSWORD, is_supported_foreign_hash};
use crate::profiles::details::rules::{update_contact, update_profile};
use crate::profiles::details::{ContactChange, ProfileChange};
use crate::profiles::{Change, store as users};

/// How many names are tried for a member whose name is taken.
const MAX_NAMES: usize = 99;

const MAX_NAME_LENGTH: usize = 28;
const MIN_NAME_LENGTH: usize = 3;

/// A member of an old system.
#[derive(Debug, Default)]
pub(super) struct OldMember {
    pub key: String,
    pub email: Option<String>,
    /// Names that the member had, or that follow from theirs, the best first.
    pub usernames: Vec<String>,
    pub password_hash: Option<String>,
    pub profile: NewProfile,
    pub about: Option<String>,
    pub contact: ContactChange,
    pub created_at: Option<Timestamp>,
}

impl OldMember {
    /// Returns true if there is more than the profile with which an account is created.
    fn has_details(&self) -> bool {
        let contact = &self.contact;
        let fields =
            [&contact.student_number, &contact.occupation, &contact.home_address, &contact.county, &contact.country];
        self.about.is_some() || fields.into_iter().any(Option::is_some)
    }
}

impl Import<'_> {
    /// Imports a member and records the outcome. Returns the account.
    pub(super) async fn member(&mut self, kind: &'static str, old: OldMember) -> Result<Option<AccountId>, Failure> {
        let key = old.key.clone();
        if let Some(id) = self.imported(kind, &key).await?.map(AccountId) {
            if accounts::by_id(&self.app.db, id).await?.is_some() {
                self.present(kind, key);
                return Ok(Some(id));
            }
            self.refuse(kind, key, "the account was deleted after the import");
            return Ok(None);
        }
        let Some(email) = &old.email else {
            self.refuse(kind, key, "has no email address");
            return Ok(None);
        };
        let email = match names::check_email(email, "email") {
            Ok(email) => email,
            Err(problem) => {
                self.refuse(kind, key, format!("the email address: {}", problem.message.in_english()));
                return Ok(None);
            }
        };
        let (profile, mut notes) = valid_profile(&old.profile);
        let existing = accounts::by_email(&self.app.db, &email.fold).await?;
        let is_merged = existing.is_some();
        let id = match existing {
            Some(account) => {
                self.adopt_password(&account, &old).await?;
                account.id
            }
            None => match self.create(&email.text, &old, profile.clone(), &mut notes).await? {
                Ok(id) => id,
                Err(reason) => {
                    self.refuse(kind, key, reason);
                    return Ok(None);
                }
            },
        };
        // A new account was created with its profile.
        if is_merged || old.has_details() {
            self.complete(id, &old, profile, &mut notes).await?;
        }
        self.record_imported(kind, &key, id.0).await?;
        if is_merged {
            notes.insert(0, "the account with this address exists; its empty fields were filled".to_owned());
            self.merge(kind, key, notes.join("; "));
        } else {
            self.take(kind, key, &notes);
        }
        Ok(Some(id))
    }

    /// Gives an account that has no password yet the one of the old system, if that has confirmed its addresses.
    async fn adopt_password(&self, account: &Account, old: &OldMember) -> Result<(), Failure> {
        let hash = old.password_hash.as_deref().filter(|hash| is_supported_foreign_hash(hash));
        if let (Some(hash), true) = (hash, self.has_confirmed_addresses) {
            accounts::replace_password_hash(&self.app.db, account.id, NO_PASSWORD, hash).await?;
        }
        Ok(())
    }

    /// Creates the account, under the first name that is free.
    async fn create(
        &mut self,
        email: &str,
        old: &OldMember,
        profile: NewProfile,
        notes: &mut Vec<String>,
    ) -> Result<Result<AccountId, String>, Failure> {
        let hash = match &old.password_hash {
            Some(hash) if is_supported_foreign_hash(hash) => hash.clone(),
            Some(_) => {
                notes.push("the password hash has no supported format; a mailed link sets a new password".to_owned());
                NO_PASSWORD.to_owned()
            }
            None => NO_PASSWORD.to_owned(),
        };
        self.set_time(old.created_at);
        let mut reason = String::new();
        for username in candidates(&old.usernames, email) {
            let form = OperatorRegistration {
                email: email.to_owned(),
                username,
                credential: Credential::Hash(hash.clone()),
                profile: profile.clone(),
                confirmation: if self.has_confirmed_addresses { Confirmation::Confirmed } else { Confirmation::Later },
            };
            match register_by_operator(self.app, form).await {
                Ok(id) => return Ok(Ok(id)),
                Err(Error::Refused(problems)) => {
                    let is_name = |path: &Option<Vec<_>>| {
                        path.as_ref().and_then(|path| path.first()).is_some_and(|name| name == "username")
                    };
                    let other = problems.iter().find(|problem| !is_name(&problem.path));
                    if let Some(problem) = other {
                        return Ok(Err(problem.message.in_english()));
                    }
                    reason = problems.first().map_or_else(String::new, |problem| problem.message.in_english());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Err(format!("no username is free: {reason}")))
    }

    /// Fills the fields that are empty.
    pub(super) async fn complete(
        &mut self,
        id: AccountId,
        old: &OldMember,
        profile: NewProfile,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let viewer = self.viewer(id).await?;
        let Some(user) = users::by_id_unfiltered(&self.app.db, id).await? else { return Ok(()) };
        let skills = self.has_skills(id).await?;
        let new = |is_empty: bool, value: Option<String>| value.filter(|_| is_empty).map(Some);
        let change = ProfileChange {
            first_name: new(user.first_name.is_none(), profile.first_name),
            last_name: new(user.last_name.is_none(), profile.last_name),
            field_of_study: new(user.field_of_study.is_none(), profile.field_of_study),
            year: profile.year.filter(|_| user.study_year.is_none()).map(Some),
            skills: (!skills && !profile.skills.is_empty()).then_some(Some(profile.skills)),
            about: new(user.about.is_none(), old.about.clone()),
        };
        note(update_profile(self.app, viewer, change).await, "the profile", notes)?;
        let own = crate::profiles::details::rules::own_contact(self.app, viewer).await?;
        let contact = &old.contact;
        let keep = |is_empty: bool, value: &Change<String>| value.clone().filter(|_| is_empty);
        let contact = ContactChange {
            student_number: keep(own.student_number.is_none(), &contact.student_number)
                .or_else(|| new(own.student_number.is_none(), profile.student_number)),
            occupation: keep(own.occupation.is_none(), &contact.occupation),
            home_address: keep(own.home_address.is_none(), &contact.home_address),
            county: keep(own.county.is_none(), &contact.county),
            country: keep(own.country.is_none(), &contact.country),
        };
        note(update_contact(self.app, viewer, contact).await, "the contact details", notes)
    }

    async fn has_skills(&self, id: AccountId) -> Result<bool, Failure> {
        use crate::db::Query;
        let sql = "select exists (select 1 from user_skills where user_id = $1)";
        let (has_skills,): (bool,) = self.app.db.one(sql, &[&id]).await?;
        Ok(has_skills)
    }

    /// Returns the member as a viewer, for the rules of the API.
    pub(super) async fn viewer(&self, id: AccountId) -> Result<Viewer, Failure> {
        let account = accounts::by_id(&self.app.db, id).await?.ok_or("the account was deleted during the import")?;
        Ok(Viewer {
            account: id,
            session: crate::accounts::SessionId(0),
            role: account.role,
            authenticated_at: self.app.clock.now(),
            locale: account.locale,
        })
    }
}

/// Notes what a rule refuses; other errors end the import.
pub(super) fn note(result: crate::error::Result<()>, what: &str, notes: &mut Vec<String>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error @ Error::Refused(_)) => {
            notes.push(format!("{what} was left out: {}", error.for_operator()));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the fields that are valid, and says which are not.
fn valid_profile(profile: &NewProfile) -> (NewProfile, Vec<String>) {
    let mut problems = Problems::default();
    let mut valid = profile.validate(&mut problems);
    let mut notes = Vec::new();
    if let Err(error) = problems.finish() {
        notes.push(format!("some of the profile was left out: {}", error.for_operator()));
    }
    let mut seen = std::collections::HashSet::new();
    valid.skills.retain(|skill| seen.insert(skill.to_lowercase()));
    (valid, notes)
}

/// Returns the usernames to try: those that are given, with a number where they are taken.
fn candidates(given: &[String], email: &str) -> Vec<String> {
    let local = email.split('@').next().unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in given.iter().map(String::as_str).chain([local]) {
        let exact = name.trim().to_owned();
        let plain = plain_name(name);
        for candidate in [exact, plain] {
            if candidate.chars().count() >= MIN_NAME_LENGTH && !names.contains(&candidate) {
                names.push(candidate);
            }
        }
    }
    let base = names.iter().find(|name| name.is_ascii()).cloned().unwrap_or_else(|| "member".to_owned());
    let base: String = base.chars().take(MAX_NAME_LENGTH).collect();
    names.extend((2..=MAX_NAMES).map(|number| format!("{base}{number}")));
    names
}

/// Returns a name with the characters that usernames can have.
fn plain_name(name: &str) -> String {
    let mut plain = String::new();
    for character in name.nfkd().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => plain.push(character),
            ' ' | '.' | '-' | '_' | '\'' if !plain.is_empty() && !plain.ends_with('.') => plain.push('.'),
            _ => {}
        }
    }
    plain.trim_end_matches('.').chars().take(MAX_NAME_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_follow_from_names_and_addresses() {
        let given = ["Éloïse  O'Brien".to_owned()];
        let names = candidates(&given, "e.obrien@campus.example");
        assert_eq!(names[..4], ["Éloïse  O'Brien", "eloise.o.brien", "e.obrien", "eloise.o.brien2"]);
        assert_eq!(candidates(&[], "李@campus.example").last().map(String::as_str), Some("member99"));
    }
}
