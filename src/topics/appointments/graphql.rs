//! Offers in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};

use super::store::{Owner, Part};
use super::{Appointment, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::BookingStatus;
use crate::bookings::graphql::BookingConnection;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::scalars::TimeZone;
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, PageArguments, nullable,
};
use crate::profiles::User;
use crate::profiles::graphql::seen;
use crate::topics::availability::graphql::open_slots;
use crate::topics::availability::slots::Slot;
use crate::topics::availability::{DateException, WeeklyHours, Window};
use crate::topics::graphql::TopicById;
use crate::topics::{AppointmentId, Topic, TopicId};

/// A page of offers.
pub type AppointmentConnection = Connection<Appointment>;

/// An offer and its place in a list.
pub type AppointmentEdge = Edge<Appointment>;

/// Loads offers that somebody sees.
pub struct SeenAppointment;

impl Loaded for SeenAppointment {
    type Key = (AccountId, AppointmentId);
    type Value = Appointment;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Appointment>> {
        let (viewer, ids) = by_viewer(keys);
        let found = store::seen_by_ids(&app.db, viewer, &ids).await?;
        Ok(found.into_iter().map(|appointment| ((viewer, appointment.id), appointment)).collect())
    }
}

/// Loads an offer, together with whatever else is asked for now; `None` where the viewer sees none.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_appointment(context: &Context<'_>, id: AppointmentId) -> Result<Option<Appointment>> {
    match context.member() {
        Ok(viewer) => context.load::<SeenAppointment>((viewer.account, id)).await,
        Err(_) => Ok(None),
    }
}

/// A list of offers as somebody sees it, and a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Listed {
    viewer: AccountId,
    owner: Owner,
    part: Part,
}

impl Listed {
    /// What statements have in common: one of them serves all lists that differ by nothing but their owner.
    fn kind(&self) -> (AccountId, Part, bool) {
        (self.viewer, self.part, matches!(self.owner, Owner::Topic(_)))
    }
}

/// Loads parts of lists.
struct PartOf;

impl Loaded for PartOf {
    type Key = Listed;
    type Value = Vec<Appointment>;

    async fn load(app: &App, lists: &[Listed]) -> Result<HashMap<Listed, Vec<Appointment>>> {
        let mut found: HashMap<Listed, Vec<Appointment>> = HashMap::new();
        for ((viewer, part, is_of_topic), owners) in by_kind(lists) {
            for appointment in store::pages(&app.db, viewer, &owners, part).await? {
                let (topic, mentor) = (appointment.topic_id, appointment.mentor_id);
                let owner = if is_of_topic { Owner::Topic(topic) } else { Owner::Mentor(mentor) };
                found.entry(Listed { viewer, owner, part }).or_default().push(appointment);
            }
        }
        Ok(found)
    }
}

/// Loads how long lists are.
struct CountOf;

impl Loaded for CountOf {
    type Key = Listed;
    type Value = i64;

    async fn load(app: &App, lists: &[Listed]) -> Result<HashMap<Listed, i64>> {
        let mut found = HashMap::new();
        for ((viewer, part, is_of_topic), owners) in by_kind(lists) {
            for (owner, count) in store::counts(&app.db, viewer, &owners).await? {
                let owner = if is_of_topic { Owner::Topic(TopicId(owner)) } else { Owner::Mentor(AccountId(owner)) };
                found.insert(Listed { viewer, owner, part }, count);
            }
        }
        Ok(found)
    }
}

fn by_kind(lists: &[Listed]) -> HashMap<(AccountId, Part, bool), Vec<Owner>> {
    let mut owners: HashMap<_, Vec<Owner>> = HashMap::new();
    for list in lists {
        owners.entry(list.kind()).or_default().push(list.owner);
    }
    owners
}

impl AppointmentConnection {
    /// Loads a page of the offers of a topic or of a mentor.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(context: &Context<'_>, owner: Owner, page: Page<i64>) -> Result<Self> {
        let part = Part {
            after: page.after.unwrap_or(i64::MAX),
            before: page.before.unwrap_or(i64::MIN),
            limit: page.limit(),
            is_backward: page.is_backward,
        };
        let listed = Listed { viewer: context.member()?.account, owner, part };
        let rows = context.load::<PartOf>(listed).await?.unwrap_or_default();
        let total =
            if page.wants_total { Some(context.load::<CountOf>(listed).await?.unwrap_or_default()) } else { None };
        Ok(Self::new(&page, rows, total, |appointment: &Appointment| appointment.id.0))
    }
}

