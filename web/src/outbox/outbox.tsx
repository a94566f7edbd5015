// Messages and posts that are not delivered yet. They survive a reload and are sent in the order in which they were
// written, by one tab at a time. Each has an idempotency key, so that repeated attempts deliver it once.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { withDeadline } from "../app/deadline";
import { newClientKey } from "../components/storage";
import { connectivity } from "../graphql/connectivity";
import { isTransient } from "../graphql/problems";
import { inOneTab, outboxStore, type Unsent } from "./database";
import type { Delivered } from "./delivery";

/** The code that sends. Pages on which people write have it. On others it loads when something is left to send. */
const loadDelivery = () => withDeadline(import("./delivery")).catch(() => undefined);

export interface PendingEntry extends Unsent {
  state: "waiting" | "sending" | "failed";
}

interface OutboxContextValue {
  pendingEntries: readonly PendingEntry[];
  send: (content: Pick<Unsent, "to" | "text" | "images" | "files" | "replyTo">) => void;
  retry: (entry: PendingEntry) => void;
  discard: (entry: PendingEntry) => void;
  /** Calls the listener for each delivered message and post. */
  onDelivered: (listener: (delivered: Delivered) => void) => () => void;
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

/** The entries as stored, updated after each change in this tab or another one. */
function useStoredEntries(owner: string) {
  const [entries, setEntries] = useState<readonly Unsent[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const read = async () => {
      const stored = await outboxStore.list(owner);
      if (isCurrent) setEntries(stored);
    };
    void read();
    const stop = outboxStore.subscribe(() => void read());
    return () => {
      isCurrent = false;
      stop();
    };
  }, [owner]);
  return entries;
}

function UserOutbox({ owner, children }: { owner: string; children: ReactNode }) {
  const client = useClient();
  const entries = useStoredEntries(owner);
  const [sending, setSending] = useState<number>();
  // It stays in the stored entries for a moment.
  const [delivered, setDelivered] = useState<number>();
  const listeners = useRef(new Set<(delivered: Delivered) => void>());
  const isWaiting = useRef(false);
  const timer = useRef(0);

  const flush = useCallback(async () => {
    // One call waits for the lock. It also sends what is added until it has the lock.
    if (isWaiting.current || !owner) return;
    isWaiting.current = true;
    window.clearTimeout(timer.current);
    await inOneTab(`outbox:${owner}`, async () => {
      isWaiting.current = false;
      while (connectivity.isReachable()) {
        const entry = (await outboxStore.list(owner)).find(({ problem }) => !problem);
        if (!entry) break;
        setSending(entry.sequence);
        let saved = entry;
        const save = (next: Unsent) => outboxStore.update((saved = next));
        const code = await loadDelivery();
        const { delivered, problem } = code ? await code.deliver(client, entry, save) : {};
        if (delivered) {
          setDelivered(entry.sequence);
          listeners.current.forEach((listener) => listener(delivered));
          await outboxStore.remove(entry.sequence);
        } else if (problem && problem.code !== "UNAUTHENTICATED" && !isTransient(problem)) {
          await outboxStore.update({ ...saved, problem });
        } else {
          // It may have been delivered and only the response lost: the key makes another attempt safe.
          timer.current = window.setTimeout(() => void flushRef.current(), (problem?.retryAfter ?? 3) * 1000);
          break;
        }
      }
      setSending(undefined);
    });
  }, [client, owner]);
  const flushRef = useRef(flush);
  flushRef.current = flush;

  useEffect(() => {
    void flush();
    const stop = connectivity.onReachable(() => void flushRef.current());
    return () => {
      stop();
      window.clearTimeout(timer.current);
    };
  }, [flush]);

  const value = useMemo<OutboxContextValue>(
    () => ({
      pendingEntries: entries
        .filter(({ sequence }) => sequence !== delivered)
        .map((entry) => ({
          ...entry,
          state: entry.problem ? "failed" : entry.sequence === sending ? "sending" : "waiting",
        })),
      send: async (content) => {
        await outboxStore.add({ owner, key: newClientKey(), ...content });
        void flushRef.current();
      },
      retry: async ({ state: _, problem: __, ...entry }) => {
        await outboxStore.update(entry);
        void flushRef.current();
      },
      discard: ({ sequence }) => void outboxStore.remove(sequence),
      onDelivered: (listener) => {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [entries, sending, delivered, owner],
  );
  return <Context value={value}>{children}</Context>;
}
