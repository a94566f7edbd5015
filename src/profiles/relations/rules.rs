//! Who blocks whom, and who may write to whom.

use super::{Relation, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Result};
use crate::profiles::presence::rules::look_again_at_each_other;
use crate::profiles::settings::MessagePolicy;
use crate::profiles::{User, ViewerAndUser, store as people};

/// So many people somebody blocks at most.
const MOST_BLOCKED: i64 = 10_000;

/// Tells whether the viewer may write to somebody: as their policy says, booking partners in any case, and nobody across
/// a block. Guests have no conversations, and nobody has one with themselves.
pub fn may_message(viewer: Viewer, relation: &Relation) -> bool {
    let is_possible = !viewer.is_guest() && !relation.is_guest && relation.user_id != viewer.account;
    let is_welcome = relation.is_partner || relation.message_policy == MessagePolicy::Everyone;
    is_possible && is_welcome && !relation.is_hidden
}

/// Blocks somebody: from now on neither sees the other. Once more is as good as once.
///
/// # Errors
/// Refused at `userId` with `NotFound`, alike for whoever is not there and whoever blocks the viewer; with `Invalid` for
/// the viewer themselves; with `QuotaExceeded` for one too many.
pub async fn block(app: &App, viewer: Viewer, user: Option<AccountId>) -> Result<User> {
    let sight = viewer_and_user(viewer, user)?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    lock(&mut tx, sight).await?;
    let (user, has_blocked) = known(&mut tx, sight).await?;
    if has_blocked {
        return Ok(user);
    }
    if store::count_blocked(&mut tx, viewer.account).await? >= MOST_BLOCKED {
        let message = format!("You block {MOST_BLOCKED} people, which is the most.");
        return Err(Error::member("userId", Code::QuotaExceeded, message));
    }
    set_blocked(app, tx, sight, Some(now)).await?;
    Ok(user)
}

/// Ends a block. Whoever was not blocked is not blocked then.
///
/// # Errors
/// Refused at `userId`, as in [`block`].
pub async fn unblock(app: &App, viewer: Viewer, user: Option<AccountId>) -> Result<User> {
    let sight = viewer_and_user(viewer, user)?;
    let mut tx = app.db.write().await?;
    lock(&mut tx, sight).await?;
    let (user, has_blocked) = known(&mut tx, sight).await?;
    if has_blocked {
        set_blocked(app, tx, sight, None).await?;
    }
    Ok(user)
}

async fn set_blocked(app: &App, mut tx: Tx, sight: ViewerAndUser, blocked_at: Option<Timestamp>) -> Result<()> {
    let mut effects = Effects::default();
    store::set_blocked(&mut tx, sight, blocked_at).await?;
    if blocked_at.is_none() {
        store::delete_empty(&mut tx, sight).await?;
    }
    app.raise(&mut tx, &mut effects, DomainEvent::BlockChanged(sight.viewer, sight.user)).await?;
    look_again_at_each_other(&mut tx, &mut effects, sight, app.clock.now()).await?;
    app.commit(tx, effects).await
}

fn viewer_and_user(viewer: Viewer, user: Option<AccountId>) -> Result<ViewerAndUser> {
    let user = user.ok_or_else(not_found)?;
    if user == viewer.account {
        return Err(Error::member("userId", Code::Invalid, "That is you."));
    }
    Ok(ViewerAndUser { viewer: viewer.account, user })
}

/// Keeps both where they are, always the same one first: two who block each other at once wait for each other here, and
/// nobody leaves meanwhile.
async fn lock(tx: &mut Tx, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<()> {
    for id in [viewer.min(user), viewer.max(user)] {
        if accounts::lock(tx, id).await? == 0 {
            return Err(if id == viewer { Error::Unauthenticated } else { not_found() });
        }
    }
    Ok(())
}

/// Returns somebody whom the viewer sees, or does not see because of their own block, and whether it is that.
async fn known(tx: &mut Tx, sight: ViewerAndUser) -> Result<(User, bool)> {
    let has_blocked = store::has_blocked(&mut *tx, sight).await?;
    let user = if has_blocked { people::by_id_unseen(tx, sight.user).await? } else { people::by_id(tx, sight).await? };
    Ok((user.ok_or_else(not_found)?, has_blocked))
}

fn not_found() -> Error {
    Error::member("userId", Code::NotFound, "There is no such person.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Role, SessionId};

    #[test]
    fn a_block_beats_a_booking_and_a_booking_beats_a_policy() {
        let viewer =
            |role| Viewer { account: AccountId(1), session: SessionId(2), role, authenticated_at: Timestamp(0) };
        for (message_policy, is_partner, is_hidden, may) in [
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
            };
            assert_eq!(may_message(viewer(Role::Member), &relation), may, "{relation:?}");
            assert!(!may_message(viewer(Role::Guest), &relation));
            assert!(!may_message(viewer(Role::Member), &Relation { is_guest: true, ..relation.clone() }));
            assert!(!may_message(viewer(Role::Member), &Relation { user_id: AccountId(1), ..relation }));
        }
    }
}
