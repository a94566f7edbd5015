//! GraphQL for appointments.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::inputs::graphql::{CreateAppointmentInput, UpdateAppointmentInput};
use super::store::{AppointmentBounds, Owner};
use super::{Appointment, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::appointments::{self as bookings, UpdateOutcome};
use crate::bookings::graphql::BookingConnection;
use crate::bookings::lists::graphql::{BookingFilterInput, BookingOrder, ListArguments};
use crate::bookings::{Booking, BookingStatus};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::scalars::{TimeZone, WebUrl};
use crate::graphql::{
    Connection, ContextExt, DateTime, EagerItems, Edge, EdgeError, GlobalId, Nullable, NullableValue, Page,
    PageArguments, Payload, ResolvedOnce, UserError, nullable, nullable_value,
};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;
use crate::topics::availability::graphql::load_slots;
use crate::topics::availability::slots::Slot;
use crate::topics::availability::{DateException, WeeklyHours, Window};
use crate::topics::graphql::topic_of;
use crate::topics::questions::Question;
use crate::topics::{AppointmentId, Topic, TopicId};

/// A page of appointments.
pub type AppointmentConnection = Connection<Appointment>;

/// An appointment and its cursor in a list.
pub type AppointmentEdge = Edge<Appointment>;

/// Loads appointments that the viewer can see.
pub struct VisibleAppointment;

impl Loaded for VisibleAppointment {
    type Key = (AccountId, AppointmentId);
    type Value = Arc<Appointment>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let (viewer, ids) = by_viewer(keys);
        let found = store::visible_by_ids(&app.db, viewer, &ids).await?;
        Ok(found.into_iter().map(|appointment| ((viewer, appointment.id), Arc::new(appointment))).collect())
    }
}

/// Loads an appointment, batched with other appointments of the request. Returns `None` if the viewer cannot see it,
/// and for callers who are not members.
pub async fn visible_appointment(context: &Context<'_>, id: AppointmentId) -> Result<Option<Arc<Appointment>>> {
    match context.member() {
        Ok(viewer) => context.load::<VisibleAppointment>((viewer.account, id)).await,
        Err(_) => Ok(None),
    }
}

/// A page of a list of appointments, as a viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct AppointmentPageKey {
    viewer: AccountId,
    owner: Owner,
    bounds: AppointmentBounds,
}

impl AppointmentPageKey {
    /// Returns what the keys of one statement have in common. They differ only by their owner.
    fn group(&self) -> (AccountId, AppointmentBounds, bool) {
        (self.viewer, self.bounds, matches!(self.owner, Owner::Topic(_)))
    }
}

/// Loads pages of appointments.
struct AppointmentPage;

impl Loaded for AppointmentPage {
    type Key = AppointmentPageKey;
    type Value = Vec<Appointment>;

    async fn load(app: &App, keys: &[AppointmentPageKey]) -> Result<HashMap<AppointmentPageKey, Vec<Appointment>>> {
        let mut found: HashMap<AppointmentPageKey, Vec<Appointment>> = HashMap::new();
        for ((viewer, bounds, is_of_topic), owners) in group_keys(keys) {
            for appointment in store::pages(&app.db, viewer, &owners, bounds).await? {
                let (topic, mentor) = (appointment.topic_id, appointment.mentor_id);
                let owner = if is_of_topic { Owner::Topic(topic) } else { Owner::Mentor(mentor) };
                found.entry(AppointmentPageKey { viewer, owner, bounds }).or_default().push(appointment);
            }
        }
        Ok(found)
    }
}

/// Loads the total numbers of these lists.
struct AppointmentCount;

impl Loaded for AppointmentCount {
    type Key = AppointmentPageKey;
    type Value = i64;

    async fn load(app: &App, keys: &[AppointmentPageKey]) -> Result<HashMap<AppointmentPageKey, i64>> {
        let mut found = HashMap::new();
        for ((viewer, bounds, is_of_topic), owners) in group_keys(keys) {
            for (owner, count) in store::counts(&app.db, viewer, &owners).await? {
                let owner = if is_of_topic { Owner::Topic(TopicId(owner)) } else { Owner::Mentor(AccountId(owner)) };
                found.insert(AppointmentPageKey { viewer, owner, bounds }, count);
            }
        }
        Ok(found)
    }
}

/// Groups the owners that one statement can serve.
fn group_keys(keys: &[AppointmentPageKey]) -> HashMap<(AccountId, AppointmentBounds, bool), Vec<Owner>> {
    let mut groups: HashMap<_, Vec<Owner>> = HashMap::new();
    for key in keys {
        groups.entry(key.group()).or_default().push(key.owner);
    }
    groups
}

