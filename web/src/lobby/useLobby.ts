import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import type { Person } from "../components/people";
import { lobby as toLobby, useOutbox } from "../conversations/outbox";
import { changed, nothing, type Timeline } from "../conversations/timeline";
import { useEvents, useRead } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useText } from "../i18n/language";
import { EarlierLobbyMessagesDocument, LobbyChangedDocument, OpenLobbyDocument } from "./generated/lobby";

const size = 40;

export interface LobbyState {
  isRead: boolean;
  isPresent: boolean;
  count: number;
  people: readonly Person[];
  timeline: Timeline;
  problem: Problem | undefined;
  loadEarlier: () => Promise<void>;
  again: () => void;
}

/** The lobby, live: who is here, and everything that is said, in one order for everybody. */
export function useLobby(): LobbyState {
  const t = useText();
  const client = useClient();
  const { onArrival } = useOutbox();
  const [timeline, dispatch] = useReducer(changed, nothing);
  const [from, setFrom] = useState<string>();
  // Who came and went since the list was read. The list is in the order of names, and so are those who are added.
  const [moves, setMoves] = useState<ReadonlyMap<string, Person | null>>(new Map());
  const variables = { last: size, people: 100 };
  const { data, problem, again } = useRead(OpenLobbyDocument, variables, { requestPolicy: "network-only" });
  const lobby = data?.lobby;
  const page = lobby?.messages;

  useEffect(() => {
    if (page) dispatch({ kind: "page", page });
  }, [page]);
  useEffect(() => {
    if (!lobby?.viewerIsPresent) return setFrom(undefined);
    setFrom((before) => before ?? lobby.eventsCursor);
    setMoves(new Map());
  }, [lobby]);
  useEffect(() => onArrival((to, message) => to === toLobby && dispatch({ kind: "message", message })), [onArrival]);
  useEvents(LobbyChangedDocument, from ? { after: from } : undefined, ({ lobbyChanged: event }) => {
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
        setMoves((before) => new Map(before).set(user.id, hasJoined ? user : null));
        const text = t(hasJoined ? "lobby.joined" : "lobby.left", { name: user.displayName });
        return dispatch({ kind: "remark", remark: { id: cursor, at: happenedAt, text } });
      }
      default:
        dispatch({ kind: "reset" });
        again();
    }
  });

  const { start, hasEarlier } = timeline;
  const loadEarlier = useCallback(async () => {
    if (!hasEarlier || !start) return;
    const variables = { last: size, before: start };
    const { data } = await client
      .query(EarlierLobbyMessagesDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    const page = data?.lobby?.messages;
    if (page) dispatch({ kind: "page", page });
  }, [client, start, hasEarlier]);

  const read = lobby?.users?.edges.map(({ node }) => node) ?? [];
  const added = [...moves.values()].filter((person) => person && !read.some(({ id }) => id === person.id)) as Person[];
  const stayed = read.filter(({ id }) => moves.get(id) !== null);
  const gone = read.length - stayed.length;
  return {
    isRead: data !== undefined,
    isPresent: lobby?.viewerIsPresent ?? false,
    count: (lobby?.onlineCount ?? 0) + added.length - gone,
    people: [...stayed, ...added].sort((a, b) => a.displayName.localeCompare(b.displayName)),
    timeline,
    problem,
    loadEarlier,
    again,
  };
}
