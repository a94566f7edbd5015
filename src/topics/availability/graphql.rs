//! Availability in the graph: what a mentor says, the slots that follow from it, and the stream of them.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use async_graphql::{Context, ID, Object, SimpleObject, Subscription};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::slots::{self, Slot};
use super::{DateException, Hours, Weekday, WeeklyHours, Window};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::{Date, LocalTime};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::live::{self, EventKind, Feed, FeedItem};
use crate::topics::AppointmentId;
use crate::topics::appointments::graphql::SeenAppointment;
use crate::topics::appointments::{Appointment, store as appointments};
use crate::topics::occupancies::{Occupancy, store as occupancies};

/// Hours of every week.
#[Object]
impl WeeklyHours {
    /// The day of the week.
    async fn weekday(&self) -> Weekday {
        self.weekday
    }

    /// When they begin, in the time zone of the offer.
    async fn from(&self) -> LocalTime {
        LocalTime(self.hours.from)
    }

    /// When they end, in the time zone of the offer; `24:00` for the end of the day.
    async fn to(&self) -> LocalTime {
        LocalTime(self.hours.to)
    }
}

/// Hours of one day.
#[Object]
impl Hours {
    /// When they begin, in the time zone of the offer.
    async fn from(&self) -> LocalTime {
        LocalTime(self.from)
    }

    /// When they end, in the time zone of the offer; `24:00` for the end of the day.
    async fn to(&self) -> LocalTime {
        LocalTime(self.to)
    }
}

/// A day that differs from its week.
#[Object]
impl DateException {
    /// Which day, in the time zone of the offer.
    async fn on(&self) -> Date {
        Date(self.on)
    }

    /// The hours of that day in the place of its weekly ones, at most 50; none where it is closed.
    async fn hours(&self) -> &[Hours] {
        &self.hours
    }
}

/// A single stretch of time beside the hours.
#[Object]
impl Window {
    /// When it begins.
    async fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }
}

/// Time that can be booked. The same for every viewer.
#[Object]
impl Slot {
    /// When it begins: give it to `createBooking` as it is.
    async fn starts_at(&self) -> DateTime {
        self.starts_at.into()
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        self.ends_at.into()
    }

    /// How many more students may come, at least one.
    async fn seats_left(&self) -> i64 {
        self.seats_left
    }
}

/// A person and a range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Days {
    person: AccountId,
    from: Timestamp,
    to: Timestamp,
}

/// Loads what people have to do.
struct BusyOf;

impl Loaded for BusyOf {
    type Key = Days;
    type Value = Vec<Occupancy>;

    async fn load(app: &App, days: &[Days]) -> Result<HashMap<Days, Vec<Occupancy>>> {
        let from = days.iter().map(|days| days.from).min().unwrap_or(Timestamp(0));
        let to = days.iter().map(|days| days.to).max().unwrap_or(Timestamp(0));
        let people: Vec<AccountId> = days.iter().map(|days| days.person).collect();
        let mut by_person: HashMap<AccountId, Vec<Occupancy>> = HashMap::new();
        for held in occupancies::around(&app.db, &people, from..to).await? {
            by_person.entry(held.person_id).or_default().push(held.occupancy);
        }
        // What lies beyond a narrower range collides with nothing in it.
        let of = |days: &Days| by_person.get(&days.person).cloned().unwrap_or_default();
        Ok(days.iter().map(|days| (*days, of(days))).collect())
    }
}

/// Loads the slots of an offer that begin in a range.
///
/// # Errors
/// Bad input for a range that ends before it begins, or is longer than 31 days.
pub async fn open_slots(
    context: &Context<'_>,
    appointment: &Appointment,
    from: DateTime,
    to: DateTime,
) -> Result<Vec<Slot>> {
    let range = slots::range(from.0, to.0)?;
    let days = Days { person: appointment.mentor_id, from: range.start, to: range.end };
    let busy = context.load::<BusyOf>(days).await?.unwrap_or_default();
    Ok(slots::open(appointment, range, context.app().clock.now(), &busy))
}

/// The slots of an offer after a change.
#[derive(Clone, Debug, SimpleObject)]
struct SlotsEvent {
    /// All slots in the range that was asked for, in order: the whole state each time.
    slots: Vec<Slot>,
}

#[derive(Debug, Default)]
pub struct SlotSubscription;

