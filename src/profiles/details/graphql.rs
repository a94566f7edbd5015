//! GraphQL for profiles, contact details and links.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::links::LinksChange;
use super::{ContactChange, ContactDetails, ProfileChange, SocialLinks, rules, store};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::accounts::names::displayed_email;
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};
use crate::profiles::graphql::{split_keys, visible_user};
use crate::profiles::{User, ViewerAndUser};

/// Loads the contact details that users share with the viewer, a member.
pub struct ContactOf;

impl Loaded for ContactOf {
    type Key = ViewerAndUser;
    type Value = ContactDetails;

    async fn load(app: &App, keys: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, ContactDetails>> {
        let (viewer, users) = split_keys(keys);
        let cards = store::contact_cards(&app.db, viewer, &users, app.clock.now()).await?;
        let key = |user| ViewerAndUser { viewer, user };
        Ok(cards.into_iter().filter_map(|card| Some((key(card.user_id), card.visible_to(viewer)?))).collect())
    }
}

/// Loads the links of users.
pub struct LinksOf;

impl Loaded for LinksOf {
    type Key = AccountId;
    type Value = SocialLinks;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, SocialLinks>> {
        Ok(store::links_of(&app.db, ids).await?.into_iter().map(|row| (row.user_id, row.links)).collect())
    }
}

/// The contact details of a user. A field is null if it is not set or not shared with the viewer.
#[Object]
impl ContactDetails {
    /// The email address.
    fn email(&self) -> Option<String> {
        self.email.as_deref().map(displayed_email)
    }

    /// The student number.
    fn student_number(&self) -> Option<&str> {
        self.student_number.as_deref()
    }

    /// The occupation. Visible to every member.
    fn occupation(&self) -> Option<&str> {
        self.occupation.as_deref()
    }

    /// The home address. Can contain line breaks.
    fn home_address(&self) -> Option<&str> {
        self.home_address.as_deref()
    }

    /// The county. Visible to every member.
    fn county(&self) -> Option<&str> {
        self.county.as_deref()
    }

    /// The country. Visible to every member.
    fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }
}

/// Links to a user's profiles on other sites. A field is null if it is not set.
#[Object]
impl SocialLinks {
    /// The profile at linkedin.com.
    fn linkedin(&self) -> Option<WebUrl> {
        link(self.linkedin.as_deref())
    }

    /// The profile at facebook.com or fb.com.
    fn facebook(&self) -> Option<WebUrl> {
        link(self.facebook.as_deref())
    }

    /// The profile at github.com.
    fn github(&self) -> Option<WebUrl> {
        link(self.github.as_deref())
    }

    /// The profile at instagram.com.
    fn instagram(&self) -> Option<WebUrl> {
        link(self.instagram.as_deref())
    }

    /// The profile at twitter.com or x.com.
    fn twitter(&self) -> Option<WebUrl> {
        link(self.twitter.as_deref())
    }

    /// The channel at youtube.com or youtu.be.
    fn youtube(&self) -> Option<WebUrl> {
        link(self.youtube.as_deref())
    }

    /// A website at any address.
    fn website(&self) -> Option<WebUrl> {
        link(self.website.as_deref())
    }

    /// A text about the links. Can contain line breaks.
    fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

/// It was validated when it was stored.
fn link(stored: Option<&str>) -> Option<WebUrl> {
    stored.map(|url| WebUrl(url.to_owned()))
}

/// Changes to the profile. An absent field stays unchanged; null clears it.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// The first name, 1 to 50 characters.
    first_name: MaybeUndefined<String>,
    /// The last name, 1 to 50 characters.
    last_name: MaybeUndefined<String>,
    /// The field of study, 1 to 100 characters.
    field_of_study: MaybeUndefined<String>,
    /// The year of study, or of graduation: 1 to 2200.
    year: MaybeUndefined<i32>,
    /// All skills, in the order to display; replaces the current ones. At most 30, each 1 to 40 characters.
    skills: MaybeUndefined<Vec<String>>,
    /// A text about the viewer: 1 to 1,000 characters, line breaks allowed.
    about: MaybeUndefined<String>,
}

/// Changes to the contact details. An absent field stays unchanged; null clears it. `changeEmail` changes the email
/// address.
#[derive(InputObject)]
struct UpdateContactDetailsInput {
    /// The student number, 1 to 50 characters. `CONFLICT` if the operator has chosen that only one account can have a number,
    /// and another one has this.
    student_number: MaybeUndefined<String>,
    /// The occupation, 1 to 100 characters.
    occupation: MaybeUndefined<String>,
    /// The home address: 1 to 300 characters, line breaks allowed.
    home_address: MaybeUndefined<String>,
    /// The county, 1 to 100 characters.
    county: MaybeUndefined<String>,
    /// The country, 1 to 100 characters.
    country: MaybeUndefined<String>,
}

