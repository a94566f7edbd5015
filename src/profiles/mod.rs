//! The public side of a person.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`details`] | what people write about themselves: profile, contact card, links |
//! | [`settings`] | what people choose: who may write to them, who sees what |
//! | [`avatars`] | the picture beside the name |
//! | [`relations`] | what two people are to each other: blocks, booking partners |
//! | [`presence`] | who is online, and who may know it |
//! | [`search`] | finding people |

pub mod avatars;
pub mod details;
pub mod graphql;
pub mod presence;
pub mod relations;
pub mod rules;
pub mod search;
pub mod settings;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// A person as others see them. The id is that of the account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: AccountId,
    pub username: String,
    pub is_guest: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub study_year: Option<i64>,
    pub about: Option<String>,
    pub joined_at: Timestamp,
}

/// One person in the eyes of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewerAndUser {
    pub viewer: AccountId,
    pub user: AccountId,
}

/// What an update does to something: `None` leaves it, `Some(None)` clears it.
pub type Change<T> = Option<Option<T>>;

/// Does to a value what was asked for.
pub fn apply<T>(value: &mut Option<T>, change: Change<T>) {
    if let Some(new) = change {
        *value = new;
    }
}
