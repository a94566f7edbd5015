//! Booking and moving in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{BookingDraft, rules};
use crate::bookings::graphql::BookingEdge;
use crate::bookings::{Booking, BookingId};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, UserError};
use crate::images::graphql::image_ids;
use crate::topics::AppointmentId;

/// What to book.
#[derive(InputObject)]
struct CreateBookingInput {
    /// The offer.
    appointment_id: ID,
    /// When a listed slot begins.
    starts_at: DateTime,
    /// What the viewer wants to know: 1 to 1,000 characters after trimming, line breaks allowed.
    question: Option<String>,
    /// Pictures that the viewer uploaded, in the order in which they are shown; at most 4. The mentor sees them.
    image_ids: Option<Vec<ID>>,
    /// The client's own name for this booking, 1 to 100 characters, unique per student for good: sent again with the same
    /// content it answers with the same booking.
    client_key: Option<String>,
}

/// Where to move a booking.
#[derive(InputObject)]
struct RescheduleBookingInput {
    /// The booking.
    booking_id: ID,
    /// When another slot of the same offer begins.
    starts_at: DateTime,
}

/// The answer to `createBooking`.
#[derive(Default, SimpleObject)]
struct CreateBookingPayload {
    /// The new booking with its place in the list; null when refused.
    booking_edge: Option<BookingEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `rescheduleBooking`.
#[derive(Default, SimpleObject)]
struct RescheduleBookingPayload {
    /// The booking where it is now; null when refused, and then it is where it was.
    booking: Option<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateBookingPayload, RescheduleBookingPayload);

#[derive(Debug, Default)]
pub struct MakingMutation;

#[Object]
impl MakingMutation {
    /// Books a slot of somebody's offer. At `input.startsAt` it refuses with `SLOT_UNAVAILABLE` what is not listed, with
    /// `SLOT_TAKEN` what was taken meanwhile, with `OVERLAP` when the viewer is booked elsewhere, and with `BOOKING_LIMIT`
    /// more on one day than the mentor allows. At most 120 bookings and moves an hour.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to book.")] input: CreateBookingInput,
    ) -> Nullable<CreateBookingPayload> {
        let draft = BookingDraft {
            appointment: AppointmentId::from_global(&input.appointment_id),
            starts_at: input.starts_at.0,
            question: input.question,
            images: image_ids(input.image_ids.as_deref().unwrap_or_default()),
            client_key: input.client_key,
        };
        let outcome = async { rules::create_booking(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |booking| CreateBookingPayload {
            booking_edge: Some(booking.into()),
            ..CreateBookingPayload::default()
        })
    }

    /// Moves a booking to another slot of the same offer, or leaves it where it is. The student until the offer's notice
    /// before its beginning, the mentor until its end.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn reschedule_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which booking, and where to.")] input: RescheduleBookingInput,
    ) -> Nullable<RescheduleBookingPayload> {
        let id = BookingId::from_global(&input.booking_id);
        let starts_at = input.starts_at.0;
        let outcome = async { rules::reschedule_booking(context.app(), context.member()?, id, starts_at).await };
        Payload::answer(outcome.await, |booking| RescheduleBookingPayload {
            booking: Some(booking),
            ..RescheduleBookingPayload::default()
        })
    }
}
