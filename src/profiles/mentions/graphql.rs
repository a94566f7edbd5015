//! Loading the users that texts mention.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use async_graphql::Context;
use futures_util::future::try_join_all;

use super::{MentioningText, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::ContextExt;
use crate::graphql::loader::Loaded;
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// Loads the users that texts mention, without regard to what the viewer can see. The key has a hash of the text: once it
/// is edited, its mentions are not those that the followers of an earlier event have loaded.
struct MentionsOf<T>(PhantomData<T>);

impl<T: MentioningText> Loaded for MentionsOf<T> {
    type Key = (T, u64);
    type Value = Vec<AccountId>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<AccountId>>> {
        let texts: Vec<T> = keys.iter().map(|(text, _)| *text).collect();
        let mut mentions: HashMap<i64, Vec<AccountId>> = HashMap::new();
        for (text, user) in store::of_texts(&app.db, &texts).await? {
            mentions.entry(text).or_default().push(user);
        }
        Ok(keys.iter().filter_map(|key| Some((*key, mentions.get(&key.0.into())?.clone()))).collect())
    }
}

/// Returns the users that a text mentions, in its order, without those that a block hides from the viewer. In an event
/// they are loaded once for all followers.
pub async fn mentioned_users<T: MentioningText>(context: &Context<'_>, id: T, text: &str) -> Result<Vec<User>> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let users = context.load_shared::<MentionsOf<T>>((id, hasher.finish())).await?.unwrap_or_default();
    let users = try_join_all(users.into_iter().map(|user| visible_user(context, user))).await?;
    Ok(users.into_iter().flatten().collect())
}