impl AppointmentConnection {
    /// Loads a page of the appointments of a topic or of a mentor, batched with other such pages of the request.
    pub async fn load(context: &Context<'_>, owner: Owner, page: Page<i64>) -> Result<Self> {
        let bounds = AppointmentBounds {
            after: page.after.unwrap_or(i64::MAX),
            before: page.before.unwrap_or(i64::MIN),
            limit: page.limit(),
            is_backward: page.is_backward,
        };
        let key = AppointmentPageKey { viewer: context.member()?.account, owner, bounds };
        let rows = context.load::<AppointmentPage>(key).await?.unwrap_or_default();
        let total = if page.wants_total {
            Some(context.load::<AppointmentCount>(key).await?.unwrap_or_default())
        } else {
            None
        };
        Ok(Self::new(&page, rows, total, |appointment: &Appointment| appointment.id.0))
    }
}

impl From<Appointment> for AppointmentEdge {
    fn from(appointment: Appointment) -> Self {
        Self { cursor: write_cursor(&appointment.id.0), node: appointment }
    }
}

/// A mentor's standing offer to teach one topic, with settings and availability. Members book its slots.
#[Object]
impl Appointment {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The topic.
    async fn topic(&self, context: &Context<'_>) -> Result<ResolvedOnce<Arc<Topic>>, EdgeError> {
        topic_of(context, self.topic_id).await
    }

    /// The mentor.
    async fn mentor(&self, context: &Context<'_>) -> Result<ResolvedOnce<User>, EdgeError> {
        Ok(ResolvedOnce(visible_user(context, self.mentor_id).await?.ok_or(Error::NotFound)?))
    }

    /// The description for students. Can contain line breaks. Null if not set.
    fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The location of the sessions. Null if not set.
    fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The URL of the online meeting. Null if not set, and for all viewers but the mentor: students see that of their
    /// booking.
    fn meeting_url(&self, context: &Context<'_>) -> Option<WebUrl> {
        context.viewer().filter(|viewer| rules::can_edit(*viewer, self))?;
        self.meeting_url.clone().map(WebUrl)
    }

    /// The questions that students answer when they book, in order. At most 10.
    fn questions(&self) -> &[Question] {
        &self.questions.0
    }

    /// The time zone of the hours.
    fn time_zone(&self) -> TimeZone {
        TimeZone(self.time_zone.clone())
    }

    /// The length of a session in minutes.
    fn session_minutes(&self) -> i64 {
        self.session_minutes
    }

    /// How many students can book the same session.
    fn seats(&self) -> i64 {
        self.seats
    }

    /// The hours of every week. At most 50 intervals.
    fn weekly_hours(&self) -> &[WeeklyHours] {
        &self.availability.weekly
    }

    /// Days on which other hours apply than the weekly ones. At most 366.
    fn exceptions(&self) -> &[DateException] {
        &self.availability.exceptions
    }

    /// Single intervals in addition to the hours. At most 200.
    fn windows(&self) -> &[Window] {
        &self.availability.windows
    }

    /// The notice to book: how many minutes before its start a slot can still be booked.
    fn minimum_notice_minutes(&self) -> i64 {
        self.minimum_notice_minutes
    }

    /// The notice to cancel: how many minutes before the start students can still cancel or reschedule.
    fn cancellation_notice_minutes(&self) -> i64 {
        self.cancellation_notice_minutes
    }

    /// How many days ahead slots can be booked.
    fn horizon_days(&self) -> i64 {
        self.horizon_days
    }

    /// The break after each session in minutes.
    fn buffer_minutes(&self) -> i64 {
        self.buffer_minutes
    }

    /// How many upcoming bookings of this appointment a student can have per day of its time zone.
    fn max_bookings_per_student_per_day(&self) -> i64 {
        self.max_bookings_per_day
    }

    /// Whether slots can be booked. An inactive appointment has no slots and keeps its bookings.
    fn is_active(&self) -> bool {
        self.is_active
    }

    /// Whether bookings need the mentor's approval.
    fn is_approval_required(&self) -> bool {
        self.is_approval_required
    }

    /// When the appointment was created.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// The slots that start in a range of at most 31 days and can be booked now, by start. Empty if the appointment is
    /// inactive or its topic is archived. The same for every viewer. Null with an error if the range is not accepted.
    async fn slots(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The start of the range, included.")] from: DateTime,
        #[graphql(desc = "The end of the range, excluded: at most 31 days after `from`.")] to: DateTime,
        #[graphql(
            desc = "Also returns slots of which every seat is taken or held, for `joinWaitlist`.",
            default = false
        )]
        include_full: bool,
    ) -> NullableValue<EagerItems<Slot>> {
        let slots = load_slots(context, self, from, to, include_full).await;
        nullable_value(slots.map(|slots| Some(EagerItems(slots))))
    }

    /// The bookings of the appointment, in the order of `Query.bookings`. Null unless the viewer is the mentor.
    async fn bookings(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Returns only bookings that have this status now.",
            deprecation = "Use `filter: { statuses: [..] }`. Removal on 2027-06-01."
        )]
        status: Option<BookingStatus>,
        #[graphql(desc = "Which bookings.")] filter: Option<BookingFilterInput>,
        #[graphql(desc = "The order.")] order_by: Option<BookingOrder>,
        page: PageArguments,
    ) -> Nullable<BookingConnection> {
        let viewer = context.viewer().filter(|viewer| rules::can_edit(*viewer, self))?.account;
        let list = ListArguments { role: None, status, filter, order_by, page };
        nullable(BookingConnection::of_appointment(context, viewer, self.id, list).await.map(Some))
    }

    /// Whether the viewer may change and delete the appointment: only its mentor may.
    fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_edit(viewer, self))
    }

    /// Whether the viewer may book slots: the appointment belongs to another mentor and is active, and its topic is not
    /// archived.
    fn viewer_can_book(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_book(viewer, self))
    }
}

