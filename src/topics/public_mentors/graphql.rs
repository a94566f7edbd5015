//! GraphQL for public mentor pages.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{PublicMentor, PublicOffer, PublicSlot, rules};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::TimeZone;
use crate::graphql::{
    ContextExt, DateTime, EagerItems, EdgeError, GlobalId, Nullable, NullableValue, nullable, nullable_value,
};
use crate::images::graphql::ImagesOf;
use crate::images::{Image, ImageUse};
use crate::topics::availability::graphql::load_slots;
use crate::topics::availability::slots::Slot;
use crate::topics::graphql::TopicById;
use crate::topics::{AppointmentId, Topic};

/// A mentor as everyone can see them, signed in or not: the mentor has chosen so by `Settings.isMentorPagePublic`, and has
/// an active appointment.
#[Object]
impl PublicMentor {
    /// The unique name.
    fn username(&self) -> &str {
        &self.user.username
    }

    /// The name to display: first and last name, or the username if neither is set.
    fn display_name(&self) -> String {
        self.user.name()
    }

    /// A text about the mentor. Can contain line breaks. Null if not set.
    fn about(&self) -> Option<&str> {
        self.user.about.as_deref()
    }

    /// The avatar. Null if there is none. Callers who are not members receive a URL that is valid as long as everyone can
    /// see the mentor, and 10 minutes at most.
    async fn avatar(&self, context: &Context<'_>) -> Nullable<Image> {
        let images = context.load::<ImagesOf>(ImageUse::avatar(self.user.id)).await;
        nullable(images.map(|images| images.and_then(|images| images.into_iter().next())))
    }

    /// What the mentor teaches: the active appointments for topics that are not archived, newest first. At most 100.
    fn offers(&self) -> &[PublicOffer] {
        &self.offers
    }

    /// One of `offers`. Null if it is not among them.
    async fn offer(
        &self,
        #[graphql(desc = "The `appointmentId` of the offer.")] appointment_id: ID,
    ) -> Option<&PublicOffer> {
        let id = AppointmentId::from_global(&appointment_id)?;
        self.offers.iter().find(|offer| offer.0.id == id)
    }
}

impl PublicOffer {
    async fn topic(&self, context: &Context<'_>) -> Result<Arc<Topic>, EdgeError> {
        Ok(context.load::<TopicById>(self.0.topic_id).await?.ok_or(Error::NotFound)?)
    }
}

/// An appointment of a mentor as everyone can see it.
#[Object]
impl PublicOffer {
    /// The id of the appointment: members pass it to `createBooking`.
    fn appointment_id(&self) -> ID {
        self.0.id.to_global()
    }

    /// The title of the topic.
    async fn topic_title(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        Ok(self.topic(context).await?.title.clone())
    }

    /// The description of the topic. Can contain line breaks. Null if not set.
    async fn topic_description(&self, context: &Context<'_>) -> Result<Option<String>, EdgeError> {
        Ok(self.topic(context).await?.description.clone())
    }

    /// The description for students. Can contain line breaks. Null if not set.
    fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The length of a session in minutes.
    fn session_minutes(&self) -> i64 {
        self.0.session_minutes
    }

    /// The time zone of the mentor's hours.
    fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// How many days ahead slots can be booked.
    fn horizon_days(&self) -> i64 {
        self.0.horizon_days
    }

    /// Whether bookings need the mentor's approval.
    fn is_approval_required(&self) -> bool {
        self.0.is_approval_required
    }

    /// The slots that start in a range of at most 31 days and can be booked now, by start: those of `Appointment.slots`. Null
    /// with an error if the range is not accepted.
    async fn slots(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The start of the range, included.")] from: DateTime,
        #[graphql(desc = "The end of the range, excluded: at most 31 days after `from`.")] to: DateTime,
    ) -> NullableValue<EagerItems<PublicSlot>> {
        nullable_value(
            async {
                let slots = load_slots(context, &self.0, from, to, false).await?;
                let public = |slot: Slot| PublicSlot { starts_at: slot.starts_at, ends_at: slot.ends_at };
                Ok(Some(EagerItems(slots.into_iter().map(public).collect())))
            }
            .await,
        )
    }
}

/// A time that can be booked, as everyone can see it.
#[Object]
impl PublicSlot {
    /// When the slot starts. Members pass it to `createBooking` unchanged.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When the slot ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }
}

#[derive(Debug, Default)]
pub struct PublicMentorQuery;

#[Object]
impl PublicMentorQuery {
    /// A mentor whose page is public, for callers with and without a session. Null for unknown names, for all other users,
    /// for mentors who are locked or have no active appointment, and across a block with the viewer: these cases look the
    /// same.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn public_mentor(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The username of the mentor. Case does not matter.")] username: String,
    ) -> Nullable<PublicMentor> {
        let viewer = context.viewer().map(|viewer| viewer.account);
        nullable(rules::public_mentor(context.app(), viewer, &username).await)
    }
}
