//! Finding members. This module decides which filters there are and who may be found; `crate::search` matches the
//! words.

pub mod graphql;
pub mod rules;

/// The filters of a search. A result matches all that are set.
#[derive(Clone, Debug, Default)]
pub struct UserSearchFilter {
    pub text: Option<String>,
    pub name: Option<String>,
    pub field_of_study: Option<String>,
    pub skills: Vec<String>,
    pub year: Option<i32>,
    /// The number of a topic that the mentor teaches. `Some(None)` stands for a malformed topic id.
    pub topic: Option<Option<i64>>,
    pub is_online: Option<bool>,
}
