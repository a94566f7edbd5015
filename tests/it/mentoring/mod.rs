//! Mentoring: topics, offers, slots, bookings, and what time does to them.

mod calendar;
mod changes;
mod killed;
mod leaving;
mod live;
mod making;
mod offers;
mod races;
mod reminders;
mod slots;
mod topics;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Campus, Person};

const CREATE_TOPIC: &str = "mutation Topic($input: CreateTopicInput!) {
    createTopic(input: $input) {
        topicEdge { cursor node {
            id title description image { id } creator { username } createdAt isArchived mentorCount bookingCount
            viewerCanEdit
        } }
        userErrors { code message path }
    }
}";

const OFFER: &str = "mutation Offer($input: CreateAppointmentInput!) {
    createAppointment(input: $input) {
        appointmentEdge { cursor node { id } }
        userErrors { code message path }
    }
}";

const CHANGE_OFFER: &str = "mutation Change($input: UpdateAppointmentInput!) {
    updateAppointment(input: $input) {
        appointment { id isActive seats sessionMinutes description location bufferMinutes }
        conflictingBookings { id startsAt }
        userErrors { code message path }
    }
}";

const SLOTS: &str = "query Slots($id: ID!, $from: DateTime!, $to: DateTime!) {
    appointment(id: $id) { slots(from: $from, to: $to) { startsAt endsAt seatsLeft } }
}";

const BOOK: &str = "mutation Book($input: CreateBookingInput!) {
    createBooking(input: $input) {
        bookingEdge { cursor node {
            id startsAt endsAt timeZone location status question bookedAt
            mentor { username } student { username } topic { title } appointment { id }
            viewerCanCancel viewerCanReschedule viewerCanComplete viewerCanMarkNoShow
        } }
        userErrors { code message path }
    }
}";

const MOVE: &str = "mutation Move($id: ID!, $to: DateTime!) {
    rescheduleBooking(input: { bookingId: $id, startsAt: $to }) {
        booking { id startsAt endsAt } userErrors { code message path }
    }
}";

const CANCEL: &str = "mutation Cancel($id: ID!, $reason: String) {
    cancelBooking(input: { bookingId: $id, reason: $reason }) {
        booking { id status cancelledAt cancelReason cancelledBy { username } viewerCanCancel viewerCanReschedule }
        userErrors { code message path }
    }
}";

const COMPLETE: &str = "mutation Complete($id: ID!) {
    completeBooking(input: { bookingId: $id }) { booking { id status } userErrors { code message path } }
}";

const NO_SHOW: &str = "mutation NoShow($id: ID!, $user: ID!) {
    markNoShow(input: { bookingId: $id, userId: $user }) {
        booking { id status noShowUser { username } } userErrors { code message path }
    }
}";

/// The Monday after the day on which every campus begins, at this hour.
fn monday(time: &str) -> String {
    format!("2026-11-23T{time}:00.000Z")
}

/// Overwrites members of one object with those of another.
fn with(mut base: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}

/// Lets time pass. Access tokens do not last so long, so everybody signs in again.
async fn later<const N: usize>(campus: &Campus, time: Duration, people: [&Person; N]) -> [Person; N] {
    campus.advance(time);
    futures_util::future::join_all(people.map(Person::login)).await.try_into().unwrap_or_else(|_| panic!("all of them"))
}

/// This person as a user.
async fn user_of(person: &Person) -> Value {
    person.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone()
}

impl Person {
    async fn try_topic(&self, input: Value) -> Response {
        self.execute(CREATE_TOPIC, json!({ "input": input })).await
    }

    /// Creates a topic and returns its id.
    pub async fn topic(&self, title: &str) -> Value {
        let payload = self.try_topic(json!({ "title": title })).await.field("createTopic");
        assert_eq!(payload["userErrors"], json!([]));
        payload["topicEdge"]["node"]["id"].clone()
    }

    /// Offers a topic on Mondays from 9 to 12 in sessions of an hour, or as `more` says.
    async fn try_offer(&self, topic: &Value, more: &Value) -> Response {
        let hours = json!([{ "weekday": "MONDAY", "from": "09:00", "to": "12:00" }]);
        let plain = json!({ "topicId": topic, "timeZone": "UTC", "sessionMinutes": 60, "weeklyHours": hours });
        self.execute(OFFER, json!({ "input": with(plain, more) })).await
    }

    pub async fn offer(&self, topic: &Value, more: &Value) -> Value {
        let payload = self.try_offer(topic, more).await.field("createAppointment");
        assert_eq!(payload["userErrors"], json!([]));
        payload["appointmentEdge"]["node"]["id"].clone()
    }

    /// A topic and an offer of it.
    pub async fn teaches(&self, title: &str, more: &Value) -> Value {
        let topic = self.topic(title).await;
        self.offer(&topic, more).await
    }

    async fn change_offer(&self, offer: &Value, change: &Value) -> Response {
        self.execute(CHANGE_OFFER, json!({ "input": with(json!({ "appointmentId": offer }), change) })).await
    }

    /// The slots of an offer between two instants.
    async fn slots(&self, offer: &Value, from: &str, to: &str) -> Vec<Value> {
        let answer = self.execute(SLOTS, json!({ "id": offer, "from": from, "to": to })).await;
        answer.field("appointment")["slots"].as_array().cloned().expect("a list")
    }

    /// When the slots of the first week begin.
    async fn starts(&self, offer: &Value) -> Vec<String> {
        let slots = self.slots(offer, "2026-11-21T00:00:00Z", "2026-11-28T00:00:00Z").await;
        slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant").to_owned()).collect()
    }

    async fn try_book(&self, offer: &Value, starts_at: &str) -> Response {
        self.execute(BOOK, json!({ "input": { "appointmentId": offer, "startsAt": starts_at } })).await
    }

    /// Books and returns the booking.
    pub async fn book(&self, offer: &Value, starts_at: &str) -> Value {
        let payload = self.try_book(offer, starts_at).await.field("createBooking");
        assert_eq!(payload["userErrors"], json!([]));
        payload["bookingEdge"]["node"].clone()
    }

    async fn reschedule(&self, booking: &Value, to: &str) -> Response {
        self.execute(MOVE, json!({ "id": booking, "to": to })).await
    }

    async fn cancel(&self, booking: &Value) -> Response {
        self.execute(CANCEL, json!({ "id": booking })).await
    }

    /// One member of a booking.
    async fn of_booking(&self, booking: &Value, member: &str) -> Value {
        let query = format!("query($id: ID!) {{ booking(id: $id) {{ {member} }} }}");
        self.execute(&query, json!({ "id": booking })).await.field("booking")[member].clone()
    }
}
