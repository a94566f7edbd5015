//! Sending typing signals, and watching those of other members.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::registry::{TypingRegistry, stop_topic};
use crate::accounts::{AccountId, SessionId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::following::rules::membership_ends;
use crate::conversations::rules::{audience, can_send, conversation, conversation_not_found, recipient_unavailable};
use crate::conversations::{ConversationId, Room, ViewerAndConversation, store};
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::limiter::RateLimit;
use crate::live::{Feed, SharedLookup, Signal};

pub static SIGNAL_LIMIT: RateLimit = RateLimit::per_minutes("typing", 120, 1);

/// While no one is typing the state changes with signals only; this merely bounds the wait.
const IDLE_CHECK: Duration = Duration::from_hours(1);

/// While someone is typing, rights are checked this often. With the second that a lookup is shared, a block takes effect
/// within 2 seconds.
const RIGHTS_CHECK: Duration = Duration::from_millis(500);

/// The client retries after this delay when the node watches too many conversations.
const FULL_RETRY_AFTER: Duration = Duration::from_secs(10);

/// The users who are typing, and when this state ends if no other signal follows.
#[derive(Clone, Debug)]
pub struct TypingUsers {
    pub users: Vec<AccountId>,
    pub expires_at: Option<Timestamp>,
}

/// Signals that the viewer is typing, which lasts for 6 seconds, or has stopped.
///
/// # Errors
/// `NotFound` at `conversationId`, or `RecipientUnavailable` if the viewer cannot send messages there; rate limited.
pub async fn set_typing(app: &App, viewer: Viewer, id: Option<ConversationId>, is_typing: bool) -> Result<()> {
    let id = id.ok_or_else(conversation_not_found)?;
    app.limiter.take(&SIGNAL_LIMIT, viewer.account.0, 1).await?;
    let conversation = conversation(app, ViewerAndConversation { viewer: viewer.account, conversation: id }).await?;
    let conversation = conversation.ok_or_else(conversation_not_found)?.room();
    let other = store::other_members(&app.db, viewer.account, &[id]).await?.pop();
    let audience = audience(app, &app.db, viewer, conversation, other.map(|(_, other)| other)).await?;
    if !can_send(viewer, &audience) {
        return Err(Error::Refused(vec![recipient_unavailable("conversationId")]));
    }
    send_signal(app, viewer.account, conversation, is_typing);
    Ok(())
}

/// Signals that a user who has sent a message has stopped typing.
pub fn stop_typing(app: &App, user: AccountId, conversation: Room) {
    if app.state::<TypingRegistry>().is_typing(conversation.id, user) {
        send_signal(app, user, conversation, false);
    }
}

/// Signals after the commit that a user has stopped typing in the conversation of this feed.
pub fn stop_after_commit(app: &App, effects: &mut Effects, user: AccountId, topic: Feed) {
    effects.signal(Signal { topic, subject: user.0, stamp: app.clock.new_id(), is_on: false });
}

/// Signals after the commit that the users of ended sessions have stopped typing everywhere. On another device a user
/// continues with the next signal.
pub fn on_sessions_ended(app: &App, effects: &mut Effects, ended: &[(AccountId, SessionId)]) {
    let users: BTreeSet<AccountId> = ended.iter().map(|(account, _)| *account).collect();
    for user in users {
        stop_after_commit(app, effects, user, stop_topic(user));
    }
}

fn send_signal(app: &App, user: AccountId, conversation: Room, is_on: bool) {
    app.live.publish_signal(Signal { topic: conversation.feed(), subject: user.0, stamp: app.clock.new_id(), is_on });
}

/// Watches who is typing in a conversation, without the viewer. Yields the whole state at the start and after every
/// change; ends with an error when the viewer leaves the conversation.
///
/// # Errors
/// Unavailable if this node watches too many conversations.
pub fn watch_typing(
    app: App,
    viewer: AccountId,
    conversation: Room,
) -> Result<impl Stream<Item = Result<TypingUsers>> + Send> {
    let changes = app.state::<TypingRegistry>().changes(conversation.id);
    let changes = changes.ok_or(Error::Unavailable(FULL_RETRY_AFTER))?;
    let errors = membership_ends(&app, viewer, conversation).map(Err);
    let watcher = TypingWatcher { app, viewer, conversation, changes, last: None };
    let states = stream::unfold(watcher, |mut watcher| async move {
        let state = watcher.next().await?;
        Some((state, watcher))
    });
    Ok(stream::select(states, errors))
}

struct TypingWatcher {
    app: App,
    viewer: AccountId,
    conversation: Room,
    changes: watch::Receiver<u64>,
    /// The users who were yielded last, and the end of their state.
    last: Option<(Vec<AccountId>, Option<Instant>)>,
}

impl TypingWatcher {
    async fn next(&mut self) -> Option<Result<TypingUsers>> {
        loop {
            let change = *self.changes.borrow_and_update();
            let mut typing = self.app.state::<TypingRegistry>().typing_users(self.conversation.id);
            typing.retain(|(user, _)| *user != self.viewer);
            let next_check = if typing.is_empty() { IDLE_CHECK } else { RIGHTS_CHECK };
            if !typing.is_empty() {
                match typing_rights(&self.app, self.conversation, change).await {
                    Ok(rights) => typing.retain(|(user, _)| rights.is_visible(*user, self.viewer)),
                    Err(error) => return Some(Err(error)),
                }
            }
            let until = typing.iter().map(|(_, until)| *until).min();
            let users: Vec<AccountId> = typing.into_iter().map(|(user, _)| user).collect();
            if self.last.as_ref().is_none_or(|(last, ends_at)| *last != users || !is_close(*ends_at, until)) {
                let now = self.app.clock.now();
                let expires_at = until.map(|until| now.plus(until.saturating_duration_since(Instant::now())));
                self.last = Some((users.clone(), until));
                return Some(Ok(TypingUsers { users, expires_at }));
            }
            let next_check = Instant::now() + next_check;
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = sleep_until(until.map_or(next_check, |until| until.min(next_check))) => {}
            }
        }
    }
}

/// Who can type in a conversation, and which of its members are hidden from each other.
#[derive(Debug)]
struct TypingRights {
    /// The members whose account is not locked, in order.
    members: Vec<AccountId>,
    /// The pairs of members that a block separates, in order.
    hidden: Vec<(AccountId, AccountId)>,
}

impl TypingRights {
    fn is_visible(&self, user: AccountId, viewer: AccountId) -> bool {
        self.members.binary_search(&user).is_ok() && self.hidden.binary_search(&(user, viewer)).is_err()
    }
}

/// Returns the rights in a conversation, loaded once for all who watch it on this node: for each change of who is typing,
/// and again every second.
async fn typing_rights(app: &App, conversation: Room, change: u64) -> Result<Arc<TypingRights>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let members = store::unlocked_members(&app.db, conversation.id, app.clock.now()).await?;
            let hidden = store::hidden_pairs(&app.db, conversation.id).await?;
            Ok(TypingRights { members: members.into_iter().map(|(member,)| member).collect(), hidden })
        }
    };
    let change = i64::try_from(change).unwrap_or(i64::MAX);
    app.state::<SharedLookup<ConversationId, TypingRights>>().get(conversation.id, change, lookup).await
}

/// Returns true if two states end at nearly the same time. A difference of less than a second is no event.
fn is_close(one: Option<Instant>, other: Option<Instant>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.max(other).duration_since(one.min(other)) < Duration::from_secs(1),
        (one, other) => one == other,
    }
}
