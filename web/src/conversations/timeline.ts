// The loaded messages of a conversation or the lobby. The same message can arrive in a mutation's payload, as an event
// and in a page. The timeline contains it once.
import type { MessageFieldsFragment, MessagePageFragment } from "./generated/conversations";

export type Message = MessageFieldsFragment;

/** A line between messages, such as a user who joined the lobby. */
export interface SystemEntry {
  id: string;
  at: string;
  text: string;
}

export interface Timeline {
  /** Oldest first. */
  messages: readonly Message[];
  systemEntries: readonly SystemEntry[];
  hasEarlier: boolean;
  /** The start cursor of the earliest page. */
  startCursor: string | null;
  isLoaded: boolean;
}

export type TimelineAction =
  | { kind: "page"; page: MessagePageFragment }
  | { kind: "message"; message: Message }
  | { kind: "system"; systemEntry: SystemEntry }
  | { kind: "reset" };

export const emptyTimeline: Timeline = {
  messages: [],
  systemEntries: [],
  hasEarlier: false,
  startCursor: null,
  isLoaded: false,
};

export function timelineReducer(state: Timeline, action: TimelineAction): Timeline {
  switch (action.kind) {
    case "page":
      return mergePage(state, action.page);
    case "message":
      return { ...state, messages: mergeMessages(state.messages, [action.message]) };
    case "system": {
      const isKnown = state.systemEntries.some(({ id }) => id === action.systemEntry.id);
      return isKnown ? state : { ...state, systemEntries: [...state.systemEntries, action.systemEntry].slice(-50) };
    }
    case "reset":
      return emptyTimeline;
  }
}

function mergePage(state: Timeline, { edges, pageInfo }: MessagePageFragment): Timeline {
  const messages = mergeMessages(
    state.messages,
    edges.map(({ node }) => node),
  );
  // A refetched latest page says nothing about what precedes the earliest loaded page.
  const isEarliest = !state.isLoaded || messages[0]?.id !== state.messages[0]?.id;
  const { hasPreviousPage, startCursor } = pageInfo;
  return isEarliest
    ? { ...state, messages, hasEarlier: hasPreviousPage, startCursor, isLoaded: true }
    : { ...state, messages };
}

function mergeMessages(before: readonly Message[], arrived: readonly Message[]) {
  const known = new Map(before.map((message) => [message.id, message]));
  for (const message of arrived) known.set(message.id, message);
  const byTime = (a: Message, b: Message) => a.sentAt.localeCompare(b.sentAt) || a.id.localeCompare(b.id);
  return [...known.values()].sort(byTime);
}

export type TimelineEntry =
  { kind: "message"; message: Message; isFollowUp: boolean } | { kind: "system"; systemEntry: SystemEntry };

/** Messages and system entries by time. A message within 5 minutes of the author's previous one is a follow-up. */
export function timelineEntries({ messages, systemEntries, hasEarlier }: Timeline): TimelineEntry[] {
  // Leaves out system entries from before the earliest loaded message.
  const since = (hasEarlier && messages[0]?.sentAt) || "";
  const all: { at: string; entry: TimelineEntry }[] = [
    ...messages.map((message) => ({
      at: message.sentAt,
      entry: { kind: "message", message, isFollowUp: false } as const,
    })),
    ...systemEntries
      .filter(({ at }) => at >= since)
      .map((systemEntry) => ({ at: systemEntry.at, entry: { kind: "system", systemEntry } as const })),
  ];
  all.sort((a, b) => a.at.localeCompare(b.at));
  return all.map(({ entry, at }, index) => {
    const previous = all[index - 1];
    if (entry.kind !== "message" || previous?.entry.kind !== "message") return entry;
    const isFollowUp =
      previous.entry.message.author?.id === entry.message.author?.id &&
      Date.parse(at) - Date.parse(previous.at) < 5 * 60_000 &&
      at.slice(0, 10) === previous.at.slice(0, 10);
    return { ...entry, isFollowUp };
  });
}
