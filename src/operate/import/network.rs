//! The student network: members with posts and private messages. Its tables have French names, or English ones.

use super::Import;
use super::members::OldMember;
use super::source::{OldRow, Source, read_instant};
use crate::accounts::registration::profile::NewProfile;
use crate::accounts::{AccountId, Viewer};
use crate::clock::Timestamp;
use crate::conversations::messages::MessageDraft;
use crate::conversations::messages::sending::{Recipient, send_message};
use crate::db::Query;
use crate::files::Attachments;
use crate::operate::Failure;
use crate::posts::{PostDraft, rules as posts};

pub(super) const MEMBERS: &str = "members";

const USERS: &[&str] = &["utilisateurs", "utilisateur", "users", "user"];
pub(super) const FIRST_NAME: &[&str] = &["prenom", "first_name", "firstname"];
pub(super) const LAST_NAME: &[&str] = &["nom", "last_name", "lastname"];
pub(super) const PASSWORD: &[&str] = &["mot_de_passe", "password", "password_hash"];
const FIELD: &[&str] = &["filiere", "field_of_study", "field", "major", "program"];
const SKILLS: &[&str] = &["competences", "skills"];
const TEXT: &[&str] = &["content", "contenu", "text", "texte", "message"];
const TIME: &[&str] = &["created_at", "timestamp", "date_creation", "date", "cree_le"];
const AUTHOR: &[&str] = &["user_id", "utilisateur_id", "author_id", "auteur_id"];
const SENDER: &[&str] = &["sender_id", "expediteur_id", "from_user_id"];
const RECEIVER: &[&str] = &["receiver_id", "destinataire_id", "recipient_id", "to_user_id"];

impl Import<'_> {
    pub(super) async fn network(&mut self, source: &Source) -> Result<(), Failure> {
        for row in source.rows(USERS) {
            let names = [row.text(FIRST_NAME), row.text(LAST_NAME)];
            let full_name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let profile = NewProfile {
                first_name: row.owned(FIRST_NAME),
                last_name: row.owned(LAST_NAME),
                field_of_study: row.owned(FIELD),
                skills: split_list(row.text(SKILLS)),
                ..NewProfile::default()
            };
            let old = OldMember {
                key: row.key(&["email"]),
                email: row.owned(&["email"]),
                usernames: row.owned(&["username"]).into_iter().chain([full_name]).collect(),
                password_hash: row.owned(PASSWORD),
                profile,
                created_at: row.text(TIME).and_then(|text| read_instant(text, &self.zone)),
                ..OldMember::default()
            };
            self.member(MEMBERS, old).await?;
        }
        let mut rows = source.rows(&["posts", "publications"]);
        rows.sort_by_key(|row| self.time_of(row, TIME));
        for row in rows {
            self.post(&row).await?;
        }
        let mut rows = source.rows(&["messages", "message"]);
        rows.sort_by_key(|row| self.time_of(row, TIME));
        for row in rows {
            let (key, at) = (row.key(&[]), self.time_of(&row, TIME));
            self.private_message(key, row.text(SENDER), row.text(RECEIVER), row.owned(TEXT), at).await?;
        }
        Ok(())
    }

    pub(super) fn time_of(&self, row: &OldRow<'_>, names: &[&str]) -> Option<Timestamp> {
        row.text(names).and_then(|text| read_instant(text, &self.zone))
    }

    async fn post(&mut self, row: &OldRow<'_>) -> Result<(), Failure> {
        const TABLE: &str = "posts";
        let key = row.key(&[]);
        let Some(author) = self.account(MEMBERS, row.text(AUTHOR)).await? else {
            self.refuse(TABLE, key, "its author was not imported");
            return Ok(());
        };
        let Some(viewer) = self.living_viewer(author).await? else {
            self.refuse(TABLE, key, "the account of its author was deleted after the import");
            return Ok(());
        };
        let client_key = self.client_key(TABLE, &key);
        let was_present = self.has_key("post_keys", author, &client_key).await?;
        self.set_time(self.time_of(row, TIME));
        let text = row.text(TEXT).unwrap_or_default().to_owned();
        let draft = PostDraft { text, attachments: Attachments::default(), client_key: Some(client_key) };
        let created = posts::create_post(self.app, viewer, &draft).await;
        self.record_result(TABLE, key, was_present, created)?;
        Ok(())
    }

    /// Imports a message of one member to another one.
    pub(super) async fn private_message(
        &mut self,
        key: String,
        sender: Option<&str>,
        receiver: Option<&str>,
        text: Option<String>,
        at: Option<Timestamp>,
    ) -> Result<(), Failure> {
        const TABLE: &str = "messages";
        let (from, to) = (self.account(MEMBERS, sender).await?, self.account(MEMBERS, receiver).await?);
        let Some((from, to)) = from.zip(to) else {
            self.refuse(TABLE, key, "its sender or recipient was not imported");
            return Ok(());
        };
        let Some(viewer) = self.living_viewer(from).await? else {
            self.refuse(TABLE, key, "the account of its sender was deleted after the import");
            return Ok(());
        };
        let client_key = self.client_key(TABLE, &key);
        let was_present = self.has_key("message_keys", from, &client_key).await?;
        self.set_time(at);
        let draft =
            MessageDraft { text, attachments: Attachments::default(), client_key: Some(client_key), reply_to: None };
        let sent = send_message(self.app, viewer, Recipient::User(Some(to)), &draft).await;
        self.record_result(TABLE, key, was_present, sent)?;
        Ok(())
    }

    async fn has_key(&self, table: &'static str, author: AccountId, key: &str) -> Result<bool, Failure> {
        let sql = match table {
            "post_keys" => "select exists (select 1 from post_keys where author_id = $1 and client_key = $2)",
            _ => "select exists (select 1 from message_keys where author_id = $1 and client_key = $2)",
        };
        let (exists,): (bool,) = self.app.db.one(sql, &[&author, &key]).await?;
        Ok(exists)
    }

    /// Returns the member as a viewer; `None` if the account was deleted.
    pub(super) async fn living_viewer(&self, id: AccountId) -> Result<Option<Viewer>, Failure> {
        match crate::accounts::store::by_id(&self.app.db, id).await? {
            Some(_) => self.viewer(id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Splits a text at commas and semicolons.
pub(super) fn split_list(text: Option<&str>) -> Vec<String> {
    let items = text.unwrap_or_default().split([',', ';']).map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}
