//! Events of bookings in the graph. An event knows ids; the booking is loaded when its event is delivered.

use async_graphql::{ComplexObject, Context, SimpleObject};

use crate::bookings::graphql::own_booking;
use crate::bookings::{Booking, BookingChange, BookingId};
use crate::error::Error;
use crate::graphql::feed::cursor_of;
use crate::graphql::{DateTime, EdgeError};
use crate::live::Event;

/// A booking of the viewer's was made or changed.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BookingChanged {
    /// The place in the inbox: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// What happened.
    change: BookingChange,
    #[graphql(skip)]
    booking: BookingId,
}

#[ComplexObject]
impl BookingChanged {
    /// The booking as it is now.
    async fn booking(&self, context: &Context<'_>) -> Result<Booking, EdgeError> {
        Ok(own_booking(context, self.booking).await?.ok_or(Error::NotFound)?)
    }
}

/// A booking of the viewer's is near: 24 hours before its beginning, and 1 hour. One that was due already when it was
/// booked or moved is not given.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BookingReminder {
    /// The place in the inbox: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    booking: BookingId,
}

#[ComplexObject]
impl BookingReminder {
    /// The booking as it is now.
    async fn booking(&self, context: &Context<'_>) -> Result<Booking, EdgeError> {
        Ok(own_booking(context, self.booking).await?.ok_or(Error::NotFound)?)
    }
}

impl BookingChanged {
    /// Returns an event as clients see it; `None` for a change that a newer version knows.
    pub fn of(event: &Event) -> Option<Self> {
        let change = event.detail.and_then(BookingChange::from_number)?;
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Some(Self { cursor, happened_at, change, booking: BookingId(event.subject) })
    }
}

impl BookingReminder {
    /// Returns an event as clients see it.
    pub fn of(event: &Event) -> Self {
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Self { cursor, happened_at, booking: BookingId(event.subject) }
    }
}
