import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import { useQuery, useSubscription } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import {
  ConversationChangedDocument,
  ConversationPageDocument,
  EarlierMessagesDocument,
  type ConversationPageQuery,
  type ReadMarkerFieldsFragment,
} from "./generated/conversations";
import { useOutbox } from "./outbox";
import { emptyTimeline, timelineReducer, type Timeline } from "./timeline";

const pageSize = 30;

export interface ConversationState {
  conversation: NonNullable<ConversationPageQuery["conversation"]> | null | undefined;
  timeline: Timeline;
  readMarkers: readonly ReadMarkerFieldsFragment[];
  problem: Problem | undefined;
  /** Set when the server ended the subscription: the viewer is no longer a member of the conversation. */
  streamEnd: Problem | undefined;
  loadEarlier: () => Promise<void>;
  refetch: () => void;
}

/** A live conversation: its latest messages, then every event after them. */
export function useConversation(id: string): ConversationState {
  const client = useClient();
  const { onDelivered } = useOutbox();
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
  useEffect(() => onDelivered((to, message) => to === id && dispatch({ kind: "message", message })), [onDelivered, id]);
  useSubscription(
    ConversationChangedDocument,
    subscribeAfter ? { conversationId: id, after: subscribeAfter } : undefined,
    ({ conversationChanged: event }) => {
      if (event.__typename === "MessageAdded") dispatch({ kind: "message", message: event.messageEdge.node });
      else if (event.__typename === "MessageChanged") dispatch({ kind: "message", message: event.message });
      else if (event.__typename === "ConversationRead") setReadMarkers((all) => mergeMarker(all, event.marker));
      else {
        dispatch({ kind: "reset" });
        refetch();
      }
    },
    setStreamEnd,
  );

  const { startCursor, hasEarlier } = timeline;
  const loadEarlier = useCallback(async () => {
    if (!hasEarlier || !startCursor) return;
    const variables = { id, last: pageSize, before: startCursor };
    const { data } = await client
      .query(EarlierMessagesDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    const page = data?.conversation?.messages;
    if (page) dispatch({ kind: "page", page });
  }, [client, id, startCursor, hasEarlier]);
  return { conversation, timeline, readMarkers, problem, streamEnd, loadEarlier, refetch };
}

function mergeMarker(all: readonly ReadMarkerFieldsFragment[], marker: ReadMarkerFieldsFragment) {
  return [...all.filter(({ user }) => user?.id !== marker.user?.id), marker];
}
