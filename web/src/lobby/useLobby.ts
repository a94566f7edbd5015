import { useEffect, useReducer, useRef, useState } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import type { Person } from "../components/people";
import { emptyTimeline, timelineReducer, type Timeline } from "../conversations/timeline";
import { useDeliveredMessages } from "../conversations/useConversation";
import { useMessagePages, type MessagePages, type ReadPage } from "../conversations/useMessagePages";
import { connectivity } from "../graphql/connectivity";
import { mutate, useQuery, useSubscription } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { lobbyRecipient } from "../outbox/delivery";
import {
  EnterLobbyDocument,
  LobbyChangedDocument,
  LobbyMessagesDocument,
  LobbyPageDocument,
} from "./generated/lobby";

const pageSize = 30;

const readPage: ReadPage = async (client, page) => {
  const { data, error } = await client.query(LobbyMessagesDocument, page, { requestPolicy: "network-only" }).toPromise();
  return { page: data?.lobby?.messages, error };
};

export interface LobbyState {
  isLoaded: boolean;
  isPresent: boolean;
  count: number;
  people: readonly Person[];
  timeline: Timeline;
  problem: Problem | undefined;
  pages: MessagePages;
  refetch: () => void;
}

/** The live lobby: present users and messages. */
export function useLobby(): LobbyState {
  const { t, language } = useI18n();
  const { viewer } = useSession();
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
  useDeliveredMessages(lobbyRecipient, dispatch);
  useReturn(lobby, refetch);

  const loadedPeople = lobby?.users?.edges.map(({ node }) => node) ?? [];
  const isPresent = (id: string) =>
    presenceChanges.has(id) ? presenceChanges.get(id) !== null : loadedPeople.some((person) => person.id === id);
  const nameOf = (id: string) =>
    (presenceChanges.get(id) ?? loadedPeople.find((person) => person.id === id))?.displayName;
  useSubscription(
    LobbyChangedDocument,
    subscribeAfter ? { after: subscribeAfter } : undefined,
    ({ lobbyChanged: event }) => {
      switch (event.__typename) {
        case "MessageAdded":
          return dispatch({ kind: "added", message: event.messageEdge.node });
        case "MessageChanged":
          return dispatch({ kind: "changed", message: event.message });
        case "ReactionsChanged":
          return event.subject && dispatch({ kind: "reactions", subject: event.subject });
        case "LobbyJoined":
        case "LobbyLeft": {
          const { user, cursor, happenedAt } = event;
          const hasJoined = event.__typename === "LobbyJoined";
          // The account of a guest who left is deleted after a while, and the event then has only its id.
          const id = hasJoined ? user?.id : event.userId;
          if (!id) return;
          const name = user?.displayName ?? nameOf(id);
          // A user in the list has changed their name or profile.
          const isChange = hasJoined && isPresent(id);
          setPresenceChanges((before) => new Map(before).set(id, hasJoined ? user : null));
          // The viewer has left in another tab, or was away for too long.
          if (!hasJoined && id === viewer?.user.id) refetch();
          if (!name || isChange) return;
          const text = t(hasJoined ? "lobby.joined" : "lobby.left", { name });
          return dispatch({ kind: "system", systemEntry: { id: cursor, at: happenedAt, text } });
        }
        case "FeedReset":
          dispatch({ kind: "reset" });
          refetch();
      }
    },
    refetch,
  );

  const pages = useMessagePages(timeline, dispatch, readPage);
  const joined = [...presenceChanges.values()].filter(
    (person) => person && !loadedPeople.some(({ id }) => id === person.id),
  ) as Person[];
  const present = loadedPeople
    .filter(({ id }) => presenceChanges.get(id) !== null)
    .map((person) => presenceChanges.get(person.id) ?? person);
  const leftCount = loadedPeople.length - present.length;
  return {
    isLoaded: data !== undefined,
    isPresent: lobby?.viewerIsPresent ?? false,
    count: (lobby?.onlineCount ?? 0) + joined.length - leftCount,
    people: [...present, ...joined].sort((a, b) => a.displayName.localeCompare(b.displayName, language)),
    timeline,
    problem,
    pages,
    refetch,
  };
}

/** A user who was cut off for too long has left the lobby. Back online, they enter it again. */
function useReturn(lobby: { viewerIsPresent: boolean } | null | undefined, refetch: () => void) {
  const client = useClient();
  const wasCutOff = useRef(false);
  const isPresent = useRef(false);
  isPresent.current = lobby?.viewerIsPresent ?? false;
  useEffect(
    () =>
      connectivity.subscribe(() => {
        if (!connectivity.isReachable()) wasCutOff.current ||= isPresent.current;
        else if (wasCutOff.current) refetch();
      }),
    [refetch],
  );
  useEffect(() => {
    if (!wasCutOff.current || !lobby || !connectivity.isReachable()) return;
    wasCutOff.current = false;
    if (lobby.viewerIsPresent) return;
    void mutate(client, EnterLobbyDocument, { input: { transport: "COOKIE" } }).then(refetch);
  }, [client, lobby, refetch]);
}
