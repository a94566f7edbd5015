// The one socket on which everything live travels.
import { createClient, type Client as Socket } from "graphql-ws";
import type { SubscriptionForwarder } from "urql";
import { reach } from "./reach";

const pause = (attempt: number) => Math.min(500 * 2 ** attempt, 8000) * (0.75 + Math.random() / 2);

/** Opens with the first subscription and closes after the last. `onSessionOver` hears when the session ended meanwhile. */
export function openSocket(onSessionOver: () => void): Socket {
  let silence: number | undefined;
  const socket = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    // A network can go away without a word: after 5 seconds without an answer to a ping the socket counts as lost.
    keepAlive: 12_000,
    connectionAckWaitTimeout: 8000,
    retryAttempts: Infinity,
    retryWait: (attempt) => reach.until(pause(attempt)),
    shouldRetry: (cause) => !(cause instanceof CloseEvent && [4400, 4403, 4406].includes(cause.code)),
    on: {
      ping: (received) => {
        if (!received) silence = window.setTimeout(() => socket.terminate(), 5000);
      },
      pong: () => window.clearTimeout(silence),
      connected: () => reach.found(),
      closed: (event) => {
        window.clearTimeout(silence);
        const { code, wasClean } = event as CloseEvent;
        if (code === 4403) onSessionOver();
        // 1000 is our own goodbye, after the last subscription.
        else if (code !== 1000 || !wasClean) reach.doubt();
      },
    },
  });
  return socket;
}

/**
 * Hands urql's subscriptions to the socket. Where a log is followed, `after` moves on with every event, so that a socket
 * that broke goes on exactly where it stopped: graphql-ws writes the payload anew for each connection.
 */
export function forwardTo(socket: Socket): SubscriptionForwarder {
  return (request) => ({
    subscribe: (sink) => {
      let reached: unknown;
      const variables = { ...request.variables };
      if (/\bafter: \$after\b/.test(request.query ?? "")) {
        reached = variables.after;
        Object.defineProperty(variables, "after", { enumerable: true, get: () => reached });
      }
      const unsubscribe = socket.subscribe(
        { query: request.query ?? "", variables },
        {
          next: (result) => {
            const [event] = Object.values(result.data ?? {}) as ({ cursor?: string } | null)[];
            reached = event?.cursor ?? reached;
            sink.next(result as Parameters<typeof sink.next>[0]);
          },
          error: (cause) => sink.error(Array.isArray(cause) ? { errors: cause } : cause),
          complete: () => sink.complete(),
        },
      );
      return { unsubscribe };
    },
  });
}
