//! Statements about the mails to moderators.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Scan, Tx};
use crate::is_locked;

/// Returns the moderators and admins who can be mailed, and were not mailed after `$2`.
pub async fn due(db: impl Query, now: Timestamp, last: Timestamp) -> Result<Vec<(AccountId,)>> {
    let sql = Scan(concat!(
        "select accounts.id from accounts left join digests on digests.account_id = accounts.id
         where role in ('moderator', 'admin') and email_confirmed_at is not null and coalesce(queues_sent_at, 0) <= $2
           and not ",
        is_locked!("$1"),
        " order by accounts.id"
    ));
    db.all(sql, &[&now, &last]).await
}

/// Claims a moderator for a mail. 0 rows if another node was faster.
pub async fn claim(tx: &mut Tx, account: AccountId, now: Timestamp, last: Timestamp) -> Result<u64> {
    tx.run(
        "insert into digests (account_id, covered_until, sent_at, next_at, queues_sent_at) values ($1, 0, 0, 0, $2)
         on conflict (account_id) do update set queues_sent_at = excluded.queues_sent_at
             where digests.queues_sent_at <= $3",
        &[&account, &now, &last],
    )
    .await
}
