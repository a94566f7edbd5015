//! GraphQL for waitlists.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::{WaitlistEntry, WaitlistEntryId, rules, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::cursor_of;
use crate::graphql::loader::Loaded;
use crate::graphql::{
    ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, Recurring, UserError, nullable, recurring,
};
use crate::live::Event;
use crate::topics::AppointmentId;
use crate::topics::appointments::Appointment;
use crate::topics::appointments::graphql::visible_appointment;

/// Loads how many students wait for each slot of appointments.
pub struct WaitlistCounts;

impl Loaded for WaitlistCounts {
    type Key = AppointmentId;
    type Value = Arc<HashMap<Timestamp, i64>>;

    async fn load(app: &App, appointments: &[AppointmentId]) -> Result<HashMap<AppointmentId, Self::Value>> {
        let mut counts: HashMap<AppointmentId, HashMap<Timestamp, i64>> = HashMap::new();
        for (appointment, starts_at, count) in store::counts(&app.db, appointments, app.clock.now()).await? {
            counts.entry(appointment).or_default().insert(starts_at, count);
        }
        Ok(counts.into_iter().map(|(appointment, counts)| (appointment, Arc::new(counts))).collect())
    }
}

/// Loads an entry of the viewer. Returns `None` if it does not exist, has ended or belongs to other users, and for callers
/// who are not members.
pub async fn own_entry(context: &Context<'_>, id: WaitlistEntryId) -> Result<Option<WaitlistEntry>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    rules::own_entry(context.app(), viewer.account, id).await
}

/// The viewer's place in the waitlist of a full slot.
#[Object]
impl WaitlistEntry {
    /// The appointment. Null once it is deleted.
    async fn appointment(&self, context: &Context<'_>) -> Recurring<Arc<Appointment>> {
        recurring(visible_appointment(context, self.appointment_id).await)
    }

    /// When the slot ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// When the viewer joined.
    fn joined_at(&self) -> DateTime {
        self.joined_at.into()
    }

    /// Until when a seat is held for the viewer, to be booked by `createBooking`. Null while they wait.
    fn offer_expires_at(&self) -> Option<DateTime> {
        self.offer_expires_at.map(DateTime::from)
    }

    /// The place among those who wait, starting at 1. Null while a seat is held.
    async fn position(&self, context: &Context<'_>) -> Result<Option<i64>, EdgeError> {
        if self.offer_expires_at.is_some() {
            return Ok(None);
        }
        let app = context.app();
        Ok(Some(store::position(&app.db, self, app.clock.now()).await.map_err(Error::from)?))
    }

    /// When the slot starts.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }
}

/// The viewer's place in a waitlist changed: the viewer joined or left, the place is another one, a seat is held or no longer
/// is, or the entry ended. A change from one place behind the 20th to another is not reported.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct WaitlistChanged {
    /// The position in the inbox. Pass it as `after` to resume from here.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The global id of the entry, even if it has ended.
    waitlist_entry_id: ID,
    #[graphql(skip)]
    entry: WaitlistEntryId,
}

#[ComplexObject]
impl WaitlistChanged {
    /// The entry as it is now, which can differ from its state at the time of the event; null if it has ended or is hidden
    /// by a block.
    async fn waitlist_entry(&self, context: &Context<'_>) -> Nullable<WaitlistEntry> {
        nullable(own_entry(context, self.entry).await)
    }
}

impl WaitlistChanged {
    /// Converts an event.
    pub fn of(event: &Event) -> Self {
        let (cursor, happened_at, entry) = (cursor_of(event), event.happened_at.into(), WaitlistEntryId(event.subject));
        Self { cursor, happened_at, waitlist_entry_id: entry.to_global(), entry }
    }
}

/// The input of `joinWaitlist`.
#[derive(InputObject)]
struct JoinWaitlistInput {
    /// The id of the appointment.
    appointment_id: ID,
    /// The start of a slot without a free seat, exactly as `Slot.startsAt` returns it.
    starts_at: DateTime,
}

/// The input of `leaveWaitlist`.
#[derive(InputObject)]
struct LeaveWaitlistInput {
    /// The id of the entry.
    waitlist_entry_id: ID,
}

/// The payload of `joinWaitlist`.
#[derive(Default, SimpleObject)]
struct JoinWaitlistPayload {
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
    /// The viewer's place. Null if the input was rejected.
    waitlist_entry: Option<WaitlistEntry>,
}

/// The payload of `leaveWaitlist`.
#[derive(Default, SimpleObject)]
struct LeaveWaitlistPayload {
    /// The id of the deleted entry. Null if the input was rejected.
    left_waitlist_entry_id: Option<ID>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(JoinWaitlistPayload, LeaveWaitlistPayload);

#[derive(Debug, Default)]
pub struct WaitlistMutation;

#[Object]
impl WaitlistMutation {
    /// Joins the waitlist of a full slot. Joining twice keeps the place. A seat that becomes free is held for the first
    /// student who could book it, for 60 minutes. Errors at `input.startsAt`: `WRONG_STATE` if a seat is free,
    /// `SLOT_UNAVAILABLE` if there is no such slot, `OVERLAP` and `BOOKING_LIMIT` as in `createBooking`. `QUOTA_EXCEEDED`
    /// beyond 10 entries. At most 60 per hour. Codes: `BOOKING_LIMIT`, `FORBIDDEN`, `NOT_FOUND`, `OVERLAP`,
    /// `QUOTA_EXCEEDED`, `SLOT_UNAVAILABLE`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn join_waitlist(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The slot to wait for.")] input: JoinWaitlistInput,
    ) -> Nullable<JoinWaitlistPayload> {
        let (appointment, starts_at) = (AppointmentId::from_global(&input.appointment_id), input.starts_at.0);
        let outcome = async { rules::join_waitlist(context.app(), context.member()?, appointment, starts_at).await };
        Payload::answer(outcome.await, |entry| JoinWaitlistPayload {
            waitlist_entry: Some(entry),
            ..JoinWaitlistPayload::default()
        })
    }

    /// Leaves a waitlist, and passes on a seat that is held for the viewer. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn leave_waitlist(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The entry to leave.")] input: LeaveWaitlistInput,
    ) -> Nullable<LeaveWaitlistPayload> {
        let id = WaitlistEntryId::from_global(&input.waitlist_entry_id);
        let outcome = async { rules::leave_waitlist(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |id| LeaveWaitlistPayload {
            left_waitlist_entry_id: Some(id.to_global()),
            ..LeaveWaitlistPayload::default()
        })
    }
}
