//! GraphQL mutation that changes where a session takes place.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::rules::{self, SessionChange};
use crate::bookings::{Booking, BookingId};
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};

/// The input of `updateBooking`. An absent field stays unchanged. Null clears it.
#[derive(InputObject)]
struct UpdateBookingInput {
    /// The id of a booking of the session. The other bookings of the session change with it.
    booking_id: ID,
    /// The location: 1 to 300 characters, without line breaks.
    location: MaybeUndefined<String>,
    /// The URL of the online meeting: `https`, at most 2,000 characters.
    meeting_url: MaybeUndefined<WebUrl>,
}

/// The payload of `updateBooking`.
#[derive(Default, SimpleObject)]
struct UpdateBookingPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UpdateBookingPayload);

#[derive(Debug, Default)]
pub struct UpdateBookingMutation;

#[Object]
impl UpdateBookingMutation {
    /// Changes location and meeting URL of a session. Only the mentor may do this, until the end. Both participants
    /// receive `RELOCATED`. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateBookingInput,
    ) -> Nullable<UpdateBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let change = SessionChange {
            location: input.location.into(),
            meeting_url: input.meeting_url.map_value(|url| url.0).into(),
        };
        let outcome = async { rules::update_booking(context.app(), context.member()?, id, change).await };
        Payload::answer(outcome.await, |booking| UpdateBookingPayload {
            booking: Some(booking),
            ..UpdateBookingPayload::default()
        })
    }
}
