//! GraphQL for roles and locks.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules::{self, can_act_on};
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::user_for_moderators;

/// Loads accounts.
struct AccountOf;

impl Loaded for AccountOf {
    type Key = AccountId;
    type Value = Account;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, Account>> {
        let found = accounts::by_ids(&app.db, ids).await?;
        Ok(found.into_iter().map(|account| (account.id, account)).collect())
    }
}

/// An account as moderators see it.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserModeration {
    /// Whether the account is locked: it has no session, and cannot sign in.
    is_locked: bool,
    /// When the lock ends; null if the account is not locked, and if the lock has no end.
    lock_ends_at: Option<DateTime>,
    /// The reason of the lock; null if the account is not locked, and if the operator locked it from the command line.
    lock_reason: Option<String>,
    /// The role.
    role: Role,
    /// Whether the viewer can lock and unlock the account.
    viewer_can_lock: bool,
    /// Whether the viewer can change the role.
    viewer_can_set_role: bool,
}

/// Loads what a moderator sees of an account.
pub async fn moderation_of(context: &Context<'_>, viewer: Viewer, id: AccountId) -> Result<Option<UserModeration>> {
    let account = context.load::<AccountOf>(id).await?;
    Ok(account.map(|account| {
        let lock = account.lock.active(context.app().clock.now());
        let can_act = can_act_on(viewer, &account);
        UserModeration {
            is_locked: lock.is_some(),
            lock_ends_at: lock.and_then(|lock| lock.ends_at).map(DateTime::from),
            lock_reason: account.lock_reason.filter(|_| lock.is_some()),
            role: account.role,
            viewer_can_lock: can_act,
            viewer_can_set_role: can_act && viewer.role == Role::Admin,
        }
    }))
}

/// The member to lock.
#[derive(InputObject)]
struct LockMemberInput {
    /// When the lock ends, in the future. Without it the lock has no end.
    ends_at: Option<DateTime>,
    /// The reason, which the member receives by email: 1 to 1,000 characters after trimming, line breaks allowed.
    reason: String,
    /// The member.
    user_id: ID,
}

/// The member to unlock.
#[derive(InputObject)]
struct UnlockMemberInput {
    /// A note for moderators: 1 to 1,000 characters after trimming, line breaks allowed.
    note: Option<String>,
    /// The member.
    user_id: ID,
}

/// The new role of a member.
#[derive(InputObject)]
struct SetRoleInput {
    /// The viewer's current password; required if the login was more than 10 minutes ago.
    password: Option<SecretString>,
    /// `MEMBER`, `MODERATOR` or `ADMIN`.
    role: Role,
    /// The member.
    user_id: ID,
}

/// The result of `lockMember`.
#[derive(Default, SimpleObject)]
struct LockMemberPayload {
    /// The member as they are now; null when there are user errors.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `unlockMember`.
#[derive(Default, SimpleObject)]
struct UnlockMemberPayload {
    /// The member as they are now; null when there are user errors.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `setRole`.
#[derive(Default, SimpleObject)]
struct SetRolePayload {
    /// The member as they are now; null when there are user errors.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(LockMemberPayload, UnlockMemberPayload, SetRolePayload);

#[derive(Debug, Default)]
pub struct StaffMutation;

#[Object]
impl StaffMutation {
    /// Locks a member: every session ends, and signing in is refused. A lock without an end also cancels the upcoming
    /// bookings of the member. Locking again replaces reason and end. Moderators can lock members, admins also moderators
    /// and admins. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn lock_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The member, the reason and the end.")] input: LockMemberInput,
    ) -> Nullable<LockMemberPayload> {
        let user = AccountId::from_global(&input.user_id);
        let outcome = async {
            let ends_at = input.ends_at.map(|at| at.0);
            let (viewer, client) = (context.moderator()?, context.caller().client());
            let locked = rules::lock_member(context.app(), &client, viewer, user, &input.reason, ends_at).await?;
            user_for_moderators(context, Some(locked)).await
        };
        Payload::answer(outcome.await, |user| LockMemberPayload { user, ..LockMemberPayload::default() })
    }

    /// Unlocks a member. A member who is not locked stays as they are. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`,
    /// `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Moderator))]
    async fn unlock_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The member.")] input: UnlockMemberInput,
    ) -> Nullable<UnlockMemberPayload> {
        let user = AccountId::from_global(&input.user_id);
        let outcome = async {
            let (viewer, client) = (context.moderator()?, context.caller().client());
            let unlocked = rules::unlock_member(context.app(), &client, viewer, user, input.note.as_deref()).await?;
            user_for_moderators(context, Some(unlocked)).await
        };
        Payload::answer(outcome.await, |user| UnlockMemberPayload { user, ..UnlockMemberPayload::default() })
    }

    /// Changes the role of a member, at once and on all nodes. `WRONG_STATE` for the last admin, `FORBIDDEN` for the viewer
    /// if there are others. Checks a credential: not available over a WebSocket. Codes: `CREDENTIALS_WRONG`, `FORBIDDEN`,
    /// `INVALID`, `NOT_FOUND`, `REAUTHENTICATION_REQUIRED`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Admin))]
    async fn set_role(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The member and the role.")] input: SetRoleInput,
    ) -> Nullable<SetRolePayload> {
        let user = AccountId::from_global(&input.user_id);
        let outcome = async {
            let (viewer, client) = (context.admin()?, context.caller().client());
            let password = input.password.as_ref();
            let changed = rules::set_member_role(context.app(), &client, viewer, user, input.role, password).await?;
            user_for_moderators(context, Some(changed)).await
        };
        Payload::answer(outcome.await, |user| SetRolePayload { user, ..SetRolePayload::default() })
    }
}