impl From<Appointment> for AppointmentEdge {
    fn from(appointment: Appointment) -> Self {
        Self { cursor: write_cursor(&appointment.id.0), node: appointment }
    }
}

/// A mentor's standing offer to teach one topic: settings, and when they can be booked.
#[Object]
impl Appointment {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// What is taught.
    async fn topic(&self, context: &Context<'_>) -> Result<Topic, EdgeError> {
        Ok(context.load::<TopicById>(self.topic_id).await?.ok_or(Error::NotFound)?)
    }

    /// Who teaches.
    async fn mentor(&self, context: &Context<'_>) -> Result<User, EdgeError> {
        Ok(seen(context, self.mentor_id).await?.ok_or(Error::NotFound)?)
    }

    /// What students should know, in lines; null when not given.
    async fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Where sessions take place; null when not given.
    async fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The zone in which the hours are meant.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.time_zone.clone())
    }

    /// How long a session takes.
    async fn session_minutes(&self) -> i64 {
        self.session_minutes
    }

    /// How many students come to one session.
    async fn seats(&self) -> i64 {
        self.seats
    }

    /// Hours of every week, at most 50.
    async fn weekly_hours(&self) -> &[WeeklyHours] {
        &self.availability.weekly
    }

    /// Days that differ from their week, at most 366.
    async fn exceptions(&self) -> &[DateException] {
        &self.availability.exceptions
    }

    /// Single stretches beside the hours, at most 200.
    async fn windows(&self) -> &[Window] {
        &self.availability.windows
    }

    /// How long before its beginning a slot can be booked at the latest.
    async fn minimum_notice_minutes(&self) -> i64 {
        self.minimum_notice_minutes
    }

    /// How long before its beginning a student may cancel or move a booking at the latest.
    async fn cancellation_notice_minutes(&self) -> i64 {
        self.cancellation_notice_minutes
    }

    /// How far ahead slots can be booked.
    async fn horizon_days(&self) -> i64 {
        self.horizon_days
    }

    /// The rest after each session.
    async fn buffer_minutes(&self) -> i64 {
        self.buffer_minutes
    }

    /// How many upcoming bookings one student may have on one day of the offer's zone.
    async fn max_bookings_per_student_per_day(&self) -> i64 {
        self.max_bookings_per_day
    }

    /// It can be booked. One that rests has no slots, and its bookings stay.
    async fn is_active(&self) -> bool {
        self.is_active
    }

    /// When it was offered.
    async fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// What can be booked, in order: at most the slots of 31 days. None while it rests or its topic is archived.
    async fn slots(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Slots that begin from then on.")] from: DateTime,
        #[graphql(desc = "Slots that begin before; at most 31 days after `from`.")] to: DateTime,
    ) -> Result<Vec<Slot>, EdgeError> {
        Ok(open_slots(context, self, from, to).await?)
    }

    /// What was booked of it, as in the root field `bookings`; null for everybody but the mentor.
    async fn bookings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those of this status now.")] status: Option<BookingStatus>,
        page: PageArguments,
    ) -> Nullable<BookingConnection> {
        context.viewer().filter(|viewer| rules::may_edit(*viewer, self))?;
        nullable(
            async {
                let page = page.read(context)?;
                BookingConnection::of_offer(context, self.id, status, page).await.map(Some)
            }
            .await,
        )
    }

    /// The viewer may change and delete it: it is their own.
    async fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::may_edit(viewer, self))
    }

    /// The viewer may book one of its slots: it is somebody else's, active, and its topic is not archived.
    async fn viewer_can_book(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::may_book(viewer, self))
    }
}

#[derive(Debug, Default)]
pub struct AppointmentQuery;

#[Object]
impl AppointmentQuery {
    /// A mentor's offer; null when there is none that the viewer may see.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The offer's global id.")] id: ID,
    ) -> Nullable<Appointment> {
        nullable(
            async {
                let viewer = context.member()?.account;
                match AppointmentId::from_global(&id) {
                    Some(id) => context.load::<SeenAppointment>((viewer, id)).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }
}
