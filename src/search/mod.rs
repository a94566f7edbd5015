//! Finds members by words, in the same way on both databases.
//!
//! The full-text search of neither engine is used: each splits, folds and ranks words by rules of its own, and neither
//! tolerates typing errors. Here [`words`] splits and folds a text, the words are stored in a table ordered by
//! username, and `find` ranks the users: one set of rules and one order for both databases. The work of `find` is
//! bounded: it reads the first users by username of each word. A search without words to rank uses `list`, which pages
//! through all members.
//!
//! In this module a user is only an id. The caller decides which users a viewer may see.

mod find;
mod index;
mod list;
mod store;
pub mod words;

use std::collections::BTreeSet;

pub use find::{Hit, find};
pub use index::{refresh, remove_user};
pub use list::{count, list};

/// The field that a word comes from: the column `place`. The order is that of ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchField {
    /// No field: every member has the empty word here.
    AnyMember = 0,
    Name = 1,
    FieldOfStudy = 2,
    Skills = 3,
    About = 4,
    /// A skill as a whole, including blanks: Java is not JavaScript.
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

    fn from_number(number: i64) -> Option<Self> {
        [
            Self::AnyMember,
            Self::Name,
            Self::FieldOfStudy,
            Self::Skills,
            Self::About,
            Self::WholeSkill,
            Self::Year,
            Self::Topic,
        ]
        .into_iter()
        .find(|field| field.number() == number)
    }
}

/// A search. A result matches all conditions.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words that match exactly, as a prefix or with a typing error, in any of the fields.
    pub fuzzy_words: Vec<(String, &'static [SearchField])>,
    /// Words that match exactly, in one field.
    pub exact_words: BTreeSet<(SearchField, String)>,
    /// Only users who are visibly online, or only those who are not.
    pub is_online: Option<bool>,
}
