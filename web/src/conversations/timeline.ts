// The messages of one conversation or of the lobby, as far as they are known here. Whatever arrives twice (an answer and
// its event, a stream that goes on after a break) is here once.
import type { MessagePageFragment, MessagePartsFragment } from "./generated/conversations";

export type Message = MessagePartsFragment;

/** Something that happened between messages. */
export interface Remark {
  id: string;
  at: string;
  text: string;
}

export interface Timeline {
  /** Oldest first. */
  messages: readonly Message[];
  remarks: readonly Remark[];
  hasEarlier: boolean;
  /** Where the earliest page begins. */
  start: string | null;
  isOpen: boolean;
}

export type Change =
  | { kind: "page"; page: MessagePageFragment }
  | { kind: "message"; message: Message }
  | { kind: "remark"; remark: Remark }
  | { kind: "reset" };

export const nothing: Timeline = { messages: [], remarks: [], hasEarlier: false, start: null, isOpen: false };

export function changed(before: Timeline, change: Change): Timeline {
  switch (change.kind) {
    case "page":
      return withPage(before, change.page);
    case "message":
      return { ...before, messages: withMessages(before.messages, [change.message]) };
    case "remark": {
      const isKnown = before.remarks.some(({ id }) => id === change.remark.id);
      return isKnown ? before : { ...before, remarks: [...before.remarks, change.remark].slice(-50) };
    }
    case "reset":
      return nothing;
  }
}

function withPage(before: Timeline, { edges, pageInfo }: MessagePageFragment): Timeline {
  const messages = withMessages(
    before.messages,
    edges.map(({ node }) => node),
  );
  // A page that was read again says nothing about what lies before the pages that are here already.
  const isEarliest = !before.isOpen || messages[0]?.id !== before.messages[0]?.id;
  const { hasPreviousPage, startCursor } = pageInfo;
  return isEarliest
    ? { ...before, messages, hasEarlier: hasPreviousPage, start: startCursor, isOpen: true }
    : { ...before, messages };
}

function withMessages(before: readonly Message[], arrived: readonly Message[]) {
  const known = new Map(before.map((message) => [message.id, message]));
  for (const message of arrived) known.set(message.id, message);
  const byTime = (a: Message, b: Message) => a.sentAt.localeCompare(b.sentAt) || a.id.localeCompare(b.id);
  return [...known.values()].sort(byTime);
}

export type Entry = { kind: "message"; message: Message; isFollowUp: boolean } | { kind: "remark"; remark: Remark };

/** Messages and remarks in their order; a message soon after another of the same author follows it up. */
export function entriesOf({ messages, remarks, hasEarlier }: Timeline): Entry[] {
  // Remarks begin where the messages that are known do.
  const since = (hasEarlier && messages[0]?.sentAt) || "";
  const all: { at: string; entry: Entry }[] = [
    ...messages.map((message) => ({
      at: message.sentAt,
      entry: { kind: "message", message, isFollowUp: false } as const,
    })),
    ...remarks
      .filter(({ at }) => at >= since)
      .map((remark) => ({ at: remark.at, entry: { kind: "remark", remark } as const })),
  ];
  all.sort((a, b) => a.at.localeCompare(b.at));
  return all.map(({ entry, at }, place) => {
    const before = all[place - 1];
    if (entry.kind !== "message" || before?.entry.kind !== "message") return entry;
    const isFollowUp =
      before.entry.message.author?.id === entry.message.author?.id &&
      Date.parse(at) - Date.parse(before.at) < 5 * 60_000 &&
      at.slice(0, 10) === before.at.slice(0, 10);
    return { ...entry, isFollowUp };
  });
}
