//! The lines of digests.

use serde::{Deserialize, Serialize};

use super::letters::Fact;
use super::text::{plain, without_links, without_overrides};
use crate::locale::Locale;
use crate::sentences::{Sentence, runs_right_to_left, say};

/// A line of a digest: a sentence with names as users entered them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestItem {
    pub topic: DigestTopic,
    pub sentence: String,
}

/// What a line of a digest is about. The names in the outbox never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestTopic {
    Comment,
    Group,
    Mention,
    Messages,
    Reaction,
    Reply,
    Other,
}

impl DigestTopic {
    fn name(self) -> Sentence {
        match self {
            Self::Comment => say::DigestComment.into(),
            Self::Group => say::DigestGroup.into(),
            Self::Mention => say::DigestMention.into(),
            Self::Messages => say::DigestMessages.into(),
            Self::Reaction => say::DigestReaction.into(),
            Self::Reply => say::DigestReply.into(),
            Self::Other => say::DigestOther.into(),
        }
    }
}

impl DigestItem {
    /// The names in the sentence are isolated; see [`crate::sentences::Value::name_for_others`].
    pub(super) fn fact(&self, locale: Locale) -> Fact {
        let is_plain = locale == Locale::En && !runs_right_to_left(&self.sentence);
        let sentence = if is_plain { plain(&self.sentence) } else { without_links(&without_overrides(&self.sentence)) };
        Fact::new(self.topic.name(), sentence)
    }
}
