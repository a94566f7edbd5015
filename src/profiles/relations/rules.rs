//! Blocking users, and who may send messages to a user.

use super::acquaintance::are_acquainted;
use super::{Relation, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Result};
use crate::profiles::settings::MessagePolicy;
use crate::profiles::{User, ViewerAndUser, store as users};
use crate::sentences::{Value, say};

/// How many users one account can block.
const MAX_BLOCKED_USERS: i64 = 10_000;

/// Returns whether the viewer may send messages to a user.
///
/// Booking partners always may, others if the user's policy allows it. A block and a lock override both. Guests have no
/// conversations, and a user has none with themselves.
pub fn can_message(viewer: Viewer, relation: &Relation) -> bool {
    let is_possible = !viewer.is_guest() && !relation.is_guest && relation.user_id != viewer.account;
    let is_allowed = relation.is_partner || relation.message_policy == MessagePolicy::Everyone;
    is_possible && is_allowed && !relation.is_hidden && !relation.is_locked
}

/// Blocks a user: from now on neither of the two sees the other. Idempotent. Returns the user without the profile,
/// whether or not the user blocks the viewer too.
///
/// # Errors
/// Rejected at `userId` with `NotFound` if the user does not exist, or blocks the viewer and is not acquainted with the
/// viewer, with `Invalid` for the viewer's own id, and with `QuotaExceeded` beyond 10,000 blocks.
pub async fn block(app: &App, viewer: Viewer, user: Option<AccountId>) -> Result<User> {
    let pair = pair_of(viewer, user)?;
    let are_acquainted = are_acquainted(app, pair.viewer, pair.user).await?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    lock_both(&mut tx, pair).await?;
    let (user, has_blocked) = find_target(&mut tx, pair, are_acquainted).await?;
    if has_blocked {
        return Ok(user);
    }
    if store::count_blocked_users(&mut tx, viewer.account).await? >= MAX_BLOCKED_USERS {
        let message = say::TooManyBlocks { max: Value::number(MAX_BLOCKED_USERS) };
        return Err(Problem::member("userId", Code::QuotaExceeded, message).with_limit(MAX_BLOCKED_USERS).into());
    }
    set_blocked(app, tx, pair, Some(now)).await?;
    Ok(user)
}

/// Removes a block. Idempotent.
///
/// # Errors
/// Rejected at `userId` with `NotFound` and `Invalid` like [`block`].
pub async fn unblock(app: &App, viewer: Viewer, user: Option<AccountId>) -> Result<User> {
    let pair = pair_of(viewer, user)?;
    let are_acquainted = are_acquainted(app, pair.viewer, pair.user).await?;
    let mut tx = app.db.write().await?;
    lock_both(&mut tx, pair).await?;
    let (user, has_blocked) = find_target(&mut tx, pair, are_acquainted).await?;
    if has_blocked {
        set_blocked(app, tx, pair, None).await?;
    }
    Ok(user)
}

async fn set_blocked(app: &App, mut tx: Tx, pair: ViewerAndUser, blocked_at: Option<Timestamp>) -> Result<()> {
    let mut effects = Effects::default();
    let was_hidden = store::is_hidden(&mut tx, pair).await?;
    store::set_blocked(&mut tx, pair, blocked_at).await?;
    let is_hidden = store::is_hidden(&mut tx, pair).await?;
    if blocked_at.is_none() {
        store::delete_empty(&mut tx, pair).await?;
    }
    if is_hidden != was_hidden {
        let event = DomainEvent::BlockChanged { one: pair.viewer, other: pair.user, is_hidden };
        app.raise(&mut tx, &mut effects, event).await?;
    }
    app.commit(tx, effects).await
}

fn pair_of(viewer: Viewer, user: Option<AccountId>) -> Result<ViewerAndUser> {
    let user = user.ok_or_else(not_found)?;
    if user == viewer.account {
        return Err(Error::member("userId", Code::Invalid, say::OwnAccount));
    }
    Ok(ViewerAndUser { viewer: viewer.account, user })
}

/// Locks both accounts in the order of their ids, so that users who block each other at the same time do not deadlock.
/// Neither account can be deleted before the transaction ends.
async fn lock_both(tx: &mut Tx, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<()> {
    for id in [viewer.min(user), viewer.max(user)] {
        if !accounts::lock(tx, id).await? {
            return Err(if id == viewer { Error::Unauthenticated } else { not_found() });
        }
    }
    Ok(())
}

/// Returns the user without the profile, and whether the viewer already blocks them. A user who is hidden for any other
/// reason is found only if they are acquainted.
async fn find_target(tx: &mut Tx, pair: ViewerAndUser, are_acquainted: bool) -> Result<(User, bool)> {
    let has_blocked = store::has_blocked(&mut *tx, pair).await?;
    let user = if has_blocked || are_acquainted {
        users::by_id_unfiltered(tx, pair.user).await?
    } else {
        users::by_id(tx, pair).await?
    };
    Ok((user.ok_or_else(not_found)?.withheld(), has_blocked))
}

fn not_found() -> Error {
    Error::member("userId", Code::NotFound, say::NoSuchUser)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Role, SessionId};

    #[test]
    fn a_block_overrides_a_booking_and_a_booking_overrides_a_policy() {
        let viewer = |role| Viewer {
            account: AccountId(1),
            session: SessionId(2),
            role,
            authenticated_at: Timestamp(0),
            locale: None,
        };
        for (message_policy, is_partner, is_hidden, expected) in [
            (MessagePolicy::Everyone, false, false, true),
            (MessagePolicy::BookingPartners, false, false, false),
            (MessagePolicy::BookingPartners, true, false, true),
            (MessagePolicy::Nobody, false, false, false),
            (MessagePolicy::Nobody, true, false, true),
            (MessagePolicy::Everyone, true, true, false),
        ] {
            let relation = Relation {
                user_id: AccountId(3),
                is_guest: false,
                message_policy,
                has_blocked: false,
                is_hidden,
                is_partner,
                is_locked: false,
            };
            assert_eq!(can_message(viewer(Role::Member), &relation), expected, "{relation:?}");
            assert!(!can_message(viewer(Role::Guest), &relation));
            assert!(!can_message(viewer(Role::Member), &Relation { is_locked: true, ..relation.clone() }));
            assert!(!can_message(viewer(Role::Member), &Relation { is_guest: true, ..relation.clone() }));
            assert!(!can_message(viewer(Role::Member), &Relation { user_id: AccountId(1), ..relation }));
        }
    }
}
