//! GraphQL mutations that create and reschedule bookings.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::alternatives::alternative_slots;
use super::{BookingDraft, rules};
use crate::bookings::graphql::BookingEdge;
use crate::bookings::{Booking, BookingId};
use crate::files::graphql::attachments;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::topics::AppointmentId;
use crate::topics::availability::slots::Slot;
use crate::topics::questions::Answer;
use crate::topics::questions::graphql::BookingAnswerInput;

/// The input of `createBooking`.
#[derive(InputObject)]
struct CreateBookingInput {
    /// The id of the appointment.
    appointment_id: ID,
    /// The start of the slot, exactly as `Slot.startsAt` returns it.
    starts_at: DateTime,
    /// A question to the mentor: 1 to 1,000 characters after trimming, line breaks allowed.
    question: Option<String>,
    /// The answers to `Appointment.questions`, each question at most once.
    answers: Option<Vec<BookingAnswerInput>>,
    /// The ids of images that the viewer has uploaded, in the order to display; at most 4. The mentor can see them.
    image_ids: Option<Vec<ID>>,
    /// The ids of files that the viewer has uploaded, in the order to display; at most 4. The mentor can see them.
    file_ids: Option<Vec<ID>>,
    /// An idempotency key, 1 to 100 characters, unique per student and never released. Repeating the mutation with the
    /// same key and content returns the booking that the first one created; with other content, `IDEMPOTENCY_MISMATCH`.
    client_key: Option<String>,
}

/// The input of `rescheduleBooking`.
#[derive(InputObject)]
struct RescheduleBookingInput {
    /// The id of the booking.
    booking_id: ID,
    /// The start of another slot of the same appointment, exactly as `Slot.startsAt` returns it.
    starts_at: DateTime,
}

/// The payload of `createBooking`.
#[derive(Default, SimpleObject)]
struct CreateBookingPayload {
    /// The new booking with its cursor. Null if the input was rejected.
    booking_edge: Option<BookingEdge>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `rescheduleBooking`.
#[derive(Default, SimpleObject)]
struct RescheduleBookingPayload {
    /// The booking after the change. Null if the input was rejected; the booking then keeps its slot.
    booking: Option<Booking>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateBookingPayload, RescheduleBookingPayload);

#[ComplexObject]
impl UserError {
    /// Slots that can be booked instead, nearest in time first: at most 5, of the same appointment and within 15 days.
    /// Empty unless the code is `SLOT_TAKEN` or `SLOT_UNAVAILABLE`.
    async fn alternative_slots(&self, context: &Context<'_>) -> Result<Vec<Slot>, EdgeError> {
        match &self.slot {
            Some(wanted) => Ok(alternative_slots(context.app(), **wanted).await?),
            None => Ok(Vec::new()),
        }
    }
}

#[derive(Debug, Default)]
pub struct CreateBookingMutation;

#[Object]
impl CreateBookingMutation {
    /// Books a slot of an appointment. Errors at `input.startsAt`: `SLOT_UNAVAILABLE` if no listed slot starts then,
    /// `SLOT_TAKEN` if no seat is left or the mentor is busy, `OVERLAP` if the viewer has another booking at that time,
    /// `BOOKING_LIMIT` if the viewer has the maximum number of bookings of this appointment on that day. Errors at
    /// `input.answers`: `TOO_SHORT` if a required answer is missing, `TOO_LONG`, `INVALID` if it is none of the choices,
    /// `CONFLICT` if the mentor does not ask this question any more. At most 120 bookings and changes per hour. Codes:
    /// `BOOKING_LIMIT`, `CONFLICT`, `FORBIDDEN`, `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `OVERLAP`, `SLOT_TAKEN`,
    /// `SLOT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The slot to book.")] input: CreateBookingInput,
    ) -> Nullable<CreateBookingPayload> {
        let draft = BookingDraft {
            appointment: AppointmentId::from_global(&input.appointment_id),
            starts_at: input.starts_at.0,
            question: input.question,
            attachments: attachments(input.image_ids.as_deref(), input.file_ids.as_deref()),
            answers: input.answers.unwrap_or_default().into_iter().map(Answer::from).collect(),
            client_key: input.client_key,
        };
        let outcome = async { rules::create_booking(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |booking| CreateBookingPayload {
            booking_edge: Some(booking.into()),
            ..CreateBookingPayload::default()
        })
    }

    /// Moves a booking to another slot of the same appointment. If the new slot is not available, the booking keeps the
    /// old one. The student may reschedule until the notice to cancel, to a listed slot. The mentor may reschedule until
    /// the end, to any free place ahead: the notice to book, the horizon and the bookings per day do not bind the
    /// mentor. At most 120 bookings and changes per hour. Codes: `BOOKING_LIMIT`, `NOTICE_TOO_SHORT`, `NOT_FOUND`,
    /// `OVERLAP`, `SLOT_TAKEN`, `SLOT_UNAVAILABLE`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn reschedule_booking(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The booking and its new slot.")] input: RescheduleBookingInput,
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
