//! Ends of bookings in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::accounts::AccountId;
use crate::bookings::{Booking, BookingId};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};

/// Which booking to call off.
#[derive(InputObject)]
struct CancelBookingInput {
    /// The booking.
    booking_id: ID,
    /// Why, for the other one: 1 to 500 characters after trimming, line breaks allowed.
    reason: Option<String>,
}

/// Which booking to complete.
#[derive(InputObject)]
struct CompleteBookingInput {
    /// The booking.
    booking_id: ID,
}

/// Who did not come to which booking.
#[derive(InputObject)]
struct MarkNoShowInput {
    /// The booking.
    booking_id: ID,
    /// Who did not come: one of the two.
    user_id: ID,
}

/// The answer to `cancelBooking`.
#[derive(Default, SimpleObject)]
struct CancelBookingPayload {
    /// The booking as it is now; null when refused.
    booking: Option<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `completeBooking`.
#[derive(Default, SimpleObject)]
struct CompleteBookingPayload {
    /// The booking as it is now; null when refused.
    booking: Option<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `markNoShow`.
#[derive(Default, SimpleObject)]
struct MarkNoShowPayload {
    /// The booking as it is now; null when refused.
    booking: Option<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CancelBookingPayload, CompleteBookingPayload, MarkNoShowPayload);

#[derive(Debug, Default)]
pub struct EndingMutation;

#[Object]
impl EndingMutation {
    /// Calls a booking off, and frees its time at once: the student until the offer's notice before its beginning, the
    /// mentor until its end.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn cancel_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which booking.")] input: CancelBookingInput,
    ) -> Nullable<CancelBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let reason = input.reason.as_deref();
        let outcome = async { rules::cancel_booking(context.app(), context.member()?, id, reason).await };
        Payload::answer(outcome.await, |booking| CancelBookingPayload {
            booking: Some(booking),
            ..CancelBookingPayload::default()
        })
    }

    /// Says that a booking took place: the mentor from its beginning on. From its end on it is completed by itself.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn complete_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which booking.")] input: CompleteBookingInput,
    ) -> Nullable<CompleteBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let outcome = async { rules::complete_booking(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |booking| CompleteBookingPayload {
            booking: Some(booking),
            ..CompleteBookingPayload::default()
        })
    }

    /// Says who of the two did not come: either of them, from its beginning until 7 days after its end, once.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_no_show(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which booking, and who.")] input: MarkNoShowInput,
    ) -> Nullable<MarkNoShowPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let absentee = AccountId::from_global(&input.user_id);
        let outcome = async { rules::mark_no_show(context.app(), context.member()?, id, absentee).await };
        Payload::answer(outcome.await, |booking| MarkNoShowPayload {
            booking: Some(booking),
            ..MarkNoShowPayload::default()
        })
    }
}
