//! Mentions: the users that a text names as `@username`.
//!
//! A text is searched once, when it is written or edited, and the mentioned accounts are stored: a change of username
//! changes neither the text nor its mentions. The slice of the text decides which users it can mention.
//!
//! 1. [`MentionedNames::in_text`] finds the names.
//! 2. The slice of the text loads the users who have one of [`MentionedNames::keys`] and can be mentioned there.
//! 3. [`MentionedNames::resolve`] returns those that the text mentions.

pub mod names;

pub use self::names::{MAX_MENTIONS, MentionedNames, NamedUser};
