//! Loading the users that texts mention.

use std::collections::HashMap;
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

/// Loads the users that texts mention, without regard to what the viewer can see.
struct MentionsOf<T>(PhantomData<T>);

impl<T: MentioningText> Loaded for MentionsOf<T> {
    type Key = T;
    type Value = Vec<AccountId>;

    async fn load(app: &App, texts: &[T]) -> Result<HashMap<T, Vec<AccountId>>> {
        let mut mentions: HashMap<i64, Vec<AccountId>> = HashMap::new();
        for (text, user) in store::of_texts(&app.db, texts).await? {
            mentions.entry(text).or_default().push(user);
        }
        Ok(texts.iter().filter_map(|text| Some((*text, mentions.remove(&(*text).into())?))).collect())
    }
}

/// Returns the users that a text mentions, in its order, without those that a block hides from the viewer.
pub async fn mentioned_users<T: MentioningText>(context: &Context<'_>, id: T, text: &str) -> Result<Vec<User>> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let users = context.load::<MentionsOf<T>>(id).await?.unwrap_or_default();
    let users = try_join_all(users.into_iter().map(|user| visible_user(context, user))).await?;
    Ok(users.into_iter().flatten().collect())
}
