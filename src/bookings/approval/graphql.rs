//! GraphQL mutations that approve and decline requests.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::bookings::{Booking, BookingId};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};

/// The input of `approveBooking`.
#[derive(InputObject)]
struct ApproveBookingInput {
    /// The id of the booking.
    booking_id: ID,
}

/// The input of `declineBooking`.
#[derive(InputObject)]
struct DeclineBookingInput {
    /// The id of the booking.
    booking_id: ID,
    /// The reason, which both users can see: 1 to 500 characters after trimming, line breaks allowed.
    reason: Option<String>,
}

/// The payload of `approveBooking`.
#[derive(Default, SimpleObject)]
struct ApproveBookingPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `declineBooking`.
#[derive(Default, SimpleObject)]
struct DeclineBookingPayload {
    /// The booking after the change. Null if the input was rejected.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ApproveBookingPayload, DeclineBookingPayload);

#[derive(Debug, Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Approves a request, which becomes `UPCOMING`. Only the mentor may do this, until `approvalExpiresAt`. Codes:
    /// `FORBIDDEN`, `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn approve_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The request to approve.")] input: ApproveBookingInput,
    ) -> Nullable<ApproveBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let outcome = async { rules::approve_booking(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |booking| ApproveBookingPayload {
            booking: Some(booking),
            ..ApproveBookingPayload::default()
        })
    }

    /// Declines a request and releases its seat. Only the mentor may do this, until `approvalExpiresAt`. Codes:
    /// `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn decline_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The request to decline.")] input: DeclineBookingInput,
    ) -> Nullable<DeclineBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let reason = input.reason.as_deref();
        let outcome = async { rules::decline_booking(context.app(), context.member()?, id, reason).await };
        Payload::answer(outcome.await, |booking| DeclineBookingPayload {
            booking: Some(booking),
            ..DeclineBookingPayload::default()
        })
    }
}
