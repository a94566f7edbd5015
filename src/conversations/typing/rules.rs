//! Sending typing signals, and watching those of other members.

use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::registry::TypingRegistry;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::following::rules::membership_ends;
use crate::conversations::rules::{audience, can_send, conversation, conversation_not_found, recipient_unavailable};
use crate::conversations::{ConversationId, Room, ViewerAndConversation, store};
use crate::error::{Error, Result};
use crate::limiter::RateLimit;
use crate::live::{SharedLookup, Signal};
use crate::profiles::relations::store as relations;

pub static SIGNAL_LIMIT: RateLimit = RateLimit::per_minutes("typing", 120, 1);

/// While no one is typing the state changes with signals only; this merely bounds the wait.
const IDLE_CHECK: Duration = Duration::from_hours(1);

/// The users who are typing, and when this state ends if no other signal follows.
#[derive(Clone, Debug, PartialEq, Eq)]
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

fn send_signal(app: &App, user: AccountId, conversation: Room, is_on: bool) {
    app.live.publish_signal(Signal { topic: conversation.feed(), subject: user.0, stamp: app.clock.new_id(), is_on });
}

/// Watches who is typing in a conversation, without the viewer. Yields the whole state at the start and after every
/// change; ends with an error when the viewer leaves the conversation.
pub fn watch_typing(app: App, viewer: AccountId, conversation: Room) -> impl Stream<Item = Result<TypingUsers>> + Send {
    let errors = membership_ends(&app, viewer, conversation).map(Err);
    let changes = app.state::<TypingRegistry>().changes(conversation.id);
    let watcher = TypingWatcher { app, viewer, conversation, changes, last: None };
    let states = stream::unfold(watcher, |mut watcher| async move {
        let state = watcher.next().await?;
        Some((state, watcher))
    });
    stream::select(states, errors)
}

/// The users who must not see that a user is typing, in order.
type Hidden = SharedLookup<AccountId, Vec<AccountId>>;

/// Returns whether the viewer can see that a user is typing. Looked up once a second for all followers on this node.
async fn can_see_typing(app: &App, viewer: AccountId, user: AccountId) -> Result<bool> {
    let lookup = || {
        let app = app.clone();
        async move { Ok(relations::hidden_from(&app.db, user).await?.into_iter().map(|(other,)| other).collect()) }
    };
    Ok(app.state::<Hidden>().get(user, 0, lookup).await?.binary_search(&viewer).is_err())
}

struct TypingWatcher {
    app: App,
    viewer: AccountId,
    conversation: Room,
    changes: watch::Receiver<u64>,
    /// The state that was yielded last.
    last: Option<TypingUsers>,
}

impl TypingWatcher {
    async fn next(&mut self) -> Option<Result<TypingUsers>> {
        loop {
            self.changes.borrow_and_update();
            let typing = match self.visible_typing_users().await {
                Ok(typing) => typing,
                Err(error) => return Some(Err(error)),
            };
            let until = typing.iter().map(|(_, until)| *until).min();
            let state = TypingUsers {
                users: typing.into_iter().map(|(user, _)| user).collect(),
                expires_at: until
                    .map(|until| self.app.clock.now().plus(until.saturating_duration_since(Instant::now()))),
            };
            if self.last.as_ref().is_none_or(|last| last.differs_from(&state)) {
                self.last = Some(state.clone());
                return Some(Ok(state));
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = sleep_until(until.unwrap_or_else(|| Instant::now() + IDLE_CHECK)) => {}
            }
        }
    }

    /// Returns the typing users that the viewer can see, without the viewer.
    async fn visible_typing_users(&self) -> Result<Vec<(AccountId, Instant)>> {
        let mut typing = self.app.state::<TypingRegistry>().typing_users(self.conversation.id);
        typing.retain(|(user, _)| *user != self.viewer);
        let visible = typing.iter().map(|(user, _)| can_see_typing(&self.app, self.viewer, *user));
        let visible = try_join_all(visible).await?;
        Ok(typing.into_iter().zip(visible).filter_map(|(typing, is_visible)| is_visible.then_some(typing)).collect())
    }
}

impl TypingUsers {
    /// Ignores a difference of less than a second in `expires_at`, which is recomputed from the clock every time.
    fn differs_from(&self, other: &Self) -> bool {
        let is_close = match (self.expires_at, other.expires_at) {
            (Some(one), Some(other)) => one.since(other).max(other.since(one)) < Duration::from_secs(1),
            (one, other) => one == other,
        };
        self.users != other.users || !is_close
    }
}
