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
    /// Given as whatever id it is: there are no topics that anybody could teach.
    pub has_topic: bool,
    pub is_online: Option<bool>,
}
