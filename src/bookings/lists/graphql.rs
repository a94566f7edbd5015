//! GraphQL for lists of bookings.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use tokio::join;

use super::{BookingBounds, BookingFilter, BookingOrderField, StatusSet, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::graphql::{BookingConnection, BookingEdge, own_booking};
use crate::bookings::{Booking, BookingId, BookingRole, BookingStatus};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::page_arguments::OrderedKey;
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Page, PageArguments, nullable};
use crate::page::OrderDirection;
use crate::profiles::graphql::prefetch_users;
use crate::topics::appointments::graphql::VisibleAppointment;
use crate::topics::graphql::TopicById;
use crate::topics::{AppointmentId, TopicId};

const MAX_STATUSES: usize = 10;

/// Which bookings to return.
#[derive(Clone, Default, InputObject)]
#[graphql(name = "BookingFilter")]
pub struct BookingFilterInput {
    /// Bookings that end after this instant.
    from: Option<DateTime>,
    /// Bookings in which the viewer has this role.
    role: Option<BookingRole>,
    /// Bookings that have one of these statuses now; at most 10. An empty list does not restrict.
    statuses: Option<Vec<BookingStatus>>,
    /// Bookings that start before this instant, not before `from`.
    to: Option<DateTime>,
    /// Bookings of this topic.
    topic_id: Option<ID>,
    /// Bookings with this user as the other participant.
    user_id: Option<ID>,
}

impl BookingFilterInput {
    /// Combines the filter with the deprecated arguments, which must hold as well. Returns `None` if no booking can
    /// match.
    fn read(self, role: Option<BookingRole>, status: Option<BookingStatus>) -> Result<Option<BookingFilter>> {
        let (from, to) = (self.from.map(|from| from.0), self.to.map(|to| to.0));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Error::BadInput("`to` must not be before `from`.".to_owned()));
        }
        let statuses = self.statuses.unwrap_or_default();
        if statuses.len() > MAX_STATUSES {
            return Err(Error::BadInput(format!("`statuses` has more than {MAX_STATUSES} items.")));
        }
        let statuses = if statuses.is_empty() { StatusSet::ALL } else { StatusSet::new(statuses) };
        let topic = self.topic_id.map(|id| TopicId::from_global(&id));
        let user = self.user_id.map(|id| AccountId::from_global(&id));
        let has_other_role = self.role.zip(role).is_some_and(|(one, other)| one != other);
        if has_other_role || topic == Some(None) || user == Some(None) {
            return Ok(None);
        }
        Ok(Some(BookingFilter {
            role: self.role.or(role),
            statuses: statuses.intersection(status.map_or(StatusSet::ALL, |status| StatusSet::new([status]))),
            from: from.unwrap_or(Timestamp(i64::MIN)),
            to: to.unwrap_or(Timestamp(i64::MAX)),
            topic: topic.flatten(),
            user: user.flatten(),
        }))
    }
}

/// The order of bookings. A cursor is valid for the order in which it was returned.
#[derive(Clone, Copy, InputObject)]
pub struct BookingOrder {
    /// The direction.
    direction: OrderDirection,
    /// The value to order by.
    field: BookingOrderField,
}

impl BookingOrder {
    /// Returns the name of the order in cursors.
    fn name(self) -> &'static str {
        match (self.field, self.direction) {
            (BookingOrderField::BookedAt, OrderDirection::Asc) => "BOOKED_AT ASC",
            (BookingOrderField::BookedAt, OrderDirection::Desc) => "BOOKED_AT DESC",
            (BookingOrderField::StartsAt, OrderDirection::Asc) => "STARTS_AT ASC",
            (BookingOrderField::StartsAt, OrderDirection::Desc) => "STARTS_AT DESC",
        }
    }
}

/// The arguments of a list of bookings.
pub struct ListArguments {
    pub role: Option<BookingRole>,
    pub status: Option<BookingStatus>,
    pub filter: Option<BookingFilterInput>,
    pub order_by: Option<BookingOrder>,
    pub page: PageArguments,
}

/// A page of a list of bookings that the arguments select.
struct ListedPage {
    page: Page<(Timestamp, BookingId)>,
    /// `None` if no booking can match.
    bounds: Option<BookingBounds>,
    order_by: Option<BookingOrder>,
}

impl ListArguments {
    fn read(self, context: &Context<'_>) -> Result<ListedPage> {
        let order_by = self.order_by;
        let page = self.page.read_ordered(context, order_by.map(BookingOrder::name))?;
        let filter = self.filter.unwrap_or_default().read(self.role, self.status)?;
        let bounds = filter.map(|filter| {
            // Upcoming bookings are listed with the soonest first, all other lists with the latest first.
            let soonest_first = filter.statuses == StatusSet::new([BookingStatus::Upcoming]);
            let direction = if soonest_first { OrderDirection::Asc } else { OrderDirection::Desc };
            let order =
                order_by.map_or((BookingOrderField::StartsAt, direction), |order| (order.field, order.direction));
            BookingBounds::new(filter, order, &page)
        });
        Ok(ListedPage { page, bounds, order_by })
    }
}

impl ListedPage {
    fn connection(&self, rows: Vec<Booking>, total: Option<i64>) -> BookingConnection {
        let field = self.order_by.map_or(BookingOrderField::StartsAt, |order| order.field);
        BookingConnection::new(&self.page, rows, total, |booking| {
            OrderedKey::new(self.order_by.map(BookingOrder::name), sort_key(booking, field))
        })
    }
}

fn sort_key(booking: &Booking, field: BookingOrderField) -> (Timestamp, BookingId) {
    match field {
        BookingOrderField::BookedAt => (booking.booked_at, booking.id),
        BookingOrderField::StartsAt => (booking.starts_at, booking.id),
    }
}

