//! SQL for presence and its visibility.

use super::Presence;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result};
use crate::is_locked;

/// The presence of one user.
#[derive(Debug, sqlx::FromRow)]
pub struct PresenceRow {
    pub user_id: AccountId,
    #[sqlx(flatten)]
    pub presence: Presence,
}

/// Returns the presence of those of `users` whose presence the viewer may see.
pub async fn visible_to(
    db: impl Query,
    viewer: AccountId,
    users: &[AccountId],
    now: Timestamp,
) -> Result<Vec<PresenceRow>> {
    let users = List::new(users.iter().map(|user| user.0));
    let sql = concat!(
        "select users.id as user_id, coalesce(node_count, 0) > 0 as is_online,
                case when node_count = 0 then last_seen_at end as last_seen_at
         from json_each($2) as wanted cross join users
         left join presences on presences.user_id = users.id
         left join settings on settings.user_id = users.id
         where users.id = wanted.value
           and (users.id = $1 or (
               coalesce(shows_presence, true)
               and not exists (select 1 from accounts where accounts.id = users.id and ",
        is_locked!("$3"),
        ")
               and not exists (select 1 from relations where relations.user_id = $1 and other_id = users.id
                               and is_hidden)
               and (exists (select 1 from lobby_users where lobby_users.user_id = users.id)
                    or not exists (select 1 from users as viewer where viewer.id = $1 and viewer.is_guest))))"
    );
    db.all(sql, &[&viewer, &users, &now]).await
}

/// The presence of a user, and what decides who may see it.
#[derive(Debug, sqlx::FromRow)]
pub struct PresenceState {
    #[sqlx(flatten)]
    pub presence: Presence,
    pub is_shown: bool,
    pub is_in_lobby: bool,
}

pub async fn presence_state(db: impl Query, user: AccountId, now: Timestamp) -> Result<Option<PresenceState>> {
    let sql = concat!(
        "select coalesce(node_count, 0) > 0 as is_online, case when node_count = 0 then last_seen_at end as last_seen_at,
                coalesce(shows_presence, true) and not exists (
                    select 1 from accounts where accounts.id = users.id and ",
        is_locked!("$2"),
        ") as is_shown,
                exists (select 1 from lobby_users where lobby_users.user_id = users.id) as is_in_lobby
         from users
         left join presences on presences.user_id = users.id
         left join settings on settings.user_id = users.id
         where users.id = $1"
    );
    db.opt(sql, &[&user, &now]).await
}
