//! SQL for settings.

use super::{Settings, SettingsChange};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};

pub async fn settings_of(db: impl Query, id: AccountId) -> Result<Option<Settings>> {
    db.opt(
        "select message_policy, email_visibility, address_visibility, student_number_visibility, shows_presence,
                sends_read_receipts, is_mentor_page_public, time_zone, digest_frequency, quiet_from, quiet_to
         from settings where user_id = $1",
        &[&id],
    )
    .await
}

pub async fn insert_default(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run("insert into settings (user_id) values ($1) on conflict do nothing", &[&id]).await
}

pub async fn update(tx: &mut Tx, id: AccountId, change: &SettingsChange) -> Result<u64> {
    let quiet_hours = change.quiet_hours.flatten();
    tx.run(
        "update settings set message_policy = coalesce($2, message_policy),
             email_visibility = coalesce($3, email_visibility),
             address_visibility = coalesce($4, address_visibility),
             student_number_visibility = coalesce($5, student_number_visibility),
             shows_presence = coalesce($6, shows_presence),
             sends_read_receipts = coalesce($7, sends_read_receipts),
             time_zone = coalesce($8, time_zone),
             digest_frequency = coalesce($9, digest_frequency),
             quiet_from = case when $10 then cast($11 as bigint) else quiet_from end,
             quiet_to = case when $10 then cast($12 as bigint) else quiet_to end,
             is_mentor_page_public = coalesce($13, is_mentor_page_public)
         where user_id = $1",
        &[
            &id,
            &change.message_policy,
            &change.email_visibility,
            &change.address_visibility,
            &change.student_number_visibility,
            &change.shows_presence,
            &change.sends_read_receipts,
            &change.time_zone,
            &change.digest_frequency,
            &change.quiet_hours.is_some(),
            &quiet_hours.map(|hours| i64::from(hours.from)),
            &quiet_hours.map(|hours| i64::from(hours.to)),
            &change.is_mentor_page_public,
        ],
    )
    .await
}

/// Makes the next digest of an account be planned anew: its hours have changed.
pub async fn replan_digest(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run("update digests set next_at = 0 where account_id = $1", &[&id]).await
}

/// Makes the pushes due at `now` that wait until after `$3`: those that quiet hours hold back.
pub async fn replan_pushes(tx: &mut Tx, id: AccountId, now: Timestamp, later_than: Timestamp) -> Result<u64> {
    tx.run("update pushes set due_at = $2 where account_id = $1 and due_at > $3", &[&id, &now, &later_than]).await
}

/// Makes the busy calendars due at `now` with their whole contents: all-day events lie in the zone of the settings.
pub async fn replan_busy_calendars(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("update busy_calendars set computed_at = null, due_at = $2 where account_id = $1", &[&id, &now]).await
}
