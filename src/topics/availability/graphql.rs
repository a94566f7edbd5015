//! GraphQL for availabilities and slots, and the subscription to slots.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_graphql::{Context, ID, Object, SimpleObject, Subscription};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::slots::{self, Slot};
use super::{DateException, Hours, Weekday, WeeklyHours, Window};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::approval::rules::settle;
use crate::bookings::waitlist::graphql::WaitlistCounts;
use crate::bookings::waitlist::store as waitlists;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::{Loaded, poll_step};
use crate::graphql::scalars::{Date, LocalTime};
use crate::graphql::{ContextExt, DateTime, EagerItems, EdgeError, GlobalId, Recurring, recurring};
use crate::live::{self, EventKind, Feed, FeedItem, SharedLookup};
use crate::profiles::relations::store as relations;
use crate::topics::AppointmentId;
use crate::topics::appointments::graphql::{VisibleAppointment, visible_appointment};
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::occupancies::{Occupancy, store as occupancies};

/// An interval of hours on one day of every week.
#[Object]
impl WeeklyHours {
    /// The day of the week.
    async fn weekday(&self) -> Weekday {
        self.weekday
    }

    /// The start, in the time zone of the appointment.
    async fn from(&self) -> LocalTime {
        LocalTime(self.hours.from)
    }

    /// The end, in the time zone of the appointment: on the next day if it is earlier than `from`. `24:00` is the end of
    /// the day.
    async fn to(&self) -> LocalTime {
        LocalTime(self.hours.to)
    }
}

/// An interval of hours on one day.
#[Object]
impl Hours {
    /// The start, in the time zone of the appointment.
    async fn from(&self) -> LocalTime {
        LocalTime(self.from)
    }

    /// The end, in the time zone of the appointment: on the next day if it is earlier than `from`. `24:00` is the end of
    /// the day.
    async fn to(&self) -> LocalTime {
        LocalTime(self.to)
    }
}

/// A day on which other hours apply than the weekly ones.
#[Object]
impl DateException {
    /// The day, in the time zone of the appointment.
    fn on(&self) -> Date {
        Date(self.on)
    }

    /// The hours that replace the weekly ones. At most 50; empty if the day is closed.
    fn hours(&self) -> &[Hours] {
        &self.hours
    }
}

/// A single interval in addition to the hours.
#[Object]
impl Window {
    /// When the window starts.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When the window ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }
}

/// A time that can be booked, or with `includeFull` waited for. The same for every viewer.
#[Object]
impl Slot {
    /// When the slot starts. Pass it to `createBooking` unchanged.
    fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When the slot ends.
    fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// The appointment of the slot. Null in `Topic.slots`, and once the appointment is deleted.
    async fn appointment(&self, context: &Context<'_>) -> Recurring<Arc<Appointment>> {
        recurring(visible_appointment(context, self.appointment?).await)
    }

    /// The number of free seats; 0 only with `includeFull`.
    fn seats_left(&self) -> i64 {
        self.seats_left
    }

    /// The number of students in the waitlist of the slot; 0 in `Topic.slots`.
    async fn waitlist_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        let Some(appointment) = self.appointment else { return Ok(0) };
        let counts = context.load::<WaitlistCounts>(appointment).await?;
        Ok(counts.and_then(|counts| counts.get(&self.starts_at).copied()).unwrap_or_default())
    }
}

/// A mentor and a range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct MentorRange {
    mentor: AccountId,
    from: Timestamp,
    to: Timestamp,
}

/// Loads the occupancies of mentors.
struct MentorOccupancies;

impl Loaded for MentorOccupancies {
    type Key = MentorRange;
    type Value = Vec<Occupancy>;

    async fn load(app: &App, keys: &[MentorRange]) -> Result<HashMap<MentorRange, Vec<Occupancy>>> {
        let from = keys.iter().map(|key| key.from).min().unwrap_or(Timestamp(0));
        let to = keys.iter().map(|key| key.to).max().unwrap_or(Timestamp(0));
        let mentors: Vec<AccountId> = keys.iter().map(|key| key.mentor).collect();
        let mut by_mentor: HashMap<AccountId, Vec<Occupancy>> = HashMap::new();
        for busy in occupancies::around(&app.db, &mentors, from..to).await? {
            by_mentor.entry(busy.person_id).or_default().push(busy.occupancy);
        }
        // A key may get occupancies outside its own range. They do not collide with the slots in it.
        let of = |key: &MentorRange| by_mentor.get(&key.mentor).cloned().unwrap_or_default();
        Ok(keys.iter().map(|key| (*key, of(key))).collect())
    }
}

/// Releases the seats of a mentor's expired requests.
struct SettledMentor;

