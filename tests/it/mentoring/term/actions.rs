//! What students and mentors do during a term.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use studyhall::clock::Timestamp;

use super::{Actor, Offer, Term, instant, text};
use crate::support::random::Random;

/// Prefers the first ones, so that they fill up.
fn early(random: &mut Random, bound: usize) -> usize {
    random.below(bound).min(random.below(bound)).min(random.below(bound))
}

/// The same hours on each day, in UTC.
pub fn hours(from: usize, to: usize) -> Value {
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let day = |day: &str| json!({ "weekday": day, "from": format!("{from:02}:00"), "to": format!("{to:02}:00") });
    Value::from_iter(days.map(day))
}

/// A slot that a student tries to get.
struct Wanted<'a> {
    offer: &'a Offer,
    slot: &'a Value,
}

impl Term {
    fn pick<'a>(&'a self, listed: &'a [Vec<Value>], random: &mut Random) -> Option<Wanted<'a>> {
        let number = early(random, self.offers.len());
        let slots = &listed[number];
        let slot = slots.get(early(random, slots.len()))?;
        Some(Wanted { offer: &self.offers[number], slot })
    }

    pub async fn act_as_student(&self, student: &Actor, listed: &[Vec<Value>], mut random: Random) {
        match random.below(20) {
            0..=9 => {
                if let Some(wanted) = self.pick(listed, &mut random) {
                    self.book_or_wait(student, &wanted).await;
                }
            }
            10 => {
                let topic = &self.topics[early(&mut random, self.topics.len())];
                if let Some(wanted) = self.pick(listed, &mut random) {
                    self.book_topic(student, topic, wanted.slot).await;
                }
            }
            11..=14 => {
                for id in self.own_bookings(student).await.into_iter().take(1 + random.below(2)) {
                    let query =
                        "mutation($id: ID!) { cancelBooking(input: { bookingId: $id }) { userErrors { code } } }";
                    self.send(student, "cancelBooking", query, json!({ "id": id })).await;
                }
            }
            15 | 16 => {
                let own = self.own_bookings(student).await;
                if let (Some(id), Some(wanted)) = (own.first(), self.pick(listed, &mut random)) {
                    let query = "mutation($id: ID!, $to: DateTime!) {
                        rescheduleBooking(input: { bookingId: $id, startsAt: $to }) { userErrors { code } }
                    }";
                    let variables = json!({ "id": id, "to": wanted.slot["startsAt"] });
                    self.send(student, "rescheduleBooking", query, variables).await;
                }
            }
            _ => self.look_at_waitlists(student, &mut random).await,
        }
    }

    async fn book(&self, student: &Actor, appointment: &Value, starts_at: &Value) -> Option<Vec<Value>> {
        let query = "mutation($input: CreateBookingInput!) {
            createBooking(input: $input) { bookingEdge { node { id } } userErrors { code } }
        }";
        let input = json!({ "appointmentId": appointment, "startsAt": starts_at });
        let payload = self.send(student, "createBooking", query, json!({ "input": input })).await?;
        self.acknowledge(&payload);
        payload["userErrors"].as_array().cloned()
    }

    fn acknowledge(&self, payload: &Value) {
        if let Some(id) = payload["bookingEdge"]["node"]["id"].as_str() {
            self.acknowledged.lock().expect("a set").insert(id.to_owned());
            self.counts.bookings.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn book_or_wait(&self, student: &Actor, Wanted { offer, slot }: &Wanted<'_>) {
        let Some(errors) = self.book(student, &offer.global_id, &slot["startsAt"]).await else { return };
        if errors.iter().any(|error| error["code"] == "SLOT_TAKEN") {
            let query = "mutation($input: JoinWaitlistInput!) {
                joinWaitlist(input: $input) { waitlistEntry { id } userErrors { code } }
            }";
            let input = json!({ "appointmentId": offer.global_id, "startsAt": slot["startsAt"] });
            let joined = self.send(student, "joinWaitlist", query, json!({ "input": input })).await;
            let is_joined = joined.is_some_and(|payload| payload["waitlistEntry"].is_object());
            self.counts.joins.fetch_add(usize::from(is_joined), Ordering::Relaxed);
        }
    }

    async fn book_topic(&self, student: &Actor, topic: &Value, slot: &Value) {
        let query = "mutation($input: BookTopicInput!) {
            bookTopic(input: $input) { bookingEdge { node { id } } userErrors { code } }
        }";
        let input = json!({ "topicId": topic, "startsAt": slot["startsAt"], "endsAt": slot["endsAt"] });
        if let Some(payload) = self.send(student, "bookTopic", query, json!({ "input": input })).await {
            self.acknowledge(&payload);
        }
    }

    async fn own_bookings(&self, student: &Actor) -> Vec<Value> {
        let query =
            "{ bookings(first: 10, filter: { statuses: [UPCOMING, REQUESTED], role: STUDENT }) { nodes { id } } }";
        let page = self.send(student, "bookings", query, json!({})).await.unwrap_or_default();
        let nodes = page["nodes"].as_array().cloned().unwrap_or_default();
        nodes.into_iter().map(|node| node["id"].clone()).collect()
    }

    /// Takes a seat that is held, or sometimes leaves.
    async fn look_at_waitlists(&self, student: &Actor, random: &mut Random) {
        let query = "{ viewer { waitlistEntries { id startsAt offerExpiresAt appointment { id } } } }";
        let viewer = self.send(student, "viewer", query, json!({})).await.unwrap_or_default();
        for entry in viewer["waitlistEntries"].as_array().into_iter().flatten() {
            let is_held = entry["offerExpiresAt"].is_string();
            if is_held && random.below(3) > 0 {
                let errors = self.book(student, &entry["appointment"]["id"], &entry["startsAt"]).await;
                let is_taken = errors.is_some_and(|errors| errors.is_empty());
                self.counts.offers_taken.fetch_add(usize::from(is_taken), Ordering::Relaxed);
            } else if random.below(6) == 0 {
                let query =
                    "mutation($id: ID!) { leaveWaitlist(input: { waitlistEntryId: $id }) { userErrors { code } } }";
                self.send(student, "leaveWaitlist", query, json!({ "id": entry["id"] })).await;
            }
        }
    }

    pub async fn act_as_mentor(&self, number: usize, listed: &[Vec<Value>], mut random: Random) {
        let mentor = &self.mentors[number];
        let query = "{ bookings(first: 30, filter: { statuses: [REQUESTED], role: MENTOR }) { nodes { id } } }";
        let page = self.send(mentor, "bookings", query, json!({})).await.unwrap_or_default();
        for node in page["nodes"].as_array().into_iter().flatten() {
            let field = ["approveBooking", "declineBooking", ""][random.below(3)];
            if !field.is_empty() {
                let query = format!(
                    "mutation($id: ID!) {{ {field}(input: {{ bookingId: $id }}) {{ userErrors {{ code }} }} }}"
                );
                self.send(mentor, field, &query, json!({ "id": node["id"] })).await;
            }
        }
        match random.below(12) {
            0 => {
                let slots = &listed[number * super::OFFERS];
                let Some(slot) = slots.get(random.below(slots.len())) else { return };
                self.take_time_off(mentor, instant(&slot["startsAt"]), random.below(2) == 0).await;
            }
            1 | 2 => self.come_back(mentor).await,
            3 | 4 => {
                let offer = &self.offers[number * super::OFFERS + random.below(super::OFFERS)];
                let from = 8 + random.below(3);
                let change = json!({ "weeklyHours": hours(from, from + 4 + random.below(4)) });
                self.update(mentor, offer, change).await;
            }
            5 => {
                // More seats only: fewer would take offers back, which can be made again.
                let offer = &self.offers[number * super::OFFERS + 1];
                let query = "query($id: ID!) { appointment(id: $id) { seats } }";
                let found = self.send(mentor, "appointment", query, json!({ "id": offer.global_id })).await;
                if let Some(seats) = found.and_then(|found| found["seats"].as_u64()).filter(|seats| *seats < 4) {
                    self.update(mentor, offer, json!({ "seats": seats + 1 })).await;
                }
            }
            6 => {
                // A mentor is a student, too.
                if let Some(wanted) = self.pick(listed, &mut random) {
                    self.book_or_wait(mentor, &wanted).await;
                }
            }
            _ => {}
        }
    }

    async fn update(&self, mentor: &Actor, offer: &Offer, mut change: Value) {
        change["appointmentId"] = offer.global_id.clone();
        let query =
            "mutation($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { userErrors { code } } }";
        self.send(mentor, "updateAppointment", query, json!({ "input": change })).await;
    }

    async fn take_time_off(&self, mentor: &Actor, from: Timestamp, cancels: bool) {
        let query = "mutation($input: CreateTimeOffInput!) { createTimeOff(input: $input) { userErrors { code } } }";
        let to = text(from.plus(Duration::from_mins(150)));
        let input = json!({ "startsAt": text(from), "endsAt": to, "cancelUpcoming": cancels });
        self.send(mentor, "createTimeOff", query, json!({ "input": input })).await;
    }

    /// Deletes the next time off.
    async fn come_back(&self, mentor: &Actor) {
        let query = "{ viewer { timeOffs(first: 1) { nodes { id } } } }";
        let viewer = self.send(mentor, "viewer", query, json!({})).await.unwrap_or_default();
        let id = &viewer["timeOffs"]["nodes"][0]["id"];
        if id.is_string() {
            let query = "mutation($id: ID!) { deleteTimeOff(input: { timeOffId: $id }) { userErrors { code } } }";
            self.send(mentor, "deleteTimeOff", query, json!({ "id": id })).await;
        }
    }
}
