//! GraphQL for the slots of topics, and for bookings with any mentor.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{TopicDraft, rules, slots};
use crate::accounts::AccountId;
use crate::bookings::graphql::BookingEdge;
use crate::error::Result;
use crate::files::graphql::attachments;
use crate::graphql::access::{self, Access};
use crate::graphql::{Connection, ContextExt, DateTime, GlobalId, Nullable, PageArguments, Payload, UserError};
use crate::topics::TopicId;
use crate::topics::availability::slots::{Slot, checked_range};

/// A page of slots.
pub type SlotConnection = Connection<Slot>;

/// Loads a page of the slots of a topic that start in a range.
///
/// # Errors
/// `BadInput` if the range ends before it starts, or is longer than 31 days.
pub async fn load_topic_slots(
    context: &Context<'_>,
    topic: TopicId,
    from: DateTime,
    to: DateTime,
    page: PageArguments,
) -> Result<SlotConnection> {
    let (range, page) = (checked_range(from.0, to.0)?, page.read(context)?);
    let viewer = context.member()?.account;
    let (rows, total) = slots::topic_slots(context.app(), viewer, topic, range, &page).await?;
    context.count_computed(rows.len())?;
    Ok(SlotConnection::new(&page, rows, total, slots::key))
}

/// The input of `bookTopic`.
#[derive(InputObject)]
struct BookTopicInput {
    /// An idempotency key, 1 to 100 characters, unique per student, shared with `createBooking` and never released.
    /// Repeating the mutation with the same key and content returns the booking that the first one created; with other
    /// content, `IDEMPOTENCY_MISMATCH`.
    client_key: Option<String>,
    /// The end of the slot, exactly as `Topic.slots` returns it.
    ends_at: DateTime,
    /// The ids of files that the viewer has uploaded, in the order to display; at most 4. The mentor can see them.
    file_ids: Option<Vec<ID>>,
    /// The ids of images that the viewer has uploaded, in the order to display; at most 4. The mentor can see them.
    image_ids: Option<Vec<ID>>,
    /// The id of the mentor to prefer. Ignored if this mentor has no seat left.
    preferred_mentor_id: Option<ID>,
    /// A question to the mentor: 1 to 1,000 characters after trimming, line breaks allowed.
    question: Option<String>,
    /// The start of the slot, exactly as `Topic.slots` returns it.
    starts_at: DateTime,
    /// The id of the topic.
    topic_id: ID,
}

/// The payload of `bookTopic`.
#[derive(Default, SimpleObject)]
struct BookTopicPayload {
    /// The new booking with its cursor. Null if the input was rejected.
    booking_edge: Option<BookingEdge>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(BookTopicPayload);

#[derive(Debug, Default)]
pub struct AssignMutation;

#[Object]
impl AssignMutation {
    /// Books a slot of `Topic.slots`. The server assigns it to the preferred mentor, otherwise to the mentor with the fewest
    /// booked minutes in that week. Errors at `input.startsAt`: `SLOT_UNAVAILABLE` if no mentor has such a slot,
    /// `SLOT_TAKEN` if no mentor has a seat left, `OVERLAP` if the viewer has another booking at that time, `BOOKING_LIMIT`
    /// if the limit of all mentors with a seat is reached. Counts as a booking: at most 120 bookings and changes per hour.
    /// Codes: `BOOKING_LIMIT`, `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `OVERLAP`, `SLOT_TAKEN`, `SLOT_UNAVAILABLE`,
    /// `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn book_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The slot to book.")] input: BookTopicInput,
    ) -> Nullable<BookTopicPayload> {
        let draft = TopicDraft {
            topic: TopicId::from_global(&input.topic_id),
            starts_at: input.starts_at.0,
            ends_at: input.ends_at.0,
            preferred_mentor: input.preferred_mentor_id.as_ref().and_then(AccountId::from_global),
            question: input.question,
            attachments: attachments(input.image_ids.as_deref(), input.file_ids.as_deref()),
            client_key: input.client_key,
        };
        let outcome = async { rules::book_topic(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |booking| BookTopicPayload {
            booking_edge: Some(booking.into()),
            ..BookTopicPayload::default()
        })
    }
}