impl Loaded for SettledMentor {
    type Key = AccountId;
    type Value = ();

    async fn load(app: &App, mentors: &[AccountId]) -> Result<HashMap<AccountId, ()>> {
        settle(app, mentors, app.clock.now()).await?;
        Ok(HashMap::new())
    }
}

/// How many slots are computed in about the time of one step of the runtime's budget. Other tasks run once it is spent.
const SLOTS_PER_STEP: usize = 8;

/// Loads the slots of an appointment that start in a range, batched with other slots of the request.
///
/// # Errors
/// `BadInput` if the range ends before it starts, or is longer than 31 days.
pub async fn load_slots(
    context: &Context<'_>,
    appointment: &Appointment,
    from: DateTime,
    to: DateTime,
    includes_full: bool,
) -> Result<Vec<Slot>> {
    let range = slots::checked_range(from.0, to.0)?;
    context.load::<SettledMentor>(appointment.mentor_id).await?;
    let key = MentorRange { mentor: appointment.mentor_id, from: range.start, to: range.end };
    let busy = context.load::<MentorOccupancies>(key).await?.unwrap_or_default();
    let slots = slots::listed_slots(appointment, range, context.app().clock.now(), &busy, includes_full);
    context.count_computed(slots.len())?;
    for _ in 0..slots.len() / SLOTS_PER_STEP {
        poll_fn(poll_step).await;
    }
    Ok(slots)
}

/// The slots of an appointment after a change.
#[derive(Clone, Debug, SimpleObject)]
struct SlotsEvent {
    /// All slots in the requested range, by start. Replaces the slots of earlier events.
    slots: EagerItems<Slot>,
}

#[derive(Debug, Default)]
pub struct SlotSubscription;

#[Subscription]
impl SlotSubscription {
    /// Delivers the slots of an appointment: once at the start, and after every change. Changes that only the passing
    /// of time causes are delivered within a minute. Fails with `NOT_FOUND` if the appointment does not exist or is
    /// hidden by a block. The stream ends with `FORBIDDEN` once the appointment is deleted or hidden by a block.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn slots_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the appointment.")] appointment_id: ID,
        #[graphql(desc = "The start of the range, included.")] from: DateTime,
        #[graphql(desc = "The end of the range, excluded: at most 31 days after `from`.")] to: DateTime,
        #[graphql(desc = "Also delivers slots of which every seat is taken or held.", default = false)]
        include_full: bool,
    ) -> Result<impl Stream<Item = Result<SlotsEvent, EdgeError>>, EdgeError> {
        let viewer = context.member()?;
        let range = slots::checked_range(from.0, to.0)?;
        let appointment = match AppointmentId::from_global(&appointment_id) {
            Some(id) => context.load::<VisibleAppointment>((viewer.account, id)).await?,
            None => None,
        };
        let appointment = appointment.ok_or(Error::NotFound)?;
        let query =
            SlotQuery { appointment: appointment.id, from: range.start, to: range.end, includes_full: include_full };
        Ok(SlotWatcher::start(context.app().clone(), viewer, &appointment, query).await?)
    }
}

/// How often the slots are reloaded without an event: some disappear when time passes.
const RELOAD_INTERVAL: Duration = Duration::from_secs(30);

/// How many pending events one reload handles at most.
const MAX_EVENTS_PER_RELOAD: usize = 64;

/// An appointment and a range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SlotQuery {
    appointment: AppointmentId,
    from: Timestamp,
    to: Timestamp,
    includes_full: bool,
}

/// The slots of a query at one time, and how many students wait for each.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ListedSlots {
    slots: Vec<Slot>,
    waiting: Vec<i64>,
}

/// The slots of a query at one time, and who may see them.
#[derive(Debug)]
struct SlotSnapshot {
    listed: ListedSlots,
    /// The users that a block separates from the mentor, in order.
    blocked: Vec<AccountId>,
}

/// The slots that this node has loaded within the last second; `None` of a deleted appointment.
type SlotSnapshots = SharedLookup<SlotQuery, Option<SlotSnapshot>>;

/// A subscription to the slots of an appointment.
struct SlotWatcher {
    app: App,
    viewer: Viewer,
    query: SlotQuery,
    /// The numbers of the events in the mentor's feed that can change slots. The viewer must not see more of them.
    changes: BoxStream<'static, Vec<Result<i64>>>,
    /// The number of the last event of the mentor's feed that is known to the watcher.
    number: i64,
    reloads: Interval,
    last_delivered: Option<ListedSlots>,
}

