//! Statements about addresses.

use crate::accounts::AccountId;
use crate::accounts::names::Email;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};

/// Sets a confirmed address; 0 rows when another account has it.
pub async fn set_email(tx: &mut Tx, id: AccountId, email: &Email, now: Timestamp) -> Result<u64> {
    tx.run(
        "update accounts set email = $2, email_fold = $3, email_confirmed_at = $4
         where id = $1 and not exists (select 1 from accounts where email_fold = $3 and id <> $1)",
        &[&id, &email.text, &email.fold, &now],
    )
    .await
}
