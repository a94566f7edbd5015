//! Finding people. How words find them is the matter of `search` among the parts; here is who may be found, and by what.

pub mod graphql;
pub mod rules;

/// Whom to look for: all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub name: Option<String>,
    pub field_of_study: Option<String>,
    pub skills: Vec<String>,
    pub year: Option<i32>,
    /// The number of a topic that they teach; `Some(None)` stands for what is none.
    pub topic: Option<Option<i64>>,
    pub is_online: Option<bool>,
}
