//! Changes of offers in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::bookings::Booking;
use crate::bookings::appointments::rules::{self as offers, Changed};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::topics::appointments::graphql::AppointmentEdge;
use crate::topics::appointments::inputs::graphql::{CreateAppointmentInput, UpdateAppointmentInput};
use crate::topics::appointments::{Appointment, rules};
use crate::topics::{AppointmentId, TopicId};

/// Which offer to delete.
#[derive(InputObject)]
struct DeleteAppointmentInput {
    /// The offer.
    appointment_id: ID,
    /// Upcoming bookings are cancelled, and their students told. Otherwise they are in the way.
    #[graphql(default = false)]
    cancel_upcoming: bool,
}

/// The answer to `createAppointment`.
#[derive(Default, SimpleObject)]
struct CreateAppointmentPayload {
    /// The new offer with its place in the list; null when refused.
    appointment_edge: Option<AppointmentEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `updateAppointment`.
#[derive(Default, SimpleObject)]
struct UpdateAppointmentPayload {
    /// The offer as it is now; null when refused.
    appointment: Option<Appointment>,
    /// The upcoming bookings for which `HAS_BOOKINGS` refused the change, the soonest first, at most 100.
    conflicting_bookings: Vec<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `deleteAppointment`.
#[derive(Default, SimpleObject)]
struct DeleteAppointmentPayload {
    /// The offer that is gone; null when refused.
    deleted_appointment_id: Option<ID>,
    /// The upcoming bookings that were cancelled with it, the soonest first.
    cancelled_bookings: Vec<Booking>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateAppointmentPayload, UpdateAppointmentPayload, DeleteAppointmentPayload);

#[derive(Debug, Default)]
pub struct AppointmentMutation;

#[Object]
impl AppointmentMutation {
    /// Offers to teach a topic; whoever does so is a mentor. One offer for each topic, at most 100.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to offer.")] input: CreateAppointmentInput,
    ) -> Nullable<CreateAppointmentPayload> {
        let topic = TopicId::from_global(&input.topic_id);
        let outcome = async { rules::create_appointment(context.app(), context.member()?, topic, input.into()).await };
        Payload::answer(outcome.await, |appointment| CreateAppointmentPayload {
            appointment_edge: Some(appointment.into()),
            ..CreateAppointmentPayload::default()
        })
    }

    /// Changes the viewer's own offer. `HAS_BOOKINGS` refuses a change that would leave an upcoming booking outside the
    /// hours or without a seat; `conflictingBookings` names those.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateAppointmentInput,
    ) -> Nullable<UpdateAppointmentPayload> {
        let id = AppointmentId::from_global(&input.appointment_id);
        let outcome = async { offers::update_appointment(context.app(), context.member()?, id, input.into()).await };
        Payload::answer(outcome.await, |changed| match changed {
            Changed::To(appointment) => {
                UpdateAppointmentPayload { appointment: Some(*appointment), ..UpdateAppointmentPayload::default() }
            }
            Changed::NotFor(problem, conflicting_bookings) => UpdateAppointmentPayload {
                conflicting_bookings,
                user_errors: vec![problem.into()],
                ..UpdateAppointmentPayload::default()
            },
        })
    }

    /// Deletes the viewer's own offer. `HAS_BOOKINGS` refuses it while there are upcoming bookings, unless those are to be
    /// cancelled. What has taken place stays with those who took part.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_appointment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which offer.")] input: DeleteAppointmentInput,
    ) -> Nullable<DeleteAppointmentPayload> {
        let id = AppointmentId::from_global(&input.appointment_id);
        let cancel = input.cancel_upcoming;
        let outcome = async { offers::delete_appointment(context.app(), context.member()?, id, cancel).await };
        Payload::answer(outcome.await, |(id, cancelled_bookings)| DeleteAppointmentPayload {
            deleted_appointment_id: Some(id.to_global()),
            cancelled_bookings,
            ..DeleteAppointmentPayload::default()
        })
    }
}
