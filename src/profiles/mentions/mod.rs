//! Mentions: the users that a text names as `@username`.
//!
//! A text is searched once, when it is written or edited, and the mentioned accounts are stored: a change of username
//! changes neither the text nor its mentions. The slice of the text decides which users it can mention.
//!
//! 1. [`MentionedNames::in_text`] finds the names.
//! 2. The slice of the text loads the users who have one of [`MentionedNames::keys`] and can be mentioned there.
//! 3. [`MentionedNames::resolve`] returns those that the text mentions.
//! 4. [`rules`] stores them in the [`MentionTable`] of the text.

pub mod graphql;
pub mod names;
pub mod rules;
pub mod store;

use std::fmt::Debug;
use std::hash::Hash;

pub use self::names::{MAX_MENTIONS, MentionedNames, NamedUser};
pub use self::store::MentionTable;
use crate::accounts::AccountId;

/// The id of a text that can mention users.
pub trait MentioningText: Copy + Debug + Eq + Hash + Into<i64> + Send + Sync + 'static {
    /// Where the mentions of such texts are stored.
    const MENTIONS: MentionTable;
}

/// What became of the mentions of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MentionChange {
    /// The users that the text mentions now and did not before.
    pub added: Vec<AccountId>,
    /// The users that the text mentioned before and does not now.
    pub removed: Vec<AccountId>,
}
