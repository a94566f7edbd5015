//! GraphQL for times off.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules::{self, TimeOffDraft, TimeOffOutcome};
use crate::accounts::Viewer;
use crate::bookings::Booking;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::{Connection, ContextExt, DateTime, Edge, GlobalId, Nullable, PageArguments, Payload, UserError};
use crate::topics::time_off::{TimeOff, TimeOffId, store};

/// A page of times off.
pub type TimeOffConnection = Connection<TimeOff>;

/// A time off and its cursor in a list.
pub type TimeOffEdge = Edge<TimeOff>;

/// Loads a time off of the viewer. Returns `None` if it does not exist or belongs to other users, and for callers who are
/// not members.
pub async fn own_time_off(context: &Context<'_>, id: TimeOffId) -> Result<Option<TimeOff>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    Ok(store::own_by_ids(&context.app().db, viewer.account, &[id]).await?.pop())
}

/// Loads a page of the viewer's times off that are not over.
pub async fn times_off(context: &Context<'_>, viewer: Viewer, page: PageArguments) -> Result<TimeOffConnection> {
    let (page, now, db) = (page.read(context)?, context.app().clock.now(), &context.app().db);
    let rows = store::page(db, viewer.account, now, &page).await?;
    let total = if page.wants_total { Some(store::count(db, viewer.account, now).await?) } else { None };
    Ok(TimeOffConnection::new(&page, rows, total, cursor_key))
}

/// Returns what the cursor of a time off contains.
fn cursor_key(time_off: &TimeOff) -> (Timestamp, TimeOffId) {
    (time_off.starts_at, time_off.id)
}

impl From<TimeOff> for TimeOffEdge {
    fn from(time_off: TimeOff) -> Self {
        Self { cursor: write_cursor(&cursor_key(&time_off)), node: time_off }
    }
}

/// A period in which a mentor has no slots in any appointment. Only the mentor can see it.
#[Object]
impl TimeOff {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// When the time off starts.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When the time off ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// A note for the mentor only. Null if not set.
    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

/// The input of `createTimeOff`.
#[derive(InputObject)]
struct CreateTimeOffInput {
    /// Whether to cancel upcoming bookings and decline requests within the time off, and notify their students. If false,
    /// they prevent it.
    #[graphql(default = false)]
    cancel_upcoming: bool,
    /// An idempotency key, 1 to 100 characters, unique per mentor and never released. Repeating the mutation with the same
    /// key and content returns the time off that the first one created; with other content, `IDEMPOTENCY_MISMATCH`.
    client_key: Option<String>,
    /// The end: in the future, after the start, at most 366 days after it. Fractions of a millisecond are dropped.
    ends_at: DateTime,
    /// A note for the viewer only: 1 to 200 characters after trimming, without line breaks.
    note: Option<String>,
    /// The start. Fractions of a millisecond are dropped.
    starts_at: DateTime,
}

/// The input of `deleteTimeOff`.
#[derive(InputObject)]
struct DeleteTimeOffInput {
    /// The id of the time off.
    time_off_id: ID,
}

/// The payload of `createTimeOff`.
#[derive(Default, SimpleObject)]
struct CreateTimeOffPayload {
    /// The bookings that were cancelled or declined, the soonest first. At most 100.
    cancelled_bookings: Vec<Booking>,
    /// The bookings that overlap the time off, if it was rejected with `HAS_BOOKINGS`. The soonest come first, at most
    /// 100.
    conflicting_bookings: Vec<Booking>,
    /// The new time off with its cursor. Null if the input was rejected.
    time_off_edge: Option<TimeOffEdge>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `deleteTimeOff`.
#[derive(Default, SimpleObject)]
struct DeleteTimeOffPayload {
    /// The id of the deleted time off. Null if the input was rejected.
    deleted_time_off_id: Option<ID>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateTimeOffPayload, DeleteTimeOffPayload);

#[derive(Debug, Default)]
pub struct TimeOffMutation;

#[Object]
impl TimeOffMutation {
    /// Creates a time off, in which no appointment of the viewer has slots. Rejected with `HAS_BOOKINGS` if upcoming
    /// bookings or requests overlap it, unless `cancelUpcoming` is true; `conflictingBookings` contains these bookings.
    /// `QUOTA_EXCEEDED` beyond 100 that are not over. Times off may overlap. At most 60 per hour. Codes: `HAS_BOOKINGS`,
    /// `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_time_off(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new time off.")] input: CreateTimeOffInput,
    ) -> Nullable<CreateTimeOffPayload> {
        let truncated = |at: DateTime| Timestamp(at.0.0.div_euclid(1_000) * 1_000);
        let draft = TimeOffDraft {
            starts_at: truncated(input.starts_at),
            ends_at: truncated(input.ends_at),
            note: input.note,
            cancel_upcoming: input.cancel_upcoming,
            client_key: input.client_key,
        };
        let outcome = async { rules::create_time_off(context.app(), context.member()?, draft).await };
        Payload::answer(outcome.await, |outcome| match outcome {
            TimeOffOutcome::Created(time_off, mut cancelled_bookings) => {
                cancelled_bookings.truncate(rules::MAX_LISTED_BOOKINGS);
                let time_off_edge = Some(time_off.into());
                CreateTimeOffPayload { cancelled_bookings, time_off_edge, ..CreateTimeOffPayload::default() }
            }
            TimeOffOutcome::Conflict(problem, conflicting_bookings) => CreateTimeOffPayload {
                conflicting_bookings,
                user_errors: vec![problem.into()],
                ..CreateTimeOffPayload::default()
            },
        })
    }

    /// Deletes a time off of the viewer. Its slots can be booked at once. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_time_off(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The time off to delete.")] input: DeleteTimeOffInput,
    ) -> Nullable<DeleteTimeOffPayload> {
        let id = TimeOffId::from_global(&input.time_off_id);
        let outcome = async { rules::delete_time_off(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |id| DeleteTimeOffPayload {
            deleted_time_off_id: Some(id.to_global()),
            ..DeleteTimeOffPayload::default()
        })
    }
}
