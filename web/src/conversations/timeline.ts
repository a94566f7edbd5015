// The loaded entries of a conversation or the lobby, in the order of the server's log. The same message can arrive in a
// mutation's payload, as an event and in a page. The timeline contains it once. Clocks decide nothing here: those of two
// servers differ.
import type { ReactionsFragment } from "../reactions/generated/reactions";
import type { MessageFieldsFragment, MessagePageFragment, QuoteFragment } from "./generated/conversations";

export type Message = MessageFieldsFragment;
/** A message that another one replies to. */
export type Quoted = QuoteFragment;

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
  /** The log goes on behind the last entry: these are the messages around an earlier one. */
  hasLater: boolean;
  /** The end cursor of the latest page. */
  endCursor: string | null;
  /** Entries that the log announced while later ones were not loaded. They follow the last page. */
  announced: readonly TimelineEntry[];
  /** The last entry that the log announced, behind which a line follows. Undefined: the last one of all. */
  position: string | undefined;
  isLoaded: boolean;
}

/** Where a page belongs: at the end of the log, or beside what is loaded. */
type PageSide = "latest" | "earlier" | "later";

export type TimelineAction =
  | { kind: "page"; page: MessagePageFragment; side?: PageSide }
  /** Replaces what is loaded: the messages around one, or the latest ones. */
  | { kind: "window"; window: Window }
  /** A new message, as the log announces it. */
  | { kind: "added"; message: Message }
  | { kind: "changed"; message: Message }
  /** The viewer's own message, as the response to sending it. */
  | { kind: "delivered"; message: Message }
  | { kind: "reactions"; subject: ReactionsFragment }
  | { kind: "system"; systemEntry: SystemEntry }
  /** The log is announced again from this entry on. */
  | { kind: "replay"; fromId: string }
  | { kind: "reset" };

/** Consecutive messages of the log. */
export interface Window {
  messages: readonly Message[];
  hasEarlier: boolean;
  startCursor: string | null;
  hasLater: boolean;
  endCursor: string | null;
}

export const emptyTimeline: Timeline = {
  entries: [],
  unplaced: new Set(),
  hasEarlier: false,
  startCursor: null,
  hasLater: false,
  endCursor: null,
  announced: [],
  position: undefined,
  isLoaded: false,
};

const maxSystemEntries = 50;
/** A page is read within seconds. Fewer messages than these are sent in that time. */
const maxAnnounced = 200;

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
      return mergePage(state, action.page, action.side ?? "latest");
    case "window": {
      const { messages, ...ends } = action.window;
      const entries = withAnnounced(messages.map(toEntry), ends.hasLater, state.announced);
      return { ...state, ...ends, entries, unplaced: new Set(), isLoaded: true };
    }
    case "changed":
      return changeMessages(state, (message) =>
        message.id === action.message.id ? action.message : withChangedQuote(message, action.message),
      );
    case "reactions":
      return changeMessages(state, (message) =>
        message.id === action.subject.id ? { ...message, reactionGroups: action.subject.reactionGroups } : message,
      );
    case "delivered": {
      const entry = toEntry(action.message);
      if (state.hasLater || state.entries.some(({ id }) => id === entry.id)) return state;
      return { ...state, entries: [...state.entries, entry], unplaced: new Set([...state.unplaced, entry.id]) };
    }
    case "added":
      return { ...append(state, toEntry(action.message)), position: action.message.id };
    case "replay":
      return { ...state, position: action.fromId };
    case "system": {
      const system = state.entries.filter(({ kind }) => kind === "system");
      const oldest = system.length >= maxSystemEntries ? system[0]?.id : undefined;
      const entries = state.entries.filter(({ id }) => id !== oldest);
      return addLine({ ...state, entries }, { kind: "system", ...action.systemEntry });
    }
    case "reset":
      return emptyTimeline;
  }
}

function changeMessages(state: Timeline, change: (message: Message) => Message): Timeline {
  const changed = (entries: readonly TimelineEntry[]) =>
    entries.map((entry) => (entry.kind === "message" ? { ...entry, message: change(entry.message) } : entry));
  return { ...state, entries: changed(state.entries), announced: changed(state.announced) };
}

/** A reply shows the message as it is now. */
const withChangedQuote = (message: Message, quoted: Message): Message =>
  message.replyTo?.id === quoted.id ? { ...message, replyTo: quoted } : message;

const replaceEntry = (entries: readonly TimelineEntry[], entry: TimelineEntry) =>
  entries.map((one) => (one.id === entry.id ? entry : one));

/** Adds an entry of the log at the end, before the messages whose events are still to come. */
function append(state: Timeline, entry: TimelineEntry): Timeline {
  const { entries, unplaced } = state;
  if (state.hasLater && !entries.some(({ id }) => id === entry.id)) {
    const announced = [...state.announced.filter(({ id }) => id !== entry.id), entry];
    return { ...state, announced: announced.slice(-maxAnnounced) };
  }
  const isUnplaced = unplaced.has(entry.id);
  if (!isUnplaced && entries.some(({ id }) => id === entry.id)) {
    return { ...state, entries: replaceEntry(entries, entry) };
  }
  const placed = entries.filter(({ id }) => !unplaced.has(id));
  const waiting = entries.filter(({ id }) => unplaced.has(id) && id !== entry.id);
  return { ...state, entries: [...placed, entry, ...waiting], unplaced: new Set(waiting.map(({ id }) => id)) };
}

/** Adds a line behind the entry that the log announced before it. */
function addLine(state: Timeline, line: TimelineEntry): Timeline {
  const { entries } = state;
  if (entries.some(({ id }) => id === line.id)) return state;
  const index = entries.findIndex(({ id }) => id === state.position);
  const next = index < 0 ? append(state, line) : { ...state, entries: entries.toSpliced(index + 1, 0, line) };
  return { ...next, position: line.id };
}

function mergePage(state: Timeline, { edges, pageInfo }: MessagePageFragment, side: PageSide): Timeline {
  const page = edges.map(({ node }) => toEntry(node));
  // The latest page does not follow the messages around an earlier one.
  if (side === "latest" && state.hasLater) return { ...state, entries: page.reduce(replaceEntry, state.entries) };
  const inPage = new Set(page.map(({ id }) => id));
  const placed = state.entries.filter(({ id }) => !state.unplaced.has(id));
  const waiting = state.entries.filter(({ id }) => state.unplaced.has(id) && !inPage.has(id));
  const merged = side === "earlier" ? mergeOrdered(page, placed) : mergeOrdered(placed, page);
  const hasLater = side === "later" ? pageInfo.hasNextPage : state.hasLater;
  const endCursor = side === "later" ? pageInfo.endCursor : state.endCursor;
  const entries = [...withAnnounced(merged, side !== "later" || hasLater, state.announced), ...waiting];
  const firstId = (all: readonly TimelineEntry[]) => all.find(({ kind }) => kind === "message")?.id;
  // A refetched latest page says nothing about what precedes the earliest loaded page.
  const isEarliest = !state.isLoaded || side === "earlier" || (side === "latest" && firstId(entries) !== firstId(state.entries));
  const next = { ...state, entries, hasLater, endCursor, unplaced: new Set(waiting.map(({ id }) => id)), isLoaded: true };
  return isEarliest ? { ...next, hasEarlier: pageInfo.hasPreviousPage, startCursor: pageInfo.startCursor } : next;
}

/** Adds what the log announced behind the last page. */
const withAnnounced = (entries: TimelineEntry[], hasLater: boolean, announced: readonly TimelineEntry[]) =>
  hasLater ? entries : mergeOrdered(entries, announced);

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
