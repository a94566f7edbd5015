//! GraphQL for bookings and their events.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, MergedObject, Object, SimpleObject};

use super::approval::graphql::ApprovalMutation;
use super::assign::graphql::AssignMutation;
use super::busy_calendars::graphql::{BusyCalendarMutation, ConflictOf};
use super::calendar::graphql::{CalendarGeneration, CalendarMutation};
use super::calendar::rules as calendar;
use super::cancel::graphql::CancelBookingMutation;
use super::create::graphql::CreateBookingMutation;
use super::relocate::graphql::UpdateBookingMutation;
use super::time_off::graphql::TimeOffMutation;
use super::waitlist::graphql::WaitlistMutation;
use super::{Booking, BookingChange, BookingId, BookingStatus, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::Conversation;
use crate::conversations::graphql::DirectWith;
use crate::error::{Error, Result};
use crate::files::File;
use crate::files::graphql::FilesOf;
use crate::graphql::feed::cursor_of;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::scalars::{TimeZone, WebUrl};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Recurring, ResolvedOnce, nullable, recurring,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::live::Event;
use crate::profiles::graphql::visible_user;
use crate::profiles::{User, ViewerAndUser};
use crate::topics::appointments::Appointment;
use crate::topics::appointments::graphql::VisibleAppointment;
use crate::topics::graphql::topic_of;
use crate::topics::questions::Answer;
use crate::topics::{Topic, TopicId};

/// A page of bookings.
pub type BookingConnection = Connection<Booking>;

/// A booking and its cursor in a list.
pub type BookingEdge = Edge<Booking>;

/// Loads bookings of the viewer.
pub struct OwnBooking;

impl Loaded for OwnBooking {
    type Key = (AccountId, BookingId);
    type Value = Booking;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Booking>> {
        let (viewer, ids) = by_viewer(keys);
        let found = store::own_by_ids(&app.db, viewer, &ids).await?;
        Ok(found.into_iter().map(|booking| ((viewer, booking.id), booking)).collect())
    }
}

/// Loads how many bookings topics have.
pub struct TopicBookingCount;

impl Loaded for TopicBookingCount {
    type Key = TopicId;
    type Value = i64;

    async fn load(app: &App, topics: &[TopicId]) -> Result<HashMap<TopicId, i64>> {
        Ok(store::counts_of_topics(&app.db, topics).await?.into_iter().collect())
    }
}

/// Loads a booking of the viewer, batched with other bookings of the request. Returns `None` if the booking is missing
/// or belongs to other users, and for callers who are not members.
pub async fn own_booking(context: &Context<'_>, id: BookingId) -> Result<Option<Booking>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    context.load::<OwnBooking>((viewer.account, id)).await
}

/// A student's reserved slot of an appointment. Only the student and the mentor can see it.
#[Object]
impl Booking {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The booked appointment. Null if it was deleted, and across a block.
    async fn appointment(&self, context: &Context<'_>) -> Recurring<Arc<Appointment>> {
        let viewer = context.viewer()?.account;
        recurring(context.load::<VisibleAppointment>((viewer, self.appointment_id?)).await)
    }

    /// The topic of the appointment.
    async fn topic(&self, context: &Context<'_>) -> Result<ResolvedOnce<Arc<Topic>>, EdgeError> {
        topic_of(context, self.topic_id).await
    }

    /// The mentor. Null if the account was deleted, and across a block.
    async fn mentor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.mentor_id?).await)
    }

    /// The student. Null if the account was deleted, and across a block.
    async fn student(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.student_id?).await)
    }

    /// When the booking starts.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When the booking ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// The time zone of the appointment at the time of booking or rescheduling.
    fn time_zone(&self) -> TimeZone {
        TimeZone(self.time_zone.clone())
    }

    /// The location: that of the appointment at the time of booking or rescheduling, until the mentor changes it by
    /// `updateBooking`. If the session has other bookings, it is theirs. Null if not set.
    fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The URL of the online meeting: that of the appointment at the time of booking or rescheduling, or a room of the
    /// server, until the mentor changes it by `updateBooking`. If the session has other bookings, it is theirs. Only the mentor
    /// and the student see it. Null if not set, and unless the booking is `UPCOMING` or `COMPLETED`.
    fn meeting_url(&self, context: &Context<'_>) -> Option<WebUrl> {
        self.meeting_url_at(context.app().clock.now()).map(|url| WebUrl(url.to_owned()))
    }

    /// The current status.
    fn status(&self, context: &Context<'_>) -> BookingStatus {
        self.status_at(context.app().clock.now())
    }

    /// The student's question. Can contain line breaks. Null if not set, and once the student's account is deleted.
    fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// The student's answers to the mentor's questions, in their order. At most 10. Empty once the student's account is
    /// deleted.
    fn answers(&self) -> &[Answer] {
        &self.answers.0
    }

    /// The images of the question, in the student's order. At most 4.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        Ok(context.load::<ImagesOf>(Self::file_use(self.id).into()).await?.unwrap_or_default())
    }

    /// The attached files, in the student's order. At most 4.
    async fn files(&self, context: &Context<'_>) -> Result<Vec<File>, EdgeError> {
        Ok(context.load::<FilesOf>(Self::file_use(self.id)).await?.unwrap_or_default())
    }

    /// When the booking was created.
    fn booked_at(&self) -> DateTime {
        self.booked_at.into()
    }

    /// When the request expires unless the mentor decides. Null unless the status is `REQUESTED`.
    fn approval_expires_at(&self, context: &Context<'_>) -> Option<DateTime> {
        let is_open = self.status_at(context.app().clock.now()) == BookingStatus::Requested;
        self.approval_expires_at.filter(|_| is_open).map(DateTime::from)
    }

    /// When the booking was cancelled. Null if it was not.
    fn cancelled_at(&self) -> Option<DateTime> {
        self.cancelled_at.filter(|_| self.status == BookingStatus::Cancelled).map(DateTime::from)
    }

    /// The user who cancelled the booking. Null if it was not cancelled, if the account was deleted, and across a
    /// block.
    async fn cancelled_by(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.cancelled_by.filter(|_| self.status == BookingStatus::Cancelled)?).await)
    }

    /// The reason for the cancellation or refusal. Can contain line breaks. Null if not set, and once the account of the
    /// user who gave it is deleted.
    fn cancel_reason(&self) -> Option<&str> {
        self.cancel_reason.as_deref()
    }

    /// The user who did not come. Null unless the status is `NO_SHOW`, if the account was deleted, and across a block.
    async fn no_show_user(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.no_show_id?).await)
    }

    /// The URL of the booking as iCalendar (RFC 5545). It differs for mentor and student, and is a secret that works
    /// without a session. It ends when the viewer creates or revokes a calendar feed.
    async fn calendar_url(&self, context: &Context<'_>) -> Result<WebUrl, EdgeError> {
        let account = context.member()?.account;
        let generation = context.load::<CalendarGeneration>(account).await?.unwrap_or_default();
        Ok(calendar::booking_url(context.app(), account, self.id, generation).into())
    }

    /// The direct conversation of mentor and student. Null if they have none, or if an account was deleted.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let viewer = context.viewer()?.account;
        let other = [self.mentor_id?, self.student_id?].into_iter().find(|account| *account != viewer)?;
        nullable(context.load::<DirectWith>(ViewerAndUser { viewer, user: other }).await)
    }

    /// Whether the viewer may approve or decline the request now: the viewer is the mentor.
    fn viewer_can_approve(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_approve(viewer, self, now).is_ok())
    }

    /// Whether the viewer may cancel the booking now. The mentor declines requests instead.
    fn viewer_can_cancel(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_cancel(viewer, self, now).is_ok())
    }

    /// Whether the viewer may move the booking to another slot now.
    fn viewer_can_reschedule(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_reschedule(viewer, self, now).is_ok())
    }

    /// Whether the viewer may complete the booking now: the viewer is the mentor, and the booking has started.
    fn viewer_can_complete(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_complete(viewer, self, now).is_ok())
    }

    /// Whether the viewer may change location and meeting URL now: the viewer is the mentor, and the booking has not
    /// ended.
    fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_edit(viewer, self, now).is_ok())
    }

    /// Whether a busy calendar of the viewer has an event at the time of the booking.
    async fn viewer_has_conflict(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let viewer = context.member()?.account;
        Ok(context.load::<ConflictOf>((viewer, self.id)).await?.is_some())
    }

    /// Whether the viewer may record a no-show now.
    fn viewer_can_mark_no_show(&self, context: &Context<'_>) -> bool {
        let now = context.app().clock.now();
        context.viewer().is_some_and(|viewer| rules::check_no_show(viewer, self, now).is_ok())
    }
}

