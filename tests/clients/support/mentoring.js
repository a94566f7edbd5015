// Topics, offers and bookings, created with plain fetch for tests that need existing ones.
import { mutate } from "./accounts.js";

export async function createTopic(server, account, title = "Linear algebra") {
  const selection = "topicEdge { node { id } }";
  const payload = await mutate(server, account, "createTopic", { title }, selection);
  return payload.topicEdge.node.id;
}

/** Creates an offer for a new topic, unless `topicId` is set. Hours are in UTC. */
export async function createOffer(server, mentor, offer = {}) {
  const topicId = offer.topicId ?? (await createTopic(server, mentor));
  const input = { topicId, sessionMinutes: 60, timeZone: "UTC", minimumNoticeMinutes: 0, ...offer };
  const selection = "appointmentEdge { node { id } }";
  const payload = await mutate(server, mentor, "createAppointment", input, selection);
  return payload.appointmentEdge.node.id;
}

export async function book(server, student, appointmentId, startsAt) {
  const input = { appointmentId, startsAt, question: "Eigenvectors" };
  const selection = "bookingEdge { node { id } }";
  const payload = await mutate(server, student, "createBooking", input, selection);
  return payload.bookingEdge.node.id;
}

/** Returns a window of `minutes` that starts in `seconds`. */
export function startingIn(seconds, minutes) {
  const start = Math.ceil(Date.now() / 1000 + seconds) * 1000;
  return { startsAt: new Date(start).toISOString(), endsAt: new Date(start + minutes * 60_000).toISOString() };
}

// Read once, so that a test that runs past midnight keeps its dates.
const startedAt = Date.now();

/** Returns the UTC date `days` days after the start of the tests, as `2026-03-29`. */
export const daysFromNow = (days) => new Date(startedAt + days * 86_400_000).toISOString().slice(0, 10);
