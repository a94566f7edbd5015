//! Saying that one types, and watching others do so.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::registry::TypingRegistry;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::following::rules::follow_conversation;
use crate::conversations::rules::{audience, conversation, may_send, not_found, unavailable};
use crate::conversations::{ConversationId, Room, View, store};
use crate::db::List;
use crate::error::{Error, Result};
use crate::limiter::RateLimit;
use crate::live::Signal;
use crate::profiles::relations::store as relations;

static SIGNALS: RateLimit = RateLimit::per_minutes("typing", 120, 1);

/// Nothing changes by itself when nobody types; this is only a bound for a wait.
const IDLE_CHECK: Duration = Duration::from_hours(1);

/// Who types, and when that is over if nobody says so again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypingUsers {
    pub typing: Vec<AccountId>,
    pub expires_at: Option<Timestamp>,
}

/// Says that the viewer is typing, for 6 seconds, or has stopped.
///
/// # Errors
/// Refused at `conversationId` with `NotFound`, or with `RecipientUnavailable` where nothing can be said; rate limited.
pub async fn set_typing(app: &App, viewer: Viewer, id: Option<ConversationId>, is_typing: bool) -> Result<()> {
    let id = id.ok_or_else(not_found)?;
    app.limiter.take(&SIGNALS, viewer.account.0, 1)?;
    let seen = conversation(app, View { viewer: viewer.account, conversation: id }).await?;
    let room = seen.ok_or_else(not_found)?.room;
    let other = store::others_in(&app.db, viewer.account, &[id]).await?.pop();
    let audience = audience(app, &app.db, viewer, room, other.map(|(_, other)| other)).await?;
    if !may_send(viewer, &audience) {
        return Err(Error::Refused(vec![unavailable("conversationId")]));
    }
    signal(app, viewer.account, room, is_typing);
    Ok(())
}

/// Whoever has sent what they typed is not typing any more.
pub fn stop(app: &App, person: AccountId, room: Room) {
    if app.state::<TypingRegistry>().is_typing(room.id, person) {
        signal(app, person, room, false);
    }
}

fn signal(app: &App, person: AccountId, room: Room, is_on: bool) {
    app.live.publish_signal(Signal { topic: room.feed(), subject: person.0, stamp: app.clock.new_id(), is_on });
}

/// Watches who types in a conversation besides the viewer: the whole state at once, and again whenever it changes. Ends
/// with an error for whoever leaves.
pub fn watch_typing(app: App, viewer: AccountId, room: Room) -> impl Stream<Item = Result<TypingUsers>> + Send {
    let ending = follow_conversation(app.clone(), viewer, room, None);
    let ending = ending.filter_map(|delivery| std::future::ready(delivery.err().map(Err)));
    let changes = app.state::<TypingRegistry>().changes(room.id);
    let watching = TypingWatcher { app, viewer, room, changes, last: None };
    let states = stream::unfold(watching, |mut watching| async move {
        let state = watching.next().await?;
        Some((state, watching))
    });
    stream::select(states, ending)
}

struct TypingWatcher {
    app: App,
    viewer: AccountId,
    room: Room,
    changes: watch::Receiver<u64>,
    /// What was told last.
    last: Option<TypingUsers>,
}

impl TypingWatcher {
    async fn next(&mut self) -> Option<Result<TypingUsers>> {
        loop {
            self.changes.borrow_and_update();
            let now = match self.seen().await {
                Ok(now) => now,
                Err(error) => return Some(Err(error)),
            };
            let until = now.iter().map(|(_, until)| *until).min();
            let state = TypingUsers {
                typing: now.into_iter().map(|(person, _)| person).collect(),
                expires_at: until
                    .map(|until| self.app.clock.now().plus(until.saturating_duration_since(Instant::now()))),
            };
            if self.last.as_ref().is_none_or(|last| last.differs(&state)) {
                self.last = Some(state.clone());
                return Some(Ok(state));
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = sleep_until(until.unwrap_or_else(|| Instant::now() + IDLE_CHECK)) => {}
            }
        }
    }

    /// Returns who types whom the viewer sees.
    async fn seen(&self) -> Result<Vec<(AccountId, Instant)>> {
        let mut typing = self.app.state::<TypingRegistry>().now(self.room.id);
        typing.retain(|(person, _)| *person != self.viewer);
        if !typing.is_empty() {
            let people = List::new(typing.iter().map(|(person, _)| person.0));
            let hidden = relations::hidden_among(&self.app.db, self.viewer, &people).await?;
            typing.retain(|(person, _)| !hidden.contains(&(person.0,)));
        }
        Ok(typing)
    }
}

impl TypingUsers {
    /// A second more or less is no news: the same instant is computed anew each time.
    fn differs(&self, other: &Self) -> bool {
        let is_near = match (self.expires_at, other.expires_at) {
            (Some(one), Some(other)) => one.since(other).max(other.since(one)) < Duration::from_secs(1),
            (one, other) => one == other,
        };
        self.typing != other.typing || !is_near
    }
}
