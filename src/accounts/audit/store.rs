//! Statements about the audit log.

use super::{AuditEvent, Origin};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Scan, Texts, Tx};

/// A row that is about to be inserted.
#[derive(Clone, Debug)]
pub(super) struct NewRow {
    pub event: AuditEvent,
    pub account: Option<AccountId>,
    pub actor: Option<AccountId>,
    pub origin: Origin,
    pub address: Option<String>,
    pub happened_at: Timestamp,
    pub count: i64,
}

/// An event as the operator sees it in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    pub id: i64,
    pub kind: AuditEvent,
    pub account_id: Option<AccountId>,
    pub actor_id: Option<AccountId>,
    pub origin: Origin,
    pub address: Option<String>,
    pub happened_at: Timestamp,
    pub count: i64,
    /// The name of the account; `None` without one.
    pub account_name: Option<String>,
    pub actor_name: Option<String>,
}

/// Which events to list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Events of this account, and what it did to others.
    pub user: Option<AccountId>,
    /// Empty for all.
    pub kinds: Vec<AuditEvent>,
    pub since: Option<Timestamp>,
}

pub(super) async fn insert(tx: &mut Tx, id: i64, row: &NewRow) -> Result<u64> {
    let NewRow { event, account, actor, origin, address, happened_at, count } = row;
    tx.run(
        "insert into audit_events (id, kind, account_id, actor_id, origin, address, happened_at, count)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&id, event, account, actor, origin, address, happened_at, count],
    )
    .await
}

/// Returns events before the position `before`, latest first. Kinds of a newer version of this program are not listed.
pub(super) async fn page(
    db: impl Query,
    filter: &AuditFilter,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    let kinds = if filter.kinds.is_empty() { AuditEvent::ALL } else { &filter.kinds[..] };
    let kinds = Texts::new(kinds.iter().map(|kind| kind.as_str()));
    let since = filter.since.unwrap_or(Timestamp(i64::MIN));
    let (before, before_id) = before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
    db.all(
        Scan(
            "select audit_events.id, kind, account_id, actor_id, origin, address, happened_at, count,
                    owner.username as account_name, actor.username as actor_name
             from audit_events
             left join users as owner on owner.id = account_id
             left join users as actor on actor.id = actor_id
             where ($1 is null or account_id = $1 or actor_id = $1) and kind in (select value from json_each($2))
               and happened_at >= $3 and (happened_at, audit_events.id) < ($4, $5)
             order by happened_at desc, audit_events.id desc limit $6",
        ),
        &[&filter.user, &kinds, &since, &before, &before_id, &limit],
    )
    .await
}

/// Returns whether more than `count` events are about an account, or more than `count` by it.
pub(super) async fn has_more(db: &Db, account: AccountId, count: i64) -> Result<bool> {
    let sql = "select exists (select 1 from audit_events where account_id = $1 limit 1 offset $2)
        or exists (select 1 from audit_events where actor_id = $1 limit 1 offset $2)";
    let (has_more,): (bool,) = db.one(Scan(sql), &[&account, &count]).await?;
    Ok(has_more)
}

/// Takes an account from events about it. What others did to it keeps their address.
pub(super) async fn forget_account(tx: &mut Tx, account: AccountId, limit: i64) -> Result<u64> {
    tx.run(
        "update audit_events
         set account_id = null, actor_id = nullif(actor_id, $1), address = case when actor_id <> $1 then address end
         where id in (select id from audit_events where account_id = $1 limit $2)",
        &[&account, &limit],
    )
    .await
}

/// Takes an account from events about others.
pub(super) async fn forget_actor(tx: &mut Tx, account: AccountId, limit: i64) -> Result<u64> {
    tx.run(
        "update audit_events set actor_id = null, address = null
         where id in (select id from audit_events where actor_id = $1 limit $2)",
        &[&account, &limit],
    )
    .await
}

pub(super) async fn delete_before(db: impl Query, before: Timestamp, limit: i64) -> Result<u64> {
    db.run(
        Scan(
            "delete from audit_events where id in
                 (select id from audit_events where happened_at < $1 order by happened_at, id limit $2)",
        ),
        &[&before, &limit],
    )
    .await
}
