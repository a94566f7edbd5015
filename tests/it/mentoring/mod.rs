//! Mentoring: topics, appointments, slots, bookings and reminders.

mod account_deletion;
mod appointments;
mod approval;
mod assignment;
mod busy_calendars;
mod calendar;
mod cancel;
mod crash;
mod create;
mod feeds;
mod keys;
mod letters;
mod lists;
mod live;
mod midnight;
mod places;
mod public_mentors;
mod questions;
mod races;
mod reminders;
mod slots;
mod summary;
mod term;
mod time_off;
mod topics;
pub mod waitlist;
mod waitlist_live;
mod waitlist_races;
mod zones;

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

const CREATE_APPOINTMENT: &str = "mutation Offer($input: CreateAppointmentInput!) {
    createAppointment(input: $input) {
        appointmentEdge { cursor node { id } }
        userErrors { code message path }
    }
}";

const UPDATE_APPOINTMENT: &str = "mutation Change($input: UpdateAppointmentInput!) {
    updateAppointment(input: $input) {
        appointment { id isActive seats sessionMinutes description location bufferMinutes }
        conflictingBookings { id startsAt }
        userErrors { code message path }
    }
}";

const SLOTS: &str = "query Slots($id: ID!, $from: DateTime!, $to: DateTime!) {
    appointment(id: $id) { slots(from: $from, to: $to) { startsAt endsAt seatsLeft } }
}";

const CREATE_BOOKING: &str = "mutation Book($input: CreateBookingInput!) {
    createBooking(input: $input) {
        bookingEdge { cursor node {
            id startsAt endsAt timeZone location status question bookedAt
            mentor { username } student { username } topic { title } appointment { id }
            viewerCanCancel viewerCanReschedule viewerCanComplete viewerCanMarkNoShow
        } }
        userErrors { code message path }
    }
}";

const RESCHEDULE: &str = "mutation Move($id: ID!, $to: DateTime!) {
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

const MARK_NO_SHOW: &str = "mutation NoShow($id: ID!, $user: ID!) {
    markNoShow(input: { bookingId: $id, userId: $user }) {
        booking { id status noShowUser { username } } userErrors { code message path }
    }
}";

/// Returns a time on the Monday after the day at which the clock of every campus starts.
pub fn monday(time: &str) -> String {
    format!("2026-11-23T{time}:00.000Z")
}

/// Overwrites fields of one object with those of another.
fn merge(mut base: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}

/// Moves the clock, and signs the users in again because their access tokens expire.
async fn advance_and_login<const N: usize>(campus: &Campus, time: Duration, people: [&Person; N]) -> [Person; N] {
    campus.advance(time);
    futures_util::future::join_all(people.map(Person::login))
        .await
        .try_into()
        .unwrap_or_else(|_| panic!("everyone signs in"))
}

/// Returns the id of a user.
async fn user_id(person: &Person) -> Value {
    person.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone()
}

/// Returns the id of the topic of an appointment.
async fn topic_of(person: &Person, appointment: &Value) -> Value {
    let topic = "query($id: ID!) { node(id: $id) { ... on Appointment { topic { id } } } }";
    person.execute(topic, json!({ "id": appointment })).await.field("node")["topic"]["id"].clone()
}

impl Person {
    /// Archives a topic, or brings it back.
    async fn set_archived(&self, topic: &Value, is_archived: bool) {
        let change = "mutation($id: ID!, $isArchived: Boolean!) {
            updateTopic(input: { topicId: $id, isArchived: $isArchived }) { userErrors { code } }
        }";
        let payload =
            self.execute(change, json!({ "id": topic, "isArchived": is_archived })).await.field("updateTopic");
        assert_eq!(payload["userErrors"], json!([]));
    }

    async fn try_create_topic(&self, input: Value) -> Response {
        self.execute(CREATE_TOPIC, json!({ "input": input })).await
    }

    /// Creates a topic and returns its id.
    pub async fn create_topic(&self, title: &str) -> Value {
        let payload = self.try_create_topic(json!({ "title": title })).await.field("createTopic");
        assert_eq!(payload["userErrors"], json!([]));
        payload["topicEdge"]["node"]["id"].clone()
    }

    /// Creates an appointment on Mondays from 9 to 12 with sessions of one hour. `more` overwrites fields of the input.
    async fn try_create_appointment(&self, topic: &Value, more: &Value) -> Response {
        let hours = json!([{ "weekday": "MONDAY", "from": "09:00", "to": "12:00" }]);
        let defaults = json!({ "topicId": topic, "timeZone": "UTC", "sessionMinutes": 60, "weeklyHours": hours });
        self.execute(CREATE_APPOINTMENT, json!({ "input": merge(defaults, more) })).await
    }

    pub async fn create_appointment(&self, topic: &Value, more: &Value) -> Value {
        let payload = self.try_create_appointment(topic, more).await.field("createAppointment");
        assert_eq!(payload["userErrors"], json!([]));
        payload["appointmentEdge"]["node"]["id"].clone()
    }

    /// Creates a topic and an appointment for it, and returns the id of the appointment.
    pub async fn teaches(&self, title: &str, more: &Value) -> Value {
        let topic = self.create_topic(title).await;
        self.create_appointment(&topic, more).await
    }

    async fn update_appointment(&self, appointment: &Value, change: &Value) -> Response {
        self.execute(UPDATE_APPOINTMENT, json!({ "input": merge(json!({ "appointmentId": appointment }), change) }))
            .await
    }

    /// Returns the slots of an appointment between two instants.
    async fn slots(&self, appointment: &Value, from: &str, to: &str) -> Vec<Value> {
        let answer = self.execute(SLOTS, json!({ "id": appointment, "from": from, "to": to })).await;
        answer.field("appointment")["slots"].as_array().cloned().expect("a list")
    }

    /// Returns the starts of the slots in the first week.
    async fn slot_starts(&self, appointment: &Value) -> Vec<String> {
        let slots = self.slots(appointment, "2026-11-21T00:00:00Z", "2026-11-28T00:00:00Z").await;
        slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant").to_owned()).collect()
    }

    async fn try_book(&self, appointment: &Value, starts_at: &str) -> Response {
        self.execute(CREATE_BOOKING, json!({ "input": { "appointmentId": appointment, "startsAt": starts_at } })).await
    }

    /// Books a slot and returns the booking.
    pub async fn book(&self, appointment: &Value, starts_at: &str) -> Value {
        let payload = self.try_book(appointment, starts_at).await.field("createBooking");
        assert_eq!(payload["userErrors"], json!([]));
        payload["bookingEdge"]["node"].clone()
    }

    pub async fn reschedule(&self, booking: &Value, to: &str) -> Response {
        self.execute(RESCHEDULE, json!({ "id": booking, "to": to })).await
    }

    pub async fn cancel(&self, booking: &Value) -> Response {
        self.execute(CANCEL, json!({ "id": booking })).await
    }

    /// Returns one field of a booking.
    async fn booking_field(&self, booking: &Value, field: &str) -> Value {
        let query = format!("query($id: ID!) {{ booking(id: $id) {{ {field} }} }}");
        self.execute(&query, json!({ "id": booking })).await.field("booking")[field].clone()
    }
}