#[Subscription]
impl SlotSubscription {
    /// What can be booked of an offer: at once, and after each change. Slots that come too near are noticed within a
    /// minute. `NOT_FOUND` when there is no such offer; `FORBIDDEN` ends the stream when it is gone.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn slots_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The offer.")] appointment_id: ID,
        #[graphql(desc = "Slots that begin from then on.")] from: DateTime,
        #[graphql(desc = "Slots that begin before; at most 31 days after `from`.")] to: DateTime,
    ) -> Result<impl Stream<Item = Result<SlotsEvent, EdgeError>>, EdgeError> {
        let viewer = context.member()?;
        let range = slots::range(from.0, to.0)?;
        let appointment = match AppointmentId::from_global(&appointment_id) {
            Some(id) => context.load::<SeenAppointment>((viewer.account, id)).await?,
            None => None,
        };
        let appointment = appointment.ok_or(Error::NotFound)?;
        Ok(Watch::start(context.app().clone(), viewer, &appointment, range).await?)
    }
}

/// What passes by itself is looked at this often.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// So many hints lead to one look.
const MOST_HINTS: usize = 64;

/// What is looked at.
struct ViewerAndUser {
    app: App,
    viewer: Viewer,
    appointment: AppointmentId,
    range: Range<Timestamp>,
}

/// Somebody who follows the slots of an offer.
struct Watch {
    sight: ViewerAndUser,
    /// Something happened in the mentor's life. What it was is not for this stream, only that it was.
    hints: BoxStream<'static, Vec<Result<()>>>,
    looks: Interval,
    /// What was told last.
    told: Option<Vec<Slot>>,
}

impl Watch {
    async fn start(
        app: App,
        viewer: Viewer,
        appointment: &Appointment,
        range: Range<Timestamp>,
    ) -> Result<impl Stream<Item = Result<SlotsEvent, EdgeError>> + use<>> {
        let feed = Feed(appointment.mentor_id.0);
        // The feed first and the state second, so that nothing falls between.
        let head = live::head(&app.db, feed).await?;
        let hints = app.live.follow(feed, Some(head)).filter_map(|followed| std::future::ready(hint(&followed)));
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let hints = hints.ready_chunks(MOST_HINTS).boxed();
        let sight = ViewerAndUser { app, viewer, appointment: appointment.id, range };
        let watch = Self { sight, hints, looks, told: None };
        let events = stream::try_unfold(watch, |mut watch| async move {
            let slots = watch.next().await?;
            Ok::<_, Error>(slots.map(|slots| (SlotsEvent { slots }, watch)))
        });
        Ok(events.map(|event| event.map_err(EdgeError::from)))
    }

    /// Returns the state when it differs from what was told; `None` once the server closes.
    async fn next(&mut self) -> Result<Option<Vec<Slot>>> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    hints = self.hints.next() => match hints {
                        Some(hints) => hints.into_iter().collect::<Result<()>>()?,
                        None => return Ok(None),
                    },
                    _ = self.looks.tick() => {}
                }
            }
            match self.sight.look().await {
                // A database that is away is asked again at the next look.
                Err(Error::Unavailable(_)) if self.told.is_some() => {}
                Err(error) => return Err(error),
                Ok(slots) if self.told.as_ref() == Some(&slots) => {}
                Ok(slots) => {
                    self.told = Some(slots.clone());
                    return Ok(Some(slots));
                }
            }
        }
    }
}

impl ViewerAndUser {
    async fn look(&self) -> Result<Vec<Slot>> {
        let db = &self.app.db;
        let appointment = appointments::seen_by_ids(db, self.viewer.account, &[self.appointment]).await?.pop();
        let appointment = appointment.ok_or(Error::Forbidden("This offer is gone."))?;
        let busy = occupancies::around(db, &[appointment.mentor_id], self.range.clone()).await?;
        let busy: Vec<Occupancy> = busy.into_iter().map(|held| held.occupancy).collect();
        Ok(slots::open(&appointment, self.range.clone(), self.app.clock.now(), &busy))
    }
}

/// Tells whether an event of the mentor's feed may change what can be booked.
fn hint(followed: &Result<FeedItem>) -> Option<Result<()>> {
    match followed {
        Ok(FeedItem::Event(event)) => {
            matches!(event.kind, EventKind::BookingChanged | EventKind::AvailabilityChanged).then_some(Ok(()))
        }
        Ok(FeedItem::Reset { .. }) => Some(Ok(())),
        Err(error) => Some(Err(error.clone())),
    }
}
