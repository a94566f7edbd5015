// Notices, which the browser derives from inbox events and stores: the server has an event log, but no list of notices.
// Each visit resumes the log at the stored cursor.
import { storage } from "../components/storage";
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

export const inboxStorage = {
  load: (userId: string) => storage.get<StoredInbox>(userId, "inbox"),
  save: (userId: string, value: StoredInbox) => storage.set(userId, "inbox", value),
};

/** The notice for an event, or undefined for events that the notifications page does not list, such as messages. */
export function toNotice(event: InboxEvent, userId: string): Notice | undefined {
  if (event.__typename === "SecurityNotice") {
    return { ...eventMeta(event), isSeen: false, about: { kind: "security", what: event.kind } };
  }
  if (event.__typename === "BookingChanged") return bookingNotice(event, "booking", event.change, userId);
  if (event.__typename === "BookingReminder") return bookingNotice(event, "reminder", "REMINDER", userId);
  return undefined;
}

const eventMeta = ({ cursor, happenedAt }: { cursor: string; happenedAt: string }) => ({ cursor, happenedAt });

function bookingNotice(
  event: Pick<BookingEvent, "cursor" | "happenedAt" | "booking">,
  kind: "booking" | "reminder",
  what: string,
  userId: string,
): Notice {
  const { id, topic, startsAt, mentor, student } = event.booking;
  const other = mentor?.id === userId ? student : mentor;
  const about = { kind, what, bookingId: id, topic: topic.title, startsAt, name: other?.displayName ?? null };
  return { ...eventMeta(event), isSeen: false, about };
}

/** Advances the cursor and adds the event's notice, unless the inbox already has it. */
export function applyEvent(inbox: StoredInbox, event: InboxEvent, userId: string): StoredInbox {
  const notice = toNotice(event, userId);
  const isKnown = inbox.notices.some(({ cursor }) => cursor === event.cursor);
  const notices = notice && !isKnown ? [notice, ...inbox.notices].slice(0, maxNotices) : inbox.notices;
  return { cursor: event.cursor, notices };
}
