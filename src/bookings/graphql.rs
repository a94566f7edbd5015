//! Bookings in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, MergedObject, Object};

use super::calendar::graphql::CalendarMutation;
use super::calendar::rules as calendar;
use super::cancel::graphql::EndingMutation;
use super::create::graphql::MakingMutation;
use super::store::{Listed, Part};
use super::{Booking, BookingId, BookingRole, BookingStatus, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::Conversation;
use crate::conversations::graphql::DirectWith;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::scalars::{TimeZone, WebUrl};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, PageArguments, nullable,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::profiles::graphql::seen;
use crate::profiles::{User, ViewerAndUser};
use crate::topics::appointments::Appointment;
use crate::topics::appointments::graphql::SeenAppointment;
use crate::topics::graphql::TopicById;
use crate::topics::{AppointmentId, Topic, TopicId};

/// A page of bookings.
pub type BookingConnection = Connection<Booking>;

/// A booking and its place in a list.
pub type BookingEdge = Edge<Booking>;

/// Loads bookings that are somebody's own.
pub struct OwnBooking;

impl Loaded for OwnBooking {
    type Key = (AccountId, BookingId);
    type Value = Booking;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Booking>> {
        let (viewer, ids) = by_viewer(keys);
        let found = store::seen_by_ids(&app.db, viewer, &ids).await?;
        Ok(found.into_iter().map(|booking| ((viewer, booking.id), booking)).collect())
    }
}

/// Loads how often topics were booked.
pub struct BookingCountOf;

impl Loaded for BookingCountOf {
    type Key = TopicId;
    type Value = i64;

    async fn load(app: &App, topics: &[TopicId]) -> Result<HashMap<TopicId, i64>> {
        Ok(store::counts_of_topics(&app.db, topics).await?.into_iter().collect())
    }
}

/// Returns a booking of the viewer's; `None` alike for a missing one and for one of other people.
///
/// # Errors
/// When the database does not answer.
pub async fn own_booking(context: &Context<'_>, id: BookingId) -> Result<Option<Booking>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    context.load::<OwnBooking>((viewer.account, id)).await
}

/// Loads parts of the lists of offers.
struct PartOf;

impl Loaded for PartOf {
    type Key = (AppointmentId, Part);
    type Value = Vec<Booking>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<Booking>>> {
        let mut found: HashMap<Self::Key, Vec<Booking>> = HashMap::new();
        for (part, offers) in by_part(keys) {
            for booking in store::pages_of_offers(&app.db, &offers, app.clock.now(), part).await? {
                if let Some(offer) = booking.appointment_id {
                    found.entry((offer, part)).or_default().push(booking);
                }
            }
        }
        Ok(found)
    }
}

/// Loads how long those lists are.
struct CountOf;

impl Loaded for CountOf {
    type Key = (AppointmentId, Part);
    type Value = i64;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, i64>> {
        let mut found = HashMap::new();
        for (part, offers) in by_part(keys) {
            let counts = store::counts_of_offers(&app.db, &offers, app.clock.now(), part.status).await?;
            found.extend(counts.into_iter().map(|(offer, count)| ((offer, part), count)));
        }
        Ok(found)
    }
}

/// One statement serves all offers of which the same part is wanted.
fn by_part(keys: &[(AppointmentId, Part)]) -> HashMap<Part, Vec<AppointmentId>> {
    let mut offers: HashMap<Part, Vec<AppointmentId>> = HashMap::new();
    for (offer, part) in keys {
        offers.entry(*part).or_default().push(*offer);
    }
    offers
}

/// What a cursor of a list of bookings holds.
fn place(booking: &Booking) -> (Timestamp, BookingId) {
    (booking.starts_at, booking.id)
}

impl BookingConnection {
    /// Loads a page of somebody's bookings.
    async fn load(context: &Context<'_>, listed: Listed, page: Page<(Timestamp, BookingId)>) -> Result<Self> {
        let (db, now) = (&context.app().db, context.app().clock.now());
        let rows = store::page(db, listed, now, &page).await?;
        let total = if page.wants_total { Some(store::count(db, listed, now).await?) } else { None };
        Ok(Self::new(&page, rows, total, place))
    }

    /// Loads a page of an offer's bookings, together with those of whatever other offers are asked for now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_offer(
        context: &Context<'_>,
        offer: AppointmentId,
        status: Option<BookingStatus>,
        page: Page<(Timestamp, BookingId)>,
    ) -> Result<Self> {
        let key = (offer, Part::new(status, &page));
        let rows = context.load::<PartOf>(key).await?.unwrap_or_default();
        let total = if page.wants_total { Some(context.load::<CountOf>(key).await?.unwrap_or_default()) } else { None };
        Ok(Self::new(&page, rows, total, place))
    }
}

