// What was written and has not arrived yet. It survives a reload, leaves in the order in which it was written, and
// carries its own key: however often it is sent, it is delivered once.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { newClientKey, stored } from "../components/stored";
import type { PictureFragment } from "../graphql/generated/shared";
import { write } from "../graphql/hooks";
import { isPassing, type Problem } from "../graphql/problems";
import { reach } from "../graphql/reach";
import { SendLobbyMessageDocument } from "../lobby/generated/lobby";
import { SendMessageDocument } from "./generated/conversations";
import type { Message } from "./timeline";

export const lobby = "lobby";

export interface Letter {
  key: string;
  /** The id of a conversation, or the lobby. */
  to: string;
  text: string;
  images: readonly PictureFragment[];
  writtenAt: string;
  state: "waiting" | "sending" | "failed";
  problem?: Problem;
}

interface OutboxState {
  letters: readonly Letter[];
  send: (to: string, text: string, images: readonly PictureFragment[]) => void;
  retry: (key: string) => void;
  discard: (key: string) => void;
  /** Hears of every message that arrived. */
  onArrival: (listener: (to: string, message: Message) => void) => () => void;
}

const Context = createContext<OutboxState | undefined>(undefined);

export function useOutbox() {
  const outbox = useContext(Context);
  if (!outbox) throw new Error("Outbox is missing");
  return outbox;
}

export function Outbox({ children }: { children: ReactNode }) {
  const { self } = useSession();
  const owner = self?.user.id ?? "";
  return (
    <Sending key={owner} owner={owner}>
      {children}
    </Sending>
  );
}

function Sending({ owner, children }: { owner: string; children: ReactNode }) {
  const client = useClient();
  const [letters, setLetters] = useState<readonly Letter[]>(() =>
    (stored.read<Letter[]>(owner, "outbox") ?? []).map((letter) =>
      letter.state === "sending" ? { ...letter, state: "waiting" } : letter,
    ),
  );
  // The sender works on beside React; this is what it reads.
  const now = useRef(letters);
  const listeners = useRef(new Set<(to: string, message: Message) => void>());
  const isAtWork = useRef(false);
  const timer = useRef(0);

  const change = useCallback(
    (update: (all: readonly Letter[]) => readonly Letter[]) => {
      now.current = update(now.current);
      stored.write(owner, "outbox", now.current.length > 0 ? now.current : undefined);
      setLetters(now.current);
    },
    [owner],
  );
  const mark = useCallback(
    (key: string, state: Letter["state"], problem?: Problem) =>
      change((all) => all.map((letter) => (letter.key === key ? { ...letter, state, problem } : letter))),
    [change],
  );

  const work = useCallback(async () => {
    if (isAtWork.current || !owner) return;
    isAtWork.current = true;
    window.clearTimeout(timer.current);
    for (;;) {
      const letter = now.current.find(({ state }) => state === "waiting");
      if (!letter || !reach.isReachable()) break;
      mark(letter.key, "sending");
      const { message, problems } = await deliver(client, letter);
      const [problem] = problems;
      if (message) {
        listeners.current.forEach((listener) => listener(letter.to, message));
        change((all) => all.filter(({ key }) => key !== letter.key));
      } else if (problem && problem.code !== "UNAUTHENTICATED" && !isPassing(problem)) {
        mark(letter.key, "failed", problem);
      } else {
        // It may well have arrived, and only the answer was lost: the key makes trying again safe.
        mark(letter.key, "waiting");
        timer.current = window.setTimeout(() => void workRef.current(), (problem?.wait ?? 3) * 1000);
        break;
      }
    }
    isAtWork.current = false;
  }, [client, owner, change, mark]);
  const workRef = useRef(work);
  workRef.current = work;

  useEffect(() => {
    void work();
    const stop = reach.subscribe(() => void workRef.current());
    return () => {
      stop();
      window.clearTimeout(timer.current);
    };
  }, [work]);

  const value = useMemo<OutboxState>(
    () => ({
      letters,
      send: (to, text, images) => {
        const writtenAt = new Date().toISOString();
        change((all) => [...all, { key: newClientKey(), to, text, images, writtenAt, state: "waiting" }]);
        void workRef.current();
      },
      retry: (key) => {
        mark(key, "waiting");
        void workRef.current();
      },
      discard: (key) => change((all) => all.filter((letter) => letter.key !== key)),
      onArrival: (listener) => {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [letters, change, mark],
  );
  return <Context value={value}>{children}</Context>;
}

async function deliver(client: ReturnType<typeof useClient>, { key, to, text, images }: Letter) {
  if (to === lobby) {
    const { payload, problems } = await write(client, SendLobbyMessageDocument, { input: { text, clientKey: key } });
    return { message: payload?.messageEdge?.node, problems };
  }
  const imageIds = images.map(({ id }) => id);
  const input = { conversationId: to, text: text || null, imageIds, clientKey: key };
  const { payload, problems } = await write(client, SendMessageDocument, { input });
  return { message: payload?.messageEdge?.node, problems };
}
