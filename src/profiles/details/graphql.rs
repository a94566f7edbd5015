//! Profile, contact card and links in the graph.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use url::Url;

use super::links::LinksChange;
use super::{ContactChange, ContactDetails, ProfileChange, SocialLinks, rules, store};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, Nullable, Payload, UserError};
use crate::profiles::graphql::{by_viewer, seen};
use crate::profiles::{User, ViewerAndUser};

/// Loads what people share of their contact cards with the viewer, a member.
pub struct ContactOf;

impl Loaded for ContactOf {
    type Key = ViewerAndUser;
    type Value = ContactDetails;

    async fn load(app: &App, sights: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, ContactDetails>> {
        let (viewer, users) = by_viewer(sights);
        let cards = store::cards(&app.db, viewer, &users, app.clock.now()).await?;
        let seen = |user| ViewerAndUser { viewer, user };
        Ok(cards.into_iter().filter_map(|card| Some((seen(card.user_id), card.seen_by(viewer)?))).collect())
    }
}

/// Loads people's links.
pub struct LinksOf;

impl Loaded for LinksOf {
    type Key = AccountId;
    type Value = SocialLinks;

    async fn load(app: &App, ids: &[AccountId]) -> Result<HashMap<AccountId, SocialLinks>> {
        Ok(store::links_of(&app.db, ids).await?.into_iter().map(|found| (found.user_id, found.links)).collect())
    }
}

/// A contact card. Each member is null when it is not given or not shared.
#[Object]
impl ContactDetails {
    /// The email address.
    async fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The number under which the campus knows this person.
    async fn student_number(&self) -> Option<&str> {
        self.student_number.as_deref()
    }

    /// What this person does for a living; every member sees it.
    async fn occupation(&self) -> Option<&str> {
        self.occupation.as_deref()
    }

    /// Where this person lives.
    async fn home_address(&self) -> Option<&str> {
        self.home_address.as_deref()
    }

    /// The county; every member sees it.
    async fn county(&self) -> Option<&str> {
        self.county.as_deref()
    }

    /// The country; every member sees it.
    async fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }
}

/// Where else a person is. Each member is null when it is not given.
#[Object]
impl SocialLinks {
    /// At linkedin.com.
    async fn linkedin(&self) -> Option<WebUrl> {
        link(self.linkedin.as_deref())
    }

    /// At facebook.com or fb.com.
    async fn facebook(&self) -> Option<WebUrl> {
        link(self.facebook.as_deref())
    }

    /// At github.com.
    async fn github(&self) -> Option<WebUrl> {
        link(self.github.as_deref())
    }

    /// At instagram.com.
    async fn instagram(&self) -> Option<WebUrl> {
        link(self.instagram.as_deref())
    }

    /// At twitter.com or x.com.
    async fn twitter(&self) -> Option<WebUrl> {
        link(self.twitter.as_deref())
    }

    /// At youtube.com or youtu.be.
    async fn youtube(&self) -> Option<WebUrl> {
        link(self.youtube.as_deref())
    }

    /// Anywhere else.
    async fn website(&self) -> Option<WebUrl> {
        link(self.website.as_deref())
    }

    /// What there is to find.
    async fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

/// What is stored was checked.
fn link(stored: Option<&str>) -> Option<WebUrl> {
    Some(WebUrl(Url::parse(stored?).ok()?))
}

/// What to change about the profile. An absent member stays as it is, null clears it.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// The first name, 1 to 50 characters.
    first_name: MaybeUndefined<String>,
    /// The last name, 1 to 50 characters.
    last_name: MaybeUndefined<String>,
    /// What the viewer studies, 1 to 100 characters.
    field_of_study: MaybeUndefined<String>,
    /// The year of study.
    year: MaybeUndefined<i32>,
    /// What the viewer can do, all of it: at most 30, each 1 to 40 characters.
    skills: MaybeUndefined<Vec<String>>,
    /// What the viewer says about themselves: 1 to 1,000 characters, line breaks allowed.
    about: MaybeUndefined<String>,
}

/// What to change about the contact card. An absent member stays as it is, null clears it. The email address is changed
/// by `changeEmail`.
#[derive(InputObject)]
struct UpdateContactDetailsInput {
    /// The number under which the campus knows the viewer, 1 to 50 characters.
    student_number: MaybeUndefined<String>,
    /// What the viewer does for a living, 1 to 100 characters.
    occupation: MaybeUndefined<String>,
    /// Where the viewer lives: 1 to 300 characters, line breaks allowed.
    home_address: MaybeUndefined<String>,
    /// The county, 1 to 100 characters.
    county: MaybeUndefined<String>,
    /// The country, 1 to 100 characters.
    country: MaybeUndefined<String>,
}

/// What to change about the links. An absent member stays as it is, null clears it. Each must begin with `https`.
#[derive(InputObject)]
struct UpdateSocialLinksInput {
    /// At linkedin.com or below.
    linkedin: MaybeUndefined<WebUrl>,
    /// At facebook.com, fb.com or below.
    facebook: MaybeUndefined<WebUrl>,
    /// At github.com or below.
    github: MaybeUndefined<WebUrl>,
    /// At instagram.com or below.
    instagram: MaybeUndefined<WebUrl>,
    /// At twitter.com, x.com or below.
    twitter: MaybeUndefined<WebUrl>,
    /// At youtube.com, youtu.be or below.
    youtube: MaybeUndefined<WebUrl>,
    /// Anywhere.
    website: MaybeUndefined<WebUrl>,
    /// What there is to find: 1 to 2,000 characters, line breaks allowed.
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
        let url = |given: MaybeUndefined<WebUrl>| given.map_value(|url| url.0).into();
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

/// The answer to `updateProfile`.
#[derive(Default, SimpleObject)]
struct UpdateProfilePayload {
    /// The viewer as others see them now; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `updateContactDetails`.
#[derive(Default, SimpleObject)]
struct UpdateContactDetailsPayload {
    /// The viewer with the card as it is now; null when refused.
    viewer: Option<ViewerObject>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `updateSocialLinks`.
#[derive(Default, SimpleObject)]
struct UpdateSocialLinksPayload {
    /// The viewer as others see them now; null when refused.
    user: Option<User>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UpdateProfilePayload, UpdateContactDetailsPayload, UpdateSocialLinksPayload);

#[derive(Debug, Default)]
pub struct DetailMutation;

#[Object]
impl DetailMutation {
    /// Changes what everybody sees of the viewer.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> Nullable<UpdateProfilePayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_profile(context.app(), viewer, input.into()).await?;
            seen(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| UpdateProfilePayload {
            user: Some(user),
            ..UpdateProfilePayload::default()
        })
    }

    /// Changes the viewer's contact card. Who sees what of it is a matter of `updateSettings`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_contact_details(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateContactDetailsInput,
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

    /// Changes where else the viewer is to be found.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_social_links(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateSocialLinksInput,
    ) -> Nullable<UpdateSocialLinksPayload> {
        let outcome = async {
            let viewer = context.member()?;
            rules::update_links(context.app(), viewer, input.into()).await?;
            seen(context, viewer.account).await?.ok_or(Error::Unauthenticated)
        };
        Payload::answer(outcome.await, |user| UpdateSocialLinksPayload {
            user: Some(user),
            ..UpdateSocialLinksPayload::default()
        })
    }
}
