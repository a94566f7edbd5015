import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { place } from "../app/places";
import { useQuery, useSubscription } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { feedRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";
import {
  ConversationChangedDocument,
  ConversationPageDocument,
  ConversationMessagesDocument,
  type ConversationPageQuery,
  type ReadMarkerFieldsFragment,
} from "./generated/conversations";
import { describeGroupEvent } from "./groupEvents";
import { emptyTimeline, timelineReducer, type Timeline, type TimelineAction } from "./timeline";
import { useMessagePages, type MessagePages, type ReadPage } from "./useMessagePages";

const pageSize = 30;

/** Where a conversation was left: the entry at the top of the view. */
export interface Anchor {
  id: string;
  /** From the top of the view to the top of the entry. */
  offset: number;
}

export interface ConversationState {
  conversation: NonNullable<ConversationPageQuery["conversation"]> | null | undefined;
  timeline: Timeline;
  pages: MessagePages;
  /** The first message that was unread when the conversation was opened. Undefined while it is not loaded yet. */
  firstUnreadId: string | null | undefined;
  /** The viewer has marked the messages from this one on as unread. */
  markUnreadFrom: (messageId: string) => void;
  readMarkers: readonly ReadMarkerFieldsFragment[];
  problem: Problem | undefined;
  /** Set when the server ended the subscription: the viewer is no longer a member of the conversation. */
  streamEnd: Problem | undefined;
  refetch: () => void;
}

/** A live conversation: its latest messages, then every event after them. */
export function useConversation(id: string): ConversationState {
  const [timeline, dispatch] = useReducer(timelineReducer, emptyTimeline);
  const [readMarkers, setReadMarkers] = useState<readonly ReadMarkerFieldsFragment[]>([]);
  const [streamEnd, setStreamEnd] = useState<Problem>();
  const [subscribeAfter, setSubscribeAfter] = useState<string>();
  const isFollowed = useRef(false);
  const { t } = useI18n();
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
    const replay = replayStart(conversation);
    if (replay && !isFollowed.current) dispatch({ kind: "replay", fromId: replay.id });
    isFollowed.current = true;
    setSubscribeAfter((before) => before ?? replay?.cursor ?? conversation.eventsCursor);
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
      else if (event.__typename === "GroupChanged") {
        const text = describeGroupEvent(event, t);
        if (text) dispatch({ kind: "system", systemEntry: { id: event.cursor, at: event.happenedAt, text } });
        if (!isRecent(event.happenedAt)) return;
        if (event.groupChange === "VISIBILITY_CHANGED") dispatch({ kind: "reset" });
        if (["VISIBILITY_CHANGED", "MEMBER_REMOVED"].includes(event.groupChange)) refetch();
      } else if (event.__typename === "ReactionsChanged") {
        if (event.subject) dispatch({ kind: "reactions", subject: event.subject });
      } else if (event.__typename === "FeedReset") {
        dispatch({ kind: "reset" });
        refetch();
      }
    },
    setStreamEnd,
  );

  const readPage = useCallback<ReadPage>(
    async (client, page) => {
      const variables = { id, ...page };
      const { data, error } = await client
        .query(ConversationMessagesDocument, variables, { requestPolicy: "network-only" })
        .toPromise();
      return { page: data?.conversation?.messages, error };
    },
    [id],
  );
  const pages = useMessagePages(timeline, dispatch, readPage);
  const { firstUnreadId, markUnreadFrom } = useFirstUnread(conversation, timeline, pages);
  return { conversation, timeline, pages, firstUnreadId, markUnreadFrom, readMarkers, problem, streamEnd, refetch };
}

const day = 86_400_000;
/** The server stores events for 30 days. */
const maxReplay = 25 * day;
/** What an older event has changed is loaded already. */
const isRecent = (happenedAt: string) => Date.now() - Date.parse(happenedAt) < 60_000;

/**
 * The message from which on the log is read again: the changes of a group are only in its log, and their lines belong
 * between the messages.
 */
function replayStart({ title, messages }: NonNullable<ConversationPageQuery["conversation"]>) {
  const first = messages?.edges[0]?.node;
  return title !== null && first && Date.now() - Date.parse(first.sentAt) < maxReplay ? first : undefined;
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
 * The first unread message of when the conversation was opened. Loads the messages around it, or around where the user
 * has left the conversation.
 */
function useFirstUnread(
  conversation: ConversationState["conversation"],
  { isLoaded }: Timeline,
  { loadAround }: MessagePages,
) {
  const [firstUnreadId, setFirstUnreadId] = useState<string | null>();
  const [isOpen, setOpen] = useState(false);
  const isOpening = useRef(false);
  useEffect(() => {
    if (isOpening.current || !conversation || !isLoaded) return;
    isOpening.current = true;
    const unreadId = conversation.firstUnread?.id ?? null;
    setFirstUnreadId(unreadId);
    const openAt = place.get<Anchor>("log")?.id ?? unreadId;
    if (openAt) void loadAround(openAt).finally(() => setOpen(true));
    else setOpen(true);
  }, [conversation, isLoaded, loadAround]);
  return { firstUnreadId: isOpen ? firstUnreadId : undefined, markUnreadFrom: setFirstUnreadId };
}

function mergeMarker(all: readonly ReadMarkerFieldsFragment[], marker: ReadMarkerFieldsFragment) {
  return [...all.filter(({ user }) => user?.id !== marker.user?.id), marker];
}
