//! GraphQL mutations that cancel, complete and mark bookings.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::accounts::AccountId;
use crate::bookings::{Booking, BookingId};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};

/// The input of `cancelBooking`.
#[derive(InputObject)]
struct CancelBookingInput {
    /// The id of the booking.
    booking_id: ID,
    /// The reason, which both users can see: 1 to 500 characters after trimming, line breaks allowed.
    reason: Option<String>,
}

/// The input of `completeBooking`.
#[derive(InputObject)]
struct CompleteBookingInput {
    /// The id of the booking.
    booking_id: ID,
}

/// The input of `markNoShow`.
#[derive(InputObject)]
struct MarkNoShowInput {
    /// The id of the booking.
    booking_id: ID,
    /// The id of the user who did not come: the mentor or the student.
    user_id: ID,
}

/// The payload of `cancelBooking`.
#[derive(Default, SimpleObject)]
struct CancelBookingPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `completeBooking`.
#[derive(Default, SimpleObject)]
struct CompleteBookingPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `markNoShow`.
#[derive(Default, SimpleObject)]
struct MarkNoShowPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CancelBookingPayload, CompleteBookingPayload, MarkNoShowPayload);

#[derive(Debug, Default)]
pub struct CancelBookingMutation;

#[Object]
impl CancelBookingMutation {
    /// Cancels a booking. Its slot can be booked again at once. The student may cancel until the notice to cancel that
    /// applied when the booking was made or rescheduled; the mentor may cancel until the end. Codes: `INVALID`,
    /// `NOTICE_TOO_SHORT`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn cancel_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The booking to cancel.")] input: CancelBookingInput,
    ) -> Nullable<CancelBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let reason = input.reason.as_deref();
        let outcome = async { rules::cancel_booking(context.app(), context.member()?, id, reason).await };
        Payload::answer(outcome.await, |booking| CancelBookingPayload {
            booking: Some(booking),
            ..CancelBookingPayload::default()
        })
    }

    /// Completes a booking. Only the mentor may do this, from the start of the booking on. The server
    /// completes all other upcoming bookings at their end. Codes: `FORBIDDEN`, `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn complete_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The booking to complete.")] input: CompleteBookingInput,
    ) -> Nullable<CompleteBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let outcome = async { rules::complete_booking(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |booking| CompleteBookingPayload {
            booking: Some(booking),
            ..CompleteBookingPayload::default()
        })
    }

    /// Records that the mentor or the student did not come. Either of them may do this, once, from the start of the
    /// booking until 7 days after its end. Codes: `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_no_show(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The booking and the absent user.")] input: MarkNoShowInput,
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
