//! GraphQL for blocks.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{BlockedUser, Relation, rules, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, GlobalId, Nullable, Page, Payload, UserError};
use crate::profiles::graphql::{UserConnection, split_keys};
use crate::profiles::{User, ViewerAndUser};

/// Loads how users are related to the viewer.
pub struct RelationTo;

impl Loaded for RelationTo {
    type Key = ViewerAndUser;
    type Value = Relation;

    async fn load(app: &App, keys: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Relation>> {
        let (viewer, users) = split_keys(keys);
        let relations = store::between(&app.db, viewer, &users, app.clock.now()).await?;
        Ok(relations.into_iter().map(|relation| (ViewerAndUser { viewer, user: relation.user_id }, relation)).collect())
    }
}

/// Loads a page of the users that the viewer blocks, latest block first.
pub async fn blocked_users(
    context: &Context<'_>,
    viewer: Viewer,
    page: Page<(Timestamp, AccountId)>,
) -> Result<UserConnection> {
    let db = &context.app().db;
    let blocked = store::blocked_users(db, viewer.account, &page).await?;
    let total = if page.wants_total { Some(store::count_blocked_users(db, viewer.account).await?) } else { None };
    let key = |blocked: &BlockedUser| (blocked.blocked_at, blocked.user.id);
    Ok(UserConnection::from_rows(&page, blocked, total, key, |blocked| blocked.user.withheld()))
}

/// The input of `blockUser`.
#[derive(InputObject)]
struct BlockUserInput {
    /// The id of the user.
    user_id: ID,
}

/// The input of `unblockUser`.
#[derive(InputObject)]
struct UnblockUserInput {
    /// The id of the user.
    user_id: ID,
}

/// The payload of `blockUser`.
#[derive(Default, SimpleObject)]
struct BlockUserPayload {
    /// The blocked user. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `unblockUser`.
#[derive(Default, SimpleObject)]
struct UnblockUserPayload {
    /// The unblocked user. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(BlockUserPayload, UnblockUserPayload);

#[derive(Debug, Default)]
pub struct RelationMutation;

#[Object]
impl RelationMutation {
    /// Blocks a user: neither of the two can find, see or contact the other. The blocked user is not notified. Succeeds
    /// if the viewer already blocks the user. A viewer can block at most 10,000 users. Codes: `INVALID`, `NOT_FOUND`,
    /// `QUOTA_EXCEEDED`.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn block_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The user.")] input: BlockUserInput,
    ) -> Nullable<BlockUserPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::block(context.app(), viewer, AccountId::from_global(&input.user_id)).await
        };
        Payload::answer(outcome.await, |user| BlockUserPayload { user: Some(user), ..BlockUserPayload::default() })
    }

    /// Removes a block. Succeeds if the viewer does not block the user. Codes: `INVALID`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn unblock_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The user.")] input: UnblockUserInput,
    ) -> Nullable<UnblockUserPayload> {
        let outcome = async {
            let viewer = context.signed_in()?;
            rules::unblock(context.app(), viewer, AccountId::from_global(&input.user_id)).await
        };
        Payload::answer(outcome.await, |user| UnblockUserPayload { user: Some(user), ..UnblockUserPayload::default() })
    }
}
