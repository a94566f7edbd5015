//! The account service, with its cards and links, and CSV files of people.

use super::Import;
use super::members::{OldMember, note};
use super::network::{FIRST_NAME, LAST_NAME, MEMBERS, PASSWORD, split_list};
use super::source::{OldRow, Source};
use crate::accounts::AccountId;
use crate::accounts::registration::profile::NewProfile;
use crate::error::Error;
use crate::images::rules as images;
use crate::operate::Failure;
use crate::profiles::Change;
use crate::profiles::avatars::rules::set_avatar;
use crate::profiles::details::links::LinksChange;
use crate::profiles::details::rules::update_links;
use crate::profiles::details::{ContactChange, store as details};

const CARDS: &str = "cards";
const LINKS: &str = "links";

/// The name of a link, whether the account has none, and the change that sets it.
type LinkField = (&'static str, bool, fn(String) -> LinksChange);

/// What the old service stored for an empty field.
const PLACEHOLDERS: [&str; 10] =
    ["n/a", "na", "none", "null", "undefined", "-", "--", "todo", "placeholder", "lorem ipsum"];

impl Import<'_> {
    pub(super) async fn cards(&mut self, source: &Source) -> Result<(), Failure> {
        for row in source.rows(&["user", "users"]) {
            let profile = NewProfile {
                first_name: real(&row, FIRST_NAME),
                last_name: real(&row, LAST_NAME),
                ..NewProfile::default()
            };
            let old = OldMember {
                key: row.key(&["username"]),
                email: row.owned(&["email"]),
                usernames: row.owned(&["username"]).into_iter().collect(),
                password_hash: row.owned(PASSWORD),
                profile,
                ..OldMember::default()
            };
            self.member(MEMBERS, old).await?;
        }
        for row in source.rows(&["profile_card", "profile_cards"]) {
            self.card(&row).await?;
        }
        for row in source.rows(&["social_links", "social_link"]) {
            self.links(&row).await?;
        }
        Ok(())
    }

    /// Returns the member that a card or a row of links belongs to; `None` if the row is done.
    async fn owner(&mut self, table: &'static str, key: &str, row: &OldRow<'_>) -> Result<Option<AccountId>, Failure> {
        if self.imported(table, key).await?.is_some() {
            self.present(table, key.to_owned());
            return Ok(None);
        }
        let owner = self.account(MEMBERS, row.text(&["user_id", "user"])).await?;
        let Some(owner) = owner else {
            self.refuse(table, key.to_owned(), "its user was not imported");
            return Ok(None);
        };
        if self.living_viewer(owner).await?.is_none() {
            self.refuse(table, key.to_owned(), "the account of its user was deleted after the import");
            return Ok(None);
        }
        Ok(Some(owner))
    }

    async fn card(&mut self, row: &OldRow<'_>) -> Result<(), Failure> {
        let key = row.key(&["user_id"]);
        let Some(owner) = self.owner(CARDS, &key, row).await? else { return Ok(()) };
        let contact = ContactChange {
            occupation: changed(real(row, &["occupation"])),
            home_address: changed(real(row, &["homeaddress", "home_address", "address"])),
            county: changed(real(row, &["county", "region"])),
            country: changed(real(row, &["country"])),
            student_number: None,
        };
        let image = row.bytes(&["image", "photo", "picture"]);
        if [&contact.occupation, &contact.home_address, &contact.county, &contact.country]
            .iter()
            .all(|text| text.is_none())
            && image.is_none()
        {
            self.refuse(CARDS, key, "contains placeholders only");
            return Ok(());
        }
        let mut notes = Vec::new();
        let old = OldMember { contact, ..OldMember::default() };
        self.complete(owner, &old, NewProfile::default(), &mut notes).await?;
        if let Some(image) = image {
            self.avatar(owner, image, &mut notes).await?;
        }
        self.record_imported(CARDS, &key, owner.0).await?;
        notes.insert(0, "filled the empty fields of the account".to_owned());
        self.merge(CARDS, key, notes.join("; "));
        Ok(())
    }

    /// Makes an image the avatar of a member who has none.
    async fn avatar(&mut self, owner: AccountId, image: &[u8], notes: &mut Vec<String>) -> Result<(), Failure> {
        use crate::db::Query;
        let sql = "select exists (select 1 from image_uses where subject_id = $1 and kind = 'avatar')";
        let (has_avatar,): (bool,) = self.app.db.one(sql, &[&owner]).await?;
        if has_avatar {
            notes.push("the image was left out: there is an avatar already".to_owned());
            return Ok(());
        }
        let viewer = self.viewer(owner).await?;
        match images::store_image(self.app, owner, bytes::Bytes::copy_from_slice(image)).await {
            Ok(stored) => note(set_avatar(self.app, viewer, Some(stored.id)).await, "the image", notes),
            Err(error @ Error::Refused(_)) => {
                notes.push(format!("the image was left out: {}", error.for_operator()));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn links(&mut self, row: &OldRow<'_>) -> Result<(), Failure> {
        let key = row.key(&["user_id"]);
        let Some(owner) = self.owner(LINKS, &key, row).await? else { return Ok(()) };
        let viewer = self.viewer(owner).await?;
        let own = details::links_of(&self.app.db, &[owner]).await?.pop().map(|row| row.links).unwrap_or_default();
        let mut notes = Vec::new();
        let mut count = 0;
        let fields: [LinkField; 7] = [
            ("linkedin", own.linkedin.is_none(), |link| LinksChange {
                linkedin: Some(Some(link)),
                ..LinksChange::default()
            }),
            ("facebook", own.facebook.is_none(), |link| LinksChange {
                facebook: Some(Some(link)),
                ..LinksChange::default()
            }),
            ("github", own.github.is_none(), |link| LinksChange { github: Some(Some(link)), ..LinksChange::default() }),
            ("instagram", own.instagram.is_none(), |link| LinksChange {
                instagram: Some(Some(link)),
                ..LinksChange::default()
            }),
            ("twitter", own.twitter.is_none(), |link| LinksChange {
                twitter: Some(Some(link)),
                ..LinksChange::default()
            }),
            ("youtube", own.youtube.is_none(), |link| LinksChange {
                youtube: Some(Some(link)),
                ..LinksChange::default()
            }),
            ("description", own.description.is_none(), |text| LinksChange {
                description: Some(Some(text)),
                ..LinksChange::default()
            }),
        ];
        for (name, is_empty, change) in fields {
            let Some(text) = real(row, &[name]).filter(|_| is_empty) else { continue };
            let text = if name == "description" { text } else { with_scheme(&text) };
            let before = notes.len();
            note(update_links(self.app, viewer, change(text)).await, name, &mut notes)?;
            count += usize::from(notes.len() == before);
        }
        if count == 0 {
            notes.insert(0, "contains no link that is new and valid".to_owned());
            self.refuse(LINKS, key, notes.join("; "));
            return Ok(());
        }
        self.record_imported(LINKS, &key, owner.0).await?;
        notes.insert(0, format!("added {count} of the links"));
        self.merge(LINKS, key, notes.join("; "));
        Ok(())
    }

    /// Imports the rows of a CSV file.
    pub(super) async fn people(&mut self, source: &Source) -> Result<(), Failure> {
        const EMAIL: &[&str] = &["email", "mail", "e-mail"];
        for row in source.rows(&["people"]) {
            let names = [row.text(FIRST_NAME), row.text(LAST_NAME)];
            let full_name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let profile = NewProfile {
                first_name: row.owned(FIRST_NAME),
                last_name: row.owned(LAST_NAME),
                field_of_study: row.owned(&["field_of_study", "field", "filiere", "programme", "program"]),
                skills: split_list(row.text(&["skills", "competences"])),
                year: row.text(&["year", "study_year"]).and_then(|year| year.parse().ok()),
                student_number: row.owned(&["student_number", "student_id"]),
            };
            let old = OldMember {
                // A file has no keys of its own: the address identifies the person.
                key: row.text(EMAIL).unwrap_or("?").to_lowercase(),
                email: row.owned(EMAIL),
                usernames: row.owned(&["username", "login"]).into_iter().chain([full_name]).collect(),
                password_hash: row.owned(&["password_hash"]),
                profile,
                ..OldMember::default()
            };
            self.member(MEMBERS, old).await?;
        }
        Ok(())
    }
}

/// Returns the text of a column, unless it is a placeholder.
fn real(row: &OldRow<'_>, names: &[&str]) -> Option<String> {
    row.owned(names).filter(|text| !PLACEHOLDERS.contains(&text.to_lowercase().as_str()))
}

fn changed(text: Option<String>) -> Change<String> {
    text.map(Some)
}

/// Returns a link with `https://`, which people left out.
fn with_scheme(link: &str) -> String {
    match link.split_once("://") {
        Some(("http", rest)) => format!("https://{rest}"),
        Some(_) => link.to_owned(),
        None => format!("https://{link}"),
    }
}
