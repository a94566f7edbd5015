// The loaded entries of a conversation or the lobby, in the order of the server's log. The same message can arrive in a
// mutation's payload, as an event and in a page. The timeline contains it once. Clocks decide nothing here: those of two
// servers differ.
import type { MessageFieldsFragment, MessagePageFragment } from "./generated/conversations";

export type Message = MessageFieldsFragment;

/** A line between messages, such as a user who joined the lobby. */
export interface SystemEntry {
  id: string;
  at: string;
  text: string;
}

export type TimelineEntry =
  | { kind: "message"; id: string; at: string; message: Message }
  | { kind: "system"; id: string; at: string; text: string };

export interface Timeline {
  /** Oldest first. */
  entries: readonly TimelineEntry[];
  /** Own messages at the end whose event has not arrived: their place in the log is not known yet. */
  unplaced: ReadonlySet<string>;
  hasEarlier: boolean;
  /** The start cursor of the earliest page. */
  startCursor: string | null;
  isLoaded: boolean;
}

export type TimelineAction =
  | { kind: "page"; page: MessagePageFragment; isEarlier?: boolean }
  /** A new message, as the log announces it. */
  | { kind: "added"; message: Message }
  | { kind: "changed"; message: Message }
  /** The viewer's own message, as the response to sending it. */
  | { kind: "delivered"; message: Message }
  | { kind: "system"; systemEntry: SystemEntry }
  | { kind: "reset" };

export const emptyTimeline: Timeline = {
  entries: [],
  unplaced: new Set(),
  hasEarlier: false,
  startCursor: null,
  isLoaded: false,
};

const maxSystemEntries = 50;

export const messagesOf = ({ entries }: Pick<Timeline, "entries">) =>
  entries.flatMap((entry) => (entry.kind === "message" ? entry.message : []));

const toEntry = (message: Message): TimelineEntry => ({
  kind: "message",
  id: message.id,
  at: message.sentAt,
  message,
});

export function timelineReducer(state: Timeline, action: TimelineAction): Timeline {
  switch (action.kind) {
    case "page":
      return mergePage(state, action.page, action.isEarlier ?? false);
    case "changed":
      return { ...state, entries: replaceEntry(state.entries, toEntry(action.message)) };
    case "delivered": {
      const entry = toEntry(action.message);
      if (state.entries.some(({ id }) => id === entry.id)) return state;
      return { ...state, entries: [...state.entries, entry], unplaced: new Set([...state.unplaced, entry.id]) };
    }
    case "added":
      return append(state, toEntry(action.message));
    case "system": {
      const system = state.entries.filter(({ kind }) => kind === "system");
      const oldest = system.length >= maxSystemEntries ? system[0]?.id : undefined;
      const entries = state.entries.filter(({ id }) => id !== oldest);
      return append({ ...state, entries }, { kind: "system", ...action.systemEntry });
    }
    case "reset":
      return emptyTimeline;
  }
}

const replaceEntry = (entries: readonly TimelineEntry[], entry: TimelineEntry) =>
  entries.map((one) => (one.id === entry.id ? entry : one));

/** Adds an entry of the log at the end, before the messages whose events are still to come. */
function append(state: Timeline, entry: TimelineEntry): Timeline {
  const { entries, unplaced } = state;
  const isUnplaced = unplaced.has(entry.id);
  if (!isUnplaced && entries.some(({ id }) => id === entry.id)) {
    return { ...state, entries: replaceEntry(entries, entry) };
  }
  const placed = entries.filter(({ id }) => !unplaced.has(id));
  const waiting = entries.filter(({ id }) => unplaced.has(id) && id !== entry.id);
  return { ...state, entries: [...placed, entry, ...waiting], unplaced: new Set(waiting.map(({ id }) => id)) };
}

function mergePage(state: Timeline, { edges, pageInfo }: MessagePageFragment, isEarlier: boolean): Timeline {
  const page = edges.map(({ node }) => toEntry(node));
  const inPage = new Set(page.map(({ id }) => id));
  const placed = state.entries.filter(({ id }) => !state.unplaced.has(id));
  const waiting = state.entries.filter(({ id }) => state.unplaced.has(id) && !inPage.has(id));
  const entries = [...(isEarlier ? mergeOrdered(page, placed) : mergeOrdered(placed, page)), ...waiting];
  const firstId = (all: readonly TimelineEntry[]) => all.find(({ kind }) => kind === "message")?.id;
  // A refetched latest page says nothing about what precedes the earliest loaded page.
  const isEarliest = !state.isLoaded || isEarlier || firstId(entries) !== firstId(state.entries);
  const merged = { ...state, entries, unplaced: new Set(waiting.map(({ id }) => id)), isLoaded: true };
  return isEarliest
    ? { ...merged, hasEarlier: pageInfo.hasPreviousPage, startCursor: pageInfo.startCursor }
    : merged;
}

/** Merges two parts of the log that may overlap. Without an overlap, the first one comes first. */
function mergeOrdered(first: readonly TimelineEntry[], second: readonly TimelineEntry[]): TimelineEntry[] {
  const inFirst = new Set(first.map(({ id }) => id));
  const newer = new Map(second.map((entry) => [entry.id, entry]));
  const merged: TimelineEntry[] = [];
  let taken = 0;
  const takeUpTo = (end: number) => {
    merged.push(...first.slice(taken, end).map((entry) => newer.get(entry.id) ?? entry));
    taken = Math.max(taken, end);
  };
  if (!second.some(({ id }) => inFirst.has(id))) takeUpTo(first.length);
  for (const entry of second) {
    if (inFirst.has(entry.id)) takeUpTo(first.findIndex(({ id }) => id === entry.id) + 1);
    else merged.push(entry);
  }
  takeUpTo(first.length);
  return merged;
}

/** Whether a message is shown below the author's previous one, from less than 5 minutes before. */
export function isFollowUp(entry: TimelineEntry, previous: TimelineEntry | undefined) {
  return (
    entry.kind === "message" &&
    previous?.kind === "message" &&
    previous.message.author?.id === entry.message.author?.id &&
    Date.parse(entry.at) - Date.parse(previous.at) < 5 * 60_000
  );
}

/** The message that is the `count`th by other users, counted backwards from the message `lastId`. */
export function nthFromOthers(timeline: Timeline, viewerId: string, count: number, lastId: string) {
  let remaining = count;
  const messages = messagesOf(timeline);
  for (let index = messages.findIndex(({ id }) => id === lastId); index >= 0; index -= 1) {
    const message = messages[index];
    if (!message || message.author?.id === viewerId || message.deletedAt) continue;
    remaining -= 1;
    if (remaining === 0) return message.id;
  }
  return undefined;
}