/// A booking of the viewer was created or changed.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BookingChanged {
    /// The position in the inbox. Pass it as `after` to resume from here.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The change.
    change: BookingChange,
    #[graphql(skip)]
    booking: BookingId,
}

#[ComplexObject]
impl BookingChanged {
    /// The booking as it is now, which can differ from its state at the time of the event.
    async fn booking(&self, context: &Context<'_>) -> Result<Booking, EdgeError> {
        Ok(own_booking(context, self.booking).await?.ok_or(Error::NotFound)?)
    }
}

/// A booking of the viewer starts soon. Sent 24 hours and 1 hour before the start, unless that time had passed when the
/// booking was created or rescheduled.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BookingReminder {
    /// The position in the inbox. Pass it as `after` to resume from here.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    booking: BookingId,
}

#[ComplexObject]
impl BookingReminder {
    /// The booking as it is now, which can differ from its state at the time of the event.
    async fn booking(&self, context: &Context<'_>) -> Result<Booking, EdgeError> {
        Ok(own_booking(context, self.booking).await?.ok_or(Error::NotFound)?)
    }
}

impl BookingChanged {
    /// Converts an event; `None` if a newer version added this change.
    pub fn of(event: &Event) -> Option<Self> {
        let change = event.detail.and_then(BookingChange::from_number)?;
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Some(Self { cursor, happened_at, change, booking: BookingId(event.subject) })
    }
}

impl BookingReminder {
    /// Converts an event.
    pub fn of(event: &Event) -> Self {
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Self { cursor, happened_at, booking: BookingId(event.subject) }
    }
}

#[derive(Debug, Default, MergedObject)]
pub struct BookingMutation(
    CreateBookingMutation,
    CancelBookingMutation,
    AssignMutation,
    ApprovalMutation,
    UpdateBookingMutation,
    TimeOffMutation,
    WaitlistMutation,
    BusyCalendarMutation,
    CalendarMutation,
);
