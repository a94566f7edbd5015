// Topics, offers and bookings made through plain fetch, for the tests that begin where these are there already.
import assert from "node:assert/strict";
import { ask } from "./accounts.js";

/** Sends one mutation in somebody's name and gives back its payload, in which nothing may be wrong. */
async function done(server, person, name, type, input, selection) {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  const { data, errors } = await ask(server, query, { input }, person.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

export async function createTopic(server, person, title = "Linear algebra") {
  const payload = await done(server, person, "createTopic", "CreateTopicInput", { title }, "topicEdge { node { id } }");
  return payload.topicEdge.node.id;
}

/** Offers a topic of its own; hours are meant in UTC. */
export async function createOffer(server, mentor, offer = {}) {
  const topicId = offer.topicId ?? (await createTopic(server, mentor));
  const input = { topicId, sessionMinutes: 60, timeZone: "UTC", minimumNoticeMinutes: 0, ...offer };
  const selection = "appointmentEdge { node { id } }";
  const payload = await done(server, mentor, "createAppointment", "CreateAppointmentInput", input, selection);
  return payload.appointmentEdge.node.id;
}

export async function book(server, student, appointmentId, startsAt) {
  const input = { appointmentId, startsAt, question: "Eigenvectors" };
  const selection = "bookingEdge { node { id } }";
  const payload = await done(server, student, "createBooking", "CreateBookingInput", input, selection);
  return payload.bookingEdge.node.id;
}

/** A stretch of hours that begins some seconds from now. */
export function soon(seconds, minutes) {
  const start = Math.ceil(Date.now() / 1000 + seconds) * 1000;
  return { startsAt: new Date(start).toISOString(), endsAt: new Date(start + minutes * 60_000).toISOString() };
}

/** The day so many days from now, in UTC, as `2026-03-29`. */
export const dayAhead = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
