// Messages that are not delivered yet. They survive a reload and are sent in the order in which they were written. Each
// has an idempotency key, so that repeated attempts deliver it once.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { newClientKey, storage } from "../components/storage";
import type { ImageFieldsFragment } from "../graphql/generated/shared";
import { connectivity } from "../graphql/connectivity";
import { mutate } from "../graphql/hooks";
import { isTransient, type Problem } from "../graphql/problems";
import { SendLobbyMessageDocument } from "../lobby/generated/lobby";
import { SendMessageDocument } from "./generated/conversations";
import type { Message } from "./timeline";

export const lobbyRecipient = "lobby";

/** Stored by the browser as it is. */
export interface PendingMessage {
  key: string;
  /** The id of a conversation, or `lobbyRecipient`. */
  to: string;
  text: string;
  images: readonly ImageFieldsFragment[];
  writtenAt: string;
  state: "waiting" | "sending" | "failed";
  problem?: Problem;
}

interface OutboxContextValue {
  pendingMessages: readonly PendingMessage[];
  send: (to: string, text: string, images: readonly ImageFieldsFragment[]) => void;
  retry: (key: string) => void;
  discard: (key: string) => void;
  /** Calls the listener for each delivered message. */
  onDelivered: (listener: (to: string, message: Message) => void) => () => void;
}

const Context = createContext<OutboxContextValue | undefined>(undefined);

export function useOutbox() {
  const outbox = useContext(Context);
  if (!outbox) throw new Error("OutboxProvider is missing");
  return outbox;
}

export function OutboxProvider({ children }: { children: ReactNode }) {
  const { viewer } = useSession();
  const owner = viewer?.user.id ?? "";
  return (
    <UserOutbox key={owner} owner={owner}>
      {children}
    </UserOutbox>
  );
}

function UserOutbox({ owner, children }: { owner: string; children: ReactNode }) {
  const client = useClient();
  const [pendingMessages, setPendingMessages] = useState<readonly PendingMessage[]>(() =>
    (storage.get<PendingMessage[]>(owner, "outbox") ?? []).map((pending) =>
      pending.state === "sending" ? { ...pending, state: "waiting" } : pending,
    ),
  );
  // `flush` runs across renders and reads the current messages here.
  const messagesRef = useRef(pendingMessages);
  const listeners = useRef(new Set<(to: string, message: Message) => void>());
  const isFlushing = useRef(false);
  const timer = useRef(0);

  const updateMessages = useCallback(
    (update: (all: readonly PendingMessage[]) => readonly PendingMessage[]) => {
      messagesRef.current = update(messagesRef.current);
      storage.set(owner, "outbox", messagesRef.current.length > 0 ? messagesRef.current : undefined);
      setPendingMessages(messagesRef.current);
    },
    [owner],
  );
  const setMessageState = useCallback(
    (key: string, state: PendingMessage["state"], problem?: Problem) =>
      updateMessages((all) => all.map((pending) => (pending.key === key ? { ...pending, state, problem } : pending))),
    [updateMessages],
  );

  const flush = useCallback(async () => {
    if (isFlushing.current || !owner) return;
    isFlushing.current = true;
    window.clearTimeout(timer.current);
    for (;;) {
      const pending = messagesRef.current.find(({ state }) => state === "waiting");
      if (!pending || !connectivity.isReachable()) break;
      setMessageState(pending.key, "sending");
      const { message, problems } = await sendToServer(client, pending);
      const [problem] = problems;
      if (message) {
        listeners.current.forEach((listener) => listener(pending.to, message));
        updateMessages((all) => all.filter(({ key }) => key !== pending.key));
      } else if (problem && problem.code !== "UNAUTHENTICATED" && !isTransient(problem)) {
        setMessageState(pending.key, "failed", problem);
      } else {
        // The message may have been delivered and only the response lost: the key makes another attempt safe.
        setMessageState(pending.key, "waiting");
        timer.current = window.setTimeout(() => void flushRef.current(), (problem?.retryAfter ?? 3) * 1000);
        break;
      }
    }
    isFlushing.current = false;
  }, [client, owner, updateMessages, setMessageState]);
  const flushRef = useRef(flush);
  flushRef.current = flush;

  useEffect(() => {
    void flush();
    const stop = connectivity.subscribe(() => void flushRef.current());
    return () => {
      stop();
      window.clearTimeout(timer.current);
    };
  }, [flush]);

  const value = useMemo<OutboxContextValue>(
    () => ({
      pendingMessages,
      send: (to, text, images) => {
        const writtenAt = new Date().toISOString();
        updateMessages((all) => [...all, { key: newClientKey(), to, text, images, writtenAt, state: "waiting" }]);
        void flushRef.current();
      },
      retry: (key) => {
        setMessageState(key, "waiting");
        void flushRef.current();
      },
      discard: (key) => updateMessages((all) => all.filter((pending) => pending.key !== key)),
      onDelivered: (listener) => {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [pendingMessages, updateMessages, setMessageState],
  );
  return <Context value={value}>{children}</Context>;
}

async function sendToServer(client: ReturnType<typeof useClient>, { key, to, text, images }: PendingMessage) {
  if (to === lobbyRecipient) {
    const { payload, problems } = await mutate(client, SendLobbyMessageDocument, { input: { text, clientKey: key } });
    return { message: payload?.messageEdge?.node, problems };
  }
  const imageIds = images.map(({ id }) => id);
  const input = { conversationId: to, text: text || null, imageIds, clientKey: key };
  const { payload, problems } = await mutate(client, SendMessageDocument, { input });
  return { message: payload?.messageEdge?.node, problems };
}
