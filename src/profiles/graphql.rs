//! GraphQL for users. The subjects of the slice have their own modules.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use async_graphql::{Context, ID, MergedObject, Object, OneofObject};
use futures_util::future::BoxFuture;

use super::avatars::graphql::AvatarMutation;
use super::details::graphql::{ContactOf, DetailMutation, LinksOf};
use super::details::{ContactDetails, SocialLinks};
use super::presence::Presence;
use super::presence::graphql::PresenceOf;
use super::relations::graphql::{RelationMutation, RelationTo};
use super::relations::rules::can_message;
use super::relations::store as relations;
use super::rules::{self, UserKey};
use super::search::graphql::SearchQuery;
use super::settings::graphql::SettingsMutation;
use super::{Audience, User, ViewerAndUser, store};
use crate::accounts::staff::graphql::{UserModeration, moderation_of};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, EdgeError, GlobalId, Nullable, PageArguments, Recurs, nullable,
};
use crate::images::graphql::ImagesOf;
use crate::images::{Image, ImageUse};
use crate::posts::graphql::PostConnection;
use crate::topics::appointments::graphql::AppointmentConnection;
use crate::topics::appointments::store::Owner;

/// A page of users.
pub type UserConnection = Connection<User>;

/// Loads users that the viewer may see.
struct VisibleUser;

impl Loaded for VisibleUser {
    type Key = ViewerAndUser;
    type Value = User;

    async fn load(app: &App, keys: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, User>> {
        let (viewer, users) = split_keys(keys);
        let users = store::by_ids(&app.db, viewer, &users).await?;
        Ok(users.into_iter().map(|user| (ViewerAndUser { viewer, user: user.id }, user)).collect())
    }
}

/// A user, and the users from which a block hides them.
#[derive(Debug)]
struct UserAndBlocked {
    user: User,
    /// Sorted.
    blocked: Vec<AccountId>,
}

/// Loads users regardless of the viewer, for the events of all viewers.
struct UserOfEvent;

impl Loaded for UserOfEvent {
    type Key = AccountId;
    type Value = Arc<UserAndBlocked>;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, Arc<UserAndBlocked>>> {
        let mut blocked: HashMap<AccountId, Vec<AccountId>> = HashMap::new();
        for (user, other) in relations::hidden_from_each(&app.db, ids).await? {
            blocked.entry(user).or_default().push(other);
        }
        let users = store::by_ids_unfiltered(&app.db, ids).await?;
        let with_blocked = |user: User| {
            let blocked = blocked.remove(&user.id).unwrap_or_default();
            (user.id, Arc::new(UserAndBlocked { user, blocked }))
        };
        Ok(users.into_iter().map(with_blocked).collect())
    }
}

/// Loads a user, batched with other users of the request; in an event once for all followers. Returns `None` if the
/// viewer may not see the user, or if the caller has no session.
pub async fn visible_user(context: &Context<'_>, user: AccountId) -> Result<Option<User>> {
    match context.viewer() {
        Some(viewer) if context.is_event() => {
            let found = context.load_shared::<UserOfEvent>(user).await?;
            let found = found.filter(|found| found.blocked.binary_search(&viewer.account).is_err());
            Ok(found.map(|found| found.user.clone()))
        }
        Some(viewer) => context.load::<VisibleUser>(ViewerAndUser { viewer: viewer.account, user }).await,
        None => Ok(None),
    }
}

/// Loads the users that the nodes of a page have in these fields, unless the client asks for none of them.
pub fn prefetch_users<'c>(
    context: &'c Context<'_>,
    fields: &[&str],
    users: impl Iterator<Item = AccountId>,
) -> BoxFuture<'c, ()> {
    match context.viewer() {
        Some(Viewer { account: viewer, .. }) if fields.iter().any(|field| context.nodes_select(field)) => {
            context.prefetch::<VisibleUser>(users.map(|user| ViewerAndUser { viewer, user }))
        }
        _ => Box::pin(ready(())),
    }
}

/// Loads users regardless of blocks.
struct UserForModerators;

impl Loaded for UserForModerators {
    type Key = AccountId;
    type Value = User;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, User>> {
        let users = store::by_ids_unfiltered(&app.db, ids).await?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}

/// Loads a user for a moderator, also across a block.
pub async fn user_for_moderators(context: &Context<'_>, user: Option<AccountId>) -> Result<Option<User>> {
    context.moderator()?;
    match user {
        Some(user) => context.load::<UserForModerators>(user).await,
        None => Ok(None),
    }
}

/// Loads the author of content, for the audience of the content.
pub async fn author_for(context: &Context<'_>, audience: Audience, author: AccountId) -> Result<Option<User>> {
    match audience {
        Audience::Viewer => visible_user(context, author).await,
        Audience::Moderators => user_for_moderators(context, Some(author)).await,
    }
}

/// Splits the keys of a batch into viewer and users. A loader serves one request, so all keys have the same viewer.
pub fn split_keys(keys: &[ViewerAndUser]) -> (AccountId, Vec<AccountId>) {
    let viewer = keys.first().map_or(AccountId(0), |key| key.viewer);
    (viewer, keys.iter().map(|key| key.user).collect())
}

/// Loads the skills of users whose row was read without them.
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

impl Recurs for User {
    fn shared(&self) -> Arc<dyn Send + Sync> {
        self.shared_row()
    }
}

/// The public side of an account: a member, or a guest of the lobby.
#[Object]
impl User {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The unique name: 3 to 30 letters, digits, `_`, `.` or `-`. For a guest, the pseudonym.
    fn username(&self) -> &str {
        &self.username
    }

