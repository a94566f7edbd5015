// What the notices of one person hold, and how they are kept: the server has a log of events, not a list of notices, so
// this browser follows the log from where it stopped last time and keeps what came.
import { stored } from "../components/stored";
import type { InboxChangedSubscription } from "./generated/notifications";

export type InboxEvent = InboxChangedSubscription["inboxChanged"];
/** What both kinds of events about bookings have. */
type BookingEvent = Extract<InboxEvent, { __typename: "BookingReminder" }>;

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
        /** The other side of the booking. */
        name: string | null;
      };
}

export interface Kept {
  /** How far the log has been read. */
  cursor: string;
  notices: readonly Notice[];
}

const most = 100;

export const kept = {
  read: (userId: string) => stored.read<Kept>(userId, "inbox"),
  write: (userId: string, value: Kept) => stored.write(userId, "inbox", value),
};

/** The notice that an event makes, if it is one for the list: messages have a place of their own. */
export function noticeOf(event: InboxEvent, userId: string): Notice | undefined {
  if (event.__typename === "SecurityNotice") {
    return { ...moment(event), isSeen: false, about: { kind: "security", what: event.kind } };
  }
  if (event.__typename === "BookingChanged") return bookingNotice(event, "booking", event.change, userId);
  if (event.__typename === "BookingReminder") return bookingNotice(event, "reminder", "REMINDER", userId);
  return undefined;
}

const moment = ({ cursor, happenedAt }: { cursor: string; happenedAt: string }) => ({ cursor, happenedAt });

function bookingNotice(
  event: Pick<BookingEvent, "cursor" | "happenedAt" | "booking">,
  kind: "booking" | "reminder",
  what: string,
  userId: string,
): Notice {
  const { id, topic, startsAt, mentor, student } = event.booking;
  const other = mentor?.id === userId ? student : mentor;
  const about = { kind, what, bookingId: id, topic: topic.title, startsAt, name: other?.displayName ?? null };
  return { ...moment(event), isSeen: false, about };
}

/** Takes in one event: moves on, and adds its notice, once. */
export function take(before: Kept, event: InboxEvent, userId: string): Kept {
  const notice = noticeOf(event, userId);
  const isKnown = before.notices.some(({ cursor }) => cursor === event.cursor);
  const notices = notice && !isKnown ? [notice, ...before.notices].slice(0, most) : before.notices;
  return { cursor: event.cursor, notices };
}