#[derive(Debug, Default)]
pub struct AppointmentQuery;

#[Object]
impl AppointmentQuery {
    /// An appointment. Null if it does not exist, and across a block.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the appointment.")] id: ID,
    ) -> Nullable<Arc<Appointment>> {
        nullable(
            async {
                let viewer = context.member()?.account;
                match AppointmentId::from_global(&id) {
                    Some(id) => context.load::<VisibleAppointment>((viewer, id)).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }
}

/// The input of `deleteAppointment`.
#[derive(InputObject)]
struct DeleteAppointmentInput {
    /// The id of the appointment.
    appointment_id: ID,
    /// Whether to cancel upcoming bookings and notify their students. If false, the deletion is rejected while there are
    /// upcoming bookings.
    #[graphql(default = false)]
    cancel_upcoming: bool,
}

/// The payload of `createAppointment`.
#[derive(Default, SimpleObject)]
struct CreateAppointmentPayload {
    /// The new appointment with its cursor. Null if the input was rejected.
    appointment_edge: Option<AppointmentEdge>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `updateAppointment`.
#[derive(Default, SimpleObject)]
struct UpdateAppointmentPayload {
    /// The appointment after the change. Null if the input was rejected.
    appointment: Option<Appointment>,
    /// The upcoming bookings that conflict with the change, if it was rejected with `HAS_BOOKINGS`. The soonest come
    /// first, at most 100.
    conflicting_bookings: Vec<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `deleteAppointment`.
#[derive(Default, SimpleObject)]
struct DeleteAppointmentPayload {
    /// The id of the deleted appointment. Null if the input was rejected.
    deleted_appointment_id: Option<ID>,
    /// The upcoming bookings that were cancelled, the soonest first.
    cancelled_bookings: Vec<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateAppointmentPayload, UpdateAppointmentPayload, DeleteAppointmentPayload);

#[derive(Debug, Default)]
pub struct AppointmentMutation;

#[Object]
impl AppointmentMutation {
    /// Creates an appointment for a topic. Its creator is the mentor. A member can have one appointment per topic, and
    /// at most 100. Codes: `CONFLICT`, `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `TOO_LONG`,
    /// `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new appointment.")] input: CreateAppointmentInput,
    ) -> Nullable<CreateAppointmentPayload> {
        let topic = TopicId::from_global(&input.topic_id);
        let key = input.client_key.clone();
        let outcome = async {
            rules::create_appointment(context.app(), context.member()?, topic, input.into(), key.as_deref()).await
        };
        Payload::answer(outcome.await, |appointment| CreateAppointmentPayload {
            appointment_edge: Some(appointment.into()),
            ..CreateAppointmentPayload::default()
        })
    }

    /// Changes an appointment of the viewer. A change that would leave an upcoming booking outside the hours or without
    /// a seat is rejected with `HAS_BOOKINGS`, and `conflictingBookings` contains these bookings. Codes: `FORBIDDEN`,
    /// `HAS_BOOKINGS`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateAppointmentInput,
    ) -> Nullable<UpdateAppointmentPayload> {
        let id = AppointmentId::from_global(&input.appointment_id);
        let outcome = async { bookings::update_appointment(context.app(), context.member()?, id, input.into()).await };
        Payload::answer(outcome.await, |outcome| match outcome {
            UpdateOutcome::Updated(appointment) => {
                UpdateAppointmentPayload { appointment: Some(*appointment), ..UpdateAppointmentPayload::default() }
            }
            UpdateOutcome::Conflict(problem, conflicting_bookings) => UpdateAppointmentPayload {
                conflicting_bookings,
                user_errors: vec![problem.into()],
                ..UpdateAppointmentPayload::default()
            },
        })
    }

    /// Deletes an appointment of the viewer. Rejected with `HAS_BOOKINGS` if there are upcoming bookings, unless
    /// `cancelUpcoming` is true. Past bookings stay. Codes: `FORBIDDEN`, `HAS_BOOKINGS`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The appointment to delete.")] input: DeleteAppointmentInput,
    ) -> Nullable<DeleteAppointmentPayload> {
        let id = AppointmentId::from_global(&input.appointment_id);
        let cancel = input.cancel_upcoming;
        let outcome = async { bookings::delete_appointment(context.app(), context.member()?, id, cancel).await };
        Payload::answer(outcome.await, |(id, cancelled_bookings)| DeleteAppointmentPayload {
            deleted_appointment_id: Some(id.to_global()),
            cancelled_bookings,
            ..DeleteAppointmentPayload::default()
        })
    }
}
