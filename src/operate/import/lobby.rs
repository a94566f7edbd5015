//! The old lobby: pseudonyms, and what they have written. The pseudonyms become names under messages, not accounts.

use std::collections::HashMap;

use super::source::{Source, read_instant};
use super::{Import, store};
use crate::conversations::messages::MessageId;
use crate::conversations::messages::rules::add_message_of_former_guest;
use crate::effects::Effects;
use crate::error::Error;
use crate::operate::Failure;

const MESSAGES: &str = "messages";
const TIME: &[&str] = &["timestamp", "created_at", "sent_at"];

impl Import<'_> {
    pub(super) async fn lobby(&mut self, source: &Source) -> Result<(), Failure> {
        let mut names = HashMap::new();
        for row in source.rows(&["users", "utilisateurs"]) {
            let key = row.key(&["pseudonym", "pseudo", "pseudonyme"]);
            match row.owned(&["pseudonym", "pseudo", "pseudonyme", "username"]) {
                Some(name) => {
                    self.present("pseudonyms", key.clone());
                    names.insert(key, name);
                }
                None => self.refuse("pseudonyms", key, "has no pseudonym"),
            }
        }
        let mut rows = source.rows(&["messages"]);
        rows.sort_by_key(|row| self.time_of(row, TIME));
        for row in rows {
            let key = row.key(&[]);
            if self.imported(MESSAGES, &key).await?.is_some() {
                self.present(MESSAGES, key);
                continue;
            }
            let name = row.text(&["sender_id", "user_id"]).and_then(|sender| names.get(sender));
            let Some(name) = name.cloned() else {
                self.refuse(MESSAGES, key, "its sender has no pseudonym");
                continue;
            };
            self.set_time(row.text(TIME).and_then(|text| read_instant(text, &self.zone)));
            let text = row.text(&["content", "text", "message"]).unwrap_or_default();
            match self.guest_message(&key, &name, text).await {
                Ok(()) => self.take(MESSAGES, key, &[]),
                Err(error @ Error::Refused(_)) => self.refuse(MESSAGES, key, error.for_operator()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Adds a message and its key in one transaction.
    async fn guest_message(&self, key: &str, name: &str, text: &str) -> Result<(), Error> {
        let app = self.app;
        let id = MessageId(app.clock.new_id());
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        add_message_of_former_guest(&mut tx, &mut effects, id, (name, text), app.clock.now()).await?;
        store::insert(&mut tx, self.system.name(), MESSAGES, key, id.0).await?;
        app.commit(tx, effects).await
    }
}
