//! People in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, MergedObject, Object, OneofObject};

use super::avatars::graphql::AvatarMutation;
use super::details::graphql::{ContactOf, DetailMutation, LinksOf};
use super::details::{ContactDetails, SocialLinks};
use super::presence::Presence;
use super::presence::graphql::PresenceOf;
use super::relations::graphql::{RelationMutation, RelationTo};
use super::relations::rules::may_message;
use super::rules::{self, By};
use super::search::graphql::SearchQuery;
use super::settings::graphql::SettingsMutation;
use super::{User, ViewerAndUser, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{Connection, ContextExt, DateTime, EdgeError, GlobalId, Nullable, PageArguments, nullable};
use crate::images::graphql::ImagesOf;
use crate::images::{Image, ImageUse};
use crate::posts::graphql::PostConnection;
use crate::topics::appointments::graphql::AppointmentConnection;
use crate::topics::appointments::store::Owner;

/// A page of people.
pub type UserConnection = Connection<User>;

/// Loads people as the viewer sees them.
struct SeenUser;

impl Loaded for SeenUser {
    type Key = ViewerAndUser;
    type Value = User;

    async fn load(app: &App, sights: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, User>> {
        let (viewer, users) = by_viewer(sights);
        let users = store::by_ids(&app.db, viewer, &users).await?;
        Ok(users.into_iter().map(|user| (ViewerAndUser { viewer, user: user.id }, user)).collect())
    }
}

/// Loads a person, together with whoever else is asked for now; `None` where the viewer does not see them, or is nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn seen(context: &Context<'_>, user: AccountId) -> Result<Option<User>> {
    match context.viewer() {
        Some(viewer) => context.load::<SeenUser>(ViewerAndUser { viewer: viewer.account, user }).await,
        None => Ok(None),
    }
}

/// Splits the keys of a batch. All loaders belong to one caller, so there is one viewer.
pub fn by_viewer(sights: &[ViewerAndUser]) -> (AccountId, Vec<AccountId>) {
    let viewer = sights.first().map_or(AccountId(0), |sight| sight.viewer);
    (viewer, sights.iter().map(|sight| sight.user).collect())
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

    /// The picture beside the name; null when there is none, and to guests.
    async fn avatar(&self, context: &Context<'_>) -> Nullable<Image> {
        context.member().ok()?;
        let shown = context.load::<ImagesOf>(ImageUse::avatar(self.id)).await;
        nullable(shown.map(|images| images.and_then(|images| images.into_iter().next())))
    }

    /// What this person shares of their contact card with the viewer; null when nothing, and for guests.
    async fn contact(&self, context: &Context<'_>) -> Nullable<ContactDetails> {
        let viewer = context.member().ok()?.account;
        nullable(context.load::<ContactOf>(ViewerAndUser { viewer, user: self.id }).await)
    }

    /// Where else this person is.
    async fn social_links(&self, context: &Context<'_>) -> Result<SocialLinks, EdgeError> {
        Ok(context.load::<LinksOf>(self.id).await?.unwrap_or_default())
    }

    /// The viewer may write to this person.
    async fn viewer_can_message(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Some(viewer) = context.viewer() else { return Ok(false) };
        let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user: self.id }).await?;
        Ok(relation.is_some_and(|relation| may_message(viewer, &relation)))
    }

    /// The viewer blocks this person.
    async fn viewer_has_blocked(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Some(viewer) = context.viewer() else { return Ok(false) };
        let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user: self.id }).await?;
        Ok(relation.is_some_and(|relation| relation.has_blocked))
    }

    /// Whether this person is online; null for those who do not show it, and for guests of whoever is not in the lobby.
    async fn presence(&self, context: &Context<'_>) -> Nullable<Presence> {
        let viewer = context.viewer()?.account;
        nullable(context.load::<PresenceOf>(ViewerAndUser { viewer, user: self.id }).await)
    }

    /// When this person came.
    async fn joined_at(&self) -> DateTime {
        self.joined_at.into()
    }

    /// What this person teaches, the newest offer first; null for guests, together with an error.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn appointments(&self, context: &Context<'_>, page: PageArguments) -> Nullable<AppointmentConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                AppointmentConnection::load(context, Owner::Mentor(self.id), page).await.map(Some)
            }
            .await,
        )
    }

    /// What this person posted, newest first; null for guests, together with an error.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts(&self, context: &Context<'_>, page: PageArguments) -> Nullable<PostConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                PostConnection::load(context, Some(self.id), page).await.map(Some)
            }
            .await,
        )
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

#[derive(Debug, Default, MergedObject)]
pub struct ProfileQuery(UserQuery, SearchQuery);

#[derive(Debug, Default, MergedObject)]
pub struct ProfileMutation(DetailMutation, AvatarMutation, SettingsMutation, RelationMutation);

#[derive(Debug, Default)]
struct UserQuery;

#[Object]
impl UserQuery {
    /// A person; null when there is none whom the viewer may see.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn user(&self, context: &Context<'_>, #[graphql(desc = "Whom to look for.")] by: UserBy) -> Nullable<User> {
        nullable(
            async {
                let viewer = context.signed_in()?.account;
                let by = match &by {
                    UserBy::Id(id) => AccountId::from_global(id).map(By::Id),
                    UserBy::Username(name) => Some(By::Username(name)),
                };
                match by {
                    Some(by) => rules::user(context.app(), viewer, by).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }
}
