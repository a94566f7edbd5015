//! Statements about preferences.

use super::Channels;
use crate::db::{Query, Result, Tx};
use crate::ids::AccountId;
use crate::notifications::NotificationKind;

/// The channels that an account has chosen for a kind.
#[derive(Debug, sqlx::FromRow)]
pub struct ChangedKind {
    /// A text: a newer version of the program can have stored a kind that this one does not know.
    pub kind: String,
    has_mail: bool,
    has_push: bool,
}

impl ChangedKind {
    pub fn channels(&self) -> Channels {
        Channels { mail: self.has_mail, push: self.has_push }
    }
}

/// Loads the kinds that an account has changed.
pub async fn changed(db: impl Query, account: AccountId) -> Result<Vec<ChangedKind>> {
    db.all("select kind, has_mail, has_push from notification_preferences where account_id = $1", &[&account]).await
}

pub async fn upsert(tx: &mut Tx, account: AccountId, kind: NotificationKind, channels: Channels) -> Result<u64> {
    tx.run(
        "insert into notification_preferences (account_id, kind, has_mail, has_push) values ($1, $2, $3, $4)
         on conflict (account_id, kind) do update set has_mail = excluded.has_mail, has_push = excluded.has_push",
        &[&account, &kind.as_str(), &channels.mail, &channels.push],
    )
    .await
}

pub async fn delete_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from notification_preferences where account_id = $1", &[&account]).await
}
