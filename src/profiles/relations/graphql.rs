//! Blocks in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{Blocked, Relation, rules, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, GlobalId, Nullable, Page, Payload, UserError};
use crate::profiles::graphql::{UserConnection, by_viewer};
use crate::profiles::{User, ViewerAndUser};

/// Loads what people are to the viewer.
pub struct RelationTo;

impl Loaded for RelationTo {
    type Key = ViewerAndUser;
    type Value = Relation;

    async fn load(app: &App, sights: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Relation>> {
        let (viewer, users) = by_viewer(sights);
        let relations = store::between(&app.db, viewer, &users, app.clock.now()).await?;
        Ok(relations.into_iter().map(|relation| (ViewerAndUser { viewer, user: relation.user_id }, relation)).collect())
    }
}

/// Loads a page of whom the viewer blocks, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn blocked_users(
    context: &Context<'_>,
    viewer: Viewer,
    page: Page<(Timestamp, AccountId)>,
) -> Result<UserConnection> {
    let db = &context.app().db;
    let blocked = store::blocked(db, viewer.account, &page).await?;
    let total = if page.wants_total { Some(store::count_blocked(db, viewer.account).await?) } else { None };
    let place = |blocked: &Blocked| (blocked.blocked_at, blocked.user.id);
    Ok(UserConnection::from_rows(&page, blocked, total, place, |blocked| blocked.user))
}

/// Whom to block.
#[derive(InputObject)]
struct BlockUserInput {
    /// The person.
    user_id: ID,
}

/// Whom to block no longer.
#[derive(InputObject)]
struct UnblockUserInput {
    /// The person.
    user_id: ID,
}

/// The answer to `blockUser`.
#[derive(Default, SimpleObject)]
struct BlockUserPayload {
    /// Who is blocked; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `unblockUser`.
#[derive(Default, SimpleObject)]
struct UnblockUserPayload {
    /// Who is blocked no longer; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(BlockUserPayload, UnblockUserPayload);

#[derive(Debug, Default)]
pub struct RelationMutation;

#[Object]
impl RelationMutation {
    /// Blocks somebody: from now on neither of the two finds, sees or reaches the other. They are not told.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn block_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: BlockUserInput,
    ) -> Nullable<BlockUserPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::block(context.app(), viewer, AccountId::from_global(&input.user_id)).await
        };
        Payload::answer(outcome.await, |user| BlockUserPayload { user: Some(user), ..BlockUserPayload::default() })
    }

    /// Ends a block. Whoever was not blocked is not blocked then.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn unblock_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: UnblockUserInput,
    ) -> Nullable<UnblockUserPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::unblock(context.app(), viewer, AccountId::from_global(&input.user_id)).await
        };
        Payload::answer(outcome.await, |user| UnblockUserPayload { user: Some(user), ..UnblockUserPayload::default() })
    }
}
