//! The public side of an account.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`details`] | what users write about themselves: profile, contact details, links |
//! | [`settings`] | who may send messages to a user, and who can see what |
//! | [`avatars`] | the image of a user |
//! | [`relations`] | how two users are related: blocks, booking partners |
//! | [`mentions`] | the users that a text names as `@username` |
//! | [`presence`] | who is online, and who may see it |
//! | [`search`] | finding members |

pub mod avatars;
pub mod details;
pub mod graphql;
pub mod mentions;
pub mod presence;
pub mod relations;
pub mod rules;
pub mod search;
pub mod settings;
pub mod store;

use std::ops::Deref;
use std::sync::Arc;

use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// Who content was loaded for. It decides whether a block hides the author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// For the viewer: a block hides authors.
    #[default]
    Viewer,
    /// For moderators who look at a report: a block hides nothing.
    Moderators,
}

/// The public side of an account, with the same id. Cheap to clone: a response refers to the same user many times, and
/// what its fields pass on is a pointer.
#[derive(Clone, Debug)]
pub struct User(Arc<UserRow>);

/// The columns of a [`User`].
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserRow {
    pub id: AccountId,
    pub username: String,
    pub is_guest: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub study_year: Option<i64>,
    pub about: Option<String>,
    pub joined_at: Timestamp,
    /// The skills in the user's own order, one a line; `None` where the statement did not read them.
    #[sqlx(default)]
    pub skill_lines: Option<String>,
    /// Whether the profile is withheld from the viewer: see [`User::withheld`].
    #[sqlx(default)]
    pub is_withheld: bool,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self(Arc::new(row))
    }
}

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for User
where
    UserRow: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        UserRow::from_row(row).map(Self::from)
    }
}

impl Deref for User {
    type Target = UserRow;

    fn deref(&self) -> &UserRow {
        &self.0
    }
}

impl User {
    /// Returns what all clones of the user share.
    pub fn shared_row(&self) -> Arc<UserRow> {
        self.0.clone()
    }

    /// Returns the columns for a change, a copy if other parts of a response refer to the user.
    pub fn row_mut(&mut self) -> &mut UserRow {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the name to display: first and last name, or the username if neither is set.
    pub fn name(&self) -> String {
        let names: Vec<&str> = [&self.first_name, &self.last_name].into_iter().filter_map(Option::as_deref).collect();
        if names.is_empty() { self.username.clone() } else { names.join(" ") }
    }

    /// Returns the user without the profile, for the list of blocked users, and for a last event about a user that the
    /// viewer no longer sees.
    #[must_use]
    pub fn withheld(&self) -> Self {
        let row = UserRow {
            first_name: None,
            last_name: None,
            field_of_study: None,
            study_year: None,
            about: None,
            is_withheld: true,
            ..(**self).clone()
        };
        row.into()
    }
}

/// A user as seen by a viewer: the key of everything that depends on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewerAndUser {
    pub viewer: AccountId,
    pub user: AccountId,
}

/// A change to an optional value: `None` leaves it unchanged, `Some(None)` clears it.
pub type Change<T> = Option<Option<T>>;

/// Applies a change to a value.
pub fn apply_change<T>(value: &mut Option<T>, change: Change<T>) {
    if let Some(new) = change {
        *value = new;
    }
}