/// Changes to the links. An absent field stays unchanged; null clears it. Each link must start with `https` and lead to
/// its site or a subdomain. Others are `userErrors` at their field.
#[derive(InputObject)]
struct UpdateSocialLinksInput {
    /// A link to linkedin.com.
    linkedin: MaybeUndefined<WebUrl>,
    /// A link to facebook.com or fb.com.
    facebook: MaybeUndefined<WebUrl>,
    /// A link to github.com.
    github: MaybeUndefined<WebUrl>,
    /// A link to instagram.com.
    instagram: MaybeUndefined<WebUrl>,
    /// A link to twitter.com or x.com.
    twitter: MaybeUndefined<WebUrl>,
    /// A link to youtube.com or youtu.be.
    youtube: MaybeUndefined<WebUrl>,
    /// A link to any site.
    website: MaybeUndefined<WebUrl>,
    /// A text about the links: 1 to 2,000 characters, line breaks allowed.
    description: MaybeUndefined<String>,
}

impl From<UpdateProfileInput> for ProfileChange {
    fn from(input: UpdateProfileInput) -> Self {
        Self {
            first_name: input.first_name.into(),
            last_name: input.last_name.into(),
            field_of_study: input.field_of_study.into(),
            year: input.year.into(),
            skills: input.skills.into(),
            about: input.about.into(),
        }
    }
}

impl From<UpdateContactDetailsInput> for ContactChange {
    fn from(input: UpdateContactDetailsInput) -> Self {
        Self {
            student_number: input.student_number.into(),
            occupation: input.occupation.into(),
            home_address: input.home_address.into(),
            county: input.county.into(),
            country: input.country.into(),
        }
    }
}

impl From<UpdateSocialLinksInput> for LinksChange {
    fn from(input: UpdateSocialLinksInput) -> Self {
        let url = |link: MaybeUndefined<WebUrl>| link.map_value(|url| url.0).into();
        Self {
            linkedin: url(input.linkedin),
            facebook: url(input.facebook),
            github: url(input.github),
            instagram: url(input.instagram),
            twitter: url(input.twitter),
            youtube: url(input.youtube),
            website: url(input.website),
            description: input.description.into(),
        }
    }
}

/// The payload of `updateProfile`.
#[derive(Default, SimpleObject)]
struct UpdateProfilePayload {
    /// The viewer's user after the change. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `updateContactDetails`.
#[derive(Default, SimpleObject)]
struct UpdateContactDetailsPayload {
    /// The viewer after the change. Null if the input was rejected.
    viewer: Option<ViewerObject>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `updateSocialLinks`.
#[derive(Default, SimpleObject)]
struct UpdateSocialLinksPayload {
    /// The viewer's user after the change. Null if the input was rejected.
    user: Option<User>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UpdateProfilePayload, UpdateContactDetailsPayload, UpdateSocialLinksPayload);

#[derive(Debug, Default)]
pub struct DetailMutation;

#[Object]
impl DetailMutation {
    /// Changes the viewer's public profile. If a field is invalid, nothing is changed, and `userErrors` contains all
    /// errors at once. Codes: `INVALID`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateProfileInput,
    ) -> Nullable<UpdateProfilePayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_profile(context.app(), viewer, input.into()).await?;
            visible_user(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| UpdateProfilePayload {
            user: Some(user),
            ..UpdateProfilePayload::default()
        })
    }

    /// Changes the viewer's contact details. `updateSettings` changes who can see them. Codes: `CONFLICT`, `INVALID`,
    /// `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_contact_details(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateContactDetailsInput,
    ) -> Nullable<UpdateContactDetailsPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_contact(context.app(), viewer, input.into()).await?;
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| UpdateContactDetailsPayload {
            viewer,
            ..UpdateContactDetailsPayload::default()
        })
    }

    /// Changes the viewer's links to other sites. Codes: `INVALID`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_social_links(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateSocialLinksInput,
    ) -> Nullable<UpdateSocialLinksPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_links(context.app(), viewer, input.into()).await?;
            visible_user(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| UpdateSocialLinksPayload {
            user: Some(user),
            ..UpdateSocialLinksPayload::default()
        })
    }
}
