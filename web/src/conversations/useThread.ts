import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import { useEvents, useRead } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import {
  ConversationChangedDocument,
  EarlierMessagesDocument,
  OpenConversationDocument,
  type MarkerFragment,
  type OpenConversationQuery,
} from "./generated/conversations";
import { useOutbox } from "./outbox";
import { changed, nothing, type Timeline } from "./timeline";

const size = 30;

export interface Thread {
  conversation: NonNullable<OpenConversationQuery["conversation"]> | null | undefined;
  timeline: Timeline;
  markers: readonly MarkerFragment[];
  problem: Problem | undefined;
  /** Why the stream ended, when it did: the viewer is no longer part of this conversation. */
  end: Problem | undefined;
  loadEarlier: () => Promise<void>;
  again: () => void;
}

/** One conversation, live: its last messages, then every event after them, without a gap and without a repetition. */
export function useThread(id: string): Thread {
  const client = useClient();
  const { onArrival } = useOutbox();
  const [timeline, dispatch] = useReducer(changed, nothing);
  const [markers, setMarkers] = useState<readonly MarkerFragment[]>([]);
  const [end, setEnd] = useState<Problem>();
  const [from, setFrom] = useState<string>();
  const { data, problem, again } = useRead(
    OpenConversationDocument,
    { id, last: size },
    { requestPolicy: "network-only" },
  );
  const conversation = data?.conversation;
  const page = conversation?.messages;

  useEffect(() => {
    if (page) dispatch({ kind: "page", page });
  }, [page]);
  useEffect(() => {
    if (!conversation) return;
    // Later readings bring later cursors; the stream goes on by itself from the first.
    setFrom((before) => before ?? conversation.eventsCursor);
    setMarkers((before) => conversation.readMarkers.reduce(withMarker, before));
  }, [conversation]);
  useEffect(() => onArrival((to, message) => to === id && dispatch({ kind: "message", message })), [onArrival, id]);
  useEvents(
    ConversationChangedDocument,
    from ? { conversationId: id, after: from } : undefined,
    ({ conversationChanged: event }) => {
      if (event.__typename === "MessageAdded") dispatch({ kind: "message", message: event.messageEdge.node });
      else if (event.__typename === "MessageChanged") dispatch({ kind: "message", message: event.message });
      else if (event.__typename === "ConversationRead") setMarkers((all) => withMarker(all, event.marker));
      else {
        dispatch({ kind: "reset" });
        again();
      }
    },
    setEnd,
  );

  const { start, hasEarlier } = timeline;
  const loadEarlier = useCallback(async () => {
    if (!hasEarlier || !start) return;
    const variables = { id, last: size, before: start };
    const { data } = await client
      .query(EarlierMessagesDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    const page = data?.conversation?.messages;
    if (page) dispatch({ kind: "page", page });
  }, [client, id, start, hasEarlier]);
  return { conversation, timeline, markers, problem, end, loadEarlier, again };
}

function withMarker(all: readonly MarkerFragment[], marker: MarkerFragment) {
  return [...all.filter(({ user }) => user?.id !== marker.user?.id), marker];
}