impl SlotWatcher {
    async fn start(
        app: App,
        viewer: Viewer,
        appointment: &Appointment,
        query: SlotQuery,
    ) -> Result<impl Stream<Item = Result<SlotsEvent, EdgeError>> + use<>> {
        let feed = Feed(appointment.mentor_id.0);
        // The position in the feed is read before the slots, so that no change in between is missed.
        let head = live::head(&app.db, feed).await?;
        let changes =
            app.live.follow(feed, Some(head.into())).filter_map(|followed| std::future::ready(as_change(&followed)));
        let changes = changes.ready_chunks(MAX_EVENTS_PER_RELOAD).boxed();
        let reloads = reload_ticks();
        let watcher = Self { app, viewer, query, changes, number: head, reloads, last_delivered: None };
        let events = stream::try_unfold(watcher, |mut watcher| async move {
            let slots = watcher.next().await?;
            Ok::<_, Error>(slots.map(|slots| (SlotsEvent { slots: EagerItems(slots) }, watcher)))
        });
        Ok(events.map(|event| event.map_err(EdgeError::from)))
    }

    /// Returns the slots once they differ from those delivered last; `None` when the server closes.
    async fn next(&mut self) -> Result<Option<Vec<Slot>>> {
        loop {
            if self.last_delivered.is_some() {
                tokio::select! {
                    changes = self.changes.next() => match changes {
                        Some(changes) => {
                            for number in changes {
                                self.number = self.number.max(number?);
                            }
                        }
                        None => return Ok(None),
                    },
                    _ = self.reloads.tick() => {}
                }
            }
            match self.load().await {
                // The next reload tries again.
                Err(Error::Unavailable(_)) if self.last_delivered.is_some() => {}
                Err(error) => return Err(error),
                Ok(listed) if self.last_delivered.as_ref() == Some(&listed) => {}
                Ok(listed) => {
                    let slots = listed.slots.clone();
                    self.last_delivered = Some(listed);
                    return Ok(Some(slots));
                }
            }
        }
    }

    /// Loads the slots, once for all followers of the same query.
    async fn load(&mut self) -> Result<ListedSlots> {
        let (query, app) = (self.query, self.app.clone());
        let snapshot = self.app.state::<SlotSnapshots>().get(query, self.number, || query.load(app)).await?;
        let snapshot = snapshot.as_ref().as_ref();
        let visible = snapshot.filter(|snapshot| snapshot.blocked.binary_search(&self.viewer.account).is_err());
        let visible = visible.ok_or(Error::Forbidden("This appointment is no longer available."))?;
        Ok(visible.listed.clone())
    }
}

impl SlotQuery {
    async fn load(self, app: App) -> Result<Option<SlotSnapshot>> {
        let Some(appointment) = appointments::by_id(&app.db, self.appointment).await? else { return Ok(None) };
        let (mentor, range) = (appointment.mentor_id, self.from..self.to);
        settle(&app, &[mentor], app.clock.now()).await?;
        let busy = occupancies::around(&app.db, &[mentor], range.clone()).await?;
        let busy: Vec<Occupancy> = busy.into_iter().map(|busy| busy.occupancy).collect();
        let blocked = relations::hidden_from(&app.db, mentor).await?.into_iter().map(|(other,)| other).collect();
        let now = app.clock.now();
        let slots = slots::listed_slots(&appointment, range, now, &busy, self.includes_full);
        let counts = waitlists::counts(&app.db, &[appointment.id], now).await?;
        let counts: HashMap<Timestamp, i64> = counts.into_iter().map(|(_, at, count)| (at, count)).collect();
        let waiting = slots.iter().map(|slot| counts.get(&slot.starts_at).copied().unwrap_or_default()).collect();
        Ok(Some(SlotSnapshot { listed: ListedSlots { slots, waiting }, blocked }))
    }
}

/// Ticks at the same time for all followers on this node, so that they share what they load.
fn reload_ticks() -> Interval {
    static BASE: LazyLock<Instant> = LazyLock::new(Instant::now);
    let since = BASE.elapsed().as_millis() % RELOAD_INTERVAL.as_millis();
    let remaining = RELOAD_INTERVAL.saturating_sub(Duration::from_millis(u64::try_from(since).unwrap_or_default()));
    let mut reloads = interval_at(Instant::now() + remaining, RELOAD_INTERVAL);
    reloads.set_missed_tick_behavior(MissedTickBehavior::Skip);
    reloads
}

/// Returns the number of what can change slots, an event of a booking or an appointment or a reset, or an error.
fn as_change(followed: &Result<FeedItem>) -> Option<Result<i64>> {
    match followed {
        Ok(FeedItem::Event(event)) => {
            matches!(event.kind, EventKind::BookingChanged | EventKind::AvailabilityChanged).then_some(Ok(event.number))
        }
        Ok(FeedItem::Reset { position }) => Some(Ok(position.number)),
        Err(error) => Some(Err(error.clone())),
    }
}
