// Notices, which the browser derives from inbox events and stores: the server has an event log, but no list of notices.
// Each visit resumes the log at the stored cursor.
import { settingsStorage, storage } from "../components/storage";
import type { InboxChangedSubscription } from "./generated/notifications";

export type InboxEvent = InboxChangedSubscription["inboxChanged"];
type BookingEvent = Extract<InboxEvent, { __typename: "BookingReminder" }>;

/** Stored by the browser as it is. */
export interface Notice {
  cursor: string;
  happenedAt: string;
  isSeen: boolean;
  about:
    | { kind: "security"; what: string }
    | {
        kind: "booking" | "reminder";
        what: string;
        bookingId: string;
        topic: string;
        startsAt: string;
        /** The display name of the other participant. */
        name: string | null;
      };
}

export interface StoredInbox {
  /** The last processed event. */
  cursor: string;
  notices: readonly Notice[];
}

const maxNotices = 100;

/** The position in the log outlives the session: the next login on this device shows what happened in between. */
const cursorKey = (userId: string) => `inbox-cursor:${userId}`;

export const inboxStorage = {
  load(userId: string): StoredInbox | undefined {
    const stored = storage.get<StoredInbox>(userId, "inbox");
    const cursor = settingsStorage.get(cursorKey(userId));
    return stored ?? (cursor ? { cursor, notices: [] } : undefined);
  },

  save(userId: string, value: StoredInbox) {
    storage.set(userId, "inbox", value);
    settingsStorage.set(cursorKey(userId), value.cursor);
  },
};

/** The notice for an event, or undefined for events that the notifications page does not list, such as messages. */
export function toNotice(event: InboxEvent, userId: string): Notice | undefined {
  if (event.__typename === "SecurityNotice") {
    return { ...eventMeta(event), isSeen: false, about: { kind: "security", what: event.kind } };
  }
  if (event.__typename === "BookingChanged")
    return bookingNotice(event, "booking", event.change, userId, isOwnDeed(event, userId));
  if (event.__typename === "BookingReminder") return bookingNotice(event, "reminder", "REMINDER", userId);
  return undefined;
}

/** Whether the viewer has caused a change of a booking. The server does not name who moved one. */
export function isOwnDeed(event: InboxEvent, userId: string) {
  if (event.__typename !== "BookingChanged") return false;
  const { change, booking } = event;
  if (change === "CREATED" || change === "REQUESTED") return booking.student?.id === userId;
  if (change === "CANCELLED") return booking.cancelledBy?.id === userId;
  if (change === "COMPLETED" || change === "APPROVED" || change === "DECLINED" || change === "RELOCATED")
    return booking.mentor?.id === userId;
  return change === "NO_SHOW" && booking.noShowUser?.id !== userId;
}

const eventMeta = ({ cursor, happenedAt }: { cursor: string; happenedAt: string }) => ({ cursor, happenedAt });

function bookingNotice(
  event: Pick<BookingEvent, "cursor" | "happenedAt" | "booking">,
  kind: "booking" | "reminder",
  what: string,
  userId: string,
  isOwnDeed = false,
): Notice {
  const { id, topic, startsAt, mentor, student } = event.booking;
  const other = mentor?.id === userId ? student : mentor;
  const about = { kind, what, bookingId: id, topic: topic.title, startsAt, name: other?.displayName ?? null };
  return { ...eventMeta(event), isSeen: isOwnDeed, about };
}

/** Advances the cursor and adds the event's notice, unless the inbox already has it. */
export function applyEvent(inbox: StoredInbox, event: InboxEvent, userId: string): StoredInbox {
  const notice = toNotice(event, userId);
  const isKnown = inbox.notices.some(({ cursor }) => cursor === event.cursor);
  const notices = notice && !isKnown ? [notice, ...inbox.notices].slice(0, maxNotices) : inbox.notices;
  return { cursor: event.cursor, notices };
}
