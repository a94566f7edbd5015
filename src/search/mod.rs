//! Finds members by words, in the same way on both databases.
//!
//! The full-text search of neither engine is used: each splits, folds and ranks words by rules of its own, and neither
//! tolerates typing errors or knows scripts without spaces. Here `words` splits a text, `fold` folds it, `names` and
//! `skills` add the forms in which people type these, and all of them are stored in a table ordered by username. `query`
//! translates a typed text into ranges of that table, and `find` ranks the users: one set of rules and one order for
//! both databases. The work of `find` is bounded: it reads the first users by username of each range. A search without
//! words to rank uses `list`, which pages through all members.
//!
//! In this module a user is only an id. The caller decides which users a viewer may see.

mod find;
mod fold;
mod index;
mod list;
mod names;
mod query;
mod rebuild;
mod skills;
mod store;
pub mod texts;
mod words;

use std::collections::BTreeSet;

pub use find::{Hit, find};
pub use fold::fold;
pub use index::{refresh, remove_user};
pub use list::{count, list};
pub use query::{MAX_WORDS, Query};
pub use rebuild::run_search_rebuild;
pub use skills::filter_keys as skill_keys;

/// Grows with each change of how texts are split and folded. What an earlier version indexed is indexed again, in the
/// background.
pub const INDEX_VERSION: &str = "2";

/// The field that a word comes from: the column `place`. The order is that of ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchField {
    /// No field: every member has the empty word here, and the version of the index that has their words.
    AnyMember = 0,
    Name = 1,
    FieldOfStudy = 2,
    Skills = 3,
    About = 4,
    /// Whole skills and their words: Java is not JavaScript.
    WholeSkill = 5,
    Year = 6,
    /// The number of a topic for which the member has an active appointment.
    Topic = 7,
}

impl SearchField {
    /// The fields that free text is searched in.
    pub const TEXT: &'static [Self] = &[Self::Name, Self::FieldOfStudy, Self::Skills, Self::About];

    fn number(self) -> i64 {
        self as i64
    }
}

/// A search. A result matches all conditions.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words that match exactly, as a prefix or with a typing error.
    pub query: Query,
    /// Words that match exactly, in one field.
    pub exact_words: BTreeSet<(SearchField, String)>,
    /// Only users who are visibly online, or only those who are not.
    pub is_online: Option<bool>,
}
