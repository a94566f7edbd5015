//! People in the graph.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, Object, OneofObject, SimpleObject};

use super::rules::{self, By};
use super::{User, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Rule};
use crate::graphql::loader::Loaded;
use crate::graphql::{Asked, DateTime, EdgeError, GlobalId, Page, nullable};
use crate::posts::graphql::PostConnection;

/// Loads people by id.
pub struct UserById;

impl Loaded for UserById {
    type Key = AccountId;
    type Value = User;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, User>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|user| (user.id, user)).collect())
    }
}

/// Loads what people can do.
struct SkillsOf;

impl Loaded for SkillsOf {
    type Key = AccountId;
    type Value = Vec<String>;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, Vec<String>>> {
        let mut skills: HashMap<AccountId, Vec<String>> = HashMap::new();
        for (user, skill) in store::skills_of(&app.db, ids).await? {
            skills.entry(user).or_default().push(skill);
        }
        Ok(skills)
    }
}

/// A person as others see them: a member, or a guest of the lobby.
#[Object]
impl User {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The unique name: 3 to 30 letters, digits, `_`, `.` or `-`; a guest's pseudonym.
    async fn username(&self) -> &str {
        &self.username
    }

    /// Entered the lobby with a pseudonym only.
    async fn is_guest(&self) -> bool {
        self.is_guest
    }

    /// The first name; null when not given.
    async fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    /// The last name; null when not given.
    async fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    /// What to call this person: first and last name, or the username where neither is given.
    async fn display_name(&self) -> String {
        let names: Vec<&str> = [&self.first_name, &self.last_name].into_iter().filter_map(Option::as_deref).collect();
        if names.is_empty() { self.username.clone() } else { names.join(" ") }
    }

    /// What this person studies; null when not given.
    async fn field_of_study(&self) -> Option<&str> {
        self.field_of_study.as_deref()
    }

    /// The year of study; null when not given.
    async fn year(&self) -> Option<i64> {
        self.study_year
    }

    /// What this person can do, in their own order; at most 30.
    async fn skills(&self, context: &Context<'_>) -> Result<Vec<String>, EdgeError> {
        Ok(context.load::<SkillsOf>(self.id).await?.unwrap_or_default())
    }

    /// What this person says about themselves; null when nothing.
    async fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// When this person came.
    async fn joined_at(&self) -> DateTime {
        self.joined_at.into()
    }

    /// What this person posted, newest first; null for guests, together with an error.
    #[graphql(directive = access::allow::apply(Rule::Member))]
    async fn posts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The size of the page, from its beginning; 0 to 100, 20 when neither is given.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor: the page begins after it.")] after: Option<String>,
        #[graphql(desc = "The size of the page, from its end.")] last: Option<i32>,
        #[graphql(desc = "A cursor: the page ends before it.")] before: Option<String>,
    ) -> Option<Result<PostConnection, EdgeError>> {
        nullable(
            async {
                context.member()?;
                let page = Page::new(context, first, after.as_deref(), last, before.as_deref())?;
                PostConnection::load(context, Some(self.id), page).await.map(Some)
            }
            .await,
        )
    }
}

/// A contact card. Each member is null when it is not given or not shared.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub struct ContactDetails {
    #[graphql(skip)]
    details: super::ContactDetails,
    /// The email address.
    email: Option<String>,
}

#[ComplexObject]
impl ContactDetails {
    /// The number under which the campus knows this person.
    async fn student_number(&self) -> Option<&str> {
        self.details.student_number.as_deref()
    }

    /// What this person does for a living.
    async fn occupation(&self) -> Option<&str> {
        self.details.occupation.as_deref()
    }

    /// Where this person lives.
    async fn home_address(&self) -> Option<&str> {
        self.details.home_address.as_deref()
    }

    /// The county.
    async fn county(&self) -> Option<&str> {
        self.details.county.as_deref()
    }

    /// The country.
    async fn country(&self) -> Option<&str> {
        self.details.country.as_deref()
    }
}

impl ContactDetails {
    /// The viewer's own card, whole.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own(app: &App, viewer: Viewer, email: Option<String>) -> Result<Self> {
        Ok(Self { details: rules::own_contact(app, viewer).await?, email })
    }
}

/// How a person is named: exactly one of the two.
#[derive(Debug, OneofObject)]
enum UserBy {
    /// The global id.
    Id(ID),
    /// The username, in any case.
    Username(String),
}

#[derive(Debug, Default)]
pub struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// A person; null when there is none whom the viewer may see.
    #[graphql(directive = access::allow::apply(Rule::SignedIn))]
    async fn user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom to look for.")] by: UserBy,
    ) -> Option<Result<User, EdgeError>> {
        nullable(
            async {
                context.signed_in()?;
                let by = match &by {
                    UserBy::Id(id) => AccountId::from_global(id).map(By::Id),
                    UserBy::Username(name) => Some(By::Username(name)),
                };
                match by {
                    Some(by) => rules::user(context.app(), by).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }
}
