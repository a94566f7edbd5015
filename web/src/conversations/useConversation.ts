import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import { useViewer } from "../accounts/session";
import { place } from "../app/places";
import { useQuery, useSubscription } from "../graphql/hooks";
import { toProblem, type Problem } from "../graphql/problems";
import { feedRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";
import {
  ConversationChangedDocument,
  ConversationPageDocument,
  EarlierMessagesDocument,
  type ConversationPageQuery,
  type ReadMarkerFieldsFragment,
} from "./generated/conversations";
import { emptyTimeline, nthFromOthers, timelineReducer, type Timeline, type TimelineAction } from "./timeline";

const pageSize = 30;
const maxPageSize = 100;

/** Where a conversation was left: the entry at the top of the view. */
export interface Anchor {
  id: string;
  /** From the top of the view to the top of the entry. */
  offset: number;
}

/** Loads earlier messages. Returns the problem if it fails. */
export type LoadEarlier = (count?: number) => Promise<Problem | undefined>;

export interface ConversationState {
  conversation: NonNullable<ConversationPageQuery["conversation"]> | null | undefined;
  timeline: Timeline;
  /** The first message that was unread when the conversation was opened. Undefined while it is not loaded yet. */
  firstUnreadId: string | null | undefined;
  readMarkers: readonly ReadMarkerFieldsFragment[];
  problem: Problem | undefined;
  /** Set when the server ended the subscription: the viewer is no longer a member of the conversation. */
  streamEnd: Problem | undefined;
  loadEarlier: LoadEarlier;
  refetch: () => void;
}

/** A live conversation: its latest messages, then every event after them. */
export function useConversation(id: string): ConversationState {
  const client = useClient();
  const [timeline, dispatch] = useReducer(timelineReducer, emptyTimeline);
  const [readMarkers, setReadMarkers] = useState<readonly ReadMarkerFieldsFragment[]>([]);
  const [streamEnd, setStreamEnd] = useState<Problem>();
  const [subscribeAfter, setSubscribeAfter] = useState<string>();
  const { data, problem, refetch } = useQuery(
    ConversationPageDocument,
    { id, last: pageSize },
    { requestPolicy: "network-only" },
  );
  const conversation = data?.conversation;
  const page = conversation?.messages;

  useEffect(() => {
    if (page) dispatch({ kind: "page", page });
  }, [page]);
  useEffect(() => {
    if (!conversation) return;
    // A refetch returns a newer cursor, but the subscription keeps its own position since the first one.
    setSubscribeAfter((before) => before ?? conversation.eventsCursor);
    setReadMarkers((before) => conversation.readMarkers.reduce(mergeMarker, before));
  }, [conversation]);
  useDeliveredMessages(id, dispatch);
  useSubscription(
    ConversationChangedDocument,
    subscribeAfter ? { conversationId: id, after: subscribeAfter } : undefined,
    ({ conversationChanged: event }) => {
      if (event.__typename === "MessageAdded") dispatch({ kind: "added", message: event.messageEdge.node });
      else if (event.__typename === "MessageChanged") dispatch({ kind: "changed", message: event.message });
      else if (event.__typename === "ConversationRead") setReadMarkers((all) => mergeMarker(all, event.marker));
      else {
        dispatch({ kind: "reset" });
        refetch();
      }
    },
    setStreamEnd,
  );

  const { startCursor, hasEarlier } = timeline;
  const loadEarlier = useCallback<LoadEarlier>(
    async (count = pageSize) => {
      if (!hasEarlier || !startCursor) return undefined;
      const variables = { id, last: Math.min(count, maxPageSize), before: startCursor };
      const { data, error } = await client
        .query(EarlierMessagesDocument, variables, { requestPolicy: "network-only" })
        .toPromise();
      const page = data?.conversation?.messages;
      if (page) dispatch({ kind: "page", page, isEarlier: true });
      return error && toProblem(error);
    },
    [client, id, startCursor, hasEarlier],
  );
  const firstUnreadId = useFirstUnread(conversation, timeline, loadEarlier);
  return { conversation, timeline, firstUnreadId, readMarkers, problem, streamEnd, loadEarlier, refetch };
}

/** The viewer's own messages, from the responses to sending them. */
export function useDeliveredMessages(recipient: string, dispatch: (action: TimelineAction) => void) {
  const { onDelivered } = useOutbox();
  useEffect(
    () =>
      onDelivered((delivered) => {
        if (delivered.to === recipient && delivered.to !== feedRecipient && "message" in delivered)
          dispatch({ kind: "delivered", message: delivered.message });
      }),
    [onDelivered, recipient, dispatch],
  );
}

/**
 * Finds the first unread message of when the conversation was opened. Loads earlier messages up to it, or up to where the
 * user has left the conversation.
 */
function useFirstUnread(
  conversation: ConversationState["conversation"],
  timeline: Timeline,
  loadEarlier: LoadEarlier,
): string | null | undefined {
  const { user } = useViewer();
  const [opened, setOpened] = useState<{ unreadCount: number; lastId: string }>();
  const [found, setFound] = useState<string | null>();
  const [leftAt, setLeftAt] = useState(() => place.get<Anchor>("log")?.id);
  const isLeftMissing =
    leftAt !== undefined && timeline.hasEarlier && !timeline.entries.some(({ id }) => id === leftAt);
  useEffect(() => {
    if (opened || !conversation) return;
    const lastId = conversation.messages?.edges.at(-1)?.node.id;
    if (!lastId || conversation.unreadCount === 0) setFound(null);
    setOpened({ unreadCount: conversation.unreadCount, lastId: lastId ?? "" });
  }, [opened, conversation]);
  useEffect(() => {
    if (!timeline.isLoaded || !isLeftMissing) return;
    void loadEarlier(maxPageSize).then((problem) => problem && setLeftAt(undefined));
  }, [timeline.isLoaded, isLeftMissing, loadEarlier]);
  useEffect(() => {
    if (!opened || found !== undefined || !timeline.isLoaded || isLeftMissing) return;
    const { unreadCount, lastId } = opened;
    const id = nthFromOthers(timeline, user.id, unreadCount, lastId);
    if (id) setFound(id);
    // The server counts only up to a limit, and the messages may be gone.
    else if (!timeline.hasEarlier) setFound(null);
    else void loadEarlier(maxPageSize).then((problem) => problem && setFound(null));
  }, [opened, found, timeline, isLeftMissing, user.id, loadEarlier]);
  return timeline.isLoaded && isLeftMissing ? undefined : found;
}

function mergeMarker(all: readonly ReadMarkerFieldsFragment[], marker: ReadMarkerFieldsFragment) {
  return [...all.filter(({ user }) => user?.id !== marker.user?.id), marker];
}
