//! Muting conversations.

use super::{NO_END, store};
use crate::accounts::Viewer;
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::ConversationId;
use crate::conversations::rules::{conversation_not_found, unknown_conversation};
use crate::error::{Code, Problem, Problems, Result};
use crate::sentences::say;

/// Mutes a conversation for the viewer, until an instant or without an end.
///
/// # Errors
/// `NotFound` at `conversationId`; `Invalid` at `endsAt` if it is not in the future.
pub async fn mute_conversation(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    ends_at: Option<Timestamp>,
) -> Result<ConversationId> {
    let mut problems = Problems::default();
    if ends_at.is_some_and(|end| end <= app.clock.now()) {
        problems.extend([Problem::member("endsAt", Code::Invalid, say::InstantNotInFuture)]);
    }
    set_muted_until(app, viewer, id, Some(ends_at.unwrap_or(NO_END)), problems).await
}

/// Ends the mute of a conversation. Does nothing for one that is not muted.
///
/// # Errors
/// `NotFound` at `conversationId`.
pub async fn unmute_conversation(app: &App, viewer: Viewer, id: Option<ConversationId>) -> Result<ConversationId> {
    set_muted_until(app, viewer, id, None, Problems::default()).await
}

async fn set_muted_until(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    end: Option<Timestamp>,
    mut problems: Problems,
) -> Result<ConversationId> {
    let mut tx = app.db.write().await?;
    let is_shown = match id {
        Some(id) => store::set_muted_until(&mut tx, id, viewer.account, end).await? == 1,
        None => false,
    };
    if !is_shown {
        problems.extend([unknown_conversation()]);
    }
    problems.finish()?;
    tx.commit().await?;
    id.ok_or_else(conversation_not_found)
}
