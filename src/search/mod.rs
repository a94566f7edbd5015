//! Finding members by words, the same on both databases.
//!
//! Neither engine's full-text search is used. They cut and fold words by rules of their own, rank each in its own way,
//! and know nothing of typing mistakes. Here the words are cut and folded by [`words`], lie in a table ordered by
//! username, and are ranked by `find`: one rule, one order, two databases. What it reads is bounded: of each word, the
//! first people by username. Where nothing is to be ranked, `list` pages through everybody.
//!
//! People are ids here. Who may see whom is for the slice that asks.

mod find;
mod index;
mod list;
mod store;
pub mod words;

use std::collections::BTreeSet;

pub use find::{Hit, find};
pub use index::{forget, refresh};
pub use list::{count, list};

/// Where a word stands. The order is that of ranks: a name says more about somebody than what they wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchField {
    /// Nowhere: everybody has the empty word here.
    Anybody = 0,
    Name = 1,
    FieldOfStudy = 2,
    Skills = 3,
    About = 4,
    /// A skill as a whole, blanks and all: Java is not JavaScript.
    WholeSkill = 5,
    Year = 6,
    /// The number of a topic that somebody teaches.
    Topic = 7,
}

impl SearchField {
    /// Where free text is looked for.
    pub const TEXT: &'static [Self] = &[Self::Name, Self::FieldOfStudy, Self::Skills, Self::About];

    fn number(self) -> i64 {
        self as i64
    }

    fn from_number(number: i64) -> Option<Self> {
        [
            Self::Anybody,
            Self::Name,
            Self::FieldOfStudy,
            Self::Skills,
            Self::About,
            Self::WholeSkill,
            Self::Year,
            Self::Topic,
        ]
        .into_iter()
        .find(|place| place.number() == number)
    }
}

/// Whom to look for: everybody who has all of these.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As somebody types it: beginnings of words will do, and a mistake is forgiven. In any of these places.
    pub typed: Vec<(String, &'static [SearchField])>,
    /// Exactly this word, there.
    pub held: BTreeSet<(SearchField, String)>,
    /// Only those who are seen to be online, or only those who are not.
    pub is_online: Option<bool>,
}
