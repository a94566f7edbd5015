//! Statements about presence as people see it.

use super::Presence;
use crate::accounts::AccountId;
use crate::db::{List, Query, Result};

/// Somebody's presence.
#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    pub user_id: AccountId,
    #[sqlx(flatten)]
    pub presence: Presence,
}

/// The presence of those of these people of whom the viewer may know it.
pub async fn seen_by(db: impl Query, viewer: AccountId, users: &[AccountId]) -> Result<Vec<Row>> {
    let users = List::new(users.iter().map(|user| user.0));
    db.all(
        "select users.id as user_id, coalesce(node_count, 0) > 0 as is_online,
                case when node_count = 0 then last_seen_at end as last_seen_at
         from users
         left join presences on presences.user_id = users.id
         left join settings on settings.user_id = users.id
         where users.id in (select value from json_each($2))
           and (users.id = $1 or (
               coalesce(shows_presence, true)
               and not exists (select 1 from relations where relations.user_id = $1 and other_id = users.id
                               and is_hidden)
               and (exists (select 1 from lobby_users where lobby_users.user_id = users.id)
                    or not exists (select 1 from users as viewer where viewer.id = $1 and viewer.is_guest))))",
        &[&viewer, &users],
    )
    .await
}