impl From<Booking> for BookingEdge {
    fn from(booking: Booking) -> Self {
        Self { cursor: write_cursor(&place(&booking)), node: booking }
    }
}

/// A student's reserved time with a mentor. Only the two see it.
#[Object]
impl Booking {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The offer it was made with; null once that is deleted, and across a block.
    async fn appointment(&self, context: &Context<'_>) -> Nullable<Appointment> {
        let viewer = context.viewer()?.account;
        nullable(context.load::<SeenAppointment>((viewer, self.appointment_id?)).await)
    }

    /// What it is about.
    async fn topic(&self, context: &Context<'_>) -> Result<Topic, EdgeError> {
        Ok(context.load::<TopicById>(self.topic_id).await?.ok_or(Error::NotFound)?)
    }

    /// Who teaches; null once the account is deleted, and across a block.
    async fn mentor(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.mentor_id?).await)
    }

    /// Who learns; null once the account is deleted, and across a block.
    async fn student(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.student_id?).await)
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// The zone of the place where it happens: the offer's when it was booked or moved.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.time_zone.clone())
    }

    /// Where it happens, as the offer said when it was booked or moved; null when not given.
    async fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// Where it stands now.
    async fn status(&self, context: &Context<'_>) -> BookingStatus {
        self.status_at(context.app().clock.now())
    }

    /// What the student wants to know, in lines; null when not given, and once their account is deleted.
    async fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// The pictures with the question, in the student's order; at most 4.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        Ok(context.load::<ImagesOf>(Self::shows(self.id)).await?.unwrap_or_default())
    }

    /// When it was made.
    async fn booked_at(&self) -> DateTime {
        self.booked_at.into()
    }

    /// When it was called off; null when it was not.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.cancelled_at.map(DateTime::from)
    }

    /// Who called it off; null when nobody did, once the account is deleted, and across a block.
    async fn cancelled_by(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.cancelled_by?).await)
    }

    /// Why it was called off, in lines; null when not given.
    async fn cancel_reason(&self) -> Option<&str> {
        self.cancel_reason.as_deref()
    }

    /// Who did not come; null when nobody was missed, once the account is deleted, and across a block.
    async fn no_show_user(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.no_show_id?).await)
    }

    /// The booking as a calendar reads it (RFC 5545). The address is the viewer's own and secret: whoever has it needs no
    /// session.
    fn calendar_url(&self, context: &Context<'_>) -> Result<WebUrl, EdgeError> {
        Ok(WebUrl(calendar::booking_url(context.app(), context.member()?.account, self.id)))
    }

    /// The direct thread of mentor and student; null where they have none yet, or one of them is gone.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let viewer = context.viewer()?.account;
        let other = [self.mentor_id?, self.student_id?].into_iter().find(|person| *person != viewer)?;
        nullable(context.load::<DirectWith>(ViewerAndUser { viewer, user: other }).await)
    }

    /// The viewer may call it off now.
    async fn viewer_can_cancel(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_cancel(viewer, self, now).is_ok())
    }

    /// The viewer may move it to another slot of the offer now.
    async fn viewer_can_reschedule(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_reschedule(viewer, self, now).is_ok())
    }

    /// The viewer may complete it now: they teach, and it has begun.
    async fn viewer_can_complete(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_complete(viewer, self, now).is_ok())
    }

    /// The viewer may say now who did not come.
    async fn viewer_can_mark_no_show(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_no_show(viewer, self, now).is_ok())
    }
}

#[derive(Debug, Default)]
pub struct BookingQuery;

#[Object]
impl BookingQuery {
    /// A booking of the viewer's; null for one that is not there or other people's.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The booking's global id.")] id: ID,
    ) -> Nullable<Booking> {
        nullable(
            async {
                context.member()?;
                match BookingId::from_global(&id) {
                    Some(id) => own_booking(context, id).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// The viewer's bookings in either role: those of status UPCOMING the soonest first, all others the latest first.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn bookings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those in which the viewer has this role.")] role: Option<BookingRole>,
        #[graphql(desc = "Only those of this status now.")] status: Option<BookingStatus>,
        page: PageArguments,
    ) -> Nullable<BookingConnection> {
        nullable(
            async {
                let viewer = context.member()?;
                let page = page.read(context)?;
                let listed = Listed { of: viewer.account, role, status };
                BookingConnection::load(context, listed, page).await.map(Some)
            }
            .await,
        )
    }
}

#[derive(Debug, Default, MergedObject)]
pub struct BookingMutation(MakingMutation, EndingMutation, CalendarMutation);