    /// Whether this is a guest, who has entered the lobby with a pseudonym and has no profile.
    fn is_guest(&self) -> bool {
        self.is_guest
    }

    /// The first name. Null if not set.
    fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    /// The last name. Null if not set.
    fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    /// The name to display: first and last name, or the username if neither is set.
    fn display_name(&self) -> String {
        self.name()
    }

    /// The field of study. Null if not set.
    fn field_of_study(&self) -> Option<&str> {
        self.field_of_study.as_deref()
    }

    /// The year of study, or of graduation: 1 to 2200. Null if not set.
    fn year(&self) -> Option<i64> {
        self.study_year
    }

    /// The skills, in the user's own order. At most 30.
    async fn skills(&self, context: &Context<'_>) -> Result<Vec<String>, EdgeError> {
        if self.is_withheld {
            return Ok(Vec::new());
        }
        if let Some(skills) = &self.skill_lines {
            return Ok(skills.lines().map(str::to_owned).collect());
        }
        Ok(context.load_shared::<SkillsOf>(self.id).await?.unwrap_or_default())
    }

    /// A text about the user. Can contain line breaks. Null if not set.
    fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The avatar. Null if there is none, and for viewers who are guests.
    async fn avatar(&self, context: &Context<'_>) -> Nullable<Image> {
        context.member().ok().filter(|_| !self.is_withheld)?;
        let images = context.load_shared::<ImagesOf>(ImageUse::avatar(self.id)).await;
        nullable(images.map(|images| images.and_then(|images| images.into_iter().next())))
    }

    /// The contact details that the user shares with the viewer. Null if there are none, and for viewers who are
    /// guests.
    async fn contact(&self, context: &Context<'_>) -> Nullable<ContactDetails> {
        let viewer = context.member().ok()?.account;
        nullable(context.load::<ContactOf>(ViewerAndUser { viewer, user: self.id }).await)
    }

    /// Links to the user's profiles on other sites.
    async fn social_links(&self, context: &Context<'_>) -> Result<SocialLinks, EdgeError> {
        if self.is_withheld {
            return Ok(SocialLinks::default());
        }
        Ok(context.load::<LinksOf>(self.id).await?.unwrap_or_default())
    }

    /// Whether the viewer may send messages to the user. False for the viewer themselves, if either is a guest,
    /// and across a block.
    async fn viewer_can_message(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Some(viewer) = context.viewer() else { return Ok(false) };
        let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user: self.id }).await?;
        Ok(relation.is_some_and(|relation| can_message(viewer, &relation)))
    }

    /// Whether the viewer blocks the user.
    async fn viewer_has_blocked(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Some(viewer) = context.viewer() else { return Ok(false) };
        let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user: self.id }).await?;
        Ok(relation.is_some_and(|relation| relation.has_blocked))
    }

    /// Whether the user is online. Null if the user does not show it, if either of the two blocks the other, and for
    /// viewers who are guests unless the user is in the lobby.
    async fn presence(&self, context: &Context<'_>) -> Nullable<Presence> {
        let viewer = context.viewer()?.account;
        nullable(context.load::<PresenceOf>(ViewerAndUser { viewer, user: self.id }).await)
    }

    /// The account as moderators see it. Null for all other viewers, and of guests.
    async fn moderation(&self, context: &Context<'_>) -> Nullable<UserModeration> {
        let viewer = context.moderator().ok().filter(|_| !self.is_guest)?;
        nullable(Box::pin(moderation_of(context, viewer, self.id)).await)
    }

    /// When the user joined.
    fn joined_at(&self) -> DateTime {
        self.joined_at.into()
    }

    /// The appointments that the user offers, newest first. Viewers who are guests receive null and the error
    /// `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn appointments(&self, context: &Context<'_>, page: PageArguments) -> Nullable<AppointmentConnection> {
        // Boxed, as in `posts`: every field of a user that is resolved has the memory of the largest one.
        let load = Box::pin(async {
            context.member()?;
            let page = page.read(context)?;
            AppointmentConnection::load(context, Owner::Mentor(self.id), page).await.map(Some)
        });
        nullable(load.await)
    }

    /// The user's posts, newest first. Viewers who are guests receive null and the error `FORBIDDEN`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts(&self, context: &Context<'_>, page: PageArguments) -> Nullable<PostConnection> {
        let load = Box::pin(async {
            context.member()?;
            let page = page.read(context)?;
            PostConnection::load(context, Some(self.id), page).await.map(Some)
        });
        nullable(load.await)
    }
}

/// Selects a user by exactly one of these fields.
#[derive(Debug, OneofObject)]
enum UserBy {
    /// The global id.
    Id(ID),
    /// The username. Case does not matter.
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
    /// A user. Null if the user does not exist or has left, and if either of the two blocks the other: these cases look
    /// the same.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The user, by id or by username.")] by: UserBy,
    ) -> Nullable<User> {
        nullable(
            async {
                let viewer = context.signed_in()?.account;
                let key = match &by {
                    UserBy::Id(id) => AccountId::from_global(id).map(UserKey::Id),
                    UserBy::Username(name) => Some(UserKey::Username(name)),
                };
                match key {
                    Some(key) => rules::find_user(context.app(), viewer, key).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }
}