impl From<Booking> for BookingEdge {
    fn from(booking: Booking) -> Self {
        Self { cursor: write_cursor(&sort_key(&booking, BookingOrderField::StartsAt)), node: booking }
    }
}

/// Loads pages of the bookings of the viewer's appointments.
struct AppointmentBookings;

/// The viewer, an appointment of theirs, and the bounds of the page.
type AppointmentPageKey = (AccountId, AppointmentId, BookingBounds);

impl Loaded for AppointmentBookings {
    type Key = AppointmentPageKey;
    type Value = Vec<Booking>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<Booking>>> {
        let mut found: HashMap<Self::Key, Vec<Booking>> = HashMap::new();
        let now = app.clock.now();
        for ((viewer, bounds), appointments) in group_by_bounds(keys) {
            for booking in store::pages_of_appointments(&app.db, viewer, &appointments, now, bounds).await? {
                if let Some(appointment) = booking.appointment_id {
                    found.entry((viewer, appointment, bounds)).or_default().push(booking);
                }
            }
        }
        Ok(found)
    }
}

/// Loads how many bookings these lists have in total.
struct AppointmentBookingCount;

impl Loaded for AppointmentBookingCount {
    type Key = AppointmentPageKey;
    type Value = i64;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, i64>> {
        let mut found = HashMap::new();
        let now = app.clock.now();
        for ((viewer, bounds), appointments) in group_by_bounds(keys) {
            let counts = store::counts_of_appointments(&app.db, viewer, &appointments, now, bounds.filter).await?;
            found.extend(counts.into_iter().map(|(appointment, count)| ((viewer, appointment, bounds), count)));
        }
        Ok(found)
    }
}

/// Groups the appointments that one statement can serve, because their pages have equal bounds.
fn group_by_bounds(keys: &[AppointmentPageKey]) -> HashMap<(AccountId, BookingBounds), Vec<AppointmentId>> {
    let mut groups: HashMap<(AccountId, BookingBounds), Vec<AppointmentId>> = HashMap::new();
    for (viewer, appointment, bounds) in keys {
        groups.entry((*viewer, *bounds)).or_default().push(*appointment);
    }
    groups
}

impl BookingConnection {
    /// Loads a page of the viewer's bookings.
    async fn load(context: &Context<'_>, viewer: AccountId, list: ListArguments) -> Result<Self> {
        let (db, now) = (&context.app().db, context.app().clock.now());
        let list = list.read(context)?;
        let Some(bounds) = list.bounds else { return Ok(list.connection(Vec::new(), Some(0))) };
        let rows = store::page(db, viewer, now, bounds).await?;
        let total =
            if list.page.wants_total { Some(store::count(db, viewer, now, bounds.filter).await?) } else { None };
        prefetch(context, viewer, &rows).await;
        Ok(list.connection(rows, total))
    }

    /// Loads a page of the bookings of an appointment of the viewer, batched with those of other appointments of the
    /// request.
    pub async fn of_appointment(
        context: &Context<'_>,
        viewer: AccountId,
        appointment: AppointmentId,
        list: ListArguments,
    ) -> Result<Self> {
        let list = list.read(context)?;
        let Some(bounds) = list.bounds else { return Ok(list.connection(Vec::new(), Some(0))) };
        let key = (viewer, appointment, bounds);
        let rows = context.load::<AppointmentBookings>(key).await?.unwrap_or_default();
        let total = if list.page.wants_total {
            Some(context.load::<AppointmentBookingCount>(key).await?.unwrap_or_default())
        } else {
            None
        };
        Ok(list.connection(rows, total))
    }
}

/// Loads the users, topics and appointments of a page, all at once.
async fn prefetch(context: &Context<'_>, viewer: AccountId, rows: &[Booking]) {
    let users = rows.iter().flat_map(|row| [row.mentor_id, row.student_id]).flatten();
    let users = prefetch_users(context, &["mentor", "student"], users);
    let with = |field: &str| if context.nodes_select(field) { rows } else { &[] };
    let topics = context.prefetch::<TopicById>(with("topic").iter().map(|row| row.topic_id));
    let appointments = with("appointment").iter().filter_map(|row| Some((viewer, row.appointment_id?)));
    let appointments = context.prefetch::<VisibleAppointment>(appointments);
    join!(users, topics, appointments);
}

#[derive(Debug, Default)]
pub struct BookingQuery;

#[Object]
impl BookingQuery {
    /// A booking of the viewer. Null if it does not exist or belongs to other users: these cases look the same.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the booking.")] id: ID,
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

    /// The viewer's bookings. Without `orderBy`, the soonest come first in a list of the status `UPCOMING` alone, in all
    /// other lists the latest.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn bookings(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Returns only bookings in which the viewer has this role.",
            deprecation = "Use `filter: { role: .. }`. Removal on 2027-06-01."
        )]
        role: Option<BookingRole>,
        #[graphql(
            desc = "Returns only bookings that have this status now.",
            deprecation = "Use `filter: { statuses: [..] }`. Removal on 2027-06-01."
        )]
        status: Option<BookingStatus>,
        #[graphql(desc = "Which bookings.")] filter: Option<BookingFilterInput>,
        #[graphql(desc = "The order.")] order_by: Option<BookingOrder>,
        page: PageArguments,
    ) -> Nullable<BookingConnection> {
        nullable(
            async {
                let viewer = context.member()?.account;
                let list = ListArguments { role, status, filter, order_by, page };
                BookingConnection::load(context, viewer, list).await.map(Some)
            }
            .await,
        )
    }
}
