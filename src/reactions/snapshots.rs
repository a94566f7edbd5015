//! The reactions to the subject of an event, loaded once for all followers on this node.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{EmojiCount, emoji, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::SharedLookup;

/// All reactions to a subject, and which users are hidden from each other.
#[derive(Debug)]
pub struct ReactionSnapshot {
    subject: i64,
    /// Earliest first.
    reactions: Vec<(&'static str, AccountId)>,
    /// Pairs of a user who reacted and a user who is separated from them by a block.
    blocked: HashSet<(AccountId, AccountId)>,
}

type ReactionSnapshots = SharedLookup<i64, ReactionSnapshot>;

/// Returns the reactions to a subject after the event of this number in its feed.
pub async fn reaction_snapshot(app: &App, subject: i64, number: i64) -> Result<Arc<ReactionSnapshot>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let rows = store::all_of(&app.db, subject).await?;
            let blocked = if rows.is_empty() { Vec::new() } else { store::blocked_reactors(&app.db, subject).await? };
            let known = rows.into_iter().filter_map(|(text, user)| Some((emoji::fully_qualified(&text)?, user)));
            Ok(ReactionSnapshot { subject, reactions: known.collect(), blocked: blocked.into_iter().collect() })
        }
    };
    app.state::<ReactionSnapshots>().get(subject, number, lookup).await
}

impl ReactionSnapshot {
    /// Counts the reactions by emoji, as the viewer sees them.
    pub fn counts(&self, viewer: AccountId) -> Vec<EmojiCount> {
        let mut counts: Vec<EmojiCount> = Vec::new();
        let mut positions: HashMap<&'static str, usize> = HashMap::new();
        for (emoji, user) in self.reactions.iter().filter(|(_, user)| !self.blocked.contains(&(*user, viewer))) {
            let position = *positions.entry(emoji).or_insert(counts.len());
            if position == counts.len() {
                let empty = EmojiCount { subject: self.subject, emoji, user_count: 0, viewer_has_reacted: false };
                counts.push(empty);
            }
            if let Some(count) = counts.get_mut(position) {
                count.user_count += 1;
                count.viewer_has_reacted |= *user == viewer;
            }
        }
        counts
    }
}
