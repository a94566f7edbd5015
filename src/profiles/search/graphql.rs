//! Search in the graph.

use async_graphql::{Context, ID, InputObject, Object};

use super::{Filter, rules};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, PageArguments, nullable};
use crate::profiles::graphql::UserConnection;
use crate::topics::TopicId;

/// Whom to look for: all members that are given must hold. Without any, everybody is listed by username.
#[derive(InputObject)]
struct UserFilter {
    /// Words of the username, names, field of study, skills or about, each somewhere: whole, or as a beginning of 3
    /// letters and more, or with one mistake from 4 letters on. Case and accents do not matter, and no character has a
    /// special meaning. At most 200 characters and 10 words.
    text: Option<String>,
    /// The same for username, first and last name only.
    name: Option<String>,
    /// Words of the field of study: whole, in any case, with or without accents.
    field_of_study: Option<String>,
    /// Skills, all of them, each as a whole, in any case, with or without accents. At most 30.
    skills: Option<Vec<String>>,
    /// The year of study.
    year: Option<i32>,
    /// A topic that they teach now: they have an active offer.
    topic_id: Option<ID>,
    /// They are online now, or are not. Those who do not show it are not.
    is_online: Option<bool>,
}

impl From<UserFilter> for Filter {
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
    /// Members, best first: words as typed before beginnings before mistakes, names before field of study before skills
    /// before about, then by username. The viewer is left out. Of a very common word the first 2,000 people by username
    /// are looked at, and `totalCount` counts no further. At most 60 searches a minute.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn search_users(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom to look for.")] filter: UserFilter,
        page: PageArguments,
    ) -> Nullable<UserConnection> {
        nullable(
            async {
                let viewer = context.member()?;
                let page = page.read(context)?;
                let found = rules::search(context.app(), viewer, &filter.into(), &page).await?;
                Ok(Some(UserConnection::from_rows(
                    &page,
                    found.people,
                    found.total,
                    |(hit, _)| hit.clone(),
                    |(_, user)| user,
                )))
            }
            .await,
        )
    }
}
