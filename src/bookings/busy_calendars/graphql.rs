//! GraphQL for busy calendars.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use url::Url;

use super::{BusyCalendar, BusyCalendarId, rules, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::BookingId;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::sentences::Sentence;

/// Loads how many busy times calendars have.
struct EventCounts;

impl Loaded for EventCounts {
    type Key = BusyCalendarId;
    type Value = i64;

    async fn load(app: &App, ids: &[BusyCalendarId]) -> Result<HashMap<BusyCalendarId, i64>> {
        Ok(store::counts(&app.db, ids, app.clock.now()).await?.into_iter().collect())
    }
}

/// Loads the bookings at whose time the viewer is busy.
pub struct ConflictOf;

impl Loaded for ConflictOf {
    type Key = (AccountId, BookingId);
    type Value = ();

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, ()>> {
        let (viewer, ids) = by_viewer(keys);
        let found: HashSet<(BookingId,)> = store::conflicting(&app.db, viewer, &ids).await?.into_iter().collect();
        Ok(found.into_iter().map(|(id,)| ((viewer, id), ())).collect())
    }
}

/// Loads a calendar of the viewer. Returns `None` if it does not exist or belongs to other users, and for callers who are
/// not members.
pub async fn own_busy_calendar(context: &Context<'_>, id: BusyCalendarId) -> Result<Option<BusyCalendar>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    Ok(store::own_by_ids(&context.app().db, viewer.account, &[id]).await?.pop())
}

/// Loads the calendars of the viewer, the oldest first.
pub async fn own_busy_calendars(context: &Context<'_>, viewer: Viewer) -> Result<Vec<BusyCalendar>> {
    if viewer.is_guest() {
        return Ok(Vec::new());
    }
    Ok(store::of_account(&context.app().db, viewer.account).await?)
}

/// An external calendar of which the server reads the busy times, and nothing else.
#[Object]
impl BusyCalendar {
    /// Why the last read failed, in one sentence in the language of the viewer. Null if it succeeded.
    fn error(&self) -> Option<Sentence> {
        self.failure.map(super::ReadFailure::sentence)
    }

    /// The number of busy times from now on: at most 5,000, of the next 365 days.
    async fn event_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<EventCounts>(self.id).await?.unwrap_or_default())
    }

    /// The host of the URL. The rest of the URL is secret and never returned.
    fn host(&self) -> String {
        Url::parse(&self.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// When the calendar was last read successfully. Null if it never was.
    fn last_read_at(&self) -> Option<DateTime> {
        self.last_read_at.map(DateTime::from)
    }

    /// The name that the viewer chose, 1 to 50 characters.
    fn name(&self) -> &str {
        &self.name
    }
}

/// The input of `addBusyCalendar`.
#[derive(InputObject)]
struct AddBusyCalendarInput {
    /// The name: 1 to 50 characters after trimming, without line breaks.
    name: String,
    /// The secret URL of iCalendar data (RFC 5545): `https`, with a public host. Clients replace `webcal` by `https`.
    url: WebUrl,
}

/// The input of `removeBusyCalendar`.
#[derive(InputObject)]
struct RemoveBusyCalendarInput {
    /// The id of the calendar.
    busy_calendar_id: ID,
}

/// The payload of `addBusyCalendar`.
#[derive(Default, SimpleObject)]
struct AddBusyCalendarPayload {
    /// The calendar, which has been read once. Null if the input was rejected.
    busy_calendar: Option<BusyCalendar>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `removeBusyCalendar`.
#[derive(Default, SimpleObject)]
struct RemoveBusyCalendarPayload {
    /// The id of the removed calendar. Null if the input was rejected.
    removed_busy_calendar_id: Option<ID>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(AddBusyCalendarPayload, RemoveBusyCalendarPayload);

#[derive(Debug, Default)]
pub struct BusyCalendarMutation;

#[Object]
impl BusyCalendarMutation {
    /// Adds an external calendar whose busy times remove slots, and reads it. The same URL twice returns the same calendar.
    /// Errors at `input.url`: `INVALID` if the URL is not allowed or has no iCalendar data, `TOO_LARGE` beyond 5 MiB.
    /// `QUOTA_EXCEEDED` beyond 5 calendars. At most 10 per hour. Codes: `INVALID`, `QUOTA_EXCEEDED`, `TOO_LARGE`,
    /// `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn add_busy_calendar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The calendar to add.")] input: AddBusyCalendarInput,
    ) -> Nullable<AddBusyCalendarPayload> {
        let outcome = async { rules::add(context.app(), context.member()?, &input.name, &input.url.0).await };
        Payload::answer(outcome.await, |calendar| AddBusyCalendarPayload {
            busy_calendar: Some(calendar),
            ..AddBusyCalendarPayload::default()
        })
    }

    /// Removes an external calendar and its busy times. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_busy_calendar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The calendar to remove.")] input: RemoveBusyCalendarInput,
    ) -> Nullable<RemoveBusyCalendarPayload> {
        let id = BusyCalendarId::from_global(&input.busy_calendar_id);
        let outcome = async { rules::remove(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |id| RemoveBusyCalendarPayload {
            removed_busy_calendar_id: Some(id.to_global()),
            ..RemoveBusyCalendarPayload::default()
        })
    }
}
