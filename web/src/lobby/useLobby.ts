import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import type { Person } from "../components/people";
import { lobbyRecipient, useOutbox } from "../conversations/outbox";
import { emptyTimeline, timelineReducer, type Timeline } from "../conversations/timeline";
import { useQuery, useSubscription } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useTranslate } from "../i18n/i18n";
import { EarlierLobbyMessagesDocument, LobbyChangedDocument, LobbyPageDocument } from "./generated/lobby";

const pageSize = 40;

export interface LobbyState {
  isLoaded: boolean;
  isPresent: boolean;
  count: number;
  people: readonly Person[];
  timeline: Timeline;
  problem: Problem | undefined;
  loadEarlier: () => Promise<void>;
  refetch: () => void;
}

/** The live lobby: present users and messages. */
export function useLobby(): LobbyState {
  const t = useTranslate();
  const client = useClient();
  const { onDelivered } = useOutbox();
  const [timeline, dispatch] = useReducer(timelineReducer, emptyTimeline);
  const [subscribeAfter, setSubscribeAfter] = useState<string>();
  // Users who joined, and null for users who left, since the list was loaded.
  const [presenceChanges, setPresenceChanges] = useState<ReadonlyMap<string, Person | null>>(new Map());
  const variables = { last: pageSize, people: 100 };
  const { data, problem, refetch } = useQuery(LobbyPageDocument, variables, { requestPolicy: "network-only" });
  const lobby = data?.lobby;
  const page = lobby?.messages;

  useEffect(() => {
    if (page) dispatch({ kind: "page", page });
  }, [page]);
  useEffect(() => {
    if (!lobby?.viewerIsPresent) return setSubscribeAfter(undefined);
    setSubscribeAfter((before) => before ?? lobby.eventsCursor);
    setPresenceChanges(new Map());
  }, [lobby]);
  useEffect(
    () => onDelivered((to, message) => to === lobbyRecipient && dispatch({ kind: "message", message })),
    [onDelivered],
  );
  useSubscription(
    LobbyChangedDocument,
    subscribeAfter ? { after: subscribeAfter } : undefined,
    ({ lobbyChanged: event }) => {
      switch (event.__typename) {
        case "MessageAdded":
          return dispatch({ kind: "message", message: event.messageEdge.node });
        case "MessageChanged":
          return dispatch({ kind: "message", message: event.message });
        case "LobbyJoined":
        case "LobbyLeft": {
          const { user, cursor, happenedAt } = event;
          if (!user) return;
          const hasJoined = event.__typename === "LobbyJoined";
          setPresenceChanges((before) => new Map(before).set(user.id, hasJoined ? user : null));
          const text = t(hasJoined ? "lobby.joined" : "lobby.left", { name: user.displayName });
          return dispatch({ kind: "system", systemEntry: { id: cursor, at: happenedAt, text } });
        }
        default:
          dispatch({ kind: "reset" });
          refetch();
      }
    },
  );

  const { startCursor, hasEarlier } = timeline;
  const loadEarlier = useCallback(async () => {
    if (!hasEarlier || !startCursor) return;
    const variables = { last: pageSize, before: startCursor };
    const { data } = await client
      .query(EarlierLobbyMessagesDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    const page = data?.lobby?.messages;
    if (page) dispatch({ kind: "page", page });
  }, [client, startCursor, hasEarlier]);

  const loadedPeople = lobby?.users?.edges.map(({ node }) => node) ?? [];
  const joined = [...presenceChanges.values()].filter(
    (person) => person && !loadedPeople.some(({ id }) => id === person.id),
  ) as Person[];
  const present = loadedPeople.filter(({ id }) => presenceChanges.get(id) !== null);
  const leftCount = loadedPeople.length - present.length;
  return {
    isLoaded: data !== undefined,
    isPresent: lobby?.viewerIsPresent ?? false,
    count: (lobby?.onlineCount ?? 0) + joined.length - leftCount,
    people: [...present, ...joined].sort((a, b) => a.displayName.localeCompare(b.displayName)),
    timeline,
    problem,
    loadEarlier,
    refetch,
  };
}
