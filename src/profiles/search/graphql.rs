//! GraphQL for the search of members.

use async_graphql::{Context, ID, InputObject, Object};

use super::{UserSearchFilter, rules};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, PageArguments, nullable};
use crate::profiles::graphql::UserConnection;
use crate::topics::TopicId;

/// Filters for `searchUsers`. A result matches all fields that are set. An empty filter lists all members by username.
#[derive(InputObject)]
struct UserFilter {
    /// Words in the username, names, field of study, skills or about text, in any position. The last word also matches
    /// words that begin with it, the others do from 2 letters on; a single letter before other words also matches the
    /// initial of a name. In Thai, Lao, Khmer, Burmese, Chinese, Japanese and Korean, each part of a word matches. If the
    /// longer of two words has 4 or more letters, one typing error is tolerated. Names match joined, split and without
    /// particles, skills by their other names. If no member matches all words of 2 or more, one word is ignored. Case,
    /// accents and vowel points do not matter, and no character has a special meaning. At most 200 characters and 10
    /// different words.
    text: Option<String>,
    /// Words in the username, first name or last name. Matches in the same way as `text`.
    name: Option<String>,
    /// Whole words in the field of study, parts of words in scripts without spaces. Case and accents do not matter. At
    /// most 200 characters and 10 different words.
    field_of_study: Option<String>,
    /// Skills that the user has, all of them, each compared with whole skills and with their words: `rails` matches
    /// Ruby on Rails, `java` does not match JavaScript. Case, accents, spaces, dots and hyphens do not matter, and
    /// `nodejs`, `Node.js` and `Node` are one skill. At most 30, each of at most 200 characters.
    skills: Option<Vec<String>>,
    /// The year of study, or of graduation: 1 to 2200.
    year: Option<i32>,
    /// The id of a topic for which the user has an active appointment.
    topic_id: Option<ID>,
    /// True for users who are online, false for all others. A user who does not show their presence counts as not
    /// online.
    is_online: Option<bool>,
}

impl From<UserFilter> for UserSearchFilter {
    fn from(filter: UserFilter) -> Self {
        Self {
            text: filter.text,
            name: filter.name,
            field_of_study: filter.field_of_study,
            skills: filter.skills.unwrap_or_default(),
            year: filter.year,
            topic: filter.topic_id.map(|id| TopicId::from_global(&id).map(i64::from)),
            is_online: filter.is_online,
        }
    }
}

#[derive(Debug, Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Searches members, best match first: exact words before beginnings before parts of words before words with a
    /// typing error, names before the field of study before skills before the about text, then by username. Excludes the
    /// viewer, and users that a block hides from the viewer. For a very common word, the search reads the first 2,000 users by username, and
    /// `totalCount` counts only these. At most 60 searches a minute.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn search_users(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The filters.")] filter: UserFilter,
        page: PageArguments,
    ) -> Nullable<UserConnection> {
        nullable(
            async {
                let viewer = context.member()?;
                let page = page.read(context)?;
                let found = rules::search_users(context.app(), viewer, &filter.into(), &page).await?;
                Ok(Some(UserConnection::from_rows(
                    &page,
                    found.users,
                    found.total,
                    |(hit, _)| hit.clone(),
                    |(_, user)| user,
                )))
            }
            .await,
        )
    }
}
